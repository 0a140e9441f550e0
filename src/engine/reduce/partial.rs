//! Cells fed from parts of the leaves, in parallel.

use super::{Fold, Found};
use crate::Result;
use crate::buffer::{Index, collected, filled};
use crate::engine::walk::Walk;
use crate::kernels::reduce::ArgAccumulators;
use crate::kernels::slice;
use crate::parallel;
use smallvec::smallvec;
use std::borrow::Cow;
use std::ops::Range;

/// Leaves whose cells are listed at a time.
const PIECE: usize = 32 * 1024;
/// Leaves that are worth states of their own, where these are not too many.
const PART: usize = 128 * 1024;
/// The most parts.
const PARTS: usize = 16;

/// The positions seen of a fiber as long as they follow each other: they come in ascending order, so that the first
/// one missing is the end of the chain that begins at 0.
#[derive(Clone, Copy)]
struct Chain {
    start: u64,
    end: u64,
}

impl Chain {
    const EMPTY: Self = Self { start: 0, end: 0 };

    /// What `next` adds, whose positions come after these.
    fn append(&mut self, next: Self) {
        if self.end == 0 {
            *self = next;
        } else if self.end == next.start {
            self.end = next.end;
        }
    }

    fn first_missing(self) -> u64 {
        if self.start == 0 { self.end } else { 0 }
    }

    /// Whether some of the positions up to `count` were not seen.
    fn misses(self, count: u64) -> bool {
        self.start > 0 || self.end < count
    }
}

impl Fold<'_> {
    /// The results of `cells` cells, from all leaves; `of` gives the cells of a range of them.
    pub(super) fn accumulate<'c, I: Index>(
        &self,
        cells: usize,
        of: impl Fn(Range<usize>) -> Result<Cow<'c, [I]>> + Sync,
    ) -> Result<Found> {
        if self.is_search() {
            return self.search(cells, of);
        }
        let weighted = self.folds_runs();
        self.reduce(cells, |states, fill_counts| {
            let parts = self.in_parts(cells, |part| {
                let mut own = states.fresh()?;
                let mut counts = filled("reduce", 0, if fill_counts { cells } else { 0 })?;
                for leaves in pieces(part) {
                    let values = slice(self.values.view(), leaves.clone());
                    let cells = of(leaves.clone())?;
                    if weighted {
                        let weights = self.weights(leaves)?;
                        own.push_weighted(&cells, values, &weights)?;
                        add(&mut counts, cells.iter().map(|c| c.get()).zip(weights));
                    } else {
                        own.push_scatter(&cells, values)?;
                        add(&mut counts, cells.iter().map(|c| (c.get(), 1)));
                    }
                }
                Ok((own, counts))
            })?;
            let mut counts = filled("reduce", 0, if fill_counts { cells } else { 0 })?;
            for (own, other) in parts {
                states.merge(&own);
                add(&mut counts, other.into_iter().enumerate());
            }
            Ok(counts)
        })
    }

    /// The positions that `argmin` and `argmax` look for.
    fn search<'c, I: Index>(
        &self,
        cells: usize,
        of: impl Fn(Range<usize>) -> Result<Cow<'c, [I]>> + Sync,
    ) -> Result<Found> {
        let walk = Walk::new(&self.pattern);
        let own = |dim: usize, span, start, end| {
            if self.kept[dim] { span } else { Chain { start: start as u64, end: end as u64 } }
        };
        let parts = self.in_parts(cells, |part| {
            let mut best = ArgAccumulators::new(self.op.reduction, self.values.dtype(), cells)?;
            let mut chains = filled("reduce", Chain::EMPTY, cells)?;
            for leaves in pieces(part) {
                let cells = of(leaves.clone())?;
                let spans = walk.fold(leaves.clone(), |_| Chain::EMPTY, own)?;
                let positions: Vec<u64> = spans.iter().map(|s| s.start).collect();
                best.push_scatter(&cells, &positions, slice(self.values.view(), leaves));
                for (cell, span) in cells.iter().zip(spans) {
                    chains[cell.get()].append(span);
                }
            }
            Ok((best, chains))
        })?;
        let mut parts = parts.into_iter();
        let (mut best, mut chains) = parts.next().expect("at least one part");
        for (other, others) in parts {
            best.merge(other);
            chains.iter_mut().zip(others).for_each(|(chain, next)| chain.append(next));
        }
        let open = || chains.iter().zip(0_u64..).filter(|(chain, _)| chain.misses(self.count));
        let count = open().count();
        let first = collected("reduce", count, open().map(|(chain, _)| chain.first_missing()))?;
        let cells = collected("reduce", count, open().map(|(_, cell)| cell))?;
        best.push_at(&cells, &first, self.input.fill());
        Ok(smallvec![best.finish()?])
    }

    /// What becomes of parts of the leaves, which depend on the numbers of leaves and cells alone.
    fn in_parts<R: Send>(
        &self,
        cells: usize,
        part: impl Fn(Range<usize>) -> Result<R> + Sync,
    ) -> Result<Vec<R>> {
        let stored = self.pattern.stored();
        let parts = (stored / PART.max(2 * cells)).clamp(1, PARTS);
        let bounds = |p: usize| stored * p / parts..stored * (p + 1) / parts;
        parallel::try_map(0..parts, |p| part(bounds(p)))
    }

    /// How many elements each of a range of leaves stands for.
    fn weights(&self, leaves: Range<usize>) -> Result<Vec<u64>> {
        let longer = |dim: usize, n: u64, start, end| {
            if self.kept[dim] { n } else { n.saturating_mul((end - start) as u64) }
        };
        Walk::new(&self.pattern).fold(leaves, |_| 1, longer)
    }
}

fn pieces(leaves: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = leaves.end;
    leaves.step_by(PIECE).map(move |start| start..(start + PIECE).min(end))
}

/// Adds to the counts of cells, where they are counted.
fn add(counts: &mut [u64], more: impl Iterator<Item = (usize, u64)>) {
    if !counts.is_empty() {
        for (cell, more) in more {
            counts[cell] = counts[cell].saturating_add(more);
        }
    }
}
