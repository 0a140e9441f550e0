//! Elementwise functions.

use super::{Namespace, apply};
use crate::arguments::{ArrayArg, OperandArg};
use crate::array::object;
use crate::settings::run;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use redpoll::Array;
use redpoll::standard::Func;

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident $Func:ident,)+) => {
        #[pymethods]
        impl Namespace {$(
            $(#[$doc])*
            #[pyo3(signature = (x, /))]
            fn $name(&self, py: Python<'_>, x: ArrayArg) -> PyResult<Py<PyAny>> {
                apply(py, &x, |x| x.unary(Func::$Func))
            }
        )+}
    };
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident $Func:ident,)+) => {
        #[pymethods]
        impl Namespace {$(
            $(#[$doc])*
            #[pyo3(signature = (x1, x2, /))]
            fn $name(&self, py: Python<'_>, x1: OperandArg, x2: OperandArg) -> PyResult<Py<PyAny>> {
                binary(py, Func::$Func, &x1, &x2)
            }
        )+}
    };
}

/// A function of two operands, of which one at least is an array of redpoll's.
fn binary(py: Python<'_>, func: Func, x1: &OperandArg, x2: &OperandArg) -> PyResult<Py<PyAny>> {
    let result = match (x1, x2) {
        (OperandArg::Array(x), other) => run(py, || x.binary(func, other.operand()))?,
        (other, OperandArg::Array(x)) => run(py, || x.reversed(func, other.operand()))?,
        _ => {
            let message =
                format!("{func}: expected at least one redpoll array; use redpoll.asarray");
            return Err(PyTypeError::new_err(message));
        }
    };
    object(py, result)
}

unary! {
    /// The absolute value of each element; of complex elements, the modulus.
    abs Abs,
    /// The inverse cosine of each element.
    acos Acos,
    /// The inverse hyperbolic cosine of each element.
    acosh Acosh,
    /// The inverse sine of each element.
    asin Asin,
    /// The inverse hyperbolic sine of each element.
    asinh Asinh,
    /// The inverse tangent of each element.
    atan Atan,
    /// The inverse hyperbolic tangent of each element.
    atanh Atanh,
    /// Each element with its bits inverted; of bool, not.
    bitwise_invert BitwiseInvert,
    /// The least integer not below each element.
    ceil Ceil,
    /// The complex conjugate of each element.
    conj Conj,
    /// The cosine of each element.
    cos Cos,
    /// The hyperbolic cosine of each element.
    cosh Cosh,
    /// The exponential of each element.
    exp Exp,
    /// The exponential of each element minus one, accurate near 0.
    expm1 Expm1,
    /// The greatest integer not above each element.
    floor Floor,
    /// The imaginary part of each element.
    imag Imag,
    /// Whether each element is neither infinite nor NaN.
    isfinite IsFinite,
    /// Whether each element is infinite.
    isinf IsInf,
    /// Whether each element is NaN.
    isnan IsNan,
    /// The natural logarithm of each element.
    log Log,
    /// The natural logarithm of one plus each element, accurate near 0.
    log1p Log1p,
    /// The logarithm of each element to base 2.
    log2 Log2,
    /// The logarithm of each element to base 10.
    log10 Log10,
    /// Whether each element is zero.
    logical_not LogicalNot,
    /// Each element with the opposite sign.
    negative Negative,
    /// Each element.
    positive Positive,
    /// The real part of each element.
    real Real,
    /// One over each element.
    reciprocal Reciprocal,
    /// The integer nearest to each element, ties to even.
    round Round,
    /// The sign of each element: -1, 0 or 1; of complex elements x / |x|.
    sign Sign,
    /// Whether the sign bit of each element is set.
    signbit Signbit,
    /// The sine of each element.
    sin Sin,
    /// The hyperbolic sine of each element.
    sinh Sinh,
    /// The square of each element.
    square Square,
    /// The square root of each element.
    sqrt Sqrt,
    /// The tangent of each element.
    tan Tan,
    /// The hyperbolic tangent of each element.
    tanh Tanh,
    /// The nearest integer towards zero of each element.
    trunc Trunc,
}

binary! {
    /// The sum of each two elements.
    add Add,
    /// The inverse tangent of x1 / x2 in the right quadrant.
    atan2 Atan2,
    /// The bits set in both.
    bitwise_and BitwiseAnd,
    /// The bits of x1 moved up by x2.
    bitwise_left_shift BitwiseLeftShift,
    /// The bits set in either.
    bitwise_or BitwiseOr,
    /// The bits of x1 moved down by x2, with the sign.
    bitwise_right_shift BitwiseRightShift,
    /// The bits set in one but not in both.
    bitwise_xor BitwiseXor,
    /// |x1| with the sign of x2.
    copysign Copysign,
    /// x1 / x2; integers give float64.
    divide Divide,
    /// Whether the elements are equal.
    equal Equal,
    /// The greatest integer not above x1 / x2.
    floor_divide FloorDivide,
    /// Whether x1 > x2.
    greater Greater,
    /// Whether x1 >= x2.
    greater_equal GreaterEqual,
    /// The square root of x1² + x2², without overflow.
    hypot Hypot,
    /// Whether x1 < x2.
    less Less,
    /// Whether x1 <= x2.
    less_equal LessEqual,
    /// The logarithm of exp(x1) + exp(x2), without overflow.
    logaddexp Logaddexp,
    /// Whether both are not zero.
    logical_and LogicalAnd,
    /// Whether either is not zero.
    logical_or LogicalOr,
    /// Whether one but not both are not zero.
    logical_xor LogicalXor,
    /// The greater of each two elements; NaN if either is.
    maximum Maximum,
    /// The lesser of each two elements; NaN if either is.
    minimum Minimum,
    /// The product of each two elements.
    multiply Multiply,
    /// The next representable number after x1 towards x2.
    nextafter Nextafter,
    /// Whether the elements differ.
    not_equal NotEqual,
    /// x1 to the power of x2.
    pow Pow,
    /// The remainder of x1 / x2, with the sign of x2.
    remainder Remainder,
    /// The difference of each two elements.
    subtract Subtract,
}

#[pymethods]
impl Namespace {
    /// Each element limited to [min, max]; None is no limit.
    #[pyo3(signature = (x, /, min=None, max=None))]
    fn clip(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        min: Option<OperandArg>,
        max: Option<OperandArg>,
    ) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| {
            x.clip(min.as_ref().map(OperandArg::operand), max.as_ref().map(OperandArg::operand))
        })
    }
}
