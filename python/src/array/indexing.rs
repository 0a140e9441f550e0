//! Index expressions: `x[0, 1:, None, ..., ::2]`, `x[rows, columns]`, `x[mask]`; and assignment to them.

use super::{PyArray, object};
use crate::any::{Any, Kind};
use crate::arguments::OperandArg;
use crate::dtype::shown;
use crate::foreign;
use crate::number::Number;
use crate::settings::{run, run_for, run_here};
use pyo3::exceptions::{PyIndexError, PyMemoryError, PyOverflowError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyEllipsis, PySlice, PyTuple};
use redpoll::dtype::DType;
use redpoll::standard::{Assignment, IndexArray, Ix, Key};
use redpoll::{Array, Result};
use smallvec::SmallVec;

/// One item of an index expression.
enum Item {
    Basic(Ix),
    /// Of redpoll, of lists, and of other libraries.
    Array(Any),
    Bool(bool),
}

impl Item {
    fn at_most(self, kind: Kind) -> Result<Self> {
        Ok(match self {
            Self::Array(array) => Self::Array(array.at_most(kind)?),
            other => other,
        })
    }

    fn array(&self) -> Option<&Any> {
        match self {
            Self::Array(array) => Some(array),
            Self::Basic(_) | Self::Bool(_) => None,
        }
    }

    fn key(&self) -> Key<'_, Any> {
        match self {
            Self::Basic(item) => Key::Basic(*item),
            Self::Array(array) => Key::Array(IndexArray::Array(array)),
            Self::Bool(mask) => Key::Array((*mask).into()),
        }
    }
}

#[pymethods]
impl PyArray {
    fn __getitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let (held, py) = (self.held(), key.py());
        let items = read(key)?;
        let arrays = items.iter().filter_map(Item::array);
        let part = run_for(py, arrays.chain([&held]), || held.index(keys(&items)))?;
        object(py, part)
    }

    fn __setitem__(
        slf: &Bound<'_, Self>,
        key: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let items = read(key)?;
        let held = slf.get().held();
        let (kind, value) = (held.kind(), assigned(value, held.dtype())?);
        let (items, value) = if arrays(&items, &value).all(|array| array.kind() <= kind) {
            (items, value)
        } else {
            // Computed before it is this thread's turn: what is computed may call functions that change the array too.
            run(key.py(), || {
                let items = items.into_iter().map(|item| item.at_most(kind));
                Ok((items.collect::<Result<SmallVec<[Item; 4]>>>()?, value.at_most(kind)?))
            })?
        };
        drop(held);
        Self::update(slf, |this| {
            let py = key.py();
            // Only where something is written depends on the array itself.
            let assignment = run_for(py, arrays(&items, &value), || {
                Assignment::new(&this.held(), keys(&items), value.operand())
            })?;
            if run_here(py, || this.write(|held| assignment.in_place(held)))? {
                return Ok(None);
            }
            let held = this.held();
            run(py, || assignment.apply(&held)).map(Some)
        })
    }
}

fn keys(items: &[Item]) -> SmallVec<[Key<'_, Any>; 4]> {
    items.iter().map(Item::key).collect()
}

/// The arrays of an assignment.
fn arrays<'a>(items: &'a [Item], value: &'a OperandArg) -> impl Iterator<Item = &'a Any> {
    items.iter().filter_map(Item::array).chain(value.array())
}

/// What is assigned to elements of a data type: numbers and lists of them are values of that type, arrays have their own.
fn assigned(value: &Bound<'_, PyAny>, dtype: DType) -> PyResult<OperandArg> {
    if foreign::is_list(value) {
        return foreign::list_as("assign", value, dtype).map(OperandArg::Foreign);
    }
    match value.extract()? {
        OperandArg::Number(number) => {
            let scalar = number.value("assign:", dtype)?;
            Ok(OperandArg::Number(Number::Scalar(scalar)))
        }
        array => Ok(array),
    }
}

/// The items of an index expression.
fn read(key: &Bound<'_, PyAny>) -> PyResult<SmallVec<[Item; 4]>> {
    match key.cast::<PyTuple>() {
        Ok(tuple) => tuple.iter().map(|item| read_one(&item)).collect(),
        Err(_) => Ok(std::iter::once(read_one(key)?).collect()),
    }
}

fn read_one(item: &Bound<'_, PyAny>) -> PyResult<Item> {
    if let Ok(slice) = item.cast::<PySlice>() {
        let bound = |name| -> PyResult<Option<isize>> {
            let bound = slice.getattr(name)?;
            if bound.is_none() { Ok(None) } else { clamped(&bound).map(Some) }
        };
        let py = item.py();
        let step = bound(intern!(py, "step"))?.unwrap_or(1);
        let (start, stop) = (bound(intern!(py, "start"))?, bound(intern!(py, "stop"))?);
        return Ok(Item::Basic(Ix::Slice { start, stop, step }));
    }
    if item.is_none() {
        return Ok(Item::Basic(Ix::NewAxis));
    }
    if item.is_instance_of::<PyEllipsis>() {
        return Ok(Item::Basic(Ix::Ellipsis));
    }
    if let Ok(array) = item.cast::<PyArray>() {
        return Ok(Item::Array(array.get().held()));
    }
    if let Ok(mask) = item.cast::<PyBool>() {
        return Ok(Item::Bool(mask.is_true()));
    }
    match item.extract::<isize>() {
        Ok(index) => return Ok(Item::Basic(Ix::At(index))),
        Err(error) if error.is_instance_of::<PyOverflowError>(item.py()) => {
            return Err(PyIndexError::new_err("an index is beyond the numbers of the machine"));
        }
        Err(_) => {}
    }
    let array = if foreign::is_list(item) {
        foreign::indices("index", item).map(Some)
    } else {
        foreign::operand(item)
    };
    match array {
        Ok(Some(array)) if array.dtype().is_integer() || array.dtype() == DType::Bool => {
            Ok(Item::Array(array))
        }
        Err(error) if error.is_instance_of::<PyMemoryError>(item.py()) => Err(error),
        _ => Err(PyIndexError::new_err(format!(
            "an index is an integer, a slice, None, ..., or an array of integers or bool, not {}",
            item.get_type().name()?
        ))),
    }
}

/// The bound of a slice: one beyond what can be counted is past the end of any axis.
fn clamped(bound: &Bound<'_, PyAny>) -> PyResult<isize> {
    if let Ok(small) = bound.extract() {
        return Ok(small);
    }
    let index = match bound.call_method0("__index__") {
        Ok(index) => index,
        Err(_) => {
            let bound = shown(bound);
            let message = format!("the bound of a slice is an integer or None, not {bound}");
            return Err(PyIndexError::new_err(message));
        }
    };
    Ok(if index.gt(0)? { isize::MAX } else { isize::MIN })
}
