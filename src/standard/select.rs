//! The class *select*: elements chosen by lists of indices.

use super::Meta;
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
