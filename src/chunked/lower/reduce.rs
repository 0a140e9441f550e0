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

use crate::Result;
use crate::chunked::Chunked;
use crate::chunked::draft::{Draft, Value, tree};
use crate::chunked::grid::{Grid, Partition, Region, planned};
use crate::chunked::node::Node;
use crate::dtype::DType;
use crate::standard::{Array, Join, Reduce, Reduction, Reindex, Shape};
use smallvec::{SmallVec, smallvec};

/// How many partial results come together at once.
const FAN_IN: usize = 8;

/// The arrays of a partial result, or the results.
type Arrays = SmallVec<[Value; 2]>;

/// A reduction that is written down.
struct Lowering<'a, A> {
    op: &'a Reduce,
    /// Axes folded remain in partial results, of as many axes as the input.
    ndim: usize,
    /// The axis along which partial results are joined: one of those folded.
    axis: usize,
    input: DType,
    output: DType,
    draft: &'a mut Draft<A>,
}

/// A family of reductions with partial results of one kind.
trait Rule<A: Array> {
    /// The partial result of a block whose first index along the axis is `start`.
    fn chunk(&self, of: &mut Lowering<'_, A>, block: Value, start: usize) -> Arrays;
    /// One partial result from several: each of their arrays joined, and how many elements each is folded from.
    fn combine(&self, of: &mut Lowering<'_, A>, joined: &[Value], counts: &[f64]) -> Arrays;
    /// The results, the axes still kept, from the partial result of all `count` elements.
    fn finish(&self, of: &mut Lowering<'_, A>, all: &[Value], count: f64) -> Arrays;
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
) -> Result<Arrays> {
    let input = &node.inputs[0];
    let axes = input.grid().axes();
    let outputs = node.metas.len();
    let counts: Shape = axes
        .iter()
        .enumerate()
        .map(|(a, partition)| if op.axes.contains(&a) { partition.count() } else { 1 })
        .collect();
    let regions: Vec<Region> = planned(counts)?
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
        return Ok(draft.apply_all(op.clone(), [block], outputs));
    }
    let rule = rule::<A>(op.reduction);
    let mut of = Lowering {
        op,
        ndim: axes.len(),
        axis: op.axes[0],
        input: input.dtype(),
        output: node.metas[0].dtype,
        draft,
    };
    // Partial results, each with the number of elements that it is folded from.
    let partials: Vec<(Arrays, f64)> = regions
        .into_iter()
        .map(|region| {
            of.draft.group(input.grid().locate(&region));
            let count = op.axes.iter().map(|&a| region[a].len() as f64).product();
            let start = region[of.axis].start;
            let block = of.draft.need(input, region, pushed);
            (rule.chunk(&mut of, block, start), count)
        })
        .collect();
    let place = node.grid(0).locate(region);
    let (all, count) = tree(partials, FAN_IN, |partials| {
        of.draft.group(place.clone());
        let counts: Vec<f64> = partials.iter().map(|(_, count)| *count).collect();
        let join = |k: usize| {
            let arrays = partials.iter().map(|(arrays, _)| arrays[k]);
            of.draft.gather(Join::Concat { axis: of.axis }, arrays)
        };
        let joined: Arrays = (0..partials[0].0.len()).map(join).collect();
        (rule.combine(&mut of, &joined, &counts), counts.iter().sum())
    });
    of.draft.group(place);
    let results = rule.finish(&mut of, &all, count);
    if op.keepdims {
        return Ok(results);
    }
    let shape: Shape = region.iter().map(std::ops::Range::len).collect();
    let without = |result| of.draft.apply(Reindex::Reshape { shape: shape.clone() }, [result]);
    Ok(results.into_iter().map(without).collect())
}

/// The data type of partial results of the input's or the output's type.
pub(super) fn carried(dtype: DType) -> DType {
    match dtype {
        DType::Float32 => DType::Float64,
        DType::Complex64 => DType::Complex128,
        other => other,
    }
}

impl<A: Array> Lowering<'_, A> {
    /// A block reduced to axes of length 1; all results.
    fn block(&mut self, reduction: Reduction, block: Value, outputs: usize) -> Arrays {
        let op = Reduce { reduction, axes: self.op.axes.clone(), keepdims: true };
        self.draft.apply_all(op, [block], outputs)
    }

    /// Joined partial results reduced to one.
    fn joined(&mut self, reduction: Reduction, joined: Value) -> Value {
        self.draft.apply(Reduce { reduction, axes: smallvec![self.axis], keepdims: true }, [joined])
    }
}
