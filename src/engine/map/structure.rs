//! The structures that meet in one pass over values: those of the operands, and what becomes of them.

use super::merge::{self, Merged, Side};
use super::positions::{Map, Strided};
use super::step::Mode;
use crate::Result;
use crate::buffer::{Index, collected, filled, listed};
use crate::standard::{Shape, size};
use crate::tensor::{Coordinates, Level, LevelKind, Pattern, Tensor};
use crate::with_width;
use smallvec::{SmallVec, smallvec};
use std::sync::Arc;

/// The way from the leaf positions of one structure to those of another: maps to be applied one after the other.
pub(super) type Path = SmallVec<[usize; 2]>;

/// Which elements a part of the computation stores.
#[derive(Debug, Clone)]
pub(super) struct Structure {
    stored: Stored,
    /// The result's axis of each storage dimension. Axes of length 1 may be stretched; missing ones are.
    pub(super) axes: Shape,
    /// Whether it is an operand's.
    pub(super) inherited: bool,
    /// Whether every element is stored.
    pub(super) full: bool,
}

#[derive(Debug, Clone)]
enum Stored {
    Pattern(Arc<Pattern>),
    /// What a join makes, which is not written down yet: so many leaf positions.
    Join(usize, usize),
}

/// Two structures that became one.
#[derive(Debug, Clone)]
pub(super) struct Joined {
    pub(super) structure: usize,
    /// From it to both.
    pub(super) paths: [Path; 2],
}

/// A join that was asked for: how, and of which structures.
type Asked = (Mode, usize, usize);

/// A join whose maps are not written down: they are computed tile by tile with the values, or when they are needed.
struct Join {
    /// It is large, and moved often.
    merged: Box<Merged>,
    structure: usize,
    /// The maps to the sides, of those that have one.
    maps: [Option<usize>; 2],
}

/// Where the values of a register are, for the positions of the program.
pub(super) struct Places {
    /// The side of the join that is computed with the values; `None`: the positions of the program itself.
    pub(super) side: Option<usize>,
    /// From there.
    pub(super) then: Option<Map>,
}

/// All structures of a pass, and the maps between their leaf positions.
pub(super) struct Structures<'a> {
    list: SmallVec<[Structure; 3]>,
    maps: SmallVec<[Map; 2]>,
    joins: SmallVec<[Option<Join>; 1]>,
    joined: SmallVec<[(Asked, Joined); 1]>,
    composed: Vec<(Path, Map)>,
    /// The order of the result's axes that structures are merged in.
    target: Shape,
    /// Asked before a structure grows beyond those that it comes from, with the number of its positions.
    allow: &'a dyn Fn(usize) -> Result<()>,
}

impl<'a> Structures<'a> {
    pub(super) fn new(target: Shape, allow: &'a dyn Fn(usize) -> Result<()>) -> Self {
        let (list, maps, joined) = (SmallVec::new(), SmallVec::new(), SmallVec::new());
        Self { list, maps, joins: SmallVec::new(), joined, composed: vec![], target, allow }
    }

    pub(super) fn get(&self, structure: usize) -> &Structure {
        &self.list[structure]
    }

    /// The number of leaf positions.
    pub(super) fn stored(&self, structure: usize) -> usize {
        match &self.list[structure].stored {
            Stored::Pattern(pattern) => pattern.stored(),
            Stored::Join(_, stored) => *stored,
        }
    }

    /// The pattern, which is written down now if it was not yet.
    pub(super) fn pattern(&mut self, structure: usize) -> Result<Arc<Pattern>> {
        if let Stored::Join(join, _) = self.list[structure].stored {
            self.write_down(join)?;
        }
        match &self.list[structure].stored {
            Stored::Pattern(pattern) => Ok(Arc::clone(pattern)),
            Stored::Join(..) => unreachable!("written down above"),
        }
    }

    /// The lengths of the storage dimensions.
    fn dims(&self, structure: usize) -> &[usize] {
        match &self.list[structure].stored {
            Stored::Pattern(pattern) => pattern.dims(),
            Stored::Join(join, _) => {
                let join = self.joins[*join].as_ref().expect("not written down yet");
                join.merged.dims()
            }
        }
    }

    /// A join that the positions of a structure can be computed with, if there is one: that which makes it, else one that
    /// looks up what another structure has for them.
    pub(super) fn open_join(&self, structure: usize) -> Option<usize> {
        let of = |join: &Option<Join>| join.as_ref().is_some_and(|j| j.structure == structure);
        self.joins.iter().position(of)
    }

    /// Takes an open join, for its last level to be written with values.
    pub(super) fn take_join(&mut self, join: usize) -> Box<Merged> {
        self.joins[join].take().expect("an open join").merged
    }

    /// The pattern of a structure that a join made, or whose positions it looked up, with the join's last level.
    pub(super) fn joined_pattern(
        &self,
        structure: usize,
        merged: Box<Merged>,
        last: Level,
    ) -> Result<Arc<Pattern>> {
        match &self.list[structure].stored {
            Stored::Pattern(pattern) => Ok(Arc::clone(pattern)),
            Stored::Join(..) => Ok(Arc::new(merged.into_pattern_with(last)?)),
        }
    }

    /// Writes down the maps of a join, and its structure.
    fn write_down(&mut self, join: usize) -> Result<()> {
        let Some(Join { merged, structure, maps }) = self.joins[join].take() else { return Ok(()) };
        let (pattern, places) = merged.into_pattern()?;
        for (map, places) in maps.into_iter().zip(places) {
            if let Some(map) = map {
                self.maps[map] = places.into();
            }
        }
        if let Stored::Join(..) = self.list[structure].stored {
            self.list[structure].stored = Stored::Pattern(Arc::new(pattern));
        }
        Ok(())
    }

    /// The structure of an operand of a result of `ndim` dimensions.
    pub(super) fn operand(&mut self, tensor: &Tensor, ndim: usize) -> usize {
        let offset = ndim - tensor.ndim();
        let axes: Shape = tensor.order().iter().map(|a| a + offset).collect();
        let full = tensor.stored() == tensor.meta().size();
        self.add(Arc::clone(tensor.pattern()), axes, full, true)
    }

    /// Adds a structure, if there is no equal one.
    fn add(&mut self, pattern: Arc<Pattern>, axes: Shape, full: bool, inherited: bool) -> usize {
        let same = |s: &Structure| match &s.stored {
            Stored::Pattern(own) => {
                s.axes == axes && (Arc::ptr_eq(own, &pattern) || equal(own, &pattern))
            }
            Stored::Join(..) => false,
        };
        if let Some(found) = self.list.iter().position(same) {
            return found;
        }
        self.list.push(Structure { stored: Stored::Pattern(pattern), axes, inherited, full });
        self.list.len() - 1
    }

    fn add_map(&mut self, map: impl Into<Map>) -> Path {
        self.maps.push(map.into());
        smallvec![self.maps.len() - 1]
    }

    /// Merges two structures that differ.
    pub(super) fn join(&mut self, mode: Mode, left: usize, right: usize) -> Result<Joined> {
        let key = (mode, left, right);
        if let Some((_, joined)) = self.joined.iter().find(|(k, _)| *k == key) {
            return Ok(joined.clone());
        }
        let swapped = |joined: Joined| {
            let [a, b] = joined.paths;
            Joined { paths: [b, a], ..joined }
        };
        // Where one side stores everything, the structure of one of both is that of the result.
        let [l, r] = [left, right].map(|s| self.list[s].full);
        let joined = match mode {
            Mode::Union if l && self.covers(left, right)? => self.left(left, right)?,
            Mode::Union if r && self.covers(right, left)? => swapped(self.left(right, left)?),
            Mode::Intersection if r => self.left(left, right)?,
            Mode::Intersection if l => swapped(self.left(right, left)?),
            Mode::Left => self.left(left, right)?,
            Mode::Union | Mode::Intersection => self.merge(mode, left, right)?,
        };
        self.joined.push((key, joined.clone()));
        Ok(joined)
    }

    /// Whether the first has every dimension of both in full length, and levels that may be taken over.
    fn covers(&mut self, left: usize, right: usize) -> Result<bool> {
        let kinds_stay = self.pattern(left)?.kinds().all(|k| k != LevelKind::Runs);
        let [l, r] = [&self.list[left].axes, &self.list[right].axes];
        let (own, dims) = (self.dims(left), self.dims(right));
        let stretched = r.iter().zip(dims).any(|(axis, &n)| {
            l.iter().position(|a| a == axis).is_none_or(|k| own[k] != n && n != 1)
        });
        Ok(!stretched && kinds_stay)
    }

    /// A result that stores what the left one stores: where nothing stretches, with its very pattern.
    fn left(&mut self, left: usize, right: usize) -> Result<Joined> {
        if !self.covers(left, right)? {
            return self.merge(Mode::Left, left, right);
        }
        let [l, r] = [self.pattern(left)?, self.pattern(right)?];
        if l.is_dense() && r.is_dense() {
            let map = strided(&self.list[left].axes, l.dims(), &r, &self.list[right].axes);
            let path = self.add_map(map);
            return Ok(Joined { structure: left, paths: [Path::new(), path] });
        }
        let axes = self.list[left].axes.clone();
        let chain = l.compressed()?;
        let ((pattern, right_axes), below) = self.ordered(right, &axes)?;
        let (_, dims, levels) = merge::align(&axes, [(&chain, &axes), (&pattern, &right_axes)]);
        let [left_side, right_side] = [
            Side { pattern: &chain, levels: &levels[0] },
            Side { pattern: &pattern, levels: &levels[1] },
        ];
        // The leaf positions of the merged structure are those of the left one.
        let merged = Merged::new(Mode::Left, &dims, left_side, right_side, &|_| Ok(()))?.into();
        let [_, mut path] = self.add_join(merged, left, [false, true]);
        path.extend(below);
        Ok(Joined { structure: left, paths: [Path::new(), path] })
    }

    fn merge(&mut self, mode: Mode, left: usize, right: usize) -> Result<Joined> {
        let target = self.target.clone();
        let ((l, l_axes), l_below) = self.ordered(left, &target)?;
        let ((r, r_axes), r_below) = self.ordered(right, &target)?;
        let (axes, dims, levels) = merge::align(&target, [(&l, &l_axes), (&r, &r_axes)]);
        let side = |pattern, k: usize| Side { pattern, levels: &levels[k] };
        let merged: Box<_> = Merged::new(mode, &dims, side(&l, 0), side(&r, 1), self.allow)?.into();
        let (structure, stored) = (self.list.len(), merged.len());
        let has_runs = merged.has_runs();
        let full = !has_runs && stored as u128 == size(&dims);
        let stored = Stored::Join(self.joins.len(), stored);
        self.list.push(Structure { stored, axes, inherited: false, full });
        let [left, right] = self.add_join(merged, structure, [true, true]);
        if has_runs {
            let pattern = self.pattern(structure)?;
            self.list[structure].full = pattern.count() == size(&dims);
        }
        let paths = [(left, l_below), (right, r_below)].map(|(mut path, below)| {
            path.extend::<Path>(below);
            path
        });
        Ok(Joined { structure, paths })
    }

    /// Adds a join that gives the positions of a structure, and the maps to those of its sides that have one.
    fn add_join(&mut self, merged: Box<Merged>, structure: usize, has: [bool; 2]) -> [Path; 2] {
        let join = self.joins.len();
        let mut maps = [None; 2];
        let paths = [0, 1].map(|side| {
            if !has[side] {
                return Path::new();
            }
            let path = self.add_map(Map::Joined { join, side });
            maps[side] = path.first().copied();
            path
        });
        self.joins.push(Some(Join { merged, structure, maps }));
        paths
    }

    /// The part of a structure at some leaf positions, as a structure of its own.
    pub(super) fn part(&mut self, structure: usize, positions: &[usize]) -> Result<usize> {
        let pattern = self.pattern(structure)?;
        let coordinates = self.listed(&pattern)?;
        let mut keep = filled("map", false, pattern.stored())?;
        positions.iter().for_each(|&p| keep[p] = true);
        let leaf = |c: usize| coordinates.child().map_or(c, |child| child.get(c));
        let kept = (0..coordinates.len()).filter(|&c| keep[leaf(c)]);
        let kept = collected("map", positions.len(), kept)?;
        let index = coordinates.index().iter().map(|column| {
            with_width!(column.width(), I => {
                let column = column.as_slice::<I>().expect("own width");
                Ok(I::erase(listed("map", kept.iter().map(|&c| column[c]))?.into()))
            })
        });
        let (index, dims) = (index.collect::<Result<_>>()?, coordinates.dims());
        let coordinates = Coordinates::new_unchecked(dims, kept.len(), index, None)?;
        let kinds = vec![LevelKind::Sparse; dims.len()];
        let (pattern, _) = Pattern::from_coordinates(&coordinates, &kinds)?;
        let (stored, axes) =
            (Stored::Pattern(Arc::new(pattern)), self.list[structure].axes.clone());
        self.list.push(Structure { stored, axes, inherited: false, full: false });
        Ok(self.list.len() - 1)
    }

    /// The coordinates of a pattern, which in runs can be far more than positions.
    fn listed(&self, pattern: &Pattern) -> Result<Coordinates> {
        if pattern.count() > pattern.stored() as u128 {
            (self.allow)(usize::try_from(pattern.count()).unwrap_or(usize::MAX))?;
        }
        pattern.coordinates()
    }

    /// The compressed pattern of a structure with its axes in the order of `target`, and the way from there to it.
    fn ordered(
        &mut self,
        structure: usize,
        target: &[usize],
    ) -> Result<((Arc<Pattern>, Shape), Path)> {
        let pattern = self.pattern(structure)?;
        let axes = &self.list[structure].axes;
        let wanted: Shape = target.iter().copied().filter(|a| axes.contains(a)).collect();
        if *axes == wanted {
            return Ok(((pattern.compressed()?, wanted), Path::new()));
        }
        // Storage dimension of each axis wanted.
        let place = |axis: &usize| axes.iter().position(|a| a == axis).expect("one of its axes");
        let order: Shape = wanted.iter().map(place).collect();
        let (pattern, map) = if pattern.is_dense() && pattern.stored() > 0 {
            let dims: Shape = order.iter().map(|&d| pattern.dims()[d]).collect();
            let map = strided(&wanted, &dims, &pattern, axes);
            let levels = vec![Level::Dense; dims.len()];
            (Pattern::new_unchecked(dims, levels)?, Some(Map::from(map)))
        } else {
            let coordinates = self.listed(&pattern)?.permuted(&order)?;
            let kinds = vec![LevelKind::Sparse; order.len()];
            let (sorted, placement) = Pattern::from_coordinates(&coordinates, &kinds)?;
            (sorted, placement.source.map(Map::from))
        };
        let path = map.map_or_else(Path::new, |map| self.add_map(map));
        Ok(((Arc::new(pattern), wanted), path))
    }

    /// Where the values are that lie at the end of a path, for a program whose positions are those of an open join, or of
    /// a structure. The maps of all other joins on the path are written down.
    pub(super) fn places(&mut self, path: &Path, open: Option<usize>) -> Result<Places> {
        for &map in path {
            if let Map::Joined { join, .. } = self.maps[map]
                && Some(join) != open
            {
                self.write_down(join)?;
            }
        }
        match path.split_first() {
            None => Ok(Places { side: None, then: None }),
            Some((&first, rest)) => match self.maps[first] {
                Map::Joined { side, .. } => {
                    Ok(Places { side: Some(side), then: self.compose(rest)? })
                }
                _ => Ok(Places { side: None, then: self.compose(path)? }),
            },
        }
    }

    /// The map of a whole path, if it leads anywhere.
    fn compose(&mut self, path: &[usize]) -> Result<Option<Map>> {
        let Some((first, rest)) = path.split_first() else { return Ok(None) };
        if rest.is_empty() {
            return Ok(Some(self.maps[*first].clone()));
        }
        if let Some((_, map)) = self.composed.iter().find(|(p, _)| **p == *path) {
            return Ok(Some(map.clone()));
        }
        let first = self.maps[*first].clone();
        let map = rest.iter().try_fold(first, |from, &map| from.then(&self.maps[map]))?;
        self.composed.push((path.into(), map.clone()));
        Ok(Some(map))
    }
}

/// Whether two patterns are the same without being shared: counts first, arrays only then.
fn equal(a: &Pattern, b: &Pattern) -> bool {
    a.stored() == b.stored() && a.dims() == b.dims() && a.kinds().eq(b.kinds()) && a == b
}

/// Dense positions of these axes and dimensions, in a dense pattern that may lack axes or stretch.
fn strided(axes: &[usize], dims: &[usize], pattern: &Pattern, pattern_axes: &[usize]) -> Strided {
    let mut strides: Shape = smallvec![0; axes.len()];
    let mut stride = 1;
    for (axis, &n) in pattern_axes.iter().zip(pattern.dims()).rev() {
        let place = axes.iter().position(|a| a == axis).expect("one of the result's axes");
        strides[place] = if n == 1 { 0 } else { stride };
        stride *= n;
    }
    Strided { dims: dims.into(), strides }
}
