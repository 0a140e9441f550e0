//! The class *linalg*: what needs a factorisation of each matrix of a stack.

use super::{matrix_shape, mismatch};
use crate::Result;
use crate::dtype::{DType, result_type_for};
use crate::error::DTypeError;
use crate::standard::Meta;
use smallvec::{SmallVec, smallvec};

/// A factorisation of each matrix of a stack, or what follows from one.
///
/// The last two axes are the matrices'. Results are of the data type of the input, or its real or complex
/// counterpart where that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Linalg {
    /// The triangular factor of a Hermitian positive definite matrix.
    Cholesky {
        /// Whether it is the upper one, `U` of `Uᴴ·U`, rather than `L` of `L·Lᴴ`. Only this triangle is read.
        upper: bool,
    },
    /// The determinant.
    Det,
    /// Two results: the sign of the determinant, and the logarithm of its modulus (real).
    Slogdet,
    /// The inverse.
    Inv,
    /// Two inputs, `(…, n, n)` and `(…, n, k)` of one stack: the solutions of `A·X = B`.
    Solve,
    /// Two results: eigenvalues and right eigenvectors, both complex.
    Eig,
    /// The eigenvalues, complex.
    Eigvals,
    /// Two results: eigenvalues (real, ascending) and eigenvectors of a Hermitian matrix, whose lower triangle is
    /// read.
    Eigh,
    /// The eigenvalues (real, ascending) of a Hermitian matrix, whose lower triangle is read.
    Eigvalsh,
    /// Two results: a matrix with orthonormal columns and an upper triangular one.
    Qr {
        /// Whether the first is square.
        complete: bool,
    },
    /// Three results: left singular vectors, singular values (real, descending), right ones conjugated as rows.
    Svd {
        /// Whether the vectors are complete bases.
        full: bool,
    },
    /// The singular values, real, descending.
    Svdvals,
}

impl Linalg {
    /// The standard's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cholesky { .. } => "cholesky",
            Self::Det => "det",
            Self::Slogdet => "slogdet",
            Self::Inv => "inv",
            Self::Solve => "solve",
            Self::Eig => "eig",
            Self::Eigvals => "eigvals",
            Self::Eigh => "eigh",
            Self::Eigvalsh => "eigvalsh",
            Self::Qr { .. } => "qr",
            Self::Svd { .. } => "svd",
            Self::Svdvals => "svdvals",
        }
    }

    /// How many arrays it takes.
    pub const fn inputs(self) -> usize {
        if matches!(self, Self::Solve) { 2 } else { 1 }
    }

    /// The lengths of each result's last axes, those of its matrices, for inputs with matrices of these shapes.
    fn result_shapes(
        self,
        [rows, columns]: [usize; 2],
        right: usize,
    ) -> SmallVec<[SmallVec<[usize; 2]>; 3]> {
        let least = rows.min(columns);
        match self {
            Self::Cholesky { .. } | Self::Inv => smallvec![smallvec![rows, columns]],
            Self::Det => smallvec![smallvec![]],
            Self::Slogdet => smallvec![smallvec![], smallvec![]],
            Self::Solve => smallvec![smallvec![rows, right]],
            Self::Eig | Self::Eigh => smallvec![smallvec![rows], smallvec![rows, columns]],
            Self::Eigvals | Self::Eigvalsh => smallvec![smallvec![rows]],
            Self::Qr { complete } => {
                let inner = if complete { rows } else { least };
                smallvec![smallvec![rows, inner], smallvec![inner, columns]]
            }
            Self::Svd { full } => {
                let [left, right] = if full { [rows, columns] } else { [least, least] };
                smallvec![smallvec![rows, left], smallvec![least], smallvec![right, columns]]
            }
            Self::Svdvals => smallvec![smallvec![least]],
        }
    }

    /// The data type of a result.
    const fn result_dtype(self, output: usize, dtype: DType) -> DType {
        match (self, output) {
            (Self::Eig | Self::Eigvals, _) => dtype.complex(),
            (Self::Eigh | Self::Eigvalsh | Self::Svdvals, 0)
            | (Self::Slogdet | Self::Svd { .. }, 1) => dtype.real(),
            _ => dtype,
        }
    }

    pub(in crate::standard) fn infer(self, inputs: &[&Meta]) -> Result<SmallVec<[Meta; 1]>> {
        let op = self.name();
        let dtype = result_type_for(op, inputs.iter().map(|m| m.dtype))?;
        for input in inputs {
            expect_floating(op, input.dtype)?;
        }
        let matrix = matrix_shape(op, inputs[0])?;
        let square = !matches!(self, Self::Qr { .. } | Self::Svd { .. } | Self::Svdvals);
        if square && matrix[0] != matrix[1] {
            return Err(mismatch(op, inputs, "its matrices are not square"));
        }
        let batch = &inputs[0].shape[..inputs[0].ndim() - 2];
        let mut right = 0;
        if let Some(other) = inputs.get(1) {
            let [rows, columns] = matrix_shape(op, other)?;
            if rows != matrix[1] {
                let reason = format!("{} columns against {rows} rows", matrix[1]);
                return Err(mismatch(op, inputs, &reason));
            }
            if other.shape[..other.ndim() - 2] != *batch {
                return Err(mismatch(op, inputs, "the stacks differ"));
            }
            right = columns;
        }
        let shapes = self.result_shapes(matrix, right).into_iter().enumerate();
        Ok(shapes
            .map(|(k, own)| {
                let shape = batch.iter().copied().chain(own);
                Meta::new(shape, self.result_dtype(k, dtype))
            })
            .collect())
    }
}

/// An error unless a data type is a real or complex floating-point one.
pub(in crate::standard) fn expect_floating(op: &str, dtype: DType) -> Result<()> {
    if dtype.is_floating() {
        return Ok(());
    }
    Err(DTypeError::Unsupported {
        op: op.to_owned(),
        dtype,
        expected: "floating-point types".to_owned(),
    }
    .into())
}
