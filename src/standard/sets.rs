//! The chapter on sets: distinct elements, made of sorting, searching and taking.
//!
//! ```text
//! x             3 1 3 2 1
//! sorted        1 1 2 3 3
//! starts        0   2 3        where neighbours differ
//! values        1   2 3        sorted, taken at the starts
//! counts        2   1 2        differences of the starts
//! indices       1   3 0        argsort, taken at the starts: equal elements stay in order, so these come first
//! inverse       2 0 2 1 0      where each element of x belongs in the values
//! ```
//!
//! NaNs differ from each other: each is a value of its own. −0 and 0 are one value, whichever comes first.

use super::manipulation::reshaped;
use super::{Array, Create, searching};
use crate::Result;
use crate::dtype::{DType, Scalar};

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

/// The distinct elements, and where each begins among all in order.
struct Distinct<A> {
    values: A,
    starts: A,
    /// How many elements there are in all.
    length: usize,
}

impl<A: Array> Distinct<A> {
    fn of(flat: &A) -> Result<Self> {
        let length = flat.shape()[0];
        let sorted = flat.sort(0, false)?.persist()?;
        let zeros = Create::full([length.min(1)], Scalar::zero(DType::Int64));
        let mut starts = flat.create_like(zeros)?;
        if length > 1 {
            let changes = sorted.index(1..length)?.not_equal(&sorted.index(0..length - 1)?)?;
            let later = searching::nonzero_flat(&changes.persist()?)?.add(1)?;
            starts = A::concat(&[&starts, &later], 0)?.persist()?;
        }
        Ok(Self { values: sorted.take(&starts, 0)?, starts, length })
    }

    fn counts(&self) -> Result<A> {
        let count = self.starts.shape()[0];
        if count == 0 {
            return Ok(self.starts.clone());
        }
        let end = self.starts.create_like(Create::full([1], Scalar::zero(DType::Int64)))?;
        let end = end.add(self.length)?;
        A::concat(&[&self.starts.index(1..count)?, &end], 0)?.subtract(&self.starts)
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
        indices: flat.argsort(0, false)?.take(&distinct.starts, 0)?,
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
