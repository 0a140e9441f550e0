//! [Utility functions](https://data-apis.org/array-api/2025.12/API_specification/utility_functions.html).

use super::strategies::{Palette, any_array, axes};
use super::{Make, Tolerance, agree, build, for_all};
use crate::Array;
use crate::standard::{Axes, Reduction};
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
