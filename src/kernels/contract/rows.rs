//! Compressed rows times a block, a tile of columns at a time.
//!
//! ```text
//!   out row   ┌──┬──┬─┐      A tile of a row of the result stays in registers while the stored elements of the
//!             │  │██│ │      left row are gone through. The last tile overlaps the one before it where the columns
//!             └──┴──┴─┘      are no multiple: the same sums, computed twice.
//! ```

use super::Arith;
use crate::buffer::Index;
use crate::kernels::simd::{FAR, prefetch, vectorized};

/// The most columns of a tile, and the most bytes: half of the vector registers.
const COLUMNS: usize = 32;
const BYTES: usize = 256;
/// How many elements ahead the row of the block is fetched.
const AHEAD: usize = 8;
/// The bytes that are fetched at a time.
const LINE: usize = 64;

/// The most columns of a tile of a data type; a power of two.
const fn tile_columns<T>() -> usize {
    let fit = BYTES / size_of::<T>();
    if fit < COLUMNS { fit } else { COLUMNS }
}

/// Compressed rows: row r has the elements `ptr[r]..ptr[r + 1]`, in the columns `idx`.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a, I, T> {
    /// Where the elements of each row begin, and where those of the last one end.
    pub ptr: &'a [usize],
    /// The columns of the elements.
    pub idx: &'a [I],
    /// The elements.
    pub values: &'a [T],
}

impl<'a, I: Index, T: Arith> Rows<'a, I, T> {
    #[inline(always)]
    fn each(self) -> impl Iterator<Item = (&'a [I], &'a [T])> {
        let row = move |w: &[usize]| (&self.idx[w[0]..w[1]], &self.values[w[0]..w[1]]);
        self.ptr.windows(2).map(row)
    }
}

/// Sets `out` to the product of rows with a block of `n` columns.
///
/// # Panics
/// If a slice is too short.
pub fn rows_block<I: Index, T: Arith>(rows: Rows<'_, I, T>, block: &[T], n: usize, out: &mut [T]) {
    let mut start = 0;
    while start < n {
        let width = (n - start).next_power_of_two().min(tile_columns::<T>());
        let width = if width > n { width / 2 } else { width };
        start = start.min(n - width);
        match width {
            1 => columns::<I, T, 1>(rows, block, n, start, out),
            2 => columns::<I, T, 2>(rows, block, n, start, out),
            4 => columns::<I, T, 4>(rows, block, n, start, out),
            8 => columns::<I, T, 8>(rows, block, n, start, out),
            16 => columns::<I, T, 16>(rows, block, n, start, out),
            _ => columns::<I, T, COLUMNS>(rows, block, n, start, out),
        }
        start += width;
    }
}

#[inline(never)]
fn columns<I: Index, T: Arith, const W: usize>(
    rows: Rows<'_, I, T>,
    block: &[T],
    n: usize,
    start: usize,
    out: &mut [T],
) {
    let is_far = size_of_val(block) > FAR;
    // The sums of a narrow tile are two, of elements by turns, so that an addition need not wait for the one before.
    let is_narrow = W * size_of::<T>() <= BYTES / 2;
    vectorized(
        #[inline(always)]
        || {
            for (ptr, out) in rows.ptr.windows(2).zip(out.chunks_exact_mut(n)) {
                let (mut sums, mut second) = ([T::ZERO; W], [T::ZERO; W]);
                let (idx, values) = (&rows.idx[ptr[0]..ptr[1]], &rows.values[ptr[0]..ptr[1]]);
                let (idx, last) = idx.as_chunks::<2>();
                let (values, last_value) = values.as_chunks::<2>();
                for (at, (&[j, k], &[a, b])) in idx.iter().zip(values).enumerate() {
                    if is_far {
                        let ahead = ptr[0] + 2 * at + AHEAD;
                        for next in rows.idx.get(ahead..ahead + 2).unwrap_or_default() {
                            fetch_tile::<T, W>(block, next.get() * n + start);
                        }
                    }
                    add_scaled(a, tile(block, j.get() * n + start), &mut sums);
                    let row = tile(block, k.get() * n + start);
                    if is_narrow {
                        add_scaled(b, row, &mut second);
                    } else {
                        add_scaled(b, row, &mut sums);
                    }
                }
                for (&k, &value) in last.iter().zip(last_value) {
                    add_scaled(value, tile(block, k.get() * n + start), &mut sums);
                }
                if is_narrow {
                    sums.iter_mut().zip(second).for_each(|(sum, second)| *sum = sum.add(second));
                }
                out[start..start + W].copy_from_slice(&sums);
            }
        },
    );
}

#[inline(always)]
fn fetch_tile<T, const W: usize>(block: &[T], start: usize) {
    for line in 0..(W * size_of::<T>()).div_ceil(LINE) {
        prefetch(block, start + line * (LINE / size_of::<T>()));
    }
}

/// Adds to `out` the product of rows, whose elements are vectors of `length` numbers, with a block of `n` columns, of which
/// each `length` are such a vector: vectors are multiplied number by number. The elements of `rows` are the places of
/// their vectors among `vectors`.
///
/// # Panics
/// If a slice is too short, or `length` is 0.
pub fn rows_vectors<I: Index, T: Arith>(
    rows: Rows<'_, I, u64>,
    vectors: &[T],
    block: &[T],
    [n, length]: [usize; 2],
    out: &mut [T],
) {
    vectorized(
        #[inline(always)]
        || {
            for ((idx, places), out) in rows.each().zip(out.chunks_exact_mut(n)) {
                for (k, &place) in idx.iter().zip(places) {
                    let x = &vectors[place as usize * length..][..length];
                    let block = block[k.get() * n..][..n].chunks_exact(length);
                    for (sums, y) in out.chunks_exact_mut(length).zip(block) {
                        for ((sum, &x), &y) in sums.iter_mut().zip(x).zip(y) {
                            *sum = sum.add(x.mul(y));
                        }
                    }
                }
            }
        },
    );
}

/// Adds the product of a block of at most `W` rows of length `inner` with compressed rows, of which row r meets column
/// `place(r)` of the block. `out` is transposed: `W` numbers for each column of the rows.
///
/// # Panics
/// If a slice is too short.
#[inline(never)]
pub fn scatter_rows<I: Index, T: Arith, const W: usize>(
    rows: Rows<'_, I, T>,
    block: &[T],
    inner: usize,
    place: impl Fn(usize) -> usize,
    out: &mut [T],
) {
    vectorized(
        #[inline(always)]
        || {
            let mut factor = [T::ZERO; W];
            for (r, (idx, values)) in
                rows.each().enumerate().filter(|(_, (idx, _))| !idx.is_empty())
            {
                let k = place(r);
                let own = block.chunks_exact(inner);
                factor.iter_mut().zip(own).for_each(|(factor, row)| *factor = row[k]);
                for (&i, &value) in idx.iter().zip(values) {
                    let out = out[i.get() * W..].first_chunk_mut().expect("a column's numbers");
                    add_scaled(value, &factor, out);
                }
            }
        },
    );
}

#[inline(always)]
fn tile<T, const W: usize>(block: &[T], start: usize) -> &[T; W] {
    block[start..].first_chunk().expect("a tile of the block")
}

#[inline(always)]
fn add_scaled<T: Arith, const W: usize>(factor: T, x: &[T; W], sums: &mut [T; W]) {
    for (sum, &x) in sums.iter_mut().zip(x) {
        *sum = sum.add(factor.mul(x));
    }
}
