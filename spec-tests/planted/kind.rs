//! [`Planted`]: a dense array that computes one thing wrongly.

use redpoll::dense::Dense;
use redpoll::dtype::{Kind, Scalar};
use redpoll::standard::{
    Call, Contract, Footprint, Func, Map, Meta, Op, Outputs, Reduce, Reduction, Reindex,
};
use redpoll::testing::oracle::Reference;
use redpoll::{Array, Result, buffer::Values};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fault {
    /// Nothing.
    None,
    /// `multiply` of two diagonal matrices adds.
    DiagonalsAdd,
    /// The transpose of a tridiagonal matrix has zeros in its last row.
    BandLosesLastRow,
    /// The sum of squares is divided by the count, whatever the correction.
    CorrectionIgnored,
    /// A permutation matrix on the left of a product is taken for its inverse.
    PermutationInverted,
    /// The sum of a constant other than 0 is that constant.
    ConstantSummedOnce,
    /// A slice of a triangular matrix sees zeros on the diagonal.
    TriangleLosesDiagonal,
    /// Cumulative sums and products of a symmetric matrix see a zero in its lower left corner.
    SymmetricCornerLost,
    /// `negative` of 0 is 0, not −0.
    ZeroSignLost,
    /// Beside an axis of any other length, one of length 1 is its element followed by zeros.
    LengthOneNotStretched,
    /// `argmax` gives the last of equals.
    LastOfEquals,
    /// Sums along an axis leave out what follows the last whole chunk of three.
    LastChunkForgotten,
    /// `multiply` of two circulant matrices adds.
    CirculantsAdd,
}

/// A dense array with a fault, which results inherit.
#[derive(Debug, Clone)]
pub(super) struct Planted {
    array: Dense,
    fault: Fault,
}

impl Planted {
    pub(super) fn new(shape: &[usize], values: Values, fault: Fault) -> Result<Self> {
        Ok(Self { array: Dense::from_values(shape, values)?, fault })
    }
}

impl Array for Planted {
    fn meta(&self) -> &Meta {
        self.array.meta()
    }

    fn footprint(&self) -> Footprint {
        self.array.footprint()
    }

    fn to_values(&self) -> Result<Values> {
        self.array.to_values()
    }

    fn eval(call: &Call<'_>, inputs: &[&Self]) -> Result<Outputs<Self>> {
        let fault = inputs.first().map_or(Fault::None, |x| x.fault);
        let arrays: Vec<&Dense> = inputs.iter().map(|x| &x.array).collect();
        let outputs = match wrong(fault, call, &arrays)? {
            Some(outputs) => outputs,
            None => Dense::eval(call, &arrays)?,
        };
        Ok(outputs.into_iter().map(|array| Self { array, fault }).collect())
    }
}

/// Wrong results where the fault shows, `None` where it does not.
fn wrong(fault: Fault, call: &Call<'_>, inputs: &[&Dense]) -> Result<Option<Outputs<Dense>>> {
    let op = call.op();
    let references = inputs.iter().map(|x| Reference::of(*x)).collect::<Result<Vec<_>>>()?;
    // The right results of another operation, or of the operation on other inputs.
    let other = |op: &Op, inputs: &[&Reference]| -> Result<Option<Outputs<Dense>>> {
        let arrays: Vec<Dense> = inputs
            .iter()
            .map(|x| Dense::from_values(&x.shape, x.values()))
            .collect::<Result<_>>()?;
        Dense::apply(op, &arrays.iter().collect::<Vec<_>>()).map(Some)
    };
    let added = |x: &Reference, y: &Reference| other(&Map::of_arrays(Func::Add).into(), &[x, y]);
    let [x, rest @ ..] = references.as_slice() else { return Ok(None) };
    match (fault, op, rest) {
        (Fault::DiagonalsAdd, Op::Map(map), [y])
            if map.func == Func::Multiply && diagonal(x) && diagonal(y) && x.shape == y.shape =>
        {
            added(x, y)
        }
        (Fault::CirculantsAdd, Op::Map(map), [y])
            if map.func == Func::Multiply && is_circulant(x) && is_circulant(y) =>
        {
            if x.shape == y.shape { added(x, y) } else { Ok(None) }
        }
        (Fault::BandLosesLastRow, Op::Reindex(Reindex::Permute { axes }), [])
            if axes[..] == [1, 0] && tridiagonal(x) =>
        {
            other(op, &[&changed(x, |i, e| if i[1] + 1 == x.shape[1] { zero(x) } else { e })])
        }
        (Fault::CorrectionIgnored, Op::Reduce(reduce), []) => {
            let reduction = match reduce.reduction {
                Reduction::Var { .. } => Reduction::Var { correction: 0.0 },
                Reduction::Std { .. } => Reduction::Std { correction: 0.0 },
                Reduction::MeanVar { .. } => Reduction::MeanVar { correction: 0.0 },
                other => other,
            };
            other(&Reduce { reduction, ..reduce.clone() }.into(), &[x])
        }
        (Fault::PermutationInverted, Op::Contract(contract), [y])
            if x.ndim() == 2 && permutation(x) =>
        {
            let left = contract.left.iter().rev().copied().collect();
            other(&Contract { left, ..contract.clone() }.into(), &[x, y])
        }
        (Fault::ConstantSummedOnce, Op::Reduce(reduce), [])
            if reduce.reduction == Reduction::Sum && constant(x) =>
        {
            other(&Reduce { reduction: Reduction::Max, ..reduce.clone() }.into(), &[x])
        }
        (Fault::TriangleLosesDiagonal, Op::Reindex(Reindex::Slice { .. }), []) if triangular(x) => {
            other(op, &[&changed(x, |i, e| if i[0] == i[1] { zero(x) } else { e })])
        }
        (Fault::SymmetricCornerLost, Op::Scan(_), []) if symmetric(x) => {
            let corner = [x.shape[0] - 1, 0];
            other(op, &[&changed(x, |i, e| if i == corner { zero(x) } else { e })])
        }
        (Fault::ZeroSignLost, Op::Map(map), [])
            if map.func == Func::Negative && x.dtype.kind() == Kind::Float =>
        {
            let lost = |_: &[usize], e: Scalar| if is_zero(e) { e } else { negative(e) };
            let positive = Map { func: Func::Positive, args: map.args.clone() };
            other(&positive.into(), &[&changed(x, lost)])
        }
        (Fault::LengthOneNotStretched, Op::Map(_), [y])
            if x.ndim() == y.ndim() && x.shape != y.shape =>
        {
            let shape: Vec<usize> =
                x.shape.iter().zip(&y.shape).map(|(&n, &m)| if n == 1 { m } else { n }).collect();
            let padded = |a: &Reference| {
                let outside = |i: &[usize]| i.iter().zip(&a.shape).any(|(&i, &n)| i >= n);
                Reference::from_fn(&shape, a.dtype, |i| if outside(i) { zero(a) } else { a.at(i) })
            };
            other(op, &[&padded(x), &padded(y)])
        }
        (Fault::LastOfEquals, Op::Reduce(reduce), []) if reduce.reduction == Reduction::ArgMax => {
            let axis = reduce.axes[0];
            let last = x.shape[axis] as i64 - 1;
            let backwards: Vec<usize> = (0..x.shape[axis]).rev().collect();
            let Some(found) = other(op, &[&x.taken(axis, &backwards)])? else { return Ok(None) };
            Ok(Some(found.iter().map(|k| k.reversed(Func::Subtract, last)).collect::<Result<_>>()?))
        }
        (Fault::LastChunkForgotten, Op::Reduce(reduce), [])
            if reduce.reduction == Reduction::Sum =>
        {
            let whole = |x: Reference, &axis: &usize| {
                let n = x.shape[axis];
                x.taken(axis, &(0..if n > 3 { n / 3 * 3 } else { n }).collect::<Vec<_>>())
            };
            other(op, &[&reduce.axes.iter().fold(x.clone(), whole)])
        }
        _ => Ok(None),
    }
}

/// The circulant matrix of a matrix's first row; what is not square remains.
pub(super) fn circulant(x: Reference) -> Reference {
    match x.shape[..] {
        [rows, columns] if rows == columns => {
            Reference::from_fn(&x.shape, x.dtype, |i| x.at(&[0, (i[1] + rows - i[0]) % rows]))
        }
        _ => x,
    }
}

fn changed(x: &Reference, change: impl Fn(&[usize], Scalar) -> Scalar) -> Reference {
    Reference::from_fn(&x.shape, x.dtype, |i| change(i, x.at(i)))
}

fn zero(x: &Reference) -> Scalar {
    Scalar::zero(x.dtype)
}

fn is_zero(x: Scalar) -> bool {
    !x.to::<bool>()
}

fn negative(x: Scalar) -> Scalar {
    Scalar::from(-x.to::<f64>()).cast(x.dtype())
}

/// Whether it is a square matrix of three rows or more whose elements other than 0 are where this holds.
fn only_where(x: &Reference, holds: fn(usize, usize) -> bool) -> bool {
    matches!(x.shape[..], [n, m] if n == m && n >= 3)
        && changed(x, |i, e| if holds(i[0], i[1]) { zero(x) } else { e })
            .elements
            .into_iter()
            .all(is_zero)
}

fn diagonal(x: &Reference) -> bool {
    only_where(x, |i, j| i == j)
}

fn tridiagonal(x: &Reference) -> bool {
    only_where(x, |i, j| i.abs_diff(j) <= 1)
}

fn triangular(x: &Reference) -> bool {
    only_where(x, |i, j| i >= j) || only_where(x, |i, j| i <= j)
}

fn symmetric(x: &Reference) -> bool {
    only_where(x, |_, _| true) && x.permuted(&[1, 0]).elements == x.elements
}

fn is_circulant(x: &Reference) -> bool {
    only_where(x, |_, _| true) && circulant(x.clone()).elements == x.elements
}

fn permutation(x: &Reference) -> bool {
    let ones = |x: &Reference| {
        x.elements
            .chunks(x.shape[1])
            .all(|row| row.iter().filter(|&&e| e == Scalar::one(x.dtype)).count() == 1)
    };
    only_where(x, |_, _| true)
        && x.elements.iter().all(|&e| is_zero(e) || e == Scalar::one(x.dtype))
        && ones(x)
        && ones(&x.permuted(&[1, 0]))
}

fn constant(x: &Reference) -> bool {
    x.elements.len() > 1 && x.elements.iter().all(|&e| e == x.elements[0] && !is_zero(e))
}
