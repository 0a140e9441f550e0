//! The operators of Python: binary ones in three forms (`x + y`, `1 + x`, `x += y`), comparisons, unary ones.

use super::{PyArray, object};
use crate::any::{Any, Kind};
use crate::arguments::{BesideArg, OperandArg};
use crate::scipy;
use crate::settings::{run, run_for};
use pyo3::exceptions::{PyNotImplementedError, PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};
use redpoll::dtype::{DType, Weak};
use redpoll::standard::{Func, Operand};
use redpoll::{Array, Result};

impl PyArray {
    /// A function of this array and an operand; `NotImplemented` for anything else, so that Python asks the other.
    fn with_operand(
        &self,
        other: &Bound<'_, PyAny>,
        f: impl FnOnce(&Any, &OperandArg) -> Result<Any> + Send,
    ) -> PyResult<Py<PyAny>> {
        let py = other.py();
        match OperandArg::beside(other)? {
            Some(other) => {
                let held = self.held();
                object(
                    py,
                    run_for(py, other.array().into_iter().chain([&held]), || f(&held, &other))?,
                )
            }
            None => Ok(py.NotImplemented()),
        }
    }

    /// As [`Self::with_operand`], of the elements of both. Where matrices mean their product, or their power, it is not
    /// done.
    fn elementwise(
        &self,
        func: Func,
        other: &Bound<'_, PyAny>,
        f: impl FnOnce(&Any, &OperandArg) -> Result<Any> + Send,
    ) -> PyResult<Py<PyAny>> {
        not_of_matrices(func, other)?;
        self.with_operand(other, f)
    }

    /// The matrix product, if the other operand is an array.
    fn product(
        &self,
        other: &Bound<'_, PyAny>,
        f: impl FnOnce(&Any, &Any) -> Result<Any> + Send,
    ) -> PyResult<Py<PyAny>> {
        let py = other.py();
        match OperandArg::beside(other)? {
            Some(OperandArg::Array(other) | OperandArg::Foreign(other)) => {
                let held = self.held();
                object(py, run_for(py, [&held, &other], || f(&held, &other))?)
            }
            _ => Ok(py.NotImplemented()),
        }
    }

    /// A comparison with an operand.
    fn compared(
        slf: &Bound<'_, Self>,
        func: Func,
        other: &Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        let (py, this) = (slf.py(), slf.get());
        let result = match this.with_operand(other, |x, y| x.binary(func, y.operand())) {
            Err(error) if error.is_instance_of::<PyOverflowError>(py) => {
                let (held, other) = (this.held(), beyond(other, error, this.held().dtype())?);
                return object(py, run(py, || held.binary(func, Operand::Weak(other)))?);
            }
            result => result?,
        };
        let reflected = match func {
            Func::Equal => "__eq__",
            Func::NotEqual => "__ne__",
            _ => return Ok(result),
        };
        if !result.is(py.NotImplemented()) {
            return Ok(result);
        }
        // Left to Python, objects that neither side can compare would be compared by identity, to a plain bool.
        let class = other.get_type();
        let result = class.getattr(reflected)?.call1((other, slf))?;
        if !result.is(py.NotImplemented()) {
            return Ok(result.unbind());
        }
        let (dtype, class) = (this.held().dtype(), class.name()?);
        let message = format!("{func}: an array of {dtype} and an object of class {class}");
        Err(PyTypeError::new_err(message))
    }

    /// Holds the function's result from now on, if shape and data type stay. The other operand is one for arrays of
    /// this kind.
    fn in_place<Y: Send + Sync>(
        slf: &Bound<'_, Self>,
        operand: impl FnOnce(Kind) -> Result<Y> + Send,
        f: impl FnOnce(&Any, &Y) -> Result<Any> + Send,
    ) -> PyResult<()> {
        // Computed before it is this thread's turn: what is computed may call functions that change the array too.
        let kind = slf.get().held().kind();
        let operand = run(slf.py(), || operand(kind))?;
        Self::update(slf, |this| {
            let held = this.held();
            let result = run(slf.py(), || f(&held, &operand))?;
            if result.dtype() != held.dtype() {
                let (from, to) = (held.dtype(), result.dtype());
                let message = format!("an array of {from} cannot hold {to}");
                return Err(PyTypeError::new_err(message));
            }
            if result.shape() != held.shape() {
                let (from, to) = (held.shape(), result.shape());
                let message = format!("an array of shape {from:?} cannot hold one of {to:?}");
                return Err(PyValueError::new_err(message));
            }
            Ok(Some(result))
        })
    }
}

macro_rules! binary {
    ($($func:ident $name:ident $reflected:ident $in_place:ident,)+) => {
        #[pymethods]
        impl PyArray {$(
            fn $name(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                self.elementwise(Func::$func, other, |x, y| x.binary(Func::$func, y.operand()))
            }
            fn $reflected(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                self.elementwise(Func::$func, other, |x, y| x.reversed(Func::$func, y.operand()))
            }
            fn $in_place(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
                not_of_matrices(Func::$func, other)?;
                let operand: OperandArg = other.extract()?;
                let operand = |kind| operand.at_most(kind);
                Self::in_place(slf, operand, |x, y| x.binary(Func::$func, y.operand()))
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
            fn $name(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                Self::compared(slf, Func::$func, other)
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
                object(py, run_for(py, [&held], || held.unary(Func::$func))?)
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
        self.elementwise(Func::Pow, other, |x, y| x.binary(Func::Pow, y.operand()))
    }

    fn __rpow__(
        &self,
        other: &Bound<'_, PyAny>,
        modulus: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        without_modulus(modulus)?;
        self.elementwise(Func::Pow, other, |x, y| x.reversed(Func::Pow, y.operand()))
    }

    fn __ipow__(
        slf: &Bound<'_, Self>,
        other: &Bound<'_, PyAny>,
        modulus: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        without_modulus(modulus)?;
        not_of_matrices(Func::Pow, other)?;
        let operand: OperandArg = other.extract()?;
        Self::in_place(slf, |kind| operand.at_most(kind), |x, y| x.binary(Func::Pow, y.operand()))
    }

    fn __matmul__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.product(other, |x, y| x.matmul(y))
    }

    fn __rmatmul__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.product(other, |x, y| y.matmul(x))
    }

    /// There is no type of numba's for these arrays. PyData sparse asks, compiled, in its matrix product, and leaves that to
    /// the operators here when it hears so.
    #[getter]
    fn _numba_type_(&self) -> PyResult<()> {
        let message = "compiled by numba, a function takes no redpoll arrays; use .to_numpy()";
        Err(PyNotImplementedError::new_err(message))
    }

    fn __imatmul__(slf: &Bound<'_, Self>, other: BesideArg) -> PyResult<()> {
        Self::in_place(slf, |kind| other.array.at_most(kind), |x, y| x.matmul(y))
    }
}

/// That the other operand is no matrix where that would mean something else than its elements.
fn not_of_matrices(func: Func, other: &Bound<'_, PyAny>) -> PyResult<()> {
    if !matches!(func, Func::Multiply | Func::Pow)
        || other.is_instance_of::<PyArray>()
        || other.is_exact_instance_of::<PyFloat>()
        || other.is_exact_instance_of::<PyInt>()
        || !scipy::is_matrix(other)?
    {
        return Ok(());
    }
    let class = other.get_type().name()?;
    let message = format!(
        "{func}: with a {class} it may mean the elements or the matrices; use @ for matrices, and \
         redpoll.asarray of the {class} for elements"
    );
    Err(PyTypeError::new_err(message))
}

/// An integer that is too large for any operand, as one that compares alike with all values of a data type.
fn beyond(other: &Bound<'_, PyAny>, error: PyErr, dtype: DType) -> PyResult<Weak> {
    if !other.is_instance_of::<PyInt>() {
        return Err(error);
    }
    let negative = other.lt(0)?;
    Ok(if dtype.is_integer() || dtype == DType::Bool {
        Weak::Int(if negative { i128::MIN } else { i128::MAX })
    } else {
        let infinite = if negative { f64::NEG_INFINITY } else { f64::INFINITY };
        Weak::Float(other.extract().unwrap_or(infinite))
    })
}

fn without_modulus(modulus: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    match modulus {
        None => Ok(()),
        Some(_) => Err(PyTypeError::new_err("pow of arrays takes no modulus")),
    }
}
