//! [Sorting functions](https://data-apis.org/array-api/2025.12/API_specification/sorting_functions.html).

use super::oracle::Reference;
use super::strategies::{Palette, any_array, axis_name};
use super::{Make, Tolerance, agree, build, for_all};
use crate::Array;
use crate::dtype::{DType, Scalar};
use proptest::prelude::*;

/// Zeros of both signs among NaNs and infinities, as a vector of a floating-point type.
pub(super) fn zeros_and_nans(dtype: DType) -> Reference {
    let (nan, infinity) = (f64::NAN, f64::INFINITY);
    let list = [0.0, -0.0, nan, 1.0, -0.0, 0.0, -infinity, nan, infinity, 0.0, -1.0, -0.0];
    Reference::from_fn(&[list.len()], dtype, |k| Scalar::from(list[k[0]]).cast(dtype))
}

/// An array, one of its axes with a name, and a direction.
fn inputs() -> BoxedStrategy<(Reference, usize, isize, bool)> {
    any_array(1..=3, Palette::Any)
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), 0..ndim)
        })
        .prop_flat_map(|(x, axis)| {
            let name = axis_name(axis, x.ndim());
            (Just(x), Just(axis), name, any::<bool>())
        })
        .boxed()
}

/// `sort`: every type, NaN last, zeros of either sign in the order they came in.
pub fn sort<A: Array>(make: Make<'_, A>) {
    for_all("sort", 1, &inputs(), |(x, axis, name, descending)| {
        let got = build(make, &x)?.sort(name, descending)?;
        agree(&got, &x.sorted(axis, descending), Tolerance::EXACT)?;
        // What is sorted stays so, whatever it is stored like now.
        agree(&got.sort(name, descending)?, &x.sorted(axis, descending), Tolerance::EXACT)
    });
    for dtype in DType::ALL.into_iter().filter(|d| d.is_floating()) {
        let x = zeros_and_nans(dtype);
        for descending in [false, true] {
            let got = build(make, &x).and_then(|a| a.sort(0, descending)).expect("a vector");
            agree(&got, &x.sorted(0, descending), Tolerance::EXACT).expect("zeros and NaNs");
        }
    }
}

/// `argsort`: stable.
pub fn argsort<A: Array>(make: Make<'_, A>) {
    for_all("argsort", 1, &inputs(), |(x, axis, name, descending)| {
        let got = build(make, &x)?.argsort(name, descending)?;
        agree(&got, &x.argsorted(axis, descending), Tolerance::EXACT)
    });
    for dtype in DType::ALL.into_iter().filter(|d| d.is_floating()) {
        let x = zeros_and_nans(dtype);
        for descending in [false, true] {
            let got = build(make, &x).and_then(|a| a.argsort(0, descending)).expect("a vector");
            agree(&got, &x.argsorted(0, descending), Tolerance::EXACT).expect("zeros and NaNs");
        }
    }
}
