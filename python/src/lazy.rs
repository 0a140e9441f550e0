//! What only lazy arrays have.

use crate::any::Any;
use crate::arguments::ArrayArg;
use crate::array::{ArrayObject, PyArray, PyLazy, lazy_of, objects};
use crate::settings::run;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use redpoll::{Lazy, Tensor};

#[pymethods]
impl PyLazy {
    /// Computes it: a tensor, by as few passes as there can be.
    fn compute(slf: &Bound<'_, Self>) -> PyResult<ArrayObject> {
        let lazy = lazy_of(slf);
        Ok(ArrayObject(run(slf.py(), || lazy.compute())?.into()))
    }

    /// Computes it and keeps the elements, for whatever is computed from them.
    fn persist(slf: &Bound<'_, Self>) -> PyResult<ArrayObject> {
        let lazy = lazy_of(slf);
        Ok(ArrayObject(run(slf.py(), || lazy.persist())?.into()))
    }

    /// Computes it, and says what was done.
    fn explain(slf: &Bound<'_, Self>) -> PyResult<String> {
        let lazy = lazy_of(slf);
        run(slf.py(), || lazy.explain())
    }
}

/// A tensor, or anything that `asarray` takes, to record operations on.
#[pyfunction]
#[pyo3(name = "lazy_from_tensor", signature = (x, /))]
fn from_tensor(py: Python<'_>, x: &Bound<'_, PyAny>) -> PyResult<ArrayObject> {
    let array = py.import("redpoll")?.call_method1("asarray", (x,))?;
    let array = array.cast::<PyArray>()?.get().held();
    let tensor = run(py, || array.to_tensor())?;
    Ok(ArrayObject(Lazy::new(tensor).into()))
}

/// Computes several lazy arrays in one go: what they share is computed once.
#[pyfunction]
#[pyo3(name = "lazy_compute", signature = (*arrays))]
fn compute<'py>(py: Python<'py>, arrays: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyTuple>> {
    let lazy = |array: Bound<'_, PyAny>| match &array.extract::<ArrayArg>()?.0 {
        Any::Lazy(lazy) => Ok(Lazy::clone(lazy)),
        _ => Err(PyValueError::new_err("expected lazy arrays; use redpoll.lazy.from_tensor")),
    };
    let arrays: Vec<Lazy<Tensor>> = arrays.iter().map(lazy).collect::<PyResult<_>>()?;
    let tensors = run(py, || Lazy::compute_all(&arrays.iter().collect::<Vec<_>>()))?;
    PyTuple::new(py, objects(py, tensors.into_iter().map(Any::from).collect())?)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(from_tensor, module)?)?;
    module.add_function(wrap_pyfunction!(compute, module)?)
}
