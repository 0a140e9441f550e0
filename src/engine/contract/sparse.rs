//! Products of sparse rows with sparse rows, row by row (F. Gustavson, "Two fast algorithms for sparse matrices", 1978).
//!
//! Row i of A·B is the sum of the rows k of B that row i of A names. First the columns of every row are found
//! (symbolic phase), so that the result is allocated once and its format is known; then the sums are formed in a
//! dense workspace of one row (numeric phase), or in place where the result is dense.

use super::dense::typed;
use super::matrix::Matrix;
use super::tiles::{TILES, WORK, at_most, cut_values};
use crate::Result;
use crate::buffer::{Index, Indices, Values, filled, grow, reserve, zeroed};
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
    fn tiles(&self) -> Result<Vec<Range<usize>>> {
        let least = self.columns().max(WORK);
        at_most(TILES, least, self.left.rows.len(), |row| self.work(row) + 1)
    }

    /// The multiplications of a row.
    fn work(&self, row: usize) -> usize {
        self.left_idx[self.left_row(row)].iter().map(|&k| self.right_row(k).len()).sum()
    }

    /// The rows of the result; `None` if they have more than `limit` elements in all.
    pub(super) fn rows(&self, limit: usize) -> Result<Option<Rows>> {
        let tiles = self.tiles()?;
        let mut counts = filled("contract", 0, self.left.rows.len())?;
        let parts = parallel::cut(&mut counts, tiles.iter().map(Range::len));
        let total = AtomicUsize::new(0);
        let found = parallel::try_map(tiles.iter().zip(parts), |(rows, counts)| {
            self.columns_of(rows.clone(), counts, &total, limit)
        })?;
        if total.into_inner() > limit {
            return Ok(None);
        }
        let mut ptr = reserve("contract", counts.len() as u128 + 1)?;
        ptr.push(0);
        ptr.extend(counts.iter().scan(0, |end, count| {
            *end += count;
            Some(*end)
        }));
        let stored = ptr[counts.len()];
        let mut idx = filled("contract", I::default(), stored)?;
        let mut values = self.zeros(stored)?;
        let lengths = || found.iter().map(Vec::len);
        let idx_parts = parallel::cut(&mut idx, lengths());
        let value_parts = cut_values(values.make_mut(), lengths());
        let targets = idx_parts.into_iter().zip(value_parts);
        parallel::try_for_each(
            tiles.iter().zip(&found).zip(targets),
            |((rows, found), (idx, values))| {
                idx.copy_from_slice(found);
                with_dtype!(values.dtype(), T => {
                    let values = T::slice_mut(values).expect("own data type");
                    self.rows_tile::<T>(rows.clone(), &counts, idx, values)
                })
            },
        )?;
        Ok(Some(Rows { ptr, idx: I::erase(idx.into()), values }))
    }

    /// The columns of rows of the result, ascending in each, and how many each has; no more of them once the `total` is
    /// over the limit.
    fn columns_of(
        &self,
        rows: Range<usize>,
        counts: &mut [usize],
        total: &AtomicUsize,
        limit: usize,
    ) -> Result<Vec<I>> {
        let columns = self.columns();
        let mut seen = filled("contract", 0_u32, columns)?;
        let mut sorter = Sorter::new(columns)?;
        let mut found = Vec::new();
        for (stamp, (row, count)) in (1..).zip(rows.zip(counts)) {
            // Whether the total is over the limit does not depend on where counting stops.
            if total.load(Ordering::Relaxed) > limit {
                break;
            }
            let start = found.len();
            for &k in &self.left_idx[self.left_row(row)] {
                let deep = &self.right_idx[self.right_row(k)];
                grow("contract", &mut found, deep.len())?;
                for &column in deep {
                    let seen = &mut seen[column.get()];
                    if *seen != stamp {
                        *seen = stamp;
                        found.push(column);
                    }
                }
                if found.len() - start == columns {
                    break;
                }
            }
            *count = found.len() - start;
            sorter.sort(&mut found[start..]);
            total.fetch_add(*count, Ordering::Relaxed);
        }
        Ok(found)
    }

    /// So many zeros of the data type of the result.
    pub(super) fn zeros(&self, len: usize) -> Result<Values> {
        Values::filled("contract", Scalar::zero(self.left.values.dtype()), len)
    }

    fn rows_tile<T: Arith>(
        &self,
        rows: Range<usize>,
        counts: &[usize],
        mut idx: &[I],
        mut values: &mut [T],
    ) -> Result<()> {
        let (left, right) = (typed::<T>(&self.left.values), typed::<T>(&self.right.values));
        let mut sums = zeroed::<T>("contract", self.columns())?;
        for row in rows {
            let own = idx.split_off(..counts[row]).expect("the row's columns");
            let out = values.split_off_mut(..counts[row]).expect("the row's values");
            for e in self.left_row(row) {
                let deep = self.right_row(self.left_idx[e]);
                scatter_axpy(left[e], &self.right_idx[deep.clone()], &right[deep], &mut sums);
            }
            for (out, column) in out.iter_mut().zip(own) {
                *out = std::mem::replace(&mut sums[column.get()], T::ZERO);
            }
        }
        Ok(())
    }

    /// All elements of the rows of the result.
    pub(super) fn block(&self) -> Result<Values> {
        let n = self.columns();
        let mut out = self.zeros(self.left.rows.len() * n)?;
        let tiles = self.tiles()?;
        let parts = cut_values(out.make_mut(), tiles.iter().map(|t| t.len() * n));
        parallel::for_each(tiles.into_iter().zip(parts), |(rows, out)| {
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

/// Sorts different numbers below a bound: as bits, of which a level above says in which words they are.
struct Sorter {
    words: Vec<u64>,
    occupied: Vec<u64>,
}

impl Sorter {
    fn new(bound: usize) -> Result<Self> {
        let words = bound.div_ceil(64);
        Ok(Self {
            words: zeroed("contract", words)?,
            occupied: zeroed("contract", words.div_ceil(64))?,
        })
    }

    fn sort<I: Index>(&mut self, numbers: &mut [I]) {
        if numbers.len() < 16 + self.occupied.len() / 4 {
            return numbers.sort_unstable();
        }
        for number in numbers.iter() {
            let word = number.get() / 64;
            self.words[word] |= 1 << (number.get() % 64);
            self.occupied[word / 64] |= 1 << (word % 64);
        }
        let mut sorted = numbers.iter_mut();
        for (k, occupied) in self.occupied.iter_mut().enumerate() {
            for word in ones(std::mem::take(occupied)) {
                let word = k * 64 + word;
                for bit in ones(std::mem::take(&mut self.words[word])) {
                    *sorted.next().expect("so many different numbers") = I::new(word * 64 + bit);
                }
            }
        }
    }
}

/// The places of the ones of a word.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = word.trailing_zeros() as usize;
        word &= word.wrapping_sub(1);
        (place < 64).then_some(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_numbers_are_sorted() {
        for (bound, step, count) in
            [(100, 37, 50), (100_000, 7919, 900), (1 << 20, 3, 10), (1, 1, 1)]
        {
            let mut numbers: Vec<u32> = (0..count).map(|k| k * step % bound).collect();
            let mut expected = numbers.clone();
            expected.sort_unstable();
            let mut sorter = Sorter::new(bound as usize).unwrap();
            // Twice: nothing is left in it.
            for _ in 0..2 {
                sorter.sort(&mut numbers);
                assert_eq!(numbers, expected);
                numbers.reverse();
            }
        }
    }
}
