//! Axis arguments: negative ones count from the end, `..` means all of them.

use crate::Result;
use crate::error::ShapeError;
use smallvec::SmallVec;
use std::ops::RangeFull;

/// The axes of a reduction as a caller names them, and whether they remain with length 1.
///
/// ```
/// use redpoll::standard::Axes;
/// assert_eq!(Axes::from(-1).resolve("sum", 3)?.as_slice(), [2]);
/// assert_eq!(Axes::from([2, 0]).resolve("sum", 3)?.as_slice(), [0, 2]);
/// assert_eq!(Axes::from(..).keep().resolve("sum", 2)?.as_slice(), [0, 1]);
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axes {
    list: Option<SmallVec<[isize; 4]>>,
    keepdims: bool,
}

impl Axes {
    /// The same axes, which remain in the result with length 1.
    #[must_use]
    pub fn keep(self) -> Self {
        Self { keepdims: true, ..self }
    }

    /// Whether they remain in the result.
    pub fn keepdims(&self) -> bool {
        self.keepdims
    }

    /// The axes counted from 0, in order.
    ///
    /// # Errors
    /// If one is outside `-ndim..ndim` or given twice; `op` names the operation in the message.
    pub fn resolve(&self, op: &str, ndim: usize) -> Result<SmallVec<[usize; 4]>> {
        let Some(list) = &self.list else { return Ok((0..ndim).collect()) };
        let mut axes = resolve_axes(op, list, ndim)?;
        axes.sort_unstable();
        Ok(axes)
    }
}

/// One axis counted from 0.
///
/// # Errors
/// If it is outside `-ndim..ndim`.
pub fn resolve_axis(op: &str, axis: isize, ndim: usize) -> Result<usize> {
    let resolved = if axis < 0 { axis.checked_add_unsigned(ndim) } else { Some(axis) };
    resolved
        .and_then(|a| usize::try_from(a).ok())
        .filter(|&a| a < ndim)
        .ok_or_else(|| ShapeError::Axis { op: op.to_owned(), axis, ndim }.into())
}

/// Several axes counted from 0, in the order given.
///
/// # Errors
/// If one is outside `-ndim..ndim` or given twice.
pub fn resolve_axes(op: &str, axes: &[isize], ndim: usize) -> Result<SmallVec<[usize; 4]>> {
    let mut resolved = SmallVec::new();
    for &axis in axes {
        let axis = resolve_axis(op, axis, ndim)?;
        if resolved.contains(&axis) {
            return Err(ShapeError::RepeatedAxis { op: op.to_owned(), axis }.into());
        }
        resolved.push(axis);
    }
    Ok(resolved)
}

impl From<RangeFull> for Axes {
    fn from(_: RangeFull) -> Self {
        Self { list: None, keepdims: false }
    }
}

impl From<&[isize]> for Axes {
    fn from(axes: &[isize]) -> Self {
        Self { list: Some(axes.into()), keepdims: false }
    }
}

impl<T: Into<Self>> From<Option<T>> for Axes {
    /// `None` is all axes, as in Python.
    fn from(axes: Option<T>) -> Self {
        axes.map_or_else(|| (..).into(), Into::into)
    }
}

/// A number that an axis or an index is named by. One past `isize::MAX` is out of range for any array, and so is that.
pub(super) fn signed(number: impl TryInto<isize>) -> isize {
    number.try_into().unwrap_or(isize::MAX)
}

macro_rules! from_integers {
    ($($T:ty),+) => {$(
        impl From<$T> for Axes {
            fn from(axis: $T) -> Self {
                Self { list: Some([signed(axis)].into_iter().collect()), keepdims: false }
            }
        }
        impl<const N: usize> From<[$T; N]> for Axes {
            fn from(axes: [$T; N]) -> Self {
                Self { list: Some(axes.into_iter().map(signed).collect()), keepdims: false }
            }
        }
    )+};
}
from_integers!(i32, isize, usize);
