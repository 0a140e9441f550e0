//! The class *map*: the function of the same regions; an axis of length 1 that stretches is read whole.

use crate::chunked::draft::{Draft, Value};
use crate::chunked::grid::Region;
use crate::chunked::node::Node;
use crate::standard::{Array, Op};
use std::ops::Range;

pub(super) fn lower<A: Array>(
    op: &Op,
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Value {
    let shape = &node.metas[0].shape;
    let blocks: Vec<Value> = node
        .inputs
        .iter()
        .map(|input| {
            let region = aligned_region(input.shape(), shape, region);
            // What is created is created as it is needed.
            draft.need(input, region, pushed || input.node.is_elastic())
        })
        .collect();
    draft.apply(op.clone(), blocks)
}

/// The region of an array that a region of `shape`, to which it broadcasts, stretches from.
pub(in crate::chunked) fn aligned_region(
    operand: &[usize],
    shape: &[usize],
    region: &[Range<usize>],
) -> Region {
    let offset = shape.len() - operand.len();
    let axes = operand.iter().zip(&shape[offset..]).zip(&region[offset..]);
    axes.map(|((&n, &length), r)| if n == length { r.clone() } else { 0..1 }).collect()
}
