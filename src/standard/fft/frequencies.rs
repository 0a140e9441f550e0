//! What the elements of a spectrum stand for, and where zero lies among them.

use crate::Result;
use crate::dtype::{DType, Kind};
use crate::error::{DTypeError, ShapeError, named};
use crate::standard::{Array, Axes};

/// The frequencies of the elements of an `fft` of `n` points that are `d` apart: `[0, 1, …, −2, −1] / (n·d)`.
///
/// ```
/// use redpoll::{Array, Dense, dtype::DType, fft};
/// let frequencies: Dense = fft::fftfreq(5, 0.1, DType::Float64)?;
/// assert_eq!(frequencies.to_vec::<f64>()?, [0.0, 2.0, 4.0, -4.0, -2.0]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn fftfreq<A: Array>(n: usize, d: f64, dtype: DType) -> Result<A> {
    named("fftfreq", || {
        check("fftfreq", n, dtype)?;
        let half = n / 2;
        let positive = A::arange(0, n - half, 1, dtype)?;
        let negative = A::arange(-(half as i128), 0, 1, dtype)?;
        A::concat(&[&positive, &negative], 0)?.divide(n as f64 * d)
    })
}

/// The frequencies of the elements of an `rfft` of `n` points that are `d` apart: `[0, 1, …, n/2] / (n·d)`.
pub fn rfftfreq<A: Array>(n: usize, d: f64, dtype: DType) -> Result<A> {
    named("rfftfreq", || {
        check("rfftfreq", n, dtype)?;
        A::arange(0, n / 2 + 1, 1, dtype)?.divide(n as f64 * d)
    })
}

fn check(op: &str, n: usize, dtype: DType) -> Result<()> {
    if dtype.kind() != Kind::Float {
        return Err(DTypeError::Unsupported {
            op: op.to_owned(),
            dtype,
            expected: "real floating-point types".to_owned(),
        }
        .into());
    }
    if n == 0 {
        return Err(ShapeError::Parameter {
            op: op.to_owned(),
            what: "n",
            value: "0".to_owned(),
            reason: "a transform has at least one point".to_owned(),
        }
        .into());
    }
    Ok(())
}

/// The element of frequency zero moved from the start of axes to their middle.
pub fn fftshift<A: Array>(x: &A, axes: impl Into<Axes>) -> Result<A> {
    rolled("fftshift", x, &axes.into(), |length| (length / 2) as isize)
}

/// The inverse of [`fftshift`]: the middle of axes moved to their start.
pub fn ifftshift<A: Array>(x: &A, axes: impl Into<Axes>) -> Result<A> {
    rolled("ifftshift", x, &axes.into(), |length| -((length / 2) as isize))
}

fn rolled<A: Array>(op: &str, x: &A, axes: &Axes, shift: fn(usize) -> isize) -> Result<A> {
    named(op, || {
        let axes = axes.resolve(op, x.ndim())?;
        axes.iter().try_fold(x.clone(), |x, &axis| x.roll(shift(x.shape()[axis]), axis as isize))
    })
}
