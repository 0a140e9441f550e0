//! log and log1p: the argument's angle, and the logarithm of its modulus. Near the unit circle the modulus is too
//! close to 1 to take its logarithm; there it is ln(1 + (|z|² − 1)) / 2 with the bracket in twice the precision.

use super::C;
use std::f64::consts::LN_2;

pub(in crate::kernels) fn log(z: C) -> C {
    C::new(log_modulus(z), z.im.atan2(z.re))
}

/// ln |z|.
pub(super) fn log_modulus(z: C) -> f64 {
    let (a, b) = (z.re.abs(), z.im.abs());
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == 0.0 {
        return high.ln();
    }
    if high.is_finite() && !(1e-290..=1e300).contains(&high) {
        // A power of two that brings the modulus back into the middle of the range.
        let shift = if high > 1.0 { -200 } else { 200 };
        let scale = 2_f64.powi(shift);
        return (low * scale).hypot(high * scale).ln() - f64::from(shift) * LN_2;
    }
    let modulus = low.hypot(high);
    if modulus > 0.5 && modulus < 2.0 {
        let (x, x_rest) = square(high);
        let (y, y_rest) = square(low);
        let (sum, rest) = two_sum(x, -1.0);
        let (sum, more) = two_sum(sum, y);
        return 0.5 * (sum + (rest + more + x_rest + y_rest)).ln_1p();
    }
    modulus.ln()
}

pub(in crate::kernels) fn log1p(z: C) -> C {
    let (a, b) = (z.re, z.im);
    if b == 0.0 && a >= -1.0 {
        return C::new(a.ln_1p(), b);
    }
    if a.abs() < 0.5 && b.abs() < 1.0 {
        // |1 + z|² − 1 = 2a + a² + b²
        let (x, x_rest) = square(a);
        let (y, y_rest) = square(b);
        let (sum, rest) = two_sum(2.0 * a, x);
        let (sum, more) = two_sum(sum, y);
        let re = 0.5 * (sum + (rest + more + x_rest + y_rest)).ln_1p();
        return C::new(re, b.atan2(1.0 + a));
    }
    // Here 1 + a is exact where |1 + z| can be close to 1.
    super::log(C::new(1.0 + a, b))
}

/// a + b and its rounding error (Knuth).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// x² and its rounding error (Dekker), for moderate x.
fn square(x: f64) -> (f64, f64) {
    let split = 134_217_729.0 * x; // 2²⁷ + 1
    let high = split - (split - x);
    let low = x - high;
    let square = x * x;
    (square, ((high * high - square) + 2.0 * high * low) + low * low)
}
