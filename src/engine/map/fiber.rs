//! Two fibers at a time: which indices of a dimension they store, and at which positions.

use crate::buffer::Index;
use crate::kernels::merge::{count_common, find_each, intersect, seek, unite, write_range};
use std::ops::Range;

/// One fiber of an operand: what it holds for the indices of a dimension.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fiber<'a, I> {
    /// Nothing.
    Empty,
    /// Index `i` at position `first + i`.
    Each(usize),
    /// Every index at one position: of a stretched operand.
    Same(usize),
    /// Some indices.
    List(List<'a, I>),
    /// Runs that end before the indices of the list.
    Runs(List<'a, I>),
}

/// Sorted indices at consecutive positions.
#[derive(Debug, Clone, Copy)]
pub(super) struct List<'a, I> {
    pub(super) idx: &'a [I],
    /// The position of the first one.
    pub(super) first: usize,
}

impl<I: Index> List<'_, I> {
    /// The part with indices in a window.
    fn within(self, window: &Range<usize>) -> Self {
        let start = self.idx.partition_point(|i| i.get() < window.start);
        let end = self.idx.partition_point(|i| i.get() < window.end);
        Self { idx: &self.idx[start..end], first: self.first + start }
    }
}

impl<I: Index> Fiber<'_, I> {
    /// The part with indices in a window. Runs are never cut.
    pub(super) fn within(self, window: &Range<usize>) -> Self {
        match self {
            Self::List(list) => Self::List(list.within(window)),
            other => other,
        }
    }

    /// The positions of all indices in a window, `NONE` where there is none.
    pub(super) fn all(self, window: &Range<usize>, out: &mut [I]) {
        match self {
            Self::Empty => out.fill(I::NONE),
            Self::Same(position) => out.fill(I::new(position)),
            Self::Each(first) => write_range(first + window.start, out),
            Self::List(List { idx, first }) => {
                out.fill(I::NONE);
                for (k, i) in idx.iter().enumerate() {
                    out[i.get() - window.start] = I::new(first + k);
                }
            }
            Self::Runs(List { idx: ends, first }) => {
                let mut start = window.start;
                let before = ends.partition_point(|end| end.get() <= start);
                for (k, end) in ends.iter().enumerate().skip(before) {
                    let end = end.get().min(window.end);
                    out[start - window.start..end - window.start].fill(I::new(first + k));
                    start = end;
                    if start == window.end {
                        break;
                    }
                }
            }
        }
    }

    /// The positions of some indices, which are sorted; `NONE` where there is none.
    fn at(self, indices: &[I], out: &mut [I]) {
        match self {
            Self::Empty => out.fill(I::NONE),
            Self::Same(position) => out.fill(I::new(position)),
            Self::Each(first) => {
                for (out, i) in out.iter_mut().zip(indices) {
                    *out = I::new(first + i.get());
                }
            }
            Self::List(List { idx, first }) if std::ptr::eq(idx, indices) => {
                write_range(first, out)
            }
            Self::List(List { idx, first }) => find_each(idx, first, indices, out),
            Self::Runs(List { idx: ends, first }) => {
                let mut at = 0;
                for (out, i) in out.iter_mut().zip(indices) {
                    at = seek(ends, at, indices.len(), |end| end <= i);
                    *out = I::new(first + at);
                }
            }
        }
    }
}

/// Which indices the result of two fibers has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pick<'a, I> {
    /// None.
    None,
    /// All.
    All,
    /// Those of a list.
    List(&'a [I]),
    /// Those of either of two lists.
    Union([List<'a, I>; 2]),
    /// Those of both of two lists.
    Intersection([List<'a, I>; 2]),
}

impl<'a, I: Index> Pick<'a, I> {
    /// How many of those in a window.
    pub(super) fn count(self, window: &Range<usize>) -> usize {
        match self {
            Self::None => 0,
            Self::All => window.len(),
            Self::List(list) => list.len(),
            Self::Union([x, y]) => x.idx.len() + y.idx.len() - count_common(x.idx, y.idx),
            Self::Intersection([x, y]) => count_common(x.idx, y.idx),
        }
    }

    /// How many indices are looked at to find those of the result, and the longest list of them if there is one.
    pub(super) fn work(self, n: usize) -> (usize, Option<&'a [I]>) {
        match self {
            Self::None => (0, None),
            Self::All => (n, None),
            Self::List(list) => (list.len(), Some(list)),
            Self::Union([x, y]) | Self::Intersection([x, y]) => {
                let longest = if x.idx.len() >= y.idx.len() { x.idx } else { y.idx };
                (x.idx.len() + y.idx.len(), Some(longest))
            }
        }
    }

    /// Writes the indices in a window, and the positions that both fibers have for them.
    pub(super) fn write(
        self,
        fibers: [Fiber<'_, I>; 2],
        window: &Range<usize>,
        idx: &mut [I],
        [left, right]: [&mut [I]; 2],
    ) {
        match self {
            Self::None => {}
            Self::All => {
                write_range(window.start, idx);
                fibers[0].all(window, left);
                fibers[1].all(window, right);
            }
            Self::List(list) => {
                idx.copy_from_slice(list);
                fibers[0].at(list, left);
                fibers[1].at(list, right);
            }
            Self::Union([x, y]) => unite([x.idx, y.idx], [x.first, y.first], idx, [left, right]),
            Self::Intersection([x, y]) => {
                intersect([x.idx, y.idx], [x.first, y.first], idx, [left, right]);
            }
        }
    }
}

/// The indices of two sorted lists.
fn union<I: Index>(x: &[I], y: &[I], out: &mut [I]) {
    let (mut i, mut j, mut k) = (0, 0, 0);
    while i < x.len() && j < y.len() {
        let (p, q) = (x[i], y[j]);
        out[k] = p.min(q);
        i += usize::from(p <= q);
        j += usize::from(q <= p);
        k += 1;
    }
    let rest = k + x.len() - i;
    out[k..rest].copy_from_slice(&x[i..]);
    out[rest..].copy_from_slice(&y[j..]);
}

/// The runs of a dimension of length `n` within which two fibers, neither of which lists indices one by one, stay
/// the same: how many.
pub(super) fn count_runs<I: Index>(fibers: [Fiber<'_, I>; 2], n: usize) -> usize {
    match ends(fibers) {
        [None, None] => usize::from(n > 0),
        [Some(ends), None] | [None, Some(ends)] => ends.idx.len(),
        [Some(x), Some(y)] => x.idx.len() + y.idx.len() - count_common(x.idx, y.idx),
    }
}

/// As [`count_runs`]: their ends, and the positions that both fibers have for them.
pub(super) fn write_runs<I: Index>(
    fibers: [Fiber<'_, I>; 2],
    n: usize,
    out_ends: &mut [I],
    out: [&mut [I]; 2],
) {
    match ends(fibers) {
        [None, None] => out_ends.fill(I::new(n)),
        [Some(ends), None] | [None, Some(ends)] => out_ends.copy_from_slice(ends.idx),
        [Some(x), Some(y)] => union(x.idx, y.idx, out_ends),
    }
    for (fiber, out) in fibers.into_iter().zip(out) {
        let Fiber::Runs(List { idx: ends, first }) = fiber else {
            fiber.at(out_ends, out);
            continue;
        };
        let mut at = 0;
        for (out, end) in out.iter_mut().zip(&*out_ends) {
            *out = I::new(first + at);
            at += usize::from(ends[at] == *end);
        }
    }
}

fn ends<'a, I>(fibers: [Fiber<'a, I>; 2]) -> [Option<List<'a, I>>; 2] {
    fibers.map(|f| if let Fiber::Runs(ends) = f { Some(ends) } else { None })
}
