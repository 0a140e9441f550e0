//! `asarray`: an array of whatever can be one.

use crate::any::Kind;
use crate::array::{PyArray, object};
use crate::foreign::{self, Foreign, must_copy};
use crate::numpy;
use crate::settings::run;
use pyo3::prelude::*;
use redpoll::Array;
use redpoll::dtype::DType;

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
    let read = foreign::read("asarray", obj, copy == Some(true))?;
    object(py, foreign::build(py, kind, read, dtype, copy)?)
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
    object(py, foreign::build(py, kind, Foreign::Elements(elements), None, copy)?)
}
