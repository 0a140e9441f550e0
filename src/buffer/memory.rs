//! The door to memory whose size follows from arguments, shapes or counts: what cannot be had is an error with its bytes.
//!
//! `op` names the operation in the error. Where a step does not know which one it is part of, it names itself, and the
//! evaluation that called it puts in the name of the operation.

use crate::dtype::Element;
use crate::error::MemoryError;
use crate::{Error, Result};
use std::alloc::{Layout, alloc_zeroed};

/// From this many bytes on a vector must leave [`ROOM`].
const LARGE: u128 = 64 * 1024;
/// What is left for small things.
const ROOM: usize = 1024 * 1024;
/// From this many bytes on memory is asked for in large pages.
#[cfg(all(target_os = "linux", not(miri)))]
const LARGE_PAGES: usize = 2 * 1024 * 1024;

fn refused(op: &str, bytes: u128) -> Error {
    MemoryError::Allocation { op: op.to_owned(), bytes, shape: None }.into()
}

/// An empty vector with room for `len` elements.
///
/// # Errors
/// If the system does not give the memory, or it is more than can be addressed.
pub(crate) fn reserve<T>(op: &str, len: u128) -> Result<Vec<T>> {
    let mut vec = Vec::new();
    let bytes = len.saturating_mul(size_of::<T>() as u128);
    match usize::try_from(len).map(|len| vec.try_reserve_exact(len)) {
        Ok(Ok(())) if leaves_room(bytes) => {
            in_large_pages(&vec);
            Ok(vec)
        }
        _ => Err(refused(op, bytes)),
    }
}

/// Asks the system to back a large vector, which is not written to yet, with large pages: half the time that it takes to
/// fill new memory goes into the faults of small ones, and where they end up thrashes the cache of addresses.
#[cfg(all(target_os = "linux", not(miri)))]
fn in_large_pages<T>(vec: &Vec<T>) {
    const PAGE: usize = 4096;
    let bytes = vec.capacity().saturating_mul(size_of::<T>());
    if bytes < LARGE_PAGES {
        return;
    }
    let start = vec.as_ptr().cast::<u8>();
    let skipped = start.align_offset(PAGE);
    // SAFETY: the range is within the vector's memory. The advice changes nothing of what it holds; where it is refused, as
    // by a system without such pages, nothing happens.
    unsafe {
        let start = start.add(skipped).cast_mut().cast();
        libc::madvise(start, bytes - skipped, libc::MADV_HUGEPAGE);
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
const fn in_large_pages<T>(_: &Vec<T>) {}

/// Whether so many bytes, which were just given, leave what is allocated beside without being asked for: tasks, shapes,
/// lanes of values.
fn leaves_room(bytes: u128) -> bool {
    bytes < LARGE || is_there(ROOM)
}

fn is_there(bytes: usize) -> bool {
    let mut vec = Vec::<u8>::new();
    let given = vec.try_reserve_exact(bytes).is_ok();
    // Memory that nothing looks at need not be asked for: the compiler may leave both calls out.
    std::hint::black_box(vec.as_ptr());
    given
}

/// An error where so much memory is not there: asked before work that takes it bit by bit, or that cannot fail.
///
/// # Errors
/// As [`reserve`].
pub(crate) fn afford(op: &str, bytes: u128) -> Result<()> {
    let given = usize::try_from(bytes).is_ok_and(is_there);
    if given { Ok(()) } else { Err(refused(op, bytes)) }
}

/// Room in a vector for `more` elements beside those it has, growing by half at least, so that a vector of unknown
/// length is moved seldom.
///
/// # Errors
/// As [`reserve`].
pub(crate) fn grow<T>(op: &str, vec: &mut Vec<T>, more: usize) -> Result<()> {
    if vec.capacity() - vec.len() >= more {
        return Ok(());
    }
    let ample = more.max(vec.len() / 2);
    let given = vec.try_reserve_exact(ample).is_ok() || vec.try_reserve_exact(more).is_ok();
    let bytes = (vec.len() as u128 + more as u128).saturating_mul(size_of::<T>() as u128);
    if !given || !leaves_room(bytes) {
        return Err(refused(op, bytes));
    }
    in_large_pages(vec);
    Ok(())
}

/// `len` copies of a value.
///
/// # Errors
/// As [`reserve`].
pub(crate) fn filled<T: Copy>(op: &str, value: T, len: usize) -> Result<Vec<T>> {
    let mut vec = reserve(op, len as u128)?;
    vec.resize(len, value);
    Ok(vec)
}

/// A type of which bytes of zeros are a value: the sealed element types, among which are those of indices.
pub trait Zeroed: Copy {}
impl<T: Element> Zeroed for T {}

/// `len` zeros, which the system may have at hand.
///
/// # Errors
/// As [`reserve`].
pub(crate) fn zeroed<T: Zeroed>(op: &str, len: usize) -> Result<Vec<T>> {
    let bytes = len as u128 * size_of::<T>() as u128;
    let layout = Layout::array::<T>(len).map_err(|_| refused(op, bytes))?;
    if layout.size() == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: the layout is not of size 0, as was just checked.
    let ptr = unsafe { alloc_zeroed(layout) };
    if ptr.is_null() {
        return Err(refused(op, bytes));
    }
    // SAFETY: the global allocator gave this memory for the layout of `len` elements of `T`, which is the capacity, and
    // bytes of zeros are a value of each of the sealed element types, the only ones that are `Zeroed`: `false` and the
    // numbers 0.
    let vec = unsafe { Vec::from_raw_parts(ptr.cast(), len, len) };
    if !leaves_room(bytes) {
        return Err(refused(op, bytes));
    }
    in_large_pages(&vec);
    Ok(vec)
}

/// The elements of an iterator that yields at most `most` of them.
///
/// # Errors
/// As [`reserve`], also where it yields more and these do not fit.
pub(crate) fn collected<T>(
    op: &str,
    most: usize,
    elements: impl IntoIterator<Item = T>,
) -> Result<Vec<T>> {
    tried(op, most, elements.into_iter().map(Ok))
}

/// The elements of an iterator that yields at most `most` of them, or its first error.
///
/// # Errors
/// As [`collected`], and those of the iterator.
pub(crate) fn tried<T>(
    op: &str,
    most: usize,
    elements: impl IntoIterator<Item = Result<T>>,
) -> Result<Vec<T>> {
    let mut vec = reserve(op, most as u128)?;
    for element in elements {
        grow(op, &mut vec, 1)?;
        vec.push(element?);
    }
    Ok(vec)
}

/// The elements of an iterator that knows how many it yields.
///
/// # Errors
/// As [`reserve`].
pub(crate) fn listed<T>(
    op: &str,
    elements: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
) -> Result<Vec<T>> {
    let elements = elements.into_iter();
    let mut vec = reserve(op, elements.len() as u128)?;
    vec.extend(elements);
    Ok(vec)
}

/// A copy of a slice.
///
/// # Errors
/// As [`reserve`].
pub(crate) fn copied<T: Copy>(op: &str, slice: &[T]) -> Result<Vec<T>> {
    let mut vec = reserve(op, slice.len() as u128)?;
    vec.extend_from_slice(slice);
    Ok(vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_had_is_an_error_with_its_bytes() {
        let check = |result: Result<Vec<u64>>, bytes: u128| {
            assert_eq!(result.unwrap_err(), refused("sum", bytes));
        };
        check(reserve("sum", 1 << 70), 1 << 73);
        check(afford("sum", 1 << 73).map(|()| vec![]), 1 << 73);
        check(filled("sum", 0, 1 << 61), 1 << 64);
        check(zeroed("sum", 1 << 61), 1 << 64);
        check(zeroed("sum", 1 << 59), 1 << 62);
        check(collected("sum", usize::MAX, [1]), (usize::MAX as u128) * 8);
        check(listed("sum", 0..usize::MAX).map(|_| vec![]), (usize::MAX as u128) * 8);
        let mut some = vec![1_u64];
        check(grow("sum", &mut some, usize::MAX).map(|()| vec![]), (1 << 64) * 8);
        assert_eq!(some, [1]);
    }

    #[test]
    fn what_fits_is_there() {
        assert_eq!(collected("", 1, 0..1000).unwrap(), (0..1000).collect::<Vec<_>>());
        assert_eq!(listed("", [1, 2]).unwrap(), copied("", &[1, 2]).unwrap());
        assert_eq!(filled("", 7, 3).unwrap(), [7; 3]);
        assert_eq!(zeroed::<f64>("", 1000).unwrap(), [0.0; 1000]);
        assert_eq!(zeroed::<bool>("", 0).unwrap(), [false; 0]);
    }
}
