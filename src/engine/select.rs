//! Evaluation of the class *select* on tensors.

use super::format::{check_dense, finish};
use super::listing::Listing;
use super::subset::{self, List, Selection};
use crate::Result;
use crate::dtype::Scalar;
use crate::kernels::gather::{fill_into, scatter_into};
use crate::kernels::slice_mut;
use crate::standard::{Call, Select};
use crate::tensor::{Coordinates, Format, Leaf, Tensor};

pub(super) fn eval(op: &Select, call: &Call<'_>, inputs: &[&Tensor]) -> Result<Tensor> {
    let input = inputs[0];
    let result = match op {
        Select::Take { axis, indices } => {
            let selections = input.order().iter().map(|a| {
                if a == axis {
                    Selection::List(List::new(indices.iter().map(|&i| i as usize)))
                } else {
                    Selection::All
                }
            });
            let part = part(input, selections.collect())?;
            return finish(op.name(), part, true, inputs);
        }
        Select::Put { axis, indices } => put(call, input, inputs[1], *axis, indices)?,
        Select::Band { lower, upper } => band(call, input, *lower, *upper)?,
    };
    finish(op.name(), result, false, inputs)
}

/// The part of a tensor that remains when each *storage* dimension keeps some of its indices, in the same format.
pub(super) fn part(input: &Tensor, selections: Vec<Selection>) -> Result<Tensor> {
    let (pattern, kept) = subset::select(input.pattern(), &selections);
    let leaf = kept.of_leaf(input.leaf());
    Tensor::new_unchecked(pattern, input.order(), leaf, input.fill()).to_format(&input.format())
}

/// What is stored at the indices is left out, and what the other tensor stores comes in its place.
fn put(
    call: &Call<'_>,
    input: &Tensor,
    values: &Tensor,
    axis: usize,
    indices: &[u64],
) -> Result<Tensor> {
    let op = call.op().name();
    let inputs = &[input, values];
    let order = input.order();
    if input.pattern().is_full() {
        return put_dense(op, input, values, axis, indices);
    }
    let values = if values.fill() == input.fill() || values.pattern().is_full() {
        values.clone()
    } else {
        // Another fill: its elements must be stored beside this one.
        check_dense(op, values.meta(), inputs)?;
        values.to_format(&Format::dense(values.ndim()))?
    };
    let dim = order.iter().position(|&a| a == axis).expect("an axis of the tensor");
    let mut listing = Listing::new(order, input.dtype());
    let stays = |coordinates: &Coordinates| {
        let column = &coordinates.index()[dim];
        let stays = |&c: &usize| indices.binary_search(&(column.get(c) as u64)).is_err();
        Some((0..coordinates.len()).filter(stays).collect())
    };
    listing.add(input, stays, |_, i| i)?;
    listing.add(&values, |_| None, |a, i| if a == axis { indices[i] as usize } else { i })?;
    listing.tensor(call.output(), input.fill())
}

/// As [`put`], into a tensor that stores every element.
fn put_dense(
    op: &str,
    input: &Tensor,
    values: &Tensor,
    axis: usize,
    indices: &[u64],
) -> Result<Tensor> {
    let format = Format::dense(input.ndim()).with_order(input.order())?;
    let dense = dense(op, input, &[input, values], &format)?;
    let dims = dense.pattern().dims();
    let dim = dense.order().iter().position(|&a| a == axis).expect("an axis of the tensor");
    let inner: usize = dims[dim + 1..].iter().product();
    let outer: usize = dims[..dim].iter().product();
    let n = dims[dim];
    let slab = |k: usize| (0..inner as u64).map(move |j| (k * inner) as u64 + j);
    let places: Vec<u64> = (0..outer)
        .flat_map(|o| indices.iter().flat_map(move |&i| slab(o * n + i as usize)))
        .collect();
    let mut stored = dense.values();
    scatter_into(values.to_format(&format)?.values().view(), &places, stored.make_mut());
    let pattern = dense.pattern().clone();
    Ok(Tensor::new_unchecked(pattern, dense.order(), Leaf::Element(stored), dense.fill()))
}

/// What is stored on the diagonals. A fill other than zero is stored there, too.
fn band(
    call: &Call<'_>,
    input: &Tensor,
    lower: Option<i128>,
    upper: Option<i128>,
) -> Result<Tensor> {
    let ndim = input.ndim();
    let (row, column) = (ndim - 2, ndim - 1);
    let zero = Scalar::zero(input.dtype());
    if input.fill() != zero || input.pattern().is_full() {
        let dense = dense(call.op().name(), input, &[input], &Format::dense(ndim))?;
        let mut values = dense.values();
        let (rows, columns) = (input.shape()[row], input.shape()[column]);
        let lines = values.len().checked_div(columns).unwrap_or(0);
        let mut out = values.make_mut();
        for line in 0..lines {
            let kept = Select::band_columns(lower, upper, line % rows, columns);
            let start = line * columns;
            for outside in [start..start + kept.start, start + kept.end..start + columns] {
                fill_into(zero, slice_mut(out.reborrow(), outside));
            }
        }
        let pattern = dense.pattern().clone();
        return Ok(Tensor::new_unchecked(pattern, dense.order(), Leaf::Element(values), zero));
    }
    let dim = |axis: usize| input.order().iter().position(|&a| a == axis).expect("an axis");
    let (row, column) = (dim(row), dim(column));
    let kept = |coordinates: &Coordinates| {
        let [rows, columns] = [row, column].map(|dim| &coordinates.index()[dim]);
        let on = |&c: &usize| {
            let diagonal = columns.get(c) as i128 - rows.get(c) as i128;
            lower.is_none_or(|lower| lower <= diagonal)
                && upper.is_none_or(|upper| diagonal <= upper)
        };
        Some((0..coordinates.len()).filter(on).collect())
    };
    let mut listing = Listing::new(input.order(), input.dtype());
    listing.add(input, kept, |_, i| i)?;
    listing.tensor(call.output(), zero)
}

/// A tensor in a dense format, if that is within the limit or it stores as much already.
fn dense(op: &str, tensor: &Tensor, inputs: &[&Tensor], format: &Format) -> Result<Tensor> {
    if !tensor.pattern().is_dense() {
        check_dense(op, tensor.meta(), inputs)?;
    }
    tensor.to_format(format)
}
