//! The class *join*: structure only. A region of the result lies in one operand, or is joined from several.

use crate::chunked::Chunked;
use crate::chunked::draft::{Draft, Value};
use crate::chunked::grid::{Grid, Partition, Region};
use crate::chunked::node::Node;
use crate::chunked::unify::unify_axes;
use crate::standard::{Array, Join};

pub(super) fn grid<A: Array>(op: &Join, inputs: &[&Chunked<A>]) -> Grid {
    let Join::Concat { axis } = *op;
    Grid::new((0..inputs[0].ndim()).map(|a| {
        if a != axis {
            let axes = inputs.iter().map(|&input| (input, a));
            return unify_axes(axes).expect("at least one array");
        }
        let (mut cuts, mut start) = (Vec::new(), 0);
        for input in inputs {
            cuts.push(start);
            let partition = &input.grid().axes()[axis];
            cuts.extend(partition.cuts().iter().map(|cut| start + cut));
            start += partition.length();
        }
        Partition::from_bounds(cuts, start)
    }))
}

pub(super) fn lower<A: Array>(
    op: &Join,
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Value {
    let Join::Concat { axis } = *op;
    let wanted = region[axis].clone();
    let mut start = 0;
    let mut pieces = Vec::new();
    for input in &node.inputs {
        let end = start + input.shape()[axis];
        let part = wanted.start.max(start)..wanted.end.min(end);
        if part.start < part.end {
            pieces.push((input, part.start - start..part.end - start));
        }
        start = end;
    }
    if pieces.is_empty() {
        pieces.push((&node.inputs[0], 0..0));
    }
    let values: Vec<Value> = pieces
        .into_iter()
        .map(|(input, range)| {
            let mut region = region.clone();
            region[axis] = range;
            let value = draft.need(input, region, pushed || input.node.is_elastic());
            draft.cast(value, input.dtype(), node.metas[0].dtype)
        })
        .collect();
    if values.len() == 1 { values[0] } else { draft.gather(op.clone(), values) }
}
