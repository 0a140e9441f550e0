//! What the levels above a stored value say of it: its place in some of the dimensions, the number of elements that
//! it stands for.
//!
//! A [`Walk`] folds a function over the path from the root to every leaf position of a range. It goes down level by
//! level with one state for each position, so that a part of the leaves costs the part of the structure above it:
//!
//! ```text
//! dense(sparse), state "row · 4 + column"      root       0
//!                                              rows       0       4         8
//!                                              leaves     1  3    -         8
//! ```

use crate::Result;
use crate::buffer::{Index, Indices, Width, collected, filled, grow, listed, reserve};
use crate::parallel;
use crate::tensor::{Coordinates, Level, Pattern};
use crate::with_width;
use std::hash::Hash;
use std::ops::Range;

/// A linear index over several dimensions.
pub(super) trait Key:
    Copy + Ord + Hash + Default + std::fmt::Debug + Send + Sync + 'static
{
    /// A number that the caller knows to fit.
    fn of(number: u128) -> Self;
    /// The number.
    fn number(self) -> u128;
    /// The key `index` strides further.
    fn further(self, stride: Self, index: usize) -> Self;
}

macro_rules! key {
    ($($K:ty),+) => {$(
        impl Key for $K {
            #[inline]
            fn of(number: u128) -> Self {
                debug_assert!(number <= Self::MAX as u128, "a key of another width");
                number as $K
            }
            #[inline]
            fn number(self) -> u128 {
                self as u128
            }
            #[inline]
            fn further(self, stride: Self, index: usize) -> Self {
                self + stride * index as $K
            }
        }
    )+};
}
key!(u32, u64, u128);

/// The strides of some dimensions in their order, the last one nearest, and the number of their index tuples as far
/// as `u128` reaches.
pub(super) fn strides(lengths: &[usize]) -> (Vec<u128>, u128) {
    let mut total: u128 = 1;
    let mut strides = Vec::with_capacity(lengths.len());
    for &n in lengths.iter().rev() {
        strides.push(total);
        total = total.saturating_mul(n as u128);
    }
    strides.reverse();
    (strides, total)
}

/// The levels of a pattern of one dimension each (see [`Pattern::compressed`]), from the one after some others on. Keys
/// and starts may be had of a single list of coordinates too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk<'a> {
    pattern: &'a Pattern,
    /// The first level that is walked; the positions before it are the roots.
    from: usize,
}

impl<'a> Walk<'a> {
    /// All levels.
    pub(super) fn new(pattern: &'a Pattern) -> Self {
        Self::below(pattern, 0)
    }

    /// The levels from `from` on.
    pub(super) fn below(pattern: &'a Pattern, from: usize) -> Self {
        Self { pattern, from }
    }

    /// The first leaf position below each root, and their number at the end.
    pub(super) fn starts(self) -> Result<Vec<usize>> {
        let roots = self.pattern.parents_or_stored(self.from);
        let mut starts = collected("starts", roots.saturating_add(1), 0..=roots)?;
        for (level, &n) in self.levels() {
            match level {
                Level::Dense => starts.iter_mut().for_each(|s| *s *= n),
                Level::Sparse { ptr, .. } | Level::Coo { ptr, .. } | Level::Runs { ptr, .. } => {
                    with_width!(ptr.width(), I => {
                        let ptr = typed::<I>(ptr);
                        starts.iter_mut().for_each(|s| *s = ptr[*s].get());
                    });
                }
                _ => unreachable!("compressed levels"),
            }
        }
        Ok(starts)
    }

    /// The keys of a range of leaf positions: the sum of stride · index over the dimensions that have a stride. The
    /// key of a run is that of its first index.
    pub(super) fn keys<K: Key>(
        self,
        leaves: Range<usize>,
        strides: &[Option<u128>],
    ) -> Result<Vec<K>> {
        let strides: Vec<Option<K>> = strides.iter().map(|s| s.map(K::of)).collect();
        if let [Level::Coo { idx, .. }] = self.pattern.levels() {
            let mut keys = filled("keys", K::default(), leaves.len())?;
            for (idx, stride) in idx.iter().zip(strides) {
                let Some(stride) = stride else { continue };
                with_width!(idx.width(), I => {
                    for (key, i) in keys.iter_mut().zip(&typed::<I>(idx)[leaves.clone()]) {
                        *key = key.further(stride, i.get());
                    }
                });
            }
            return Ok(keys);
        }
        self.fold(
            leaves,
            |_| K::default(),
            |level, key, start, _| match strides[level] {
                Some(stride) => key.further(stride, start),
                None => key,
            },
        )
    }

    /// A state for each leaf position of a range: `root` gives that of a root, `step` that of a child from its
    /// level, the state of its parent, and the indices from its first to past its last, which are several in a run.
    pub(super) fn fold<S: Copy>(
        self,
        leaves: Range<usize>,
        root: impl Fn(usize) -> S,
        step: impl Fn(usize, S, usize, usize) -> S,
    ) -> Result<Vec<S>> {
        let levels: Vec<(&Level, &usize)> = self.levels().collect();
        let mut ranges = vec![leaves];
        for (level, n) in levels.iter().rev() {
            ranges.push(parents(level, **n, ranges.last().expect("begins with one")));
        }
        let mut above = ranges.pop().expect("begins with one");
        let mut states = listed("walk", above.clone().map(root))?;
        for (l, (level, n)) in levels.into_iter().enumerate() {
            let children = ranges.pop().expect("one for each level");
            let mut next = reserve("walk", children.len() as u128)?;
            each_child(level, *n, above, children.clone(), |parent, start, end| {
                next.push(step(self.from + l, states[parent], start, end));
            });
            (states, above) = (next, children);
        }
        Ok(states)
    }

    fn levels(self) -> impl Iterator<Item = (&'a Level, &'a usize)> {
        self.pattern.levels().iter().zip(self.pattern.dims()).skip(self.from)
    }
}

impl Pattern {
    /// The number of parents of a level; past the last one, of leaf positions.
    fn parents_or_stored(&self, level: usize) -> usize {
        if level < self.levels().len() { self.parents(level) } else { self.stored() }
    }
}

fn typed<I: Index>(indices: &Indices) -> &[I] {
    indices.as_slice().expect("own width")
}

/// The parents of a range of children.
fn parents(level: &Level, n: usize, children: &Range<usize>) -> Range<usize> {
    if children.is_empty() {
        return 0..0;
    }
    match level {
        Level::Dense => children.start / n..(children.end - 1) / n + 1,
        Level::Sparse { ptr, .. } | Level::Runs { ptr, .. } => with_width!(ptr.width(), I => {
            let ptr = typed::<I>(ptr);
            let first = ptr.partition_point(|p| p.get() <= children.start) - 1;
            first..ptr.partition_point(|p| p.get() < children.end)
        }),
        _ => unreachable!("compressed levels"),
    }
}

/// Calls `child` for each child in order, with its parent counted from the first one and its indices.
fn each_child(
    level: &Level,
    n: usize,
    parents: Range<usize>,
    children: Range<usize>,
    mut child: impl FnMut(usize, usize, usize),
) {
    match level {
        Level::Dense => {
            for (k, p) in parents.enumerate() {
                let first = p * n;
                for i in children.start.max(first) - first..n.min(children.end - first) {
                    child(k, i, i + 1);
                }
            }
        }
        Level::Sparse { ptr, idx } => with_width!(ptr.width(), I => {
            let (ptr, idx) = (typed::<I>(ptr), typed::<I>(idx));
            for (k, p) in parents.enumerate() {
                let own = ptr[p].get().max(children.start)..ptr[p + 1].get().min(children.end);
                for i in &idx[own] {
                    child(k, i.get(), i.get() + 1);
                }
            }
        }),
        Level::Runs { ptr, ends } => with_width!(ptr.width(), I => {
            let (ptr, ends) = (typed::<I>(ptr), typed::<I>(ends));
            for (k, p) in parents.enumerate() {
                let first = ptr[p].get();
                for c in first.max(children.start)..ptr[p + 1].get().min(children.end) {
                    child(k, if c == first { 0 } else { ends[c - 1].get() }, ends[c].get());
                }
            }
        }),
        _ => unreachable!("compressed levels"),
    }
}

/// The coordinates of ascending keys with these strides.
pub(super) fn decode<K: Key>(keys: &[K], dims: &[usize], strides: &[u128]) -> Result<Coordinates> {
    let width = Width::for_counts(dims.iter().copied());
    let index = dims
        .iter()
        .zip(strides)
        .map(|(&n, &stride)| {
            let (n, stride) = (n as u128, stride.max(1));
            let index = |k: &K| (k.number() / stride % n) as usize;
            Ok(with_width!(width, I => I::erase(
                listed("coordinates", keys.iter().map(|k| I::new(index(k))))?.into())))
        })
        .collect::<Result<_>>()?;
    Coordinates::new_unchecked(dims, keys.len(), index, None)
}

/// The keys that occur, ascending, and for each key its place among them.
pub(super) fn rank<K: Key>(keys: &[K]) -> Result<(Vec<K>, Vec<u64>)> {
    let mut unique: Vec<K> = Vec::new();
    let mut places = filled("rank", 0, keys.len())?;
    let mut place = |key: K, k: usize| -> Result<()> {
        if unique.last() != Some(&key) {
            grow("rank", &mut unique, 1)?;
            unique.push(key);
        }
        places[k] = unique.len() as u64 - 1;
        Ok(())
    };
    if keys.is_sorted() {
        keys.iter().enumerate().try_for_each(|(k, &key)| place(key, k))?;
    } else {
        let pairs = keys.iter().enumerate().map(|(k, &key)| (key, k as u64));
        let mut sorted = listed("rank", pairs)?;
        parallel::sort(&mut sorted);
        sorted.into_iter().try_for_each(|(key, k)| place(key, k as usize))?;
    }
    Ok((unique, places))
}
