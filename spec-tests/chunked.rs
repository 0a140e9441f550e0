//! Chunked arrays against the same operations on whole arrays, and what the scheduler promises.

mod agree;
mod blocks;
mod runs;

use redpoll::Array;
use redpoll::chunked::Chunked;
use redpoll::dense::Dense;
use redpoll::dtype::{Complex128, DType, Kind};

type Blocks = Chunked<Dense>;

/// 0, 1, 2, … of a shape.
fn counting(shape: &[usize]) -> Dense {
    let size: usize = shape.iter().product();
    Dense::from_values(shape, (0..size).map(|k| k as f64).collect::<Vec<_>>()).unwrap()
}

/// Whether both have the same shape, data type and elements, floats up to rounding.
fn assert_close(got: &Dense, expected: &Dense, context: &str) {
    assert_eq!(got.meta(), expected.meta(), "{context}");
    let tolerance = match expected.dtype() {
        DType::Float32 | DType::Complex64 => 1e-5,
        _ => 1e-11,
    };
    let numbers = |array: &Dense| -> Vec<Complex128> {
        let values = array.to_values().unwrap();
        (0..values.len()).map(|k| values.get(k).to()).collect()
    };
    let exact = !matches!(expected.dtype().kind(), Kind::Float | Kind::Complex);
    for (k, (g, e)) in numbers(got).into_iter().zip(numbers(expected)).enumerate() {
        let close = |g: f64, e: f64| {
            g == e || g.is_nan() && e.is_nan() || (g - e).abs() <= tolerance * (1.0 + e.abs())
        };
        let same = if exact { g == e } else { close(g.re, e.re) && close(g.im, e.im) };
        assert!(same, "{context}: element {k} is {g}, not {e}\n{got:?}\n{expected:?}");
    }
}
