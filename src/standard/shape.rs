//! [`IntoShape`]: the ways of writing a shape.

use super::Shape;
use smallvec::{SmallVec, smallvec};

/// A shape, an index or other numbers, one for each axis: an array, slice, vector or tuple of them, or a number alone
/// for one axis. What takes `impl IntoShape` takes all of these:
///
/// ```
/// use redpoll::{Array, Dense, dtype::DType::Float64};
/// let x = Dense::zeros([2, 3], Float64)?;
/// for same in [Dense::zeros((2, 3), Float64)?, Dense::zeros(vec![2, 3], Float64)?, Dense::zeros(x.shape(), Float64)?] {
///     assert_eq!(same.shape(), x.shape());
/// }
/// assert_eq!(Dense::zeros(6, Float64)?.reshape((-1, 3))?.shape(), [2, 3]);
/// assert_eq!(Dense::zeros((), Float64)?.ndim(), 0);
/// # Ok::<(), redpoll::Error>(())
/// ```
///
/// The numbers are `usize`, but for [`reshape`](crate::Array::reshape) `isize`, of which −1 is a length to be found.
pub trait IntoShape<T = usize> {
    /// The numbers, one for each axis.
    fn into_shape(self) -> SmallVec<[T; 4]>;
}

impl IntoShape for Shape {
    fn into_shape(self) -> Shape {
        self
    }
}
impl IntoShape for &Shape {
    fn into_shape(self) -> Shape {
        self.clone()
    }
}

macro_rules! into_shape {
    (@tuple $T:ty, $($name:ident)*) => {
        impl IntoShape<$T> for ($(into_shape!(@one $T, $name),)*) {
            fn into_shape(self) -> SmallVec<[$T; 4]> {
                let ($($name,)*) = self;
                smallvec![$($name),*]
            }
        }
    };
    (@one $T:ty, $name:ident) => { $T };
    ($($T:ty),+) => {$(
        impl IntoShape<$T> for $T {
            fn into_shape(self) -> SmallVec<[$T; 4]> {
                smallvec![self]
            }
        }
        impl<const N: usize> IntoShape<$T> for [$T; N] {
            fn into_shape(self) -> SmallVec<[$T; 4]> {
                SmallVec::from_slice(&self)
            }
        }
        impl<const N: usize> IntoShape<$T> for &[$T; N] {
            fn into_shape(self) -> SmallVec<[$T; 4]> {
                SmallVec::from_slice(self)
            }
        }
        impl IntoShape<$T> for &[$T] {
            fn into_shape(self) -> SmallVec<[$T; 4]> {
                SmallVec::from_slice(self)
            }
        }
        impl IntoShape<$T> for Vec<$T> {
            fn into_shape(self) -> SmallVec<[$T; 4]> {
                self.into()
            }
        }
        impl IntoShape<$T> for &Vec<$T> {
            fn into_shape(self) -> SmallVec<[$T; 4]> {
                SmallVec::from_slice(self)
            }
        }
        into_shape!(@tuple $T,);
        into_shape!(@tuple $T, a);
        into_shape!(@tuple $T, a b);
        into_shape!(@tuple $T, a b c);
        into_shape!(@tuple $T, a b c d);
        into_shape!(@tuple $T, a b c d e);
        into_shape!(@tuple $T, a b c d e f);
    )+};
}
into_shape!(usize, isize);
