//! The class *contract*: a batch of matrix products.
//!
//! ```text
//! left    (batch…, left…, contracted…)   →  (b, m, k)
//! right   (batch…, contracted…, right…)  →  (b, k, n)
//! result  (batch…, left…, right…)        ←  (b, m, n)     then permuted to the order asked for
//! ```

use super::{Dense, expect_allocatable};
use crate::Result;
use crate::buffer::{afford, zeroed};
use crate::kernels::contract::{Arith, gemm_scratch, gemm_view};
use crate::parallel;
use crate::standard::{Contract, Label, Meta, Role, Shape, checked_size};
use crate::with_dtype;
use ndarray::{ArrayView2, ArrayViewMut2, Axis, Ix2};
use smallvec::{SmallVec, smallvec};

type Labels = SmallVec<[Label; 8]>;

pub(super) fn eval(op: &Contract, inputs: &[&Dense], meta: &Meta) -> Result<Dense> {
    let size = expect_allocatable("contract", meta)?;
    let of_role = |labels: &[Label], role: Role| -> Labels {
        labels.iter().copied().filter(|&l| op.role(l) == role).collect()
    };
    let batch = of_role(&op.result, Role::Batch);
    let left = of_role(&op.result, Role::Left);
    let right = of_role(&op.result, Role::Right);
    let contracted = of_role(&op.left, Role::Contracted);

    let a = inputs[0].cast(meta.dtype)?.grouped(&op.left, [&batch, &left, &contracted])?;
    let b = inputs[1].cast(meta.dtype)?.grouped(&op.right, [&batch, &contracted, &right])?;
    let values = with_dtype!(meta.dtype, T => {
        let mut out = zeroed::<T>("contract", size)?;
        products::<T>(&a, &b, &mut out)?;
        out.into()
    });

    let order: Labels = [batch, left, right].concat().into();
    let place = |label: &Label| op.result.iter().position(|l| l == label).expect("of the result");
    let shape: Shape = order.iter().map(|l| meta.shape[place(l)]).collect();
    let back: SmallVec<[usize; 8]> = op
        .result
        .iter()
        .map(|label| order.iter().position(|l| l == label).expect("of an operand"))
        .collect();
    Ok(Dense::row_major(Meta { shape, dtype: meta.dtype }, values).permuted(&back))
}

impl Dense {
    /// The axes brought into the order of three groups of labels, and each group made one axis.
    fn grouped(&self, labels: &[Label], groups: [&Labels; 3]) -> Result<Self> {
        let axis = |label: &Label| labels.iter().position(|l| l == label).expect("own label");
        let axes: SmallVec<[usize; 8]> = groups.iter().flat_map(|g| g.iter().map(axis)).collect();
        let mut shape: Shape = smallvec![];
        for group in groups {
            let lengths: Shape = group.iter().map(|l| self.meta.shape[axis(l)]).collect();
            shape.push(checked_size("contract", &lengths)?);
        }
        self.permuted(&axes).reshaped(&shape)
    }
}

/// `out[b] = left[b] · right[b]`; `out` is zero and row-major.
fn products<T: Arith>(left: &Dense, right: &Dense, out: &mut [T]) -> Result<()> {
    let (m, n) = (left.meta.shape[1], right.meta.shape[2]);
    if out.is_empty() {
        return Ok(());
    }
    let (left, right) = (left.view::<T>().expect("cast"), right.view::<T>().expect("cast"));
    let matrices = |k: usize| -> [ArrayView2<'_, T>; 2] {
        [&left, &right].map(|stack| {
            let matrix = stack.index_axis(Axis(0), k);
            matrix.into_dimensionality::<Ix2>().expect("two axes are left")
        })
    };
    let [a, b] = matrices(0);
    afford("contract", gemm_scratch::<T>([m, n, a.ncols()], b.is_standard_layout()))?;
    parallel::for_each_chunk(out, m * n, |k, out| {
        let [a, b] = matrices(k);
        let c = ArrayViewMut2::from_shape((m, n), out).expect("a chunk of the result");
        gemm_view(a, b, c);
    });
    Ok(())
}
