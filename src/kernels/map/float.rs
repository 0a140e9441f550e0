//! Elementwise functions computed in the real floating-point types.

use super::Lane;
use super::arity::{binary, ternary, unary};
use crate::buffer::ValuesMut;
use crate::dtype::Float;
use crate::standard::Func;

/// What the kernels need of a float beyond [`Float`].
pub(super) trait Nearest: Float {
    /// Rounded to the nearest integer, ties to even.
    fn nearest(self) -> Self;
    /// The next number towards +∞.
    fn above(self) -> Self;
    /// The next number towards −∞.
    fn below(self) -> Self;
}

macro_rules! nearest {
    ($($T:ty),+) => {$(
        impl Nearest for $T {
            fn nearest(self) -> Self {
                self.round_ties_even()
            }
            fn above(self) -> Self {
                self.next_up()
            }
            fn below(self) -> Self {
                self.next_down()
            }
        }
    )+};
}
nearest!(f32, f64);

/// Computes `func`; `false` where it is none of real floats.
pub(super) fn map_into<T: Nearest>(func: Func, args: &[Lane<'_>], out: ValuesMut<'_>) -> bool {
    match func {
        Func::Abs => unary(args, out, |x: T| x.abs()),
        Func::Acos => unary(args, out, |x: T| x.acos()),
        Func::Acosh => unary(args, out, acosh::<T>),
        Func::Add => binary(args, out, T::plus),
        Func::Asin => unary(args, out, |x: T| x.asin()),
        Func::Asinh => unary(args, out, asinh::<T>),
        Func::Atan => unary(args, out, |x: T| x.atan()),
        Func::Atan2 => binary(args, out, |y: T, x: T| y.atan2(x)),
        Func::Atanh => unary(args, out, atanh::<T>),
        Func::Ceil => unary(args, out, |x: T| x.ceil()),
        Func::Clip => ternary(args, out, |x: T, low: T, high: T| minimum(maximum(x, low), high)),
        Func::Conj | Func::Positive | Func::Real => unary(args, out, |x: T| x),
        Func::Copysign => binary(args, out, |x: T, y: T| x.copysign(y)),
        Func::Cos => unary(args, out, |x: T| x.cos()),
        Func::Cosh => unary(args, out, |x: T| x.cosh()),
        Func::Divide => binary(args, out, |x: T, y: T| x / y),
        Func::Exp => unary(args, out, |x: T| x.exp()),
        Func::Expm1 => unary(args, out, |x: T| x.exp_m1()),
        Func::Floor => unary(args, out, |x: T| x.floor()),
        Func::FloorDivide => binary(args, out, floor_divide::<T>),
        Func::Greater => binary(args, out, |x: T, y: T| x > y),
        Func::GreaterEqual => binary(args, out, |x: T, y: T| x >= y),
        Func::Hypot => binary(args, out, |x: T, y: T| x.hypot(y)),
        Func::Imag => unary(args, out, |_: T| T::ZERO),
        Func::IsFinite => unary(args, out, |x: T| x.is_finite()),
        Func::IsInf => unary(args, out, |x: T| x.is_infinite()),
        Func::IsNan => unary(args, out, |x: T| x.is_nan_value()),
        Func::Less => binary(args, out, |x: T, y: T| x < y),
        Func::LessEqual => binary(args, out, |x: T, y: T| x <= y),
        Func::Log => unary(args, out, |x: T| x.ln()),
        Func::Log1p => unary(args, out, |x: T| x.ln_1p()),
        Func::Log2 => unary(args, out, |x: T| x.log2()),
        Func::Log10 => unary(args, out, |x: T| x.log10()),
        Func::Logaddexp => binary(args, out, logaddexp::<T>),
        Func::Maximum => binary(args, out, maximum::<T>),
        Func::Minimum => binary(args, out, minimum::<T>),
        Func::Multiply => binary(args, out, T::times),
        Func::Negative => unary(args, out, T::negated),
        Func::Nextafter => binary(args, out, next_after::<T>),
        Func::Pow => binary(args, out, |x: T, y: T| x.powf(y)),
        Func::Reciprocal => unary(args, out, |x: T| T::ONE / x),
        Func::Remainder => binary(args, out, remainder::<T>),
        Func::Round => unary(args, out, T::nearest),
        Func::Sign => unary(args, out, sign::<T>),
        Func::Signbit => unary(args, out, |x: T| x.is_sign_negative()),
        Func::Sin => unary(args, out, |x: T| x.sin()),
        Func::Sinh => unary(args, out, |x: T| x.sinh()),
        Func::Sqrt => unary(args, out, |x: T| x.sqrt()),
        Func::Square => unary(args, out, |x: T| x.times(x)),
        Func::Subtract => binary(args, out, T::minus),
        Func::Tan => unary(args, out, |x: T| x.tan()),
        Func::Tanh => unary(args, out, |x: T| x.tanh()),
        Func::Trunc => unary(args, out, |x: T| x.trunc()),
        _ => false,
    }
}

/// Beyond it, x² + 1 is x² in either type.
fn is_large<T: Float>(x: T) -> bool {
    x > T::ONE / T::epsilon()
}

/// ln(x + √(x² − 1)), written so that nothing cancels near 1 and nothing overflows.
fn acosh<T: Float>(x: T) -> T {
    if is_large(x) {
        return x.ln() + T::LN_2();
    }
    // Root by root: below −1 the product of both arguments is positive again, where there is no value.
    let t = x - T::ONE;
    (t + t.sqrt() * (x + T::ONE).sqrt()).ln_1p()
}

/// sign(x) · ln(|x| + √(x² + 1)), written so that nothing cancels near 0 and nothing overflows.
pub(in crate::kernels) fn asinh<T: Float>(x: T) -> T {
    let a = x.abs();
    let value = if is_large(a) {
        a.ln() + T::LN_2()
    } else {
        let square = a * a;
        (a + square / (T::ONE + (square + T::ONE).sqrt())).ln_1p()
    };
    value.copysign(x)
}

/// sign(x) · ln((1 + |x|) / (1 − |x|)) / 2.
pub(in crate::kernels) fn atanh<T: Float>(x: T) -> T {
    let a = x.abs();
    let half = T::ONE / (T::ONE + T::ONE);
    (((a + a) / (T::ONE - a)).ln_1p() * half).copysign(x)
}

fn logaddexp<T: Float>(x: T, y: T) -> T {
    if x == y {
        // Infinities of one sign, whose difference is no number, among them.
        return x + T::LN_2();
    }
    let (low, high) = if x < y { (x, y) } else { (y, x) };
    high + (low - high).exp().ln_1p()
}

fn maximum<T: Float>(x: T, y: T) -> T {
    if x >= y || x.is_nan_value() { x } else { y }
}

fn minimum<T: Float>(x: T, y: T) -> T {
    if x <= y || x.is_nan_value() { x } else { y }
}

fn next_after<T: Nearest>(x: T, y: T) -> T {
    if x.is_nan_value() || y.is_nan_value() {
        x + y
    } else if x == y {
        y
    } else if x < y {
        x.above()
    } else {
        x.below()
    }
}

fn sign<T: Float>(x: T) -> T {
    if x > T::ZERO {
        T::ONE
    } else if x < T::ZERO {
        -T::ONE
    } else if x == T::ZERO {
        T::ZERO
    } else {
        x
    }
}

fn floor_divide<T: Nearest>(x: T, y: T) -> T {
    let quotient = x / y;
    if !x.is_finite() || !y.is_finite() || y == T::ZERO || !quotient.is_finite() {
        return quotient.floor();
    }
    // The rounded quotient may lie above the exact one and reach an integer that this does not; with the remainder
    // taken off, the quotient is an integer but for rounding.
    let exact = (x - remainder(x, y)) / y;
    if exact == T::ZERO { exact.copysign(quotient) } else { exact.nearest() }
}

fn remainder<T: Float>(x: T, y: T) -> T {
    let rest = x % y;
    if rest == T::ZERO {
        rest.copysign(y)
    } else if (rest < T::ZERO) != (y < T::ZERO) {
        // Nothing changes for a NaN.
        rest + y
    } else {
        rest
    }
}
