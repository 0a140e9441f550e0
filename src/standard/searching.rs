//! Methods of the chapters on sorting and searching that take more than one operation.

use super::{Array, Order};
use crate::Result;
use crate::dtype::promote_for;
use crate::error::ShapeError;

/// Where elements belong in a sorted vector; `sorter` are the indices that sort it, where it is not.
pub(super) fn searchsorted<A: Array>(
    sorted: &A,
    elements: &A,
    right: bool,
    sorter: Option<&A>,
) -> Result<A> {
    let op = Order::SearchSorted { right };
    match sorter {
        None => A::apply_one(op, &[sorted, elements]),
        Some(sorter) => A::apply_one(op, &[&sorted.take(sorter, 0)?, elements]),
    }
}

/// The indices of the elements that are not zero, for each axis, in row-major order.
pub(super) fn nonzero<A: Array>(array: &A) -> Result<Vec<A>> {
    if array.ndim() == 0 {
        return Err(ShapeError::Mismatch {
            op: "nonzero".to_owned(),
            shapes: vec![vec![]],
            reason: "there is no axis to count along".to_owned(),
        }
        .into());
    }
    let positions = nonzero_flat(&array.flatten()?)?;
    if array.ndim() == 1 || array.shape().contains(&0) {
        return Ok(vec![positions; array.ndim()]);
    }
    let mut stride = 1;
    let mut indices = Vec::with_capacity(array.ndim());
    for &length in array.shape().iter().rev() {
        indices.push(positions.floor_divide(stride)?.remainder(length)?);
        stride *= length;
    }
    indices.reverse();
    Ok(indices)
}

/// The indices of the elements of a vector that are not zero.
pub(super) fn nonzero_flat<A: Array>(vector: &A) -> Result<A> {
    let count = vector.count_nonzero(..)?.item()?.to::<i64>();
    let count = usize::try_from(count).expect("as many as there are elements at most");
    A::apply_one(Order::Nonzero { count }, &[vector])?.persist()
}

/// Whether each element is among others; `invert`: whether it is not. A NaN is among none.
pub(super) fn isin<A: Array>(elements: &A, among: &A, invert: bool) -> Result<A> {
    promote_for("isin", elements.dtype(), among.dtype())?;
    let sorted = among.flatten()?.sort(0, false)?;
    let before = searchsorted(&sorted, elements, false, None)?;
    let after = searchsorted(&sorted, elements, true, None)?;
    let mut found = before.not_equal(&after)?;
    if elements.dtype().is_floating() {
        found = found.logical_and(&elements.isnan()?.logical_not()?)?;
    }
    if invert { found.logical_not() } else { Ok(found) }
}
