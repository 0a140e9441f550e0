//! Evaluation of the class *join* on tensors.

use super::format::{check_dense, check_listed, finish, result_format};
use super::subset::Positions;
use crate::buffer::Index;
use crate::buffer::{Buffer, Indices, Values, Width};
use crate::dtype::Scalar;
use crate::kernels;
use crate::standard::{Call, Join, Shape};
use crate::tensor::{Coordinates, Format, Leaf, Tensor};
use crate::{Result, with_dtype, with_width};

pub(super) fn eval(op: &Join, call: &Call<'_>, inputs: &[&Tensor]) -> Result<Tensor> {
    let Join::Concat { axis } = *op;
    let dtype = call.output().dtype;
    let fill = common_fill(inputs).cast(dtype);
    // The order of the input that stores most is kept.
    let driver = inputs.iter().max_by_key(|t| t.stored()).expect("at least one input");
    let order: Shape = driver.order().into();
    let all_stored = |t: &Tensor| t.pattern().is_full();
    if call.output().size() > 0 && inputs.iter().all(|t| all_stored(t)) {
        check_dense(op.name(), call.output(), inputs)?;
        let dense = concat_dense(call, inputs, axis, &order, fill)?;
        return finish(op.name(), dense, false, inputs);
    }
    let parts = inputs
        .iter()
        .map(|t| {
            if t.fill().cast(dtype) == fill || all_stored(t) {
                check_listed(op.name(), t)?;
                return Ok((*t).clone());
            }
            // Another fill: its elements must be stored beside this one.
            check_dense(op.name(), t.meta(), inputs)?;
            t.to_format(&Format::dense(t.ndim()))
        })
        .collect::<Result<Vec<_>>>()?;
    let mut columns: Vec<Vec<u64>> = vec![vec![]; order.len()];
    let mut values = Vec::with_capacity(parts.len());
    let mut offset = 0;
    for part in &parts {
        let coordinates = part.coordinates_by(&order)?;
        for ((column, index), &a) in columns.iter_mut().zip(coordinates.index()).zip(&order) {
            let shift = if a == axis { offset } else { 0 };
            with_width!(index.width(), I => {
                let index: &[I] = index.as_slice().expect("own width");
                column.extend(index.iter().map(|i| (i.get() + shift) as u64));
            });
        }
        let leaf = match coordinates.child() {
            None => part.leaf().clone(),
            Some(child) => Positions::List(child.iter().collect()).of_leaf(part.leaf()),
        };
        values.push(kernels::cast::cast(&leaf.values(), dtype));
        offset += part.shape()[axis];
    }
    let views: Vec<_> = values.iter().map(Values::view).collect();
    let values = kernels::gather::concat(&views);
    let dims: Shape = order.iter().map(|&a| call.output().shape[a]).collect();
    // Each input is sorted already: a stable sort merges the sorted runs. (With `axis` outermost there is one.)
    let mut places: Vec<u64> = (0..values.len() as u64).collect();
    let key = |p: u64| columns.iter().map(move |c| c[p as usize]);
    if !places.is_sorted_by(|&a, &b| key(a).lt(key(b))) {
        places.sort_by(|&a, &b| key(a).cmp(key(b)));
    }
    let width = Width::for_counts(dims.iter().copied().chain([places.len()]));
    let sorted = |column: &Vec<u64>| {
        with_width!(width, I => {
            let column: Vec<I> = places.iter().map(|&p| I::new(column[p as usize] as usize)).collect();
            Indices::from(column)
        })
    };
    let index = columns.iter().map(sorted).collect();
    let count = places.len();
    let child = (!places.is_sorted()).then(|| Indices::U64(Buffer::from(places)));
    let coordinates = Coordinates::new_unchecked(dims, count, index, child);
    let format = result_format(coordinates.dims(), count as u128).with_order(&order)?;
    let tensor = Tensor::from_sorted(&coordinates, &Leaf::Element(values), fill, &format)?;
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
    let format = Format::dense(order.len()).with_order(order)?;
    let dtype = call.output().dtype;
    let at = order.iter().position(|&a| a == axis).expect("an axis of the tensor");
    let values = inputs
        .iter()
        .map(|t| Ok(kernels::cast::cast(&t.to_format(&format)?.values(), dtype)))
        .collect::<Result<Vec<_>>>()?;
    let dims: Shape = order.iter().map(|&a| call.output().shape[a]).collect();
    let outer: usize = dims[..at].iter().product();
    let slab = |v: &Values| v.len().checked_div(outer).unwrap_or(0);
    let joined = with_dtype!(dtype, T => {
        let mut joined: Vec<T> = Vec::with_capacity(values.iter().map(Values::len).sum());
        for k in 0..outer {
            for part in &values {
                let length = slab(part);
                joined.extend_from_slice(&part.as_slice::<T>().expect("cast")[k * length..(k + 1) * length]);
            }
        }
        Values::from(joined)
    });
    let pattern =
        crate::tensor::Pattern::new_unchecked(dims, vec![crate::tensor::Level::Dense; order.len()]);
    Ok(Tensor::new_unchecked(pattern, order, Leaf::Element(joined), fill))
}
