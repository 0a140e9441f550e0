//! The classes *join* and *select*: elements copied along one axis.

use super::{Dense, expect_allocatable};
use crate::Result;
use crate::standard::{Join, Meta, Select};
use crate::with_dtype;
use ndarray::Axis;

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

pub(super) fn eval(op: &Select, input: &Dense, meta: &Meta) -> Result<Dense> {
    let Select::Take { axis, indices } = op;
    expect_allocatable(op.name(), meta)?;
    // Checked against the axis' length, which is a `usize`.
    let indices: Vec<usize> = indices.iter().map(|&i| i as usize).collect();
    Ok(with_dtype!(meta.dtype, T => {
        let view = input.view::<T>().expect("own data type");
        Dense::from_ndarray(view.select(Axis(*axis), &indices))
    }))
}
