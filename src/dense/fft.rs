//! The class *fft*: lines in row-major order for the kernels.

use super::{Dense, expect_allocatable};
use crate::Result;
use crate::kernels::fft::transform;
use crate::standard::{Fft, Meta};

pub(super) fn eval(op: Fft, input: &Dense, meta: &Meta) -> Result<Dense> {
    expect_allocatable(op.name(), meta)?;
    let values = transform(op, &input.meta.shape, &input.row_major_values()?)?;
    Ok(Dense::row_major(meta.clone(), values))
}
