//! The first and the last stored elements, found from the leaves up: in time that does not depend on how many there are.

use super::{Level, Pattern};
use crate::buffer::{Buffer, Indices};
use std::ops::Range;

/// A stored element: its coordinate in storage order, and its leaf position.
pub(super) type Stored = (Vec<usize>, usize);

impl Pattern {
    /// The first `n` stored elements, or as many as there are.
    pub(super) fn first(&self, n: usize) -> Vec<Stored> {
        // Elements that share a position follow the first of them, so that the first n have at most n positions.
        let mut elements: Vec<Stored> = (0..self.stored().min(n))
            .flat_map(|position| product(self.above(position), n, false, position))
            .collect();
        elements.sort_unstable();
        elements.truncate(n);
        elements
    }

    /// The last `n` stored elements, or as many as there are.
    pub(super) fn last(&self, n: usize) -> Vec<Stored> {
        let stored = self.stored();
        let mut elements: Vec<Stored> = (stored.saturating_sub(n)..stored)
            .flat_map(|position| product(self.above(position), n, true, position))
            .collect();
        elements.sort_unstable();
        elements.split_off(elements.len().saturating_sub(n))
    }

    /// About `n` leaf positions, evenly apart, by a coordinate of each: the first where runs share it.
    pub(super) fn sample(&self, n: usize) -> impl Iterator<Item = Vec<usize>> {
        let step = self.stored().div_ceil(n.max(1)).max(1);
        let positions = (0..self.stored()).step_by(step);
        positions.map(|position| self.above(position).iter().map(|range| range.start).collect())
    }

    /// The indices along each dimension at which a leaf position is: several where runs share it.
    fn above(&self, mut position: usize) -> Vec<Range<usize>> {
        let mut ranges = Vec::with_capacity(self.ndim());
        let levels: Vec<_> = self.walk().collect();
        for (level, _, _, dims) in levels.into_iter().rev() {
            let n = dims[0];
            match level {
                Level::Dense => {
                    ranges.push(one(position % n));
                    position /= n;
                }
                Level::Sparse { ptr, idx } => {
                    ranges.push(one(idx.get(position)));
                    position = parent(ptr, position);
                }
                Level::Coo { ptr, idx } => {
                    ranges.extend(idx.iter().rev().map(|column| one(column.get(position))));
                    position = parent(ptr, position);
                }
                Level::Bitmap { bits, rank } => {
                    let bit = select(bits, rank, position);
                    ranges.push(one(bit % n));
                    position = bit / n;
                }
                Level::Runs { ptr, ends } => {
                    let above = parent(ptr, position);
                    let first = position == ptr.get(above);
                    let start = if first { 0 } else { ends.get(position - 1) };
                    ranges.push(start..ends.get(position));
                    position = above;
                }
            }
        }
        ranges.reverse();
        ranges
    }
}

const fn one(index: usize) -> Range<usize> {
    index..index + 1
}

/// The parent of a child: the last one whose children begin no later.
fn parent(ptr: &Indices, child: usize) -> usize {
    partition_point(ptr.len(), |p| ptr.get(p) <= child) - 1
}

/// The bit of a bitmap's child.
fn select(bits: &Buffer<u64>, rank: &Indices, child: usize) -> usize {
    let word = partition_point(rank.len(), |w| rank.get(w) <= child) - 1;
    let mut rest = bits[word];
    for _ in rank.get(word)..child {
        rest &= rest - 1; // the lowest bit goes
    }
    64 * word + rest.trailing_zeros() as usize
}

/// The first number below `n` for which a condition, which holds up to some number, does not hold.
fn partition_point(n: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// The first or the last `n` index tuples of ranges.
fn product(ranges: Vec<Range<usize>>, n: usize, last: bool, position: usize) -> Vec<Stored> {
    let mut tuples = vec![Vec::with_capacity(ranges.len())];
    for range in ranges {
        let extended = |tuple: &Vec<usize>, index| [&tuple[..], &[index]].concat();
        let mut next = Vec::new();
        let order: &mut dyn Iterator<Item = &Vec<usize>> =
            if last { &mut tuples.iter().rev() } else { &mut tuples.iter() };
        for tuple in order {
            let left = n - next.len();
            if last {
                next.extend(range.clone().rev().take(left).map(|index| extended(tuple, index)));
            } else {
                next.extend(range.clone().take(left).map(|index| extended(tuple, index)));
            }
        }
        if last {
            next.reverse();
        }
        tuples = next;
    }
    tuples.into_iter().map(|tuple| (tuple, position)).collect()
}
