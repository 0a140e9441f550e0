//! The classes *scan* and *order*: lanes along one axis.

use super::{Dense, expect_allocatable};
use crate::Result;
use crate::buffer::{Values, collected, listed};
use crate::dtype::Scalar;
use crate::kernels::order::{argsort, count_distinct, distinct, nonzero, search, sort};
use crate::kernels::reduce;
use crate::standard::{Meta, Order, Outputs, Scan};
use smallvec::{SmallVec, smallvec};

pub(super) fn scan(op: &Scan, input: &Dense, meta: &Meta) -> Result<Dense> {
    expect_allocatable(op.name(), meta)?;
    input.by_lanes(op.axis, |values, length| {
        let lanes = values.len().checked_div(length).unwrap_or(0);
        let ends = (0..=lanes as u64).map(|k| k * length as u64);
        let ends = collected("scan", lanes + 1, ends)?;
        reduce::scan(op.kind, &ends, values.view(), meta.dtype)
    })
}

pub(super) fn eval(op: &Order, inputs: &[&Dense], metas: &[Meta]) -> Result<Outputs<Dense>> {
    let meta = &metas[0];
    expect_allocatable(op.name(), meta)?;
    let fill = Scalar::zero(inputs[0].meta.dtype);
    let vector = || inputs[0].row_major_values();
    Ok(smallvec![match *op {
        Order::Sort { axis, descending } => inputs[0].by_lanes(axis, |values, length| {
            let mut values = values.unshared("sort")?;
            sort(values.make_mut(), length, descending)?;
            Ok(values)
        })?,
        Order::ArgSort { axis, descending } => inputs[0].by_lanes(axis, |values, length| {
            Ok(argsort(values.view(), length, descending)?.into())
        })?,
        Order::SearchSorted { right } => {
            let dtype = op.compared_in(inputs.iter().map(|a| a.meta.dtype))?;
            let sorted = inputs[0].cast(dtype)?.row_major_values()?;
            let elements = inputs[1].cast(dtype)?.row_major_values()?;
            let places = search(sorted.view(), elements.view(), right)?;
            Dense::row_major(meta.clone(), places.into())
        }
        Order::Nonzero { .. } => {
            let positions = nonzero(&vector()?)?;
            op.expect_count(positions.len())?;
            let positions: Vec<i64> = listed("nonzero", positions.into_iter().map(|p| p as i64))?;
            Dense::row_major(meta.clone(), positions.into())
        }
        Order::CountDistinct => {
            let values = vector()?;
            let count = count_distinct(values.view(), fill, values.len())? as i64;
            Dense::row_major(meta.clone(), vec![count].into())
        }
        Order::Distinct { .. } => {
            let values = vector()?;
            let (values, starts) = distinct(values.view(), None, fill, values.len())?;
            op.expect_count(values.len())?;
            let results = [values, starts.into()].into_iter().zip(metas);
            return Ok(results.map(|(v, meta)| Dense::row_major(meta.clone(), v)).collect());
        }
    }])
}

impl Dense {
    /// The array whose lanes along an axis `lanes` makes of this one's: values lane after lane, and their length.
    fn by_lanes(
        &self,
        axis: usize,
        lanes: impl FnOnce(Values, usize) -> Result<Values>,
    ) -> Result<Self> {
        let others = (0..self.meta.ndim()).filter(|&a| a != axis);
        let order: SmallVec<[usize; 4]> = others.chain([axis]).collect();
        let mut back = order.clone();
        order.iter().enumerate().for_each(|(k, &a)| back[a] = k);
        let moved = self.permuted(&order);
        let values = lanes(moved.row_major_values()?, self.meta.shape[axis])?;
        let meta = Meta { shape: moved.meta.shape, dtype: values.dtype() };
        Ok(Self::row_major(meta, values).permuted(&back))
    }
}
