//! [`Any`]: an array of any kind. It implements the trait `Array`, so that the rest of the skin, and every algorithm
//! that is generic over the trait, is written once for all kinds.

use crate::functions::Functions;
use redpoll::buffer::Values;
use redpoll::chunked::{Chunked, Options};
use redpoll::standard::{Call, Create, Expr, Footprint, Meta, Operand, Outputs, Part, Settings};
use redpoll::{Array, Lazy, Result, Tensor};
use smallvec::SmallVec;
use std::cell::Cell;
use std::sync::Arc;

/// A kind of array: what creation functions are asked for. Where kinds meet, the result is of the last of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Tensor,
    Lazy,
    Chunked,
}

/// An array of any kind, shared: it is moved and cloned often.
#[derive(Debug, Clone)]
pub(crate) enum Any {
    Tensor(Tensor),
    Lazy(Arc<Lazy<Tensor>>),
    Chunked(Arc<Graph>),
}

/// A chunked array, with the Python functions that it calls.
#[derive(Debug)]
pub(crate) struct Graph {
    pub array: Chunked<Tensor>,
    pub functions: Functions,
}

impl Graph {
    /// An array recorded on this one.
    pub(crate) fn follow(&self, array: Chunked<Tensor>) -> Any {
        Any::Chunked(Arc::new(Self { array, functions: self.functions.clone() }))
    }
}

thread_local! {
    /// The kind of arrays that are created where no input says it.
    static CREATED: Cell<Kind> = const { Cell::new(Kind::Tensor) };
}

impl Kind {
    /// Calls a function in which arrays are created of this kind.
    pub(crate) fn scope<R>(self, f: impl FnOnce() -> R) -> R {
        struct Restore(Kind);
        impl Drop for Restore {
            fn drop(&mut self) {
                CREATED.set(self.0);
            }
        }
        let _restore = Restore(CREATED.replace(self));
        f()
    }
}

impl Any {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Tensor(_) => Kind::Tensor,
            Self::Lazy(_) => Kind::Lazy,
            Self::Chunked(_) => Kind::Chunked,
        }
    }

    /// Whether it is a tensor of a few elements, so that a call costs more than what is computed.
    pub(crate) fn is_small(&self) -> bool {
        const ELEMENTS: u128 = 1 << 10;
        const BYTES: usize = 1 << 14;
        match self {
            Self::Tensor(tensor) => tensor.meta().size() <= ELEMENTS && tensor.bytes() <= BYTES,
            Self::Lazy(_) | Self::Chunked(_) => false,
        }
    }

    /// The array as one of a kind: what is recorded is computed, a tensor is cut into the chunks of the scope.
    pub(crate) fn to_kind(&self, kind: Kind) -> Result<Self> {
        Ok(match kind {
            Kind::Tensor => Self::Tensor(self.to_tensor()?),
            Kind::Lazy => Self::Lazy(self.to_lazy()?),
            Kind::Chunked => Self::Chunked(self.to_chunked()?),
        })
    }

    /// As [`to_kind`](Self::to_kind), unless arrays of that kind take this one in as it is.
    pub(crate) fn at_most(&self, kind: Kind) -> Result<Self> {
        if self.kind() > kind { self.to_kind(kind) } else { Ok(self.clone()) }
    }

    /// The elements in memory, computed where they are only recorded.
    pub(crate) fn to_tensor(&self) -> Result<Tensor> {
        match self {
            Self::Tensor(tensor) => Ok(tensor.clone()),
            Self::Lazy(lazy) => lazy.compute(),
            Self::Chunked(chunked) => chunked.array.compute(),
        }
    }

    fn to_lazy(&self) -> Result<Arc<Lazy<Tensor>>> {
        Ok(match self {
            Self::Lazy(lazy) => Arc::clone(lazy),
            other => Lazy::new(other.to_tensor()?).into(),
        })
    }

    fn to_chunked(&self) -> Result<Arc<Graph>> {
        Ok(match self {
            Self::Chunked(chunked) => Arc::clone(chunked),
            other => {
                let chunks = Options::current().chunks;
                let array = Chunked::from_array(&other.to_tensor()?, chunks)?;
                Arc::new(Graph { array, functions: Functions::default() })
            }
        })
    }
}

/// Evaluates an operation on one kind of array: what holds it is made of the inputs, what it is found in that.
fn eval<A: Array, Held>(
    call: &Call<'_>,
    inputs: &[&Any],
    of: impl Fn(&Any) -> Result<Held>,
    array: impl Fn(&Held) -> &A,
    result: impl Fn(A, &[Held]) -> Any,
) -> Result<Outputs<Any>> {
    let inputs: SmallVec<[Held; 3]> =
        inputs.iter().map(|input| of(input)).collect::<Result<_>>()?;
    let arrays: SmallVec<[&A; 3]> = inputs.iter().map(array).collect();
    Ok(A::eval(call, &arrays)?.into_iter().map(|array| result(array, &inputs)).collect())
}

impl Array for Any {
    fn meta(&self) -> &Meta {
        match self {
            Self::Tensor(tensor) => tensor.meta(),
            Self::Lazy(lazy) => lazy.meta(),
            Self::Chunked(chunked) => chunked.array.meta(),
        }
    }

    fn footprint(&self) -> Footprint {
        match self {
            Self::Tensor(tensor) => tensor.footprint(),
            Self::Lazy(lazy) => lazy.footprint(),
            Self::Chunked(chunked) => chunked.array.footprint(),
        }
    }

    /// By the last kind of the inputs; without inputs, by that of the scope.
    fn eval(call: &Call<'_>, inputs: &[&Self]) -> Result<Outputs<Self>> {
        let kinds = inputs.iter().map(|input| input.kind());
        match kinds.max().unwrap_or_else(|| CREATED.get()) {
            Kind::Tensor => eval(call, inputs, Self::to_tensor, |held| held, |t, _| t.into()),
            Kind::Lazy => eval(call, inputs, Self::to_lazy, |held| &**held, |lazy, _| lazy.into()),
            Kind::Chunked => {
                let joined = |array, inputs: &[Arc<Graph>]| {
                    let functions = Functions::of(inputs.iter().map(|graph| &graph.functions));
                    Self::Chunked(Arc::new(Graph { array, functions }))
                };
                eval(call, inputs, Self::to_chunked, |graph| &graph.array, joined)
            }
        }
    }

    /// Of tensors as a whole; what is recorded is recorded node by node.
    fn eval_expr(expr: &Expr, inputs: &[&Self]) -> Result<Vec<Self>> {
        let tensors = inputs.iter().map(|input| match input {
            Self::Tensor(tensor) => Some(tensor),
            Self::Lazy(_) | Self::Chunked(_) => None,
        });
        match tensors.collect::<Option<SmallVec<[&Tensor; 3]>>>() {
            Some(tensors) if !tensors.is_empty() => {
                Ok(Tensor::eval_expr(expr, &tensors)?.into_iter().map(Self::from).collect())
            }
            _ => expr.eval_nodes(inputs),
        }
    }

    fn create_like(&self, create: Create) -> Result<Self> {
        self.kind().scope(|| Self::apply_one(create, &[]))
    }

    fn overwrite(&mut self, parts: &[Part], values: Operand<'_, Self>) -> Result<bool> {
        let Self::Tensor(tensor) = self else { return Ok(false) };
        let values = match values {
            Operand::Array(Self::Tensor(values)) => Operand::Array(values),
            Operand::Array(_) => return Ok(false),
            Operand::Scalar(value) => Operand::Scalar(value),
            Operand::Weak(value) => Operand::Weak(value),
        };
        tensor.overwrite(parts, values)
    }

    fn element(&self, index: &[usize]) -> Result<Self> {
        Ok(match self {
            Self::Tensor(tensor) => tensor.element(index)?.into(),
            Self::Lazy(lazy) => lazy.element(index)?.into(),
            Self::Chunked(chunked) => chunked.follow(chunked.array.element(index)?),
        })
    }

    fn to_values(&self) -> Result<Values> {
        self.to_tensor()?.to_values()
    }

    fn persist(&self) -> Result<Self> {
        Ok(match self {
            Self::Tensor(_) => self.clone(),
            Self::Lazy(lazy) => lazy.persist()?.into(),
            Self::Chunked(chunked) => chunked.array.persist()?.into(),
        })
    }

    fn settings() -> Settings {
        let (kind, inner) = (CREATED.get(), Chunked::<Tensor>::settings());
        Box::new(move |body| kind.scope(|| inner(body)))
    }
}

impl From<Tensor> for Any {
    fn from(array: Tensor) -> Self {
        Self::Tensor(array)
    }
}

impl From<Lazy<Tensor>> for Any {
    fn from(array: Lazy<Tensor>) -> Self {
        Self::Lazy(Arc::new(array))
    }
}

/// One that calls no functions of Python's.
impl From<Chunked<Tensor>> for Any {
    fn from(array: Chunked<Tensor>) -> Self {
        Self::Chunked(Arc::new(Graph { array, functions: Functions::default() }))
    }
}
