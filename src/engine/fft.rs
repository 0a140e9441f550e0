//! Evaluation of the class *fft* on tensors: all elements are written out for the kernels, where the limit on dense
//! results allows that.

use super::create::of_values;
use super::densify::dense_values;
use super::format::check_dense;
use crate::Result;
use crate::kernels::fft::transform;
use crate::standard::{Call, Fft};
use crate::tensor::Tensor;

pub(super) fn eval(op: Fft, call: &Call<'_>, input: &Tensor) -> Result<Tensor> {
    check_dense(op.name(), call.output(), &[input])?;
    let values = transform(op, input.shape(), &dense_values(op.name(), input, &[input])?)?;
    of_values(op.name(), call.output(), values)
}
