//! The class *select*: elements chosen by lists of indices or by their distance from a diagonal.

use super::Meta;
use super::axes::signed;
use crate::Result;
use crate::buffer::Buffer;
use crate::error::{DTypeError, ShapeError};
use std::ops::Range;

/// Elements chosen by lists of indices or by their distance from a diagonal.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Select {
    /// Along one axis, in the order of the list; an index may come more than once. One input.
    Take {
        /// The axis.
        axis: usize,
        /// Indices from 0.
        indices: Buffer<u64>,
    },
    /// The first input, but at these indices along one axis the second. Two inputs of one data type, of which the
    /// second has as many indices along the axis as the list.
    Put {
        /// The axis.
        axis: usize,
        /// Indices from 0, ascending, each once.
        indices: Buffer<u64>,
    },
    /// The elements of matrices (the last two axes) on some diagonals, zero elsewhere. Diagonal `j − i` holds the
    /// elements `(i, j)`. One input.
    Band {
        /// The first diagonal; `None` is below all.
        lower: Option<i128>,
        /// The last diagonal; `None` is above all.
        upper: Option<i128>,
    },
}

impl Select {
    /// The name for messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Take { .. } => "take",
            Self::Put { .. } => "put",
            Self::Band { .. } => "band",
        }
    }

    /// The columns of a row of length `columns` that lie on the diagonals of a band.
    pub fn band_columns(
        lower: Option<i128>,
        upper: Option<i128>,
        row: usize,
        columns: usize,
    ) -> Range<usize> {
        let column = |diagonal: i128| {
            diagonal.saturating_add(row as i128).clamp(0, columns as i128) as usize
        };
        let start = lower.map_or(0, column);
        // A band is empty where its last diagonal lies before its first.
        let end = upper.map_or(columns, |diagonal| column(diagonal.saturating_add(1)));
        start..end.max(start)
    }

    /// How many arrays it takes.
    pub(super) const fn arity(&self) -> usize {
        match self {
            Self::Take { .. } | Self::Band { .. } => 1,
            Self::Put { .. } => 2,
        }
    }

    pub(super) fn infer(&self, inputs: &[&Meta]) -> Result<Meta> {
        let op = self.name();
        let input = inputs[0];
        match self {
            Self::Take { axis, indices } => {
                check_indices(op, *axis, indices, input)?;
                let mut meta = input.clone();
                meta.shape[*axis] = indices.len();
                Ok(meta)
            }
            Self::Put { axis, indices } => {
                check_indices(op, *axis, indices, input)?;
                check_put(*axis, indices, input, inputs[1])?;
                Ok(input.clone())
            }
            Self::Band { .. } if input.ndim() < 2 => Err(ShapeError::Mismatch {
                op: op.to_owned(),
                shapes: vec![input.shape.to_vec()],
                reason: "a matrix has two axes".to_owned(),
            }
            .into()),
            Self::Band { .. } => Ok(input.clone()),
        }
    }
}

fn check_indices(op: &str, axis: usize, indices: &[u64], input: &Meta) -> Result<()> {
    let &length = input.shape.get(axis).ok_or_else(|| ShapeError::Axis {
        op: op.to_owned(),
        axis: signed(axis),
        ndim: input.ndim(),
    })?;
    match indices.iter().find(|&&i| i >= length as u64) {
        None => Ok(()),
        Some(&index) => {
            Err(ShapeError::Index { op: op.to_owned(), index: index.into(), axis, length }.into())
        }
    }
}

fn check_put(axis: usize, indices: &[u64], input: &Meta, values: &Meta) -> Result<()> {
    let op = "put";
    if let Some(pair) = indices.windows(2).find(|w| w[0] >= w[1]) {
        return Err(ShapeError::Parameter {
            op: op.to_owned(),
            what: "indices",
            value: format!("… {}, {} …", pair[0], pair[1]),
            reason: "they must ascend".to_owned(),
        }
        .into());
    }
    let mut shape = input.shape.clone();
    shape[axis] = indices.len();
    if shape != values.shape {
        return Err(ShapeError::Mismatch {
            op: op.to_owned(),
            shapes: vec![input.shape.to_vec(), values.shape.to_vec()],
            reason: format!("the second must be of shape {:?}", shape.as_slice()),
        }
        .into());
    }
    if input.dtype != values.dtype {
        return Err(DTypeError::Cast {
            op: op.to_owned(),
            from: values.dtype,
            to: input.dtype,
            reason: "both arrays must have one data type".to_owned(),
        }
        .into());
    }
    Ok(())
}
