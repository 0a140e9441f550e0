//! [`IndexInput`]: indices from outside, of any integer type, to be checked.

use super::validate::invariant;
use crate::Result;
use crate::buffer::{Buffer, Index, Indices, Values, Width, listed};
use crate::error::DTypeError;
use crate::{with_dtype, with_width};
use num_traits::ToPrimitive;

/// Indices or positions from outside: of any integer type, unchecked.
///
/// Made from vectors and slices of integers, from [`Indices`], or from [`Values`] as a file gives them. They are
/// taken over without a copy where they are `u32` (or `u64`, where a dimension or count needs that width).
#[derive(Debug, Clone)]
pub struct IndexInput(Input);

#[derive(Debug, Clone)]
enum Input {
    Indices(Indices),
    Values(Values),
}

impl IndexInput {
    /// The number of indices.
    pub fn len(&self) -> usize {
        match &self.0 {
            Input::Indices(indices) => indices.len(),
            Input::Values(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first ones, so many of them.
    pub(crate) fn first(self, count: usize) -> Self {
        if count == self.len() {
            return self;
        }
        Self(match self.0 {
            Input::Indices(indices) => Input::Indices(indices.slice(0..count)),
            Input::Values(values) => Input::Values(values.slice(0..count)),
        })
    }

    /// The indices in a width, each of which must be below `bound`; `what` names the array in messages.
    ///
    /// # Errors
    /// If they are no integers, or one is negative or not below `bound`: the first one.
    pub(crate) fn checked(self, what: &str, bound: usize, width: Width) -> Result<Indices> {
        match self.0 {
            Input::Indices(indices) => with_width!(indices.width(), J => {
                let slice = indices.as_slice::<J>().expect("own width");
                check(what, slice, bound, |i| Some(i.get()))?;
                indices.to_width(width)
            }),
            Input::Values(values) => with_dtype!(values.dtype(), [integer] T => {
                let buffer = <T as crate::dtype::Element>::into_buffer(values).expect("own dtype");
                check(what, &buffer, bound, |i| i.to_usize())?;
                Ok(with_width!(width, I => {
                    let index = |i: &T| I::new(i.to_usize().expect("checked just now"));
                    I::erase(listed(what, buffer.iter().map(index))?.into())
                }))
            }, else Err(DTypeError::Unsupported {
                op: what.to_owned(),
                dtype: values.dtype(),
                expected: "integers".into(),
            }
            .into())),
        }
    }
}

fn check<T: Copy + std::fmt::Display>(
    what: &str,
    slice: &[T],
    bound: usize,
    get: impl Fn(T) -> Option<usize>,
) -> Result<()> {
    match slice.iter().position(|&i| get(i).is_none_or(|i| i >= bound)) {
        None => Ok(()),
        Some(p) => invariant(what, p, slice[p], format!("is not in 0..{bound}")),
    }
}

impl From<Indices> for IndexInput {
    fn from(indices: Indices) -> Self {
        Self(Input::Indices(indices))
    }
}

impl From<Values> for IndexInput {
    fn from(values: Values) -> Self {
        match values {
            Values::UInt32(buffer) => Self(Input::Indices(Indices::U32(buffer))),
            Values::UInt64(buffer) => Self(Input::Indices(Indices::U64(buffer))),
            other => Self(Input::Values(other)),
        }
    }
}

macro_rules! index_input {
    ($($T:ty),+) => {$(
        impl From<Vec<$T>> for IndexInput {
            fn from(vec: Vec<$T>) -> Self {
                Values::from(vec).into()
            }
        }
        impl From<&[$T]> for IndexInput {
            fn from(slice: &[$T]) -> Self {
                slice.to_vec().into()
            }
        }
        impl<const N: usize> From<[$T; N]> for IndexInput {
            fn from(array: [$T; N]) -> Self {
                Vec::from(array).into()
            }
        }
        impl From<Buffer<$T>> for IndexInput {
            fn from(buffer: Buffer<$T>) -> Self {
                Values::from(buffer).into()
            }
        }
    )+};
}
index_input!(i8, i16, i32, i64, u8, u16, u32, u64);

impl<const N: usize> From<[usize; N]> for IndexInput {
    fn from(array: [usize; N]) -> Self {
        Vec::from(array).into()
    }
}

impl From<Vec<usize>> for IndexInput {
    fn from(vec: Vec<usize>) -> Self {
        vec.into_iter().map(|i| i as u64).collect::<Vec<_>>().into()
    }
}

impl From<&[usize]> for IndexInput {
    fn from(slice: &[usize]) -> Self {
        slice.to_vec().into()
    }
}
