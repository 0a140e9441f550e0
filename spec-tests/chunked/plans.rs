//! Automatic chunks of what is created, and what is refused because nobody could plan it.

use redpoll::chunked::Chunked;
use redpoll::dense::Dense;
use redpoll::dtype::DType;
use redpoll::error::{Error, MemoryError};
use redpoll::tensor::Tensor;
use redpoll::{Array, Result};

const LONG: usize = 1 << 30;

#[test]
fn created_arrays_are_cut_by_what_their_blocks_store() {
    fn blocks<A: Array>(n: usize, diagonal: isize) -> (usize, usize) {
        let zeros = Chunked::<A>::zeros([n, n], DType::Float64).unwrap();
        let eye = Chunked::<A>::eye(n, n, diagonal, DType::Float64).unwrap();
        (zeros.grid().blocks(), eye.grid().blocks())
    }
    // 16 bytes for each stored element, 8 for each of a dense array, in blocks of at most 2²⁶.
    for (diagonal, stored) in [(0, 10_000_000_usize), (-4_000_000, 6_000_000), (9_999_999, 1)] {
        let expected = (16 * stored).div_ceil(1 << 26);
        assert_eq!(blocks::<Tensor>(10_000_000, diagonal), (1, expected));
    }
    let (zeros, eye) = blocks::<Dense>(10_000, 0);
    assert!(zeros >= 12 && eye == zeros);
    let eye = Chunked::<Tensor>::eye(10_000_000, 10_000_000, 1, DType::Int64).unwrap();
    assert_eq!(eye.index((5, 4..8)).unwrap().to_vec::<i64>().unwrap(), [0, 0, 1, 0]);
}

#[test]
fn what_nobody_could_plan_is_refused_at_once() {
    fn refused<T: std::fmt::Debug>(result: Result<T>, name: &str) {
        match result.unwrap_err() {
            Error::Memory(MemoryError::Plan { op, steps, limit }) => {
                assert_eq!(op, name);
                assert!(steps > limit as u128);
            }
            other => panic!("{name}: {other}"),
        }
    }
    let x = Chunked::<Dense>::zeros([LONG, LONG], DType::Int8).unwrap().rechunk(1 << 12).unwrap();
    assert_eq!(x.grid().blocks(), 1 << 36);
    refused(x.sum(..).unwrap().compute(), "sum");
    refused(x.sum(..).unwrap().explain(), "sum");
    refused(x.persist(), "persist");
    refused(x.any(..).unwrap().to_values(), "any");
    // What is asked for of it is planned as usual.
    assert_eq!(x.index((..10, LONG - 7..)).unwrap().compute().unwrap().shape(), [10, 7]);
    assert_eq!(x.index((.., ..3)).unwrap().index(..5).unwrap().tasks().unwrap(), 1);
}

#[test]
fn an_axis_of_arrays_beyond_memory_is_not_unstacked() {
    let x = Tensor::zeros([1 << 40, 2], DType::Bool).unwrap();
    let error = x.unstack(0).unwrap_err();
    assert!(matches!(&error, Error::Memory(MemoryError::Allocation { op, .. }) if op == "unstack"));
    assert_eq!(x.unstack(1).unwrap().len(), 2);
}
