//! [`Format`]: how a tensor is stored, as a value.

mod text;

use super::validate::check_order;
use crate::Result;
use crate::buffer::Width;
use crate::dtype::DType;
use crate::error::FormatError;
use crate::standard::Shape;
use smallvec::{SmallVec, smallvec};

/// The kind of a [`Level`](super::Level).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LevelKind {
    /// Every index stored.
    Dense,
    /// Sorted indices.
    Sparse,
    /// Sorted index tuples of that many dimensions.
    Coo(usize),
    /// One bit per index.
    Bitmap,
    /// Run-length encoded, every index stored.
    Runs,
}

impl LevelKind {
    /// The number of dimensions it covers.
    pub const fn ndim(self) -> usize {
        match self {
            Self::Coo(k) => k,
            _ => 1,
        }
    }

    /// Whether every index has a child, so that nothing is left to the fill value.
    pub const fn is_full(self) -> bool {
        matches!(self, Self::Dense | Self::Runs)
    }
}

/// The kind of a [`Leaf`](super::Leaf).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LeafKind {
    /// A value for each position.
    Element,
    /// `bool`, every stored value `true`: none is kept.
    Pattern,
    /// One value for all positions.
    Iso,
}

/// How a tensor is stored: its levels from the outermost inwards, its leaf, and the order of its axes.
///
/// Any nesting is legal. The format is a run-time value, with a text form that is read and printed:
///
/// ```
/// use redpoll::tensor::Format;
/// let csc: Format = "dense(sparse(element))[1,0]".parse()?;
/// assert_eq!(csc, Format::csc());
/// assert_eq!("csf(3)".parse::<Format>()?.to_string(), "sparse(sparse(sparse(element)))");
/// assert_eq!("runs(coo2(iso))".parse::<Format>()?.ndim(), 3);
/// # Ok::<(), redpoll::Error>(())
/// ```
///
/// The short names `csr`, `csc`, `dcsr`, `dcsc`, `coo(n)`, `csf(n)`, `dense(n)`, `bitmap(n)` and `runs(n)` are those
/// of the constructors.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
pub struct Format {
    levels: SmallVec<[LevelKind; 4]>,
    leaf: LeafKind,
    order: Shape,
}

impl Format {
    /// A format of these levels, outermost first, over a leaf. `order[k]` is the axis that is stored at storage
    /// dimension `k`.
    ///
    /// # Errors
    /// If a `Coo` level covers no dimension, or `order` is no permutation of the dimensions that the levels cover.
    pub fn new(
        levels: impl IntoIterator<Item = LevelKind>,
        leaf: LeafKind,
        order: &[usize],
    ) -> Result<Self> {
        let levels: SmallVec<[LevelKind; 4]> = levels.into_iter().collect();
        if let Some(position) = levels.iter().position(|&l| l == LevelKind::Coo(0)) {
            return Err(FormatError::Invariant {
                what: "format: levels".into(),
                position,
                value: "coo0".into(),
                reason: "a coo level covers at least one dimension".into(),
            }
            .into());
        }
        check_order(order, covered(&levels))?;
        Ok(Self { levels, leaf, order: order.into() })
    }

    /// As [`new`](Self::new), of parts that are known to be valid.
    pub(crate) fn new_unchecked(
        levels: impl IntoIterator<Item = LevelKind>,
        leaf: LeafKind,
        order: &[usize],
    ) -> Self {
        Self { levels: levels.into_iter().collect(), leaf, order: order.into() }
    }

    /// These levels over an `Element` leaf, with the axes in their own order.
    pub(crate) fn of(levels: impl IntoIterator<Item = LevelKind>) -> Self {
        let levels: SmallVec<[LevelKind; 4]> = levels.into_iter().collect();
        let order = (0..levels.iter().map(|l| l.ndim()).sum()).collect();
        Self { levels, leaf: LeafKind::Element, order }
    }

    /// Compressed sparse rows: `dense(sparse(element))`.
    pub fn csr() -> Self {
        Self::of([LevelKind::Dense, LevelKind::Sparse])
    }

    /// Compressed sparse columns: `dense(sparse(element))[1,0]`.
    pub fn csc() -> Self {
        Self { order: smallvec![1, 0], ..Self::csr() }
    }

    /// Doubly compressed sparse rows: `sparse(sparse(element))`, where empty rows take no space.
    pub fn dcsr() -> Self {
        Self::csf(2)
    }

    /// Doubly compressed sparse columns: `sparse(sparse(element))[1,0]`.
    pub fn dcsc() -> Self {
        Self { order: smallvec![1, 0], ..Self::dcsr() }
    }

    /// Sorted coordinates of `n` dimensions: `coo2(element)` for `n = 2`.
    pub fn coo(n: usize) -> Self {
        Self::of((n > 0).then_some(LevelKind::Coo(n)))
    }

    /// Compressed sparse fibers: `n` sparse levels.
    pub fn csf(n: usize) -> Self {
        Self::of(std::iter::repeat_n(LevelKind::Sparse, n))
    }

    /// `n` dense levels: every element, in row-major order.
    pub fn dense(n: usize) -> Self {
        Self::of(std::iter::repeat_n(LevelKind::Dense, n))
    }

    /// One bit for each element and the values of the set ones: dense levels and a last `Bitmap` level.
    pub fn bitmap(n: usize) -> Self {
        Self::dense_then(n, LevelKind::Bitmap)
    }

    /// Run-length encoded rows: dense levels and a last `Runs` level.
    pub fn runs(n: usize) -> Self {
        Self::dense_then(n, LevelKind::Runs)
    }

    fn dense_then(n: usize, last: LevelKind) -> Self {
        let outer = std::iter::repeat_n(LevelKind::Dense, n.saturating_sub(1));
        Self::of(outer.chain((n > 0).then_some(last)))
    }

    /// Its short name, if it has one for its number of dimensions: `csr`, `csc`, `coo`, `csf`, `dense`, `bitmap`, `runs`;
    /// else its text form. A tensor of no axes, which has one format, is `dense`.
    ///
    /// ```
    /// use redpoll::tensor::Format;
    /// let name = |text: &str| text.parse::<Format>().unwrap().name();
    /// assert_eq!(name("dense(sparse(element))[1,0]"), "csc");
    /// assert_eq!(name("coo3(element)"), "coo");
    /// assert_eq!(name("coo3(element)[2,1,0]"), "coo3(element)[2,1,0]");
    /// ```
    pub fn name(&self) -> String {
        let ndim = self.ndim();
        let named = Self::SHORT.iter().find(|name| Self::named(name, ndim).as_ref() == Some(self));
        named.map_or_else(|| self.to_string(), ToString::to_string)
    }

    /// All short names. Where two name one format, the first is its name.
    const SHORT: [&str; 9] =
        ["dense", "csr", "csc", "csf", "dcsc", "coo", "bitmap", "runs", "dcsr"];

    /// The format of a short name for `ndim` dimensions, if there is one: `csr` and its like are of matrices.
    pub fn named(name: &str, ndim: usize) -> Option<Self> {
        Some(match name {
            "dense" => Self::dense(ndim),
            "csf" => Self::csf(ndim),
            "coo" => Self::coo(ndim),
            "bitmap" => Self::bitmap(ndim),
            "runs" => Self::runs(ndim),
            "csr" if ndim == 2 => Self::csr(),
            "csc" if ndim == 2 => Self::csc(),
            "dcsr" if ndim == 2 => Self::dcsr(),
            "dcsc" if ndim == 2 => Self::dcsc(),
            _ => return None,
        })
    }

    /// A format by its short name, for that number of dimensions, or by its text form.
    ///
    /// # Errors
    /// If it is neither.
    pub fn read(text: &str, ndim: usize) -> Result<Self> {
        Self::named(text, ndim).map_or_else(|| text.parse(), Ok)
    }

    /// The same levels and leaf with another order of the axes.
    ///
    /// # Errors
    /// If it is no permutation of the axes.
    pub fn with_order(&self, order: &[usize]) -> Result<Self> {
        check_order(order, self.ndim())?;
        Ok(Self { order: order.into(), ..self.clone() })
    }

    /// The same levels and order over another leaf.
    #[must_use]
    pub fn with_leaf(&self, leaf: LeafKind) -> Self {
        Self { leaf, ..self.clone() }
    }

    /// The format that a tensor of this format has after its axes are permuted, so that axis `j` of the result is
    /// axis `axes[j]` of the tensor: the same levels, with the order renamed.
    ///
    /// # Errors
    /// If `axes` is no permutation of the axes.
    pub fn permuted(&self, axes: &[usize]) -> Result<Self> {
        check_order(axes, self.ndim())?;
        Ok(Self { order: permuted_order(&self.order, axes), ..self.clone() })
    }

    /// The kinds of the levels, outermost first.
    pub fn levels(&self) -> &[LevelKind] {
        &self.levels
    }

    /// The kind of the leaf.
    pub const fn leaf(&self) -> LeafKind {
        self.leaf
    }

    /// `order()[k]` is the axis stored at storage dimension `k`.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The number of dimensions.
    pub fn ndim(&self) -> usize {
        self.order.len()
    }

    /// Whether all levels are `Dense`.
    pub fn is_dense(&self) -> bool {
        self.levels.iter().all(|&l| l == LevelKind::Dense)
    }

    /// Whether the axes are stored in their own order.
    pub fn is_in_order(&self) -> bool {
        self.order.iter().enumerate().all(|(k, &a)| k == a)
    }

    /// An upper bound on the bytes that a tensor with `stored` stored elements takes in this format, from its
    /// logical shape and data type: exact where all levels are dense. It saturates.
    ///
    /// Nothing is checked against a limit when converting; a caller that has one asks here first.
    ///
    /// ```
    /// use redpoll::{dtype::DType, tensor::Format};
    /// assert_eq!(Format::dense(2).bytes_for(&[100, 10], DType::Float64, 3), 8000);
    /// assert_eq!(Format::csr().bytes_for(&[100, 10], DType::Float64, 3), 4 * 101 + 3 * (4 + 8));
    /// ```
    pub fn bytes_for(&self, shape: &[usize], dtype: DType, stored: u128) -> u128 {
        let times = |a: u128, b: u128| a.saturating_mul(b);
        let plus = |a: u128, b: u128| a.saturating_add(b);
        let mut dims = self.order.iter().map(|&a| shape.get(a).map_or(0, |&n| n as u128));
        // Positions after the levels so far, index entries, bytes of bits.
        let (mut positions, mut entries, mut bits, mut largest) = (1, 0, 0, 0);
        for level in &self.levels {
            let n = dims
                .by_ref()
                .take(level.ndim())
                .inspect(|&n| largest = largest.max(n))
                .fold(1, times);
            let all = times(positions, n);
            let parents = plus(positions, 1);
            match level {
                LevelKind::Dense => positions = all,
                LevelKind::Sparse | LevelKind::Coo(_) => {
                    positions = all.min(stored);
                    entries = plus(entries, plus(parents, times(positions, level.ndim() as u128)));
                }
                LevelKind::Bitmap => {
                    let words = all.div_ceil(64);
                    bits = plus(bits, times(words, 8));
                    entries = plus(entries, plus(words, 1));
                    positions = all.min(stored);
                }
                LevelKind::Runs => {
                    positions = all.min(plus(positions, times(stored, 2)));
                    entries = plus(entries, plus(parents, positions));
                }
            }
            largest = largest.max(positions);
        }
        let width = Width::for_counts([usize::try_from(largest).unwrap_or(usize::MAX)]);
        let values = match self.leaf {
            LeafKind::Element => times(positions, dtype.size() as u128),
            LeafKind::Pattern => 0,
            LeafKind::Iso => dtype.size() as u128,
        };
        plus(plus(times(entries, width.size() as u128), bits), values)
    }
}

/// The number of dimensions that levels cover, as far as `usize` reaches: that far reach no axes.
pub(super) fn covered(levels: &[LevelKind]) -> usize {
    levels.iter().fold(0, |sum, level| sum.saturating_add(level.ndim()))
}

/// The storage order after the axes were permuted: every stored axis under its new name.
pub(crate) fn permuted_order(order: &[usize], axes: &[usize]) -> Shape {
    let mut renamed: Shape = smallvec![0; axes.len()];
    for (new, &old) in axes.iter().enumerate() {
        renamed[old] = new;
    }
    order.iter().map(|&a| renamed[a]).collect()
}
