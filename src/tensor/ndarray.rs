//! To and from `ndarray`.

use super::{Format, Tensor};
use crate::buffer::{Values, collected, copied};
use crate::dtype::{Element, Scalar};
use crate::error::{DTypeError, ShapeError};
use crate::{Error, Result};
use ndarray::{ArrayD, ArrayView, Dimension, IxDyn};

impl Tensor {
    /// A tensor of an `ndarray` array, as [`from_dense`](Self::from_dense). The elements are copied.
    ///
    /// # Errors
    /// As [`from_dense`](Self::from_dense).
    ///
    /// ```
    /// use redpoll::tensor::{Format, Tensor};
    /// let a = ndarray::array![[1.0, 0.0], [0.0, 2.0]];
    /// let t = Tensor::from_ndarray(a.view(), 0.0, &Format::csr())?;
    /// assert_eq!(t.to_ndarray::<f64>()?, a.into_dyn());
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn from_ndarray<T: Element, D: Dimension>(
        array: ArrayView<'_, T, D>,
        fill: impl Into<Scalar>,
        format: &Format,
    ) -> Result<Self> {
        let values = match array.as_slice() {
            Some(slice) => copied("from_ndarray", slice)?,
            None => collected("from_ndarray", array.len(), array.iter().copied())?,
        };
        Self::from_dense(array.shape(), values, fill, format)
    }

    /// All elements as an `ndarray` array.
    ///
    /// # Errors
    /// If the data type is not `T`'s (convert with `astype` first), the memory cannot be had, or `ndarray` does not
    /// support the shape.
    pub fn to_ndarray<T: Element>(&self) -> Result<ArrayD<T>> {
        self.check_type::<T>("to_ndarray")?;
        let values = self.typed::<T>("to_ndarray", self.to_dense_values()?)?;
        ArrayD::from_shape_vec(IxDyn(self.shape()), values).map_err(|_| {
            ShapeError::TooLarge { op: "to_ndarray".into(), shape: self.shape().to_vec() }.into()
        })
    }

    /// That the data type is `T`'s.
    pub(super) fn check_type<T: Element>(&self, op: &str) -> Result<()> {
        if self.dtype() == T::DTYPE { Ok(()) } else { Err(self.type_error::<T>(op)) }
    }

    /// The values as a vector of `T`.
    pub(super) fn typed<T: Element>(&self, op: &str, values: Values) -> Result<Vec<T>> {
        let buffer = T::into_buffer(values).map_err(|_| self.type_error::<T>(op))?;
        Ok(buffer.unshared(op)?.into_vec())
    }

    fn type_error<T: Element>(&self, op: &str) -> Error {
        DTypeError::Cast {
            op: op.to_owned(),
            from: self.dtype(),
            to: T::DTYPE,
            reason: "the elements are taken as they are; convert with astype".into(),
        }
        .into()
    }
}
