//! Data type functions.

use super::{Namespace, apply};
use crate::arguments::{ArrayArg, Device, OperandArg};
use crate::dtype::{self, DTypeArg, DTypeOf, PyFloatInfo, PyIntInfo};
use crate::errors::raise;
use crate::number::Number;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use redpoll::Array;
use redpoll::dtype::{DType, Kind, Weak, can_cast, result_type};

/// Whether a data type is of a kind that the standard names.
pub(super) fn is_of_kind(dtype: DType, kind: &str) -> PyResult<bool> {
    Ok(match kind {
        "bool" => dtype.kind() == Kind::Bool,
        "signed integer" => dtype.kind() == Kind::Signed,
        "unsigned integer" => dtype.kind() == Kind::Unsigned,
        "integral" => dtype.is_integer(),
        "real floating" => dtype.kind() == Kind::Float,
        "complex floating" => dtype.kind() == Kind::Complex,
        "numeric" => dtype.is_numeric(),
        _ => {
            let message = format!("{kind:?} is not a kind of data types of the standard");
            return Err(PyValueError::new_err(message));
        }
    })
}

fn is_dtype(dtype: DType, kind: &Bound<'_, PyAny>) -> PyResult<bool> {
    if let Ok(kinds) = kind.cast::<PyTuple>() {
        return kinds.iter().try_fold(false, |any, kind| Ok(any | is_dtype(dtype, &kind)?));
    }
    match kind.cast::<PyString>() {
        Ok(kind) => is_of_kind(dtype, &kind.to_cow()?),
        Err(_) => Ok(dtype == kind.extract::<DTypeArg>()?.0),
    }
}

/// The data type of an array, a data type or a NumPy scalar; a Python number that takes that of the others.
enum Typed {
    DType(DType),
    Weak(Weak),
}

fn typed(object: &Bound<'_, PyAny>) -> PyResult<Typed> {
    Ok(match OperandArg::of(object)? {
        Some(OperandArg::Array(array) | OperandArg::Foreign(array)) => Typed::DType(array.dtype()),
        Some(OperandArg::Number(Number::Scalar(scalar))) => Typed::DType(scalar.dtype()),
        Some(OperandArg::Number(Number::Weak(weak))) => Typed::Weak(weak),
        None => Typed::DType(object.extract::<DTypeArg>()?.0),
    })
}

#[pymethods]
impl Namespace {
    /// The elements converted to a data type.
    #[pyo3(signature = (x, dtype, /, *, copy=true, device=None))]
    fn astype(
        &self,
        py: Python<'_>,
        x: &Bound<'_, PyAny>,
        dtype: DTypeArg,
        copy: bool,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        let array: ArrayArg = x.extract()?;
        if !copy && array.0.dtype() == dtype.0 {
            return Ok(x.clone().unbind());
        }
        apply(py, &array, |x| x.astype(dtype.0))
    }

    /// Whether type promotion leads from one data type to another.
    #[pyo3(signature = (from_, to, /))]
    fn can_cast(&self, from_: DTypeOf, to: DTypeArg) -> bool {
        can_cast(from_.0, to.0)
    }

    /// Machine limits of a floating-point data type.
    #[pyo3(signature = (r#type, /))]
    fn finfo(&self, py: Python<'_>, r#type: DTypeOf) -> PyResult<PyFloatInfo> {
        dtype::finfo(py, r#type.0)
    }

    /// Machine limits of an integer data type.
    #[pyo3(signature = (r#type, /))]
    fn iinfo(&self, py: Python<'_>, r#type: DTypeOf) -> PyResult<PyIntInfo> {
        dtype::iinfo(py, r#type.0)
    }

    /// Whether a data type is of a kind: a data type, a name of the standard's, or a tuple of these.
    #[pyo3(signature = (dtype, kind))]
    fn isdtype(&self, dtype: DTypeArg, kind: &Bound<'_, PyAny>) -> PyResult<bool> {
        is_dtype(dtype.0, kind)
    }

    /// The data type that type promotion gives; Python numbers take that of the others where their kind allows.
    #[pyo3(signature = (*arrays_and_dtypes))]
    fn result_type(
        &self,
        py: Python<'_>,
        arrays_and_dtypes: &Bound<'_, PyTuple>,
    ) -> PyResult<Py<PyAny>> {
        let (mut dtypes, mut numbers) = (Vec::new(), Vec::new());
        for item in arrays_and_dtypes {
            match typed(&item)? {
                Typed::DType(dtype) => dtypes.push(dtype),
                Typed::Weak(weak) => numbers.push(weak),
            }
        }
        if dtypes.is_empty() {
            let message = "result_type: expected at least one array or data type";
            return Err(if numbers.is_empty() {
                PyValueError::new_err(message)
            } else {
                PyTypeError::new_err(message)
            });
        }
        let mut dtype = result_type(dtypes).map_err(raise)?;
        for number in numbers {
            dtype = number.resolve("result_type", dtype).map_err(raise)?.dtype();
        }
        dtype::object(py, dtype)
    }
}
