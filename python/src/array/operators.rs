//! The operators of Python: binary ones in three forms (`x + y`, `1 + x`, `x += y`), comparisons, unary ones.

use super::{PyArray, object};
use crate::any::Any;
use crate::arguments::{ArrayArg, OperandArg};
use crate::settings::run;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use redpoll::standard::Func;
use redpoll::{Array, Result};

impl PyArray {
    /// A function of this array and an operand; `NotImplemented` for anything else, so that Python asks the other.
    fn with_operand(
        &self,
        other: &Bound<'_, PyAny>,
        f: impl FnOnce(&Any, &OperandArg) -> Result<Any> + Send,
    ) -> PyResult<Py<PyAny>> {
        let py = other.py();
        match OperandArg::of(other)? {
            Some(other) => {
                let held = self.held();
                object(py, run(py, || f(&held, &other))?)
            }
            None => Ok(py.NotImplemented()),
        }
    }

    /// Holds the function's result from now on, if shape and data type stay.
    fn in_place(&self, py: Python<'_>, f: impl FnOnce(&Any) -> Result<Any> + Send) -> PyResult<()> {
        let held = self.held();
        let result = run(py, || f(&held))?;
        if result.dtype() != held.dtype() {
            let message = format!("an array of {} cannot hold {}", held.dtype(), result.dtype());
            return Err(PyTypeError::new_err(message));
        }
        if result.shape() != held.shape() {
            let (from, to) = (held.shape(), result.shape());
            let message = format!("an array of shape {from:?} cannot hold one of {to:?}");
            return Err(PyValueError::new_err(message));
        }
        self.hold(result);
        Ok(())
    }
}

macro_rules! binary {
    ($($func:ident $name:ident $reflected:ident $in_place:ident,)+) => {
        #[pymethods]
        impl PyArray {$(
            fn $name(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                self.with_operand(other, |x, y| x.binary(Func::$func, y.operand()))
            }
            fn $reflected(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                self.with_operand(other, |x, y| x.reversed(Func::$func, y.operand()))
            }
            fn $in_place(&self, py: Python<'_>, other: OperandArg) -> PyResult<()> {
                self.in_place(py, |x| x.binary(Func::$func, other.operand()))
            }
        )+}
    };
}
binary! {
    Add __add__ __radd__ __iadd__,
    Subtract __sub__ __rsub__ __isub__,
    Multiply __mul__ __rmul__ __imul__,
    Divide __truediv__ __rtruediv__ __itruediv__,
    FloorDivide __floordiv__ __rfloordiv__ __ifloordiv__,
    Remainder __mod__ __rmod__ __imod__,
    BitwiseAnd __and__ __rand__ __iand__,
    BitwiseOr __or__ __ror__ __ior__,
    BitwiseXor __xor__ __rxor__ __ixor__,
    BitwiseLeftShift __lshift__ __rlshift__ __ilshift__,
    BitwiseRightShift __rshift__ __rrshift__ __irshift__,
}

macro_rules! comparison {
    ($($func:ident $name:ident,)+) => {
        #[pymethods]
        impl PyArray {$(
            fn $name(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                self.with_operand(other, |x, y| x.binary(Func::$func, y.operand()))
            }
        )+}
    };
}
comparison! {
    Equal __eq__,
    NotEqual __ne__,
    Less __lt__,
    LessEqual __le__,
    Greater __gt__,
    GreaterEqual __ge__,
}

macro_rules! unary {
    ($($func:ident $name:ident,)+) => {
        #[pymethods]
        impl PyArray {$(
            fn $name(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
                let held = self.held();
                object(py, run(py, || held.unary(Func::$func))?)
            }
        )+}
    };
}
unary! {
    Abs __abs__,
    Negative __neg__,
    Positive __pos__,
    BitwiseInvert __invert__,
}

#[pymethods]
impl PyArray {
    fn __pow__(
        &self,
        other: &Bound<'_, PyAny>,
        modulus: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        without_modulus(modulus)?;
        self.with_operand(other, |x, y| x.binary(Func::Pow, y.operand()))
    }

    fn __rpow__(
        &self,
        other: &Bound<'_, PyAny>,
        modulus: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        without_modulus(modulus)?;
        self.with_operand(other, |x, y| x.reversed(Func::Pow, y.operand()))
    }

    fn __ipow__(
        &self,
        py: Python<'_>,
        other: OperandArg,
        modulus: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        without_modulus(modulus)?;
        self.in_place(py, |x| x.binary(Func::Pow, other.operand()))
    }

    fn __matmul__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        product(
            other,
            other.cast().ok().map(|other: &Bound<'_, Self>| [self.held(), other.get().held()]),
        )
    }

    fn __rmatmul__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        product(
            other,
            other.cast().ok().map(|other: &Bound<'_, Self>| [other.get().held(), self.held()]),
        )
    }

    fn __imatmul__(&self, py: Python<'_>, other: ArrayArg) -> PyResult<()> {
        self.in_place(py, |x| x.matmul(&other.0))
    }
}

/// The matrix product, if the other operand is an array.
fn product(other: &Bound<'_, PyAny>, factors: Option<[Any; 2]>) -> PyResult<Py<PyAny>> {
    let py = other.py();
    match factors {
        Some([left, right]) => object(py, run(py, || left.matmul(&right))?),
        None => Ok(py.NotImplemented()),
    }
}

fn without_modulus(modulus: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    match modulus {
        None => Ok(()),
        Some(_) => Err(PyTypeError::new_err("pow of arrays takes no modulus")),
    }
}
