//! Products whose innermost labels are in both operands and the result: *lanes*, numbers that are multiplied one by one
//! with those of the other operand, as if an element were a short vector.
//!
//! ```text
//! ijr,jr->ir    the left operand stores a vector of r numbers for each (i, j): rows of the matrix (i, j)
//!               times the block of vectors j, r
//! ```
//!
//! So nothing of the left operand's values is moved, which as one more index of a block diagonal matrix they all would be.

use super::assemble::{Body, Product};
use super::dense::typed;
use super::groups::{Group, Groups};
use super::matrix::Space;
use super::matrix::{Columns, Matrix};
use super::operand::Operand;
use super::tiles::{cut_values, tiles};
use crate::buffer::{Values, listed};
use crate::dtype::{DType, Element, Scalar};
use crate::kernels::cast::cast;
use crate::kernels::contract::{Rows, rows_lanes};
use crate::parallel;
use crate::standard::{Contract, Role, Shape};
use crate::tensor::{Level, Pattern, Tensor};
use crate::{Result, with_dtype, with_width};

/// The product and the groups of its labels, if the left operand has lanes and the right one, all of whose elements are
/// stored, is finite.
pub(super) fn product(
    name: &str,
    op: &Contract,
    dtype: DType,
    [left, right]: [&Tensor; 2],
) -> Result<Option<(Product, Groups)>> {
    let count = lanes(op, left, right);
    let is_full = |t: &Tensor| t.stored() == t.meta().size();
    let unfit = count == 0 || is_full(left) || !left.fill().is_zero() || !is_full(right);
    if unfit || !right.all_finite()? {
        return Ok(None);
    }
    // The left operand above the lanes stores where the vectors begin.
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

    let lanes: Group = own.iter().map(|&axis| (op.left[axis], left.shape()[axis])).collect();
    let mut groups = Groups::new(name, op, left, right)?;
    groups.batch = groups.batch.without(&lanes);
    groups.right = groups.right.then(&lanes);
    let depth = groups.depth();
    let matrix = operand.matrix(&groups.rows(), &depth, false, Columns::All)?;
    let right = Operand::new(name, right, dtype, &op.right)?;
    let block = right.block(&depth, &groups.right)?;
    let values = multiply(
        &matrix,
        &cast(&left.values()?, dtype)?,
        &block,
        [groups.right.size as usize, lanes.size as usize],
    )?;
    let columns = Space::All(groups.right.size as usize);
    let (rows, body, fill) = (matrix.rows, Body::Block(values), Scalar::zero(dtype));
    Ok(Some((Product { rows, columns, body, fill }, groups)))
}

/// How many of the left operand's innermost storage dimensions are lanes.
fn lanes(op: &Contract, left: &Tensor, right: &Tensor) -> usize {
    let levels = left.pattern().levels().iter().rev();
    let dense = levels.take_while(|level| matches!(level, Level::Dense)).count();
    let own = left.order().iter().rev().map(|&axis| op.left[axis]);
    let other = right.order().iter().rev().map(|&axis| op.right[axis]);
    let same = own.zip(other).take_while(|(l, r)| l == r && op.role(*l) == Role::Batch);
    same.count().min(dense)
}

/// Rows whose elements are vectors of `lanes` numbers, times a block with rows of `n`: the rows of the result.
fn multiply(
    places: &Matrix,
    left: &Values,
    block: &Values,
    [n, lanes]: [usize; 2],
) -> Result<Values> {
    let rows = places.rows.len();
    let mut out = Values::filled("contract", Scalar::zero(left.dtype()), rows * n)?;
    let tiles = tiles(rows, 0, |r| (places.ptr[r + 1] - places.ptr[r] + 1).saturating_mul(n));
    let parts = cut_values(out.make_mut(), tiles.iter().map(|t| t.len() * n));
    with_width!(places.idx.width(), I => {
        let idx = places.idx.as_slice::<I>().expect("own width");
        parallel::for_each(tiles.into_iter().zip(parts), |(rows, out)| with_dtype!(left.dtype(), T => {
            let ptr = &places.ptr[rows.start..=rows.end];
            let out = T::slice_mut(out).expect("the result's data type");
            rows_lanes(Rows { ptr, idx, values: typed::<u64>(&places.values) }, typed::<T>(left), typed::<T>(block), [n, lanes], out);
        }));
    });
    Ok(out)
}
