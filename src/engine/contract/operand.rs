//! Operands whose absent elements count for nothing: fills other than 0 are taken off, or written out.

use super::groups::{Group, Groups};
use crate::Result;
use crate::buffer::{collected, listed};
use crate::dtype::{DType, Scalar};
use crate::engine::densify::densify;
use crate::engine::format::{check_bytes, densify_limit};
use crate::engine::walk::Walk;
use crate::kernels::cast::cast;
use crate::kernels::gather::all_finite;
use crate::kernels::map::map;
use crate::kernels::slice;
use crate::standard::{Contract, Func, Label};
use crate::tensor::{Format, LevelKind, Tensor};

/// An operand in the data type of the result.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    /// Its fill is 0, or all of its elements are stored.
    pub(super) tensor: Tensor,
    /// What was subtracted from every element.
    pub(super) fill: Scalar,
    pub(super) labels: Vec<Label>,
    /// Rows and columns of its matrix that are not stored, but meet a value that is not finite.
    pub(super) zeros: Vec<(u128, u128)>,
}

impl Operand {
    /// Whether all elements are stored.
    pub(super) fn is_full(&self) -> bool {
        self.tensor.stored() == self.tensor.meta().size()
    }

    pub(super) fn new(name: &str, tensor: &Tensor, dtype: DType, labels: &[Label]) -> Result<Self> {
        let tensor = &unrolled(name, tensor)?;
        let mut fill = tensor.fill().cast(dtype);
        if tensor.stored() == tensor.meta().size() || !fill.to::<bool>() {
            fill = Scalar::zero(dtype);
        }
        let as_is = (tensor.dtype(), tensor.fill()) == (dtype, fill);
        let tensor = if as_is {
            tensor.clone()
        } else {
            let values = cast(&tensor.values()?, dtype)?;
            Tensor::new_unchecked(tensor.pattern().clone(), tensor.order(), values, fill)
        };
        Ok(Self { tensor, fill: Scalar::zero(dtype), labels: labels.to_vec(), zeros: vec![] })
    }

    /// The operand with all elements stored.
    fn full(self, name: &'static str, inputs: &[&Tensor]) -> Result<Self> {
        Ok(Self { tensor: densify(name, &self.tensor, self.tensor.order(), inputs)?, ..self })
    }

    /// The operand less its fill; `None` where a value overflows.
    fn less_fill(&self) -> Result<Option<Self>> {
        let (values, fill) = (self.tensor.values()?, self.tensor.fill());
        let args = [(&values).into(), fill.into()];
        let values = map(Func::Subtract, values.dtype(), &args, values.len())?;
        if !all_finite(values.view()) {
            return Ok(None);
        }
        let (pattern, order) = (self.tensor.pattern().clone(), self.tensor.order());
        let tensor = Tensor::new_unchecked(pattern, order, values, Scalar::zero(fill.dtype()));
        Ok(Some(Self { tensor, fill, ..self.clone() }))
    }
}

/// The tensor with every element of a run stored.
fn unrolled(name: &str, tensor: &Tensor) -> Result<Tensor> {
    let pattern = tensor.pattern();
    if !pattern.kinds().any(|kind| kind == LevelKind::Runs) {
        return Ok(tensor.clone());
    }
    let expand = |kind| if kind == LevelKind::Runs { LevelKind::Dense } else { kind };
    let format = Format::new(pattern.kinds().map(expand), tensor.leaf().kind(), tensor.order())?;
    let bytes = format.bytes_for(tensor.shape(), tensor.dtype(), tensor.stored());
    check_bytes(name, tensor.meta(), bytes, densify_limit(&[tensor]))?;
    tensor.to_format(&format)
}

/// The operands of a contraction with a result of a data type.
///
/// A fill f ≠ 0 is taken off where all numbers are finite: with A = f + A′ and B = g + B′, where A′ and B′ have the
/// fill 0, A·B = A′·B′ + f·(column sums of B′) + (row sums of A′)·g + n·f·g. Where they are not, or where nothing can
/// be subtracted (`bool`, of more terms than can be counted), the operand is written out.
///
/// # Errors
/// If an operand has to be written out and takes more than the limit.
pub(super) fn operands(
    name: &'static str,
    dtype: DType,
    op: &Contract,
    inputs: [&Tensor; 2],
) -> Result<[Operand; 2]> {
    let operands = [
        Operand::new(name, inputs[0], dtype, &op.left)?,
        Operand::new(name, inputs[1], dtype, &op.right)?,
    ];
    if operands.iter().all(|o| o.tensor.fill().is_zero()) {
        return Ok(operands);
    }
    let mut finite = operands.iter().all(|o| o.tensor.fill().is_finite());
    for operand in &operands {
        finite = finite && operand.tensor.all_finite()?;
    }
    let [left, right] = operands.map(|operand| {
        if operand.tensor.fill().is_zero() {
            return Ok(operand);
        }
        let less = if finite && dtype.is_numeric() { operand.less_fill()? } else { None };
        match less {
            Some(less) => Ok(less),
            None => operand.full(name, &inputs),
        }
    });
    Ok([left?, right?])
}

/// Adds the places where an operand has no element and the other one, at the same index summed over, a value that is
/// not finite: 0 times that is NaN.
///
/// # Errors
/// If there are so many that they take more than the limit.
pub(super) fn meet_nonfinite(
    name: &str,
    groups: &Groups,
    [left, right]: &mut [Operand; 2],
    inputs: [&Tensor; 2],
) -> Result<()> {
    let depth = groups.depth();
    let wild = |operand: &Operand, other: &Operand| {
        if other.is_full() || operand.tensor.all_finite()? {
            return Ok(vec![]);
        }
        nonfinite(operand, &depth)
    };
    let (from_left, from_right) = (wild(left, right)?, wild(right, left)?);
    let (outer, inner) = (groups.left.size, groups.inner.size);
    let rows = groups.rows();
    // Of the left matrix the columns are those summed over, of the right one the rows.
    let left_places = |deep: u128| (0..outer).map(move |i| (deep / inner * outer + i, deep));
    let right_places = |deep: u128| (0..groups.right.size).map(move |j| (deep, j));
    let too_many = |wild: &[u128], each: u128, operand: &Operand| {
        let bytes = each.saturating_mul((wild.len() * 2 * size_of::<(u128, u128)>()) as u128);
        check_bytes(name, operand.tensor.meta(), bytes, densify_limit(&inputs))
    };
    too_many(&from_right, outer, left)?;
    too_many(&from_left, groups.right.size, right)?;
    if !from_right.is_empty() {
        let present = places(left, &rows, &depth)?;
        let absent = from_right.into_iter().flat_map(left_places);
        left.zeros =
            collected(name, 0, absent.filter(|place| present.binary_search(place).is_err()))?;
    }
    if !from_left.is_empty() {
        let present = places(right, &depth, &groups.right)?;
        let absent = from_left.into_iter().flat_map(right_places);
        right.zeros =
            collected(name, 0, absent.filter(|place| present.binary_search(place).is_err()))?;
    }
    Ok(())
}

/// The indices summed over, with the batch, at which an operand has values that are not finite.
fn nonfinite(operand: &Operand, depth: &Group) -> Result<Vec<u128>> {
    let pattern = operand.tensor.pattern().compressed()?;
    let values = operand.tensor.values()?;
    let strides = depth.strides(&operand.labels, operand.tensor.order());
    let keys: Vec<u128> = Walk::new(&pattern).keys(0..pattern.stored(), &strides)?;
    let wild = |k: &usize| !all_finite(slice(values.view(), *k..k + 1));
    let mut keys = collected("contract", 0, (0..keys.len()).filter(wild).map(|k| keys[k]))?;
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}

/// The rows and columns of the stored elements, sorted.
fn places(operand: &Operand, rows: &Group, columns: &Group) -> Result<Vec<(u128, u128)>> {
    let pattern = operand.tensor.pattern().compressed()?;
    let keys = |group: &Group| -> Result<Vec<u128>> {
        let strides = group.strides(&operand.labels, operand.tensor.order());
        Walk::new(&pattern).keys(0..pattern.stored(), &strides)
    };
    let mut places = listed("contract", keys(rows)?.into_iter().zip(keys(columns)?))?;
    places.sort_unstable();
    Ok(places)
}
