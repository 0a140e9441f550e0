//! [`Draft`]: what a lowering rule writes, the steps that make one region of a result out of regions of its inputs.

use super::Chunked;
use super::blocks::{BlockFunction, BlockInfo};
use super::grid::Region;
use super::source::Source;
use crate::dtype::{DType, Scalar};
use crate::standard::{Arg, Array, Func, Map, Op, Shape};
use smallvec::SmallVec;
use std::sync::Arc;

/// A region of an array that a draft builds on.
#[derive(Clone)]
pub(super) struct Need<A> {
    pub array: Chunked<A>,
    pub region: Region,
    /// Whether it is better computed as this region than cut out of the blocks of the array's grid.
    pub pushed: bool,
}

/// A result inside a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// The need at this position.
    Need(usize),
    /// A result of the step at this position.
    Step { step: usize, output: usize },
}

/// What a step does with its blocks.
pub(super) enum Work<A> {
    /// An operation.
    Op(Op),
    /// Reads a region.
    Read { source: Arc<dyn Source<A>>, region: Region },
    /// Has the block already.
    Held(A),
    /// Calls a function of the user's.
    Function { function: BlockFunction<A>, info: Arc<BlockInfo> },
}

pub(super) struct DraftStep<A> {
    pub work: Work<A>,
    pub inputs: SmallVec<[Value; 3]>,
    /// Whether the inputs are many blocks that come together here. They are then made by tasks of their own.
    pub gathers: bool,
    pub group: usize,
}

/// Steps, in an order in which each follows what it needs, in groups: a group is never split between tasks.
pub(super) struct Draft<A> {
    pub needs: Vec<Need<A>>,
    pub steps: Vec<DraftStep<A>>,
    /// For each group, the block that its messages name.
    pub groups: Vec<Shape>,
}

/// An argument of an elementwise step.
#[derive(Clone, Copy)]
pub(super) enum Term {
    Value(Value),
    Scalar(Scalar),
}

impl From<Value> for Term {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl<S: Into<Scalar>> From<S> for Term {
    fn from(scalar: S) -> Self {
        Self::Scalar(scalar.into())
    }
}

impl<A: Array> Draft<A> {
    pub(super) fn new(block: Shape) -> Self {
        Self { needs: Vec::new(), steps: Vec::new(), groups: vec![block] }
    }

    /// Begins a group of steps; `block` is the block that a failure among them names.
    pub(super) fn group(&mut self, block: Shape) {
        self.groups.push(block);
    }

    /// A region of an array.
    pub(super) fn need(&mut self, array: &Chunked<A>, region: Region, pushed: bool) -> Value {
        self.needs.push(Need { array: array.clone(), region, pushed });
        Value::Need(self.needs.len() - 1)
    }

    pub(super) fn push(
        &mut self,
        work: Work<A>,
        inputs: impl IntoIterator<Item = Value>,
        gathers: bool,
    ) -> usize {
        let inputs = inputs.into_iter().collect();
        let group = self.groups.len() - 1;
        self.steps.push(DraftStep { work, inputs, gathers, group });
        self.steps.len() - 1
    }

    /// An operation; all its results.
    pub(super) fn apply_all(
        &mut self,
        op: impl Into<Op>,
        inputs: impl IntoIterator<Item = Value>,
        outputs: usize,
    ) -> SmallVec<[Value; 2]> {
        let step = self.push(Work::Op(op.into()), inputs, false);
        (0..outputs).map(|output| Value::Step { step, output }).collect()
    }

    /// An operation with one result.
    pub(super) fn apply(
        &mut self,
        op: impl Into<Op>,
        inputs: impl IntoIterator<Item = Value>,
    ) -> Value {
        self.apply_all(op, inputs, 1)[0]
    }

    /// An operation at which many blocks come together.
    pub(super) fn gather(
        &mut self,
        op: impl Into<Op>,
        inputs: impl IntoIterator<Item = Value>,
    ) -> Value {
        let step = self.push(Work::Op(op.into()), inputs, true);
        Value::Step { step, output: 0 }
    }

    /// An elementwise function.
    pub(super) fn map<const N: usize>(&mut self, func: Func, terms: [Term; N]) -> Value {
        let args = terms.iter().map(|term| match term {
            Term::Value(_) => Arg::Input,
            Term::Scalar(scalar) => Arg::Scalar(*scalar),
        });
        let args = args.collect();
        let inputs = terms.into_iter().filter_map(|term| match term {
            Term::Value(value) => Some(value),
            Term::Scalar(_) => None,
        });
        self.apply(Map { func, args }, inputs)
    }

    /// A conversion, where one is needed.
    pub(super) fn cast(&mut self, value: Value, from: DType, to: DType) -> Value {
        if from == to { value } else { self.apply(Op::Cast(to), [value]) }
    }
}

/// Folds values into one by a tree of at most `fan_in` branches. Its form depends on the number of values only.
pub(super) fn tree<S>(
    mut values: Vec<S>,
    fan_in: usize,
    mut combine: impl FnMut(Vec<S>) -> S,
) -> S {
    while values.len() > 1 {
        let mut rest = values.into_iter().peekable();
        let mut level = Vec::new();
        while rest.peek().is_some() {
            let mut branch: Vec<S> = rest.by_ref().take(fan_in).collect();
            level.push(if branch.len() == 1 { branch.remove(0) } else { combine(branch) });
        }
        values = level;
    }
    values.pop().expect("a tree has at least one leaf")
}
