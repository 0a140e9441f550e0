//! The [linear algebra extension](https://data-apis.org/array-api/2025.12/extensions/linear_algebra_functions.html):
//! functions of any kind of array, as `xp.linalg` has them. Feature `linalg`.
//!
//! An array is a stack of matrices: its last two axes are rows and columns, all axes before them are the stack's. What
//! needs a factorisation is an operation of the class [`Linalg`], computed densely, matrix by matrix. Everything else
//! is composed of the standard's other operations, so that what is sparse stays sparse.
//!
//! | composed | factorised |
//! |---|---|
//! | [`cross`], [`diagonal`], [`matmul`], [`matrix_transpose`], [`outer`], [`tensordot`], [`trace`], [`vecdot`] | [`cholesky`], [`eig`], [`eigh`], [`qr`], [`svd`] |
//! | [`vector_norm`], [`matrix_norm`], [`matrix_power`], [`matrix_rank`], [`pinv`] | [`det`], [`slogdet`], [`inv`], [`solve`] |
//!
//! ```
//! use redpoll::{Array, Dense, linalg};
//! let a = Dense::from_values([2, 2], vec![4.0, 1.0, 1.0, 3.0])?;
//! let b = Dense::from_values([2], vec![1.0, 2.0])?;
//! let x = linalg::solve(&a, &b)?;
//! let residual = a.matmul(&x)?.subtract(&b)?;
//! assert!(linalg::vector_norm(&residual, .., 2.0)?.item()?.to::<f64>() < 1e-15);
//! # Ok::<(), redpoll::Error>(())
//! ```
//!
//! # Errors
//! Every function returns an error if shapes or data types do not fit, if a method fails (a singular matrix, one that
//! is not positive definite, values that are not finite where a factorisation iterates), or if the kind of array
//! cannot hold a dense operand or result.
#![allow(clippy::missing_errors_doc)] // said once, above

mod class;
mod factorisations;
mod norms;
mod products;
mod systems;

pub use class::Linalg;
pub use factorisations::{
    Eig, Eigh, Qr, Svd, cholesky, eig, eigh, eigvals, eigvalsh, qr, svd, svdvals,
};
pub use norms::{MatrixNorm, matrix_norm, vector_norm};
pub use products::{
    cross, diagonal, matmul, matrix_power, matrix_transpose, outer, tensordot, tensordot_axes,
    trace, vecdot,
};
pub use systems::{Slogdet, det, inv, matrix_rank, pinv, slogdet, solve};

use super::{Array, Meta};
use crate::Result;
use crate::error::ShapeError;

/// Rows and columns of the matrices of an array.
fn matrix_shape(op: &str, meta: &Meta) -> Result<[usize; 2]> {
    match *meta.shape.as_slice() {
        [.., rows, columns] => Ok([rows, columns]),
        _ => Err(mismatch(op, &[meta], "a matrix has two axes")),
    }
}

fn mismatch(op: &str, metas: &[&Meta], reason: &str) -> crate::Error {
    ShapeError::Mismatch {
        op: op.to_owned(),
        shapes: metas.iter().map(|m| m.shape.to_vec()).collect(),
        reason: reason.to_owned(),
    }
    .into()
}

/// Each matrix conjugated and transposed.
fn adjoint<A: Array>(x: &A) -> Result<A> {
    x.conj()?.matrix_transpose()
}

/// The results of a factorisation that has `N` of them.
fn results<A: Array, const N: usize>(op: Linalg, x: &A) -> Result<[A; N]> {
    let outputs = A::apply(&op.into(), &[x])?.into_iter().collect::<Vec<A>>();
    Ok(outputs.try_into().expect("a class has a fixed number of results"))
}
