//! Conversion of one element to another type.

use super::{Complex64, Complex128};

/// Conversion between element types.
///
/// Between integers the value wraps around, as in C and NumPy. From a float to an integer it is truncated towards
/// zero and saturates at the ends of the range; NaN becomes 0. To `bool`, anything but zero is `true`. A real
/// number becomes a complex one with imaginary part 0; from complex to real only the real part remains, which
/// `astype` therefore refuses.
pub trait Cast<U> {
    /// The value as a `U`.
    fn cast(self) -> U;
}

macro_rules! real_to_real {
    ($($A:ty => $($B:ty),+;)+) => {$($(
        impl Cast<$B> for $A {
            #[inline]
            fn cast(self) -> $B { self as $B }
        }
    )+)+};
}
macro_rules! real {
    ($($A:ty),+) => {$(
        real_to_real! { $A => i8, i16, i32, i64, u8, u16, u32, u64, f32, f64; }
        impl Cast<bool> for $A {
            #[inline]
            fn cast(self) -> bool { self != 0 as $A }
        }
        impl Cast<$A> for bool {
            #[inline]
            fn cast(self) -> $A { u8::from(self) as $A }
        }
        impl Cast<Complex64> for $A {
            #[inline]
            fn cast(self) -> Complex64 { Complex64::new(self as f32, 0.0) }
        }
        impl Cast<Complex128> for $A {
            #[inline]
            fn cast(self) -> Complex128 { Complex128::new(self as f64, 0.0) }
        }
        impl Cast<$A> for Complex64 {
            #[inline]
            fn cast(self) -> $A { self.re as $A }
        }
        impl Cast<$A> for Complex128 {
            #[inline]
            fn cast(self) -> $A { self.re as $A }
        }
    )+};
}
real!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);

impl Cast<bool> for bool {
    #[inline]
    fn cast(self) -> bool {
        self
    }
}

macro_rules! complex {
    ($($C:ident $R:ty),+) => {$(
        impl Cast<bool> for $C {
            #[inline]
            fn cast(self) -> bool { self.re != 0.0 || self.im != 0.0 }
        }
        impl Cast<$C> for bool {
            #[inline]
            fn cast(self) -> $C { $C::new(self.cast(), 0.0) }
        }
        impl Cast<Complex64> for $C {
            #[inline]
            fn cast(self) -> Complex64 { Complex64::new(self.re as f32, self.im as f32) }
        }
        impl Cast<Complex128> for $C {
            #[inline]
            fn cast(self) -> Complex128 { Complex128::new(self.re as f64, self.im as f64) }
        }
    )+};
}
complex!(Complex64 f32, Complex128 f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_saturate_and_integers_wrap() {
        assert_eq!(Cast::<i8>::cast(300.7_f64), 127);
        assert_eq!(Cast::<u8>::cast(f64::NAN), 0);
        assert_eq!(Cast::<i8>::cast(200_u8), -56);
        assert!(Cast::<bool>::cast(f32::NAN));
        assert!(!Cast::<bool>::cast(-0.0_f64));
        assert_eq!(Cast::<Complex128>::cast(true), Complex128::new(1.0, 0.0));
    }
}
