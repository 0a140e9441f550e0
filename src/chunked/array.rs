//! A chunked array is an array: evaluating an operation records it.

use super::node::{Kind, Node};
use super::options::Options;
use super::{BlockInfo, Chunked, Declare, lower};
use crate::Result;
use crate::buffer::Values;
use crate::dtype::Element;
use crate::standard::{Array, Call, Footprint, Meta, Outputs, Settings, expect_dtype};
use lower::Recorded;
use smallvec::{SmallVec, smallvec};
use std::sync::Arc;

impl<A: Array> Chunked<A> {
    /// The first result of a new step.
    pub(super) fn record(node: Node<A>) -> Self {
        Self { node: Arc::new(node), output: 0 }
    }
}

impl<A: Array> Array for Chunked<A> {
    fn meta(&self) -> &Meta {
        &self.node.metas[self.output]
    }

    /// Of a source, the stored elements that it knows of; of blocks in memory, theirs. Of anything else, as if every
    /// element were stored: an upper bound.
    fn footprint(&self) -> Footprint {
        match &self.node.kind {
            Kind::Held(blocks) => {
                blocks.iter().map(A::footprint).fold(Footprint::default(), |sum, f| Footprint {
                    stored: sum.stored.saturating_add(f.stored),
                    bytes: sum.bytes.saturating_add(f.bytes),
                })
            }
            kind => {
                let known = match kind {
                    Kind::Source(source) => source.stored(&self.grid().all()),
                    _ => None,
                };
                let all = usize::try_from(self.size()).unwrap_or(usize::MAX);
                let stored = known.unwrap_or(all);
                Footprint { stored, bytes: stored.saturating_mul(self.dtype().size()) }
            }
        }
    }

    fn eval(call: &Call<'_>, inputs: &[&Self]) -> Result<Outputs<Self>> {
        let inputs = match lower::record(call, inputs)? {
            Recorded::Composed(composed) => return Ok(smallvec![composed]),
            Recorded::Itself(inputs) => inputs,
        };
        let (grids, inner) = {
            let operands: SmallVec<[&Self; 3]> = inputs.iter().collect();
            lower::grids(call, &operands)?
        };
        let node = Arc::new(Node {
            kind: Kind::Apply { op: call.op().clone(), inner },
            inputs,
            metas: call.outputs().iter().cloned().collect(),
            grids,
        });
        let outputs = 0..node.metas.len();
        Ok(outputs.map(|output| Self { node: node.clone(), output }).collect())
    }

    /// Those of chunked computations, and those of the blocks.
    fn settings() -> Settings {
        let (mut options, blocks) = (Options::current(), A::settings());
        options.run = options.run.unobserved();
        Box::new(move |body| options.scope(|| blocks(body)))
    }

    fn is_recorded(&self) -> bool {
        !matches!(self.node.kind, Kind::Held(_))
    }

    fn persist(&self) -> Result<Self> {
        Self::persist(self)
    }

    fn to_values(&self) -> Result<Values> {
        self.compute()?.to_values()
    }

    /// Recorded: the function runs on each block.
    fn map_values<T: Element, U: Element>(
        &self,
        function: impl Fn(T) -> U + Send + Sync + 'static,
    ) -> Result<Self> {
        expect_dtype::<T>("map_values", self.dtype())?;
        let function = Arc::new(function);
        let on_block = move |block: &A, _: &BlockInfo| {
            let function = Arc::clone(&function);
            block.map_values(move |value| function(value))
        };
        self.map_blocks_with(on_block, Declare::new(U::DTYPE).named("map_values"))
    }
}
