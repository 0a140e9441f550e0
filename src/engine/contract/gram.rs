//! A matrix times its own transpose: only the upper half is computed.
//!
//! ```text
//!   C = Bᵀ·B        row i of C, from the diagonal on, is the sum over the rows k of B that have an element in
//!   ┌ ─ ─ ─ ┐       column i: that element times the row from column i on. The rows k are taken in blocks, which
//!     ╲ tile        stay in the cache while they are added to all rows of a tile.
//!   │   ╲   │
//!   └ ─ ─ ─ ┘
//! ```

use super::dense::typed;
use super::sparse::Pair;
use super::tiles::{cut_values, tiles};
use crate::Result;
use crate::buffer::{Index, Values, copied, listed};
use crate::dtype::Element;
use crate::kernels::contract::{Arith, scatter_axpy};
use crate::parallel;
use crate::with_dtype;
use std::ops::Range;

/// Rows of B in a block.
const BLOCK: usize = 512;
/// Rows and columns of a square that is mirrored at once.
const SQUARE: usize = 64;

impl<I: Index> Pair<'_, I> {
    /// All elements of the product, for a left matrix that is the transpose of the right one.
    pub(super) fn gram(&self) -> Result<Values> {
        let n = self.right.columns.len();
        // Row by row of the left matrix, the rows of the right one are used up from their start.
        let mut next = copied("contract", &self.right.ptr)?;
        let from = self.left_idx.iter().map(|k| {
            next[k.get()] += 1;
            next[k.get()] - 1
        });
        let from = listed("contract", from)?;
        let work = |row| self.left_row(row).map(|e| self.rest(e, from[e]).len()).sum::<usize>() + 1;
        let tiles = tiles(n, 0, work);
        let mut out = self.zeros(n * n)?;
        let parts = cut_values(out.make_mut(), tiles.iter().map(|t| t.len() * n));
        parallel::try_for_each(tiles.into_iter().zip(parts), |(rows, out)| {
            with_dtype!(out.dtype(), T => {
                let out = T::slice_mut(out).expect("own data type");
                self.gram_tile::<T>(rows, &from, out)
            })
        })?;
        with_dtype!(out.dtype(), T => {
            mirror(T::slice_mut(out.make_mut()).expect("own data type"), n);
        });
        Ok(out)
    }

    /// The row of the right matrix that element `e` of the left one names, from an element on.
    fn rest(&self, e: usize, from: usize) -> Range<usize> {
        from..self.right_row(self.left_idx[e]).end
    }

    fn gram_tile<T: Arith>(&self, rows: Range<usize>, from: &[usize], out: &mut [T]) -> Result<()> {
        let (left, right) = (typed::<T>(&self.left.values), typed::<T>(&self.right.values));
        let n = self.right.columns.len();
        let mut left_over = listed("contract", rows.map(|row| self.left_row(row)))?;
        for block in (0..self.right.rows.len()).step_by(BLOCK) {
            for (elements, out) in left_over.iter_mut().zip(out.chunks_exact_mut(n)) {
                while elements.start < elements.end {
                    let e = elements.start;
                    if self.left_idx[e].get() >= block + BLOCK {
                        break;
                    }
                    let rest = self.rest(e, from[e]);
                    scatter_axpy(left[e], &self.right_idx[rest.clone()], &right[rest], out);
                    elements.start += 1;
                }
            }
        }
        Ok(())
    }
}

/// Copies the upper half of a square matrix to the lower one.
fn mirror<T: Element>(matrix: &mut [T], n: usize) {
    for top in (0..n).step_by(SQUARE) {
        for left in (top..n).step_by(SQUARE) {
            for i in top..n.min(top + SQUARE) {
                for j in left.max(i + 1)..n.min(left + SQUARE) {
                    matrix[j * n + i] = matrix[i * n + j];
                }
            }
        }
    }
}
