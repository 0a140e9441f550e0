//! One task: reads and user functions one by one, the operations between them as an [`Expr`] for the evaluator to
//! fuse.

use super::blocks::{caught, check_block};
use super::draft::Work;
use super::fuse::Task;
use super::plan::Plan;
use crate::Result;
use crate::standard::{Array, Expr, Ref};
use rustc_hash::FxHashMap;

/// What can run at once: reads and functions whose inputs are there, then the operations that follow from them.
#[derive(Default)]
struct Stage {
    calls: Vec<usize>,
    operations: Vec<usize>,
}

/// Runs a task on its inputs, in their order; its results are in the order of its outputs.
pub(super) fn run<A: Array>(plan: &Plan<A>, task: &Task, inputs: Vec<A>) -> Result<Vec<A>> {
    let (stages, stage_of) = stages(plan, task);
    let last_use = last_use(plan, task, &stage_of);
    let mut have: FxHashMap<Ref, A> = task.inputs.iter().map(|&(r, _)| r).zip(inputs).collect();
    for (number, stage) in stages.iter().enumerate() {
        for &step in &stage.calls {
            let result = call(plan, step, &have)?;
            have.insert(step.into(), result);
        }
        evaluate(plan, stage, number, &last_use, &mut have)?;
        have.retain(|r, _| last_use.get(r).is_some_and(|&last| last > number));
    }
    let take = |(r, _): &(Ref, usize)| have.get(r).cloned().expect("an output is kept to the end");
    Ok(task.outputs.iter().map(take).collect())
}

/// The stages of a task, and that of each step.
fn stages<A>(plan: &Plan<A>, task: &Task) -> (Vec<Stage>, FxHashMap<usize, usize>) {
    let mut stages: Vec<Stage> = Vec::new();
    let mut stage_of: FxHashMap<usize, usize> = FxHashMap::default();
    let is_operation = |step: usize| matches!(plan.steps[step].work, Work::Op(_));
    for &step in &task.steps {
        // Operations come last in their stage, so a call that needs one belongs to the next.
        let after = |input: &Ref| {
            let stage = *stage_of.get(&input.node)?;
            Some(stage + usize::from(is_operation(input.node) && !is_operation(step)))
        };
        let stage = plan.steps[step].inputs.iter().filter_map(after).max().unwrap_or(0);
        if stages.len() <= stage {
            stages.resize_with(stage + 1, Stage::default);
        }
        let list = &mut stages[stage];
        if is_operation(step) {
            list.operations.push(step)
        } else {
            list.calls.push(step)
        }
        stage_of.insert(step, stage);
    }
    (stages, stage_of)
}

/// The last stage that needs each value from outside itself; results of the task are needed after all of them.
fn last_use<A>(
    plan: &Plan<A>,
    task: &Task,
    stage_of: &FxHashMap<usize, usize>,
) -> FxHashMap<Ref, usize> {
    let mut last = FxHashMap::default();
    for &step in &task.steps {
        for &input in &plan.steps[step].inputs {
            let stage = last.entry(input).or_insert(0);
            *stage = stage_of[&step].max(*stage);
        }
    }
    last.extend(task.outputs.iter().map(|&(r, _)| (r, usize::MAX)));
    last
}

/// Evaluates a stage's operations as one expression, whose results are what later stages need.
fn evaluate<A: Array>(
    plan: &Plan<A>,
    stage: &Stage,
    number: usize,
    last_use: &FxHashMap<Ref, usize>,
    have: &mut FxHashMap<Ref, A>,
) -> Result<()> {
    if stage.operations.is_empty() {
        return Ok(());
    }
    let mut expr = Expr::default();
    let mut place: FxHashMap<Ref, Ref> = FxHashMap::default();
    let mut inputs: Vec<&A> = Vec::new();
    let mut node_of: FxHashMap<usize, usize> = FxHashMap::default();
    for &step in &stage.operations {
        let Work::Op(op) = &plan.steps[step].work else { continue };
        let args: Vec<Ref> = plan.steps[step]
            .inputs
            .iter()
            .map(|&input| match node_of.get(&input.node) {
                Some(&node) => Ref { node, output: input.output },
                None => *place.entry(input).or_insert_with(|| {
                    inputs.push(&have[&input]);
                    expr.input(inputs.len() - 1)
                }),
            })
            .collect();
        node_of.insert(step, expr.apply(op.clone(), args).node);
    }
    let kept: Vec<Ref> = {
        let mut kept: Vec<Ref> = last_use
            .iter()
            .filter(|&(r, &last)| last > number && node_of.contains_key(&r.node))
            .map(|(&r, _)| r)
            .collect();
        kept.sort_unstable_by_key(|r| (r.node, r.output));
        kept
    };
    for r in &kept {
        expr.output(Ref { node: node_of[&r.node], output: r.output });
    }
    let results = A::eval_expr(&expr, &inputs)?;
    have.extend(kept.into_iter().zip(results));
    Ok(())
}

/// Runs a step that is no operation.
fn call<A: Array>(plan: &Plan<A>, step: usize, have: &FxHashMap<Ref, A>) -> Result<A> {
    let step = &plan.steps[step];
    match &step.work {
        Work::Held(block) => Ok(block.clone()),
        Work::Read { source, region } => {
            let block = caught(source.name(), || source.read(region))?;
            check_block(source.name(), &block, region, source.meta().dtype)?;
            Ok(block)
        }
        Work::Function { function, info } => {
            let blocks: Vec<&A> = step.inputs.iter().map(|input| &have[input]).collect();
            function.call(&blocks, info)
        }
        Work::Op(_) => unreachable!("operations are evaluated as an expression"),
    }
}
