//! Products of which only the elements that another tensor stores are needed.
//!
//! Each is the sum of products of a line of the left operand and a line of the right one, both along the indices summed
//! over. A line of sparse elements is scattered into a workspace, where it stays as long as the next elements need it
//! too: elements come in the order of the tensor that asks for them, so operands change places where the right one's
//! lines change more slowly.

use super::dense::typed;
use super::groups::{Group, Groups};
use super::matrix::{Columns, Side};
use super::operand::{Operand, operands};
use crate::Result;
use crate::buffer::{Index, Indices, Values, Width, listed, zeroed};
use crate::dtype::{DType, Kind, Scalar};
use crate::engine::walk::{Key, Walk};
use crate::kernels::contract::{Arith, dot, gather_dot};
use crate::kernels::gather::Extent;
use crate::kernels::merge::each_common;
use crate::parallel;
use crate::standard::{Call, Contract, Label, Role};
use crate::tensor::{Pattern, Tensor};
use crate::{with_dtype, with_width};
use std::ops::Range;

/// The least number of elements that are computed together.
const TILE: usize = 4096;
/// How many times faster a multiplication is in a product of two blocks.
const BLOCKED: u128 = 4;
/// How many times longer a line must be than the one in the workspace, for searching it to pay.
const SEARCH: usize = 16;

/// An interval that all elements of a product lie in, if they are finite for sure.
pub(in crate::engine) fn range(
    op: &Contract,
    dtype: DType,
    left: &Tensor,
    right: &Tensor,
) -> Option<Extent> {
    let most = |tensor: &Tensor| {
        let stored = tensor.extent()?;
        let fill: f64 = tensor.fill().to();
        let is_full = tensor.stored() == tensor.meta().size();
        let most = stored.low.abs().max(stored.high.abs());
        let most = if is_full { most } else { most.max(fill.abs()) };
        (!stored.has_nan && (is_full || !fill.is_nan())).then_some(most)
    };
    let most = match dtype.kind() {
        Kind::Complex => return None,
        Kind::Bool => 1.0,
        Kind::Signed | Kind::Unsigned => f64::MAX,
        Kind::Float => {
            let axes = op.left.iter().zip(left.shape());
            let inner = axes.filter(|(label, _)| op.role(**label) == Role::Contracted);
            let terms: f64 = inner.map(|(_, &n)| n as f64).product();
            // Twice as much leaves room for rounding.
            2.0 * terms * most(left)? * most(right)?
        }
    };
    let is_finite = Scalar::Float64(most).cast(dtype).is_finite();
    is_finite.then_some(Extent { low: -most, high: most, has_nan: false })
}

/// Whether the elements of a product at what `mask` stores take no more work than the whole product.
pub(in crate::engine) fn is_less_work(
    op: &Contract,
    left: &Tensor,
    right: &Tensor,
    mask: &Tensor,
) -> bool {
    let is_full = |t: &Tensor| t.stored() == t.meta().size();
    if [left, right].iter().any(|t| !is_full(t) && !t.fill().is_zero()) {
        return false;
    }
    // As if what is stored were spread evenly over the lines.
    let each = |labels: &[Label], tensor: &Tensor| {
        let axes = labels.iter().zip(tensor.shape());
        let outer = axes.filter(|(label, _)| op.role(**label) != Role::Contracted);
        let lines = outer.fold(1, |n: u128, (_, &length)| n.saturating_mul(length as u128));
        tensor.stored() / lines.max(1)
    };
    let lines = [each(&op.left, left), each(&op.right, right)];
    let shared = op.left.iter().zip(left.shape()).filter(|(label, _)| op.right.contains(label));
    let shared = shared.fold(1, |n: u128, (_, &length)| n.saturating_mul(length as u128));
    let whole = left.stored().saturating_mul(right.stored()) / shared.max(1);
    let blocked = if is_full(left) && is_full(right) { BLOCKED } else { 1 };
    mask.stored().saturating_mul(lines[0].min(lines[1])).saturating_mul(blocked) <= whole
}

/// The elements of a product at what `mask`, which has its shape and no runs, stores; the others are left to a fill of 0.
///
/// # Errors
/// If an operand has more rows or columns than can be counted.
pub(in crate::engine) fn sampled(
    op: &Contract,
    call: &Call<'_>,
    [left, right]: [&Tensor; 2],
    mask: &Tensor,
) -> Result<Tensor> {
    let reversed;
    let innermost = mask.order().last().map(|&axis| op.role(op.result[axis]));
    let (op, left, right) = if innermost == Some(Role::Left) {
        reversed = op.swapped();
        (&reversed, right, left)
    } else {
        (op, left, right)
    };
    let name = call.op().name();
    let groups = Groups::new(name, op, left, right)?;
    let [left, right] = operands(name, call.output().dtype, op, [left, right])?;
    let outer = [groups.rows(), groups.batch.then(&groups.right)];
    let numbering = if right.is_full() { Columns::All } else { Columns::Any };
    let left = lines(&left, &outer[0], &groups.inner, numbering)?;
    let numbering = match &left {
        Side::Block(_) => Columns::All,
        Side::Rows(matrix) => Columns::Of(&matrix.columns),
    };
    let right = lines(&right, &outer[1], &groups.inner, numbering)?;
    let pattern = mask.pattern().compressed()?;
    let sampled = Sampled {
        op,
        mask,
        pattern: &pattern,
        outer,
        lines: [&left, &right],
        inner: groups.inner.size as usize,
    };
    let values = with_dtype!(call.output().dtype, T => Values::from(sampled.values::<T>()?));
    let fill = Scalar::zero(values.dtype());
    Ok(Tensor::new_unchecked(mask.pattern().clone(), mask.order(), values, fill))
}

/// The lines of an operand, along the indices summed over.
fn lines(operand: &Operand, outer: &Group, inner: &Group, numbering: Columns<'_>) -> Result<Side> {
    Ok(if operand.is_full() {
        Side::Block(operand.block(outer, inner)?)
    } else {
        Side::Rows(operand.matrix(outer, inner, false, numbering)?)
    })
}

struct Sampled<'a> {
    op: &'a Contract,
    mask: &'a Tensor,
    pattern: &'a Pattern,
    /// The labels of the left and of the right operand's lines.
    outer: [Group; 2],
    lines: [&'a Side; 2],
    /// The length of a line.
    inner: usize,
}

impl Sampled<'_> {
    /// The values at the leaf positions of the mask.
    fn values<T: Arith>(&self) -> Result<Vec<T>> {
        let mut out = zeroed::<T>("contract", self.pattern.stored())?;
        let [left, right] = self.lines;
        let (room, width) = match self.lines {
            [Side::Rows(left), Side::Rows(right)] => {
                (left.columns.len(), left.idx.width().max(right.idx.width()))
            }
            [Side::Rows(one), _] | [_, Side::Rows(one)] => (0, one.idx.width()),
            [Side::Block(_), Side::Block(_)] => (0, Width::U32),
        };
        let tile = room.max(TILE);
        with_width!(width, I => {
            let stored = [indices::<I>(left, width)?, indices::<I>(right, width)?];
            let chunks = out.chunks_mut(tile).enumerate();
            parallel::try_for_each(chunks, |(k, out): (usize, &mut [T])| {
                let leaves = k * tile..k * tile + out.len();
                let places = [self.places(0, leaves.clone())?, self.places(1, leaves)?];
                let mut dots = Dots::<T, I>::new(self.lines, self.inner, [&stored[0], &stored[1]], room)?;
                for (k, out) in out.iter_mut().enumerate() {
                    *out = dots.dot(places[0][k], places[1][k]);
                }
                Ok::<_, crate::Error>(())
            })?;
        });
        Ok(out)
    }

    /// The line of an operand that each of a range of leaf positions needs; [`NONE`] if it stores nothing.
    fn places(&self, side: usize, leaves: Range<usize>) -> Result<Vec<usize>> {
        let space = match self.lines[side] {
            Side::Block(_) => return self.keys(side, leaves, |key| key as usize),
            Side::Rows(matrix) => &matrix.rows,
        };
        self.keys(side, leaves, |key| space.find(key).unwrap_or(NONE))
    }

    fn keys(
        &self,
        side: usize,
        leaves: Range<usize>,
        place: impl Fn(u128) -> usize,
    ) -> Result<Vec<usize>> {
        let group = &self.outer[side];
        let strides = group.strides(&self.op.result, self.mask.order());
        let walk = Walk::new(self.pattern);
        if group.size <= u64::MAX.into() {
            let keys = walk.keys::<u64>(leaves, &strides)?;
            listed("contract", keys.into_iter().map(|key| place(key.number())))
        } else {
            listed("contract", walk.keys::<u128>(leaves, &strides)?.into_iter().map(place))
        }
    }
}

/// The line of what stores none.
const NONE: usize = usize::MAX;

/// The columns of sparse lines in a common width.
fn indices<I: Index>(side: &Side, width: Width) -> Result<Indices> {
    match side {
        Side::Rows(matrix) => matrix.idx.to_width(width),
        Side::Block(_) => Ok(I::erase(Vec::new().into())),
    }
}

/// A line of an operand.
enum Line<'a, T, I> {
    Block(&'a [T]),
    Sparse(&'a [I], &'a [T]),
}

struct Dots<'a, T, I> {
    sides: [&'a Side; 2],
    /// The length of the lines of a block.
    inner: usize,
    indices: [&'a [I]; 2],
    values: [&'a [T]; 2],
    /// A sparse line of the left operand, written out.
    workspace: Vec<T>,
    /// Which one that is.
    held: usize,
}

impl<'a, T: Arith, I: Index> Dots<'a, T, I> {
    fn new(
        sides: [&'a Side; 2],
        inner: usize,
        indices: [&'a Indices; 2],
        room: usize,
    ) -> Result<Self> {
        let values = sides.map(|side| match side {
            Side::Block(values) => typed::<T>(values),
            Side::Rows(matrix) => typed::<T>(&matrix.values),
        });
        let indices = indices.map(|indices| indices.as_slice().expect("the common width"));
        let workspace = zeroed("contract", room)?;
        Ok(Self { sides, inner, indices, values, workspace, held: NONE })
    }

    fn line(&self, side: usize, place: usize) -> Line<'a, T, I> {
        match self.sides[side] {
            Side::Rows(_) if place == NONE => Line::Sparse(&[], &[]),
            Side::Rows(matrix) => {
                let own = matrix.ptr[place]..matrix.ptr[place + 1];
                Line::Sparse(&self.indices[side][own.clone()], &self.values[side][own])
            }
            Side::Block(_) => Line::Block(&self.values[side][place * self.inner..][..self.inner]),
        }
    }

    /// Σ over what both lines have of the products.
    fn dot(&mut self, left: usize, right: usize) -> T {
        match (self.line(0, left), self.line(1, right)) {
            (Line::Block(x), Line::Block(y)) => dot(x, y),
            (Line::Block(block), Line::Sparse(idx, values))
            | (Line::Sparse(idx, values), Line::Block(block)) => gather_dot(idx, values, block),
            (Line::Sparse(short, x), Line::Sparse(long, y))
                if long.len() / SEARCH > short.len() =>
            {
                let mut sum = T::ZERO;
                each_common(short, long, |i, j| sum = sum.add(x[i].mul(y[j])));
                sum
            }
            (Line::Sparse(idx, values), Line::Sparse(other, y)) => {
                if self.held != left {
                    if let Line::Sparse(held, _) = self.line(0, self.held) {
                        held.iter().for_each(|i| self.workspace[i.get()] = T::ZERO);
                    }
                    for (i, &x) in idx.iter().zip(values) {
                        self.workspace[i.get()] = x;
                    }
                    self.held = left;
                }
                gather_dot(other, y, &self.workspace)
            }
        }
    }
}
