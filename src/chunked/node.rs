//! The recorded graph: a [`Node`] is one step of a computation, with the shapes, data types and grid of its results.

use super::Chunked;
use super::blocks::BlockFunction;
use super::grid::{Grid, Partition, Region};
use super::source::Source;
use crate::standard::{Meta, Op};
use smallvec::SmallVec;
use std::sync::Arc;

/// One step of a computation.
pub(super) struct Node<A> {
    pub kind: Kind<A>,
    pub inputs: SmallVec<[Chunked<A>; 2]>,
    pub metas: SmallVec<[Meta; 1]>,
    /// How its results are cut: each has a grid of its own, or all share one. Either way they have as many blocks.
    pub grids: SmallVec<[Grid; 1]>,
}

/// What a step does.
pub(super) enum Kind<A> {
    /// Blocks are read.
    Source(Arc<dyn Source<A>>),
    /// Blocks are in memory, in row-major order of the grid.
    Held(Vec<A>),
    /// An operation of the standard.
    Apply {
        op: Op,
        /// The chunks of axes that the result lacks, where the inputs do not agree on them: the labels summed over
        /// by a contraction, in the order of the left operand.
        inner: SmallVec<[Partition; 2]>,
    },
    /// A function of the user's on each block.
    MapBlocks(BlockFunction<A>),
    /// The same array with another grid.
    Rechunk,
}

impl<A> Node<A> {
    /// How a result is cut.
    pub(super) fn grid(&self, output: usize) -> &Grid {
        self.grids.get(output).unwrap_or(&self.grids[0])
    }

    /// The region of a result that is made together with a region of another one.
    pub(super) fn region_beside(&self, output: usize, region: &Region, other: usize) -> Region {
        if output == other || self.grids.len() == 1 {
            return region.clone();
        }
        let (grid, beside) = (self.grid(output), self.grid(other));
        beside.region(&beside.index(grid.flat(&grid.locate(region))))
    }

    /// The name for messages.
    pub(super) fn name(&self) -> String {
        match &self.kind {
            Kind::Source(source) => format!("read {}", source.name()),
            Kind::Held(_) => "blocks".to_owned(),
            Kind::Apply { op, .. } => op.to_string(),
            Kind::MapBlocks(function) => function.name.clone(),
            Kind::Rechunk => "rechunk".to_owned(),
        }
    }

    /// The name of what failed, for errors.
    pub(super) fn op_name(&self) -> String {
        match &self.kind {
            Kind::Apply { op, .. } => op.name().to_owned(),
            _ => self.name(),
        }
    }

    /// Whether any region can be computed without the rest of its block.
    pub(super) fn is_regional(&self) -> bool {
        match &self.kind {
            Kind::Source(_) | Kind::Rechunk => true,
            Kind::Held(_) | Kind::MapBlocks(_) => false,
            Kind::Apply { op, .. } => super::lower::is_regional(op, &self.inputs),
        }
    }

    /// Whether any region is as cheap to have as a part of a block: nothing is computed twice.
    pub(super) fn is_free(&self) -> bool {
        matches!(self.kind, Kind::Source(_) | Kind::Apply { op: Op::Create(_), .. })
    }

    /// Whether its grid was not chosen by anyone, so that it follows those of other operands.
    pub(super) fn is_elastic(&self) -> bool {
        matches!(self.kind, Kind::Apply { op: Op::Create(_), .. })
    }
}

/// Long chains are taken apart one by one: dropped recursively, they would overflow the stack.
impl<A> Drop for Node<A> {
    fn drop(&mut self) {
        let mut rest = std::mem::take(&mut self.inputs);
        while let Some(array) = rest.pop() {
            if let Some(mut node) = Arc::into_inner(array.node) {
                rest.append(&mut node.inputs);
            }
        }
    }
}
