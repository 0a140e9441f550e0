//! Parts of a pattern: what remains of a fibertree when each dimension keeps some of its indices, in some order.
//!
//! Level by level, from the root: given the parent positions that remain, a level says which of their children
//! remain and at which indices. Nothing but the remaining part is walked, and where positions stay consecutive the
//! arrays are shared, so that a window of rows of a CSR matrix costs its number of rows.

use crate::Result;
use crate::buffer::{Index, Indices, filled, grow, listed, reserve};
use crate::dtype::Scalar;
use crate::kernels::gather::gather;
use crate::standard::{AxisSlice, Shape};
use crate::tensor::{Leaf, Level, Pattern};
use crate::with_width;
use std::ops::Range;
use std::sync::Arc;

/// Which indices of a dimension remain, and what they become.
pub(super) enum Selection {
    /// All of them.
    All,
    /// Those of a slice.
    Slice(AxisSlice),
    /// Those of a list, in its order.
    List(List),
    /// The only index of a dimension of length 1, so many times.
    Repeat(usize),
}

/// A list of indices, kept sorted with the places they go to.
pub(super) struct List {
    /// `(index, place)`, sorted.
    pairs: Vec<(usize, usize)>,
    /// Whether the list itself is in order, so that places ascend with the indices.
    ascending: bool,
}

impl List {
    pub(super) fn new(
        indices: impl IntoIterator<Item = usize, IntoIter: ExactSizeIterator>,
    ) -> Result<Self> {
        let mut pairs = listed("take", indices.into_iter().enumerate().map(|(k, i)| (i, k)))?;
        let ascending = pairs.is_sorted_by_key(|pair| pair.0);
        pairs.sort_unstable();
        Ok(Self { pairs, ascending })
    }

    /// The index, with each of the places that it goes to.
    fn places(&self, index: usize) -> &[(usize, usize)] {
        let first = self.pairs.partition_point(|pair| pair.0 < index);
        let len = self.pairs[first..].iter().take_while(|pair| pair.0 == index).count();
        &self.pairs[first..first + len]
    }
}

impl Selection {
    /// A slice, which is `All` where it is the whole dimension.
    pub(super) fn slice(slice: AxisSlice, length: usize) -> Self {
        if slice.is_full(length) {
            return Self::All;
        }
        // Where nothing is selected, the start may be anything.
        Self::Slice(if slice.length == 0 { AxisSlice { start: 0, ..slice } } else { slice })
    }

    /// How many indices remain of a dimension of length `n`.
    fn length(&self, n: usize) -> usize {
        match self {
            Self::All => n,
            Self::Slice(slice) => slice.length,
            Self::List(list) => list.pairs.len(),
            Self::Repeat(times) => *times,
        }
    }

    /// The index that each place takes, in the order of the places.
    fn indices(&self, n: usize) -> Result<Vec<usize>> {
        match self {
            Self::All => listed("select", 0..n),
            Self::Slice(slice) => listed("select", (0..slice.length).map(|k| slice.index(k))),
            Self::List(list) => {
                let mut indices = filled("take", 0, list.pairs.len())?;
                list.pairs.iter().for_each(|&(index, place)| indices[place] = index);
                Ok(indices)
            }
            Self::Repeat(times) => filled("broadcast_to", 0, *times),
        }
    }
}

/// Positions of a level that remain: a range, or any in any order.
pub(super) enum Positions {
    Range(Range<usize>),
    List(Vec<usize>),
}

impl Positions {
    fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::List(list) => list.len(),
        }
    }

    fn try_for_each(&self, f: impl FnMut(usize) -> Result<()>) -> Result<()> {
        match self {
            Self::Range(range) => range.clone().try_for_each(f),
            Self::List(list) => list.iter().copied().try_for_each(f),
        }
    }

    /// The leaf of the positions, of the same kind.
    pub(super) fn of_leaf(&self, leaf: &Leaf) -> Result<Leaf> {
        Ok(match leaf {
            Leaf::Pattern(_) => Leaf::Pattern(self.len()),
            Leaf::Iso(value, _) => Leaf::Iso(*value, self.len()),
            Leaf::Element(values) => Leaf::Element(match self {
                Self::Range(range) => values.slice(range.clone()),
                Self::List(list) => {
                    let positions: Vec<u64> = listed("select", list.iter().map(|&p| p as u64))?;
                    gather(values.view(), &positions, Scalar::zero(values.dtype()))?
                }
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
        let (selected, mut kept) = select(&cut(pattern, window)?, selections)?;
        match &mut kept {
            Positions::Range(range) => *range = range.start + first..range.end + first,
            Positions::List(list) => list.iter_mut().for_each(|position| *position += first),
        }
        return Ok((selected, kept));
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
            Level::Sparse { ptr, idx } => sparse(&kept, ptr, idx, selection)?,
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

/// Of coordinates that are all in one level, those that a selection on the first dimension can reach.
fn coordinates_in(pattern: &Pattern, first: &[Selection]) -> Option<Range<usize>> {
    let ([Level::Coo { idx, .. }], [selection]) = (pattern.levels(), first) else { return None };
    let (low, high) = match selection {
        Selection::Slice(slice) => bounds(slice)?,
        Selection::List(list) => (list.pairs.first()?.0, list.pairs.last()?.0),
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
    Ok(match (kept, selection) {
        (Positions::Range(range), Selection::All) => {
            Positions::Range(range.start * n..range.end * n)
        }
        (Positions::Range(range), Selection::Slice(s)) if range.len() == 1 && s.step == 1 => {
            let start = range.start * n + s.start;
            Positions::Range(start..start + s.length)
        }
        _ => {
            let count = kept.len() as u128 * selection.length(n) as u128;
            let mut children = reserve("select", count)?;
            let indices = selection.indices(n)?;
            kept.try_for_each(|p| {
                children.extend(indices.iter().map(|i| p * n + i));
                Ok(())
            })?;
            Positions::List(children)
        }
    })
}

fn sparse(
    kept: &Positions,
    ptr: &Indices,
    idx: &Indices,
    selection: &Selection,
) -> Result<(Level, Positions)> {
    if let (Positions::Range(range), Selection::All) = (kept, selection) {
        let (ptr, children) = rebased(ptr, range)?;
        let level = Level::Sparse { ptr, idx: idx.slice(children.clone()) };
        return Ok((level, Positions::Range(children)));
    }
    with_width!(idx.width(), I => {
        let idx: &[I] = idx.as_slice().expect("the pattern's width");
        let known = match selection {
            Selection::Repeat(times) => children_of(kept, ptr)?.saturating_mul(*times as u128),
            Selection::All => children_of(kept, ptr)?,
            // Few of them may remain.
            Selection::Slice(_) | Selection::List(_) => 0,
        };
        let mut new: Vec<u64> = reserve("select", known)?;
        let mut children = reserve("select", known)?;
        let mut new_ptr = reserve("select", kept.len() as u128 + 1)?;
        new_ptr.push(0_u64);
        let mut fiber_pairs = Vec::new();
        kept.try_for_each(|p| {
            let range = ptr.get(p)..ptr.get(p + 1);
            let fiber = &idx[range.clone()];
            match selection {
                Selection::All => {
                    new.extend(fiber.iter().map(|i| i.get() as u64));
                    children.extend(range);
                }
                Selection::Slice(slice) => {
                    let part = window(fiber, slice);
                    grow("select", &mut new, part.len())?;
                    grow("select", &mut children, part.len())?;
                    let mut push = |q: usize| {
                        if let Some(k) = slice.position(fiber[q].get()) {
                            new.push(k as u64);
                            children.push(range.start + q);
                        }
                    };
                    if slice.step > 0 { part.for_each(&mut push) } else { part.rev().for_each(&mut push) }
                }
                Selection::List(list) => {
                    fiber_pairs.clear();
                    grow("take", &mut fiber_pairs, list.pairs.len().min(fiber.len()))?;
                    if list.pairs.len() < fiber.len() / 8 {
                        // A short list: look each index up in the fiber.
                        fiber_pairs.extend(list.pairs.iter().filter_map(|&(index, place)| {
                            let found = fiber.binary_search_by(|i| i.get().cmp(&index));
                            found.ok().map(|q| (place, range.start + q))
                        }));
                    } else {
                        for (q, index) in fiber.iter().enumerate() {
                            let places = list.places(index.get());
                            grow("take", &mut fiber_pairs, places.len())?;
                            fiber_pairs.extend(places.iter().map(|pair| (pair.1, range.start + q)));
                        }
                    }
                    if !list.ascending {
                        fiber_pairs.sort_unstable();
                    }
                    grow("take", &mut new, fiber_pairs.len())?;
                    grow("take", &mut children, fiber_pairs.len())?;
                    new.extend(fiber_pairs.iter().map(|pair| pair.0 as u64));
                    children.extend(fiber_pairs.iter().map(|pair| pair.1));
                }
                Selection::Repeat(times) => {
                    for q in range {
                        new.extend(0..*times as u64);
                        children.extend(std::iter::repeat_n(q, *times));
                    }
                }
            }
            new_ptr.push(new.len() as u64);
            Ok(())
        })?;
        Ok((Level::Sparse { ptr: new_ptr.into(), idx: new.into() }, Positions::List(children)))
    })
}

/// The number of children of some positions.
fn children_of(kept: &Positions, ptr: &Indices) -> Result<u128> {
    let mut count = 0;
    kept.try_for_each(|p| {
        count += (ptr.get(p + 1) - ptr.get(p)) as u128;
        Ok(())
    })?;
    Ok(count)
}

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
    kept.try_for_each(|p| {
        let range = ptr.get(p)..ptr.get(p + 1);
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
                children.push(run);
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
        Ok(())
    })?;
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
