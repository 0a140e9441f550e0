//! [`Pattern`]: the structure of a tensor, apart from its values.

use super::{Level, LevelKind, validate};
use crate::Result;
use crate::buffer::{Width, filled, listed};
use crate::standard::Shape;
use smallvec::SmallVec;
use std::sync::{Arc, OnceLock};

/// The levels of a fibertree: which elements are stored, and where.
///
/// Levels lie over each other as in the picture of CSR below: position 0 before the first level is the root; each
/// level maps a position and an index to a position of the next; the positions after the last level are the *leaf
/// positions*, one for each stored value.
///
/// ```text
///            root
///  Dense     0    1    2             3 rows
///  Sparse   0:{1,3}   2:{0}          ptr 0 2 2 3   idx 1 3 0
///  leaf      0 1       2             values in this order
/// ```
///
/// Dimensions here are *storage* dimensions, in the order of the levels; a [`Tensor`](super::Tensor)'s order says
/// which axes they are. Patterns are shared by `Arc`, and two tensors with the same one are recognised by pointer.
///
/// # Invariants
/// With `P` the number of parents of a level (1 for the first) and `n` the length of its dimension:
/// - the levels cover exactly the dimensions, a `Coo` level at least one;
/// - every `ptr` has `P + 1` entries, starts at 0, never decreases, and ends at the number of its children;
/// - `Sparse`: within a parent `idx` is strictly increasing, and below `n`;
/// - `Coo`: one `idx` array for each of its dimensions, of one length; within a parent the tuples are strictly
///   increasing, lexicographically; each index is below its dimension;
/// - `Bitmap`: `ceil(P * n / 64)` words, no bit set from `P * n` on; `rank` counts the bits before each word and in
///   all;
/// - `Runs`: within a parent `ends` is strictly increasing and its last is `n`; no runs where `n` is 0;
/// - the numbers of positions fit `usize`;
/// - all index arrays have one [`width`](Self::width): the narrowest for the dimensions and numbers of positions.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "Parts", try_from = "Parts"))]
pub struct Pattern {
    dims: Shape,
    levels: Vec<Level>,
    /// The number of positions after each level.
    positions: SmallVec<[usize; 4]>,
    count: u128,
    width: Width,
    /// See [`compressed`](Self::compressed).
    compressed: OnceLock<Arc<Pattern>>,
}

/// What of a pattern is written down; the rest follows.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Parts {
    dims: Vec<usize>,
    levels: Vec<Level>,
}

#[cfg(feature = "serde")]
impl From<Pattern> for Parts {
    fn from(pattern: Pattern) -> Self {
        Self { dims: pattern.dims.to_vec(), levels: pattern.levels }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Parts> for Pattern {
    type Error = crate::Error;
    fn try_from(parts: Parts) -> Result<Self> {
        Self::try_new(&parts.dims, parts.levels)
    }
}

/// Equality of the structures as stored: the same dimensions and levels.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.dims == other.dims && self.levels == other.levels
    }
}

impl Pattern {
    /// A pattern of these levels over these storage dimensions. Index arrays of another width than the pattern's
    /// are converted, others are taken as they are.
    ///
    /// # Errors
    /// The first violation of an [invariant](Self#invariants) found, with the array, the position and the value.
    ///
    /// ```
    /// use redpoll::tensor::{Level, Pattern};
    /// let level = |idx: Vec<u32>| Level::Sparse { ptr: vec![0u32, 2, 3].into(), idx: idx.into() };
    /// let pattern = Pattern::try_new(&[2, 4], vec![Level::Dense, level(vec![1, 3, 0])])?;
    /// assert_eq!((pattern.stored(), pattern.find(&[0, 3])), (3, Some(1)));
    /// let error = Pattern::try_new(&[2, 4], vec![Level::Dense, level(vec![1, 1, 0])]).unwrap_err();
    /// assert!(error.to_string().starts_with("level 1 (sparse): idx: position 1 holds 1"));
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn try_new(dims: &[usize], mut levels: Vec<Level>) -> Result<Self> {
        // Arrays of different widths are brought to the wider one, which is always safe, and checked there.
        let widths: Vec<_> =
            levels.iter_mut().flat_map(Level::arrays_mut).map(|a| a.width()).collect();
        if widths.windows(2).any(|w| w[0] != w[1]) {
            for array in levels.iter_mut().flat_map(Level::arrays_mut) {
                *array = array.to_width(Width::U64)?;
            }
        }
        validate::levels(dims, &levels)?;
        Self::assemble(dims.into(), levels)
    }

    /// A pattern of levels that the caller knows to be valid. Index arrays may have any width that holds them; they
    /// are brought to the pattern's.
    ///
    /// # Errors
    /// If the memory for another width cannot be had.
    ///
    /// # Panics
    /// In a debug build, if an [invariant](Self#invariants) does not hold.
    pub(crate) fn new_unchecked(dims: impl Into<Shape>, levels: Vec<Level>) -> Result<Self> {
        let dims = dims.into();
        #[cfg(debug_assertions)]
        match Self::try_new(&dims, levels.clone()) {
            Ok(_) | Err(crate::Error::Memory(_)) => {}
            Err(error) => panic!("invalid pattern: {error}"),
        }
        Self::assemble(dims, levels)
    }

    /// That of no dimensions: one leaf position.
    pub(super) fn unit() -> Self {
        Self {
            dims: Shape::new(),
            levels: vec![],
            positions: SmallVec::new(),
            count: 1,
            width: Width::U32,
            compressed: OnceLock::new(),
        }
    }

    fn assemble(dims: Shape, mut levels: Vec<Level>) -> Result<Self> {
        let mut positions = SmallVec::<[usize; 4]>::new();
        let (mut parents, mut dim) = (1, 0);
        for level in &levels {
            parents = match level {
                Level::Dense => parents * dims[dim],
                Level::Sparse { idx: children, .. } | Level::Runs { ends: children, .. } => {
                    children.len()
                }
                Level::Coo { idx, .. } => idx[0].len(),
                Level::Bitmap { rank, .. } => rank.get(rank.len() - 1),
            };
            positions.push(parents);
            dim += level.kind().ndim();
        }
        let width = Width::for_counts(dims.iter().chain(&positions).copied());
        for array in levels.iter_mut().flat_map(Level::arrays_mut) {
            if array.width() != width {
                *array = array.to_width(width)?;
            }
        }
        let compressed = OnceLock::new();
        let mut pattern = Self { dims, levels, positions, count: 0, width, compressed };
        pattern.count = pattern.counted()?;
        Ok(pattern)
    }

    pub(super) fn kept_compressed(&self) -> Option<&Arc<Self>> {
        self.compressed.get()
    }

    pub(super) fn keep_compressed(&self, compressed: Arc<Self>) -> &Arc<Self> {
        self.compressed.get_or_init(|| compressed)
    }

    /// The lengths of the storage dimensions.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The number of dimensions.
    pub fn ndim(&self) -> usize {
        self.dims.len()
    }

    /// The levels, outermost first.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The kinds of the levels.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = LevelKind> + Clone + '_ {
        self.levels.iter().map(Level::kind)
    }

    /// The levels with what belongs to each: its number of parents, its first dimension, and the lengths of its
    /// dimensions.
    pub fn walk(&self) -> impl Iterator<Item = (&Level, usize, usize, &[usize])> {
        let mut dim = 0;
        self.levels.iter().enumerate().map(move |(l, level)| {
            let first = dim;
            dim += level.kind().ndim();
            (level, self.parents(l), first, &self.dims[first..dim])
        })
    }

    /// The width of all its index arrays: the narrowest one for its dimensions and numbers of positions.
    pub const fn width(&self) -> Width {
        self.width
    }

    /// The number of leaf positions: of stored values. Where a `Runs` level lets indices share a child this is
    /// fewer than [`count`](Self::count).
    pub fn stored(&self) -> usize {
        self.positions.last().copied().unwrap_or(1)
    }

    /// The number of stored elements, that is of coordinates with a leaf position.
    pub const fn count(&self) -> u128 {
        self.count
    }

    /// The number of positions after level `level`.
    ///
    /// # Panics
    /// If there is no such level.
    pub fn positions(&self, level: usize) -> usize {
        self.positions[level]
    }

    /// The number of parents of level `level`: 1 for the first, else the positions after the one before.
    ///
    /// # Panics
    /// If there is no such level.
    pub fn parents(&self, level: usize) -> usize {
        if level == 0 { 1 } else { self.positions[level - 1] }
    }

    /// The bytes of all its arrays.
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(Level::bytes).sum()
    }

    /// Whether every element is stored by the kinds of the levels: all are `Dense` or `Runs`.
    pub fn is_full(&self) -> bool {
        self.kinds().all(LevelKind::is_full)
    }

    /// Whether all levels are `Dense`.
    pub fn is_dense(&self) -> bool {
        self.kinds().all(|k| k == LevelKind::Dense)
    }

    /// The leaf position of a coordinate (in storage order), if it is stored.
    ///
    /// # Panics
    /// If the coordinate has the wrong number of indices or one outside its dimension.
    pub fn find(&self, coordinate: &[usize]) -> Option<usize> {
        assert_eq!(coordinate.len(), self.ndim(), "indices of a coordinate");
        assert!(
            coordinate.iter().zip(&self.dims).all(|(i, n)| i < n),
            "coordinate {coordinate:?} outside {:?}",
            self.dims
        );
        self.walk().try_fold(0, |parent, (level, _, first, dims)| {
            level.find(parent, &coordinate[first..first + dims.len()], dims[0])
        })
    }

    /// The number of coordinates. Only below a `Runs` level do coordinates share positions, so that they must be
    /// counted from the leaves up; and even there only if a level further in stores some indices and not others.
    fn counted(&self) -> Result<u128> {
        let Some(outer) = self.kinds().position(|k| k == LevelKind::Runs) else {
            return Ok(self.stored() as u128);
        };
        let times = |a: u128, n: &usize| a.saturating_mul(*n as u128);
        // Behind the last level that stores some indices and not others, each position stands for as many; there may be
        // more positions than there is memory to list them.
        let partial = self.levels.iter().rposition(|level| !level.kind().is_full());
        let partial = partial.filter(|&level| level > outer);
        let first = partial.map_or(outer, |level| level + 1);
        let each = self.dims[self.first_dim(first)..].iter().fold(1, times);
        let Some(partial) = partial else {
            return Ok(each.saturating_mul(self.parents(outer) as u128));
        };
        let mut below = filled("pattern", each, self.positions(partial))?;
        for (level, parents, _, dims) in
            self.walk().take(partial + 1).collect::<Vec<_>>().into_iter().rev()
        {
            let sums = (0..parents).map(|p| {
                let mut start = 0;
                let sum = |sum: u128, child: usize| {
                    let times = match level {
                        Level::Runs { ends, .. } => {
                            let end = ends.get(child);
                            end - std::mem::replace(&mut start, end)
                        }
                        _ => 1,
                    };
                    sum.saturating_add(below[child].saturating_mul(times as u128))
                };
                level.children(p, dims[0]).fold(0, sum)
            });
            below = listed("pattern", sums)?;
        }
        Ok(below[0])
    }

    /// The first dimension of a level.
    fn first_dim(&self, level: usize) -> usize {
        self.kinds().take(level).map(LevelKind::ndim).sum()
    }
}
