//! The provided methods of the elementwise functions, stamped from their names.

use super::{Arg, Array, Func, Map, Operand};
use crate::dtype::{DType, Scalar, Weak, promote_for, result_type_for};
use crate::{Result, with_dtype};
use smallvec::SmallVec;

/// One method for each elementwise function of one or two arrays, for the body of the trait `Array`.
macro_rules! methods {
    () => {
        crate::standard::elementwise::methods! { @unary
            /// |x|; of a complex number, its modulus.
            abs Abs,
            /// Inverse cosine.
            acos Acos,
            /// Inverse hyperbolic cosine.
            acosh Acosh,
            /// Inverse sine.
            asin Asin,
            /// Inverse hyperbolic sine.
            asinh Asinh,
            /// Inverse tangent.
            atan Atan,
            /// Inverse hyperbolic tangent.
            atanh Atanh,
            /// Each bit inverted; of `bool`, not.
            bitwise_invert BitwiseInvert,
            /// The least integer not below x.
            ceil Ceil,
            /// Complex conjugate.
            conj Conj,
            /// Cosine.
            cos Cos,
            /// Hyperbolic cosine.
            cosh Cosh,
            /// eˣ.
            exp Exp,
            /// eˣ − 1, accurate near 0.
            expm1 Expm1,
            /// The greatest integer not above x.
            floor Floor,
            /// Imaginary part.
            imag Imag,
            /// Whether neither infinite nor NaN.
            isfinite IsFinite,
            /// Whether infinite.
            isinf IsInf,
            /// Whether NaN.
            isnan IsNan,
            /// Natural logarithm.
            log Log,
            /// ln(1 + x), accurate near 0.
            log1p Log1p,
            /// Logarithm to base 2.
            log2 Log2,
            /// Logarithm to base 10.
            log10 Log10,
            /// Not.
            logical_not LogicalNot,
            /// −x.
            negative Negative,
            /// +x.
            positive Positive,
            /// Real part.
            real Real,
            /// 1 / x.
            reciprocal Reciprocal,
            /// The nearest integer, ties to even.
            round Round,
            /// −1, 0 or 1; of a complex number x / |x|.
            sign Sign,
            /// Whether the sign bit is set.
            signbit Signbit,
            /// Sine.
            sin Sin,
            /// Hyperbolic sine.
            sinh Sinh,
            /// x².
            square Square,
            /// √x.
            sqrt Sqrt,
            /// Tangent.
            tan Tan,
            /// Hyperbolic tangent.
            tanh Tanh,
            /// The nearest integer towards zero.
            trunc Trunc,
        }
        crate::standard::elementwise::methods! { @binary
            /// x + y.
            add Add,
            /// Inverse tangent of x / y in the right quadrant.
            atan2 Atan2,
            /// x & y.
            bitwise_and BitwiseAnd,
            /// x << y.
            bitwise_left_shift BitwiseLeftShift,
            /// x | y.
            bitwise_or BitwiseOr,
            /// x >> y, with the sign.
            bitwise_right_shift BitwiseRightShift,
            /// x ^ y.
            bitwise_xor BitwiseXor,
            /// |x| with the sign of y.
            copysign Copysign,
            /// x / y; integers give `float64`.
            divide Divide,
            /// x = y.
            equal Equal,
            /// ⌊x / y⌋.
            floor_divide FloorDivide,
            /// x > y.
            greater Greater,
            /// x ≥ y.
            greater_equal GreaterEqual,
            /// √(x² + y²) without overflow.
            hypot Hypot,
            /// x < y.
            less Less,
            /// x ≤ y.
            less_equal LessEqual,
            /// ln(eˣ + eʸ) without overflow.
            logaddexp Logaddexp,
            /// Both.
            logical_and LogicalAnd,
            /// Either.
            logical_or LogicalOr,
            /// One but not both.
            logical_xor LogicalXor,
            /// The greater; NaN if either is.
            maximum Maximum,
            /// The lesser; NaN if either is.
            minimum Minimum,
            /// x · y, element by element.
            multiply Multiply,
            /// The next representable number after x towards y.
            nextafter Nextafter,
            /// x ≠ y.
            not_equal NotEqual,
            /// x to the power of y.
            pow Pow,
            /// The remainder of x / y, with the sign of y.
            remainder Remainder,
            /// x − y.
            subtract Subtract,
        }
    };
    (@unary $($(#[$doc:meta])* $name:ident $Func:ident,)+) => {$(
        $(#[$doc])*
        fn $name(&self) -> Result<Self> {
            self.unary(Func::$Func)
        }
    )+};
    (@binary $($(#[$doc:meta])* $name:ident $Func:ident,)+) => {$(
        $(#[$doc])*
        fn $name<'a>(&'a self, other: impl Into<Operand<'a, Self>>) -> Result<Self> {
            self.binary(Func::$Func, other)
        }
    )+};
}
pub(crate) use methods;

/// A function of arrays and scalars; numbers without a data type take that of the arrays.
pub(super) fn map<'a, A: Array, const N: usize>(
    func: Func,
    operands: [Operand<'a, A>; N],
) -> Result<A> {
    let op = func.name();
    let (func, operands) = in_range(func, operands);
    // The condition of `where` says nothing of the numbers beside it.
    let skip = usize::from(func == Func::Where);
    let dtypes = operands[skip..].iter().filter_map(|o| match o {
        Operand::Array(a) => Some(a.dtype()),
        Operand::Scalar(s) => Some(s.dtype()),
        Operand::Weak(_) => None,
    });
    let dtypes: SmallVec<[DType; 3]> = dtypes.collect();
    let dtype = if dtypes.is_empty() {
        let weak = operands[skip..].iter().filter_map(|o| match o {
            Operand::Weak(w) => Some(w.default_dtype()),
            _ => None,
        });
        weak.reduce(|a, b| promote_for(op, a, b).unwrap_or(b)).unwrap_or(DType::Bool)
    } else {
        result_type_for(op, dtypes)?
    };
    let mut arrays: SmallVec<[&A; 3]> = SmallVec::new();
    let args = operands
        .iter()
        .map(|operand| {
            Ok(match *operand {
                Operand::Array(a) => {
                    arrays.push(a);
                    Arg::Input
                }
                Operand::Scalar(s) => Arg::Scalar(s),
                Operand::Weak(w) => Arg::Scalar(w.resolve(op, dtype)?),
            })
        })
        .collect::<Result<_>>()?;
    A::apply_one(Map { func, args }, &arrays)
}

/// A comparison of integers with a number that their data type cannot hold, as one with a limit of the type that comes to
/// the same: all elements lie on one side of the number. Anything else as it is.
fn in_range<A: Array, const N: usize>(
    func: Func,
    operands: [Operand<'_, A>; N],
) -> (Func, [Operand<'_, A>; N]) {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let holds = match func {
        Func::Equal => [Equal].as_slice(),
        Func::NotEqual => &[Less, Greater],
        Func::Less => &[Less],
        Func::LessEqual => &[Less, Equal],
        Func::Greater => &[Greater],
        Func::GreaterEqual => &[Greater, Equal],
        _ => return (func, operands),
    };
    let first = matches!(operands.first(), Some(Operand::Weak(_)));
    let dtype = operands.iter().find_map(|operand| match operand {
        Operand::Array(array) => Some(array.dtype()),
        Operand::Scalar(scalar) => Some(scalar.dtype()),
        Operand::Weak(_) => None,
    });
    let number = operands.iter().find_map(|operand| match operand {
        Operand::Weak(Weak::Int(number)) => Some(*number),
        _ => None,
    });
    let (Some(dtype), Some(number)) = (dtype, number) else { return (func, operands) };
    // Beside `bool` an integer is one of 64 bits.
    let dtype = if dtype == DType::Bool { DType::Int64 } else { dtype };
    with_dtype!(dtype, [integer] T => {
        if T::try_from(number).is_ok() {
            return (func, operands);
        }
        // How the left side compares with the right one, whatever the element is.
        let left = if (number < 0) == first { Less } else { Greater };
        let (limit, always) = (Scalar::from(T::MIN), holds.contains(&left));
        let func = match (always, first) {
            (true, false) => Func::GreaterEqual,
            (true, true) => Func::LessEqual,
            (false, false) => Func::Less,
            (false, true) => Func::Greater,
        };
        let limited = operands.map(|operand| match operand {
            Operand::Weak(_) => Operand::Scalar(limit),
            other => other,
        });
        (func, limited)
    }, else (func, operands))
}

/// Limited to a range; `None` is no limit.
pub(super) fn clip<'a, A: Array>(
    array: &'a A,
    min: Option<Operand<'a, A>>,
    max: Option<Operand<'a, A>>,
) -> Result<A> {
    let result = match (min, max) {
        (None, None) => return Ok(array.clone()),
        (Some(min), None) => map(Func::Maximum, [array.into(), min])?,
        (None, Some(max)) => map(Func::Minimum, [array.into(), max])?,
        (Some(min), Some(max)) => map(Func::Clip, [array.into(), min, max])?,
    };
    result.astype(array.dtype())
}
