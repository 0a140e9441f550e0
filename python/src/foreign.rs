//! Objects that are no arrays of redpoll's, read as arrays: numbers, nested lists, arrays of other libraries.

mod nested;

use crate::any::{Any, Kind};
use crate::number::Number;
use crate::settings::{create, run};
use crate::{numpy, scipy};
use nested::Nested;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList, PyTuple, PyType};
use redpoll::buffer::Values;
use redpoll::dtype::{DType, Scalar};
use redpoll::engine::Options;
use redpoll::tensor::Format;
use redpoll::{Array, Result, Tensor};

/// What an object is read as.
pub(crate) enum Foreign {
    /// Numbers.
    Nested(Nested),
    /// Elements in memory.
    Elements(numpy::Elements),
    /// Stored elements and their places.
    Sparse(Tensor),
}

/// Reads an object for a function that messages name.
pub(crate) fn read(op: &'static str, object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Foreign> {
    if is_list(object) || Number::of(object)?.is_some() {
        return Nested::read(op, object).map(Foreign::Nested);
    }
    if let Some(array) = read_array(object, copy)? {
        return Ok(array);
    }
    if nested::is_sequence(object)? {
        return Nested::read(op, object).map(Foreign::Nested);
    }
    Err(nested::no_array(op, object))
}

/// Reads an array of another library; `None` for what is none.
fn read_array(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Option<Foreign>> {
    if let Some(tensor) = scipy::read(object, copy)? {
        return Ok(Some(Foreign::Sparse(tensor)));
    }
    match numpy::of_foreign(object)? {
        Some(array) => numpy::read(&array, copy).map(Foreign::Elements).map(Some),
        None => Ok(None),
    }
}

/// The array that stands for an object beside an array of redpoll's: a list or tuple, an array of NumPy, scipy.sparse or
/// sparse. `None` for what is no array.
///
/// # Errors
/// For arrays of other libraries: whether computing with them takes their elements into memory is for the caller to
/// say, with `asarray`.
pub(crate) fn operand(object: &Bound<'_, PyAny>) -> PyResult<Option<Any>> {
    let py = object.py();
    let known = is_list(object) || numpy::is_array(object)? || scipy::is_sparse(object)?;
    if known {
        return build(py, Kind::Tensor, read("asarray", object, false)?, None, None).map(Some);
    }
    if object.is_instance_of::<PyType>() {
        return Ok(None);
    }
    for protocol in ["__array__", "__dlpack__", "__array_interface__"] {
        if object.hasattr(protocol)? {
            let class = object.get_type().fully_qualified_name()?;
            let message =
                format!("{class} is no operand of redpoll's arrays; use redpoll.asarray of it");
            return Err(PyTypeError::new_err(message));
        }
    }
    Ok(None)
}

/// The array of an object of another library, whichever it is.
pub(crate) fn array(object: &Bound<'_, PyAny>) -> PyResult<Option<Any>> {
    if is_list(object) {
        return Ok(None);
    }
    match read_array(object, false)? {
        Some(read) => build(object.py(), Kind::Tensor, read, None, None).map(Some),
        None => Ok(None),
    }
}

/// The array of a list of indices, masks or counts: of an empty one, of integers.
pub(crate) fn indices(op: &'static str, list: &Bound<'_, PyAny>) -> PyResult<Any> {
    let (shape, values) = Nested::read(op, list)?.values_or(None, DType::Int64)?;
    create(list.py(), Kind::Tensor, || Any::from_values(&shape, values))
}

/// The array of a list as values of a data type, each of which it must be able to hold.
pub(crate) fn list_as(op: &'static str, list: &Bound<'_, PyAny>, dtype: DType) -> PyResult<Any> {
    build(list.py(), Kind::Tensor, Foreign::Nested(Nested::read(op, list)?), Some(dtype), None)
}

/// The items of what is no array: a sequence of integers or arrays. The loops by which sparse arrays give out their rows
/// trust what they are made of, and are not asked to.
pub(crate) fn items<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyIterator>> {
    if scipy::is_sparse(object)? {
        let class = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!("expected a sequence, not {class}")));
    }
    object.try_iter()
}

/// Whether an object is one of Python's own containers of nested numbers.
pub(crate) fn is_list(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>()
}

/// The array of a kind that was read, of a data type if one is asked for. Without `copy` memory is shared where that is
/// possible.
pub(crate) fn build(
    py: Python<'_>,
    kind: Kind,
    read: Foreign,
    dtype: Option<DType>,
    copy: Option<bool>,
) -> PyResult<Any> {
    match read {
        Foreign::Nested(_) if copy == Some(false) => {
            Err(must_copy("numbers have no memory to share"))
        }
        Foreign::Nested(nested) => {
            let (shape, values) = nested.values(dtype)?;
            create(py, kind, || Any::from_values(&shape, values))
        }
        Foreign::Sparse(_) if copy == Some(false) => Err(must_copy("indices are always copied")),
        Foreign::Sparse(tensor) => run(py, || {
            let tensor = match Options::current().format {
                Some(family) => tensor.to_format(&family.format(tensor.ndim()))?,
                None => tensor,
            };
            Any::from(tensor.astype(dtype.unwrap_or(tensor.dtype()))?).to_kind(kind)
        }),
        Foreign::Elements(elements) if copy == Some(false) => {
            if !elements.shared || dtype.is_some_and(|d| d != elements.values.dtype()) {
                return Err(must_copy("the object's memory cannot be taken over as it is"));
            }
            run(py, || stored_as_they_are(elements)?.to_kind(kind))
        }
        Foreign::Elements(elements) => create(py, kind, || {
            let array = Any::from_values(&elements.shape, elements.values)?;
            let array = if elements.transposed { array.t()? } else { array };
            array.astype(dtype.unwrap_or(array.dtype()))
        }),
    }
}

/// All elements stored, in the memory where they are.
fn stored_as_they_are(elements: numpy::Elements) -> Result<Any> {
    let fill = Scalar::zero(elements.values.dtype());
    let format = Format::dense(elements.shape.len());
    let tensor = Tensor::from_dense(&elements.shape, elements.values, fill, &format)?;
    Ok(if elements.transposed { tensor.t()? } else { tensor }.into())
}

/// The elements of a list or array of one axis, of a data type if one is asked for. They are copied: what is checked
/// must stay as it was then. Those of an empty list are of the data type `empty`.
pub(crate) fn vector(
    op: &'static str,
    what: &str,
    object: &Bound<'_, PyAny>,
    dtype: Option<DType>,
    empty: DType,
) -> PyResult<Values> {
    let (shape, values) = match read(op, object, true)? {
        Foreign::Nested(nested) => nested.values_or(dtype, empty)?,
        read => {
            let array = build(object.py(), Kind::Tensor, read, dtype, None)?;
            let values = run(object.py(), || array.to_values())?;
            (array.shape().into(), values)
        }
    };
    if shape.len() == 1 {
        return Ok(values);
    }
    let message = format!("{op}: {what} of shape {shape:?} in place of a vector");
    Err(PyValueError::new_err(message))
}

/// What says that something had to be copied that was not to be.
pub(crate) fn must_copy(why: &str) -> PyErr {
    PyValueError::new_err(format!("asarray: {why}, which is a copy; use copy=None or copy=True"))
}
