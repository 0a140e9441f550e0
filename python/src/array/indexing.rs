//! Index expressions: `x[0, 1:, None, ..., ::2]`.

use super::{PyArray, object};
use crate::settings::run;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyEllipsis, PySlice, PyTuple};
use redpoll::Array;
use redpoll::standard::Ix;
use smallvec::SmallVec;

type Key = SmallVec<[Ix; 6]>;

#[pymethods]
impl PyArray {
    fn __getitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let (held, py) = (self.held(), key.py());
        let key = read(key)?;
        object(py, run(py, || held.index(key.as_slice()))?)
    }
}

/// The items of an index expression.
fn read(key: &Bound<'_, PyAny>) -> PyResult<Key> {
    match key.cast::<PyTuple>() {
        Ok(tuple) => tuple.iter().map(|item| read_one(&item)).collect(),
        Err(_) => Ok(std::iter::once(read_one(key)?).collect()),
    }
}

fn read_one(item: &Bound<'_, PyAny>) -> PyResult<Ix> {
    if let Ok(slice) = item.cast::<PySlice>() {
        let bound = |name: &str| -> PyResult<Option<isize>> {
            let bound = slice.getattr(name)?;
            if bound.is_none() { Ok(None) } else { clamped(&bound).map(Some) }
        };
        let step = bound("step")?.unwrap_or(1);
        return Ok(Ix::Slice { start: bound("start")?, stop: bound("stop")?, step });
    }
    if item.is_none() {
        return Ok(Ix::NewAxis);
    }
    if item.is_instance_of::<PyEllipsis>() {
        return Ok(Ix::Ellipsis);
    }
    item.extract::<isize>().map(Ix::At).map_err(|_| {
        PyIndexError::new_err(format!("an index is an integer, a slice, None or ..., not {item:?}"))
    })
}

/// The bound of a slice: one beyond what can be counted is past the end of any axis.
fn clamped(bound: &Bound<'_, PyAny>) -> PyResult<isize> {
    let index = bound.call_method0("__index__")?;
    match index.extract() {
        Ok(small) => Ok(small),
        Err(_) if index.gt(0)? => Ok(isize::MAX),
        Err(_) => Ok(isize::MIN),
    }
}
