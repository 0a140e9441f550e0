//! The labels of a contraction by role, and the axes that carry them.

use crate::Result;
use crate::engine::walk::strides;
use crate::error::ShapeError;
use crate::standard::{Contract, Label, Role, Shape};
use crate::tensor::Tensor;
use smallvec::SmallVec;

/// The labels of each role, in the order in which they are nested. Every contraction is then a product of matrices:
///
/// ```text
///                (batch, inner)                    right
///              ┌───────────────┐                  ┌─────┐
/// (batch, left)│     left      │   (batch, inner) │right│
///              └───────────────┘                  └─────┘
/// ```
///
/// The batch is an index of both axes of the left matrix, which therefore is block diagonal.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    pub(super) batch: Group,
    pub(super) inner: Group,
    pub(super) left: Group,
    pub(super) right: Group,
}

/// Labels and their lengths.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) labels: SmallVec<[Label; 8]>,
    pub(super) dims: Shape,
    /// The product of the lengths, as far as `u128` reaches.
    pub(super) size: u128,
}

impl Groups {
    /// The groups of a contraction. Within each, labels are in the storage order of the right operand, or of the left
    /// one where these are the ones there, so that operands that are stored in the order of the picture stay as they
    /// are.
    ///
    /// # Errors
    /// If one of the matrices has more rows or columns than can be counted; `name` names the operation.
    pub(super) fn new(name: &str, op: &Contract, left: &Tensor, right: &Tensor) -> Result<Self> {
        let group = |role: Role, labels: &[Label], tensor: &Tensor| {
            let stored = tensor.order().iter().map(|&axis| (labels[axis], tensor.shape()[axis]));
            stored.filter(|&(label, _)| op.role(label) == role).collect::<Group>()
        };
        let groups = Self {
            batch: group(Role::Batch, &op.left, left),
            inner: group(Role::Contracted, &op.right, right),
            left: group(Role::Left, &op.left, left),
            right: group(Role::Right, &op.right, right),
        };
        for outer in [&groups.inner, &groups.left, &groups.right] {
            if groups.batch.size.checked_mul(outer.size).is_none_or(|size| size == u128::MAX) {
                return Err(ShapeError::Mismatch {
                    op: name.to_owned(),
                    shapes: vec![left.shape().to_vec(), right.shape().to_vec()],
                    reason: format!("{op}: more rows or columns than can be counted"),
                }
                .into());
            }
        }
        Ok(groups)
    }

    /// The rows of the left matrix and of the result.
    pub(super) fn rows(&self) -> Group {
        self.batch.then(&self.left)
    }

    /// The columns of the left matrix and the rows of the right one.
    pub(super) fn depth(&self) -> Group {
        self.batch.then(&self.inner)
    }
}

impl FromIterator<(Label, usize)> for Group {
    fn from_iter<T: IntoIterator<Item = (Label, usize)>>(axes: T) -> Self {
        let (labels, dims): (_, Shape) = axes.into_iter().unzip();
        let size = strides(&dims).1;
        Self { labels, dims, size }
    }
}

impl Group {
    /// Both groups, `other` inside of this.
    pub(super) fn then(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.labels.extend_from_slice(&other.labels);
        both.dims.extend_from_slice(&other.dims);
        both.size = both.size.saturating_mul(other.size);
        both
    }

    /// The group less the labels of another.
    pub(super) fn without(&self, other: &Self) -> Self {
        let axes = self.labels.iter().copied().zip(self.dims.iter().copied());
        axes.filter(|(label, _)| !other.labels.contains(label)).collect()
    }

    /// The axes of an operand that carry the labels.
    pub(super) fn axes(&self, labels: &[Label]) -> Shape {
        let axis = |label| labels.iter().position(|l| l == label).expect("a label of the operand");
        self.labels.iter().map(axis).collect()
    }

    /// Of each storage dimension of an operand its stride in the linear index over the group, if it is in it.
    pub(super) fn strides(&self, labels: &[Label], order: &[usize]) -> Vec<Option<u128>> {
        let strides = strides(&self.dims).0;
        let place = |axis: &usize| self.labels.iter().position(|&l| l == labels[*axis]);
        order.iter().map(|axis| place(axis).map(|k| strides[k])).collect()
    }
}
