//! Products of products, slice by slice.
//!
//! ```text
//! ijk,kr->ijr     of a slice of the i's, a few hundred kilobytes
//! ijr,jr->ir      that slice of the result
//! ```
//!
//! Where an axis of a sparse operand lasts to the end, everything is done for a slice of it before the next, so that what is
//! between the products, which can be far more than operands and result, stays in the cache.
//!
//! A product of which only sums are asked for is not formed either: what is summed of one operand alone is summed first.
//!
//! ```text
//! ij,jk->ik, summed over k     jk->j, then ij,j->i
//! ```

use super::contract;
use super::lanes::all_stored;
use crate::Result;
use crate::dtype::{Kind, Scalar};
use crate::kernels::gather::Extent;
use crate::parallel;
use crate::standard::{AxisSlice, Contract, Join, Label, Meta, Op, Reduce, Reindex};
use crate::tensor::Tensor;
use smallvec::SmallVec;

/// The bytes between the products of a slice.
const SLICE: u128 = 512 * 1024;

/// A factor of a product.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Factor {
    Operand(usize),
    Product(usize),
}

/// Products, each but the last a factor of one that follows, and perhaps a sum of the last one.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) products: Vec<(Contract, [Factor; 2])>,
    pub(super) sum: Option<Reduce>,
}

/// An operand's axis by which a chain is cut, and the result's axis that it becomes.
struct Cut {
    operand: usize,
    axis: usize,
    result: usize,
}

impl Chain {
    /// The last product, or its sum.
    pub(super) fn eval(&self, operands: &[&Tensor]) -> Result<Tensor> {
        let Some(sum) = &self.sum else { return self.last(operands) };
        if let [(op, [Factor::Operand(left), Factor::Operand(right)])] = &*self.products
            && let Some(summed) = summed(op, sum, [operands[*left], operands[*right]])?
        {
            return Ok(summed);
        }
        apply(sum.clone(), &[&self.last(operands)?])
    }

    fn last(&self, operands: &[&Tensor]) -> Result<Tensor> {
        let Some(cut) = self.cut(operands) else { return self.product(operands) };
        let whole = operands[cut.operand];
        let length = whole.shape()[cut.axis];
        let count = (self.between(operands) / SLICE).clamp(1, length.max(1) as u128) as usize;
        if count == 1 {
            return self.product(operands);
        }
        let bound = |k: usize| (length as u128 * k as u128 / count as u128) as usize;
        let parts = parallel::try_map(0..count, |k: usize| {
            let mut slices: SmallVec<[AxisSlice; 4]> =
                whole.shape().iter().map(|&n| AxisSlice::full(n)).collect();
            let start = bound(k);
            slices[cut.axis] = AxisSlice { start, step: 1, length: bound(k + 1) - start };
            let slice = apply(Reindex::Slice { slices }, &[whole])?;
            let mut own: SmallVec<[&Tensor; 4]> = operands.into();
            own[cut.operand] = &slice;
            self.product(&own)
        })?;
        apply(Join::Concat { axis: cut.result }, &parts.iter().collect::<Vec<_>>())
    }

    fn product(&self, operands: &[&Tensor]) -> Result<Tensor> {
        let mut products: Vec<Tensor> = Vec::with_capacity(self.products.len());
        for (k, (op, factors)) in self.products.iter().enumerate() {
            let factor = |factor: Factor| match factor {
                Factor::Operand(k) => operands[k],
                Factor::Product(k) => &products[k],
            };
            let [left, right] = factors.map(factor);
            let full = Op::from(op.clone());
            let call = full.call(&[left.meta(), right.meta()])?;
            let product = if k + 1 < self.products.len() {
                contract::intermediate(op, &call, left, right)?
            } else {
                contract::eval(op, &call, left, right)?
            };
            products.push(product);
        }
        Ok(products.pop().expect("a chain has products"))
    }

    /// The outermost axis stored of the sparse operand that stores most, if it lasts to the end and is in no other operand.
    fn cut(&self, operands: &[&Tensor]) -> Option<Cut> {
        let sparse = operands.iter().enumerate().filter(|(_, t)| !all_stored(t));
        let (operand, tensor) = sparse.max_by_key(|(_, t)| t.stored())?;
        let axis = *tensor.order().first()?;
        let mut factor = Factor::Operand(operand);
        let mut along = axis;
        loop {
            let mut uses = self.products.iter().enumerate().flat_map(|(k, (op, factors))| {
                let sides = [(&op.left, &op.right), (&op.right, &op.left)];
                factors.iter().zip(sides).filter(|(f, _)| **f == factor).map(move |(_, s)| (k, s))
            });
            let (k, (own, other)): (usize, (&SmallVec<[Label; 8]>, _)) = uses.next()?;
            let label = own[along];
            if uses.next().is_some() || other.contains(&label) {
                return None;
            }
            along = self.products[k].0.result.iter().position(|&l| l == label)?;
            if k + 1 == self.products.len() {
                return Some(Cut { operand, axis, result: along });
            }
            factor = Factor::Product(k);
        }
    }

    /// The bytes that are expected between the products: as if what is stored were spread evenly.
    fn between(&self, operands: &[&Tensor]) -> u128 {
        let mut known: Vec<(u128, Meta)> = Vec::with_capacity(self.products.len());
        let mut bytes: u128 = 0;
        for (op, factors) in &self.products[..self.products.len() - 1] {
            let factor = |factor: Factor| match factor {
                Factor::Operand(k) => (operands[k].stored(), operands[k].meta()),
                Factor::Product(k) => (known[k].0, &known[k].1),
            };
            let [left, right] = factors.map(factor);
            let full = Op::from(op.clone());
            let Ok(mut metas) = full.infer(&[left.1, right.1]) else { return 0 };
            let meta = metas.swap_remove(0);
            let axes = op.left.iter().zip(&left.1.shape);
            let shared = axes.filter(|(label, _)| op.right.contains(label));
            let terms = left.0.saturating_mul(right.0);
            let stored = shared.fold(terms, |n, (_, &length)| n.div_ceil(length.max(1) as u128));
            let stored = stored.min(meta.size());
            bytes = bytes.saturating_add(stored.saturating_mul(meta.dtype.size() as u128));
            known.push((stored, meta));
        }
        bytes
    }
}

/// A sum of a product from sums of its operands, if they are of one data type, in which none of the sums overflows.
fn summed(op: &Contract, sum: &Reduce, operands: [&Tensor; 2]) -> Result<Option<Tensor>> {
    let dtype = operands[0].dtype();
    let product = Op::from(op.clone()).infer(&operands.map(Tensor::meta))?.swap_remove(0);
    let result = Op::from(sum.clone()).infer(&[&product])?.swap_remove(0);
    if [operands[1].dtype(), product.dtype, result.dtype] != [dtype; 3] {
        return Ok(None);
    }
    let terms: f64 = sum.axes.iter().map(|&axis| product.shape[axis] as f64).product();
    let fits = |extent: Extent| {
        let most = terms * extent.low.abs().max(extent.high.abs());
        extent.low > extent.high || Scalar::Float64(most).cast(dtype).is_finite()
    };
    // Integers wrap around, in whichever order.
    if dtype.kind() == Kind::Float {
        let extents = [
            contract::range(op, dtype, operands[0], operands[1]),
            operands[0].extent(),
            operands[1].extent(),
        ];
        if !extents.into_iter().all(|extent| extent.is_some_and(fits)) {
            return Ok(None);
        }
    } else if !matches!(dtype.kind(), Kind::Signed | Kind::Unsigned) {
        return Ok(None);
    }
    let gone = |label: &Label| sum.axes.iter().any(|&axis| op.result[axis] == *label);
    let side = |own: &[Label], other: &[Label], tensor: &Tensor| -> Result<_> {
        let alone = |label: &Label| gone(label) && !other.contains(label);
        let axes = (0..own.len()).filter(|&axis| alone(&own[axis])).collect();
        let sum = Reduce { axes, keepdims: false, ..sum.clone() };
        let labels = own.iter().copied().filter(|label| !alone(label)).collect();
        Ok((apply(sum, &[tensor])?, labels))
    };
    let (left, left_labels) = side(&op.left, &op.right, operands[0])?;
    let (right, right_labels) = side(&op.right, &op.left, operands[1])?;
    let labels = op.result.iter().copied().filter(|label| !gone(label)).collect();
    let op = Contract { left: left_labels, right: right_labels, result: labels };
    let summed = apply(op, &[&left, &right])?;
    if !sum.keepdims {
        return Ok(Some(summed));
    }
    apply(Reindex::Reshape { shape: result.shape }, &[&summed]).map(Some)
}

/// The only result of an operation.
fn apply(op: impl Into<Op>, operands: &[&Tensor]) -> Result<Tensor> {
    Ok(super::apply_op(&op.into(), operands)?.swap_remove(0))
}
