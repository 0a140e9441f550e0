//! What is known of values without looking at each: an interval that they lie in.
//!
//! A function whose argument is its fill may give one value whatever the others are: 0 · x, if x is finite. Which
//! functions can is a table, [`absorbs`]; whether it is so here follows from the intervals of the arguments, of which
//! those of stored values are found once and [kept](crate::tensor::Tensor::extent).

use crate::dtype::{DType, Kind, Scalar};
use crate::kernels::gather::Extent;
use crate::kernels::map::map_scalar;
use crate::standard::Func;
use smallvec::SmallVec;

/// Whether a function gives one value for many others, so that much of what is stored may become the fill.
pub(super) const fn collapses(func: Func) -> bool {
    use Func::*;
    matches!(
        func,
        BitwiseAnd
            | BitwiseRightShift
            | Ceil
            | Clip
            | Equal
            | Floor
            | FloorDivide
            | Greater
            | GreaterEqual
            | Imag
            | IsFinite
            | IsInf
            | IsNan
            | Less
            | LessEqual
            | LogicalAnd
            | LogicalNot
            | LogicalOr
            | LogicalXor
            | Maximum
            | Minimum
            | NotEqual
            | Real
            | Remainder
            | Round
            | Signbit
            | Trunc
            | Where
    )
}

/// Whether a function may give one value for one of an argument, whatever the other arguments are.
pub(super) const fn absorbs(func: Func) -> bool {
    use Func::*;
    matches!(
        func,
        Atan2
            | BitwiseAnd
            | BitwiseLeftShift
            | BitwiseOr
            | BitwiseRightShift
            | Clip
            | Copysign
            | Divide
            | Equal
            | FloorDivide
            | Greater
            | GreaterEqual
            | Less
            | LessEqual
            | LogicalAnd
            | LogicalOr
            | Maximum
            | Minimum
            | Multiply
            | NotEqual
            | Pow
            | Remainder
            | Where
    )
}

/// The interval of one value; complex ones have none.
pub(super) fn point(value: Scalar) -> Option<Extent> {
    if value.dtype().kind() == Kind::Complex {
        return None;
    }
    let value: f64 = value.to();
    Some(if value.is_nan() {
        Extent { has_nan: true, ..Extent::NONE }
    } else {
        Extent { low: value, high: value, has_nan: false }
    })
}

/// Whether every value is a zero.
pub(super) fn is_zero(range: Extent) -> bool {
    (range.low, range.high, range.has_nan) == (0.0, 0.0, false)
}

/// The interval after a conversion; `None` where none is known.
pub(super) fn cast(range: Option<Extent>, dtype: DType) -> Option<Extent> {
    let range = range?;
    match dtype.kind() {
        Kind::Float => {
            // Rounding keeps the order; beyond the ends of the type is infinity.
            let rounded = |x: f64| Scalar::Float64(x).cast(dtype).to::<f64>();
            Some(Extent { low: rounded(range.low), high: rounded(range.high), ..range })
        }
        Kind::Bool => {
            let is_true = range.low > 0.0 || range.high < 0.0 || range.low > range.high;
            let low = if is_true { 1.0 } else { 0.0 };
            let high = if is_zero(range) { 0.0 } else { 1.0 };
            Some(Extent { low, high, has_nan: false })
        }
        _ => None,
    }
}

/// The interval of a function that computes in a data type, of arguments of some types in these intervals; `None` where
/// none is known.
pub(super) fn of_args(
    func: Func,
    compute: DType,
    args: impl Iterator<Item = (DType, Option<Extent>)>,
) -> Option<Extent> {
    let converted = args.enumerate().map(|(k, (from, range))| {
        let dtype = func.arg_dtype(k, compute);
        if from == dtype { range } else { cast(range, dtype) }
    });
    map(func, compute, &converted.collect::<SmallVec<[_; 3]>>())
}

/// The interval of a function of arguments in these intervals; `None` where none is known.
pub(super) fn map(func: Func, compute: DType, args: &[Option<Extent>]) -> Option<Extent> {
    let args: SmallVec<[Extent; 3]> = args.iter().copied().collect::<Option<_>>()?;
    let is_float = compute.kind() == Kind::Float;
    let any_nan = args.iter().any(|a| a.has_nan);
    let zero = Extent { low: 0.0, high: 0.0, has_nan: false };
    let is_finite = |r: Extent| r.is_finite() && r.low <= r.high;
    let has_zero = |r: Extent| r.low <= 0.0 && r.high >= 0.0;
    match (func, args.as_slice()) {
        // Increasing where they are defined: the ends go to the ends.
        (
            Func::Positive
            | Func::Sqrt
            | Func::Exp
            | Func::Expm1
            | Func::Log
            | Func::Log1p
            | Func::Log2
            | Func::Log10
            | Func::Tanh
            | Func::Sinh
            | Func::Asinh
            | Func::Atan
            | Func::Floor
            | Func::Ceil
            | Func::Trunc
            | Func::Round,
            [x],
        ) if is_float && x.low <= x.high => {
            let end = |x: f64| map_scalar(func, compute, &[Scalar::Float64(x)]).to::<f64>();
            let (low, high) = (end(x.low), end(x.high));
            let is_defined = !low.is_nan() && !high.is_nan();
            is_defined.then_some(Extent { low, high, has_nan: x.has_nan })
        }
        (Func::Negative, [x]) if is_float => Some(Extent { low: -x.high, high: -x.low, ..*x }),
        (Func::Abs, [x]) if is_float => {
            let high = x.high.max(-x.low);
            let low = if has_zero(*x) { 0.0 } else { x.low.max(-x.high) };
            Some(Extent { low, high, ..*x })
        }
        (Func::Square, [x]) if is_float => map(Func::Multiply, compute, &[Some(*x), Some(*x)]),
        (Func::Multiply, [x, y]) => {
            let (a, b) = (is_zero(*x), is_zero(*y));
            if (a && is_finite(*y)) || (b && is_finite(*x)) {
                return Some(zero);
            }
            if !is_float || !is_finite(*x) || !is_finite(*y) {
                return None;
            }
            ends(compute, [x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high])
        }
        (Func::Divide, [x, y]) => {
            if y.has_nan || has_zero(*y) || y.low > y.high {
                return None;
            }
            if is_zero(*x) {
                return Some(zero);
            }
            if !is_float || !is_finite(*x) || !is_finite(*y) {
                return None;
            }
            ends(compute, [x.low / y.low, x.low / y.high, x.high / y.low, x.high / y.high])
        }
        (Func::Add, [x, y]) if is_float && is_finite(*x) && is_finite(*y) => {
            ends(compute, [x.low + y.low, x.high + y.high, x.low + y.low, x.high + y.high])
        }
        (Func::Subtract, [x, y]) if is_float && is_finite(*x) && is_finite(*y) => {
            ends(compute, [x.low - y.high, x.high - y.low, x.low - y.high, x.high - y.low])
        }
        (Func::Maximum, [x, y]) if !any_nan => {
            Some(Extent { low: x.low.max(y.low), high: x.high.max(y.high), has_nan: false })
        }
        (Func::Minimum, [x, y]) if !any_nan => {
            Some(Extent { low: x.low.min(y.low), high: x.high.min(y.high), has_nan: false })
        }
        (
            Func::Equal
            | Func::NotEqual
            | Func::Less
            | Func::LessEqual
            | Func::Greater
            | Func::GreaterEqual,
            [x, y],
        ) => compare(func, *x, *y),
        (Func::LogicalAnd | Func::BitwiseAnd, [x, y]) if is_zero(*x) || is_zero(*y) => Some(zero),
        (Func::LogicalOr, [x, y]) => {
            let or = |a: f64, b: f64| if a != 0.0 || b != 0.0 { 1.0 } else { 0.0 };
            let low = if has_zero(*x) && has_zero(*y) { 0.0 } else { or(x.low, y.low) };
            Some(Extent { low, high: or(x.high.max(-x.low), y.high.max(-y.low)), has_nan: false })
        }
        (Func::Pow, [x, y]) if is_zero(*x) && y.low > 0.0 && !y.has_nan => Some(zero),
        (Func::Where, [condition, x, y]) => Some(match (condition.low, condition.high) {
            (1.0, 1.0) => *x,
            (0.0, 0.0) => *y,
            _ => x.and(*y),
        }),
        _ => None,
    }
}

/// What comparisons of numbers in two intervals give.
fn compare(func: Func, x: Extent, y: Extent) -> Option<Extent> {
    // Beyond 2⁵³ two integers may be one number of an interval.
    const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    let ends = [x.low, x.high, y.low, y.high];
    if ends.iter().any(|end| end.is_finite() && end.abs() >= EXACT) {
        return None;
    }
    let (less, greater) = (x.low < y.high, x.high > y.low);
    let equal = x.low <= y.high && y.low <= x.high;
    let nan = x.has_nan || y.has_nan;
    let (holds, fails) = match func {
        Func::Less => (less, equal || greater || nan),
        Func::LessEqual => (less || equal, greater || nan),
        Func::Greater => (greater, equal || less || nan),
        Func::GreaterEqual => (greater || equal, less || nan),
        Func::Equal => (equal, less || greater || nan),
        _ => (less || greater || nan, equal),
    };
    let (low, high) = (if fails { 0.0 } else { 1.0 }, if holds { 1.0 } else { 0.0 });
    (low <= high).then_some(Extent { low, high, has_nan: false })
}

/// The interval between the least and the greatest of some numbers as a type rounds them; `None` if any is NaN.
fn ends(compute: DType, ends: [f64; 4]) -> Option<Extent> {
    let point = |x: f64| Extent { low: x, high: x, has_nan: x.is_nan() };
    let hull = ends.into_iter().map(point).reduce(Extent::and)?;
    if hull.has_nan { None } else { cast(Some(hull), compute) }
}
