//! The transforms: along any axis, and along several.

use super::{Fft, Norm, Transform};
use crate::Result;
use crate::error::{ShapeError, named};
use crate::standard::{Array, resolve_axes, resolve_axis};
use smallvec::SmallVec;

/// An axis, and its number of points if that was given.
type Points = (isize, Option<usize>);

/// A transform along one axis. Without `n`, as many points as the axis is long; for a real inverse, as many as the axis
/// is the spectrum of, if they are even.
fn along<A: Array>(
    op: &str,
    x: &A,
    transform: Transform,
    n: Option<usize>,
    axis: isize,
    norm: Norm,
) -> Result<A> {
    named(op, || {
        let place = resolve_axis(op, axis, x.ndim())?;
        // A real array is a complex one without imaginary parts.
        let x = if transform != Transform::RealForward && x.dtype().is_floating() {
            x.astype(x.dtype().complex())?
        } else {
            x.clone()
        };
        let length = x.shape()[place];
        let n = n.unwrap_or(match transform {
            Transform::RealInverse => 2 * length.saturating_sub(1),
            _ => length,
        });
        let moved = |x: &A, from: isize, to: isize| {
            if place + 1 == x.ndim() { Ok(x.clone()) } else { x.moveaxis(&[from], &[to]) }
        };
        let last = moved(&x, place as isize, -1)?;
        moved(&A::apply_one(Fft { transform, n, norm }, &[&last])?, -1, place as isize)
    })
}

/// The axes of a transform along several, each with its number of points: those named, else as many last ones as there
/// are numbers, else all.
fn several<A: Array>(
    op: &str,
    x: &A,
    s: Option<&[usize]>,
    axes: Option<&[isize]>,
) -> Result<SmallVec<[Points; 4]>> {
    let ndim = x.ndim();
    let first = ndim.saturating_sub(s.map_or(ndim, <[usize]>::len));
    let axes = match axes {
        Some(axes) => resolve_axes(op, axes, ndim)?,
        None => (first..ndim).collect(),
    };
    let numbers = s.map_or(axes.len(), <[usize]>::len);
    if numbers != axes.len() {
        return Err(ShapeError::Parameter {
            op: op.to_owned(),
            what: "s",
            value: format!("{:?}", s.unwrap_or_default()),
            reason: format!("there are {} axes", axes.len()),
        }
        .into());
    }
    let n = |k: usize| s.map(|s| s[k]);
    Ok(axes.iter().enumerate().map(|(k, &axis)| (axis as isize, n(k))).collect())
}

/// The last of the axes, which is the real one, and the others.
fn split_last<'a>(op: &str, axes: &'a [Points]) -> Result<(&'a Points, &'a [Points])> {
    axes.split_last().ok_or_else(|| {
        ShapeError::Parameter {
            op: op.to_owned(),
            what: "axes",
            value: "[]".to_owned(),
            reason: "at least one axis is transformed".to_owned(),
        }
        .into()
    })
}

/// The discrete Fourier transform along an axis, of `n` points: the axis is cut, or goes on with zeros. Complex.
pub fn fft<A: Array>(x: &A, n: Option<usize>, axis: isize, norm: Norm) -> Result<A> {
    along("fft", x, Transform::Forward, n, axis, norm)
}

/// The inverse of [`fft`].
pub fn ifft<A: Array>(x: &A, n: Option<usize>, axis: isize, norm: Norm) -> Result<A> {
    along("ifft", x, Transform::Inverse, n, axis, norm)
}

/// [`fft`] along several axes, `axes[k]` with `s[k]` points. Without `axes`, the last ones that `s` has numbers for, or
/// all.
pub fn fftn<A: Array>(x: &A, s: Option<&[usize]>, axes: Option<&[isize]>, norm: Norm) -> Result<A> {
    complex_along("fftn", x, Transform::Forward, &several("fftn", x, s, axes)?, norm)
}

/// The inverse of [`fftn`].
pub fn ifftn<A: Array>(
    x: &A,
    s: Option<&[usize]>,
    axes: Option<&[isize]>,
    norm: Norm,
) -> Result<A> {
    complex_along("ifftn", x, Transform::Inverse, &several("ifftn", x, s, axes)?, norm)
}

fn complex_along<A: Array>(
    op: &str,
    x: &A,
    transform: Transform,
    axes: &[Points],
    norm: Norm,
) -> Result<A> {
    axes.iter().try_fold(x.clone(), |x, &(axis, n)| along(op, &x, transform, n, axis, norm))
}

/// The first `n/2 + 1` points of the [`fft`] of a real signal of `n` points; the others are their conjugates.
pub fn rfft<A: Array>(x: &A, n: Option<usize>, axis: isize, norm: Norm) -> Result<A> {
    along("rfft", x, Transform::RealForward, n, axis, norm)
}

/// The inverse of [`rfft`]: the real signal of `n` points, by default `2(m − 1)` for an axis of length m.
pub fn irfft<A: Array>(x: &A, n: Option<usize>, axis: isize, norm: Norm) -> Result<A> {
    along("irfft", x, Transform::RealInverse, n, axis, norm)
}

/// [`fftn`] of a real signal: [`rfft`] along the last of the axes, then [`fft`] along the others.
pub fn rfftn<A: Array>(
    x: &A,
    s: Option<&[usize]>,
    axes: Option<&[isize]>,
    norm: Norm,
) -> Result<A> {
    let op = "rfftn";
    let axes = several(op, x, s, axes)?;
    let (&(last, n), others) = split_last(op, &axes)?;
    let real = along(op, x, Transform::RealForward, n, last, norm)?;
    complex_along(op, &real, Transform::Forward, others, norm)
}

/// The inverse of [`rfftn`].
pub fn irfftn<A: Array>(
    x: &A,
    s: Option<&[usize]>,
    axes: Option<&[isize]>,
    norm: Norm,
) -> Result<A> {
    let op = "irfftn";
    let axes = several(op, x, s, axes)?;
    let (&(last, n), others) = split_last(op, &axes)?;
    let complex = complex_along(op, x, Transform::Inverse, others, norm)?;
    along(op, &complex, Transform::RealInverse, n, last, norm)
}

/// The real spectrum of a signal with `x[n − j] = conj(x[j])`, of which the first `n/2 + 1` points are given; `n` is by
/// default `2(m − 1)` for an axis of length m.
pub fn hfft<A: Array>(x: &A, n: Option<usize>, axis: isize, norm: Norm) -> Result<A> {
    named("hfft", || along("hfft", &x.conj()?, Transform::RealInverse, n, axis, norm.reversed()))
}

/// The inverse of [`hfft`].
pub fn ihfft<A: Array>(x: &A, n: Option<usize>, axis: isize, norm: Norm) -> Result<A> {
    named("ihfft", || along("ihfft", x, Transform::RealForward, n, axis, norm.reversed())?.conj())
}
