//! The class *linalg*: matrices in row-major order for the kernels.

use super::{Dense, expect_allocatable};
use crate::Result;
use crate::kernels::linalg::factorise;
use crate::standard::{Array, Linalg, Meta, Outputs};
use smallvec::SmallVec;

pub(super) fn eval(op: Linalg, inputs: &[&Dense], outputs: &[Meta]) -> Result<Outputs<Dense>> {
    for meta in outputs {
        expect_allocatable(op.name(), meta)?;
    }
    let operands = inputs
        .iter()
        .map(|x| Ok((x.shape(), x.row_major_values()?)))
        .collect::<Result<SmallVec<[_; 2]>>>()?;
    let results = factorise(op, &operands)?;
    Ok(outputs.iter().cloned().zip(results).map(|(m, v)| Dense::row_major(m, v)).collect())
}
