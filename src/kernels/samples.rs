//! For the unit tests of any room: numbers that look random, equality up to rounding, and runs on so many threads.

use crate::dtype::{Complex128, Scalar};
pub(crate) use crate::parallel::on_threads;

/// Numbers that look random, the same on every run: Knuth's linear congruential generator.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    /// Numbers between −8 and 8.
    pub(crate) fn numbers(mut self) -> impl Iterator<Item = f64> {
        std::iter::repeat_with(move || self.below(1 << 30) as f64 / f64::from(1 << 26) - 8.0)
    }
}

/// Whether a number is as expected: exactly, or of floats up to `eps` times its magnitude, which counts as at least
/// `least`.
pub(crate) fn close<T: Into<Scalar>>(got: T, expected: T, eps: f64, least: f64) -> bool {
    let (got, expected): (Scalar, Scalar) = (got.into(), expected.into());
    let (a, b): (Complex128, Complex128) = (got.to(), expected.to());
    let near = |a: f64, b: f64| {
        a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= eps * b.abs().max(least)
    };
    let floats = got.dtype().is_floating() && got.dtype() == expected.dtype();
    if floats { near(a.re, b.re) && near(a.im, b.im) } else { got == expected }
}
