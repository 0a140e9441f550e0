//! Moving values and indices: gather and scatter, by the kernels, and transpose. Allocations whose size follows from a
//! shape and not from data that is already there are checked.

use crate::Result;
use crate::buffer::{Index, Indices, Values, ValuesRef, copied, zeroed};
use crate::dtype::{Element, Scalar};
use crate::kernels::gather::{gather, gather_slice, scatter_into};
use crate::parallel;
use crate::{with_dtype, with_width};

/// What is moved in one piece.
const GRAIN: usize = 1 << 15;

/// The indices at these positions, in the width they have.
pub(crate) fn gather_indices<I: Index>(from: &Indices, positions: &[I]) -> Result<Indices> {
    Ok(with_width!(from.width(), J => {
        let from = from.as_slice::<J>().expect("own width");
        <J as Index>::erase(gather_slice(from, positions, J::default())?.into())
    }))
}

/// The values at these positions.
pub(crate) fn gather_values(from: ValuesRef<'_>, positions: &Indices) -> Result<Values> {
    with_width!(positions.width(), I => {
        let positions = positions.as_slice::<I>().expect("own width");
        gather(from, positions, Scalar::zero(from.dtype()))
    })
}

/// `len` values: `from[k]` at `positions[k]`, the fill elsewhere.
pub(crate) fn scatter_values(
    from: ValuesRef<'_>,
    positions: &Indices,
    len: usize,
    fill: Scalar,
) -> Result<Values> {
    let mut to = Values::filled("to_format", fill.cast(from.dtype()), len)?;
    with_width!(positions.width(), I => {
        scatter_into(from, positions.as_slice::<I>().expect("own width"), to.make_mut());
    });
    Ok(to)
}

/// A dense array (row-major, of these dimensions) with its dimensions permuted: dimension `k` of the result is
/// dimension `order[k]`.
pub(crate) fn transpose(from: ValuesRef<'_>, dims: &[usize], order: &[usize]) -> Result<Values> {
    let mut strides = vec![1; dims.len()];
    for k in (1..dims.len()).rev() {
        strides[k - 1] = strides[k] * dims[k];
    }
    // Sizes and strides of the result; the last dimension is an inner loop of its own.
    let size: Vec<usize> = order.iter().map(|&d| dims[d]).collect();
    let step: Vec<usize> = order.iter().map(|&d| strides[d]).collect();
    let (Some((&inner, outer)), Some(&inner_step)) = (size.split_last(), step.last()) else {
        return Ok(with_dtype!(from.dtype(), T => {
            copied("to_format", <T as Element>::slice(from).expect("own dtype"))?.into()
        }));
    };
    Ok(with_dtype!(from.dtype(), T => {
        let from = <T as Element>::slice(from).expect("own dtype");
        let mut to = zeroed::<T>("to_format", from.len())?;
        let rows = (GRAIN / inner.max(1)).max(1);
        parallel::for_each_chunk(&mut to, rows * inner.max(1), |piece, to| {
            for (row, to) in to.chunks_mut(inner.max(1)).enumerate() {
                let (mut row, mut at) = (piece * rows + row, 0);
                for (&n, &s) in outer.iter().zip(&step).rev() {
                    at += row % n * s;
                    row /= n;
                }
                for (k, value) in to.iter_mut().enumerate() {
                    *value = from[at + k * inner_step];
                }
            }
        });
        to.into()
    }))
}
