//! Products of sparse rows with sparse rows, row by row (F. Gustavson, "Two fast algorithms for sparse matrices", 1978).
//!
//! Row i of A·B is the sum of the rows k of B that row i of A names. First the columns of every row are counted
//! (symbolic phase), so that the result is allocated once and its format is known; then the sums are formed in a
//! dense workspace of one row (numeric phase), or in place where the result is dense.

use super::dense::typed;
use super::matrix::Matrix;
use super::tiles::{cut, cut_values, tiles};
use crate::Result;
use crate::buffer::{Index, Indices, Values, filled, reserve, zeroed};
use crate::dtype::{Element, Scalar};
use crate::kernels::contract::{Arith, scatter_axpy};
use crate::parallel;
use crate::with_dtype;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Two matrices, the columns of the left one being the rows of the right one.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a, I> {
    pub(super) left: &'a Matrix,
    pub(super) right: &'a Matrix,
    pub(super) left_idx: &'a [I],
    pub(super) right_idx: &'a [I],
}

/// Compressed rows of a result.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) ptr: Vec<usize>,
    pub(super) idx: Indices,
    pub(super) values: Values,
}

impl<'a, I: Index> Pair<'a, I> {
    /// The columns of the left matrix's elements in a row, and of the right one's.
    pub(super) fn left_row(&self, row: usize) -> Range<usize> {
        self.left.ptr[row]..self.left.ptr[row + 1]
    }

    pub(super) fn right_row(&self, k: I) -> Range<usize> {
        self.right.ptr[k.get()]..self.right.ptr[k.get() + 1]
    }

    fn columns(&self) -> usize {
        self.right.columns.len()
    }

    /// Tiles of rows of the result, by the multiplications in each. A tile costs a workspace of all columns.
    pub(super) fn tiles(&self) -> Vec<Range<usize>> {
        tiles(self.left.rows.len(), self.columns(), |row| self.work(row) + 1)
    }

    /// The multiplications of a row.
    fn work(&self, row: usize) -> usize {
        self.left_idx[self.left_row(row)].iter().map(|&k| self.right_row(k).len()).sum()
    }

    /// The number of elements of each row of the result; `None` if there are more than `limit` in all.
    pub(super) fn count(&self, limit: usize) -> Result<Option<Vec<usize>>> {
        let total = AtomicUsize::new(0);
        let tiles = self.tiles();
        let mut counts = filled("contract", 0, self.left.rows.len())?;
        let parts = cut(&mut counts, tiles.iter().map(Range::len));
        parallel::try_for_each(tiles.into_iter().zip(parts).collect(), |(rows, counts)| {
            let mut seen = filled("contract", 0_u32, self.columns())?;
            for (stamp, (row, count)) in (1..).zip(rows.zip(counts)) {
                // Whether the total is over the limit does not depend on where counting stops.
                if total.load(Ordering::Relaxed) > limit {
                    break;
                }
                for &k in &self.left_idx[self.left_row(row)] {
                    for column in &self.right_idx[self.right_row(k)] {
                        let seen = &mut seen[column.get()];
                        *count += usize::from(*seen != stamp);
                        *seen = stamp;
                    }
                    if *count == self.columns() {
                        break;
                    }
                }
                total.fetch_add(*count, Ordering::Relaxed);
            }
            Ok::<_, crate::Error>(())
        })?;
        Ok((total.into_inner() <= limit).then_some(counts))
    }

    /// The rows of the result, of which `counts` are the numbers of elements.
    pub(super) fn rows(&self, counts: Vec<usize>) -> Result<Rows> {
        let mut ptr = reserve("contract", counts.len() as u128 + 1)?;
        ptr.push(0);
        ptr.extend(counts.iter().scan(0, |end, count| {
            *end += count;
            Some(*end)
        }));
        let stored = ptr[counts.len()];
        let mut idx = filled("contract", I::default(), stored)?;
        let mut values = self.zeros(stored)?;
        let tiles = self.tiles();
        let lengths = || tiles.iter().map(|t| ptr[t.end] - ptr[t.start]);
        let idx_parts = cut(&mut idx, lengths());
        let value_parts = cut_values(values.make_mut(), lengths());
        parallel::try_for_each(
            tiles.iter().zip(idx_parts).zip(value_parts).collect(),
            |((rows, idx), values)| {
                with_dtype!(values.dtype(), T => {
                    let values = T::slice_mut(values).expect("own data type");
                    self.rows_tile::<T>(rows.clone(), &counts, idx, values)
                })
            },
        )?;
        Ok(Rows { ptr, idx: I::erase(idx.into()), values })
    }

    /// So many zeros of the data type of the result.
    pub(super) fn zeros(&self, len: usize) -> Result<Values> {
        Values::filled("contract", Scalar::zero(self.left.values.dtype()), len)
    }

    fn rows_tile<T: Arith>(
        &self,
        rows: Range<usize>,
        counts: &[usize],
        mut idx: &mut [I],
        mut values: &mut [T],
    ) -> Result<()> {
        let (left, right) = (typed::<T>(&self.left.values), typed::<T>(&self.right.values));
        let mut seen = filled("contract", 0_u32, self.columns())?;
        let mut sums = zeroed::<T>("contract", self.columns())?;
        for (stamp, row) in (1..).zip(rows) {
            let own = idx.split_off_mut(..counts[row]).expect("the row's columns");
            let out = values.split_off_mut(..counts[row]).expect("the row's values");
            let mut found = 0;
            for e in self.left_row(row) {
                let deep = self.right_row(self.left_idx[e]);
                for (&column, &value) in self.right_idx[deep.clone()].iter().zip(&right[deep]) {
                    let product = left[e].mul(value);
                    let sum = &mut sums[column.get()];
                    if seen[column.get()] == stamp {
                        *sum = sum.add(product);
                    } else {
                        seen[column.get()] = stamp;
                        *sum = product;
                        own[found] = column;
                        found += 1;
                    }
                }
            }
            if own.len() > self.columns() / 16 {
                let columns = (0..self.columns()).filter(|&c| seen[c] == stamp);
                own.iter_mut().zip(columns).for_each(|(own, c)| *own = I::new(c));
            } else {
                own.sort_unstable();
            }
            for (out, column) in out.iter_mut().zip(own) {
                *out = sums[column.get()];
            }
        }
        Ok(())
    }

    /// All elements of the rows of the result.
    pub(super) fn block(&self) -> Result<Values> {
        let n = self.columns();
        let mut out = self.zeros(self.left.rows.len() * n)?;
        let tiles = self.tiles();
        let parts = cut_values(out.make_mut(), tiles.iter().map(|t| t.len() * n));
        parallel::for_each(tiles.into_iter().zip(parts).collect(), |(rows, out)| {
            with_dtype!(out.dtype(), T => {
                let out = T::slice_mut(out).expect("own data type");
                self.block_tile::<T>(rows, out);
            });
        });
        Ok(out)
    }

    fn block_tile<T: Arith>(&self, rows: Range<usize>, out: &mut [T]) {
        let (left, right) = (typed::<T>(&self.left.values), typed::<T>(&self.right.values));
        for (row, out) in rows.zip(out.chunks_exact_mut(self.columns().max(1))) {
            for e in self.left_row(row) {
                let deep = self.right_row(self.left_idx[e]);
                scatter_axpy(left[e], &self.right_idx[deep.clone()], &right[deep], out);
            }
        }
    }
}
