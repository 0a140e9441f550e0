//! The states of cells, from parts of the leaves.

use super::{Fold, Found};
use crate::Result;
use crate::buffer::{Index, filled, grow, listed};
use crate::dtype::Scalar;
use crate::engine::walk::Walk;
use crate::kernels::reduce::{Accumulators, ArgAccumulators};
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

/// What a part of the leaves has added up to, cell by cell.
pub(super) struct Partial {
    states: States,
    /// The number of elements seen, which are more than values where these are runs.
    counts: Vec<u64>,
}

enum States {
    Values(Accumulators),
    Positions(ArgAccumulators, Vec<Chain>),
}

/// The positions seen of a fiber as long as they follow each other: they come in ascending order, so that the first
/// one missing is the end of the chain that begins at 0.
#[derive(Clone, Copy)]
struct Chain {
    start: u64,
    end: u64,
}

impl Chain {
    const EMPTY: Self = Self { start: 0, end: 0 };

    /// What `next` adds, whose positions come after these. `first`: nothing was seen before.
    fn append(&mut self, next: Self, first: bool) {
        if first {
            *self = next;
        } else if self.end == next.start {
            self.end = next.end;
        }
    }

    fn first_missing(self) -> u64 {
        if self.start == 0 { self.end } else { 0 }
    }
}

impl Fold<'_> {
    /// The states of `cells` cells, from all leaves; `of` gives the cells of a range of them. Runs on parts that
    /// depend on the numbers of leaves and cells alone.
    pub(super) fn accumulate<'c, I: Index>(
        &self,
        cells: usize,
        of: impl Fn(Range<usize>) -> Result<Cow<'c, [I]>> + Sync,
    ) -> Result<Partial> {
        let stored = self.pattern.stored();
        let parts = (stored / PART.max(8 * cells)).clamp(1, PARTS);
        let partials = parallel::map((0..parts).collect(), |p: usize| {
            let mut partial = self.empty(cells)?;
            for start in (stored * p / parts..stored * (p + 1) / parts).step_by(PIECE) {
                let leaves = start..(start + PIECE).min(stored * (p + 1) / parts);
                let cells = of(leaves.clone())?;
                self.push(&mut partial, &cells, leaves)?;
            }
            Ok(partial)
        });
        let merged = |a: Result<Partial>, b: Result<Partial>| Ok(a?.merged(b?));
        partials.into_iter().reduce(merged).expect("at least one part")
    }

    fn empty(&self, cells: usize) -> Result<Partial> {
        let states = if self.is_search() {
            let positions = ArgAccumulators::new(self.op.reduction, self.values.dtype(), cells)?;
            States::Positions(positions, filled("reduce", Chain::EMPTY, cells)?)
        } else {
            States::Values(self.accumulators(cells)?)
        };
        Ok(Partial { states, counts: filled("reduce", 0, cells)? })
    }

    /// Adds a range of leaves, which are of these cells.
    fn push<I: Index>(
        &self,
        partial: &mut Partial,
        cells: &[I],
        leaves: Range<usize>,
    ) -> Result<()> {
        let values = slice(self.values.view(), leaves.clone());
        let walk = Walk::new(&self.pattern);
        match &mut partial.states {
            States::Values(states) if self.folds_runs() => {
                let longer = |dim: usize, n: u64, start, end| {
                    if self.kept[dim] { n } else { n.saturating_mul((end - start) as u64) }
                };
                let weights = walk.fold(leaves, |_| 1, longer)?;
                states.push_weighted(cells, values, &weights)?;
                for (cell, weight) in cells.iter().zip(weights) {
                    let count = &mut partial.counts[cell.get()];
                    *count = count.saturating_add(weight);
                }
            }
            States::Values(states) => {
                states.push_scatter(cells, values)?;
                cells.iter().for_each(|cell| partial.counts[cell.get()] += 1);
            }
            States::Positions(states, chains) => {
                let own = |dim: usize, span, start, end| {
                    if self.kept[dim] {
                        span
                    } else {
                        Chain { start: start as u64, end: end as u64 }
                    }
                };
                let spans = walk.fold(leaves, |_| Chain::EMPTY, own)?;
                let positions: Vec<u64> = spans.iter().map(|s| s.start).collect();
                states.push_scatter(cells, &positions, values);
                for (cell, span) in cells.iter().zip(spans) {
                    let count = &mut partial.counts[cell.get()];
                    chains[cell.get()].append(span, *count == 0);
                    *count += span.end - span.start;
                }
            }
        }
        Ok(())
    }
}

impl Partial {
    /// How many elements of each cell are stored.
    pub(super) fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// What both have seen, `other` after this.
    fn merged(mut self, other: Self) -> Self {
        match (&mut self.states, other.states) {
            (States::Values(a), States::Values(b)) => a.merge(b),
            (States::Positions(a, chains), States::Positions(b, others)) => {
                a.merge(b);
                for (c, (chain, next)) in chains.iter_mut().zip(others).enumerate() {
                    if other.counts[c] > 0 {
                        chain.append(next, self.counts[c] == 0);
                    }
                }
            }
            _ => unreachable!("parts of one reduction"),
        }
        for (count, other) in self.counts.iter_mut().zip(other.counts) {
            *count = count.saturating_add(other);
        }
        self
    }

    /// The values of the cells, of which each has `count` elements: those that are missing are the fill.
    pub(super) fn finish(self, count: u64, fill: Scalar) -> Result<Found> {
        let missing = self.counts.iter().map(|stored| count.saturating_sub(*stored));
        match self.states {
            States::Values(mut states) => {
                states.push_repeated(&listed("reduce", missing)?, fill);
                states.finish()
            }
            States::Positions(mut states, chains) => {
                let open =
                    missing.zip(chains).zip(0_u64..).filter(|((missing, _), _)| *missing > 0);
                let (mut first, mut cells) = (Vec::new(), Vec::new());
                for ((_, chain), cell) in open {
                    grow("reduce", &mut first, 1)?;
                    grow("reduce", &mut cells, 1)?;
                    first.push(chain.first_missing());
                    cells.push(cell);
                }
                states.push_at::<u64>(&cells, &first, fill);
                Ok(smallvec![states.finish()?])
            }
        }
    }
}
