//! A caller's function on elements, against the same function on a vector.

use redpoll::dtype::DType;
use redpoll::error::ChunkError;
use redpoll::tensor::{Format, Tensor};
use redpoll::{Array, Chunked, Dense, Error, Lazy};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn values() -> Vec<f64> {
    (0..35).map(|k| f64::from(if k % 3 == 0 { k - 17 } else { 0 }) / 2.0).collect()
}

fn rounded(v: f64) -> i32 {
    (v * v).floor() as i32 - 3
}

fn check<A: Array>(x: &A) {
    let want: Vec<i32> = x.to_vec::<f64>().unwrap().into_iter().map(rounded).collect();
    let got = x.map_values(rounded).unwrap();
    assert_eq!((got.shape(), got.dtype()), (x.shape(), DType::Int32));
    assert_eq!(got.to_vec::<i32>().unwrap(), want);
    let error = x.map_values(|v: i64| v).unwrap_err().to_string();
    assert!(error.starts_with("map_values: data type float64"), "{error}");
}

#[test]
fn of_every_kind_of_array() {
    let dense = Dense::from_values((5, 7), values()).unwrap();
    check(&dense);
    check(&dense.t().unwrap());
    check(&dense.index((1.., redpoll::standard::Ix::step(.., -2))).unwrap());
    check(&Dense::full((3, 4), 2.5).unwrap());
    check(&Dense::zeros((3, 0), DType::Float64).unwrap());
    check(&Lazy::new(dense.clone()).multiply(3).unwrap());
    check(&Chunked::from_array(&dense, [2, 3]).unwrap().add(1).unwrap());
    for format in [
        "dense(sparse(element))",
        "coo2(element)",
        "dense(dense(element))",
        "sparse(runs(element))",
    ] {
        for fill in [0.0, 1.5] {
            let format: Format = format.parse().unwrap();
            let x = Tensor::from_dense((5, 7), values(), fill, &format).unwrap();
            check(&x);
            let y = x.map_values(rounded).unwrap();
            assert!(y.same_pattern(&x), "{format}");
            assert_eq!(y.fill(), rounded(fill).into());
            check(&Chunked::from_array(&x, [2, 3]).unwrap());
        }
    }
    check(&Tensor::full((3, 4), 2.5).unwrap());
}

#[test]
fn of_a_leaf_without_values() {
    let x = Tensor::from_values((2, 2), [0.0, 1.0, 2.0, 0.0]).unwrap();
    let mask = x.greater(0).unwrap().to_format(&"dense(sparse(pattern))".parse().unwrap()).unwrap();
    let y = mask.map_values(|v: bool| if v { 7_u8 } else { 2 }).unwrap();
    assert_eq!(y.to_vec::<u8>().unwrap(), [2, 7, 7, 2]);
}

#[test]
fn a_panic_is_an_error_of_chunked_arrays_and_passes_through_others() {
    let dense = Dense::from_values((5, 7), values()).unwrap();
    let picky = |v: f64| if v > 5.0 { panic!("{v} is too much") } else { v };
    let error =
        Chunked::from_array(&dense, 2).unwrap().map_values(picky).unwrap().compute().unwrap_err();
    let Error::Chunk(ChunkError::Task { source, .. }) = &error else { panic!("{error:?}") };
    let Error::Chunk(ChunkError::User { name, message }) = &**source else { panic!("{error:?}") };
    assert_eq!((name.as_str(), message.ends_with("is too much")), ("map_values", true));
    assert!(catch_unwind(AssertUnwindSafe(|| dense.map_values(picky))).is_err());
}
