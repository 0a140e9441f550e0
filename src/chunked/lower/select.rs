//! The class *select*: the list of indices is cut into pieces; each takes from the blocks where its indices fall.
//!
//! ```text
//! chunks of the axis:  0..4   4..8      taken from each: (1, 2) and (5),  joined: 1 2 5
//! indices:  5 1 2                       put in order by taking 2 0 1:             5 1 2
//! ```

use crate::chunked::Chunked;
use crate::chunked::draft::{Draft, Value};
use crate::chunked::grid::{Grid, Partition, Region};
use crate::chunked::node::Node;
use crate::standard::{Array, Join, Select};

pub(super) fn grid<A: Array>(op: &Select, input: &Chunked<A>) -> Grid {
    let Select::Take { axis, indices } = op;
    Grid::new(input.grid().axes().iter().enumerate().map(|(a, partition)| {
        if a == *axis {
            // Blocks as long as those they are taken from.
            Partition::regular(indices.len(), partition.longest().max(1))
        } else {
            partition.clone()
        }
    }))
}

pub(super) fn lower<A: Array>(
    op: &Select,
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Value {
    let Select::Take { axis, indices } = op;
    let axis = *axis;
    let input = &node.inputs[0];
    let partition = &input.grid().axes()[axis];
    let wanted = &indices[region[axis].clone()];
    let take = |indices: Vec<u64>| Select::Take { axis, indices: indices.into() };
    let region_of = |range: std::ops::Range<usize>| -> Region {
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
    draft.group(node.grid.locate(region));
    let joined = draft.gather(Join::Concat { axis }, pieces);
    let mut places = vec![0; order.len()];
    for (place, &k) in order.iter().enumerate() {
        places[k] = place as u64;
    }
    if is_sequence(&places, places.len()) { joined } else { draft.apply(take(places), [joined]) }
}

/// Whether a list of indices is all of an axis in order.
fn is_sequence(indices: &[u64], length: usize) -> bool {
    indices.len() == length && indices.iter().enumerate().all(|(k, &i)| i == k as u64)
}
