//! Principal component analysis by the gram matrix of the smaller side, centred implicitly.
//!
//! With `X` of shape (n, p) and `μ` the mean of its rows, the singular values of `X − 1μᵀ` are the square roots of
//! the eigenvalues of its gram matrix. Expanding the product, `X` itself is never centred:
//!
//! ```text
//! p < n:  (X − 1μᵀ)ᵀ(X − 1μᵀ) = XᵀX − n·μμᵀ
//! n ≤ p:  (X − 1μᵀ)(X − 1μᵀ)ᵀ = XXᵀ − s1ᵀ − 1sᵀ + m     s = Xμ: the row means of XXᵀ, m: the mean of s
//! ```

use crate::dtype::{DType, Kind};
use crate::error::{DTypeError, NumericError, ShapeError};
use crate::standard::Axes;
use crate::{Array, Result};
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::{Mat, MatRef, Par};

/// The leading principal components of a matrix of `n` samples (rows) and `p` features (columns).
#[derive(Debug, Clone)]
pub struct Pca<A> {
    /// The samples in the coordinates of the components, shape (n, k): the left singular vectors of the centred
    /// matrix times its singular values. The entry of greatest magnitude of each column is positive.
    pub scores: A,
    /// The components as unit vectors over the features, shape (k, p): the right singular vectors.
    pub components: A,
    /// The mean of each feature, shape (p).
    pub mean: A,
    /// The singular values of the centred matrix, greatest first.
    pub singular_values: Vec<f64>,
    /// The variance of the samples along each component: `singular_values² / (n − 1)`.
    pub explained_variance: Vec<f64>,
    /// The share of each component in the total variance.
    pub explained_variance_ratio: Vec<f64>,
}

/// The `k` leading principal components of a real matrix, computed in `float64`.
///
/// One pass over `x` for the gram matrix of its smaller side, an eigendecomposition in memory (the smaller side
/// squared), and one more pass for the vectors of the other side. The matrix may be of any kind and as sparse as it
/// is: it is centred implicitly.
///
/// A singular value below `√ε` of the greatest one is lost in the rounding of the gram matrix: use a full SVD
/// where such small ones matter.
///
/// Source: Jolliffe, *Principal Component Analysis* (2002), section 3.5.
///
/// # Errors
/// If `x` is no real matrix, holds a value that is not finite, has fewer than two rows, or `k` is 0 or exceeds the
/// smaller side; or if the eigendecomposition does not converge.
///
/// ```
/// use redpoll::{Array, dense::Dense, stats::pca};
/// // Points on a line through (1, 1), √2 apart.
/// let x = Dense::from_values([3, 2], vec![0.0, 0.0, 1.0, 1.0, 2.0, 2.0])?;
/// let pca = pca(&x, 1)?;
/// assert!((pca.singular_values[0] - 2.0).abs() < 1e-12);
/// assert!((pca.explained_variance_ratio[0] - 1.0).abs() < 1e-12);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn pca<A: Array>(x: &A, k: usize) -> Result<Pca<A>> {
    let (n, p) = check(x, k)?;
    let x = x.astype(DType::Float64)?;
    let transposed = x.t()?;
    let samples_are_fewer = n <= p;
    let mean = x.mean(0)?;
    let gram = if samples_are_fewer {
        let gram = x.matmul(&transposed)?;
        let rows = gram.mean(Axes::from(1).keep())?;
        let columns = rows.reshape([1, -1])?;
        gram.subtract(&rows)?.subtract(&columns)?.add(&rows.mean(..)?)?
    } else {
        let row = mean.reshape([1, -1])?;
        let outer = row.t()?.matmul(&row)?;
        transposed.matmul(&x)?.subtract(&outer.multiply(n)?)?
    };
    let side = n.min(p);
    let gram: Vec<f64> = gram.to_vec()?;
    let total: f64 = (0..side).map(|i| gram[i * side + i]).sum();
    let (values, mut vectors) = leading_eigenpairs(&gram, side, k)?;
    let singular_values: Vec<f64> = values.iter().map(|v| v.max(0.0).sqrt()).collect();

    let vectors_of = |columns: &[f64]| A::from_values([side, k], columns);
    let singular = A::from_values([1, k], singular_values.as_slice())?;
    let (scores, components) = if samples_are_fewer {
        let flips = negative_columns(&vectors, k);
        flip(&mut vectors, &flips);
        let left = vectors_of(&vectors)?;
        // The left vectors sum to zero, so centring takes nothing off Xᵀ·left; a component of no variance is zero.
        let safe: Vec<f64> =
            singular_values.iter().map(|&s| if s > 0.0 { s } else { f64::INFINITY }).collect();
        let right = transposed.matmul(&left)?.divide(&A::from_values([1, k], safe)?)?;
        (left.multiply(&singular)?, right.t()?)
    } else {
        let right = vectors_of(&vectors)?;
        let offset = mean.reshape([1, -1])?.matmul(&right)?;
        let mut scores: Vec<f64> = x.matmul(&right)?.subtract(&offset)?.to_vec()?;
        let flips = negative_columns(&scores, k);
        flip(&mut scores, &flips);
        flip(&mut vectors, &flips);
        (A::from_values([n, k], scores)?, vectors_of(&vectors)?.t()?)
    };
    let degrees = (n - 1) as f64;
    Ok(Pca {
        scores,
        components,
        mean,
        explained_variance: values.iter().map(|v| v.max(0.0) / degrees).collect(),
        explained_variance_ratio: values
            .iter()
            .map(|v| if total > 0.0 { v.max(0.0) / total } else { 0.0 })
            .collect(),
        singular_values,
    })
}

fn check<A: Array>(x: &A, k: usize) -> Result<(usize, usize)> {
    let op = "pca";
    let &[n, p] = x.shape() else {
        return Err(ShapeError::Mismatch {
            op: op.to_owned(),
            shapes: vec![x.shape().to_vec()],
            reason: "a matrix has two axes".to_owned(),
        }
        .into());
    };
    if x.dtype().kind() == Kind::Complex {
        return Err(DTypeError::Unsupported {
            op: op.to_owned(),
            dtype: x.dtype(),
            expected: "real types".to_owned(),
        }
        .into());
    }
    if n < 2 || k == 0 || k > n.min(p) {
        return Err(ShapeError::Parameter {
            op: op.to_owned(),
            what: "number of components",
            value: k.to_string(),
            reason: format!("not in 1..={} for {n} samples of {p} features", n.min(p)),
        }
        .into());
    }
    Ok((n, p))
}

/// The `k` greatest eigenvalues of a symmetric matrix, greatest first, and their unit eigenvectors as the columns of
/// a row-major matrix.
fn leading_eigenpairs(matrix: &[f64], n: usize, k: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let op = "pca";
    if let Some(at) = matrix.iter().position(|v| !v.is_finite()) {
        return Err(NumericError::Value {
            op: op.to_owned(),
            what: "gram matrix",
            value: format!("{} at ({}, {})", matrix[at], at / n, at % n),
            reason: "every value must be finite".to_owned(),
        }
        .into());
    }
    // On one thread: the bits must not depend on how many there are.
    let par = Par::Seq;
    let (mut values, mut vectors) = (Diag::<f64>::zeros(n), Mat::<f64>::zeros(n, n));
    let scratch =
        self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, par, Default::default());
    self_adjoint_evd(
        MatRef::from_row_major_slice(matrix, n, n),
        values.as_mut(),
        Some(vectors.as_mut()),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|_| NumericError::NoConvergence { op: op.to_owned() })?;
    let (values, vectors) = (values.column_vector(), vectors.as_ref());
    // They come in ascending order.
    let leading = (0..k).map(|c| values[n - 1 - c]).collect();
    let columns = (0..n).flat_map(|r| (0..k).map(move |c| vectors[(r, n - 1 - c)])).collect();
    Ok((leading, columns))
}

/// Which columns of a row-major matrix of width `k` have a negative entry of greatest magnitude (the first of them).
fn negative_columns(matrix: &[f64], k: usize) -> Vec<bool> {
    let greatest = |c: usize| {
        let column = matrix.iter().skip(c).step_by(k);
        column.fold(0.0_f64, |best, &v| if v.abs() > best.abs() { v } else { best })
    };
    (0..k).map(|c| greatest(c) < 0.0).collect()
}

/// Negates the columns named.
fn flip(matrix: &mut [f64], columns: &[bool]) {
    for row in matrix.chunks_mut(columns.len()) {
        row.iter_mut().zip(columns).filter(|(_, flip)| **flip).for_each(|(v, _)| *v = -*v);
    }
}
