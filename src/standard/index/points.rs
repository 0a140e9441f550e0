//! Points: elements chosen by lists of indices along several axes at once.
//!
//! ```text
//! x (a, n, b, m) at points of the axes n and m, placed after a
//!   permuted   (a, n, m, b)
//!   reshaped   (a, n·m, b)      a point is one flat index
//!   taken      (a, points, b)
//! ```

use super::fit::{from_start, no_index};
use super::part::{Part, within};
use super::{Array, IndexArray, reshaped};
use crate::buffer::{Values, collected, copied, listed, reserve, tried};
use crate::dtype::DType;
use crate::standard::searching::nonzero_flat;
use crate::standard::{AxisSlice, Reindex, Select, Shape, broadcast_shapes, checked_size};
use crate::{Result, with_dtype};
use smallvec::SmallVec;
use std::ops::Range;

/// Elements of an array at lists of indices along some of its axes.
#[derive(Debug, Clone)]
pub(in crate::standard) struct Points {
    /// How many of the other axes come before the points.
    before: usize,
    /// The axes that the lists index, ascending.
    axes: SmallVec<[usize; 4]>,
    /// For each of these axes, indices from 0 in the row-major order of a shape that stretches to `shape`.
    lists: Vec<(Shape, Vec<u64>)>,
    /// The shape of the points.
    shape: Shape,
    count: usize,
}

/// Merged axes may be so many times as long as there are points for the part between the points' ends to be cut out
/// first: a copy of that part would cost no more than the points themselves.
const SPREAD: usize = 16;

impl Points {
    /// The points of arrays of indices and masks, each with the axes that it indexes.
    pub(super) fn new<A: Array>(
        op: &str,
        before: usize,
        arrays: &[(Range<usize>, &IndexArray<'_, A>)],
        shape: &[usize],
    ) -> Result<Self> {
        let mut axes = SmallVec::new();
        let mut lists = Vec::new();
        // Masks without axes have no list, but a number of points: 0 or 1.
        let mut shapes: Vec<Shape> = Vec::new();
        for (own, array) in arrays {
            axes.extend(own.clone());
            if array.dtype() == DType::Bool {
                let flat = places_of_true(op, array)?;
                let length: Shape = [flat.len()].into_iter().collect();
                let indices = unravelled(&flat, &shape[own.clone()])?;
                lists.extend(indices.into_iter().map(|list| (length.clone(), list)));
                shapes.push(length);
            } else {
                let list = resolved(op, &array.to_values(op)?, own.start, shape[own.start])?;
                lists.push((array.shape().into(), list));
                shapes.push(array.shape().into());
            }
        }
        Self::of_lists(op, before, axes, lists, &shapes)
    }

    /// The points of lists, one for each axis, whose shapes stretch to one together with some others.
    pub(in crate::standard) fn of_lists(
        op: &str,
        before: usize,
        axes: SmallVec<[usize; 4]>,
        lists: Vec<(Shape, Vec<u64>)>,
        shapes: &[Shape],
    ) -> Result<Self> {
        let shape = broadcast_shapes(op, shapes.iter().map(Shape::as_slice))?;
        let count = checked_size(op, &shape)?;
        Ok(Self { before, axes, lists, shape, count })
    }

    /// The shape of the points.
    pub(in crate::standard) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The elements at the points: the points are one axis after `before` others.
    pub(in crate::standard) fn pick<A: Array>(&self, op: &str, array: &A) -> Result<A> {
        let narrowed = self.narrowed(op, array)?;
        let (array, points) = narrowed.as_ref().map_or((array, self), |(a, p)| (a, p));
        let indices = points.flat(op, array.shape())?;
        let merged = points.merged(op, array)?;
        A::apply_one(Select::Take { axis: self.before, indices: indices.into() }, &[&merged])
    }

    /// The array with other elements at the points, in the form in which they are picked. Of several at one point
    /// the last remains.
    pub(super) fn put<A: Array>(&self, op: &str, array: &A, values: &A) -> Result<A> {
        let parts: Vec<(usize, Part)> = self
            .axes
            .iter()
            .zip(&self.lists)
            .map(|(&axis, (_, list))| Ok((axis, Part::of_list(list)?)))
            .collect::<Result<_>>()?;
        let points = self.within(&parts)?;
        let parts: Vec<(usize, &Part)> = parts.iter().map(|(axis, part)| (*axis, part)).collect();
        within(array, &parts, &mut |part: &A| {
            let (indices, last) = ascending(&points.flat(op, part.shape())?)?;
            let values = match last {
                None => values.clone(),
                Some(last) => A::apply_one(
                    Select::Take { axis: self.before, indices: last.into() },
                    &[values],
                )?,
            };
            let merged = points.merged(op, part)?;
            let put = Part::of_list(&indices)?.put(&merged, self.before, &values)?;
            points.unmerged(&put, part.shape())
        })
    }

    /// The axis that the points lie along, if it is one, and their indices there.
    pub(super) fn along_one_axis(&self) -> Option<(usize, &[u64])> {
        match (self.axes.as_slice(), self.lists.as_slice()) {
            (&[axis], [(own, list)]) if *own == self.shape && axis == self.before => {
                Some((axis, list))
            }
            _ => None,
        }
    }

    /// The part of an array that the points need, where that is less to move, and the points in it.
    fn narrowed<A: Array>(&self, op: &str, array: &A) -> Result<Option<(A, Self)>> {
        let parts = |part: fn(&[u64]) -> Result<Part>| -> Result<Vec<(usize, Part)>> {
            let lists = self.axes.iter().zip(&self.lists);
            lists.map(|(&axis, (_, list))| Ok((axis, part(list)?))).collect()
        };
        let lengths: Shape = self.axes.iter().map(|&a| array.shape()[a]).collect();
        let hull = parts(|list| Ok(Part::hull(list)))?;
        let spread = hull.iter().fold(1, |n, (_, part)| usize::saturating_mul(n, part.len()));
        let few = (array.footprint().stored as u128).saturating_mul(2) < array.size();
        let parts = if self.axes.len() < 2 {
            return Ok(None);
        } else if spread <= self.count.saturating_mul(SPREAD) {
            hull
        } else if few || checked_size(op, &lengths).is_err() {
            // What is stored is what costs, and less of it is at the indices that occur.
            parts(Part::of_list)?
        } else {
            return Ok(None);
        };
        let mut narrow = array.clone();
        for (axis, part) in &parts {
            if part.len() < array.shape()[*axis] {
                narrow = part.take(&narrow, *axis)?;
            }
        }
        Ok(Some((narrow, self.within(&parts)?)))
    }

    /// The points counted within parts of their axes.
    fn within(&self, parts: &[(usize, Part)]) -> Result<Self> {
        let place = |((shape, list), (_, part)): (&(Shape, Vec<u64>), &(usize, Part))| {
            Ok((shape.clone(), listed("index", list.iter().map(|&i| part.place(i)))?))
        };
        let lists = self.lists.iter().zip(parts).map(place).collect::<Result<_>>()?;
        let (axes, shape) = (self.axes.clone(), self.shape.clone());
        Ok(Self { before: self.before, axes, lists, shape, count: self.count })
    }

    /// The slices of an array's axes without those of the points, in whose place is one of all points.
    pub(super) fn laid_out(&self, slices: &[AxisSlice]) -> SmallVec<[AxisSlice; 4]> {
        let others = slices.iter().enumerate().filter(|(axis, _)| !self.axes.contains(axis));
        let mut laid_out: SmallVec<[AxisSlice; 4]> = others.map(|(_, slice)| *slice).collect();
        laid_out.insert(self.before, AxisSlice::full(self.count));
        laid_out
    }

    /// The indices along the merged axis.
    fn flat(&self, op: &str, shape: &[usize]) -> Result<Vec<u64>> {
        let lengths: Shape = self.axes.iter().map(|&a| shape[a]).collect();
        checked_size(op, &lengths)?;
        let mut flat = reserve(op, self.count as u128)?;
        flat.resize(self.count, 0);
        for ((own, list), &n) in self.lists.iter().zip(&lengths) {
            for (sum, k) in flat.iter_mut().zip(stretched(own, &self.shape)) {
                *sum = *sum * n as u64 + list[k];
            }
        }
        Ok(flat)
    }

    /// The order of axes in which those of the points lie together, where they are placed.
    fn order(&self, ndim: usize) -> SmallVec<[usize; 4]> {
        let mut order: SmallVec<[usize; 4]> =
            (0..ndim).filter(|a| !self.axes.contains(a)).collect();
        order.insert_many(self.before, self.axes.iter().copied());
        order
    }

    /// The axes of the points as one.
    fn merged<A: Array>(&self, op: &str, array: &A) -> Result<A> {
        let order = self.order(array.ndim());
        let mut shape: Shape = order.iter().map(|&a| array.shape()[a]).collect();
        let own = self.before..self.before + self.axes.len();
        let length = checked_size(op, &shape[own.clone()])?;
        shape.drain(own);
        shape.insert(self.before, length);
        reshaped(&permuted(array, order)?, shape)
    }

    /// The reverse of [`merged`](Self::merged), to an array of this shape.
    fn unmerged<A: Array>(&self, array: &A, shape: &[usize]) -> Result<A> {
        let order = self.order(shape.len());
        let split = reshaped(array, order.iter().map(|&a| shape[a]).collect())?;
        let mut back: SmallVec<[usize; 4]> = order.clone();
        order.iter().enumerate().for_each(|(place, &axis)| back[axis] = place);
        permuted(&split, back)
    }
}

fn permuted<A: Array>(array: &A, axes: SmallVec<[usize; 4]>) -> Result<A> {
    if axes.iter().copied().eq(0..axes.len()) {
        return Ok(array.clone());
    }
    A::apply_one(Reindex::Permute { axes }, &[array])
}

/// Indices counted from 0 along an axis, of values of any integer type.
///
/// # Errors
/// If one is outside the axis, or the values are no integers.
pub(in crate::standard) fn resolved(
    op: &str,
    values: &Values,
    axis: usize,
    length: usize,
) -> Result<Vec<u64>> {
    with_dtype!(values.dtype(), [integer] T => {
        let values = values.as_slice::<T>().expect("own data type");
        let indices = values.iter().map(|&i| from_start(op, i128::from(i), axis, length));
        tried(op, values.len(), indices)
    }, else Err(no_index(op, values.dtype())))
}

/// The row-major places of the elements of a mask that are true.
fn places_of_true<A: Array>(op: &str, mask: &IndexArray<'_, A>) -> Result<Vec<u64>> {
    if let IndexArray::Array(mask) = mask
        && mask.ndim() > 0
    {
        let places = nonzero_flat(&mask.flatten()?)?.to_vec::<i64>()?;
        return listed(op, places.into_iter().map(|place| place as u64));
    }
    let mask = mask.to_values(op)?;
    let mask = mask.as_slice::<bool>().expect("a mask");
    collected(op, 0, (0..).zip(mask).filter(|(_, is)| **is).map(|(place, _)| place))
}

/// The index along each axis of row-major places.
fn unravelled(places: &[u64], shape: &[usize]) -> Result<Vec<Vec<u64>>> {
    let mut stride = 1;
    let mut indices: Vec<Vec<u64>> = Vec::with_capacity(shape.len());
    for &n in shape.iter().rev() {
        // Without elements there are no places, and no stride.
        let n = n.max(1) as u64;
        indices.push(listed("index", places.iter().map(|place| place / stride % n))?);
        stride = n.saturating_mul(stride);
    }
    indices.reverse();
    Ok(indices)
}

/// The row-major places in an array of shape `own` that the elements of `shape`, to which it stretches, come from.
fn stretched(own: &[usize], shape: &[usize]) -> impl Iterator<Item = usize> {
    let added = shape.len() - own.len();
    let mut steps: Shape = smallvec::smallvec![0; shape.len()];
    let mut stride = 1;
    for (axis, &n) in own.iter().enumerate().rev() {
        steps[added + axis] = if n == 1 { 0 } else { stride };
        stride *= n;
    }
    let shape: Shape = shape.into();
    let mut index: Shape = smallvec::smallvec![0; shape.len()];
    let mut next = (!shape.contains(&0)).then_some(0);
    std::iter::from_fn(move || {
        let current = next?;
        let mut place = current;
        let advanced = (0..shape.len()).rev().any(|axis| {
            index[axis] += 1;
            place += steps[axis];
            let fits = index[axis] < shape[axis];
            if !fits {
                place -= steps[axis] * index[axis];
                index[axis] = 0;
            }
            fits
        });
        next = advanced.then_some(place);
        Some(current)
    })
}

/// The indices of a list, ascending and each once, and where in the list each comes last; `None` where the list is
/// so already.
pub(super) fn ascending(list: &[u64]) -> Result<(Vec<u64>, Option<Vec<u64>>)> {
    if list.is_sorted_by(|a, b| a < b) {
        return Ok((copied("assign", list)?, None));
    }
    let mut pairs: Vec<(u64, u64)> =
        collected("assign", list.len(), list.iter().copied().zip(0..))?;
    pairs.sort_unstable();
    // Of equal indices the last place comes last.
    let last = || pairs.chunk_by(|a, b| a.0 == b.0).map(|same| same[same.len() - 1]);
    let indices = collected("assign", 0, last().map(|pair| pair.0))?;
    let places = collected("assign", indices.len(), last().map(|pair| pair.1))?;
    Ok((indices, Some(places)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_stretched_as_an_array_is() {
        let places = |own: &[usize], shape: &[usize]| stretched(own, shape).collect::<Vec<_>>();
        assert_eq!(places(&[], &[]), [0]);
        assert_eq!(places(&[], &[2]), [0, 0]);
        assert_eq!(places(&[3, 1], &[3, 2]), [0, 0, 1, 1, 2, 2]);
        assert_eq!(places(&[2], &[2, 2]), [0, 1, 0, 1]);
        assert_eq!(places(&[2, 1, 2], &[2, 2, 2]), [0, 1, 0, 1, 2, 3, 2, 3]);
        assert_eq!(places(&[1], &[0]), [0; 0]);
    }

    #[test]
    fn of_repeated_indices_the_last_remains() {
        assert_eq!(ascending(&[1, 4, 7]).unwrap(), (vec![1, 4, 7], None));
        assert_eq!(ascending(&[4, 1, 4, 0, 1]).unwrap(), (vec![0, 1, 4], Some(vec![3, 4, 2])));
        assert_eq!(ascending(&[2, 2]).unwrap(), (vec![2], Some(vec![1])));
        assert_eq!(ascending(&[]).unwrap(), (vec![], None));
    }

    #[test]
    fn places_have_an_index_along_each_axis() {
        assert_eq!(unravelled(&[1, 2, 5], &[2, 3]).unwrap(), [[0, 0, 1], [1, 2, 2]]);
        assert_eq!(unravelled(&[0], &[]).unwrap(), [[0; 0]; 0]);
        assert_eq!(unravelled(&[], &[0, usize::MAX, usize::MAX]).unwrap(), [[0; 0]; 3]);
        assert_eq!(unravelled(&[9, 4], &[10]).unwrap(), [[9, 4]]);
    }

    #[test]
    fn a_part_knows_the_places_of_its_indices() {
        assert_eq!(Part::of_list(&[5, 3, 4, 3]).unwrap(), Part::Range(3..6));
        assert_eq!(Part::of_list(&[]).unwrap(), Part::Range(0..0));
        let part = Part::of_list(&[9, 2, 5, 2]).unwrap();
        assert_eq!(part, Part::List(vec![2, 5, 9]));
        assert_eq!([9, 2, 5].map(|i| part.place(i)), [2, 0, 1]);
        assert_eq!(Part::hull(&[9, 2, 5]).place(5), 3);
    }
}
