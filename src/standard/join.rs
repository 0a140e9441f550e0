//! The class *join*: several arrays one after the other.

use super::Meta;
use super::axes::signed;
use crate::Result;
use crate::dtype::result_type_for;
use crate::error::ShapeError;

/// Several arrays one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Join {
    /// Along an axis that all of them have.
    Concat {
        /// The axis.
        axis: usize,
    },
}

impl Join {
    /// The name for messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Concat { .. } => "concat",
        }
    }

    pub(super) fn infer(&self, inputs: &[&Meta]) -> Result<Meta> {
        let Self::Concat { axis } = *self;
        let op = self.name();
        let dtype = result_type_for(op, inputs.iter().map(|m| m.dtype))?;
        let mut shape = inputs[0].shape.clone();
        if axis >= shape.len() {
            let ndim = shape.len();
            return Err(ShapeError::Axis { op: op.to_owned(), axis: signed(axis), ndim }.into());
        }
        for input in &inputs[1..] {
            let fits = input.ndim() == shape.len()
                && (0..shape.len()).all(|a| a == axis || input.shape[a] == shape[a]);
            if !fits {
                return Err(ShapeError::Mismatch {
                    op: op.to_owned(),
                    shapes: inputs.iter().map(|m| m.shape.to_vec()).collect(),
                    reason: format!("they differ in more than axis {axis}"),
                }
                .into());
            }
            shape[axis] =
                shape[axis].checked_add(input.shape[axis]).ok_or_else(|| ShapeError::TooLarge {
                    op: op.to_owned(),
                    shape: inputs.iter().map(|m| m.shape[axis]).collect(),
                })?;
        }
        Ok(Meta { shape, dtype })
    }
}
