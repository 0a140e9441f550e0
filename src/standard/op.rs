//! [`Op`]: one operation of the standard as a value, and [`Call`]: one that has been checked against its inputs.

#[cfg(feature = "fft")]
use super::Fft;
#[cfg(feature = "linalg")]
use super::Linalg;
use super::axes::signed;
use super::{Contract, Create, Join, Map, Meta, Order, Reduce, Reindex, Scan, Select};
use crate::Result;
use crate::dtype::{DType, Kind};
use crate::error::{DTypeError, ShapeError};
use smallvec::{SmallVec, smallvec};
use std::fmt;

/// One operation: its class and its parameters in normal form (axes counted from 0, scalars typed).
///
/// ```
/// use redpoll::dtype::DType;
/// use redpoll::standard::{Func, Map, Meta, Op};
/// let op = Op::from(Map::of_arrays(Func::Multiply));
/// let (a, b) = (Meta::new([3, 1], DType::Int8), Meta::new([4], DType::Float32));
/// assert_eq!(op.infer(&[&a, &b])?[0], Meta::new([3, 4], DType::Float32));
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Op {
    /// Arrays from parameters. No inputs.
    Create(Create),
    /// Conversion to another data type: the standard's `astype`. One input.
    Cast(DType),
    /// Elementwise functions.
    Map(Map),
    /// Reductions. One input.
    Reduce(Reduce),
    /// Sums of products. Two inputs.
    Contract(Contract),
    /// The same elements at other places. One input.
    Reindex(Reindex),
    /// Several arrays one after the other. One input or more.
    Join(Join),
    /// Elements chosen by indices or diagonals.
    Select(Select),
    /// Reductions up to each element. One input.
    Scan(Scan),
    /// Elements by rank. One input, or two.
    Order(Order),
    /// Factorisations of matrices. One input or two, one result or more.
    #[cfg(feature = "linalg")]
    Linalg(Linalg),
    /// Fourier transforms along the last axis. One input.
    #[cfg(feature = "fft")]
    Fft(Fft),
}

impl Op {
    /// The name for messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Create(op) => op.name(),
            Self::Cast(_) => "astype",
            Self::Map(op) => op.func.name(),
            Self::Reduce(op) => op.reduction.name(),
            Self::Contract(_) => "contract",
            Self::Reindex(op) => op.name(),
            Self::Join(op) => op.name(),
            Self::Select(op) => op.name(),
            Self::Scan(op) => op.name(),
            Self::Order(op) => op.name(),
            #[cfg(feature = "linalg")]
            Self::Linalg(op) => op.name(),
            #[cfg(feature = "fft")]
            Self::Fft(op) => op.name(),
        }
    }

    /// Shapes and data types of the results.
    ///
    /// # Errors
    /// If the number, the shapes or the data types of the inputs do not fit, or a parameter is impossible.
    pub fn infer(&self, inputs: &[&Meta]) -> Result<SmallVec<[Meta; 1]>> {
        let expected = match self {
            Self::Create(_) => 0,
            Self::Contract(_) => 2,
            Self::Map(_) => inputs.len(), // counted there
            Self::Join(_) => inputs.len().max(1),
            Self::Select(op) => op.arity(),
            Self::Order(op) => op.arity(),
            Self::Cast(_) | Self::Reduce(_) | Self::Reindex(_) | Self::Scan(_) => 1,
            #[cfg(feature = "linalg")]
            Self::Linalg(op) => op.inputs(),
            #[cfg(feature = "fft")]
            Self::Fft(_) => 1,
        };
        expect_arity(self.name(), expected, inputs.len())?;
        Ok(smallvec![match self {
            Self::Create(op) => op.infer()?,
            Self::Cast(dtype) => infer_cast(inputs[0], *dtype)?,
            Self::Map(op) => op.infer(inputs)?,
            Self::Reduce(op) => return op.infer(inputs[0]),
            Self::Contract(op) => op.infer(inputs[0], inputs[1])?,
            Self::Reindex(op) => op.infer(inputs[0])?,
            Self::Join(op) => op.infer(inputs)?,
            Self::Select(op) => op.infer(inputs)?,
            Self::Scan(op) => op.infer(inputs[0])?,
            Self::Order(op) => return op.infer(inputs),
            #[cfg(feature = "linalg")]
            Self::Linalg(op) => return op.infer(inputs),
            #[cfg(feature = "fft")]
            Self::Fft(op) => op.infer(inputs[0])?,
        }])
    }

    /// The operation checked against its inputs: what an evaluator is given.
    ///
    /// # Errors
    /// As of [`infer`](Self::infer).
    pub fn call(&self, inputs: &[&Meta]) -> Result<Call<'_>> {
        Ok(Call { op: self, outputs: self.infer(inputs)? })
    }
}

/// An operation that was checked against the metadata of its inputs. Only [`Op::call`] makes one, so an evaluator
/// that takes a `Call` need not check shapes or data types again.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    op: &'a Op,
    outputs: SmallVec<[Meta; 1]>,
}

impl<'a> Call<'a> {
    /// The operation.
    pub const fn op(&self) -> &'a Op {
        self.op
    }

    /// Shapes and data types of all results.
    pub fn outputs(&self) -> &[Meta] {
        &self.outputs
    }

    /// Shape and data type of the first result, for most operations the only one.
    pub fn output(&self) -> &Meta {
        &self.outputs[0]
    }
}

fn infer_cast(input: &Meta, dtype: DType) -> Result<Meta> {
    if input.dtype.kind() == Kind::Complex && !matches!(dtype.kind(), Kind::Complex | Kind::Bool) {
        return Err(DTypeError::Cast {
            op: "astype".to_owned(),
            from: input.dtype,
            to: dtype,
            reason: "the imaginary part would be lost; use real() or abs()".to_owned(),
        }
        .into());
    }
    Ok(Meta { shape: input.shape.clone(), dtype })
}

pub(super) fn expect_arity(op: &str, expected: usize, got: usize) -> Result<()> {
    if expected == got {
        Ok(())
    } else {
        Err(ShapeError::Arity { op: op.to_owned(), expected, got }.into())
    }
}

/// An axis in normal form: below `ndim`.
pub(super) fn expect_axis(op: &str, axis: usize, ndim: usize) -> Result<()> {
    if axis < ndim {
        Ok(())
    } else {
        Err(ShapeError::Axis { op: op.to_owned(), axis: signed(axis), ndim }.into())
    }
}

/// Axes in normal form: below `ndim`, ascending, each once.
pub(super) fn expect_ascending(op: &str, axes: &[usize], ndim: usize) -> Result<()> {
    if let Some(&axis) = axes.iter().find(|&&a| a >= ndim) {
        return Err(ShapeError::Axis { op: op.to_owned(), axis: signed(axis), ndim }.into());
    }
    if let Some(pair) = axes.windows(2).find(|w| w[0] >= w[1]) {
        return Err(ShapeError::RepeatedAxis { op: op.to_owned(), axis: pair[1] }.into());
    }
    Ok(())
}

macro_rules! from_class {
    ($($Class:ident),+) => {$(
        impl From<$Class> for Op {
            fn from(op: $Class) -> Self {
                Self::$Class(op)
            }
        }
    )+};
}
from_class!(Create, Map, Reduce, Contract, Reindex, Join, Select, Scan, Order);
#[cfg(feature = "linalg")]
from_class!(Linalg);
#[cfg(feature = "fft")]
from_class!(Fft);

/// The operation with its parameters, short enough for a task's name: `sum(axes=[0])`.
impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cast(dtype) => write!(f, "astype({dtype})"),
            Self::Contract(op) => write!(f, "contract({op})"),
            Self::Reduce(op) => write!(f, "{}(axes={:?})", op.reduction.name(), op.axes.as_slice()),
            Self::Scan(op) => write!(f, "{}(axis={})", op.name(), op.axis),
            Self::Order(op @ (Order::Sort { axis, .. } | Order::ArgSort { axis, .. })) => {
                write!(f, "{}(axis={axis})", op.name())
            }
            Self::Map(op) => {
                let args = op.args.iter().map(|arg| match arg {
                    super::Arg::Input => "·".to_owned(),
                    super::Arg::Scalar(s) => s.to_string(),
                });
                write!(f, "{}({})", op.func, args.collect::<Vec<_>>().join(", "))
            }
            other => f.write_str(other.name()),
        }
    }
}
