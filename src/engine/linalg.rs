//! Evaluation of the class *linalg* on tensors: all elements are written out for the kernels, where the limit on dense
//! results allows that.

use super::Census;
use super::create::of_values;
use super::format::check_dense;
use crate::Result;
use crate::kernels::linalg::factorise;
use crate::standard::{Call, Linalg, Outputs};
use crate::tensor::Tensor;
use smallvec::SmallVec;

pub(super) fn eval(op: Linalg, call: &Call<'_>, inputs: &[&Tensor]) -> Result<Outputs<Tensor>> {
    for meta in inputs.iter().map(|t| t.meta()).chain(call.outputs()) {
        check_dense(op.name(), meta, inputs)?;
    }
    let operands = inputs
        .iter()
        .map(|t| {
            if !t.pattern().is_full() {
                Census::count_densified(op.name());
            }
            Ok((t.shape(), t.to_dense_values()?))
        })
        .collect::<Result<SmallVec<[_; 2]>>>()?;
    let outputs = call.outputs().iter().zip(factorise(op, &operands)?);
    outputs.map(|(meta, values)| of_values(op.name(), meta, values)).collect()
}
