//! The trait [`Array`]: one required evaluator, everything else provided.

use super::{
    Assignment, Axes, Call, Contract, Create, Expr, Func, IndexArray, Indexing, IntoIndex,
    IntoShape, Map, Meta, Op, Operand, Part, Reduce, Reduction, Reindex, Repetitions, einsum,
    elementwise, index, manipulation, products, reduce, resolve_axes, resolve_axis, selection,
};
use super::{Order, ScanKind, UniqueAll, UniqueCounts, UniqueInverse, scan, searching, sets};
use crate::Result;
use crate::buffer::Values;
use crate::dtype::{DType, Element, Scalar, Weak};
use crate::error::{ShapeError, named};
use smallvec::SmallVec;

/// The results of an operation: one for most.
pub type Outputs<A> = SmallVec<[A; 1]>;

/// Calls a function with the settings of another thread (see [`Array::settings`]).
pub type Settings = Box<dyn Fn(&mut dyn FnMut()) + Send + Sync>;

/// What an array occupies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Footprint {
    /// How many elements are stored; of a dense array, all.
    pub stored: usize,
    /// The bytes of its values and structure.
    pub bytes: usize,
}

/// An array of the standard: any kind of storage that can evaluate an [`Op`].
///
/// A kind of array implements the four required items; the whole standard is provided on top, so that a program
/// written against this trait runs on all of them:
///
/// ```
/// use redpoll::{Array, Result};
/// /// The share of each column in the total, as log(1 + 10⁴ x).
/// fn shares<A: Array>(counts: &A) -> Result<A> {
///     let total = counts.sum(..)?;
///     counts.sum(0)?.divide(&total)?.multiply(1e4)?.log1p()
/// }
/// ```
///
/// Methods check shapes and data types first and give the same errors for every kind of array. Where a method takes
/// `impl Into<Operand>`, that is an array (by reference), a [`Scalar`] or a Rust number; `impl IntoShape` is a shape in
/// any form ([`IntoShape`]); where it takes `impl Into<Axes>`, that is one axis, an array of axes or `..` for all, and `Axes::from(0).keep()` keeps the
/// axis with length 1.
///
/// # Errors
/// Every method returns an error if shapes, axes or data types do not fit, or if the evaluator cannot hold the result
/// (memory limits, files, user functions, cancelled runs).
#[allow(clippy::missing_errors_doc)] // said once, above
pub trait Array: Clone + Send + Sync + std::fmt::Debug + Sized + 'static {
    /// Shape and data type.
    fn meta(&self) -> &Meta;

    /// What it occupies; of an array that is not computed yet, what is known.
    fn footprint(&self) -> Footprint;

    /// Evaluates an operation on inputs that were checked against it: `call.outputs()` are the metadata that the
    /// results must have.
    fn eval(call: &Call<'_>, inputs: &[&Self]) -> Result<Outputs<Self>>;

    /// All elements in row-major order, computed if need be.
    fn to_values(&self) -> Result<Values>;

    /// Evaluates a recorded computation. Provided: node by node; a kind of array that can fuse does better.
    fn eval_expr(expr: &Expr, inputs: &[&Self]) -> Result<Vec<Self>> {
        expr.eval_nodes(inputs)
    }

    /// Evaluates a recorded computation and says how. Provided: the steps, one in a line.
    fn explain_expr(expr: &Expr, inputs: &[&Self]) -> Result<String> {
        Self::eval_expr(expr, inputs)?;
        Ok(expr.to_string())
    }

    /// What the scopes of the calling thread have set for this kind of array, for work that goes on on another
    /// thread: a function that calls its argument with the same settings. Provided: there are none.
    fn settings() -> Settings {
        Box::new(|body| body())
    }

    /// The same array with its elements computed and kept, so that what is asked of it later starts from them.
    /// Provided: itself; a kind of array that only records does better.
    fn persist(&self) -> Result<Self> {
        Ok(self.clone())
    }

    /// Whether its elements are not there but are computed, or read, whenever something is asked of it. Provided: no.
    fn is_recorded(&self) -> bool {
        false
    }

    /// Writes values over a part of each axis, if nothing but the array's own memory is needed: where that belongs to no
    /// other array, and what the values store is stored already, and nothing else in that part. The values have the shape
    /// of the part and the array's data type; a scalar of that type is one for all. Whether it was done; if not, the array
    /// has not changed. Provided: never.
    fn overwrite(&mut self, parts: &[Part], values: Operand<'_, Self>) -> Result<bool> {
        let _ = (parts, values);
        Ok(false)
    }

    /// One element, as an array without axes. Provided: a slice; a kind of array that finds an element at once does
    /// better.
    fn element(&self, index: &[usize]) -> Result<Self> {
        manipulation::element(self, index)
    }

    /// Checks an operation against its inputs, then evaluates it.
    fn apply(op: &Op, inputs: &[&Self]) -> Result<Outputs<Self>> {
        let metas: SmallVec<[&Meta; 3]> = inputs.iter().map(|a| a.meta()).collect();
        Self::eval(&op.call(&metas)?, inputs)
    }

    /// As [`apply`](Self::apply), for operations with one result.
    fn apply_one(op: impl Into<Op>, inputs: &[&Self]) -> Result<Self> {
        Ok(Self::apply(&op.into(), inputs)?.swap_remove(0))
    }

    /// An array that is created, of the kind of this one. Provided: [`apply_one`](Self::apply_one) without inputs; a type
    /// that stands for several kinds of arrays does better.
    fn create_like(&self, create: Create) -> Result<Self> {
        Self::apply_one(create, &[])
    }

    // ── attributes ──────────────────────────────────────────────────────────────────────────────────────────────

    /// The lengths of the axes.
    fn shape(&self) -> &[usize] {
        &self.meta().shape
    }

    /// The data type.
    fn dtype(&self) -> DType {
        self.meta().dtype
    }

    /// The number of axes.
    fn ndim(&self) -> usize {
        self.shape().len()
    }

    /// The number of elements, as far as `u128` reaches.
    fn size(&self) -> u128 {
        self.meta().size()
    }

    // ── creation ────────────────────────────────────────────────────────────────────────────────────────────────

    /// An array filled with zeros (`false`).
    fn zeros(shape: impl IntoShape, dtype: DType) -> Result<Self> {
        named("zeros", || Self::full(shape, Scalar::zero(dtype)))
    }

    /// An array filled with ones (`true`).
    fn ones(shape: impl IntoShape, dtype: DType) -> Result<Self> {
        named("ones", || Self::full(shape, Scalar::one(dtype)))
    }

    /// An array filled with a value, of the value's data type.
    fn full(shape: impl IntoShape, value: impl Into<Scalar>) -> Result<Self> {
        Self::apply_one(Create::full(shape, value), &[])
    }

    /// An array of a shape and data type; here always filled with zeros.
    fn empty(shape: impl IntoShape, dtype: DType) -> Result<Self> {
        named("empty", || Self::zeros(shape, dtype))
    }

    /// Zeros of the shape and data type of this array.
    fn zeros_like(&self) -> Result<Self> {
        let zero = Create::full(self.shape(), Scalar::zero(self.dtype()));
        named("zeros_like", || self.create_like(zero))
    }

    /// Ones of the shape and data type of this array.
    fn ones_like(&self) -> Result<Self> {
        let one = Create::full(self.shape(), Scalar::one(self.dtype()));
        named("ones_like", || self.create_like(one))
    }

    /// An array of the shape and data type of this one, filled with a number.
    fn full_like(&self, value: impl Into<Weak>) -> Result<Self> {
        let value = value.into().resolve("full_like", self.dtype())?.cast(self.dtype());
        named("full_like", || self.create_like(Create::full(self.shape(), value)))
    }

    /// A `rows × columns` array with ones on a diagonal: 0 is the main one, a positive number lies above it.
    fn eye(rows: usize, columns: usize, diagonal: isize, dtype: DType) -> Result<Self> {
        // Beyond the corners all diagonals are alike.
        let corner = |length: usize| isize::try_from(length).unwrap_or(isize::MAX);
        let diagonal = diagonal.clamp(-corner(rows), corner(columns));
        Self::apply_one(Create::Eye { rows, columns, diagonal, dtype }, &[])
    }

    /// The lower triangle of matrices (the last two axes), zero elsewhere: what is on and below a diagonal, of which 0
    /// is the main one and a positive number lies above it.
    fn tril(&self, diagonal: isize) -> Result<Self> {
        named("tril", || selection::band(self, None, Some(diagonal)))
    }

    /// The upper triangle of matrices (the last two axes), zero elsewhere: what is on and above a diagonal.
    fn triu(&self, diagonal: isize) -> Result<Self> {
        named("triu", || selection::band(self, Some(diagonal), None))
    }

    /// The coordinates of a grid: for each of some 1-dimensional arrays its elements along its own axis, the same along
    /// the others.
    fn meshgrid(arrays: &[&Self], indexing: Indexing) -> Result<Vec<Self>> {
        named("meshgrid", || manipulation::meshgrid(arrays, indexing))
    }

    /// The numbers from `start` to before `stop`, `step` apart.
    fn arange(
        start: impl Into<Weak>,
        stop: impl Into<Weak>,
        step: impl Into<Weak>,
        dtype: DType,
    ) -> Result<Self> {
        let (start, stop, step) = (start.into(), stop.into(), step.into());
        let length = super::sequence_length(start, stop, step)?;
        Self::apply_one(Create::Arange { start, step, offset: 0, length, dtype }, &[])
    }

    /// `count` evenly spaced numbers from `start` to `stop`, which belongs to them with `endpoint`.
    fn linspace(
        start: impl Into<Weak>,
        stop: impl Into<Weak>,
        count: usize,
        endpoint: bool,
        dtype: DType,
    ) -> Result<Self> {
        let (start, stop) = (start.into(), stop.into());
        Self::apply_one(
            Create::Linspace { start, stop, count, endpoint, offset: 0, length: count, dtype },
            &[],
        )
    }

    /// An array of given values in row-major order: an array, slice or vector of elements, or [`Values`], which an
    /// iterator collects to.
    ///
    /// ```
    /// use redpoll::{Array, Dense, buffer::Values};
    /// let x = Dense::from_values((2, 2), [1.0, 2.0, 3.0, 4.0])?;
    /// let squares: Values = (0..4).map(|k| f64::from(k * k)).collect();
    /// assert_eq!((x + Dense::from_values((2, 2), squares)?).to_vec::<f64>()?, [1.0, 3.0, 7.0, 13.0]);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    fn from_values(shape: impl IntoShape, values: impl Into<Values>) -> Result<Self> {
        let literal = Create::Literal { shape: shape.into_shape(), values: values.into() };
        named("from_values", || Self::apply_one(literal, &[]))
    }

    // ── data out ────────────────────────────────────────────────────────────────────────────────────────────────

    /// All elements in row-major order as Rust values of their own type.
    fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        super::expect_dtype::<T>("to_vec", self.dtype())?;
        let values = T::into_buffer(self.to_values()?.unshared("to_vec")?);
        Ok(values.expect("values are of the array's data type").into_vec())
    }

    /// The value of an array with one element.
    fn item(&self) -> Result<Scalar> {
        if self.size() != 1 {
            return Err(ShapeError::Mismatch {
                op: "item".to_owned(),
                shapes: vec![self.shape().to_vec()],
                reason: "not exactly one element".to_owned(),
            }
            .into());
        }
        Ok(self.to_values()?.get(0))
    }

    // ── data types ──────────────────────────────────────────────────────────────────────────────────────────────

    /// The elements converted to another data type (see [`Cast`](crate::dtype::Cast)).
    fn astype(&self, dtype: DType) -> Result<Self> {
        if dtype == self.dtype() {
            return Ok(self.clone());
        }
        Self::apply_one(Op::Cast(dtype), &[self])
    }

    // ── elementwise ─────────────────────────────────────────────────────────────────────────────────────────────

    /// A function of one array.
    fn unary(&self, func: Func) -> Result<Self> {
        Self::apply_one(Map::of_arrays(func), &[self])
    }

    /// A function of this array and another operand.
    fn binary<'a>(&'a self, func: Func, other: impl Into<Operand<'a, Self>>) -> Result<Self> {
        elementwise::map(func, [self.into(), other.into()])
    }

    /// A function of another operand and this array: `x.reversed(Func::Subtract, 1.0)` is `1.0 - x`.
    fn reversed<'a>(&'a self, func: Func, other: impl Into<Operand<'a, Self>>) -> Result<Self> {
        elementwise::map(func, [other.into(), self.into()])
    }

    super::elementwise::methods!();

    /// A function of the caller's on every element, of the array's data type `T`, which may give another.
    ///
    /// A tensor keeps its pattern: the function is called for stored values, not necessarily in order or on one thread,
    /// and for the fill. A chunked array records it, to be called block by block: a panic of the function is an error
    /// there and goes through elsewhere. A lazy array is computed first. Elsewhere all elements are written out, unless
    /// the kind of array does better.
    ///
    /// ```
    /// use redpoll::{Array, Result, Tensor, dtype::DType};
    /// /// Elements moved towards zero, those within the limit to zero itself.
    /// fn soft_threshold<A: Array>(x: &A, limit: f64) -> Result<A> {
    ///     x.map_values(move |v: f64| v.signum() * (v.abs() - limit).max(0.0))
    /// }
    /// let x = Tensor::eye(1_000_000, 1_000_000, 0, DType::Float64)? * 3;
    /// let y = soft_threshold(&x, 1.0)?;
    /// assert_eq!((y.stored(), y.sum(..)?.item()?), (1_000_000, 2e6.into()));
    /// let signs = x.map_values(|v: f64| v > 0.0)?;
    /// assert_eq!(signs.dtype(), DType::Bool);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    fn map_values<T: Element, U: Element>(
        &self,
        function: impl Fn(T) -> U + Send + Sync + 'static,
    ) -> Result<Self> {
        super::expect_dtype::<T>("map_values", self.dtype())?;
        let values: Values = self.to_vec::<T>()?.into_iter().map(function).collect();
        Self::from_values(self.shape(), values)
    }

    /// This array's elements limited to `[min, max]`; `None` is no limit.
    fn clip<'a>(
        &'a self,
        min: Option<impl Into<Operand<'a, Self>>>,
        max: Option<impl Into<Operand<'a, Self>>>,
    ) -> Result<Self> {
        elementwise::clip(self, min.map(Into::into), max.map(Into::into))
    }

    /// Where this `bool` array holds, elements of `x1`, else of `x2`.
    fn where_<'a>(
        &'a self,
        x1: impl Into<Operand<'a, Self>>,
        x2: impl Into<Operand<'a, Self>>,
    ) -> Result<Self> {
        elementwise::map(Func::Where, [self.into(), x1.into(), x2.into()])
    }

    // ── reductions ──────────────────────────────────────────────────────────────────────────────────────────────

    /// A reduction along axes; all its results (two for `mean_var`).
    fn reduce(&self, reduction: Reduction, axes: impl Into<Axes>) -> Result<Outputs<Self>> {
        let axes = axes.into();
        let op = Reduce {
            reduction,
            axes: axes.resolve(reduction.name(), self.ndim())?,
            keepdims: axes.keepdims(),
        };
        Self::apply(&op.into(), &[self])
    }

    /// The sum. Integers give at least 64 bits; floats are summed in `f64`, and compensated where the result is.
    fn sum(&self, axes: impl Into<Axes>) -> Result<Self> {
        Ok(self.reduce(Reduction::Sum, axes)?.swap_remove(0))
    }

    /// The product. Of finite elements one of which is 0 it is 0, also where the others overflow.
    fn prod(&self, axes: impl Into<Axes>) -> Result<Self> {
        Ok(self.reduce(Reduction::Prod, axes)?.swap_remove(0))
    }

    /// The least element; NaN if any is.
    fn min(&self, axes: impl Into<Axes>) -> Result<Self> {
        Ok(self.reduce(Reduction::Min, axes)?.swap_remove(0))
    }

    /// The greatest element; NaN if any is.
    fn max(&self, axes: impl Into<Axes>) -> Result<Self> {
        Ok(self.reduce(Reduction::Max, axes)?.swap_remove(0))
    }

    /// The arithmetic mean.
    fn mean(&self, axes: impl Into<Axes>) -> Result<Self> {
        Ok(self.reduce(Reduction::Mean, axes)?.swap_remove(0))
    }

    /// The variance, with `correction` subtracted from the count (0 for a population, 1 for a sample).
    fn var(&self, axes: impl Into<Axes>, correction: f64) -> Result<Self> {
        Ok(self.reduce(Reduction::Var { correction }, axes)?.swap_remove(0))
    }

    /// The standard deviation, with `correction` as of [`var`](Self::var).
    fn std(&self, axes: impl Into<Axes>, correction: f64) -> Result<Self> {
        Ok(self.reduce(Reduction::Std { correction }, axes)?.swap_remove(0))
    }

    /// Whether any element is not zero.
    fn any(&self, axes: impl Into<Axes>) -> Result<Self> {
        Ok(self.reduce(Reduction::Any, axes)?.swap_remove(0))
    }

    /// Whether all elements are not zero.
    fn all(&self, axes: impl Into<Axes>) -> Result<Self> {
        Ok(self.reduce(Reduction::All, axes)?.swap_remove(0))
    }

    /// How many elements are not zero.
    fn count_nonzero(&self, axes: impl Into<Axes>) -> Result<Self> {
        Ok(self.reduce(Reduction::CountNonzero, axes)?.swap_remove(0))
    }

    /// The position of the first least element along an axis; of the row-major order for `..`.
    fn argmin(&self, axis: impl Into<Axes>) -> Result<Self> {
        named("argmin", || reduce::argument(self, Reduction::ArgMin, axis.into()))
    }

    /// The position of the first greatest element along an axis; of the row-major order for `..`.
    fn argmax(&self, axis: impl Into<Axes>) -> Result<Self> {
        named("argmax", || reduce::argument(self, Reduction::ArgMax, axis.into()))
    }

    // ── indexing ────────────────────────────────────────────────────────────────────────────────────────────────

    /// The part of the array that an index expression selects (see [`Ix`](super::Ix) and [`Key`](super::Key)):
    /// `x.index((0, 1.., ..))`, `x.index((&rows, 2))`, `x.index(&mask)`.
    ///
    /// ```
    /// use redpoll::{Array, Dense};
    /// let x = Dense::from_values([2, 3], vec![1, 2, 3, 4, 5, 6])?;
    /// assert_eq!(x.index((-1, 1..))?.to_vec::<i32>()?, [5, 6]);
    /// assert_eq!(x.index((vec![1, 0, 1], vec![2, 0, 0]))?.to_vec::<i32>()?, [6, 1, 4]);
    /// assert_eq!(x.index(&x.greater(4)?)?.to_vec::<i32>()?, [5, 6]);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    fn index<'i>(&self, index: impl IntoIndex<'i, Self>) -> Result<Self> {
        named("index", || index::index(self, &index.into_index()))
    }

    /// This array with a value in the place of what an index expression selects; this array itself does not change.
    ///
    /// The value is an array that stretches to the shape of the selection, or a number. It takes this array's data
    /// type, which must be of its kind or a later one of `bool`, unsigned and signed integers, real and complex
    /// floats. Where an element is selected more than once, the last value remains.
    ///
    /// ```
    /// use redpoll::{Array, Tensor, dtype::DType};
    /// let x = Tensor::eye(1_000_000, 1_000_000, 0, DType::Float64)?.assign((7, 8), 2)?;
    /// assert_eq!(x.stored(), 1_000_001);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    fn assign<'i>(
        &self,
        index: impl IntoIndex<'i, Self>,
        value: impl Into<Operand<'i, Self>>,
    ) -> Result<Self> {
        Assignment::new(self, index, value)?.apply(self)
    }

    /// As [`assign`](Self::assign), in the place of this array. Where its memory belongs to no other array and has room for
    /// the value (see [`overwrite`](Self::overwrite)), only what is selected is written.
    ///
    /// ```
    /// use redpoll::{Array, Tensor};
    /// let mut x = Tensor::from_values([4], [1.0, 2.0, 3.0, 4.0])?;
    /// let before = x.clone();
    /// x.set(1.., 0)?;
    /// assert_eq!(x.to_vec::<f64>()?, [1.0, 0.0, 0.0, 0.0]);
    /// assert_eq!(before.to_vec::<f64>()?, [1.0, 2.0, 3.0, 4.0]);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    fn set<'i>(
        &mut self,
        index: impl IntoIndex<'i, Self>,
        value: impl Into<Operand<'i, Self>>,
    ) -> Result<()> {
        let assignment = Assignment::new(self, index, value)?;
        if !assignment.in_place(self)? {
            *self = assignment.apply(self)?;
        }
        Ok(())
    }

    /// The elements at indices along an axis, in their order: integers of any data type, of which negative ones count
    /// from the end, as a list or an array of any shape, which takes the place of the axis.
    fn take<'i>(&self, indices: impl Into<IndexArray<'i, Self>>, axis: isize) -> Result<Self> {
        named("take", || selection::take(self, &indices.into(), axis))
    }

    /// Of each line along an axis the elements at its own indices: element `(i, k)` of the result is element
    /// `(i, indices[i, k])` for the last of two axes. The other axes broadcast.
    fn take_along_axis<'i>(
        &self,
        indices: impl Into<IndexArray<'i, Self>>,
        axis: isize,
    ) -> Result<Self> {
        named("take_along_axis", || selection::take_along_axis(self, &indices.into(), axis))
    }

    // ── products ────────────────────────────────────────────────────────────────────────────────────────────────

    /// A sum of products over labelled axes.
    fn contract(&self, other: &Self, contract: Contract) -> Result<Self> {
        Self::apply_one(contract, &[self, other])
    }

    /// The matrix product `(…, n, k) × (…, k, m) → (…, n, m)`; leading axes broadcast, a 1-dimensional operand is a
    /// vector.
    fn matmul(&self, other: &Self) -> Result<Self> {
        named("matmul", || products::matmul(self, other))
    }

    /// The sum of products over one axis, the other axes broadcast; the left operand is conjugated.
    fn vecdot(&self, other: &Self, axis: isize) -> Result<Self> {
        named("vecdot", || products::vecdot(self, other, axis))
    }

    /// The sum of products over the last `axes` axes of this array and the first of the other.
    fn tensordot(&self, other: &Self, axes: usize) -> Result<Self> {
        named("tensordot", || products::tensordot(self, other, axes))
    }

    /// The sum of products over the axes named, pair by pair.
    fn tensordot_axes(&self, other: &Self, left: &[isize], right: &[isize]) -> Result<Self> {
        named("tensordot", || products::tensordot_axes(self, other, left, right))
    }

    /// The sum of products over labelled axes, in the notation of NumPy's `einsum`, beyond the standard: letters are
    /// labels, a label twice in one operand is a diagonal, `...` stands for axes that broadcast. Without `->` the
    /// result has the labels that come once, in the order of the alphabet. Sums are in the arrays' common data type.
    ///
    /// ```
    /// use redpoll::{Array, Dense};
    /// let x = Dense::from_values([2, 2], vec![1.0, 2.0, 3.0, 4.0])?;
    /// assert_eq!(Dense::einsum("ij,kj->ik", &[&x, &x])?.to_vec::<f64>()?, [5.0, 11.0, 11.0, 25.0]);
    /// assert_eq!(Dense::einsum("ii", &[&x])?.to_vec::<f64>()?, [5.0]);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    fn einsum(subscripts: &str, arrays: &[&Self]) -> Result<Self> {
        named("einsum", || einsum::einsum(subscripts, arrays))
    }

    /// The last two axes exchanged.
    fn matrix_transpose(&self) -> Result<Self> {
        named("matrix_transpose", || manipulation::matrix_transpose(self))
    }

    // ── manipulation ────────────────────────────────────────────────────────────────────────────────────────────

    /// All axes in reverse order: of a matrix, its transpose. Never fails for shapes.
    fn t(&self) -> Result<Self> {
        Self::apply_one(Reindex::Permute { axes: (0..self.ndim()).rev().collect() }, &[self])
    }

    /// Axis `k` of the result is axis `axes[k]` of this array.
    fn permute_dims(&self, axes: &[isize]) -> Result<Self> {
        let axes = resolve_axes("permute_dims", axes, self.ndim())?;
        named("permute_dims", || Self::apply_one(Reindex::Permute { axes }, &[self]))
    }

    /// The axes `source` moved to the places `destination`, the others in order.
    fn moveaxis(&self, source: &[isize], destination: &[isize]) -> Result<Self> {
        named("moveaxis", || manipulation::moveaxis(self, source, destination))
    }

    /// The elements in row-major order under another shape, of which one length may be −1: what is left.
    fn reshape(&self, shape: impl IntoShape<isize>) -> Result<Self> {
        named("reshape", || manipulation::reshape(self, &shape.into_shape()))
    }

    /// Stretched to a shape.
    fn broadcast_to(&self, shape: impl IntoShape) -> Result<Self> {
        named("broadcast_to", || manipulation::broadcast_to(self, &shape.into_shape()))
    }

    /// All arrays stretched to their common shape.
    fn broadcast_arrays(arrays: &[&Self]) -> Result<Vec<Self>> {
        named("broadcast_arrays", || manipulation::broadcast_arrays(arrays))
    }

    /// A new axis of length 1 at a place of the result.
    fn expand_dims(&self, axis: isize) -> Result<Self> {
        named("expand_dims", || manipulation::expand_dims(self, axis))
    }

    /// Axes of length 1 removed.
    fn squeeze(&self, axes: impl Into<Axes>) -> Result<Self> {
        named("squeeze", || manipulation::squeeze(self, &axes.into()))
    }

    /// The elements in reverse order along axes.
    fn flip(&self, axes: impl Into<Axes>) -> Result<Self> {
        named("flip", || manipulation::flip(self, &axes.into()))
    }

    /// The elements moved by `shift` along an axis, those that leave at the end entering at the start.
    fn roll(&self, shift: isize, axis: isize) -> Result<Self> {
        named("roll", || manipulation::roll(self, shift, axis))
    }

    /// The elements in row-major order moved by `shift`, under the same shape.
    fn roll_flat(&self, shift: isize) -> Result<Self> {
        named("roll", || manipulation::roll_flat(self, shift))
    }

    /// The elements in row-major order as a vector.
    fn flatten(&self) -> Result<Self> {
        named("flatten", || manipulation::flatten(self))
    }

    /// The array repeated `repetitions[k]` times along axis `k`; missing axes or repetitions count as 1.
    fn tile(&self, repetitions: impl IntoShape) -> Result<Self> {
        named("tile", || manipulation::tile(self, &repetitions.into_shape()))
    }

    /// Each element repeated along an axis: all of them as often as a number says, or each by its own count.
    fn repeat<'i>(
        &self,
        repetitions: impl Into<Repetitions<'i, Self>>,
        axis: isize,
    ) -> Result<Self> {
        named("repeat", || selection::repeat(self, &repetitions.into(), axis))
    }

    /// Arrays one after the other along an axis.
    fn concat(arrays: &[&Self], axis: isize) -> Result<Self> {
        named("concat", || manipulation::concat(arrays, axis))
    }

    /// Arrays of one shape side by side along a new axis.
    fn stack(arrays: &[&Self], axis: isize) -> Result<Self> {
        named("stack", || manipulation::stack(arrays, axis))
    }

    /// The array cut along an axis into arrays without it.
    fn unstack(&self, axis: isize) -> Result<Vec<Self>> {
        named("unstack", || manipulation::unstack(self, axis))
    }

    // ── scans ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// The sums of all elements up to each, along an axis, of the data type of [`sum`](Self::sum). With
    /// `include_initial` 0 comes first, and the axis is longer by 1.
    fn cumulative_sum(&self, axis: isize, include_initial: bool) -> Result<Self> {
        named("cumulative_sum", || scan::cumulative(self, ScanKind::Sum, axis, include_initial))
    }

    /// The products of all elements up to each, along an axis, of the data type of [`prod`](Self::prod). With
    /// `include_initial` 1 comes first, and the axis is longer by 1.
    fn cumulative_prod(&self, axis: isize, include_initial: bool) -> Result<Self> {
        named("cumulative_prod", || scan::cumulative(self, ScanKind::Prod, axis, include_initial))
    }

    /// The differences of neighbours along an axis, `n` times over; before that `prepend` and `append` are joined to
    /// the ends. Of numbers only.
    fn diff(
        &self,
        n: usize,
        axis: isize,
        prepend: Option<&Self>,
        append: Option<&Self>,
    ) -> Result<Self> {
        named("diff", || scan::diff(self, n, axis, prepend, append))
    }

    // ── sorting, searching, sets ────────────────────────────────────────────────────────────────────────────────

    /// The elements along an axis in order (see [`Order`]): NaN last, or with `descending` first; equal ones keep
    /// their order.
    fn sort(&self, axis: isize, descending: bool) -> Result<Self> {
        let axis = resolve_axis("sort", axis, self.ndim())?;
        Self::apply_one(Order::Sort { axis, descending }, &[self])
    }

    /// The indices that [`sort`](Self::sort) takes the elements from, as `int64`.
    fn argsort(&self, axis: isize, descending: bool) -> Result<Self> {
        let axis = resolve_axis("argsort", axis, self.ndim())?;
        Self::apply_one(Order::ArgSort { axis, descending }, &[self])
    }

    /// Where elements belong in this vector, which is in ascending order: before those that equal them, or with
    /// `right` after them, as `int64`. A `sorter`, as [`argsort`](Self::argsort) gives it, puts it in order first;
    /// it is computed then, where an array is lazy.
    fn searchsorted(&self, elements: &Self, right: bool, sorter: Option<&Self>) -> Result<Self> {
        named("searchsorted", || searching::searchsorted(self, elements, right, sorter))
    }

    /// The indices of the elements that are not zero: a vector of `int64` for each axis, in row-major order of the
    /// elements. Computes them, also where the array is lazy: their number is the result's shape.
    fn nonzero(&self) -> Result<Vec<Self>> {
        named("nonzero", || searching::nonzero(self))
    }

    /// Whether each element is among those of another array, or with `invert` whether it is not. A NaN is among
    /// none.
    fn isin(&self, among: &Self, invert: bool) -> Result<Self> {
        named("isin", || searching::isin(self, among, invert))
    }

    /// The distinct elements in ascending order, where each first comes, where each element is among them, and how
    /// often each comes. NaNs are distinct, −0 and 0 are not. Computes them, as [`nonzero`](Self::nonzero) does.
    fn unique_all(&self) -> Result<UniqueAll<Self>> {
        named("unique_all", || sets::unique_all(self))
    }

    /// The distinct elements and how often each comes, as of [`unique_all`](Self::unique_all).
    fn unique_counts(&self) -> Result<UniqueCounts<Self>> {
        named("unique_counts", || sets::unique_counts(self))
    }

    /// The distinct elements and where each element is among them, as of [`unique_all`](Self::unique_all).
    fn unique_inverse(&self) -> Result<UniqueInverse<Self>> {
        named("unique_inverse", || sets::unique_inverse(self))
    }

    /// The distinct elements in ascending order, as of [`unique_all`](Self::unique_all).
    fn unique_values(&self) -> Result<Self> {
        named("unique_values", || sets::unique_values(self))
    }
}
