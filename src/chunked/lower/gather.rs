//! A region cut out of the blocks of a grid: what a rechunk is made of.

use crate::Result;
use crate::chunked::Chunked;
use crate::chunked::draft::{Draft, Value};
use crate::chunked::grid::{Region, planned};
use crate::chunked::source::slice_of;
use crate::standard::{Array, Join, Shape};

/// Drafts a region as pieces of the blocks that it overlaps, joined along one axis after the other.
pub(in crate::chunked) fn gather<A: Array>(
    array: &Chunked<A>,
    region: &Region,
    draft: &mut Draft<A>,
) -> Result<Value> {
    let axes = array.grid().axes();
    let spans: Vec<_> = axes.iter().zip(region).map(|(axis, r)| axis.overlapping(r)).collect();
    let counts: Shape = spans.iter().map(|s| s.len()).collect();
    let mut pieces: Vec<Value> = planned(counts.clone())?
        .map(|position| {
            let index: Shape = position.iter().zip(&spans).map(|(&k, s)| s.start + k).collect();
            let block = array.grid().region(&index);
            let inside: Region = block
                .iter()
                .zip(region)
                .map(|(b, r)| r.start.max(b.start) - b.start..r.end.min(b.end) - b.start)
                .collect();
            let whole = inside.iter().zip(&block).all(|(i, b)| i.len() == b.len());
            let value = draft.need(array, block, false);
            if whole { value } else { cut(value, &inside, counts.iter().any(|&n| n > 1), draft) }
        })
        .collect();
    for (axis, &count) in counts.iter().enumerate().rev() {
        if count > 1 {
            let join = |run: &[Value], draft: &mut Draft<A>| {
                draft.gather(Join::Concat { axis }, run.iter().copied())
            };
            pieces = pieces.chunks(count).map(|run| join(run, draft)).collect();
        }
    }
    Ok(pieces[0])
}

fn cut<A: Array>(block: Value, inside: &Region, gathers: bool, draft: &mut Draft<A>) -> Value {
    let slice = slice_of(inside);
    if gathers { draft.gather(slice, [block]) } else { draft.apply(slice, [block]) }
}
