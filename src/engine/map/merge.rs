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
//! After the last level the pairs say where each stored value of the result comes from. That level is only counted
//! at first: where the values are computed next, both are written tile by tile, so that the pairs of a tile never leave
//! the cache, and pairs for the whole array are never listed. An axis of length 1 against a
//! longer one, or one that an operand lacks, is *stretched*: the operand has the same child for every index, and
//! nothing of it is repeated.

use super::step::{Arrays, Mode, Pairs, Step};
use crate::buffer::{Index, Indices, Width};
use crate::standard::Shape;
use crate::tensor::{Level, LevelKind, Pattern};
use crate::{Result, with_width};
use smallvec::{SmallVec, smallvec};

/// An operand: a compressed pattern, and which of its levels belongs to each dimension of the result.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) pattern: &'a Pattern,
    pub(super) levels: &'a [Option<usize>],
}

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

/// Two structures that were merged, but for the arrays of the last level.
pub(super) struct Merged {
    dims: Shape,
    outer: Vec<Level>,
    pub(super) last: Last,
}

/// The last level, in its width.
pub(super) enum Last {
    U32(Step<u32>),
    U64(Step<u64>),
}

/// Evaluates an expression with the last level, whatever its width.
macro_rules! with_last {
    ($last:expr, $step:ident => $body:expr) => {
        match $last {
            $crate::engine::map::merge::Last::U32($step) => $body,
            $crate::engine::map::merge::Last::U64($step) => $body,
        }
    };
}
pub(super) use with_last;

impl From<Step<u32>> for Last {
    fn from(step: Step<u32>) -> Self {
        Self::U32(step)
    }
}

impl From<Step<u64>> for Last {
    fn from(step: Step<u64>) -> Self {
        Self::U64(step)
    }
}

impl Merged {
    /// Merges two operands of a result of dimensions `dims`, of which there is at least one. `allow` is asked before a
    /// level is built that has more positions than those of both operands.
    pub(super) fn new(
        mode: Mode,
        dims: &[usize],
        left: Side<'_>,
        right: Side<'_>,
        allow: &dyn Fn(usize) -> Result<()>,
    ) -> Result<Self> {
        with_width!(width(dims, &[left, right]), I => {
            let mut outer = Vec::with_capacity(dims.len());
            let mut parents: Pairs<I> = [smallvec![I::new(0)], smallvec![I::new(0)]];
            let (last, upper) = dims.split_last().expect("at least one dimension");
            let step = |k: usize, n: usize, parents| {
                let arrays = [Arrays::<I>::of(left.level(k))?, Arrays::of(right.level(k))?];
                let step = Step::new(mode, n, arrays, parents)?;
                let known = left.positions(k).saturating_add(right.positions(k));
                if step.len() > known {
                    allow(step.len())?;
                }
                Ok::<_, crate::Error>(step)
            };
            for (k, &n) in upper.iter().enumerate() {
                let level;
                (level, parents) = step(k, n, parents)?.into_level()?;
                outer.push(level);
            }
            let last = step(upper.len(), *last, parents)?.into();
            Ok(Self { dims: dims.into(), outer, last })
        })
    }

    /// The lengths of the dimensions of the result.
    pub(super) fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The number of positions after the last level.
    pub(super) fn len(&self) -> usize {
        with_last!(&self.last, step => step.len())
    }

    /// Whether a level consists of runs, whose positions stand for more elements than one.
    pub(super) fn has_runs(&self) -> bool {
        with_last!(&self.last, step => step.is_runs())
            || self.outer.iter().any(|level| level.kind() == LevelKind::Runs)
    }

    /// The pattern of the result, and for each of its leaf positions those of the operands, or `NONE`.
    pub(super) fn into_pattern(self) -> Result<(Pattern, [Indices; 2])> {
        let Self { dims, mut outer, last } = self;
        let (level, places) = with_last!(last, step => {
            let (level, places) = step.into_level()?;
            (level, places.map(|places| Indices::from(places.into_vec())))
        });
        outer.push(level);
        Ok((Pattern::new_unchecked(dims, outer)?, places))
    }

    /// The pattern of the result, whose last level was written elsewhere.
    pub(super) fn into_pattern_with(self, last: Level) -> Result<Pattern> {
        let Self { dims, mut outer, .. } = self;
        outer.push(last);
        Pattern::new_unchecked(dims, outer)
    }
}

impl<'a> Side<'a> {
    /// The level of a dimension, and its length.
    fn level(&self, dim: usize) -> Option<(&'a Level, usize)> {
        self.levels[dim].map(|l| (&self.pattern.levels()[l], self.pattern.dims()[l]))
    }
}

/// The width for all positions of a result.
fn width(dims: &[usize], sides: &[Side<'_>]) -> Width {
    let bound = sides.iter().fold(0_usize, |sum, s| sum.saturating_add(s.bound(dims)));
    let own = sides.iter().map(|s| s.pattern.width());
    own.fold(Width::for_counts(dims.iter().copied().chain([bound])), Width::max)
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
