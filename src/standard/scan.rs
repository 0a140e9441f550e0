//! The class *scan*: what a reduction has come to after each element along an axis.

use super::{Array, AxisSlice, Create, Join, Meta, Reduction, Reindex, resolve_axis};
use crate::Result;
use crate::dtype::Scalar;
use crate::error::{DTypeError, ShapeError};

/// What is accumulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ScanKind {
    /// Sums.
    Sum,
    /// Products.
    Prod,
}

impl ScanKind {
    /// The reduction that a fiber has come to at its end.
    pub const fn reduction(self) -> Reduction {
        match self {
            Self::Sum => Reduction::Sum,
            Self::Prod => Reduction::Prod,
        }
    }

    /// What it is before any element: 0 or 1 of a data type.
    pub fn identity(self, dtype: crate::dtype::DType) -> Scalar {
        match self {
            Self::Sum => Scalar::zero(dtype),
            Self::Prod => Scalar::one(dtype),
        }
    }
}

/// The sums or products of all elements up to each, along an axis. The result has the input's shape and the data type
/// of the [reduction](Reduction::result_dtype).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Scan {
    /// What is accumulated.
    pub kind: ScanKind,
    /// The axis.
    pub axis: usize,
}

impl Scan {
    /// The name for messages.
    pub const fn name(&self) -> &'static str {
        match self.kind {
            ScanKind::Sum => "cumulative_sum",
            ScanKind::Prod => "cumulative_prod",
        }
    }

    pub(super) fn infer(&self, input: &Meta) -> Result<Meta> {
        super::op::expect_axis(self.name(), self.axis, input.ndim())?;
        let dtype = self.kind.reduction().result_dtype(input.dtype)?;
        Ok(Meta { shape: input.shape.clone(), dtype })
    }
}

/// A scan along an axis; `initial`: with the identity before the first element.
pub(super) fn cumulative<A: Array>(
    array: &A,
    kind: ScanKind,
    axis: isize,
    initial: bool,
) -> Result<A> {
    let name = Scan { kind, axis: 0 }.name();
    let axis = resolve_axis(name, axis, array.ndim())?;
    let scanned = A::apply_one(Scan { kind, axis }, &[array])?;
    if !initial {
        return Ok(scanned);
    }
    let mut shape = scanned.meta().shape.clone();
    shape[axis] = 1;
    let first = scanned.create_like(Create::full(&shape, kind.identity(scanned.dtype())))?;
    A::apply_one(Join::Concat { axis }, &[&first, &scanned])
}

/// The differences of neighbours along an axis, `times` over, of the array between two others.
pub(super) fn diff<A: Array>(
    array: &A,
    times: usize,
    axis: isize,
    prepend: Option<&A>,
    append: Option<&A>,
) -> Result<A> {
    let op = "diff";
    let axis = resolve_axis(op, axis, array.ndim())?;
    let parts: Vec<&A> = prepend.into_iter().chain([array]).chain(append).collect();
    if let Some(part) = parts.iter().find(|p| !p.dtype().is_numeric()) {
        let (dtype, expected) = (part.dtype(), "numeric types".to_owned());
        return Err(DTypeError::Unsupported { op: op.to_owned(), dtype, expected }.into());
    }
    if let Some(part) = parts.iter().find(|p| p.ndim() != array.ndim()) {
        return Err(ShapeError::Mismatch {
            op: op.to_owned(),
            shapes: vec![array.shape().to_vec(), part.shape().to_vec()],
            reason: "the numbers of axes differ".to_owned(),
        }
        .into());
    }
    if times == 0 {
        return Ok(array.clone());
    }
    let mut result = match parts[..] {
        [array] => array.clone(),
        _ => A::apply_one(Join::Concat { axis }, &parts)?,
    };
    // With no more elements there is nothing left to take differences of.
    for _ in 0..times.min(result.shape()[axis]) {
        let length = result.shape()[axis] - 1;
        let from = |start: usize| {
            let mut slices: smallvec::SmallVec<[AxisSlice; 4]> =
                result.shape().iter().map(|&n| AxisSlice::full(n)).collect();
            slices[axis] = AxisSlice { start, step: 1, length };
            A::apply_one(Reindex::Slice { slices }, &[&result])
        };
        result = from(1)?.subtract(&from(0)?)?;
    }
    Ok(result)
}
