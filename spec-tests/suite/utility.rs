//! [Utility functions](https://data-apis.org/array-api/2025.12/API_specification/utility_functions.html).

use super::oracle::Reference;
use super::strategies::{Palette, any_array, array_of, axes, axis_name, dtype};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::dtype::DType;
use crate::error::DTypeError;
use crate::standard::{Axes, Func, Reduction};
use crate::{Array, Error};
use proptest::prelude::*;

/// `any` and `all`: NaN holds, −0 does not; of nothing, none holds and all do.
pub fn any_all<A: Array>(make: Make<'_, A>) {
    let strategy = any_array(0..=4, Palette::Any)
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), axes(ndim), any::<bool>())
        })
        .boxed();
    for_all("any and all", 1, &strategy, |(x, axes, keep)| {
        let a = build(make, &x)?;
        let names: Vec<isize> = axes.iter().map(|&a| a as isize).collect();
        let names = || {
            let names = Axes::from(names.as_slice());
            if keep { names.keep() } else { names }
        };
        let want = |reduction| x.reduced(reduction, &axes, keep).remove(0);
        agree(&a.any(names())?, &want(Reduction::Any), Tolerance::EXACT)?;
        agree(&a.all(names())?, &want(Reduction::All), Tolerance::EXACT)?;
        // Where everything that is not stored holds.
        let b = a.equal(0)?;
        let x =
            crate::testing::oracle::Reference::from_fn(&x.shape, crate::dtype::DType::Bool, |i| {
                (!x.at(i).to::<bool>()).into()
            });
        let want = |reduction| x.reduced(reduction, &axes, keep).remove(0);
        agree(&b.any(names())?, &want(Reduction::Any), Tolerance::EXACT)?;
        agree(&b.all(names())?, &want(Reduction::All), Tolerance::EXACT)
    });
}

/// `diff`, several times over, of an array with others at its ends; refused for `bool`.
pub fn diff<A: Array>(make: Make<'_, A>) {
    let strategy = (dtype(DType::is_numeric), super::strategies::shape(1..=3), 0..=3_usize)
        .prop_flat_map(|(d, shape, times)| (Just(d), 0..shape.len(), Just(shape), Just(times)))
        .prop_flat_map(|(d, axis, shape, times)| {
            let end = |length: usize| {
                let mut shape = shape.clone();
                shape[axis] = length;
                proptest::option::of(array_of(shape, d, Palette::Finite))
            };
            let ends = (end(1), end(2));
            let name = axis_name(axis, shape.len());
            (array_of(shape.clone(), d, Palette::Finite), Just(axis), name, Just(times), ends)
        })
        .boxed();
    for_all("diff", 1, &strategy, |(x, axis, name, times, (before, after))| {
        let mut want = x.clone();
        if times > 0 {
            let parts: Vec<&Reference> = before.iter().chain([&x]).chain(&after).collect();
            want = Reference::concat(&parts, axis);
        }
        for _ in 0..times {
            let length = want.shape[axis];
            let later: Vec<usize> = (1..length).collect();
            let earlier: Vec<usize> = (0..length.saturating_sub(1)).collect();
            let (later, earlier) = (want.taken(axis, &later), want.taken(axis, &earlier));
            want = Reference::known_map(Func::Subtract, &[&later, &earlier]).expect("numeric");
        }
        let ends = [before, after].map(|end| end.map(|end| build(make, &end)));
        let [before, after] = ends.map(Option::transpose);
        let (before, after) = (before?, after?);
        let got = build(make, &x)?.diff(times, name, before.as_ref(), after.as_ref())?;
        agree(&got, &want, Tolerance::sum(1 << times, x.magnitude()))
    });
    for_all("diff of bool", 8, &array_of(vec![3], DType::Bool, Palette::Any), |x| {
        refused!(build(make, &x)?.diff(1, 0, None, None),
            Error::DType(DTypeError::Unsupported { op, .. }) if op == "diff")
    });
}
