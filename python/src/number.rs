//! Numbers of Python and scalars of NumPy, and the one rule by which a number becomes a value of a data type.

use crate::dtype::DTypeArg;
use crate::numpy;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyComplex, PyFloat, PyInt, PyTuple, PyType};
use redpoll::dtype::{DType, Kind, Scalar, Weak};
use redpoll::with_dtype;

/// A number.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    /// Of Python: it has no data type of its own beside an array.
    Weak(Weak),
    /// Of NumPy: its data type counts.
    Scalar(Scalar),
}

impl Number {
    /// The number that an object is, if it is one. A `numpy.float64` is an instance of `float`, too: NumPy's scalars
    /// are looked for before what is derived from Python's classes.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let exact = object.is_exact_instance_of::<PyFloat>()
            || object.is_exact_instance_of::<PyInt>()
            || object.is_exact_instance_of::<PyBool>();
        if exact {
            return Ok(python_number(object)?.map(Self::Weak));
        }
        static GENERIC: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        if object.is_instance(GENERIC.import(object.py(), "numpy", "generic")?)? {
            let DTypeArg(dtype) = object.getattr("dtype")?.extract()?;
            let number = python_number(&object.call_method0("item")?)?;
            let number = number.ok_or_else(|| PyTypeError::new_err("not a number"))?;
            return value(number, dtype, |v| format!("{dtype}: {v}")).map(Self::Scalar).map(Some);
        }
        Ok(python_number(object)?.map(Self::Weak))
    }

    /// As [`Self::of`], also of a NumPy array without axes.
    pub(crate) fn single(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        match Self::of(object)? {
            None if numpy::is_array(object)? && object.getattr("ndim")?.eq(0)? => {
                Self::of(&object.get_item(PyTuple::empty(object.py()))?)
            }
            number => Ok(number),
        }
    }

    /// The value of a data type that it is; `what` says in messages what it is given for.
    pub(crate) fn value(self, what: &str, dtype: DType) -> PyResult<Scalar> {
        value(self.weak(), dtype, |v| format!("{what} {v}"))
    }

    /// The number without a data type.
    pub(crate) fn weak(self) -> Weak {
        match self {
            Self::Weak(weak) => weak,
            Self::Scalar(scalar) => scalar.into(),
        }
    }

    /// The data type that an array of it has where none is asked for.
    pub(crate) fn default_dtype(self) -> DType {
        match self {
            Self::Weak(weak) => weak.default_dtype(),
            Self::Scalar(scalar) => scalar.dtype(),
        }
    }
}

/// The number that an instance of `bool`, `int`, `float` or `complex` is.
fn python_number(object: &Bound<'_, PyAny>) -> PyResult<Option<Weak>> {
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

/// The value of a data type that a number is: the one rule for elements of lists, fill values and what is assigned.
///
/// Integers hold numbers that are integers in their range, floats whatever is real, rounded to their precision,
/// complex floats any number. Of `bool` it is whether the number is not 0. `subject` says what the number, given in
/// Python's words, is and where it was found.
///
/// # Errors
/// As NumPy: ValueError for NaN in place of an integer, OverflowError for what is out of range, TypeError for a complex
/// number in place of a real one. Stricter than NumPy: a fraction in place of an integer is a TypeError, and a finite
/// number that would become infinite an OverflowError.
pub(crate) fn value(
    number: Weak,
    dtype: DType,
    subject: impl FnOnce(&str) -> String,
) -> PyResult<Scalar> {
    type Refusal = (fn(String) -> PyErr, &'static str);
    const COMPLEX: Refusal = (PyTypeError::new_err, "has an imaginary part");
    const NAN: Refusal = (PyValueError::new_err, "is not a number that integers have");
    const FRACTION: Refusal = (PyTypeError::new_err, "is no integer; round it first");
    const RANGE: Refusal = (PyOverflowError::new_err, "is out of range");
    let kind = dtype.kind();
    let integer = matches!(kind, Kind::Unsigned | Kind::Signed);
    let (class, why) = match number {
        _ if kind == Kind::Bool => return Ok(truth(number).into()),
        Weak::Complex(_) if kind != Kind::Complex => COMPLEX,
        Weak::Float(v) if integer && v.is_nan() => NAN,
        Weak::Float(v) if integer && v.is_finite() && v.fract() != 0.0 => FRACTION,
        Weak::Int(v) if integer => match integral(v, dtype) {
            Some(scalar) => return Ok(scalar),
            None => RANGE,
        },
        // What is cut off at the ends of `i128` is out of every range.
        Weak::Float(v) if integer => match integral(v as i128, dtype) {
            Some(scalar) => return Ok(scalar),
            None => RANGE,
        },
        Weak::Bool(v) => return Ok(Scalar::from(v).cast(dtype)),
        Weak::Int(v) => return Ok(Scalar::from(v as f64).cast(dtype)),
        Weak::Float(v) => match Scalar::from(v).cast(dtype) {
            rounded if v.is_finite() && !rounded.is_finite() => RANGE,
            rounded => return Ok(rounded),
        },
        Weak::Complex(v) => match Scalar::from(v).cast(dtype) {
            rounded if v.is_finite() && !rounded.is_finite() => RANGE,
            rounded => return Ok(rounded),
        },
    };
    Err(class(format!("{} {why}: expected a value of {dtype}", subject(&text(number)))))
}

fn integral(number: i128, dtype: DType) -> Option<Scalar> {
    with_dtype!(dtype, [integer] T => T::try_from(number).ok().map(Scalar::from), else None)
}

fn truth(number: Weak) -> bool {
    match number {
        Weak::Bool(v) => v,
        Weak::Int(v) => v != 0,
        Weak::Float(v) => v != 0.0,
        Weak::Complex(v) => v.re != 0.0 || v.im != 0.0,
    }
}

/// The number as Python writes it.
fn text(number: Weak) -> String {
    match number {
        Weak::Bool(true) => "True".to_owned(),
        Weak::Bool(false) => "False".to_owned(),
        Weak::Int(v) => v.to_string(),
        Weak::Float(v) => format!("{v:?}").to_lowercase(),
        Weak::Complex(v) => format!("({}{:+}j)", v.re, v.im).to_lowercase(),
    }
}
