//! [`Reduction`]: the names of the reductions, what they accept and what they give.

use crate::Result;
use crate::dtype::{DType, Kind};
use crate::error::DTypeError;

/// A reduction of the standard's
/// [statistical](https://data-apis.org/array-api/2025.12/API_specification/statistical_functions.html),
/// [searching](https://data-apis.org/array-api/2025.12/API_specification/searching_functions.html) and
/// [utility](https://data-apis.org/array-api/2025.12/API_specification/utility_functions.html) functions.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Reduction {
    /// Σ x.
    Sum,
    /// Π x.
    Prod,
    /// The least; NaN if any is NaN.
    Min,
    /// The greatest; NaN if any is NaN.
    Max,
    /// Σ x / n.
    Mean,
    /// Σ |x − mean|² / (n − correction).
    Var {
        /// What is subtracted from n: 0 for a population, 1 for a sample.
        correction: f64,
    },
    /// √var.
    Std {
        /// As of the variance.
        correction: f64,
    },
    /// Two results at once in one pass: the mean and the variance.
    MeanVar {
        /// As of the variance.
        correction: f64,
    },
    /// Whether any is not zero.
    Any,
    /// Whether all are not zero.
    All,
    /// How many are not zero.
    CountNonzero,
    /// The position of the first least (or first NaN) along one axis.
    ArgMin,
    /// The position of the first greatest (or first NaN) along one axis.
    ArgMax,
}

impl Reduction {
    /// The standard's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Prod => "prod",
            Self::Min => "min",
            Self::Max => "max",
            Self::Mean => "mean",
            Self::Var { .. } => "var",
            Self::Std { .. } => "std",
            Self::MeanVar { .. } => "mean_var",
            Self::Any => "any",
            Self::All => "all",
            Self::CountNonzero => "count_nonzero",
            Self::ArgMin => "argmin",
            Self::ArgMax => "argmax",
        }
    }

    /// The data type of the result (of both results of `mean_var`) for elements of type `dtype`.
    ///
    /// `sum` and `prod` of an integer or `bool` give at least `int64` (`uint64` for unsigned), as the standard
    /// says of the default; `mean`, `var` and `std` of them give `float64`.
    ///
    /// # Errors
    /// If the elements' type is not accepted.
    pub fn result_dtype(self, dtype: DType) -> Result<DType> {
        let unsupported = |expected: &str| {
            Err(DTypeError::Unsupported {
                op: self.name().to_owned(),
                dtype,
                expected: expected.to_owned(),
            }
            .into())
        };
        match self {
            Self::Sum | Self::Prod => Ok(match dtype.kind() {
                Kind::Bool | Kind::Signed => DType::Int64,
                Kind::Unsigned => DType::UInt64,
                Kind::Float | Kind::Complex => dtype,
            }),
            Self::Min | Self::Max if dtype.is_real() => Ok(dtype),
            Self::ArgMin | Self::ArgMax if dtype.is_real() => Ok(DType::Int64),
            Self::Min | Self::Max | Self::ArgMin | Self::ArgMax => {
                unsupported("integer and real floating-point types")
            }
            Self::Mean => Ok(dtype.floating()),
            Self::Var { .. } | Self::Std { .. } | Self::MeanVar { .. } => {
                if dtype.kind() == Kind::Complex {
                    unsupported("real types")
                } else {
                    Ok(dtype.floating())
                }
            }
            Self::Any | Self::All => Ok(DType::Bool),
            Self::CountNonzero => Ok(DType::Int64),
        }
    }

    /// How many results it has: two for `mean_var`, else one.
    pub const fn outputs(self) -> usize {
        if matches!(self, Self::MeanVar { .. }) { 2 } else { 1 }
    }

    /// Whether it has a value for no elements at all; `min`, `max`, `argmin` and `argmax` have none.
    pub const fn has_identity(self) -> bool {
        !matches!(self, Self::Min | Self::Max | Self::ArgMin | Self::ArgMax)
    }
}
