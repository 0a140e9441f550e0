//! One level of a merge: the children of every pair of fibers, counted first and then written, tile by tile.

use super::fiber::{Fiber, List, Pick, count_runs, write_runs};
use crate::Result;
use crate::buffer::{Index, Indices, filled, reserve, zeroed};
use crate::parallel;
use crate::tensor::Level;
use smallvec::SmallVec;
use std::ops::Range;

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

/// For each position of a result those of both operands, or `NONE`.
pub(super) type Pairs<I> = [SmallVec<[I; 2]>; 2];

/// Indices that are looked at in one tile: few enough for all that is known of them to stay in the cache.
const TILE: usize = 8 * 1024;

/// The arrays of one level of an operand, in the width of the merge.
pub(super) enum Arrays<I> {
    /// The operand lacks the dimension.
    Absent,
    Dense(usize),
    Sparse(usize, [Typed<I>; 2]),
    Runs(usize, [Typed<I>; 2]),
}

/// Indices known to be of the width of `I`.
pub(super) struct Typed<I>(Indices, std::marker::PhantomData<I>);

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
    /// Of a level and the length of its dimension.
    pub(super) fn of(level: Option<(&Level, usize)>) -> Result<Self> {
        let Some((level, n)) = level else { return Ok(Self::Absent) };
        let typed = |a, b| Ok::<_, crate::Error>([Typed::new(a)?, Typed::new(b)?]);
        Ok(match level {
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Built {
    Dense,
    Sparse,
    Runs,
}

/// One piece of work: some parents, or a window of the indices of one whose fibers are long.
#[derive(Debug, Clone)]
pub(super) struct Tile {
    parents: Range<usize>,
    window: Range<usize>,
    /// The positions of the result that are written.
    pub(super) children: Range<usize>,
}

/// Of what is small there is one.
type Tiles = SmallVec<[Tile; 1]>;

/// One level of a merge, counted.
pub(super) struct Step<I> {
    mode: Mode,
    n: usize,
    arrays: [Arrays<I>; 2],
    parents: Pairs<I>,
    built: Built,
    /// For each parent, and the end, its first child; none of a dense level.
    ptr: Vec<I>,
    tiles: Tiles,
    len: usize,
}

impl<I: Index> Step<I> {
    /// Counts a level of length `n` below pairs of parents.
    pub(super) fn new(
        mode: Mode,
        n: usize,
        arrays: [Arrays<I>; 2],
        parents: Pairs<I>,
    ) -> Result<Self> {
        let (built, ptr, tiles) = (Built::Dense, Vec::new(), Tiles::new());
        let mut step = Self { mode, n, arrays, parents, built, ptr, tiles, len: 0 };
        step.built = step.built();
        step.tiles = step.cut()?;
        step.count()?;
        Ok(step)
    }

    /// The number of positions after the level, [`usize::MAX`] if they cannot be counted.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_runs(&self) -> bool {
        self.built == Built::Runs
    }

    pub(super) fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// How many positions each tile writes.
    pub(super) fn lengths(&self) -> impl ExactSizeIterator<Item = usize> {
        self.tiles.iter().map(|tile| tile.children.len())
    }

    /// The part of the indices that each tile writes: none of a level that has none.
    pub(super) fn cut_indices<'i>(
        &self,
        idx: &'i mut [I],
    ) -> impl ExactSizeIterator<Item = &'i mut [I]> {
        let is_dense = self.built == Built::Dense;
        parallel::cut(idx, self.lengths().map(move |len| if is_dense { 0 } else { len }))
    }

    fn views(&self) -> [View<'_, I>; 2] {
        self.arrays.each_ref().map(|a| a.view(self.n))
    }

    /// The kind of level that holds the result without storing more than it must.
    fn built(&self) -> Built {
        let views = self.views();
        let [left, right] = &views;
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
        let runs = views.iter().any(View::is_runs);
        match (full, runs && views.iter().all(View::is_piecewise)) {
            (true, true) => Built::Runs,
            (true, false) => Built::Dense,
            (false, _) => Built::Sparse,
        }
    }

    fn fibers<'f>(&self, [left, right]: [View<'f, I>; 2], p: usize) -> [Fiber<'f, I>; 2] {
        [left.fiber(self.parents[0][p]), right.fiber(self.parents[1][p])]
    }

    /// Which indices of a window two fibers make.
    fn pick<'f>(&self, fibers: [Fiber<'f, I>; 2]) -> Pick<'f, I> {
        use Fiber::{Empty, List};
        if self.built == Built::Dense {
            return Pick::All;
        }
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

    /// Tiles of about equally many indices to look at. They depend on the data alone.
    fn cut(&self) -> Result<Tiles> {
        let (count, n) = (self.parents[0].len(), self.n);
        let tile = |parents, window| Tile { parents, window, children: 0..0 };
        let mut tiles = Tiles::new();
        if self.built == Built::Dense && n < TILE {
            let each = TILE / n.max(1);
            let starts = (0..count).step_by(each);
            tiles.extend(starts.map(|p| tile(p..count.min(p + each), 0..n)));
            return Ok(tiles);
        }
        // Each parent has at most both fibers to look at, which is little: no need to count.
        if count.saturating_mul(n.saturating_mul(2).saturating_add(1)) < TILE {
            tiles.extend((count > 0).then(|| tile(0..count, 0..n)));
            return Ok(tiles);
        }
        let (views, mut start, mut sum) = (self.views(), 0, 0);
        for p in 0..count {
            let fibers = self.fibers(views, p);
            let (work, longest) = match self.built {
                Built::Runs => (count_runs(fibers, n), None),
                _ => self.pick(fibers).work(n),
            };
            if work >= 2 * TILE && self.built != Built::Runs {
                if start < p {
                    tiles.push(tile(start..p, 0..n));
                }
                let pieces = work / TILE;
                let bound = |k: usize| match (k, longest) {
                    (0, _) => 0,
                    (k, _) if k == pieces => n,
                    (k, Some(list)) => list[part(list.len(), k, pieces)].get(),
                    (k, None) => part(n, k, pieces),
                };
                tiles.extend((0..pieces).map(|k| tile(p..p + 1, bound(k)..bound(k + 1))));
                (start, sum) = (p + 1, 0);
                continue;
            }
            sum += work + 1;
            if sum >= TILE {
                tiles.push(tile(start..p + 1, 0..n));
                (start, sum) = (p + 1, 0);
            }
        }
        if start < count {
            tiles.push(tile(start..count, 0..n));
        }
        Ok(tiles)
    }

    /// Counts the children of every parent.
    fn count(&mut self) -> Result<()> {
        if self.built == Built::Dense {
            let mut start = 0_usize;
            let mut tiles = std::mem::take(&mut self.tiles);
            for tile in &mut tiles {
                let end =
                    start.saturating_add(tile.parents.len().saturating_mul(tile.window.len()));
                tile.children = start..end;
                start = end;
            }
            (self.tiles, self.len) = (tiles, start);
            return Ok(());
        }
        let all: usize = self.tiles.iter().map(|tile| tile.parents.len()).sum();
        let mut counts = filled("map", 0_usize, all)?;
        let own = parallel::cut(&mut counts, self.tiles.iter().map(|tile| tile.parents.len()));
        let pieces = self.tiles.iter().zip(own);
        parallel::for_each(pieces, |(tile, counts): (&Tile, &mut [usize])| {
            let views = self.views();
            for (p, count) in tile.parents.clone().zip(counts) {
                *count = match self.built {
                    Built::Runs => count_runs(self.fibers(views, p), self.n),
                    _ => self.pick(self.windowed(views, p, tile)).count(&tile.window),
                };
            }
        });
        let mut ptr = reserve("map", self.parents[0].len() as u128 + 1)?;
        let (mut total, mut counts) = (0_usize, counts.into_iter());
        let mut tiles = std::mem::take(&mut self.tiles);
        let position = |p: usize| if p < I::NONE.get() { I::new(p) } else { I::NONE };
        for tile in &mut tiles {
            let start = total;
            for count in counts.by_ref().take(tile.parents.len()) {
                if tile.window.start == 0 {
                    ptr.push(position(total));
                }
                total = total.saturating_add(count);
            }
            tile.children = start..total;
        }
        ptr.push(position(total));
        (self.tiles, self.ptr, self.len) = (tiles, ptr, total);
        Ok(())
    }

    /// The fibers of a parent within the window of a tile.
    fn windowed<'f>(&self, views: [View<'f, I>; 2], p: usize, tile: &Tile) -> [Fiber<'f, I>; 2] {
        let fibers = self.fibers(views, p);
        if tile.window.len() == self.n { fibers } else { fibers.map(|f| f.within(&tile.window)) }
    }

    /// Writes the children of a tile: their indices (of a level that has them), and the positions that both operands
    /// have for them.
    pub(super) fn write(
        &self,
        tile: &Tile,
        mut idx: &mut [I],
        [mut left, mut right]: [&mut [I]; 2],
    ) {
        let views = self.views();
        for p in tile.parents.clone() {
            let fibers = self.windowed(views, p, tile);
            if self.built == Built::Dense {
                for (fiber, out) in fibers.into_iter().zip([&mut left, &mut right]) {
                    fiber.all(&tile.window, take(out, tile.window.len()));
                }
                continue;
            }
            let count = match tile.parents.len() {
                1 => tile.children.len(),
                _ => self.ptr[p + 1].get() - self.ptr[p].get(),
            };
            let idx = take(&mut idx, count);
            let out = [take(&mut left, count), take(&mut right, count)];
            match self.built {
                Built::Runs => write_runs(fibers, self.n, idx, out),
                _ => self.pick(fibers).write(fibers, &tile.window, idx, out),
            }
        }
    }

    /// The level, whose indices were written where it has any.
    pub(super) fn level(&mut self, idx: Vec<I>) -> Level {
        let erased = |array: Vec<I>| I::erase(array.into());
        let mut ptr = || erased(std::mem::take(&mut self.ptr));
        match self.built {
            Built::Dense => Level::Dense,
            Built::Sparse => Level::Sparse { ptr: ptr(), idx: erased(idx) },
            Built::Runs => Level::Runs { ptr: ptr(), ends: erased(idx) },
        }
    }

    /// Room for the indices of the level.
    pub(super) fn room(&self) -> Result<Vec<I>> {
        zeroed("map", if self.built == Built::Dense { 0 } else { self.len })
    }

    /// The level, and the positions of both operands for all of its children.
    pub(super) fn into_level(mut self) -> Result<(Level, Pairs<I>)> {
        let mut idx = self.room()?;
        let (mut left, mut right) = (zeroed("map", self.len)?, zeroed("map", self.len)?);
        let pairs =
            parallel::cut(&mut left, self.lengths()).zip(parallel::cut(&mut right, self.lengths()));
        let pieces = self.tiles.iter().zip(self.cut_indices(&mut idx)).zip(pairs);
        parallel::for_each(pieces, |((tile, idx), (left, right))| {
            self.write(tile, idx, [left, right]);
        });
        Ok((self.level(idx), [left, right].map(SmallVec::from_vec)))
    }
}

/// The k-th of so many equal parts begins here.
const fn part(len: usize, k: usize, pieces: usize) -> usize {
    (len as u128 * k as u128 / pieces as u128) as usize
}

/// The first entries of a slice, which keeps the others.
fn take<'a, T>(slice: &mut &'a mut [T], count: usize) -> &'a mut [T] {
    slice.split_off_mut(..count).expect("room for what was counted")
}
