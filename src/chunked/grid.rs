//! [`Grid`]: how an array is cut into blocks, one [`Partition`] for each axis.
//!
//! ```text
//! axis 1:   0 ── 3 ── 5            grid.counts() == [3, 2]
//!        0  ┌────┬────┐
//!           │ 00 │ 01 │            block [1, 0] is the region [2..4, 0..3]
//!        2  ├────┼────┤
//!           │ 10 │ 11 │
//!        4  ├────┼────┤
//!           │ 20 │ 21 │            the last chunk of an axis may be shorter
//!        5  └────┴────┘
//! ```

use crate::Result;
use crate::error::{ChunkError, MemoryError};
use crate::standard::Shape;
use smallvec::SmallVec;
use std::ops::Range;
use std::sync::Arc;

/// A block of an array's elements: one range of indices for each axis.
pub type Region = SmallVec<[Range<usize>; 4]>;

/// The cuts of one axis into chunks. No chunk is empty, but for the only chunk of an axis of length 0.
///
/// Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Where the chunks begin, and the length of the axis.
    bounds: Arc<[usize]>,
}

impl Partition {
    /// Chunks of the given lengths.
    ///
    /// # Errors
    /// [`ChunkError::Grid`] if they do not add up to `length`, or one is 0 on an axis that is not; `op` and `axis`
    /// are named in the message.
    pub fn new(op: &str, axis: usize, length: usize, lengths: &[usize]) -> Result<Self> {
        let wrong =
            || ChunkError::Grid { op: op.to_owned(), axis, length, chunks: lengths.to_vec() };
        if length == 0 && lengths.iter().all(|&n| n == 0) {
            return Ok(Self::whole(0));
        }
        let mut bounds = vec![0_usize];
        for &n in lengths {
            let end = bounds[bounds.len() - 1].checked_add(n).filter(|_| n > 0);
            bounds.push(end.ok_or_else(wrong)?);
        }
        if bounds[bounds.len() - 1] != length {
            return Err(wrong().into());
        }
        Ok(Self { bounds: bounds.into() })
    }

    /// One chunk.
    pub fn whole(length: usize) -> Self {
        Self { bounds: [0, length].into() }
    }

    /// Chunks of one length, the last perhaps shorter.
    ///
    /// # Panics
    /// If `size` is 0.
    pub fn regular(length: usize, size: usize) -> Self {
        assert!(size > 0, "a chunk has at least one index");
        Self::from_bounds((0..length).step_by(size).skip(1), length)
    }

    /// Chunks that begin at 0 and at each of the ascending positions inside the axis.
    pub(super) fn from_bounds(cuts: impl IntoIterator<Item = usize>, length: usize) -> Self {
        let mut bounds = vec![0];
        for cut in cuts {
            if cut > bounds[bounds.len() - 1] && cut < length {
                bounds.push(cut);
            }
        }
        bounds.push(length);
        Self { bounds: bounds.into() }
    }

    /// The length of the axis.
    pub fn length(&self) -> usize {
        self.bounds[self.bounds.len() - 1]
    }

    /// The number of chunks, at least one.
    pub fn count(&self) -> usize {
        self.bounds.len() - 1
    }

    /// The indices of a chunk.
    ///
    /// # Panics
    /// If there is no such chunk.
    pub fn range(&self, chunk: usize) -> Range<usize> {
        self.bounds[chunk]..self.bounds[chunk + 1]
    }

    /// The indices of all chunks in order.
    pub fn ranges(&self) -> impl ExactSizeIterator<Item = Range<usize>> + Clone + '_ {
        self.bounds.windows(2).map(|w| w[0]..w[1])
    }

    /// The lengths of all chunks in order.
    pub fn lengths(&self) -> impl ExactSizeIterator<Item = usize> + Clone + '_ {
        self.bounds.windows(2).map(|w| w[1] - w[0])
    }

    /// The length of the longest chunk.
    pub fn longest(&self) -> usize {
        self.lengths().max().unwrap_or(0)
    }

    /// The chunk that an index is in; of an index past the end, the last.
    pub fn locate(&self, index: usize) -> usize {
        self.bounds[1..self.count()].partition_point(|&start| start <= index)
    }

    /// The chunks that a range of indices touches; of an empty range, the one where it lies.
    pub fn overlapping(&self, range: &Range<usize>) -> Range<usize> {
        let last = if range.is_empty() { range.start } else { range.end - 1 };
        self.locate(range.start)..self.locate(last) + 1
    }

    /// The cuts inside the axis, without its ends.
    pub(super) fn cuts(&self) -> &[usize] {
        &self.bounds[1..self.count()]
    }

    /// The coarsest partition that has the cuts of both.
    #[must_use]
    pub fn refine(&self, other: &Self) -> Self {
        if self == other || other.count() == 1 {
            return self.clone();
        }
        let mut cuts = [self.cuts(), other.cuts()].concat();
        cuts.sort_unstable();
        Self::from_bounds(cuts, self.length())
    }
}

/// The cuts of all axes of an array: a partition of its elements into blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    axes: SmallVec<[Partition; 4]>,
}

impl Grid {
    /// A grid from the partitions of its axes.
    pub fn new(axes: impl IntoIterator<Item = Partition>) -> Self {
        Self { axes: axes.into_iter().collect() }
    }

    /// A single block.
    pub fn whole(shape: &[usize]) -> Self {
        Self::new(shape.iter().map(|&n| Partition::whole(n)))
    }

    /// The partitions of the axes.
    pub fn axes(&self) -> &[Partition] {
        &self.axes
    }

    /// The lengths of the axes.
    pub fn shape(&self) -> Shape {
        self.axes.iter().map(Partition::length).collect()
    }

    /// The number of chunks along each axis.
    pub fn counts(&self) -> Shape {
        self.axes.iter().map(Partition::count).collect()
    }

    /// The number of blocks: the product of the counts, as far as `usize` reaches.
    pub fn blocks(&self) -> usize {
        self.axes.iter().fold(1, |n, axis| usize::saturating_mul(n, axis.count()))
    }

    /// The region of a block.
    ///
    /// # Panics
    /// If there is no such block.
    pub fn region(&self, index: &[usize]) -> Region {
        assert_eq!(index.len(), self.axes.len(), "one position for each axis");
        self.axes.iter().zip(index).map(|(axis, &k)| axis.range(k)).collect()
    }

    /// The positions of all blocks in row-major order.
    pub fn indices(&self) -> impl Iterator<Item = Shape> {
        positions(self.counts())
    }

    /// The regions of all blocks in row-major order.
    pub fn regions(&self) -> impl Iterator<Item = Region> + '_ {
        self.indices().map(|index| self.region(&index))
    }

    /// All of the array.
    pub(super) fn all(&self) -> Region {
        self.axes.iter().map(|axis| 0..axis.length()).collect()
    }

    /// The position of the block in which a region begins.
    pub(super) fn locate(&self, region: &[Range<usize>]) -> Shape {
        self.axes.iter().zip(region).map(|(axis, r)| axis.locate(r.start)).collect()
    }

    /// The position of a block in row-major order, if the region is exactly one.
    pub(super) fn block_at(&self, region: &[Range<usize>]) -> Option<Shape> {
        let index = self.locate(region);
        let exact = self.axes.iter().zip(&index).zip(region).all(|((a, &k), r)| a.range(k) == *r);
        exact.then_some(index)
    }

    /// The position of a block by its row-major number.
    pub(super) fn index(&self, flat: usize) -> Shape {
        let mut rest = flat;
        let mut index = self.counts();
        for k in index.iter_mut().rev() {
            let count = *k;
            *k = rest % count;
            rest /= count;
        }
        index
    }

    /// The row-major number of a block.
    pub(super) fn flat(&self, index: &[usize]) -> usize {
        self.axes.iter().zip(index).fold(0, |flat, (axis, &k)| flat * axis.count() + k)
    }
}

/// The most steps of a plan, and so the most chunks of an axis: with more, the plan alone would take gigabytes.
pub(super) const MOST_STEPS: usize = 1 << 22;

/// Refuses what takes more steps than a plan may have. The planner names the operation.
pub(super) fn check_steps(steps: u128) -> Result<()> {
    if steps <= MOST_STEPS as u128 {
        return Ok(());
    }
    Err(MemoryError::Plan { op: "plan".to_owned(), steps, limit: MOST_STEPS }.into())
}

/// [`positions`], each of them at least one step of a plan.
pub(super) fn planned(counts: Shape) -> Result<impl Iterator<Item = Shape>> {
    check_steps(counts.iter().fold(1, |n: u128, &count| n.saturating_mul(count as u128)))?;
    Ok(positions(counts))
}

/// All positions below `counts` in row-major order.
pub(super) fn positions(counts: Shape) -> impl Iterator<Item = Shape> {
    let mut next = (!counts.contains(&0)).then(|| smallvec::smallvec![0; counts.len()]);
    std::iter::from_fn(move || {
        let current: Shape = next.clone()?;
        let mut following = current.clone();
        let advanced = (0..counts.len()).rev().any(|axis| {
            following[axis] += 1;
            let fits = following[axis] < counts[axis];
            if !fits {
                following[axis] = 0;
            }
            fits
        });
        next = advanced.then_some(following);
        Some(current)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_covers_its_axis_once() {
        for length in 0..8 {
            for size in 1..10 {
                let p = Partition::regular(length, size);
                assert_eq!(
                    p.ranges().flatten().collect::<Vec<_>>(),
                    (0..length).collect::<Vec<_>>()
                );
                assert!(p.count() == 1 || p.lengths().all(|n| n > 0 && n <= size));
                for i in 0..length {
                    assert!(p.range(p.locate(i)).contains(&i));
                }
            }
        }
    }

    #[test]
    fn lengths_must_add_up() {
        assert_eq!(Partition::new("t", 0, 5, &[2, 3]).unwrap().cuts(), [2]);
        assert_eq!(Partition::new("t", 0, 0, &[0]).unwrap().count(), 1);
        assert_eq!(
            Partition::new("rechunk", 1, 5, &[2, 2]).unwrap_err().to_string(),
            "rechunk: chunks [2, 2] do not partition axis 1 of length 5"
        );
        assert!(Partition::new("t", 0, 5, &[5, 0]).is_err());
        assert!(Partition::new("t", 0, 5, &[usize::MAX, 6]).is_err());
    }

    #[test]
    fn refinement_has_both_cuts() {
        let (a, b) = (Partition::regular(7, 2), Partition::regular(7, 3));
        assert_eq!(a.refine(&b).lengths().collect::<Vec<_>>(), [2, 1, 1, 2, 1]);
        assert_eq!(a.refine(&Partition::whole(7)), a);
    }

    #[test]
    fn regions_and_positions_are_inverse() {
        let grid = Grid::new([Partition::regular(5, 2), Partition::regular(5, 3)]);
        assert_eq!((grid.counts().as_slice(), grid.blocks()), (&[3, 2][..], 6));
        for (flat, index) in grid.indices().enumerate() {
            assert_eq!(grid.block_at(&grid.region(&index)), Some(index.clone()));
            assert_eq!((grid.flat(&index), grid.index(flat)), (flat, index));
        }
        assert_eq!(grid.block_at(&[0..2, 0..2]), None);
        assert_eq!(Grid::whole(&[]).indices().count(), 1);
    }
}
