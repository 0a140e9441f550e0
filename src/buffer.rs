//! Shared, immutable memory: [`Buffer`] of one element type, [`Values`] of any data type.
//!
//! A buffer is cheap to clone and to slice, and may borrow foreign memory through an owner that keeps it alive.
//! Writing is copy-on-write: [`Buffer::make_mut`] copies where the memory is shared or foreign.

mod indices;
mod values;

pub use indices::{Index, Indices, Width};
pub use values::{Values, ValuesMut, ValuesRef};

use std::any::Any;
use std::ops::{Bound, Deref, RangeBounds};
use std::ptr::NonNull;
use std::sync::Arc;
use std::{fmt, slice};

/// A shared, immutable slice of `T`.
///
/// ```text
/// Buffer { ptr ──┐ , len, owner ─→ Arc<Vec<T>>  (or any foreign owner) }
///                └─→ [ t t t t t t ]   some range inside the owner's memory
/// ```
pub struct Buffer<T> {
    ptr: NonNull<T>,
    len: usize,
    owner: Arc<dyn Any + Send + Sync>,
}

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
            Bound::Excluded(&s) => s + 1,
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&e) => e + 1,
            Bound::Excluded(&e) => e,
            Bound::Unbounded => self.len,
        };
        let part = &self.as_slice()[start..end];
        Self { ptr: NonNull::from(part).cast(), len: part.len(), owner: Arc::clone(&self.owner) }
    }

    /// Whether both are the very same memory.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.ptr == other.ptr && self.len == other.len
    }
}

impl<T: Copy + Send + Sync + 'static> Buffer<T> {
    /// The elements, to be written to: copied first where the memory is shared, foreign or part of a larger one.
    pub fn make_mut(&mut self) -> &mut [T] {
        let whole = self.len;
        let sole = Arc::get_mut(&mut self.owner)
            .and_then(|o| o.downcast_mut::<Vec<T>>())
            .is_some_and(|v| v.len() == whole);
        if !sole {
            *self = self.as_slice().to_vec().into();
        }
        // SAFETY: the owner is now a `Vec<T>` that only this buffer refers to, and the buffer covers it whole.
        unsafe { slice::from_raw_parts_mut(self.ptr.as_ptr(), self.len) }
    }

    /// The elements as a vector: without copying where this is the only buffer of a whole vector.
    pub fn into_vec(self) -> Vec<T> {
        let (ptr, len) = (self.ptr, self.len);
        match self.owner.downcast::<Vec<T>>() {
            Ok(owner) => match Arc::try_unwrap(owner) {
                Ok(vec) if vec.len() == len => vec,
                Ok(vec) => {
                    let start =
                        (ptr.as_ptr() as usize - vec.as_ptr() as usize) / size_of::<T>().max(1);
                    vec[start..start + len].to_vec()
                }
                // SAFETY: `ptr` is valid for `len` elements while `owner`, held here, lives.
                Err(_owner) => unsafe { slice::from_raw_parts(ptr.as_ptr(), len) }.to_vec(),
            },
            // SAFETY: as above.
            Err(_owner) => unsafe { slice::from_raw_parts(ptr.as_ptr(), len) }.to_vec(),
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
        let owner = Arc::new(vec);
        // The pointer comes from the vector's own, so that `make_mut` may write through it.
        let ptr =
            NonNull::new(owner.as_ptr().cast_mut()).expect("a vector's pointer is never null");
        Self { ptr, len: owner.len(), owner }
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

/// An empty vector with room for `len` elements.
pub(crate) fn reserve<T>(op: &str, len: u128) -> crate::Result<Vec<T>> {
    let mut vec = Vec::new();
    let bytes = len.saturating_mul(size_of::<T>() as u128);
    match usize::try_from(len).map(|len| vec.try_reserve_exact(len)) {
        Ok(Ok(())) => Ok(vec),
        _ => Err(crate::error::MemoryError::Allocation { op: op.to_owned(), bytes }.into()),
    }
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
        let owner: Arc<[f64; 3]> = Arc::new([1.0, 2.0, 3.0]);
        let ptr = NonNull::from(&owner[0]);
        // SAFETY: the array lives and does not change while `owner` is held by the buffer.
        let mut buffer = unsafe { Buffer::from_foreign(ptr, 3, owner.clone()) };
        drop(owner);
        buffer.make_mut()[0] = 5.0;
        assert_eq!(buffer.into_vec(), [5.0, 2.0, 3.0]);
    }
}
