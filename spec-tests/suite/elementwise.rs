//! [Elementwise functions](https://data-apis.org/array-api/2025.12/API_specification/elementwise_functions.html).

use super::oracle::{Reference, accepts, compute_dtype};
use super::strategies::{
    Palette, array, array_of, broadcastable_arrays, dtype, element, lengths, structured_array_of,
};
use super::structures;
use super::{Make, Tolerance, agree, agree_where_known, build, for_all, refused};
use crate::dtype::{DType, Kind, Scalar};
use crate::error::DTypeError;
use crate::standard::{Func, Map};
use crate::{Array, Error, Result};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestCaseResult};

/// How exact a function is asked to be.
pub fn tolerance(func: Func, compute: DType) -> Tolerance {
    use Func as F;
    if compute.kind() == Kind::Complex {
        return match func {
            F::Add
            | F::Conj
            | F::Imag
            | F::Negative
            | F::Positive
            | F::Real
            | F::Round
            | F::Subtract => Tolerance::VALUE,
            F::Where => Tolerance::EXACT,
            // Textbook formulas on both sides, which cancel.
            _ => Tolerance { ulps: 64.0, absolute: 64.0, zero_signs: false },
        };
    }
    match func {
        F::Acos
        | F::Acosh
        | F::Asin
        | F::Asinh
        | F::Atan
        | F::Atan2
        | F::Atanh
        | F::Cos
        | F::Cosh
        | F::Exp
        | F::Expm1
        | F::Hypot
        | F::Log
        | F::Log1p
        | F::Log2
        | F::Log10
        | F::Pow
        | F::Sin
        | F::Sinh
        | F::Tan
        | F::Tanh => Tolerance::FUNCTION,
        // The standard leaves open which zero is the larger one.
        F::Maximum | F::Minimum => Tolerance::VALUE,
        F::Logaddexp => Tolerance { ulps: 4.0, absolute: 4.0, zero_signs: false },
        _ => Tolerance::EXACT,
    }
}

/// Whether a result is that of an elementwise function, or an error where the types do not fit.
pub(super) fn compare<A: Array>(
    result: Result<A>,
    func: Func,
    args: &[&Reference],
) -> TestCaseResult {
    let dtypes: Vec<DType> = args.iter().map(|a| a.dtype).collect();
    let Some(compute) = compute_dtype(func, &dtypes) else {
        return refused!(
            result,
            Error::DType(DTypeError::Unsupported { .. } | DTypeError::NoPromotion { .. })
        );
    };
    let (shape, dtype, elements) = Reference::map(func, args).expect("shapes that fit");
    agree_where_known(&result?, &shape, dtype, &elements, tolerance(func, compute))
}

/// Every function of one array, in every type.
pub fn unary<A: Array>(make: Make<'_, A>) {
    for &func in Func::ALL.iter().filter(|f| f.arity() == 1) {
        for dtype in DType::ALL.into_iter().filter(|&d| accepts(func, d)) {
            for_all(&format!("{func} of {dtype}"), 12, &array(dtype, Palette::Any), |x| {
                compare(build(make, &x)?.unary(func), func, &[&x])
            });
        }
    }
}

/// Every function of two arrays, in every type and some pairs of them, the shapes stretched.
pub fn binary<A: Array>(make: Make<'_, A>) {
    for &func in Func::ALL.iter().filter(|f| f.arity() == 2) {
        for left in DType::ALL {
            let strategy = prop_oneof![Just(left), dtype(|_| true)]
                .prop_flat_map(move |right| broadcastable_arrays(vec![left, right], Palette::Any))
                .boxed();
            for_all(&format!("{func} of {left}"), 12, &strategy, |args| {
                let (x, y) = (build(make, &args[0])?, build(make, &args[1])?);
                compare(x.binary(func, &y), func, &[&args[0], &args[1]])
            });
        }
    }
}

/// Every function of two matrices of the same structure, and of one beside any other.
pub fn structured<A: Array>(make: Make<'_, A>) {
    for &func in Func::ALL.iter().filter(|f| f.arity() == 2) {
        for structure in structures::all() {
            let what = format!("{func} of {} matrices", structure.name());
            let strategy = (dtype(move |d| accepts(func, d)), lengths(&(2..=4_usize).boxed(), 2))
                .prop_flat_map(move |(d, shape)| {
                    let structure = structure.clone();
                    let of = move |shape: &[usize]| {
                        structured_array_of(shape.to_vec(), d, Palette::Any, structure.clone())
                    };
                    (of(&shape), of(&shape), array_of(shape, d, Palette::Any))
                })
                .boxed();
            for_all(&what, 24, &strategy, |(x, y, z)| {
                let (a, b, c) = (build(make, &x)?, build(make, &y)?, build(make, &z)?);
                compare(a.binary(func, &b), func, &[&x, &y])?;
                compare(c.binary(func, &a), func, &[&z, &x])
            });
        }
    }
}

/// Every function of an array and a scalar, on either side.
pub fn scalars<A: Array>(make: Make<'_, A>) {
    for &func in Func::ALL.iter().filter(|f| f.arity() == 2) {
        let strategy = (dtype(|_| true), dtype(|_| true), any::<bool>())
            .prop_flat_map(|(d, other, same)| {
                let other = if same { d } else { other };
                (array(d, Palette::Any), element(other, Palette::Any))
            })
            .boxed();
        for_all(&format!("{func} with a scalar"), 4, &strategy, |(x, value)| {
            let (array, scalar) =
                (build(make, &x)?, Reference::from_fn(&[], value.dtype(), |_| value));
            compare(array.binary(func, value), func, &[&x, &scalar])?;
            compare(array.reversed(func, value), func, &[&scalar, &x])
        });
    }
}

/// `clip` between arrays, between scalars, and with one bound.
pub fn clip<A: Array>(make: Make<'_, A>) {
    for dtype in DType::ALL.into_iter().filter(|d| d.is_real()) {
        let strategy = broadcastable_arrays(vec![dtype; 3], Palette::Finite).boxed();
        for_all(&format!("clip of {dtype}"), 6, &strategy, |args| {
            let [x, low, high] = args.as_slice() else { unreachable!("three") };
            let (a, l, h) = (build(make, x)?, build(make, low)?, build(make, high)?);
            let want = |func, args: &[&Reference]| {
                Reference::known_map(func, args)
                    .ok_or_else(|| TestCaseError::fail("the reference knows real numbers"))
            };
            let both = want(Func::Clip, &[x, low, high])?;
            agree(&a.clip(Some(&l), Some(&h))?, &both, Tolerance::VALUE)?;
            let lower = want(Func::Maximum, &[x, low])?;
            agree(&a.clip(Some(&l), None::<&A>)?, &lower, Tolerance::VALUE)?;
            let (one, three) = (Scalar::one(dtype), Scalar::from(3_u8).cast(dtype));
            let scalar = |s: Scalar| Reference::from_fn(&[], dtype, |_| s);
            let between = want(Func::Clip, &[x, &scalar(one), &scalar(three)])?;
            agree(&a.clip(Some(one), Some(three))?, &between, Tolerance::VALUE)?;
            agree(&a.clip(None::<&A>, None::<&A>)?, x, Tolerance::EXACT)
        });
    }
}

/// Types outside a function's domain.
pub fn refused_types<A: Array>(make: Make<'_, A>) {
    for dtype in DType::ALL {
        let x = Reference::from_fn(&[2, 2], dtype, |_| Scalar::one(dtype));
        let array = build(make, &x).expect("made");
        for &func in Func::ALL.iter().filter(|&&f| f != Func::Where && !accepts(f, dtype)) {
            let inputs = vec![&array; func.arity()];
            let result = A::apply_one(Map::of_arrays(func), &inputs).map(drop);
            match result {
                Err(Error::DType(DTypeError::Unsupported { op, dtype: d, .. })) => {
                    assert_eq!((op.as_str(), d), (func.name(), dtype));
                }
                other => panic!("{func} of {dtype}: {other:?}"),
            }
        }
    }
}

/// What is not stored has a value, and a function of it another: cos 0 = 1, 0 = 0, and so on in turn.
pub fn fills_that_are_not_kept<A: Array>(make: Make<'_, A>) {
    for_all("fills", 1, &array(DType::Float64, Palette::Any), |x| {
        let a = build(make, &x)?;
        let known =
            |func, args: &[&Reference]| Reference::known_map(func, args).expect("real numbers");
        let zero = Reference::from_fn(&[], DType::Float64, |_| 0.0.into());
        let cosine = known(Func::Cos, &[&x]);
        agree(&a.cos()?, &cosine, Tolerance::FUNCTION)?;
        let is_zero = known(Func::Equal, &[&x, &zero]);
        let got = a.equal(0.0)?;
        agree(&got, &is_zero, Tolerance::EXACT)?;
        agree(&got.logical_not()?, &known(Func::LogicalNot, &[&is_zero]), Tolerance::EXACT)?;
        // 1 / 0, and from there NaN: ∞ − ∞.
        let inverse = known(Func::Reciprocal, &[&x]);
        let got = a.reciprocal()?;
        agree(&got, &inverse, Tolerance::EXACT)?;
        let nothing = known(Func::Subtract, &[&inverse, &inverse]);
        agree(&got.subtract(&got)?, &nothing, Tolerance::EXACT)?;
        // −0 where nothing was stored, and the side of zero that it is on.
        let minus = known(Func::Negative, &[&x]);
        agree(&a.negative()?, &minus, Tolerance::EXACT)?;
        agree(&a.negative()?.signbit()?, &known(Func::Signbit, &[&minus]), Tolerance::EXACT)
    });
}

/// A zero annihilates what is finite only: 0 · ∞ and 0 · NaN are NaN.
pub fn zeros_against_infinities<A: Array>(make: Make<'_, A>) {
    for dtype in [DType::Float32, DType::Float64] {
        let strategy = broadcastable_arrays(vec![dtype, dtype], Palette::Any).boxed();
        for_all(&format!("zeros against infinities, {dtype}"), 2, &strategy, |args| {
            let (x, y) = (build(make, &args[0])?, build(make, &args[1])?);
            compare(x.multiply(&y), Func::Multiply, &[&args[0], &args[1]])?;
            compare(x.divide(&y), Func::Divide, &[&args[0], &args[1]])
        });
        for value in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            let value = Scalar::from(value).cast(dtype);
            for_all(&format!("times {value}"), 6, &array(dtype, Palette::Any), |x| {
                let scalar = Reference::from_fn(&[], dtype, |_| value);
                compare(build(make, &x)?.multiply(value), Func::Multiply, &[&x, &scalar])
            });
        }
    }
}
