//! The structure of a result from those of two operands, level by level.
//!
//! Nothing here knows the function that is computed, or a data type. Going down, every fiber of the result has a
//! pair of fibers, one of each operand or `NONE`; a level pairs their children:
//!
//! ```text
//!  left    0:{1,3}  1:{0}        result of a union    0:{1,2,3}      1:{0}
//!  right   0:{2,3}  1:{}         left child             0 - 1          2
//!                                right child            - 0 1          -
//! ```
//!
//! After the last level the pairs say where each stored value of the result comes from. An axis of length 1 against a
//! longer one, or one that an operand lacks, is *stretched*: the operand has the same child for every index, and
//! nothing of it is repeated.

use super::fiber::{Fiber, List, Pick, count_runs, write_runs};
use crate::buffer::{Index, Indices, Width, filled, reserve};
use crate::parallel;
use crate::standard::Shape;
use crate::tensor::{Level, Pattern};
use crate::{Result, with_width};
use smallvec::SmallVec;

/// Which elements a result of two operands stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Those that either operand stores.
    Union,
    /// Those that the left one stores.
    Left,
    /// Those that both store.
    Intersection,
}

/// The structure of a result, and where its values come from.
pub(super) struct Merged {
    pub(super) pattern: Pattern,
    /// For each leaf position of the result that of the left operand, or `NONE`.
    pub(super) left: Indices,
    /// For each leaf position of the result that of the right operand, or `NONE`.
    pub(super) right: Indices,
}

/// An operand: a compressed pattern, and which of its levels belongs to each dimension of the result.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) pattern: &'a Pattern,
    pub(super) levels: &'a [Option<usize>],
}

/// Parents of one parallel piece of work.
const TILE: usize = 1024;
/// Positions below which a level is written on one thread.
const PARALLEL: usize = 1 << 14;

impl Side<'_> {
    /// The number of positions after the level of a dimension.
    fn positions(&self, dim: usize) -> usize {
        let above = self.levels[..=dim].iter().rev().find_map(|l| *l);
        above.map_or(1, |l| self.pattern.positions(l))
    }

    /// An upper bound on the positions of the result that come from it.
    fn bound(&self, dims: &[usize]) -> usize {
        let (mut most, mut repeated) = (1_usize, 1_usize);
        for (k, &n) in dims.iter().enumerate() {
            let spread = match self.levels[k].map(|l| (l, &self.pattern.levels()[l])) {
                None => true,
                Some((_, Level::Runs { .. })) => true,
                Some((l, _)) => self.pattern.dims()[l] < n,
            };
            if spread {
                repeated = repeated.saturating_mul(n.max(1));
            }
            most = most.max(self.positions(k).saturating_mul(repeated));
        }
        most
    }
}

/// Merges two operands of a result of dimensions `dims`. `allow` is asked before a level is built that has more
/// positions than those of both operands.
pub(super) fn merge(
    mode: Mode,
    dims: &[usize],
    left: Side<'_>,
    right: Side<'_>,
    allow: &dyn Fn(usize) -> Result<()>,
) -> Result<Merged> {
    with_width!(width(dims, &[left, right]), I => {
        let mut levels = Vec::with_capacity(dims.len());
        let mut parents = [vec![I::new(0)], vec![I::new(0)]];
        for (k, &n) in dims.iter().enumerate() {
            let arrays = [Arrays::<I>::of(&left, k)?, Arrays::of(&right, k)?];
            let step = Step { mode, n, views: [arrays[0].view(n), arrays[1].view(n)], parents };
            let level;
            let known = left.positions(k).saturating_add(right.positions(k));
            (level, parents) = step.run(&|total| if total > known { allow(total) } else { Ok(()) })?;
            levels.push(level);
        }
        let [left, right] = parents.map(Indices::from);
        Ok(Merged { pattern: Pattern::new_unchecked(dims, levels)?, left, right })
    })
}

/// For each leaf position of `left` that of `right` at the same coordinate, or `NONE`. `left` has every dimension in
/// full length, and no runs.
///
/// # Errors
/// If the memory cannot be had.
pub(super) fn follow(dims: &[usize], left: Side<'_>, right: Side<'_>) -> Result<Indices> {
    with_width!(width(dims, &[left, right]), I => {
        let mut parents = vec![I::new(0)];
        for (k, &n) in dims.iter().enumerate() {
            let arrays = [Arrays::<I>::of(&left, k)?, Arrays::of(&right, k)?];
            let [leader, follower] = [arrays[0].view(n), arrays[1].view(n)];
            let mut children = filled("map", I::NONE, left.positions(k))?;
            let fiber = |p: usize| leader.fiber(I::new(p));
            let total = children.len();
            let tiles = tiles(parents.len(), |p| match fiber(p) {
                Fiber::List(list) => list.idx.len(),
                _ => n,
            }, [&mut children]);
            for_tiles(tiles, total, |tile| {
                let [mut out] = tile.out;
                for p in tile.parents {
                    let (leading, following) = (fiber(p), follower.fiber(parents[p]));
                    match leading {
                        Fiber::List(list) => following.at(list.idx, take(&mut out, list.idx.len())),
                        _ => following.all(take(&mut out, n)),
                    }
                }
            });
            parents = children;
        }
        Ok(Indices::from(parents))
    })
}

/// The width for all positions of a result.
fn width(dims: &[usize], sides: &[Side<'_>]) -> Width {
    let bound = sides.iter().fold(0_usize, |sum, s| sum.saturating_add(s.bound(dims)));
    let own = sides.iter().map(|s| s.pattern.width());
    own.fold(Width::for_counts(dims.iter().copied().chain([bound])), Width::max)
}

/// The arrays of one level of an operand, in the width of the merge.
enum Arrays<I> {
    /// The operand lacks the dimension.
    Absent,
    Dense(usize),
    Sparse(usize, [Typed<I>; 2]),
    Runs(usize, [Typed<I>; 2]),
}

/// Indices known to be of the width of `I`.
struct Typed<I>(Indices, std::marker::PhantomData<I>);

impl<I: Index> Typed<I> {
    fn new(indices: &Indices) -> Result<Self> {
        Ok(Self(indices.to_width(I::WIDTH)?, std::marker::PhantomData))
    }
    fn slice(&self) -> &[I] {
        self.0.as_slice().expect("converted to this width")
    }
}

/// One level of an operand.
#[derive(Clone, Copy)]
struct View<'a, I> {
    kind: Kind<'a, I>,
    /// Whether it has one child for all indices.
    stretched: bool,
}

#[derive(Clone, Copy)]
enum Kind<'a, I> {
    Absent,
    Dense(usize),
    Sparse(&'a [I], &'a [I]),
    Runs(&'a [I], &'a [I]),
}

impl<I: Index> Arrays<I> {
    fn of(side: &Side<'_>, dim: usize) -> Result<Self> {
        let Some(l) = side.levels[dim] else { return Ok(Self::Absent) };
        let n = side.pattern.dims()[l];
        let typed = |a, b| Ok::<_, crate::Error>([Typed::new(a)?, Typed::new(b)?]);
        Ok(match &side.pattern.levels()[l] {
            Level::Dense => Self::Dense(n),
            Level::Sparse { ptr, idx } => Self::Sparse(n, typed(ptr, idx)?),
            Level::Runs { ptr, ends } => Self::Runs(n, typed(ptr, ends)?),
            Level::Coo { .. } | Level::Bitmap { .. } => unreachable!("a compressed pattern"),
        })
    }

    fn view(&self, n: usize) -> View<'_, I> {
        match self {
            Self::Absent => View { kind: Kind::Absent, stretched: true },
            Self::Dense(own) => View { kind: Kind::Dense(*own), stretched: *own != n },
            Self::Sparse(own, [ptr, idx]) => {
                View { kind: Kind::Sparse(ptr.slice(), idx.slice()), stretched: *own != n }
            }
            Self::Runs(own, [ptr, ends]) => {
                View { kind: Kind::Runs(ptr.slice(), ends.slice()), stretched: *own != n }
            }
        }
    }
}

impl<'a, I: Index> View<'a, I> {
    /// Whether every fiber of a parent that is there stores all indices.
    fn is_full(&self) -> bool {
        !matches!(self.kind, Kind::Sparse(..))
    }

    fn is_runs(&self) -> bool {
        matches!(self.kind, Kind::Runs(..)) && !self.stretched
    }

    /// Whether its fibers consist of runs, be it one.
    fn is_piecewise(&self) -> bool {
        self.stretched || self.is_runs()
    }

    fn fiber(&self, parent: I) -> Fiber<'a, I> {
        if parent == I::NONE {
            return Fiber::Empty;
        }
        let p = parent.get();
        match self.kind {
            Kind::Absent => Fiber::Same(p),
            Kind::Dense(n) if self.stretched => Fiber::Same(p * n),
            Kind::Dense(n) => Fiber::Each(p * n),
            Kind::Sparse(ptr, idx) | Kind::Runs(ptr, idx) => {
                let (first, end) = (ptr[p].get(), ptr[p + 1].get());
                let list = List { idx: &idx[first..end], first };
                match self.kind {
                    _ if self.stretched && list.idx.is_empty() => Fiber::Empty,
                    _ if self.stretched => Fiber::Same(first),
                    Kind::Runs(..) => Fiber::Runs(list),
                    _ => Fiber::List(list),
                }
            }
        }
    }
}

/// The kinds of level that a merge builds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Built {
    Dense,
    Sparse,
    Runs,
}

/// One level of a merge.
struct Step<'a, I> {
    mode: Mode,
    n: usize,
    views: [View<'a, I>; 2],
    parents: [Vec<I>; 2],
}

impl<I: Index> Step<'_, I> {
    fn run(&self, allow: &dyn Fn(usize) -> Result<()>) -> Result<(Level, [Vec<I>; 2])> {
        let (built, count) = (self.built(), self.parents[0].len());
        if built == Built::Dense {
            let total = count.saturating_mul(self.n);
            allow(total)?;
            let mut left = filled("map", I::NONE, total)?;
            let mut right = filled("map", I::NONE, total)?;
            let tiles = tiles(count, |_| self.n, [&mut left, &mut right]);
            for_tiles(tiles, total, |mut tile| {
                for p in tile.parents {
                    for (fiber, out) in self.fibers(p).into_iter().zip(&mut tile.out) {
                        fiber.all(take(out, self.n));
                    }
                }
            });
            return Ok((Level::Dense, [left, right]));
        }
        let count_of = |p: usize| match built {
            Built::Runs => count_runs(self.fibers(p), self.n),
            _ => self.pick(self.fibers(p)).count(self.n),
        };
        let mut counts = filled("map", 0, count)?;
        parallel::for_each_chunk(&mut counts, TILE, |tile, counts| {
            for (p, count) in (tile * TILE..).zip(counts) {
                *count = count_of(p);
            }
        });
        let mut total = 0_usize;
        let mut ptr = reserve("map", count as u128 + 1)?;
        ptr.push(I::new(0));
        for &c in &counts {
            total = total.saturating_add(c);
            ptr.push(if total < I::NONE.get() { I::new(total) } else { I::NONE });
        }
        allow(total)?;
        let mut idx = filled("map", I::default(), total)?;
        let mut left = filled("map", I::NONE, total)?;
        let mut right = filled("map", I::NONE, total)?;
        let tiles = tiles(count, |p| counts[p], [&mut idx, &mut left, &mut right]);
        for_tiles(tiles, total, |tile| {
            let [mut idx, mut left, mut right] = tile.out;
            for p in tile.parents {
                let c = counts[p];
                let (fibers, idx) = (self.fibers(p), take(&mut idx, c));
                let out = [take(&mut left, c), take(&mut right, c)];
                match built {
                    Built::Runs => write_runs(fibers, self.n, idx, out),
                    _ => self.pick(fibers).write(fibers, idx, out),
                }
            }
        });
        let [ptr, idx] = [ptr, idx].map(|array| I::erase(array.into()));
        let level = match built {
            Built::Runs => Level::Runs { ptr, ends: idx },
            _ => Level::Sparse { ptr, idx },
        };
        Ok((level, [left, right]))
    }

    /// The kind of level that holds the result without storing more than it must.
    fn built(&self) -> Built {
        let [left, right] = &self.views;
        let there = |k: usize| !self.parents[k].contains(&I::NONE);
        let full = match self.mode {
            Mode::Left => left.is_full(),
            Mode::Intersection => left.is_full() && right.is_full(),
            Mode::Union => {
                left.is_full() && right.is_full()
                    || left.is_full() && there(0)
                    || right.is_full() && there(1)
            }
        };
        let runs = self.views.iter().any(View::is_runs);
        match (full, runs && self.views.iter().all(View::is_piecewise)) {
            (true, true) => Built::Runs,
            (true, false) => Built::Dense,
            (false, _) => Built::Sparse,
        }
    }

    fn fibers(&self, p: usize) -> [Fiber<'_, I>; 2] {
        [self.views[0].fiber(self.parents[0][p]), self.views[1].fiber(self.parents[1][p])]
    }

    fn pick<'f>(&self, fibers: [Fiber<'f, I>; 2]) -> Pick<'f, I> {
        use Fiber::{Empty, List};
        match (self.mode, fibers) {
            (Mode::Left | Mode::Union, [List(x), Empty]) | (Mode::Left, [List(x), _]) => {
                Pick::List(x.idx)
            }
            (Mode::Union, [Empty, List(y)]) => Pick::List(y.idx),
            (Mode::Union, [List(x), List(y)]) => Pick::Union([x, y]),
            (Mode::Intersection, [List(x), List(y)]) => Pick::Intersection([x, y]),
            (Mode::Union, [Empty, Empty])
            | (Mode::Left, [Empty, _])
            | (Mode::Intersection, [Empty, _] | [_, Empty]) => Pick::None,
            (Mode::Intersection, [List(list), _] | [_, List(list)]) => Pick::List(list.idx),
            _ => Pick::All,
        }
    }
}

/// The parents of one piece of work, and its parts of the arrays that are written.
struct Tile<'a, I, const N: usize> {
    parents: std::ops::Range<usize>,
    out: [&'a mut [I]; N],
}

/// Cuts arrays at the same parents, each of which owns so many entries.
fn tiles<'a, I, const N: usize>(
    parents: usize,
    count: impl Fn(usize) -> usize,
    arrays: [&'a mut Vec<I>; N],
) -> Vec<Tile<'a, I, N>> {
    let mut rest = arrays.map(|a| a.as_mut_slice());
    (0..parents)
        .step_by(TILE)
        .map(|start| {
            let parents = start..parents.min(start + TILE);
            let entries = parents.clone().map(&count).sum();
            let mut out = SmallVec::<[&'a mut [I]; N]>::new();
            rest.iter_mut().for_each(|r| out.push(take(r, entries)));
            Tile { parents, out: out.into_inner().ok().expect("one part of each array") }
        })
        .collect()
}

fn for_tiles<I: Send, const N: usize>(
    tiles: Vec<Tile<'_, I, N>>,
    total: usize,
    run: impl Fn(Tile<'_, I, N>) + Sync,
) {
    if total < PARALLEL {
        tiles.into_iter().for_each(run);
    } else {
        parallel::for_each(tiles, run);
    }
}

/// The first entries of a slice, which keeps the others.
fn take<'a, I>(slice: &mut &'a mut [I], count: usize) -> &'a mut [I] {
    let (first, rest) = std::mem::take(slice).split_at_mut(count);
    *slice = rest;
    first
}

/// The dimensions of the result of two operands whose storage dimensions are those axes, both in the order of
/// `target`, and for each which levels of the operands belong to it.
pub(super) fn align(
    target: &[usize],
    sides: [(&Pattern, &[usize]); 2],
) -> (Shape, Shape, [SmallVec<[Option<usize>; 4]>; 2]) {
    let (mut axes, mut dims) = (Shape::new(), Shape::new());
    let mut levels = [SmallVec::new(), SmallVec::new()];
    for &axis in target {
        let found = sides.map(|(_, axes)| axes.iter().position(|&a| a == axis));
        let lengths = [0, 1].map(|s| found[s].map_or(1, |l| sides[s].0.dims()[l]));
        if found == [None, None] {
            continue;
        }
        axes.push(axis);
        dims.push(if lengths[0] == 1 { lengths[1] } else { lengths[0] });
        levels[0].push(found[0]);
        levels[1].push(found[1]);
    }
    (axes, dims, levels)
}
