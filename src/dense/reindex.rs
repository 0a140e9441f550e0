//! The class *reindex*: other strides over the same memory. Only a reshape that takes elements out of their order
//! in memory copies.

use super::{Dense, Strides, expect_addressable, row_major_strides};
use crate::Result;
use crate::standard::{AxisSlice, Meta, Reindex, Shape};
use smallvec::smallvec;

pub(super) fn eval(op: &Reindex, input: &Dense, meta: &Meta) -> Result<Dense> {
    expect_addressable(op.name(), meta)?;
    match op {
        Reindex::Permute { axes } => Ok(input.permuted(axes)),
        Reindex::Reshape { shape } => input.reshaped(shape),
        Reindex::Broadcast { shape } => Ok(input.broadcast(shape)),
        Reindex::Slice { slices } => Ok(input.sliced(slices)),
    }
}

impl Dense {
    fn with_shape(&self, shape: Shape) -> Meta {
        Meta { shape, dtype: self.meta.dtype }
    }

    /// Axis `k` of the result is axis `axes[k]`.
    pub(super) fn permuted(&self, axes: &[usize]) -> Self {
        Self {
            meta: self.with_shape(axes.iter().map(|&a| self.meta.shape[a]).collect()),
            strides: axes.iter().map(|&a| self.strides[a]).collect(),
            values: self.values.clone(),
        }
    }

    /// Stretched to a shape that it broadcasts to.
    pub(super) fn broadcast(&self, shape: &[usize]) -> Self {
        let meta = self.with_shape(shape.into());
        if shape.contains(&0) {
            return Self::row_major(meta, self.values.slice(0..0));
        }
        let added = shape.len() - self.meta.ndim();
        let mut strides: Strides = smallvec![0; shape.len()];
        for (axis, (&stride, &length)) in self.strides.iter().zip(&self.meta.shape).enumerate() {
            strides[added + axis] = if length == 1 { 0 } else { stride };
        }
        Self { meta, strides, values: self.values.clone() }
    }

    /// A regular selection along each axis.
    pub(super) fn sliced(&self, slices: &[AxisSlice]) -> Self {
        let meta = self.with_shape(slices.iter().map(|s| s.length).collect());
        if meta.shape.contains(&0) {
            return Self::row_major(meta, self.values.slice(0..0));
        }
        // Of each axis the memory between its first and its last selected element remains; the lowest position
        // along an axis is the one nearer to the start of the memory.
        let (mut start, mut span) = (0, 1);
        let mut strides = Strides::new();
        for ((slice, &stride), &length) in slices.iter().zip(&self.strides).zip(&self.meta.shape) {
            let (first, last) = (slice.index(0), slice.index(slice.length - 1));
            let low = first.min(last);
            let high = first.max(last);
            let steps = if stride < 0 { length - 1 - high } else { low };
            start += steps * stride.unsigned_abs();
            span += (high - low) * stride.unsigned_abs();
            strides.push(if slice.length == 1 { 0 } else { stride * slice.step });
        }
        Self { meta, strides, values: self.values.slice(start..start + span) }
    }

    /// The elements in row-major order under another shape of as many elements.
    pub(super) fn reshaped(&self, shape: &[usize]) -> Result<Self> {
        let meta = self.with_shape(shape.into());
        if shape.contains(&0) {
            return Ok(Self::row_major(meta, self.values.clone()));
        }
        if self.values.len() == 1 {
            return Ok(Self {
                strides: smallvec![0; shape.len()],
                meta,
                values: self.values.clone(),
            });
        }
        let long = |shape: &[usize]| shape.iter().copied().filter(|&n| n != 1).collect::<Shape>();
        if long(shape) == long(&self.meta.shape) {
            // Axes of length 1 come and go; the others keep their strides.
            let lengths = self.meta.shape.iter();
            let mut kept = self.strides.iter().zip(lengths).filter(|(_, n)| **n != 1).map(|p| *p.0);
            let strides = shape
                .iter()
                .map(|&n| if n == 1 { 0 } else { kept.next().expect("as many long axes") })
                .collect();
            return Ok(Self { meta, strides, values: self.values.clone() });
        }
        let values = self.row_major_values()?;
        Ok(Self { strides: row_major_strides(shape), meta, values })
    }
}
