//! `asarray`: an array of whatever can be one.

use super::must_copy;
use super::nested::Nested;
use crate::any::{Any, Kind};
use crate::arguments::OperandArg;
use crate::array::{PyArray, object};
use crate::settings::{create, run};
use crate::{numpy, scipy};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use redpoll::dtype::{DType, Scalar};
use redpoll::engine::Options;
use redpoll::tensor::Format;
use redpoll::{Array, Result, Tensor};

/// What an object that is no array of redpoll's is read as.
enum Read {
    /// Numbers.
    Nested(Nested),
    /// Elements in memory.
    Elements(numpy::Elements),
    /// Stored elements and their places.
    Sparse(Tensor),
}

fn read(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Read> {
    let list = object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>();
    if list || OperandArg::of(object)?.is_some() {
        return Nested::read(object).map(Read::Nested);
    }
    if let Some(tensor) = scipy::read(object, copy)? {
        return Ok(Read::Sparse(tensor));
    }
    let array = object.hasattr("__array_interface__")? || !object.hasattr("__dlpack__")?;
    let elements = if array {
        numpy::read(object, copy)
    } else {
        numpy::read(&numpy::from_dlpack(object, None)?, copy)
    };
    elements.map(Read::Elements)
}

pub(super) fn as_array(
    py: Python<'_>,
    kind: Kind,
    obj: &Bound<'_, PyAny>,
    dtype: Option<DType>,
    copy: Option<bool>,
) -> PyResult<Py<PyAny>> {
    if let Ok(array) = obj.cast::<PyArray>() {
        let held = array.get().held();
        let same = held.kind() == kind && dtype.is_none_or(|d| d == held.dtype());
        if same && copy != Some(true) {
            return Ok(obj.clone().unbind());
        }
        if copy == Some(false) {
            return Err(must_copy("another kind of array or data type is asked for"));
        }
        return object(py, run(py, || held.to_kind(kind)?.astype(dtype.unwrap_or(held.dtype())))?);
    }
    let array = built(py, kind, read(obj, copy == Some(true))?, dtype, copy)?;
    object(py, array)
}

/// `from_dlpack`: an array of an object with DLPack.
pub(super) fn of_dlpack(
    py: Python<'_>,
    kind: Kind,
    x: &Bound<'_, PyAny>,
    copy: Option<bool>,
) -> PyResult<Py<PyAny>> {
    if x.is_instance_of::<PyArray>() {
        return as_array(py, kind, x, None, copy);
    }
    let elements = numpy::read(&numpy::from_dlpack(x, copy)?, copy == Some(true))?;
    object(py, built(py, kind, Read::Elements(elements), None, copy)?)
}

fn built(
    py: Python<'_>,
    kind: Kind,
    read: Read,
    dtype: Option<DType>,
    copy: Option<bool>,
) -> PyResult<Any> {
    match read {
        Read::Nested(_) if copy == Some(false) => Err(must_copy("numbers have no memory to share")),
        Read::Nested(nested) => {
            let values = nested.values(dtype.map_or_else(|| nested.dtype(), Ok)?)?;
            create(py, kind, || Any::from_values(&nested.shape, values))
        }
        Read::Sparse(_) if copy == Some(false) => Err(must_copy("indices are always copied")),
        Read::Sparse(tensor) => run(py, || {
            let tensor = match Options::current().format {
                Some(family) => tensor.to_format(&family.format(tensor.ndim()))?,
                None => tensor,
            };
            Any::from(tensor.astype(dtype.unwrap_or(tensor.dtype()))?).to_kind(kind)
        }),
        Read::Elements(elements) if copy == Some(false) => {
            if !elements.shared || dtype.is_some_and(|d| d != elements.values.dtype()) {
                return Err(must_copy("the object's memory cannot be taken over as it is"));
            }
            run(py, || stored_as_they_are(elements)?.to_kind(kind))
        }
        Read::Elements(elements) => create(py, kind, || {
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
