//! [Creation functions](https://data-apis.org/array-api/2025.12/API_specification/creation_functions.html).

use super::oracle::{Reference, convert};
use super::strategies::{Palette, any_array, dtype, element, shape};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::dtype::{DType, Scalar};
use crate::error::ShapeError;
use crate::{Array, Error};
use proptest::prelude::*;

/// What is put in comes out, every bit of it.
pub fn round_trip<A: Array>(make: Make<'_, A>) {
    let strategy = any_array(0..=4, Palette::Any);
    for_all("round trip", 1, &strategy, |x| {
        let array = build(make, &x)?;
        prop_assert_eq!(array.ndim(), x.ndim());
        prop_assert_eq!(array.size(), x.elements.len() as u128);
        agree(&array, &x, Tolerance::EXACT)?;
        agree(&A::from_values(&x.shape, x.values())?, &x, Tolerance::EXACT)
    });
}

/// `full`, `zeros`, `ones` and `empty`.
pub fn filled<A: Array>(_: Make<'_, A>) {
    let strategy = (shape(0..=4), dtype(|_| true))
        .prop_flat_map(|(shape, dtype)| (Just(shape), element(dtype, Palette::Any)))
        .boxed();
    for_all("filled", 1, &strategy, |(shape, value)| {
        let of = |value: Scalar| Reference::from_fn(&shape, value.dtype(), |_| value);
        let dtype = value.dtype();
        agree(&A::full(&shape, value)?, &of(value), Tolerance::EXACT)?;
        agree(&A::zeros(&shape, dtype)?, &of(Scalar::zero(dtype)), Tolerance::EXACT)?;
        agree(&A::ones(&shape, dtype)?, &of(Scalar::one(dtype)), Tolerance::EXACT)?;
        let empty = A::empty(&shape, dtype)?;
        prop_assert_eq!((empty.shape(), empty.dtype()), (shape.as_slice(), dtype));
        Ok(())
    });
}

/// `zeros_like`, `ones_like`, `full_like`.
pub fn like<A: Array>(make: Make<'_, A>) {
    for_all("like", 1, &any_array(0..=3, Palette::Any), |x| {
        let array = build(make, &x)?;
        let of = |value: Scalar| Reference::from_fn(&x.shape, x.dtype, |_| value);
        agree(&array.zeros_like()?, &of(Scalar::zero(x.dtype)), Tolerance::EXACT)?;
        agree(&array.ones_like()?, &of(Scalar::one(x.dtype)), Tolerance::EXACT)?;
        let three = convert(3_i64.into(), x.dtype);
        agree(&array.full_like(3)?, &of(three), Tolerance::EXACT)
    });
}

/// `eye`.
pub fn diagonals<A: Array>(_: Make<'_, A>) {
    let far = prop::sample::select(vec![isize::MIN, isize::MIN + 1, isize::MAX]);
    let diagonal = prop_oneof![9 => -6..6_isize, 1 => far];
    let strategy = (0..5_usize, 0..5_usize, diagonal, dtype(|_| true)).boxed();
    for_all("eye", 1, &strategy, |(rows, columns, diagonal, dtype)| {
        let want = Reference::from_fn(&[rows, columns], dtype, |i| {
            let on = i[1] as isize - i[0] as isize == diagonal;
            if on { Scalar::one(dtype) } else { Scalar::zero(dtype) }
        });
        agree(&A::eye(rows, columns, diagonal, dtype)?, &want, Tolerance::EXACT)
    });
}

/// `tril` and `triu`.
pub fn triangles<A: Array>(make: Make<'_, A>) {
    let strategy = (any_array(0..=4, Palette::Any), -6..6_isize).boxed();
    for_all("tril and triu", 1, &strategy, |(x, diagonal)| {
        let array = build(make, &x)?;
        if x.ndim() < 2 {
            refused!(array.triu(diagonal), Error::Shape(ShapeError::Mismatch { .. }))?;
            return refused!(array.tril(diagonal), Error::Shape(ShapeError::Mismatch { .. }));
        }
        let kept = |keep: fn(isize, isize) -> bool| {
            Reference::from_fn(&x.shape, x.dtype, |i| {
                let (row, column) = (i[i.len() - 2] as isize, i[i.len() - 1] as isize);
                if keep(column, row + diagonal) { x.at(i) } else { Scalar::zero(x.dtype) }
            })
        };
        agree(&array.tril(diagonal)?, &kept(|column, last| column <= last), Tolerance::EXACT)?;
        agree(&array.triu(diagonal)?, &kept(|column, first| column >= first), Tolerance::EXACT)?;
        let far = [isize::MIN, isize::MAX];
        for (diagonal, lower, upper) in [(far[0], false, true), (far[1], true, false)] {
            let all = |all| {
                if all {
                    x.clone()
                } else {
                    Reference::from_fn(&x.shape, x.dtype, |_| Scalar::zero(x.dtype))
                }
            };
            agree(&array.tril(diagonal)?, &all(lower), Tolerance::EXACT)?;
            agree(&array.triu(diagonal)?, &all(upper), Tolerance::EXACT)?;
        }
        Ok(())
    });
}

/// `arange` and `linspace`.
pub fn sequences<A: Array>(_: Make<'_, A>) {
    let strategy = (-9..9_i64, -9..9_i64, prop_oneof![-4..0_i64, 1..4_i64]).boxed();
    for_all("arange", 1, &strategy, |(start, stop, step)| {
        let mut list = vec![];
        let mut next = start;
        while if step > 0 { next < stop } else { next > stop } {
            list.push(next);
            next += step;
        }
        for dtype in [DType::Int8, DType::Int64, DType::Float32, DType::Complex128] {
            let want = Reference {
                shape: vec![list.len()],
                dtype,
                elements: list.iter().map(|&x| convert(x.into(), dtype)).collect(),
            };
            agree(&A::arange(start, stop, step, dtype)?, &want, Tolerance::EXACT)?;
        }
        // Quarters are exact.
        let want = Reference {
            shape: vec![list.len()],
            dtype: DType::Float64,
            elements: list.iter().map(|&x| Scalar::from(x as f64 / 4.0)).collect(),
        };
        let quarter = |x: i64| x as f64 / 4.0;
        let got = A::arange(quarter(start), quarter(stop), quarter(step), DType::Float64)?;
        agree(&got, &want, Tolerance::VALUE)
    });
    let strategy = (-9..9_i32, -9..9_i32, 0..7_usize, any::<bool>()).boxed();
    for_all("linspace", 1, &strategy, |(start, stop, count, endpoint)| {
        let (start, stop) = (f64::from(start), f64::from(stop));
        let parts = if endpoint { count.saturating_sub(1) } else { count }.max(1) as f64;
        for dtype in [DType::Float32, DType::Float64, DType::Complex64] {
            let want = Reference::from_fn(&[count], dtype, |i| {
                Scalar::from(start + (stop - start) * i[0] as f64 / parts).cast(dtype)
            });
            let got = A::linspace(start, stop, count, endpoint, dtype)?;
            agree(&got, &want, Tolerance { ulps: 4.0, absolute: 100.0, zero_signs: false })?;
        }
        Ok(())
    });
}
