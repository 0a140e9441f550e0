//! Products, diagonals and powers: all of them composed.

use super::class::expect_floating;
use super::{inv, matrix_shape, mismatch};
use crate::Result;
use crate::dtype::DType;
use crate::error::{ShapeError, named};
use crate::standard::{Array, AxisSlice, Create, Ix, Reindex, Shape};
use smallvec::SmallVec;

/// The matrix product: [`Array::matmul`].
pub fn matmul<A: Array>(x1: &A, x2: &A) -> Result<A> {
    x1.matmul(x2)
}

/// The last two axes exchanged: [`Array::matrix_transpose`].
pub fn matrix_transpose<A: Array>(x: &A) -> Result<A> {
    x.matrix_transpose()
}

/// The sum of products over the last `axes` axes of one array and the first of the other: [`Array::tensordot`].
pub fn tensordot<A: Array>(x1: &A, x2: &A, axes: usize) -> Result<A> {
    x1.tensordot(x2, axes)
}

/// The sum of products over the axes named, pair by pair: [`Array::tensordot_axes`].
pub fn tensordot_axes<A: Array>(x1: &A, x2: &A, left: &[isize], right: &[isize]) -> Result<A> {
    x1.tensordot_axes(x2, left, right)
}

/// The sum of products over one axis, the left operand conjugated: [`Array::vecdot`].
pub fn vecdot<A: Array>(x1: &A, x2: &A, axis: isize) -> Result<A> {
    x1.vecdot(x2, axis)
}

/// All products of an element of one vector and one of another: `(n)`, `(m)` → `(n, m)`.
pub fn outer<A: Array>(x1: &A, x2: &A) -> Result<A> {
    named("outer", || {
        if x1.ndim() != 1 || x2.ndim() != 1 {
            return Err(mismatch("outer", &[x1.meta(), x2.meta()], "a vector has one axis"));
        }
        // Not a contraction: a sum of one product would lose the sign of a zero.
        x1.index((.., Ix::NewAxis))?.multiply(&x2.index((Ix::NewAxis, ..))?)
    })
}

/// The cross product of vectors of three elements along an axis, which is counted from the end in both arrays; the other
/// axes broadcast.
///
/// ```
/// use redpoll::{Array, Dense, linalg};
/// let x = Dense::from_values([3], vec![1, 0, 0])?;
/// let y = Dense::from_values([3], vec![0, 1, 0])?;
/// assert_eq!(linalg::cross(&x, &y, -1)?.to_vec::<i32>()?, [0, 0, 1]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn cross<A: Array>(x1: &A, x2: &A, axis: isize) -> Result<A> {
    named("cross", || {
        let op = "cross";
        let ndim = x1.ndim().min(x2.ndim());
        let from_end = ndim - crate::standard::resolve_axis(op, axis, ndim)?;
        let place = |x: &A| x.ndim() - from_end;
        if [x1, x2].iter().any(|x| x.shape()[place(x)] != 3) {
            return Err(mismatch(
                op,
                &[x1.meta(), x2.meta()],
                &format!("axis -{from_end} has not three elements in both"),
            ));
        }
        let part = |x: &A, k: usize| {
            let mut slices = full(x);
            slices[place(x)] = AxisSlice { start: k, step: 1, length: 1 };
            A::apply_one(Reindex::Slice { slices }, &[x])
        };
        let parts = |x: &A| -> Result<[A; 3]> { Ok([part(x, 0)?, part(x, 1)?, part(x, 2)?]) };
        let (a, b) = (parts(x1)?, parts(x2)?);
        let term = |i: usize, j: usize| a[i].multiply(&b[j])?.subtract(&a[j].multiply(&b[i])?);
        A::concat(&[&term(1, 2)?, &term(2, 0)?, &term(0, 1)?], -(from_end as isize))
    })
}

fn full<A: Array>(x: &A) -> SmallVec<[AxisSlice; 4]> {
    x.shape().iter().map(|&n| AxisSlice::full(n)).collect()
}

/// A diagonal of each matrix: 0 is the main one, a positive offset lies above it. Only structure moves.
pub fn diagonal<A: Array>(x: &A, offset: isize) -> Result<A> {
    named("diagonal", || {
        let op = "diagonal";
        let [rows, columns] = matrix_shape(op, x.meta())?;
        let (row, column) =
            if offset < 0 { (offset.unsigned_abs(), 0) } else { (0, offset as usize) };
        let length = rows.saturating_sub(row).min(columns.saturating_sub(column));
        // The square on whose main diagonal it lies, its rows one after the other, every (length + 1)th element.
        let mut slices = full(x);
        let matrix = slices.len() - 2;
        for (slice, start) in slices[matrix..].iter_mut().zip([row, column]) {
            *slice = AxisSlice { start, step: 1, length };
        }
        let square = A::apply_one(Reindex::Slice { slices }, &[x])?;
        let too_large = || ShapeError::TooLarge { op: op.to_owned(), shape: x.shape().to_vec() };
        let size = length.checked_mul(length).ok_or_else(too_large)?;
        let shape: Shape = x.shape()[..matrix].iter().copied().chain([size]).collect();
        let flat = A::apply_one(Reindex::Reshape { shape }, &[&square])?;
        let mut slices = full(&flat);
        let step = isize::try_from(length + 1).map_err(|_| too_large())?;
        slices[matrix] = AxisSlice { start: 0, step, length };
        A::apply_one(Reindex::Slice { slices }, &[&flat])
    })
}

/// The sum of a [`diagonal`] of each matrix. With a data type, elements are converted to it before they are added up;
/// else the result is as of [`Array::sum`].
pub fn trace<A: Array>(x: &A, offset: isize, dtype: Option<DType>) -> Result<A> {
    named("trace", || {
        let diagonal = diagonal(x, offset)?;
        match dtype {
            None => diagonal.sum(-1),
            Some(dtype) => diagonal.astype(dtype)?.sum(-1)?.astype(dtype),
        }
    })
}

/// Each square matrix multiplied by itself `n` times, by repeated squaring; of a negative power the inverse.
///
/// ```
/// use redpoll::{Array, Dense, linalg};
/// let fibonacci = Dense::from_values([2, 2], vec![1.0, 1.0, 1.0, 0.0])?;
/// assert_eq!(linalg::matrix_power(&fibonacci, 10)?.index((0, 1))?.item()?, 55.0.into());
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn matrix_power<A: Array>(x: &A, n: i64) -> Result<A> {
    named("matrix_power", || {
        let op = "matrix_power";
        expect_floating(op, x.dtype())?;
        let [rows, columns] = matrix_shape(op, x.meta())?;
        if rows != columns {
            return Err(mismatch(op, &[x.meta()], "its matrices are not square"));
        }
        if n == 0 {
            let eye = Create::Eye { rows, columns: rows, diagonal: 0, dtype: x.dtype() };
            return x.create_like(eye)?.broadcast_to(x.shape());
        }
        let mut square = if n < 0 { inv(x)? } else { x.clone() };
        let mut left = n.unsigned_abs();
        while left.is_multiple_of(2) {
            (square, left) = (square.matmul(&square)?, left / 2);
        }
        let mut power = square.clone();
        while left > 1 {
            (square, left) = (square.matmul(&square)?, left / 2);
            if !left.is_multiple_of(2) {
                power = power.matmul(&square)?;
            }
        }
        Ok(power)
    })
}
