//! Sorting and set functions.

use super::{Namespace, apply, beside, named_tuple};
use crate::arguments::{ArrayArg, OperandArg};
use crate::array::object;
use crate::settings::run;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use redpoll::Array;

#[pymethods]
impl Namespace {
    /// The indices that `sort` takes the elements from.
    #[pyo3(signature = (x, /, *, axis=-1, descending=false, stable=true))]
    #[pyo3(text_signature = "($self, x, /, *, axis=-1, descending=False, stable=True)")]
    fn argsort(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: isize,
        descending: bool,
        stable: bool,
    ) -> PyResult<Py<PyAny>> {
        let _ = stable; // it always is
        apply(py, &x, |x| x.argsort(axis, descending))
    }

    /// The elements along an axis in order; equal ones keep their order.
    #[pyo3(signature = (x, /, *, axis=-1, descending=false, stable=true))]
    #[pyo3(text_signature = "($self, x, /, *, axis=-1, descending=False, stable=True)")]
    fn sort(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: isize,
        descending: bool,
        stable: bool,
    ) -> PyResult<Py<PyAny>> {
        let _ = stable; // it always is
        apply(py, &x, |x| x.sort(axis, descending))
    }

    /// Whether each element of x1 is among those of x2, or with `invert` whether it is not.
    #[pyo3(signature = (x1, x2, /, *, invert=false))]
    fn isin(
        &self,
        py: Python<'_>,
        x1: OperandArg,
        x2: OperandArg,
        invert: bool,
    ) -> PyResult<Py<PyAny>> {
        let ((OperandArg::Array(array), _) | (_, OperandArg::Array(array))) = (&x1, &x2) else {
            let message = "isin: expected at least one redpoll array; use redpoll.asarray";
            return Err(PyTypeError::new_err(message));
        };
        let found =
            run(py, || beside("isin", &x1, array)?.isin(&*beside("isin", &x2, array)?, invert))?;
        object(py, found)
    }

    /// The distinct elements in ascending order, where each first comes, where each element is among them, and how often
    /// each comes.
    #[pyo3(signature = (x, /))]
    fn unique_all<'py>(&self, py: Python<'py>, x: ArrayArg) -> PyResult<Bound<'py, PyAny>> {
        let u = run(py, || x.0.unique_all())?;
        named_tuple(py, "UniqueAll", vec![u.values, u.indices, u.inverse_indices, u.counts])
    }

    /// The distinct elements in ascending order, and how often each comes.
    #[pyo3(signature = (x, /))]
    fn unique_counts<'py>(&self, py: Python<'py>, x: ArrayArg) -> PyResult<Bound<'py, PyAny>> {
        let u = run(py, || x.0.unique_counts())?;
        named_tuple(py, "UniqueCounts", vec![u.values, u.counts])
    }

    /// The distinct elements in ascending order, and where each element is among them.
    #[pyo3(signature = (x, /))]
    fn unique_inverse<'py>(&self, py: Python<'py>, x: ArrayArg) -> PyResult<Bound<'py, PyAny>> {
        let u = run(py, || x.0.unique_inverse())?;
        named_tuple(py, "UniqueInverse", vec![u.values, u.inverse_indices])
    }

    /// The distinct elements in ascending order.
    #[pyo3(signature = (x, /))]
    fn unique_values(&self, py: Python<'_>, x: ArrayArg) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| x.unique_values())
    }
}
