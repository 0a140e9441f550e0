//! The view that the engine merges level by level: one level for each dimension, and only three kinds.

use super::assemble::split;
use super::coordinates::set_bits;
use super::level::rank_of;
use super::{Level, LevelKind, Pattern};
use crate::Result;
use crate::buffer::{Index, Indices, collected};
use crate::with_width;
use std::sync::Arc;

impl Pattern {
    /// The same structure with only `Dense`, `Sparse` and `Runs` levels, one for each dimension: a `Coo` level as a
    /// chain of `Sparse` levels, a `Bitmap` level as a `Sparse` one.
    ///
    /// It is made once and kept. Leaf positions keep their number and order, so the values of a tensor of this pattern are those of a tensor of
    /// the compressed one. Arrays are shared where they stay the same, and the pattern itself where it has no other
    /// kinds. Where a dimension has length 0 all levels are `Sparse`.
    ///
    /// # Errors
    /// If the memory cannot be had.
    ///
    /// ```
    /// use redpoll::tensor::{Format, Tensor};
    /// let coo = Tensor::from_dense(&[2, 2], vec![1, 2, 0, 3], 0, &Format::coo(2))?;
    /// let chain = coo.pattern().compressed()?;
    /// assert_eq!((chain.levels().len(), chain.stored()), (2, coo.pattern().stored()));
    /// assert_eq!(chain.coordinates()?, coo.pattern().coordinates()?);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn compressed(self: &Arc<Self>) -> Result<Arc<Self>> {
        // Without elements, `Dense` and `Bitmap` levels can have positions that no array stands for: more than there
        // is memory to walk them. Sparse levels have none.
        if self.dims().contains(&0) && self.kinds().any(|k| k != LevelKind::Sparse) {
            return Ok(Arc::new(Self::nothing(self.dims())?));
        }
        let stays = |k| matches!(k, LevelKind::Dense | LevelKind::Sparse | LevelKind::Runs);
        if self.kinds().all(stays) {
            return Ok(Arc::clone(self));
        }
        if let Some(kept) = self.kept_compressed() {
            return Ok(Arc::clone(kept));
        }
        let mut levels = Vec::with_capacity(self.ndim());
        for (level, parents, _, dims) in self.walk() {
            match level {
                Level::Coo { ptr, idx } => {
                    with_width!(self.width(), I => chain::<I>(ptr, idx, &mut levels)?);
                }
                Level::Bitmap { bits, rank } => with_width!(self.width(), I => {
                    let n = dims[0];
                    let begin = |p| I::new(rank_of(bits, rank, p * n));
                    let begins = (0..=parents).map(begin);
                    let ptr = collected("compressed", parents.saturating_add(1), begins)?;
                    let fiber = |p| set_bits(bits, p * n..(p + 1) * n).map(move |b| I::new(b - p * n));
                    let stored = rank.get(rank.len() - 1);
                    let idx = collected("compressed", stored, (0..parents).flat_map(fiber))?;
                    levels.push(Level::Sparse { ptr: ptr.into(), idx: idx.into() });
                }),
                other => levels.push(other.clone()),
            }
        }
        let compressed = Arc::new(Self::new_unchecked(self.dims(), levels)?);
        Ok(Arc::clone(self.keep_compressed(compressed)))
    }
}

impl Pattern {
    /// Sparse levels that store nothing.
    fn nothing(dims: &[usize]) -> Result<Self> {
        let none = || Indices::from(Vec::<u32>::new());
        let first = std::iter::once(Indices::from(vec![0_u32; 2]));
        let others = std::iter::repeat_with(|| Indices::from(vec![0_u32]));
        let levels = first.chain(others).take(dims.len());
        Self::new_unchecked(dims, levels.map(|ptr| Level::Sparse { ptr, idx: none() }).collect())
    }
}

/// A `Coo` level as a chain of `Sparse` levels.
fn chain<I: Index>(ptr: &Indices, idx: &[Indices], levels: &mut Vec<Level>) -> Result<()> {
    let (last, outer) = idx.split_last().expect("a coo level covers at least one dimension");
    let mut first = ptr.clone();
    for column in outer {
        let begin = first.as_slice::<I>().expect("the pattern's width");
        let values = column.as_slice::<I>().expect("the pattern's width");
        let split = split(&[values], Some(begin), begin.len() - 1, false)?;
        let idx = split.index(column)?;
        levels.push(Level::Sparse { ptr: I::erase(split.ptr.into()), idx });
        first = I::erase(split.first.expect("split by a column that is not the last").into());
    }
    levels.push(Level::Sparse { ptr: first, idx: last.clone() });
    Ok(())
}
