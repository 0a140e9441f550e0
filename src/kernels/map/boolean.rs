//! Elementwise functions computed in `bool`.

use super::Lane;
use super::arity::{binary, unary};
use crate::buffer::ValuesMut;
use crate::standard::Func;

/// Computes `func`; `false` where it is none of `bool`.
pub(super) fn map_into(func: Func, args: &[Lane<'_>], out: ValuesMut<'_>) -> bool {
    match func {
        Func::BitwiseAnd | Func::LogicalAnd => binary(args, out, |x: bool, y: bool| x & y),
        Func::BitwiseOr | Func::LogicalOr => binary(args, out, |x: bool, y: bool| x | y),
        Func::BitwiseXor | Func::LogicalXor => binary(args, out, |x: bool, y: bool| x ^ y),
        Func::BitwiseInvert | Func::LogicalNot => unary(args, out, |x: bool| !x),
        Func::IsFinite => unary(args, out, |_: bool| true),
        Func::IsInf | Func::IsNan => unary(args, out, |_: bool| false),
        _ => false,
    }
}
