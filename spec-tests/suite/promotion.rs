//! [Type promotion](https://data-apis.org/array-api/2025.12/API_specification/type_promotion.html) and `astype`.

use super::oracle::{Reference, convert, promote};
use super::strategies::{Palette, array_of, shape};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::Array;
use crate::Error;
use crate::dtype::{Complex128, DType, Kind, Scalar, can_cast};
use crate::error::DTypeError;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

/// `astype` between any two types.
pub fn conversions<A: Array>(make: Make<'_, A>) {
    for from in DType::ALL {
        let strategy = shape(0..=2).prop_flat_map(move |s| array_of(s, from, Palette::Any)).boxed();
        for_all(&format!("astype from {from}"), 12, &strategy, |x| {
            let array = build(make, &x)?;
            for to in DType::ALL {
                let drops_imaginary = from.kind() == Kind::Complex
                    && !matches!(to.kind(), Kind::Complex | Kind::Bool);
                if drops_imaginary {
                    refused!(array.astype(to), Error::DType(DTypeError::Cast { .. }))?;
                } else {
                    let want = Reference::from_fn(&x.shape, to, |i| convert(x.at(i), to));
                    agree(&array.astype(to)?, &want, Tolerance::EXACT)?;
                }
            }
            Ok(())
        });
    }
}

/// The result types of two arrays, in sums, products, comparisons and joins.
pub fn pairs<A: Array>(make: Make<'_, A>) {
    let array = |dtype| build(make, &Reference::from_fn(&[2], dtype, |_| Scalar::one(dtype)));
    for left in DType::ALL {
        for right in DType::ALL {
            let (x, y) = (array(left).expect("made"), array(right).expect("made"));
            let results =
                [x.equal(&y).map(|_| None), A::concat(&[&x, &y], 0).map(|a| Some(a.dtype()))];
            for result in results {
                match promote(left, right) {
                    Some(dtype) => {
                        let got = result.expect("types with a common one");
                        assert!(got.is_none_or(|got| got == dtype), "{left}, {right}: {got:?}");
                    }
                    None => assert!(
                        matches!(result, Err(Error::DType(DTypeError::NoPromotion { .. }))),
                        "{left}, {right}: {result:?}"
                    ),
                }
            }
            assert_eq!(can_cast(left, right), promote(left, right) == Some(right));
        }
    }
}

/// Integers compare with a number that none of them can be.
fn numbers_out_of_range_compare<A: Array>(array: &A) -> TestCaseResult {
    use crate::standard::Func;
    for number in [1_i64 << 40, -1_i64 << 40] {
        for (func, holds) in [
            (Func::Equal, false),
            (Func::NotEqual, true),
            (Func::Less, number > 0),
            (Func::LessEqual, number > 0),
            (Func::Greater, number < 0),
            (Func::GreaterEqual, number < 0),
        ] {
            let all = |holds: bool| {
                Reference::from_fn(array.shape(), DType::Bool, |_| Scalar::from(holds))
            };
            agree(&array.binary(func, number)?, &all(holds), Tolerance::EXACT)?;
            let symmetric = matches!(func, Func::Equal | Func::NotEqual);
            let other_way = if symmetric { holds } else { !holds };
            agree(&array.reversed(func, number)?, &all(other_way), Tolerance::EXACT)?;
        }
    }
    Ok(())
}

/// Rust's numbers take the array's type where its kind allows.
pub fn numbers_without_a_type<A: Array>(make: Make<'_, A>) {
    let strategy = shape(0..=2).prop_flat_map(|s| array_of(s, DType::UInt8, Palette::Any)).boxed();
    for_all("numbers", 4, &strategy, |x| {
        for dtype in DType::ALL.into_iter().filter(|d| d.is_numeric()) {
            let x = Reference::from_fn(&x.shape, dtype, |i| convert(x.at(i), dtype));
            let array = build(make, &x)?;
            let typed =
                |number: Scalar, dtype| Reference::from_fn(&[], dtype, |_| convert(number, dtype));
            let product = |other: &Reference| {
                Reference::known_map(crate::standard::Func::Multiply, &[&x, other])
                    .expect("numeric")
            };
            agree(&array.multiply(3)?, &product(&typed(3_i64.into(), dtype)), Tolerance::FUNCTION)?;
            let floating = if dtype.is_floating() { dtype } else { DType::Float64 };
            let want = product(&typed(0.5.into(), floating));
            agree(&array.multiply(0.5)?, &want, Tolerance::FUNCTION)?;
            let complex = match dtype {
                DType::Float32 | DType::Complex64 => DType::Complex64,
                _ => DType::Complex128,
            };
            let i = Complex128::new(0.0, 2.0);
            agree(&array.multiply(i)?, &product(&typed(i.into(), complex)), Tolerance::FUNCTION)?;
            if dtype.is_integer() && dtype.size() < 8 {
                let result = array.multiply(1_i64 << 40);
                refused!(result, Error::DType(DTypeError::Range { dtype: d, .. }) if d == dtype)?;
                numbers_out_of_range_compare(&array)?;
            }
        }
        Ok(())
    });
}
