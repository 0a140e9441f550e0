//! [`Expr`]: a recorded computation, a list of operations in an order in which each follows what it needs.

use super::{Array, Meta, Op};
use crate::Result;
use crate::error::ShapeError;
use smallvec::SmallVec;
use std::fmt;

/// One result of an earlier node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Ref {
    /// The node's position in the expression.
    pub node: usize,
    /// Which of its results.
    pub output: usize,
}

impl From<usize> for Ref {
    /// The first (usually only) result of a node.
    fn from(node: usize) -> Self {
        Self { node, output: 0 }
    }
}

/// One step of an expression.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Node {
    /// An input array, by its position.
    Input(usize),
    /// An operation on results of earlier nodes.
    Apply {
        /// The operation.
        op: Op,
        /// What it is applied to.
        args: SmallVec<[Ref; 3]>,
    },
}

/// A recorded computation as data: it can be shown, serialised, fused and replayed.
///
/// ```
/// use redpoll::standard::{Expr, Func, Map};
/// let mut expr = Expr::default();
/// let x = expr.input(0);
/// let y = expr.apply(Map::of_arrays(Func::Log1p), [x]);
/// expr.output(y);
/// assert_eq!(expr.to_string(), "%0 = input 0\n%1 = log1p(·) %0\n-> %1\n");
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Expr {
    nodes: Vec<Node>,
    outputs: Vec<Ref>,
}

impl Expr {
    /// Adds an input array, by its position among the inputs.
    pub fn input(&mut self, position: usize) -> Ref {
        self.push(Node::Input(position))
    }

    /// Adds an operation on earlier results.
    pub fn apply(&mut self, op: impl Into<Op>, args: impl IntoIterator<Item = Ref>) -> Ref {
        self.push(Node::Apply { op: op.into(), args: args.into_iter().collect() })
    }

    /// Makes a result one of the expression's results.
    pub fn output(&mut self, result: Ref) {
        self.outputs.push(result);
    }

    fn push(&mut self, node: Node) -> Ref {
        self.nodes.push(node);
        (self.nodes.len() - 1).into()
    }

    /// The steps in order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The expression's results.
    pub fn outputs(&self) -> &[Ref] {
        &self.outputs
    }

    /// How many input arrays it refers to: one more than the greatest position.
    pub fn inputs(&self) -> usize {
        let position = |n: &Node| if let Node::Input(k) = n { Some(k + 1) } else { None };
        self.nodes.iter().filter_map(position).max().unwrap_or(0)
    }

    /// Shapes and data types of every node's results, in order.
    ///
    /// # Errors
    /// If an input is missing, a node refers to one that does not precede it, or an operation does not accept
    /// what it is applied to.
    pub fn infer(&self, inputs: &[&Meta]) -> Result<Vec<SmallVec<[Meta; 1]>>> {
        let mut metas: Vec<SmallVec<[Meta; 1]>> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let meta = match node {
                Node::Input(k) => {
                    let input = inputs.get(*k).ok_or_else(|| missing(inputs.len(), k + 1))?;
                    smallvec::smallvec![(*input).clone()]
                }
                Node::Apply { op, args } => {
                    let args = args
                        .iter()
                        .map(|r| get(&metas, *r))
                        .collect::<Result<SmallVec<[&Meta; 3]>>>()?;
                    op.infer(&args)?
                }
            };
            metas.push(meta);
        }
        for &output in &self.outputs {
            get(&metas, output)?;
        }
        Ok(metas)
    }

    /// Evaluates node by node, dropping each intermediate after its last use.
    ///
    /// # Errors
    /// As of [`infer`](Self::infer), and of the operations themselves.
    pub fn eval_nodes<A: Array>(&self, inputs: &[&A]) -> Result<Vec<A>> {
        let mut last_use = vec![0; self.nodes.len()];
        for (k, node) in self.nodes.iter().enumerate() {
            if let Node::Apply { args, .. } = node {
                args.iter().filter(|r| r.node < k).for_each(|r| last_use[r.node] = k);
            }
        }
        for output in self.outputs.iter().filter(|r| r.node < self.nodes.len()) {
            last_use[output.node] = self.nodes.len();
        }
        let mut results: Vec<SmallVec<[A; 1]>> = Vec::with_capacity(self.nodes.len());
        for (k, node) in self.nodes.iter().enumerate() {
            let result = match node {
                Node::Input(i) => {
                    let input = inputs.get(*i).ok_or_else(|| missing(inputs.len(), i + 1))?;
                    smallvec::smallvec![(*input).clone()]
                }
                Node::Apply { op, args } => {
                    let result = {
                        let arrays = args
                            .iter()
                            .map(|r| get(&results, *r))
                            .collect::<Result<SmallVec<[&A; 3]>>>()?;
                        A::apply(op, &arrays)?
                    };
                    for r in args.iter().filter(|r| last_use[r.node] == k) {
                        results[r.node].clear();
                    }
                    result
                }
            };
            results.push(result);
        }
        self.outputs.iter().map(|&r| get(&results, r).cloned()).collect()
    }
}

fn get<T>(results: &[SmallVec<[T; 1]>], r: Ref) -> Result<&T> {
    results.get(r.node).and_then(|outputs| outputs.get(r.output)).ok_or_else(|| {
        ShapeError::Parameter {
            op: "expression".to_owned(),
            what: "reference",
            value: format!("%{}.{}", r.node, r.output),
            reason: "no such result precedes it".to_owned(),
        }
        .into()
    })
}

fn missing(got: usize, expected: usize) -> ShapeError {
    ShapeError::Arity { op: "expression".to_owned(), expected, got }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.output {
            0 => write!(f, "%{}", self.node),
            k => write!(f, "%{}.{k}", self.node),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, node) in self.nodes.iter().enumerate() {
            match node {
                Node::Input(i) => writeln!(f, "%{k} = input {i}")?,
                Node::Apply { op, args } => {
                    write!(f, "%{k} = {op}")?;
                    args.iter().try_for_each(|r| write!(f, " {r}"))?;
                    writeln!(f)?;
                }
            }
        }
        write!(f, "->")?;
        self.outputs.iter().try_for_each(|r| write!(f, " {r}"))?;
        writeln!(f)
    }
}
