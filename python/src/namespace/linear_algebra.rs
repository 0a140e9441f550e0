//! Linear algebra functions.

use super::manipulation::Arrays;
use super::{Namespace, apply, apply2};
use crate::any::Any;
use crate::arguments::{ArrayArg, BesideArg, Count, Integers};
use crate::array::object;
use crate::dtype::shown;
use crate::foreign;
use crate::settings::run;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use redpoll::Array;

/// The axes of a contraction: a number of them, or those of each array.
enum ContractionAxes {
    Count(usize),
    Pairs(Integers, Integers),
}

impl<'py> FromPyObject<'_, 'py> for ContractionAxes {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match Count::extract(object) {
            Err(error) if error.is_instance_of::<PyTypeError>(object.py()) => {}
            count => return count.map(|count| Self::Count(count.0)),
        }
        // One more than there should be says that there are too many.
        let pair = match foreign::items(&object) {
            Ok(items) => items.take(3).collect::<PyResult<Vec<_>>>()?,
            Err(_) => Vec::new(),
        };
        if let [left, right] = &pair[..] {
            return Ok(Self::Pairs(left.extract()?, right.extract()?));
        }
        let message =
            format!("axes is {}: expected how many, or two sequences of axes", shown(&object));
        Err(PyTypeError::new_err(message))
    }
}

#[pymethods]
impl Namespace {
    /// The sum of products over labelled axes, in the notation of NumPy's `einsum`; beyond the standard.
    #[pyo3(signature = (subscripts, /, *arrays))]
    fn einsum(
        &self,
        py: Python<'_>,
        subscripts: &str,
        arrays: &Bound<'_, PyTuple>,
    ) -> PyResult<Py<PyAny>> {
        let arrays: Arrays = arrays.as_any().extract()?;
        object(py, run(py, || Any::einsum(subscripts, &arrays.refs()))?)
    }

    /// The matrix product; leading axes broadcast.
    #[pyo3(signature = (x1, x2, /))]
    fn matmul(&self, py: Python<'_>, x1: BesideArg, x2: BesideArg) -> PyResult<Py<PyAny>> {
        apply2(py, &x1, &x2, |x1, x2| x1.matmul(x2))
    }

    /// The array with the last two axes exchanged.
    #[pyo3(signature = (x, /))]
    fn matrix_transpose(&self, py: Python<'_>, x: ArrayArg) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| x.matrix_transpose())
    }

    /// The sum of products over the last axes of x1 and the first of x2, or over axes that are named.
    #[pyo3(signature = (x1, x2, /, *, axes=ContractionAxes::Count(2)))]
    #[pyo3(text_signature = "($self, x1, x2, /, *, axes=2)")]
    fn tensordot(
        &self,
        py: Python<'_>,
        x1: BesideArg,
        x2: BesideArg,
        axes: ContractionAxes,
    ) -> PyResult<Py<PyAny>> {
        apply2(py, &x1, &x2, |x1, x2| match axes {
            ContractionAxes::Count(count) => x1.tensordot(x2, count),
            ContractionAxes::Pairs(left, right) => x1.tensordot_axes(x2, &left, &right),
        })
    }

    /// The sum of products along an axis, x1 conjugated.
    #[pyo3(signature = (x1, x2, /, *, axis=-1))]
    #[pyo3(text_signature = "($self, x1, x2, /, *, axis=-1)")]
    fn vecdot(
        &self,
        py: Python<'_>,
        x1: BesideArg,
        x2: BesideArg,
        axis: isize,
    ) -> PyResult<Py<PyAny>> {
        apply2(py, &x1, &x2, |x1, x2| x1.vecdot(x2, axis))
    }
}
