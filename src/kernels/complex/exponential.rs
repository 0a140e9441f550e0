//! exp, expm1 and pow.

use super::{C, ONE, divide, log};

/// Beyond it, the exponential of a real number over- or underflows, though times a cosine it might not.
const EXTREME: f64 = 700.0;

/// eᵃ·(u + v·i), where eᵃ alone might be out of range. A zero part stays zero.
pub(super) fn scaled(a: f64, u: f64, v: f64) -> C {
    if a.abs() <= EXTREME {
        let e = a.exp();
        C::new(e * u, e * v)
    } else {
        let half = (a * 0.5).exp();
        C::new(half * u * half, half * v * half)
    }
}

/// e to the power of z.
pub(in crate::kernels) fn exp(z: C) -> C {
    let (a, b) = (z.re, z.im);
    if b == 0.0 {
        return C::new(a.exp(), b);
    }
    if !b.is_finite() {
        return match a {
            f64::NEG_INFINITY => C::new(0.0, 0_f64.copysign(b)),
            f64::INFINITY => C::new(a, f64::NAN),
            _ => C::new(f64::NAN, f64::NAN),
        };
    }
    scaled(a, b.cos(), b.sin())
}

/// e to the power of z, less 1, without the cancellation near 0.
pub(in crate::kernels) fn expm1(z: C) -> C {
    let (a, b) = (z.re, z.im);
    if b == 0.0 {
        // The real part of a zero of either sign is +0 by the standard.
        return C::new(a.exp_m1() + 0.0, b);
    }
    if !b.is_finite() || a.is_nan() || a.abs() > EXTREME {
        let e = exp(z);
        return C::new(e.re - 1.0, e.im);
    }
    // eᵃ cos b − 1 = (eᵃ − 1) cos b − 2 sin² (b/2)
    let half = (b * 0.5).sin();
    C::new(a.exp_m1() * b.cos() - 2.0 * half * half, a.exp() * b.sin())
}

/// x to the power of y: e^(y·log x), but by products where y is a small integer, and with 0 to a power of positive
/// real part being 0.
pub(in crate::kernels) fn pow(x: C, y: C) -> C {
    if y.re == 0.0 && y.im == 0.0 {
        return ONE;
    }
    if x.re == 0.0 && x.im == 0.0 && y.re > 0.0 {
        return C::new(0.0, 0.0);
    }
    if y.im == 0.0 {
        if y.re.fract() == 0.0 && y.re.abs() <= 100.0 && x.is_finite() && x != C::new(0.0, 0.0) {
            let power = integer_power(x, y.re.abs() as u32);
            let power = if y.re < 0.0 { divide(ONE, power) } else { power };
            if power.is_finite() && power != C::new(0.0, 0.0) {
                return power;
            }
        }
        // A real exponent scales both parts: no 0 · ∞ between them.
        let log = log(x);
        return exp(C::new(y.re * log.re, y.re * log.im));
    }
    exp(y * log(x))
}

fn integer_power(x: C, mut exponent: u32) -> C {
    let (mut power, mut base) = (None, x);
    loop {
        if exponent & 1 == 1 {
            power = Some(power.map_or(base, |p: C| p * base));
        }
        exponent >>= 1;
        if exponent == 0 {
            return power.unwrap_or(ONE);
        }
        base = base * base;
    }
}
