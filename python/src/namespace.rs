//! The standard's functions. The modules `redpoll` and `redpoll.chunked` bind the methods of one [`Namespace`] each:
//! they differ in the kind of array that creation functions make; every other function goes by its arguments.

mod creation;
mod data_types;
mod elementwise;
mod info;
mod linear_algebra;
mod manipulation;
mod searching;
mod statistical;

use crate::any::{Any, Kind};
use crate::arguments::ArrayArg;
use crate::array;
use crate::settings::{Config, run};
use pyo3::prelude::*;
use redpoll::Result;

/// The versions of the standard that an array's namespace can be asked for: each holds the names of those before.
pub(crate) const VERSIONS: [&str; 5] = ["2021.12", "2022.12", "2023.12", "2024.12", "2025.12"];

/// The functions of the standard for one kind of array.
#[pyclass(frozen, module = "redpoll._redpoll")]
pub(crate) struct Namespace {
    kind: Kind,
}

/// A function of one array.
fn apply(
    py: Python<'_>,
    x: &ArrayArg,
    f: impl FnOnce(&Any) -> Result<Any> + Send,
) -> PyResult<Py<PyAny>> {
    let x = &*x.0;
    array::object(py, run(py, || f(x))?)
}

/// A function of two arrays.
fn apply2(
    py: Python<'_>,
    x1: &ArrayArg,
    x2: &ArrayArg,
    f: impl FnOnce(&Any, &Any) -> Result<Any> + Send,
) -> PyResult<Py<PyAny>> {
    let (x1, x2) = (&*x1.0, &*x2.0);
    array::object(py, run(py, || f(x1, x2))?)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Namespace>()?;
    module.add_class::<Config>()?;
    info::register(module)?;
    module.add("tensors", Namespace { kind: Kind::Tensor }.into_pyobject(module.py())?)?;
    module.add("chunked", Namespace { kind: Kind::Chunked }.into_pyobject(module.py())?)
}
