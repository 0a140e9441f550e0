//! The classes *join* and *select*: elements copied along one axis.

use super::{Dense, expect_allocatable};
use crate::Result;
use crate::buffer::zeroed;
use crate::dtype::Element;
use crate::standard::{Join, Meta, Select};
use crate::with_dtype;
use ndarray::{ArrayViewMutD, Axis, IxDyn, Slice, s};

pub(super) fn join(op: &Join, inputs: &[&Dense], meta: &Meta) -> Result<Dense> {
    let Join::Concat { axis } = *op;
    let inputs: Vec<Dense> = inputs.iter().map(|a| a.cast(meta.dtype)).collect::<Result<_>>()?;
    Ok(with_dtype!(meta.dtype, T => {
        written::<T>(op.name(), meta, |mut out| {
            let mut start = 0;
            for input in &inputs {
                let view = input.view::<T>().expect("just converted");
                let end = start + view.len_of(Axis(axis));
                out.slice_axis_mut(Axis(axis), Slice::from(start..end)).assign(&view);
                start = end;
            }
        })?
    }))
}

/// An array of a shape that `write` writes.
fn written<T: Element>(
    op: &str,
    meta: &Meta,
    write: impl FnOnce(ArrayViewMutD<'_, T>),
) -> Result<Dense> {
    let mut values = zeroed::<T>(op, expect_allocatable(op, meta)?)?;
    let view = ArrayViewMutD::from_shape(IxDyn(&meta.shape), &mut values);
    write(view.expect("as many elements as the shape has"));
    Ok(Dense::row_major(meta.clone(), values.into()))
}

pub(super) fn eval(op: &Select, inputs: &[&Dense], meta: &Meta) -> Result<Dense> {
    let input = inputs[0];
    Ok(with_dtype!(meta.dtype, T => {
        let view = input.view::<T>().expect("own data type");
        written::<T>(op.name(), meta, |mut out| match op {
            Select::Take { axis, indices } => {
                for (&i, mut out) in indices.iter().zip(out.axis_iter_mut(Axis(*axis))) {
                    // Checked against the axis' length, which is a `usize`.
                    out.assign(&view.index_axis(Axis(*axis), i as usize));
                }
            }
            Select::Put { axis, indices } => {
                let values = inputs[1].view::<T>().expect("a checked call's data types are one");
                out.assign(&view);
                for (&i, values) in indices.iter().zip(values.axis_iter(Axis(*axis))) {
                    out.index_axis_mut(Axis(*axis), i as usize).assign(&values);
                }
            }
            Select::Band { lower, upper } => {
                let rows = meta.shape[meta.ndim() - 2];
                out.assign(&view);
                for (k, mut row) in out.rows_mut().into_iter().enumerate() {
                    let kept = Select::band_columns(*lower, *upper, k % rows, row.len());
                    row.slice_mut(s![..kept.start]).fill(T::ZERO);
                    row.slice_mut(s![kept.end..]).fill(T::ZERO);
                }
            }
        })?
    }))
}
