//! Functions of the user's on blocks: [`Chunked::map_blocks`] and what a caller declares of their results.

use super::Chunked;
use super::chunks::{AxisChunks, Chunks};
use super::draft::{Draft, Value, Work};
use super::grid::{Grid, Partition, Region};
use super::lower::aligned_region;
use super::node::{Kind, Node};
use super::unify::unify_broadcast;
use crate::Result;
use crate::dtype::DType;
use crate::error::{ChunkError, ShapeError};
use crate::parallel::is_cancellation;
use crate::standard::{Array, Meta, Shape, broadcast_shapes};
use smallvec::{SmallVec, smallvec};
use std::fmt;
use std::sync::Arc;

/// Where a block is: what a function of [`Chunked::map_blocks`] is told beside the block.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockInfo {
    /// The position of the result's block in its grid.
    pub index: Shape,
    /// The number of blocks along each axis of the result.
    pub counts: Shape,
    /// The region of the result that the function makes.
    pub region: Region,
    /// For each input, the region that it is given.
    pub inputs: SmallVec<[Region; 1]>,
}

/// What a function on blocks gives, where that is not a block of the same shape and data type.
///
/// ```
/// use redpoll::chunked::Declare;
/// use redpoll::dtype::DType;
/// // Blocks (n, d) become (1, d, d): one new axis, and these lengths for every block.
/// let gram = Declare::new(DType::Float64).named("gram").new_axis(1).chunks([1, 50, 50]);
/// # let _ = gram;
/// ```
#[derive(Debug, Clone, Default)]
pub struct Declare {
    name: Option<String>,
    dtype: Option<DType>,
    added: Vec<usize>,
    dropped: Vec<usize>,
    chunks: Option<Chunks>,
}

impl Declare {
    /// Blocks of the shape of the input's, of a data type.
    pub fn new(dtype: DType) -> Self {
        Self { dtype: Some(dtype), ..Self::default() }
    }

    /// The name for messages and events; else `map_blocks`.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// A new axis at this place of the result: one block of length 1, unless [`chunks`](Self::chunks) says otherwise.
    /// May be called for several axes.
    #[must_use]
    pub fn new_axis(mut self, axis: usize) -> Self {
        self.added.push(axis);
        self
    }

    /// An axis of the input that the result lacks. The input must have one chunk along it, unless
    /// [`chunks`](Self::chunks) gives its blocks to another axis. May be called for several axes.
    #[must_use]
    pub fn drop_axis(mut self, axis: usize) -> Self {
        self.dropped.push(axis);
        self
    }

    /// The lengths of the result's blocks, for each of its axes: a number for every block along the axis, a list of
    /// lengths, or [`AxisChunks::Whole`] (-1) for those of the input.
    ///
    /// There must be as many blocks as the input has. In row-major order of both grids, each is made of its input's.
    #[must_use]
    pub fn chunks(mut self, chunks: impl Into<Chunks>) -> Self {
        self.chunks = Some(chunks.into());
        self
    }
}

/// A function of blocks, one of each input.
type Function<A> = dyn Fn(&[&A], &BlockInfo) -> Result<A> + Send + Sync;

/// A function of the user's with what its blocks are cut from and what it declares.
pub(super) struct BlockFunction<A> {
    pub name: String,
    function: Arc<Function<A>>,
    dtype: DType,
    /// The common grid of the inputs.
    common: Grid,
}

impl<A> Clone for BlockFunction<A> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            function: self.function.clone(),
            dtype: self.dtype,
            common: self.common.clone(),
        }
    }
}

impl<A: Array> Chunked<A> {
    /// A function applied to every block, which gives a block of the same shape and data type.
    ///
    /// ```
    /// use redpoll::chunked::Chunked;
    /// use redpoll::{Array, Result};
    /// fn doubled<A: Array>(x: &Chunked<A>) -> Result<Chunked<A>> {
    ///     x.map_blocks(|block, _| block.multiply(2))
    /// }
    /// ```
    ///
    /// A function that meets errors of other types returns them by [`Error::other`](crate::Error::other):
    ///
    /// ```
    /// use redpoll::{Array, Chunked, Dense, Error};
    /// let x = Chunked::from_array(&Dense::from([1.0, 2.0]), 1)?;
    /// let scaled = x.map_blocks(|block, _| {
    ///     let factor: f64 = "2.5".trim().parse().map_err(Error::other)?;
    ///     block.multiply(factor)
    /// })?;
    /// assert_eq!(scaled.to_vec::<f64>()?, [2.5, 5.0]);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    ///
    /// Of single elements, [`map_values`](Array::map_values) is shorter.
    ///
    /// # Errors
    /// None here; a run fails if the function does, panics, or returns a block of another shape or data type.
    pub fn map_blocks(
        &self,
        function: impl Fn(&A, &BlockInfo) -> Result<A> + Send + Sync + 'static,
    ) -> Result<Self> {
        self.map_blocks_with(function, Declare::default())
    }

    /// A function applied to every block, which gives what is declared.
    ///
    /// # Errors
    /// If the declaration does not fit the grid; a run fails as of [`map_blocks`](Self::map_blocks).
    pub fn map_blocks_with(
        &self,
        function: impl Fn(&A, &BlockInfo) -> Result<A> + Send + Sync + 'static,
        declare: Declare,
    ) -> Result<Self> {
        Self::map_blocks_of(&[self], move |blocks, info| function(blocks[0], info), declare)
    }

    /// A function applied to the blocks of several arrays that broadcast against each other. Their grids are refined
    /// to a common one first; of an axis of length 1 that stretches, every block is given the whole.
    ///
    /// # Errors
    /// If there are no arrays, they do not broadcast, or the declaration does not fit their grid; a run fails as of
    /// [`map_blocks`](Self::map_blocks).
    pub fn map_blocks_of(
        arrays: &[&Self],
        function: impl Fn(&[&A], &BlockInfo) -> Result<A> + Send + Sync + 'static,
        declare: Declare,
    ) -> Result<Self> {
        let name = declare.name.clone().unwrap_or_else(|| "map_blocks".to_owned());
        let Some(first) = arrays.first() else {
            return Err(ShapeError::Arity { op: name, expected: 1, got: 0 }.into());
        };
        let dtype = declare.dtype.unwrap_or(first.dtype());
        let shape = broadcast_shapes(&name, arrays.iter().map(|a| a.shape()))?;
        let common = unify_broadcast(arrays, &shape);
        let axes = declare.axes(&name, &common)?;
        let grid = declare.grid(&name, &common, &axes)?;
        let meta = Meta { shape: grid.shape(), dtype };
        let function = BlockFunction { name, function: Arc::new(function), dtype, common };
        Ok(Self::record(Node {
            kind: Kind::MapBlocks(function),
            inputs: arrays.iter().map(|&a| a.clone()).collect(),
            metas: smallvec![meta],
            grids: smallvec![grid],
        }))
    }
}

impl Declare {
    /// For each axis of the result, the axis of the common grid that it comes from.
    fn axes(&self, name: &str, common: &Grid) -> Result<SmallVec<[Option<usize>; 4]>> {
        let ndim = common.axes().len();
        let out_of_range = |axis: usize, ndim: usize| ShapeError::Axis {
            op: name.to_owned(),
            axis: isize::try_from(axis).unwrap_or(isize::MAX),
            ndim,
        };
        for (k, &axis) in self.dropped.iter().enumerate() {
            if axis >= ndim {
                return Err(out_of_range(axis, ndim).into());
            }
            if self.dropped[..k].contains(&axis) {
                return Err(ShapeError::RepeatedAxis { op: name.to_owned(), axis }.into());
            }
        }
        let mut axes: SmallVec<[Option<usize>; 4]> =
            (0..ndim).filter(|axis| !self.dropped.contains(axis)).map(Some).collect();
        let mut added = self.added.clone();
        added.sort_unstable();
        for axis in added {
            if axis > axes.len() {
                return Err(out_of_range(axis, axes.len() + 1).into());
            }
            axes.insert(axis, None);
        }
        Ok(axes)
    }

    /// The grid of the result: as many blocks as the common grid has.
    fn grid(&self, name: &str, common: &Grid, axes: &[Option<usize>]) -> Result<Grid> {
        let declared: SmallVec<[AxisChunks; 4]> = match &self.chunks {
            None | Some(Chunks::Auto) => smallvec![AxisChunks::Whole; axes.len()],
            Some(Chunks::Every(every)) => smallvec![every.clone(); axes.len()],
            Some(Chunks::Axes(each)) if each.len() == axes.len() => each.clone(),
            Some(Chunks::Axes(each)) => {
                return Err(ShapeError::Parameter {
                    op: name.to_owned(),
                    what: "chunks",
                    value: format!("of {} axes", each.len()),
                    reason: format!("the result has {} axes", axes.len()),
                }
                .into());
            }
        };
        let partitions = axes.iter().zip(declared).enumerate().map(|(k, (&axis, chunks))| {
            let followed = axis.map(|a| &common.axes()[a]);
            let count = followed.map_or(1, Partition::count);
            let lengths = match chunks {
                AxisChunks::Auto | AxisChunks::Whole => {
                    return Ok(followed.cloned().unwrap_or_else(|| Partition::whole(1)));
                }
                AxisChunks::Size(size) => {
                    let length = usize::try_from(size).map_err(|_| ShapeError::Parameter {
                        op: name.to_owned(),
                        what: "chunk size",
                        value: size.to_string(),
                        reason: "it must not be negative, but for -1".to_owned(),
                    })?;
                    vec![length; count]
                }
                AxisChunks::Lengths(lengths) => lengths,
            };
            let length = lengths.iter().try_fold(0_usize, |sum, &n| sum.checked_add(n));
            let length = length.ok_or_else(|| ShapeError::TooLarge {
                op: name.to_owned(),
                shape: lengths.clone(),
            })?;
            Partition::new(name, k, length, &lengths)
        });
        let grid = Grid::new(partitions.collect::<Result<Vec<_>>>()?);
        if grid.blocks() != common.blocks() {
            return Err(ShapeError::Parameter {
                op: name.to_owned(),
                what: "grid of the result",
                value: grid.to_string(),
                reason: format!("the input has {common}"),
            }
            .into());
        }
        Ok(grid)
    }
}

/// Drafts one block of the result: the function of the blocks that it follows.
pub(super) fn lower<A: Array>(
    function: &BlockFunction<A>,
    node: &Node<A>,
    region: &Region,
    draft: &mut Draft<A>,
) -> SmallVec<[Value; 2]> {
    let grid = node.grid(0);
    let index = grid.locate(region);
    let common = function.common.region(&function.common.index(grid.flat(&index)));
    let shape = function.common.shape();
    let inputs: SmallVec<[Region; 1]> =
        node.inputs.iter().map(|a| aligned_region(a.shape(), &shape, &common)).collect();
    let blocks: Vec<Value> = node
        .inputs
        .iter()
        .zip(&inputs)
        .map(|(array, region)| draft.need(array, region.clone(), array.node.is_elastic()))
        .collect();
    let info = BlockInfo { index, counts: grid.counts(), region: region.clone(), inputs };
    let work = Work::Function { function: function.clone(), info: Arc::new(info) };
    let step = draft.push(work, blocks, false);
    smallvec![Value::Step { step, output: 0 }]
}

impl<A: Array> BlockFunction<A> {
    /// Calls the function; a panic becomes an error.
    pub(super) fn call(&self, blocks: &[&A], info: &BlockInfo) -> Result<A> {
        let block = caught(&self.name, || (self.function)(blocks, info))?;
        check_block(&self.name, &block, &info.region, self.dtype)?;
        Ok(block)
    }
}

/// What code of the user's gives; a panic becomes an error.
pub(super) fn caught<T>(name: &str, call: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        if is_cancellation(&*panic) {
            std::panic::resume_unwind(panic);
        }
        let (name, message) = (name.to_owned(), panic_message(&*panic));
        Err(ChunkError::User { name, message }.into())
    })
}

/// Checks a block that someone else made against what was promised.
pub(super) fn check_block<A: Array>(
    op: &str,
    block: &A,
    region: &Region,
    dtype: DType,
) -> Result<()> {
    let expected = Meta { shape: region.iter().map(std::ops::Range::len).collect(), dtype };
    if *block.meta() == expected {
        return Ok(());
    }
    Err(ChunkError::Block {
        op: op.to_owned(),
        got: block.meta().to_string(),
        expected: expected.to_string(),
    }
    .into())
}

/// What a panic said.
fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

impl<A> fmt::Debug for BlockFunction<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
