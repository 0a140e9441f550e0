//! The class *contract*: sums of products of two arrays over shared axes.
//!
//! Every product of the standard is one operation with labelled axes, as in `einsum`: `matmul` is `ij,jk->ik`,
//! `vecdot` is `bi,bi->b`, an outer product `i,j->ij`. A batch axis of length 1 against a longer one is dropped
//! before, so that labels of one name always have one length.

use super::{Meta, Shape, broadcast_shapes};
use crate::Result;
use crate::dtype::promote_for;
use crate::error::ShapeError;
use smallvec::SmallVec;
use std::fmt;

/// The label of an axis.
pub type Label = u8;

/// A sum of products over the labels that both operands share and the result lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Contract {
    /// The labels of the left operand's axes; no label twice.
    pub left: SmallVec<[Label; 8]>,
    /// The labels of the right operand's axes; no label twice.
    pub right: SmallVec<[Label; 8]>,
    /// The labels of the result's axes: each is in an operand, and a label of one operand alone is here.
    pub result: SmallVec<[Label; 8]>,
}

/// What a label is to a [`Contract`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// In both operands and the result.
    Batch,
    /// In both operands, summed over.
    Contracted,
    /// In the left operand and the result.
    Left,
    /// In the right operand and the result.
    Right,
}

/// A product as the standard names it, brought into the form of [`Contract`].
pub(super) struct Lowered {
    /// The left operand's shape without the axes that are dropped.
    pub left: Shape,
    /// The right operand's shape without the axes that are dropped.
    pub right: Shape,
    pub contract: Contract,
}

impl Contract {
    /// What a label is.
    pub fn role(&self, label: Label) -> Role {
        let (l, r) = (self.left.contains(&label), self.right.contains(&label));
        match (l && r, self.result.contains(&label)) {
            (true, true) => Role::Batch,
            (true, false) => Role::Contracted,
            (false, _) if l => Role::Left,
            (false, _) => Role::Right,
        }
    }

    /// The same with the operands in the other order.
    #[must_use]
    pub fn swapped(&self) -> Self {
        let Self { left, right, result } = self.clone();
        Self { left: right, right: left, result }
    }

    pub(super) fn infer(&self, left: &Meta, right: &Meta) -> Result<Meta> {
        let op = "contract";
        let wrong = |reason: String| ShapeError::Mismatch {
            op: op.to_owned(),
            shapes: vec![left.shape.to_vec(), right.shape.to_vec()],
            reason: format!("{self}: {reason}"),
        };
        let mut lengths: [Option<usize>; 256] = [None; 256];
        for (labels, shape) in [(&self.left, &left.shape), (&self.right, &right.shape)] {
            if labels.len() != shape.len() {
                return Err(
                    wrong(format!("{} labels for {} axes", labels.len(), shape.len())).into()
                );
            }
            for (k, (&label, &length)) in labels.iter().zip(shape).enumerate() {
                if labels[..k].contains(&label) {
                    return Err(wrong(format!("label {} twice in one operand", name(label))).into());
                }
                match lengths[usize::from(label)] {
                    Some(other) if other != length => {
                        return Err(wrong(format!(
                            "label {} has length {other} and {length}",
                            name(label)
                        ))
                        .into());
                    }
                    _ => lengths[usize::from(label)] = Some(length),
                }
            }
        }
        let mut shape = Shape::new();
        for (k, &label) in self.result.iter().enumerate() {
            match lengths[usize::from(label)] {
                Some(length) if !self.result[..k].contains(&label) => shape.push(length),
                _ => return Err(wrong(format!("label {} of the result", name(label))).into()),
            }
        }
        for &label in self.left.iter().chain(&self.right) {
            let shared = self.left.contains(&label) && self.right.contains(&label);
            if !shared && !self.result.contains(&label) {
                return Err(
                    wrong(format!("label {} is summed in one operand only", name(label))).into()
                );
            }
        }
        Ok(Meta { shape, dtype: promote_for(op, left.dtype, right.dtype)? })
    }

    /// `matmul`: the last two axes as matrices (the last of one, for a vector), the others broadcast.
    pub(super) fn matmul(left: &Meta, right: &Meta) -> Result<Lowered> {
        let op = "matmul";
        let (l, r) = (&left.shape, &right.shape);
        if l.is_empty() || r.is_empty() {
            return Err(mismatch(op, left, right, "a 0-dimensional array is no matrix"));
        }
        if l[l.len() - 1] != r[r.len().saturating_sub(2)] {
            return Err(mismatch(
                op,
                left,
                right,
                &format!(
                    "{} columns against {} rows",
                    l[l.len() - 1],
                    r[r.len().saturating_sub(2)]
                ),
            ));
        }
        let left_matrix = l.len().min(2);
        let right_matrix = r.len().min(2);
        let left_labels: &[Label] = &[ROW, INNER][2 - left_matrix..];
        let right_labels: &[Label] = &[INNER, COLUMN][..right_matrix];
        let mut result: SmallVec<[Label; 2]> = SmallVec::new();
        result.extend((left_matrix == 2).then_some(ROW));
        result.extend((right_matrix == 2).then_some(COLUMN));
        batched(op, [left, right], [left_labels, right_labels], &result)
    }

    /// `vecdot`: the last axis summed (the caller has moved it there), the others broadcast.
    pub(super) fn vecdot(left: &Meta, right: &Meta) -> Result<Lowered> {
        let op = "vecdot";
        match (left.shape.last(), right.shape.last()) {
            (Some(l), Some(r)) if l == r => batched(op, [left, right], [&[INNER], &[INNER]], &[]),
            _ => Err(mismatch(op, left, right, "the axes summed over differ in length")),
        }
    }

    /// `tensordot`: `axes` of the left operand summed against those of the right, pair by pair.
    pub(super) fn tensordot(left: &Meta, right: &Meta, axes: &[(usize, usize)]) -> Result<Self> {
        if left.ndim() + right.ndim() > usize::from(Label::MAX) {
            return Err(mismatch("tensordot", left, right, "too many axes"));
        }
        if let Some(&(a, b)) = axes.iter().find(|&&(a, b)| left.shape[a] != right.shape[b]) {
            return Err(mismatch(
                "tensordot",
                left,
                right,
                &format!("axis {a} against axis {b} differ in length"),
            ));
        }
        let l: SmallVec<[Label; 8]> = (0..left.ndim()).map(|a| a as Label).collect();
        let r: SmallVec<[Label; 8]> = (0..right.ndim())
            .map(|b| {
                let pair = axes.iter().find(|p| p.1 == b);
                pair.map_or(left.ndim() + b, |p| p.0) as Label
            })
            .collect();
        let free = |labels: &[Label], other: &[Label]| -> SmallVec<[Label; 8]> {
            labels.iter().copied().filter(|x| !other.contains(x)).collect()
        };
        let mut result = free(&l, &r);
        result.extend(free(&r, &l));
        Ok(Self { left: l, right: r, result })
    }
}

const INNER: Label = 0;
const ROW: Label = 1;
const COLUMN: Label = 2;
const BATCH: Label = 3;

fn mismatch(op: &str, left: &Meta, right: &Meta, reason: &str) -> crate::Error {
    ShapeError::Mismatch {
        op: op.to_owned(),
        shapes: vec![left.shape.to_vec(), right.shape.to_vec()],
        reason: reason.to_owned(),
    }
    .into()
}

/// Labels the leading axes of both operands as broadcast batch axes. An axis of length 1 that stretches is dropped
/// from its operand.
fn batched(
    op: &str,
    operands: [&Meta; 2],
    inner: [&[Label]; 2],
    result: &[Label],
) -> Result<Lowered> {
    let lead = |k: usize| &operands[k].shape[..operands[k].ndim() - inner[k].len()];
    let batch = broadcast_shapes(op, [lead(0), lead(1)])
        .map_err(|_| mismatch(op, operands[0], operands[1], "the leading axes do not broadcast"))?;
    if batch.len() > usize::from(Label::MAX - BATCH) {
        return Err(mismatch(op, operands[0], operands[1], "too many axes"));
    }
    let labelled = |k: usize| {
        let mut shape = Shape::new();
        let mut labels: SmallVec<[Label; 8]> = SmallVec::new();
        let offset = batch.len() - lead(k).len();
        for (axis, &length) in lead(k).iter().enumerate() {
            let other = lead(1 - k);
            let position = (axis + offset + other.len()).checked_sub(batch.len());
            let stretches = length == 1 && position.is_some_and(|p| other[p] != 1);
            if !stretches {
                shape.push(length);
                labels.push(BATCH + (axis + offset) as Label);
            }
        }
        shape.extend_from_slice(&operands[k].shape[lead(k).len()..]);
        labels.extend_from_slice(inner[k]);
        (shape, labels)
    };
    let ((left, left_labels), (right, right_labels)) = (labelled(0), labelled(1));
    let mut labels: SmallVec<[Label; 8]> =
        (0..batch.len()).map(|axis| BATCH + axis as Label).collect();
    labels.extend_from_slice(result);
    Ok(Lowered {
        left,
        right,
        contract: Contract { left: left_labels, right: right_labels, result: labels },
    })
}

/// The letter of a label.
pub(super) fn name(label: Label) -> String {
    match label {
        0..26 => char::from(b'a' + label).to_string(),
        26..52 => char::from(b'A' + label - 26).to_string(),
        _ => format!("<{label}>"),
    }
}

impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |labels: &[Label]| labels.iter().map(|&l| name(l)).collect::<String>();
        write!(f, "{},{}->{}", text(&self.left), text(&self.right), text(&self.result))
    }
}
