//! How tensors are shown.

use super::Tensor;
use super::ends::Stored;
use crate::print::{Numbers, PrintOptions, bytes, nested, percent, scalar};
use std::fmt;

/// Elements up to which a tensor is shown as rows, whatever is stored of it.
const SMALL: u128 = 256;
/// Of the elements that a dense array may have to be shown whole, one in so many may be listed: each takes a line.
const LINES: usize = 32;

impl Tensor {
    /// The tensor as text. One that stores every element, or has few, is shown as rows in brackets, as NumPy writes
    /// them. Of another there is a line that sums it up, and the first and the last stored elements with their
    /// indices. `Display` is this with [`PrintOptions::of`] the formatter.
    ///
    /// ```
    /// use redpoll::tensor::{Format, Tensor};
    /// use redpoll::{Array, dtype::DType, print::PrintOptions};
    /// let x = Tensor::eye(1000, 1000, 0, DType::Float64)?;
    /// let mut options = PrintOptions::default();
    /// options.edge_items = 1;
    /// let text = x.to_text(&options);
    /// assert!(text.ends_with("\n  [  0,   0]: 1.\n  ...\n  [999, 999]: 1."), "{text}");
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn to_text(&self, options: &PrintOptions) -> String {
        self.rows(options, (0, 0))
            .unwrap_or_else(|| format!("Tensor {}{}", self.summary(options), self.listed(options)))
    }

    /// The elements as rows in brackets, if they are shown so: see [`to_text`](Self::to_text). Lines begin after
    /// `prefix` characters and leave `suffix` free.
    pub fn rows(&self, options: &PrintOptions, (prefix, suffix): (usize, usize)) -> Option<String> {
        if !self.pattern().is_full() && self.meta().size() > SMALL {
            return None;
        }
        nested(self.shape(), options, (prefix, suffix), |index| {
            let coordinate: Vec<usize> = self.order().iter().map(|&axis| index[axis]).collect();
            self.pattern().find(&coordinate).map_or(self.fill(), |p| self.leaf().get(p))
        })
    }

    /// One line: shape, data type, format, stored elements, density, bytes, fill.
    pub fn summary(&self, options: &PrintOptions) -> String {
        format!(
            "{} {}, {}, {} stored ({}), {}, fill {}",
            options.tuple(self.shape()),
            self.dtype(),
            self.format().name(),
            self.stored(),
            percent(self.density()),
            bytes(self.bytes()),
            scalar(self.fill(), options),
        )
    }

    /// The indices of at most `n` stored elements, evenly apart in storage: enough for a picture of the structure.
    /// Where runs let elements share a value, the first of each run stands for all.
    pub fn sample(&self, n: usize) -> Vec<Vec<usize>> {
        let in_order = |coordinate: Vec<usize>| {
            let mut index = vec![0; self.ndim()];
            for (at, &axis) in coordinate.iter().zip(self.order()) {
                index[axis] = *at;
            }
            index
        };
        self.pattern().sample(n).map(in_order).collect()
    }

    /// The first and the last stored elements, each on a line of its own, in storage order.
    fn listed(&self, options: &PrintOptions) -> String {
        let edge = options.edge_items;
        let all = usize::try_from(self.stored()).ok().filter(|&n| n <= options.threshold / LINES);
        let (first, last) = match all {
            Some(n) => (self.pattern().first(n), vec![]),
            None => (self.pattern().first(edge), self.pattern().last(edge)),
        };
        let shown = || first.iter().chain(&last);
        let values: Vec<_> = shown().map(|&(_, position)| self.leaf().get(position)).collect();
        let numbers = Numbers::of(&values, options);
        let mut widths = vec![0; self.ndim()];
        for (coordinate, _) in shown() {
            for (width, index) in widths.iter_mut().zip(coordinate) {
                *width = index.to_string().len().max(*width);
            }
        }
        let line = |(coordinate, position): &Stored| {
            let mut texts = vec![String::new(); self.ndim()];
            for ((index, width), &axis) in coordinate.iter().zip(&widths).zip(self.order()) {
                texts[axis] = format!("{index:>width$}");
            }
            let value = numbers.text(self.leaf().get(*position));
            format!("\n  {}: {value}", options.tuple_of(&texts))
        };
        let gap = if all.is_some() { "" } else { "\n  ..." };
        let lines = |elements: &[Stored]| elements.iter().map(line).collect::<String>();
        lines(&first) + gap + &lines(&last)
    }
}

/// See [`Tensor::to_text`]. A precision is a number of decimals, the alternate form the whole.
impl fmt::Display for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(&PrintOptions::of(f)))
    }
}

/// One line that sums it up.
impl fmt::Debug for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tensor {}", self.summary(&PrintOptions::default()))
    }
}
