//! The class *create*: arrays from nothing but parameters.

use super::{IntoShape, Meta, Shape, checked_size};
use crate::Result;
use crate::buffer::{Values, listed, zeroed};
use crate::dtype::{DType, Element, Scalar, Weak};
use crate::error::{DTypeError, ShapeError};
use crate::with_dtype;
use std::ops::Range;

/// An array made from parameters.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Create {
    /// The same value everywhere: zeros, ones, full, empty.
    Full {
        /// The lengths of the axes.
        shape: Shape,
        /// The value.
        value: Scalar,
    },
    /// Ones on a diagonal: element `(i, j)` is one where `j - i == diagonal`.
    Eye {
        /// The number of rows.
        rows: usize,
        /// The number of columns.
        columns: usize,
        /// The diagonal: 0 the main one, positive above it.
        diagonal: isize,
        /// The data type.
        dtype: DType,
    },
    /// Part of an arithmetic sequence: element `i` is `start + (offset + i) · step`.
    Arange {
        /// Its first number.
        start: Weak,
        /// The distance of its numbers.
        step: Weak,
        /// Where in the sequence this part begins.
        offset: usize,
        /// How many elements this part has.
        length: usize,
        /// The data type: integer or floating-point.
        dtype: DType,
    },
    /// Part of a sequence of `count` evenly spaced numbers from `start` to `stop`.
    Linspace {
        /// Its first number.
        start: Weak,
        /// Its last number (the one after its last, without `endpoint`).
        stop: Weak,
        /// How many numbers the whole sequence has.
        count: usize,
        /// Whether `stop` belongs to it.
        endpoint: bool,
        /// Where in the sequence this part begins.
        offset: usize,
        /// How many elements this part has.
        length: usize,
        /// The data type: floating-point.
        dtype: DType,
    },
    /// Given values in row-major order.
    Literal {
        /// The lengths of the axes.
        shape: Shape,
        /// The values: as many as the shape has elements.
        values: Values,
    },
}

impl Create {
    /// The same value everywhere.
    pub fn full(shape: impl IntoShape, value: impl Into<Scalar>) -> Self {
        Self::Full { shape: shape.into_shape(), value: value.into() }
    }

    /// The name for messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Full { .. } => "full",
            Self::Eye { .. } => "eye",
            Self::Arange { .. } => "arange",
            Self::Linspace { .. } => "linspace",
            Self::Literal { .. } => "asarray",
        }
    }

    pub(super) fn infer(&self) -> Result<Meta> {
        let op = self.name();
        let unsupported = |dtype, expected: &str| DTypeError::Unsupported {
            op: op.to_owned(),
            dtype,
            expected: expected.to_owned(),
        };
        Ok(match self {
            Self::Full { shape, value } => Meta { shape: shape.clone(), dtype: value.dtype() },
            Self::Eye { rows, columns, dtype, .. } => Meta::new([*rows, *columns], *dtype),
            Self::Arange { start, step, length, dtype, .. } => {
                let integers = matches!((start, step), (Weak::Int(_), Weak::Int(_)));
                if !(dtype.is_floating() || dtype.is_integer() && integers) {
                    return Err(unsupported(
                        *dtype,
                        "floating-point types, and integer types where start and step are integers",
                    )
                    .into());
                }
                if let (true, Some(last)) = (dtype.is_integer(), self.last()) {
                    last.resolve(op, *dtype)?;
                    start.resolve(op, *dtype)?;
                }
                Meta::new([*length], *dtype)
            }
            Self::Linspace { length, dtype, .. } => {
                if !dtype.is_floating() {
                    return Err(unsupported(*dtype, "floating-point types").into());
                }
                Meta::new([*length], *dtype)
            }
            Self::Literal { shape, values } => {
                let size = checked_size(op, shape)?;
                if size != values.len() {
                    return Err(ShapeError::Mismatch {
                        op: op.to_owned(),
                        shapes: vec![shape.to_vec()],
                        reason: format!(
                            "has {size} elements, but {} values are given",
                            values.len()
                        ),
                    }
                    .into());
                }
                Meta { shape: shape.clone(), dtype: values.dtype() }
            }
        })
    }

    fn last(&self) -> Option<Weak> {
        match *self {
            Self::Arange { start: Weak::Int(a), step: Weak::Int(s), offset, length, .. } => {
                let last = (offset + length).checked_sub(1)?;
                Some(Weak::Int(a.saturating_add(s.saturating_mul(last as i128))))
            }
            _ => None,
        }
    }

    /// The same array restricted to a block: one range of indices for each axis.
    ///
    /// # Panics
    /// If a range is outside its axis: the caller cuts along the array's own grid.
    #[must_use]
    pub fn block(&self, region: &[Range<usize>]) -> Self {
        match self {
            Self::Full { value, .. } => {
                Self::Full { shape: region.iter().map(Range::len).collect(), value: *value }
            }
            Self::Eye { diagonal, dtype, .. } => Self::Eye {
                rows: region[0].len(),
                columns: region[1].len(),
                diagonal: moved(*diagonal, region[0].start, region[1].start),
                dtype: *dtype,
            },
            Self::Arange { start, step, offset, dtype, .. } => Self::Arange {
                start: *start,
                step: *step,
                offset: offset + region[0].start,
                length: region[0].len(),
                dtype: *dtype,
            },
            Self::Linspace { start, stop, count, endpoint, offset, dtype, .. } => Self::Linspace {
                start: *start,
                stop: *stop,
                count: *count,
                endpoint: *endpoint,
                offset: offset + region[0].start,
                length: region[0].len(),
                dtype: *dtype,
            },
            Self::Literal { shape, values } => Self::Literal {
                shape: region.iter().map(Range::len).collect(),
                values: block_of_values(shape, values, region),
            },
        }
    }

    /// How many elements of a block do not have the value that most of the array has, if there is one.
    pub fn uncommon(&self, region: &[Range<usize>]) -> Option<usize> {
        match self.block(region) {
            Self::Full { .. } => Some(0),
            Self::Eye { rows, columns, diagonal, .. } => {
                let below = rows.saturating_sub(diagonal.min(0).unsigned_abs());
                let right = columns.saturating_sub(diagonal.max(0).unsigned_abs());
                Some(below.min(right))
            }
            Self::Arange { .. } | Self::Linspace { .. } | Self::Literal { .. } => None,
        }
    }

    /// The elements in row-major order, for an evaluator that stores all of them.
    ///
    /// # Errors
    /// If there are more than can be counted.
    pub fn dense_values(&self) -> Result<Values> {
        let size = self.infer()?.checked_size(self.name())?;
        Ok(match *self {
            Self::Full { value, .. } => Values::filled(self.name(), value, size)?,
            Self::Eye { rows, columns, diagonal, dtype } => with_dtype!(dtype, T => {
                let mut values = zeroed::<T>(self.name(), size)?;
                for i in 0..rows {
                    let j = i.checked_add_signed(diagonal).filter(|&j| j < columns);
                    if let Some(j) = j {
                        values[i * columns + j] = T::ONE;
                    }
                }
                values.into()
            }),
            Self::Arange { start, step, offset, length, dtype } => {
                numbers(self.name(), offset..offset + length, dtype, |k| match (start, step) {
                    (Weak::Int(a), Weak::Int(s)) => Weak::Int(a + s * k as i128),
                    (a, s) => Weak::Float(real(a) + real(s) * k as f64),
                })?
            }
            Self::Linspace { start, stop, count, endpoint, offset, length, dtype } => {
                let parts = if endpoint { count.saturating_sub(1) } else { count }.max(1) as f64;
                let (a, b) = (complex(start), complex(stop));
                numbers(self.name(), offset..offset + length, dtype, |k| {
                    if endpoint && k + 1 == count && count > 1 {
                        return Weak::Complex(b);
                    }
                    let t = k as f64;
                    // Part by part: a complex product would turn an infinite part into NaN in the other.
                    let at = |a: f64, b: f64| a + t * ((b - a) / parts);
                    Weak::Complex(crate::dtype::Complex128::new(at(a.re, b.re), at(a.im, b.im)))
                })?
            }
            Self::Literal { ref values, .. } => values.clone(),
        })
    }
}

/// A diagonal of an array as one of a block of it that begins at a row and a column. One that is further from the block
/// than `isize` reaches meets it nowhere, and neither does the furthest that there is.
fn moved(diagonal: isize, row: usize, column: usize) -> isize {
    let moved = diagonal as i128 + row as i128 - column as i128;
    moved.clamp(-(isize::MAX as i128), isize::MAX as i128) as isize
}

fn numbers(
    op: &str,
    range: Range<usize>,
    dtype: DType,
    at: impl Fn(usize) -> Weak,
) -> Result<Values> {
    Ok(with_dtype!(dtype, T => {
        let numbers = range.map(|k| match at(k) {
            // Modulo 2⁶⁴, which is the number in every type of integers that holds it.
            Weak::Int(v) if dtype.is_integer() => T::from_scalar(Scalar::Int64(v as i64)),
            Weak::Int(v) => T::from_scalar(Scalar::Float64(v as f64)),
            Weak::Float(v) => T::from_scalar(Scalar::Float64(v)),
            Weak::Complex(v) => T::from_scalar(Scalar::Complex128(v)),
            Weak::Bool(v) => T::from_scalar(Scalar::Bool(v)),
        });
        listed(op, numbers)?.into()
    }))
}

fn complex(number: Weak) -> crate::dtype::Complex128 {
    match number {
        Weak::Complex(v) => v,
        other => real(other).into(),
    }
}

fn real(number: Weak) -> f64 {
    match number {
        Weak::Bool(v) => f64::from(u8::from(v)),
        Weak::Int(v) => v as f64,
        Weak::Float(v) => v,
        Weak::Complex(v) => v.re,
    }
}

/// The values of a block of a row-major array; a block of whole rows shares the memory.
pub(crate) fn block_of_values(shape: &[usize], values: &Values, region: &[Range<usize>]) -> Values {
    let inner: usize = shape.iter().skip(1).product();
    if region.iter().zip(shape).skip(1).all(|(r, &n)| *r == (0..n)) {
        return match region.first() {
            Some(rows) => values.slice(rows.start * inner..rows.end * inner),
            None => values.clone(),
        };
    }
    with_dtype!(values.dtype(), T => {
        let source = values.as_slice::<T>().expect("own dtype");
        let mut block = Vec::with_capacity(region.iter().map(Range::len).product());
        copy_block(shape, source, region, &mut block);
        block.into()
    })
}

fn copy_block<T: Element>(
    shape: &[usize],
    source: &[T],
    region: &[Range<usize>],
    block: &mut Vec<T>,
) {
    match region {
        [] => block.extend_from_slice(source),
        [last] => block.extend_from_slice(&source[last.clone()]),
        [first, rest @ ..] => {
            let inner: usize = shape[1..].iter().product();
            for i in first.clone() {
                copy_block(&shape[1..], &source[i * inner..(i + 1) * inner], rest, block);
            }
        }
    }
}
