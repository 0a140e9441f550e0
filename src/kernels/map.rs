//! The elementwise functions: one flat loop per function and data type.
//!
//! A function meets its data type in two steps. [`map_into`] looks at the family of the type in which the function
//! is computed; the family's module holds a table of the functions it knows, each a closure over one element; and
//! the loops of `arity` run a closure over one, two or three [`Lane`]s, a scalar lane being hoisted out of them.
//!
//! Special values are the [standard's](https://data-apis.org/array-api/2025.12/API_specification/elementwise_functions.html).
//! Where it leaves a choice:
//!
//! - Integer division by zero, and its remainder, give 0, as NumPy does. The least integer divided by −1 wraps.
//! - An integer to a negative power is 0, but for the bases 1 and −1.
//! - A shift by a negative count, or by the width or more, shifts all bits out: to 0, or to −1 for a right shift of
//!   a negative number.
//! - `floor_divide` of finite floats is the exact quotient rounded down, as in Python, so that with `remainder` it
//!   gives back the dividend; with infinities and zeros it is `floor(x₁ / x₂)`, as the standard asks.
//! - `clip` with a lower bound above the upper one gives the upper one.
//! - Of zeros of both signs `maximum` and `minimum` give any.
//! - Complex products follow the textbook formula; quotients by a real or an imaginary number are taken part by
//!   part. `complex64` functions beyond the four operations are computed in `complex128` and rounded.

mod arity;
mod boolean;
mod complex;
pub(super) mod float;
mod integer;

use crate::Result;
use crate::buffer::{Values, ValuesMut, ValuesRef, zeroed};
use crate::dtype::{DType, Element, Kind, Scalar};
use crate::standard::Func;
use crate::with_dtype;
use arity::{binary, ternary};
use smallvec::SmallVec;
use std::ops::Range;

/// One argument of an elementwise function.
#[derive(Debug, Clone, Copy)]
pub enum Lane<'a> {
    /// One value for each element of the result.
    Slice(ValuesRef<'a>),
    /// The same value for all.
    Scalar(Scalar),
}

impl<'a> Lane<'a> {
    /// The data type.
    pub const fn dtype(self) -> DType {
        match self {
            Self::Slice(values) => values.dtype(),
            Self::Scalar(value) => value.dtype(),
        }
    }

    /// The part of it that belongs to a range of the result.
    ///
    /// # Panics
    /// If the range is outside a slice.
    pub fn part(self, range: Range<usize>) -> Self {
        match self {
            Self::Slice(values) => Self::Slice(super::slice(values, range)),
            scalar => scalar,
        }
    }
}

impl<'a> From<&'a Values> for Lane<'a> {
    fn from(values: &'a Values) -> Self {
        Self::Slice(values.view())
    }
}

impl From<Scalar> for Lane<'_> {
    fn from(value: Scalar) -> Self {
        Self::Scalar(value)
    }
}

/// Computes a function element by element on one thread.
///
/// `compute` is the type that [`Func::compute_dtype`] gives for the arguments; argument k is already of
/// [`Func::arg_dtype`]`(k, compute)` (a scalar is converted), and `out` of [`Func::result_dtype`]`(compute)`.
///
/// # Panics
/// If the number, a length or a data type of the arguments or the result is not as above, or the function is not
/// defined in `compute`.
pub fn map_into(func: Func, compute: DType, args: &[Lane<'_>], out: ValuesMut<'_>) {
    assert_eq!(args.len(), func.arity(), "{func}: number of arguments");
    let done = match func {
        Func::Where => {
            with_dtype!(compute, T => ternary(args, out, |c, x: T, y: T| if c { x } else { y }));
            true
        }
        Func::Equal => {
            with_dtype!(compute, T => binary(args, out, |x: T, y: T| x == y));
            true
        }
        Func::NotEqual => {
            with_dtype!(compute, T => binary(args, out, |x: T, y: T| x != y));
            true
        }
        _ => match compute.kind() {
            Kind::Bool => boolean::map_into(func, args, out),
            Kind::Signed | Kind::Unsigned => with_dtype!(
                compute, [integer] T => integer::map_into::<T>(func, args, out), else false),
            Kind::Float => with_dtype!(
                compute, [float] T => float::map_into::<T>(func, args, out), else false),
            Kind::Complex => with_dtype!(
                compute, [complex] T => complex::map_into::<T>(func, args, out), else false),
        },
    };
    assert!(done, "{func} is not computed in {compute}");
}

/// The values of a function, element by element, for arguments as of [`map_into`] and a result of `len` elements.
///
/// # Panics
/// As [`map_into`].
///
/// ```
/// use redpoll::{buffer::Values, dtype::{DType, Scalar}, kernels::map::{Lane, map}, standard::Func};
/// let x = Values::from(vec![1.0, 2.0, 3.0]);
/// let y = map(Func::Multiply, DType::Float64, &[(&x).into(), Scalar::Float64(2.0).into()], 3)?;
/// assert_eq!(y, Values::from(vec![2.0, 4.0, 6.0]));
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn map(func: Func, compute: DType, args: &[Lane<'_>], len: usize) -> Result<Values> {
    Ok(with_dtype!(func.result_dtype(compute), R => {
        let mut out = zeroed::<R>(func.name(), len)?;
        super::for_pieces(&mut out, |start, out| {
            let range = start..start + out.len();
            let args: SmallVec<[_; 3]> = args.iter().map(|a| a.part(range.clone())).collect();
            map_into(func, compute, &args, R::erase_slice_mut(out));
        });
        out.into()
    }))
}

/// The value of a function of scalars: such as the fill of a result. It has the bits that [`map`] gives for the
/// same values.
///
/// # Panics
/// If the number of arguments is not the function's, or the function is not defined in `compute`.
pub fn map_scalar(func: Func, compute: DType, args: &[Scalar]) -> Scalar {
    // The very loops of `map`, over slices of one element.
    let args: SmallVec<[Scalar; 3]> =
        args.iter().enumerate().map(|(k, a)| a.cast(func.arg_dtype(k, compute))).collect();
    let lanes: SmallVec<[Lane<'_>; 3]> = args.iter().map(|a| Lane::Slice(a.into())).collect();
    let mut out = Scalar::zero(func.result_dtype(compute));
    map_into(func, compute, &lanes, (&mut out).into());
    out
}

#[cfg(test)]
mod tests;
