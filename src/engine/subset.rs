//! Parts of a pattern: what remains of a fibertree when each dimension keeps some of its indices, in some order.
//!
//! Level by level, from the root: given the parent positions that remain, a level says which of their children
//! remain and at which indices. Nothing but the remaining part is walked, and where positions stay consecutive the
//! arrays are shared, so that a window of rows of a CSR matrix costs its number of rows.

mod selection;

use crate::Result;
use crate::buffer::{Index, Indices, Width, collected, filled, grow, listed, reserve};
use crate::dtype::Scalar;
use crate::kernels::gather::gather;
use crate::kernels::spans::Spans;
use crate::parallel;
use crate::standard::{AxisSlice, Shape};
use crate::tensor::{Leaf, Level, Pattern};
use crate::with_width;
use selection::Keys;
pub(super) use selection::{List, Selection};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Positions of a level that remain: a range, several, or any in any order.
pub(super) enum Positions {
    Range(Range<usize>),
    Spans(Spans),
    List(Vec<u64>),
}

impl Positions {
    fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::Spans(spans) => spans.len(),
            Self::List(list) => list.len(),
        }
    }

    /// The same positions `by` further on.
    fn moved(self, by: usize) -> Result<Self> {
        Ok(match self {
            Self::Range(range) => Self::Range(range.start + by..range.end + by),
            Self::List(mut list) => {
                list.iter_mut().for_each(|position| *position += by as u64);
                Self::List(list)
            }
            Self::Spans(spans) => {
                let mut moved = Spans::new("select", spans.iter().len())?;
                for (array, range) in spans.iter() {
                    moved.push("select", array, range.start + by..range.end + by)?;
                }
                Self::Spans(moved)
            }
        })
    }

    /// One by one.
    fn list(&self) -> Result<Cow<'_, [u64]>> {
        Ok(match self {
            Self::Range(range) => Cow::Owned(listed("select", range.clone().map(|p| p as u64))?),
            Self::Spans(spans) => {
                let all = spans.iter().flat_map(|(_, range)| range);
                Cow::Owned(collected("select", spans.len(), all.map(|p| p as u64))?)
            }
            Self::List(list) => Cow::Borrowed(list),
        })
    }

    /// As ranges.
    fn spans(&self) -> Result<Cow<'_, Spans>> {
        let ranges = |count: usize, ranges: &mut dyn Iterator<Item = Range<usize>>| {
            let mut spans = Spans::new("select", count)?;
            for range in ranges {
                spans.push("select", 0, range)?;
            }
            Ok(Cow::Owned(spans))
        };
        match self {
            Self::Range(range) => ranges(1, &mut std::iter::once(range.clone())),
            Self::Spans(spans) => Ok(Cow::Borrowed(spans)),
            Self::List(list) => {
                ranges(list.len(), &mut list.iter().map(|&p| p as usize..p as usize + 1))
            }
        }
    }

    /// The leaf of the positions, of the same kind.
    pub(super) fn of_leaf(&self, leaf: &Leaf) -> Result<Leaf> {
        Ok(match leaf {
            Leaf::Pattern(_) => Leaf::Pattern(self.len()),
            Leaf::Iso(value, _) => Leaf::Iso(*value, self.len()),
            Leaf::Element(values) => Leaf::Element(match self {
                Self::Range(range) => values.slice(range.clone()),
                Self::Spans(spans) => spans.copy_values("select", &[values])?,
                Self::List(list) => gather(values.view(), list, Scalar::zero(values.dtype()))?,
            }),
        })
    }
}

/// The part of a pattern that remains, and the leaf positions it has in the old one. Its levels are `Dense`,
/// `Sparse` and `Runs`, as those of [`Pattern::compressed`].
pub(super) fn select(
    pattern: &Arc<Pattern>,
    selections: &[Selection],
) -> Result<(Pattern, Positions)> {
    let window = coordinates_in(pattern, &selections[..selections.len().min(1)]);
    if let Some(window) = window.filter(|window| window.len() < pattern.stored()) {
        let first = window.start;
        let (selected, kept) = select(&cut(pattern, window)?, selections)?;
        return Ok((selected, kept.moved(first)?));
    }
    let compressed = pattern.compressed()?;
    let mut kept = Positions::Range(0..1);
    let mut levels = Vec::with_capacity(selections.len());
    let mut dims = Shape::new();
    for ((level, _, _, dim), selection) in compressed.walk().zip(selections) {
        let n = dim[0];
        dims.push(selection.length(n));
        let (level, children) = match level {
            Level::Dense => (Level::Dense, dense(&kept, n, selection)?),
            Level::Sparse { ptr, idx } => sparse(&kept, ptr, idx, n, selection)?,
            Level::Runs { ptr, ends } => runs(&kept, ptr, ends, n, selection)?,
            Level::Coo { .. } | Level::Bitmap { .. } => {
                unreachable!("a compressed pattern has neither level")
            }
        };
        levels.push(level);
        kept = children;
    }
    Ok((Pattern::new_unchecked(dims, levels)?, kept))
}

/// The leaf positions that remain of dense levels of these lengths.
pub(super) fn select_dense(dims: &[usize], selections: &[Selection]) -> Result<Positions> {
    let mut levels = dims.iter().zip(selections);
    levels.try_fold(Positions::Range(0..1), |kept, (&n, selection)| dense(&kept, n, selection))
}

/// Of coordinates that are all in one level, those that a selection on the first dimension can reach.
fn coordinates_in(pattern: &Pattern, first: &[Selection]) -> Option<Range<usize>> {
    let ([Level::Coo { idx, .. }], [selection]) = (pattern.levels(), first) else { return None };
    let (low, high) = match selection {
        Selection::Slice(slice) => bounds(slice)?,
        Selection::List(list) => (*list.keys.first()?, *list.keys.last()?),
        Selection::All | Selection::Repeat(_) => return None,
    };
    Some(with_width!(idx[0].width(), I => {
        let index = idx[0].as_slice::<I>().expect("own width");
        index.partition_point(|i| i.get() < low)..index.partition_point(|i| i.get() <= high)
    }))
}

/// The same pattern with these coordinates alone.
fn cut(pattern: &Pattern, window: Range<usize>) -> Result<Arc<Pattern>> {
    let levels = pattern.levels().iter().map(|level| match level {
        Level::Coo { idx, .. } => Level::Coo {
            ptr: vec![0, window.len() as u64].into(),
            idx: idx.iter().map(|column| column.slice(window.clone())).collect(),
        },
        other => other.clone(),
    });
    Ok(Arc::new(Pattern::new_unchecked(pattern.dims(), levels.collect())?))
}

fn dense(kept: &Positions, n: usize, selection: &Selection) -> Result<Positions> {
    // Of each parent a range.
    let spans = |first: usize, len: usize| {
        let mut spans = Spans::new("select", 0)?;
        for (_, parents) in kept.spans()?.iter() {
            if len == n {
                spans.push("select", 0, parents.start * n..parents.end * n)?;
                continue;
            }
            for p in parents {
                spans.push("select", 0, p * n + first..p * n + first + len)?;
            }
        }
        Ok(Positions::Spans(spans))
    };
    match (kept, selection) {
        (Positions::Range(range), Selection::All) => {
            Ok(Positions::Range(range.start * n..range.end * n))
        }
        (Positions::Range(range), Selection::Slice(s)) if range.len() == 1 && s.step == 1 => {
            let start = range.start * n + s.start;
            Ok(Positions::Range(start..start + s.length))
        }
        (_, Selection::All) if n >= SPAN => spans(0, n),
        (_, Selection::Slice(s)) if s.step == 1 && s.length >= SPAN => spans(s.start, s.length),
        _ => {
            let count = kept.len() as u128 * selection.length(n) as u128;
            let mut children = reserve("select", count)?;
            let indices = selection.indices(n)?;
            for &p in &*kept.list()? {
                children.extend(indices.iter().map(|i| p * n as u64 + *i as u64));
            }
            Ok(Positions::List(children))
        }
    }
}

/// Positions in a row that are copied as a range: fewer are cheaper one by one.
const SPAN: usize = 8;

fn sparse(
    kept: &Positions,
    ptr: &Indices,
    idx: &Indices,
    n: usize,
    selection: &Selection,
) -> Result<(Level, Positions)> {
    if let (Positions::Range(range), Selection::All) = (kept, selection) {
        let (ptr, children) = rebased(ptr, range)?;
        let level = Level::Sparse { ptr, idx: idx.slice(children.clone()) };
        return Ok((level, Positions::Range(children)));
    }
    let width = idx.width().max(Width::for_counts([selection.length(n)]));
    let (ptr, idx) = (ptr.to_width(width)?, idx.to_width(width)?);
    with_width!(width, I => {
        let ptr: &[I] = ptr.as_slice().expect("this width");
        let idx: &[I] = idx.as_slice().expect("this width");
        match selection {
            Selection::All => {
                let (new, children) = kept.spans()?.children("select", &[ptr])?;
                let idx = children.copy("select", &[idx])?;
                let level = Level::Sparse { ptr: new.into(), idx: I::erase(idx.into()) };
                Ok((level, Positions::Spans(children)))
            }
            Selection::Slice(slice) if slice.step == 1 => {
                let parents = kept.list()?;
                let mut children = Spans::new("select", parents.len())?;
                let mut new = reserve("select", parents.len() as u128 + 1)?;
                new.push(0_u64);
                for &p in &*parents {
                    let p = p as usize;
                    let first = ptr[p].get();
                    let part = window(&idx[first..ptr[p + 1].get()], slice);
                    children.push("select", 0, first + part.start..first + part.end)?;
                    new.push(children.len() as u64);
                }
                let moved = |_, i: I| I::new(i.get() - slice.start);
                let idx = children.copy_with("select", &[idx], moved)?;
                let level = Level::Sparse { ptr: new.into(), idx: I::erase(idx.into()) };
                Ok((level, Positions::Spans(children)))
            }
            Selection::Slice(slice) => fibers(kept, ptr, &|fiber: Range<usize>| {
                let part = window(&idx[fiber.clone()], slice);
                part.filter(|q| slice.position(idx[fiber.start + q].get()).is_some()).count()
            }, &|fiber, new, children| {
                let mut at = 0;
                let mut push = |q: usize| {
                    if let Some(k) = slice.position(idx[fiber.start + q].get()) {
                        (new[at], children[at]) = (I::new(k), (fiber.start + q) as u64);
                        at += 1;
                    }
                };
                let part = window(&idx[fiber.clone()], slice);
                if slice.step > 0 { part.for_each(&mut push) } else { part.rev().for_each(&mut push) }
            }),
            Selection::List(list) => {
                let parents = (ptr.len() - 1).max(1) as u128;
                let looked_at = idx.len() as u128 * kept.len() as u128 / parents;
                let keys = Keys::new(list, n, usize::try_from(looked_at).unwrap_or(usize::MAX))?;
                fibers(kept, ptr, &|fiber| {
                    if list.is_unique() {
                        return keys.count(&idx[fiber]);
                    }
                    let mut count = 0;
                    keys.each(&idx[fiber], |_, key| count += list.count(key));
                    count
                }, &|fiber, new, children| {
                    let mut at = 0;
                    keys.each(&idx[fiber.clone()], |q, key| {
                        for place in list.places(key) {
                            (new[at], children[at]) = (I::new(place), (fiber.start + q) as u64);
                            at += 1;
                        }
                    });
                    if !list.ascending {
                        // A child goes with its place; the indices say where it was.
                        let mut pairs: Vec<_> = new.iter().copied().zip(children.iter().copied()).collect();
                        pairs.sort_unstable();
                        for ((new, child), pair) in new.iter_mut().zip(children.iter_mut()).zip(pairs) {
                            (*new, *child) = pair;
                        }
                    }
                })
            }
            Selection::Repeat(times) => fibers(kept, ptr, &|fiber| fiber.len() * times, &|fiber, new, children| {
                let all = fiber.flat_map(|q| (0..*times).map(move |k| (I::new(k), q as u64)));
                for ((new, child), pair) in new.iter_mut().zip(children).zip(all) {
                    (*new, *child) = pair;
                }
            }),
        }
    })
}

/// Writes, of a range of children, the new indices of those that remain, and which they are.
type Write<'w, I> = dyn Fn(Range<usize>, &mut [I], &mut [u64]) + Sync + 'w;

/// A sparse level of the children that remain of each parent: `count` says how many of a range of children do, `write`
/// gives their new indices and which they were. In parallel, by tiles of parents with about equally many children.
fn fibers<I: Index>(
    kept: &Positions,
    ptr: &[I],
    count: &(dyn Fn(Range<usize>) -> usize + Sync),
    write: &Write<'_, I>,
) -> Result<(Level, Positions)> {
    let parents = kept.list()?;
    let fiber = |p: u64| ptr[p as usize].get()..ptr[p as usize + 1].get();
    let mut tiles = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for (k, &p) in parents.iter().enumerate() {
        sum += fiber(p).len() + 1;
        if sum >= TILE || k + 1 == parents.len() {
            tiles.push(start..k + 1);
            (start, sum) = (k + 1, 0);
        }
    }
    let mut counts = filled("select", 0_usize, parents.len())?;
    let own = parallel::cut(&mut counts, tiles.iter().map(Range::len));
    let pieces = tiles.iter().map(|tile| &parents[tile.clone()]).zip(own);
    parallel::for_each(pieces, |(parents, counts): (&[u64], &mut [usize])| {
        parents.iter().zip(counts).for_each(|(&p, c)| *c = count(fiber(p)));
    });
    let mut new_ptr = reserve("select", parents.len() as u128 + 1)?;
    new_ptr.push(0_u64);
    let mut total = 0_u128;
    for &c in &counts {
        total += c as u128;
        new_ptr.push(u64::try_from(total).unwrap_or(u64::MAX));
    }
    let mut new = reserve::<I>("select", total)?;
    new.resize(total as usize, I::default());
    let mut children = filled("select", 0_u64, total as usize)?;
    let lengths = || tiles.iter().map(|tile| counts[tile.clone()].iter().sum());
    let own = parallel::cut(&mut new, lengths());
    let pieces = tiles.iter().zip(own.zip(parallel::cut(&mut children, lengths())));
    parallel::for_each(
        pieces,
        |(tile, (mut new, mut children)): (&Range<usize>, (&mut [I], &mut [u64]))| {
            for (&p, &c) in parents[tile.clone()].iter().zip(&counts[tile.clone()]) {
                let own = new.split_off_mut(..c).expect("what was counted");
                write(fiber(p), own, children.split_off_mut(..c).expect("what was counted"));
            }
        },
    );
    let level = Level::Sparse { ptr: new_ptr.into(), idx: I::erase(new.into()) };
    Ok((level, Positions::List(children)))
}

/// Children that are worth a task.
const TILE: usize = 32 * 1024;

/// The least and the greatest index of a slice.
fn bounds(slice: &AxisSlice) -> Option<(usize, usize)> {
    let (first, last) = (slice.start, slice.index(slice.length.checked_sub(1)?));
    Some((first.min(last), first.max(last)))
}

/// The places in a sorted fiber that a slice can reach.
fn window<I: Index>(fiber: &[I], slice: &AxisSlice) -> Range<usize> {
    let Some((low, high)) = bounds(slice) else { return 0..0 };
    fiber.partition_point(|i| i.get() < low)..fiber.partition_point(|i| i.get() <= high)
}

fn runs(
    kept: &Positions,
    ptr: &Indices,
    ends: &Indices,
    n: usize,
    selection: &Selection,
) -> Result<(Level, Positions)> {
    if let (Positions::Range(range), Selection::All) = (kept, selection) {
        let (ptr, children) = rebased(ptr, range)?;
        let level = Level::Runs { ptr, ends: ends.slice(children.clone()) };
        return Ok((level, Positions::Range(children)));
    }
    let mut new = Vec::<u64>::new();
    let mut children = Vec::new();
    let mut new_ptr = reserve("select", kept.len() as u128 + 1)?;
    new_ptr.push(0_u64);
    let length = selection.length(n);
    let indices = match selection {
        Selection::List(_) => selection.indices(n)?,
        _ => vec![],
    };
    for &p in &*kept.list()? {
        let range = ptr.get(p as usize)..ptr.get(p as usize + 1);
        let first = new.len();
        // Of a list every index may be in another run than the one before.
        let most = if indices.is_empty() { range.len() } else { indices.len() };
        grow("select", &mut new, most)?;
        grow("select", &mut children, most)?;
        // Ends in order; a run that keeps no index ends where the one before it does, and is left out.
        let mut push = |end: usize, run: usize| {
            let before = if new.len() == first { 0 } else { new[new.len() - 1] as usize };
            if end > before {
                new.push(end as u64);
                children.push(run as u64);
            }
        };
        match selection {
            Selection::All => range.for_each(|run| push(ends.get(run), run)),
            Selection::Repeat(times) => range.for_each(|run| push(*times, run)),
            Selection::Slice(slice) if slice.step > 0 => {
                for run in range {
                    let past = ends.get(run).saturating_sub(slice.start);
                    push(past.div_ceil(slice.step.unsigned_abs()).min(length), run);
                }
            }
            Selection::Slice(slice) => {
                for run in range.clone().rev() {
                    let begin = if run == range.start { 0 } else { ends.get(run - 1) };
                    // Elements at or past the run's first index, walking down.
                    let reached = slice
                        .start
                        .checked_sub(begin)
                        .map_or(0, |d| d / slice.step.unsigned_abs() + 1);
                    push(reached.min(length), run);
                }
            }
            Selection::List(_) => {
                let mut last = None;
                for (k, &index) in indices.iter().enumerate() {
                    let run = run_of(ends, range.clone(), index);
                    if last.is_some_and(|l| l != run) {
                        push(k, last.expect("not the first"));
                    }
                    last = Some(run);
                }
                if let Some(run) = last {
                    push(length, run);
                }
            }
        }
        new_ptr.push(new.len() as u64);
    }
    Ok((Level::Runs { ptr: new_ptr.into(), ends: new.into() }, Positions::List(children)))
}

/// The run of a fiber that an index lies in.
fn run_of(ends: &Indices, range: Range<usize>, index: usize) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if ends.get(middle) <= index { low = middle + 1 } else { high = middle }
    }
    low
}

/// The part of a `ptr` array for a range of parents, counted from 0, and their children.
fn rebased(ptr: &Indices, parents: &Range<usize>) -> Result<(Indices, Range<usize>)> {
    let children = ptr.get(parents.start)..ptr.get(parents.end);
    if children.start == 0 {
        return Ok((ptr.slice(parents.start..parents.end + 1), children));
    }
    let rebased = with_width!(ptr.width(), I => {
        let ptr: &[I] = ptr.as_slice().expect("own width");
        let part = &ptr[parents.start..=parents.end];
        I::erase(listed("select", part.iter().map(|p| I::new(p.get() - children.start)))?.into())
    });
    Ok((rebased, children))
}
