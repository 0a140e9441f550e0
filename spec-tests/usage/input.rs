//! Shapes, values and triplets in the forms that callers have them in.

use proptest::prelude::*;
use redpoll::buffer::Values;
use redpoll::dtype::DType;
use redpoll::tensor::{CooBuilder, Duplicates, Format, Tensor};
use redpoll::{Array, Chunked, Dense};

#[test]
fn a_shape_in_any_form() {
    let zeros = Dense::zeros([2, 3], DType::Int8).unwrap();
    let list = vec![2, 3];
    for other in [
        Dense::zeros((2, 3), DType::Int8),
        Dense::zeros([2, 3], DType::Int8),
        Dense::zeros(&list, DType::Int8),
        Dense::zeros(list.as_slice(), DType::Int8),
        Dense::zeros(zeros.shape(), DType::Int8),
        Dense::zeros(&zeros.meta().shape, DType::Int8),
        Dense::zeros(6, DType::Int8).and_then(|x| x.reshape((2, -1))),
        Dense::zeros([6], DType::Int8).and_then(|x| x.reshape([-1, 3])),
        Dense::zeros(3, DType::Int8).and_then(|x| x.broadcast_to((2, 3))),
        Dense::zeros((1, 3), DType::Int8).and_then(|x| x.tile((2, 1))),
    ] {
        assert_eq!(other.unwrap(), zeros);
    }
    let t = Tensor::from_dense((2, 2), [1, 0, 0, 2], 0, &Format::csr()).unwrap();
    assert_eq!(t.get((1, 1)).unwrap(), 2.into());
    assert_eq!(Tensor::from_csr((2, 2), [0, 1, 2], [0, 1], [1, 2], Duplicates::Error).unwrap(), t);
    let coo =
        Tensor::from_coo((2, 2), [[0, 1], [0, 1]], [1, 2], 0, Duplicates::Error, &Format::coo(2));
    assert_eq!(coo.unwrap(), t);
    let blocks = Chunked::from_blocks(vec![t.clone(), t.clone()], (1, 2)).unwrap();
    assert_eq!(blocks.block((0, 1)).unwrap().compute().unwrap(), t);
}

#[test]
fn values_in_any_form() {
    let want = Dense::from_values(3, vec![1_u16, 2, 3]).unwrap();
    let list = vec![1_u16, 2, 3];
    let collected: Values = list.iter().copied().collect();
    for values in [
        Values::from([1_u16, 2, 3]),
        Values::from(&[1_u16, 2, 3]),
        Values::from(&list),
        Values::from(list.as_slice()),
        collected,
    ] {
        assert_eq!(Dense::from_values(3, values).unwrap(), want);
    }
    assert_eq!(Dense::from([1_u16, 2, 3]), want);
    assert_eq!(Dense::from(list), want);
}

#[test]
fn equal_arrays_have_the_same_elements_whatever_holds_them() {
    let values = [0.0, 1.0, f64::NAN, 0.0];
    let csr = Tensor::from_dense((2, 2), values, 0.0, &Format::csr()).unwrap();
    let dense = Tensor::from_dense((2, 2), values, 1.0, &Format::dense(2)).unwrap();
    assert_eq!(csr, dense);
    assert_ne!(csr, dense.reshape(4).unwrap());
    assert_ne!(csr, dense.assign((0, 0), 5).unwrap());
    assert_ne!(Dense::from([1.0]), Dense::from([1.0_f32]));
    let x = Dense::from_values((2, 3), [1, 2, 3, 4, 5, 6]).unwrap();
    assert_eq!(x.t().unwrap(), Dense::from_values((3, 2), [1, 4, 2, 5, 3, 6]).unwrap());
}

proptest! {
    #[test]
    fn built_one_by_one_or_all_at_once(
        elements in prop::collection::vec(((0..3_usize, 0..4_usize, 0..2_usize), -9..9_i32), 0..40),
        fill in -1..1_i32,
        format in prop::sample::select(vec!["coo3(element)", "sparse(sparse(sparse(element)))[2,0,1]", "dense(dense(dense(element)))"]),
        duplicates in prop::sample::select(vec![Duplicates::Sum, Duplicates::Last]),
    ) {
        let mut all = vec![None; 24];
        for &((i, j, k), v) in &elements {
            let element: &mut Option<i32> = &mut all[8 * i + 2 * j + k];
            *element = Some(v + if duplicates == Duplicates::Sum { element.unwrap_or(0) } else { 0 });
        }
        let mut builder = CooBuilder::new((3, 4, 2)).fill(fill);
        builder.push_all(elements).unwrap();
        let built = builder.build(duplicates, &format.parse().unwrap()).unwrap();
        let want: Vec<i32> = all.into_iter().map(|v| v.unwrap_or(fill)).collect();
        prop_assert_eq!(built.to_vec::<i32>().unwrap(), want);
    }
}

#[test]
fn a_builder_names_the_position() {
    let mut builder = CooBuilder::new((2, 3));
    builder.push((1, 2), 1.0).unwrap();
    let error = builder.push((1, 3), 2.0).unwrap_err().to_string();
    assert_eq!(error, "push: coordinates: position 1 holds [1, 3]: is outside shape [2, 3]");
    assert!(builder.push([0, 0, 0], 2.0).is_err());
    assert!(builder.push_all([((0, 0), 1.0), ((2, 0), 1.0)]).is_err());
    assert_eq!(builder.len(), 2);
    builder.push((1, 2), 3.0).unwrap();
    let error = builder.clone().build(Duplicates::Error, &Format::csr()).unwrap_err().to_string();
    assert!(error.contains("position 2 holds [1, 2]"), "{error}");
    let sum = builder.build(Duplicates::Sum, &Format::csr()).unwrap();
    assert_eq!(sum.get((1, 2)).unwrap(), 4.0.into());
}
