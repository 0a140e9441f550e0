//! Index expressions: integers, slices, `newaxis`, the ellipsis, arrays of indices and masks, as in
//! `x[0, 1:, None, ..., ::2]` and `x[rows, columns]`; and assignment to what they select.
//!
//! No operation of its own evaluates an expression: slices come first, then the axes that arrays index become one
//! (a permutation and a reshape), of which [`Take`](super::Select::Take) takes a list of flat indices. Assignment
//! goes the same way back, with [`Put`](super::Select::Put) in the place of `Take`.

mod assign;
mod fit;
mod part;
mod points;

pub use assign::Assignment;
pub use part::Part;
pub(super) use points::{Points, resolved};

use super::axes::signed;
use super::manipulation::{reshaped, sliced};
use super::{Array, Shape};
use crate::Result;
use crate::buffer::Values;
use crate::dtype::{DType, Element};
use crate::error::ShapeError;
use smallvec::SmallVec;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo};

/// One item of an index expression that is no array. Negative numbers count from the end, as in Python.
///
/// | Python | here |
/// |---|---|
/// | `x[3, -1]` | `x.index((3, -1))` |
/// | `x[1:, :5]` | `x.index((1.., ..5))` |
/// | `x[::2]` | `x.index(Ix::step(.., 2))` |
/// | `x[::-1]` | `x.index(Ix::step(.., -1))` |
/// | `x[..., None]` | `x.index((Ix::Ellipsis, Ix::NewAxis))` |
///
/// Arrays of indices and masks stand beside these in a [`Key`].
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
        Self::At(signed(index))
    }
}
impl From<usize> for Ix {
    fn from(index: usize) -> Self {
        Self::At(signed(index))
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
                Self::Slice { start: Some(signed(r.start)), stop: Some(signed(r.end)), step: 1 }
            }
        }
        impl From<RangeFrom<$T>> for Ix {
            fn from(r: RangeFrom<$T>) -> Self {
                Self::Slice { start: Some(signed(r.start)), stop: None, step: 1 }
            }
        }
        impl From<RangeTo<$T>> for Ix {
            fn from(r: RangeTo<$T>) -> Self {
                Self::Slice { start: None, stop: Some(signed(r.end)), step: 1 }
            }
        }
        impl From<RangeInclusive<$T>> for Ix {
            fn from(r: RangeInclusive<$T>) -> Self {
                // The index after −1 is the end, not 0.
                let stop = signed(*r.end()).checked_add(1).filter(|&stop| stop != 0);
                Self::Slice { start: Some(signed(*r.start())), stop, step: 1 }
            }
        }
    )+};
}
from_ranges!(i32, isize, usize);

/// One item of an index expression on arrays of kind `A`.
///
/// | Python | here |
/// |---|---|
/// | `x[rows, 1:]` with an array `rows` | `x.index((&rows, 1..))` |
/// | `x[[2, 0], [1, 1]]` | `x.index((vec![2, 0], vec![1, 1]))` |
/// | `x[x > 0]` | `x.index(&x.greater(0)?)` |
/// | `x[True]` | `x.index(true)` |
///
/// Arrays of indices broadcast against each other. Their common shape takes the place of the axes that they index,
/// with the integers beside them, if these are next to each other in the expression; else it comes first. A mask
/// stands for the positions where it is true, one array of indices for each of its axes.
#[derive(Debug, Clone)]
pub enum Key<'a, A> {
    /// An integer, a slice, a new axis or the ellipsis.
    Basic(Ix),
    /// Indices along one axis (integers of any data type), or a mask of as many axes as it has (`bool`).
    Array(IndexArray<'a, A>),
}

/// An array of indices, or a mask: an array of the kind that is indexed, or plain values.
#[derive(Debug, Clone)]
pub enum IndexArray<'a, A> {
    /// An array.
    Array(&'a A),
    /// A shape and as many values in row-major order.
    Values(Shape, Values),
}

impl<A: Array> IndexArray<'_, A> {
    pub(super) fn shape(&self) -> &[usize] {
        match self {
            Self::Array(array) => array.shape(),
            Self::Values(shape, _) => shape,
        }
    }

    pub(super) fn dtype(&self) -> DType {
        match self {
            Self::Array(array) => array.dtype(),
            Self::Values(_, values) => values.dtype(),
        }
    }

    /// The elements in row-major order.
    pub(super) fn to_values(&self, op: &str) -> Result<Values> {
        match self {
            Self::Array(array) => array.to_values(),
            Self::Values(shape, values) => {
                if super::checked_size(op, shape)? == values.len() {
                    return Ok(values.clone());
                }
                Err(ShapeError::Mismatch {
                    op: op.to_owned(),
                    shapes: vec![shape.to_vec()],
                    reason: format!("{} values for an array of indices", values.len()),
                }
                .into())
            }
        }
    }
}

impl<'a, A: Array> From<&'a A> for IndexArray<'a, A> {
    fn from(array: &'a A) -> Self {
        Self::Array(array)
    }
}
impl<A, T: Element> From<Vec<T>> for IndexArray<'_, A> {
    fn from(values: Vec<T>) -> Self {
        Self::Values([values.len()].into_iter().collect(), values.into())
    }
}
impl<A> From<&[i64]> for IndexArray<'_, A> {
    fn from(values: &[i64]) -> Self {
        values.to_vec().into()
    }
}
impl<A, T: Element> From<&Vec<T>> for IndexArray<'_, A> {
    fn from(values: &Vec<T>) -> Self {
        values.clone().into()
    }
}
impl<A, const N: usize> From<&[i64; N]> for IndexArray<'_, A> {
    fn from(values: &[i64; N]) -> Self {
        values.as_slice().into()
    }
}
impl<A> From<bool> for IndexArray<'_, A> {
    /// A mask without axes.
    fn from(mask: bool) -> Self {
        Self::Values(Shape::new(), vec![mask].into())
    }
}

impl<'a, A, T: Into<IndexArray<'a, A>>> From<T> for Key<'a, A> {
    fn from(array: T) -> Self {
        Self::Array(array.into())
    }
}
macro_rules! from_basic {
    ($($T:ty),+) => {$(
        impl<A> From<$T> for Key<'_, A> {
            fn from(item: $T) -> Self {
                Self::Basic(item.into())
            }
        }
    )+};
}
from_basic!(
    Ix,
    RangeFull,
    i32,
    isize,
    usize,
    Range<i32>,
    Range<isize>,
    Range<usize>,
    RangeFrom<i32>,
    RangeFrom<isize>,
    RangeFrom<usize>,
    RangeTo<i32>,
    RangeTo<isize>,
    RangeTo<usize>,
    RangeInclusive<i32>,
    RangeInclusive<isize>,
    RangeInclusive<usize>
);

/// The items of an index expression.
pub(super) type Keys<'a, A> = SmallVec<[Key<'a, A>; 4]>;

/// What [`Array::index`](super::Array::index) takes: one item, a tuple of up to six, or any number of [`Ix`] or [`Key`].
pub trait IntoIndex<'a, A> {
    /// The items in order.
    fn into_index(self) -> SmallVec<[Key<'a, A>; 4]>;
}

impl<'a, A: 'a, T: Into<Key<'a, A>>> IntoIndex<'a, A> for T {
    fn into_index(self) -> Keys<'a, A> {
        [self.into()].into_iter().collect()
    }
}
impl<'a, A> IntoIndex<'a, A> for &[Ix] {
    fn into_index(self) -> Keys<'a, A> {
        self.iter().copied().map(Key::Basic).collect()
    }
}
impl<'a, A> IntoIndex<'a, A> for SmallVec<[Key<'a, A>; 4]> {
    fn into_index(self) -> Keys<'a, A> {
        self
    }
}
impl<'a, A: Clone> IntoIndex<'a, A> for &[Key<'a, A>] {
    fn into_index(self) -> Keys<'a, A> {
        self.iter().cloned().collect()
    }
}
macro_rules! tuples {
    ($($($T:ident $k:tt),+;)+) => {$(
        impl<'a, Kind: 'a, $($T: Into<Key<'a, Kind>>),+> IntoIndex<'a, Kind> for ($($T,)+) {
            fn into_index(self) -> Keys<'a, Kind> {
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
pub(super) fn index<A: Array>(array: &A, keys: &[Key<'_, A>]) -> Result<A> {
    let op = "index";
    if let [Key::Array(IndexArray::Array(mask))] = keys
        && mask.dtype() == DType::Bool
        && mask.ndim() > 1
        && mask.shape() == array.shape()
    {
        // A mask of all axes needs no index along each.
        let mask = mask.flatten()?;
        return index(&array.flatten()?, &[Key::Array(IndexArray::Array(&mask))]);
    }
    let fitted = fit::fit(op, keys, array.shape())?;
    if fitted.shape.is_empty() && fitted.points.is_none() {
        let at: Shape = fitted.slices.iter().map(|slice| slice.start).collect();
        return array.element(&at);
    }
    let part = sliced(array, fitted.slices)?;
    match fitted.points {
        None => reshaped(&part, fitted.shape),
        Some(points) => reshaped(&points.pick(op, &part)?, fitted.shape),
    }
}
