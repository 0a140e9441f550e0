//! Elementwise functions computed in the integer types.

use super::Lane;
use super::arity::{binary, ternary, unary};
use crate::buffer::ValuesMut;
use crate::dtype::Integer;
use crate::standard::Func;

/// Computes `func`; `false` where it is none of integers.
pub(super) fn map_into<T: Integer>(func: Func, args: &[Lane<'_>], out: ValuesMut<'_>) -> bool {
    match func {
        Func::Abs => unary(args, out, |x: T| if x < T::ZERO { x.negated() } else { x }),
        Func::Add => binary(args, out, T::plus),
        Func::BitwiseAnd => binary(args, out, |x: T, y: T| x & y),
        Func::BitwiseInvert => unary(args, out, |x: T| !x),
        Func::BitwiseLeftShift => binary(args, out, left_shift::<T>),
        Func::BitwiseOr => binary(args, out, |x: T, y: T| x | y),
        Func::BitwiseRightShift => binary(args, out, right_shift::<T>),
        Func::BitwiseXor => binary(args, out, |x: T, y: T| x ^ y),
        Func::Ceil
        | Func::Conj
        | Func::Floor
        | Func::Positive
        | Func::Real
        | Func::Round
        | Func::Trunc => unary(args, out, |x: T| x),
        Func::Clip => ternary(args, out, |x: T, low: T, high: T| x.max(low).min(high)),
        Func::FloorDivide => binary(args, out, floor_divide::<T>),
        Func::Greater => binary(args, out, |x: T, y: T| x > y),
        Func::GreaterEqual => binary(args, out, |x: T, y: T| x >= y),
        Func::Imag => unary(args, out, |_: T| T::ZERO),
        Func::IsFinite => unary(args, out, |_: T| true),
        Func::IsInf | Func::IsNan => unary(args, out, |_: T| false),
        Func::Less => binary(args, out, |x: T, y: T| x < y),
        Func::LessEqual => binary(args, out, |x: T, y: T| x <= y),
        Func::Maximum => binary(args, out, |x: T, y: T| x.max(y)),
        Func::Minimum => binary(args, out, |x: T, y: T| x.min(y)),
        Func::Multiply => binary(args, out, T::times),
        Func::Negative => unary(args, out, T::negated),
        Func::Pow => binary(args, out, pow::<T>),
        Func::Remainder => binary(args, out, remainder::<T>),
        Func::Sign => unary(args, out, sign::<T>),
        Func::Square => unary(args, out, |x: T| x.times(x)),
        Func::Subtract => binary(args, out, T::minus),
        _ => false,
    }
}

/// How many bits to shift by; `None` where all are shifted out.
fn shift<T: Integer>(count: T) -> Option<usize> {
    count.to_usize().filter(|&c| c < <T as Integer>::BITS as usize)
}

fn left_shift<T: Integer>(x: T, count: T) -> T {
    shift(count).map_or(T::ZERO, |c| x << c)
}

fn right_shift<T: Integer>(x: T, count: T) -> T {
    match shift(count) {
        Some(c) => x >> c,
        None if x < T::ZERO => T::ONE.negated(),
        None => T::ZERO,
    }
}

/// Whether `y` is −1, by which the least integer must not be divided.
fn minus_one<T: Integer>(y: T) -> bool {
    y < T::ZERO && y == T::ONE.negated()
}

fn floor_divide<T: Integer>(x: T, y: T) -> T {
    if y == T::ZERO {
        T::ZERO
    } else if minus_one(y) {
        x.negated()
    } else {
        let (quotient, rest) = (x / y, x % y);
        let down = rest != T::ZERO && (rest < T::ZERO) != (y < T::ZERO);
        if down { quotient - T::ONE } else { quotient }
    }
}

fn remainder<T: Integer>(x: T, y: T) -> T {
    if y == T::ZERO || minus_one(y) {
        return T::ZERO;
    }
    let rest = x % y;
    let other_sign = rest != T::ZERO && (rest < T::ZERO) != (y < T::ZERO);
    if other_sign { rest + y } else { rest }
}

fn sign<T: Integer>(x: T) -> T {
    if x < T::ZERO {
        T::ONE.negated()
    } else if x > T::ZERO {
        T::ONE
    } else {
        T::ZERO
    }
}

fn pow<T: Integer>(x: T, exponent: T) -> T {
    if exponent < T::ZERO {
        let odd = exponent & T::ONE == T::ONE;
        return match x {
            _ if x == T::ONE || (minus_one(x) && !odd) => T::ONE,
            _ if minus_one(x) => x,
            _ => T::ZERO,
        };
    }
    let (mut power, mut base, mut left) = (T::ONE, x, exponent);
    while left != T::ZERO {
        if left & T::ONE == T::ONE {
            power = power.times(base);
        }
        base = base.times(base);
        left = left >> 1;
    }
    power
}
