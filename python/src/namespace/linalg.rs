//! The linear algebra extension.

use super::{apply, apply2, named_tuple};
use crate::arguments::{ArrayArg, BesideArg, Integers, OperandArg, axes};
use crate::dtype::DTypeArg;
use crate::errors::raise;
use crate::settings::run;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;
use redpoll::linalg::{self, MatrixNorm};

/// The functions of the linear algebra extension that are not also functions of the standard itself.
#[pyclass(frozen, name = "linalg", module = "redpoll._redpoll")]
pub(crate) struct Linalg;

/// The order of a matrix norm: a number or a name.
enum MatrixOrder {
    Number(f64),
    Name(String),
}

impl<'py> FromPyObject<'_, 'py> for MatrixOrder {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.cast::<PyString>() {
            Ok(name) => name.extract().map(Self::Name),
            Err(_) => object.extract().map(Self::Number),
        }
    }
}

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        #[pymethods]
        impl Linalg {$(
            $(#[$doc])*
            #[pyo3(signature = (x, /))]
            fn $name(&self, py: Python<'_>, x: ArrayArg) -> PyResult<Py<PyAny>> {
                apply(py, &x, linalg::$name)
            }
        )+}
    };
}
unary! {
    /// The determinants of square matrices.
    det,
    /// The eigenvalues of square matrices, complex.
    eigvals,
    /// The eigenvalues of Hermitian matrices, real and ascending.
    eigvalsh,
    /// The inverses of square matrices.
    inv,
    /// The singular values of matrices, descending.
    svdvals,
}

#[pymethods]
impl Linalg {
    /// The Cholesky factors of positive definite matrices: lower triangles, or with `upper` upper ones.
    #[pyo3(signature = (x, /, *, upper=false))]
    fn cholesky(&self, py: Python<'_>, x: ArrayArg, upper: bool) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| linalg::cholesky(x, upper))
    }

    /// The cross products of vectors of three elements along an axis.
    #[pyo3(signature = (x1, x2, /, *, axis=-1))]
    #[pyo3(text_signature = "($self, x1, x2, /, *, axis=-1)")]
    fn cross(
        &self,
        py: Python<'_>,
        x1: BesideArg,
        x2: BesideArg,
        axis: isize,
    ) -> PyResult<Py<PyAny>> {
        apply2(py, &x1, &x2, |x1, x2| linalg::cross(x1, x2, axis))
    }

    /// A diagonal of matrices: 0 is the main one, a positive offset lies above it.
    #[pyo3(signature = (x, /, *, offset=0))]
    fn diagonal(&self, py: Python<'_>, x: ArrayArg, offset: isize) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| linalg::diagonal(x, offset))
    }

    /// Eigenvalues and eigenvectors of square matrices, complex.
    #[pyo3(signature = (x, /))]
    fn eig<'py>(&self, py: Python<'py>, x: ArrayArg) -> PyResult<Bound<'py, PyAny>> {
        let eig = run(py, || linalg::eig(&x.0))?;
        named_tuple(py, "Eig", vec![eig.eigenvalues, eig.eigenvectors])
    }

    /// Eigenvalues, ascending, and orthonormal eigenvectors of Hermitian matrices.
    #[pyo3(signature = (x, /))]
    fn eigh<'py>(&self, py: Python<'py>, x: ArrayArg) -> PyResult<Bound<'py, PyAny>> {
        let eigh = run(py, || linalg::eigh(&x.0))?;
        named_tuple(py, "Eigh", vec![eigh.eigenvalues, eigh.eigenvectors])
    }

    /// A norm of matrices: "fro", "nuc", 1, -1, 2, -2, inf or -inf.
    #[pyo3(signature = (x, /, *, keepdims=false, ord=Some(MatrixOrder::Name("fro".to_owned()))))]
    #[pyo3(text_signature = "($self, x, /, *, keepdims=False, ord='fro')")]
    fn matrix_norm(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        keepdims: bool,
        ord: Option<MatrixOrder>,
    ) -> PyResult<Py<PyAny>> {
        let ord = match ord {
            None => MatrixNorm::default(),
            Some(MatrixOrder::Number(ord)) => ord.try_into().map_err(raise)?,
            Some(MatrixOrder::Name(ord)) => ord.parse().map_err(raise)?,
        };
        apply(py, &x, |x| linalg::matrix_norm(x, ord, keepdims))
    }

    /// Square matrices multiplied by themselves n times; for a negative n, their inverses.
    #[pyo3(signature = (x, n, /))]
    fn matrix_power(&self, py: Python<'_>, x: ArrayArg, n: i64) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| linalg::matrix_power(x, n))
    }

    /// How many singular values of matrices exceed `rtol` times the greatest.
    #[pyo3(signature = (x, /, *, rtol=None))]
    fn matrix_rank(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        rtol: Option<OperandArg>,
    ) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| linalg::matrix_rank(x, rtol.as_ref().map(OperandArg::operand)))
    }

    /// The products of all elements of two vectors.
    #[pyo3(signature = (x1, x2, /))]
    fn outer(&self, py: Python<'_>, x1: BesideArg, x2: BesideArg) -> PyResult<Py<PyAny>> {
        apply2(py, &x1, &x2, linalg::outer)
    }

    /// The Moore-Penrose inverses of matrices; singular values up to `rtol` times the greatest count as zero.
    #[pyo3(signature = (x, /, *, rtol=None))]
    fn pinv(&self, py: Python<'_>, x: ArrayArg, rtol: Option<OperandArg>) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| linalg::pinv(x, rtol.as_ref().map(OperandArg::operand)))
    }

    /// The factors Q and R of matrices; in the mode "complete" Q is square.
    #[pyo3(signature = (x, /, *, mode="reduced"))]
    fn qr<'py>(&self, py: Python<'py>, x: ArrayArg, mode: &str) -> PyResult<Bound<'py, PyAny>> {
        let complete = match mode {
            "reduced" => false,
            "complete" => true,
            _ => {
                let message =
                    format!("qr: mode is {mode:?}; there are \"reduced\" and \"complete\"");
                return Err(PyValueError::new_err(message));
            }
        };
        let qr = run(py, || linalg::qr(&x.0, complete))?;
        named_tuple(py, "QR", vec![qr.q, qr.r])
    }

    /// The signs, and the logarithms of the moduli, of the determinants of square matrices.
    #[pyo3(signature = (x, /))]
    fn slogdet<'py>(&self, py: Python<'py>, x: ArrayArg) -> PyResult<Bound<'py, PyAny>> {
        let slogdet = run(py, || linalg::slogdet(&x.0))?;
        named_tuple(py, "Slogdet", vec![slogdet.sign, slogdet.logabsdet])
    }

    /// The solutions of the linear systems of square matrices x1 with right sides x2.
    #[pyo3(signature = (x1, x2, /))]
    fn solve(&self, py: Python<'_>, x1: BesideArg, x2: BesideArg) -> PyResult<Py<PyAny>> {
        apply2(py, &x1, &x2, linalg::solve)
    }

    /// The singular value decompositions of matrices; without `full_matrices` as many vectors as singular values.
    #[pyo3(signature = (x, /, *, full_matrices=true))]
    fn svd<'py>(
        &self,
        py: Python<'py>,
        x: ArrayArg,
        full_matrices: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let svd = run(py, || linalg::svd(&x.0, full_matrices))?;
        named_tuple(py, "SVD", vec![svd.u, svd.s, svd.vh])
    }

    /// The sums of a diagonal of matrices.
    #[pyo3(signature = (x, /, *, offset=0, dtype=None))]
    fn trace(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        offset: isize,
        dtype: Option<DTypeArg>,
    ) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| linalg::trace(x, offset, dtype.map(|d| d.0)))
    }

    /// A norm of the vectors along axes.
    #[pyo3(signature = (x, /, *, axis=None, keepdims=false, ord=2.0))]
    fn vector_norm(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: Option<Integers>,
        keepdims: bool,
        ord: f64,
    ) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| linalg::vector_norm(x, axes(axis, keepdims), ord))
    }
}
