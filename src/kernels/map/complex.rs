//! Elementwise functions computed in the complex types.

use super::Lane;
use super::arity::{binary, unary};
use crate::buffer::ValuesMut;
use crate::dtype::{Cast, Complex64, Complex128, Float, Number, Real};
use crate::kernels::complex as c;
use crate::standard::Func;
use num_traits::Float as _;

/// What the kernels need of a complex type: its parts, and the way through [`Complex128`], in which every function
/// is written once.
pub(super) trait Complex: Number + Cast<Complex128> {
    /// The type of the parts.
    type Part: Float;
    fn parts(self) -> (Self::Part, Self::Part);
    fn from_parts(re: Self::Part, im: Self::Part) -> Self;
    fn narrow(wide: Complex128) -> Self;
    fn narrow_part(wide: f64) -> Self::Part;
}

macro_rules! complex {
    ($($C:ident $R:ty),+) => {$(
        impl Complex for $C {
            type Part = $R;
            #[inline]
            fn parts(self) -> ($R, $R) {
                (self.re, self.im)
            }
            #[inline]
            fn from_parts(re: $R, im: $R) -> Self {
                Self::new(re, im)
            }
            #[inline]
            fn narrow(wide: Complex128) -> Self {
                wide.cast()
            }
            #[inline]
            fn narrow_part(wide: f64) -> $R {
                wide as $R
            }
        }
    )+};
}
complex!(Complex64 f32, Complex128 f64);

/// Computes `func`; `false` where it is none of complex numbers.
pub(super) fn map_into<T: Complex>(func: Func, args: &[Lane<'_>], out: ValuesMut<'_>) -> bool {
    let function: fn(Complex128) -> Complex128 = match func {
        Func::Abs => return unary(args, out, |z: T| T::narrow_part(c::abs(z.cast()))),
        Func::Add => return binary(args, out, T::plus),
        Func::Conj => {
            return unary(args, out, |z: T| {
                let (re, im) = z.parts();
                T::from_parts(re, -im)
            });
        }
        Func::Divide => {
            return binary(args, out, |x: T, y: T| T::narrow(c::divide(x.cast(), y.cast())));
        }
        Func::Imag => return unary(args, out, |z: T| z.parts().1),
        Func::IsFinite => {
            return unary(args, out, |z: T| {
                let (re, im) = z.parts();
                re.is_finite() & im.is_finite()
            });
        }
        Func::IsInf => {
            return unary(args, out, |z: T| {
                let (re, im) = z.parts();
                re.is_infinite() | im.is_infinite()
            });
        }
        Func::IsNan => {
            return unary(args, out, |z: T| {
                let (re, im) = z.parts();
                re.is_nan_value() | im.is_nan_value()
            });
        }
        Func::Multiply => return binary(args, out, T::times),
        Func::Negative => return unary(args, out, T::negated),
        Func::Positive => return unary(args, out, |z: T| z),
        Func::Pow => return binary(args, out, |x: T, y: T| T::narrow(c::pow(x.cast(), y.cast()))),
        Func::Real => return unary(args, out, |z: T| z.parts().0),
        Func::Square => return unary(args, out, |z: T| z.times(z)),
        Func::Subtract => return binary(args, out, T::minus),
        Func::Acos => c::acos,
        Func::Acosh => c::acosh,
        Func::Asin => c::asin,
        Func::Asinh => c::asinh,
        Func::Atan => c::atan,
        Func::Atanh => c::atanh,
        Func::Cos => c::cos,
        Func::Cosh => c::cosh,
        Func::Exp => c::exp,
        Func::Expm1 => c::expm1,
        Func::Log => c::log,
        Func::Log1p => c::log1p,
        Func::Log2 => c::log2,
        Func::Log10 => c::log10,
        Func::Reciprocal => c::reciprocal,
        Func::Round => c::round,
        Func::Sign => c::sign,
        Func::Sin => c::sin,
        Func::Sinh => c::sinh,
        Func::Sqrt => c::sqrt,
        Func::Tan => c::tan,
        Func::Tanh => c::tanh,
        _ => return false,
    };
    // One loop for all of them: a call is nothing beside what they cost.
    unary(args, out, |z: T| T::narrow(function(z.cast())))
}
