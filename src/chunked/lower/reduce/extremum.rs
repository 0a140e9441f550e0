//! `argmin` and `argmax`: a partial result is the extreme value and its index in the whole axis. Among several the
//! least index of those that are the extreme, or NaN, is the first.

use super::{Context, Partial, Rule};
use crate::chunked::draft::{Draft, Value};
use crate::standard::{Array, Func, Reduction};
use smallvec::{SmallVec, smallvec};

pub(super) struct Extremum;

fn of_values(argument: Reduction) -> Reduction {
    if argument == Reduction::ArgMin { Reduction::Min } else { Reduction::Max }
}

impl<A: Array> Rule<A> for Extremum {
    fn chunk(
        &self,
        of: &Context<'_>,
        block: Value,
        start: usize,
        draft: &mut Draft<A>,
    ) -> SmallVec<[Value; 2]> {
        let value = draft.apply(of.of_block(of_values(of.op.reduction)), [block]);
        let local = draft.apply(of.of_block(of.op.reduction), [block]);
        let index = if start == 0 {
            local
        } else {
            draft.map(Func::Add, [local.into(), (start as i64).into()])
        };
        smallvec![value, index]
    }

    fn combine(
        &self,
        of: &Context<'_>,
        partials: &[Partial],
        draft: &mut Draft<A>,
    ) -> SmallVec<[Value; 2]> {
        let values = of.join(partials, 0, draft);
        let indices = of.join(partials, 1, draft);
        let value = draft.apply(of.of_partials(of_values(of.op.reduction)), [values]);
        let mut first = draft.map(Func::Equal, [values.into(), value.into()]);
        if of.input.is_floating() {
            // Where any value is NaN, so is the extreme, and it equals none.
            let nan = draft.map(Func::IsNan, [values.into()]);
            first = draft.map(Func::LogicalOr, [first.into(), nan.into()]);
        }
        let candidates = draft.map(Func::Where, [first.into(), indices.into(), i64::MAX.into()]);
        let index = draft.apply(of.of_partials(Reduction::Min), [candidates]);
        smallvec![value, index]
    }

    fn finish(&self, _: &Context<'_>, all: Partial, _: &mut Draft<A>) -> SmallVec<[Value; 2]> {
        smallvec![all.values[1]]
    }
}
