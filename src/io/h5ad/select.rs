//! Windows across the grain: some columns of a CSR matrix, some rows of a CSC matrix.
//!
//! The stored elements of such a window are scattered over the whole file. They are selected while the matrix
//! streams by in blocks along its major axis, so that memory holds the selection and one block.

use super::matrix::{Matrix, Parts};
use crate::buffer::Values;
use crate::dtype::{Element, Integer};
use crate::error::Result;
use crate::with_dtype;
use std::ops::Range;

/// Stored elements read at a time.
const BLOCK: i64 = 1 << 22;

impl Matrix {
    /// The stored elements of a window on both axes of a sparse matrix, as parts along its major axis.
    ///
    /// What lies outside the window on the major axis is not read. A window on the minor axis saves memory, but no
    /// reading: all that lies in the window on the major axis is read, in blocks. Where the minor window is not
    /// the whole axis, `indices` count from its start, and are `int64`.
    ///
    /// # Errors
    /// As for [`read_parts`](Self::read_parts).
    pub fn read_window(&self, major: Range<usize>, minor: Range<usize>) -> Result<Parts> {
        let [_, length] = self.axes()?;
        self.check_window("read_window", &minor, length)?;
        if minor == (0..length) {
            return self.read_parts(major);
        }
        with_dtype!(self.dtype(), T => self.select::<T>(major, minor))
    }

    fn select<T: Element>(&self, major: Range<usize>, minor: Range<usize>) -> Result<Parts> {
        let [length, _] = self.axes()?;
        self.check_window("read_window", &major, length)?;
        let pointers = self.indptr()?;
        let (mut indptr, mut indices, mut data) = (vec![0], Vec::new(), Vec::<T>::new());
        let mut start = major.start;
        while start < major.end {
            let limit = pointers[start].saturating_add(BLOCK);
            let rows = pointers[start + 1..=major.end].partition_point(|&p| p <= limit);
            let block = self.read_parts(start..start + rows.max(1))?;
            let mut positions = Vec::new();
            with_dtype!(block.indices.dtype(), [integer] I => {
                let found = I::slice(block.indices.view()).expect("own dtype");
                for ends in block.indptr.windows(2) {
                    let row = ends[0] as usize..ends[1] as usize;
                    keep(found, row, &minor, &mut indices, &mut positions);
                    indptr.push(indices.len() as i64);
                }
            }, else unreachable!("`open` checked that indices are integers"));
            let values = T::slice(block.data.view()).expect("the matrix has this type");
            data.extend(positions.into_iter().map(|position: usize| values[position]));
            start += rows.max(1);
        }
        Ok(Parts { indptr, indices: Values::from(indices), data: Values::from(data) })
    }
}

/// The indices of a row that lie in the window, counted from its start, and their positions.
fn keep<I: Integer>(
    indices: &[I],
    row: Range<usize>,
    window: &Range<usize>,
    kept: &mut Vec<i64>,
    positions: &mut Vec<usize>,
) {
    for position in row {
        let index = indices[position].to_usize().expect("read_parts checked the indices");
        if window.contains(&index) {
            kept.push((index - window.start) as i64);
            positions.push(position);
        }
    }
}
