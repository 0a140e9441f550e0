//! Chunked arrays against the same operations on whole arrays, and what the scheduler promises.

mod agree;
mod blocks;
mod plans;
mod pools;
mod runs;

use redpoll::Array;
use redpoll::chunked::Chunked;
use redpoll::dense::Dense;
use redpoll::testing::oracle::Reference;
use redpoll::testing::{Tolerance, agree};

type Blocks = Chunked<Dense>;

/// 0, 1, 2, … of a shape.
fn counting(shape: &[usize]) -> Dense {
    let size: usize = shape.iter().product();
    Dense::from_values(shape, (0..size).map(|k| k as f64).collect::<Vec<_>>()).unwrap()
}

/// Whether both have the same shape, data type and elements, floats up to rounding.
fn assert_close(got: &Dense, expected: &Dense, context: &str) {
    let tolerance = Tolerance { ulps: 80.0, absolute: 80.0, zero_signs: false };
    if let Err(error) = agree(got, &Reference::of(expected).unwrap(), tolerance) {
        panic!("{context}: {error}\n{got:?}\n{expected:?}");
    }
}
