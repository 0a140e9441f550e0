//! The trait [`Array`]: one required evaluator, everything else provided.

use super::index::{self, IntoIndex};
use super::{Arg, contract::Lowered};
use super::{
    Axes, AxisSlice, Call, Contract, Create, Expr, Func, Join, Map, Meta, Op, Operand, Reduce,
    Reduction, Reindex, Select, Shape, broadcast_shapes, checked_size, resolve_axes, resolve_axis,
};
use crate::Result;
use crate::buffer::Values;
use crate::dtype::{DType, Element, Scalar, Weak, promote_for, result_type_for};
use crate::error::ShapeError;
use smallvec::{SmallVec, smallvec};

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
/// `impl Into<Operand>`, that is an array (by reference), a [`Scalar`] or a Rust number; where it takes
/// `impl Into<Axes>`, that is one axis, an array of axes or `..` for all, and `Axes::from(0).keep()` keeps the
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

    /// Checks an operation against its inputs, then evaluates it.
    fn apply(op: &Op, inputs: &[&Self]) -> Result<Outputs<Self>> {
        let metas: SmallVec<[&Meta; 3]> = inputs.iter().map(|a| a.meta()).collect();
        Self::eval(&op.call(&metas)?, inputs)
    }

    /// As [`apply`](Self::apply), for operations with one result.
    fn apply_one(op: impl Into<Op>, inputs: &[&Self]) -> Result<Self> {
        Ok(Self::apply(&op.into(), inputs)?.swap_remove(0))
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
    fn zeros(shape: impl AsRef<[usize]>, dtype: DType) -> Result<Self> {
        Self::full(shape, Scalar::zero(dtype))
    }

    /// An array filled with ones (`true`).
    fn ones(shape: impl AsRef<[usize]>, dtype: DType) -> Result<Self> {
        Self::full(shape, Scalar::one(dtype))
    }

    /// An array filled with a value, of the value's data type.
    fn full(shape: impl AsRef<[usize]>, value: impl Into<Scalar>) -> Result<Self> {
        Self::apply_one(Create::Full { shape: shape.as_ref().into(), value: value.into() }, &[])
    }

    /// An array of a shape and data type; here always filled with zeros.
    fn empty(shape: impl AsRef<[usize]>, dtype: DType) -> Result<Self> {
        Self::zeros(shape, dtype)
    }

    /// Zeros of the shape and data type of this array.
    fn zeros_like(&self) -> Result<Self> {
        Self::zeros(self.shape(), self.dtype())
    }

    /// Ones of the shape and data type of this array.
    fn ones_like(&self) -> Result<Self> {
        Self::ones(self.shape(), self.dtype())
    }

    /// An array of the shape and data type of this one, filled with a number.
    fn full_like(&self, value: impl Into<Weak>) -> Result<Self> {
        let value = value.into().resolve("full_like", self.dtype())?.cast(self.dtype());
        Self::full(self.shape(), value)
    }

    /// A `rows × columns` array with ones on a diagonal: 0 is the main one, a positive number lies above it.
    fn eye(rows: usize, columns: usize, diagonal: isize, dtype: DType) -> Result<Self> {
        Self::apply_one(Create::Eye { rows, columns, diagonal, dtype }, &[])
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

    /// An array of given values in row-major order: a slice or vector of elements, or [`Values`].
    fn from_values(shape: impl AsRef<[usize]>, values: impl Into<Values>) -> Result<Self> {
        Self::apply_one(
            Create::Literal { shape: shape.as_ref().into(), values: values.into() },
            &[],
        )
    }

    // ── data out ────────────────────────────────────────────────────────────────────────────────────────────────

    /// All elements in row-major order as Rust values of their own type.
    fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        let values = self.to_values()?;
        T::into_buffer(values).map(crate::buffer::Buffer::into_vec).map_err(|other| {
            crate::error::DTypeError::Unsupported {
                op: "to_vec".to_owned(),
                dtype: other.dtype(),
                expected: format!("{} (use astype first)", T::DTYPE),
            }
            .into()
        })
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
        map(func, [self.into(), other.into()])
    }

    /// A function of another operand and this array: `x.reversed(Func::Subtract, 1.0)` is `1.0 - x`.
    fn reversed<'a>(&'a self, func: Func, other: impl Into<Operand<'a, Self>>) -> Result<Self> {
        map(func, [other.into(), self.into()])
    }

    super::elementwise::methods!();

    /// This array's elements limited to `[min, max]`; `None` is no limit.
    fn clip<'a>(
        &'a self,
        min: Option<impl Into<Operand<'a, Self>>>,
        max: Option<impl Into<Operand<'a, Self>>>,
    ) -> Result<Self> {
        let result = match (min.map(Into::into), max.map(Into::into)) {
            (None, None) => return Ok(self.clone()),
            (Some(min), None) => map(Func::Maximum, [self.into(), min])?,
            (None, Some(max)) => map(Func::Minimum, [self.into(), max])?,
            (Some(min), Some(max)) => map(Func::Clip, [self.into(), min, max])?,
        };
        result.astype(self.dtype())
    }

    /// Where this `bool` array holds, elements of `x1`, else of `x2`.
    fn where_<'a>(
        &'a self,
        x1: impl Into<Operand<'a, Self>>,
        x2: impl Into<Operand<'a, Self>>,
    ) -> Result<Self> {
        map(Func::Where, [self.into(), x1.into(), x2.into()])
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

    /// The sum. Integers give at least 64 bits; floats are summed in `f64` and compensated.
    fn sum(&self, axes: impl Into<Axes>) -> Result<Self> {
        Ok(self.reduce(Reduction::Sum, axes)?.swap_remove(0))
    }

    /// The product.
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
        argument(self, Reduction::ArgMin, axis.into())
    }

    /// The position of the first greatest element along an axis; of the row-major order for `..`.
    fn argmax(&self, axis: impl Into<Axes>) -> Result<Self> {
        argument(self, Reduction::ArgMax, axis.into())
    }

    // ── products ────────────────────────────────────────────────────────────────────────────────────────────────

    /// A sum of products over labelled axes.
    fn contract(&self, other: &Self, contract: Contract) -> Result<Self> {
        Self::apply_one(contract, &[self, other])
    }

    /// The matrix product `(…, n, k) × (…, k, m) → (…, n, m)`; leading axes broadcast, a 1-dimensional operand is a
    /// vector.
    fn matmul(&self, other: &Self) -> Result<Self> {
        contract_lowered(self, other, Contract::matmul(self.meta(), other.meta())?)
    }

    /// The sum of products over one axis, the other axes broadcast; the left operand is conjugated.
    fn vecdot(&self, other: &Self, axis: isize) -> Result<Self> {
        // The axis counts from the end in both, as the standard asks for.
        let ndim = self.ndim().min(other.ndim());
        let from_end = if axis < 0 { axis } else { axis - ndim as isize };
        let left = self.moveaxis(&[from_end], &[-1])?.conj()?;
        let right = other.moveaxis(&[from_end], &[-1])?;
        let lowered = Contract::vecdot(left.meta(), right.meta())?;
        contract_lowered(&left, &right, lowered)
    }

    /// The sum of products over the last `axes` axes of this array and the first of the other.
    fn tensordot(&self, other: &Self, axes: usize) -> Result<Self> {
        if axes > self.ndim() || axes > other.ndim() {
            return Err(ShapeError::Parameter {
                op: "tensordot".to_owned(),
                what: "axes",
                value: axes.to_string(),
                reason: format!("the arrays have {} and {} axes", self.ndim(), other.ndim()),
            }
            .into());
        }
        let first = self.ndim() - axes;
        let pairs: SmallVec<[(usize, usize); 4]> = (0..axes).map(|k| (first + k, k)).collect();
        self.contract(other, Contract::tensordot(self.meta(), other.meta(), &pairs)?)
    }

    /// The sum of products over the axes named, pair by pair.
    fn tensordot_axes(&self, other: &Self, left: &[isize], right: &[isize]) -> Result<Self> {
        let op = "tensordot";
        super::op::expect_arity(op, left.len(), right.len())?;
        let left = resolve_axes(op, left, self.ndim())?;
        let right = resolve_axes(op, right, other.ndim())?;
        let pairs: SmallVec<[(usize, usize); 4]> = left.into_iter().zip(right).collect();
        self.contract(other, Contract::tensordot(self.meta(), other.meta(), &pairs)?)
    }

    /// The last two axes exchanged.
    fn matrix_transpose(&self) -> Result<Self> {
        let ndim = self.ndim();
        if ndim < 2 {
            return Err(ShapeError::Mismatch {
                op: "matrix_transpose".to_owned(),
                shapes: vec![self.shape().to_vec()],
                reason: "a matrix has two axes".to_owned(),
            }
            .into());
        }
        let mut axes: SmallVec<[usize; 4]> = (0..ndim).collect();
        axes.swap(ndim - 2, ndim - 1);
        Self::apply_one(Reindex::Permute { axes }, &[self])
    }

    // ── manipulation ────────────────────────────────────────────────────────────────────────────────────────────

    /// All axes in reverse order: of a matrix, its transpose. Never fails for shapes.
    fn t(&self) -> Result<Self> {
        Self::apply_one(Reindex::Permute { axes: (0..self.ndim()).rev().collect() }, &[self])
    }

    /// Axis `k` of the result is axis `axes[k]` of this array.
    fn permute_dims(&self, axes: &[isize]) -> Result<Self> {
        let axes = resolve_axes("permute_dims", axes, self.ndim())?;
        Self::apply_one(Reindex::Permute { axes }, &[self])
    }

    /// The axes `source` moved to the places `destination`, the others in order.
    fn moveaxis(&self, source: &[isize], destination: &[isize]) -> Result<Self> {
        let op = "moveaxis";
        super::op::expect_arity(op, source.len(), destination.len())?;
        let source = resolve_axes(op, source, self.ndim())?;
        let destination = resolve_axes(op, destination, self.ndim())?;
        let mut rest = (0..self.ndim()).filter(|a| !source.contains(a));
        let axes = (0..self.ndim())
            .map(|place| match destination.iter().position(|&d| d == place) {
                Some(k) => source[k],
                None => rest.next().expect("as many places as axes are left"),
            })
            .collect();
        Self::apply_one(Reindex::Permute { axes }, &[self])
    }

    /// The elements in row-major order under another shape, of which one length may be −1: what is left.
    fn reshape(&self, shape: &[isize]) -> Result<Self> {
        let shape = super::reshape_lengths(self.meta(), shape)?;
        reshaped(self, shape)
    }

    /// Stretched to a shape.
    fn broadcast_to(&self, shape: impl AsRef<[usize]>) -> Result<Self> {
        let shape = Shape::from(shape.as_ref());
        if shape == self.meta().shape {
            return Ok(self.clone());
        }
        Self::apply_one(Reindex::Broadcast { shape }, &[self])
    }

    /// All arrays stretched to their common shape.
    fn broadcast_arrays(arrays: &[&Self]) -> Result<Vec<Self>> {
        let shape = broadcast_shapes("broadcast_arrays", arrays.iter().map(|a| a.shape()))?;
        arrays.iter().map(|a| a.broadcast_to(&shape)).collect()
    }

    /// A new axis of length 1 at a place of the result.
    fn expand_dims(&self, axis: isize) -> Result<Self> {
        let axis = resolve_axis("expand_dims", axis, self.ndim() + 1)?;
        let mut shape = self.meta().shape.clone();
        shape.insert(axis, 1);
        reshaped(self, shape)
    }

    /// Axes of length 1 removed.
    fn squeeze(&self, axes: impl Into<Axes>) -> Result<Self> {
        let axes = axes.into().resolve("squeeze", self.ndim())?;
        if let Some(&axis) = axes.iter().find(|&&a| self.shape()[a] != 1) {
            return Err(ShapeError::Mismatch {
                op: "squeeze".to_owned(),
                shapes: vec![self.shape().to_vec()],
                reason: format!("axis {axis} has length {}, not 1", self.shape()[axis]),
            }
            .into());
        }
        let keep = self.shape().iter().enumerate().filter(|(a, _)| !axes.contains(a));
        reshaped(self, keep.map(|(_, &n)| n).collect())
    }

    /// A part of the array by an index expression (see [`Ix`](super::Ix)): `x.index((0, 1.., ..))`.
    fn index(&self, index: impl IntoIndex) -> Result<Self> {
        let fitted = index::fit(&index.into_index(), self.shape())?;
        reshaped(&sliced(self, fitted.slices)?, fitted.shape)
    }

    /// The elements in reverse order along axes.
    fn flip(&self, axes: impl Into<Axes>) -> Result<Self> {
        let axes = axes.into().resolve("flip", self.ndim())?;
        let slice = |(axis, &length): (usize, &usize)| {
            if axes.contains(&axis) {
                AxisSlice { start: length.saturating_sub(1), step: -1, length }
            } else {
                AxisSlice::full(length)
            }
        };
        sliced(self, self.shape().iter().enumerate().map(slice).collect())
    }

    /// The elements moved by `shift` along an axis, those that leave at the end entering at the start.
    fn roll(&self, shift: isize, axis: isize) -> Result<Self> {
        let axis = resolve_axis("roll", axis, self.ndim())?;
        let length = self.shape()[axis];
        if length == 0 {
            return Ok(self.clone());
        }
        let cut = length - (shift as i128).rem_euclid(length as i128) as usize;
        if cut == length {
            return Ok(self.clone());
        }
        let part = |start: usize, length: usize| {
            let mut slices: SmallVec<[AxisSlice; 4]> =
                self.shape().iter().map(|&n| AxisSlice::full(n)).collect();
            slices[axis] = AxisSlice { start, step: 1, length };
            sliced(self, slices)
        };
        let (tail, head) = (part(cut, length - cut)?, part(0, cut)?);
        Self::apply_one(Join::Concat { axis }, &[&tail, &head])
    }

    /// The elements in row-major order moved by `shift`, under the same shape.
    fn roll_flat(&self, shift: isize) -> Result<Self> {
        reshaped(&self.flatten()?.roll(shift, 0)?, self.meta().shape.clone())
    }

    /// The elements in row-major order as a vector.
    fn flatten(&self) -> Result<Self> {
        let size = checked_size("reshape", self.shape())?;
        reshaped(self, smallvec![size])
    }

    /// The array repeated `repetitions[k]` times along axis `k`; missing axes or repetitions count as 1.
    fn tile(&self, repetitions: &[usize]) -> Result<Self> {
        let ndim = self.ndim().max(repetitions.len());
        let pad = |values: &[usize]| -> Shape {
            std::iter::repeat_n(1, ndim - values.len()).chain(values.iter().copied()).collect()
        };
        let (shape, repetitions) = (pad(self.shape()), pad(repetitions));
        // (n) → (1, n) → (r, n) → (r·n) along every axis at once.
        let split = shape.iter().flat_map(|&n| [1, n]).collect();
        let wide: Shape = repetitions.iter().zip(&shape).flat_map(|(&r, &n)| [r, n]).collect();
        merge_pairs("tile", &reshaped(self, split)?.broadcast_to(wide)?)
    }

    /// Each element repeated along an axis.
    fn repeat(&self, repetitions: usize, axis: isize) -> Result<Self> {
        let axis = resolve_axis("repeat", axis, self.ndim())?;
        let split = self.shape().iter().flat_map(|&n| [n, 1]).collect();
        let wide: Shape = self
            .shape()
            .iter()
            .enumerate()
            .flat_map(|(a, &n)| [n, if a == axis { repetitions } else { 1 }])
            .collect();
        merge_pairs("repeat", &reshaped(self, split)?.broadcast_to(wide)?)
    }

    /// Arrays one after the other along an axis.
    fn concat(arrays: &[&Self], axis: isize) -> Result<Self> {
        let first = first(arrays, "concat")?;
        let axis = resolve_axis("concat", axis, first.ndim())?;
        Self::apply_one(Join::Concat { axis }, arrays)
    }

    /// Arrays of one shape side by side along a new axis.
    fn stack(arrays: &[&Self], axis: isize) -> Result<Self> {
        let first = first(arrays, "stack")?;
        if arrays.iter().any(|a| a.shape() != first.shape()) {
            return Err(ShapeError::Mismatch {
                op: "stack".to_owned(),
                shapes: arrays.iter().map(|a| a.shape().to_vec()).collect(),
                reason: "the shapes differ".to_owned(),
            }
            .into());
        }
        let axis = resolve_axis("stack", axis, first.ndim() + 1)?;
        let layers =
            arrays.iter().map(|a| a.expand_dims(axis as isize)).collect::<Result<Vec<_>>>()?;
        Self::apply_one(Join::Concat { axis }, &layers.iter().collect::<Vec<_>>())
    }

    /// The array cut along an axis into arrays without it.
    fn unstack(&self, axis: isize) -> Result<Vec<Self>> {
        let axis = resolve_axis("unstack", axis, self.ndim())?;
        let mut shape = self.meta().shape.clone();
        shape.remove(axis);
        (0..self.shape()[axis])
            .map(|k| {
                let mut slices: SmallVec<[AxisSlice; 4]> =
                    self.shape().iter().map(|&n| AxisSlice::full(n)).collect();
                slices[axis] = AxisSlice { start: k, step: 1, length: 1 };
                reshaped(&sliced(self, slices)?, shape.clone())
            })
            .collect()
    }

    /// The elements at a list of indices along an axis, in the list's order; negative indices count from the end.
    fn take(&self, indices: &[i64], axis: isize) -> Result<Self> {
        let op = "take";
        let axis = resolve_axis(op, axis, self.ndim())?;
        let length = self.shape()[axis];
        let indices = indices
            .iter()
            .map(|&index| {
                let from_start =
                    if index < 0 { index as i128 + length as i128 } else { index as i128 };
                u64::try_from(from_start).map_err(|_| {
                    ShapeError::Index { op: op.to_owned(), index: index.into(), axis, length }
                        .into()
                })
            })
            .collect::<Result<Vec<u64>>>()?;
        Self::apply_one(Select::Take { axis, indices: indices.into() }, &[self])
    }
}

/// A function of arrays and scalars; numbers without a data type take that of the arrays.
fn map<'a, A: Array, const N: usize>(func: Func, operands: [Operand<'a, A>; N]) -> Result<A> {
    let op = func.name();
    // The condition of `where` says nothing of the numbers beside it.
    let skip = usize::from(func == Func::Where);
    let dtypes = operands[skip..].iter().filter_map(|o| match o {
        Operand::Array(a) => Some(a.dtype()),
        Operand::Scalar(s) => Some(s.dtype()),
        Operand::Weak(_) => None,
    });
    let dtypes: SmallVec<[DType; 3]> = dtypes.collect();
    let dtype = if dtypes.is_empty() {
        let weak = operands[skip..].iter().filter_map(|o| match o {
            Operand::Weak(w) => Some(w.default_dtype()),
            _ => None,
        });
        weak.reduce(|a, b| promote_for(op, a, b).unwrap_or(b)).unwrap_or(DType::Bool)
    } else {
        result_type_for(op, dtypes)?
    };
    let mut arrays: SmallVec<[&A; 3]> = SmallVec::new();
    let args = operands
        .iter()
        .map(|operand| {
            Ok(match *operand {
                Operand::Array(a) => {
                    arrays.push(a);
                    Arg::Input
                }
                Operand::Scalar(s) => Arg::Scalar(s),
                Operand::Weak(w) => Arg::Scalar(w.resolve(op, dtype)?),
            })
        })
        .collect::<Result<_>>()?;
    A::apply_one(Map { func, args }, &arrays)
}

/// `argmin` and `argmax`: along one axis, or of all elements in row-major order.
fn argument<A: Array>(array: &A, reduction: Reduction, axes: Axes) -> Result<A> {
    let resolved = axes.resolve(reduction.name(), array.ndim())?;
    if resolved.len() == 1 {
        return Ok(array.reduce(reduction, axes)?.swap_remove(0));
    }
    if resolved.len() != array.ndim() {
        return Err(ShapeError::Parameter {
            op: reduction.name().to_owned(),
            what: "axis",
            value: format!("{:?}", resolved.as_slice()),
            reason: "one axis or all of them".to_owned(),
        }
        .into());
    }
    let flat = array.flatten()?.reduce(reduction, 0)?.swap_remove(0);
    if axes.keepdims() { reshaped(&flat, smallvec![1; array.ndim()]) } else { Ok(flat) }
}

fn contract_lowered<A: Array>(left: &A, right: &A, lowered: Lowered) -> Result<A> {
    let left = reshaped(left, lowered.left)?;
    let right = reshaped(right, lowered.right)?;
    left.contract(&right, lowered.contract)
}

fn reshaped<A: Array>(array: &A, shape: Shape) -> Result<A> {
    if shape == array.meta().shape {
        return Ok(array.clone());
    }
    A::apply_one(Reindex::Reshape { shape }, &[array])
}

fn sliced<A: Array>(array: &A, slices: SmallVec<[AxisSlice; 4]>) -> Result<A> {
    if slices.iter().zip(array.shape()).all(|(s, &n)| s.is_full(n)) {
        return Ok(array.clone());
    }
    A::apply_one(Reindex::Slice { slices }, &[array])
}

/// Merges axes 2k and 2k + 1 into one.
fn merge_pairs<A: Array>(op: &str, array: &A) -> Result<A> {
    let shape =
        array.shape().chunks(2).map(|pair| checked_size(op, pair)).collect::<Result<Shape>>()?;
    reshaped(array, shape)
}

fn first<'a, A: Array>(arrays: &[&'a A], op: &str) -> Result<&'a A> {
    arrays
        .first()
        .copied()
        .ok_or_else(|| ShapeError::Arity { op: op.to_owned(), expected: 1, got: 0 }.into())
}
