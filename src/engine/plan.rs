//! Expressions as groups: what is computed in one pass.

use super::Census;
use super::map::{Arg, Group, Step};
use crate::Result;
use crate::error::evaluated;
use crate::standard::{self, Expr, Meta, Node, Op, Outputs, Ref};
use crate::tensor::Tensor;
use smallvec::{SmallVec, smallvec};
use std::fmt::{self, Write};

/// The most steps of a group: their lanes stay in the cache, and what recurses over them is not deep.
const MOST_STEPS: usize = 64;

/// How an expression is evaluated: a list of tasks, in order.
///
/// Elementwise functions and conversions of one shape are *fused* into a group: each that is needed by steps of one
/// group alone, and has its shape, belongs to it, as long as it has not too many. A group is one pass over structure
/// and one over values, whatever the number of its steps, and its intermediates are never there as a whole. Everything
/// else is a task of its own; a reduction or a contraction takes the result of the group before it.
///
/// It prints itself, one task in a line: the nodes of the expression that it computes, what it reads, and its
/// result.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    tasks: Vec<Task>,
}

#[derive(Debug, Clone)]
struct Task {
    /// The node whose result it is.
    node: usize,
    /// The nodes that it computes.
    nodes: Vec<usize>,
    /// What it reads.
    reads: SmallVec<[Ref; 4]>,
    /// Its result, the first one.
    meta: Meta,
    /// Nothing for an input.
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Input(usize),
    Single,
    Fused(Group),
}

impl Plan {
    /// The plan of an expression, from the metadata of its inputs.
    pub(super) fn new(expr: &Expr, inputs: &[&Meta]) -> Result<Self> {
        let metas = expr.infer(inputs)?;
        let nodes = expr.nodes();
        // The group of each elementwise node: by the last node in it. From the end, so that users come first.
        let mut users: Vec<SmallVec<[usize; 2]>> = vec![smallvec![]; nodes.len()];
        for (k, node) in nodes.iter().enumerate() {
            if let Node::Apply { args, .. } = node {
                args.iter().for_each(|r| users[r.node].push(k));
            }
        }
        let mut wanted = vec![false; nodes.len()];
        expr.outputs().iter().for_each(|r| wanted[r.node] = true);
        let mut group: Vec<usize> = (0..nodes.len()).collect();
        let mut sizes = vec![1; nodes.len()];
        for k in (0..nodes.len()).rev() {
            let [first, rest @ ..] = users[k].as_slice() else { continue };
            let root = group[*first];
            let alone = !wanted[k] && rest.iter().all(|u| group[*u] == root);
            let same_shape = metas[k][0].shape == metas[root][0].shape;
            let fits = same_shape && sizes[root] < MOST_STEPS;
            if alone && fits && is_elementwise(&nodes[k]) && is_elementwise(&nodes[root]) {
                group[k] = root;
                sizes[root] += 1;
            }
        }
        let mut members: Vec<Vec<usize>> = vec![vec![]; nodes.len()];
        group.iter().enumerate().for_each(|(k, &root)| members[root].push(k));
        let tasks = members
            .into_iter()
            .enumerate()
            .filter(|(_, members)| !members.is_empty())
            .map(|(k, members)| Task::new(expr, members, k, metas[k][0].clone()))
            .collect();
        Ok(Self { tasks })
    }

    /// Evaluates the expression. Each intermediate is dropped after its last use.
    pub(super) fn run(
        &self,
        expr: &Expr,
        inputs: &[&Tensor],
        mut notes: Option<&mut String>,
    ) -> Result<Vec<Tensor>> {
        let mut last_use = vec![0; expr.nodes().len()];
        for (t, task) in self.tasks.iter().enumerate() {
            task.reads.iter().for_each(|r| last_use[r.node] = t);
        }
        expr.outputs().iter().for_each(|r| last_use[r.node] = self.tasks.len());
        let mut results: Vec<Outputs<Tensor>> = vec![smallvec![]; expr.nodes().len()];
        for (t, task) in self.tasks.iter().enumerate() {
            if let Some(notes) = &mut notes {
                let _ = writeln!(notes, "{task}");
            }
            let result = {
                let read = |r: &Ref| &results[r.node][r.output];
                let operands: SmallVec<[&Tensor; 4]> = task.reads.iter().map(read).collect();
                match &task.kind {
                    Kind::Input(position) => smallvec![inputs[*position].clone()],
                    Kind::Fused(group) => {
                        let name = op(expr, task.node).name();
                        let notes = notes.as_deref_mut();
                        let run = || group.eval(name, &task.meta, &operands, notes);
                        smallvec![evaluated(name, &task.meta.shape, run)?]
                    }
                    Kind::Single => {
                        let metas: SmallVec<[&Meta; 4]> =
                            operands.iter().map(|t| t.meta()).collect();
                        super::eval(&op(expr, task.node).call(&metas)?, &operands)?
                    }
                }
            };
            if !matches!(task.kind, Kind::Input(_)) {
                Census::count(op(expr, task.node).name(), &result);
            }
            if let (Some(notes), false) = (&mut notes, matches!(task.kind, Kind::Fused(_))) {
                for tensor in &result {
                    let _ = writeln!(notes, "  {}, {} stored", tensor.format(), tensor.stored());
                }
            }
            for r in task.reads.iter().filter(|r| last_use[r.node] == t) {
                results[r.node].clear();
            }
            results[task.node] = result;
        }
        Ok(expr.outputs().iter().map(|r| results[r.node][r.output].clone()).collect())
    }
}

impl Task {
    fn new(expr: &Expr, members: Vec<usize>, node: usize, meta: Meta) -> Self {
        let (reads, kind) = match &expr.nodes()[node] {
            Node::Input(position) => (smallvec![], Kind::Input(*position)),
            Node::Apply { args, .. } if !is_elementwise(&expr.nodes()[node]) => {
                (args.iter().copied().collect(), Kind::Single)
            }
            Node::Apply { .. } => {
                let mut reads = SmallVec::new();
                let steps = members.iter().map(|&k| step(expr, k, &members, &mut reads)).collect();
                (reads, Kind::Fused(Group { steps }))
            }
        };
        Self { node, nodes: members, reads, meta, kind }
    }
}

fn op(expr: &Expr, node: usize) -> &Op {
    match &expr.nodes()[node] {
        Node::Apply { op, .. } => op,
        Node::Input(_) => unreachable!("an input is no operation"),
    }
}

fn is_elementwise(node: &Node) -> bool {
    matches!(node, Node::Apply { op: Op::Map(_) | Op::Cast(_), .. })
}

/// The step of a node within the group of `members`; what it reads from outside is added to `reads`.
fn step(expr: &Expr, node: usize, members: &[usize], reads: &mut SmallVec<[Ref; 4]>) -> Step {
    let Node::Apply { op, args } = &expr.nodes()[node] else {
        unreachable!("a group has no inputs among its steps")
    };
    let mut args = args.iter().map(|r| {
        if let Some(step) = members.iter().position(|&m| m == r.node) {
            return Arg::Step(step);
        }
        Arg::Operand(reads.iter().position(|known| known == r).unwrap_or_else(|| {
            reads.push(*r);
            reads.len() - 1
        }))
    });
    let mut next = || args.next().expect("as many arguments as the operation was checked for");
    match op {
        Op::Cast(dtype) => Step::Cast(*dtype, next()),
        Op::Map(map) => {
            let args = map.args.iter().map(|arg| match arg {
                standard::Arg::Scalar(value) => Arg::Scalar(*value),
                standard::Arg::Input => next(),
            });
            Step::Map(map.func, args.collect())
        }
        _ => unreachable!("only elementwise operations are fused"),
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{} {}", self.node, self.meta)?;
        match &self.kind {
            Kind::Input(position) => write!(f, " = input {position}")?,
            Kind::Single => write!(f, " = one operation")?,
            Kind::Fused(_) => {
                let names: Vec<String> = self.nodes.iter().map(|n| format!("%{n}")).collect();
                write!(f, " = fused {}", names.join(" "))?;
            }
        }
        if !self.reads.is_empty() {
            let reads: Vec<String> = self.reads.iter().map(Ref::to_string).collect();
            write!(f, " of {}", reads.join(" "))?;
        }
        Ok(())
    }
}

/// Evaluates an expression and says how: which operations were fused, which structures were merged, what was
/// stored, and in which formats. What a merge needs to store depends on values, so this is not known before.
///
/// # Errors
/// As of the evaluation.
///
/// ```
/// use redpoll::standard::{Arg, Expr, Func, Map};
/// use redpoll::{Tensor, dtype::Scalar, engine, tensor::Format};
/// let mut expr = Expr::default();
/// let x = expr.input(0);
/// let scaled = expr.apply(Map { func: Func::Multiply, args: [Arg::Input, Arg::Scalar(Scalar::Float64(2.0))].into_iter().collect() }, [x]);
/// let y = expr.apply(Map::of_arrays(Func::Log1p), [scaled]);
/// expr.output(y);
/// let x = Tensor::from_dense(&[1, 3], vec![0.0, 1.0, 0.0], 0.0, &Format::csr())?;
/// let told = engine::explain(&expr, &[&x])?;
/// assert!(told.contains("fused %1 %2 of %0"), "{told}");
/// assert!(told.contains("pass over 1 values, 2 instructions"), "{told}");
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn explain(expr: &Expr, inputs: &[&Tensor]) -> Result<String> {
    let metas: SmallVec<[&Meta; 4]> = inputs.iter().map(|t| t.meta()).collect();
    let mut notes = String::new();
    Plan::new(expr, &metas)?.run(expr, inputs, Some(&mut notes))?;
    Ok(notes)
}
