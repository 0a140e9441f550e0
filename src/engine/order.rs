//! Evaluation of the class *order* on tensors.
//!
//! A sorted fiber stores what it has stored: those before the fill at its start, those after it at its end.
//!
//! ```text
//! fiber    · 7 · −3 · 2 · ·        sorted    −3 · · · · · 2 7
//! ```
//!
//! Positions say of every element where it was: `argsort` is dense, within the limit. Searching changes values and
//! fill and keeps the structure; the vector that is searched in is taken as it is stored.

use super::format::{check_dense, finish, result_format};
use super::lanes::{Fibers, Stretches, all_stored, by_lanes, narrow};
use crate::Result;
use crate::buffer::{Values, collected, listed};
use crate::dtype::{DType, Scalar};
use crate::kernels::cast::cast;
use crate::kernels::gather::gather;
use crate::kernels::order::{argsort, nonzero, search, sort, sort_fibers};
use crate::standard::{Call, Meta, Order};
use crate::tensor::{Coordinates, Leaf, Level, Pattern, Tensor};
use std::sync::Arc;

pub(super) fn eval(op: &Order, call: &Call<'_>, inputs: &[&Tensor]) -> Result<Tensor> {
    let (output, input) = (call.output(), inputs[0]);
    let zero = Scalar::zero(output.dtype);
    match *op {
        Order::Sort { axis, descending } if all_stored(input) => {
            by_lanes(op.name(), (output, input.fill()), input, axis, |values, length| {
                let mut values = values.unshared(op.name())?;
                sort(values.make_mut(), length, descending)?;
                Ok(values)
            })
        }
        Order::Sort { axis, descending } => sort_stored(output, input, axis, descending),
        Order::ArgSort { axis, descending } => {
            by_lanes(op.name(), (output, zero), input, axis, |values, length| {
                Ok(argsort(values.view(), length, descending)?.into())
            })
        }
        Order::SearchSorted { right } => {
            let dtype = op.compared_in(inputs.iter().map(|t| t.dtype()))?;
            searched(op, dtype, right, input, inputs[1])
        }
        Order::Nonzero { count } => {
            check_dense(op.name(), output, &[input])?;
            let positions = if input.pattern().is_dense() {
                let held = nonzero(&input.values()?)?;
                Order::expect_count(count, held.len())?;
                listed(op.name(), held.into_iter().map(|p| p as i64))?
            } else {
                let stretches = Stretches::new(op.name(), input)?;
                let held = nonzero(&stretches.values)?;
                let ranges = || held.iter().map(|&k| stretches.starts[k]..stretches.starts[k + 1]);
                let found: u64 = ranges().map(|r| r.end - r.start).sum();
                let found = usize::try_from(found).unwrap_or(usize::MAX);
                Order::expect_count(count, found)?;
                collected(op.name(), found, ranges().flatten().map(|p| p as i64))?
            };
            let pattern = Pattern::new_unchecked(&output.shape[..], vec![Level::Dense])?;
            let order = [0].as_slice();
            let tensor = Tensor::new_unchecked(pattern, order, Values::from(positions), zero);
            finish(op.name(), tensor, false, &[input])
        }
    }
}

/// A sort that leaves to the fill what is left to it.
fn sort_stored(output: &Meta, input: &Tensor, axis: usize, descending: bool) -> Result<Tensor> {
    let (op, length) = ("sort", output.shape[axis]);
    let Fibers { order, coordinates, values, ptr } = Fibers::new(op, input, axis)?;
    let (outer, own) = coordinates.index().split_at(order.len() - 1);
    let (values, index) = sort_fibers(&ptr, &own[0], &values, input.fill(), length, descending)?;
    let count = values.len();
    let columns = outer.iter().cloned().chain([narrow(index, length)?]).collect();
    let sorted = Coordinates::new_unchecked(coordinates.dims(), count, columns, None)?;
    let format = result_format(sorted.dims(), count as u128).with_order(&order)?;
    let tensor = Tensor::from_sorted(&sorted, &Leaf::Element(values), input.fill(), &format)?;
    finish(op, tensor, false, &[input])
}

/// The places of stored values and fill in a sorted vector.
fn searched(
    op: &Order,
    dtype: DType,
    right: bool,
    sorted: &Tensor,
    elements: &Tensor,
) -> Result<Tensor> {
    let name = op.name();
    let Stretches { starts, values } = Stretches::new(name, sorted)?;
    let (starts, sorted) = (Values::from(starts), cast(&values, dtype)?);
    let places = |elements: Values| {
        let places = search(sorted.view(), cast(&elements, dtype)?.view(), right)?;
        let places: Vec<u64> = listed(name, places.into_iter().map(|p| p as u64))?;
        cast(&gather(starts.view(), &places, Scalar::UInt64(0))?, DType::Int64)
    };
    let one = |element: Scalar| places(Values::full(element, 1)).map(|place| place.get(0));
    let leaf = match elements.leaf().iso() {
        Some(value) => Leaf::Iso(one(value)?, elements.leaf().len()),
        None => Leaf::Element(places(elements.values()?)?),
    };
    let pattern = Arc::clone(elements.pattern());
    let tensor = Tensor::new_unchecked(pattern, elements.order(), leaf, one(elements.fill())?);
    finish(name, tensor, true, &[elements])
}

#[cfg(all(test, feature = "testing"))]
mod tests;
