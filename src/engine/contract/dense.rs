//! Products with an operand of which all elements are stored.

use super::groups::Groups;
use super::matrix::{Matrix, Space};
use super::tiles::{cut_values, tiles};
use crate::Result;
use crate::buffer::{Index, Values, ValuesMut, afford, collected};
use crate::dtype::{DType, Element, Scalar};
use crate::kernels::contract::{Arith, axpy, dot, gather_dot, gemm, gemm_scratch, scatter_axpy};
use crate::parallel;
use crate::{with_dtype, with_width};
use std::ops::Range;

/// The rows of a block that are multiplied with sparse rows together, while these are in the cache.
const BAND: usize = 8;
/// The most parts that the sum of one band is cut into.
const PARTS: usize = 8;

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
        let tiles = tiles(batch * m, 0, |_| k);
        let parts = cut_values(out.make_mut(), tiles.iter().map(Range::len));
        parallel::for_each(tiles.into_iter().zip(parts).collect(), |(rows, out)| {
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
    let tiles = tiles(batch, 0, |_| m.saturating_mul(n).saturating_mul(k));
    let parts = cut_values(out.make_mut(), tiles.iter().map(|t| t.len() * m * n));
    parallel::for_each(tiles.into_iter().zip(parts).collect(), |(batch, out)| {
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
    let rows = left.rows.len();
    let mut out = zeros(right.dtype(), rows * n)?;
    let tiles = tiles(rows, 0, |r| (left.ptr[r + 1] - left.ptr[r] + 1).saturating_mul(n));
    let parts = cut_values(out.make_mut(), tiles.iter().map(|t| t.len() * n));
    with_width!(left.idx.width(), I => {
        let idx = left.idx.as_slice::<I>().expect("own width");
        parallel::for_each(tiles.into_iter().zip(parts).collect(), |(rows, out)| with_dtype!(right.dtype(), T => {
            let ptr = &left.ptr[rows.start..=rows.end];
            let out = T::slice_mut(out).expect("the result's data type");
            rows_block_tile::<I, T>(ptr, idx, typed(&left.values), typed(right), n, out);
        }));
    });
    Ok(out)
}

fn rows_block_tile<I: Index, T: Arith>(
    ptr: &[usize],
    idx: &[I],
    values: &[T],
    block: &[T],
    n: usize,
    out: &mut [T],
) {
    for (row, out) in ptr.windows(2).map(|w| w[0]..w[1]).zip(out.chunks_exact_mut(n)) {
        let (idx, values) = (&idx[row.clone()], &values[row]);
        if let [out] = out {
            *out = gather_dot(idx, values, block);
            continue;
        }
        for (k, &value) in idx.iter().zip(values) {
            axpy(value, &block[k.get() * n..(k.get() + 1) * n], out);
        }
    }
}

/// A block and sparse rows: all rows of the result, with the columns of the right operand.
pub(super) fn block_rows(groups: &Groups, left: &Values, right: &Matrix) -> Result<Values> {
    let Lengths { batch, left: m, inner, .. } = Lengths::new(groups);
    let n = right.columns.len();
    let mut out = zeros(left.dtype(), batch * m * n)?;
    // The rows of the right matrix that belong to each batch.
    let within = |b: usize| {
        let first = |b: usize| right.rows.first_from((b * inner) as u128);
        first(b)..first(b + 1)
    };
    let bands = (0..batch).flat_map(|b| (0..m).step_by(BAND).map(move |r| (b, r..m.min(r + BAND))));
    let bands: Vec<(usize, Range<usize>)> = collected("contract", batch * m.div_ceil(BAND), bands)?;
    let band = |b: usize, rows: Range<usize>, deep: Range<usize>, out: ValuesMut<'_>| {
        with_width!(right.idx.width(), I => with_dtype!(left.dtype(), T => {
            let start = (b * m + rows.start) * inner;
            let left = &typed::<T>(left)[start..start + rows.len() * inner];
            let out = T::slice_mut(out).expect("the result's data type");
            block_rows_tile::<I, T>(left, b * inner, right, deep, n, out);
        }));
    };
    let elements = *right.ptr.last().expect("an end") / batch.max(1);
    let parts = (elements / (8 * n).max(WORTH)).min(PARTS);
    if bands.len() > 1 || parts < 2 {
        let outs = cut_values(out.make_mut(), bands.iter().map(|(_, rows)| rows.len() * n));
        parallel::for_each(bands.into_iter().zip(outs).collect(), |((b, rows), out)| {
            band(b, rows, within(b), out)
        });
        return Ok(out);
    }
    // One band and a long sum: its parts are added in order.
    for (b, rows) in bands {
        let deep = within(b);
        let part = |p: usize| deep.start + deep.len() * p / parts;
        let sums = parallel::try_map((0..parts).collect(), |p: usize| {
            let mut sum = zeros(left.dtype(), rows.len() * n)?;
            band(b, rows.clone(), part(p)..part(p + 1), sum.make_mut());
            Ok::<_, crate::Error>(sum)
        })?;
        with_dtype!(left.dtype(), T => {
            let out = T::slice_mut(out.make_mut()).expect("the result's data type");
            sums.iter().for_each(|sum| axpy(T::ONE, typed(sum), out));
        });
    }
    Ok(out)
}

/// Elements of a sum that are worth a task.
const WORTH: usize = 64 * 1024;

/// Adds a band of rows of a block times the rows `deep` of a matrix, whose linear indices count from `first`.
fn block_rows_tile<I: Index, T: Arith>(
    left: &[T],
    first: usize,
    right: &Matrix,
    deep: Range<usize>,
    n: usize,
    out: &mut [T],
) {
    if n == 0 {
        return;
    }
    let inner = left.len() / (out.len() / n);
    let idx = right.idx.as_slice::<I>().expect("own width");
    let values = typed::<T>(&right.values);
    for r in deep {
        let row = right.ptr[r]..right.ptr[r + 1];
        if row.is_empty() {
            continue;
        }
        let k = match &right.rows {
            Space::All(_) => r,
            some => some.key(r) as usize,
        } - first;
        let (idx, values) = (&idx[row.clone()], &values[row]);
        for (left, out) in left.chunks_exact(inner).zip(out.chunks_exact_mut(n)) {
            scatter_axpy(left[k], idx, values, out);
        }
    }
}

fn zeros(dtype: DType, len: usize) -> Result<Values> {
    Values::filled("contract", Scalar::zero(dtype), len)
}

/// The values as their type, which the caller knows.
pub(super) fn typed<T: Element>(values: &Values) -> &[T] {
    values.as_slice().expect("the data type of the result")
}
