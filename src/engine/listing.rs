//! Stored elements of several tensors, listed and made one tensor.

use super::format::{check_listed, result_format};
use super::subset::Positions;
use crate::Result;
use crate::buffer::{
    Buffer, Index, Indices, Values, Width, afford, collected, grow, listed, reserve,
};
use crate::dtype::{DType, Scalar};
use crate::kernels;
use crate::standard::{Meta, Shape};
use crate::tensor::{Coordinates, Leaf, Tensor};
use crate::with_width;

/// Stored elements: for each storage dimension the index of each, and their values.
pub(super) struct Listing {
    op: &'static str,
    order: Shape,
    dtype: DType,
    columns: Vec<Vec<u64>>,
    values: Vec<Values>,
}

impl Listing {
    /// Nothing yet, and room for what some tensors store; elements of a data type, `order` the axes in the order in
    /// which they are stored. `op` names the operation in errors.
    ///
    /// # Errors
    /// If the memory cannot be had, or the elements of runs are over the limit when they are listed.
    pub(super) fn new(
        op: &'static str,
        order: &[usize],
        dtype: DType,
        tensors: &[&Tensor],
    ) -> Result<Self> {
        tensors.iter().try_for_each(|t| check_listed(op, t))?;
        let count = tensors.iter().map(|t| t.stored()).fold(0, u128::saturating_add);
        // All columns and the values, before any of them is written.
        let each = order.len() * size_of::<u64>() + dtype.size();
        afford(op, count.saturating_mul(each as u128))?;
        let columns = order.iter().map(|_| reserve(op, count)).collect::<Result<_>>()?;
        Ok(Self { op, order: order.into(), dtype, columns, values: Vec::new() })
    }

    /// Adds what a tensor stores. `keep` gives the coordinates that are added, all where it gives `None`; `index`
    /// what an index of an axis becomes, which must not change the order of those along one axis.
    pub(super) fn add(
        &mut self,
        tensor: &Tensor,
        keep: impl FnOnce(&Coordinates) -> Result<Option<Vec<usize>>>,
        index: impl Fn(usize, usize) -> usize,
    ) -> Result<()> {
        let coordinates = tensor.coordinates_by(&self.order)?;
        let keep = keep(&coordinates)?;
        let added = keep.as_ref().map_or(coordinates.len(), Vec::len);
        for ((column, own), &axis) in
            self.columns.iter_mut().zip(coordinates.index()).zip(&self.order)
        {
            grow(self.op, column, added)?;
            with_width!(own.width(), I => {
                let own: &[I] = own.as_slice().expect("own width");
                let moved = |i: &I| index(axis, i.get()) as u64;
                match &keep {
                    None => column.extend(own.iter().map(moved)),
                    Some(keep) => column.extend(keep.iter().map(|&c| moved(&own[c]))),
                }
            });
        }
        let positions = match (keep, coordinates.child()) {
            (None, None) => None,
            (None, Some(child)) => {
                Some(collected(self.op, child.len(), child.iter().map(|p| p as u64))?)
            }
            (Some(keep), None) => Some(listed(self.op, keep.into_iter().map(|c| c as u64))?),
            (Some(keep), Some(child)) => {
                Some(listed(self.op, keep.into_iter().map(|c| child.get(c) as u64))?)
            }
        };
        let leaf = match positions {
            None => tensor.leaf().clone(),
            Some(positions) => Positions::List(positions).of_leaf(tensor.leaf())?,
        };
        self.values.push(kernels::cast::cast(&leaf.values()?, self.dtype)?);
        Ok(())
    }

    /// The tensor of these elements, no two of which are at one place, in the format of the
    /// [rule](super::result_format).
    pub(super) fn tensor(self, meta: &Meta, fill: Scalar) -> Result<Tensor> {
        let Self { op, order, columns, values, .. } = self;
        let views: Vec<_> = values.iter().map(Values::view).collect();
        let values = kernels::gather::concat(&views)?;
        let dims: Shape = order.iter().map(|&a| meta.shape[a]).collect();
        // Each tensor's elements are sorted: a stable sort merges the sorted runs.
        let mut places = collected(op, values.len(), 0..values.len() as u64)?;
        let key = |p: u64| columns.iter().map(move |c| c[p as usize]);
        if !places.is_sorted_by(|&a, &b| key(a).lt(key(b))) {
            // The room that the sort takes for itself.
            afford(op, (places.len() * size_of::<u64>()) as u128)?;
            places.sort_by(|&a, &b| key(a).cmp(key(b)));
        }
        let width = Width::for_counts(dims.iter().copied().chain([places.len()]));
        let sorted = |column: &Vec<u64>| {
            with_width!(width, I => {
                let column = places.iter().map(|&p| I::new(column[p as usize] as usize));
                Ok(I::erase(listed(op, column)?.into()))
            })
        };
        let index = columns.iter().map(sorted).collect::<Result<_>>()?;
        let count = places.len();
        let child = (!places.is_sorted()).then(|| Indices::U64(Buffer::from(places)));
        let coordinates = Coordinates::new_unchecked(dims, count, index, child)?;
        let format = result_format(coordinates.dims(), count as u128).with_order(&order)?;
        Tensor::from_sorted(&coordinates, &Leaf::Element(values), fill, &format)
    }
}
