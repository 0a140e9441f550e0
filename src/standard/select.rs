//! The class *select*: elements chosen by lists of indices.

use super::{Array, Meta, resolve_axis};
use crate::Result;
use crate::buffer::Buffer;
use crate::error::ShapeError;

/// Elements chosen by lists of indices.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Select {
    /// Along one axis, in the order of the list; an index may come more than once.
    Take {
        /// The axis.
        axis: usize,
        /// Indices from 0.
        indices: Buffer<u64>,
    },
}

impl Select {
    /// The name for messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Take { .. } => "take",
        }
    }

    pub(super) fn infer(&self, input: &Meta) -> Result<Meta> {
        let op = self.name();
        match self {
            Self::Take { axis, indices } => {
                let &length = input.shape.get(*axis).ok_or_else(|| ShapeError::Axis {
                    op: op.to_owned(),
                    axis: *axis as isize,
                    ndim: input.ndim(),
                })?;
                if let Some(&index) = indices.iter().find(|&&i| i >= length as u64) {
                    return Err(ShapeError::Index {
                        op: op.to_owned(),
                        index: index.into(),
                        axis: *axis,
                        length,
                    }
                    .into());
                }
                let mut meta = input.clone();
                meta.shape[*axis] = indices.len();
                Ok(meta)
            }
        }
    }
}

/// The elements at a list of indices, of which negative ones count from the end.
pub(super) fn take<A: Array>(array: &A, indices: &[i64], axis: isize) -> Result<A> {
    let op = "take";
    let axis = resolve_axis(op, axis, array.ndim())?;
    let length = array.shape()[axis];
    let indices = indices
        .iter()
        .map(|&index| {
            let from_start = if index < 0 { index as i128 + length as i128 } else { index as i128 };
            u64::try_from(from_start).map_err(|_| {
                ShapeError::Index { op: op.to_owned(), index: index.into(), axis, length }.into()
            })
        })
        .collect::<Result<Vec<u64>>>()?;
    A::apply_one(Select::Take { axis, indices: indices.into() }, &[array])
}
