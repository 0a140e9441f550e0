//! [`Level`]: one step from the fibers of a parent to those of its children.

use super::LevelKind;
use crate::Result;
use crate::buffer::{Buffer, Index, Indices, Width, collected};
use crate::with_width;
use std::cmp::Ordering;
use std::ops::Range;

/// One level of a fibertree: it maps a parent position `p` and an index `i < n` to a child position.
///
/// The children of one parent are always consecutive positions, in the order of their indices. `n` is the length
/// of the level's dimension; a [`Coo`](Self::Coo) level covers several dimensions and maps a tuple of indices.
///
/// A `Level` on its own is unchecked data; the invariants below hold for the levels of a
/// [`Pattern`](super::Pattern), which is where they are checked.
///
/// ```text
/// n = 4, two parents      0: { 1, 2 }    1: { 0 }
/// Sparse   ptr 0 2 3      idx 1 2 0
/// Bitmap   bits 0110 1000 (bit p·n + i)  rank 0 3
/// Runs     ptr 0 3 5      ends 1 3 4 1 4      (every index has a child; 1 and 2 of parent 0 share one)
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Level {
    /// Every index is stored: the child of `(p, i)` is `p * n + i`.
    Dense,
    /// The sorted indices of the stored children.
    Sparse {
        /// One more than there are parents: the children of `p` are `ptr[p]..ptr[p + 1]`.
        ptr: Indices,
        /// The index of each child, strictly increasing within a parent.
        idx: Indices,
    },
    /// Several dimensions at once: the sorted index tuples of the stored children.
    Coo {
        /// One more than there are parents: the children of `p` are `ptr[p]..ptr[p + 1]`.
        ptr: Indices,
        /// For each dimension of the level (at least one) the index of each child; the tuples are strictly
        /// increasing, lexicographically, within a parent.
        idx: Vec<Indices>,
    },
    /// One bit per parent and index.
    Bitmap {
        /// Bit `p * n + i`, counted from the low end of word 0, says whether `(p, i)` is stored. Bits past the
        /// last parent are 0.
        bits: Buffer<u64>,
        /// One more than there are words: the number of set bits before each word, and in all. The child of
        /// `(p, i)` is the number of set bits before its own.
        rank: Indices,
    },
    /// Every index is stored, and consecutive indices share a child.
    Runs {
        /// One more than there are parents: the runs of `p` are `ptr[p]..ptr[p + 1]`.
        ptr: Indices,
        /// Where each run ends (exclusive): strictly increasing within a parent, the last being `n`. A run is the
        /// child of all its indices. Where `n` is 0 there are no runs.
        ends: Indices,
    },
}

/// The number of bits set before bit `bit`: a bitmap level's child position.
#[inline]
pub(crate) fn rank_of(bits: &[u64], rank: &Indices, bit: usize) -> usize {
    let (word, rest) = (bit / 64, bit % 64);
    let inside = bits.get(word).map_or(0, |w| (w & ((1 << rest) - 1)).count_ones());
    rank.get(word) + inside as usize
}

impl Level {
    /// A bitmap level from its bits: counts the ranks.
    ///
    /// # Errors
    /// If the memory for the ranks cannot be had.
    pub fn bitmap(bits: Buffer<u64>) -> Result<Self> {
        let count = |word: &u64| word.count_ones() as usize;
        let rank = with_width!(Width::for_counts([bits.iter().map(count).sum()]), I => {
            let mut total = 0;
            let ranks = std::iter::once(0).chain(bits.iter().map(|word| {
                total += count(word);
                total
            }));
            I::erase(collected("bitmap", bits.len() + 1, ranks.map(I::new))?.into())
        });
        Ok(Self::Bitmap { bits, rank })
    }

    /// Its kind.
    pub fn kind(&self) -> LevelKind {
        match self {
            Self::Dense => LevelKind::Dense,
            Self::Sparse { .. } => LevelKind::Sparse,
            Self::Coo { idx, .. } => LevelKind::Coo(idx.len()),
            Self::Bitmap { .. } => LevelKind::Bitmap,
            Self::Runs { .. } => LevelKind::Runs,
        }
    }

    /// The bytes of its arrays.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Dense => 0,
            Self::Sparse { ptr, idx } => ptr.bytes() + idx.bytes(),
            Self::Coo { ptr, idx } => ptr.bytes() + idx.iter().map(Indices::bytes).sum::<usize>(),
            Self::Bitmap { bits, rank } => 8 * bits.len() + rank.bytes(),
            Self::Runs { ptr, ends } => ptr.bytes() + ends.bytes(),
        }
    }

    /// The child positions of a parent; `n` is the length of the level's dimension (of a `Coo` level: any number).
    ///
    /// # Panics
    /// If there is no such parent.
    pub fn children(&self, parent: usize, n: usize) -> Range<usize> {
        match self {
            Self::Dense => parent * n..(parent + 1) * n,
            Self::Sparse { ptr, .. } | Self::Coo { ptr, .. } | Self::Runs { ptr, .. } => {
                ptr.get(parent)..ptr.get(parent + 1)
            }
            Self::Bitmap { bits, rank } => {
                rank_of(bits, rank, parent * n)..rank_of(bits, rank, (parent + 1) * n)
            }
        }
    }

    /// The child of a parent at an index (for a `Coo` level: a tuple), if it is stored; `n` as for
    /// [`children`](Self::children). Takes constant time for `Dense` and `Bitmap`, else a binary search.
    ///
    /// # Panics
    /// If there is no such parent, or the tuple has the wrong length.
    pub fn find(&self, parent: usize, index: &[usize], n: usize) -> Option<usize> {
        match self {
            Self::Dense => Some(parent * n + index[0]),
            Self::Sparse { idx, .. } => {
                let range = self.children(parent, n);
                let found = with_width!(idx.width(), I => {
                    let fiber = &idx.as_slice::<I>().expect("own width")[range.clone()];
                    fiber.binary_search_by(|i| i.get().cmp(&index[0]))
                });
                found.ok().map(|k| range.start + k)
            }
            Self::Coo { idx, .. } => {
                let Range { mut start, mut end } = self.children(parent, n);
                while start < end {
                    let middle = start + (end - start) / 2;
                    match idx.iter().map(|c| c.get(middle)).cmp(index.iter().copied()) {
                        Ordering::Equal => return Some(middle),
                        Ordering::Less => start = middle + 1,
                        Ordering::Greater => end = middle,
                    }
                }
                None
            }
            Self::Bitmap { bits, rank } => {
                let bit = parent * n + index[0];
                (bits[bit / 64] >> (bit % 64) & 1 == 1).then(|| rank_of(bits, rank, bit))
            }
            Self::Runs { ends, .. } => {
                let range = self.children(parent, n);
                let before = with_width!(ends.width(), I => {
                    let runs = &ends.as_slice::<I>().expect("own width")[range.clone()];
                    runs.partition_point(|end| end.get() <= index[0])
                });
                (before < range.len()).then(|| range.start + before)
            }
        }
    }

    /// The index arrays, to be replaced by other widths or inspected.
    pub(crate) fn arrays_mut(&mut self) -> impl Iterator<Item = &mut Indices> {
        let (first, second, rest): (_, _, &mut [Indices]) = match self {
            Self::Dense => (None, None, &mut []),
            Self::Sparse { ptr, idx: other } | Self::Runs { ptr, ends: other } => {
                (Some(ptr), Some(other), &mut [])
            }
            Self::Coo { ptr, idx } => (Some(ptr), None, idx),
            Self::Bitmap { rank, .. } => (Some(rank), None, &mut []),
        };
        first.into_iter().chain(second).chain(rest)
    }
}
