//! Rows of a result cut into tiles that run in parallel.

use crate::buffer::ValuesMut;
use crate::dtype::Element;
use crate::parallel;
use crate::with_dtype;
use smallvec::SmallVec;
use std::ops::Range;

/// The least work of a tile, in multiplications.
const WORK: usize = 16 * 1024;
/// The most tiles.
const TILES: usize = 256;

/// Consecutive rows of about the same work, which `work` gives for each; a tile has at least `least`. They depend on
/// nothing else.
pub(super) fn tiles(rows: usize, least: usize, work: impl Fn(usize) -> usize) -> Vec<Range<usize>> {
    let total: usize = (0..rows).map(&work).sum();
    let target = (total / TILES).max(WORK).max(least);
    let mut tiles = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for row in 0..rows {
        sum += work(row);
        if sum >= target {
            tiles.push(start..row + 1);
            (start, sum) = (row + 1, 0);
        }
    }
    if start < rows {
        tiles.push(start..rows);
    }
    tiles
}

/// As [`parallel::cut`], of any data type.
pub(super) fn cut_values(
    values: ValuesMut<'_>,
    lengths: impl ExactSizeIterator<Item = usize>,
) -> SmallVec<[ValuesMut<'_>; 1]> {
    with_dtype!(values.dtype(), T => {
        let slice = T::slice_mut(values).expect("own data type");
        parallel::cut(slice, lengths).map(T::erase_slice_mut).collect()
    })
}
