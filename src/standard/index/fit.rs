//! An index expression fitted to a shape.

use super::{IndexArray, Ix, Key, Points};
use crate::Result;
use crate::dtype::{DType, Kind};
use crate::error::{DTypeError, ShapeError};
use crate::standard::{Array, AxisSlice, Shape};
use smallvec::SmallVec;
use std::ops::Range;

/// An index expression fitted to a shape: a slice along each axis, then points along the axes that arrays index, then
/// a reshape that drops the axes indexed by an integer and adds the new ones.
pub(super) struct Fitted {
    /// Of an axis that an array indexes, all; of one that an integer indexes, one index.
    pub slices: SmallVec<[AxisSlice; 4]>,
    pub points: Option<Points>,
    pub shape: Shape,
}

/// Fits an index expression to a shape; axes not named are taken whole.
pub(super) fn fit<A: Array>(op: &str, keys: &[Key<'_, A>], shape: &[usize]) -> Result<Fitted> {
    let axes = axes(op, keys, shape)?;
    let by_arrays = keys.iter().any(|k| matches!(k, Key::Array(_)));
    // Beside arrays, an integer is an array of indices too.
    let advanced: SmallVec<[usize; 4]> = (0..keys.len())
        .filter(|&k| match keys[k] {
            Key::Array(_) => true,
            Key::Basic(item) => by_arrays && matches!(item, Ix::At(_)),
        })
        .collect();
    let together = advanced.windows(2).all(|w| w[1] == w[0] + 1);
    let first = advanced.first().copied().filter(|_| together);
    let mut slices: SmallVec<[AxisSlice; 4]> = shape.iter().map(|&n| AxisSlice::full(n)).collect();
    let mut arrays: Vec<(Range<usize>, &IndexArray<'_, A>)> = Vec::new();
    // The lengths before and after those of the points.
    let (mut before, mut after) = (Shape::new(), Shape::new());
    for (k, (key, axes)) in keys.iter().zip(&axes).enumerate() {
        let lengths = if first.is_some_and(|first| k < first) { &mut before } else { &mut after };
        match key {
            Key::Array(array) => arrays.push((axes.clone(), array)),
            Key::Basic(Ix::NewAxis) => lengths.push(1),
            Key::Basic(Ix::Ellipsis) => lengths.extend_from_slice(&shape[axes.clone()]),
            Key::Basic(Ix::At(index)) => {
                let start = from_start(op, *index as i128, axes.start, shape[axes.start])? as usize;
                slices[axes.start] = AxisSlice { start, step: 1, length: 1 };
            }
            Key::Basic(Ix::Slice { start, stop, step }) => {
                let slice = python_slice(op, *start, *stop, *step, shape[axes.start])?;
                lengths.push(slice.length);
                slices[axes.start] = slice;
            }
        }
    }
    after.extend_from_slice(&shape[axes.last().map_or(0, |a| a.end)..]);
    if !by_arrays {
        return Ok(Fitted { slices, points: None, shape: after });
    }
    let points = Points::new(op, first.map_or(0, |k| axes[k].start), &arrays, shape)?;
    let shape = before.into_iter().chain(points.shape().iter().copied()).chain(after).collect();
    Ok(Fitted { slices, points: Some(points), shape })
}

/// The axes that each item indexes.
pub(super) fn axes<A: Array>(
    op: &str,
    keys: &[Key<'_, A>],
    shape: &[usize],
) -> Result<SmallVec<[Range<usize>; 4]>> {
    let wrong = |reason: String| ShapeError::Mismatch {
        op: op.to_owned(),
        shapes: vec![shape.to_vec()],
        reason,
    };
    let mut named = 0;
    let mut counts: SmallVec<[usize; 4]> = SmallVec::new();
    for key in keys {
        counts.push(match key {
            Key::Basic(Ix::At(_) | Ix::Slice { .. }) => 1,
            Key::Basic(Ix::NewAxis | Ix::Ellipsis) => 0,
            Key::Array(array) => match array.dtype().kind() {
                Kind::Bool => array.shape().len(),
                Kind::Signed | Kind::Unsigned => 1,
                Kind::Float | Kind::Complex => return Err(no_index(op, array.dtype())),
            },
        });
        named += counts[counts.len() - 1];
    }
    if named > shape.len() {
        return Err(wrong(format!("{named} indices for {} axes", shape.len())).into());
    }
    let is_ellipsis = |key: &Key<'_, A>| matches!(key, Key::Basic(Ix::Ellipsis));
    if keys.iter().filter(|k| is_ellipsis(k)).count() > 1 {
        return Err(wrong("more than one ellipsis".to_owned()).into());
    }
    let mut axes: SmallVec<[Range<usize>; 4]> = SmallVec::new();
    let mut start = 0;
    for (key, count) in keys.iter().zip(counts) {
        let end = start + if is_ellipsis(key) { shape.len() - named } else { count };
        // A mask without elements chooses none, whatever the axis that it has none along.
        let fits = |(mask, axis): (&usize, &usize)| *mask == *axis || *mask == 0;
        if let Key::Array(mask) = key
            && mask.dtype() == DType::Bool
            && !mask.shape().iter().zip(&shape[start..end]).all(fits)
        {
            return Err(ShapeError::Mismatch {
                op: op.to_owned(),
                shapes: vec![shape.to_vec(), mask.shape().to_vec()],
                reason: format!("the mask has not the lengths of the axes {start}..{end}"),
            }
            .into());
        }
        axes.push(start..end);
        start = end;
    }
    Ok(axes)
}

pub(super) fn no_index(op: &str, dtype: DType) -> crate::Error {
    let expected = "integers, or bool for a mask".to_owned();
    DTypeError::Unsupported { op: op.to_owned(), dtype, expected }.into()
}

/// An index of an axis counted from 0.
pub(super) fn from_start(op: &str, index: i128, axis: usize, length: usize) -> Result<u64> {
    let from_start = if index < 0 { index + length as i128 } else { index };
    if (0..length as i128).contains(&from_start) {
        return Ok(from_start as u64);
    }
    Err(ShapeError::Index { op: op.to_owned(), index, axis, length }.into())
}

/// Python's `slice(start, stop, step).indices(length)`.
pub(super) fn python_slice(
    op: &str,
    start: Option<isize>,
    stop: Option<isize>,
    step: isize,
    length: usize,
) -> Result<AxisSlice> {
    if step == 0 {
        return Err(ShapeError::Parameter {
            op: op.to_owned(),
            what: "step",
            value: "0".to_owned(),
            reason: "a slice must advance".to_owned(),
        }
        .into());
    }
    let n = length as i128;
    // The range of bounds: with a negative step one before the start stands for "past the end".
    let (low, high) = if step > 0 { (0, n) } else { (-1, n - 1) };
    let bound = |b: Option<isize>, default: i128| {
        b.map_or(default, |b| {
            let b = b as i128;
            (if b < 0 { b + n } else { b }).clamp(low, high)
        })
    };
    let (first, end) = if step > 0 { (low, high) } else { (high, low) };
    let (start, stop) = (bound(start, first), bound(stop, end));
    let step_wide = step as i128;
    let length = ((stop - start + step_wide - step_wide.signum()) / step_wide).max(0) as usize;
    Ok(AxisSlice { start: if length == 0 { 0 } else { start as usize }, step, length })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python's definition, spelt out: walk from the start until the stop is passed.
    fn walk(start: Option<isize>, stop: Option<isize>, step: isize, n: isize) -> Vec<usize> {
        let fix = |b: isize| if b < 0 { b + n } else { b };
        let mut i = match (start, step > 0) {
            (Some(s), true) => fix(s).max(0),
            (Some(s), false) => fix(s).min(n - 1),
            (None, true) => 0,
            (None, false) => n - 1,
        };
        let mut out = vec![];
        while (0..n).contains(&i)
            && stop.is_none_or(|e| if step > 0 { i < fix(e) } else { i > fix(e) })
        {
            out.push(i as usize);
            i += step;
        }
        out
    }

    #[test]
    fn slices_are_pythons() {
        let bounds: Vec<Option<isize>> = (-6..=6).map(Some).chain([None]).collect();
        for n in 0..5_isize {
            for &start in &bounds {
                for &stop in &bounds {
                    for step in [-7, -2, -1, 1, 2, 3] {
                        let s = python_slice("index", start, stop, step, n as usize).unwrap();
                        let got: Vec<usize> = (0..s.length).map(|k| s.index(k)).collect();
                        assert_eq!(
                            got,
                            walk(start, stop, step, n),
                            "{start:?}:{stop:?}:{step} of {n}"
                        );
                        for (k, &i) in got.iter().enumerate() {
                            assert_eq!(s.position(i), Some(k));
                        }
                    }
                }
            }
        }
    }
}
