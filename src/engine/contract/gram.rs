//! A matrix times its own transpose: only the upper half is computed, by products of dense blocks if the matrix is nearly
//! dense, else row by row.
//!
//! ```text
//!   C = Bᵀ·B        row i of C, from the diagonal on, is the sum over the rows k of B that have an element in
//!   ┌ ─ ─ ─ ┐       column i: that element times the row from column i on. The rows k are taken in blocks, which
//!     ╲ tile        stay in the cache while they are added to all rows of a tile.
//!   │   ╲   │
//!   └ ─ ─ ─ ┘
//! ```

use super::dense::typed;
use super::matrix::Matrix;
use super::sparse::Pair;
use super::tiles::{WORK, at_most, cut_values};
use crate::Result;
use crate::buffer::{Index, Values, afford, copied, listed, zeroed};
use crate::dtype::{Element, Kind};
use crate::kernels::contract::{Arith, gemm_scratch, gram_half, scatter_axpy};
use crate::parallel;
use crate::with_dtype;
use std::ops::Range;

/// Elements of a block of rows of B, which stay in the cache.
const BLOCK: usize = 1 << 17;
/// The most tiles: each reads all of B.
const TILES: usize = 32;
/// Rows and columns of a square that is mirrored at once.
const SQUARE: usize = 64;

/// Rows that are written out at a time, where products of dense blocks are less work.
const PANEL: usize = 512;
/// Of these, in one piece.
const ROWS: usize = 32;
/// The multiplications of dense blocks of numbers of one byte in the time of one of sparse rows; of wider ones there are
/// so many times less.
const DENSE: usize = 192;

/// Whether Bᵀ·B of compressed rows is less work by products of dense blocks.
pub(super) fn is_nearly_dense(b: &Matrix) -> bool {
    let dtype = b.values.dtype();
    let is_float = matches!(dtype.kind(), Kind::Float | Kind::Complex);
    let sparse: f64 = b.ptr.windows(2).map(|w| ((w[1] - w[0]) as f64).powi(2)).sum();
    let dense = (b.columns.len() as f64).powi(2) * b.rows.len() as f64;
    is_float && b.columns.is_all() && sparse * (DENSE / dtype.size()) as f64 > dense
}

/// All elements of Bᵀ·B, of compressed rows: so many rows at a time are written out.
pub(super) fn panels(b: &Matrix) -> Result<Values> {
    let n = b.columns.len();
    with_dtype!(b.values.dtype(), T => {
        let values = typed::<T>(&b.values);
        let mut out = zeroed::<T>("contract", n * n)?;
        let mut panel = zeroed::<T>("contract", PANEL.min(b.rows.len()) * n)?;
        afford("contract", gemm_scratch::<T>([n, n, PANEL], true))?;
        for start in (0..b.rows.len()).step_by(PANEL) {
            let ptr = &b.ptr[start..=b.rows.len().min(start + PANEL)];
            let panel = &mut panel[..(ptr.len() - 1) * n];
            parallel::for_each_chunk(panel, ROWS * n, |chunk, rows| {
                rows.fill(T::ZERO);
                for (own, row) in ptr[chunk * ROWS..].windows(2).zip(rows.chunks_exact_mut(n)) {
                    for e in own[0]..own[1] {
                        row[b.idx.get(e)] = values[e];
                    }
                }
            });
            gram_half(n, panel, &mut out);
        }
        mirror(&mut out, n);
        Ok(Values::from(out))
    })
}

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
        let tiles = at_most(TILES, WORK, n, work)?;
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
        let ptr = &self.right.ptr;
        let mut block = 0;
        while block < self.right.rows.len() {
            // At least one row.
            block = ptr.partition_point(|&p| p <= ptr[block] + BLOCK).max(block + 2) - 1;
            for (elements, out) in left_over.iter_mut().zip(out.chunks_exact_mut(n)) {
                while elements.start < elements.end {
                    let e = elements.start;
                    if self.left_idx[e].get() >= block {
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
