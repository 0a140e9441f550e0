//! Evaluation of the class *linalg* on tensors: all elements are written out for the kernels, where the limit on dense
//! results allows that.

use super::create::of_values;
use super::densify::dense_values;
use super::format::check_dense;
use crate::Result;
use crate::kernels::linalg::factorise;
use crate::standard::{Call, Linalg, Outputs};
use crate::tensor::Tensor;
use smallvec::SmallVec;

pub(super) fn eval(op: Linalg, call: &Call<'_>, inputs: &[&Tensor]) -> Result<Outputs<Tensor>> {
    for meta in call.outputs() {
        check_dense(op.name(), meta, inputs)?;
    }
    let operands = inputs
        .iter()
        .map(|t| Ok((t.shape(), dense_values(op.name(), t, inputs)?)))
        .collect::<Result<SmallVec<[_; 2]>>>()?;
    let outputs = call.outputs().iter().zip(factorise(op, &operands)?);
    outputs.map(|(meta, values)| of_values(op.name(), meta, values)).collect()
}

#[cfg(test)]
mod tests {
    use crate::error::MemoryError;
    use crate::linalg::{self, MatrixNorm};
    use crate::{Array, Error, Tensor, dtype::DType};

    #[test]
    fn what_is_composed_stays_sparse() {
        let n = 100_000;
        let x = Tensor::eye(n, n, 1, DType::Float64).unwrap();
        let number = |t: crate::Result<Tensor>| t.unwrap().item().unwrap().to::<f64>();
        let diagonal = linalg::diagonal(&x, 1).unwrap();
        assert_eq!((diagonal.shape(), diagonal.stored()), (&[n - 1][..], n as u128 - 1));
        assert_eq!(number(linalg::trace(&x, 1, None)), (n - 1) as f64);
        assert_eq!(number(linalg::trace(&x, 0, None)), 0.0);
        let power = linalg::matrix_power(&x, 6).unwrap();
        assert_eq!(power.stored(), n as u128 - 6);
        assert_eq!(number(linalg::trace(&power, 6, None)), (n - 6) as f64);
        for (ord, want) in [
            (MatrixNorm::Frobenius, ((n - 1) as f64).sqrt()),
            (MatrixNorm::One, 1.0),
            (MatrixNorm::MinusOne, 0.0),
            (MatrixNorm::Infinity, 1.0),
        ] {
            assert_eq!(number(linalg::matrix_norm(&x, ord, false)), want, "{ord:?}");
        }
        let ratio = number(linalg::vector_norm(&x, .., 3.0)) / ((n - 1) as f64).cbrt();
        assert!((ratio - 1.0).abs() < 1e-14);
        let vector = x.index(0).unwrap();
        let outer = linalg::outer(&vector, &vector).unwrap();
        assert_eq!((outer.shape(), outer.stored()), (&[n, n][..], 1));
        match linalg::svdvals(&x) {
            Err(Error::Memory(MemoryError::Densifies { op, .. })) => assert_eq!(op, "svdvals"),
            other => panic!("{other:?}"),
        }
    }
}
