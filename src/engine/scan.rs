//! Evaluation of the class *scan* on tensors.
//!
//! Where the fill is the identity (a fill of 0 for sums), what a scan has come to changes only at stored elements: a
//! fiber of the result is runs, as many as are stored and one more, and fibers without stored elements are the
//! result's fill.
//!
//! ```text
//! fiber    · · 3 · · 1 · ·         sums    0 0 3 3 3 4 4 4       runs  0 ─ 2  3 ─ 5  4 ─ 8
//! ```
//!
//! The result is `sparse(…runs(element))` where runs are on average longer than two elements, else it is stored by
//! its density. With another fill every element of the result is another: it is dense, within the limit.

use super::create::nothing;
use super::format::finish;
use super::lanes::{Fibers, all_stored, by_lanes, narrow};
use crate::Result;
use crate::buffer::Index;
use crate::dtype::{Complex128, Kind, Scalar};
use crate::kernels::gather::gather;
use crate::kernels::reduce::scan;
use crate::standard::{Call, Meta, Scan, ScanKind};
use crate::tensor::{Level, LevelKind, Pattern, Tensor};

pub(super) fn eval(op: &Scan, call: &Call<'_>, input: &Tensor) -> Result<Tensor> {
    let output = call.output();
    if !all_stored(input) && is_identity(op.kind, input.fill()) {
        return runs(op, output, input);
    }
    by_lanes(op.name(), (output, Scalar::zero(output.dtype)), input, op.axis, |values, length| {
        let lanes = values.len().checked_div(length).unwrap_or(0);
        let ptr: Vec<u64> = (0..=lanes as u64).map(|k| k * length as u64).collect();
        scan(op.kind, &ptr, values.view(), output.dtype)
    })
}

/// Whether elements of this value change nothing. Complex products are never left alone: ∞ · (1 + 0i) has a NaN.
fn is_identity(kind: ScanKind, fill: Scalar) -> bool {
    let complex = fill.dtype().kind() == Kind::Complex;
    let identity: Complex128 = kind.identity(fill.dtype()).to();
    !(complex && kind == ScanKind::Prod) && fill.to::<Complex128>() == identity
}

fn runs(op: &Scan, output: &Meta, input: &Tensor) -> Result<Tensor> {
    let identity = op.kind.identity(output.dtype);
    let fibers = Fibers::new(op.name(), input, op.axis)?;
    if fibers.len() == 0 {
        return finish(op.name(), nothing(output, identity)?, false, &[input]);
    }
    let scanned = scan(op.kind, &fibers.ptr, fibers.values.view(), output.dtype);
    let length = output.shape[op.axis];
    let (mut ptr, mut ends, mut source) = (vec![0_u64], Vec::new(), Vec::new());
    let index = fibers.index();
    for fiber in fibers.ptr.windows(2) {
        let (first, last) = (fiber[0] as usize, fiber[1] as usize);
        if index.get(first) > 0 {
            ends.push(index.get(first) as u64);
            source.push(u64::NONE);
        }
        ends.extend((first + 1..last).map(|k| index.get(k) as u64));
        ends.push(length as u64);
        source.extend(fiber[0]..fiber[1]);
        ptr.push(ends.len() as u64);
    }
    let count = ends.len();
    let values = gather(scanned.view(), &source, identity);
    let outer = fibers.outer();
    let kinds = vec![LevelKind::Sparse; outer.dims().len()];
    let mut levels = Pattern::from_coordinates(&outer, &kinds)?.0.levels().to_vec();
    levels.push(Level::Runs { ptr: ptr.into(), ends: narrow(ends, length) });
    let pattern = Pattern::new_unchecked(fibers.coordinates.dims(), levels);
    let long = 2 * count as u128 <= pattern.count();
    let result = Tensor::new_unchecked(pattern, fibers.order, values, identity);
    finish(op.name(), result, long, &[input])
}
