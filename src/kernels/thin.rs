//! Compressed rows without some of their elements.

use super::counting::bounds;
use crate::Result;
use crate::buffer::{Index, zeroed};
use crate::dtype::{Element, Zeros};
use crate::parallel;
use std::ops::Range;

/// Elements that are worth a piece of work.
const PIECE: usize = 1 << 15;
/// Elements that are looked at before those that remain are copied.
const BLOCK: usize = 256;

/// Compressed rows: ends, indices and values.
#[derive(Debug)]
pub struct Thinned<I, T> {
    /// For each row, and the end, its first element.
    pub ptr: Vec<I>,
    /// The index of each element.
    pub idx: Vec<I>,
    /// Its value.
    pub values: Vec<T>,
}

/// The elements whose value is not the [same](Zeros::same) as a given one, counted first; `None` if that are all. In
/// parallel.
///
/// # Errors
/// If the memory cannot be had.
///
/// # Panics
/// If `ptr` does not begin with 0 and end with the elements.
///
/// ```
/// use redpoll::kernels::thin::thin;
/// use redpoll::dtype::Zeros;
/// let thinned = thin("prune", &[0_u32, 2, 3], &[4, 7, 1], &[0.0, 5.0, 0.0], 0.0, Zeros::One)?;
/// let thinned = thinned.expect("two zeros less");
/// assert_eq!((thinned.ptr, thinned.idx, thinned.values), (vec![0, 1, 1], vec![7], vec![5.0]));
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn thin<I: Index, T: Element>(
    op: &str,
    ptr: &[I],
    idx: &[I],
    values: &[T],
    value: T,
    zeros: Zeros,
) -> Result<Option<Thinned<I, T>>> {
    let (rows, len) = (ptr.len() - 1, idx.len());
    assert_eq!((ptr[0].get(), ptr[rows].get(), values.len()), (0, len, len), "ends of rows");
    let bounds = bounds(ptr, len / PIECE + 1);
    let elements = |rows: Range<usize>| ptr[rows.start].get()..ptr[rows.end].get();
    let mut new_ptr = zeroed::<I>(op, rows + 1)?;
    let own = parallel::cut(&mut new_ptr[1..], bounds.windows(2).map(|w| w[1] - w[0]));
    let left: Vec<usize> = parallel::map(
        bounds.windows(2).zip(own).collect::<Vec<_>>(),
        |(bounds, ends): (&[usize], &mut [I])| {
            let mut left = 0;
            for (row, end) in (bounds[0]..bounds[1]).zip(ends) {
                let own = &values[elements(row..row + 1)];
                left += own.iter().filter(|&&x| !zeros.same(x, value)).count();
                *end = I::new(left);
            }
            left
        },
    );
    let total: usize = left.iter().sum();
    if total == len {
        return Ok(None);
    }
    let (mut new_idx, mut new_values) = (zeroed::<I>(op, total)?, zeroed::<T>(op, total)?);
    let lengths = || left.iter().copied();
    let ends = parallel::cut(&mut new_ptr[1..], bounds.windows(2).map(|w| w[1] - w[0]));
    let out = parallel::cut(&mut new_idx, lengths()).zip(parallel::cut(&mut new_values, lengths()));
    let mut before = 0;
    let pieces = bounds.windows(2).zip(&left).zip(ends.zip(out)).map(|((bounds, left), out)| {
        before += left;
        (bounds, before - left, out)
    });
    parallel::for_each(pieces.collect::<Vec<_>>(), |(bounds, before, (ends, (idx_out, out)))| {
        ends.iter_mut().for_each(|end| *end = I::new(end.get() + before));
        let own = elements(bounds[0]..bounds[1]);
        copy_different((&idx[own.clone()], &values[own]), value, zeros, (idx_out, out));
    });
    Ok(Some(Thinned { ptr: new_ptr, idx: new_idx, values: new_values }))
}

fn copy_different<I: Index, T: Element>(
    (idx, values): (&[I], &[T]),
    value: T,
    zeros: Zeros,
    (mut idx_out, mut out): (&mut [I], &mut [T]),
) {
    // Each element is written and kept if its value differs: a branch would go either way.
    let (mut kept_idx, mut kept) = ([I::default(); BLOCK], [T::ZERO; BLOCK]);
    for (idx, values) in idx.chunks(BLOCK).zip(values.chunks(BLOCK)) {
        let mut found = 0;
        for (&i, &x) in idx.iter().zip(values) {
            (kept_idx[found], kept[found]) = (i, x);
            found += usize::from(!zeros.same(x, value));
        }
        let own = idx_out.split_off_mut(..found).expect("as many as were counted");
        own.copy_from_slice(&kept_idx[..found]);
        let own = out.split_off_mut(..found).expect("as many as were counted");
        own.copy_from_slice(&kept[..found]);
    }
}
