//! Searching and indexing functions.

use super::{Namespace, apply, beside};
use crate::arguments::{ArrayArg, BesideArg, IndicesArg, Integers, OperandArg, axes};
use crate::array::{object, objects};
use crate::settings::run;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use redpoll::Array;
use smallvec::smallvec;

#[pymethods]
impl Namespace {
    /// The position of the first greatest element along an axis; of all elements without one.
    #[pyo3(signature = (x, /, *, axis=None, keepdims=false))]
    fn argmax(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: Option<isize>,
        keepdims: bool,
    ) -> PyResult<Py<PyAny>> {
        let axes = axes(axis.map(|axis| Integers(smallvec![axis])), keepdims);
        apply(py, &x, |x| x.argmax(axes))
    }

    /// The position of the first least element along an axis; of all elements without one.
    #[pyo3(signature = (x, /, *, axis=None, keepdims=false))]
    fn argmin(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: Option<isize>,
        keepdims: bool,
    ) -> PyResult<Py<PyAny>> {
        let axes = axes(axis.map(|axis| Integers(smallvec![axis])), keepdims);
        apply(py, &x, |x| x.argmin(axes))
    }

    /// The indices of the elements that are not zero: a vector for each axis.
    #[pyo3(signature = (x, /))]
    fn nonzero<'py>(&self, py: Python<'py>, x: ArrayArg) -> PyResult<Bound<'py, PyTuple>> {
        let indices = run(py, || x.0.nonzero())?;
        PyTuple::new(py, objects(py, indices)?)
    }

    /// Where elements belong in the ascending vector x1: on the left or right side of those that equal them.
    #[pyo3(signature = (x1, x2, /, *, side="left", sorter=None))]
    fn searchsorted(
        &self,
        py: Python<'_>,
        x1: BesideArg,
        x2: OperandArg,
        side: &str,
        sorter: Option<IndicesArg>,
    ) -> PyResult<Py<PyAny>> {
        let right = match side {
            "left" => false,
            "right" => true,
            _ => {
                let message =
                    format!("searchsorted: side is {side:?}; there are \"left\" and \"right\"");
                return Err(PyValueError::new_err(message));
            }
        };
        if !matches!(x2, OperandArg::Array(_)) {
            BesideArg::own([&x1])?;
        }
        let places = run(py, || {
            let x2 = beside("searchsorted", &x2, &x1.array)?;
            x1.array.searchsorted(&*x2, right, sorter.as_ref().map(|sorter| &sorter.0))
        })?;
        object(py, places)
    }

    /// The elements at indices along an axis; of a vector without one.
    #[pyo3(signature = (x, indices, /, *, axis=None))]
    fn take(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        indices: IndicesArg,
        axis: Option<isize>,
    ) -> PyResult<Py<PyAny>> {
        let axis = only_axis("take", &x, axis)?;
        apply(py, &x, |x| x.take(&indices.0, axis))
    }

    /// Of each line along an axis the elements at its own indices.
    #[pyo3(signature = (x, indices, /, *, axis=-1))]
    #[pyo3(text_signature = "($self, x, indices, /, *, axis=-1)")]
    fn take_along_axis(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        indices: IndicesArg,
        axis: isize,
    ) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| x.take_along_axis(&indices.0, axis))
    }

    /// Elements of x1 where the condition holds, else of x2.
    #[pyo3(name = "where", signature = (condition, x1, x2, /))]
    fn where_(
        &self,
        py: Python<'_>,
        condition: BesideArg,
        x1: OperandArg,
        x2: OperandArg,
    ) -> PyResult<Py<PyAny>> {
        if ![&x1, &x2].iter().any(|x| matches!(x, OperandArg::Array(_))) {
            BesideArg::own([&condition])?;
        }
        let condition = &condition.array;
        object(py, run(py, || condition.where_(x1.operand(), x2.operand()))?)
    }
}

/// The axis that is meant where none is named: that of a vector.
pub(super) fn only_axis(op: &str, x: &ArrayArg, axis: Option<isize>) -> PyResult<isize> {
    match (axis, x.0.ndim()) {
        (Some(axis), _) => Ok(axis),
        (None, 1) => Ok(0),
        (None, ndim) => {
            let message = format!("{op}: of an array of {ndim} axes, one must be named");
            Err(PyValueError::new_err(message))
        }
    }
}
