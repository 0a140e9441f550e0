//! [`Any`]: an array of either kind. It implements the trait `Array`, so that the rest of the skin, and every
//! algorithm that is generic over the trait, is written once for all kinds.

use redpoll::buffer::Values;
use redpoll::chunked::{Chunked, Options};
use redpoll::standard::{Call, Footprint, Meta, Outputs, Settings};
use redpoll::{Array, Result, Tensor};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::cell::Cell;

/// A kind of array: what creation functions are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Tensor,
    Chunked,
}

/// An array of any kind.
#[derive(Debug, Clone)]
pub(crate) enum Any {
    Tensor(Tensor),
    Chunked(Chunked<Tensor>),
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
            Self::Chunked(_) => Kind::Chunked,
        }
    }

    /// The array as one of a kind: a tensor is cut into the chunks of the scope, a chunked array is computed.
    pub(crate) fn to_kind(&self, kind: Kind) -> Result<Self> {
        Ok(match kind {
            Kind::Tensor => Self::Tensor(self.to_tensor()?.into_owned()),
            Kind::Chunked => Self::Chunked(self.to_chunked()?.into_owned()),
        })
    }

    /// The elements in memory: a chunked array is computed.
    pub(crate) fn to_tensor(&self) -> Result<Cow<'_, Tensor>> {
        Ok(match self {
            Self::Tensor(tensor) => Cow::Borrowed(tensor),
            Self::Chunked(chunked) => Cow::Owned(chunked.compute()?),
        })
    }

    fn to_chunked(&self) -> Result<Cow<'_, Chunked<Tensor>>> {
        Ok(match self {
            Self::Tensor(t) => Cow::Owned(Chunked::from_array(t, Options::current().chunks)?),
            Self::Chunked(chunked) => Cow::Borrowed(chunked),
        })
    }
}

impl Array for Any {
    fn meta(&self) -> &Meta {
        match self {
            Self::Tensor(tensor) => tensor.meta(),
            Self::Chunked(chunked) => chunked.meta(),
        }
    }

    fn footprint(&self) -> Footprint {
        match self {
            Self::Tensor(tensor) => tensor.footprint(),
            Self::Chunked(chunked) => chunked.footprint(),
        }
    }

    /// By the kind of the inputs; if any is chunked, all are taken to be. Without inputs by the kind of the scope.
    fn eval(call: &Call<'_>, inputs: &[&Self]) -> Result<Outputs<Self>> {
        let chunked = match inputs {
            [] => CREATED.get() == Kind::Chunked,
            _ => inputs.iter().any(|input| input.kind() == Kind::Chunked),
        };
        if chunked {
            let inputs: SmallVec<[Cow<'_, Chunked<Tensor>>; 3]> =
                inputs.iter().map(|input| input.to_chunked()).collect::<Result<_>>()?;
            let inputs: SmallVec<[&Chunked<Tensor>; 3]> =
                inputs.iter().map(AsRef::as_ref).collect();
            return Ok(Chunked::eval(call, &inputs)?.into_iter().map(Self::Chunked).collect());
        }
        let inputs: SmallVec<[&Tensor; 3]> = inputs
            .iter()
            .filter_map(|input| match input {
                Self::Tensor(tensor) => Some(tensor),
                Self::Chunked(_) => None, // there is none
            })
            .collect();
        Ok(Tensor::eval(call, &inputs)?.into_iter().map(Self::Tensor).collect())
    }

    fn to_values(&self) -> Result<Values> {
        match self {
            Self::Tensor(tensor) => tensor.to_values(),
            Self::Chunked(chunked) => chunked.to_values(),
        }
    }

    fn settings() -> Settings {
        let (kind, inner) = (CREATED.get(), Chunked::<Tensor>::settings());
        Box::new(move |body| kind.scope(|| inner(body)))
    }
}

impl From<Tensor> for Any {
    fn from(tensor: Tensor) -> Self {
        Self::Tensor(tensor)
    }
}

impl From<Chunked<Tensor>> for Any {
    fn from(chunked: Chunked<Tensor>) -> Self {
        Self::Chunked(chunked)
    }
}
