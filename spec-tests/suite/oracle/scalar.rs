//! One scalar at a time: what the functions accept, and their values.

use crate::dtype::{Complex64, Complex128, DType, Kind, Scalar};
use crate::standard::Func;
use Func as F;

/// The smallest data type that holds the values of both, in the sense of the ranges of integers and the digits of
/// floats; `None` where only a float would hold both of two integer types.
pub fn promote(left: DType, right: DType) -> Option<DType> {
    // From narrow to wide: the bits of the least and greatest integers, whether fractions, whether complex.
    let holds = |wide: DType, narrow: DType| {
        let (w, n) = (extent(wide), extent(narrow));
        wide == narrow
            || narrow == DType::Bool
            || (w.negative >= n.negative
                && w.positive >= n.positive
                && w.fractions >= n.fractions
                && w.complex >= n.complex)
    };
    let both_integers = left.is_integer() && right.is_integer();
    [
        DType::Bool,
        DType::UInt8,
        DType::Int8,
        DType::UInt16,
        DType::Int16,
        DType::UInt32,
        DType::Int32,
        DType::UInt64,
        DType::Int64,
        DType::Float32,
        DType::Float64,
        DType::Complex64,
        DType::Complex128,
    ]
    .into_iter()
    .filter(|d| !both_integers || d.is_integer())
    .find(|&d| holds(d, left) && holds(d, right))
}

/// How many bits of integers a type holds on either side of 0, how many of fractions, and whether in the plane.
struct Extent {
    negative: u32,
    positive: u32,
    fractions: u32,
    complex: bool,
}

fn extent(dtype: DType) -> Extent {
    let bits = 8 * dtype.size() as u32;
    match dtype.kind() {
        Kind::Bool => Extent { negative: 0, positive: 1, fractions: 0, complex: false },
        Kind::Unsigned => Extent { negative: 0, positive: bits, fractions: 0, complex: false },
        Kind::Signed => {
            Extent { negative: bits - 1, positive: bits - 1, fractions: 0, complex: false }
        }
        // 64-bit integers go to float64, the widest there is, though it has 53 bits.
        Kind::Float | Kind::Complex => {
            let complex = dtype.kind() == Kind::Complex;
            let wide = bits == if complex { 128 } else { 64 };
            let (integers, fractions) = if wide { (64, 53) } else { (24, 24) };
            Extent { negative: integers, positive: integers, fractions, complex }
        }
    }
}

/// Whether a function is defined on arguments of a type, as the standard lists them; beyond the standard, integers
/// and `bool` are taken where it asks for floats, and any type where it asks for `bool`.
pub fn accepts(func: Func, dtype: DType) -> bool {
    let (bool, integer) = (dtype == DType::Bool, dtype.is_integer());
    let complex = dtype.kind() == Kind::Complex;
    match func {
        F::BitwiseAnd | F::BitwiseInvert | F::BitwiseOr | F::BitwiseXor => bool || integer,
        F::BitwiseLeftShift | F::BitwiseRightShift => integer,
        F::Abs
        | F::Add
        | F::Conj
        | F::Imag
        | F::Multiply
        | F::Negative
        | F::Positive
        | F::Pow
        | F::Real
        | F::Round
        | F::Sign
        | F::Square
        | F::Subtract => !bool,
        F::Ceil
        | F::Clip
        | F::Floor
        | F::FloorDivide
        | F::Greater
        | F::GreaterEqual
        | F::Less
        | F::LessEqual
        | F::Maximum
        | F::Minimum
        | F::Remainder
        | F::Trunc => !bool && !complex,
        F::Atan2 | F::Copysign | F::Hypot | F::Logaddexp | F::Nextafter | F::Signbit => !complex,
        _ => true,
    }
}

/// Whether a function is computed in floating point, whatever its arguments.
fn floats(func: Func) -> bool {
    matches!(
        func,
        F::Acos
            | F::Acosh
            | F::Asin
            | F::Asinh
            | F::Atan
            | F::Atan2
            | F::Atanh
            | F::Copysign
            | F::Cos
            | F::Cosh
            | F::Divide
            | F::Exp
            | F::Expm1
            | F::Hypot
            | F::Log
            | F::Log1p
            | F::Log2
            | F::Log10
            | F::Logaddexp
            | F::Nextafter
            | F::Reciprocal
            | F::Signbit
            | F::Sin
            | F::Sinh
            | F::Sqrt
            | F::Tan
            | F::Tanh
    )
}

/// The type in which a function is computed; `None` where it does not accept the arguments.
pub fn compute_dtype(func: Func, args: &[DType]) -> Option<DType> {
    let values = if func == F::Where { &args[1..] } else { args };
    if func == F::Where && args[0] != DType::Bool {
        return None;
    }
    let dtype = values[1..].iter().try_fold(values[0], |a, &b| promote(a, b))?;
    if !accepts(func, dtype) {
        return None;
    }
    Some(match func {
        F::LogicalAnd | F::LogicalNot | F::LogicalOr | F::LogicalXor => DType::Bool,
        _ if floats(func) && !dtype.is_floating() => DType::Float64,
        _ => dtype,
    })
}

/// The type of the result of a computation.
pub fn result_dtype(func: Func, compute: DType) -> DType {
    match func {
        F::Equal
        | F::Greater
        | F::GreaterEqual
        | F::IsFinite
        | F::IsInf
        | F::IsNan
        | F::Less
        | F::LessEqual
        | F::LogicalAnd
        | F::LogicalNot
        | F::LogicalOr
        | F::LogicalXor
        | F::NotEqual
        | F::Signbit => DType::Bool,
        F::Abs | F::Imag | F::Real => compute.real(),
        _ => compute,
    }
}

/// The value of a function of scalars of any types; `None` where the reference does not know it.
pub fn function(func: Func, compute: DType, args: &[Scalar]) -> Option<Scalar> {
    if func == F::Where {
        return Some(convert(args[if args[0].to::<bool>() { 1 } else { 2 }], compute));
    }
    let args: Vec<Scalar> = args.iter().map(|a| convert(*a, compute)).collect();
    let value = match compute.kind() {
        Kind::Bool => booleans(func, &args),
        Kind::Signed | Kind::Unsigned => integers(func, compute, &args)?,
        Kind::Float => reals(func, compute, &args),
        Kind::Complex => complexes(func, &args)?,
    };
    Some(convert(value, result_dtype(func, compute)))
}

/// A scalar as a number of another type: integers wrap around, floats are truncated and saturate, NaN is 0.
pub fn convert(scalar: Scalar, dtype: DType) -> Scalar {
    let complex: Complex128 = scalar.to();
    match (scalar.dtype().kind(), dtype.kind()) {
        _ if scalar.dtype() == dtype => scalar,
        (Kind::Bool | Kind::Signed | Kind::Unsigned, Kind::Bool) => {
            Scalar::Bool(integer(scalar) != 0)
        }
        (_, Kind::Bool) => Scalar::Bool(complex.re != 0.0 || complex.im != 0.0),
        (Kind::Bool | Kind::Signed | Kind::Unsigned, Kind::Signed | Kind::Unsigned) => {
            wrap(integer(scalar), dtype)
        }
        (_, Kind::Signed | Kind::Unsigned) => {
            let (low, high) = range(dtype);
            wrap((complex.re as i128).clamp(low, high), dtype)
        }
        (Kind::Bool | Kind::Signed | Kind::Unsigned, _) => {
            // From the integer itself, so that it is rounded once.
            let value = integer(scalar);
            match dtype {
                DType::Float32 => Scalar::Float32(value as f32),
                DType::Float64 => Scalar::Float64(value as f64),
                DType::Complex64 => Scalar::Complex64(Complex64::new(value as f32, 0.0)),
                _ => Scalar::Complex128(Complex128::new(value as f64, 0.0)),
            }
        }
        (_, _) => match dtype {
            DType::Float32 => Scalar::Float32(complex.re as f32),
            DType::Float64 => Scalar::Float64(complex.re),
            DType::Complex64 => {
                Scalar::Complex64(Complex64::new(complex.re as f32, complex.im as f32))
            }
            _ => Scalar::Complex128(complex),
        },
    }
}

/// The sum, in the type of both.
pub fn plus(a: Scalar, b: Scalar) -> Scalar {
    match a.dtype().kind() {
        Kind::Bool => Scalar::Bool(a.to::<bool>() | b.to::<bool>()),
        _ => function(F::Add, a.dtype(), &[a, b]).expect("known"),
    }
}

/// The product, in the type of both.
pub fn times(a: Scalar, b: Scalar) -> Scalar {
    match a.dtype().kind() {
        Kind::Bool => Scalar::Bool(a.to::<bool>() & b.to::<bool>()),
        _ => function(F::Multiply, a.dtype(), &[a, b]).expect("known"),
    }
}

/// Whether one number of a real type is below the other.
pub(super) fn less(a: Scalar, b: Scalar) -> bool {
    if a.dtype().is_integer() { integer(a) < integer(b) } else { a.to::<f64>() < b.to::<f64>() }
}

fn integer(scalar: Scalar) -> i128 {
    match scalar {
        Scalar::UInt64(v) => v.into(),
        other => other.to::<i64>().into(),
    }
}

fn range(dtype: DType) -> (i128, i128) {
    let bits = 8 * dtype.size() as u32;
    match dtype.kind() {
        Kind::Signed => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        _ => (0, (1 << bits) - 1),
    }
}

/// The integer of a type that has the same low bits.
fn wrap(value: i128, dtype: DType) -> Scalar {
    let (low, high) = range(dtype);
    let value = low + (value - low).rem_euclid(high - low + 1);
    match dtype {
        DType::UInt64 => Scalar::UInt64(value as u64),
        _ => Scalar::Int64(value as i64).cast(dtype),
    }
}

fn booleans(func: Func, args: &[Scalar]) -> Scalar {
    let x: bool = args[0].to();
    let y: bool = args.last().expect("one or two").to();
    Scalar::Bool(match func {
        F::BitwiseAnd | F::LogicalAnd => x && y,
        F::BitwiseOr | F::LogicalOr => x || y,
        F::BitwiseXor | F::LogicalXor | F::NotEqual => x != y,
        F::BitwiseInvert | F::LogicalNot => !x,
        F::Equal => x == y,
        F::IsFinite => true,
        F::IsInf | F::IsNan => false,
        other => unreachable!("{other} of bool"),
    })
}

fn integers(func: Func, dtype: DType, args: &[Scalar]) -> Option<Scalar> {
    let x = integer(args[0]);
    let y = args.get(1).map_or(0, |&a| integer(a));
    let z = args.get(2).map_or(0, |&a| integer(a));
    let bits = 8 * dtype.size() as i128;
    // Division rounds down; by 0 it gives 0.
    let quotient =
        || if y == 0 { 0 } else { x.div_euclid(y) - i128::from(y < 0 && x.rem_euclid(y) != 0) };
    let truth = |value: bool| Some(Scalar::Bool(value));
    let value = match func {
        F::Abs => x.abs(),
        F::Add => x + y,
        F::BitwiseAnd => x & y,
        F::BitwiseInvert => !x,
        F::BitwiseLeftShift if (0..bits).contains(&y) => x << y,
        F::BitwiseLeftShift => 0,
        F::BitwiseOr => x | y,
        F::BitwiseRightShift if (0..bits).contains(&y) => x >> y,
        F::BitwiseRightShift => {
            if x < 0 {
                -1
            } else {
                0
            }
        }
        F::BitwiseXor => x ^ y,
        F::Ceil | F::Conj | F::Floor | F::Positive | F::Real | F::Round | F::Trunc => x,
        F::Clip => x.max(y).min(z),
        F::Equal => return truth(x == y),
        F::FloorDivide => quotient(),
        F::Greater => return truth(x > y),
        F::GreaterEqual => return truth(x >= y),
        F::Imag => 0,
        F::IsFinite => return truth(true),
        F::IsInf | F::IsNan => return truth(false),
        F::Less => return truth(x < y),
        F::LessEqual => return truth(x <= y),
        F::Maximum => x.max(y),
        F::Minimum => x.min(y),
        F::Multiply => return Some(wrap(x.wrapping_mul(y), dtype)),
        F::Negative => -x,
        F::NotEqual => return truth(x != y),
        F::Pow => return power(x, y, dtype),
        F::Remainder => {
            if y == 0 {
                0
            } else {
                x - y * quotient()
            }
        }
        F::Sign => x.signum(),
        F::Square => x.wrapping_mul(x),
        F::Subtract => x - y,
        other => unreachable!("{other} of integers"),
    };
    Some(wrap(value, dtype))
}

/// Of integers, multiplied out; unknown where the exponent is too large for that, or negative, which the standard
/// leaves open.
fn power(base: i128, exponent: i128, dtype: DType) -> Option<Scalar> {
    (0..300).contains(&exponent).then(|| {
        (0..exponent).fold(wrap(1, dtype), |p, _| wrap(integer(p).wrapping_mul(base), dtype))
    })
}

fn reals(func: Func, dtype: DType, args: &[Scalar]) -> Scalar {
    let x: f64 = args[0].to();
    let y: f64 = args.get(1).map_or(0.0, |a| a.to());
    let nan = args.iter().any(|a| a.to::<f64>().is_nan());
    let truth = Scalar::Bool;
    Scalar::Float64(match func {
        F::Abs => x.abs(),
        F::Acos => x.acos(),
        F::Acosh => x.acosh(),
        F::Add => x + y,
        F::Asin => x.asin(),
        F::Asinh => x.asinh(),
        F::Atan => x.atan(),
        F::Atan2 => x.atan2(y),
        F::Atanh => x.atanh(),
        F::Ceil => x.ceil(),
        F::Clip if nan => f64::NAN,
        F::Clip => x.max(y).min(args[2].to()),
        F::Conj | F::Positive | F::Real => x,
        F::Copysign => x.copysign(y),
        F::Cos => x.cos(),
        F::Cosh => x.cosh(),
        F::Divide => x / y,
        F::Equal => return truth(x == y),
        F::Exp => x.exp(),
        F::Expm1 => x.exp_m1(),
        F::Floor => x.floor(),
        F::FloorDivide => (x / y).floor(),
        F::Greater => return truth(x > y),
        F::GreaterEqual => return truth(x >= y),
        F::Hypot => x.hypot(y),
        F::Imag => 0.0,
        F::IsFinite => return truth(x.is_finite()),
        F::IsInf => return truth(x.is_infinite()),
        F::IsNan => return truth(x.is_nan()),
        F::Less => return truth(x < y),
        F::LessEqual => return truth(x <= y),
        F::Log => x.ln(),
        F::Log1p => x.ln_1p(),
        F::Log2 => x.log2(),
        F::Log10 => x.log10(),
        F::Logaddexp if nan || x.max(y).is_infinite() => {
            if nan {
                f64::NAN
            } else {
                x.max(y)
            }
        }
        F::Logaddexp => x.max(y) + (-(x - y).abs()).exp().ln_1p(),
        F::Maximum => {
            if nan {
                f64::NAN
            } else {
                x.max(y)
            }
        }
        F::Minimum => {
            if nan {
                f64::NAN
            } else {
                x.min(y)
            }
        }
        F::Multiply => x * y,
        F::Negative => -x,
        F::Nextafter => return next_after(args[0], args[1], dtype),
        F::NotEqual => return truth(x != y),
        F::Pow => x.powf(y),
        F::Reciprocal => 1.0 / x,
        F::Remainder => {
            let rest = x % y;
            let rest = if rest != 0.0 && (rest < 0.0) != (y < 0.0) { rest + y } else { rest };
            // Also a zero has the sign of the divisor.
            if rest == 0.0 { rest.copysign(y) } else { rest }
        }
        F::Round => x.round_ties_even(),
        F::Sign => {
            if nan || x == 0.0 {
                x + 0.0
            } else {
                x.signum()
            }
        }
        F::Signbit => return truth(x.is_sign_negative()),
        F::Sin => x.sin(),
        F::Sinh => x.sinh(),
        F::Sqrt => x.sqrt(),
        F::Square => x * x,
        F::Subtract => x - y,
        F::Tan => x.tan(),
        F::Tanh => x.tanh(),
        F::Trunc => x.trunc(),
        other => unreachable!("{other} of floats"),
    })
}

fn next_after(x: Scalar, y: Scalar, dtype: DType) -> Scalar {
    macro_rules! next {
        ($T:ty) => {{
            let (x, y): ($T, $T) = (x.to(), y.to());
            Scalar::from(match x.partial_cmp(&y) {
                None => <$T>::NAN,
                Some(std::cmp::Ordering::Less) => x.next_up(),
                Some(std::cmp::Ordering::Greater) => x.next_down(),
                Some(std::cmp::Ordering::Equal) => y,
            })
        }};
    }
    if dtype == DType::Float32 { next!(f32) } else { next!(f64) }
}

/// Unknown where an argument is not finite, or at a pole or a branch cut.
fn complexes(func: Func, args: &[Scalar]) -> Option<Scalar> {
    let x: Complex128 = args[0].to();
    let y: Complex128 = args.get(1).map_or(x, |a| a.to());
    let part = |f: fn(f64) -> f64| Complex128::new(f(x.re), f(x.im));
    match func {
        F::Abs => return Some(x.norm().into()),
        F::Equal => return Some((x == y).into()),
        F::Imag => return Some(x.im.into()),
        F::IsFinite => return Some((x.re.is_finite() && x.im.is_finite()).into()),
        F::IsInf => return Some((x.re.is_infinite() || x.im.is_infinite()).into()),
        F::IsNan => return Some((x.re.is_nan() || x.im.is_nan()).into()),
        F::NotEqual => return Some((x != y).into()),
        F::Real => return Some(x.re.into()),
        F::Conj => return Some(x.conj().into()),
        F::Positive => return Some(x.into()),
        F::Negative => return Some((-x).into()),
        F::Add => return Some((x + y).into()),
        F::Subtract => return Some((x - y).into()),
        _ => {}
    }
    if !(x.is_finite() && y.is_finite()) {
        return None;
    }
    let value = match func {
        F::Multiply => x * y,
        F::Square => x * x,
        F::Divide if y.norm() > 0.0 => x / y,
        F::Reciprocal if x.norm() > 0.0 => x.inv(),
        F::Exp => x.exp(),
        F::Expm1 => x.exp() - 1.0,
        F::Round => part(f64::round_ties_even),
        F::Sign if x.norm() == 0.0 => x,
        F::Sign => x / x.norm(),
        F::Cos => x.cos(),
        F::Cosh => x.cosh(),
        F::Sin => x.sin(),
        F::Sinh => x.sinh(),
        F::Tan => x.tan(),
        F::Tanh => x.tanh(),
        // Off the axes, where the branch cuts and poles are.
        _ if x.re * x.im == 0.0 || y.re * y.im == 0.0 => return None,
        F::Acos => x.acos(),
        F::Acosh => x.acosh(),
        F::Asin => x.asin(),
        F::Asinh => x.asinh(),
        F::Atan => x.atan(),
        F::Atanh => x.atanh(),
        F::Log => x.ln(),
        F::Log1p => (x + 1.0).ln(),
        F::Log2 => x.ln() / std::f64::consts::LN_2,
        F::Log10 => x.ln() / std::f64::consts::LN_10,
        F::Pow => x.powc(y),
        F::Sqrt => x.sqrt(),
        _ => return None,
    };
    Some(value.into())
}
