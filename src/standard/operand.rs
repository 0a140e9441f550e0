//! [`Operand`]: what a binary method takes beside its array, another array or a scalar; [`AsOperand`]: what an operator
//! takes.

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

/// What an operator takes beside an array: an array by value or by reference, a typed scalar, or a Rust number.
///
/// ```
/// use redpoll::{Dense, Result, standard::AsOperand};
/// fn halved(x: Dense, shift: impl AsOperand<Dense>) -> Dense {
///     (x + shift) / 2
/// }
/// assert_eq!(halved(Dense::from([1.0, 2.0]), 1).to_string(), "[1. , 1.5]");
/// ```
pub trait AsOperand<A> {
    /// The operand, borrowed.
    fn as_operand(&self) -> Operand<'_, A>;
}

impl<A: Array> AsOperand<A> for A {
    fn as_operand(&self) -> Operand<'_, A> {
        self.into()
    }
}
impl<A: Array> AsOperand<A> for &A {
    fn as_operand(&self) -> Operand<'_, A> {
        (*self).into()
    }
}

impl<'a, A: Array> From<&'a A> for Operand<'a, A> {
    fn from(array: &'a A) -> Self {
        Self::Array(array)
    }
}
macro_rules! from_numbers {
    ($($T:ty => $Variant:ident),+ $(,)?) => {$(
        impl<A> From<$T> for Operand<'_, A> {
            fn from(number: $T) -> Self {
                Self::$Variant(number.into())
            }
        }
        impl<A> AsOperand<A> for $T {
            fn as_operand(&self) -> Operand<'_, A> {
                (*self).into()
            }
        }
    )+};
}
from_numbers!(
    Scalar => Scalar, Weak => Weak, bool => Weak,
    i8 => Weak, i16 => Weak, i32 => Weak, i64 => Weak,
    u8 => Weak, u16 => Weak, u32 => Weak, u64 => Weak, usize => Weak,
    f32 => Weak, f64 => Weak, Complex64 => Weak, Complex128 => Weak,
);
