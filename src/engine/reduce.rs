//! Reductions: each stored value is added to its cell of the result, and what is not stored is added as the fill,
//! repeated.
//!
//! Time and memory are linear in what is stored and in the cells that a stored value falls into. All other cells
//! have one value, the reduction of the fill alone: it is the result's fill, so that a sparse tensor gives a sparse
//! result. There are three ways to the cells:
//!
//! ```text
//! the axes folded are the innermost ones stored      each position above them is a cell, its leaves a segment
//! there are no more cells than stored values         an array of all cells, found by linear index
//! there are more                                     the linear indices are sorted, those that occur are the cells
//! ```
//!
//! Runs are not expanded along axes that are folded, where they count as often as they are long, nor in the first of
//! these ways.

mod partial;

use super::format::{check_bytes, check_dense, densify_limit, finish};
use super::walk::{Key, Walk, decode, rank, strides};
use crate::buffer::{Values, Width, collected, filled, grow, listed};
use crate::dtype::{Scalar, Zeros};
use crate::error::ShapeError;
use crate::kernels::gather::{gather, positions_different};
use crate::kernels::reduce::Accumulators;
use crate::standard::{Call, Meta, Outputs, Reduce, Reduction, Shape};
use crate::tensor::{Coordinates, Format, Level, LevelKind, Pattern, Tensor};
use crate::{Result, with_width};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Cells of which there may always be an array.
const FEW: usize = 4096;

/// Evaluates a reduction: one result, or two for `mean_var`.
///
/// # Errors
/// If the result would be dense and over the limit, if runs along an axis that is kept would have to be expanded over
/// the limit, or if there are more elements in a cell or more cells than can be counted.
pub(super) fn eval(op: &Reduce, call: &Call<'_>, input: &Tensor) -> Result<Outputs<Tensor>> {
    let unrolled = unrolled(op, input)?;
    let fold = Fold::new(op, call.output(), input, &unrolled)?;
    if fold.cells == 0 {
        let none = |_: Scalar| Values::zeros(call.output().dtype, 0);
        let nowhere = fold.decode::<u64>(&[])?;
        return fold.outputs(Cells::At(nowhere), fold.fills()?.into_iter().map(none).collect());
    }
    // The dimensions kept are outside of those folded: of each cell the leaves are a segment.
    let outer = fold.kept.iter().take_while(|&&k| k).count();
    let has_level = outer == 0 || !is_listed(&fold.pattern);
    if outer == fold.dims.len() && has_level { fold.segments(outer) } else { fold.scattered() }
}

/// The tensor with runs expanded along the dimensions that are kept, unless these are outside of those folded: parts
/// of a run belong to different cells.
fn unrolled(op: &Reduce, input: &Tensor) -> Result<Tensor> {
    if !input.pattern().kinds().any(|kind| kind == LevelKind::Runs) {
        return Ok(input.clone());
    }
    let pattern = input.pattern().compressed()?;
    let folded = |dim: usize| op.axes.contains(&input.order()[dim]);
    let outer = (0..pattern.ndim()).find(|&dim| folded(dim)).unwrap_or(pattern.ndim());
    let scattered = (outer..pattern.ndim()).any(|dim| !folded(dim));
    let cut = |dim: usize, kind| kind == LevelKind::Runs && scattered && !folded(dim);
    if !pattern.kinds().enumerate().any(|(dim, kind)| cut(dim, kind)) {
        return Ok(input.clone());
    }
    let expand = |(dim, kind)| if cut(dim, kind) { LevelKind::Dense } else { kind };
    let kinds = pattern.kinds().enumerate().map(expand);
    let format = Format::new(kinds, input.leaf().kind(), input.order())?;
    let bytes = format.bytes_for(input.shape(), input.dtype(), input.stored());
    check_bytes(op.reduction.name(), input.meta(), bytes, densify_limit(&[input]))?;
    input.to_format(&format)
}

/// A reduction of one tensor.
struct Fold<'a> {
    op: &'a Reduce,
    output: &'a Meta,
    input: &'a Tensor,
    pattern: Arc<Pattern>,
    values: Values,
    /// Of each storage dimension, whether it is kept.
    kept: Vec<bool>,
    /// The lengths of those kept, in storage order, and their strides in a linear index over the cells.
    dims: Shape,
    strides: Vec<u128>,
    /// The number of cells, and of the elements of each.
    cells: u128,
    count: u64,
}

/// The cells for which values were found.
enum Cells {
    /// All, in storage order.
    All,
    /// The positions of a pattern.
    Pattern(Vec<Level>),
    /// Those at coordinates.
    At(Coordinates),
}

/// The values of the cells, for each result.
type Found = SmallVec<[Values; 2]>;

impl<'a> Fold<'a> {
    fn new(op: &'a Reduce, output: &'a Meta, input: &'a Tensor, unrolled: &Tensor) -> Result<Self> {
        // A list of coordinates gives the cells as it is; positions are found by levels.
        let is_search = matches!(op.reduction, Reduction::ArgMin | Reduction::ArgMax);
        let pattern = match unrolled.pattern() {
            listed if is_listed(listed) && !is_search => Arc::clone(listed),
            other => other.compressed()?,
        };
        let kept: Vec<bool> = input.order().iter().map(|a| !op.axes.contains(a)).collect();
        let lengths = pattern.dims().iter().zip(&kept);
        let dims: Shape = lengths.filter(|(_, kept)| **kept).map(|(&n, _)| n).collect();
        let (strides, cells) = strides(&dims);
        // Positions and numbers are given as `int64`.
        let signed =
            matches!(op.reduction, Reduction::ArgMin | Reduction::ArgMax | Reduction::CountNonzero);
        let most = if signed { i64::MAX as u64 } else { u64::MAX };
        let count = u64::try_from(op.count(input.shape())).ok().filter(|&count| count <= most);
        // How often the fill comes makes no difference to some reductions.
        let count = count.or(counts_once(op.reduction, input.fill()).then_some(u64::MAX));
        let (Some(count), true) = (count, cells < u128::MAX) else {
            let op = op.reduction.name().to_owned();
            return Err(ShapeError::TooLarge { op, shape: input.shape().to_vec() }.into());
        };
        let values = unrolled.values()?;
        Ok(Self { op, output, input, pattern, values, kept, dims, strides, cells, count })
    }

    /// The cells are the positions before level `below`, from which on all levels are folded.
    fn segments(&self, below: usize) -> Result<Outputs<Tensor>> {
        let walk = Walk::below(&self.pattern, below);
        let starts = walk.starts()?;
        let outer = &self.pattern.levels()[..below];
        if !outer.iter().all(|level| matches!(level, Level::Dense)) {
            let found = self.segment_values(walk, &starts, None)?;
            return self.outputs(Cells::Pattern(outer.to_vec()), found);
        }
        let hit = |&p: &u64| starts[p as usize] < starts[p as usize + 1];
        let hits = collected("reduce", starts.len(), (0..starts.len() as u64 - 1).filter(hit))?;
        if self.is_dense(hits.len()) {
            let found = self.segment_values(walk, &starts, None)?;
            return self.outputs(Cells::All, found);
        }
        let bounds = hits.iter().map(|&p| starts[p as usize]).chain([self.pattern.stored()]);
        let bounds = collected("reduce", hits.len() + 1, bounds)?;
        let found = self.segment_values(walk, &bounds, Some(&hits))?;
        self.outputs(Cells::At(self.decode(&hits)?), found)
    }

    /// The values of cells whose leaves are segments between `bounds`; `roots` are the roots of the walk that they
    /// belong to, all if not given.
    fn segment_values(
        &self,
        walk: Walk<'_>,
        bounds: &[usize],
        roots: Option<&[u64]>,
    ) -> Result<Found> {
        let cells = bounds.len() - 1;
        if self.is_search() || self.folds_runs() {
            let cell = |root: usize| match roots {
                Some(roots) => roots.partition_point(|&r| r < root as u64) as u64,
                None => root as u64,
            };
            let of =
                |leaves: Range<usize>| Ok(Cow::Owned(walk.fold(leaves, cell, |_, c, _, _| c)?));
            return self.accumulate(cells, of);
        }
        let ptr = listed("reduce", bounds.iter().map(|&p| p as u64))?;
        self.reduce(cells, |states, fill_counts| {
            states.push_segments(&ptr, self.values.view())?;
            let stored = if fill_counts { &ptr[..] } else { &[] };
            listed("reduce", stored.windows(2).map(|w| w[1] - w[0]))
        })
    }

    /// The results of cells that `feed` pushes what is stored of. It gives the number of stored elements of each, if it is
    /// told that they count: the others are the fill.
    fn reduce(
        &self,
        cells: usize,
        feed: impl Fn(&mut Accumulators, bool) -> Result<Vec<u64>>,
    ) -> Result<Found> {
        let fill = self.input.fill();
        self.accumulators(cells)?.reduce(self.count, |states| {
            let fill_counts = !states.ignores(fill);
            let mut counts = feed(states, fill_counts)?;
            if fill_counts {
                counts.iter_mut().for_each(|stored| *stored = self.count.saturating_sub(*stored));
                states.push_repeated(&counts, fill);
            }
            Ok(())
        })
    }

    /// The cells are found by linear index.
    fn scattered(&self) -> Result<Outputs<Tensor>> {
        match self.cells {
            cells if cells <= self.pattern.stored().max(FEW) as u128 => {
                self.all_cells(cells as usize)
            }
            cells if cells <= u64::MAX.into() => self.some_cells::<u64>(),
            _ => self.some_cells::<u128>(),
        }
    }

    fn all_cells(&self, cells: usize) -> Result<Outputs<Tensor>> {
        let inner = self.kept.iter().rev().take_while(|&&k| k).count();
        if inner == self.dims.len() && self.pattern.is_dense() && !self.is_search() {
            let found = self.reduce(cells, |states, fill_counts| {
                states.push_rows(self.values.view(), cells)?;
                filled("reduce", self.count, if fill_counts { cells } else { 0 })
            })?;
            return self.outputs(Cells::All, found);
        }
        // Of a single dimension kept, the innermost, the indices are the cells.
        let indices = match self.pattern.levels().last() {
            Some(Level::Sparse { idx, .. }) if self.dims.len() == 1 && inner == 1 => Some(idx),
            _ => None,
        };
        let (walk, strides) = (Walk::new(&self.pattern), self.key_strides());
        let width = self.pattern.width().max(Width::for_counts([cells]));
        let found = with_width!(width, I => {
            let indices = indices.and_then(|idx| idx.as_slice::<I>());
            self.accumulate(cells, |leaves| match indices {
                Some(idx) => Ok(Cow::Borrowed(&idx[leaves])),
                None => Ok(Cow::Owned(walk.keys::<I>(leaves, &strides)?)),
            })?
        });
        let hits = self.hits(&found)?;
        if self.is_dense(hits.len()) {
            return self.outputs(Cells::All, found);
        }
        let zero = Scalar::zero(self.output.dtype);
        let found = found.iter().map(|values| gather(values.view(), &hits, zero));
        let found = found.collect::<Result<_>>()?;
        self.outputs(Cells::At(self.decode(&hits)?), found)
    }

    fn some_cells<K: Key>(&self) -> Result<Outputs<Tensor>> {
        let leaves = 0..self.pattern.stored();
        let keys = Walk::new(&self.pattern).keys::<K>(leaves, &self.key_strides())?;
        let (unique, cells) = rank(&keys)?;
        drop(keys);
        let found = self.accumulate(unique.len(), |leaves| Ok(Cow::Borrowed(&cells[leaves])))?;
        self.outputs(Cells::At(self.decode(&unique)?), found)
    }

    /// The cells whose values are not the fill.
    fn hits(&self, found: &Found) -> Result<Vec<u64>> {
        let mut hits = Vec::new();
        for (values, fill) in found.iter().zip(self.fills()?) {
            let zeros = Zeros::of(values.len() as u128);
            let different = positions_different(values.view(), fill, zeros)?;
            grow("reduce", &mut hits, different.len())?;
            hits.extend(different.into_iter().map(|c| c as u64));
        }
        if found.len() > 1 {
            hits.sort_unstable();
            hits.dedup();
        }
        Ok(hits)
    }

    /// Whether a result with so many cells that a value falls into is dense.
    fn is_dense(&self, hits: usize) -> bool {
        self.dims.is_empty() || 2 * hits as u128 > self.cells
    }

    fn is_search(&self) -> bool {
        matches!(self.op.reduction, Reduction::ArgMin | Reduction::ArgMax)
    }

    /// Whether a value may stand for several elements of a cell.
    fn folds_runs(&self) -> bool {
        let mut levels = self.pattern.levels().iter().zip(&self.kept);
        levels.any(|(level, kept)| !kept && matches!(level, Level::Runs { .. }))
    }

    fn decode<K: Key>(&self, keys: &[K]) -> Result<Coordinates> {
        decode(keys, &self.dims, &self.strides)
    }

    /// Of each storage dimension its stride in the linear index over the cells.
    fn key_strides(&self) -> Vec<Option<u128>> {
        let mut strides = self.strides.iter().copied();
        self.kept.iter().map(|&k| if k { strides.next() } else { None }).collect()
    }

    fn accumulators(&self, cells: usize) -> Result<Accumulators> {
        let (dtype, out) = (self.values.dtype(), self.output.dtype);
        Accumulators::new(self.op.reduction, dtype, out, cells, self.input.fill())
    }

    /// The values of the cells without stored elements, for each result.
    fn fills(&self) -> Result<SmallVec<[Scalar; 2]>> {
        if self.is_search() || (self.count == 0 && !self.op.reduction.has_identity()) {
            return Ok(SmallVec::from_elem(Scalar::zero(self.output.dtype), 1));
        }
        let found = self.reduce(1, |_, _| Ok(vec![0]))?;
        Ok(found.iter().map(|values| values.get(0)).collect())
    }

    /// The results, from the values of some cells.
    fn outputs(&self, cells: Cells, found: Found) -> Result<Outputs<Tensor>> {
        let name = self.op.reduction.name();
        let inherited = matches!(&cells, Cells::Pattern(levels)
            if levels.iter().any(|level| matches!(level, Level::Runs { .. })));
        let levels = match cells {
            Cells::All => {
                check_dense(name, self.output, &[self.input])?;
                vec![Level::Dense; self.dims.len()]
            }
            Cells::Pattern(levels) => levels,
            Cells::At(coordinates) => {
                let kinds = vec![LevelKind::Sparse; self.dims.len()];
                Pattern::from_coordinates(&coordinates, &kinds)?.0.levels().to_vec()
            }
        };
        let (pattern, order) = self.with_folded(levels)?;
        let pattern = Arc::new(pattern);
        let tensor = |(values, fill): (Values, Scalar)| {
            let tensor = Tensor::new_unchecked(Arc::clone(&pattern), order.clone(), values, fill);
            finish(name, tensor, inherited, &[self.input])
        };
        found.into_iter().zip(self.fills()?).map(tensor).collect()
    }

    /// The pattern of these levels for the dimensions kept, and the order of its axes. Folded dimensions that remain
    /// have a dense level of length 1.
    fn with_folded(&self, levels: Vec<Level>) -> Result<(Pattern, Shape)> {
        let mut levels = levels.into_iter();
        let (mut all, mut dims, mut order) = (Vec::new(), Shape::new(), Shape::new());
        for ((&axis, &kept), &n) in
            self.input.order().iter().zip(&self.kept).zip(self.pattern.dims())
        {
            if kept {
                all.push(levels.next().expect("a level for each dimension kept"));
                dims.push(n);
            } else if self.op.keepdims {
                all.push(Level::Dense);
                dims.push(1);
            } else {
                continue;
            }
            let gone = |folded: &&usize| !self.op.keepdims && **folded < axis;
            order.push(axis - self.op.axes.iter().filter(gone).count());
        }
        Ok((Pattern::new_unchecked(dims, all)?, order))
    }
}

/// Whether a pattern is a single list of coordinates.
fn is_listed(pattern: &Pattern) -> bool {
    matches!(pattern.levels(), [Level::Coo { .. }])
}

/// Whether further elements that equal the fill change nothing.
fn counts_once(reduction: Reduction, fill: Scalar) -> bool {
    match reduction {
        Reduction::Min | Reduction::Max | Reduction::Any | Reduction::All => true,
        Reduction::Sum | Reduction::Prod | Reduction::CountNonzero => fill.is_zero(),
        _ => false,
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests;
