//! Indices and positions: `u32` where everything fits, else `u64`, chosen once for a whole structure.

use super::{Buffer, listed};
use crate::Result;
use std::fmt::{Debug, Display};
use std::hash::Hash;

mod sealed {
    pub trait Sealed {}
    impl Sealed for u32 {}
    impl Sealed for u64 {}
}

/// An index type: `u32` or `u64`. Code that walks a structure is generic over it and over nothing else.
pub trait Index:
    sealed::Sealed
    + super::memory::Zeroed
    + Ord
    + Hash
    + Default
    + Debug
    + Display
    + Send
    + Sync
    + 'static
{
    /// The width.
    const WIDTH: Width;
    /// The largest value, which is never an index: it stands for "none".
    const NONE: Self;

    /// The index as a `usize`.
    fn get(self) -> usize;
    /// A `usize` as an index.
    ///
    /// The caller has chosen the width so that every dimension and count of the structure fits (see
    /// [`Width::for_counts`]); a debug build checks it.
    fn new(value: usize) -> Self;
    /// The low bits of a number: [`NONE`](Self::NONE) for a number of ones alone.
    fn wrapped(value: usize) -> Self;
    /// The slice, if this is the width of 4 bytes.
    fn narrow(slice: &[Self]) -> Option<&[u32]>;
    /// A typed buffer as [`Indices`].
    fn erase(buffer: Buffer<Self>) -> Indices;
    /// The typed slice; `None` where the indices have the other width.
    fn slice(indices: &Indices) -> Option<&[Self]>;
}

/// The width of indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Width {
    /// 4 bytes.
    U32,
    /// 8 bytes.
    U64,
}

impl Width {
    /// The narrowest width for a structure with these dimensions and counts.
    pub fn for_counts(counts: impl IntoIterator<Item = usize>) -> Self {
        if counts.into_iter().all(|c| c < u32::MAX as usize) { Self::U32 } else { Self::U64 }
    }

    /// Bytes of one index.
    pub const fn size(self) -> usize {
        match self {
            Self::U32 => 4,
            Self::U64 => 8,
        }
    }
}

/// A buffer of indices or positions of either width.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Indices {
    /// Each below `u32::MAX`.
    U32(Buffer<u32>),
    /// Each below `u64::MAX`.
    U64(Buffer<u64>),
}

/// Evaluates an expression with a type alias bound to the index type of a [`Width`].
///
/// ```
/// use redpoll::{buffer::Width, with_width};
/// assert_eq!(with_width!(Width::U64, I => size_of::<I>()), 8);
/// ```
#[macro_export]
macro_rules! with_width {
    ($width:expr, $I:ident => $body:expr) => {
        match $width {
            $crate::buffer::Width::U32 => {
                #[allow(dead_code)]
                type $I = u32;
                $body
            }
            $crate::buffer::Width::U64 => {
                #[allow(dead_code)]
                type $I = u64;
                $body
            }
        }
    };
}

macro_rules! index {
    ($($I:ty, $Variant:ident, $narrow:expr);+) => {$(
        impl Index for $I {
            const WIDTH: Width = Width::$Variant;
            const NONE: Self = <$I>::MAX;
            #[inline]
            fn get(self) -> usize {
                self as usize
            }
            #[inline]
            fn new(value: usize) -> Self {
                debug_assert!((value as u64) < <$I>::MAX as u64, "{value} does not fit the index width");
                value as $I
            }
            #[inline]
            fn wrapped(value: usize) -> Self {
                value as $I
            }
            #[inline]
            fn narrow(slice: &[Self]) -> Option<&[u32]> {
                let narrow: fn(&[Self]) -> Option<&[u32]> = $narrow;
                narrow(slice)
            }
            fn erase(buffer: Buffer<Self>) -> Indices {
                Indices::$Variant(buffer)
            }
            fn slice(indices: &Indices) -> Option<&[Self]> {
                match indices { Indices::$Variant(b) => Some(b), _ => None }
            }
        }
        impl From<Vec<$I>> for Indices {
            fn from(vec: Vec<$I>) -> Self {
                Self::$Variant(vec.into())
            }
        }
    )+};
}
index!(u32, U32, |slice| Some(slice); u64, U64, |_| None);

impl Indices {
    /// The width.
    pub const fn width(&self) -> Width {
        match self {
            Self::U32(_) => Width::U32,
            Self::U64(_) => Width::U64,
        }
    }

    /// The number of indices.
    pub fn len(&self) -> usize {
        match self {
            Self::U32(b) => b.len(),
            Self::U64(b) => b.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The index at a position.
    ///
    /// # Panics
    /// If there is none.
    pub fn get(&self, position: usize) -> usize {
        match self {
            Self::U32(b) => b[position].get(),
            Self::U64(b) => b[position].get(),
        }
    }

    /// The indices as a slice of `I`; `None` where they have the other width.
    pub fn as_slice<I: Index>(&self) -> Option<&[I]> {
        I::slice(self)
    }

    /// All indices, one after the other.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        (0..self.len()).map(|k| self.get(k))
    }

    /// The indices in another width, sharing the memory where it is the same.
    ///
    /// # Errors
    /// If the memory cannot be had.
    ///
    /// # Panics
    /// If an index does not fit: the width was not [chosen](Width::for_counts) for all that is counted.
    pub fn to_width(&self, width: Width) -> Result<Self> {
        Ok(match (self, width) {
            (Self::U32(b), Width::U64) => {
                Self::U64(listed("indices", b.iter().map(|&i| u64::from(i)))?.into())
            }
            (Self::U64(b), Width::U32) => {
                // One look at the largest, in release builds too: a wrong width must not become wrong values.
                let largest = b.iter().copied().max().unwrap_or(0);
                assert!(
                    largest < u64::from(u32::MAX),
                    "{largest} does not fit an index of 4 bytes"
                );
                Self::U32(listed("indices", b.iter().map(|&i| i as u32))?.into())
            }
            _ => self.clone(),
        })
    }

    /// A part of them, sharing the memory.
    ///
    /// # Panics
    /// If the range is outside the indices.
    #[must_use]
    pub fn slice(&self, range: std::ops::Range<usize>) -> Self {
        match self {
            Self::U32(b) => Self::U32(b.slice(range)),
            Self::U64(b) => Self::U64(b.slice(range)),
        }
    }

    /// The bytes of the indices.
    pub fn bytes(&self) -> usize {
        self.len() * self.width().size()
    }
}

/// Equality of the indices, whatever their widths.
impl PartialEq for Indices {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::U32(a), Self::U32(b)) => a == b,
            (Self::U64(a), Self::U64(b)) => a == b,
            _ => self.iter().eq(other.iter()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_that_fit_are_narrowed() {
        let wide = Indices::from(vec![0_u64, u64::from(u32::MAX) - 1]);
        let narrow = wide.to_width(Width::U32).unwrap();
        assert_eq!((narrow.width(), &narrow), (Width::U32, &wide));
        assert_eq!(narrow.to_width(Width::U64).unwrap(), wide);
    }

    #[test]
    #[should_panic(expected = "4294967295 does not fit an index of 4 bytes")]
    fn others_are_not() {
        Indices::from(vec![7, u64::from(u32::MAX)]).to_width(Width::U32).unwrap();
    }
}
