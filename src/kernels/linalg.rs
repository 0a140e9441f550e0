//! Factorisations of dense matrices by faer.
//!
//! A stack of matrices is a flat slice: one row-major matrix after the other. Matrices are worked on in parallel, each
//! by one thread, so that results have the same bits for any number of threads. Single precision is computed in double
//! and rounded: more exact, and half the code to compile.

mod spectral;
mod triangular;

use super::{cast, gather};
use crate::Result;
use crate::buffer::{Values, afford};
use crate::dtype::{Complex128, DType, Kind, Number, promote};
use crate::error::NumericError;
use crate::parallel;
use crate::standard::{Linalg, checked_size};
use faer::traits::ComplexField;
use faer::{Mat, MatRef};
use smallvec::{SmallVec, smallvec};
use std::ops::Range;

/// The results of a factorisation, each a stack: matrices, vectors or numbers.
type Outputs = SmallVec<[Values; 3]>;

/// Elements of the matrices of one parallel piece of work: small matrices go together.
const PIECE: usize = 1024;

/// A factorisation of each matrix of a stack; for `solve` with as many right-hand sides. An operand is its lengths of
/// axes, of which the last two are rows and columns, and its elements.
///
/// # Errors
/// If a matrix is singular or not positive definite where that is needed, a method that iterates is given values that
/// are not finite, or it does not converge.
pub fn factorise(op: Linalg, operands: &[(&[usize], Values)]) -> Result<Outputs> {
    let dtypes = operands.iter().map(|(_, values)| values.dtype());
    let dtype = dtypes
        .reduce(|a, b| promote(a, b).expect("floating-point types have a common one"))
        .expect("one operand at least");
    let outputs = match dtype.kind() {
        Kind::Complex => pieces::<Complex128>(op, operands)?,
        _ => pieces::<f64>(op, operands)?,
    };
    let rounded = |values: Values| match (dtype.real(), values.dtype()) {
        (DType::Float32, DType::Float64) => cast::cast(&values, DType::Float32),
        (DType::Float32, DType::Complex128) => cast::cast(&values, DType::Complex64),
        _ => Ok(values),
    };
    outputs.into_iter().map(rounded).collect()
}

fn pieces<T: Field>(op: Linalg, operands: &[(&[usize], Values)]) -> Result<Outputs> {
    let values: SmallVec<[Values; 2]> =
        operands.iter().map(|(_, values)| cast::cast(values, T::DTYPE)).collect::<Result<_>>()?;
    let mut stacks: SmallVec<[Stack<'_, T>; 2]> = SmallVec::new();
    for ((shape, _), values) in operands.iter().zip(&values) {
        let [lead @ .., rows, columns] = *shape else { panic!("matrices of shape {shape:?}") };
        let range = 0..checked_size(op.name(), lead)?;
        let values = values.as_slice::<T>().expect("just converted");
        stacks.push(Stack { op: op.name(), values, rows: *rows, columns: *columns, range });
    }
    let count = stacks[0].range.end;
    let step = (PIECE / (stacks[0].rows * stacks[0].columns).max(1)).max(1);
    // Also without matrices there are results: empty ones.
    let ranges = (0..count.max(1)).step_by(step).map(|start| start..count.min(start + step));
    let mut results = parallel::try_map(ranges, |range: Range<usize>| {
        piece(op, &stacks[0].part(&range), stacks.get(1).map(|s| s.part(&range)))
    })?;
    if results.len() == 1 {
        return Ok(results.remove(0));
    }
    (0..results[0].len())
        .map(|k| gather::concat(&results.iter().map(|r| r[k].view()).collect::<Vec<_>>()))
        .collect()
}

fn piece<T: Field>(op: Linalg, x: &Stack<'_, T>, right: Option<Stack<'_, T>>) -> Result<Outputs> {
    afford(x.op, bytes(op, x, right.as_ref()))?;
    Ok(match op {
        Linalg::Cholesky { upper } => smallvec![triangular::cholesky(x, upper)?],
        Linalg::Det => smallvec![triangular::det(x)],
        Linalg::Slogdet => triangular::slogdet(x).into_iter().collect(),
        Linalg::Inv => smallvec![triangular::solve(x, None)?],
        Linalg::Solve => smallvec![triangular::solve(x, right.as_ref())?],
        Linalg::Qr { complete } => triangular::qr(x, complete).into_iter().collect(),
        Linalg::Eig => spectral::eig(x, true)?,
        Linalg::Eigvals => spectral::eig(x, false)?,
        Linalg::Eigh => spectral::eigh(x, true)?,
        Linalg::Eigvalsh => spectral::eigh(x, false)?,
        Linalg::Svd { full } => spectral::svd(x, Some(full))?,
        Linalg::Svdvals => spectral::svd(x, None)?,
    })
}

/// The memory that a piece takes by itself, roughly: two results for each matrix while they grow, and for one matrix at a
/// time a few copies and the scratch of its factorisation.
fn bytes<T>(op: Linalg, x: &Stack<'_, T>, right: Option<&Stack<'_, T>>) -> u128 {
    let size = |rows: usize, columns: usize| rows as u128 * columns as u128;
    let bases = match op {
        Linalg::Svd { full: true } | Linalg::Qr { complete: true } => {
            size(x.rows, x.rows) + size(x.columns, x.columns)
        }
        _ => 0,
    };
    let each = size(x.rows, x.columns) + right.map_or(0, |r| size(r.rows, r.columns)) + bases;
    let matrices = 2 * x.range.len() as u128 + 6;
    matrices.saturating_mul(each).saturating_mul(size_of::<T>() as u128)
}

/// Matrices of a stack that one thread works on.
#[derive(Clone)]
struct Stack<'a, T> {
    op: &'static str,
    /// All matrices of the whole stack.
    values: &'a [T],
    rows: usize,
    columns: usize,
    range: Range<usize>,
}

impl<T: Field> Stack<'_, T> {
    fn part(&self, range: &Range<usize>) -> Self {
        Self { range: range.clone(), ..self.clone() }
    }

    fn get(&self, matrix: usize) -> MatRef<'_, T> {
        let size = self.rows * self.columns;
        let values = &self.values[matrix * size..(matrix + 1) * size];
        MatRef::from_row_major_slice(values, self.rows, self.columns)
    }

    /// The matrices with their positions in the whole stack.
    fn matrices(&self) -> impl Iterator<Item = (usize, MatRef<'_, T>)> {
        self.range.clone().map(|k| (k, self.get(k)))
    }

    /// As [`matrices`](Self::matrices), for methods that iterate: NaN and infinities would keep them from converging.
    fn finite_matrices(&self) -> Result<impl Iterator<Item = (usize, MatRef<'_, T>)>> {
        let size = self.rows * self.columns;
        let range = self.range.start * size..self.range.end * size;
        match self.values[range.clone()].iter().position(|x| !x.modulus().is_finite()) {
            None => Ok(self.matrices()),
            Some(at) => Err(NumericError::Value {
                op: self.op.to_owned(),
                what: "an element",
                value: self.values[range.start + at].to_string(),
                reason: "every element must be finite".to_owned(),
            }
            .into()),
        }
    }

    fn no_convergence(&self) -> NumericError {
        NumericError::NoConvergence { op: self.op.to_owned() }
    }
}

/// The numbers that matrices are of: `f64` and `Complex128`.
trait Field: Number + ComplexField<Real = f64> {
    /// The modulus.
    fn modulus(self) -> f64;
    /// The complex conjugate.
    fn conjugate(self) -> Self;
    /// The real part.
    fn real_part(self) -> f64;
    /// The number times a real one.
    fn scaled(self, factor: f64) -> Self;
    /// The eigenvalues of a square matrix, and with `vectors` a matrix of right eigenvectors of any length.
    fn eigen(matrix: MatRef<'_, Self>, vectors: bool) -> spectral::Eigen;
}

impl Field for f64 {
    fn modulus(self) -> f64 {
        self.abs()
    }
    fn conjugate(self) -> Self {
        self
    }
    fn real_part(self) -> f64 {
        self
    }
    fn scaled(self, factor: f64) -> Self {
        self * factor
    }
    fn eigen(matrix: MatRef<'_, Self>, vectors: bool) -> spectral::Eigen {
        spectral::eigen_real(matrix, vectors)
    }
}

impl Field for Complex128 {
    fn modulus(self) -> f64 {
        self.norm()
    }
    fn conjugate(self) -> Self {
        self.conj()
    }
    fn real_part(self) -> f64 {
        self.re
    }
    fn scaled(self, factor: f64) -> Self {
        self * factor
    }
    fn eigen(matrix: MatRef<'_, Self>, vectors: bool) -> spectral::Eigen {
        spectral::eigen_complex(matrix, vectors)
    }
}

/// Appends a matrix whose element (i, j) is what `element` gives, in row-major order.
fn push<T>(out: &mut Vec<T>, [rows, columns]: [usize; 2], element: impl Fn(usize, usize) -> T) {
    for i in 0..rows {
        out.extend((0..columns).map(|j| element(i, j)));
    }
}

/// A copy of a matrix, column-major as the factorisations prefer it.
fn owned<T: Field>(matrix: MatRef<'_, T>) -> Mat<T> {
    Mat::from_fn(matrix.nrows(), matrix.ncols(), |i, j| matrix[(i, j)])
}

#[cfg(test)]
mod tests;
