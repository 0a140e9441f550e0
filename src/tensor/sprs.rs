//! To and from matrices of the crate `sprs`.

use super::{Duplicates, Format, IndexInput, Tensor};
use crate::Result;
use crate::buffer::listed;
use crate::dtype::Element;
use crate::error::FormatError;
use sprs::{CompressedStorage, CsMat, CsMatI, SpIndex};

impl Tensor {
    /// A matrix of `sprs`, in CSR or CSC format as it is, with fill 0 (or `false`). Values are taken over without a
    /// copy, and so are indices of 4 bytes (of 8, where a dimension or count needs them).
    ///
    /// # Errors
    /// If the matrix violates its own invariants, which its unchecked constructors make possible.
    ///
    /// ```
    /// use redpoll::tensor::Tensor;
    /// let eye = sprs::CsMat::<f64>::eye(3);
    /// let t = Tensor::from_sprs(eye.clone())?;
    /// assert_eq!((t.stored(), t.to_sprs::<f64>()?), (3, eye));
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn from_sprs<T: Element, I: SpIndex, P: SpIndex>(matrix: CsMatI<T, I, P>) -> Result<Self> {
        let shape = [matrix.rows(), matrix.cols()];
        let storage = matrix.storage();
        let (indptr, indices, values) = matrix.into_raw_storage();
        let (indptr, indices) = (input(indptr), input(indices));
        match storage {
            CompressedStorage::CSR => {
                Self::from_csr(shape, indptr, indices, values, Duplicates::Error)
            }
            CompressedStorage::CSC => {
                Self::from_csc(shape, indptr, indices, values, Duplicates::Error)
            }
        }
    }

    /// The matrix as one of `sprs`: CSC where the axes are stored in reverse order, else CSR.
    ///
    /// # Errors
    /// If there are not two axes, the fill is not 0, or the data type is not `T`'s.
    pub fn to_sprs<T: Element>(&self) -> Result<CsMat<T>> {
        self.check_type::<T>("to_sprs")?;
        let format = if self.order() == [1, 0] { Format::csc() } else { Format::csr() };
        if !self.fill().is_zero() && self.stored() < self.meta().size() {
            return Err(FormatError::Fit {
                format: "sprs".into(),
                shape: self.shape().to_vec(),
                dtype: self.dtype(),
                reason: format!("its fill is 0, not {}", self.fill()),
            }
            .into());
        }
        let t = self.to_format(&format)?;
        let [_, super::Level::Sparse { ptr, idx }] = t.pattern().levels() else {
            unreachable!("the levels of CSR and CSC")
        };
        let values = self.typed("to_sprs", t.values()?)?;
        let shape = (t.shape()[0], t.shape()[1]);
        let (ptr, idx) = (listed("to_sprs", ptr.iter())?, listed("to_sprs", idx.iter())?);
        Ok(match format.order() {
            [1, 0] => CsMat::new_csc(shape, ptr, idx, values),
            _ => CsMat::new(shape, ptr, idx, values),
        })
    }
}

/// Indices of `sprs`; a negative one becomes one that is out of range. Collecting reuses the memory where the size is
/// the same.
fn input<I: SpIndex>(indices: Vec<I>) -> IndexInput {
    let indices = indices.into_iter();
    if size_of::<I>() <= 4 {
        indices.map(|i| i.try_index().map_or(u32::MAX, |i| i as u32)).collect::<Vec<_>>().into()
    } else {
        indices.map(|i| i.try_index().map_or(u64::MAX, |i| i as u64)).collect::<Vec<_>>().into()
    }
}
