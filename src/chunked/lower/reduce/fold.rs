//! Reductions whose partial results are reduced as the elements are: sums, products, extrema, counts, and the mean
//! as a sum.

use super::{Arrays, Lowering, Rule, carried};
use crate::chunked::draft::Value;
use crate::standard::{Array, Func, Reduction};
use smallvec::smallvec;

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
    fn chunk(&self, of: &mut Lowering<'_, A>, block: Value, _: usize) -> Arrays {
        let (first, _) = steps(of.op.reduction);
        // The mean of integers is a float: their sum must not wrap around.
        let dtype = match of.op.reduction {
            Reduction::Mean => carried(of.output),
            reduction if accumulates(reduction) => carried(of.input),
            _ => of.input,
        };
        let block = of.draft.cast(block, of.input, dtype);
        of.block(first, block, 1)
    }

    fn combine(&self, of: &mut Lowering<'_, A>, joined: &[Value], _: &[f64]) -> Arrays {
        let (_, again) = steps(of.op.reduction);
        smallvec![of.joined(again, joined[0])]
    }

    fn finish(&self, of: &mut Lowering<'_, A>, all: &[Value], count: f64) -> Arrays {
        let mut value = all[0];
        if of.op.reduction == Reduction::Mean {
            value = of.draft.map(Func::Divide, [value.into(), count.into()]);
        }
        let carries = accumulates(of.op.reduction);
        let from = if carries { carried(of.output) } else { of.output };
        smallvec![of.draft.cast(value, from, of.output)]
    }
}
