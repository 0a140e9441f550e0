//! Factorisations of matrices, and the results that have names.

use super::{Linalg, results};
use crate::Result;
use crate::standard::Array;

/// `A = Q·R`.
#[derive(Debug, Clone)]
pub struct Qr<A> {
    /// Orthonormal columns, `(…, m, k)`.
    pub q: A,
    /// Upper triangular, `(…, k, n)`.
    pub r: A,
}

/// `A = U·diag(s)·Vᴴ`.
#[derive(Debug, Clone)]
pub struct Svd<A> {
    /// The left singular vectors as columns.
    pub u: A,
    /// The singular values, real and descending.
    pub s: A,
    /// The right singular vectors, conjugated, as rows.
    pub vh: A,
}

/// `A·V = V·diag(λ)` of a Hermitian matrix.
#[derive(Debug, Clone)]
pub struct Eigh<A> {
    /// The eigenvalues λ, real and ascending.
    pub eigenvalues: A,
    /// Orthonormal eigenvectors as columns.
    pub eigenvectors: A,
}

/// `A·V = V·diag(λ)`.
#[derive(Debug, Clone)]
pub struct Eig<A> {
    /// The eigenvalues λ, complex, in no particular order.
    pub eigenvalues: A,
    /// Eigenvectors of length 1 as columns, complex.
    pub eigenvectors: A,
}

/// The triangular factor of each Hermitian positive definite matrix: `L` of `A = L·Lᴴ`, or with `upper` `U` of
/// `A = Uᴴ·U`. Only that triangle of `x` is read.
///
/// ```
/// use redpoll::{Array, Dense, linalg};
/// let a = Dense::from_values([2, 2], vec![4.0, 2.0, 2.0, 2.0])?;
/// assert_eq!(linalg::cholesky(&a, false)?.to_vec::<f64>()?, [2.0, 0.0, 1.0, 1.0]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn cholesky<A: Array>(x: &A, upper: bool) -> Result<A> {
    A::apply_one(Linalg::Cholesky { upper }, &[x])
}

/// `A = Q·R` of each matrix, by Householder reflections. With `complete` the first factor is square, `(…, m, m)`, else
/// `(…, m, min(m, n))`: the modes "complete" and "reduced".
pub fn qr<A: Array>(x: &A, complete: bool) -> Result<Qr<A>> {
    let [q, r] = results(Linalg::Qr { complete }, x)?;
    Ok(Qr { q, r })
}

/// `A = U·diag(s)·Vᴴ` of each matrix `(…, m, n)`. With `full_matrices` the vectors are complete bases, `(…, m, m)` and
/// `(…, n, n)`, else there are as many as singular values.
///
/// ```
/// use redpoll::{Array, Dense, linalg};
/// let a = Dense::from_values([2, 3], vec![3.0, 0.0, 0.0, 0.0, 0.0, -2.0])?;
/// let svd = linalg::svd(&a, false)?;
/// assert_eq!((svd.u.shape(), svd.vh.shape()), (&[2, 2][..], &[2, 3][..]));
/// assert_eq!(svd.s.round()?.to_vec::<f64>()?, [3.0, 2.0]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn svd<A: Array>(x: &A, full_matrices: bool) -> Result<Svd<A>> {
    let [u, s, vh] = results(Linalg::Svd { full: full_matrices }, x)?;
    Ok(Svd { u, s, vh })
}

/// The singular values of each matrix, real and descending.
pub fn svdvals<A: Array>(x: &A) -> Result<A> {
    A::apply_one(Linalg::Svdvals, &[x])
}

/// Eigenvalues, ascending, and orthonormal eigenvectors of each Hermitian matrix, whose lower triangle is read.
pub fn eigh<A: Array>(x: &A) -> Result<Eigh<A>> {
    let [eigenvalues, eigenvectors] = results(Linalg::Eigh, x)?;
    Ok(Eigh { eigenvalues, eigenvectors })
}

/// The eigenvalues of each Hermitian matrix, ascending; its lower triangle is read.
pub fn eigvalsh<A: Array>(x: &A) -> Result<A> {
    A::apply_one(Linalg::Eigvalsh, &[x])
}

/// Eigenvalues and right eigenvectors of each square matrix, both complex.
pub fn eig<A: Array>(x: &A) -> Result<Eig<A>> {
    let [eigenvalues, eigenvectors] = results(Linalg::Eig, x)?;
    Ok(Eig { eigenvalues, eigenvectors })
}

/// The eigenvalues of each square matrix, complex, in no particular order.
pub fn eigvals<A: Array>(x: &A) -> Result<A> {
    A::apply_one(Linalg::Eigvals, &[x])
}
