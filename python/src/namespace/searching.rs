//! Searching and indexing functions.

use super::{Namespace, apply};
use crate::arguments::{ArrayArg, Integers, OperandArg, axes};
use pyo3::prelude::*;
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

    /// Elements of x1 where the condition holds, else of x2.
    #[pyo3(name = "where", signature = (condition, x1, x2, /))]
    fn where_(
        &self,
        py: Python<'_>,
        condition: ArrayArg,
        x1: OperandArg,
        x2: OperandArg,
    ) -> PyResult<Py<PyAny>> {
        apply(py, &condition, |condition| condition.where_(x1.operand(), x2.operand()))
    }
}
