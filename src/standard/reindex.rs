//! The class *reindex*: the same elements at other places. Four primitives give all of the standard's manipulation
//! functions: `flip` is a slice, `roll` two slices joined, `expand_dims` and `squeeze` are reshapes, `tile` and
//! `repeat` a broadcast between two reshapes.

use super::{Meta, Shape, broadcasts_to};
use crate::Result;
use crate::error::ShapeError;
use smallvec::SmallVec;

/// A regular selection along one axis: element `k` is at `start + k · step`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AxisSlice {
    /// The index of the first element; anything where there is none.
    pub start: usize,
    /// The distance to the next, not 0.
    pub step: isize,
    /// How many elements.
    pub length: usize,
}

impl AxisSlice {
    /// All of an axis.
    pub const fn full(length: usize) -> Self {
        Self { start: 0, step: 1, length }
    }

    /// Whether it is all of an axis of this length, in order.
    pub fn is_full(&self, length: usize) -> bool {
        *self == Self::full(length)
    }

    /// The index of element `k`.
    pub const fn index(&self, k: usize) -> usize {
        // Modulo the size of a word, in which an axis may be longer than its steps reach.
        self.start.wrapping_add_signed(self.step.wrapping_mul(k as isize))
    }

    /// The element that an index of the axis becomes, if it is selected.
    pub fn position(&self, index: usize) -> Option<usize> {
        let distance = index as i128 - self.start as i128;
        let k = distance / self.step as i128;
        (distance % self.step as i128 == 0 && k >= 0 && k < self.length as i128)
            .then_some(k as usize)
    }
}

/// The same elements at other places.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Reindex {
    /// Axis `k` of the result is axis `axes[k]` of the input.
    Permute {
        /// A permutation of the axes.
        axes: SmallVec<[usize; 4]>,
    },
    /// The elements in row-major order under another shape of as many elements.
    Reshape {
        /// The new shape.
        shape: Shape,
    },
    /// Stretched to a shape that the input broadcasts to.
    Broadcast {
        /// The new shape.
        shape: Shape,
    },
    /// A regular selection along each axis.
    Slice {
        /// One for each axis.
        slices: SmallVec<[AxisSlice; 4]>,
    },
}

impl Reindex {
    /// The name for messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Permute { .. } => "permute_dims",
            Self::Reshape { .. } => "reshape",
            Self::Broadcast { .. } => "broadcast_to",
            Self::Slice { .. } => "slice",
        }
    }

    pub(super) fn infer(&self, input: &Meta) -> Result<Meta> {
        let op = self.name();
        let mismatch = |shapes: Vec<Vec<usize>>, reason: &str| {
            ShapeError::Mismatch { op: op.to_owned(), shapes, reason: reason.to_owned() }.into()
        };
        let shape = match self {
            Self::Permute { axes } => {
                let mut seen = axes.clone();
                seen.sort_unstable();
                if !seen.iter().copied().eq(0..input.ndim()) {
                    return Err(ShapeError::Parameter {
                        op: op.to_owned(),
                        what: "axes",
                        value: format!("{:?}", axes.as_slice()),
                        reason: format!("not a permutation of {} axes", input.ndim()),
                    }
                    .into());
                }
                axes.iter().map(|&a| input.shape[a]).collect()
            }
            Self::Reshape { shape } => {
                let result = Meta { shape: shape.clone(), dtype: input.dtype };
                if result.size() != input.size() || result.size() == u128::MAX {
                    return Err(mismatch(
                        vec![input.shape.to_vec(), shape.to_vec()],
                        "the numbers of elements differ",
                    ));
                }
                shape.clone()
            }
            Self::Broadcast { shape } => {
                if !broadcasts_to(&input.shape, shape) {
                    return Err(mismatch(
                        vec![input.shape.to_vec(), shape.to_vec()],
                        "the first does not stretch to the second",
                    ));
                }
                shape.clone()
            }
            Self::Slice { slices } => {
                if slices.len() != input.ndim() {
                    return Err(mismatch(
                        vec![input.shape.to_vec()],
                        &format!("{} slices for {} axes", slices.len(), input.ndim()),
                    ));
                }
                for (axis, (slice, &length)) in slices.iter().zip(&input.shape).enumerate() {
                    check_slice(op, axis, slice, length)?;
                }
                slices.iter().map(|s| s.length).collect()
            }
        };
        Ok(Meta { shape, dtype: input.dtype })
    }
}

fn check_slice(op: &str, axis: usize, slice: &AxisSlice, length: usize) -> Result<()> {
    if slice.step == 0 {
        return Err(ShapeError::Parameter {
            op: op.to_owned(),
            what: "step",
            value: "0".to_owned(),
            reason: format!("axis {axis} would never advance"),
        }
        .into());
    }
    if slice.length == 0 {
        return Ok(());
    }
    let last = slice.start as i128 + (slice.length as i128 - 1) * slice.step as i128;
    for index in [slice.start as i128, last] {
        if !(0..length as i128).contains(&index) {
            return Err(ShapeError::Index { op: op.to_owned(), index, axis, length }.into());
        }
    }
    Ok(())
}
