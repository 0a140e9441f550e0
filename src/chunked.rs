//! Arrays cut into blocks: larger than memory, and computed by all processors.
//!
//! A [`Chunked`] array records what is asked of it and computes nothing, until [`compute`](Chunked::compute) or
//! [`persist`](Chunked::persist) lowers the whole record to tasks over blocks and runs them. Its blocks are arrays of
//! any kind `A`: whatever the standard offers runs on it by one rule for each class of operations, never one for a
//! kind of array.
//!
//! ```text
//!   recorded               lowered (one column for each block)        run
//!
//!   source "counts"        read    read    read
//!      │ log1p              │       │       │      ─┐ a chain is      threads take the lowest
//!      │                  log1p   log1p   log1p     ├ one task        task that is ready;
//!      │ sum(axis 0)       sum     sum     sum     ─┘                 results are dropped
//!      ▼                    └───────┼───────┘                         after their last use
//!                                combine  →  finish
//! ```
//!
//! Only what a result needs is read: `x.index((..100, ..))` reads a hundred rows. What several results share is
//! computed once, if they are asked for together: [`compute`].

mod array;
mod blocks;
mod chunks;
mod display;
mod draft;
mod event;
mod fuse;
mod grid;
mod lower;
mod node;
mod options;
mod plan;
#[cfg(feature = "progress")]
mod progress;
mod run;
mod source;
mod task;
mod unify;

pub use crate::parallel::CancelToken;
pub use blocks::{BlockInfo, Declare};
pub use chunks::{AxisChunks, Chunks};
pub use event::{Event, Label, Observer};
pub use grid::{Grid, Partition, Region};
pub use options::Options;
#[cfg(feature = "progress")]
pub use progress::ProgressBar;
pub use run::RunOptions;
pub use source::{MapSource, Source};

use crate::Result;
use crate::error::ShapeError;
use crate::standard::{Array, IntoShape, Meta};
use node::{Kind, Node};
use plan::Plan;
use smallvec::{SmallVec, smallvec};
use source::{InMemory, Known};
use std::sync::Arc;

/// An array of blocks of kind `A`, recorded and not yet computed.
///
/// Cheap to clone: clones share the record.
///
/// ```
/// use redpoll::chunked::Chunked;
/// use redpoll::{Array, Result};
/// fn column_means<A: Array>(counts: &A) -> Result<A> {
///     let x = Chunked::from_array(counts, [1000, -1])?;
///     x.log1p()?.mean(0)?.compute()
/// }
/// ```
pub struct Chunked<A> {
    node: Arc<Node<A>>,
    output: usize,
}

impl<A> Clone for Chunked<A> {
    fn clone(&self) -> Self {
        Self { node: self.node.clone(), output: self.output }
    }
}

crate::impl_operators!({A: Array} Chunked<A>);

impl<A> Chunked<A> {
    /// How it is cut.
    pub fn grid(&self) -> &Grid {
        self.node.grid(self.output)
    }
}

impl<A: Array> Chunked<A> {
    /// An array in memory, to be computed on in blocks. It is not copied, if clones of its kind share their memory.
    ///
    /// # Errors
    /// If the chunks do not fit its shape.
    pub fn from_array(array: &A, chunks: impl Into<Chunks>) -> Result<Self> {
        Self::from_source(Arc::new(InMemory(array.clone())), chunks)
    }

    /// An array whose blocks are read when they are needed. [`Chunks::Auto`] balances stored elements, where the
    /// source knows them.
    ///
    /// # Errors
    /// If the chunks do not fit its shape.
    pub fn from_source(source: Arc<dyn Source<A>>, chunks: impl Into<Chunks>) -> Result<Self> {
        let meta = source.meta().clone();
        let grid = chunks.into().resolve_for(source.name(), &meta, &Known(&*source))?;
        let (kind, inputs) = (Kind::Source(source), SmallVec::new());
        Ok(Self::record(Node { kind, inputs, metas: smallvec![meta], grids: smallvec![grid] }))
    }

    /// An array of given blocks, in row-major order of the grid, `counts[k]` of them along axis `k`.
    ///
    /// # Errors
    /// If their number is not the product of the counts, their data types differ, or their shapes do not form a grid.
    pub fn from_blocks(blocks: Vec<A>, counts: impl IntoShape) -> Result<Self> {
        let op = "from_blocks";
        let counts = &counts.into_shape()[..];
        let mismatch = |reason: String| ShapeError::Mismatch {
            op: op.to_owned(),
            shapes: blocks.iter().map(|b| b.shape().to_vec()).collect(),
            reason,
        };
        let expected = crate::standard::checked_size(op, counts)?;
        let Some(first) = blocks.first().filter(|_| blocks.len() == expected) else {
            return Err(mismatch(format!("{} blocks for counts {counts:?}", blocks.len())).into());
        };
        if let Some(block) = blocks.iter().find(|b| b.ndim() != counts.len()) {
            return Err(mismatch(format!("counts {counts:?} for {} axes", block.ndim())).into());
        }
        let dtype = first.dtype();
        // The blocks along one axis, at the start of the others, give its partition.
        let mut stride = blocks.len();
        let mut axes = Vec::new();
        for (axis, &count) in counts.iter().enumerate() {
            stride /= count;
            let lengths: Vec<usize> =
                (0..count).map(|k| blocks[k * stride].shape()[axis]).collect();
            let length = lengths.iter().try_fold(0_usize, |sum, &n| sum.checked_add(n));
            let length = length.ok_or_else(|| mismatch("they are too long together".to_owned()))?;
            axes.push(Partition::new(op, axis, length, &lengths)?);
        }
        let grid = Grid::new(axes);
        if grid.counts().as_slice() != counts {
            return Err(mismatch("empty blocks of an axis are to be one".to_owned()).into());
        }
        for (block, region) in blocks.iter().zip(grid.regions()) {
            blocks::check_block(op, block, &region, dtype)?;
        }
        Ok(Self::held(blocks, Meta { shape: grid.shape(), dtype }, grid))
    }

    fn held(blocks: Vec<A>, meta: Meta, grid: Grid) -> Self {
        let (kind, inputs) = (Kind::Held(blocks), SmallVec::new());
        Self::record(Node { kind, inputs, metas: smallvec![meta], grids: smallvec![grid] })
    }

    /// The same array cut otherwise. A source reads the new blocks as such; other blocks are cut and joined.
    ///
    /// # Errors
    /// If the chunks do not fit its shape.
    pub fn rechunk(&self, chunks: impl Into<Chunks>) -> Result<Self> {
        let grid = chunks.into().resolve("rechunk", self.meta())?;
        if grid == *self.grid() {
            return Ok(self.clone());
        }
        Ok(Self::record(Node {
            kind: Kind::Rechunk,
            inputs: smallvec![self.clone()],
            metas: smallvec![self.meta().clone()],
            grids: smallvec![grid],
        }))
    }

    /// One block as an array of its own, at a position in the grid. Only what it needs is computed.
    ///
    /// # Errors
    /// If there is no such block.
    pub fn block(&self, index: impl IntoShape) -> Result<Self> {
        let index = index.into_shape();
        let counts = self.grid().counts();
        if index.len() != counts.len() {
            return Err(ShapeError::Parameter {
                op: "block".to_owned(),
                what: "index",
                value: format!("{index:?}"),
                reason: format!("the grid has {} axes", counts.len()),
            }
            .into());
        }
        if let Some(axis) = (0..index.len()).find(|&a| index[a] >= counts[a]) {
            return Err(ShapeError::Index {
                op: "block".to_owned(),
                index: index[axis] as i128,
                axis,
                length: counts[axis],
            }
            .into());
        }
        let region = self.grid().region(&index);
        Self::apply_one(source::slice_of(&region), &[self])
    }

    /// All blocks as arrays of their own, in row-major order of the grid.
    pub fn blocks(&self) -> impl Iterator<Item = Result<Self>> + '_ {
        self.grid().indices().map(|index| self.block(index))
    }

    /// Computes it as one array.
    ///
    /// # Errors
    /// The first error of a task, or of a source, with the task and the block it happened in. If there are more blocks
    /// than can be planned, [`MemoryError::Plan`](crate::error::MemoryError::Plan).
    pub fn compute(&self) -> Result<A> {
        self.compute_with(&Options::current().run)
    }

    /// As [`compute`](Self::compute), watched, cancelled or limited.
    ///
    /// # Errors
    /// As of [`compute`](Self::compute), and [`Cancelled`](crate::error::ChunkError::Cancelled).
    pub fn compute_with(&self, options: &RunOptions) -> Result<A> {
        Ok(compute_with(&[self], options)?.swap_remove(0))
    }

    /// Computes all blocks and keeps them in memory: what is recorded on the result starts from them.
    ///
    /// # Errors
    /// As of [`compute`](Self::compute).
    pub fn persist(&self) -> Result<Self> {
        self.persist_with(&Options::current().run)
    }

    /// As [`persist`](Self::persist), watched, cancelled or limited.
    ///
    /// # Errors
    /// As of [`compute_with`](Self::compute_with).
    pub fn persist_with(&self, options: &RunOptions) -> Result<Self> {
        let blocks = grid::planned(self.grid().counts())
            .map_err(|error| error.named("persist"))?
            .map(|index| (self.clone(), self.grid().region(&index)));
        let blocks = run::run(&Plan::new(blocks.collect())?, options)?;
        Ok(Self::held(blocks, self.meta().clone(), self.grid().clone()))
    }

    /// The plan of computing it as one array: each kind of task, and how many there are of it.
    ///
    /// # Errors
    /// [`MemoryError::Plan`](crate::error::MemoryError::Plan), if it has more steps than a plan may have.
    pub fn explain(&self) -> Result<String> {
        Ok(display::explain(&self.plan()?))
    }

    /// How many tasks it takes to compute it.
    ///
    /// # Errors
    /// As of [`explain`](Self::explain).
    pub fn tasks(&self) -> Result<usize> {
        Ok(self.plan()?.tasks.len())
    }

    fn plan(&self) -> Result<Plan<A>> {
        Plan::new(vec![(self.clone(), self.grid().all())])
    }
}

/// Computes several arrays in one run: what they share is read and computed once.
///
/// # Errors
/// As of [`Chunked::compute`].
pub fn compute<A: Array>(arrays: &[&Chunked<A>]) -> Result<Vec<A>> {
    compute_with(arrays, &Options::current().run)
}

/// As [`compute`], watched, cancelled or limited.
///
/// # Errors
/// As of [`Chunked::compute_with`].
pub fn compute_with<A: Array>(arrays: &[&Chunked<A>], options: &RunOptions) -> Result<Vec<A>> {
    let wanted = arrays.iter().map(|&array| (array.clone(), array.grid().all())).collect();
    run::run(&Plan::new(wanted)?, options)
}
