//! The class *map*: elementwise functions of arrays and scalars.

use super::{Func, Meta, broadcast_shapes};
use crate::Result;
use crate::dtype::{DType, Scalar};
use crate::error::ShapeError;
use smallvec::SmallVec;

/// One argument of a [`Map`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Arg {
    /// The operation's next input array.
    Input,
    /// A scalar.
    Scalar(Scalar),
}

/// An elementwise function of broadcast arrays and scalars.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Map {
    /// The function.
    pub func: Func,
    /// Its arguments: as many as its arity, of which each [`Arg::Input`] takes the next input array.
    pub args: SmallVec<[Arg; 3]>,
}

impl Map {
    /// A function of arrays only.
    pub fn of_arrays(func: Func) -> Self {
        Self { func, args: smallvec::smallvec![Arg::Input; func.arity()] }
    }

    /// The data types of the arguments, given those of the input arrays.
    pub fn arg_dtypes(&self, inputs: impl IntoIterator<Item = DType>) -> SmallVec<[DType; 3]> {
        let mut inputs = inputs.into_iter();
        self.args
            .iter()
            .map_while(|arg| match arg {
                Arg::Input => inputs.next(),
                Arg::Scalar(s) => Some(s.dtype()),
            })
            .collect()
    }

    /// The data type in which the function is computed, given those of the input arrays.
    ///
    /// # Errors
    /// If one is not accepted or they have no common type.
    pub fn compute_dtype(&self, inputs: impl IntoIterator<Item = DType>) -> Result<DType> {
        self.func.compute_dtype(&self.arg_dtypes(inputs))
    }

    pub(super) fn infer(&self, inputs: &[&Meta]) -> Result<Meta> {
        let op = self.func.name();
        if self.args.len() != self.func.arity() {
            return Err(ShapeError::Arity {
                op: op.to_owned(),
                expected: self.func.arity(),
                got: self.args.len(),
            }
            .into());
        }
        let arrays = self.args.iter().filter(|a| **a == Arg::Input).count();
        super::op::expect_arity(op, arrays, inputs.len())?;
        let compute = self.compute_dtype(inputs.iter().map(|m| m.dtype))?;
        let shape = broadcast_shapes(op, inputs.iter().map(|m| m.shape.as_slice()))?;
        Ok(Meta { shape, dtype: self.func.result_dtype(compute) })
    }
}
