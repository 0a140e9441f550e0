//! Operands that are written out: all of their elements in dense levels.
//!
//! This is the only way in which an operation turns an operand into a dense format, so that none does without the
//! limit being asked and the [census](super::Census) counting it.

use super::Census;
use super::format::check_dense;
use crate::Result;
use crate::tensor::{Format, Tensor};
#[cfg(any(feature = "linalg", feature = "fft"))]
use crate::{buffer::Values, standard::Shape};

/// An operand of the operation `op` on `inputs`, in dense levels with its axes in this order.
///
/// It is counted as densified if it leaves elements to its fill. One that stores every element, whatever its levels,
/// is only stored otherwise; in runs, where elements share a value, it may still grow, and the limit is asked.
///
/// # Errors
/// If the operand holds fewer values than elements, and these would take more than the limit on dense results.
pub(super) fn densify(
    op: &'static str,
    operand: &Tensor,
    order: &[usize],
    inputs: &[&Tensor],
) -> Result<Tensor> {
    let size = operand.meta().size();
    let shares = operand.leaf().iso().is_some();
    if shares || (operand.pattern().stored() as u128) < size {
        check_dense(op, operand.meta(), inputs)?;
    }
    if operand.stored() < size {
        Census::count_densified(op);
    }
    operand.to_format(&Format::dense(operand.ndim()).with_order(order)?)
}

/// All elements of an operand in row-major order of the axes, as [`densify`] has it.
///
/// # Errors
/// As of [`densify`].
#[cfg(any(feature = "linalg", feature = "fft"))]
pub(super) fn dense_values(
    op: &'static str,
    operand: &Tensor,
    inputs: &[&Tensor],
) -> Result<Values> {
    if operand.meta().size() == 0 {
        // Beside an axis of length 0 the others may be too long for dense levels.
        return operand.values();
    }
    let row_major: Shape = (0..operand.ndim()).collect();
    densify(op, operand, &row_major, inputs)?.values()
}
