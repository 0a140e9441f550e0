//! Stored elements of several tensors, listed and made one tensor.

use super::format::{check_listed, result_format};
use super::subset::Positions;
use crate::Result;
use crate::buffer::{Buffer, Index, Indices, Values, Width};
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
    /// Nothing yet; elements of a data type, `order` the axes in the order in which they are stored. `op` names the
    /// operation in errors.
    pub(super) fn new(op: &'static str, order: &[usize], dtype: DType) -> Self {
        let columns = vec![Vec::new(); order.len()];
        Self { op, order: order.into(), dtype, columns, values: Vec::new() }
    }

    /// Adds what a tensor stores. `keep` gives the coordinates that are added, all where it gives `None`; `index`
    /// what an index of an axis becomes, which must not change the order of those along one axis.
    pub(super) fn add(
        &mut self,
        tensor: &Tensor,
        keep: impl FnOnce(&Coordinates) -> Option<Vec<usize>>,
        index: impl Fn(usize, usize) -> usize,
    ) -> Result<()> {
        check_listed(self.op, tensor)?;
        let coordinates = tensor.coordinates_by(&self.order)?;
        let keep = keep(&coordinates);
        for ((column, own), &axis) in
            self.columns.iter_mut().zip(coordinates.index()).zip(&self.order)
        {
            with_width!(own.width(), I => {
                let own: &[I] = own.as_slice().expect("own width");
                let moved = |i: &I| index(axis, i.get()) as u64;
                match &keep {
                    None => column.extend(own.iter().map(moved)),
                    Some(keep) => column.extend(keep.iter().map(|&c| moved(&own[c]))),
                }
            });
        }
        let leaf = match (keep, coordinates.child()) {
            (None, None) => tensor.leaf().clone(),
            (None, Some(child)) => Positions::List(child.iter().collect()).of_leaf(tensor.leaf()),
            (Some(keep), None) => Positions::List(keep).of_leaf(tensor.leaf()),
            (Some(keep), Some(child)) => {
                let positions = keep.into_iter().map(|c| child.get(c)).collect();
                Positions::List(positions).of_leaf(tensor.leaf())
            }
        };
        self.values.push(kernels::cast::cast(&leaf.values(), self.dtype));
        Ok(())
    }

    /// The tensor of these elements, no two of which are at one place, in the format of the
    /// [rule](super::result_format).
    pub(super) fn tensor(self, meta: &Meta, fill: Scalar) -> Result<Tensor> {
        let Self { order, columns, values, .. } = self;
        let views: Vec<_> = values.iter().map(Values::view).collect();
        let values = kernels::gather::concat(&views);
        let dims: Shape = order.iter().map(|&a| meta.shape[a]).collect();
        // Each tensor's elements are sorted: a stable sort merges the sorted runs.
        let mut places: Vec<u64> = (0..values.len() as u64).collect();
        let key = |p: u64| columns.iter().map(move |c| c[p as usize]);
        if !places.is_sorted_by(|&a, &b| key(a).lt(key(b))) {
            places.sort_by(|&a, &b| key(a).cmp(key(b)));
        }
        let width = Width::for_counts(dims.iter().copied().chain([places.len()]));
        let sorted = |column: &Vec<u64>| {
            with_width!(width, I => {
                let column: Vec<I> =
                    places.iter().map(|&p| I::new(column[p as usize] as usize)).collect();
                Indices::from(column)
            })
        };
        let index = columns.iter().map(sorted).collect();
        let count = places.len();
        let child = (!places.is_sorted()).then(|| Indices::U64(Buffer::from(places)));
        let coordinates = Coordinates::new_unchecked(dims, count, index, child);
        let format = result_format(coordinates.dims(), count as u128).with_order(&order)?;
        Tensor::from_sorted(&coordinates, &Leaf::Element(values), fill, &format)
    }
}
