//! Two fibers at a time: which indices of a dimension they store, and at which positions.

use crate::buffer::Index;

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

/// How many times longer a list must be than what is looked up in it, for searching to pay.
const SEARCH: usize = 16;

impl<I: Index> Fiber<'_, I> {
    /// The positions of all indices, `NONE` where there is none.
    pub(super) fn all(self, out: &mut [I]) {
        match self {
            Self::Empty => out.fill(I::NONE),
            Self::Same(position) => out.fill(I::new(position)),
            Self::Each(first) => write_range(first, out),
            Self::List(List { idx, first }) => {
                out.fill(I::NONE);
                for (k, i) in idx.iter().enumerate() {
                    out[i.get()] = I::new(first + k);
                }
            }
            Self::Runs(List { idx: ends, first }) => {
                let mut start = 0;
                for (k, end) in ends.iter().enumerate() {
                    out[start..end.get()].fill(I::new(first + k));
                    start = end.get();
                }
            }
        }
    }

    /// The positions of some indices, which are sorted; `NONE` where there is none.
    pub(super) fn at(self, indices: &[I], out: &mut [I]) {
        match self {
            Self::Empty | Self::Same(_) => self.all(out),
            Self::Each(first) => {
                for (out, i) in out.iter_mut().zip(indices) {
                    *out = I::new(first + i.get());
                }
            }
            Self::List(List { idx, first }) if std::ptr::eq(idx, indices) => {
                write_range(first, out)
            }
            Self::List(List { idx, first }) => {
                let mut at = 0;
                for (out, i) in out.iter_mut().zip(indices) {
                    at = seek(idx, at, indices.len(), |j| j < i);
                    let found = idx.get(at) == Some(i);
                    *out = if found { I::new(first + at) } else { I::NONE };
                }
            }
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

fn write_range<I: Index>(first: usize, out: &mut [I]) {
    for (k, out) in out.iter_mut().enumerate() {
        *out = I::new(first + k);
    }
}

/// The first place from `at` on where the list is not before. Steps where about as many are `sought` as there are,
/// else searches.
fn seek<I: Index>(list: &[I], mut at: usize, sought: usize, before: impl Fn(&I) -> bool) -> usize {
    if list.len() / SEARCH <= sought {
        while at < list.len() && before(&list[at]) {
            at += 1;
        }
        return at;
    }
    // Galloping: doubling steps, then a search within the last of them.
    let mut step = 1;
    while at + step < list.len() && before(&list[at + step]) {
        at += step;
        step *= 2;
    }
    let end = list.len().min(at + step + 1);
    at + list[at..end].partition_point(before)
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

impl<I: Index> Pick<'_, I> {
    /// How many of `n`.
    pub(super) fn count(self, n: usize) -> usize {
        match self {
            Self::None => 0,
            Self::All => n,
            Self::List(list) => list.len(),
            Self::Union([x, y]) => x.idx.len() + y.idx.len() - common([x, y]),
            Self::Intersection(lists) => common(lists),
        }
    }

    /// Writes the indices, and the positions that both fibers have for them.
    pub(super) fn write(self, fibers: [Fiber<'_, I>; 2], idx: &mut [I], out: [&mut [I]; 2]) {
        let [left, right] = out;
        match self {
            Self::None => {}
            Self::All => {
                write_range(0, idx);
                fibers[0].all(left);
                fibers[1].all(right);
            }
            Self::List(list) => {
                idx.copy_from_slice(list);
                fibers[0].at(list, left);
                fibers[1].at(list, right);
            }
            Self::Union([x, y]) => {
                let (mut i, mut j, mut k) = (0, 0, 0);
                while i < x.idx.len() && j < y.idx.len() {
                    let (p, q) = (x.idx[i], y.idx[j]);
                    let (of_x, of_y) = (p <= q, q <= p);
                    idx[k] = if of_x { p } else { q };
                    left[k] = if of_x { I::new(x.first + i) } else { I::NONE };
                    right[k] = if of_y { I::new(y.first + j) } else { I::NONE };
                    i += usize::from(of_x);
                    j += usize::from(of_y);
                    k += 1;
                }
                let rest = k + x.idx.len() - i;
                idx[k..rest].copy_from_slice(&x.idx[i..]);
                write_range(x.first + i, &mut left[k..rest]);
                right[k..rest].fill(I::NONE);
                idx[rest..].copy_from_slice(&y.idx[j..]);
                left[rest..].fill(I::NONE);
                write_range(y.first + j, &mut right[rest..]);
            }
            Self::Intersection(lists) => {
                let mut k = 0;
                for_common(lists, |[i, j]| {
                    idx[k] = lists[0].idx[i];
                    left[k] = I::new(lists[0].first + i);
                    right[k] = I::new(lists[1].first + j);
                    k += 1;
                });
            }
        }
    }
}

/// Hands over the places in both lists of the indices that they have in common.
fn for_common<I: Index>([x, y]: [List<'_, I>; 2], mut each: impl FnMut([usize; 2])) {
    let short = x.idx.len().min(y.idx.len());
    if x.idx.len().max(y.idx.len()) / SEARCH > short {
        let swap = x.idx.len() > y.idx.len();
        let (short, long) = if swap { (y.idx, x.idx) } else { (x.idx, y.idx) };
        let mut at = 0;
        for (i, index) in short.iter().enumerate() {
            at = seek(long, at, short.len(), |j| j < index);
            if long.get(at) == Some(index) {
                each(if swap { [at, i] } else { [i, at] });
            }
        }
        return;
    }
    let (mut i, mut j) = (0, 0);
    while i < x.idx.len() && j < y.idx.len() {
        let (p, q) = (x.idx[i], y.idx[j]);
        if p == q {
            each([i, j]);
        }
        i += usize::from(p <= q);
        j += usize::from(q <= p);
    }
}

/// How many indices two sorted lists have in common.
fn common<I: Index>(lists: [List<'_, I>; 2]) -> usize {
    let mut count = 0;
    for_common(lists, |_| count += 1);
    count
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
        [Some(x), Some(y)] => Pick::Union([x, y]).count(n),
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
