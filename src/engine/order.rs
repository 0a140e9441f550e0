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

use super::densify::densify;
use super::format::{check_dense, finish, result_format};
use super::lanes::{Fibers, Stretches, all_stored, by_lanes, narrow};
use crate::Result;
use crate::buffer::{Indices, Values, collected, listed};
use crate::dtype::{DType, Scalar};
use crate::kernels::cast::cast;
use crate::kernels::for_pieces;
use crate::kernels::order::{
    argsort, count_distinct, distinct, nonzero, search, sort, sort_fibers,
};
use crate::standard::{Call, Meta, Order, Outputs, Shape};
use crate::tensor::{Coordinates, Leaf, Level, Pattern, Tensor};
use smallvec::smallvec;
use std::sync::Arc;

pub(super) fn eval(op: &Order, call: &Call<'_>, inputs: &[&Tensor]) -> Result<Outputs<Tensor>> {
    let (output, input) = (call.output(), inputs[0]);
    let zero = Scalar::zero(output.dtype);
    Ok(smallvec![match *op {
        Order::Sort { axis, descending } if all_stored(input) => {
            by_lanes(op.name(), (output, input.fill()), input, axis, |values, length| {
                let mut values = values.unshared(op.name())?;
                sort(values.make_mut(), length, descending)?;
                Ok(values)
            })?
        }
        Order::Sort { axis, descending } => sort_stored(output, input, axis, descending)?,
        Order::ArgSort { axis, descending } => {
            by_lanes(op.name(), (output, zero), input, axis, |values, length| {
                Ok(argsort(values.view(), length, descending)?.into())
            })?
        }
        Order::SearchSorted { right } => {
            let dtype = op.compared_in(inputs.iter().map(|t| t.dtype()))?;
            searched(op, dtype, right, input, inputs[1])?
        }
        Order::Nonzero { count } => {
            check_dense(op.name(), output, &[input])?;
            // In runs, and of a fill that is not zero, more are found than are stored.
            let few = input.stored() == input.pattern().stored() as u128;
            let positions: Vec<i64> = if few && (input.fill().is_zero() || all_stored(input)) {
                let (values, index) = stored(op.name(), input)?;
                let held = nonzero(&values)?;
                op.expect_count(held.len())?;
                let place = |k| index.as_ref().map_or(k, |index| index.get(k)) as i64;
                listed(op.name(), held.into_iter().map(place))?
            } else {
                let stretches = Stretches::new(op.name(), input)?;
                let held = nonzero(&stretches.values)?;
                let ranges = || held.iter().map(|&k| stretches.range(k));
                let found = ranges().fold(0, |sum, r| sum + r.end - r.start);
                op.expect_count(usize::try_from(found).unwrap_or(usize::MAX))?;
                collected(op.name(), count, ranges().flatten().map(|p| p as i64))?
            };
            vector(op.name(), positions.into(), input)?
        }
        Order::CountDistinct => {
            let (values, _) = stored(op.name(), input)?;
            let count = count_distinct(values.view(), input.fill(), input.shape()[0])? as i64;
            let pattern = Pattern::new_unchecked([].as_slice(), vec![])?;
            let one = Tensor::new_unchecked(pattern, Shape::new(), Values::from(vec![count]), zero);
            finish(op.name(), one, false, &[input])?
        }
        Order::Distinct { .. } => {
            for output in call.outputs() {
                check_dense(op.name(), output, &[input])?;
            }
            let (values, index) = stored(op.name(), input)?;
            let length = input.shape()[0];
            let (values, starts) = distinct(values.view(), index.as_ref(), input.fill(), length)?;
            op.expect_count(values.len())?;
            let results = [values, starts.into()].into_iter();
            return results.map(|values| vector(op.name(), values, input)).collect();
        }
    }])
}

/// A dense vector of these values, which came of an input.
fn vector(op: &'static str, values: Values, input: &Tensor) -> Result<Tensor> {
    let pattern = Pattern::new_unchecked([values.len()].as_slice(), vec![Level::Dense])?;
    let zero = Scalar::zero(values.dtype());
    finish(op, Tensor::new_unchecked(pattern, [0].as_slice(), values, zero), false, &[input])
}

/// What a vector stores, and the indices of that, if it is not all.
fn stored(op: &'static str, input: &Tensor) -> Result<(Values, Option<Indices>)> {
    if all_stored(input) {
        return Ok((densify(op, input, &[0], &[input])?.values()?, None));
    }
    let fibers = Fibers::new(op, input, 0)?;
    let index = fibers.index().clone();
    Ok((fibers.values, Some(index)))
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
    let sorted = cast(&values, dtype)?;
    let places = |elements: Values| {
        let mut places = search(sorted.view(), cast(&elements, dtype)?.view(), right)?;
        if let Some(starts) = &starts {
            for_pieces(&mut places, |_, places| {
                places.iter_mut().for_each(|place| *place = starts[*place as usize] as i64);
            });
        }
        Ok::<_, crate::Error>(Values::from(places))
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
