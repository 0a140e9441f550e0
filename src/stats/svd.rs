//! The truncated singular value decomposition.

use super::singular::{
    Centred, RANGE, Solver, array, check, check_finite, doubles, floating, scale,
};
use crate::dtype::DType;
use crate::{Array, Result};

/// The leading singular values of a matrix of shape (n, p), with their vectors: of all matrices of rank `k`,
/// `u · diag(s) · vh` is the nearest.
#[derive(Debug, Clone)]
pub struct TruncatedSvd<A> {
    /// The left singular vectors as columns, shape (n, k). The entry of greatest magnitude of each is positive; a vector
    /// whose singular value is 0 is zero.
    pub u: A,
    /// The singular values, greatest first.
    pub s: Vec<f64>,
    /// The right singular vectors as rows, shape (k, p).
    pub vh: A,
}

/// The `k` leading singular values of a real matrix and their vectors. The matrix may be of any kind and as sparse as it
/// is: only products with it are needed, in its own type; in `float64` for integers, and where those in `float32` would leave
/// the type's range. The vectors have the matrix's type, `float64` for integers.
///
/// Singular values are the roots of eigenvalues of the smaller side's gram matrix, whichever the [`Solver`]: one that is
/// below `√ε` of the greatest is lost in rounding, and the squares of the others are accurate to 10⁻⁹ of the greatest's,
/// 10⁻⁵ for `float32`.
///
/// Source: Golub and Van Loan, *Matrix Computations* (2013), sections 2.4 and 10.4.
///
/// # Errors
/// If `x` is no real matrix or holds a value that is not finite, `k` is 0 or exceeds the smaller side, or the method does
/// not converge.
///
/// ```
/// use redpoll::stats::{Solver, svd};
/// use redpoll::{Array, Tensor};
/// let x = Tensor::from_values([2, 3], [3.0, 0.0, 0.0, 0.0, 0.0, 4.0])?;
/// let svd = svd(&x, 1, Solver::Auto)?;
/// assert_eq!(svd.s, [4.0]);
/// assert_eq!(svd.vh.to_vec::<f64>()?, [0.0, 0.0, 1.0]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn svd<A: Array>(x: &A, k: usize, solver: Solver) -> Result<TruncatedSvd<A>> {
    let op = "svd";
    check(op, x, k)?;
    let mut x = floating(x)?;
    let dtype = x.dtype();
    let sums = |x: &A| doubles(&x.abs()?.sum(0)?);
    let mut sum = sums(&x)?;
    // The square of the sum bounds that of squares.
    if dtype == DType::Float32 && !RANGE.contains(&sum.iter().sum::<f64>().powi(2)) {
        x = x.astype(DType::Float64)?;
        sum = sums(&x)?;
    }
    check_finite(op, "sum of a column", &sum)?;
    let mut found = Centred::new(&x, None)?.triplets(op, k, solver)?;
    let inverse = |s: f64| if s > 0.0 { 1.0 / s } else { 0.0 };
    scale(&mut found.scores, |j| inverse(found.values[j]));
    Ok(TruncatedSvd {
        u: array(found.scores.as_ref(), dtype)?,
        s: found.values,
        vh: array(found.right.transpose(), dtype)?,
    })
}
