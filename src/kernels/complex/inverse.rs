//! acos, asinh and atanh.

use super::logarithm::log_modulus;
use super::{C, sqrt};
use crate::kernels::map::float;
use std::f64::consts::{FRAC_PI_2, LN_2};

/// Beyond it, 1 is nothing beside z².
const LARGE: f64 = 1e8;

/// Whether it is beyond, or infinite in a part though the other is NaN.
fn is_large(z: C) -> bool {
    let infinite = z.re.is_infinite() || z.im.is_infinite();
    infinite || (!z.is_nan() && (z.re.abs() > LARGE || z.im.abs() > LARGE))
}

const NAN: C = C::new(f64::NAN, f64::NAN);

/// The angle's cosine is z; cuts along the real axis beyond ±1.
pub(in crate::kernels) fn acos(z: C) -> C {
    let (a, b) = (z.re, z.im);
    if is_large(z) {
        return C::new(b.abs().atan2(a), (log_modulus(z) + LN_2).copysign(-b));
    }
    if z.is_nan() {
        return if a == 0.0 { C::new(FRAC_PI_2, b) } else { NAN };
    }
    let (below, above) = (sqrt(C::new(1.0 - a, -b)), sqrt(C::new(1.0 + a, b)));
    let re = 2.0 * below.re.atan2(above.re);
    C::new(re, float::asinh(above.re * below.im - above.im * below.re))
}

/// The inverse of sinh; cuts along the imaginary axis beyond ±i.
pub(in crate::kernels) fn asinh(z: C) -> C {
    let (a, b) = (z.re, z.im);
    if is_large(z) {
        return C::new((log_modulus(z) + LN_2).copysign(a), b.atan2(a.abs()));
    }
    if z.is_nan() {
        return if b == 0.0 { C::new(a, b) } else { NAN };
    }
    // asin of −i·z = b − a·i, turned back by i.
    let (below, above) = (sqrt(C::new(1.0 - b, a)), sqrt(C::new(1.0 + b, -a)));
    let re = float::asinh(above.re * below.im - above.im * below.re);
    C::new(re, b.atan2(below.re * above.re - below.im * above.im))
}

/// The inverse of tanh; cuts along the real axis beyond ±1.
pub(in crate::kernels) fn atanh(z: C) -> C {
    let (a, b) = (z.re, z.im);
    if is_large(z) {
        // The real part of 1/z; where a part is infinite, 0.
        let re =
            if z.re.is_infinite() || z.im.is_infinite() { 0.0 } else { super::reciprocal(z).re };
        let im = if b.is_nan() { b } else { FRAC_PI_2.copysign(b) };
        return C::new(re.copysign(a), im);
    }
    if z.is_nan() {
        return if a == 0.0 { C::new(a, b) } else { NAN };
    }
    let x = a.abs();
    if x == 1.0 {
        if b == 0.0 {
            return C::new(f64::INFINITY.copysign(a), b);
        }
        // The formulas below, where (1 − x)² is 0 and b² might be.
        let y = b.abs();
        let re = 0.5 * (2_f64.hypot(y).ln() - y.ln());
        return C::new(re.copysign(a), (0.5 * (FRAC_PI_2 + (0.5 * y).atan())).copysign(b));
    }
    let re = 0.25 * (4.0 * x / ((1.0 - x) * (1.0 - x) + b * b)).ln_1p();
    let im = 0.5 * (2.0 * b).atan2((1.0 - x) * (1.0 + x) - b * b);
    C::new(re.copysign(a), im)
}
