//! sinh, cosh and tanh. On the axes each is a real function of one part; off them it is a product of real ones.

use super::C;
use super::exponential::scaled;

/// Beyond it, e⁻ᵃ is nothing beside eᵃ.
const LARGE: f64 = 22.0;

pub(in crate::kernels) fn sinh(z: C) -> C {
    let (a, b) = (z.re, z.im);
    if b == 0.0 {
        return C::new(a.sinh(), b);
    }
    if a == 0.0 {
        return C::new(a, b.sin());
    }
    if a.is_infinite() && !b.is_finite() {
        return C::new(a, f64::NAN);
    }
    if a.abs() > LARGE {
        let e = scaled(a.abs(), 0.5 * b.cos(), 0.5 * b.sin());
        return C::new(e.re * a.signum(), e.im);
    }
    C::new(a.sinh() * b.cos(), a.cosh() * b.sin())
}

pub(in crate::kernels) fn cosh(z: C) -> C {
    let (a, b) = (z.re, z.im);
    if a == 0.0 && b.is_finite() {
        return C::new(b.cos(), a * b.sin());
    }
    if a == 0.0 || b == 0.0 {
        // sinh a · sin b is a zero with the product of the signs, whatever the other part.
        let re = if b == 0.0 { a.cosh() } else { f64::NAN };
        return C::new(re, 0.0 * 1_f64.copysign(a) * 1_f64.copysign(b));
    }
    if a.is_infinite() && !b.is_finite() {
        return C::new(f64::INFINITY, f64::NAN);
    }
    if a.abs() > LARGE {
        let e = scaled(a.abs(), 0.5 * b.cos(), 0.5 * b.sin());
        return C::new(e.re, e.im * a.signum());
    }
    C::new(a.cosh() * b.cos(), a.sinh() * b.sin())
}

pub(in crate::kernels) fn tanh(z: C) -> C {
    let (a, b) = (z.re, z.im);
    if b == 0.0 {
        return C::new(a.tanh(), b);
    }
    if a == 0.0 {
        return C::new(a, b.tan());
    }
    if a.is_infinite() {
        return C::new(a.signum(), 0_f64.copysign(b));
    }
    if !b.is_finite() {
        return C::new(f64::NAN, f64::NAN);
    }
    if a.abs() > LARGE {
        return C::new(1_f64.copysign(a), 4.0 * b.sin() * b.cos() * (-2.0 * a.abs()).exp());
    }
    // With t = tan b and s = sinh a: both parts over 1 + (1 + t²) s², in which nothing cancels.
    let (t, s) = (b.tan(), a.sinh());
    let secant = 1.0 + t * t;
    let scale = 1.0 + secant * s * s;
    C::new(secant * a.cosh() * s / scale, t / scale)
}
