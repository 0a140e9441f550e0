//! Steps gathered into tasks, and tasks put in order.
//!
//! A group of steps joins the task of its consumer if all its results go to that one task, and not to a step where
//! many blocks come together: so a chain such as read → log1p → sum is one task for each block, whose intermediates
//! are never kept, and the partial sums of many blocks are tasks of their own, dropped when they are combined.
//!
//! Tasks are numbered depth-first from the results. A thread that always takes the lowest task that is ready finishes
//! what has begun before it begins anew, which bounds what is live at a time by the depth of the trees.

use super::plan::{Plan, Step};
use crate::standard::{Ref, Shape};
use rustc_hash::{FxHashMap, FxHashSet};

/// Steps run together.
pub(super) struct Task {
    /// In order.
    pub steps: Vec<usize>,
    /// Results of other tasks, and the values that they are.
    pub inputs: Vec<(Ref, usize)>,
    /// Results that other tasks or the caller use, and the values that they are.
    pub outputs: Vec<(Ref, usize)>,
    /// The block that messages name.
    pub block: Shape,
}

const NONE: usize = usize::MAX;

/// Who uses the results of a group.
#[derive(Clone, Copy, PartialEq)]
enum Consumer {
    Nobody,
    Task(usize),
    Many,
}

pub(super) fn fuse<A>(steps: Vec<Step<A>>, groups: Vec<Shape>, outputs: &[Ref]) -> Plan<A> {
    let (task_of, count) = assign(&steps, groups.len(), outputs);
    let mut tasks: Vec<Task> = (0..count)
        .map(|_| Task { steps: vec![], inputs: vec![], outputs: vec![], block: Shape::new() })
        .collect();
    let mut producers: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut value_of: FxHashMap<Ref, usize> = FxHashMap::default();
    let mut value = |r: Ref, tasks: &mut [Task]| {
        let next = value_of.len();
        *value_of.entry(r).or_insert_with(|| {
            tasks[task_of[r.node]].outputs.push((r, next));
            next
        })
    };
    let mut seen: FxHashSet<(usize, usize)> = FxHashSet::default();
    for (k, step) in steps.iter().enumerate().filter(|&(k, _)| task_of[k] != NONE) {
        let task = task_of[k];
        tasks[task].steps.push(k);
        tasks[task].block.clone_from(&groups[step.group]);
        for &input in step.inputs.iter().filter(|input| task_of[input.node] != task) {
            let value = value(input, &mut tasks);
            if seen.insert((task, value)) {
                tasks[task].inputs.push((input, value));
                producers[task].push(task_of[input.node]);
            }
        }
    }
    let outputs: Vec<(usize, usize)> =
        outputs.iter().map(|&r| (task_of[r.node], value(r, &mut tasks))).collect();
    let values = value_of.len();

    let order = depth_first(&producers, outputs.iter().map(|&(task, _)| task));
    let mut places: Vec<Option<Task>> = tasks.into_iter().map(Some).collect();
    let tasks = order.into_iter().filter_map(|task| places[task].take()).collect();
    let outputs = outputs.into_iter().map(|(_, value)| value).collect();
    Plan { steps, tasks, values, outputs }
}

/// The task of each step that is needed at all, and the number of tasks.
fn assign<A>(steps: &[Step<A>], groups: usize, outputs: &[Ref]) -> (Vec<usize>, usize) {
    let mut needed = vec![false; steps.len()];
    let mut task_of_step = vec![NONE; steps.len()];
    let mut task_of_group = vec![NONE; groups];
    let mut consumer = vec![Consumer::Nobody; groups];
    let mut count = 0;
    for output in outputs {
        needed[output.node] = true;
    }
    // The steps of a group are neighbours, and those that use them follow: backwards, all uses of a group are known
    // when it is reached.
    for (k, step) in steps.iter().enumerate().rev() {
        if !needed[k] {
            continue;
        }
        if task_of_group[step.group] == NONE {
            task_of_group[step.group] = match consumer[step.group] {
                Consumer::Task(task) => task,
                Consumer::Nobody | Consumer::Many => {
                    count += 1;
                    count - 1
                }
            };
        }
        let task = task_of_group[step.group];
        task_of_step[k] = task;
        for input in &step.inputs {
            needed[input.node] = true;
            let from = steps[input.node].group;
            if from != step.group {
                consumer[from] = match consumer[from] {
                    Consumer::Nobody if !step.gathers => Consumer::Task(task),
                    Consumer::Task(other) if other == task && !step.gathers => Consumer::Task(task),
                    _ => Consumer::Many,
                };
            }
        }
    }
    (task_of_step, count)
}

/// All tasks that the results need, each after those it needs itself.
fn depth_first(producers: &[Vec<usize>], roots: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut order = Vec::with_capacity(producers.len());
    let mut entered = vec![false; producers.len()];
    for root in roots {
        let mut stack = vec![(root, 0)];
        if std::mem::replace(&mut entered[root], true) {
            continue;
        }
        while let Some((task, next)) = stack.pop() {
            match producers[task].get(next) {
                Some(&producer) => {
                    stack.push((task, next + 1));
                    if !std::mem::replace(&mut entered[producer], true) {
                        stack.push((producer, 0));
                    }
                }
                None => order.push(task),
            }
        }
    }
    order
}
