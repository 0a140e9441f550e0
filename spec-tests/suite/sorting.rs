//! [Sorting functions](https://data-apis.org/array-api/2025.12/API_specification/sorting_functions.html).

use super::oracle::Reference;
use super::strategies::{Palette, any_array, axis_name};
use super::{Make, Tolerance, agree, build, for_all};
use crate::Array;
use proptest::prelude::*;

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
}

/// `argsort`: stable.
pub fn argsort<A: Array>(make: Make<'_, A>) {
    for_all("argsort", 1, &inputs(), |(x, axis, name, descending)| {
        let got = build(make, &x)?.argsort(name, descending)?;
        agree(&got, &x.argsorted(axis, descending), Tolerance::EXACT)
    });
}
