//! Data types: the standard's thirteen, the Rust types that hold them, scalars and promotion.
//!
//! [`DType`] is a run-time value; [`Element`] is the sealed trait of the Rust types behind it. The jump from one
//! to the other is [`with_dtype!`](crate::with_dtype), the only place where a `match` over data types is written.

#[cfg(feature = "approx")]
mod approx;
mod cast;
mod element;
mod info;
mod promotion;
mod scalar;
mod zeros;

#[cfg(feature = "approx")]
pub(crate) use approx::approx_elements;
pub use cast::Cast;
pub use element::{Element, Float, Integer, Number, Real};
pub use info::{FloatInfo, IntInfo, finfo, iinfo};
pub use promotion::{can_cast, promote, result_type};
pub(crate) use promotion::{promote_for, result_type_for};
pub use scalar::{Scalar, Weak};
pub use zeros::Zeros;

use crate::error::DTypeError;
use std::{fmt, str::FromStr};

/// Complex number of two `f32`.
pub type Complex64 = num_complex::Complex<f32>;
/// Complex number of two `f64`.
pub type Complex128 = num_complex::Complex<f64>;

/// A data type of the [standard](https://data-apis.org/array-api/2025.12/API_specification/data_types.html).
///
/// ```
/// use redpoll::dtype::{DType, Kind};
/// let dtype: DType = "float32".parse()?;
/// assert_eq!((dtype.size(), dtype.kind()), (4, Kind::Float));
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[allow(missing_docs)] // the names are the standard's
pub enum DType {
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float32,
    Float64,
    Complex64,
    Complex128,
}

/// The family of a data type, in the order of promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Kind {
    Bool,
    Unsigned,
    Signed,
    Float,
    Complex,
}

impl DType {
    /// All of them, in the order of the standard.
    pub const ALL: [Self; 13] = [
        Self::Bool,
        Self::Int8,
        Self::Int16,
        Self::Int32,
        Self::Int64,
        Self::UInt8,
        Self::UInt16,
        Self::UInt32,
        Self::UInt64,
        Self::Float32,
        Self::Float64,
        Self::Complex64,
        Self::Complex128,
    ];

    /// Bytes of one element.
    pub const fn size(self) -> usize {
        match self {
            Self::Bool | Self::Int8 | Self::UInt8 => 1,
            Self::Int16 | Self::UInt16 => 2,
            Self::Int32 | Self::UInt32 | Self::Float32 => 4,
            Self::Int64 | Self::UInt64 | Self::Float64 | Self::Complex64 => 8,
            Self::Complex128 => 16,
        }
    }

    /// The family it belongs to.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Bool => Kind::Bool,
            Self::Int8 | Self::Int16 | Self::Int32 | Self::Int64 => Kind::Signed,
            Self::UInt8 | Self::UInt16 | Self::UInt32 | Self::UInt64 => Kind::Unsigned,
            Self::Float32 | Self::Float64 => Kind::Float,
            Self::Complex64 | Self::Complex128 => Kind::Complex,
        }
    }

    /// The standard's name, such as `float64`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::UInt8 => "uint8",
            Self::UInt16 => "uint16",
            Self::UInt32 => "uint32",
            Self::UInt64 => "uint64",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Complex64 => "complex64",
            Self::Complex128 => "complex128",
        }
    }

    /// Whether it is a signed or unsigned integer type.
    pub const fn is_integer(self) -> bool {
        matches!(self.kind(), Kind::Signed | Kind::Unsigned)
    }

    /// Whether it is a real or complex floating-point type.
    pub const fn is_floating(self) -> bool {
        matches!(self.kind(), Kind::Float | Kind::Complex)
    }

    /// Whether it is an integer or a real floating-point type: what can be ordered.
    pub const fn is_real(self) -> bool {
        !matches!(self.kind(), Kind::Bool | Kind::Complex)
    }

    /// Whether it is any type but `bool`.
    pub const fn is_numeric(self) -> bool {
        !matches!(self, Self::Bool)
    }

    /// The real type of a complex type's parts, and any other type itself.
    pub const fn real(self) -> Self {
        match self {
            Self::Complex64 => Self::Float32,
            Self::Complex128 => Self::Float64,
            other => other,
        }
    }

    /// The complex type of a floating-point type's precision; of any other type, `complex128`.
    pub const fn complex(self) -> Self {
        match self {
            Self::Float32 | Self::Complex64 => Self::Complex64,
            _ => Self::Complex128,
        }
    }

    /// The floating-point type that arithmetic on this type gives: itself where it floats, else `float64`.
    pub const fn floating(self) -> Self {
        if self.is_floating() { self } else { Self::Float64 }
    }

    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for DType {
    type Err = crate::Error;

    fn from_str(text: &str) -> crate::Result<Self> {
        Self::ALL
            .into_iter()
            .find(|d| d.name() == text)
            .ok_or_else(|| DTypeError::Unknown { text: text.to_owned() }.into())
    }
}

/// Evaluates an expression with a type alias bound to the Rust type of a data type.
///
/// A list of families in brackets narrows the types: `[all]`, `[numeric]` (all but bool), `[real]` (integers and
/// real floats), `[integer]`, `[float]`, `[floating]` (float and complex), `[complex]`. A type outside the list
/// evaluates the `else` expression.
///
/// ```
/// use redpoll::{dtype::DType, with_dtype};
/// let bytes = with_dtype!(DType::Float32, T => size_of::<T>());
/// assert_eq!(bytes, 4);
/// let bits = with_dtype!(DType::Bool, [integer] T => T::BITS, else 1);
/// assert_eq!(bits, 1);
/// ```
#[macro_export]
macro_rules! with_dtype {
    ($dtype:expr, $T:ident => $body:expr) => {
        $crate::with_dtype!(@match $dtype, $T, $body, {},
            Bool bool, Int8 i8, Int16 i16, Int32 i32, Int64 i64, UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64,
            Float32 f32, Float64 f64, Complex64 $crate::dtype::Complex64, Complex128 $crate::dtype::Complex128)
    };
    ($dtype:expr, [numeric] $T:ident => $body:expr, else $other:expr) => {
        $crate::with_dtype!(@match $dtype, $T, $body, {_ => $other},
            Int8 i8, Int16 i16, Int32 i32, Int64 i64, UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64,
            Float32 f32, Float64 f64, Complex64 $crate::dtype::Complex64, Complex128 $crate::dtype::Complex128)
    };
    ($dtype:expr, [real] $T:ident => $body:expr, else $other:expr) => {
        $crate::with_dtype!(@match $dtype, $T, $body, {_ => $other},
            Int8 i8, Int16 i16, Int32 i32, Int64 i64, UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64,
            Float32 f32, Float64 f64)
    };
    ($dtype:expr, [integer] $T:ident => $body:expr, else $other:expr) => {
        $crate::with_dtype!(@match $dtype, $T, $body, {_ => $other},
            Int8 i8, Int16 i16, Int32 i32, Int64 i64, UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64)
    };
    ($dtype:expr, [float] $T:ident => $body:expr, else $other:expr) => {
        $crate::with_dtype!(@match $dtype, $T, $body, {_ => $other}, Float32 f32, Float64 f64)
    };
    ($dtype:expr, [floating] $T:ident => $body:expr, else $other:expr) => {
        $crate::with_dtype!(@match $dtype, $T, $body, {_ => $other}, Float32 f32, Float64 f64,
            Complex64 $crate::dtype::Complex64, Complex128 $crate::dtype::Complex128)
    };
    ($dtype:expr, [complex] $T:ident => $body:expr, else $other:expr) => {
        $crate::with_dtype!(@match $dtype, $T, $body, {_ => $other},
            Complex64 $crate::dtype::Complex64, Complex128 $crate::dtype::Complex128)
    };
    (@match $dtype:expr, $T:ident, $body:expr, {$($rest:tt)*}, $($variant:ident $type:ty),+) => {
        match $dtype {
            $($crate::dtype::DType::$variant => {
                #[allow(dead_code)]
                type $T = $type;
                $body
            })+
            $($rest)*
        }
    };
}
