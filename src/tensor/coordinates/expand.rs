//! From levels to coordinates, in time linear in the structure and the number of coordinates.
//!
//! Going down, each level extends the *frontier*, the list of fibers met so far in the order of their coordinates.
//! For each level are kept the indices it added, and for each fiber before it where its children begin:
//!
//! ```text
//! level 0:  index 0 1 2            first 0          (CSR of 3 rows)
//! level 1:  index 1 3 0            first 0 2 2 3
//! ```
//!
//! Going up again, the beginnings compose to the range of coordinates below each fiber, and each index is repeated
//! over its range. Every column is thus written once, and the last one is shared with its level where it can be.

use super::super::{Level, LevelKind, Pattern, gather};
use super::Coordinates;
use crate::Result;
use crate::buffer::{Index, Indices, Width, afford, copied, filled, grow, listed, reserve, zeroed};
use crate::error::ShapeError;
use crate::kernels::for_pieces;
use crate::with_width;
use std::ops::Range;

/// What a level adds to the frontier.
struct Step {
    /// For each fiber before, and the end: its first one after.
    first: Indices,
    /// For each dimension of the level the index of each fiber after.
    index: Vec<Indices>,
}

impl Pattern {
    /// The stored elements with their leaf positions, in storage order.
    ///
    /// # Errors
    /// If there are more than can be counted or held in memory.
    ///
    /// ```
    /// use redpoll::tensor::{Format, Tensor};
    /// let csr = Tensor::from_dense(&[2, 3], vec![0, 1, 0, 2, 0, 3], 0, &Format::csr())?;
    /// let coordinates = csr.pattern().coordinates()?;
    /// assert_eq!(coordinates.index(), [vec![0u32, 1, 1].into(), vec![1u32, 0, 2].into()]);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn coordinates(&self) -> Result<Coordinates> {
        let len = usize::try_from(self.count()).map_err(|_| ShapeError::TooLarge {
            op: "coordinates".into(),
            shape: self.dims().to_vec(),
        })?;
        if len == 0 {
            let index = vec![Indices::from(Vec::<u32>::new()); self.ndim()];
            return Coordinates::new_unchecked(self.dims(), 0, index, None);
        }
        let positions = (0..self.levels().len()).map(|l| self.positions(l));
        let width = Width::for_counts(self.dims().iter().copied().chain(positions).chain([len]));
        // The columns that are written. Those of an innermost list of indices are shared.
        let shared = match self.levels().last() {
            Some(Level::Sparse { .. }) => 1,
            Some(Level::Coo { idx, .. }) => idx.len(),
            _ => 0,
        };
        let bytes = self.count().saturating_mul(((self.ndim() - shared) * width.size()) as u128);
        afford("coordinates", bytes)?;
        with_width!(width, I => expand::<I>(self, len))
    }

    /// For each level whether each of its positions has a coordinate below it. Only where fibers without any can be
    /// reached often, through runs; elsewhere they cost no more than their own storage.
    fn alive(&self) -> Result<Option<Vec<Vec<bool>>>> {
        let mut inner = self.kinds().skip_while(|&k| k != LevelKind::Runs);
        if inner.all(LevelKind::is_full) {
            return Ok(None);
        }
        let mut alive = vec![filled("coordinates", true, self.stored())?];
        for (level, parents, _, dims) in self.walk().collect::<Vec<_>>().into_iter().skip(1).rev() {
            let below = alive.last().expect("begins with one");
            let any = |p| level.children(p, dims[0]).any(|child| below[child]);
            alive.push(listed("coordinates", (0..parents).map(any))?);
        }
        alive.reverse();
        Ok(Some(alive))
    }
}

fn expand<I: Index>(pattern: &Pattern, len: usize) -> Result<Coordinates> {
    let alive = pattern.alive()?;
    // The position of each fiber of the frontier; `None`: they are all positions, in order.
    let mut position: Option<Vec<I>> = None;
    let mut fibers = 1;
    let mut steps = vec![];
    for (l, (level, _, _, dims)) in pattern.walk().enumerate() {
        let alive = alive.as_ref().map(|a| a[l].as_slice());
        let (step, next) = descend::<I>(level, dims[0], position, fibers, alive)?;
        fibers = step.index[0].len();
        position = next;
        steps.push(step);
    }
    debug_assert_eq!(fibers, len);
    // For each fiber, and the end: its first coordinate; `None`: each has one.
    let mut first: Option<Vec<I>> = None;
    let mut index = vec![];
    for step in steps.into_iter().rev() {
        for column in step.index.into_iter().rev() {
            index.push(match &first {
                None => column,
                Some(first) => I::erase(repeat(typed::<I>(&column), first, len)?.into()),
            });
        }
        let own = typed::<I>(&step.first);
        first = Some(match first {
            None => copied("coordinates", own)?,
            Some(below) => listed("coordinates", own.iter().map(|f| below[f.get()]))?,
        });
    }
    index.reverse();
    let child = position.map(|p| I::erase(p.into()));
    Coordinates::new_unchecked(pattern.dims(), len, index, child)
}

/// The frontier after a level, and the positions of its fibers.
fn descend<I: Index>(
    level: &Level,
    n: usize,
    position: Option<Vec<I>>,
    fibers: usize,
    alive: Option<&[bool]>,
) -> Result<(Step, Option<Vec<I>>)> {
    let arrays = match level {
        Level::Sparse { ptr, idx } => Some((ptr, std::slice::from_ref(idx))),
        Level::Coo { ptr, idx } => Some((ptr, idx.as_slice())),
        _ => None,
    };
    let all = position.is_none() && alive.is_none();
    if let (true, Some((ptr, idx))) = (all, arrays) {
        let index = idx.iter().map(|c| c.to_width(I::WIDTH)).collect::<Result<_>>()?;
        return Ok((Step { first: ptr.to_width(I::WIDTH)?, index }, None));
    }
    // Where all positions are met in order, so are their children, except that runs are met more than once.
    let track = !all || matches!(level, Level::Runs { .. });
    let (mut index, mut child) = (vec![], vec![]);
    let mut first = reserve("coordinates", fibers as u128 + 1)?;
    first.push(I::new(0));
    let mut fibers_after = 0;
    for fiber in 0..fibers {
        let parent = position.as_ref().map_or(fiber, |p| p[fiber].get());
        let mut add = |range: Range<usize>, c: usize| {
            if alive.is_none_or(|a| a[c]) {
                fibers_after += range.len();
                if track {
                    grow("coordinates", &mut child, range.len())?;
                    child.resize(fibers_after, I::new(c));
                }
                if arrays.is_none() {
                    grow("coordinates", &mut index, range.len())?;
                    index.extend(range.map(I::new));
                }
            }
            Ok::<_, crate::Error>(())
        };
        let children = level.children(parent, n);
        match level {
            Level::Dense => (0..n).zip(children).try_for_each(|(i, c)| add(i..i + 1, c))?,
            Level::Sparse { .. } | Level::Coo { .. } => {
                children.into_iter().try_for_each(|c| add(0..1, c))?;
            }
            Level::Bitmap { bits, .. } => set_bits(bits, parent * n..(parent + 1) * n)
                .map(|bit| bit - parent * n)
                .zip(children)
                .try_for_each(|(i, c)| add(i..i + 1, c))?,
            Level::Runs { ends, .. } => {
                let mut start = 0;
                for c in children {
                    let end = ends.get(c);
                    add(start..end, c)?;
                    start = end;
                }
            }
        }
        first.push(I::new(fibers_after));
    }
    let index = match arrays {
        Some((_, idx)) => {
            let column = |c: &Indices| gather::gather_indices(c, &child)?.to_width(I::WIDTH);
            idx.iter().map(column).collect::<Result<_>>()?
        }
        None => vec![I::erase(index.into())],
    };
    Ok((Step { first: I::erase(first.into()), index }, track.then_some(child)))
}

/// The positions of the set bits in a range.
pub(in crate::tensor) fn set_bits(
    bits: &[u64],
    range: Range<usize>,
) -> impl Iterator<Item = usize> {
    (range.start / 64..range.end.div_ceil(64)).flat_map(move |w| {
        let mut word = bits[w];
        if w == range.start / 64 {
            word &= !0 << (range.start % 64);
        }
        if (w + 1) * 64 > range.end {
            word &= (1 << (range.end % 64)) - 1;
        }
        std::iter::from_fn(move || {
            let bit = word.trailing_zeros() as usize;
            (word != 0).then(|| {
                word &= word - 1;
                w * 64 + bit
            })
        })
    })
}

/// Each value as often as its range is long.
fn repeat<I: Index>(values: &[I], first: &[I], len: usize) -> Result<Vec<I>> {
    let mut out = zeroed("coordinates", len)?;
    for_pieces(&mut out, |start, mut out| {
        let mut fiber = first.partition_point(|f| f.get() <= start) - 1;
        let mut at = start;
        while !out.is_empty() {
            let count = out.len().min(first[fiber + 1].get() - at);
            out.split_off_mut(..count).expect("no longer than the rest").fill(values[fiber]);
            (at, fiber) = (at + count, fiber + 1);
        }
    });
    Ok(out)
}

fn typed<I: Index>(indices: &Indices) -> &[I] {
    indices.as_slice().expect("the width of the expansion")
}
