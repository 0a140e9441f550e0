//! Assignment to what an index expression selects.

use super::fit::{Fitted, axes, fit, python_slice};
use super::part::{Part, within};
use super::{IndexArray, Ix, Key};
use crate::Result;
use crate::dtype::{DType, Scalar};
use crate::error::{DTypeError, ShapeError};
use crate::standard::manipulation::{broadcast_to, reshaped, sliced};
use crate::standard::{Array, AxisSlice, Func, Operand, Shape, broadcasts_to, elementwise};
use smallvec::SmallVec;
use std::borrow::Cow;

const OP: &str = "assign";

/// What is assigned, of the data type that it is assigned to.
enum Value<'a, A: Clone> {
    Array(Cow<'a, A>),
    Scalar(Scalar),
}

/// The array with a value in the place of what an index expression selects.
pub(in crate::standard) fn assign<A: Array>(
    array: &A,
    keys: &[Key<'_, A>],
    value: Operand<'_, A>,
) -> Result<A> {
    let value = converted(array.dtype(), value)?;
    let is_one = match &value {
        Value::Scalar(_) => true,
        Value::Array(value) => value.ndim() == 0,
    };
    if is_one && let Some(mask) = stretched_mask(keys, array.shape())? {
        let value = match &value {
            Value::Array(value) => Operand::Array(&**value),
            Value::Scalar(value) => Operand::Scalar(*value),
        };
        return elementwise::map(
            Func::Where,
            [Operand::Array(&mask), value, Operand::Array(array)],
        );
    }
    let fitted = fit(OP, keys, array.shape())?;
    let value = arranged(value, &fitted)?;
    if fitted.shape.contains(&0) {
        return Ok(array.clone());
    }
    let parts = fitted.slices.iter().map(|slice| Part::of_slice(OP, slice)).enumerate();
    let parts = parts.map(|(axis, part)| Ok((axis, part?))).collect::<Result<Vec<_>>>()?;
    within(array, &parts, &mut |part: &A| match &fitted.points {
        None => Ok(value.clone()),
        Some(points) => points.put(OP, part, &value),
    })
}

/// The value in a data type that it may be assigned to: one of its own kind or a later one of `bool`, unsigned and
/// signed integers, real and complex floats.
fn converted<A: Array>(dtype: DType, value: Operand<'_, A>) -> Result<Value<'_, A>> {
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
        Operand::Array(value) if from == dtype => Value::Array(Cow::Borrowed(value)),
        Operand::Array(value) => Value::Array(Cow::Owned(value.astype(dtype)?)),
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
fn arranged<A: Array>(value: Value<'_, A>, fitted: &Fitted) -> Result<A> {
    let (shape, slices) = fitted.layout();
    let value = match value {
        Value::Scalar(value) => return A::full(shape, value),
        Value::Array(value) => value,
    };
    if !broadcasts_to(value.shape(), &fitted.shape) {
        return Err(ShapeError::Broadcast {
            op: OP.to_owned(),
            shapes: vec![value.shape().to_vec(), fitted.shape.to_vec()],
        }
        .into());
    }
    let value = reshaped(&broadcast_to(&*value, &fitted.shape)?, shape)?;
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
