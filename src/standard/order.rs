//! The class *order*: elements by rank, and where they are.
//!
//! All data types have one order, that of [`Order::Sort`]: `false` before `true`, numbers by size (−0 equals 0),
//! complex numbers by their real parts and then by their imaginary ones, and every NaN, or complex number with a NaN
//! part, after all others and equal to the rest of them. Descending order is the reverse; equal elements stay in
//! theirs either way.

use super::Meta;
use crate::Result;
use crate::dtype::{DType, result_type_for};
use crate::error::ShapeError;
use smallvec::smallvec;

/// Elements in order, or the positions of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Order {
    /// The elements along an axis in order. One input.
    Sort {
        /// The axis.
        axis: usize,
        /// From the last to the first.
        descending: bool,
    },
    /// The index that each element of the sorted axis has had, as `int64`. One input.
    ArgSort {
        /// The axis.
        axis: usize,
        /// From the last to the first.
        descending: bool,
    },
    /// Where each element of the second input belongs in the first, a vector in ascending order, as `int64`.
    SearchSorted {
        /// After the elements that equal it, not before them.
        right: bool,
    },
    /// The indices of the elements of a vector that are not zero, ascending, as `int64`. One input.
    ///
    /// An operation's result has a shape that does not depend on elements: the caller has counted them. Another
    /// number found is an error of the evaluation.
    Nonzero {
        /// How many there are.
        count: usize,
    },
}

impl Order {
    /// The name for messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sort { .. } => "sort",
            Self::ArgSort { .. } => "argsort",
            Self::SearchSorted { .. } => "searchsorted",
            Self::Nonzero { .. } => "nonzero",
        }
    }

    /// How many arrays it takes.
    pub const fn arity(&self) -> usize {
        if matches!(self, Self::SearchSorted { .. }) { 2 } else { 1 }
    }

    /// The data type that elements are compared in, of those of the inputs.
    ///
    /// # Errors
    /// If they have none in common.
    pub fn compared_in(&self, inputs: impl IntoIterator<Item = DType>) -> Result<DType> {
        result_type_for(self.name(), inputs)
    }

    /// An error unless as many elements are not zero as [`Order::Nonzero`] says, for its evaluators.
    ///
    /// # Errors
    /// If another number was found.
    pub fn expect_count(count: usize, found: usize) -> Result<()> {
        if count == found {
            return Ok(());
        }
        Err(ShapeError::Parameter {
            op: "nonzero".to_owned(),
            what: "count",
            value: count.to_string(),
            reason: format!("{found} elements are not zero"),
        }
        .into())
    }

    pub(super) fn infer(&self, inputs: &[&Meta]) -> Result<Meta> {
        let (op, input) = (self.name(), inputs[0]);
        let positions = |shape: &[usize]| Meta { shape: shape.into(), dtype: DType::Int64 };
        match *self {
            Self::Sort { axis, .. } => {
                super::op::expect_axis(op, axis, input.ndim())?;
                Ok(input.clone())
            }
            Self::ArgSort { axis, .. } => {
                super::op::expect_axis(op, axis, input.ndim())?;
                expect_countable(op, input, axis)?;
                Ok(positions(&input.shape))
            }
            Self::SearchSorted { .. } => {
                expect_vector(op, input)?;
                expect_countable(op, input, 0)?;
                self.compared_in(inputs.iter().map(|m| m.dtype))?;
                Ok(positions(&inputs[1].shape))
            }
            Self::Nonzero { count } => {
                expect_vector(op, input)?;
                expect_countable(op, input, 0)?;
                if count > input.shape[0] {
                    return Err(ShapeError::Parameter {
                        op: op.to_owned(),
                        what: "count",
                        value: count.to_string(),
                        reason: format!("the array has {} elements", input.shape[0]),
                    }
                    .into());
                }
                Ok(Meta { shape: smallvec![count], dtype: DType::Int64 })
            }
        }
    }
}

fn expect_vector(op: &str, input: &Meta) -> Result<()> {
    if input.ndim() == 1 {
        return Ok(());
    }
    Err(ShapeError::Mismatch {
        op: op.to_owned(),
        shapes: vec![input.shape.to_vec()],
        reason: "not one axis".to_owned(),
    }
    .into())
}

/// Positions along the axis must fit `int64`.
fn expect_countable(op: &str, input: &Meta, axis: usize) -> Result<()> {
    if i64::try_from(input.shape[axis]).is_ok() {
        return Ok(());
    }
    Err(ShapeError::TooLarge { op: op.to_owned(), shape: input.shape.to_vec() }.into())
}
