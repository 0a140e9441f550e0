//! The structures that meet in one pass over values: those of the operands, and what becomes of them.

use super::merge::{self, Mode, Side};
use super::positions::{Map, Strided};
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
    pub(super) pattern: Arc<Pattern>,
    /// The result's axis of each storage dimension. Axes of length 1 may be stretched; missing ones are.
    pub(super) axes: Shape,
    /// Whether it is an operand's.
    pub(super) inherited: bool,
    /// Whether every element is stored.
    pub(super) full: bool,
}

/// Two structures that became one.
#[derive(Debug, Clone)]
pub(super) struct Joined {
    pub(super) structure: usize,
    /// From it to both.
    pub(super) paths: [Path; 2],
}

/// All structures of a pass, and the maps between their leaf positions.
pub(super) struct Structures<'a> {
    list: Vec<Structure>,
    maps: Vec<Map>,
    joined: Vec<((Mode, usize, usize), Joined)>,
    composed: Vec<(Path, Map)>,
    /// The order of the result's axes that structures are merged in.
    target: Shape,
    /// Asked before a structure grows beyond those that it comes from, with the number of its positions.
    allow: &'a dyn Fn(usize) -> Result<()>,
}

impl<'a> Structures<'a> {
    pub(super) fn new(target: Shape, allow: &'a dyn Fn(usize) -> Result<()>) -> Self {
        let (list, maps, joined, composed) = (vec![], vec![], vec![], vec![]);
        Self { list, maps, joined, composed, target, allow }
    }

    pub(super) fn get(&self, structure: usize) -> &Structure {
        &self.list[structure]
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
        let same = |s: &Structure| {
            s.axes == axes && (Arc::ptr_eq(&s.pattern, &pattern) || equal(&s.pattern, &pattern))
        };
        if let Some(found) = self.list.iter().position(same) {
            return found;
        }
        self.list.push(Structure { pattern, axes, inherited, full });
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
        let [l, r] = [&self.list[left], &self.list[right]];
        let joined = match mode {
            Mode::Union if l.full && self.covers(left, right) => self.left(left, right)?,
            Mode::Union if r.full && self.covers(right, left) => swapped(self.left(right, left)?),
            Mode::Intersection if r.full => self.left(left, right)?,
            Mode::Intersection if l.full => swapped(self.left(right, left)?),
            Mode::Left => self.left(left, right)?,
            Mode::Union | Mode::Intersection => self.merge(mode, left, right)?,
        };
        self.joined.push((key, joined.clone()));
        Ok(joined)
    }

    /// Whether the first has every dimension of both in full length, and levels that may be taken over.
    fn covers(&self, left: usize, right: usize) -> bool {
        let [l, r] = [&self.list[left], &self.list[right]];
        let stretched = r.axes.iter().zip(r.pattern.dims()).any(|(axis, &n)| {
            l.axes.iter().position(|a| a == axis).is_none_or(|k| l.pattern.dims()[k] != n && n != 1)
        });
        !stretched && l.pattern.kinds().all(|k| k != LevelKind::Runs)
    }

    /// A result that stores what the left one stores: where nothing stretches, with its very pattern.
    fn left(&mut self, left: usize, right: usize) -> Result<Joined> {
        if !self.covers(left, right) {
            return self.merge(Mode::Left, left, right);
        }
        let [l, r] = [&self.list[left], &self.list[right]];
        if l.pattern.is_dense() && r.pattern.is_dense() {
            let map = strided(&l.axes, l.pattern.dims(), &r.pattern, &r.axes);
            let path = self.add_map(map);
            return Ok(Joined { structure: left, paths: [Path::new(), path] });
        }
        let axes = self.list[left].axes.clone();
        let chain = self.list[left].pattern.compressed()?;
        let (ordered, below) = self.ordered(right, &axes)?;
        let (pattern, right_axes) = &ordered;
        let (_, dims, levels) = merge::align(&axes, [(&chain, &axes), (pattern, right_axes)]);
        let sides =
            [Side { pattern: &chain, levels: &levels[0] }, Side { pattern, levels: &levels[1] }];
        let map = merge::follow(&dims, sides[0], sides[1])?;
        let mut path = self.add_map(map);
        path.extend(below);
        Ok(Joined { structure: left, paths: [Path::new(), path] })
    }

    fn merge(&mut self, mode: Mode, left: usize, right: usize) -> Result<Joined> {
        let target = self.target.clone();
        let ((l, l_axes), l_below) = self.ordered(left, &target)?;
        let ((r, r_axes), r_below) = self.ordered(right, &target)?;
        let (axes, dims, levels) = merge::align(&target, [(&l, &l_axes), (&r, &r_axes)]);
        let side = |pattern, k: usize| Side { pattern, levels: &levels[k] };
        let merged = merge::merge(mode, &dims, side(&l, 0), side(&r, 1), self.allow)?;
        let full = merged.pattern.count() == size(&dims);
        self.list.push(Structure {
            pattern: Arc::new(merged.pattern),
            axes,
            inherited: false,
            full,
        });
        let structure = self.list.len() - 1;
        let mut path = |map, below| {
            let mut path = self.add_map(map);
            path.extend::<Path>(below);
            path
        };
        let paths = [path(merged.left, l_below), path(merged.right, r_below)];
        Ok(Joined { structure, paths })
    }

    /// The part of a structure at some leaf positions, as a structure of its own.
    pub(super) fn part(&mut self, structure: usize, positions: &[usize]) -> Result<usize> {
        let Structure { pattern, axes, .. } = &self.list[structure];
        let coordinates = self.listed(pattern)?;
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
        let axes = axes.clone();
        self.list.push(Structure {
            pattern: Arc::new(pattern),
            axes,
            inherited: false,
            full: false,
        });
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
        let Structure { pattern, axes, .. } = &self.list[structure];
        let wanted: Shape = target.iter().copied().filter(|a| axes.contains(a)).collect();
        if *axes == wanted {
            return Ok(((pattern.compressed()?, wanted), Path::new()));
        }
        // Storage dimension of each axis wanted.
        let place = |axis: &usize| axes.iter().position(|a| a == axis).expect("one of its axes");
        let order: Shape = wanted.iter().map(place).collect();
        let (pattern, map) = if pattern.is_dense() && pattern.stored() > 0 {
            let dims: Shape = order.iter().map(|&d| pattern.dims()[d]).collect();
            let map = strided(&wanted, &dims, pattern, axes);
            let levels = vec![Level::Dense; dims.len()];
            (Pattern::new_unchecked(dims, levels)?, Some(Map::from(map)))
        } else {
            let coordinates = self.listed(pattern)?.permuted(&order)?;
            let kinds = vec![LevelKind::Sparse; order.len()];
            let (sorted, placement) = Pattern::from_coordinates(&coordinates, &kinds)?;
            (sorted, placement.source.map(Map::from))
        };
        let path = map.map_or_else(Path::new, |map| self.add_map(map));
        Ok(((Arc::new(pattern), wanted), path))
    }

    /// The map of a whole path.
    pub(super) fn compose(&mut self, path: &Path) -> Result<Map> {
        if let [map] = path.as_slice() {
            return Ok(self.maps[*map].clone());
        }
        if let Some((_, map)) = self.composed.iter().find(|(p, _)| p == path) {
            return Ok(map.clone());
        }
        let (first, rest) = path.split_first().expect("a path of maps");
        let first = self.maps[*first].clone();
        let map = rest.iter().try_fold(first, |from, &map| from.then(&self.maps[map]))?;
        self.composed.push((path.clone(), map.clone()));
        Ok(map)
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
