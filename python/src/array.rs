//! The Python classes of arrays. All methods are those of the base class; `redpoll.Tensor`,
//! `redpoll.lazy.Array` and `redpoll.chunked.Array` add what only their kind has.

mod attributes;
mod conversion;
mod indexing;
mod operators;

use crate::any::{Any, Kind};
use pyo3::prelude::*;
use redpoll::chunked::Chunked;
use redpoll::{Lazy, Tensor};
use std::sync::{Mutex, PoisonError};

/// An array of the Python array API standard: what `redpoll.Tensor`, `redpoll.lazy.Array` and `redpoll.chunked.Array`
/// have in common.
///
/// Assignment (`x[0] = 1`, `x += 1`) replaces what the object holds: memory that other arrays share is never written
/// to.
#[pyclass(subclass, frozen, weakref, name = "Array", module = "redpoll._redpoll")]
pub(crate) struct PyArray {
    held: Mutex<Any>,
}

/// A tensor: an array in memory, in any sparse or dense format.
#[pyclass(extends = PyArray, frozen, name = "Tensor", module = "redpoll")]
pub(crate) struct PyTensor;

/// A lazy array: it records what is asked of it, and computes it at once when told to.
#[pyclass(extends = PyArray, frozen, name = "Array", module = "redpoll.lazy")]
pub(crate) struct PyLazy;

/// An array of chunks: it records what is asked of it, and computes block by block.
#[pyclass(extends = PyArray, frozen, name = "Array", module = "redpoll.chunked")]
pub(crate) struct PyChunked;

impl PyArray {
    /// The array that the object holds now.
    pub(crate) fn held(&self) -> Any {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces it.
    pub(crate) fn hold(&self, array: Any) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = array;
    }
}

/// The Python object of an array, of the class of its kind.
pub(crate) fn object(py: Python<'_>, array: Any) -> PyResult<Py<PyAny>> {
    let kind = array.kind();
    let base = PyClassInitializer::from(PyArray { held: Mutex::new(array) });
    Ok(match kind {
        Kind::Tensor => Py::new(py, base.add_subclass(PyTensor))?.into_any(),
        Kind::Lazy => Py::new(py, base.add_subclass(PyLazy))?.into_any(),
        Kind::Chunked => Py::new(py, base.add_subclass(PyChunked))?.into_any(),
    })
}

/// An array on its way to Python.
pub(crate) struct ArrayObject(pub(crate) Any);

impl<'py> IntoPyObject<'py> for ArrayObject {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        object(py, self.0).map(|object| object.into_bound(py))
    }
}

/// The Python objects of several arrays.
pub(crate) fn objects(py: Python<'_>, arrays: Vec<Any>) -> PyResult<Vec<Py<PyAny>>> {
    arrays.into_iter().map(|array| object(py, array)).collect()
}

/// The tensor that a `redpoll.Tensor` holds.
pub(crate) fn tensor_of(slf: &Bound<'_, PyTensor>) -> Tensor {
    match &slf.as_super().get().held() {
        Any::Tensor(tensor) => Tensor::clone(tensor),
        _ => unreachable!("objects of this class are made of tensors only"),
    }
}

/// The chunked array that a `redpoll.chunked.Array` holds.
pub(crate) fn chunked_of(slf: &Bound<'_, PyChunked>) -> Chunked<Tensor> {
    match &slf.as_super().get().held() {
        Any::Chunked(chunked) => Chunked::clone(chunked),
        _ => unreachable!("objects of this class are made of chunked arrays only"),
    }
}

/// The lazy array that a `redpoll.lazy.Array` holds.
pub(crate) fn lazy_of(slf: &Bound<'_, PyLazy>) -> Lazy<Tensor> {
    match &slf.as_super().get().held() {
        Any::Lazy(lazy) => Lazy::clone(lazy),
        _ => unreachable!("objects of this class are made of lazy arrays only"),
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyArray>()?;
    module.add("Tensor", module.py().get_type::<PyTensor>())?;
    module.add("LazyArray", module.py().get_type::<PyLazy>())?;
    module.add("ChunkedArray", module.py().get_type::<PyChunked>())
}
