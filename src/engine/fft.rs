//! Evaluation of the class *fft* on tensors: all elements are written out for the kernels, where the limit on dense
//! results allows that.

use super::Census;
use super::create::of_values;
use super::format::check_dense;
use crate::Result;
use crate::kernels::fft::transform;
use crate::standard::{Call, Fft};
use crate::tensor::Tensor;

pub(super) fn eval(op: Fft, call: &Call<'_>, input: &Tensor) -> Result<Tensor> {
    for meta in [input.meta(), call.output()] {
        check_dense(op.name(), meta, &[input])?;
    }
    if !input.pattern().is_full() {
        Census::count_densified(op.name());
    }
    let values = transform(op, input.shape(), &input.to_dense_values()?)?;
    of_values(op.name(), call.output(), values)
}
