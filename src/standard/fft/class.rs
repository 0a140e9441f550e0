//! The class *fft*: discrete Fourier transforms along the last axis.

use crate::Result;
use crate::dtype::Kind;
use crate::error::{DTypeError, ShapeError};
use crate::standard::Meta;
use std::str::FromStr;

/// A discrete Fourier transform along the last axis. An axis that is longer than needed is cut, a shorter one goes on
/// with zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Fft {
    /// Which one.
    pub transform: Transform,
    /// The number of points of the signal, at least 1.
    pub n: usize,
    /// Where the factor `1/n` is.
    pub norm: Norm,
}

/// From what to what a transform goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Transform {
    /// From a complex signal of `n` points to its spectrum of `n`.
    Forward,
    /// From a spectrum of `n` points to a complex signal of `n`.
    Inverse,
    /// From a real signal of `n` points to the first `n/2 + 1` points of its spectrum.
    RealForward,
    /// From the first `n/2 + 1` points of a spectrum to the real signal of `n`. The imaginary part of the first, and for
    /// even `n` of the last, does not count.
    RealInverse,
}

/// Where the factor `1/n` is, that makes a forward and an inverse transform inverse to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum Norm {
    /// In the inverse transform.
    #[default]
    Backward,
    /// A factor `1/√n` in each.
    Ortho,
    /// In the forward transform.
    Forward,
}

impl Norm {
    /// The same with forward and inverse transform exchanged.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Backward => Self::Forward,
            Self::Ortho => Self::Ortho,
            Self::Forward => Self::Backward,
        }
    }
}

impl FromStr for Norm {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "backward" => Ok(Self::Backward),
            "ortho" => Ok(Self::Ortho),
            "forward" => Ok(Self::Forward),
            other => Err(ShapeError::Parameter {
                op: "fft".to_owned(),
                what: "norm",
                value: format!("{other:?}"),
                reason: "there are \"backward\", \"ortho\" and \"forward\"".to_owned(),
            }
            .into()),
        }
    }
}

impl Fft {
    /// The standard's name.
    pub const fn name(self) -> &'static str {
        match self.transform {
            Transform::Forward => "fft",
            Transform::Inverse => "ifft",
            Transform::RealForward => "rfft",
            Transform::RealInverse => "irfft",
        }
    }

    /// How many elements of an axis count.
    pub const fn input_length(self) -> usize {
        match self.transform {
            Transform::RealInverse => self.n / 2 + 1,
            _ => self.n,
        }
    }

    /// How many elements the axis of the result has.
    pub const fn output_length(self) -> usize {
        match self.transform {
            Transform::RealForward => self.n / 2 + 1,
            _ => self.n,
        }
    }

    /// What the sums are multiplied by.
    pub fn factor(self) -> f64 {
        let n = self.n as f64;
        let forward = matches!(self.transform, Transform::Forward | Transform::RealForward);
        match (self.norm, forward) {
            (Norm::Ortho, _) => 1.0 / n.sqrt(),
            (Norm::Backward, false) | (Norm::Forward, true) => 1.0 / n,
            (Norm::Backward, true) | (Norm::Forward, false) => 1.0,
        }
    }

    pub(in crate::standard) fn infer(self, input: &Meta) -> Result<Meta> {
        let op = self.name();
        let (kind, expected) = match self.transform {
            Transform::RealForward => (Kind::Float, "real floating-point types"),
            _ => (Kind::Complex, "complex types"),
        };
        if input.dtype.kind() != kind {
            return Err(DTypeError::Unsupported {
                op: op.to_owned(),
                dtype: input.dtype,
                expected: expected.to_owned(),
            }
            .into());
        }
        if self.n == 0 {
            return Err(ShapeError::Parameter {
                op: op.to_owned(),
                what: "n",
                value: "0".to_owned(),
                reason: "a transform has at least one point".to_owned(),
            }
            .into());
        }
        let mut shape = input.shape.clone();
        let no_axis = || ShapeError::Axis { op: op.to_owned(), axis: -1, ndim: 0 };
        *shape.last_mut().ok_or_else(no_axis)? = self.output_length();
        let dtype = match self.transform {
            Transform::RealForward => input.dtype.complex(),
            Transform::RealInverse => input.dtype.real(),
            Transform::Forward | Transform::Inverse => input.dtype,
        };
        Ok(Meta { shape, dtype })
    }
}
