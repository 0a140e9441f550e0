//! From coordinates to levels, in time linear in the coordinates and the arrays built.
//!
//! The *frontier* is the list of fibers that hold coordinates, in order. Each level splits every fiber by the index
//! of its dimension, writes its arrays, and says which position each part has:
//!
//! ```text
//! coordinates (0,1) (0,3) (2,0), 3 rows          fibers [0 1 2]     at position 0 of 1
//! dense   splits them into rows 0 and 2          fibers [0 1] [2]   at positions 0, 2 of 3
//! sparse  splits these by column: ptr 0 2 2 3    fibers [0] [1] [2] at positions 0, 1, 2 of 3
//! ```

use super::format::covered;
use super::gather;
use super::{Coordinates, Leaf, Level, LevelKind, Pattern};
use crate::Result;
use crate::buffer::{Index, Indices, collected, copied, filled, listed, reserve};
use crate::dtype::Scalar;
use crate::error::{FormatError, ShapeError};
use crate::kernels::parts::starts;
use crate::with_width;

mod runs;

/// Where the values go when a pattern was built from coordinates.
#[derive(Debug, Clone)]
pub struct Placement {
    /// For each value that is kept, its leaf position in the pattern that the coordinates come from; `None`: all, in
    /// order.
    pub source: Option<Indices>,
    /// For each value that is kept, its leaf position in the new pattern, strictly increasing; `None`: all, in order.
    pub target: Option<Indices>,
    /// The number of leaf positions of the new pattern. Those that are no target hold the fill.
    pub stored: usize,
}

impl Placement {
    /// The leaf of the new pattern, from the one that the coordinates come from. Shared where nothing moves.
    ///
    /// # Errors
    /// If the memory cannot be had.
    pub fn place(&self, leaf: &Leaf, fill: Scalar) -> Result<Leaf> {
        let moved = match (leaf, &self.source) {
            (_, None) => leaf.clone(),
            (Leaf::Element(values), Some(s)) => gather::gather_values(values.view(), s)?.into(),
            (Leaf::Pattern(_), Some(source)) => Leaf::Pattern(source.len()),
            (Leaf::Iso(value, _), Some(source)) => Leaf::Iso(*value, source.len()),
        };
        let Some(target) = &self.target else { return Ok(moved) };
        let values = moved.values()?;
        gather::scatter_values(values.view(), target, self.stored, fill).map(Leaf::Element)
    }
}

/// Says of two sources (see [`Placement::source`]) whether their values are the same; `None` stands for the fill.
pub type Same<'a> = &'a (dyn Fn(Option<usize>, Option<usize>) -> bool + 'a);

impl Pattern {
    /// Builds levels of these kinds from coordinates, whose dimensions are the storage dimensions.
    ///
    /// Nothing is known of the values here: a `Runs` level joins only indices without coordinates. See
    /// [`from_coordinates_by`](Self::from_coordinates_by).
    ///
    /// # Errors
    /// If the kinds do not cover the dimensions, there are more positions than can be counted, or the memory cannot
    /// be had.
    ///
    /// ```
    /// use redpoll::tensor::{Coordinates, LevelKind, Pattern};
    /// let coordinates = Coordinates::try_new(&[3, 4], 3, vec![vec![0u32, 0, 2].into(), vec![1u32, 3, 0].into()])?;
    /// let (csr, placement) = Pattern::from_coordinates(&coordinates, &[LevelKind::Dense, LevelKind::Sparse])?;
    /// assert_eq!(csr.coordinates()?, coordinates);
    /// assert!(placement.source.is_none() && placement.target.is_none());
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn from_coordinates(
        coordinates: &Coordinates,
        kinds: &[LevelKind],
    ) -> Result<(Self, Placement)> {
        Self::from_coordinates_by(coordinates, kinds, &|_, _| false)
    }

    /// As [`from_coordinates`](Self::from_coordinates), but `Runs` levels join consecutive fibers that are equal:
    /// with the same coordinates and, as `same` says, the same values. Where all levels further in are full
    /// (`Dense` or `Runs`) a fill that is stored equals one that is not.
    ///
    /// # Errors
    /// As [`from_coordinates`](Self::from_coordinates).
    pub fn from_coordinates_by(
        coordinates: &Coordinates,
        kinds: &[LevelKind],
        same: Same<'_>,
    ) -> Result<(Self, Placement)> {
        let covered = covered(kinds);
        if covered != coordinates.dims().len() || kinds.contains(&LevelKind::Coo(0)) {
            return Err(FormatError::Length {
                what: "dims".into(),
                got: coordinates.dims().len(),
                expected: covered,
                reason: "the dimensions that the levels cover".into(),
            }
            .into());
        }
        with_width!(coordinates.width(), I => {
            let mut frontier = Frontier::<I>::root(coordinates);
            let mut levels = Vec::with_capacity(kinds.len());
            for (l, &kind) in kinds.iter().enumerate() {
                let full_below = kinds[l + 1..].iter().all(|k| k.is_full());
                levels.push(frontier.descend(kind, full_below, same)?);
            }
            let stored = frontier.positions;
            let pattern = Self::new_unchecked(coordinates.dims(), levels)?;
            let wide = |p: Vec<usize>| -> Result<Indices> {
                Ok(listed("to_format", p.into_iter().map(|p| p as u64))?.into())
            };
            let (source, target) = (frontier.source, frontier.position.map(wide).transpose()?);
            Ok((pattern, Placement { source, target, stored }))
        })
    }
}

/// The fibers that hold coordinates; see the module's picture.
struct Frontier<I> {
    dims: Vec<usize>,
    /// The dimensions before this one are done.
    dim: usize,
    /// The coordinates that are left, all of width `I`.
    columns: Vec<Indices>,
    source: Option<Indices>,
    /// For each fiber, and the end: its first coordinate. `None`: each has exactly one.
    first: Option<Vec<I>>,
    fibers: usize,
    /// The position of each fiber, strictly increasing; `None`: `0..fibers`, and these are all.
    position: Option<Vec<usize>>,
    positions: usize,
}

/// The fibers of a frontier, split.
pub(super) struct Split<I> {
    /// For each fiber, and the end: its first part.
    pub(super) ptr: Vec<I>,
    /// For each part, and the end: its first coordinate. `None`: each has exactly one.
    pub(super) first: Option<Vec<I>>,
}

/// Splits fibers by the values of `columns`, in which each of them is sorted. `distinct` says that no two coordinates
/// of a fiber agree in them.
pub(super) fn split<I: Index>(
    columns: &[&[I]],
    first: Option<&[I]>,
    fibers: usize,
    distinct: bool,
) -> Result<Split<I>> {
    let Some(first) = first else {
        let ptr = collected("to_format", fibers.saturating_add(1), (0..=fibers).map(I::new))?;
        return Ok(Split { ptr, first: None });
    };
    if distinct {
        return Ok(Split { ptr: copied("to_format", first)?, first: None });
    }
    let parts = starts(columns, first)?;
    let mut ptr = reserve("to_format", fibers as u128 + 1)?;
    let mut part = 0;
    for &f in first {
        // Every fiber that is not empty begins a part.
        while parts[part] < f {
            part += 1;
        }
        ptr.push(I::new(part));
    }
    Ok(Split { ptr, first: Some(parts) })
}

impl<I: Index> Split<I> {
    pub(super) fn len(&self) -> usize {
        self.ptr[self.ptr.len() - 1].get()
    }

    /// The index of each part in a column.
    pub(super) fn index(&self, column: &Indices) -> Result<Indices> {
        match &self.first {
            None => Ok(column.clone()),
            Some(first) => gather::gather_indices(column, &first[..first.len() - 1]),
        }
    }
}

impl<I: Index> Frontier<I> {
    fn root(coordinates: &Coordinates) -> Self {
        let len = coordinates.len();
        let empty = len == 0;
        Self {
            dims: coordinates.dims().to_vec(),
            dim: 0,
            columns: coordinates.index().to_vec(),
            source: coordinates.child().cloned(),
            first: Some(if empty { vec![I::new(0)] } else { vec![I::new(0), I::new(len)] }),
            fibers: usize::from(!empty),
            position: empty.then(Vec::new),
            positions: 1,
        }
    }

    fn position(&self, fiber: usize) -> usize {
        self.position.as_ref().map_or(fiber, |p| p[fiber])
    }

    fn too_large(&self) -> ShapeError {
        ShapeError::TooLarge { op: "to_format".into(), shape: self.dims.clone() }
    }

    /// Splits every fiber by the next level's dimensions; gives the level.
    fn descend(&mut self, kind: LevelKind, full_below: bool, same: Same<'_>) -> Result<Level> {
        let own = self.dim..self.dim + kind.ndim();
        let last = own.end == self.dims.len();
        let n = self.dims[self.dim];
        let columns: Vec<&[I]> =
            self.columns[own.clone()].iter().map(|c| c.as_slice().expect("one width")).collect();
        let split = split(&columns, self.first.as_deref(), self.fibers, last)?;
        let mut index =
            self.columns[own.clone()].iter().map(|c| split.index(c)).collect::<Result<Vec<_>>>()?;
        let parts = split.len();
        let all = self.positions.checked_mul(n).ok_or_else(|| self.too_large());
        let level = match kind {
            LevelKind::Dense => {
                let all = all?;
                self.position = self.offsets(&split, &index[0], n, all)?;
                self.positions = all;
                Level::Dense
            }
            LevelKind::Sparse | LevelKind::Coo(_) => {
                let ptr = I::erase(self.spread(&split.ptr)?.into());
                (self.position, self.positions) = (None, parts);
                match kind {
                    LevelKind::Sparse => Level::Sparse { ptr, idx: index.swap_remove(0) },
                    _ => Level::Coo { ptr, idx: index },
                }
            }
            LevelKind::Bitmap => {
                let all = all?;
                let mut bits = filled("to_format", 0_u64, all.div_ceil(64))?;
                match self.offsets(&split, &index[0], n, all)? {
                    Some(set) => set.into_iter().for_each(|b| bits[b / 64] |= 1 << (b % 64)),
                    None => {
                        bits.fill(!0);
                        if all % 64 > 0 {
                            bits[all / 64] = (1 << (all % 64)) - 1;
                        }
                    }
                }
                (self.position, self.positions) = (None, parts);
                Level::bitmap(bits.into())?
            }
            LevelKind::Runs => {
                self.dim = own.end;
                return self.runs(split, &index[0], n, full_below, same);
            }
        };
        (self.first, self.fibers, self.dim) = (split.first, parts, own.end);
        Ok(level)
    }

    /// `position * n + index` of each part; `None` where these are all `0..all`.
    fn offsets(
        &self,
        split: &Split<I>,
        index: &Indices,
        n: usize,
        all: usize,
    ) -> Result<Option<Vec<usize>>> {
        if split.len() == all {
            return Ok(None);
        }
        let index = index.as_slice::<I>().expect("one width");
        let mut offsets = reserve("to_format", index.len() as u128)?;
        for (fiber, parts) in split.ptr.windows(2).enumerate() {
            let base = self.position(fiber) * n;
            offsets.extend(index[parts[0].get()..parts[1].get()].iter().map(|i| base + i.get()));
        }
        Ok(Some(offsets))
    }

    /// `ptr` of the fibers as `ptr` of all positions.
    fn spread(&self, ptr: &[I]) -> Result<Vec<I>> {
        let Some(position) = &self.position else { return copied("to_format", ptr) };
        let len = self.positions.checked_add(1).ok_or_else(|| self.too_large())?;
        let mut spread = filled("to_format", I::new(0), len)?;
        let mut next = 0;
        for (&p, &begin) in position.iter().zip(ptr) {
            spread[next..=p].fill(begin);
            next = p + 1;
        }
        spread[next..].fill(ptr[ptr.len() - 1]);
        Ok(spread)
    }
}
