//! [`Plan`]: the recorded graph lowered to steps over blocks, and the steps gathered into tasks.
//!
//! Lowering goes from the results to the sources: a region of a result asks for regions of inputs, each made once.
//! So a selection reaches the sources as the smaller region, and what nobody asks for is not there.

use super::draft::{Draft, Need, Value, Work};
use super::fuse::{Task, fuse};
use super::grid::{Region, check_steps};
use super::node::{Kind, Node};
use super::{Chunked, lower};
use crate::parallel;
use crate::standard::{Array, Op, Ref, Shape};
use crate::{Error, Result};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// An operation on blocks, its inputs results of earlier steps.
pub(super) struct Step<A> {
    pub work: Work<A>,
    pub inputs: SmallVec<[Ref; 3]>,
    /// Whether the inputs are many blocks that come together here.
    pub gathers: bool,
    pub group: usize,
}

/// Tasks over blocks, in the order in which one thread runs them.
pub(super) struct Plan<A> {
    pub steps: Vec<Step<A>>,
    pub tasks: Vec<Task>,
    /// How many values pass between tasks.
    pub values: usize,
    /// The values that are the results.
    pub outputs: Vec<usize>,
}

/// An array's region in the plan: the step by address, its result, and the region.
type Key = (usize, usize, Region);

struct Planner<A> {
    steps: Vec<Step<A>>,
    groups: Vec<Shape>,
    made: FxHashMap<Key, Ref>,
    /// How many steps of the recorded graph use each.
    consumers: FxHashMap<usize, usize>,
}

/// A draft, and which of the node's results are which of its values.
type Drafted<A> = (Draft<A>, SmallVec<[(usize, Value); 2]>);

/// Work that remains.
enum Frame<A> {
    Resolve(Need<A>),
    /// All needs of the draft have been resolved. It makes all results of a node, or a region of one.
    Splice {
        need: Need<A>,
        draft: Draft<A>,
        results: SmallVec<[(usize, Value); 2]>,
    },
}

impl<A: Array> Plan<A> {
    /// The plan of regions of arrays.
    ///
    /// # Errors
    /// If it would have more steps than a plan may have.
    pub(super) fn new(wanted: Vec<(Chunked<A>, Region)>) -> Result<Self> {
        let mut planner = Planner {
            steps: Vec::new(),
            groups: Vec::new(),
            made: FxHashMap::default(),
            consumers: consumers(wanted.iter().map(|(array, _)| array)),
        };
        let outputs = wanted
            .into_iter()
            .map(|(array, region)| {
                let key = (address(&array.node), array.output, region.clone());
                planner.resolve(Need { array, region, pushed: false })?;
                Ok(planner.made[&key])
            })
            .collect::<Result<Vec<Ref>>>()?;
        let Planner { steps, groups, .. } = planner;
        Ok(fuse(steps, groups, &outputs))
    }

    /// What a task does: its chain of operations.
    pub(super) fn label<'a>(&'a self, task: &'a Task) -> impl fmt::Display + 'a {
        Label { plan: self, task }
    }
}

fn address<A>(node: &Arc<Node<A>>) -> usize {
    Arc::as_ptr(node) as usize
}

/// How many steps of the graph use each step's results; a result that is asked for counts as one.
fn consumers<'a, A: 'a>(wanted: impl Iterator<Item = &'a Chunked<A>>) -> FxHashMap<usize, usize> {
    let mut counts = FxHashMap::default();
    let mut asked = FxHashSet::default();
    let mut rest: Vec<&Chunked<A>> = wanted.filter(|a| asked.insert(address(&a.node))).collect();
    while let Some(array) = rest.pop() {
        let count = counts.entry(address(&array.node)).or_insert(0);
        *count += 1;
        if *count == 1 {
            rest.extend(&array.node.inputs);
        }
    }
    counts
}

impl<A: Array> Planner<A> {
    /// Makes a region of an array, with all it needs. Iterative: graphs may be deep.
    fn resolve(&mut self, need: Need<A>) -> Result<()> {
        let mut stack = vec![Frame::Resolve(need)];
        while let Some(frame) = stack.pop() {
            match frame {
                Frame::Resolve(need) => {
                    parallel::checkpoint();
                    if self.made.contains_key(&key_of(&need)) {
                        continue;
                    }
                    let name = |error: Error| error.named(&need.array.node.op_name());
                    let (draft, results) = self.draft(&need).map_err(name)?;
                    check_steps((self.steps.len() + draft.steps.len()) as u128).map_err(name)?;
                    let missing: Vec<Need<A>> = draft.needs.iter().rev().cloned().collect();
                    stack.push(Frame::Splice { need, draft, results });
                    stack.extend(missing.into_iter().map(Frame::Resolve));
                }
                Frame::Splice { need, draft, results } => self.splice(&need, draft, &results),
            }
        }
        Ok(())
    }

    /// The draft of a region, by the node's rule where it is a block or may be computed as such, else cut out of
    /// blocks; and the results that it makes.
    fn draft(&self, need: &Need<A>) -> Result<Drafted<A>> {
        let node = &need.array.node;
        let mut draft = Draft::new(need.array.grid().locate(&need.region));
        let is_block = need.array.grid().block_at(&need.region).is_some();
        // Only what nobody else uses is computed in other pieces than its blocks: nothing is computed twice.
        let empty = need.region.iter().any(std::ops::Range::is_empty);
        let pushed = !is_block
            && need.pushed
            && (node.is_free() || !empty && node.is_regional())
            && (node.is_free() || self.consumers.get(&address(node)) == Some(&1));
        let results = if is_block || pushed {
            let values = lower::lower(&need.array, &need.region, pushed, &mut draft)?;
            values.into_iter().enumerate().collect()
        } else {
            let value = lower::gather(&need.array, &need.region, &mut draft)?;
            smallvec::smallvec![(need.array.output, value)]
        };
        Ok((draft, results))
    }

    /// Appends a draft's steps.
    fn splice(&mut self, need: &Need<A>, draft: Draft<A>, results: &[(usize, Value)]) {
        let (first_step, first_group) = (self.steps.len(), self.groups.len());
        let needs: Vec<Ref> = draft.needs.iter().map(|n| self.made[&key_of(n)]).collect();
        let place = |value: Value| match value {
            Value::Need(k) => needs[k],
            Value::Step { step, output } => Ref { node: first_step + step, output },
        };
        self.groups.extend(draft.groups);
        self.steps.extend(draft.steps.into_iter().map(|step| Step {
            work: step.work,
            inputs: step.inputs.into_iter().map(place).collect(),
            gathers: step.gathers,
            group: first_group + step.group,
        }));
        for &(output, value) in results {
            let Need { array, region, .. } = need;
            let beside = array.node.region_beside(array.output, region, output);
            self.made.insert((address(&array.node), output, beside), place(value));
        }
    }
}

fn key_of<A>(need: &Need<A>) -> Key {
    (address(&need.array.node), need.array.output, need.region.clone())
}

struct Label<'a, A> {
    plan: &'a Plan<A>,
    task: &'a Task,
}

/// The most operations that a label spells out.
const LABEL_LENGTH: usize = 8;

impl<A: Array> fmt::Display for Label<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = &self.task.steps;
        for (k, &step) in steps.iter().take(LABEL_LENGTH).enumerate() {
            if k > 0 {
                f.write_str(" → ")?;
            }
            match &self.plan.steps[step].work {
                Work::Op(op) => write!(f, "{op}")?,
                Work::Read { source, .. } => write!(f, "read {}", source.name())?,
                Work::Held(_) => f.write_str("block")?,
                Work::Function { function, .. } => f.write_str(&function.name)?,
            }
        }
        if steps.len() > LABEL_LENGTH {
            write!(f, " → … ({} operations)", steps.len())?;
        }
        Ok(())
    }
}

impl<A> fmt::Debug for Kind<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apply { op: Op::Create(op), .. } => f.write_str(op.name()),
            Self::Apply { op, .. } => write!(f, "{op}"),
            Self::Source(source) => write!(f, "{}", source.name()),
            Self::Held(blocks) => write!(f, "{} blocks", blocks.len()),
            Self::MapBlocks(function) => write!(f, "{function:?}"),
            Self::Rechunk => f.write_str("rechunk"),
        }
    }
}
