//! The class *order*: an axis that is sorted is brought into one chunk first, then its fibers are whole in every
//! block. A vector that is searched in, for what is not zero or for what is distinct, is needed whole.

use crate::Result;
use crate::chunked::Chunked;
use crate::chunked::chunks::{AxisChunks, Chunks};
use crate::chunked::draft::{Draft, Value};
use crate::chunked::grid::{Grid, Region, planned};
use crate::chunked::node::Node;
use crate::dtype::DType;
use crate::standard::{Array, Join, Meta, Order};
use smallvec::{SmallVec, smallvec};

/// The inputs as blocks need them.
pub(in crate::chunked) fn inputs<A: Array>(
    op: &Order,
    inputs: &[&Chunked<A>],
) -> Result<SmallVec<[Chunked<A>; 2]>> {
    let mut inputs: SmallVec<[Chunked<A>; 2]> = inputs.iter().map(|&a| a.clone()).collect();
    if let Order::Sort { axis, .. } | Order::ArgSort { axis, .. } = *op
        && inputs[0].grid().axes()[axis].count() > 1
    {
        // The other axes are cut anew: blocks would grow as long as the axis is.
        let of_axis = |a| if a == axis { AxisChunks::Whole } else { AxisChunks::Auto };
        let chunks = Chunks::Axes((0..inputs[0].ndim()).map(of_axis).collect());
        inputs[0] = inputs[0].rechunk(chunks)?;
    }
    Ok(inputs)
}

/// The grids of the results, one for all or one for each.
pub(super) fn grids<A: Array>(
    op: &Order,
    inputs: &[&Chunked<A>],
    outputs: &[Meta],
) -> SmallVec<[Grid; 1]> {
    match op {
        Order::Sort { .. } | Order::ArgSort { .. } => smallvec![inputs[0].grid().clone()],
        Order::SearchSorted { .. } => smallvec![inputs[1].grid().clone()],
        Order::Nonzero { .. } | Order::CountDistinct | Order::Distinct { .. } => {
            outputs.iter().map(|output| Grid::whole(&output.shape)).collect()
        }
    }
}

pub(super) fn lower<A: Array>(
    op: &Order,
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Result<SmallVec<[Value; 2]>> {
    let input = &node.inputs[0];
    Ok(match op {
        Order::Sort { .. } | Order::ArgSort { .. } => {
            let block = draft.need(input, region.clone(), pushed);
            smallvec![draft.apply(*op, [block])]
        }
        Order::CountDistinct | Order::Distinct { .. } => {
            let whole = draft.need(input, input.grid().all(), pushed);
            draft.apply_all(*op, [whole], node.metas.len())
        }
        Order::SearchSorted { .. } => {
            let sorted = draft.need(input, input.grid().all(), pushed);
            let elements = draft.need(&node.inputs[1], region.clone(), pushed);
            smallvec![draft.apply(*op, [sorted, elements])]
        }
        Order::Nonzero { .. } => {
            // Of each block only the truth of its elements is kept until all are there.
            let truths: Vec<Value> = planned(input.grid().counts())?
                .map(|index| {
                    let region = input.grid().region(&index);
                    draft.group(index);
                    let block = draft.need(input, region, pushed);
                    draft.cast(block, input.dtype(), DType::Bool)
                })
                .collect();
            draft.group(node.grid(0).locate(region));
            let whole = match truths[..] {
                [truth] => truth,
                _ => draft.gather(Join::Concat { axis: 0 }, truths),
            };
            smallvec![draft.apply(*op, [whole])]
        }
    })
}
