//! The greatest eigenvalues of a symmetric operator that is known by its products alone: block Lanczos with full
//! reorthogonalisation, restarted from the best of its basis.
//!
//! ```text
//! V   an orthonormal basis        next   the part of G·(last block of V) that is orthogonal to V
//! W = G·V                         T = VᵀW = Y·Θ·Yᵀ     Θ approaches the eigenvalues, V·Y the eigenvectors
//! ```
//!
//! The residual `W·Y − V·Y·Θ` is the error's measure: an eigenvalue is off by no more than its norm, and by no more than
//! its square over the distance to the next eigenvalue.
//!
//! Source: Golub and Van Loan, *Matrix Computations* (2013), sections 10.1 and 10.3.6; Wu and Simon, *Thick-restart
//! Lanczos method* (2000).

use crate::Result;
use crate::buffer::afford;
use crate::error::NumericError;
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};
use std::ops::Range;

/// On one thread: the bits must not depend on how many there are.
const PAR: Par = Par::Seq;

/// The square of what vectors of length 1 span in a direction, where that is rounding.
const NOTHING: f64 = 1e-14;

/// The most times that a block is made orthogonal to a basis.
const MOST_ROUNDS: usize = 8;

/// The most blocks that are multiplied with before it is given up.
const MOST_BLOCKS: usize = 400;

/// A symmetric matrix that multiplies blocks of vectors.
pub(super) trait Operator {
    /// The number of its rows.
    fn side(&self) -> usize;
    /// Its product with a block of `side` rows.
    fn apply(&self, block: MatRef<'_, f64>) -> Result<Mat<f64>>;
}

impl Operator for Mat<f64> {
    fn side(&self) -> usize {
        self.nrows()
    }
    fn apply(&self, block: MatRef<'_, f64>) -> Result<Mat<f64>> {
        Ok(product(self.as_ref(), block))
    }
}

/// Eigenvalues, greatest first, and their unit eigenvectors as columns.
#[derive(Debug)]
pub(super) struct Eigenpairs {
    pub values: Vec<f64>,
    pub vectors: Mat<f64>,
}

/// How many vectors are multiplied at a time, where `k` eigenvalues are asked for.
pub(super) fn width(k: usize) -> usize {
    (k / 3).clamp(8, 16)
}

/// The most vectors of the basis.
fn most_vectors(k: usize) -> usize {
    2 * k + 4 * width(k)
}

/// Whether the basis is so much smaller than the space that building it is worth it.
pub(super) fn is_worthwhile(side: usize, k: usize) -> bool {
    side >= 3 * most_vectors(k)
}

/// The `k` greatest eigenvalues of a matrix without negative ones, of a side for which this
/// [is worthwhile](is_worthwhile). An eigenvector is good enough where the norm of its residual is within the tolerance,
/// relative to the greatest eigenvalue.
pub(super) fn leading(
    op: &str,
    operator: &impl Operator,
    k: usize,
    tolerance: f64,
) -> Result<Eigenpairs> {
    let (side, width, most) = (operator.side(), width(k), most_vectors(k));
    // Basis and images, and what they are rotated into.
    afford(op, 3 * most as u128 * side as u128 * size_of::<f64>() as u128)?;
    let (mut basis, mut images) = (Mat::zeros(side, most), Mat::zeros(side, most));
    let mut projected = Mat::<f64>::zeros(most, most);
    let mut next = beyond(op, basis.subcols(0, 0), start(side, 0..width), 0)?;
    let mut count = 0;
    let mut former = vec![f64::INFINITY; k];
    let mut ritz = None;
    for number in 1..=MOST_BLOCKS {
        if count + width > most {
            // Only the best of the basis goes on. What `next` is orthogonal to becomes less.
            let Eigenpairs { values, vectors } = ritz.take().expect("a basis that is full");
            count = k + width;
            let best = vectors.subcols(0, count);
            for part in [&mut basis, &mut images] {
                let rotated = product(part.subcols(0, best.nrows()), best);
                part.subcols_mut(0, count).copy_from(rotated);
            }
            projected.fill(0.0);
            (0..count).for_each(|i| projected[(i, i)] = values[i]);
        }
        let image = operator.apply(next.as_ref())?;
        basis.subcols_mut(count, width).copy_from(&next);
        images.subcols_mut(count, width).copy_from(&image);
        let coupling = product(basis.subcols(0, count + width).transpose(), image.as_ref());
        projected.submatrix_mut(0, count, count + width, width).copy_from(&coupling);
        projected.submatrix_mut(count, 0, width, count + width).copy_from(coupling.transpose());
        count += width;
        let found = eigenpairs(op, projected.submatrix(0, 0, count, count))?;
        if count >= k {
            let greatest = found.values[0].max(f64::MIN_POSITIVE);
            let still = |(new, old): (&f64, &f64)| (new - old).abs() <= tolerance * greatest;
            if found.values.iter().zip(&former).all(still) {
                let vectors = product(basis.subcols(0, count), found.vectors.subcols(0, k));
                let mut residual = product(images.subcols(0, count), found.vectors.subcols(0, k));
                let within = (0..k).all(|j| {
                    let (mut error, vector) = (residual.col_mut(j), vectors.col(j));
                    (0..side).for_each(|i| error[i] -= found.values[j] * vector[i]);
                    error.norm_l2() <= tolerance * greatest
                });
                if within {
                    return Ok(Eigenpairs { values: found.values[..k].to_vec(), vectors });
                }
            }
            former.copy_from_slice(&found.values[..k]);
        }
        ritz = Some(found);
        next = beyond(op, basis.subcols(0, count), image, number * width)?;
    }
    Err(NumericError::NoConvergence { op: op.to_owned() }.into())
}

/// All eigenvalues of a symmetric matrix, greatest first.
pub(super) fn eigenpairs(op: &str, matrix: MatRef<'_, f64>) -> Result<Eigenpairs> {
    let n = matrix.nrows();
    // The eigenvectors twice, and as much for the factorisation.
    afford(op, 4 * (n as u128).pow(2) * size_of::<f64>() as u128)?;
    let (mut values, mut vectors) = (Diag::<f64>::zeros(n), Mat::<f64>::zeros(n, n));
    let scratch =
        self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, PAR, Default::default());
    self_adjoint_evd(
        matrix,
        values.as_mut(),
        Some(vectors.as_mut()),
        PAR,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|_| NumericError::NoConvergence { op: op.to_owned() })?;
    // They come in ascending order.
    let values = values.column_vector();
    Ok(Eigenpairs {
        values: (0..n).rev().map(|i| values[i]).collect(),
        vectors: Mat::from_fn(n, n, |i, j| vectors[(i, n - 1 - j)]),
    })
}

pub(super) fn product(left: MatRef<'_, f64>, right: MatRef<'_, f64>) -> Mat<f64> {
    let mut out = Mat::zeros(left.nrows(), right.ncols());
    matmul(out.as_mut(), Accum::Replace, left, right, 1.0, PAR);
    out
}

/// An orthonormal basis of what a block has beyond another basis. Where it has nothing, vectors that are orthogonal to
/// all others take the place, of [numbers](start) from `fresh` on.
fn beyond(op: &str, basis: MatRef<'_, f64>, block: Mat<f64>, fresh: usize) -> Result<Mat<f64>> {
    let (mut block, mut clean) = (block, 0);
    // Once more, as what little is left of a vector is not orthogonal to what was taken off.
    for _ in 0..MOST_ROUNDS {
        let within = product(basis.transpose(), block.as_ref());
        matmul(block.as_mut(), Accum::Add, basis, within.as_ref(), -1.0, PAR);
        let is_whole = orthonormalise(op, &mut block, fresh)?;
        clean = if is_whole { clean + 1 } else { 0 };
        if clean == 2 {
            return Ok(block);
        }
    }
    Err(NumericError::NoConvergence { op: op.to_owned() }.into())
}

/// Makes the columns orthonormal by the eigenvectors of their inner products (Stathopoulos and Wu, *A block
/// orthogonalization procedure with constant synchronization requirements*, 2002). Whether they span as many dimensions as
/// there are of them: fresh vectors, which are not orthogonal to the rest, take the place of what is missing.
fn orthonormalise(op: &str, block: &mut Mat<f64>, fresh: usize) -> Result<bool> {
    let (side, width) = (block.nrows(), block.ncols());
    for j in 0..width {
        let norm = block.col(j).norm_l2();
        if norm > 0.0 {
            block.col_mut(j).iter_mut().for_each(|v| *v /= norm);
        }
    }
    let inner = product(block.transpose(), block.as_ref());
    let Eigenpairs { values, mut vectors } = eigenpairs(op, inner.as_ref())?;
    let rank = values.iter().take_while(|&&v| v > NOTHING * values[0]).count();
    for (j, value) in values[..rank].iter().enumerate() {
        let length = value.sqrt();
        vectors.col_mut(j).iter_mut().for_each(|v| *v /= length);
    }
    let spanned = product(block.as_ref(), vectors.subcols(0, rank));
    block.subcols_mut(0, rank).copy_from(spanned);
    block.subcols_mut(rank, width - rank).copy_from(start(side, fresh + rank..fresh + width));
    Ok(rank == width)
}

/// Vectors by number, the same each time and in no direction that data prefer: numbers between −½ and ½ by SplitMix64.
fn start(side: usize, numbers: Range<usize>) -> Mat<f64> {
    Mat::from_fn(side, numbers.len(), |i, j| {
        let place = (numbers.start + j) * side + i;
        let mut z = (place as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A matrix of known eigenvalues: its eigenvectors are those of a reflection.
    fn of_spectrum(values: &[f64]) -> Mat<f64> {
        let n = values.len();
        let axis = start(n, 0..1);
        let axis = axis.as_ref() / axis.norm_l2();
        let reflected =
            |i: usize, j: usize| f64::from(u8::from(i == j)) - 2.0 * axis[(i, 0)] * axis[(j, 0)];
        let vectors = Mat::from_fn(n, n, reflected);
        let scaled = Mat::from_fn(n, n, |i, j| vectors[(i, j)] * values[j]);
        product(scaled.as_ref(), vectors.transpose())
    }

    fn check(mut values: Vec<f64>, k: usize) {
        let matrix = of_spectrum(&values);
        values.sort_by(|a, b| b.total_cmp(a));
        let found = leading("test", &matrix, k, 1e-9).unwrap();
        let greatest = values[0];
        for (found, expected) in found.values.iter().zip(&values) {
            assert!((found - expected).abs() <= 1e-12 * greatest, "{found} {expected}");
        }
        let gram = product(found.vectors.transpose(), found.vectors.as_ref());
        for (i, j) in (0..k).flat_map(|i| (0..k).map(move |j| (i, j))) {
            assert!((gram[(i, j)] - f64::from(u8::from(i == j))).abs() < 1e-12);
        }
    }

    #[test]
    fn spectra_of_all_kinds() {
        let n = 400;
        check((0..n).map(|i| 0.9_f64.powi(i)).collect(), 10);
        check((0..n).map(|i| 1.0 / f64::from(i + 1)).collect(), 20);
        // A flat one: many restarts.
        check((0..n).map(|i| 1.0 + f64::from(i) / 400.0).collect(), 5);
        // Of lower rank than is asked for, and nothing at all.
        check((0..n).map(|i| f64::from(u8::from(i < 4))).collect(), 10);
        check((0..n).map(|i| if i < 3 { 1e200 } else { 0.0 }).collect(), 5);
        check(vec![0.0; 400], 3);
        // The same eigenvalue many times, more than a block has vectors.
        check((0..n).map(|i| if i < 20 { 2.0 } else { 1.0 / f64::from(i) }).collect(), 10);
    }

    #[test]
    fn an_error_of_the_operator_is_passed_on() {
        struct Broken;
        impl Operator for Broken {
            fn side(&self) -> usize {
                1000
            }
            fn apply(&self, _: MatRef<'_, f64>) -> Result<Mat<f64>> {
                Err(NumericError::NoConvergence { op: "broken".to_owned() }.into())
            }
        }
        assert_eq!(
            leading("test", &Broken, 3, 1e-9).unwrap_err().to_string(),
            "broken: did not converge"
        );
    }
}
