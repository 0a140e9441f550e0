//! What Python arguments become: arrays, numbers, shapes, axes, chunks.

use crate::any::Any;
use crate::array::PyArray;
use crate::dtype::DTypeArg;
use crate::errors::raise;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyComplex, PyFloat, PyInt, PyString, PyType};
use redpoll::chunked::{AxisChunks, Chunks};
use redpoll::dtype::{DType, Scalar, Weak};
use redpoll::standard::{Axes, Operand};
use smallvec::{SmallVec, smallvec};

/// An array.
pub(crate) struct ArrayArg(pub Any);

impl<'py> FromPyObject<'_, 'py> for ArrayArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.cast::<PyArray>() {
            Ok(array) => Ok(Self(array.get().held())),
            Err(_) => {
                let class = object.get_type().name()?;
                Err(PyTypeError::new_err(format!(
                    "expected a redpoll array, not {class}; use redpoll.asarray"
                )))
            }
        }
    }
}

/// An array or a number.
#[derive(Debug, Clone)]
pub(crate) enum OperandArg {
    Array(Any),
    /// Of Python: it takes the data type of the array beside it.
    Weak(Weak),
    /// Of NumPy: its data type counts.
    Scalar(Scalar),
}

impl OperandArg {
    /// The operand that an object is, if it is one.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if let Ok(array) = object.cast::<PyArray>() {
            return Ok(Some(Self::Array(array.get().held())));
        }
        if let Some(weak) = weak(object)? {
            return Ok(Some(Self::Weak(weak)));
        }
        static GENERIC: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        if object.is_instance(GENERIC.import(object.py(), "numpy", "generic")?)? {
            let DTypeArg(dtype) = object.getattr("dtype")?.extract()?;
            let number = weak(&object.call_method0("item")?)?;
            let number = number.ok_or_else(|| PyTypeError::new_err("not a number"))?;
            let scalar = number.resolve("asarray", dtype).map_err(raise)?.cast(dtype);
            return Ok(Some(Self::Scalar(scalar)));
        }
        Ok(None)
    }

    pub(crate) fn operand(&self) -> Operand<'_, Any> {
        match self {
            Self::Array(array) => Operand::Array(array),
            Self::Weak(weak) => Operand::Weak(*weak),
            Self::Scalar(scalar) => Operand::Scalar(*scalar),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for OperandArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Self::of(&object)?.ok_or_else(|| {
            PyTypeError::new_err("expected a redpoll array or a number; use redpoll.asarray")
        })
    }
}

/// The number that a Python `bool`, `int`, `float` or `complex` is.
pub(crate) fn weak(object: &Bound<'_, PyAny>) -> PyResult<Option<Weak>> {
    Ok(Some(if object.is_instance_of::<PyFloat>() {
        Weak::Float(object.extract()?)
    } else if object.is_instance_of::<PyBool>() {
        Weak::Bool(object.extract()?)
    } else if object.is_instance_of::<PyInt>() {
        match object.extract::<i64>() {
            Ok(small) => Weak::Int(small.into()),
            Err(_) => Weak::Int(object.extract()?),
        }
    } else if object.is_instance_of::<PyComplex>() {
        Weak::Complex(object.extract()?)
    } else {
        return Ok(None);
    }))
}

/// A number without a data type; an array of no dimensions or a scalar of NumPy's stands for its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberArg(pub Weak);

impl<'py> FromPyObject<'_, 'py> for NumberArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        use redpoll::Array;
        match OperandArg::of(&object)? {
            Some(OperandArg::Weak(weak)) => Ok(Self(weak)),
            Some(OperandArg::Scalar(scalar)) => Ok(Self(scalar.into())),
            Some(OperandArg::Array(array)) if array.ndim() == 0 => {
                let item = crate::settings::run(object.py(), || array.item())?;
                Ok(Self(item.into()))
            }
            _ => Err(PyTypeError::new_err("expected a number")),
        }
    }
}

/// A scalar as a Python number.
pub(crate) fn number(py: Python<'_>, scalar: Scalar) -> PyResult<Bound<'_, PyAny>> {
    Ok(match Weak::from(scalar) {
        Weak::Bool(v) => PyBool::new(py, v).to_owned().into_any(),
        Weak::Int(v) => match i64::try_from(v) {
            Ok(small) => small.into_pyobject(py)?.into_any(),
            Err(_) => v.into_pyobject(py)?.into_any(),
        },
        Weak::Float(v) => PyFloat::new(py, v).into_any(),
        Weak::Complex(v) => PyComplex::from_doubles(py, v.re, v.im).into_any(),
    })
}

/// One integer or a sequence of them.
pub(crate) struct Integers(pub SmallVec<[isize; 4]>);

impl<'py> FromPyObject<'_, 'py> for Integers {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(one) = object.extract::<isize>() {
            return Ok(Self(smallvec![one]));
        }
        let mut integers = SmallVec::new();
        for item in object.try_iter()? {
            integers.push(item?.extract()?);
        }
        Ok(Self(integers))
    }
}

impl std::ops::Deref for Integers {
    type Target = [isize];
    fn deref(&self) -> &[isize] {
        &self.0
    }
}

/// The number of a diagonal. One beyond the numbers of the machine lies outside of every matrix, as the last of these.
pub(crate) struct Diagonal(pub isize);

impl<'py> FromPyObject<'_, 'py> for Diagonal {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<isize>() {
            Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => {
                Ok(Self(if object.lt(0)? { isize::MIN } else { isize::MAX }))
            }
            k => Ok(Self(k?)),
        }
    }
}

/// A shape: one length or a sequence of them.
pub(crate) struct ShapeArg(pub SmallVec<[usize; 4]>);

impl<'py> FromPyObject<'_, 'py> for ShapeArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let lengths = Integers::extract(object)?;
        let length = |&n: &isize| {
            usize::try_from(n)
                .map_err(|_| PyValueError::new_err(format!("a length of a shape is {n}")))
        };
        Ok(Self(lengths.iter().map(length).collect::<PyResult<_>>()?))
    }
}

/// The axes of a reduction: one, several, or `None` for all.
pub(crate) fn axes(axis: Option<Integers>, keepdims: bool) -> Axes {
    let axes = axis.map_or_else(|| Axes::from(..), |axes| Axes::from(&*axes));
    if keepdims { axes.keep() } else { axes }
}

/// Chunks: `"auto"`, a length for every axis, or for each axis a length, -1 or `None` for a whole axis, `"auto"`, or
/// the lengths of all chunks.
pub(crate) struct ChunksArg(pub Chunks);

impl<'py> FromPyObject<'_, 'py> for ChunksArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Some(every) = axis_chunks(&object)? {
            let auto = every == AxisChunks::Auto;
            return Ok(Self(if auto { Chunks::Auto } else { every.into() }));
        }
        let mut axes: SmallVec<[AxisChunks; 4]> = SmallVec::new();
        for item in object.try_iter()? {
            let item = item?;
            axes.push(match axis_chunks(&item)? {
                Some(chunks) => chunks,
                None => AxisChunks::Lengths(item.extract()?),
            });
        }
        Ok(Self(Chunks::Axes(axes)))
    }
}

fn axis_chunks(object: &Bound<'_, PyAny>) -> PyResult<Option<AxisChunks>> {
    Ok(Some(if object.is_none() {
        AxisChunks::Whole
    } else if let Ok(text) = object.cast::<PyString>() {
        match &*text.to_cow()? {
            "auto" => AxisChunks::Auto,
            other => {
                let message = format!("chunks are {other:?}; the only text is \"auto\"");
                return Err(PyValueError::new_err(message));
            }
        }
    } else if let Ok(size) = object.extract::<isize>() {
        size.into()
    } else {
        return Ok(None);
    }))
}

/// A device: there is one.
pub(crate) struct Device;

pub(crate) const DEVICE: &str = "cpu";

impl<'py> FromPyObject<'_, 'py> for Device {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.cast::<PyString>().is_ok_and(|text| text.to_cow().is_ok_and(|t| t == DEVICE)) {
            return Ok(Self);
        }
        Err(PyValueError::new_err(format!("device {:?}: there is only \"cpu\"", &*object)))
    }
}

/// The data type asked for, or the one that a number has by itself.
pub(crate) fn dtype_or(dtype: Option<DTypeArg>, default: DType) -> DType {
    dtype.map_or(default, |d| d.0)
}
