//! Rows of a result cut into tiles that run in parallel.

use crate::Result;
use crate::buffer::{ValuesMut, zeroed};
use crate::dtype::Element;
use crate::parallel;
use crate::with_dtype;
use smallvec::SmallVec;
use std::ops::Range;

/// The least work of a tile, in multiplications.
pub(super) const WORK: usize = 16 * 1024;
/// The most tiles.
pub(super) const TILES: usize = 256;
/// Rows whose work is added up in one piece.
const ROWS: usize = 4096;

/// Consecutive rows of about the same work, which `work` gives for each, in at most [`TILES`] tiles. They depend on nothing
/// else.
pub(super) fn tiles(
    rows: usize,
    work: impl Fn(usize) -> usize + Sync,
) -> Result<Vec<Range<usize>>> {
    at_most(TILES, WORK, rows, work)
}

/// As [`tiles`], of which there are at most about `most`, each with at least so much work.
pub(super) fn at_most(
    most: usize,
    least: usize,
    rows: usize,
    work: impl Fn(usize) -> usize + Sync,
) -> Result<Vec<Range<usize>>> {
    let mut works = zeroed::<u64>("contract", rows)?;
    parallel::for_each_chunk(&mut works, ROWS, |chunk, works| {
        works
            .iter_mut()
            .enumerate()
            .for_each(|(k, of_row)| *of_row = work(chunk * ROWS + k) as u64);
    });
    let total = works.iter().fold(0_u64, |total, &of_row| total.saturating_add(of_row));
    let target = (total / most as u64).max(least as u64);
    let mut tiles = Vec::new();
    let (mut start, mut sum) = (0, 0_u64);
    for (row, of_row) in works.into_iter().enumerate() {
        sum = sum.saturating_add(of_row);
        if sum >= target {
            tiles.push(start..row + 1);
            (start, sum) = (row + 1, 0);
        }
    }
    if start < rows {
        tiles.push(start..rows);
    }
    Ok(tiles)
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
