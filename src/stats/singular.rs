//! The leading singular values of a real matrix, less the mean of its rows if that is asked for, and their vectors.

use super::krylov::{self, Eigenpairs, Operator, product};
use crate::dtype::{DType, Kind};
use crate::error::{DTypeError, NumericError, ShapeError};
use crate::standard::IntoShape;
use crate::{Array, Error, Result};
use faer::{Mat, MatRef};
use std::ops::Range;

/// How leading singular values are found. Both ways work on the smaller side of the matrix, never change it, and centre
/// it by taking off what the mean contributes to each product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Solver {
    /// The one that is expected to take less time: [`Gram`](Self::Gram) for what is recorded only, such as chunked
    /// arrays, as far as 1 GiB holds it.
    #[default]
    Auto,
    /// The gram matrix of the smaller side: one pass over the matrix, and the side squared in memory.
    Gram,
    /// Block Lanczos with full reorthogonalisation: some dozen products of the matrix and of its transpose with a few
    /// vectors at a time, and a few times `k` vectors in memory. As [`Gram`](Self::Gram), where that is less than the side
    /// by no more than a small factor.
    Lanczos,
}

/// The most bytes of a gram matrix that is preferred to many passes.
const GRAM_BYTES: f64 = (1_u64 << 30) as f64;

/// A real matrix less `1·meanᵀ`.
pub(super) struct Centred<'a, A> {
    x: &'a A,
    transposed: A,
    mean: Option<Vec<f64>>,
    n: usize,
    p: usize,
}

/// The sum of squares of a matrix whose products are well within the range of `float32`.
pub(super) const RANGE: Range<f64> = 1e-24..1e34;

/// The residual of an eigenvector that is good enough, relative to the greatest eigenvalue; an eigenvalue's error is of
/// the order of its square. Products in `float32` are no more accurate.
const fn tolerance(dtype: DType) -> f64 {
    match dtype {
        DType::Float32 => 1e-5,
        _ => 1e-9,
    }
}

/// Singular values, greatest first, with the left singular vectors times them (n, k) and the right ones (p, k).
pub(super) struct Triplets {
    pub values: Vec<f64>,
    pub scores: Mat<f64>,
    pub right: Mat<f64>,
}

/// Checks a matrix and how much is asked of it: its number of rows and of columns.
pub(super) fn check<A: Array>(op: &str, x: &A, k: usize) -> Result<(usize, usize)> {
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
    if k == 0 || k > n.min(p) {
        return Err(ShapeError::Parameter {
            op: op.to_owned(),
            what: "number of components",
            value: k.to_string(),
            reason: format!("not in 1..={} for {n} rows and {p} columns", n.min(p)),
        }
        .into());
    }
    Ok((n, p))
}

/// An error for the first number that is not finite.
pub(super) fn check_finite(op: &str, what: &'static str, numbers: &[f64]) -> Result<()> {
    match numbers.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(at) => Err(NumericError::Value {
            op: op.to_owned(),
            what,
            value: format!("{} at {at}", numbers[at]),
            reason: "every value must be finite".to_owned(),
        }
        .into()),
    }
}

impl<'a, A: Array> Centred<'a, A> {
    /// A matrix of a real floating type, less a row of as many numbers as it has columns.
    pub(super) fn new(x: &'a A, mean: Option<Vec<f64>>) -> Result<Self> {
        let (n, p) = (x.shape()[0], x.shape()[1]);
        Ok(Self { x, transposed: x.t()?, mean, n, p })
    }

    fn times(&self, block: MatRef<'_, f64>) -> Result<Mat<f64>> {
        let mut out = product_of(self.x, block)?;
        if let Some(mean) = &self.mean {
            let offset = product(MatRef::from_row_major_slice(mean, 1, self.p), block);
            add(&mut out, |_, j| -offset[(0, j)]);
        }
        Ok(out)
    }

    fn transposed_times(&self, block: MatRef<'_, f64>) -> Result<Mat<f64>> {
        let mut out = product_of(&self.transposed, block)?;
        if let Some(mean) = &self.mean {
            let sums: Vec<f64> =
                (0..block.ncols()).map(|j| block.col(j).iter().sum::<f64>()).collect();
            add(&mut out, |i, j| -mean[i] * sums[j]);
        }
        Ok(out)
    }

    /// Whether the rows are the smaller side.
    fn is_wide(&self) -> bool {
        self.n <= self.p
    }

    /// The product of the smaller side with itself. With `s = X·mean`:
    ///
    /// ```text
    /// p < n:  (X − 1μᵀ)ᵀ(X − 1μᵀ) = XᵀX − n·μμᵀ           (for the mean of the rows, which XᵀX·1 is n times of)
    /// n ≤ p:  (X − 1μᵀ)(X − 1μᵀ)ᵀ = XXᵀ − s1ᵀ − 1sᵀ + μᵀμ
    /// ```
    fn gram(&self, op: &str) -> Result<Mat<f64>> {
        let side = self.side();
        let gram = if self.is_wide() {
            self.x.matmul(&self.transposed)?
        } else {
            self.transposed.matmul(self.x)?
        };
        let gram = doubles(&gram)?;
        check_finite(op, "gram matrix", &gram)?;
        let mut gram = MatRef::from_row_major_slice(&gram, side, side).to_owned();
        if let Some(mean) = &self.mean {
            if self.is_wide() {
                let column = MatRef::from_column_major_slice(mean, self.p, 1);
                let s = product_of(self.x, column)?;
                let square: f64 = mean.iter().map(|m| m * m).sum();
                add(&mut gram, |i, j| square - s[(i, 0)] - s[(j, 0)]);
            } else {
                add(&mut gram, |i, j| -(self.n as f64) * mean[i] * mean[j]);
            }
        }
        Ok(gram)
    }

    /// The leading singular values and vectors; `k` was [checked](check). The entry of greatest magnitude of each column
    /// of the scores is positive.
    pub(super) fn triplets(&self, op: &str, k: usize, solver: Solver) -> Result<Triplets> {
        let Eigenpairs { values, vectors } = self.eigenpairs(op, k, solver)?;
        let vectors = vectors.subcols(0, k);
        let values: Vec<f64> = values[..k].iter().map(|v| v.max(0.0).sqrt()).collect();
        let (mut scores, mut right) = if self.is_wide() {
            let mut right = self.transposed_times(vectors)?;
            // Nothing is along a vector without a singular value.
            scale(&mut right, |j| if values[j] > 0.0 { 1.0 / values[j] } else { 0.0 });
            let mut scores = vectors.to_owned();
            scale(&mut scores, |j| values[j]);
            (scores, right)
        } else {
            (self.times(vectors)?, vectors.to_owned())
        };
        let sign: Vec<f64> = (0..k)
            .map(|j| {
                let greatest = scores
                    .col(j)
                    .iter()
                    .fold(0.0_f64, |best, &v| if v.abs() > best.abs() { v } else { best });
                if greatest < 0.0 { -1.0 } else { 1.0 }
            })
            .collect();
        scale(&mut scores, |j| sign[j]);
        scale(&mut right, |j| sign[j]);
        Ok(Triplets { values, scores, right })
    }

    fn eigenpairs(&self, op: &str, k: usize, solver: Solver) -> Result<Eigenpairs> {
        let (side, tolerance) = (self.side(), tolerance(self.x.dtype()));
        let worthwhile = krylov::is_worthwhile(side, k);
        if worthwhile && self.chosen(k, solver) == Solver::Lanczos {
            match krylov::leading(op, self, k, tolerance) {
                Err(Error::Numeric(NumericError::NoConvergence { .. }))
                    if solver == Solver::Auto && gram_bytes(side) <= GRAM_BYTES => {}
                outcome => return outcome,
            }
        }
        let gram = self.gram(op)?;
        if worthwhile {
            match krylov::leading(op, &gram, k, tolerance) {
                Err(Error::Numeric(NumericError::NoConvergence { .. })) => {}
                outcome => return outcome,
            }
        }
        krylov::eigenpairs(op, gram.as_ref())
    }

    /// What `Auto` stands for, by the multiplications that each takes.
    fn chosen(&self, k: usize, solver: Solver) -> Solver {
        if solver != Solver::Auto {
            return solver;
        }
        let side = self.side() as f64;
        let is_smaller = if self.x.is_recorded() {
            gram_bytes(self.side()) <= GRAM_BYTES
        } else {
            let (stored, longer) = (self.x.footprint().stored as f64, self.n.max(self.p) as f64);
            // Columns that many rows share make for more than evenly spread elements would. Where much is stored, products of
            // dense blocks, each multiplication of which is faster, take its place.
            let bytes = self.x.dtype().size() as f64;
            let gram = (4.0 * stored * stored / longer).min(bytes / 32.0 * side * side * longer);
            let vectors = ((16 + k / 4) * krylov::width(k)) as f64;
            gram + vectors * side * side < vectors * 4.0 * stored
        };
        if is_smaller { Solver::Gram } else { Solver::Lanczos }
    }
}

fn gram_bytes(side: usize) -> f64 {
    (side as f64).powi(2) * size_of::<f64>() as f64
}

impl<A: Array> Operator for Centred<'_, A> {
    fn side(&self) -> usize {
        self.n.min(self.p)
    }
    fn apply(&self, block: MatRef<'_, f64>) -> Result<Mat<f64>> {
        if self.is_wide() {
            self.times(self.transposed_times(block)?.as_ref())
        } else {
            self.transposed_times(self.times(block)?.as_ref())
        }
    }
}

fn product_of<A: Array>(matrix: &A, block: MatRef<'_, f64>) -> Result<Mat<f64>> {
    let product = doubles(&matrix.matmul(&array(block, matrix.dtype())?)?)?;
    let (rows, columns) = (matrix.shape()[0], block.ncols());
    Ok(MatRef::from_row_major_slice(&product, rows, columns).to_owned())
}

/// A block as an array of a kind and a real floating type.
pub(super) fn array<A: Array>(block: MatRef<'_, f64>, dtype: DType) -> Result<A> {
    let [rows, columns] = [block.nrows(), block.ncols()];
    let mut values = vec![0.0; rows * columns];
    for j in 0..columns {
        let places = values.iter_mut().skip(j).step_by(columns);
        places.zip(block.col(j).iter()).for_each(|(place, v)| *place = *v);
    }
    of_numbers([rows, columns], values, dtype)
}

/// An array of a real floating type.
pub(super) fn of_numbers<A: Array>(
    shape: impl IntoShape,
    values: Vec<f64>,
    dtype: DType,
) -> Result<A> {
    match dtype {
        DType::Float32 => {
            A::from_values(shape, values.into_iter().map(|v| v as f32).collect::<Vec<_>>())
        }
        _ => A::from_values(shape, values),
    }
}

/// The elements of an array of a real floating type, row by row.
pub(super) fn doubles<A: Array>(x: &A) -> Result<Vec<f64>> {
    match x.dtype() {
        DType::Float32 => Ok(x.to_vec::<f32>()?.into_iter().map(f64::from).collect()),
        _ => x.to_vec(),
    }
}

fn add(matrix: &mut Mat<f64>, number: impl Fn(usize, usize) -> f64) {
    for j in 0..matrix.ncols() {
        matrix.col_mut(j).iter_mut().enumerate().for_each(|(i, v)| *v += number(i, j));
    }
}

/// Multiplies the columns with numbers.
pub(super) fn scale(matrix: &mut Mat<f64>, number: impl Fn(usize) -> f64) {
    for j in 0..matrix.ncols() {
        let factor = number(j);
        matrix.col_mut(j).iter_mut().for_each(|v| *v *= factor);
    }
}

/// The matrix in the type that it is computed in: its own if that is a floating type, else `float64`.
pub(super) fn floating<A: Array>(x: &A) -> Result<A> {
    if x.dtype().kind() == Kind::Float { Ok(x.clone()) } else { x.astype(DType::Float64) }
}

#[cfg(test)]
mod tests {
    use super::super::{Pca, pca_with, svd};
    use super::*;
    use crate::chunked::Chunked;
    use crate::linalg::svdvals;
    use crate::tensor::{Format, Tensor};
    use crate::{Array, Dense};

    /// Counts of which most are zero, in columns of very different means.
    fn counts(n: usize, p: usize) -> Dense {
        let value = |k: usize| {
            let mixed = (k as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            let present = mixed % 7 < 1 + (k % p) as u64 % 3;
            if present { (mixed % 97) as f64 / 10.0 + (k % p % 5) as f64 } else { 0.0 }
        };
        Dense::from_values([n, p], (0..n * p).map(value).collect::<Vec<_>>()).unwrap()
    }

    fn close(found: &[f64], expected: &[f64], what: &str) {
        let greatest = expected.iter().fold(1.0_f64, |a, b| a.max(b.abs()));
        assert_eq!(found.len(), expected.len(), "{what}");
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-8 * greatest, "{what}: {found} {expected}");
        }
    }

    /// Against the full decomposition of the matrix that is centred before it.
    fn check<A: Array>(x: &A, full: &Dense, k: usize, solver: Solver, what: &str) {
        let [n, p] = full.shape()[..] else { unreachable!("a matrix") };
        let mean = full.mean(0).unwrap();
        let centred = full.subtract(&mean).unwrap();
        let values = svdvals(&centred).unwrap().to_vec::<f64>().unwrap();
        let total: f64 = values.iter().map(|s| s * s).sum();
        let Pca { scores, components, singular_values, explained_variance_ratio, .. } =
            pca_with(x, k, solver).unwrap();
        close(&singular_values, &values[..k], what);
        let shares: Vec<f64> = values[..k].iter().map(|s| s * s / total).collect();
        close(&explained_variance_ratio, &shares, what);
        // The signs are settled, so the scores are the projections.
        let scores = scores.to_vec::<f64>().unwrap();
        let components = Dense::from_values([k, p], components.to_vec::<f64>().unwrap()).unwrap();
        let projected = centred.matmul(&components.t().unwrap()).unwrap();
        close(&scores, &projected.to_vec::<f64>().unwrap(), what);
        for j in 0..k {
            let column = scores.iter().skip(j).step_by(k);
            let greatest = column.fold(0.0_f64, |a, &b| if b.abs() > a.abs() { b } else { a });
            assert!(greatest > 0.0, "{what}");
        }

        let found = svd(x, k, solver).unwrap();
        close(&found.s, &svdvals(full).unwrap().to_vec::<f64>().unwrap()[..k], what);
        let dense = |a: &A, shape| Dense::from_values(shape, a.to_vec::<f64>().unwrap()).unwrap();
        let (u, vh) = (dense(&found.u, [n, k]), dense(&found.vh, [k, p]));
        let image = full.matmul(&vh.t().unwrap()).unwrap();
        let scaled = u.multiply(&Dense::from(found.s)).unwrap();
        close(&image.to_vec::<f64>().unwrap(), &scaled.to_vec::<f64>().unwrap(), what);
    }

    #[test]
    fn both_solvers_agree_with_the_full_decomposition() {
        // The smaller side on either side; of a few rows, where only the gram matrix serves.
        for (n, p, k) in [(130, 170, 4), (170, 125, 3), (20, 90, 6), (40, 12, 12), (2, 3, 1)] {
            let full = counts(n, p);
            let sparse = Tensor::from_values([n, p], full.to_vec::<f64>().unwrap()).unwrap();
            let sparse = sparse.to_format(&Format::csr()).unwrap();
            let chunked = Chunked::from_array(&sparse, (50, -1)).unwrap();
            for solver in [Solver::Auto, Solver::Gram, Solver::Lanczos] {
                let what = |kind: &str| format!("{kind} {n} × {p} {solver:?}");
                check(&full, &full, k, solver, &what("dense"));
                check(&sparse, &full, k, solver, &what("sparse"));
                check(&chunked, &full, k, solver, &what("chunked"));
            }
        }
    }

    #[test]
    fn single_precision_stays_single_and_accurate() {
        let full = counts(170, 125);
        let x = full.astype(DType::Float32).unwrap();
        // In double precision where the means are so large that each variance would lose six digits, or squares overflow.
        let (moved, large) = (x.add(1000.0).unwrap(), x.multiply(1e25).unwrap());
        for (x, what) in [(x, "as it is"), (moved, "moved"), (large, "large")] {
            let exact = pca_with(&x.astype(DType::Float64).unwrap(), 3, Solver::Gram).unwrap();
            for solver in [Solver::Gram, Solver::Lanczos] {
                let found = pca_with(&x, 3, solver).unwrap();
                assert_eq!(found.scores.dtype(), DType::Float32);
                for (v, e) in found.explained_variance.iter().zip(&exact.explained_variance) {
                    assert!((v - e).abs() <= 1e-5 * e, "{what}, {solver:?}: {v} {e}");
                }
                let whole = svd(&x, 3, solver).unwrap();
                assert_eq!(whole.u.dtype(), DType::Float32);
                let exact = svd(&x.astype(DType::Float64).unwrap(), 3, solver).unwrap().s;
                for (s, e) in whole.s.iter().zip(&exact) {
                    let off = (s * s - e * e).abs();
                    assert!(off <= 1e-5 * exact[0].powi(2), "{what}, {solver:?}: {s} {e}");
                }
            }
        }
    }

    #[test]
    fn matrices_of_low_rank() {
        let x = counts(120, 1).matmul(&counts(1, 140)).unwrap();
        for solver in [Solver::Gram, Solver::Lanczos] {
            let found = svd(&x, 3, solver).unwrap();
            let first = svdvals(&x).unwrap().to_vec::<f64>().unwrap()[0];
            close(&found.s[..1], &[first], "rank 1");
            // What is left of the gram matrix after rounding.
            assert!(found.s[1..].iter().all(|&s| s <= 1e-7 * first), "{:?}", found.s);
        }
        let zeros = Tensor::zeros([300, 400], DType::Float32).unwrap();
        let none = pca_with(&zeros, 2, Solver::Lanczos).unwrap();
        assert_eq!(
            (none.singular_values, none.explained_variance_ratio),
            (vec![0.0; 2], vec![0.0; 2])
        );
        assert_eq!(none.components.to_vec::<f32>().unwrap(), vec![0.0; 800]);
    }

    #[test]
    fn values_that_are_not_finite_are_refused() {
        for bad in [f64::NAN, f64::INFINITY, 1e300] {
            let mut values = vec![1.0; 6];
            values[4] = bad;
            let x = Dense::from_values([3, 2], values).unwrap();
            let error = pca_with(&x, 1, Solver::Auto).unwrap_err();
            assert!(error.to_string().starts_with("pca: variance of a feature is"), "{error}");
        }
        let one = Dense::from_values([1, 3], vec![1.0, 2.0, 3.0]).unwrap();
        assert!(pca_with(&one, 1, Solver::Auto).is_err());
        assert_eq!(svd(&one, 1, Solver::Auto).unwrap().u.to_vec::<f64>().unwrap(), [1.0]);
        assert!(svd(&one, 2, Solver::Auto).is_err() && svd(&one, 0, Solver::Auto).is_err());
    }
}
