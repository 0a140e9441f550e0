//! A part of one axis, to be taken out of an array and to be put back.

use crate::Result;
use crate::buffer::{copied, reserve};
use crate::standard::manipulation::sliced;
use crate::standard::{Array, AxisSlice, Join, Select};
use smallvec::SmallVec;
use std::ops::Range;

/// Some indices of an axis, ascending, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Neighbours.
    Range(Range<usize>),
    /// Others.
    List(Vec<u64>),
}

impl Part {
    /// The indices of a slice.
    pub(super) fn of_slice(op: &str, slice: &AxisSlice) -> Result<Self> {
        if slice.length == 0 {
            return Ok(Self::Range(0..0));
        }
        let (first, last) = (slice.start, slice.index(slice.length - 1));
        if slice.step.unsigned_abs() == 1 || slice.length == 1 {
            return Ok(Self::Range(first.min(last)..first.max(last) + 1));
        }
        let mut list = reserve(op, slice.length as u128)?;
        list.extend((0..slice.length).map(|k| slice.index(k) as u64));
        if slice.step < 0 {
            list.reverse();
        }
        Ok(Self::List(list))
    }

    /// The indices that a list contains.
    pub(super) fn of_list(list: &[u64]) -> Result<Self> {
        let mut indices = copied("index", list)?;
        indices.sort_unstable();
        indices.dedup();
        Ok(Self::of_ascending(indices))
    }

    /// Indices that ascend.
    pub(super) fn of_ascending(indices: Vec<u64>) -> Self {
        let hull = Self::hull(&indices);
        if hull.len() == indices.len() { hull } else { Self::List(indices) }
    }

    /// All indices from the least to the greatest of a list.
    pub(super) fn hull(list: &[u64]) -> Self {
        let (least, greatest) = (list.iter().min(), list.iter().max());
        Self::Range(match (least, greatest) {
            (Some(&least), Some(&greatest)) => least as usize..greatest as usize + 1,
            _ => 0..0,
        })
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::List(list) => list.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether they ascend and are indices of an axis of this length.
    pub fn fits(&self, length: usize) -> bool {
        match self {
            Self::Range(range) => range.start <= range.end && range.end <= length,
            Self::List(list) => {
                list.is_sorted_by(|a, b| a < b)
                    && list.last().is_none_or(|&last| last < length as u64)
            }
        }
    }

    /// The place among them of an index that is one of them.
    pub(super) fn place(&self, index: u64) -> u64 {
        match self {
            Self::Range(range) => index - range.start as u64,
            Self::List(list) => list.partition_point(|&i| i < index) as u64,
        }
    }

    /// The part of an array.
    pub(super) fn take<A: Array>(&self, array: &A, axis: usize) -> Result<A> {
        match self {
            Self::Range(range) => between(array, axis, range.clone()),
            Self::List(list) => {
                let indices = copied("index", list)?.into();
                A::apply_one(Select::Take { axis, indices }, &[array])
            }
        }
    }

    /// The array with another part in the place of its own.
    pub(super) fn put<A: Array>(&self, array: &A, axis: usize, part: &A) -> Result<A> {
        let length = array.shape()[axis];
        if self.len() == length {
            return Ok(part.clone());
        }
        match self {
            Self::Range(range) => {
                let head = between(array, axis, 0..range.start)?;
                let tail = between(array, axis, range.end..length)?;
                let pieces = [&head, part, &tail];
                let pieces: SmallVec<[&A; 3]> =
                    pieces.into_iter().filter(|p| p.shape()[axis] > 0).collect();
                A::apply_one(Join::Concat { axis }, &pieces)
            }
            Self::List(list) => {
                let indices = copied("assign", list)?.into();
                A::apply_one(Select::Put { axis, indices }, &[array, part])
            }
        }
    }
}

fn between<A: Array>(array: &A, axis: usize, range: Range<usize>) -> Result<A> {
    let mut slices: SmallVec<[AxisSlice; 4]> =
        array.shape().iter().map(|&n| AxisSlice::full(n)).collect();
    slices[axis] = AxisSlice { start: range.start, step: 1, length: range.len() };
    sliced(array, slices)
}

/// Rewrites what several parts have in common: `write` is given it and returns what takes its place.
pub(super) fn within<A: Array>(
    array: &A,
    parts: &[(usize, &Part)],
    write: &mut dyn FnMut(&A) -> Result<A>,
) -> Result<A> {
    let Some(((axis, part), rest)) = parts.split_first() else { return write(array) };
    if part.len() == array.shape()[*axis] {
        return within(array, rest, write);
    }
    let inner = within(&part.take(array, *axis)?, rest, write)?;
    part.put(array, *axis, &inner)
}
