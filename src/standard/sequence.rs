//! Lengths that follow from other parameters: of a sequence from its bounds, of the open axis of a reshape.

use super::{Meta, Shape};
use crate::Result;
use crate::dtype::Weak;
use crate::error::ShapeError;

/// How many numbers lie in `[start, stop)`, `step` apart: `⌈(stop − start) / step⌉`, or 0.
pub(super) fn sequence_length(start: Weak, stop: Weak, step: Weak) -> Result<usize> {
    let wrong = |what: &'static str, value: String, reason: &str| {
        ShapeError::Parameter { op: "arange".to_owned(), what, value, reason: reason.to_owned() }
            .into()
    };
    if let (Weak::Int(start), Weak::Int(stop), Weak::Int(step)) = (start, stop, step) {
        if step == 0 {
            return Err(wrong("step", "0".to_owned(), "a sequence must advance"));
        }
        let distance = stop
            .checked_sub(start)
            .ok_or_else(|| wrong("stop", stop.to_string(), "too far from the start"))?;
        let count =
            distance / step + i128::from(distance % step != 0 && (distance > 0) == (step > 0));
        return usize::try_from(count.max(0))
            .map_err(|_| wrong("stop", stop.to_string(), "too many numbers"));
    }
    let real = |what: &'static str, number: Weak| match number {
        Weak::Bool(v) => Ok(f64::from(u8::from(v))),
        Weak::Int(v) => Ok(v as f64),
        Weak::Float(v) if v.is_finite() => Ok(v),
        Weak::Float(v) => Err(wrong(what, v.to_string(), "not a finite real number")),
        Weak::Complex(v) => Err(wrong(what, v.to_string(), "not a finite real number")),
    };
    let (start, stop, step) = (real("start", start)?, real("stop", stop)?, real("step", step)?);
    if step == 0.0 {
        return Err(wrong("step", "0".to_owned(), "a sequence must advance"));
    }
    let count = ((stop - start) / step).ceil().max(0.0);
    if count > (usize::MAX >> 1) as f64 {
        return Err(wrong("stop", stop.to_string(), "too many numbers"));
    }
    Ok(count as usize)
}

/// The lengths of a reshape, of which one may be −1: what the others leave.
pub(super) fn reshape_lengths(input: &Meta, shape: &[isize]) -> Result<Shape> {
    let wrong = |value: isize, reason: &str| ShapeError::Parameter {
        op: "reshape".to_owned(),
        what: "shape",
        value: format!("{shape:?}"),
        reason: format!("{value}: {reason}"),
    };
    let mut open = None;
    let mut lengths = Shape::new();
    for (axis, &length) in shape.iter().enumerate() {
        match usize::try_from(length) {
            Ok(length) => lengths.push(length),
            Err(_) if length == -1 && open.is_none() => {
                open = Some(axis);
                lengths.push(1);
            }
            Err(_) => return Err(wrong(length, "a length is not negative, but for one −1").into()),
        }
    }
    if let Some(axis) = open {
        let known = Meta { shape: lengths.clone(), dtype: input.dtype }.size();
        if known == 0 || !input.size().is_multiple_of(known) {
            return Err(ShapeError::Mismatch {
                op: "reshape".to_owned(),
                shapes: vec![input.shape.to_vec()],
                reason: format!("{} elements do not fill {shape:?}", input.size()),
            }
            .into());
        }
        lengths[axis] = usize::try_from(input.size() / known)
            .map_err(|_| wrong(-1, "more elements than an axis can have"))?;
    }
    Ok(lengths)
}
