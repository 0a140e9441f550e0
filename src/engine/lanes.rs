//! Tensors seen along one axis: all elements of each fiber, those stored of each, or a vector as stretches of equal
//! elements.

use super::create::nothing;
use super::densify::densify;
use super::format::{check_dense, check_listed, finish};
use crate::buffer::{Index, Indices, Values, Width, collected, listed, reserve};
use crate::dtype::Scalar;
use crate::kernels::gather::gather;
use crate::kernels::parts::starts;
use crate::standard::{Meta, Shape};
use crate::tensor::{Coordinates, Level, Pattern, Tensor};
use crate::{Result, with_width};
use std::ops::Range;

/// Whether every element is stored.
pub(super) fn all_stored(tensor: &Tensor) -> bool {
    tensor.stored() == tensor.meta().size()
}

/// The order of storage with an axis moved innermost.
fn innermost(tensor: &Tensor, axis: usize) -> Shape {
    tensor.order().iter().copied().filter(|&a| a != axis).chain([axis]).collect()
}

/// A dense result whose lanes along an axis `lanes` makes of the input's: values lane after lane, and their length.
///
/// # Errors
/// If the result, or the input stored densely, is over the limit.
pub(super) fn by_lanes(
    op: &'static str,
    (output, fill): (&Meta, Scalar),
    input: &Tensor,
    axis: usize,
    lanes: impl FnOnce(Values, usize) -> Result<Values>,
) -> Result<Tensor> {
    if output.size() == 0 {
        return finish(op, nothing(output, fill)?, false, &[input]);
    }
    check_dense(op, output, &[input])?;
    let order = innermost(input, axis);
    let dense = densify(op, input, &order, &[input])?;
    let values = lanes(dense.values()?, output.shape[axis])?;
    let dims: Shape = order.iter().map(|&a| output.shape[a]).collect();
    let pattern = Pattern::new_unchecked(dims, vec![Level::Dense; order.len()])?;
    finish(op, Tensor::new_unchecked(pattern, order, values, fill), false, &[input])
}

/// The stored elements fiber by fiber along an axis.
pub(super) struct Fibers {
    /// The order of the axes, the one along which the fibers lie last.
    pub order: Shape,
    /// In this order.
    pub coordinates: Coordinates,
    /// The value at each coordinate.
    pub values: Values,
    /// The first coordinate of each fiber that stores any, and their number.
    pub ptr: Vec<u64>,
}

impl Fibers {
    /// # Errors
    /// If runs would have to be expanded over the limit.
    pub(super) fn new(op: &str, input: &Tensor, axis: usize) -> Result<Self> {
        check_listed(op, input)?;
        let order = innermost(input, axis);
        let coordinates = input.coordinates_by(&order)?;
        let mut values = input.values()?;
        if let Some(child) = coordinates.child() {
            let zero = Scalar::zero(values.dtype());
            values = with_width!(child.width(), I => {
                gather(values.view(), child.as_slice::<I>().expect("own width"), zero)
            })?;
        }
        let ptr = with_width!(coordinates.width(), I => {
            let columns = coordinates.columns::<I>();
            let outer = &columns[..order.len() - 1];
            let starts = starts(outer, &[I::new(0), I::new(coordinates.len())])?;
            listed(op, starts.into_iter().map(|c| c.get() as u64))
        })?;
        Ok(Self { order, coordinates, values, ptr })
    }

    /// The number of fibers that store any.
    pub(super) fn len(&self) -> usize {
        self.ptr.len() - 1
    }

    /// The index of each coordinate in its fiber.
    pub(super) fn index(&self) -> &Indices {
        self.coordinates.index().last().expect("at least the axis itself")
    }

    /// The coordinates of the fibers: those of all other axes.
    pub(super) fn outer(&self) -> Result<Coordinates> {
        let count = self.order.len() - 1;
        let firsts = &self.ptr[..self.len()];
        let index = self.coordinates.index()[..count].iter().map(|column| {
            with_width!(column.width(), I => {
                let column: &[I] = column.as_slice().expect("own width");
                let own = listed("fibers", firsts.iter().map(|&c| column[c as usize]))?;
                Ok(I::erase(own.into()))
            })
        });
        let (index, dims) = (index.collect::<Result<_>>()?, &self.coordinates.dims()[..count]);
        Coordinates::new_unchecked(dims, self.len(), index, None)
    }
}

/// A vector as stretches of equal elements, in order: what is stored, and the fill between.
pub(super) struct Stretches {
    /// Where each begins, and the length of the vector; `None`: each is one element.
    pub starts: Option<Vec<u64>>,
    /// The value of each.
    pub values: Values,
}

impl Stretches {
    /// The indices of one.
    pub(super) fn range(&self, k: usize) -> Range<u64> {
        self.starts.as_ref().map_or(k as u64..k as u64 + 1, |starts| starts[k]..starts[k + 1])
    }

    /// # Errors
    /// If the memory cannot be had; `op` names the operation.
    pub(super) fn new(op: &str, vector: &Tensor) -> Result<Self> {
        let length = vector.shape()[0] as u64;
        let values = vector.values()?;
        let pattern = vector.pattern().compressed()?;
        Ok(match &pattern.levels()[0] {
            Level::Dense => Self { starts: None, values },
            Level::Runs { ends, .. } => {
                let starts = std::iter::once(0).chain(ends.iter().map(|end| end as u64));
                Self { starts: Some(collected(op, ends.len() + 1, starts)?), values }
            }
            Level::Sparse { idx, .. } => {
                // Before each that is stored, and at the end, there may be one of the fill.
                let most = 2 * idx.len() as u128 + 1;
                let (mut starts, mut source) = (reserve(op, most + 1)?, reserve(op, most)?);
                let mut next = 0;
                for (k, i) in idx.iter().enumerate() {
                    let i = i as u64;
                    if next < i {
                        starts.push(next);
                        source.push(u64::NONE);
                    }
                    starts.push(i);
                    source.push(k as u64);
                    next = i + 1;
                }
                if next < length {
                    starts.push(next);
                    source.push(u64::NONE);
                }
                starts.push(length);
                Self {
                    starts: Some(starts),
                    values: gather(values.view(), &source, vector.fill())?,
                }
            }
            Level::Coo { .. } | Level::Bitmap { .. } => {
                unreachable!("a compressed pattern has neither level")
            }
        })
    }
}

/// Indices in the narrowest width for an axis of this length.
pub(super) fn narrow(indices: Vec<u64>, length: usize) -> Result<Indices> {
    Indices::from(indices).to_width(Width::for_counts([length]))
}
