//! Loops over one, two or three lanes, generic over the function: they know no operation.

use super::Lane;
use crate::buffer::ValuesMut;
use crate::dtype::Element;
use crate::kernels::BLOCK;

/// A lane whose type is known.
enum Operand<'a, T> {
    Slice(&'a [T]),
    Scalar(T),
}

impl<'a, T: Element> Operand<'a, T> {
    fn new(lane: Lane<'a>, len: usize) -> Self {
        match lane {
            Lane::Slice(values) => {
                assert_eq!(values.len(), len, "lengths of argument and result");
                Self::Slice(T::slice(values).expect("argument of the type it is computed in"))
            }
            Lane::Scalar(value) => Self::Scalar(value.to()),
        }
    }
}

fn typed<R: Element>(out: ValuesMut<'_>) -> &mut [R] {
    R::slice_mut(out).expect("result of the function's result type")
}

/// `out[k] = f(a[k])`. Returns `true`, so that a table of functions can tell what it knows.
#[inline(never)]
pub(super) fn unary<A: Element, R: Element>(
    args: &[Lane<'_>],
    out: ValuesMut<'_>,
    f: impl Fn(A) -> R,
) -> bool {
    let out = typed::<R>(out);
    match Operand::new(args[0], out.len()) {
        Operand::Slice(a) => {
            for (out, &a) in out.iter_mut().zip(a) {
                *out = f(a);
            }
        }
        Operand::Scalar(a) => out.fill(f(a)),
    }
    true
}

/// `out[k] = f(a[k], b[k])`. Returns `true` as [`unary`].
#[inline(never)]
pub(super) fn binary<A: Element, B: Element, R: Element>(
    args: &[Lane<'_>],
    out: ValuesMut<'_>,
    f: impl Fn(A, B) -> R,
) -> bool {
    let out = typed::<R>(out);
    match (Operand::new(args[0], out.len()), Operand::new(args[1], out.len())) {
        (Operand::Slice(a), Operand::Slice(b)) => {
            for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
                *out = f(a, b);
            }
        }
        (Operand::Slice(a), Operand::Scalar(b)) => {
            for (out, &a) in out.iter_mut().zip(a) {
                *out = f(a, b);
            }
        }
        (Operand::Scalar(a), Operand::Slice(b)) => {
            for (out, &b) in out.iter_mut().zip(b) {
                *out = f(a, b);
            }
        }
        (Operand::Scalar(a), Operand::Scalar(b)) => out.fill(f(a, b)),
    }
    true
}

/// `out[k] = f(a[k], b[k], c[k])`. Returns `true` as [`unary`].
///
/// With three lanes there are eight cases of slices and scalars. One loop serves all: a scalar becomes a block of
/// copies that stays in the cache.
#[inline(never)]
pub(super) fn ternary<A: Element, B: Element, C: Element, R: Element>(
    args: &[Lane<'_>],
    out: ValuesMut<'_>,
    f: impl Fn(A, B, C) -> R,
) -> bool {
    let out = typed::<R>(out);
    let len = out.len();
    let (mut a_copies, mut b_copies, mut c_copies) =
        ([A::ZERO; BLOCK], [B::ZERO; BLOCK], [C::ZERO; BLOCK]);
    let a = Blocks::new(args[0], len, &mut a_copies);
    let b = Blocks::new(args[1], len, &mut b_copies);
    let c = Blocks::new(args[2], len, &mut c_copies);
    for (block, out) in out.chunks_mut(BLOCK).enumerate() {
        let (a, b, c) = (a.get(block), b.get(block), c.get(block));
        for (((out, &a), &b), &c) in out.iter_mut().zip(a).zip(b).zip(c) {
            *out = f(a, b, c);
        }
    }
    true
}

/// The blocks of a lane.
enum Blocks<'a, T> {
    Slice(&'a [T]),
    Copies(&'a [T; BLOCK]),
}

impl<'a, T: Element> Blocks<'a, T> {
    fn new(lane: Lane<'a>, len: usize, copies: &'a mut [T; BLOCK]) -> Self {
        match Operand::new(lane, len) {
            Operand::Slice(slice) => Self::Slice(slice),
            Operand::Scalar(value) => {
                copies[..len.min(BLOCK)].fill(value);
                Self::Copies(copies)
            }
        }
    }

    fn get(&self, block: usize) -> &'a [T] {
        match self {
            Self::Slice(slice) => &slice[block * BLOCK..slice.len().min((block + 1) * BLOCK)],
            Self::Copies(copies) => &copies[..],
        }
    }
}
