//! Evaluation of the class *select* on tensors.

mod band;

use super::densify::densify;
use super::format::finish;
use super::lanes::all_stored;
use super::listing::Listing;
use super::subset::{self, List, Selection};
use crate::Result;
use crate::buffer::collected;
use crate::dtype::Zeros;
use crate::kernels::gather::scatter_into;
use crate::standard::{Call, Select};
use crate::tensor::{Coordinates, Leaf, Tensor};
use smallvec::SmallVec;

pub(super) fn eval(op: &Select, call: &Call<'_>, inputs: &[&Tensor]) -> Result<Tensor> {
    let input = inputs[0];
    let result = match op {
        Select::Take { axis, indices } => {
            let selections = input.order().iter().map(|a| {
                Ok(if a == axis {
                    Selection::List(List::new(indices.iter().map(|&i| i as usize))?)
                } else {
                    Selection::All
                })
            });
            let part = part(input, selections)?;
            return finish(op.name(), part, true, inputs);
        }
        Select::Put { axis, indices } => put(call, input, inputs[1], *axis, indices)?,
        Select::Band { lower, upper } => band::eval(call, input, *lower, *upper)?,
    };
    finish(op.name(), result, false, inputs)
}

/// The part of a tensor that remains when each *storage* dimension keeps some of its indices, in the same format.
pub(super) fn part(
    input: &Tensor,
    selections: impl Iterator<Item = Result<Selection>>,
) -> Result<Tensor> {
    let selections: SmallVec<[Selection; 2]> = selections.collect::<Result<_>>()?;
    let (pattern, kept) = subset::select(input.pattern(), &selections)?;
    let leaf = kept.of_leaf(input.leaf())?;
    let part = Tensor::new_unchecked(pattern, input.order(), leaf, input.fill());
    if part.pattern().kinds().eq(input.pattern().kinds()) {
        return Ok(part);
    }
    part.to_format(&input.format())
}

/// What is stored at the indices is left out, and what the other tensor stores comes in its place.
fn put(
    call: &Call<'_>,
    input: &Tensor,
    values: &Tensor,
    axis: usize,
    indices: &[u64],
) -> Result<Tensor> {
    let op = call.op().name();
    let inputs = &[input, values];
    let order = input.order();
    if input.pattern().is_full() && input.meta().size() > 0 {
        return put_dense(op, input, values, axis, indices);
    }
    let zeros = Zeros::of(input.meta().size());
    let values = if zeros.same_fill(values.fill(), input.fill()) || all_stored(values) {
        values.clone()
    } else {
        // Another fill: the result stores all of its elements beside this one.
        densify(op, values, order, inputs)?
    };
    let dim = order.iter().position(|&a| a == axis).expect("an axis of the tensor");
    let mut listing = Listing::new(op, order, input.dtype(), &[input, &values])?;
    let stays = |coordinates: &Coordinates| {
        let column = &coordinates.index()[dim];
        let stays = |&c: &usize| indices.binary_search(&(column.get(c) as u64)).is_err();
        collected(op, 0, (0..coordinates.len()).filter(stays)).map(Some)
    };
    listing.add(input, stays, |_, i| i)?;
    listing.add(&values, |_| Ok(None), |a, i| if a == axis { indices[i] as usize } else { i })?;
    listing.tensor(call.output(), input.fill())
}

/// As [`put`], into a tensor that stores every element.
fn put_dense(
    op: &'static str,
    input: &Tensor,
    values: &Tensor,
    axis: usize,
    indices: &[u64],
) -> Result<Tensor> {
    let inputs = &[input, values];
    let dense = densify(op, input, input.order(), inputs)?;
    let values = densify(op, values, input.order(), inputs)?;
    let dims = dense.pattern().dims();
    let dim = dense.order().iter().position(|&a| a == axis).expect("an axis of the tensor");
    let inner: usize = dims[dim + 1..].iter().product();
    let outer: usize = dims[..dim].iter().product();
    let n = dims[dim];
    let slab = |k: usize| (0..inner as u64).map(move |j| (k * inner) as u64 + j);
    let places =
        (0..outer).flat_map(|o| indices.iter().flat_map(move |&i| slab(o * n + i as usize)));
    let places = collected(op, outer * indices.len() * inner, places)?;
    let (pattern, order, fill) = (dense.pattern().clone(), dense.order().to_vec(), dense.fill());
    let stored = dense.values()?;
    drop(dense);
    let mut stored = stored.unshared(op)?;
    scatter_into(values.values()?.view(), &places, stored.make_mut());
    Ok(Tensor::new_unchecked(pattern, order, Leaf::Element(stored), fill))
}

#[cfg(test)]
mod tests {
    use crate::Array;
    use crate::dtype::DType;
    use crate::error::{Error, MemoryError};
    use crate::standard::Ix;
    use crate::tensor::Tensor;

    const HUGE: usize = 1 << 40;

    #[test]
    fn what_is_assigned_costs_what_is_stored() {
        let x = Tensor::zeros([HUGE, HUGE], DType::Float32).unwrap();
        let x = x.assign((7, -1), 2).unwrap().assign((HUGE - 3, 5), 3).unwrap();
        assert_eq!(x.stored(), 2);
        // Points, of which one comes twice, and the axes have no number of elements together.
        let rows = vec![7, HUGE as i64 - 3, 1 << 39, 7];
        let columns = vec![-1, 5, 1_i64 << 38, -1];
        let points = (rows.clone(), columns.clone());
        assert_eq!(x.index(points).unwrap().to_vec::<f32>().unwrap(), [2.0, 3.0, 0.0, 2.0]);
        let values = Tensor::from_values([4], vec![4.0_f32, 5.0, 6.0, 7.0]).unwrap();
        let y = x.assign((rows.clone(), columns.clone()), &values).unwrap();
        assert_eq!(y.stored(), 3);
        let got = y.index((rows.clone(), columns)).unwrap();
        assert_eq!(got.to_vec::<f32>().unwrap(), [7.0, 5.0, 6.0, 7.0]);
        // Rows that become zero are not stored, and others cost their elements.
        let none = y.assign(&rows[..2], 0).unwrap();
        assert_eq!(none.stored(), 1);
        let window = y.assign((Ix::step(..10, 3), 2..6), 1).unwrap();
        assert_eq!(window.stored(), 3 + 4 * 4);
        // So does what a mask selects, by what the mask stores.
        let x = Tensor::zeros([1 << 20, 1 << 20], DType::Float32).unwrap();
        let x = x.assign((vec![5, 70_000], vec![6, 8]), 2).unwrap();
        assert_eq!(x.index(&x.greater(1).unwrap()).unwrap().to_vec::<f32>().unwrap(), [2.0, 2.0]);
        let doubled = Tensor::from_values([2], vec![3.0_f32, 4.0]).unwrap();
        let doubled = x.assign(&x.greater(1).unwrap(), &doubled).unwrap();
        assert_eq!(doubled.get([70_000, 8]).unwrap(), 4.0_f32.into());
        assert!(matches!(
            y.assign(&rows[..2], 1),
            Err(Error::Memory(MemoryError::Densifies { .. }))
        ));
    }

    #[test]
    fn triangles_of_sparse_matrices_are_sparse() {
        let x = Tensor::zeros([HUGE, HUGE], DType::Int8).unwrap();
        let x = x.assign((3, 4), 1).unwrap().assign((4, 3), 2).unwrap().assign((5, 5), 3).unwrap();
        let stored = |t: Tensor| t.stored();
        assert_eq!(stored(x.triu(0).unwrap()), 2);
        assert_eq!(stored(x.tril(-1).unwrap()), 1);
        assert_eq!(stored(x.tril(1).unwrap()), 3);
        let ones = Tensor::ones([HUGE, HUGE], DType::Int8).unwrap();
        assert!(matches!(ones.tril(0), Err(Error::Memory(MemoryError::Densifies { .. }))));
        // Of another fill what lies on the diagonals is stored, and no more than that.
        let corner = x.add(1).unwrap().triu(HUGE as isize - 3).unwrap();
        assert_eq!((corner.stored(), corner.get([2, HUGE - 1]).unwrap()), (6, 1_i8.into()));
        assert_eq!(corner.fill(), 0_i8.into());
        assert_eq!(stored(ones.tril(2 - HUGE as isize).unwrap()), 3);
        assert_eq!(stored(ones.triu(isize::MAX).unwrap()), 0);
        // In the order of the input.
        let columns = Tensor::ones([5, 9], DType::Int8).unwrap().t().unwrap().triu(2).unwrap();
        assert_eq!((columns.stored(), columns.order()), (6, [1, 0].as_slice()));
    }
}
