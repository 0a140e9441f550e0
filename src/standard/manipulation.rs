//! The manipulation functions of the standard, each composed of the primitives of [`Reindex`] and [`Join`].

use super::{
    Array, Axes, AxisSlice, Join, Reindex, Shape, broadcast_shapes, checked_size, resolve_axes,
    resolve_axis,
};
use crate::Result;
use crate::buffer::reserve;
use crate::error::ShapeError;
use smallvec::{SmallVec, smallvec};

/// The last two axes exchanged.
pub(super) fn matrix_transpose<A: Array>(array: &A) -> Result<A> {
    let ndim = array.ndim();
    if ndim < 2 {
        return Err(ShapeError::Mismatch {
            op: "matrix_transpose".to_owned(),
            shapes: vec![array.shape().to_vec()],
            reason: "a matrix has two axes".to_owned(),
        }
        .into());
    }
    let mut axes: SmallVec<[usize; 4]> = (0..ndim).collect();
    axes.swap(ndim - 2, ndim - 1);
    A::apply_one(Reindex::Permute { axes }, &[array])
}

/// Axes moved to other places, the others in order.
pub(super) fn moveaxis<A: Array>(array: &A, source: &[isize], destination: &[isize]) -> Result<A> {
    let op = "moveaxis";
    super::op::expect_arity(op, source.len(), destination.len())?;
    let source = resolve_axes(op, source, array.ndim())?;
    let destination = resolve_axes(op, destination, array.ndim())?;
    let mut rest = (0..array.ndim()).filter(|a| !source.contains(a));
    let axes = (0..array.ndim())
        .map(|place| match destination.iter().position(|&d| d == place) {
            Some(k) => source[k],
            None => rest.next().expect("as many places as axes are left"),
        })
        .collect();
    A::apply_one(Reindex::Permute { axes }, &[array])
}

/// Another shape, of which one length may be −1.
pub(super) fn reshape<A: Array>(array: &A, shape: &[isize]) -> Result<A> {
    let shape = super::reshape_lengths(array.meta(), shape)?;
    reshaped(array, shape)
}

/// Stretched to a shape.
pub(super) fn broadcast_to<A: Array>(array: &A, shape: &[usize]) -> Result<A> {
    let shape = Shape::from(shape);
    if shape == array.meta().shape {
        return Ok(array.clone());
    }
    A::apply_one(Reindex::Broadcast { shape }, &[array])
}

/// All stretched to their common shape.
pub(super) fn broadcast_arrays<A: Array>(arrays: &[&A]) -> Result<Vec<A>> {
    let shape = broadcast_shapes("broadcast_arrays", arrays.iter().map(|a| a.shape()))?;
    arrays.iter().map(|a| a.broadcast_to(&shape)).collect()
}

/// A new axis of length 1.
pub(super) fn expand_dims<A: Array>(array: &A, axis: isize) -> Result<A> {
    let axis = resolve_axis("expand_dims", axis, array.ndim() + 1)?;
    let mut shape = array.meta().shape.clone();
    shape.insert(axis, 1);
    reshaped(array, shape)
}

/// Axes of length 1 removed.
pub(super) fn squeeze<A: Array>(array: &A, axes: &Axes) -> Result<A> {
    let axes = axes.resolve("squeeze", array.ndim())?;
    if let Some(&axis) = axes.iter().find(|&&a| array.shape()[a] != 1) {
        return Err(ShapeError::Mismatch {
            op: "squeeze".to_owned(),
            shapes: vec![array.shape().to_vec()],
            reason: format!("axis {axis} has length {}, not 1", array.shape()[axis]),
        }
        .into());
    }
    let keep = array.shape().iter().enumerate().filter(|(a, _)| !axes.contains(a));
    reshaped(array, keep.map(|(_, &n)| n).collect())
}

/// Reversed along axes.
pub(super) fn flip<A: Array>(array: &A, axes: &Axes) -> Result<A> {
    let axes = axes.resolve("flip", array.ndim())?;
    let slice = |(axis, &length): (usize, &usize)| {
        if axes.contains(&axis) {
            AxisSlice { start: length.saturating_sub(1), step: -1, length }
        } else {
            AxisSlice::full(length)
        }
    };
    sliced(array, array.shape().iter().enumerate().map(slice).collect())
}

/// Moved along an axis, what leaves at the end entering at the start.
pub(super) fn roll<A: Array>(array: &A, shift: isize, axis: isize) -> Result<A> {
    let axis = resolve_axis("roll", axis, array.ndim())?;
    let length = array.shape()[axis];
    if length == 0 {
        return Ok(array.clone());
    }
    let cut = length - (shift as i128).rem_euclid(length as i128) as usize;
    if cut == length {
        return Ok(array.clone());
    }
    let part = |start: usize, length: usize| {
        let mut slices: SmallVec<[AxisSlice; 4]> =
            array.shape().iter().map(|&n| AxisSlice::full(n)).collect();
        slices[axis] = AxisSlice { start, step: 1, length };
        sliced(array, slices)
    };
    let (tail, head) = (part(cut, length - cut)?, part(0, cut)?);
    A::apply_one(Join::Concat { axis }, &[&tail, &head])
}

/// Moved in row-major order.
pub(super) fn roll_flat<A: Array>(array: &A, shift: isize) -> Result<A> {
    reshaped(&flatten(array)?.roll(shift, 0)?, array.meta().shape.clone())
}

/// A vector of the elements in row-major order.
pub(super) fn flatten<A: Array>(array: &A) -> Result<A> {
    let size = checked_size("reshape", array.shape())?;
    reshaped(array, smallvec![size])
}

/// The whole array repeated along axes.
pub(super) fn tile<A: Array>(array: &A, repetitions: &[usize]) -> Result<A> {
    let ndim = array.ndim().max(repetitions.len());
    let pad = |values: &[usize]| -> Shape {
        std::iter::repeat_n(1, ndim - values.len()).chain(values.iter().copied()).collect()
    };
    let (shape, repetitions) = (pad(array.shape()), pad(repetitions));
    // (n) → (1, n) → (r, n) → (r·n) along every axis at once.
    let split = shape.iter().flat_map(|&n| [1, n]).collect();
    let wide: Shape = repetitions.iter().zip(&shape).flat_map(|(&r, &n)| [r, n]).collect();
    merge_pairs("tile", &reshaped(array, split)?.broadcast_to(wide)?)
}

/// Each element repeated along an axis.
pub(super) fn repeat<A: Array>(array: &A, repetitions: usize, axis: usize) -> Result<A> {
    let split = array.shape().iter().flat_map(|&n| [n, 1]).collect();
    let wide: Shape = array
        .shape()
        .iter()
        .enumerate()
        .flat_map(|(a, &n)| [n, if a == axis { repetitions } else { 1 }])
        .collect();
    merge_pairs("repeat", &reshaped(array, split)?.broadcast_to(wide)?)
}

/// Arrays one after the other.
pub(super) fn concat<A: Array>(arrays: &[&A], axis: isize) -> Result<A> {
    let first = first(arrays, "concat")?;
    let axis = resolve_axis("concat", axis, first.ndim())?;
    A::apply_one(Join::Concat { axis }, arrays)
}

/// Arrays side by side along a new axis.
pub(super) fn stack<A: Array>(arrays: &[&A], axis: isize) -> Result<A> {
    let first = first(arrays, "stack")?;
    if arrays.iter().any(|a| a.shape() != first.shape()) {
        return Err(ShapeError::Mismatch {
            op: "stack".to_owned(),
            shapes: arrays.iter().map(|a| a.shape().to_vec()).collect(),
            reason: "the shapes differ".to_owned(),
        }
        .into());
    }
    let axis = resolve_axis("stack", axis, first.ndim() + 1)?;
    let layers = arrays.iter().map(|a| a.expand_dims(axis as isize)).collect::<Result<Vec<_>>>()?;
    A::apply_one(Join::Concat { axis }, &layers.iter().collect::<Vec<_>>())
}

/// What an array takes at least beside its elements: its shape, its format, its place on the heap.
const ARRAY_BYTES: usize = 256;

/// The array cut along an axis.
pub(super) fn unstack<A: Array>(array: &A, axis: isize) -> Result<Vec<A>> {
    let axis = resolve_axis("unstack", axis, array.ndim())?;
    let mut shape = array.meta().shape.clone();
    let length = shape.remove(axis);
    // Refused before it is begun, where there is no room for the end.
    drop(reserve::<[u8; ARRAY_BYTES]>("unstack", length as u128)?);
    let mut parts = reserve("unstack", length as u128)?;
    for k in 0..length {
        let mut slices: SmallVec<[AxisSlice; 4]> =
            array.shape().iter().map(|&n| AxisSlice::full(n)).collect();
        slices[axis] = AxisSlice { start: k, step: 1, length: 1 };
        parts.push(reshaped(&sliced(array, slices)?, shape.clone())?);
    }
    Ok(parts)
}

/// The elements under a shape of as many elements.
pub(super) fn reshaped<A: Array>(array: &A, shape: Shape) -> Result<A> {
    if shape == array.meta().shape {
        return Ok(array.clone());
    }
    A::apply_one(Reindex::Reshape { shape }, &[array])
}

/// A regular selection along each axis.
pub(super) fn sliced<A: Array>(array: &A, slices: SmallVec<[AxisSlice; 4]>) -> Result<A> {
    if slices.iter().zip(array.shape()).all(|(s, &n)| s.is_full(n)) {
        return Ok(array.clone());
    }
    A::apply_one(Reindex::Slice { slices }, &[array])
}

/// One element.
pub(super) fn element<A: Array>(array: &A, index: &[usize]) -> Result<A> {
    let slices = index.iter().map(|&start| AxisSlice { start, step: 1, length: 1 }).collect();
    reshaped(&sliced(array, slices)?, Shape::new())
}

/// Merges axes 2k and 2k + 1 into one.
fn merge_pairs<A: Array>(op: &str, array: &A) -> Result<A> {
    let shape =
        array.shape().chunks(2).map(|pair| checked_size(op, pair)).collect::<Result<Shape>>()?;
    reshaped(array, shape)
}

fn first<'a, A: Array>(arrays: &[&'a A], op: &str) -> Result<&'a A> {
    arrays
        .first()
        .copied()
        .ok_or_else(|| ShapeError::Arity { op: op.to_owned(), expected: 1, got: 0 }.into())
}

/// How the axes of [`Array::meshgrid`]'s results correspond to its arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Indexing {
    /// Cartesian: the first array runs along axis 1, the second along axis 0.
    #[default]
    Xy,
    /// By matrix index: array `k` runs along axis `k`.
    Ij,
}

/// The coordinates of a grid, one array for each axis.
pub(super) fn meshgrid<A: Array>(arrays: &[&A], indexing: Indexing) -> Result<Vec<A>> {
    let op = "meshgrid";
    if let Some(array) = arrays.iter().find(|a| a.ndim() != 1) {
        return Err(ShapeError::Mismatch {
            op: op.to_owned(),
            shapes: vec![array.shape().to_vec()],
            reason: "coordinates have one axis".to_owned(),
        }
        .into());
    }
    let mut axes: Vec<usize> = (0..arrays.len()).collect();
    if indexing == Indexing::Xy && arrays.len() > 1 {
        axes.swap(0, 1);
    }
    let mut shape: Shape = smallvec![1; arrays.len()];
    axes.iter().zip(arrays).for_each(|(&axis, array)| shape[axis] = array.shape()[0]);
    axes.iter()
        .zip(arrays)
        .map(|(&axis, array)| {
            let mut own: Shape = smallvec![1; arrays.len()];
            own[axis] = shape[axis];
            broadcast_to(&reshaped(*array, own)?, &shape)
        })
        .collect()
}
