//! The rules: for each class of operations, the grid of its result, and how a region of the result is made from
//! regions of the inputs. A rule knows nothing of the kind of array inside the blocks.
//!
//! | class | grid of the result | a region of the result is |
//! |---|---|---|
//! | create | automatic | the operation's own block |
//! | cast, map | common refinement | the function of the same regions |
//! | reduce | the axes that remain | a tree over the chunks of the axes that are folded |
//! | contract | common refinement, label by label | a tree sum of products over the chunks of the summed labels |
//! | reindex | mapped | the moved region; a reshape keeps whole all but the leading axis of a group |
//! | join | one after the other | the region of the operand where it lies |
//! | select | the list cut into pieces, or that of the array | taken from each block where its indices fall, then put in order; put into the block |
//! | scan | that of the input | the scan of the same region; several chunks are recorded as other operations |
//! | order | the axis in one chunk | the operation of the same region, with the vector it searches whole |
//! | fft | the last axis in one chunk | the transform of whole lines |
//! | linalg | the stack's axes refined, the matrices' in one chunk | the factorisation of whole matrices |

mod contract;
mod create;
#[cfg(feature = "fft")]
mod fft;
mod gather;
mod join;
#[cfg(feature = "linalg")]
mod linalg;
mod map;
mod order;
mod reduce;
mod reindex;
mod reshape;
mod scan;
mod select;

pub(super) use gather::gather;
pub(super) use map::aligned_region;

use super::chunks::{Contents, fill_in, preferred};
use super::draft::{Draft, Value, Work};
use super::grid::{Grid, Partition, Region};
use super::node::Kind;
use super::options::Options;
use super::{Chunked, blocks};
use crate::Result;
use crate::standard::{Array, Call, Meta, Op, Order, Reindex};
use create::Created;
use smallvec::{SmallVec, smallvec};

/// Grids, and chunks that no result has.
type Grids = (SmallVec<[Grid; 1]>, SmallVec<[Partition; 2]>);

/// The grids of an operation's results, one for all or one for each, and the chunks of axes that it sums over.
pub(super) fn grids<A: Array>(call: &Call<'_>, inputs: &[&Chunked<A>]) -> Result<Grids> {
    let output = call.output();
    let grid = match call.op() {
        Op::Create(op) => {
            let contents = Created::new::<A>(op, output.dtype)?;
            open_axes(op.name(), output, smallvec![None; output.ndim()], &contents)?
        }
        Op::Cast(_) | Op::Scan(_) => inputs[0].grid().clone(),
        Op::Map(_) => super::unify::unify_broadcast(inputs, &output.shape),
        Op::Reduce(op) => reduce::grid(op, inputs[0]),
        Op::Contract(op) => {
            let (grid, inner) = contract::grid(op, inputs[0], inputs[1]);
            return Ok((smallvec![grid], inner));
        }
        Op::Reindex(op) => reindex::grid(op, inputs[0], output)?,
        Op::Join(op) => join::grid(op, inputs),
        Op::Select(op) => select::grid(op, inputs),
        Op::Order(op) => return Ok((order::grids(op, inputs, call.outputs()), SmallVec::new())),
        #[cfg(feature = "linalg")]
        Op::Linalg(_) => return Ok((linalg::grids(call, inputs), SmallVec::new())),
        #[cfg(feature = "fft")]
        Op::Fft(_) => fft::grid(inputs[0], output),
    };
    Ok((smallvec![grid], SmallVec::new()))
}

/// What is recorded of an operation: other operations that it is made of here, or itself on these inputs.
pub(super) enum Recorded<A> {
    Composed(Chunked<A>),
    Itself(SmallVec<[Chunked<A>; 2]>),
}

/// How an operation is recorded.
pub(super) fn record<A: Array>(call: &Call<'_>, inputs: &[&Chunked<A>]) -> Result<Recorded<A>> {
    Ok(match call.op() {
        Op::Scan(op) => match scan::composed(*op, inputs[0])? {
            Some(composed) => Recorded::Composed(composed),
            None => Recorded::Itself(smallvec![inputs[0].clone()]),
        },
        Op::Order(op) => Recorded::Itself(order::inputs(op, inputs)?),
        _ => Recorded::Itself(inputs.iter().map(|&input| input.clone()).collect()),
    })
}

/// A grid with some partitions given and the others as the scope's [`Options`] say.
fn open_axes(
    op: &str,
    meta: &Meta,
    mut known: SmallVec<[Option<Partition>; 4]>,
    contents: &dyn Contents,
) -> Result<Grid> {
    let chunks = Options::current().chunks;
    for (axis, partition) in known.iter_mut().enumerate().filter(|(_, p)| p.is_none()) {
        *partition = preferred(&chunks, op, axis, meta)?;
    }
    Ok(fill_in(known, meta, contents))
}

/// Whether any region of the result that is not empty can be computed without the rest of its block.
pub(super) fn is_regional<A>(op: &Op, inputs: &[Chunked<A>]) -> bool {
    match op {
        Op::Reindex(Reindex::Reshape { shape }) => {
            reshape::is_regional(&inputs[0].grid().shape(), shape)
        }
        // Fibers are whole or not there.
        Op::Scan(_) => false,
        Op::Order(op) => matches!(op, Order::SearchSorted { .. }),
        Op::Create(_)
        | Op::Cast(_)
        | Op::Map(_)
        | Op::Reduce(_)
        | Op::Contract(_)
        | Op::Reindex(_)
        | Op::Join(_)
        | Op::Select(_) => true,
        #[cfg(feature = "linalg")]
        Op::Linalg(_) => false,
        #[cfg(feature = "fft")]
        Op::Fft(_) => false,
    }
}

/// Drafts all results of an array's node, of which the array's own has a region: a block of its grid, or of a regional
/// node any region.
pub(super) fn lower<A: Array>(
    array: &Chunked<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> Result<SmallVec<[Value; 2]>> {
    let node = &*array.node;
    let one = |work: Work<A>, draft: &mut Draft<A>| {
        let step = draft.push(work, [], false);
        smallvec![Value::Step { step, output: 0 }]
    };
    Ok(match &node.kind {
        Kind::Source(source) => {
            one(Work::Read { source: source.clone(), region: region.clone() }, draft)
        }
        Kind::Held(held) => {
            let flat = array.grid().flat(&array.grid().locate(region));
            one(Work::Held(held[flat].clone()), draft)
        }
        Kind::MapBlocks(function) => blocks::lower(function, node, region, draft),
        Kind::Rechunk => {
            let input = &node.inputs[0];
            // A source reads the new blocks as such.
            smallvec![draft.need(input, region.clone(), pushed || input.node.is_free())]
        }
        Kind::Apply { op, inner } => match op {
            Op::Create(op) => smallvec![draft.apply(op.block(region), [])],
            Op::Cast(_) | Op::Scan(_) => {
                let block = draft.need(&node.inputs[0], region.clone(), pushed);
                smallvec![draft.apply(op.clone(), [block])]
            }
            Op::Map(_) => smallvec![map::lower(op, node, region, pushed, draft)],
            Op::Reduce(op) => reduce::lower(op, node, region, pushed, draft)?,
            Op::Contract(op) => smallvec![contract::lower(op, inner, node, region, pushed, draft)?],
            Op::Reindex(op) => smallvec![reindex::lower(op, node, region, pushed, draft)],
            Op::Join(op) => smallvec![join::lower(op, node, region, pushed, draft)],
            Op::Select(op) => smallvec![select::lower(op, node, region, pushed, draft)],
            Op::Order(op) => order::lower(op, node, region, pushed, draft)?,
            #[cfg(feature = "linalg")]
            Op::Linalg(op) => linalg::lower(*op, node, region, pushed, draft),
            #[cfg(feature = "fft")]
            Op::Fft(op) => smallvec![fft::lower(*op, node, region, pushed, draft)],
        },
    })
}
