//! `argmin` and `argmax`: a partial result is the extreme value and its index in the whole axis. Among several the
//! least index of those that are the extreme, or NaN, is the first.

use super::{Arrays, Lowering, Rule};
use crate::chunked::draft::Value;
use crate::standard::{Array, Func, Reduction};
use smallvec::smallvec;

pub(super) struct Extremum;

fn of_values(argument: Reduction) -> Reduction {
    if argument == Reduction::ArgMin { Reduction::Min } else { Reduction::Max }
}

impl<A: Array> Rule<A> for Extremum {
    fn chunk(&self, of: &mut Lowering<'_, A>, block: Value, start: usize) -> Arrays {
        let value = of.block(of_values(of.op.reduction), block, 1)[0];
        let local = of.block(of.op.reduction, block, 1)[0];
        let index = if start == 0 {
            local
        } else {
            of.draft.map(Func::Add, [local.into(), (start as i64).into()])
        };
        smallvec![value, index]
    }

    fn combine(&self, of: &mut Lowering<'_, A>, joined: &[Value], _: &[f64]) -> Arrays {
        let &[values, indices] = joined else { unreachable!("a value and an index") };
        let value = of.joined(of_values(of.op.reduction), values);
        let mut first = of.draft.map(Func::Equal, [values.into(), value.into()]);
        if of.input.is_floating() {
            // Where any value is NaN, so is the extreme, and it equals none.
            let nan = of.draft.map(Func::IsNan, [values.into()]);
            first = of.draft.map(Func::LogicalOr, [first.into(), nan.into()]);
        }
        let candidates = [first.into(), indices.into(), i64::MAX.into()];
        let candidates = of.draft.map(Func::Where, candidates);
        smallvec![value, of.joined(Reduction::Min, candidates)]
    }

    fn finish(&self, _: &mut Lowering<'_, A>, all: &[Value], _: f64) -> Arrays {
        smallvec![all[1]]
    }
}
