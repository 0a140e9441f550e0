//! Index expressions: integers, slices, `newaxis` and the ellipsis, as in `x[0, 1:, None, ..., ::2]`.

use super::manipulation::{reshaped, sliced};
use super::{Array, AxisSlice, Shape};
use crate::Result;
use crate::error::ShapeError;
use smallvec::SmallVec;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo};

/// One item of an index expression. Negative numbers count from the end, as in Python.
///
/// | Python | here |
/// |---|---|
/// | `x[3, -1]` | `x.index((3, -1))` |
/// | `x[1:, :5]` | `x.index((1.., ..5))` |
/// | `x[::2]` | `x.index(Ix::step(.., 2))` |
/// | `x[::-1]` | `x.index(Ix::step(.., -1))` |
/// | `x[..., None]` | `x.index((Ix::Ellipsis, Ix::NewAxis))` |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ix {
    /// One index; the axis disappears.
    At(isize),
    /// A slice as Python's: bounds are clamped to the axis.
    Slice {
        /// The first index; `None` is the first in the direction of the step.
        start: Option<isize>,
        /// The index to stop before; `None` is past the last in the direction of the step.
        stop: Option<isize>,
        /// The distance between indices, not 0.
        step: isize,
    },
    /// A new axis of length 1.
    NewAxis,
    /// As many full slices as are needed for the axes not named.
    Ellipsis,
}

impl Ix {
    /// A slice with a step: `Ix::step(1..7, 2)` is Python's `1:7:2`.
    #[must_use]
    pub fn step(range: impl Into<Self>, step: isize) -> Self {
        match range.into() {
            Self::Slice { start, stop, .. } => Self::Slice { start, stop, step },
            other => other,
        }
    }
}

impl From<isize> for Ix {
    fn from(index: isize) -> Self {
        Self::At(index)
    }
}
impl From<i32> for Ix {
    fn from(index: i32) -> Self {
        Self::At(index as isize)
    }
}
impl From<usize> for Ix {
    fn from(index: usize) -> Self {
        // An index past `isize::MAX` is out of range for any axis, and so is this.
        Self::At(isize::try_from(index).unwrap_or(isize::MAX))
    }
}
impl From<RangeFull> for Ix {
    fn from(_: RangeFull) -> Self {
        Self::Slice { start: None, stop: None, step: 1 }
    }
}
macro_rules! from_ranges {
    ($($T:ty),+) => {$(
        impl From<Range<$T>> for Ix {
            fn from(r: Range<$T>) -> Self {
                Self::Slice { start: Some(r.start as isize), stop: Some(r.end as isize), step: 1 }
            }
        }
        impl From<RangeFrom<$T>> for Ix {
            fn from(r: RangeFrom<$T>) -> Self {
                Self::Slice { start: Some(r.start as isize), stop: None, step: 1 }
            }
        }
        impl From<RangeTo<$T>> for Ix {
            fn from(r: RangeTo<$T>) -> Self {
                Self::Slice { start: None, stop: Some(r.end as isize), step: 1 }
            }
        }
        impl From<RangeInclusive<$T>> for Ix {
            fn from(r: RangeInclusive<$T>) -> Self {
                // The index after −1 is the end, not 0.
                let stop = (*r.end() as isize).checked_add(1).filter(|&stop| stop != 0);
                Self::Slice { start: Some(*r.start() as isize), stop, step: 1 }
            }
        }
    )+};
}
from_ranges!(i32, isize, usize);

/// What [`Array::index`](super::Array::index) takes: one item, a tuple of up to six, or a slice of [`Ix`].
pub trait IntoIndex {
    /// The items in order.
    fn into_index(self) -> SmallVec<[Ix; 6]>;
}

impl<T: Into<Ix>> IntoIndex for T {
    fn into_index(self) -> SmallVec<[Ix; 6]> {
        [self.into()].into_iter().collect()
    }
}
impl IntoIndex for &[Ix] {
    fn into_index(self) -> SmallVec<[Ix; 6]> {
        self.into()
    }
}
macro_rules! tuples {
    ($($($T:ident $k:tt),+;)+) => {$(
        impl<$($T: Into<Ix>),+> IntoIndex for ($($T,)+) {
            fn into_index(self) -> SmallVec<[Ix; 6]> {
                [$(self.$k.into()),+].into_iter().collect()
            }
        }
    )+};
}
tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
}

/// The part of an array that an index expression selects.
pub(super) fn index<A: Array>(array: &A, items: &[Ix]) -> Result<A> {
    let fitted = fit(items, array.shape())?;
    reshaped(&sliced(array, fitted.slices)?, fitted.shape)
}

/// An index expression fitted to a shape: a slice along each axis, then a reshape that drops the axes indexed by
/// an integer and adds the new ones.
pub(super) struct Fitted {
    pub slices: SmallVec<[AxisSlice; 4]>,
    pub shape: Shape,
}

/// Fits an index expression to a shape; axes not named are taken whole.
pub(super) fn fit(items: &[Ix], shape: &[usize]) -> Result<Fitted> {
    let op = "index";
    let wrong = |reason: String| ShapeError::Mismatch {
        op: op.to_owned(),
        shapes: vec![shape.to_vec()],
        reason,
    };
    let named = items.iter().filter(|i| matches!(i, Ix::At(_) | Ix::Slice { .. })).count();
    if named > shape.len() {
        return Err(wrong(format!("{named} indices for {} axes", shape.len())).into());
    }
    if items.iter().filter(|i| **i == Ix::Ellipsis).count() > 1 {
        return Err(wrong("more than one ellipsis".to_owned()).into());
    }
    let mut fitted = Fitted { slices: SmallVec::new(), shape: Shape::new() };
    let whole = |fitted: &mut Fitted, count: usize| {
        for _ in 0..count {
            let length = shape[fitted.slices.len()];
            fitted.slices.push(AxisSlice::full(length));
            fitted.shape.push(length);
        }
    };
    for &item in items {
        let axis = fitted.slices.len();
        match item {
            Ix::NewAxis => fitted.shape.push(1),
            Ix::Ellipsis => whole(&mut fitted, shape.len() - named),
            Ix::At(index) => {
                let length = shape[axis];
                let from_start = index as i128 + if index < 0 { length as i128 } else { 0 };
                if !(0..length as i128).contains(&from_start) {
                    return Err(ShapeError::Index {
                        op: op.to_owned(),
                        index: index as i128,
                        axis,
                        length,
                    }
                    .into());
                }
                fitted.slices.push(AxisSlice { start: from_start as usize, step: 1, length: 1 });
            }
            Ix::Slice { start, stop, step } => {
                let slice = python_slice(op, start, stop, step, shape[axis])?;
                fitted.shape.push(slice.length);
                fitted.slices.push(slice);
            }
        }
    }
    let rest = shape.len() - fitted.slices.len();
    whole(&mut fitted, rest);
    Ok(fitted)
}

/// Python's `slice(start, stop, step).indices(length)`.
fn python_slice(
    op: &str,
    start: Option<isize>,
    stop: Option<isize>,
    step: isize,
    length: usize,
) -> Result<AxisSlice> {
    if step == 0 {
        return Err(ShapeError::Parameter {
            op: op.to_owned(),
            what: "step",
            value: "0".to_owned(),
            reason: "a slice must advance".to_owned(),
        }
        .into());
    }
    let n = length as i128;
    // The range of bounds: with a negative step one before the start stands for "past the end".
    let (low, high) = if step > 0 { (0, n) } else { (-1, n - 1) };
    let bound = |b: Option<isize>, default: i128| {
        b.map_or(default, |b| {
            let b = b as i128;
            (if b < 0 { b + n } else { b }).clamp(low, high)
        })
    };
    let (first, end) = if step > 0 { (low, high) } else { (high, low) };
    let (start, stop) = (bound(start, first), bound(stop, end));
    let step_wide = step as i128;
    let length = ((stop - start + step_wide - step_wide.signum()) / step_wide).max(0) as usize;
    Ok(AxisSlice { start: if length == 0 { 0 } else { start as usize }, step, length })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python's definition, spelt out: walk from the start until the stop is passed.
    fn walk(start: Option<isize>, stop: Option<isize>, step: isize, n: isize) -> Vec<usize> {
        let fix = |b: isize| if b < 0 { b + n } else { b };
        let mut i = match (start, step > 0) {
            (Some(s), true) => fix(s).max(0),
            (Some(s), false) => fix(s).min(n - 1),
            (None, true) => 0,
            (None, false) => n - 1,
        };
        let mut out = vec![];
        while (0..n).contains(&i)
            && stop.is_none_or(|e| if step > 0 { i < fix(e) } else { i > fix(e) })
        {
            out.push(i as usize);
            i += step;
        }
        out
    }

    #[test]
    fn slices_are_pythons() {
        let bounds: Vec<Option<isize>> = (-6..=6).map(Some).chain([None]).collect();
        for n in 0..5_isize {
            for &start in &bounds {
                for &stop in &bounds {
                    for step in [-7, -2, -1, 1, 2, 3] {
                        let s = python_slice("index", start, stop, step, n as usize).unwrap();
                        let got: Vec<usize> = (0..s.length).map(|k| s.index(k)).collect();
                        assert_eq!(
                            got,
                            walk(start, stop, step, n),
                            "{start:?}:{stop:?}:{step} of {n}"
                        );
                        for (k, &i) in got.iter().enumerate() {
                            assert_eq!(s.position(i), Some(k));
                        }
                    }
                }
            }
        }
    }
}
