//! The classes *join* and *select*: elements copied along one axis.

use super::{Dense, expect_allocatable};
use crate::Result;
use crate::dtype::Element;
use crate::standard::{Join, Meta, Select};
use crate::with_dtype;
use ndarray::{Axis, s};

pub(super) fn join(op: &Join, inputs: &[&Dense], meta: &Meta) -> Result<Dense> {
    let Join::Concat { axis } = *op;
    expect_allocatable(op.name(), meta)?;
    let inputs: Vec<Dense> = inputs.iter().map(|a| a.cast(meta.dtype)).collect::<Result<_>>()?;
    Ok(with_dtype!(meta.dtype, T => {
        let views: Vec<_> =
            inputs.iter().map(|a| a.view::<T>().expect("just converted")).collect();
        let joined = ndarray::concatenate(Axis(axis), &views).expect("a checked call's shapes fit");
        Dense::from_ndarray(joined)
    }))
}

pub(super) fn eval(op: &Select, inputs: &[&Dense], meta: &Meta) -> Result<Dense> {
    expect_allocatable(op.name(), meta)?;
    let input = inputs[0];
    Ok(with_dtype!(meta.dtype, T => {
        let view = input.view::<T>().expect("own data type");
        match op {
            Select::Take { axis, indices } => {
                // Checked against the axis' length, which is a `usize`.
                let indices: Vec<usize> = indices.iter().map(|&i| i as usize).collect();
                Dense::from_ndarray(view.select(Axis(*axis), &indices))
            }
            Select::Put { axis, indices } => {
                let values = inputs[1].view::<T>().expect("a checked call's data types are one");
                let mut array = view.to_owned();
                for (&i, values) in indices.iter().zip(values.axis_iter(Axis(*axis))) {
                    array.index_axis_mut(Axis(*axis), i as usize).assign(&values);
                }
                Dense::from_ndarray(array)
            }
            Select::Band { lower, upper } => {
                let rows = meta.shape[meta.ndim() - 2];
                let mut array = view.to_owned();
                for (k, mut row) in array.rows_mut().into_iter().enumerate() {
                    let kept = Select::band_columns(*lower, *upper, k % rows, row.len());
                    row.slice_mut(s![..kept.start]).fill(T::ZERO);
                    row.slice_mut(s![kept.end..]).fill(T::ZERO);
                }
                Dense::from_ndarray(array)
            }
        }
    }))
}
