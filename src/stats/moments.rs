//! Mean and variance, and the choice of columns by them.

use crate::error::ShapeError;
use crate::standard::{Axes, Reduction};
use crate::{Array, Result};

/// Mean and variance along axes, in one pass over the data.
///
/// `correction` is subtracted from the count in the variance: 0 for a population, 1 for a sample. Both results have
/// the shape of a reduction along the axes.
///
/// # Errors
/// If an axis is out of range or the data type is complex.
///
/// ```
/// use redpoll::{Array, dense::Dense, stats::mean_var};
/// let x = Dense::from_values([2, 2], vec![1.0, 5.0, 3.0, 5.0])?;
/// let (mean, var) = mean_var(&x, 0, 0.0)?;
/// assert_eq!(mean.to_vec::<f64>()?, [2.0, 5.0]);
/// assert_eq!(var.to_vec::<f64>()?, [1.0, 0.0]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn mean_var<A: Array>(x: &A, axes: impl Into<Axes>, correction: f64) -> Result<(A, A)> {
    let mut results = x.reduce(Reduction::MeanVar { correction }, axes)?;
    let var = results.remove(1);
    Ok((results.remove(0), var))
}

/// The `count` columns of a matrix with the greatest variance, in ascending order of their indices; of columns
/// with the same variance, those on the left first; a variance of NaN comes last. All columns where there are fewer.
///
/// # Errors
/// If `x` is no real matrix.
pub fn most_variable<A: Array>(x: &A, count: usize) -> Result<Vec<i64>> {
    if x.ndim() != 2 {
        return Err(ShapeError::Mismatch {
            op: "most_variable".to_owned(),
            shapes: vec![x.shape().to_vec()],
            reason: "a matrix has two axes".to_owned(),
        }
        .into());
    }
    let (_, var) = mean_var(x, 0, 0.0)?;
    let var: Vec<f64> = var.astype(crate::dtype::DType::Float64)?.to_vec()?;
    let mut columns: Vec<usize> = (0..var.len()).collect();
    let unknown = |c: usize| var[c].is_nan();
    columns.sort_by(|&a, &b| {
        unknown(a).cmp(&unknown(b)).then(var[b].total_cmp(&var[a])).then(a.cmp(&b))
    });
    columns.truncate(count);
    columns.sort_unstable();
    Ok(columns.into_iter().map(|c| c as i64).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dense;

    #[test]
    fn a_variance_of_nan_comes_last() {
        let rows = [[1.0, f64::NAN, 3.0, 5.0, -f64::NAN], [1.0, 0.0, 7.0, 5.0, 1.0]].concat();
        let x = Dense::from_values([2, 5], rows).unwrap();
        let chosen = |count| most_variable(&x, count).unwrap();
        assert_eq!(chosen(1), [2]);
        assert_eq!(chosen(2), [0, 2]);
        assert_eq!(chosen(3), [0, 2, 3]);
        assert_eq!(chosen(9), [0, 1, 2, 3, 4]);
    }
}
