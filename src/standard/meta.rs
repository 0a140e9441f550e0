//! [`Meta`]: what the standard knows of an array, its shape and data type.

use crate::Result;
use crate::dtype::{DType, Element};
use crate::error::{DTypeError, ShapeError};
use smallvec::SmallVec;
use std::fmt;

/// The lengths of an array's axes.
pub type Shape = SmallVec<[usize; 4]>;

/// Shape and data type of an array.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Meta {
    /// The lengths of the axes.
    pub shape: Shape,
    /// The data type.
    pub dtype: DType,
}

impl Meta {
    /// Shape and data type.
    pub fn new(shape: impl IntoIterator<Item = usize>, dtype: DType) -> Self {
        Self { shape: shape.into_iter().collect(), dtype }
    }

    /// The number of dimensions.
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// The number of elements: the product of the lengths, as far as `u128` reaches.
    pub fn size(&self) -> u128 {
        size(&self.shape)
    }

    /// The number of elements as a `usize`.
    ///
    /// # Errors
    /// If there are more; `op` names the operation that counts them.
    pub fn checked_size(&self, op: &str) -> Result<usize> {
        checked_size(op, &self.shape)
    }

    /// The bytes of all elements stored densely.
    pub fn dense_bytes(&self) -> u128 {
        self.size().saturating_mul(self.dtype.size() as u128)
    }
}

/// The number of elements of a shape: the product of the lengths, as far as `u128` reaches.
pub fn size(shape: &[usize]) -> u128 {
    // A zero makes the product zero, however large the other lengths are: 0 times the greatest number is 0.
    shape.iter().fold(1, |n, &d| u128::saturating_mul(n, d as u128))
}

/// The number of elements of a shape as a `usize`.
///
/// # Errors
/// If there are more; `op` names the operation that counts them.
pub fn checked_size(op: &str, shape: &[usize]) -> Result<usize> {
    // A zero makes the product zero, however large the other lengths are.
    if shape.contains(&0) {
        return Ok(0);
    }
    shape
        .iter()
        .try_fold(1_usize, |n, &d| n.checked_mul(d))
        .ok_or_else(|| ShapeError::TooLarge { op: op.to_owned(), shape: shape.to_vec() }.into())
}

impl fmt::Display for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", self.dtype, self.shape.as_slice())
    }
}

/// An error unless the data type is `T`'s.
///
/// # Errors
/// If it is another.
pub fn expect_dtype<T: Element>(op: &str, dtype: DType) -> Result<()> {
    if dtype == T::DTYPE {
        return Ok(());
    }
    let expected = format!("{} (use astype first)", T::DTYPE);
    Err(DTypeError::Unsupported { op: op.to_owned(), dtype, expected }.into())
}
