//! The class *reduce*: fibers or rows pushed to the kernels' accumulators.
//!
//! ```text
//! the fastest axis in memory is reduced:    (kept…, reduced…)   one fiber for each cell
//! it is kept:                               (reduced…, kept…)   rows of cells
//! ```
//!
//! A matrix in row-major order is one or the other along either axis, and nothing is copied.

use super::{Dense, expect_allocatable};
use crate::Result;
use crate::buffer::{Values, collected, filled};
use crate::dtype::Scalar;
use crate::kernels::reduce::{Accumulators, ArgAccumulators};
use crate::standard::{Meta, Outputs, Reduce, Reduction};
use smallvec::{SmallVec, smallvec};

type AxisList = SmallVec<[usize; 4]>;

pub(super) fn eval(op: &Reduce, input: &Dense, meta: &Meta) -> Result<Outputs<Dense>> {
    let cells = expect_allocatable(op.reduction.name(), meta)?;
    let results: SmallVec<[Values; 2]> = match op.reduction {
        Reduction::ArgMin | Reduction::ArgMax => {
            let mut best = ArgAccumulators::new(op.reduction, input.meta.dtype, cells)?;
            match Source::new(op, input)? {
                Source::Repeated { count: 0, .. } => {}
                Source::Repeated { value, .. } => {
                    let all = collected("reduce", cells, 0..cells as u64)?;
                    best.push_at(&all, &filled("reduce", 0, cells)?, value);
                }
                Source::Fibers { length, values } => best.push_fibers(values.view(), length, 0),
                Source::Rows(values) => best.push_rows(values.view(), cells, 0),
            }
            smallvec![best.finish()?]
        }
        reduction => {
            let source = Source::new(op, input)?;
            let fill = match &source {
                Source::Repeated { value, .. } => *value,
                _ => Scalar::zero(input.meta.dtype),
            };
            let states = Accumulators::new(reduction, input.meta.dtype, meta.dtype, cells, fill)?;
            states.reduce(op.count(&input.meta.shape) as u64, |states| {
                match &source {
                    Source::Repeated { count, value } => {
                        states.push_repeated(&filled("reduce", *count, cells)?, *value);
                    }
                    Source::Fibers { length, values } => {
                        let ends = (0..=cells as u64).map(|c| c * *length as u64);
                        let ends = collected("reduce", cells.saturating_add(1), ends)?;
                        states.push_segments(&ends, values.view())?;
                    }
                    Source::Rows(values) => states.push_rows(values.view(), cells)?,
                }
                Ok(())
            })?
        }
    };
    Ok(results.into_iter().map(|values| Dense::row_major(meta.clone(), values)).collect())
}

/// The elements as the accumulators take them.
enum Source {
    /// The same value, so many times for each cell.
    Repeated { count: u64, value: Scalar },
    /// One fiber after the other, each of this length.
    Fibers { length: usize, values: Values },
    /// Rows of as many elements as there are cells.
    Rows(Values),
}

impl Source {
    fn new(op: &Reduce, input: &Dense) -> Result<Self> {
        let shape = &input.meta.shape;
        if let Some(value) = input.uniform_value() {
            return Ok(Self::Repeated { count: op.count(shape) as u64, value });
        }
        let fastest = (0..shape.len())
            .filter(|&a| shape[a] != 1)
            .min_by_key(|&a| input.strides[a].unsigned_abs());
        let reduced_last = fastest.is_some_and(|a| op.axes.contains(&a));
        let kept: AxisList = (0..shape.len()).filter(|a| !op.axes.contains(a)).collect();
        let groups = if reduced_last { [&kept, &op.axes] } else { [&op.axes, &kept] };
        let order: AxisList = groups.into_iter().flatten().copied().collect();
        let values = input.permuted(&order).row_major_values()?;
        Ok(if reduced_last {
            Self::Fibers { length: op.axes.iter().map(|&a| shape[a]).product(), values }
        } else {
            Self::Rows(values)
        })
    }
}
