//! [Set functions](https://data-apis.org/array-api/2025.12/API_specification/set_functions.html).

use super::oracle::{Reference, convert, promote, same};
use super::strategies::{Palette, any_array, dtype};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::dtype::{DType, Scalar};
use crate::error::DTypeError;
use crate::{Array, Error};
use proptest::prelude::*;

fn integers(shape: &[usize], list: &[usize]) -> Reference {
    let elements = list.iter().map(|&k| Scalar::Int64(k as i64)).collect();
    Reference { shape: shape.to_vec(), dtype: DType::Int64, elements }
}

/// `unique_all` and the functions that give parts of it. Each NaN is distinct; of zeros the first remains.
pub fn unique<A: Array>(make: Make<'_, A>) {
    let whole = |x: Reference| {
        let flat = x.flat();
        let order: Vec<usize> =
            flat.argsorted(0, false).elements.iter().map(|p| p.to::<i64>() as usize).collect();
        // Places of equal elements, in order.
        let mut groups: Vec<Vec<usize>> = vec![];
        for k in order {
            match groups.last_mut() {
                Some(group) if same(flat.elements[group[0]], flat.elements[k]) => group.push(k),
                _ => groups.push(vec![k]),
            }
        }
        let firsts: Vec<usize> = groups.iter().map(|g| g[0]).collect();
        let lengths: Vec<usize> = groups.iter().map(Vec::len).collect();
        let place = |k: usize| groups.iter().position(|g| g.contains(&k)).expect("every element");
        let places: Vec<usize> = (0..x.elements.len()).map(place).collect();
        let count = [groups.len()];
        let values = flat.taken(0, &firsts);
        let (firsts, lengths) = (integers(&count, &firsts), integers(&count, &lengths));
        let places = integers(&x.shape, &places);

        let array = build(make, &x)?;
        let all = array.unique_all()?;
        agree(&all.values, &values, Tolerance::EXACT)?;
        agree(&all.indices, &firsts, Tolerance::EXACT)?;
        agree(&all.inverse_indices, &places, Tolerance::EXACT)?;
        agree(&all.counts, &lengths, Tolerance::EXACT)?;
        let counted = array.unique_counts()?;
        agree(&counted.values, &values, Tolerance::EXACT)?;
        agree(&counted.counts, &lengths, Tolerance::EXACT)?;
        let inverse = array.unique_inverse()?;
        agree(&inverse.values, &values, Tolerance::EXACT)?;
        agree(&inverse.inverse_indices, &places, Tolerance::EXACT)?;
        agree(&array.unique_values()?, &values, Tolerance::EXACT)
    };
    for_all("unique", 1, &any_array(0..=3, Palette::Any), whole);
    for dtype in DType::ALL.into_iter().filter(|d| d.is_floating()) {
        whole(super::sorting::zeros_and_nans(dtype)).expect("zeros and NaNs");
    }
}

/// `isin`, of any two types.
pub fn isin<A: Array>(make: Make<'_, A>) {
    let strategy = (dtype(|_| true), dtype(|_| true), any::<bool>())
        .prop_flat_map(|(a, b, equal)| {
            let of = |d| super::strategies::array(d, Palette::Any);
            (of(a), of(if equal { a } else { b }), any::<bool>())
        })
        .boxed();
    for_all("isin", 1, &strategy, |(x, among, invert)| {
        let (a, b) = (build(make, &x)?, build(make, &among)?);
        let Some(common) = promote(x.dtype, among.dtype) else {
            return refused!(a.isin(&b, invert), Error::DType(DTypeError::NoPromotion { op, .. }) if op == "isin");
        };
        let want = Reference::from_fn(&x.shape, DType::Bool, |i| {
            let element = convert(x.at(i), common);
            let found = among.elements.iter().any(|&e| same(element, convert(e, common)));
            Scalar::Bool(found != invert)
        });
        agree(&a.isin(&b, invert)?, &want, Tolerance::EXACT)
    });
}
