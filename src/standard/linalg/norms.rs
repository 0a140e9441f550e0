//! Norms, of vectors along any axes and of matrices: reductions, but for those that need singular values.

use super::class::expect_floating;
use super::{matrix_shape, svdvals};
use crate::Result;
use crate::dtype::{Kind, Scalar};
use crate::error::{ShapeError, named};
use crate::standard::{Array, Axes, Create, Reduce, Reduction};
use std::str::FromStr;

/// Which norm of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MatrixNorm {
    /// `"fro"`: √Σ |a|².
    #[default]
    Frobenius,
    /// `"nuc"`: the sum of the singular values.
    Nuclear,
    /// `1`: the greatest sum of the moduli of a column.
    One,
    /// `-1`: the least sum of the moduli of a column.
    MinusOne,
    /// `2`: the greatest singular value.
    Two,
    /// `-2`: the least singular value.
    MinusTwo,
    /// `inf`: the greatest sum of the moduli of a row.
    Infinity,
    /// `-inf`: the least sum of the moduli of a row.
    MinusInfinity,
}

impl TryFrom<f64> for MatrixNorm {
    type Error = crate::Error;

    fn try_from(ord: f64) -> Result<Self> {
        Ok(match ord {
            1.0 => Self::One,
            -1.0 => Self::MinusOne,
            2.0 => Self::Two,
            -2.0 => Self::MinusTwo,
            f64::INFINITY => Self::Infinity,
            f64::NEG_INFINITY => Self::MinusInfinity,
            other => return Err(unknown(other.to_string())),
        })
    }
}

impl FromStr for MatrixNorm {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "fro" => Ok(Self::Frobenius),
            "nuc" => Ok(Self::Nuclear),
            other => Err(unknown(format!("{other:?}"))),
        }
    }
}

fn unknown(value: String) -> crate::Error {
    ShapeError::Parameter {
        op: "matrix_norm".to_owned(),
        what: "ord",
        value,
        reason: "there are \"fro\", \"nuc\", 1, -1, 2, -2, inf and -inf".to_owned(),
    }
    .into()
}

/// A norm of the vectors along axes (`..` for all): `(Σ |x|ᵖ)^(1/p)` for `ord` p, the greatest modulus for `inf`, the
/// least for `-inf`, and the number of elements that are not zero for 0. Real, also of a complex array.
///
/// Of no elements it is 0, infinite for negative orders, and for `-inf` an error.
///
/// ```
/// use redpoll::{Array, Dense, linalg};
/// let x = Dense::from_values([2, 2], vec![3.0, 0.0, -4.0, 1.0])?;
/// assert_eq!(linalg::vector_norm(&x, 0, 2.0)?.to_vec::<f64>()?, [5.0, 1.0]);
/// assert_eq!(linalg::vector_norm(&x, .., f64::INFINITY)?.item()?, 4.0.into());
/// # Ok::<(), redpoll::Error>(())
/// ```
#[allow(clippy::float_cmp)] // the orders with rules of their own
pub fn vector_norm<A: Array>(x: &A, axes: impl Into<Axes>, ord: f64) -> Result<A> {
    named("vector_norm", || {
        let op = "vector_norm";
        expect_floating(op, x.dtype())?;
        let axes = axes.into();
        axes.resolve(op, x.ndim())?;
        if ord == f64::INFINITY {
            greatest(&x.abs()?, axes)
        } else if ord == f64::NEG_INFINITY {
            x.abs()?.min(axes)
        } else if ord == 0.0 {
            x.count_nonzero(axes)?.astype(x.dtype().real())
        } else if ord == 1.0 {
            x.abs()?.sum(axes)
        } else if ord == 2.0 {
            squared_modulus(x)?.sum(axes)?.sqrt()
        } else {
            x.abs()?.pow(ord)?.sum(axes)?.pow(1.0 / ord)
        }
    })
}

/// A norm of each matrix, the last two axes; with `keepdims` these remain with length 1. Real, also of a complex array.
///
/// Of a matrix without elements it is 0, or for the orders that look for a least value an error.
pub fn matrix_norm<A: Array>(x: &A, ord: MatrixNorm, keepdims: bool) -> Result<A> {
    named("matrix_norm", || {
        let op = "matrix_norm";
        expect_floating(op, x.dtype())?;
        matrix_shape(op, x.meta())?;
        let keep = |axes: Axes| if keepdims { axes.keep() } else { axes };
        let sums = |axis: isize| x.abs()?.sum(Axes::from(axis).keep());
        let both = keep([-2, -1].into());
        match ord {
            MatrixNorm::Frobenius => squared_modulus(x)?.sum(both)?.sqrt(),
            MatrixNorm::One => greatest(&sums(-2)?, both),
            MatrixNorm::MinusOne => sums(-2)?.min(both),
            MatrixNorm::Infinity => greatest(&sums(-1)?, both),
            MatrixNorm::MinusInfinity => sums(-1)?.min(both),
            MatrixNorm::Nuclear | MatrixNorm::Two | MatrixNorm::MinusTwo => {
                let values = svdvals(x)?.expand_dims(-1)?;
                match ord {
                    MatrixNorm::Nuclear => values.sum(both),
                    MatrixNorm::Two => greatest(&values, both),
                    _ => values.min(both),
                }
            }
        }
    })
}

/// |x|², real.
fn squared_modulus<A: Array>(x: &A) -> Result<A> {
    if x.dtype().kind() == Kind::Complex { x.abs()?.square() } else { x.square() }
}

/// The greatest of numbers that are not negative: of none, 0.
fn greatest<A: Array>(x: &A, axes: Axes) -> Result<A> {
    let op = Reduce {
        reduction: Reduction::Max,
        axes: axes.resolve("max", x.ndim())?,
        keepdims: axes.keepdims(),
    };
    if op.count(x.shape()) == 0 {
        return x.create_like(Create::full(op.result_shape(x.shape()), Scalar::zero(x.dtype())));
    }
    A::apply_one(op, &[x])
}
