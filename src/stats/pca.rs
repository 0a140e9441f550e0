//! Principal component analysis: the singular values of a matrix less the mean of its rows.

use super::mean_var;
use super::singular::{
    Centred, RANGE, Solver, array, check, check_finite, doubles, floating, of_numbers,
};
use crate::dtype::DType;
use crate::error::ShapeError;
use crate::{Array, Result};

/// The sum of the squared means over that of the variances up to which products in `float32` are accurate enough to be
/// centred afterwards.
const OFFSET: f64 = 16.0;

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

/// The `k` leading principal components of a real matrix, by whichever [`Solver`] is expected to take less time. The
/// matrix may be of any kind and as sparse as it is: it is centred implicitly.
///
/// A matrix of type `float32` is multiplied as such, unless its means are so large beside its deviations that centring
/// would lose digits, or its products leave the type's range; then, and for integers, products are in `float64`. Results
/// have the matrix's own type, `float64` for integers. The variances are accurate to 10⁻⁹ of the greatest, 10⁻⁵ for
/// `float32`. A singular value below `√ε` of the greatest one is lost in rounding: use a full SVD where such small ones
/// matter.
///
/// Source: Jolliffe, *Principal Component Analysis* (2002), section 3.5.
///
/// # Errors
/// If `x` is no real matrix, holds a value that is not finite, has fewer than two rows, or `k` is 0 or exceeds the
/// smaller side; or if the method does not converge.
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
    pca_with(x, k, Solver::Auto)
}

/// As [`pca`], by a given solver.
///
/// # Errors
/// As of [`pca`].
pub fn pca_with<A: Array>(x: &A, k: usize, solver: Solver) -> Result<Pca<A>> {
    let op = "pca";
    let (n, p) = check(op, x, k)?;
    if n < 2 {
        return Err(ShapeError::Parameter {
            op: op.to_owned(),
            what: "number of samples",
            value: n.to_string(),
            reason: "a variance takes two".to_owned(),
        }
        .into());
    }
    let mut x = floating(x)?;
    let dtype = x.dtype();
    let (mut means, mut variances) = moments(&x)?;
    if dtype == DType::Float32 && !is_centred_well(n, &means, &variances) {
        x = x.astype(DType::Float64)?;
        (means, variances) = moments(&x)?;
    }
    check_finite(op, "variance of a feature", &variances)?;
    let total = variances.iter().sum::<f64>() * n as f64;
    let found = Centred::new(&x, Some(means.clone()))?.triplets(op, k, solver)?;
    let squares = || found.values.iter().map(|s| s * s);
    Ok(Pca {
        scores: array(found.scores.as_ref(), dtype)?,
        components: array(found.right.transpose(), dtype)?,
        mean: of_numbers(p, means, dtype)?,
        explained_variance: squares().map(|v| v / (n - 1) as f64).collect(),
        explained_variance_ratio: squares()
            .map(|v| if total > 0.0 { v / total } else { 0.0 })
            .collect(),
        singular_values: found.values,
    })
}

/// Mean and variance of each feature.
fn moments<A: Array>(x: &A) -> Result<(Vec<f64>, Vec<f64>)> {
    let (means, variances) = mean_var(x, 0, 0.0)?;
    Ok((doubles(&means)?, doubles(&variances)?))
}

/// Whether products in `float32` can be centred afterwards: they neither lose digits to the means nor leave the type's
/// range.
fn is_centred_well(n: usize, means: &[f64], variances: &[f64]) -> bool {
    let offset = means.iter().map(|m| m * m).sum::<f64>();
    let spread = variances.iter().sum::<f64>();
    offset <= OFFSET * spread && RANGE.contains(&(n as f64 * spread))
}
