//! Evaluation of the class *join* on tensors.

use super::densify::densify;
use super::format::{check_dense, finish};
use super::lanes::all_stored;
use super::listing::Listing;
use crate::buffer::{Values, reserve};
use crate::dtype::{Scalar, Zeros};
use crate::kernels;
use crate::standard::{Call, Join, Shape};
use crate::tensor::{Leaf, Level, Pattern, Tensor};
use crate::{Result, with_dtype};

pub(super) fn eval(op: &Join, call: &Call<'_>, inputs: &[&Tensor]) -> Result<Tensor> {
    let Join::Concat { axis } = *op;
    let dtype = call.output().dtype;
    let fill = common_fill(inputs).cast(dtype);
    // The order of the input that stores most is kept.
    let driver = inputs.iter().max_by_key(|t| t.stored()).expect("at least one input");
    let order: Shape = driver.order().into();
    if call.output().size() > 0 && inputs.iter().all(|t| t.pattern().is_full()) {
        check_dense(op.name(), call.output(), inputs)?;
        let dense = concat_dense(call, inputs, axis, &order, fill)?;
        return finish(op.name(), dense, false, inputs);
    }
    let zeros = Zeros::of(call.output().size());
    let parts = inputs
        .iter()
        .map(|t| {
            if zeros.same_fill(t.fill().cast(dtype), fill) || all_stored(t) {
                return Ok((*t).clone());
            }
            // Another fill: the result stores all of its elements beside this one.
            densify(op.name(), t, t.order(), inputs)
        })
        .collect::<Result<Vec<_>>>()?;
    let listed: Vec<&Tensor> = parts.iter().collect();
    let mut listing = Listing::new(op.name(), &order, dtype, &listed)?;
    let mut offset = 0;
    for part in &parts {
        listing.add(part, |_| Ok(None), |a, i| if a == axis { i + offset } else { i })?;
        offset += part.shape()[axis];
    }
    let tensor = listing.tensor(call.output(), fill)?;
    finish(op.name(), tensor, false, inputs)
}

/// The fill of the inputs with the most elements that are left to it.
fn common_fill(inputs: &[&Tensor]) -> Scalar {
    let unstored = |t: &Tensor| t.meta().size().saturating_sub(t.stored());
    inputs.iter().max_by_key(|t| unstored(t)).expect("at least one input").fill()
}

/// Inputs that store every element: slabs are copied one after the other.
fn concat_dense(
    call: &Call<'_>,
    inputs: &[&Tensor],
    axis: usize,
    order: &[usize],
    fill: Scalar,
) -> Result<Tensor> {
    let (op, dtype) = (call.op().name(), call.output().dtype);
    let at = order.iter().position(|&a| a == axis).expect("an axis of the tensor");
    let values = inputs
        .iter()
        .map(|t| kernels::cast::cast(&densify(op, t, order, inputs)?.values()?, dtype))
        .collect::<Result<Vec<_>>>()?;
    let dims: Shape = order.iter().map(|&a| call.output().shape[a]).collect();
    let outer: usize = dims[..at].iter().product();
    let slab = |v: &Values| v.len().checked_div(outer).unwrap_or(0);
    let joined = with_dtype!(dtype, T => {
        let mut joined: Vec<T> = reserve(op, call.output().size())?;
        for k in 0..outer {
            for part in &values {
                let length = slab(part);
                joined.extend_from_slice(&part.as_slice::<T>().expect("cast")[k * length..(k + 1) * length]);
            }
        }
        Values::from(joined)
    });
    let pattern = Pattern::new_unchecked(dims, vec![Level::Dense; order.len()])?;
    Ok(Tensor::new_unchecked(pattern, order, Leaf::Element(joined), fill))
}
