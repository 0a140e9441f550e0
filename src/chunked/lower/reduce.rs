//! The class *reduce*: chunk → combine → finish, each by operations of the standard.
//!
//! ```text
//!  block   block   block   block   block        chunk: a partial result of each block, its axes kept with length 1
//!    p       p       p       p       p
//!    └───┬───┴───┬───┘       └───┬───┘          combine: partials joined along an axis and reduced again
//!        c       …               c
//!        └───────────┬───────────┘
//!                    c  →  finish               the result's data type and axes
//! ```
//!
//! Partial results of `float32` and `complex64` are carried in double precision, so that a result does not depend on
//! the chunks beyond rounding; those of integers wrap around alike in any order.

mod extremum;
mod fold;
mod moments;

use crate::chunked::Chunked;
use crate::chunked::draft::{Draft, Value, tree};
use crate::chunked::grid::{Grid, Partition, Region, positions};
use crate::chunked::node::Node;
use crate::dtype::DType;
use crate::standard::{Array, Join, Reduce, Reduction, Reindex, Shape};
use smallvec::{SmallVec, smallvec};

/// How many partial results come together at once.
const FAN_IN: usize = 8;

/// A partial result: its arrays, and how many elements are folded into each of theirs.
struct Partial {
    values: SmallVec<[Value; 2]>,
    count: f64,
}

/// What a rule is told of the reduction.
struct Context<'a> {
    op: &'a Reduce,
    /// Axes folded remain in partial results, of as many axes as the input.
    ndim: usize,
    /// The axis along which partial results are joined: one of those folded.
    axis: usize,
    input: DType,
    output: DType,
}

/// A family of reductions with partial results of one kind.
trait Rule<A: Array> {
    /// The partial result of a block whose first index along the axis is `start`.
    fn chunk(
        &self,
        of: &Context<'_>,
        block: Value,
        start: usize,
        draft: &mut Draft<A>,
    ) -> SmallVec<[Value; 2]>;
    /// One partial result from several.
    fn combine(
        &self,
        of: &Context<'_>,
        partials: &[Partial],
        draft: &mut Draft<A>,
    ) -> SmallVec<[Value; 2]>;
    /// The results, the axes still kept.
    fn finish(&self, of: &Context<'_>, all: Partial, draft: &mut Draft<A>) -> SmallVec<[Value; 2]>;
}

fn rule<A: Array>(reduction: Reduction) -> &'static dyn Rule<A> {
    match reduction {
        Reduction::Sum
        | Reduction::Prod
        | Reduction::Min
        | Reduction::Max
        | Reduction::Any
        | Reduction::All
        | Reduction::CountNonzero
        | Reduction::Mean => &fold::Fold,
        Reduction::Var { .. } | Reduction::Std { .. } | Reduction::MeanVar { .. } => {
            &moments::Moments
        }
        Reduction::ArgMin | Reduction::ArgMax => &extremum::Extremum,
    }
}

pub(super) fn grid<A: Array>(op: &Reduce, input: &Chunked<A>) -> Grid {
    Grid::new(input.grid().axes().iter().enumerate().filter_map(|(axis, partition)| {
        match (op.axes.contains(&axis), op.keepdims) {
            (false, _) => Some(partition.clone()),
            (true, true) => Some(Partition::whole(1)),
            (true, false) => None,
        }
    }))
}

pub(super) fn lower<A: Array>(
    op: &Reduce,
    node: &Node<A>,
    region: &Region,
    pushed: bool,
    draft: &mut Draft<A>,
) -> SmallVec<[Value; 2]> {
    let input = &node.inputs[0];
    let axes = input.grid().axes();
    let outputs = node.metas.len();
    let counts: Shape = axes
        .iter()
        .enumerate()
        .map(|(a, partition)| if op.axes.contains(&a) { partition.count() } else { 1 })
        .collect();
    let regions: Vec<Region> = positions(counts)
        .map(|position| {
            let mut kept = region.iter();
            let ranges = axes.iter().enumerate().map(|(a, partition)| {
                let folded = op.axes.contains(&a);
                let range = if folded && !op.keepdims { None } else { kept.next() };
                match range {
                    Some(range) if !folded => range.clone(),
                    _ => partition.range(position[a]),
                }
            });
            ranges.collect()
        })
        .collect();
    if let [region] = &regions[..] {
        let block = draft.need(input, region.clone(), pushed);
        return draft.apply_all(op.clone(), [block], outputs);
    }
    let context = Context {
        op,
        ndim: axes.len(),
        axis: op.axes[0],
        input: input.dtype(),
        output: node.metas[0].dtype,
    };
    let rule = rule::<A>(op.reduction);
    let partials: Vec<Partial> = regions
        .into_iter()
        .map(|region| {
            draft.group(input.grid().locate(&region));
            let count = op.axes.iter().map(|&a| region[a].len() as f64).product();
            let start = region[context.axis].start;
            let block = draft.need(input, region, pushed);
            Partial { values: rule.chunk(&context, block, start, draft), count }
        })
        .collect();
    let place = node.grid.locate(region);
    let all = tree(partials, FAN_IN, |partials| {
        draft.group(place.clone());
        let count = partials.iter().map(|p| p.count).sum();
        Partial { values: rule.combine(&context, &partials, draft), count }
    });
    draft.group(place);
    let results = rule.finish(&context, all, draft);
    if op.keepdims {
        return results;
    }
    let shape: Shape = region.iter().map(std::ops::Range::len).collect();
    results
        .into_iter()
        .map(|result| draft.apply(Reindex::Reshape { shape: shape.clone() }, [result]))
        .collect()
}

impl Context<'_> {
    /// The data type of partial results of the input's or the output's type.
    fn carried(dtype: DType) -> DType {
        match dtype {
            DType::Float32 => DType::Float64,
            DType::Complex64 => DType::Complex128,
            other => other,
        }
    }

    /// A reduction of a block to axes of length 1.
    fn of_block(&self, reduction: Reduction) -> Reduce {
        Reduce { reduction, axes: self.op.axes.clone(), keepdims: true }
    }

    /// A reduction of joined partial results.
    fn of_partials(&self, reduction: Reduction) -> Reduce {
        Reduce { reduction, axes: smallvec![self.axis], keepdims: true }
    }

    /// The partial results' arrays at a position, joined.
    fn join<A: Array>(&self, partials: &[Partial], k: usize, draft: &mut Draft<A>) -> Value {
        let values = partials.iter().map(|p| p.values[k]);
        draft.gather(Join::Concat { axis: self.axis }, values)
    }
}
