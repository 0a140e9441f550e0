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
use smallvec::{SmallVec, smallvec};

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
    /// How many distinct elements a vector in ascending order has, as `int64` without axes. NaNs are distinct from each
    /// other; −0 and 0 are one. One input.
    CountDistinct,
    /// The distinct elements of a vector in ascending order, the first of each; and where each begins, and the end, as
    /// `int64`. One input, two results.
    Distinct {
        /// How many there are, counted by the caller, as of [`Nonzero`](Self::Nonzero).
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
            Self::CountDistinct => "count_distinct",
            Self::Distinct { .. } => "distinct",
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

    /// An error unless as many elements were found as the caller has counted, for evaluators.
    ///
    /// # Errors
    /// If another number was found.
    pub fn expect_count(&self, found: usize) -> Result<()> {
        match *self {
            Self::Nonzero { count } | Self::Distinct { count } if count != found => {
                Err(self.wrong_count(count, format!("{found} are found")))
            }
            _ => Ok(()),
        }
    }

    fn wrong_count(&self, count: usize, reason: String) -> crate::Error {
        let (op, value) = (self.name().to_owned(), count.to_string());
        ShapeError::Parameter { op, what: "count", value, reason }.into()
    }

    pub(super) fn infer(&self, inputs: &[&Meta]) -> Result<SmallVec<[Meta; 1]>> {
        let (op, input) = (self.name(), inputs[0]);
        let positions = |shape: &[usize]| Meta { shape: shape.into(), dtype: DType::Int64 };
        Ok(smallvec![match *self {
            Self::Sort { axis, .. } => {
                super::op::expect_axis(op, axis, input.ndim())?;
                input.clone()
            }
            Self::ArgSort { axis, .. } => {
                super::op::expect_axis(op, axis, input.ndim())?;
                expect_countable(op, input, axis)?;
                positions(&input.shape)
            }
            Self::SearchSorted { .. } => {
                expect_vector(op, input)?;
                self.compared_in(inputs.iter().map(|m| m.dtype))?;
                positions(&inputs[1].shape)
            }
            Self::CountDistinct => {
                expect_vector(op, input)?;
                positions(&[])
            }
            Self::Nonzero { count } | Self::Distinct { count } => {
                expect_vector(op, input)?;
                if count > input.shape[0] {
                    let reason = format!("the array has {} elements", input.shape[0]);
                    return Err(self.wrong_count(count, reason));
                }
                if matches!(self, Self::Nonzero { .. }) {
                    positions(&[count])
                } else {
                    let values = Meta { shape: smallvec![count], dtype: input.dtype };
                    return Ok([values, positions(&[count + 1])].into_iter().collect());
                }
            }
        }])
    }
}

/// One axis, along which positions fit `int64`.
fn expect_vector(op: &str, input: &Meta) -> Result<()> {
    if input.ndim() == 1 {
        return expect_countable(op, input, 0);
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
