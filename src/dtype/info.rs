//! Machine limits: the standard's `finfo` and `iinfo`.

use super::{DType, Integer};
use crate::error::DTypeError;
use crate::{Result, with_dtype};

/// Machine limits of a floating-point data type; of a complex one, those of its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FloatInfo {
    /// Bits of a real number of the type.
    pub bits: u32,
    /// The difference between 1 and the next larger number.
    pub eps: f64,
    /// The largest finite number.
    pub max: f64,
    /// The smallest finite number.
    pub min: f64,
    /// The smallest positive number with full precision.
    pub smallest_normal: f64,
    /// The real type described.
    pub dtype: DType,
}

/// Machine limits of an integer data type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntInfo {
    /// Bits of the type.
    pub bits: u32,
    /// The largest number.
    pub max: i128,
    /// The smallest number.
    pub min: i128,
    /// The type described.
    pub dtype: DType,
}

/// Machine limits of a floating-point data type.
///
/// # Errors
/// If `dtype` is no floating-point type.
///
/// ```
/// use redpoll::dtype::{DType, finfo};
/// assert_eq!(finfo(DType::Float64)?.eps, f64::EPSILON);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn finfo(dtype: DType) -> Result<FloatInfo> {
    macro_rules! info {
        ($T:ident) => {
            FloatInfo {
                bits: 8 * size_of::<$T>() as u32,
                eps: $T::EPSILON.into(),
                max: $T::MAX.into(),
                min: $T::MIN.into(),
                smallest_normal: $T::MIN_POSITIVE.into(),
                dtype: dtype.real(),
            }
        };
    }
    match dtype.real() {
        DType::Float32 => Ok(info!(f32)),
        DType::Float64 => Ok(info!(f64)),
        _ => Err(DTypeError::Unsupported {
            op: "finfo".into(),
            dtype,
            expected: "a floating-point type".into(),
        }
        .into()),
    }
}

/// Machine limits of an integer data type.
///
/// # Errors
/// If `dtype` is no integer type.
pub fn iinfo(dtype: DType) -> Result<IntInfo> {
    with_dtype!(dtype, [integer] T => Ok(IntInfo {
        bits: <T as Integer>::BITS,
        max: T::MAX.into(),
        min: T::MIN.into(),
        dtype,
    }), else Err(DTypeError::Unsupported {
        op: "iinfo".into(),
        dtype,
        expected: "an integer type".to_owned(),
    }
    .into()))
}
