//! The class *select*: the list of indices is cut into pieces; each takes from the blocks where its indices fall.
//!
//! ```text
//! chunks of the axis:  0..4   4..8      taken from each: (1, 2) and (5),  joined: 1 2 5
//! indices:  5 1 2                       put in order by taking 2 0 1:             5 1 2
//! ```

//!
//! What is put goes into the blocks where it falls, and a band has its place in each block.

use crate::chunked::Chunked;
use crate::chunked::draft::{Draft, Value};
use crate::chunked::grid::{Grid, Partition, Region};
use crate::chunked::node::Node;
use crate::chunked::unify::unify_axes;
use crate::dtype::Scalar;
use crate::standard::{Array, Create, Join, Select};
use std::ops::Range;

pub(super) fn grid<A: Array>(op: &Select, inputs: &[&Chunked<A>]) -> Grid {
    let axes = inputs[0].grid().axes();
    match op {
        Select::Take { axis, indices } => {
            Grid::new(axes.iter().enumerate().map(|(a, partition)| {
                if a == *axis {
                    // Blocks as long as those they are taken from.
                    Partition::regular(indices.len(), partition.longest().max(1))
                } else {
                    partition.clone()
                }
            }))
        }
        Select::Put { axis, .. } => Grid::new((0..axes.len()).map(|a| {
            let count = if a == *axis { 1 } else { 2 };
            let aligned = inputs[..count].iter().map(|&input| (input, a));
            unify_axes(aligned).expect("at least one array")
        })),
        Select::Band { .. } => inputs[0].grid().clone(),
    }
}

pub(super) fn lower<A: Array>(
    op: &Select,
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Value {
    match op {
        Select::Take { axis, indices } => take(*axis, indices, node, region, pushed, draft),
        Select::Put { axis, indices } => put(*axis, indices, node, region, pushed, draft),
        Select::Band { lower, upper } => band(*lower, *upper, node, region, pushed, draft),
    }
}

fn take<A: Array>(
    axis: usize,
    indices: &[u64],
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Value {
    let input = &node.inputs[0];
    let partition = &input.grid().axes()[axis];
    let wanted = &indices[region[axis].clone()];
    let take = |indices: Vec<u64>| Select::Take { axis, indices: indices.into() };
    let region_of = |range: Range<usize>| -> Region {
        let mut region = region.clone();
        region[axis] = range;
        region
    };
    // Positions in the list, by the chunk where their index falls.
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|&k| partition.locate(wanted[k] as usize));
    let runs: Vec<&[usize]> = order
        .chunk_by(|&a, &b| {
            partition.locate(wanted[a] as usize) == partition.locate(wanted[b] as usize)
        })
        .collect();
    if runs.is_empty() {
        let block = draft.need(input, region_of(partition.range(0)), pushed);
        return draft.apply(take(Vec::new()), [block]);
    }
    // An ascending piece of the list asks only for what lies between its ends; otherwise whole blocks are asked for,
    // which other pieces are likely to share.
    let ascending = wanted.windows(2).all(|w| w[0] <= w[1]);
    let several = runs.len() > 1;
    let pieces: Vec<Value> = runs
        .iter()
        .map(|run| {
            let chunk = partition.locate(wanted[run[0]] as usize);
            let range = if ascending {
                let (first, last) = (wanted[run[0]], wanted[run[run.len() - 1]]);
                first as usize..last as usize + 1
            } else {
                partition.range(chunk)
            };
            let local: Vec<u64> = run.iter().map(|&k| wanted[k] - range.start as u64).collect();
            let region = region_of(range);
            if several {
                draft.group(input.grid().locate(&region));
            }
            let block = draft.need(input, region.clone(), pushed || ascending);
            if is_sequence(&local, region[axis].len()) {
                block
            } else {
                draft.apply(take(local), [block])
            }
        })
        .collect();
    if !several {
        return pieces[0];
    }
    draft.group(node.grid(0).locate(region));
    let joined = draft.gather(Join::Concat { axis }, pieces);
    let mut places = vec![0; order.len()];
    for (place, &k) in order.iter().enumerate() {
        places[k] = place as u64;
    }
    if is_sequence(&places, places.len()) { joined } else { draft.apply(take(places), [joined]) }
}

/// The part of the list that falls into the region is put into it.
fn put<A: Array>(
    axis: usize,
    indices: &[u64],
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Value {
    let [input, values] = [&node.inputs[0], &node.inputs[1]];
    let own = &region[axis];
    let place = |index: usize| indices.partition_point(|&i| i < index as u64);
    let list = place(own.start)..place(own.end);
    if list.is_empty() {
        return draft.need(input, region.clone(), pushed || input.node.is_elastic());
    }
    let mut source = region.clone();
    source[axis] = list.clone();
    let values = draft.need(values, source, pushed || values.node.is_elastic());
    if list.len() == own.len() {
        return values;
    }
    let block = draft.need(input, region.clone(), pushed || input.node.is_elastic());
    let indices: Vec<u64> = indices[list].iter().map(|i| i - own.start as u64).collect();
    draft.apply(Select::Put { axis, indices: indices.into() }, [block, values])
}

/// A block has its own diagonals: it is whole, zero, or has the band somewhere else.
fn band<A: Array>(
    lower: Option<i128>,
    upper: Option<i128>,
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Value {
    let input = &node.inputs[0];
    let [rows, columns] = [&region[region.len() - 2], &region[region.len() - 1]];
    // Diagonals of the array: that of the block's first element, of its lower left and of its upper right corner.
    let diagonal = |row: usize, column: usize| column as i128 - row as i128;
    let first = diagonal(rows.start, columns.start);
    let least = diagonal(rows.end, columns.start) + 1;
    let greatest = diagonal(rows.start, columns.end) - 1;
    if lower.is_some_and(|lower| lower > greatest) || upper.is_some_and(|upper| upper < least) {
        let shape = region.iter().map(Range::len).collect();
        return draft.apply(Create::Full { shape, value: Scalar::zero(input.dtype()) }, []);
    }
    let block = draft.need(input, region.clone(), pushed || input.node.is_elastic());
    if lower.is_none_or(|lower| lower <= least) && upper.is_none_or(|upper| upper >= greatest) {
        return block;
    }
    let [lower, upper] = [lower, upper].map(|bound| bound.map(|b| b.saturating_sub(first)));
    draft.apply(Select::Band { lower, upper }, [block])
}

/// Whether a list of indices is all of an axis in order.
fn is_sequence(indices: &[u64], length: usize) -> bool {
    indices.len() == length && indices.iter().enumerate().all(|(k, &i)| i == k as u64)
}
