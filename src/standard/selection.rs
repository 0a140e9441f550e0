//! The indexing functions of the standard, and those of its other functions that are lists of indices or diagonals.

use super::index::{Points, resolved};
use super::manipulation::{self, reshaped};
use super::{Array, IndexArray, Select, Shape, resolve_axis};
use crate::buffer::{reserve, tried};
use crate::error::{DTypeError, ShapeError};
use crate::{Result, with_dtype};

/// The elements at an array of indices along an axis, whose place the array's axes take.
pub(super) fn take<A: Array>(array: &A, indices: &IndexArray<'_, A>, axis: isize) -> Result<A> {
    let op = "take";
    let axis = resolve_axis(op, axis, array.ndim())?;
    let list = resolved(op, &indices.to_values(op)?, axis, array.shape()[axis])?;
    let taken = A::apply_one(Select::Take { axis, indices: list.into() }, &[array])?;
    let mut shape: Shape = array.shape().into();
    shape.remove(axis);
    shape.insert_many(axis, indices.shape().iter().copied());
    reshaped(&taken, shape)
}

/// Of each line along an axis the elements at the indices that stand at its place.
pub(super) fn take_along_axis<A: Array>(
    array: &A,
    indices: &IndexArray<'_, A>,
    axis: isize,
) -> Result<A> {
    let op = "take_along_axis";
    let ndim = array.ndim();
    let axis = resolve_axis(op, axis, ndim)?;
    if indices.shape().len() != ndim {
        return Err(ShapeError::Mismatch {
            op: op.to_owned(),
            shapes: vec![array.shape().to_vec(), indices.shape().to_vec()],
            reason: "the indices must have as many axes as the array".to_owned(),
        }
        .into());
    }
    let list = resolved(op, &indices.to_values(op)?, axis, array.shape()[axis])?;
    // Along every other axis a line has its own index.
    let own = |(a, &n): (usize, &usize)| -> Result<(Shape, Vec<u64>)> {
        let mut shape: Shape = smallvec::smallvec![1; ndim];
        shape[a] = n;
        // The axis itself has the list that is given.
        let length = if a == axis { 0 } else { n };
        let mut list = reserve(op, length as u128)?;
        list.extend(0..length as u64);
        Ok((shape, list))
    };
    let mut lists = array.shape().iter().enumerate().map(own).collect::<Result<Vec<_>>>()?;
    lists[axis] = (indices.shape().into(), list);
    let shapes: Vec<Shape> = lists.iter().map(|(shape, _)| shape.clone()).collect();
    let points = Points::of_lists(op, 0, (0..ndim).collect(), lists, &shapes)?;
    reshaped(&points.pick(op, array)?, points.shape().into())
}

/// How often the elements along an axis are repeated: each as often, or each by a count of its own.
#[derive(Debug, Clone)]
pub enum Repetitions<'a, A> {
    /// Each element so many times.
    Each(isize),
    /// As many times as a 1-dimensional array of integers says, or of one integer for all.
    Counts(IndexArray<'a, A>),
}

macro_rules! from_numbers {
    ($($T:ty),+) => {$(
        impl<A> From<$T> for Repetitions<'_, A> {
            fn from(times: $T) -> Self {
                // More than `isize::MAX` elements do not fit any axis.
                Self::Each(isize::try_from(times).unwrap_or(isize::MAX))
            }
        }
    )+};
}
from_numbers!(i32, isize, usize);
impl<'a, A, T: Into<IndexArray<'a, A>>> From<T> for Repetitions<'a, A> {
    fn from(counts: T) -> Self {
        Self::Counts(counts.into())
    }
}

/// Each element repeated along an axis.
pub(super) fn repeat<A: Array>(
    array: &A,
    repetitions: &Repetitions<'_, A>,
    axis: isize,
) -> Result<A> {
    let op = "repeat";
    let axis = resolve_axis(op, axis, array.ndim())?;
    let length = array.shape()[axis];
    let counts = match repetitions {
        Repetitions::Each(times) => {
            return manipulation::repeat(array, count(*times as i128)?, axis);
        }
        Repetitions::Counts(counts) => counts,
    };
    let values = counts.to_values(op)?;
    let counts: Vec<usize> = with_dtype!(values.dtype(), [integer] T => {
        let values = values.as_slice::<T>().expect("own data type");
        tried(op, values.len(), values.iter().map(|&n| count(i128::from(n))))?
    }, else return Err(DTypeError::Unsupported {
        op: op.to_owned(),
        dtype: values.dtype(),
        expected: "integers".to_owned(),
    }.into()));
    match *counts.as_slice() {
        [times] => return manipulation::repeat(array, times, axis),
        ref counts if counts.len() == length => {}
        ref counts => {
            return Err(ShapeError::Parameter {
                op: op.to_owned(),
                what: "repetitions",
                value: format!("{} counts", counts.len()),
                reason: format!("axis {axis} has length {length}"),
            }
            .into());
        }
    }
    let total = counts.iter().fold(0_u128, |sum, &n| sum + n as u128);
    let mut list: Vec<u64> = reserve(op, total)?;
    for (index, &times) in (0..).zip(&counts) {
        list.extend(std::iter::repeat_n(index, times));
    }
    A::apply_one(Select::Take { axis, indices: list.into() }, &[array])
}

fn count(times: i128) -> Result<usize> {
    usize::try_from(times).map_err(|_| {
        ShapeError::Parameter {
            op: "repeat".to_owned(),
            what: "repetitions",
            value: times.to_string(),
            reason: "a count is not negative".to_owned(),
        }
        .into()
    })
}

/// The elements of matrices on some diagonals, zero elsewhere.
pub(super) fn band<A: Array>(array: &A, lower: Option<isize>, upper: Option<isize>) -> Result<A> {
    let [lower, upper] = [lower, upper].map(|diagonal| diagonal.map(|k| k as i128));
    A::apply_one(Select::Band { lower, upper }, &[array])
}
