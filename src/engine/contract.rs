//! Contractions: sums of products over shared axes, as products of matrices.
//!
//! Whatever the labels, an operand is a [matrix](groups::Groups) whose rows and columns are groups of axes, either a
//! block of all elements or compressed rows. Where rows or columns are far more than elements, only those that occur
//! are numbered, so that time and memory depend on the stored elements and not on the lengths of axes.
//!
//! | left | right | product |
//! |---|---|---|
//! | block | block | dense (`gemm`), batch by batch |
//! | rows | block | each stored element times a row of the block |
//! | block | rows | each row of the block, scattered by the stored elements of the right |
//! | rows of [vectors](vectors) | block of vectors | vectors are multiplied number by number |
//! | rows | rows | Gustavson's, counted first; the upper half only for a matrix and its own transpose |
//!
//! Of a product that is multiplied with what stores little, only [those elements](sampled) are computed.
//!
//! A product is computed as the product of the transposed operands in reverse order where that fits how they are
//! stored. Sums are in the data type of the result, in an order that depends on the operands alone: integers wrap
//! around, `bool` has "or" for a sum and "and" for a product, floats round as in BLAS.
//!
//! Elements that are not stored count as in dense arithmetic: a fill other than 0 is [taken off](operand::operands)
//! and comes back as sums of rows and columns (exact for integers; errors of floats are relative to the largest of fill
//! and values; of `bool` the true terms are counted), and 0 times a value that is infinite or NaN
//! [is NaN](operand::meet_nonfinite). An operand is written out only where a fill other than 0 meets, in either
//! operand, what is not finite, so that nothing can be taken off.

mod assemble;
mod dense;
mod fills;
mod gram;
mod groups;
mod matrix;
mod operand;
mod sampled;
mod sparse;
mod tiles;
mod vectors;

use super::format::{check_bytes, densify_limit, finish};
use crate::buffer::{Indices, Values};
use crate::dtype::{DType, Scalar};
use crate::kernels::cast::cast;
use crate::standard::{Call, Contract, Label, Meta, Role};
use crate::tensor::{Leaf, Tensor};
use crate::{Result, with_width};
use assemble::{Body, Product};
use groups::{Group, Groups};
use matrix::{Columns, Matrix, Side, Space};
use operand::{meet_nonfinite, operands};
pub(super) use sampled::{is_less_work, range, sampled};
use sparse::{Pair, Rows};
use std::sync::Arc;

/// Evaluates a contraction. The result is stored by the [rule](super::result_format).
///
/// # Errors
/// If the result, or an operand that has to be written out, is dense and over the limit, or if an operand has more
/// rows or columns than can be counted.
pub(super) fn eval(
    op: &Contract,
    call: &Call<'_>,
    left: &Tensor,
    right: &Tensor,
) -> Result<Tensor> {
    let product = intermediate(op, call, left, right)?;
    finish(call.op().name(), product, false, &[left, right])
}

/// As [`eval`], in the format that the product comes in.
///
/// # Errors
/// As of [`eval`].
pub(super) fn intermediate(
    op: &Contract,
    call: &Call<'_>,
    left: &Tensor,
    right: &Tensor,
) -> Result<Tensor> {
    let (name, output) = (call.op().name(), call.output());
    let swapped = op.swapped();
    for (op, inputs) in [(op, [left, right]), (&swapped, [right, left])] {
        if let Some((product, groups)) = vectors::product(name, op, output.dtype, inputs)? {
            return product.into_tensor(&groups, op);
        }
    }
    let (op, left, right) = if cost(&swapped, right, left) < cost(op, left, right) {
        (&swapped, right, left)
    } else {
        (op, left, right)
    };
    let inputs = [left, right];
    let groups = Groups::new(name, op, left, right)?;
    let counted = Meta { dtype: DType::Int64, ..output.clone() };
    let is_counted = output.dtype == DType::Bool && leaves_true(inputs, &groups);
    let task =
        Task { name, op, output: if is_counted { &counted } else { output }, inputs, groups };
    let mut tensor = task.product()?.into_tensor(&task.groups, op)?;
    if is_counted {
        let (pattern, values) = (tensor.pattern().clone(), cast(&tensor.values()?, DType::Bool)?);
        let fill = tensor.fill().cast(DType::Bool);
        tensor = Tensor::new_unchecked(pattern, tensor.order(), values, fill);
    }
    Ok(tensor)
}

/// Whether `true` is left to the fill of an operand: from `bool` nothing can be taken off, but the terms that are true
/// can be counted, if there are not more than a count can tell from none.
fn leaves_true(inputs: [&Tensor; 2], groups: &Groups) -> bool {
    let leaves = |t: &Tensor| t.fill().to::<bool>() && t.stored() < t.meta().size();
    inputs.into_iter().any(leaves) && groups.inner.size <= u64::MAX.into()
}

/// The elements that have to be sorted because they are not stored as rows of the matrices.
fn cost(op: &Contract, left: &Tensor, right: &Tensor) -> u128 {
    let not_innermost = |role: Role, labels: &[Label], tensor: &Tensor| {
        let innermost = tensor.order().last().map(|&axis| op.role(labels[axis]));
        let has = labels.iter().any(|&label| op.role(label) == role);
        if has && innermost != Some(role) { tensor.stored() } else { 0 }
    };
    not_innermost(Role::Contracted, &op.left, left).saturating_add(not_innermost(
        Role::Right,
        &op.right,
        right,
    ))
}

/// A contraction of two tensors.
struct Task<'a> {
    name: &'static str,
    op: &'a Contract,
    output: &'a Meta,
    inputs: [&'a Tensor; 2],
    groups: Groups,
}

impl Task<'_> {
    fn product(&self) -> Result<Product> {
        let groups = &self.groups;
        if self.output.size() == 0 || groups.inner.size == 0 {
            return Ok(self.zeros());
        }
        let mut operands = operands(self.name, self.output.dtype, self.op, self.inputs)?;
        meet_nonfinite(self.name, groups, &mut operands, self.inputs)?;
        let fills = [operands[0].fill, operands[1].fill];
        // A fill reaches every row or column that the other operand has an element for.
        let [all_rows, all_columns] = fills.map(|fill| !fill.is_zero());
        let (rows, columns, depth) = (groups.rows(), &groups.right, groups.depth());
        self.check(if all_rows { rows.size } else { 0 })?;
        self.check(if all_columns { columns.size } else { 0 })?;

        let [left, right] = &operands;
        let mut right = if right.is_full() {
            Side::Block(right.block(&depth, columns)?)
        } else {
            let numbering = if all_columns { Columns::All } else { Columns::Any };
            Side::Rows(right.matrix(&depth, columns, false, numbering)?)
        };
        if let Side::Rows(matrix) = &mut right
            && (left.is_full() || all_rows)
            && !all_columns
        {
            matrix.drop_empty_columns()?;
        }
        if let Side::Rows(matrix) = &right
            && !all_rows
            && operands.iter().all(|o| o.zeros.is_empty())
            && self.is_gram()
            && gram::is_nearly_dense(matrix)
        {
            self.check((matrix.columns.len() as u128).pow(2))?;
            let (rows, columns) = (matrix.columns.clone(), matrix.columns.clone());
            let body = Body::Block(gram::panels(matrix)?);
            return Ok(Product { rows, columns, body, fill: Scalar::zero(self.output.dtype) });
        }
        let mut left = if left.is_full() {
            Side::Block(left.block(&rows, &groups.inner)?)
        } else {
            let deep = match &right {
                Side::Block(_) => Space::All(depth.size as usize),
                Side::Rows(matrix) => matrix.rows.clone(),
            };
            Side::Rows(left.matrix(&rows, &depth, all_rows, Columns::Of(&deep))?)
        };
        if let (Side::Rows(matrix), Side::Block(_), false) = (&mut left, &right, all_rows) {
            matrix.drop_empty_rows()?;
        }

        let all = |side: &Side, group: &Group, own: fn(&Matrix) -> &Space| match side {
            Side::Block(_) => Space::All(group.size as usize),
            Side::Rows(matrix) => own(matrix).clone(),
        };
        let rows = all(&left, &rows, |m| &m.rows);
        let columns = all(&right, columns, |m| &m.columns);
        let size = rows.len() as u128 * columns.len() as u128;
        let body = match (&left, &right) {
            (Side::Rows(a), Side::Rows(b)) => {
                let is_gram = operands.iter().all(|o| o.zeros.is_empty())
                    && self.is_gram()
                    && rows.same(&columns);
                let sparse = !all_rows && !all_columns;
                let whole = rows.is_all() && columns.is_all();
                let limit = match (sparse, whole) {
                    (false, _) => None,
                    (true, true) => Some(usize::try_from(size / 2).unwrap_or(usize::MAX)),
                    (true, false) => Some(usize::MAX),
                };
                self.rows_rows(a, b, limit, is_gram, size)?
            }
            (a, b) => {
                self.check(size)?;
                Body::Block(match (a, b) {
                    (Side::Block(a), Side::Block(b)) => dense::block_block(groups, a, b)?,
                    (Side::Block(a), Side::Rows(b)) => dense::block_rows(groups, a, b)?,
                    (Side::Rows(a), Side::Block(b)) => dense::rows_block(groups, a, b)?,
                    (Side::Rows(_), Side::Rows(_)) => unreachable!("the arm above"),
                })
            }
        };
        let product = Product { rows, columns, body, fill: Scalar::zero(self.output.dtype) };
        if !all_rows && !all_columns {
            return Ok(product);
        }
        // In the product's own left matrix there is nothing that meets no element of the right one.
        let left = match left {
            Side::Rows(_) if all_columns => {
                Side::Rows(operands[0].matrix(&groups.rows(), &depth, false, Columns::Any)?)
            }
            left => left,
        };
        fills::add(groups, product, [&left, &right], fills)
    }

    /// The product of sparse rows, as a block of all `size` elements where more than `limit` are stored.
    fn rows_rows(
        &self,
        left: &Matrix,
        right: &Matrix,
        limit: Option<usize>,
        is_gram: bool,
        size: u128,
    ) -> Result<Body> {
        let width = left.idx.width().max(right.idx.width());
        let (left_idx, right_idx) = (left.idx.to_width(width)?, right.idx.to_width(width)?);
        with_width!(width, I => {
            let pair = Pair::<I> {
                left,
                right,
                left_idx: left_idx.as_slice().expect("the common width"),
                right_idx: right_idx.as_slice().expect("the common width"),
            };
            if let Some(limit) = limit
                && let Some(rows) = pair.rows(limit)?
            {
                return Ok(Body::Rows(rows));
            }
            self.check(size)?;
            Ok(Body::Block(if is_gram { pair.gram()? } else { pair.block()? }))
        })
    }

    /// Whether the operands are the same elements, in any orders of axes, and each dimension that these are stored by is
    /// summed over in both or in neither, so that one matrix is the transpose of the other.
    fn is_gram(&self) -> bool {
        let [left, right] = self.inputs;
        let same = match (left.leaf(), right.leaf()) {
            (Leaf::Element(a), Leaf::Element(b)) => a.ptr_eq(b),
            (a, b) => a == b,
        };
        let mut axes = left.order().iter().zip(right.order());
        same && Arc::ptr_eq(left.pattern(), right.pattern())
            && left.fill() == right.fill()
            && axes.all(|(&l, &r)| {
                let (l, r) = (self.op.left[l], self.op.right[r]);
                match self.op.role(l) {
                    Role::Contracted => l == r,
                    Role::Left => self.op.role(r) == Role::Right,
                    Role::Batch | Role::Right => false,
                }
            })
    }

    /// An error if so many elements of the result, all stored, are over the limit.
    fn check(&self, elements: u128) -> Result<()> {
        let bytes = elements.saturating_mul(self.output.dtype.size() as u128);
        check_bytes(self.name, self.output, bytes, densify_limit(&self.inputs))
    }

    /// The product over no index at all.
    fn zeros(&self) -> Product {
        let none = || Space::Some(Arc::new(vec![]));
        let dtype = self.output.dtype;
        let rows = Rows {
            ptr: vec![0],
            idx: Indices::from(Vec::<u32>::new()),
            values: Values::zeros(dtype, 0),
        };
        let (body, fill) = (Body::Rows(rows), Scalar::zero(dtype));
        Product { rows: none(), columns: none(), body, fill }
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests;
