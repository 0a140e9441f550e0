//! Data types are NumPy's own objects, as in NumPy's namespace: `redpoll.float64 is numpy.float64`, and the data type of
//! an array is a `numpy.dtype`, which equals it.

use crate::array::PyArray;
use crate::errors::raise;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use redpoll::Array;
use redpoll::dtype::{self, DType, FloatInfo, IntInfo};

/// For each data type NumPy's `dtype`, and its scalar type, which is the constant in a namespace.
static OBJECTS: PyOnceLock<Vec<[Py<PyAny>; 2]>> = PyOnceLock::new();
static CONSTRUCTOR: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// `numpy.dtype`.
fn constructor(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    CONSTRUCTOR.import(py, "numpy", "dtype")
}

fn objects(py: Python<'_>) -> PyResult<&[[Py<PyAny>; 2]]> {
    let objects = OBJECTS.get_or_try_init(py, || {
        let constructor = constructor(py)?;
        let both = |dtype: &DType| {
            let object = constructor.call1((dtype.name(),))?;
            Ok([object.clone().unbind(), object.getattr("type")?.unbind()])
        };
        DType::ALL.iter().map(both).collect()
    });
    objects.map(Vec::as_slice).map_err(|error: PyErr| error)
}

/// The data type of an array: NumPy's `dtype`.
pub(crate) fn object(py: Python<'_>, dtype: DType) -> PyResult<Py<PyAny>> {
    Ok(objects(py)?[dtype as usize][0].clone_ref(py))
}

/// The constant of a namespace: NumPy's scalar type.
pub(crate) fn constant(py: Python<'_>, dtype: DType) -> PyResult<Py<PyAny>> {
    Ok(objects(py)?[dtype as usize][1].clone_ref(py))
}

/// The data type of NumPy's object, of a scalar type of NumPy's, of `bool`, `int`, `float`, `complex`, or of a name.
fn read(object: &Bound<'_, PyAny>) -> PyResult<DType> {
    let py = object.py();
    if let Some(k) = objects(py)?.iter().position(|known| known.iter().any(|k| k.is(object))) {
        return Ok(DType::ALL[k]);
    }
    let unknown = || {
        let known = DType::ALL.map(DType::name).join(", ");
        let shown = shown(object);
        PyTypeError::new_err(format!("{shown} is not a data type of the standard: {known}"))
    };
    if object.is_none() || object.is_instance_of::<PyArray>() {
        return Err(unknown());
    }
    let dtype = constructor(py)?.call1((object,)).map_err(|_| unknown())?;
    let name: String = dtype.getattr("name")?.extract()?;
    let native: bool = dtype.getattr("isnative")?.extract()?;
    name.parse().ok().filter(|_| native).ok_or_else(unknown)
}

/// An object as Python shows it; where that raises, its class.
pub(crate) fn shown(object: &Bound<'_, PyAny>) -> String {
    let shown = object.repr().or_else(|_| object.get_type().repr());
    shown.map_or_else(|_| "this object".to_owned(), |text| text.to_string_lossy().into_owned())
}

/// A data type as an argument.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DTypeArg(pub DType);

impl<'py> FromPyObject<'_, 'py> for DTypeArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        read(&object).map(Self)
    }
}

/// The data type of an array or a data type.
pub(crate) struct DTypeOf(pub DType);

impl<'py> FromPyObject<'_, 'py> for DTypeOf {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.cast::<PyArray>() {
            Ok(array) => Ok(Self(array.get().held().dtype())),
            Err(_) => read(&object).map(Self),
        }
    }
}

/// Machine limits of a floating-point data type.
#[pyclass(frozen, get_all, name = "finfo_object", module = "redpoll")]
pub(crate) struct PyFloatInfo {
    bits: u32,
    eps: f64,
    max: f64,
    min: f64,
    smallest_normal: f64,
    dtype: Py<PyAny>,
}

/// Machine limits of an integer data type.
#[pyclass(frozen, get_all, name = "iinfo_object", module = "redpoll")]
pub(crate) struct PyIntInfo {
    bits: u32,
    max: i128,
    min: i128,
    dtype: Py<PyAny>,
}

pub(crate) fn finfo(py: Python<'_>, dtype: DType) -> PyResult<PyFloatInfo> {
    let FloatInfo { bits, eps, max, min, smallest_normal, dtype } =
        dtype::finfo(dtype).map_err(raise)?;
    Ok(PyFloatInfo { bits, eps, max, min, smallest_normal, dtype: object(py, dtype)? })
}

pub(crate) fn iinfo(py: Python<'_>, dtype: DType) -> PyResult<PyIntInfo> {
    let IntInfo { bits, max, min, dtype } = dtype::iinfo(dtype).map_err(raise)?;
    Ok(PyIntInfo { bits, max, min, dtype: object(py, dtype)? })
}

#[pymethods]
impl PyFloatInfo {
    fn __repr__(&self, py: Python<'_>) -> String {
        let Self { bits, eps, max, min, smallest_normal, dtype } = self;
        format!(
            "finfo(bits={bits}, eps={eps:e}, max={max:e}, min={min:e}, \
             smallest_normal={smallest_normal:e}, dtype={})",
            dtype.bind(py)
        )
    }
}

#[pymethods]
impl PyIntInfo {
    fn __repr__(&self, py: Python<'_>) -> String {
        let Self { bits, max, min, dtype } = self;
        format!("iinfo(bits={bits}, max={max}, min={min}, dtype={})", dtype.bind(py))
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    for dtype in DType::ALL {
        module.add(dtype.name(), constant(module.py(), dtype)?)?;
    }
    module.add_class::<PyFloatInfo>()?;
    module.add_class::<PyIntInfo>()
}
