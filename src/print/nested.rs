//! Elements in nested brackets.

use super::{Numbers, PrintOptions, scalar};
use crate::dtype::Scalar;
use std::ops::Range;

/// The most elements of an array that is abbreviated: of many axes, fewer are written at their ends.
const ABBREVIATED: u128 = 10_000;
/// The most elements that are written whole, whatever the threshold: what has more would fill the memory with text.
const WHOLE: u128 = 10_000_000;

/// The elements of an array in nested brackets. Lines begin after `prefix` characters, and leave `suffix` free at the end.
/// `None` where even the first and the last elements of every axis are too many.
pub fn nested(
    shape: &[usize],
    options: &PrintOptions,
    (prefix, suffix): (usize, usize),
    element: impl Fn(&[usize]) -> Scalar,
) -> Option<String> {
    if shape.is_empty() {
        return Some(scalar(element(&[]), options));
    }
    if shape.contains(&0) {
        return Some("[]".to_owned());
    }
    let axes = abbreviated(shape, options)?;
    let mut values = Vec::new();
    collect(&axes, &mut vec![], &mut |index| values.push(element(index)));
    let numbers = Numbers::of(&values, options);
    let mut rows = Rows {
        words: values.into_iter().map(|value| numbers.text(value)),
        width: options.line_width.saturating_sub(suffix),
    };
    Some(rows.brackets(&axes, prefix + 1, rows.width))
}

/// The indices that are written of one axis; something lies between the two ranges where the second is not empty.
struct Axis {
    first: Range<usize>,
    last: Range<usize>,
}

/// What is written of each axis.
fn abbreviated(shape: &[usize], options: &PrintOptions) -> Option<Vec<Axis>> {
    let size = |edge: usize| {
        let shown = |&n: &usize| n.min(edge.saturating_mul(2)) as u128;
        shape.iter().map(shown).fold(1_u128, u128::saturating_mul)
    };
    let all = size(usize::MAX);
    let edge = if all <= (options.threshold as u128).min(WHOLE) {
        usize::MAX
    } else {
        let fewer = (1..=options.edge_items).rev();
        fewer.into_iter().find(|&edge| size(edge) <= ABBREVIATED)?
    };
    let axis = |&n: &usize| {
        let whole = n <= edge.saturating_mul(2);
        if whole {
            Axis { first: 0..n, last: n..n }
        } else {
            Axis { first: 0..edge, last: n - edge..n }
        }
    };
    Some(shape.iter().map(axis).collect())
}

/// Calls a function with every index, in row-major order.
fn collect(axes: &[Axis], index: &mut Vec<usize>, f: &mut impl FnMut(&[usize])) {
    let Some((axis, inner)) = axes.split_first() else { return f(index) };
    for i in axis.first.clone().chain(axis.last.clone()) {
        index.push(i);
        collect(inner, index, f);
        index.pop();
    }
}

/// The texts of elements, taken in row-major order.
struct Rows<I> {
    words: I,
    width: usize,
}

impl<I: Iterator<Item = String>> Rows<I> {
    /// The brackets of what is left of the axes, in lines that begin after `indent` characters.
    fn brackets(&mut self, axes: &[Axis], indent: usize, width: usize) -> String {
        let Some((axis, inner)) = axes.split_first() else {
            return self.words.next().unwrap_or_default();
        };
        let gap = (!axis.last.is_empty()).then_some(axis.first.len());
        let count = axis.first.len() + axis.last.len() + usize::from(gap.is_some());
        let mut line =
            Line { text: "[".to_owned(), length: indent, indent, width: width.saturating_sub(1) };
        for k in 0..count {
            let last = k + 1 == count;
            let word = match gap {
                Some(place) if place == k => "...".to_owned(),
                _ => self.brackets(inner, indent + 1, width.saturating_sub(1)),
            };
            if inner.is_empty() {
                line.extend(&word);
                if !last {
                    line.separate();
                }
            } else {
                line.text.push_str(&word);
                if !last {
                    line.text.push(',');
                    line.text.push_str(&"\n".repeat(inner.len()));
                    line.text.extend(std::iter::repeat_n(' ', indent));
                }
            }
        }
        line.text + "]"
    }
}

/// Words in lines.
struct Line {
    text: String,
    /// Characters of the last line.
    length: usize,
    indent: usize,
    width: usize,
}

impl Line {
    /// Adds a word, on a new line where the last would become too long.
    fn extend(&mut self, word: &str) {
        let length = word.chars().count();
        if self.length + length > self.width && self.length > self.indent {
            self.text.truncate(self.text.trim_end().len());
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n(' ', self.indent));
            self.length = self.indent;
        }
        self.text.push_str(word);
        self.length += length;
    }

    fn separate(&mut self) {
        self.text.push_str(", ");
        self.length += 2;
    }
}
