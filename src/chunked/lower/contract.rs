//! The class *contract*: products block by block, summed over the chunks of the labels that the result lacks.
//!
//! ```text
//! ij,jk->ik       result block (i, k)  =  Σ over the chunks of j of  left (i, j) · right (j, k)
//! ```

use crate::Result;
use crate::chunked::Chunked;
use crate::chunked::draft::{Draft, Value, tree};
use crate::chunked::grid::{Grid, Partition, Region, planned};
use crate::chunked::node::Node;
use crate::chunked::options::Options;
use crate::chunked::unify::unify_axes;
use crate::dtype::DType;
use crate::standard::{Array, Contract, Func, Label, Meta, Role, Shape};
use smallvec::SmallVec;
use std::ops::Range;

/// How many partial sums are added at once.
const FAN_IN: usize = 4;

pub(super) fn grid<A: Array>(
    op: &Contract,
    left: &Chunked<A>,
    right: &Chunked<A>,
) -> (Grid, SmallVec<[Partition; 2]>) {
    let partition = |label: Label| {
        let sides = [(&op.left, left), (&op.right, right)];
        let axes = sides
            .into_iter()
            .filter_map(|(labels, array)| Some((array, labels.iter().position(|&l| l == label)?)));
        unify_axes(axes).expect("every label is one of an operand")
    };
    let result = Grid::new(op.result.iter().map(|&label| partition(label)));
    (result, contracted(op).map(partition).collect())
}

/// The labels summed over, in the order of the left operand.
fn contracted(op: &Contract) -> impl Iterator<Item = Label> + '_ {
    op.left.iter().copied().filter(|&label| op.role(label) == Role::Contracted)
}

pub(super) fn lower<A: Array>(
    op: &Contract,
    inner: &[Partition],
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Result<Value> {
    let summed: SmallVec<[Label; 4]> = contracted(op).collect();
    let counts: Shape = inner.iter().map(Partition::count).collect();
    let products: Vec<Value> = planned(counts)?
        .map(|position| {
            let range = |label: &Label| -> Range<usize> {
                match op.result.iter().position(|l| l == label) {
                    Some(axis) => region[axis].clone(),
                    None => {
                        let k = summed.iter().position(|l| l == label).expect("summed or kept");
                        inner[k].range(position[k])
                    }
                }
            };
            let left: Region = op.left.iter().map(range).collect();
            let right: Region = op.right.iter().map(range).collect();
            draft.group(node.inputs[0].grid().locate(&left));
            let operands = [(0, left), (1, right)].map(|(k, region)| {
                let input = &node.inputs[k];
                draft.need(input, region, pushed || input.node.is_elastic())
            });
            draft.apply(op.clone(), operands)
        })
        .collect();
    let dtype = node.metas[0].dtype;
    // The sum of products of truth values is whether any product holds.
    let add = if dtype == DType::Bool { Func::LogicalOr } else { Func::Add };
    let block = node.grid(0).locate(region);
    let partial = Meta::new(region.iter().map(Range::len), dtype);
    if partial.dense_bytes() > Options::current().block_bytes as u128 {
        // Large partial sums are added one by one: a tree would keep several of each level in memory.
        let mut products = products.into_iter();
        let first = products.next().expect("at least one chunk");
        return Ok(products.fold(first, |sum, product| {
            draft.group(block.clone());
            sum_of(add, &[sum, product], draft)
        }));
    }
    Ok(tree(products, FAN_IN, |branch| {
        draft.group(block.clone());
        sum_of(add, &branch, draft)
    }))
}

fn sum_of<A: Array>(add: Func, values: &[Value], draft: &mut Draft<A>) -> Value {
    let op = crate::standard::Map::of_arrays(add);
    let mut values = values.iter().copied();
    let first = values.next().expect("a branch has leaves");
    values.fold(first, |sum, value| draft.gather(op.clone(), [sum, value]))
}
