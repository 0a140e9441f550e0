//! The classes *cast* and *map*: a kernel over tiles of the result.
//!
//! The result is cut into tiles of whole trailing axes, about as many elements as the kernels take at once. The part
//! of each argument that belongs to a tile is stretched, ordered and converted there, so that what this needs in
//! memory does not grow with the arrays.

use super::{Dense, expect_allocatable};
use crate::Result;
use crate::buffer::{Values, ValuesMut, zeroed};
use crate::dtype::{DType, Element, Scalar};
use crate::kernels::PIECE;
use crate::kernels::cast::{cast, cast_into};
use crate::kernels::map::{Lane, map_into};
use crate::parallel;
use crate::standard::{Arg, AxisSlice, Map, Meta};
use crate::with_dtype;
use smallvec::SmallVec;

impl Dense {
    /// The elements converted to a data type.
    pub(super) fn cast(&self, dtype: DType) -> Result<Self> {
        if self.meta.dtype == dtype {
            return Ok(self.clone());
        }
        let meta = Meta { shape: self.meta.shape.clone(), dtype };
        by_tiles("astype", &[self], &meta, |parts, out| {
            cast_into(parts[0].view(), out);
            Ok(())
        })
    }
}

pub(super) fn eval(op: &Map, inputs: &[&Dense], meta: &Meta) -> Result<Dense> {
    let func = op.func;
    let compute = op.compute_dtype(inputs.iter().map(|a| a.meta.dtype))?;
    // What is the same for all elements is converted once.
    let mut arrays: SmallVec<[&Dense; 3]> = SmallVec::new();
    let mut given = inputs.iter();
    let args: SmallVec<[Option<Scalar>; 3]> = op
        .args
        .iter()
        .enumerate()
        .map(|(k, arg)| {
            let value = match arg {
                Arg::Scalar(value) => Some(*value),
                Arg::Input => {
                    let input = given.next().expect("a checked call has an input for each");
                    let value = input.uniform_value();
                    if value.is_none() {
                        arrays.push(input);
                    }
                    value
                }
            };
            value.map(|v| v.cast(func.arg_dtype(k, compute)))
        })
        .collect();
    if arrays.is_empty() && meta.size() > 0 {
        let lanes: SmallVec<[Lane<'_>; 3]> =
            args.iter().map(|a| Lane::Scalar(a.expect("no array is left"))).collect();
        let mut value = Values::zeros(meta.dtype, 1);
        map_into(func, compute, &lanes, value.make_mut());
        return Dense::uniform(meta.clone(), value.get(0));
    }
    by_tiles(func.name(), &arrays, meta, |parts, out| {
        let mut parts = parts.iter();
        let converted: SmallVec<[Option<Values>; 3]> = args
            .iter()
            .enumerate()
            .map(|(k, arg)| match arg {
                Some(_) => Ok(None),
                None => {
                    let part = parts.next().expect("a part of each array");
                    cast(part, func.arg_dtype(k, compute)).map(Some)
                }
            })
            .collect::<Result<_>>()?;
        let lanes: SmallVec<[Lane<'_>; 3]> = args
            .iter()
            .zip(&converted)
            .map(|(arg, part)| match (arg, part) {
                (Some(value), _) => Lane::Scalar(*value),
                (None, part) => part.as_ref().expect("an array where there is no scalar").into(),
            })
            .collect();
        map_into(func, compute, &lanes, out);
        Ok(())
    })
}

/// A new array whose tiles `kernel` writes, given the values of the inputs, stretched to the result's shape, that
/// belong to the tile.
///
/// The result's axes have the order in memory of those of the first input that is not stretched.
fn by_tiles(
    op: &str,
    inputs: &[&Dense],
    meta: &Meta,
    kernel: impl Fn(&[Values], ValuesMut<'_>) -> Result<()> + Sync,
) -> Result<Dense> {
    let size = expect_allocatable(op, meta)?;
    let mut order: SmallVec<[usize; 4]> = (0..meta.ndim()).collect();
    if let Some(whole) = inputs.iter().find(|a| a.meta.shape == meta.shape) {
        order.sort_by_key(|&a| std::cmp::Reverse(whole.strides[a].unsigned_abs()));
    }
    let mut back: SmallVec<[usize; 4]> = order.clone();
    order.iter().enumerate().for_each(|(k, &axis)| back[axis] = k);

    let shape: SmallVec<[usize; 4]> = order.iter().map(|&a| meta.shape[a]).collect();
    let inputs: SmallVec<[Dense; 3]> =
        inputs.iter().map(|a| a.broadcast(&meta.shape).permuted(&order)).collect();
    let values = with_dtype!(meta.dtype, R => {
        let mut out = zeroed::<R>(op, size)?;
        for_tiles(&shape, &mut out, |region, out| {
            let parts: Result<SmallVec<[Values; 3]>> =
                inputs.iter().map(|a| a.sliced(region).row_major_values()).collect();
            kernel(&parts?, <R as Element>::erase_slice_mut(out))
        })?;
        Values::from(out)
    });
    let meta = Meta { shape, dtype: meta.dtype };
    Ok(Dense::row_major(meta, values).permuted(&back))
}

/// Hands over row-major `out` tile by tile, in parallel, each with its region of the shape.
fn for_tiles<T: Send>(
    shape: &[usize],
    out: &mut [T],
    tile: impl Fn(&[AxisSlice], &mut [T]) -> Result<()> + Sync,
) -> Result<()> {
    if out.is_empty() {
        return Ok(());
    }
    // The axis that is cut: the axes after it fit a tile whole, and each index of those before it has its own tiles.
    let inner = |axis: usize| shape[axis + 1..].iter().product::<usize>();
    let Some(axis) = (0..shape.len()).find(|&a| inner(a) <= PIECE) else {
        return tile(&[], out);
    };
    let rows = (PIECE / inner(axis)).max(1);
    let outer = shape[axis] * inner(axis);
    let mut tiles = Vec::new();
    for (block, out) in out.chunks_mut(outer).enumerate() {
        let mut region: SmallVec<[AxisSlice; 4]> =
            shape.iter().map(|&n| AxisSlice::full(n)).collect();
        let mut index = block;
        for before in (0..axis).rev() {
            let start = index % shape[before];
            region[before] = AxisSlice { start, step: 1, length: 1 };
            index /= shape[before];
        }
        for (k, out) in out.chunks_mut(rows * inner(axis)).enumerate() {
            let mut region = region.clone();
            region[axis] = AxisSlice { start: k * rows, step: 1, length: out.len() / inner(axis) };
            tiles.push((region, out));
        }
    }
    parallel::map(tiles, |(region, out)| tile(&region, out)).into_iter().collect()
}
