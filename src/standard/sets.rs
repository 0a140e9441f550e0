//! The chapter on sets: distinct elements, made of sorting, searching and taking.
//!
//! ```text
//! x             3 1 3 2 1
//! sorted        1 1 2 3 3
//! values        1   2 3        the first of each
//! starts        0   2 3 5      where each begins, and the end
//! counts        2   1 2        differences of the starts
//! indices       1   3 0        argsort, taken at the starts: equal elements stay in order, so these come first
//! inverse       2 0 2 1 0      where each element of x belongs in the values
//! ```
//!
//! NaNs differ from each other: each is a value of its own. −0 and 0 are one value, whichever comes first.

use super::manipulation::reshaped;
use super::{Array, Order, searching};
use crate::Result;

/// What [`Array::unique_all`] gives.
#[derive(Debug, Clone)]
pub struct UniqueAll<A> {
    /// The distinct elements in ascending order.
    pub values: A,
    /// Of each, where it first comes in the row-major order of the array, as `int64`.
    pub indices: A,
    /// Of each element of the array, in its shape, the place among the values, as `int64`.
    pub inverse_indices: A,
    /// Of each, how often it comes, as `int64`.
    pub counts: A,
}

/// What [`Array::unique_counts`] gives.
#[derive(Debug, Clone)]
pub struct UniqueCounts<A> {
    /// The distinct elements in ascending order.
    pub values: A,
    /// Of each, how often it comes, as `int64`.
    pub counts: A,
}

/// What [`Array::unique_inverse`] gives.
#[derive(Debug, Clone)]
pub struct UniqueInverse<A> {
    /// The distinct elements in ascending order.
    pub values: A,
    /// Of each element of the array, in its shape, the place among the values, as `int64`.
    pub inverse_indices: A,
}

/// The distinct elements, and where each begins among all in order, and the end.
struct Distinct<A> {
    values: A,
    starts: A,
}

impl<A: Array> Distinct<A> {
    fn of(flat: &A) -> Result<Self> {
        let sorted = flat.sort(0, false)?.persist()?;
        let count = A::apply_one(Order::CountDistinct, &[&sorted])?.item()?.to::<i64>();
        let count = usize::try_from(count).expect("as many as there are elements at most");
        let mut results = A::apply(&Order::Distinct { count }.into(), &[&sorted])?;
        let starts = results.pop().expect("two results");
        let values = results.pop().expect("two results");
        Ok(Self { values, starts })
    }

    /// How many there are.
    fn len(&self) -> usize {
        self.values.shape()[0]
    }

    fn counts(&self) -> Result<A> {
        self.starts.index(1..)?.subtract(&self.starts.index(..self.len())?)
    }

    /// Where each element of the array of which `flat` are the elements belongs.
    fn inverse(&self, array: &A, flat: &A) -> Result<A> {
        let mut places = searching::searchsorted(&self.values, flat, false, None)?;
        if flat.dtype().is_floating() {
            // All NaNs belong where the first one is; the others follow it in their order.
            let nan = flat.isnan()?;
            if nan.any(..)?.item()?.to::<bool>() {
                let rank = nan.cumulative_sum(0, false)?.subtract(1)?;
                places = nan.where_(&places.add(&rank)?, &places)?;
            }
        }
        reshaped(&places, array.meta().shape.clone())
    }
}

pub(super) fn unique_all<A: Array>(array: &A) -> Result<UniqueAll<A>> {
    let flat = array.flatten()?;
    let distinct = Distinct::of(&flat)?;
    Ok(UniqueAll {
        indices: flat.argsort(0, false)?.take(&distinct.starts.index(..distinct.len())?, 0)?,
        inverse_indices: distinct.inverse(array, &flat)?,
        counts: distinct.counts()?,
        values: distinct.values,
    })
}

pub(super) fn unique_counts<A: Array>(array: &A) -> Result<UniqueCounts<A>> {
    let distinct = Distinct::of(&array.flatten()?)?;
    Ok(UniqueCounts { counts: distinct.counts()?, values: distinct.values })
}

pub(super) fn unique_inverse<A: Array>(array: &A) -> Result<UniqueInverse<A>> {
    let flat = array.flatten()?;
    let distinct = Distinct::of(&flat)?;
    Ok(UniqueInverse { inverse_indices: distinct.inverse(array, &flat)?, values: distinct.values })
}

pub(super) fn unique_values<A: Array>(array: &A) -> Result<A> {
    Ok(Distinct::of(&array.flatten()?)?.values)
}
