//! Flat slice loops over dtype-erased values: the only place where data types and operations multiply.
//!
//! Everything above speaks of values without a type ([`Values`], [`ValuesRef`], [`ValuesMut`]) and leaves the
//! loops to this module; it knows no shapes, levels or arrays.
//!
//! | module | loops over |
//! |---|---|
//! | [`map`] | the elementwise functions of the standard |
//! | [`cast`] | conversions between data types |
//! | [`gather`] | copies by position, and questions about stored values |
//! | [`merge`] | what two sorted lists of indices have in common, and what either has |
//! | [`reduce`] | accumulators for the reductions, and what they come to on the way: scans |
//! | [`spans`] | consecutive positions, copied as a whole |
//! | [`counting`] | the order of keys with not many values |
//! | [`order`] | sorting, and searching in what is sorted |
//! | [`contract`] | multiply–accumulate: dot, axpy, gemm |
//! | `fft` | Fourier transforms of dense lines (feature `fft`) |
//! | `linalg` | factorisations of dense matrices (feature `linalg`) |
//!
//! A function that works in parallel cuts its input into pieces of a fixed size, so that its result has the same
//! bits for any number of threads.
//!
//! # Errors
//! Where nothing else is said: if the memory for what a function makes cannot be had.
//!
//! # Panics
//! Every function here, if a slice has another data type or length than it says: its caller has checked both.
#![allow(clippy::missing_panics_doc, clippy::missing_errors_doc)] // said once, above

pub mod apply;
pub mod cast;
mod complex;
pub mod contract;
pub mod counting;
#[cfg(feature = "fft")]
pub mod fft;
pub mod gather;
#[cfg(feature = "linalg")]
pub mod linalg;
pub mod map;
pub mod members;
pub mod merge;
pub mod order;
pub mod parts;
pub mod reduce;
#[cfg(test)]
pub(crate) mod samples;
mod simd;
pub mod spans;
pub mod thin;

use crate::buffer::{Index, Values, ValuesMut, ValuesRef};
use crate::parallel;
use crate::with_dtype;
use std::ops::Range;

/// Elements of one parallel piece of work.
pub(crate) const PIECE: usize = 16 * 1024;

/// Elements of a block that stays in the first-level cache while several loops pass over it.
pub(crate) const BLOCK: usize = 1024;

/// A part of borrowed values.
///
/// # Panics
/// If the range is outside them.
pub fn slice(values: ValuesRef<'_>, range: Range<usize>) -> ValuesRef<'_> {
    macro_rules! arms {
        ($($V:ident),+) => { match values { $(ValuesRef::$V(s) => ValuesRef::$V(&s[range])),+ } };
    }
    arms!(
        Bool, Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64, Float32, Float64,
        Complex64, Complex128
    )
}

/// A part of mutably borrowed values.
///
/// # Panics
/// If the range is outside them.
pub fn slice_mut(values: ValuesMut<'_>, range: Range<usize>) -> ValuesMut<'_> {
    macro_rules! arms {
        ($($V:ident),+) => { match values { $(ValuesMut::$V(s) => ValuesMut::$V(&mut s[range])),+ } };
    }
    arms!(
        Bool, Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64, Float32, Float64,
        Complex64, Complex128
    )
}

/// Copies of borrowed values.
pub fn to_values(values: ValuesRef<'_>) -> Values {
    with_dtype!(values.dtype(), T => {
        values.as_slice::<T>().expect("its own data type").into()
    })
}

/// Hands over `out` piece by piece, in parallel, with the position of each piece's first element.
pub(crate) fn for_pieces<T: Send>(out: &mut [T], piece: impl Fn(usize, &mut [T]) + Sync) {
    parallel::for_each_chunk(out, PIECE, |p, out| piece(p * PIECE, out));
}

/// Hands over `out` segment by segment, segment s being `out[ptr[s]..ptr[s + 1]]`. In parallel: neighbours go together
/// until they are worth a task.
pub(crate) fn for_segments<T: Send, I: Index>(
    out: &mut [T],
    ptr: &[I],
    segment: impl Fn(usize, &mut [T]) + Sync,
) {
    assert_eq!(ptr.last().map(|p| p.get()), Some(out.len()), "ends of segments and values");
    let (count, mut groups) = (ptr.len() - 1, Vec::new());
    let (mut rest, mut first) = (out, 0);
    while first < count {
        let enough = ptr[first].get() + PIECE;
        let last = first + ptr[first + 1..].partition_point(|p| p.get() <= enough).max(1);
        let (group, right) = rest.split_at_mut(ptr[last].get() - ptr[first].get());
        groups.push((first..last, group));
        (rest, first) = (right, last);
    }
    parallel::for_each(groups, |(segments, mut group)| {
        for s in segments {
            let (own, right) = group.split_at_mut(ptr[s + 1].get() - ptr[s].get());
            segment(s, own);
            group = right;
        }
    });
}
