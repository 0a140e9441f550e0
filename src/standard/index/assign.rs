//! Assignment to what an index expression selects.

use super::fit::{Fitted, axes, fit, python_slice};
use super::part::{Part, within};
use super::points::{Points, ascending};
use super::{IndexArray, IntoIndex, Ix, Key};
use crate::Result;
use crate::dtype::{DType, Scalar};
use crate::error::{DTypeError, ShapeError, named};
use crate::standard::manipulation::{broadcast_to, reshaped, sliced};
use crate::standard::{Array, AxisSlice, Func, Operand, Select, Shape, broadcasts_to, elementwise};
use smallvec::SmallVec;

const OP: &str = "assign";

/// An assignment to what an index expression selects, checked against an array's shape and data type. Computed once, it
/// is done in the array's own memory, if that can be, or makes another array.
///
/// ```
/// use redpoll::standard::Assignment;
/// use redpoll::{Array, Result, Tensor};
/// /// What [`Array::set`] does.
/// fn set(x: &mut Tensor, index: usize, value: f64) -> Result<()> {
///     let assignment = Assignment::new(x, index, value)?;
///     if !assignment.in_place(x)? {
///         *x = assignment.apply(x)?;
///     }
///     Ok(())
/// }
/// let mut x = Tensor::from_values([3], [1.0, 2.0, 3.0])?;
/// set(&mut x, 1, 7.0)?;
/// assert_eq!(x.to_vec::<f64>()?, [1.0, 7.0, 3.0]);
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Assignment<A>(Form<A>);

#[derive(Debug, Clone)]
enum Form<A> {
    /// Nothing is selected.
    Nothing,
    /// One value wherever a mask that stretches to the array is true.
    Mask(A, Value<A>),
    /// What a part of each axis has in common, and its values.
    Parts(Vec<Part>, Value<A>),
    /// Points in what a part of each axis has in common, and their values.
    Points(Vec<Part>, Points, A),
}

/// What is assigned, of the data type that it is assigned to.
#[derive(Debug, Clone)]
enum Value<A> {
    Array(A),
    Scalar(Scalar),
}

impl<A: Array> Assignment<A> {
    /// A value in the place of what an index expression selects, as of [`Array::assign`].
    ///
    /// # Errors
    /// If the expression does not fit the array's shape, or the value the selection or the array's data type.
    pub fn new<'i>(
        array: &A,
        index: impl IntoIndex<'i, A>,
        value: impl Into<Operand<'i, A>>,
    ) -> Result<Self> {
        named(OP, || form(array, &index.into_index(), value.into()).map(Self))
    }

    /// Does it in the array's own memory, if that is possible: see [`Array::overwrite`]. Whether it was done; if not, the
    /// array has not changed.
    ///
    /// # Errors
    /// If the values cannot be brought into the form in which they are written.
    pub fn in_place(&self, array: &mut A) -> Result<bool> {
        named(OP, || match &self.0 {
            Form::Nothing => Ok(true),
            Form::Parts(parts, values) => array.overwrite(parts, values.operand()),
            Form::Points(..) | Form::Mask(..) => Ok(false),
        })
    }

    /// The array with the value assigned.
    ///
    /// # Errors
    /// If the result cannot be had.
    pub fn apply(&self, array: &A) -> Result<A> {
        named(OP, || match &self.0 {
            Form::Nothing => Ok(array.clone()),
            Form::Mask(mask, value) => {
                elementwise::map(Func::Where, [mask.into(), value.operand(), array.into()])
            }
            Form::Parts(parts, values) => within(array, &by_axis(parts), &mut |part: &A| {
                Ok(match values {
                    Value::Array(values) => values.clone(),
                    Value::Scalar(value) => A::full(part.shape(), *value)?,
                })
            }),
            Form::Points(parts, points, values) => {
                within(array, &by_axis(parts), &mut |part: &A| points.put(OP, part, values))
            }
        })
    }
}

impl<A> Value<A> {
    fn operand(&self) -> Operand<'_, A> {
        match self {
            Self::Array(value) => Operand::Array(value),
            Self::Scalar(value) => Operand::Scalar(*value),
        }
    }
}

fn by_axis(parts: &[Part]) -> SmallVec<[(usize, &Part); 4]> {
    parts.iter().enumerate().collect()
}

fn form<A: Array>(array: &A, keys: &[Key<'_, A>], value: Operand<'_, A>) -> Result<Form<A>> {
    let value = converted(array.dtype(), value)?;
    let is_one = match &value {
        Value::Scalar(_) => true,
        Value::Array(value) => value.ndim() == 0,
    };
    let by_arrays = keys.iter().any(|key| matches!(key, Key::Array(_)));
    if is_one
        && by_arrays
        && let Some(mask) = stretched_mask(keys, array.shape())?
    {
        return Ok(Form::Mask(mask, value));
    }
    let fitted = fit(OP, keys, array.shape())?;
    let mut values = match value {
        Value::Array(value) => Value::Array(arranged(value, &fitted)?),
        scalar @ Value::Scalar(_) => scalar,
    };
    if fitted.shape.contains(&0) {
        return Ok(Form::Nothing);
    }
    let parts = fitted.slices.iter().map(|slice| Part::of_slice(OP, slice));
    let mut parts = parts.collect::<Result<Vec<_>>>()?;
    let Some(points) = &fitted.points else { return Ok(Form::Parts(parts, values)) };
    // Indices along one axis alone are a part of it.
    if let Some((axis, list)) = points.along_one_axis() {
        let (indices, last) = ascending(list)?;
        if let (Some(last), Value::Array(values)) = (last, &mut values) {
            *values = A::apply_one(Select::Take { axis, indices: last.into() }, &[values])?;
        }
        parts[axis] = Part::of_ascending(indices);
        return Ok(Form::Parts(parts, values));
    }
    let values = match values {
        Value::Array(values) => values,
        Value::Scalar(value) => A::full(fitted.layout().0, value)?,
    };
    Ok(Form::Points(parts, fitted.points.expect("seen above"), values))
}

/// The value in a data type that it may be assigned to: one of its own kind or a later one of `bool`, unsigned and
/// signed integers, real and complex floats.
fn converted<A: Array>(dtype: DType, value: Operand<'_, A>) -> Result<Value<A>> {
    let from = match value {
        Operand::Array(value) => value.dtype(),
        Operand::Scalar(value) => value.dtype(),
        Operand::Weak(value) => value.resolve(OP, dtype)?.dtype(),
    };
    if from.kind() > dtype.kind() {
        let reason = "that is another kind of number; convert it with astype".to_owned();
        return Err(DTypeError::Cast { op: OP.to_owned(), from, to: dtype, reason }.into());
    }
    Ok(match value {
        Operand::Array(value) if from == dtype => Value::Array(value.clone()),
        Operand::Array(value) => Value::Array(value.astype(dtype)?),
        Operand::Scalar(value) => Value::Scalar(value.cast(dtype)),
        Operand::Weak(value) => Value::Scalar(value.resolve(OP, dtype)?.cast(dtype)),
    })
}

/// The mask of an expression that is nothing but a mask and whole axes, so that it broadcasts against the array.
fn stretched_mask<A: Array>(keys: &[Key<'_, A>], shape: &[usize]) -> Result<Option<A>> {
    let axes = axes(OP, keys, shape)?;
    let mut found = None;
    for (key, axes) in keys.iter().zip(axes) {
        match key {
            Key::Basic(Ix::NewAxis | Ix::Ellipsis) => {}
            Key::Basic(Ix::Slice { start, stop, step })
                if python_slice(OP, *start, *stop, *step, shape[axes.start])?
                    .is_full(shape[axes.start]) => {}
            Key::Array(mask)
                if mask.dtype() == DType::Bool
                    && found.is_none()
                    && *mask.shape() == shape[axes.clone()] =>
            {
                found = Some((mask, axes.end));
            }
            _ => return Ok(None),
        }
    }
    let Some((mask, end)) = found else { return Ok(None) };
    let mut wide: Shape = mask.shape().into();
    wide.extend(std::iter::repeat_n(1, shape.len() - end));
    Ok(Some(match mask {
        IndexArray::Array(mask) => reshaped(*mask, wide)?,
        IndexArray::Values(..) => A::from_values(wide, mask.to_values(OP)?)?,
    }))
}

/// The value stretched to what is selected, under the axes of the array without those of points, which are one axis,
/// and along each axis upwards.
fn arranged<A: Array>(value: A, fitted: &Fitted) -> Result<A> {
    let (shape, slices) = fitted.layout();
    if !broadcasts_to(value.shape(), &fitted.shape) {
        return Err(ShapeError::Broadcast {
            op: OP.to_owned(),
            shapes: vec![value.shape().to_vec(), fitted.shape.to_vec()],
        }
        .into());
    }
    let value = reshaped(&broadcast_to(&value, &fitted.shape)?, shape)?;
    let reversed = slices.iter().map(|slice| match *slice {
        AxisSlice { step, length, .. } if step < 0 && length > 1 => {
            AxisSlice { start: length - 1, step: -1, length }
        }
        AxisSlice { length, .. } => AxisSlice::full(length),
    });
    sliced(&value, reversed.collect())
}

impl Fitted {
    /// The lengths of the selection under the axes of the array, those of points as one; and their slices.
    fn layout(&self) -> (Shape, SmallVec<[AxisSlice; 4]>) {
        let slices = match &self.points {
            None => self.slices.clone(),
            Some(points) => points.laid_out(&self.slices),
        };
        (slices.iter().map(|s| s.length).collect(), slices)
    }
}
