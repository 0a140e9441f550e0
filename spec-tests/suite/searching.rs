//! [Searching functions](https://data-apis.org/array-api/2025.12/API_specification/searching_functions.html).

use super::oracle::{Reference, convert, precedes, promote};
use super::strategies::{Palette, any_array, array, broadcastable_arrays, dtype};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::dtype::{DType, Scalar};
use crate::error::{DTypeError, ShapeError};
use crate::standard::{Axes, Func, Order, Reduction};
use crate::{Array, Error};
use proptest::prelude::*;

/// `argmin` and `argmax`: the first of equals, the first NaN.
pub fn extremes<A: Array>(make: Make<'_, A>) {
    let strategy = dtype(DType::is_real).prop_flat_map(|d| array(d, Palette::Any)).boxed();
    for_all("argmin and argmax", 1, &strategy, |x| {
        if x.elements.is_empty() {
            return Ok(());
        }
        let a = build(make, &x)?;
        for reduction in [Reduction::ArgMin, Reduction::ArgMax] {
            let find = |axes: Axes| match reduction {
                Reduction::ArgMin => a.argmin(axes),
                _ => a.argmax(axes),
            };
            for axis in 0..x.ndim() {
                let want = x.reduced(reduction, &[axis], false).remove(0);
                agree(&find(axis.into())?, &want, Tolerance::EXACT)?;
                let want = x.reduced(reduction, &[axis], true).remove(0);
                agree(&find(Axes::from(axis).keep())?, &want, Tolerance::EXACT)?;
            }
            let flat = x.reshaped(&[x.elements.len()]);
            let want = flat.reduced(reduction, &[0], false).remove(0);
            agree(&find((..).into())?, &want, Tolerance::EXACT)?;
            let kept = find(Axes::from(..).keep())?;
            agree(&kept, &want.reshaped(&vec![1; x.ndim()]), Tolerance::EXACT)?;
        }
        Ok(())
    });
}

/// `where`.
pub fn where_<A: Array>(make: Make<'_, A>) {
    let strategy = (dtype(|_| true), dtype(|_| true), any::<bool>())
        .prop_flat_map(|(a, b, same)| {
            broadcastable_arrays(vec![DType::Bool, a, if same { a } else { b }], Palette::Any)
        })
        .boxed();
    for_all("where", 1, &strategy, |args| {
        let [condition, x, y] = args.as_slice() else { unreachable!("three") };
        let (c, a, b) = (build(make, condition)?, build(make, x)?, build(make, y)?);
        if promote(x.dtype, y.dtype).is_none() {
            return refused!(c.where_(&a, &b), Error::DType(DTypeError::NoPromotion { .. }));
        }
        let want = Reference::known_map(Func::Where, &[condition, x, y]).expect("every type");
        agree(&c.where_(&a, &b)?, &want, Tolerance::EXACT)?;
        // With a scalar on either side.
        let value = x.elements.first().copied().unwrap_or_else(|| Scalar::one(x.dtype));
        let scalar = Reference::from_fn(&[], x.dtype, |_| value);
        let want = Reference::known_map(Func::Where, &[condition, &scalar, y]).expect("every type");
        agree(&c.where_(value, &b)?, &want, Tolerance::EXACT)?;
        if x.dtype != DType::Bool {
            refused!(a.where_(&a, &b), Error::DType(DTypeError::Unsupported { .. }))?;
        }
        Ok(())
    });
}

/// `count_nonzero`: NaN is not zero, −0 is.
pub fn count_nonzero<A: Array>(make: Make<'_, A>) {
    let strategy = any_array(0..=4, Palette::Any)
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), super::strategies::axes(ndim), any::<bool>())
        })
        .boxed();
    for_all("count_nonzero", 1, &strategy, |(x, axes, keep)| {
        let want = x.reduced(Reduction::CountNonzero, &axes, keep).remove(0);
        let names: Vec<isize> = axes.iter().map(|&a| a as isize).collect();
        let names = Axes::from(names.as_slice());
        let names = if keep { names.keep() } else { names };
        agree(&build(make, &x)?.count_nonzero(names)?, &want, Tolerance::EXACT)
    });
}

/// `nonzero`, and its refusal of an array without axes.
pub fn nonzero<A: Array>(make: Make<'_, A>) {
    for_all("nonzero", 1, &any_array(0..=4, Palette::Any), |x| {
        let array = build(make, &x)?;
        if x.ndim() == 0 {
            return refused!(array.nonzero(), Error::Shape(ShapeError::Mismatch { op, .. }) if op == "nonzero");
        }
        let (got, want) = (array.nonzero()?, x.nonzero());
        prop_assert_eq!(got.len(), want.len());
        got.iter().zip(&want).try_for_each(|(g, w)| agree(g, w, Tolerance::EXACT))?;
        // The count is a promise.
        let (flat, count) = (array.flatten()?, want[0].shape[0]);
        let wrong = if count == x.elements.len() { count.checked_sub(1) } else { Some(count + 1) };
        let Some(count) = wrong else { return Ok(()) };
        let result = A::apply_one(Order::Nonzero { count }, &[&flat]).and_then(|a| a.to_values());
        prop_assert!(result.is_err(), "{count} were not there");
        Ok(())
    });
}

/// `searchsorted`: both sides, with and without a sorter, any two types.
pub fn searchsorted<A: Array>(make: Make<'_, A>) {
    let strategy = (dtype(|_| true), dtype(|_| true), any::<bool>())
        .prop_flat_map(|(a, b, same)| {
            let vector =
                super::strategies::arrays_of(super::strategies::shape(1..=1), a, Palette::Any);
            let elements = array(if same { a } else { b }, Palette::Any);
            (vector, elements, any::<bool>())
        })
        .boxed();
    for_all("searchsorted", 1, &strategy, |(vector, elements, right)| {
        let sorted = vector.sorted(0, false);
        let (a, b) = (build(make, &sorted)?, build(make, &elements)?);
        let Some(common) = promote(vector.dtype, elements.dtype) else {
            return refused!(
                a.searchsorted(&b, right, None),
                Error::DType(DTypeError::NoPromotion { .. })
            );
        };
        let want = Reference::from_fn(&elements.shape, DType::Int64, |i| {
            let x = convert(elements.at(i), common);
            let before = |e: &&Scalar| {
                let e = convert(**e, common);
                if right { !precedes(x, e) } else { precedes(e, x) }
            };
            Scalar::Int64(sorted.elements.iter().filter(before).count() as i64)
        });
        agree(&a.searchsorted(&b, right, None)?, &want, Tolerance::EXACT)?;
        let (unsorted, sorter) = (build(make, &vector)?, build(make, &vector.argsorted(0, false))?);
        agree(&unsorted.searchsorted(&b, right, Some(&sorter))?, &want, Tolerance::EXACT)?;
        if elements.ndim() != 1 {
            refused!(b.searchsorted(&a, right, None), Error::Shape(ShapeError::Mismatch { .. }))?;
        }
        Ok(())
    });
}
