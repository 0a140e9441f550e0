//! Sorting by counting: the order of keys with not many values, and transposes, in parallel.
//!
//! Every part of the input counts its keys for itself. Prefix sums over the buckets, and over the parts within each, give
//! every part a range of its own in every bucket, to which it moves its elements in their order.

use super::PIECE;
use crate::Result;
use crate::buffer::{Index, Zeroed, filled, reserve, zeroed};
use crate::parallel;
use std::marker::PhantomData;
use std::ops::Range;

/// The most parts, each of which counts for itself.
const PARTS: usize = 16;

/// The stable order of some keys: the places of those in bucket 0, in their order, then of those in bucket 1, and so on.
/// `bucket` gives the bucket of a key, which is below `buckets`. The keys are taken in the order of `from`, if given, and
/// the places are those that it names.
///
/// Works on parts that depend on the numbers of keys and buckets alone.
///
/// # Panics
/// If a bucket is not below `buckets`, or `from` names a place that is none.
pub fn counting_order<I: Index>(
    op: &str,
    keys: &[I],
    from: Option<&[I]>,
    buckets: usize,
    bucket: impl Fn(I) -> usize + Sync,
) -> Result<Vec<I>> {
    let len = from.map_or(keys.len(), <[I]>::len);
    let count = parts(len, buckets);
    let parts: Vec<Range<usize>> =
        (0..count).map(|p| len * p / count..len * (p + 1) / count).collect();
    let place = |k: usize| from.map_or(k, |from| from[k].get());
    let mut counts = filled(op, I::new(0), count * buckets)?;
    let own = counts.chunks_mut(buckets.max(1)).zip(parts.iter().cloned());
    parallel::for_each(own, |(counts, part): (&mut [I], Range<usize>)| {
        for k in part {
            let at = &mut counts[bucket(keys[place(k)])];
            *at = I::new(at.get() + 1);
        }
    });
    // Where each part puts the first key of each bucket.
    let mut start = 0;
    for b in 0..buckets {
        start = shift(&mut counts, count, buckets, b, start);
    }
    let mut order = zeroed::<I>(op, len)?;
    let out = Out::new(&mut order);
    let own = counts.chunks_mut(buckets.max(1)).zip(parts);
    parallel::for_each(own, |(next, part): (&mut [I], Range<usize>)| {
        for k in part {
            let place = place(k);
            let next = &mut next[bucket(keys[place])];
            let at = next.get();
            // SAFETY: no two keys have the same place: the prefix sums above gave every part and bucket a range of its own,
            // as long as the keys counted there, and the same keys are met again here, in the same part.
            unsafe { out.write(at, I::new(place)) };
            *next = I::wrapped(at + 1);
        }
    });
    Ok(order)
}

/// Where so many parts of compressed rows begin, and the last one ends: of about equally many elements each.
pub(super) fn bounds<I: Index>(ptr: &[I], count: usize) -> Vec<usize> {
    let rows = ptr.len() - 1;
    let len = ptr[rows].get();
    let row_at = |e: usize| ptr.partition_point(|p| p.get() < e).min(rows);
    (0..=count).map(|p| if p == count { rows } else { row_at(len * p / count) }).collect()
}

/// A matrix in compressed rows, its transpose made of it.
pub struct Transposed<I, T> {
    /// For each column, and the end, its first element.
    pub ptr: Vec<I>,
    /// The row of each element, ascending within a column.
    pub idx: Vec<I>,
    /// Its value.
    pub values: Vec<T>,
}

/// The transpose of a matrix of so many columns in compressed rows: by counting, each index and its value moved once.
///
/// # Panics
/// If `ptr` does not end with the elements, or an index is not below `columns`.
pub fn transpose<I: Index, T: Zeroed + Send + Sync>(
    op: &str,
    ptr: &[I],
    idx: &[I],
    values: &[T],
    columns: usize,
) -> Result<Transposed<I, T>> {
    let (rows, len) = (ptr.len() - 1, idx.len());
    assert_eq!((ptr[rows].get(), values.len()), (len, len), "ends of rows, and values");
    let count = parts(len, columns);
    let bounds = bounds(ptr, count);
    let part = |p: usize| bounds[p]..bounds[p + 1];
    let elements = |rows: Range<usize>| ptr[rows.start].get()..ptr[rows.end].get();
    let mut counts = filled(op, I::new(0), count * columns)?;
    let own = counts.chunks_mut(columns.max(1)).enumerate();
    parallel::for_each(own, |(p, counts): (usize, &mut [I])| {
        for column in &idx[elements(part(p))] {
            let at = &mut counts[column.get()];
            *at = I::new(at.get() + 1);
        }
    });
    let mut new_ptr = reserve::<I>(op, columns as u128 + 1)?;
    let mut start = 0;
    for column in 0..columns {
        new_ptr.push(I::new(start));
        start = shift(&mut counts, count, columns, column, start);
    }
    new_ptr.push(I::new(start));
    let (mut new_idx, mut new_values) = (zeroed::<I>(op, len)?, zeroed::<T>(op, len)?);
    let (idx_out, values_out) = (Out::new(&mut new_idx), Out::new(&mut new_values));
    let own = counts.chunks_mut(columns.max(1)).enumerate();
    parallel::for_each(own, |(p, next): (usize, &mut [I])| {
        for row in part(p) {
            for e in elements(row..row + 1) {
                let next = &mut next[idx[e].get()];
                let at = next.get();
                // SAFETY: no two elements have the same place: the prefix sums above gave every part and column a range of
                // its own, as long as the elements counted there, and the same elements are met again here, in the same part.
                unsafe {
                    idx_out.write(at, I::new(row));
                    values_out.write(at, values[e]);
                }
                *next = I::wrapped(at + 1);
            }
        }
    });
    Ok(Transposed { ptr: new_ptr, idx: new_idx, values: new_values })
}

/// The number of parts.
fn parts(len: usize, buckets: usize) -> usize {
    (len / (4 * PIECE).max(2 * buckets)).clamp(1, PARTS)
}

/// Turns the counts that the parts have of a bucket into the places where they put its first key, from `start` on, and
/// gives the place after the last one.
fn shift<I: Index>(
    counts: &mut [I],
    parts: usize,
    buckets: usize,
    bucket: usize,
    mut start: usize,
) -> usize {
    for part in 0..parts {
        let count = &mut counts[part * buckets + bucket];
        start += std::mem::replace(count, I::new(start)).get();
    }
    start
}

/// A slice that several threads write to, each in places of its own.
struct Out<'a, T> {
    ptr: *mut T,
    len: usize,
    slice: PhantomData<&'a mut [T]>,
}

// SAFETY: the only access is `write`, whose callers see to it that no two threads write to one place.
unsafe impl<T: Send> Sync for Out<'_, T> {}

impl<'a, T: Copy> Out<'a, T> {
    fn new(slice: &'a mut [T]) -> Self {
        Self { ptr: slice.as_mut_ptr(), len: slice.len(), slice: PhantomData }
    }

    /// # Safety
    /// Nobody else may write to the place meanwhile.
    ///
    /// # Panics
    /// If it is outside the slice.
    unsafe fn write(&self, at: usize, value: T) {
        assert!(at < self.len, "a place within the slice");
        // SAFETY: the place is within the slice, which is borrowed mutably for as long as this lives, and nobody else
        // writes there, as the caller says. `T` is Copy, so nothing is dropped.
        unsafe { self.ptr.add(at).write(value) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::samples::Random;

    #[test]
    fn a_transpose_is_one() {
        let mut random = Random(6);
        for (rows, columns, per_row) in
            [(0, 4, 0), (3, 5, 2), (30_000, 700, 20), (40, 300_000, 5000)]
        {
            let (mut ptr, mut idx, mut values) = (vec![0_u32], vec![], vec![]);
            let mut expected: Vec<(u32, u32, f32)> = vec![];
            for row in 0..rows {
                let mut own: Vec<u32> =
                    (0..per_row).map(|_| random.below(columns) as u32).collect();
                own.sort_unstable();
                own.dedup();
                for column in own {
                    expected.push((column, row, values.len() as f32));
                    values.push(values.len() as f32);
                    idx.push(column);
                }
                ptr.push(idx.len() as u32);
            }
            expected.sort_by_key(|e| (e.0, e.1));
            let t = transpose("", &ptr, &idx, &values, columns).unwrap();
            assert!(t.idx.iter().zip(&t.values).eq(expected.iter().map(|(_, row, v)| (row, v))));
            let ends = |c: usize| expected.partition_point(|e| (e.0 as usize) < c) as u32;
            assert!((0..=columns).all(|c| t.ptr[c] == ends(c)));
        }
    }

    #[test]
    fn equal_keys_keep_their_order() {
        let mut random = Random(5);
        for (len, buckets) in [(0, 3), (1, 1), (1000, 7), (500_000, 9), (300_000, 100_000)] {
            let keys: Vec<u32> = (0..len).map(|_| random.below(buckets) as u32).collect();
            let mut expected: Vec<u32> = (0..len as u32).collect();
            expected.sort_by_key(|&k| keys[k as usize]);
            let order = counting_order("", &keys, None, buckets, |key| key as usize).unwrap();
            assert_eq!(order, expected);
            // By two digits, the lower one first.
            let low = counting_order("", &keys, None, 16, |key| key as usize % 16).unwrap();
            let high = buckets / 16 + 1;
            let both = counting_order("", &keys, Some(&low), high, |key| key as usize / 16);
            assert_eq!(both.unwrap(), expected);
        }
    }
}
