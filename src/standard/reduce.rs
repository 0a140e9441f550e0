//! The class *reduce*: axes folded into one value each.

use super::manipulation::reshaped;
use super::{Array, Axes, Meta, Reduction, Shape};
use crate::Result;
use crate::error::ShapeError;
use smallvec::{SmallVec, smallvec};

/// A reduction along axes.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reduce {
    /// Which one.
    pub reduction: Reduction,
    /// The axes folded, counted from 0 and ascending. `argmin` and `argmax` take exactly one.
    pub axes: SmallVec<[usize; 4]>,
    /// Whether the axes remain with length 1.
    pub keepdims: bool,
}

impl Reduce {
    /// The shape of the result for an array of shape `shape`.
    pub fn result_shape(&self, shape: &[usize]) -> Shape {
        let mut result = Shape::new();
        for (axis, &length) in shape.iter().enumerate() {
            if !self.axes.contains(&axis) {
                result.push(length);
            } else if self.keepdims {
                result.push(1);
            }
        }
        result
    }

    /// How many elements are folded into each result.
    pub fn count(&self, shape: &[usize]) -> u128 {
        self.axes.iter().fold(1, |n, &a| u128::saturating_mul(n, shape[a] as u128))
    }

    pub(super) fn infer(&self, input: &Meta) -> Result<SmallVec<[Meta; 1]>> {
        let op = self.reduction.name();
        super::op::expect_ascending(op, &self.axes, input.ndim())?;
        let one_axis = matches!(self.reduction, Reduction::ArgMin | Reduction::ArgMax);
        if one_axis && self.axes.len() != 1 {
            return Err(ShapeError::Parameter {
                op: op.to_owned(),
                what: "axes",
                value: format!("{:?}", self.axes.as_slice()),
                reason: "exactly one axis is searched".to_owned(),
            }
            .into());
        }
        let dtype = self.reduction.result_dtype(input.dtype)?;
        let shape = self.result_shape(&input.shape);
        if !self.reduction.has_identity() && self.count(&input.shape) == 0 && !shape.contains(&0) {
            return Err(ShapeError::Mismatch {
                op: op.to_owned(),
                shapes: vec![input.shape.to_vec()],
                reason: "no elements to choose from".to_owned(),
            }
            .into());
        }
        Ok((0..self.reduction.outputs()).map(|_| Meta { shape: shape.clone(), dtype }).collect())
    }
}

/// `argmin` and `argmax`: along one axis, or of all elements in row-major order.
pub(super) fn argument<A: Array>(array: &A, reduction: Reduction, axes: Axes) -> Result<A> {
    let resolved = axes.resolve(reduction.name(), array.ndim())?;
    if resolved.len() == 1 {
        return Ok(array.reduce(reduction, axes)?.swap_remove(0));
    }
    if resolved.len() != array.ndim() {
        return Err(ShapeError::Parameter {
            op: reduction.name().to_owned(),
            what: "axis",
            value: format!("{:?}", resolved.as_slice()),
            reason: "one axis or all of them".to_owned(),
        }
        .into());
    }
    let flat = array.flatten()?.reduce(reduction, 0)?.swap_remove(0);
    if axes.keepdims() { reshaped(&flat, smallvec![1; array.ndim()]) } else { Ok(flat) }
}
