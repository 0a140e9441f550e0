//! The class *fft*: the last axis is read whole, the others stay cut.

use crate::chunked::Chunked;
use crate::chunked::draft::{Draft, Value};
use crate::chunked::grid::{Grid, Partition, Region};
use crate::chunked::node::Node;
use crate::standard::{Array, Fft, Meta};

pub(super) fn grid<A: Array>(input: &Chunked<A>, output: &Meta) -> Grid {
    let last = output.ndim() - 1;
    let lead = input.grid().axes()[..last].iter().cloned();
    Grid::new(lead.chain([Partition::whole(output.shape[last])]))
}

pub(super) fn lower<A: Array>(
    op: Fft,
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Value {
    let input = &node.inputs[0];
    let last = region.len() - 1;
    let mut lines = region.clone();
    lines[last] = 0..input.shape()[last];
    // A source reads whole lines at once.
    let block = draft.need(input, lines, pushed || input.node.is_free());
    draft.apply(op, [block])
}
