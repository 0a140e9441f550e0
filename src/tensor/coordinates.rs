//! [`Coordinates`]: the stored elements of a pattern, listed.

mod expand;
mod sort;

pub(super) use expand::set_bits;
pub(super) use sort::sort_by_digits;

use super::validate::invariant;
use crate::Result;
use crate::buffer::{Index, Indices, Width, filled};
use crate::error::FormatError;
use crate::standard::Shape;
use crate::with_width;

/// Coordinates, sorted lexicographically and unique, one index array for each (storage) dimension.
///
/// They are what every format can be turned into and built from (see
/// [`Pattern::coordinates`](super::Pattern::coordinates) and
/// [`Pattern::from_coordinates`](super::Pattern::from_coordinates)).
#[derive(Debug, Clone, PartialEq)]
pub struct Coordinates {
    dims: Shape,
    len: usize,
    index: Vec<Indices>,
    child: Option<Indices>,
}

impl Coordinates {
    /// Coordinates of `len` elements in dimensions `dims`, one index array for each.
    ///
    /// # Errors
    /// If the arrays have not that length, an index is out of range, or the coordinates are not strictly increasing.
    pub fn try_new(dims: &[usize], len: usize, index: Vec<Indices>) -> Result<Self> {
        let length = |what: String, got, expected, reason: &str| {
            let reason = reason.into();
            Err(FormatError::Length { what, got, expected, reason }.into())
        };
        if index.len() != dims.len() {
            return length(
                "coordinates".into(),
                index.len(),
                dims.len(),
                "one array per dimension",
            );
        }
        if let Some(k) = index.iter().position(|c| c.len() != len) {
            let what = format!("coordinates: index[{k}]");
            return length(what, index[k].len(), len, "one index per coordinate");
        }
        if dims.is_empty() && len > 1 {
            return length("coordinates".into(), len, 1, "no dimension tells them apart");
        }
        for (k, (column, &n)) in index.iter().zip(dims).enumerate() {
            if let Some(position) = column.iter().position(|i| i >= n) {
                let what = format!("coordinates: index[{k}]");
                return invariant(
                    what,
                    position,
                    column.get(position),
                    format!("is not below {n}"),
                );
            }
        }
        for position in 1..len {
            let order = index.iter().map(|c| c.get(position - 1).cmp(&c.get(position)));
            if !order.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).is_lt() {
                let tuple: Vec<_> = index.iter().map(|c| c.get(position)).collect();
                let reason = "is not above the one before it";
                return invariant("coordinates", position, format!("{tuple:?}"), reason);
            }
        }
        Self::new_unchecked(dims, len, index, None)
    }

    /// Coordinates that are known to be valid, with the leaf positions where these are not `0..len`. Index arrays
    /// may have any width that holds them; they are brought to one. The leaf positions keep theirs: they count what
    /// the source stores, which can be far more than `len`.
    ///
    /// # Errors
    /// If the memory for another width cannot be had.
    pub(crate) fn new_unchecked(
        dims: impl Into<Shape>,
        len: usize,
        mut index: Vec<Indices>,
        child: Option<Indices>,
    ) -> Result<Self> {
        let dims = dims.into();
        debug_assert!(index.len() == dims.len() && index.iter().all(|c| c.len() == len));
        debug_assert!(child.as_ref().is_none_or(|c| c.len() == len));
        let width = Width::for_counts(dims.iter().copied().chain([len]));
        for array in &mut index {
            if array.width() != width {
                *array = array.to_width(width)?;
            }
        }
        Ok(Self { dims, len, index, child })
    }

    /// The lengths of the dimensions.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The number of coordinates.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The width of its index arrays: the narrowest for the dimensions and the number of coordinates.
    pub fn width(&self) -> Width {
        Width::for_counts(self.dims.iter().copied().chain([self.len]))
    }

    /// For each dimension the index of every coordinate.
    pub fn index(&self) -> &[Indices] {
        &self.index
    }

    /// The leaf position of every coordinate in the pattern it comes from; `None` where these are `0, 1, 2, …`. They
    /// have a width of their own.
    pub const fn child(&self) -> Option<&Indices> {
        self.child.as_ref()
    }

    /// The index arrays as slices of `I`, which is their [`width`](Self::width).
    pub(crate) fn columns<I: Index>(&self) -> Vec<&[I]> {
        self.index.iter().map(|c| c.as_slice().expect("the width of the coordinates")).collect()
    }

    /// The position of every coordinate in the dense array of strides `strides` (in elements).
    pub(crate) fn offsets(&self, strides: &[usize]) -> Result<Indices> {
        let mut offsets = filled("coordinates", 0_u64, self.len)?;
        with_width!(self.width(), I => {
            for (column, &stride) in self.columns::<I>().iter().zip(strides) {
                for (offset, i) in offsets.iter_mut().zip(*column) {
                    *offset += (i.get() * stride) as u64;
                }
            }
        });
        Ok(offsets.into())
    }
}
