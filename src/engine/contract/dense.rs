//! Products with an operand of which all elements are stored.

use super::groups::Groups;
use super::matrix::{Matrix, Space};
use super::tiles::{cut_values, tiles};
use crate::Result;
use crate::buffer::{Index, Values, ValuesMut, afford, collected, zeroed};
use crate::dtype::{DType, Element, Scalar};
use crate::kernels::contract::{
    self as multiply, Arith, axpy, dot, gather_dot, gemm, gemm_scratch,
};
use crate::parallel;
use crate::{with_dtype, with_width};
use smallvec::SmallVec;
use std::ops::Range;

/// The rows of a block that are multiplied with sparse rows together.
const BAND: usize = 16;
/// The most parts that the sums of few bands are cut into.
const PARTS: usize = 8;
/// The columns of a band whose sums are gathered at a time.
const COLUMNS: usize = 2048;
/// Elements of a sum that are worth a task.
const WORTH: usize = 64 * 1024;

/// The lengths of a contraction whose blocks fit into memory.
#[derive(Debug, Clone, Copy)]
struct Lengths {
    batch: usize,
    left: usize,
    inner: usize,
    right: usize,
}

impl Lengths {
    fn new(groups: &Groups) -> Self {
        Self {
            batch: groups.batch.size as usize,
            left: groups.left.size as usize,
            inner: groups.inner.size as usize,
            right: groups.right.size as usize,
        }
    }
}

/// Blocks of all elements: the block of the result.
pub(super) fn block_block(groups: &Groups, left: &Values, right: &Values) -> Result<Values> {
    let Lengths { batch, left: m, inner: k, right: n } = Lengths::new(groups);
    let mut out = zeros(left.dtype(), batch * m * n)?;
    if n == 1 {
        let tiles = tiles(batch * m, |_| k)?;
        let parts = cut_values(out.make_mut(), tiles.iter().map(Range::len));
        parallel::for_each(tiles.into_iter().zip(parts), |(rows, out)| {
            with_dtype!(left.dtype(), T => {
                let (left, right) = (typed::<T>(left), typed::<T>(right));
                let out = T::slice_mut(out).expect("the result's data type");
                for (row, out) in rows.zip(out) {
                    let b = row / m * k;
                    *out = dot(&left[row * k..(row + 1) * k], &right[b..b + k]);
                }
            });
        });
        return Ok(out);
    }
    with_dtype!(left.dtype(), T => afford("contract", gemm_scratch::<T>([m, n, k], true)))?;
    let tiles = tiles(batch, |_| m.saturating_mul(n).saturating_mul(k))?;
    let parts = cut_values(out.make_mut(), tiles.iter().map(|t| t.len() * m * n));
    parallel::for_each(tiles.into_iter().zip(parts), |(batch, out)| {
        with_dtype!(left.dtype(), T => {
            let (left, right) = (typed::<T>(left), typed::<T>(right));
            let out = T::slice_mut(out).expect("the result's data type");
            for (b, out) in batch.zip(out.chunks_exact_mut(m * n)) {
                let (left, right) = (&left[b * m * k..], &right[b * k * n..]);
                gemm(m, n, k, &left[..m * k], &right[..k * n], out);
            }
        });
    });
    Ok(out)
}

/// Sparse rows, whose columns are numbered as the rows of a block: the rows of the result, all elements of each.
pub(super) fn rows_block(groups: &Groups, left: &Matrix, right: &Values) -> Result<Values> {
    let n = groups.right.size as usize;
    by_rows(left, n, right.dtype(), |rows, out| {
        with_width!(left.idx.width(), I => with_dtype!(right.dtype(), T => {
            let idx = left.idx.as_slice::<I>().expect("own width");
            let ptr = &left.ptr[rows.start..=rows.end];
            let out = T::slice_mut(out).expect("the result's data type");
            let (values, block) = (typed::<T>(&left.values), typed::<T>(right));
            if n == 1 {
                for (row, out) in ptr.windows(2).map(|w| w[0]..w[1]).zip(out) {
                    *out = gather_dot(&idx[row.clone()], &values[row], block);
                }
            } else {
                multiply::rows_block(multiply::Rows { ptr, idx, values }, block, n, out);
            }
        }));
    })
}

/// Rows of `n` numbers, one for each row of a sparse matrix, which `write` sets or adds to for a range of rows at a time, in
/// parallel; they are 0 before.
pub(super) fn by_rows(
    matrix: &Matrix,
    n: usize,
    dtype: DType,
    write: impl Fn(Range<usize>, ValuesMut<'_>) + Sync,
) -> Result<Values> {
    let (rows, ptr) = (matrix.rows.len(), &matrix.ptr);
    let mut out = zeros(dtype, rows * n)?;
    let tiles = tiles(rows, |r| (ptr[r + 1] - ptr[r] + 1).saturating_mul(n))?;
    let parts = cut_values(out.make_mut(), tiles.iter().map(|t| t.len() * n));
    parallel::for_each(tiles.into_iter().zip(parts), |(rows, out)| write(rows, out));
    Ok(out)
}

/// A block and sparse rows: all rows of the result, with the columns of the right operand.
pub(super) fn block_rows(groups: &Groups, left: &Values, right: &Matrix) -> Result<Values> {
    with_width!(right.idx.width(), I => with_dtype!(left.dtype(), T => {
        Ok(<T as Element>::erase(bands::<I, T>(Lengths::new(groups), typed(left), right)?.into()))
    }))
}

fn bands<I: Index, T: Arith>(lengths: Lengths, left: &[T], right: &Matrix) -> Result<Vec<T>> {
    let Lengths { batch, left: m, inner, .. } = lengths;
    let n = right.columns.len();
    let mut out = zeroed::<T>("contract", batch * m * n)?;
    let bands = (0..batch).flat_map(|b| (0..m).step_by(BAND).map(move |r| (b, r..m.min(r + BAND))));
    let bands: Vec<(usize, Range<usize>)> = collected("contract", batch * m.div_ceil(BAND), bands)?;
    let elements = *right.ptr.last().expect("an end") / batch.max(1);
    let parts = (elements / (8 * n).max(WORTH)).min(PARTS / bands.len().max(1)).max(1);
    let outs = parallel::cut(&mut out, bands.iter().map(|(_, rows)| rows.len() * n));
    parallel::try_for_each(bands.iter().zip(outs), |((b, rows), out)| {
        let b = *b;
        let left = &left[(b * m + rows.start) * inner..(b * m + rows.end) * inner];
        // The rows of the right matrix that belong to the batch.
        let from = |b: usize| right.rows.first_from((b * inner) as u128);
        let (start, len) = (from(b), from(b + 1) - from(b));
        let part = |p: usize| start + len * p / parts;
        let mut sums: Vec<Vec<T>> = parallel::try_map(0..parts, |p: usize| {
            let deep = part(p)..part(p + 1);
            match rows.len().next_power_of_two() {
                1 => band::<I, T, 1>(left, inner, b * inner, right, deep),
                2 => band::<I, T, 2>(left, inner, b * inner, right, deep),
                4 => band::<I, T, 4>(left, inner, b * inner, right, deep),
                8 => band::<I, T, 8>(left, inner, b * inner, right, deep),
                _ => band::<I, T, BAND>(left, inner, b * inner, right, deep),
            }
        })?;
        let width = rows.len().next_power_of_two();
        // Some columns at a time: the sums of the parts, then those of a row side by side.
        let (whole, others) = sums.split_first_mut().expect("at least one part");
        let mut lanes: Vec<_> =
            out.chunks_mut(n.max(1)).map(|row| row.chunks_mut(COLUMNS)).collect();
        let pieces = whole.chunks_mut(COLUMNS * width).enumerate().map(|(piece, whole)| {
            let rows = lanes.iter_mut().filter_map(Iterator::next);
            (piece * COLUMNS * width, whole, rows.collect::<SmallVec<[&mut [T]; BAND]>>())
        });
        parallel::for_each(pieces.collect::<Vec<_>>(), |(start, whole, mut rows)| {
            others.iter().for_each(|part| axpy(T::ONE, &part[start..][..whole.len()], whole));
            for (r, row) in rows.iter_mut().enumerate() {
                let sums = whole.iter().skip(r).step_by(width);
                row.iter_mut().zip(sums).for_each(|(out, &sum)| *out = sum);
            }
        });
        Ok::<_, crate::Error>(())
    })?;
    Ok(out)
}

/// A band of at most `W` rows of a block times the rows `deep` of a matrix, whose linear indices count from `first`:
/// column by column, each of `W` numbers.
fn band<I: Index, T: Arith, const W: usize>(
    left: &[T],
    inner: usize,
    first: usize,
    right: &Matrix,
    deep: Range<usize>,
) -> Result<Vec<T>> {
    let mut sums = zeroed::<T>("contract", right.columns.len() * W)?;
    let rows = multiply::Rows {
        ptr: &right.ptr[deep.start..=deep.end],
        idx: right.idx.as_slice::<I>().expect("own width"),
        values: typed::<T>(&right.values),
    };
    let place = |r: usize| match &right.rows {
        Space::All(_) => deep.start + r - first,
        some => some.key(deep.start + r) as usize - first,
    };
    multiply::scatter_rows::<I, T, W>(rows, left, inner, place, &mut sums);
    Ok(sums)
}

fn zeros(dtype: DType, len: usize) -> Result<Values> {
    Values::filled("contract", Scalar::zero(dtype), len)
}

/// The values as their type, which the caller knows.
pub(super) fn typed<T: Element>(values: &Values) -> &[T] {
    values.as_slice().expect("the data type of the result")
}
