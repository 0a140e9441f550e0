//! Dense arrays, by the order of their elements in memory.

use redpoll::standard::Ix;
use redpoll::{Array, Result, buffer::Values, dense::Dense};

fn row_major(shape: &[usize], values: Values) -> Result<Dense> {
    Dense::from_values(shape, values)
}

fn column_major(shape: &[usize], values: Values) -> Result<Dense> {
    let lengths: Vec<usize> = shape.iter().rev().copied().collect();
    let order = Dense::from_values(shape, values)?.t()?.to_values()?;
    Dense::from_values(lengths, order)?.t()
}

/// Backwards, with other elements between.
fn strided(shape: &[usize], values: Values) -> Result<Dense> {
    let there = Dense::from_values(shape, values)?.flip(..)?;
    let wide = (0..shape.len()).try_fold(there, |a, axis| a.repeat(2, axis as isize))?;
    wide.index(vec![Ix::step(.., -2); shape.len()].as_slice())
}

redpoll::conformance!(in_rows, row_major);
redpoll::conformance!(in_columns, column_major);
redpoll::conformance!(with_strides, strided);
