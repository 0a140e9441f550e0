//! Shared, immutable memory: [`Buffer`] of one element type, [`Values`] of any data type.
//!
//! A buffer is cheap to clone and to slice, and may borrow foreign memory through an owner that keeps it alive.
//! Writing is copy-on-write: [`Buffer::make_mut`] copies where the memory is shared or foreign.

mod indices;
mod memory;
mod values;

pub use indices::{Index, Indices, Width};
pub use memory::Zeroed;
pub(crate) use memory::{afford, collected, copied, filled, grow, listed, reserve, tried, zeroed};
pub use values::{Values, ValuesMut, ValuesRef};

use std::any::Any;
use std::ops::{Bound, Deref, RangeBounds};
use std::ptr::NonNull;
use std::sync::Arc;
use std::{fmt, slice};

/// A shared, immutable slice of `T`.
///
/// ```text
/// Buffer { ptr ──┐ , len, owner ─→ Arc<Own<T>>  (or any foreign owner) }
///                └─→ [ t t t t t t ]   some range inside the owner's memory
/// ```
pub struct Buffer<T> {
    ptr: NonNull<T>,
    len: usize,
    owner: Arc<dyn Any + Send + Sync>,
}

/// A vector that a buffer was made of. The type is known nowhere else: an owner of this type is never a foreign one,
/// whatever that one is, so its memory may be written to and taken over.
struct Own<T>(Vec<T>);

// SAFETY: a buffer only ever hands out `&[T]`, or `&mut [T]` to the sole owner; its owner is Send and Sync.
unsafe impl<T: Send + Sync> Send for Buffer<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Buffer<T> {}

impl<T> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        Self { ptr: self.ptr, len: self.len, owner: Arc::clone(&self.owner) }
    }
}

impl<T> Buffer<T> {
    /// A buffer over memory that belongs to `owner`, which is kept alive as long as the buffer.
    ///
    /// # Safety
    /// `ptr` must be aligned and valid for reads of `len` elements of `T`, none of which may change, for as long
    /// as `owner` lives; where `len` is 0 it need only be aligned and non-null.
    pub unsafe fn from_foreign(
        ptr: NonNull<T>,
        len: usize,
        owner: Arc<dyn Any + Send + Sync>,
    ) -> Self {
        Self { ptr, len, owner }
    }

    /// The buffer's elements.
    pub fn as_slice(&self) -> &[T] {
        // SAFETY: by construction `ptr` is valid for `len` elements while `owner` lives, and nothing writes there:
        // `make_mut` hands out a mutable slice only where this buffer is the only one of its owner.
        unsafe { slice::from_raw_parts(self.ptr.as_ptr(), self.len) }
    }

    /// A part of it, sharing the memory.
    ///
    /// # Panics
    /// If the range is outside the buffer.
    pub fn slice(&self, range: impl RangeBounds<usize>) -> Self {
        let start = match range.start_bound() {
            Bound::Included(&s) => s,
            Bound::Excluded(&s) => s.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&e) => e.saturating_add(1),
            Bound::Excluded(&e) => e,
            Bound::Unbounded => self.len,
        };
        let len = self.as_slice()[start..end].len();
        // SAFETY: the line before checked that `start` is at most `len`, so that the pointer stays within the memory it
        // is valid for. It is not taken from a reference to the part: a later owner of it all may write through it.
        let ptr = unsafe { self.ptr.add(start) };
        Self { ptr, len, owner: Arc::clone(&self.owner) }
    }

    /// Whether both are the very same memory.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.ptr == other.ptr && self.len == other.len
    }
}

impl<T: Copy + Send + Sync + 'static> Buffer<T> {
    /// The elements, to be written to: copied first where the memory is shared, foreign or part of a larger one.
    pub fn make_mut(&mut self) -> &mut [T] {
        if !self.is_sole() {
            *self = self.as_slice().to_vec().into();
        }
        // SAFETY: the owner is an `Own<T>` that only this buffer refers to, as `Arc::get_mut` said or as it was made just
        // now, and the buffer covers its vector whole. `ptr` is the vector's own pointer, or that of a buffer moved from
        // it by `add`, so it may be written through; the slice borrows the buffer, so nothing else reads meanwhile.
        unsafe { slice::from_raw_parts_mut(self.ptr.as_ptr(), self.len) }
    }

    /// The elements, to be written to, where [`make_mut`](Self::make_mut) copies nothing.
    pub(crate) fn sole_mut(&mut self) -> Option<&mut [T]> {
        self.is_sole().then(|| self.make_mut())
    }

    /// Whether it is the only buffer of a whole vector.
    fn is_sole(&mut self) -> bool {
        let (ptr, len) = (self.ptr, self.len);
        Arc::get_mut(&mut self.owner)
            .and_then(|owner| owner.downcast_ref::<Own<T>>())
            .is_some_and(|Own(vec)| vec.as_ptr() == ptr.as_ptr() && vec.len() == len)
    }

    /// The elements where [`make_mut`](Self::make_mut) and [`into_vec`](Self::into_vec) copy nothing: copied now, if
    /// they would. `op` names the operation in the error.
    ///
    /// # Errors
    /// If the memory for the copy cannot be had.
    pub(crate) fn unshared(mut self, op: &str) -> crate::Result<Self> {
        if self.is_sole() { Ok(self) } else { Ok(copied(op, &self)?.into()) }
    }

    /// The elements as a vector: without copying where this is the only buffer of a whole vector.
    pub fn into_vec(self) -> Vec<T> {
        let Self { ptr, len, owner } = self;
        // SAFETY: `ptr` is valid for `len` elements while the owner lives, which whoever calls this still holds.
        let copy = || unsafe { slice::from_raw_parts(ptr.as_ptr(), len) }.to_vec();
        match owner.downcast::<Own<T>>().map(Arc::try_unwrap) {
            Ok(Ok(Own(vec))) if vec.as_ptr() == ptr.as_ptr() && vec.len() == len => vec,
            Ok(Ok(_owner)) => copy(),
            Ok(Err(_owner)) => copy(),
            Err(_owner) => copy(),
        }
    }
}

impl<T> Deref for Buffer<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T: Send + Sync + 'static> From<Vec<T>> for Buffer<T> {
    fn from(vec: Vec<T>) -> Self {
        let owner = Arc::new(Own(vec));
        // The vector's own pointer, not one of a slice of it, so that `make_mut` may write through it.
        let ptr =
            NonNull::new(owner.0.as_ptr().cast_mut()).expect("a vector's pointer is never null");
        Self { ptr, len: owner.0.len(), owner }
    }
}

impl<T: Send + Sync + 'static> FromIterator<T> for Buffer<T> {
    fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Self {
        iter.into_iter().collect::<Vec<_>>().into()
    }
}

impl<T: Send + Sync + 'static> Default for Buffer<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T: fmt::Debug> fmt::Debug for Buffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Buffer<T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

#[cfg(feature = "serde")]
impl<T: serde::Serialize> serde::Serialize for Buffer<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de, T: serde::Deserialize<'de> + Send + Sync + 'static> serde::Deserialize<'de>
    for Buffer<T>
{
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

/// A buffer of an array's elements, which belong to another owner: for tests.
#[cfg(test)]
pub(crate) fn foreign<T: Copy + Send + Sync + 'static, const N: usize>(
    owner: &Arc<[T; N]>,
) -> Buffer<T> {
    let first = NonNull::from(&**owner).cast();
    // SAFETY: the array lives and does not change while the buffer holds its owner.
    unsafe { Buffer::from_foreign(first, N, owner.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_copies_only_what_is_shared() {
        let mut a = Buffer::from(vec![1, 2, 3]);
        let address = a.as_ptr();
        a.make_mut()[0] = 7;
        assert_eq!(a.as_ptr(), address);
        let b = a.clone();
        a.make_mut()[1] = 8;
        assert_eq!((&*a, &*b), (&[7, 8, 3][..], &[7, 2, 3][..]));
        let mut part = b.slice(1..);
        part.make_mut()[0] = 9;
        assert_eq!((&*part, &*b), (&[9, 3][..], &[7, 2, 3][..]));
        assert_eq!(b.slice(1..2).into_vec(), [2]);
        drop(part);
        let address = b.as_ptr();
        let vec = b.into_vec();
        assert_eq!(vec.as_ptr(), address);
    }

    #[test]
    fn foreign_memory_lives_as_long_as_its_owner() {
        let owner = Arc::new([1.0, 2.0, 3.0]);
        let mut buffer = foreign(&owner);
        drop(owner);
        buffer.make_mut()[0] = 5.0;
        assert_eq!(buffer.into_vec(), [5.0, 2.0, 3.0]);
    }

    #[test]
    fn a_foreign_vector_is_neither_written_to_nor_taken() {
        // Memory that lives by another owner, beside a vector of the same length and type that only the buffer holds.
        static MEMORY: [u8; 3] = [1, 2, 3];
        let foreign = |len| {
            let owner = Arc::new(vec![9_u8; len]);
            // SAFETY: a static lives for good.
            unsafe { Buffer::<u8>::from_foreign(NonNull::from(&MEMORY).cast(), len, owner) }
        };
        let mut buffer = foreign(3);
        buffer.make_mut()[0] = 7;
        assert_eq!((&*buffer, MEMORY), (&[7, 2, 3][..], [1, 2, 3]));
        assert_eq!(foreign(3).into_vec(), [1, 2, 3]);
        assert_eq!(foreign(2).slice(1..).into_vec(), [2]);
    }

    #[test]
    fn a_part_that_outlives_the_whole() {
        let whole = Buffer::from(vec![1, 2, 3, 4]);
        let (mut all, mut end, none) = (whole.slice(..), whole.slice(2..), whole.slice(4..));
        let address = whole.as_ptr();
        drop(whole);
        end.make_mut()[0] = 8;
        assert_eq!((&*all, &*end, none.into_vec()), (&[1, 2, 3, 4][..], &[8, 4][..], vec![]));
        // Now the only one, of all of it: written in place.
        all.make_mut()[3] = 9;
        assert_eq!((all.as_ptr(), &*all), (address, &[1, 2, 3, 9][..]));
        assert_eq!(all.into_vec(), [1, 2, 3, 9]);
    }
}
