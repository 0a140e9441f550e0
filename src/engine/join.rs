//! Evaluation of the class *join* on tensors.

use super::densify::densify;
use super::format::{check_dense, finish};
use super::lanes::all_stored;
use super::listing::Listing;
use crate::buffer::{Index, Values, Width, collected, reserve};
use crate::dtype::{Scalar, Zeros};
use crate::kernels;
use crate::kernels::spans::Spans;
use crate::standard::{Call, Join, Meta, Shape};
use crate::tensor::{Leaf, Level, LevelKind, Pattern, Tensor};
use crate::{Result, with_dtype, with_width};

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
    if let Some(appended) = append(op.name(), call.output(), &parts, axis, &order, fill)? {
        return finish(op.name(), appended, false, inputs);
    }
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

/// Fibers of the parts one after the other, copied as they are: where the levels outside of the axis are dense and those
/// from there on are of the same kinds, lists of indices or dense.
fn append(
    op: &'static str,
    output: &Meta,
    parts: &[Tensor],
    axis: usize,
    order: &[usize],
    fill: Scalar,
) -> Result<Option<Tensor>> {
    let dim = order.iter().position(|&a| a == axis).expect("an axis of the tensor");
    let patterns = parts.iter().map(|t| t.pattern().compressed()).collect::<Result<Vec<_>>>()?;
    let kinds: Vec<LevelKind> = patterns[0].kinds().collect();
    let is_stacked = |k: usize, kind: &LevelKind| match kind {
        LevelKind::Dense => true,
        LevelKind::Sparse => k >= dim,
        _ => false,
    };
    let fits = kinds.iter().enumerate().all(|(k, kind)| is_stacked(k, kind))
        && parts.iter().all(|t| t.order() == order)
        && patterns.iter().all(|p| p.kinds().eq(kinds.iter().copied()));
    if !fits || output.size() == 0 {
        return Ok(None);
    }
    let dims: Shape = order.iter().map(|&a| output.shape[a]).collect();
    let outer: usize = dims[..dim].iter().product();
    // Of every fiber outside of the axis what each part has, then, level by level, what is below.
    let mut spans = Spans::new(op, parts.len())?;
    for fiber in 0..outer {
        (0..parts.len()).try_for_each(|part| spans.push(op, part, fiber..fiber + 1))?;
    }
    let mut offsets = collected(op, parts.len(), std::iter::once(0))?;
    for part in parts {
        offsets.push(offsets[offsets.len() - 1] + part.shape()[axis]);
    }
    let widths = patterns.iter().map(|p| p.width());
    let width = widths.fold(Width::for_counts(dims.iter().copied()), Width::max);
    let mut levels: Vec<Level> = kinds[..dim].iter().map(|_| Level::Dense).collect();
    for (l, kind) in kinds.iter().enumerate().skip(dim) {
        if *kind == LevelKind::Dense {
            let mut below = Spans::new(op, spans.iter().len())?;
            for (part, range) in spans.iter() {
                let n = patterns[part].dims()[l];
                below.push(op, part, range.start * n..range.end * n)?;
            }
            levels.push(Level::Dense);
            spans = below;
            continue;
        }
        with_width!(width, I => {
            let arrays = patterns.iter().map(|pattern| match &pattern.levels()[l] {
                Level::Sparse { ptr, idx } => Ok([ptr.to_width(width)?, idx.to_width(width)?]),
                _ => unreachable!("all of one kind"),
            });
            let arrays = arrays.collect::<Result<Vec<_>>>()?;
            let slices = |k: usize| -> Vec<&[I]> {
                arrays.iter().map(|a| a[k].as_slice().expect("this width")).collect()
            };
            let (ptr, children) = spans.children(op, &slices(0))?;
            let idx = if l == dim {
                // The fibers of an outer one become one.
                let moved = |part: usize, i: I| I::new(i.get() + offsets[part]);
                children.copy_with(op, &slices(1), moved)?
            } else {
                children.copy(op, &slices(1))?
            };
            let ptr = if l == dim { collected(op, outer + 1, ptr.into_iter().step_by(parts.len()))? } else { ptr };
            levels.push(Level::Sparse { ptr: ptr.into(), idx: I::erase(idx.into()) });
            spans = children;
        });
    }
    let dtype = output.dtype;
    let values = parts.iter().map(|t| kernels::cast::cast(&t.values()?, dtype));
    let values = values.collect::<Result<Vec<_>>>()?;
    let values = spans.copy_values(op, &values.iter().collect::<Vec<_>>())?;
    let pattern = Pattern::new_unchecked(dims, levels)?;
    Ok(Some(Tensor::new_unchecked(pattern, order, Leaf::Element(values), fill)))
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
