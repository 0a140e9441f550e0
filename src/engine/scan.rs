//! Evaluation of the class *scan* on tensors.
//!
//! Where the fill has settled after its first element (a fill of 0: it adds nothing, and what it is multiplied with is
//! 0 from then on), what a scan has come to changes only at stored elements and where the fill begins: a fiber of the
//! result is runs, at most two for each stored element and one more, and fibers without stored elements are the
//! result's fill.
//!
//! ```text
//! fiber    · · 3 · · 1 · ·         sums    0 0 3 3 3 4 4 4       runs  0 ─ 2  3 ─ 5  4 ─ 8
//! ```
//!
//! The result is `sparse(…runs(element))` where runs are on average longer than two elements. It is stored by its
//! density where they are not, or where fewer elements than runs differ from the fill: of products by 0 only those
//! before the first 0. With another fill every element of the result is another: it is dense, within the limit.

use super::create::nothing;
use super::format::finish;
use super::lanes::{Fibers, all_stored, by_lanes, narrow};
use crate::buffer::{Index, Values, collected, grow, reserve};
use crate::dtype::{Complex128, DType, Element, Kind, Scalar, Zeros};
use crate::kernels::gather::{gather, positions_different};
use crate::kernels::reduce::scan;
use crate::standard::{Call, Meta, Scan, ScanKind};
use crate::tensor::{Level, LevelKind, Pattern, Tensor};
use crate::{Result, with_dtype};

pub(super) fn eval(op: &Scan, call: &Call<'_>, input: &Tensor) -> Result<Tensor> {
    let output = call.output();
    if let (false, Some(fill)) = (all_stored(input), settled(op.kind, input.fill(), output)?) {
        return runs(op, output, input, fill);
    }
    by_lanes(op.name(), (output, Scalar::zero(output.dtype)), input, op.axis, |values, length| {
        let lanes = values.len().checked_div(length).unwrap_or(0);
        let ends = (0..=lanes as u64).map(|k| k * length as u64);
        let ptr = collected(op.name(), lanes + 1, ends)?;
        scan(op.kind, &ptr, values.view(), output.dtype)
    })
}

/// What a scan of the fill alone has come to after each element, if it is the same after all: f∘f = f, so that also
/// x∘f∘f = x∘f. Where signs of zeros count complex products are left out: the signs go around in them.
fn settled(kind: ScanKind, fill: Scalar, output: &Meta) -> Result<Option<Scalar>> {
    let (dtype, zeros) = (output.dtype, Zeros::of(output.size()));
    if zeros == Zeros::Two && dtype.kind() == Kind::Complex && kind == ScanKind::Prod {
        return Ok(None);
    }
    let scanned = scan(kind, &[0_u32, 2], Values::full(fill, 2).view(), dtype)?;
    Ok(zeros.same_fill(scanned.get(0), scanned.get(1)).then(|| scanned.get(0)))
}

fn runs(op: &Scan, output: &Meta, input: &Tensor, fill: Scalar) -> Result<Tensor> {
    let fibers = Fibers::new(op.name(), input, op.axis)?;
    if fibers.len() == 0 {
        return finish(op.name(), nothing(output, fill)?, false, &[input]);
    }
    let length = output.shape[op.axis];
    let runs = Runs::new(op.kind, output.dtype, &fibers, input.fill(), length as u64)?;
    let other = runs.different(fill)?;
    let elements: u128 = other.iter().map(|&k| u128::from(runs.ends[k] - runs.begin(k))).sum();
    let is_listed = elements <= runs.ends.len() as u128;
    let (ptr, inner, values) = if is_listed { runs.listed(&other)? } else { runs.into_parts() };
    let (ptr, inner) = (ptr.into(), narrow(inner, length)?);
    let outer = fibers.outer()?;
    let kinds = vec![LevelKind::Sparse; outer.dims().len()];
    let mut levels = Pattern::from_coordinates(&outer, &kinds)?.0.levels().to_vec();
    levels.push(if is_listed {
        Level::Sparse { ptr, idx: inner }
    } else {
        Level::Runs { ptr, ends: inner }
    });
    let pattern = Pattern::new_unchecked(fibers.coordinates.dims(), levels)?;
    let long = !is_listed && 2 * values.len() as u128 <= pattern.count();
    let result = Tensor::new_unchecked(pattern, fibers.order, values, fill);
    finish(op.name(), result, long, &[input])
}

/// The scanned fibers, as far as they store anything: runs of one value.
struct Runs {
    /// The first run of each fiber, and their number.
    ptr: Vec<u64>,
    ends: Vec<u64>,
    values: Values,
    length: u64,
}

impl Runs {
    fn new(
        kind: ScanKind,
        dtype: DType,
        fibers: &Fibers,
        fill: Scalar,
        length: u64,
    ) -> Result<Self> {
        // A fill that changes nothing needs no look where something is stored before it.
        let idle = fill.to::<Complex128>() == kind.identity(fill.dtype()).to();
        let index = fibers.index();
        // Of each fiber the stored elements, and the first one of the fill between: where it is idle, only of that before all.
        let between = if idle { fibers.len() } else { index.len() + fibers.len() };
        let most = index.len() as u128 + between as u128;
        let (mut starts, mut source) = (reserve("scan", most)?, reserve("scan", most)?);
        let mut ptr = reserve("scan", fibers.ptr.len() as u128)?;
        ptr.push(0_u64);
        for fiber in fibers.ptr.windows(2) {
            let mut next = 0;
            for c in fiber[0]..fiber[1] {
                let i = index.get(c as usize) as u64;
                if next < i && (next == 0 || !idle) {
                    starts.push(next);
                    source.push(u64::NONE);
                }
                starts.push(i);
                source.push(c);
                next = i + 1;
            }
            if next < length && !idle {
                starts.push(next);
                source.push(u64::NONE);
            }
            ptr.push(starts.len() as u64);
        }
        let elements = gather(fibers.values.view(), &source, fill)?;
        let scanned = scan(kind, &ptr, elements.view(), dtype)?;
        // Neighbours of the same value are one run.
        let most = starts.len() as u128;
        let (mut ends, mut kept) = (reserve("scan", most)?, reserve("scan", most)?);
        let mut run_ptr = reserve("scan", ptr.len() as u128)?;
        run_ptr.push(0_u64);
        with_dtype!(dtype, T => {
            let values: &[T] = scanned.as_slice().expect("of this data type");
            for fiber in ptr.windows(2).map(|w| w[0] as usize..w[1] as usize) {
                kept.push(fiber.start as u64);
                for k in fiber.start + 1..fiber.end {
                    if !values[k].same(values[k - 1]) {
                        ends.push(starts[k]);
                        kept.push(k as u64);
                    }
                }
                ends.push(length);
                run_ptr.push(ends.len() as u64);
            }
        });
        let values = gather(scanned.view(), &kept, Scalar::zero(dtype))?;
        Ok(Self { ptr: run_ptr, ends, values, length })
    }

    /// The first index of a run: the last run of a fiber ends with it, at its length.
    fn begin(&self, run: usize) -> u64 {
        if run == 0 { 0 } else { self.ends[run - 1] % self.length }
    }

    /// The runs of other values than this one.
    fn different(&self, fill: Scalar) -> Result<Vec<usize>> {
        positions_different(self.values.view(), fill, Zeros::Two)
    }

    /// For each fiber its first run, where the runs end, and their values.
    fn into_parts(self) -> (Vec<u64>, Vec<u64>, Values) {
        (self.ptr, self.ends, self.values)
    }

    /// For each fiber its first element in some of the runs, the indices of these elements, and their values.
    fn listed(&self, runs: &[usize]) -> Result<(Vec<u64>, Vec<u64>, Values)> {
        let (mut index, mut source) = (Vec::new(), Vec::new());
        let mut ptr = reserve("scan", self.ptr.len() as u128)?;
        ptr.push(0);
        let mut runs = runs.iter().copied().peekable();
        for &end in &self.ptr[1..] {
            while let Some(run) = runs.next_if(|&run| (run as u64) < end) {
                let own = self.begin(run)..self.ends[run];
                grow("scan", &mut index, (own.end - own.start) as usize)?;
                index.extend(own);
                let added = index.len() - source.len();
                grow("scan", &mut source, added)?;
                source.resize(index.len(), run as u64);
            }
            ptr.push(index.len() as u64);
        }
        let values = gather(self.values.view(), &source, Scalar::zero(self.values.dtype()))?;
        Ok((ptr, index, values))
    }
}
