//! Functions of a complex number, in double precision.
//!
//! Special values and branch cuts are those of the array API standard, which follow annex G of C99; where both are
//! silent, a function keeps its symmetries (odd or even, and `f(conj z) = conj f(z)`). Only these few are written
//! by hand; the others follow from an identity that holds for special values too:
//!
//! ```text
//! sin z = −i sinh iz    asin z = −i asinh iz
//! cos z =    cosh iz    atan z = −i atanh iz    acosh z = ±i acos z, with a real part of at least 0
//! tan z = −i tanh iz    log2, log10: quotients of log
//! ```
//!
//! Formulas of the inverse functions: W. Kahan, "Branch cuts for complex elementary functions" (1987).

mod exponential;
mod hyperbolic;
mod inverse;
mod logarithm;

pub(super) use exponential::{exp, expm1, pow};
pub(super) use hyperbolic::{cosh, sinh, tanh};
pub(super) use inverse::{acos, asinh, atanh};
pub(super) use logarithm::{log, log1p};

use crate::dtype::Complex128;

type C = Complex128;

const ONE: C = C::new(1.0, 0.0);

/// i·z.
fn times_i(z: C) -> C {
    C::new(-z.im, z.re)
}

/// −i·z.
fn times_minus_i(z: C) -> C {
    C::new(z.im, -z.re)
}

/// |z|, without overflow on the way.
pub(super) fn abs(z: C) -> f64 {
    z.re.hypot(z.im)
}

/// x / y. By a real or an imaginary number each part is divided; else the larger part of y is divided out first, so
/// that no square overflows (R. L. Smith, "Algorithm 116: complex division", 1962).
pub(super) fn divide(x: C, y: C) -> C {
    if y.im == 0.0 {
        C::new(x.re / y.re, x.im / y.re)
    } else if y.re == 0.0 {
        C::new(x.im / y.im, -(x.re / y.im))
    } else if y.re.is_infinite() && y.im.is_infinite() && x.is_finite() {
        let direction = C::new(0.5_f64.copysign(y.re), 0.5_f64.copysign(-y.im));
        x * direction * 0.0
    } else {
        // Half of each where a sum of two could overflow.
        let halve = |z: C| if z.re.abs().max(z.im.abs()) > 0.5 * f64::MAX { 0.5 } else { 1.0 };
        let (p, q) = (halve(x), halve(y));
        smith(x * p, y * q) * (q / p)
    }
}

fn smith(x: C, y: C) -> C {
    if y.re.abs() >= y.im.abs() {
        let ratio = y.im / y.re;
        let scale = y.re + y.im * ratio;
        C::new((x.re + x.im * ratio) / scale, (x.im - x.re * ratio) / scale)
    } else {
        let ratio = y.re / y.im;
        let scale = y.re * ratio + y.im;
        C::new((x.re * ratio + x.im) / scale, (x.im * ratio - x.re) / scale)
    }
}

/// 1 / z.
pub(super) fn reciprocal(z: C) -> C {
    divide(ONE, z)
}

/// z / |z|; 0 for 0 and NaN where a part is NaN.
pub(super) fn sign(z: C) -> C {
    if z.re == 0.0 && z.im == 0.0 {
        return C::new(0.0, 0.0);
    }
    if z.is_nan() {
        return C::new(f64::NAN, f64::NAN);
    }
    // Off the ends of the range, so that |z| neither overflows nor loses digits.
    let z = match z.re.abs().max(z.im.abs()) {
        large if large > 1e300 => z * 2_f64.powi(-100),
        small if small < 1e-300 => z * 2_f64.powi(100),
        _ => z,
    };
    let modulus = abs(z);
    C::new(z.re / modulus, z.im / modulus)
}

/// Both parts rounded to the nearest integer, ties to even.
pub(super) fn round(z: C) -> C {
    C::new(z.re.round_ties_even(), z.im.round_ties_even())
}

/// √z, with a real part of at least 0 and the cut along the negative real axis.
pub(super) fn sqrt(z: C) -> C {
    let (a, b) = (z.re, z.im);
    if b.is_infinite() {
        return C::new(f64::INFINITY, b);
    }
    if a == f64::INFINITY {
        return C::new(a, if b.is_nan() { b } else { 0_f64.copysign(b) });
    }
    if a == f64::NEG_INFINITY {
        let re = if b.is_nan() { b } else { 0.0 };
        return C::new(re, f64::INFINITY.copysign(b));
    }
    if a.is_nan() || b.is_nan() {
        return C::new(f64::NAN, f64::NAN);
    }
    if a == 0.0 && b == 0.0 {
        return C::new(0.0, b);
    }
    // Powers of four, off the ends of the range: |z| must not overflow nor be a subnormal number.
    let (scale, root) = match a.abs().max(b.abs()) {
        large if large > 1e300 => (2_f64.powi(-100), 2_f64.powi(50)),
        small if small < 1e-290 => (2_f64.powi(108), 2_f64.powi(-54)),
        _ => (1.0, 1.0),
    };
    let (a, b) = (a * scale, b * scale);
    let t = ((a.abs() + a.hypot(b)) * 0.5).sqrt();
    if a >= 0.0 {
        C::new(t * root, b / (2.0 * t) * root)
    } else {
        C::new(b.abs() / (2.0 * t) * root, t.copysign(b) * root)
    }
}

pub(super) fn sin(z: C) -> C {
    times_minus_i(sinh(times_i(z)))
}

pub(super) fn cos(z: C) -> C {
    cosh(times_i(z))
}

pub(super) fn tan(z: C) -> C {
    times_minus_i(tanh(times_i(z)))
}

pub(super) fn asin(z: C) -> C {
    times_minus_i(asinh(times_i(z)))
}

pub(super) fn atan(z: C) -> C {
    times_minus_i(atanh(times_i(z)))
}

pub(super) fn acosh(z: C) -> C {
    let w = acos(z);
    C::new(w.im.abs(), w.re.copysign(z.im))
}

pub(super) fn log2(z: C) -> C {
    let w = log(z);
    // The real logarithm where there is one: exact for powers of two.
    let re = if z.im == 0.0 { z.re.abs().log2() } else { w.re / std::f64::consts::LN_2 };
    C::new(re, w.im / std::f64::consts::LN_2)
}

pub(super) fn log10(z: C) -> C {
    let w = log(z);
    let re = if z.im == 0.0 { z.re.abs().log10() } else { w.re / std::f64::consts::LN_10 };
    C::new(re, w.im / std::f64::consts::LN_10)
}
