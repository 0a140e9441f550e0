//! Scaling of rows.

use crate::standard::Axes;
use crate::{Array, Result};

/// Each row of a matrix scaled so that it sums to `target`; a row that sums to zero is left as it is.
///
/// In single-cell analysis the rows are cells and this removes their sequencing depth.
///
/// # Errors
/// If `x` has no axis 1, or is not numeric.
///
/// ```
/// use redpoll::{Array, dense::Dense, stats::normalize_total};
/// let counts = Dense::from_values([2, 2], vec![1.0, 3.0, 0.0, 0.0])?;
/// let scaled = normalize_total(&counts, 100.0)?;
/// assert_eq!(scaled.to_vec::<f64>()?, [25.0, 75.0, 0.0, 0.0]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn normalize_total<A: Array>(x: &A, target: f64) -> Result<A> {
    let total = x.sum(Axes::from(1).keep())?;
    let divisor = total.equal(0)?.where_(1, &total.divide(target)?)?;
    x.divide(&divisor)
}
