//! Conversions to and from [`ndarray`], text and serialised data.

use super::{Dense, Strides};
use crate::Result;
use crate::buffer::{Buffer, afford};
use crate::dtype::Element;
use crate::error::DTypeError;
use crate::print::{PrintOptions, nested};
use crate::standard::Meta;
use crate::with_dtype;
use ndarray::{ArrayBase, ArrayD, Data, Dimension, OwnedRepr};
use std::fmt;

impl Dense {
    /// An array with the elements of an [`ndarray`] array, whose memory it takes over.
    ///
    /// ```
    /// use redpoll::{Array, dense::Dense};
    /// let x = Dense::from_ndarray(ndarray::array![[1.0, 2.0], [3.0, 4.0]].reversed_axes());
    /// assert_eq!(x.to_vec::<f64>()?, [1.0, 3.0, 2.0, 4.0]);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    #[allow(clippy::missing_panics_doc)] // an array that is not empty has a first element
    pub fn from_ndarray<T: Element, D: Dimension>(array: ArrayBase<OwnedRepr<T>, D>) -> Self {
        let array = array.into_dyn();
        let meta = Meta::new(array.shape().iter().copied(), T::DTYPE);
        if array.is_empty() {
            return Self::row_major(meta, Vec::<T>::new().into());
        }
        // An axis of length 1 may have any stride: it is never moved along.
        let strides: Strides = array
            .strides()
            .iter()
            .zip(array.shape())
            .map(|(&s, &n)| if n == 1 { 0 } else { s })
            .collect();
        let moves = || strides.iter().zip(&meta.shape).map(|(&s, &n)| s * (n as isize - 1));
        let before: usize = moves().filter(|m| *m < 0).map(isize::unsigned_abs).sum();
        let after: usize = moves().filter(|m| *m > 0).map(isize::unsigned_abs).sum();
        let (memory, offset) = array.into_raw_vec_and_offset();
        let first = offset.expect("an array that is not empty has a first element") - before;
        let values = Buffer::from(memory).slice(first..=first + before + after);
        Self { meta, strides, values: values.into() }
    }

    /// A copy of the elements as an [`ndarray`] array.
    ///
    /// # Errors
    /// If the elements are not of type `T`, or their memory would exceed what can be addressed.
    pub fn to_ndarray<T: Element>(&self) -> Result<ArrayD<T>> {
        let view = self.view::<T>().ok_or_else(|| DTypeError::Unsupported {
            op: "to_ndarray".to_owned(),
            dtype: self.meta.dtype,
            expected: format!("{} (use astype first)", T::DTYPE),
        })?;
        let size = super::expect_allocatable("to_ndarray", &self.meta)?;
        afford("to_ndarray", size as u128 * self.meta.dtype.size() as u128)?;
        Ok(view.to_owned())
    }
}

impl<T: Element, S: Data<Elem = T>, D: Dimension> From<&ArrayBase<S, D>> for Dense {
    /// A copy of the elements in row-major order.
    fn from(array: &ArrayBase<S, D>) -> Self {
        let meta = Meta::new(array.shape().iter().copied(), T::DTYPE);
        Self::row_major(meta, array.iter().copied().collect::<Vec<T>>().into())
    }
}

impl<T: Element, const N: usize> From<[T; N]> for Dense {
    /// A vector of the elements.
    fn from(elements: [T; N]) -> Self {
        Self::row_major(Meta::new([N], T::DTYPE), elements.into())
    }
}

impl<T: Element> From<Vec<T>> for Dense {
    /// A vector of the elements.
    fn from(elements: Vec<T>) -> Self {
        Self::row_major(Meta::new([elements.len()], T::DTYPE), elements.into())
    }
}

/// The elements in brackets, those of a large array abbreviated: see [`print`](crate::print). A precision is a number of
/// decimals, the alternate form the whole.
impl fmt::Display for Dense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = PrintOptions::of(f);
        let text = with_dtype!(self.meta.dtype, T => {
            let view = self.view::<T>().expect("own data type");
            nested(&self.meta.shape, &options, (0, 0), |index| view[index].scalar())
        });
        match text {
            Some(text) => f.write_str(&text),
            None => fmt::Debug::fmt(self, f),
        }
    }
}

#[cfg(feature = "serde")]
mod serialised {
    use super::Dense;
    use crate::buffer::Values;
    use crate::standard::{Array, Shape};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

    /// An array as it is written: its shape and its elements in row-major order.
    #[derive(Serialize, Deserialize)]
    #[serde(rename = "Dense")]
    struct Plain {
        shape: Shape,
        values: Values,
    }

    impl Serialize for Dense {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let values = self.to_values().map_err(ser::Error::custom)?;
            Plain { shape: self.meta.shape.clone(), values }.serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for Dense {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let Plain { shape, values } = Plain::deserialize(deserializer)?;
            Self::from_values(shape, values).map_err(de::Error::custom)
        }
    }
}
