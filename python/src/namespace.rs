//! The standard's functions. The modules `redpoll`, `redpoll.lazy` and `redpoll.chunked` bind the methods of one
//! [`Namespace`] each: they differ in the kind of array that creation functions make; every other function goes by its arguments.

mod creation;
mod data_types;
mod elementwise;
mod fft;
mod info;
mod linalg;
mod linear_algebra;
mod manipulation;
mod searching;
mod sorting;
mod statistical;

use crate::any::{Any, Kind};
use crate::arguments::{ArrayArg, BesideArg, OperandArg};
use crate::array;
use crate::number::Number;
use crate::settings::run;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use redpoll::{Array, Result};
use std::borrow::Cow;

/// The versions of the standard that an array's namespace can be asked for: each holds the names of those before.
pub(crate) const VERSIONS: [&str; 5] = ["2021.12", "2022.12", "2023.12", "2024.12", "2025.12"];

/// The functions of the standard for one kind of array.
// The name is that of its functions in messages: `redpoll.sum() takes …`.
#[pyclass(frozen, name = "redpoll", module = "redpoll._redpoll")]
pub(crate) struct Namespace {
    kind: Kind,
}

/// A function of one array.
fn apply(
    py: Python<'_>,
    x: &ArrayArg,
    f: impl FnOnce(&Any) -> Result<Any> + Send,
) -> PyResult<Py<PyAny>> {
    let x = &x.0;
    array::object(py, run(py, || f(x))?)
}

/// A function of two arrays, of which one at least is redpoll's.
fn apply2(
    py: Python<'_>,
    x1: &BesideArg,
    x2: &BesideArg,
    f: impl FnOnce(&Any, &Any) -> Result<Any> + Send,
) -> PyResult<Py<PyAny>> {
    BesideArg::own([x1, x2])?;
    let (x1, x2) = (&x1.array, &x2.array);
    array::object(py, run(py, || f(x1, x2))?)
}

/// The array that an operand is beside another one: a number takes its data type.
fn beside<'a>(op: &str, operand: &'a OperandArg, array: &Any) -> Result<Cow<'a, Any>> {
    let scalar = match operand {
        OperandArg::Array(array) | OperandArg::Foreign(array) => return Ok(Cow::Borrowed(array)),
        OperandArg::Number(Number::Weak(weak)) => weak.resolve(op, array.dtype())?,
        OperandArg::Number(Number::Scalar(scalar)) => *scalar,
    };
    array.kind().scope(|| Any::full([], scalar)).map(Cow::Owned)
}

/// Several results under the names that the standard gives them.
fn named_tuple<'py>(
    py: Python<'py>,
    class: &str,
    results: Vec<Any>,
) -> PyResult<Bound<'py, PyAny>> {
    let results = PyTuple::new(py, array::objects(py, results)?)?;
    py.import("redpoll._results")?.getattr(class)?.call1(results)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Namespace>()?;
    module.add_class::<linalg::Linalg>()?;
    module.add_class::<fft::Fourier>()?;
    info::register(module)?;
    module.add("linalg", Py::new(module.py(), linalg::Linalg)?)?;
    for (name, kind) in [("tensor", Kind::Tensor), ("lazy", Kind::Lazy), ("chunked", Kind::Chunked)]
    {
        module.add(name, Py::new(module.py(), Namespace { kind })?)?;
        module.add(format!("{name}_fft"), Py::new(module.py(), fft::Fourier { kind })?)?;
    }
    Ok(())
}
