//! How chunked arrays and plans are shown.

use super::Chunked;
use super::grid::{Grid, Partition};
use super::plan::Plan;
use crate::print::PrintOptions;
use crate::standard::Array;
use std::fmt;

impl<A: Array> Chunked<A> {
    /// One line: shape, data type, grid, and the last step. Nothing is computed or planned for it.
    pub fn summary(&self, options: &PrintOptions) -> String {
        let (shape, dtype) = (options.tuple(self.shape()), self.dtype());
        format!("{shape} {dtype}, {}, last step {}", self.grid(), self.node.name())
    }
}

/// One line that sums it up: `Chunked [1000, 200] float32, 4 × 1 blocks (3×300+100, 200), last step log1p(·)`.
impl<A: Array> fmt::Debug for Chunked<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chunked {}", self.summary(&PrintOptions::of(f)))
    }
}

/// As `Debug`.
impl<A: Array> fmt::Display for Chunked<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The number of blocks and their lengths: `4 × 1 blocks (3×300+100, 200)`.
impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.axes().is_empty() {
            return f.write_str("1 block");
        }
        if self.blocks() == 1 {
            f.write_str("1 block (")?;
            for (axis, partition) in self.axes().iter().enumerate() {
                write!(f, "{}{partition}", if axis > 0 { ", " } else { "" })?;
            }
            return f.write_str(")");
        }
        let counts: Vec<String> = self.counts().iter().map(ToString::to_string).collect();
        let lengths: Vec<String> = self.axes().iter().map(ToString::to_string).collect();
        write!(f, "{} blocks ({})", counts.join(" × "), lengths.join(", "))
    }
}

/// The lengths of the chunks: `3×300+100`, or `7 of 20..35` where they are irregular.
impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.count();
        let first = self.range(0).len();
        let last = self.range(count - 1).len();
        let regular = self.lengths().take(count - 1).all(|n| n == first);
        match (count, regular) {
            (1, _) => write!(f, "{first}"),
            (_, true) if last == first => write!(f, "{count}×{first}"),
            (2, _) => write!(f, "{first}+{last}"),
            (_, true) => write!(f, "{}×{first}+{last}", count - 1),
            _ => {
                let least = self.lengths().min().unwrap_or(0);
                write!(f, "{count} of {least}..{}", self.longest())
            }
        }
    }
}

/// Each kind of task with its number, in the order in which they first run.
pub(super) fn explain<A: Array>(plan: &Plan<A>) -> String {
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for task in &plan.tasks {
        let label = plan.label(task).to_string();
        match kinds.iter_mut().find(|(known, _)| *known == label) {
            Some((_, count)) => *count += 1,
            None => kinds.push((label, 1)),
        }
    }
    kinds.into_iter().map(|(label, count)| format!("{count} × {label}\n")).collect()
}
