//! The products of the standard, each brought into the form of one [`Contract`].

use super::contract::Lowered;
use super::manipulation::reshaped;
use super::{Array, Contract, resolve_axes, resolve_axis};
use crate::Result;
use crate::error::ShapeError;
use smallvec::SmallVec;

/// The product of matrices, leading axes broadcast.
pub(super) fn matmul<A: Array>(array: &A, other: &A) -> Result<A> {
    contract_lowered(array, other, Contract::matmul(array.meta(), other.meta())?)
}

/// The sum of products over one axis, the other axes broadcast.
pub(super) fn vecdot<A: Array>(array: &A, other: &A, axis: isize) -> Result<A> {
    // The axis counts from the end in both, as the standard asks for.
    let ndim = array.ndim().min(other.ndim());
    let from_end = resolve_axis("vecdot", axis, ndim)? as isize - ndim as isize;
    let left = array.moveaxis(&[from_end], &[-1])?.conj()?;
    let right = other.moveaxis(&[from_end], &[-1])?;
    let lowered = Contract::vecdot(left.meta(), right.meta())?;
    contract_lowered(&left, &right, lowered)
}

/// The sum of products over the last axes of one array and the first of the other.
pub(super) fn tensordot<A: Array>(array: &A, other: &A, axes: usize) -> Result<A> {
    if axes > array.ndim() || axes > other.ndim() {
        return Err(ShapeError::Parameter {
            op: "tensordot".to_owned(),
            what: "axes",
            value: axes.to_string(),
            reason: format!("the arrays have {} and {} axes", array.ndim(), other.ndim()),
        }
        .into());
    }
    let first = array.ndim() - axes;
    let pairs: SmallVec<[(usize, usize); 4]> = (0..axes).map(|k| (first + k, k)).collect();
    array.contract(other, Contract::tensordot(array.meta(), other.meta(), &pairs)?)
}

/// The sum of products over the axes named, pair by pair.
pub(super) fn tensordot_axes<A: Array>(
    array: &A,
    other: &A,
    left: &[isize],
    right: &[isize],
) -> Result<A> {
    let op = "tensordot";
    super::op::expect_arity(op, left.len(), right.len())?;
    let left = resolve_axes(op, left, array.ndim())?;
    let right = resolve_axes(op, right, other.ndim())?;
    let pairs: SmallVec<[(usize, usize); 4]> = left.into_iter().zip(right).collect();
    array.contract(other, Contract::tensordot(array.meta(), other.meta(), &pairs)?)
}

fn contract_lowered<A: Array>(left: &A, right: &A, lowered: Lowered) -> Result<A> {
    let left = reshaped(left, lowered.left)?;
    let right = reshaped(right, lowered.right)?;
    left.contract(&right, lowered.contract)
}
