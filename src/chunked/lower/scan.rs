//! The class *scan*: along an axis of one chunk, block by block. Along several it is recorded as other operations:
//! each chunk on its own, combined with the total of those before it.
//!
//! ```text
//! chunks      1 2 3    4 5       6
//! scanned     1 3 6    4 9       6
//! carried              6         6 + 9       one total after the other: a chunk waits for those before it alone
//! joined      1 3 6    10 15     21
//! ```
//!
//! Totals of `float32` and `complex64` are carried in double precision, as those of reductions are.

use super::reduce::carried;
use crate::Result;
use crate::chunked::Chunked;
use crate::chunked::source::slice_of;
use crate::standard::{Array, Axes, Func, Scan, ScanKind};

/// A scan along several chunks; `None` along one.
pub(in crate::chunked) fn composed<A: Array>(
    op: Scan,
    input: &Chunked<A>,
) -> Result<Option<Chunked<A>>> {
    let chunks = &input.grid().axes()[op.axis];
    if chunks.count() == 1 {
        return Ok(None);
    }
    let combine = match op.kind {
        ScanKind::Sum => Func::Add,
        ScanKind::Prod => Func::Multiply,
    };
    let dtype = op.kind.reduction().result_dtype(input.dtype())?;
    let mut carry: Option<Chunked<A>> = None;
    let mut parts = Vec::with_capacity(chunks.count());
    for range in chunks.ranges() {
        let mut region = input.grid().all();
        region[op.axis] = range;
        let part = Chunked::apply_one(slice_of(&region), &[input])?;
        let part = part.astype(carried(input.dtype()))?;
        let scanned = Chunked::apply_one(op, &[&part])?;
        let scanned = match &carry {
            Some(carry) => scanned.binary(combine, carry)?,
            None => scanned,
        };
        parts.push(scanned.astype(dtype)?);
        let total = part.reduce(op.kind.reduction(), Axes::from(op.axis).keep())?.swap_remove(0);
        carry = Some(match &carry {
            Some(carry) => carry.binary(combine, &total)?,
            None => total,
        });
    }
    Chunked::concat(&parts.iter().collect::<Vec<_>>(), op.axis as isize).map(Some)
}
