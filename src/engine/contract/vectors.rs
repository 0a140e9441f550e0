//! Products whose innermost labels are in both operands and the result: an element is a short *vector*, whose numbers are
//! multiplied one by one with those of the other operand.
//!
//! ```text
//! ijr,jr->ir    the left operand stores a vector of r numbers for each (i, j): rows of the matrix (i, j)
//!               times the block of vectors j, r
//! ```
//!
//! So nothing of the left operand's values is moved, which as one more index of a block diagonal matrix they all would be.

use super::assemble::{Body, Product};
use super::dense::{by_rows, typed};
use super::groups::{Group, Groups};
use super::matrix::{Columns, Matrix, Space};
use super::operand::Operand;
use crate::buffer::{Values, listed};
use crate::dtype::{DType, Element, Scalar};
use crate::engine::lanes::all_stored;
use crate::kernels::cast::cast;
use crate::kernels::contract::{Rows, rows_vectors};
use crate::standard::{Contract, Role, Shape};
use crate::tensor::{Level, Pattern, Tensor};
use crate::{Result, with_dtype, with_width};

/// The product and the groups of its labels, if the left operand stores vectors and the right one, all of whose elements
/// are stored, is finite.
pub(super) fn product(
    name: &str,
    op: &Contract,
    dtype: DType,
    [left, right]: [&Tensor; 2],
) -> Result<Option<(Product, Groups)>> {
    let count = innermost(op, left, right);
    let unfit = count == 0 || all_stored(left) || !left.fill().is_zero() || !all_stored(right);
    if unfit || !right.all_finite()? {
        return Ok(None);
    }
    // The left operand above the vectors stores where the vectors begin.
    let (upper, own) = left.order().split_at(left.ndim() - count);
    let dims = &left.pattern().dims()[..upper.len()];
    let levels = left.pattern().levels();
    let pattern = Pattern::new_unchecked(dims, levels[..levels.len() - count].to_vec())?;
    let places: Values =
        listed("contract", (0..pattern.stored()).map(|place| place as u64))?.into();
    let labels: Vec<_> =
        (0..left.ndim()).filter(|axis| !own.contains(axis)).map(|axis| op.left[axis]).collect();
    let order = upper.iter().map(|axis| axis - own.iter().filter(|own| *own < axis).count());
    let tensor =
        Tensor::new_unchecked(pattern, order.collect::<Shape>(), places, Scalar::UInt64(0));
    let fill = tensor.fill();
    let operand = Operand { tensor, fill, labels, zeros: vec![] };

    let vector: Group = own.iter().map(|&axis| (op.left[axis], left.shape()[axis])).collect();
    let mut groups = Groups::new(name, op, left, right)?;
    groups.batch = groups.batch.without(&vector);
    groups.right = groups.right.then(&vector);
    let depth = groups.depth();
    let matrix = operand.matrix(&groups.rows(), &depth, false, Columns::All)?;
    let right = Operand::new(name, right, dtype, &op.right)?;
    let block = right.block(&depth, &groups.right)?;
    let values = multiply(
        &matrix,
        &cast(&left.values()?, dtype)?,
        &block,
        [groups.right.size as usize, vector.size as usize],
    )?;
    let columns = Space::All(groups.right.size as usize);
    let (rows, body, fill) = (matrix.rows, Body::Block(values), Scalar::zero(dtype));
    Ok(Some((Product { rows, columns, body, fill }, groups)))
}

/// How many of the left operand's innermost storage dimensions are those of vectors.
fn innermost(op: &Contract, left: &Tensor, right: &Tensor) -> usize {
    let levels = left.pattern().levels().iter().rev();
    let dense = levels.take_while(|level| matches!(level, Level::Dense)).count();
    let own = left.order().iter().rev().map(|&axis| op.left[axis]);
    let other = right.order().iter().rev().map(|&axis| op.right[axis]);
    let same = own.zip(other).take_while(|(l, r)| l == r && op.role(*l) == Role::Batch);
    same.count().min(dense)
}

/// Rows whose elements are vectors of `own` numbers, times a block with rows of `n`: the rows of the result.
fn multiply(
    places: &Matrix,
    left: &Values,
    block: &Values,
    [n, own]: [usize; 2],
) -> Result<Values> {
    by_rows(places, n, left.dtype(), |rows, out| {
        with_width!(places.idx.width(), I => with_dtype!(left.dtype(), T => {
            let idx = places.idx.as_slice::<I>().expect("own width");
            let ptr = &places.ptr[rows.start..=rows.end];
            let out = T::slice_mut(out).expect("the result's data type");
            let rows = Rows { ptr, idx, values: typed::<u64>(&places.values) };
            rows_vectors(rows, typed::<T>(left), typed::<T>(block), [n, own], out);
        }));
    })
}
