//! Systems of equations: determinants, inverses, ranks.

use super::{Linalg, adjoint, matrix_shape, results, svd, svdvals};
use crate::Result;
use crate::dtype::{DType, Scalar, finfo};
use crate::error::named;
use crate::standard::{Array, Axes, Create, Operand, Shape, broadcast_shapes};

/// The determinant as its sign and the logarithm of its modulus.
#[derive(Debug, Clone)]
pub struct Slogdet<A> {
    /// −1, 0 or 1; of a complex matrix, a number of modulus 1, or 0.
    pub sign: A,
    /// The logarithm of the modulus, −∞ where the determinant is 0. Real.
    pub logabsdet: A,
}

/// The determinant of each square matrix; that of a matrix without rows is 1.
///
/// ```
/// use redpoll::{Array, Dense, linalg};
/// let a = Dense::from_values([2, 2], vec![1.0, 2.0, 2.0, 4.0])?;
/// assert_eq!(linalg::det(&a)?.item()?, 0.0.into());
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn det<A: Array>(x: &A) -> Result<A> {
    A::apply_one(Linalg::Det, &[x])
}

/// Sign and logarithm of the modulus of each square matrix' determinant, which itself may be out of range.
pub fn slogdet<A: Array>(x: &A) -> Result<Slogdet<A>> {
    let [sign, logabsdet] = results(Linalg::Slogdet, x)?;
    Ok(Slogdet { sign, logabsdet })
}

/// The inverse of each square matrix. A singular one, with a pivot of exactly zero, is an
/// [error](crate::error::NumericError::Singular).
pub fn inv<A: Array>(x: &A) -> Result<A> {
    A::apply_one(Linalg::Inv, &[x])
}

/// The solution of `A·x = b` for each square matrix `A` of `a`. A `b` of one dimension is a vector, any other a stack of
/// matrices; the stacks broadcast. A singular matrix is an [error](crate::error::NumericError::Singular).
pub fn solve<A: Array>(a: &A, b: &A) -> Result<A> {
    named("solve", || {
        let op = "solve";
        let [rows, columns] = matrix_shape(op, a.meta())?;
        let is_vector = b.ndim() == 1;
        let right = if is_vector { b.expand_dims(1)? } else { b.clone() };
        let right_matrix = matrix_shape(op, right.meta())?;
        let lead = |x: &A| Shape::from(&x.shape()[..x.ndim() - 2]);
        let batch = broadcast_shapes(op, [lead(a).as_slice(), lead(&right).as_slice()])?;
        let stretched = |x: &A, matrix: [usize; 2]| {
            x.broadcast_to(batch.iter().copied().chain(matrix).collect::<Shape>())
        };
        let operands = [stretched(a, [rows, columns])?, stretched(&right, right_matrix)?];
        let solution = A::apply_one(Linalg::Solve, &[&operands[0], &operands[1]])?;
        if is_vector { solution.squeeze(-1) } else { Ok(solution) }
    })
}

/// What singular values must exceed, `(…, 1)`: `rtol` times the greatest, by default `max(m, n)·ε`.
fn cutoff<'a, A: Array>(x: &A, values: &A, rtol: Option<impl Into<Operand<'a, A>>>) -> Result<A> {
    let greatest = values.max(Axes::from(-1).keep())?;
    match rtol.map(Into::into) {
        None => {
            let longest = x.shape()[x.ndim() - 2..].iter().max().copied().unwrap_or(0);
            greatest.multiply(longest as f64 * finfo(x.dtype())?.eps)
        }
        Some(Operand::Array(rtol)) => greatest.multiply(&rtol.expand_dims(-1)?),
        Some(number) => greatest.multiply(number),
    }
}

/// How many singular values of each matrix exceed `rtol` times the greatest, as `int64`. `rtol` is a number or an array
/// that broadcasts against the stack; by default it is `max(m, n)·ε`.
///
/// ```
/// use redpoll::{Array, Dense, linalg};
/// let a = Dense::from_values([2, 2], vec![1.0, 2.0, 2.0, 4.0])?;
/// assert_eq!(linalg::matrix_rank(&a, None::<f64>)?.item()?, 1_i64.into());
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn matrix_rank<'a, A: Array>(x: &'a A, rtol: Option<impl Into<Operand<'a, A>>>) -> Result<A> {
    named("matrix_rank", || {
        let values = svdvals(x)?;
        if values.shape().last() == Some(&0) {
            let shape = &values.shape()[..values.ndim() - 1];
            return values.create_like(Create::full(shape, Scalar::zero(DType::Int64)));
        }
        values.greater(&cutoff(x, &values, rtol)?)?.count_nonzero(-1)
    })
}

/// The Moore–Penrose inverse of each matrix, by its singular values, of which those up to `rtol` times the greatest
/// count as zero. `rtol` is as of [`matrix_rank`].
pub fn pinv<'a, A: Array>(x: &'a A, rtol: Option<impl Into<Operand<'a, A>>>) -> Result<A> {
    named("pinv", || {
        let svd = svd(x, false)?;
        if svd.s.shape().last() == Some(&0) {
            return x.matrix_transpose()?.zeros_like();
        }
        let counts = svd.s.greater(&cutoff(x, &svd.s, rtol)?)?;
        // Those that do not count are not divided by.
        let inverse = counts.where_(&counts.where_(&svd.s, 1.0)?.reciprocal()?, 0.0)?;
        let scaled = adjoint(&svd.u)?.multiply(&inverse.expand_dims(-1)?)?;
        adjoint(&svd.vh)?.matmul(&scaled)
    })
}
