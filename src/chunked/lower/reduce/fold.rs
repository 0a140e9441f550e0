//! Reductions whose partial results are reduced as the elements are: sums, products, extrema, counts, and the mean
//! as a sum.

use super::{Context, Partial, Rule};
use crate::chunked::draft::{Draft, Value};
use crate::standard::{Array, Func, Reduction};
use smallvec::{SmallVec, smallvec};

pub(super) struct Fold;

/// The reduction of a block, and that of the partial results.
fn steps(reduction: Reduction) -> (Reduction, Reduction) {
    match reduction {
        Reduction::Mean => (Reduction::Sum, Reduction::Sum),
        Reduction::CountNonzero => (Reduction::CountNonzero, Reduction::Sum),
        other => (other, other),
    }
}

/// Whether rounding accumulates, so that elements are converted to double precision first.
fn accumulates(reduction: Reduction) -> bool {
    matches!(reduction, Reduction::Sum | Reduction::Prod | Reduction::Mean)
}

impl<A: Array> Rule<A> for Fold {
    fn chunk(
        &self,
        of: &Context<'_>,
        block: Value,
        _: usize,
        draft: &mut Draft<A>,
    ) -> SmallVec<[Value; 2]> {
        let (first, _) = steps(of.op.reduction);
        // The mean of integers is a float: their sum must not wrap around.
        let dtype = match of.op.reduction {
            Reduction::Mean => Context::carried(of.output),
            reduction if accumulates(reduction) => Context::carried(of.input),
            _ => of.input,
        };
        let block = draft.cast(block, of.input, dtype);
        smallvec![draft.apply(of.of_block(first), [block])]
    }

    fn combine(
        &self,
        of: &Context<'_>,
        partials: &[Partial],
        draft: &mut Draft<A>,
    ) -> SmallVec<[Value; 2]> {
        let (_, again) = steps(of.op.reduction);
        let joined = of.join(partials, 0, draft);
        smallvec![draft.apply(of.of_partials(again), [joined])]
    }

    fn finish(&self, of: &Context<'_>, all: Partial, draft: &mut Draft<A>) -> SmallVec<[Value; 2]> {
        let mut value = all.values[0];
        if of.op.reduction == Reduction::Mean {
            value = draft.map(Func::Divide, [value.into(), all.count.into()]);
        }
        let carries = accumulates(of.op.reduction);
        let from = if carries { Context::carried(of.output) } else { of.output };
        smallvec![draft.cast(value, from, of.output)]
    }
}
