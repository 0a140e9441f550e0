//! Expressions as groups: what is computed in one pass.

use super::Census;
use super::chain::{Chain, Factor};
use super::contract;
use super::map::{Arg, Group, Operand, Step};
use crate::Result;
use crate::error::evaluated;
use crate::standard::{self, Contract, Expr, Meta, Node, Op, Outputs, Reduce, Reduction, Ref};
use crate::tensor::Tensor;
use smallvec::{SmallVec, smallvec};
use std::fmt::{self, Write};

/// The most steps of a group: their lanes stay in the cache, and what recurses over them is not deep.
const MOST_STEPS: usize = 64;

/// How an expression is evaluated: a list of tasks, in order.
///
/// Elementwise functions and conversions of one shape are *fused* into a group: each that is needed by steps of one
/// group alone, and has its shape, belongs to it, as long as it has not too many. A group is one pass over structure
/// and one over values, whatever the number of its steps, and its intermediates are never there as a whole. A product
/// that only a group needs is computed for it: where one of the group's operands is 0, most of it may not be needed.
/// Products that only the next one needs, or a sum, are a [chain](Chain).
/// The mean and the variance of one array are found in one pass. Everything else is a task of its own.
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
    /// Steps on operands, of which those that are nodes of the task are products to be computed first.
    Fused(Group, SmallVec<[Ref; 4]>),
    /// A mean and a variance of one array.
    MeanVar(Moments),
    Chain(Chain),
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
            let joins = is_elementwise(&nodes[k]) || is_product(&nodes[k]);
            let into_steps = users[k].iter().all(|u| is_elementwise(&nodes[*u]));
            let into_chain = is_product(&nodes[root]) || is_sum(&nodes[root]);
            let is_factor = rest.is_empty() && is_product(&nodes[k]) && into_chain;
            if alone && (is_factor || fits && joins && into_steps) {
                group[k] = root;
                sizes[root] += 1;
            }
        }
        for users in &users {
            // Each belongs to one pair.
            for (n, &one) in users.iter().enumerate() {
                let pairs = |&&other: &&usize| {
                    let free = sizes[one] == 1 && sizes[other] == 1;
                    free && Moments::of(nodes, [one, other]).is_some()
                };
                if let Some(&other) = users[n + 1..].iter().find(pairs) {
                    group[other] = one;
                    (sizes[one], sizes[other]) = (2, 2);
                }
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
            let done = task.run(expr, inputs, &results, notes.as_deref_mut())?;
            for r in task.reads.iter().filter(|r| last_use[r.node] == t) {
                results[r.node].clear();
            }
            done.into_iter().for_each(|(node, result)| results[node] = result);
        }
        Ok(expr.outputs().iter().map(|r| results[r.node][r.output].clone()).collect())
    }
}

/// Nodes and their results.
type Done = SmallVec<[(usize, Outputs<Tensor>); 2]>;

impl Task {
    /// The task of some nodes of which `node` decides what it is.
    fn new(expr: &Expr, members: Vec<usize>, node: usize, meta: Meta) -> Self {
        let (reads, kind) = match &expr.nodes()[node] {
            Node::Input(position) => (smallvec![], Kind::Input(*position)),
            Node::Apply { args, .. } if !is_elementwise(&expr.nodes()[node]) => {
                let reads = args.iter().copied().collect();
                match *members {
                    [_] => (reads, Kind::Single),
                    [one, other] if let Some(m) = Moments::of(expr.nodes(), [one, other]) => {
                        (reads, Kind::MeanVar(m))
                    }
                    _ => chain(expr, &members),
                }
            }
            Node::Apply { .. } => {
                let steps = members.iter().filter(|&&k| is_elementwise(&expr.nodes()[k]));
                let steps: Vec<usize> = steps.copied().collect();
                let mut operands = SmallVec::new();
                let group = steps.iter().map(|&k| step(expr, k, &steps, &mut operands)).collect();
                let mut reads = SmallVec::new();
                for &operand in &operands {
                    let own = members.contains(&operand.node);
                    let args =
                        if own { args(expr, operand.node) } else { std::slice::from_ref(&operand) };
                    reads.extend_from_slice(args);
                }
                (reads, Kind::Fused(Group { steps: group }, operands))
            }
        };
        Self { node, nodes: members, reads, meta, kind }
    }

    /// The results of its nodes that others may need.
    fn run(
        &self,
        expr: &Expr,
        inputs: &[&Tensor],
        results: &[Outputs<Tensor>],
        mut notes: Option<&mut String>,
    ) -> Result<Done> {
        let read = |r: &Ref| &results[r.node][r.output];
        let operands = || self.reads.iter().map(read).collect::<SmallVec<[&Tensor; 4]>>();
        let done: Done = match &self.kind {
            Kind::Input(position) => {
                return Ok(smallvec![(self.node, smallvec![inputs[*position].clone()])]);
            }
            Kind::Single => {
                smallvec![(self.node, super::apply_op(op(expr, self.node), &operands())?)]
            }
            Kind::MeanVar(Moments { mean, var, op }) => {
                let mut found = super::apply_op(op, &operands())?;
                let variance = found.pop().into_iter().collect();
                smallvec![(*mean, found), (*var, variance)]
            }
            Kind::Chain(chain) => {
                let name = op(expr, self.node).name();
                let product = evaluated(name, &self.meta.shape, || chain.eval(&operands()))?;
                smallvec![(self.node, smallvec![product])]
            }
            Kind::Fused(group, operands) => {
                let result = self.fused(expr, (group, operands), read, notes.as_deref_mut())?;
                smallvec![(self.node, smallvec![result])]
            }
        };
        for (node, result) in &done {
            Census::count(op(expr, *node).name(), result);
        }
        if let (Some(notes), false) = (&mut notes, matches!(self.kind, Kind::Fused(..))) {
            for tensor in done.iter().flat_map(|(_, result)| result) {
                let _ = writeln!(notes, "  {}, {} stored", tensor.format(), tensor.stored());
            }
        }
        Ok(done)
    }

    /// Steps on operands, after the products among these.
    fn fused<'r>(
        &self,
        expr: &Expr,
        (group, operands): (&Group, &[Ref]),
        read: impl Fn(&Ref) -> &'r Tensor,
        mut notes: Option<&mut String>,
    ) -> Result<Tensor> {
        let is_product = |r: &&Ref| self.nodes.contains(&r.node);
        let mut products = SmallVec::<[Tensor; 1]>::new();
        if operands.iter().any(|r| is_product(&r)) {
            let factors =
                |r: &Ref| args(expr, r.node).iter().map(&read).collect::<SmallVec<[&Tensor; 2]>>();
            let known = |r: &Ref| -> Result<Operand<'r>> {
                if !is_product(&r) {
                    return Ok(Operand::Tensor(read(r)));
                }
                let (factors, op) = (factors(r), op(expr, r.node));
                let dtype = op.infer(&[factors[0].meta(), factors[1].meta()])?[0].dtype;
                Ok(Operand::Product(
                    dtype,
                    contract::range(contraction(op), dtype, factors[0], factors[1]),
                ))
            };
            let known = operands.iter().map(known).collect::<Result<SmallVec<[_; 4]>>>()?;
            let ruler = group.ruler(&self.meta, &known);
            for r in operands.iter().filter(is_product) {
                let (factors, op) = (factors(r), op(expr, r.node));
                let call = op.call(&[factors[0].meta(), factors[1].meta()])?;
                let few = ruler.filter(|ruler| {
                    contract::is_less_work(contraction(op), factors[0], factors[1], ruler)
                });
                let product = match few {
                    Some(ruler) => evaluated(op.name(), &call.output().shape, || {
                        contract::sampled(contraction(op), &call, [factors[0], factors[1]], ruler)
                    })?,
                    None => super::eval(&call, &factors)?.swap_remove(0),
                };
                if let Some(notes) = &mut notes {
                    let how = if few.is_some() { ", only where an operand is stored" } else { "" };
                    let _ =
                        writeln!(notes, "  product %{}: {} stored{how}", r.node, product.stored());
                }
                products.push(product);
            }
        }
        let mut computed = products.iter();
        let mut next =
            |r: &Ref| if is_product(&r) { computed.next().expect("one for each") } else { read(r) };
        let operands: SmallVec<[&Tensor; 4]> = operands.iter().map(&mut next).collect();
        let name = op(expr, self.node).name();
        evaluated(name, &self.meta.shape, || group.eval(name, &self.meta, &operands, notes))
    }
}

fn op(expr: &Expr, node: usize) -> &Op {
    match &expr.nodes()[node] {
        Node::Apply { op, .. } => op,
        Node::Input(_) => unreachable!("an input is no operation"),
    }
}

fn args(expr: &Expr, node: usize) -> &[Ref] {
    match &expr.nodes()[node] {
        Node::Apply { args, .. } => args,
        Node::Input(_) => &[],
    }
}

fn is_elementwise(node: &Node) -> bool {
    matches!(node, Node::Apply { op: Op::Map(_) | Op::Cast(_), .. })
}

fn is_product(node: &Node) -> bool {
    matches!(node, Node::Apply { op: Op::Contract(_), .. })
}

fn is_sum(node: &Node) -> bool {
    reduction(node).is_some_and(|(reduce, _)| reduce.reduction == Reduction::Sum)
}

fn contraction(op: &Op) -> &Contract {
    match op {
        Op::Contract(op) => op,
        _ => unreachable!("only contractions are products"),
    }
}

fn reduction(node: &Node) -> Option<(&Reduce, &[Ref])> {
    match node {
        Node::Apply { op: Op::Reduce(op), args } => Some((op, args)),
        _ => None,
    }
}

/// A mean and a variance of one array along the same axes.
#[derive(Debug, Clone)]
struct Moments {
    mean: usize,
    var: usize,
    /// What gives both.
    op: Op,
}

impl Moments {
    /// Two nodes, if they are that in whichever order.
    fn of(nodes: &[Node], [one, other]: [usize; 2]) -> Option<Self> {
        let found = |mean: usize, var: usize| {
            let ((a, of_a), (b, of_b)) = (reduction(&nodes[mean])?, reduction(&nodes[var])?);
            let (Reduction::Mean, Reduction::Var { correction }) = (a.reduction, b.reduction)
            else {
                return None;
            };
            let same = of_a == of_b && (&a.axes, a.keepdims) == (&b.axes, b.keepdims);
            let op = Reduce { reduction: Reduction::MeanVar { correction }, ..a.clone() };
            same.then(|| Self { mean, var, op: op.into() })
        };
        found(one, other).or_else(|| found(other, one))
    }
}

/// Products of which each but the last is a factor of one that follows, perhaps summed, and what they read.
fn chain(expr: &Expr, members: &[usize]) -> (SmallVec<[Ref; 4]>, Kind) {
    let mut reads = SmallVec::new();
    let mut factor = |r: Ref| match members.iter().position(|&m| m == r.node) {
        Some(product) => Factor::Product(product),
        None => Factor::Operand(place(&mut reads, r)),
    };
    let products = members.iter().filter(|&&k| is_product(&expr.nodes()[k])).map(|&k| {
        let args = args(expr, k);
        (contraction(op(expr, k)).clone(), [factor(args[0]), factor(args[1])])
    });
    let products = products.collect();
    let last = members.last().and_then(|&k| reduction(&expr.nodes()[k]));
    let sum = last.map(|(reduce, _)| reduce.clone());
    (reads, Kind::Chain(Chain { products, sum }))
}

/// The place of a reference among others, to which it is added if it is not there.
fn place(reads: &mut SmallVec<[Ref; 4]>, r: Ref) -> usize {
    reads.iter().position(|known| *known == r).unwrap_or_else(|| {
        reads.push(r);
        reads.len() - 1
    })
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
        Arg::Operand(place(reads, *r))
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
            Kind::MeanVar(_) | Kind::Chain(_) | Kind::Fused(..) => {
                let what = match &self.kind {
                    Kind::MeanVar(_) => "one pass",
                    Kind::Chain(Chain { sum: None, .. }) => "products, slice by slice,",
                    Kind::Chain(_) => "sum of products",
                    _ => "fused",
                };
                let names: Vec<String> = self.nodes.iter().map(|n| format!("%{n}")).collect();
                write!(f, " = {what} {}", names.join(" "))?;
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

#[cfg(all(test, feature = "testing"))]
mod tests;
