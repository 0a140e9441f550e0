//! [`Operand`]: what a binary method takes beside its array, another array or a scalar.

use super::Array;
use crate::dtype::{Complex64, Complex128, Scalar, Weak};

/// The other operand of a function: an array, a typed scalar, or a Rust number, which takes the array's data type
/// where its kind allows (see [`Weak`]).
#[derive(Debug, Clone, Copy)]
pub enum Operand<'a, A> {
    /// An array.
    Array(&'a A),
    /// A scalar whose data type counts.
    Scalar(Scalar),
    /// A number without a data type.
    Weak(Weak),
}

impl<'a, A: Array> From<&'a A> for Operand<'a, A> {
    fn from(array: &'a A) -> Self {
        Self::Array(array)
    }
}
impl<A> From<Scalar> for Operand<'_, A> {
    fn from(scalar: Scalar) -> Self {
        Self::Scalar(scalar)
    }
}
impl<A> From<Weak> for Operand<'_, A> {
    fn from(number: Weak) -> Self {
        Self::Weak(number)
    }
}
macro_rules! from_numbers {
    ($($T:ty),+) => {$(
        impl<A> From<$T> for Operand<'_, A> {
            fn from(number: $T) -> Self {
                Self::Weak(number.into())
            }
        }
    )+};
}
from_numbers!(bool, i8, i16, i32, i64, u8, u16, u32, u64, usize, f32, f64, Complex64, Complex128);
