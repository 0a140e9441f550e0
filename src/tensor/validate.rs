//! The invariants of structures from outside, checked one by one: the first violation is an error that names the
//! array, the position and the value.

use super::Level;
use crate::Result;
use crate::buffer::{Index, Indices};
use crate::error::{FormatError, ShapeError};
use crate::with_width;
use std::fmt::Display;

fn length(what: impl Into<String>, got: usize, expected: usize, reason: &str) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    let (what, reason) = (what.into(), reason.into());
    Err(FormatError::Length { what, got, expected, reason }.into())
}

pub(crate) fn invariant<T>(
    what: impl Into<String>,
    position: usize,
    value: impl Display,
    reason: impl Into<String>,
) -> Result<T> {
    let (what, value, reason) = (what.into(), value.to_string(), reason.into());
    Err(FormatError::Invariant { what, position, value, reason }.into())
}

/// That `order` is a permutation of `0..ndim`.
pub(crate) fn check_order(order: &[usize], ndim: usize) -> Result<()> {
    length("order", order.len(), ndim, "the number of dimensions")?;
    for (position, &axis) in order.iter().enumerate() {
        if axis >= ndim {
            return invariant("order", position, axis, format!("is not below {ndim}"));
        }
        if order[..position].contains(&axis) {
            return invariant("order", position, axis, "is given more than once");
        }
    }
    Ok(())
}

/// The invariants of a pattern. All index arrays have the same width.
pub(super) fn levels(dims: &[usize], levels: &[Level]) -> Result<()> {
    if let Some(l) = levels.iter().position(|l| l.kind().ndim() == 0) {
        return length(format!("level {l} (coo): idx"), 0, 1, "at least one dimension");
    }
    let covered = levels.iter().map(|l| l.kind().ndim()).sum();
    length("dims", dims.len(), covered, "the dimensions that the levels cover")?;
    let (mut parents, mut rest) = (1_usize, dims);
    for (l, level) in levels.iter().enumerate() {
        let (own, inner) = rest.split_at(level.kind().ndim());
        rest = inner;
        let name = |array: &str| format!("level {l} ({}): {array}", level.kind());
        let all = || {
            parents.checked_mul(own[0]).ok_or_else(|| ShapeError::TooLarge {
                op: format!("level {l} ({})", level.kind()),
                shape: dims.to_vec(),
            })
        };
        parents = match level {
            Level::Dense => all()?,
            Level::Sparse { ptr, idx } => {
                pointers(&name("ptr"), ptr, parents, idx.len())?;
                tuples(&name("idx"), ptr, std::slice::from_ref(idx), own)?;
                idx.len()
            }
            Level::Coo { ptr, idx } => {
                for (k, array) in idx.iter().enumerate().skip(1) {
                    let what = name(&format!("idx[{k}]"));
                    length(what, array.len(), idx[0].len(), "one index for each child")?;
                }
                pointers(&name("ptr"), ptr, parents, idx[0].len())?;
                tuples(&name("idx"), ptr, idx, own)?;
                idx[0].len()
            }
            Level::Bitmap { bits, rank } => {
                let all = all()?;
                length(name("bits"), bits.len(), all.div_ceil(64), "64 bits to a word")?;
                if all % 64 > 0 && bits[all / 64] >> (all % 64) != 0 {
                    let (position, value) = (all / 64, format!("{:#x}", bits[all / 64]));
                    return invariant(name("bits"), position, value, "a bit past the last is set");
                }
                length(name("rank"), rank.len(), bits.len() + 1, "one more than words")?;
                let mut count = 0;
                for w in 0..rank.len() {
                    if rank.get(w) != count {
                        let reason = format!("{count} bits are set before this word");
                        return invariant(name("rank"), w, rank.get(w), reason);
                    }
                    count += bits.get(w).map_or(0, |b| b.count_ones() as usize);
                }
                count
            }
            Level::Runs { ptr, ends } => {
                pointers(&name("ptr"), ptr, parents, ends.len())?;
                runs(&name("ptr"), &name("ends"), ptr, ends, own[0])?;
                ends.len()
            }
        };
    }
    Ok(())
}

/// That `ptr` is one more than `parents` long, starts at 0, never decreases and ends at `children`.
pub(super) fn pointers(what: &str, ptr: &Indices, parents: usize, children: usize) -> Result<()> {
    let expected = parents.saturating_add(1);
    length(what, ptr.len(), expected, "one more than parents")?;
    if ptr.get(0) != 0 {
        return invariant(what, 0, ptr.get(0), "does not start at 0");
    }
    let decrease = with_width!(ptr.width(), I => {
        ptr.as_slice::<I>().expect("own width").windows(2).position(|w| w[0] > w[1])
    });
    if let Some(p) = decrease {
        let reason = format!("is below the one before, {}", ptr.get(p));
        return invariant(what, p + 1, ptr.get(p + 1), reason);
    }
    if ptr.get(parents) != children {
        let reason = format!("there are {children} children");
        return invariant(what, parents, ptr.get(parents), reason);
    }
    Ok(())
}

/// That all indices are in range, and the tuples of a parent strictly increasing. `ptr` is valid.
fn tuples(what: &str, ptr: &Indices, idx: &[Indices], dims: &[usize]) -> Result<()> {
    let name = |k: usize| if idx.len() == 1 { what.to_owned() } else { format!("{what}[{k}]") };
    with_width!(ptr.width(), I => {
        let ptr = ptr.as_slice::<I>().expect("own width");
        let columns: Vec<&[I]> = idx.iter().map(|c| c.as_slice::<I>().expect("one width")).collect();
        for (k, (column, &n)) in columns.iter().zip(dims).enumerate() {
            if let Some(position) = column.iter().position(|i| i.get() >= n) {
                let reason = format!("is not below the dimension, {n}");
                return invariant(name(k), position, column[position], reason);
            }
        }
        for p in ptr.windows(2) {
            for position in p[0].get() + 1..p[1].get() {
                let increases = columns
                    .iter()
                    .map(|c| c[position - 1].cmp(&c[position]))
                    .find(|o| o.is_ne())
                    .is_some_and(std::cmp::Ordering::is_lt);
                if !increases {
                    let tuple: Vec<_> = columns.iter().map(|c| c[position].to_string()).collect();
                    let reason = "is not above the one before it in its fiber";
                    return invariant(what, position, tuple.join(","), reason);
                }
            }
        }
        Ok(())
    })
}

fn runs(pointers: &str, what: &str, ptr: &Indices, ends: &Indices, n: usize) -> Result<()> {
    with_width!(ptr.width(), I => {
        let ptr = ptr.as_slice::<I>().expect("own width");
        let ends = ends.as_slice::<I>().expect("one width");
        for (p, range) in ptr.windows(2).enumerate() {
            let runs = &ends[range[0].get()..range[1].get()];
            if runs.is_empty() != (n == 0) {
                let reason = format!("a fiber of length {n} with {} runs", runs.len());
                return invariant(pointers, p + 1, range[1], reason);
            }
            let mut before = 0;
            for (k, end) in runs.iter().enumerate() {
                if end.get() <= before || end.get() > n {
                    let reason = format!("is not between {before} (exclusive) and {n}");
                    return invariant(what, range[0].get() + k, end, reason);
                }
                before = end.get();
            }
            if before != n {
                let reason = format!("the last run of a fiber ends at {n}");
                return invariant(what, range[1].get() - 1, before, reason);
            }
        }
        Ok(())
    })
}
