//! The Rust types behind the data types, and what the kernels may ask of each family.

use super::{Cast, Complex64, Complex128, DType, Scalar};
use crate::buffer::{Buffer, Values, ValuesMut, ValuesRef};
use num_traits::{One, Zero};
use std::fmt::{Debug, Display};

mod sealed {
    pub trait Sealed {}
}

/// A Rust type that holds one element: `bool`, the eight integers, `f32`, `f64` and their complex numbers.
///
/// The trait is sealed: the thirteen data types are the standard's.
pub trait Element:
    sealed::Sealed
    + Copy
    + Default
    + PartialEq
    + Debug
    + Display
    + Send
    + Sync
    + 'static
    + Cast<bool>
    + Cast<i64>
    + Cast<f64>
    + Cast<Complex128>
{
    /// Its data type.
    const DTYPE: DType;
    /// `false` or 0.
    const ZERO: Self;
    /// `true` or 1.
    const ONE: Self;

    /// Whether both are the same value: bit for bit, so that `-0.0` is not `0.0`, but any NaN is the same as any other.
    fn same(self, other: Self) -> bool;
    /// Whether both are the same fill: as [`same`](Self::same), but that `-0.0` is `0.0`.
    fn same_fill(self, other: Self) -> bool;
    /// The value as a scalar of its data type.
    fn scalar(self) -> Scalar;
    /// The value of a scalar, converted by [`Cast`].
    fn from_scalar(scalar: Scalar) -> Self;
    /// A typed buffer as dtype-erased values.
    fn erase(buffer: Buffer<Self>) -> Values;
    /// The typed buffer of dtype-erased values; `None` where they have another type.
    fn buffer(values: &Values) -> Option<&Buffer<Self>>;
    /// The typed buffer of dtype-erased values, by value.
    ///
    /// # Errors
    /// Gives the values back where they have another type.
    fn into_buffer(values: Values) -> Result<Buffer<Self>, Values>;
    /// The typed slice of borrowed values; `None` where they have another type.
    fn slice(values: ValuesRef<'_>) -> Option<&[Self]>;
    /// The typed slice of mutably borrowed values; `None` where they have another type.
    fn slice_mut(values: ValuesMut<'_>) -> Option<&mut [Self]>;
    /// A typed slice as borrowed values.
    fn erase_slice(slice: &[Self]) -> ValuesRef<'_>;
    /// A typed slice as mutably borrowed values.
    fn erase_slice_mut(slice: &mut [Self]) -> ValuesMut<'_>;
}

/// An element with arithmetic: every type but `bool`. Integers wrap around on overflow, as NumPy's do.
pub trait Number: Element + Zero + One {
    /// `self + other`.
    fn plus(self, other: Self) -> Self;
    /// `self - other`.
    fn minus(self, other: Self) -> Self;
    /// `self * other`.
    fn times(self, other: Self) -> Self;
    /// `-self`.
    fn negated(self) -> Self;
}

/// A number with an order: integers and real floats.
pub trait Real: Number + PartialOrd + num_traits::Bounded {
    /// Whether it is a NaN.
    fn is_nan_value(self) -> bool;
}

/// An integer.
pub trait Integer: Real + Eq + Ord + num_traits::PrimInt {
    /// Its width.
    const BITS: u32;
}

/// A real floating-point number.
pub trait Float: Real + num_traits::Float + num_traits::FloatConst {}

macro_rules! element {
    ($($T:ty, $Variant:ident, $zero:expr, $one:expr, |$a:ident, $b:ident| $same:expr, $fill:expr;)+) => {$(
        impl sealed::Sealed for $T {}
        impl Element for $T {
            const DTYPE: DType = DType::$Variant;
            const ZERO: Self = $zero;
            const ONE: Self = $one;

            #[inline]
            fn same(self, other: Self) -> bool {
                let ($a, $b) = (self, other);
                $same
            }
            #[inline]
            fn same_fill(self, other: Self) -> bool {
                let ($a, $b) = (self, other);
                $fill
            }
            #[inline]
            fn scalar(self) -> Scalar {
                Scalar::$Variant(self)
            }
            #[inline]
            fn from_scalar(scalar: Scalar) -> Self {
                match scalar {
                    Scalar::Bool(v) => v.cast(),
                    Scalar::Int8(v) => v.cast(),
                    Scalar::Int16(v) => v.cast(),
                    Scalar::Int32(v) => v.cast(),
                    Scalar::Int64(v) => v.cast(),
                    Scalar::UInt8(v) => v.cast(),
                    Scalar::UInt16(v) => v.cast(),
                    Scalar::UInt32(v) => v.cast(),
                    Scalar::UInt64(v) => v.cast(),
                    Scalar::Float32(v) => v.cast(),
                    Scalar::Float64(v) => v.cast(),
                    Scalar::Complex64(v) => v.cast(),
                    Scalar::Complex128(v) => v.cast(),
                }
            }
            fn erase(buffer: Buffer<Self>) -> Values {
                Values::$Variant(buffer)
            }
            fn buffer(values: &Values) -> Option<&Buffer<Self>> {
                match values { Values::$Variant(b) => Some(b), _ => None }
            }
            fn into_buffer(values: Values) -> Result<Buffer<Self>, Values> {
                match values { Values::$Variant(b) => Ok(b), other => Err(other) }
            }
            fn slice(values: ValuesRef<'_>) -> Option<&[Self]> {
                match values { ValuesRef::$Variant(s) => Some(s), _ => None }
            }
            fn slice_mut(values: ValuesMut<'_>) -> Option<&mut [Self]> {
                match values { ValuesMut::$Variant(s) => Some(s), _ => None }
            }
            fn erase_slice(slice: &[Self]) -> ValuesRef<'_> {
                ValuesRef::$Variant(slice)
            }
            fn erase_slice_mut(slice: &mut [Self]) -> ValuesMut<'_> {
                ValuesMut::$Variant(slice)
            }
        }
    )+};
}

element! {
    bool, Bool, false, true, |a, b| a == b, a == b;
    i8, Int8, 0, 1, |a, b| a == b, a == b;
    i16, Int16, 0, 1, |a, b| a == b, a == b;
    i32, Int32, 0, 1, |a, b| a == b, a == b;
    i64, Int64, 0, 1, |a, b| a == b, a == b;
    u8, UInt8, 0, 1, |a, b| a == b, a == b;
    u16, UInt16, 0, 1, |a, b| a == b, a == b;
    u32, UInt32, 0, 1, |a, b| a == b, a == b;
    u64, UInt64, 0, 1, |a, b| a == b, a == b;
    f32, Float32, 0.0, 1.0,
        |a, b| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(), a == b || a.is_nan() && b.is_nan();
    f64, Float64, 0.0, 1.0,
        |a, b| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(), a == b || a.is_nan() && b.is_nan();
    Complex64, Complex64, Complex64::new(0.0, 0.0), Complex64::new(1.0, 0.0),
        |a, b| a.re.same(b.re) && a.im.same(b.im), a.re.same_fill(b.re) && a.im.same_fill(b.im);
    Complex128, Complex128, Complex128::new(0.0, 0.0), Complex128::new(1.0, 0.0),
        |a, b| a.re.same(b.re) && a.im.same(b.im), a.re.same_fill(b.re) && a.im.same_fill(b.im);
}

macro_rules! integers {
    ($($T:ty),+) => {$(
        impl Number for $T {
            #[inline]
            fn plus(self, other: Self) -> Self { self.wrapping_add(other) }
            #[inline]
            fn minus(self, other: Self) -> Self { self.wrapping_sub(other) }
            #[inline]
            fn times(self, other: Self) -> Self { self.wrapping_mul(other) }
            #[inline]
            fn negated(self) -> Self { self.wrapping_neg() }
        }
        impl Real for $T {
            #[inline]
            fn is_nan_value(self) -> bool { false }
        }
        impl Integer for $T {
            const BITS: u32 = <$T>::BITS;
        }
    )+};
}
integers!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! floating {
    ($($T:ty),+) => {$(
        impl Number for $T {
            #[inline]
            fn plus(self, other: Self) -> Self { self + other }
            #[inline]
            fn minus(self, other: Self) -> Self { self - other }
            #[inline]
            fn times(self, other: Self) -> Self { self * other }
            #[inline]
            fn negated(self) -> Self { -self }
        }
    )+};
}
floating!(f32, f64, Complex64, Complex128);

macro_rules! floats {
    ($($T:ty),+) => {$(
        impl Real for $T {
            #[inline]
            fn is_nan_value(self) -> bool { self.is_nan() }
        }
        impl Float for $T {}
    )+};
}
floats!(f32, f64);
