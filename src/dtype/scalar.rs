//! One value with its data type, and Python-like numbers that adapt to an array's data type.

use super::{Cast, Complex64, Complex128, DType, Element, Kind};
use crate::error::DTypeError;
use crate::{Result, with_dtype};
use std::fmt;

/// One value of a data type.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)] // the names are the data types'
pub enum Scalar {
    Bool(bool),
    Int8(i8),
    Int16(i16),
    Int32(i32),
    Int64(i64),
    UInt8(u8),
    UInt16(u16),
    UInt32(u32),
    UInt64(u64),
    Float32(f32),
    Float64(f64),
    Complex64(Complex64),
    Complex128(Complex128),
}

/// Equality is that of [`Element::same`]: `-0.0` is not `0.0`, which fills do not tell apart (see
/// [`same_fill`](Self::same_fill)), and a NaN equals a NaN. Scalars
/// of different data types differ.
impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.dtype() == other.dtype()
            && with_dtype!(self.dtype(), T => T::from_scalar(*self).same(T::from_scalar(*other)))
    }
}
impl Eq for Scalar {}

impl Scalar {
    /// Its data type.
    pub const fn dtype(self) -> DType {
        match self {
            Self::Bool(_) => DType::Bool,
            Self::Int8(_) => DType::Int8,
            Self::Int16(_) => DType::Int16,
            Self::Int32(_) => DType::Int32,
            Self::Int64(_) => DType::Int64,
            Self::UInt8(_) => DType::UInt8,
            Self::UInt16(_) => DType::UInt16,
            Self::UInt32(_) => DType::UInt32,
            Self::UInt64(_) => DType::UInt64,
            Self::Float32(_) => DType::Float32,
            Self::Float64(_) => DType::Float64,
            Self::Complex64(_) => DType::Complex64,
            Self::Complex128(_) => DType::Complex128,
        }
    }

    /// Zero (or `false`) of a data type.
    pub fn zero(dtype: DType) -> Self {
        with_dtype!(dtype, T => T::ZERO.scalar())
    }

    /// One (or `true`) of a data type.
    pub fn one(dtype: DType) -> Self {
        with_dtype!(dtype, T => T::ONE.scalar())
    }

    /// The value converted to another data type as by [`Cast`].
    pub fn cast(self, dtype: DType) -> Self {
        with_dtype!(dtype, T => T::from_scalar(self).scalar())
    }

    /// The value as a Rust type, converted as by [`Cast`].
    pub fn to<T: Element>(self) -> T {
        T::from_scalar(self)
    }

    /// Whether it is zero, of either sign, or `false`.
    pub fn is_zero(self) -> bool {
        self.same_fill(Self::zero(self.dtype()))
    }

    /// Whether both are the same fill: equal, but that `-0.0` is `0.0`, also as a part of a complex number.
    ///
    /// ```
    /// use redpoll::dtype::Scalar;
    /// let (plus, minus) = (Scalar::Float64(0.0), Scalar::Float64(-0.0));
    /// assert!(plus.same_fill(minus) && plus != minus);
    /// ```
    pub fn same_fill(self, other: Self) -> bool {
        self.dtype() == other.dtype()
            && with_dtype!(self.dtype(), T => T::from_scalar(self).same_fill(T::from_scalar(other)))
    }

    /// Whether it is neither infinite nor NaN.
    pub fn is_finite(self) -> bool {
        match self {
            Self::Float32(v) => v.is_finite(),
            Self::Float64(v) => v.is_finite(),
            Self::Complex64(v) => v.is_finite(),
            Self::Complex128(v) => v.is_finite(),
            _ => true,
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        with_dtype!(self.dtype(), T => fmt::Display::fmt(&T::from_scalar(*self), f))
    }
}

impl<T: Element> From<T> for Scalar {
    fn from(value: T) -> Self {
        value.scalar()
    }
}

/// A number without a data type, as Python's scalars are in the standard: beside an array it takes the array's
/// data type where its kind allows, so that `x * 2.0` stays `float32` for a `float32` array.
///
/// Rust's primitive numbers convert into it; use a [`Scalar`] where the data type should count.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Weak {
    /// Python's `bool`.
    Bool(bool),
    /// Python's `int`.
    Int(i128),
    /// Python's `float`.
    Float(f64),
    /// Python's `complex`.
    Complex(Complex128),
}

impl Weak {
    /// The scalar it stands for beside an array of type `dtype`. A float beside integers becomes `float64`, a
    /// complex number beside a real array the complex type of the array's precision.
    ///
    /// # Errors
    /// If it is an integer that `dtype` cannot hold; `op` names the operation in the message.
    pub fn resolve(self, op: &str, dtype: DType) -> Result<Scalar> {
        Ok(match self {
            Self::Bool(v) if dtype == DType::Bool => Scalar::Bool(v),
            Self::Bool(v) => Scalar::from(v).cast(dtype),
            Self::Int(v) => {
                let dtype = if dtype == DType::Bool { DType::Int64 } else { dtype };
                with_dtype!(dtype, [integer] T => Scalar::from(T::try_from(v).map_err(|_| {
                    DTypeError::Range { op: op.to_owned(), value: v.to_string(), dtype }
                })?), else Scalar::from(v as f64).cast(dtype))
            }
            Self::Float(v) => Scalar::from(v).cast(dtype.floating()),
            Self::Complex(v) => Scalar::from(v).cast(dtype.complex()),
        })
    }

    /// The data type it has with no array beside it: `bool`, `int64`, `float64` or `complex128`.
    pub const fn default_dtype(self) -> DType {
        match self {
            Self::Bool(_) => DType::Bool,
            Self::Int(_) => DType::Int64,
            Self::Float(_) => DType::Float64,
            Self::Complex(_) => DType::Complex128,
        }
    }
}

macro_rules! weak {
    ($($T:ty => $Variant:ident),+) => {$(
        impl From<$T> for Weak {
            fn from(value: $T) -> Self {
                Self::$Variant(value.into())
            }
        }
    )+};
}
weak!(bool => Bool, i8 => Int, i16 => Int, i32 => Int, i64 => Int, u8 => Int, u16 => Int, u32 => Int, u64 => Int,
    i128 => Int, f32 => Float, f64 => Float, Complex128 => Complex);

impl From<usize> for Weak {
    fn from(value: usize) -> Self {
        Self::Int(value as i128)
    }
}
impl From<Complex64> for Weak {
    fn from(value: Complex64) -> Self {
        Self::Complex(value.cast())
    }
}

/// A typed scalar as a number without a type: for results that take another array's data type.
impl From<Scalar> for Weak {
    fn from(value: Scalar) -> Self {
        match value.dtype().kind() {
            Kind::Bool => Self::Bool(value.to()),
            Kind::Unsigned => Self::Int(value.to::<u64>().into()),
            Kind::Signed => Self::Int(value.to::<i64>().into()),
            Kind::Float => Self::Float(value.to()),
            Kind::Complex => Self::Complex(value.to()),
        }
    }
}
