//! The class *linalg*: the axes of the stack stay cut, those of the matrices are read whole.

use crate::chunked::Chunked;
use crate::chunked::draft::{Draft, Value};
use crate::chunked::grid::{Grid, Partition, Region};
use crate::chunked::node::Node;
use crate::chunked::unify::unify_axes;
use crate::standard::{Array, Call, Linalg, Meta};
use smallvec::SmallVec;

/// The number of the stack's axes.
fn stacked(input: &Meta) -> usize {
    input.ndim() - 2
}

/// One grid for each result: they share the stack, but not the lengths of their last axes.
pub(super) fn grids<A: Array>(call: &Call<'_>, inputs: &[&Chunked<A>]) -> SmallVec<[Grid; 1]> {
    let stack: SmallVec<[Partition; 4]> = (0..stacked(inputs[0].meta()))
        .map(|axis| {
            unify_axes(inputs.iter().map(|&x| (x, axis))).expect("an operation has an input")
        })
        .collect();
    let grid = |output: &Meta| {
        let matrix = output.shape[stack.len()..].iter().map(|&n| Partition::whole(n));
        Grid::new(stack.iter().cloned().chain(matrix))
    };
    call.outputs().iter().map(grid).collect()
}

pub(super) fn lower<A: Array>(
    op: Linalg,
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> SmallVec<[Value; 2]> {
    let blocks: SmallVec<[Value; 2]> = node
        .inputs
        .iter()
        .map(|input| {
            let stack = stacked(input.meta());
            let matrix = input.shape()[stack..].iter().map(|&n| 0..n);
            let whole = region[..stack].iter().cloned().chain(matrix).collect();
            // A source reads whole matrices at once.
            draft.need(input, whole, pushed || input.node.is_free())
        })
        .collect();
    draft.apply_all(op, blocks, node.metas.len())
}
