//! The class *reindex*: the moved region. Nothing is computed that is not asked for: a slice of a source is read as
//! the smaller region.

use super::{open_axes, reshape};
use crate::Result;
use crate::chunked::Chunked;
use crate::chunked::chunks::Uniform;
use crate::chunked::draft::{Draft, Value};
use crate::chunked::grid::{Grid, Partition, Region};
use crate::chunked::node::Node;
use crate::standard::{Array, AxisSlice, Meta, Reindex};
use smallvec::SmallVec;
use std::ops::Range;

pub(super) fn grid<A: Array>(op: &Reindex, input: &Chunked<A>, output: &Meta) -> Result<Grid> {
    let axes = input.grid().axes();
    Ok(match op {
        Reindex::Permute { axes: order } => Grid::new(order.iter().map(|&a| axes[a].clone())),
        Reindex::Reshape { .. } => reshape::grid(input.grid(), &output.shape),
        Reindex::Broadcast { .. } => {
            let offset = output.ndim() - axes.len();
            let known = output.shape.iter().enumerate().map(|(axis, &length)| {
                let partition = &axes[axis.checked_sub(offset)?];
                (partition.length() == length).then(|| partition.clone())
            });
            open_axes(op.name(), output, known.collect(), &Uniform)?
        }
        Reindex::Slice { slices } => {
            Grid::new(axes.iter().zip(slices).map(|(axis, slice)| sliced(axis, slice)))
        }
    })
}

/// The partition of a selection: each chunk keeps what is selected of it.
fn sliced(axis: &Partition, slice: &AxisSlice) -> Partition {
    let step = slice.step.unsigned_abs();
    // The number of selected elements before (in the order of the selection) a cut of the axis.
    let before = |&cut: &usize| {
        if slice.step > 0 {
            cut.saturating_sub(slice.start).div_ceil(step)
        } else {
            (slice.start + 1).saturating_sub(cut).div_ceil(step)
        }
    };
    if slice.step > 0 {
        Partition::from_bounds(axis.cuts().iter().map(before), slice.length)
    } else {
        Partition::from_bounds(axis.cuts().iter().rev().map(before), slice.length)
    }
}

pub(super) fn lower<A: Array>(
    op: &Reindex,
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Value {
    let input = &node.inputs[0];
    let lengths = || region.iter().map(Range::len).collect();
    match op {
        Reindex::Permute { axes } => {
            let mut source: Region = smallvec::smallvec![0..0; axes.len()];
            for (range, &axis) in region.iter().zip(axes) {
                source[axis] = range.clone();
            }
            let block = draft.need(input, source, pushed);
            draft.apply(op.clone(), [block])
        }
        Reindex::Reshape { .. } => {
            let source = reshape::source(input.grid(), node.grid(0), region);
            let block = draft.need(input, source, pushed || input.node.is_free());
            draft.apply(Reindex::Reshape { shape: lengths() }, [block])
        }
        Reindex::Broadcast { shape } => {
            let source = super::aligned_region(input.shape(), shape, region);
            let block = draft.need(input, source, pushed || input.node.is_free());
            draft.apply(Reindex::Broadcast { shape: lengths() }, [block])
        }
        Reindex::Slice { slices } => {
            let (source, local): (Region, SmallVec<[AxisSlice; 4]>) =
                slices.iter().zip(region).map(|(slice, range)| span(slice, range)).unzip();
            let whole = local.iter().zip(&source).all(|(slice, r)| slice.is_full(r.len()));
            let block = draft.need(input, source, true);
            if whole { block } else { draft.apply(Reindex::Slice { slices: local }, [block]) }
        }
    }
}

/// The indices between the ends of a part of a selection, and the selection within them.
fn span(slice: &AxisSlice, part: &Range<usize>) -> (Range<usize>, AxisSlice) {
    if part.is_empty() {
        return (0..0, AxisSlice::full(0));
    }
    let (first, last) = (slice.index(part.start), slice.index(part.end - 1));
    let low = first.min(last);
    let step = if part.len() == 1 { 1 } else { slice.step };
    (low..first.max(last) + 1, AxisSlice { start: first - low, step, length: part.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_is_cut_where_its_axis_is() {
        for length in 1..9_usize {
            for chunk in 1..5 {
                let axis = Partition::regular(length, chunk);
                for step in [-3_isize, -2, -1, 1, 2, 3] {
                    for start in 0..length {
                        let reach = if step > 0 { length - 1 - start } else { start };
                        for count in 1..=reach / step.unsigned_abs() + 1 {
                            let slice = AxisSlice { start, step, length: count };
                            for range in sliced(&axis, &slice).ranges() {
                                let (span, _) = span(&slice, &range);
                                assert_eq!(axis.overlapping(&span).len(), 1, "{slice:?} {axis:?}");
                            }
                        }
                    }
                }
            }
        }
    }
}
