//! Evaluation of the class *reindex* on tensors: structure moves, values at most are gathered.

use super::format::{check_bytes, check_listed, densify_limit, finish, result_format};
use super::select::part;
use super::subset::{self, Selection};
use crate::buffer::{Index, Indices, Width, zeroed};
use crate::parallel;
use crate::standard::{Call, Reindex, Shape, size};
use crate::tensor::{Coordinates, Format, Level, Pattern, Tensor};
use crate::{Result, with_width};
use num_traits::{NumCast, PrimInt};

/// Coordinates that are moved in one piece.
const PIECE: usize = 1 << 14;

pub(super) fn eval(op: &Reindex, call: &Call<'_>, input: &Tensor) -> Result<Tensor> {
    let name = op.name();
    let inputs = &[input];
    match op {
        Reindex::Permute { axes } => finish(name, input.permute(axes)?, true, inputs),
        Reindex::Slice { slices } => {
            let selections = input
                .order()
                .iter()
                .map(|&axis| Ok(Selection::slice(slices[axis], input.shape()[axis])));
            finish(name, part(input, selections)?, true, inputs)
        }
        Reindex::Broadcast { shape } => {
            let meta = call.output();
            if input.stored() == 0 {
                return finish(name, super::create::nothing(meta, input.fill())?, false, inputs);
            }
            // Each stored element, with the structure above it, comes as often as the shape grows. A value that is
            // stored once counts as what it stands for: the next operation may have to write it out.
            let times = meta.size() / input.meta().size();
            let values =
                (input.pattern().stored() as u128).saturating_mul(meta.dtype.size() as u128);
            let bytes =
                values.saturating_add(input.pattern().bytes() as u128).saturating_mul(times);
            check_bytes(name, meta, bytes, densify_limit(inputs))?;
            finish(name, broadcast(input, shape)?, false, inputs)
        }
        Reindex::Reshape { shape } => finish(name, reshape(name, input, shape)?, false, inputs),
    }
}

/// New leading axes become the outermost dimensions, then every axis of length 1 that stretches repeats its child.
fn broadcast(input: &Tensor, shape: &[usize]) -> Result<Tensor> {
    let new = shape.len() - input.ndim();
    let pattern = input.pattern();
    let dims: Shape = std::iter::repeat_n(1, new).chain(pattern.dims().iter().copied()).collect();
    let levels = std::iter::repeat_n(Level::Dense, new).chain(pattern.levels().iter().cloned());
    let widened = Pattern::new_unchecked(dims.clone(), levels.collect())?;
    let order: Shape = (0..new).chain(input.order().iter().map(|&a| a + new)).collect();
    let selections: Vec<Selection> = order
        .iter()
        .zip(&dims)
        .map(
            |(&axis, &n)| {
                if n == shape[axis] { Selection::All } else { Selection::Repeat(shape[axis]) }
            },
        )
        .collect();
    let (pattern, kept) = subset::select(&widened.into(), &selections)?;
    Ok(Tensor::new_unchecked(pattern, order, kept.of_leaf(input.leaf())?, input.fill()))
}

/// Elements keep their row-major places: coordinates become one number and then the new coordinates.
fn reshape(name: &str, input: &Tensor, shape: &[usize]) -> Result<Tensor> {
    if input.pattern().is_dense() && input.stored() > 0 {
        let row_major = Format::dense(input.ndim()).with_leaf(input.leaf().kind());
        let dense = input.to_format(&row_major)?;
        let order: Shape = (0..shape.len()).collect();
        let pattern = Pattern::new_unchecked(shape, vec![Level::Dense; shape.len()])?;
        return Ok(Tensor::new_unchecked(pattern, order, dense.leaf().clone(), input.fill()));
    }
    check_listed(name, input)?;
    let in_order: Shape = (0..input.ndim()).collect();
    let coordinates = input.coordinates_by(&in_order)?;
    let index = if u64::try_from(size(shape)).is_ok() {
        relabel::<u64>(&coordinates, shape)?
    } else {
        relabel::<u128>(&coordinates, shape)?
    };
    let reshaped =
        Coordinates::new_unchecked(shape, coordinates.len(), index, coordinates.child().cloned())?;
    let format = result_format(shape, coordinates.len() as u128);
    Tensor::from_sorted(&reshaped, input.leaf(), input.fill(), &format)
}

/// The indices of the same row-major places in another shape; `L` counts its elements.
fn relabel<L: PrimInt + Send + Sync>(
    coordinates: &Coordinates,
    shape: &[usize],
) -> Result<Vec<Indices>> {
    let number = |n: usize| <L as NumCast>::from(n).expect("a length fits 64 bits");
    let len = coordinates.len();
    with_width!(Width::for_counts(shape.iter().copied().chain([len])), I => {
        let columns = shape.iter().map(|_| zeroed::<I>("reshape", len));
        let mut columns = columns.collect::<Result<Vec<_>>>()?;
        let mut parts: Vec<_> = columns.iter_mut().map(|column| column.chunks_mut(PIECE)).collect();
        let pieces = (0..len).step_by(PIECE).map(|start| {
            (start, parts.iter_mut().filter_map(Iterator::next).collect::<Vec<_>>())
        });
        parallel::for_each(pieces.collect::<Vec<_>>(), |(start, mut out)| {
            let mut linear = vec![L::zero(); PIECE.min(len - start)];
            for (column, &n) in coordinates.index().iter().zip(coordinates.dims()) {
                with_width!(column.width(), J => {
                    let column: &[J] = column.as_slice().expect("own width");
                    for (sum, i) in linear.iter_mut().zip(&column[start..]) {
                        *sum = *sum * number(n) + number(i.get());
                    }
                });
            }
            let index = |i: L| I::new(i.to_usize().expect("below a length"));
            let Some((first, inner)) = out.split_first_mut() else { return };
            for (column, &n) in inner.iter_mut().zip(&shape[1..]).rev() {
                for (out, sum) in column.iter_mut().zip(&mut linear) {
                    let outer = *sum / number(n);
                    *out = index(*sum - outer * number(n));
                    *sum = outer;
                }
            }
            first.iter_mut().zip(linear).for_each(|(out, sum)| *out = index(sum));
        });
        Ok(columns.into_iter().map(|column| I::erase(column.into())).collect())
    })
}
