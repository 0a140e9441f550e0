//! Against numbers written by hand and the operations of `ndarray`.

use super::Dense;
use crate::Array;
use crate::dtype::{Complex128, DType};
use crate::error::{Error, ShapeError};
use crate::kernels::samples::on_threads;
use crate::standard::{Axes, Ix};
use ndarray::{Array2, Array3, ArrayD, Axis, array, s};

/// 0, 1, 2, … of shape 2 × 3 × 4.
fn cube() -> (Array3<f64>, Dense) {
    let array = Array3::from_shape_vec((2, 3, 4), (0..24).map(f64::from).collect()).unwrap();
    let dense = Dense::from(&array);
    (array, dense)
}

fn same(dense: &Dense, expected: impl Into<ArrayD<f64>>) {
    assert_eq!(dense.to_ndarray::<f64>().unwrap(), expected.into());
    // What the strides say is what the elements in order are.
    let again = Dense::from_values(dense.meta().shape.clone(), dense.to_values().unwrap()).unwrap();
    assert_eq!(again.view::<f64>(), dense.view::<f64>());
}

#[test]
fn views_share_the_memory() {
    let (array, dense) = cube();
    let permuted = dense.permute_dims(&[2, 0, 1]).unwrap();
    same(&permuted, array.clone().permuted_axes([2, 0, 1]).into_dyn());
    let part = permuted.index((Ix::step(.., -2), 1, 1..)).unwrap();
    same(&part, array.slice(s![1, 1.., ..;-2]).reversed_axes().to_owned().into_dyn());
    let wide = part.expand_dims(0).unwrap().broadcast_to([5, 2, 2]).unwrap();
    same(&wide, part.to_ndarray::<f64>().unwrap().broadcast(vec![5, 2, 2]).unwrap().to_owned());
    let flipped = wide.flip([1, 2]).unwrap().squeeze([0_usize; 0]).unwrap();
    same(
        &flipped,
        wide.to_ndarray::<f64>().unwrap().slice(s![.., ..;-1, ..;-1]).to_owned().into_dyn(),
    );
    let (whole, view) = (dense.view::<f64>().unwrap(), flipped.view::<f64>().unwrap());
    let memory = whole.as_slice().unwrap().as_ptr_range();
    assert!(memory.contains(&std::ptr::from_ref(&view[[0, 0, 0]])));
    // Of the memory only what the part spans is referred to: from (1, 1, 1) to (1, 2, 3).
    assert_eq!(part.footprint().stored, 7);
}

#[test]
fn reshapes_copy_only_what_is_out_of_order() {
    let (array, dense) = cube();
    let flat = dense.reshape([6, -1]).unwrap();
    assert!(flat.to_values().unwrap().ptr_eq(&dense.to_values().unwrap()));
    let transposed = dense.t().unwrap();
    same(
        &transposed.reshape([3, 8]).unwrap(),
        array.t().as_standard_layout().to_owned().into_shape_with_order(vec![3, 8]).unwrap(),
    );
    let thin = transposed.expand_dims(1).unwrap();
    assert_eq!(thin.shape(), [4, 1, 3, 2]);
    assert!(thin.values.ptr_eq(&dense.values));
    same(&thin.squeeze(1).unwrap(), array.t().to_owned().into_dyn());
}

#[test]
fn memory_of_ndarray_is_taken_over_in_any_order() {
    let array = Array2::from_shape_vec((3, 4), (0..12).map(f64::from).collect()).unwrap();
    let address = array.as_ptr();
    let mut part = array.clone();
    part.slice_collapse(s![1..;-1, ..;2]);
    let dense = Dense::from_ndarray(part.clone());
    same(&dense, part.into_dyn());
    let dense = Dense::from_ndarray(array.reversed_axes());
    assert_eq!(dense.values.as_slice::<f64>().unwrap().as_ptr(), address);
    assert_eq!(dense.index((3, 1)).unwrap().item().unwrap(), 7.0.into());
    assert_eq!(Dense::from_ndarray(Array2::<u8>::zeros((0, 3))).shape(), [0, 3]);
}

#[test]
fn maps_broadcast_convert_and_keep_the_order_in_memory() {
    let (array, dense) = cube();
    let column = Dense::from_values([3, 1], vec![1_i32, 2, 3]).unwrap();
    let expected = &array + &array![[1.0], [2.0], [3.0]];
    same(&(&dense + &column), expected.clone().into_dyn());
    let transposed = dense.t().unwrap();
    let sum = &transposed + &column;
    assert_eq!(sum.strides, transposed.strides);
    same(&sum, (array.t().to_owned() + array![[1.0], [2.0], [3.0]]).into_dyn());
    let halves = dense.flip(..).unwrap().multiply(0.5).unwrap();
    same(&halves, (array.slice(s![..;-1, ..;-1, ..;-1]).to_owned() * 0.5).into_dyn());
    let ints = dense.astype(DType::UInt8).unwrap().divide(2_u8).unwrap();
    same(&ints, (array * 0.5).into_dyn());
    // The same value everywhere stays stored once.
    let ones = Dense::ones([1000, 1000], DType::Float64).unwrap();
    assert_eq!((&ones * 3.0).add(&ones).unwrap().footprint().stored, 1);
}

#[test]
fn tiles_of_every_kind_of_shape() {
    // Longer than a tile along the first, a middle and the last axis.
    for shape in [[40_000, 1, 2], [3, 20_000, 2], [2, 3, 20_000], [300, 300, 1]] {
        let size: usize = shape.iter().product();
        let ramp = Dense::arange(0, size, 1, DType::Float64).unwrap();
        let x = ramp.reshape(shape.map(|n| n as isize)).unwrap();
        let row = ramp.index(..shape[2]).unwrap();
        let reference = x.to_ndarray::<f64>().unwrap() - row.to_ndarray::<f64>().unwrap();
        same(&(&x - &row), reference.clone());
        same(&(&x.flip(1).unwrap() - &row), {
            let flipped = x.flip(1).unwrap().to_ndarray::<f64>().unwrap();
            flipped - row.to_ndarray::<f64>().unwrap()
        });
    }
}

#[test]
fn products() {
    let (array, dense) = cube();
    let (a, b) = (array.index_axis(Axis(0), 0), array.index_axis(Axis(0), 1));
    let t = dense.matrix_transpose().unwrap();
    let product = dense.matmul(&t).unwrap();
    assert_eq!(product.shape(), [2, 3, 3]);
    same(&product.index(0).unwrap(), a.dot(&a.t()).into_dyn());
    same(&product.index(1).unwrap(), b.dot(&b.t()).into_dyn());
    // Σ over axes 0 and 2 against themselves: a aᵀ + b bᵀ.
    let gram = dense.tensordot_axes(&dense, &[0, 2], &[0, 2]).unwrap();
    same(&gram, (a.dot(&a.t()) + b.dot(&b.t())).into_dyn());
    let outer =
        dense.index((0, 0)).unwrap().tensordot(&dense.index((0, .., 1)).unwrap(), 0).unwrap();
    same(&outer, array![[0., 0., 0.], [1., 5., 9.], [2., 10., 18.], [3., 15., 27.]].into_dyn());
    let i = Complex128::new(0.0, 1.0);
    let z = Dense::from_values([2], vec![i, 2.0 * i]).unwrap();
    assert_eq!(z.vecdot(&z, -1).unwrap().item().unwrap(), Complex128::new(5.0, 0.0).into());
    let empty = Dense::zeros([3, 0], DType::Int8).unwrap();
    assert_eq!(empty.matmul(&empty.t().unwrap()).unwrap().to_vec::<i8>().unwrap(), [0; 9]);
    let wide = Dense::from_values([1, 2], vec![200_u8, 100]).unwrap();
    assert_eq!(
        wide.matmul(&wide.t().unwrap()).unwrap().to_vec::<u8>().unwrap(),
        [(50_000 % 256) as u8]
    );
}

#[test]
fn joins_and_selections() {
    let (array, dense) = cube();
    let t = dense.index(0).unwrap();
    let joined = Dense::concat(&[&t, &t.astype(DType::Int8).unwrap()], 1).unwrap();
    let a = array.index_axis(Axis(0), 0);
    same(&joined, ndarray::concatenate![Axis(1), a, a].into_dyn());
    same(&dense.take(&[-1, 0, -1], 2).unwrap(), array.select(Axis(2), &[3, 0, 3]).into_dyn());
    assert_eq!(dense.take(&[0_i64; 0], 1).unwrap().shape(), [2, 0, 4]);
    let rolled = t.roll(-1, 0).unwrap();
    same(&rolled, array![[4., 5., 6., 7.], [8., 9., 10., 11.], [0., 1., 2., 3.]].into_dyn());
    same(
        &Dense::eye(2, 3, 1, DType::Float64).unwrap(),
        array![[0., 1., 0.], [0., 0., 1.]].into_dyn(),
    );
}

#[test]
fn reductions() {
    let (array, dense) = cube();
    same(&dense.sum(1).unwrap(), array.sum_axis(Axis(1)).into_dyn());
    same(&dense.t().unwrap().sum([0, 2]).unwrap(), array![60., 92., 124.].into_dyn());
    same(
        &dense.mean(Axes::from(-1).keep()).unwrap(),
        array.mean_axis(Axis(2)).unwrap().insert_axis(Axis(2)).into_dyn(),
    );
    same(&dense.flip(..).unwrap().max([0, 1]).unwrap(), array![23., 22., 21., 20.].into_dyn());
    same(&dense.var(0, 1.0).unwrap(), array.var_axis(Axis(0), 1.0).into_dyn());
    let (mean, var) = {
        let mut both =
            dense.reduce(crate::standard::Reduction::MeanVar { correction: 0.0 }, ..).unwrap();
        let var = both.pop().unwrap();
        (both.pop().unwrap(), var)
    };
    assert_eq!(mean.item().unwrap(), 11.5.into());
    // (n² − 1) / 12
    assert!((var.item().unwrap().to::<f64>() - 575.0 / 12.0).abs() < 1e-12);
    let x = Dense::from_values([2, 3], vec![3_i16, -1, 3, -1, 7, -1]).unwrap();
    assert_eq!(x.argmax(0).unwrap().to_vec::<i64>().unwrap(), [0, 1, 0]);
    assert_eq!(x.argmin(..).unwrap().item().unwrap(), 1_i64.into());
    assert_eq!(x.prod(1).unwrap().to_vec::<i64>().unwrap(), [-9, 7]);
    assert_eq!(x.t().unwrap().count_nonzero(1).unwrap().to_vec::<i64>().unwrap(), [2, 2, 2]);
    let none = Dense::zeros([0, 2], DType::Bool).unwrap();
    assert_eq!(none.all(0).unwrap().to_vec::<bool>().unwrap(), [true, true]);
    assert_eq!(none.sum(..).unwrap().item().unwrap(), 0_i64.into());
    assert!(none.mean(0).unwrap().to_vec::<f64>().unwrap().iter().all(|x| x.is_nan()));
    // The same value everywhere, stored once.
    let ones = Dense::ones([3, 4, 5], DType::UInt8).unwrap();
    assert_eq!(ones.sum([0, 2]).unwrap().to_vec::<u64>().unwrap(), [15; 4]);
    assert_eq!(ones.sum([0_usize; 0]).unwrap().to_vec::<u64>().unwrap(), [1; 60]);
}

#[test]
fn what_cannot_be_addressed_is_an_error() {
    let one = Dense::ones([1], DType::Float64).unwrap();
    let huge = one.broadcast_to([1 << 40]).unwrap();
    assert_eq!(huge.footprint().bytes, 8);
    for result in [
        one.broadcast_to([usize::MAX]).map(drop),
        Dense::zeros([usize::MAX, 2, 0], DType::Bool).map(drop),
        Dense::eye(1 << 31, 1 << 31, 0, DType::Float64).map(drop),
        huge.broadcast_to([1 << 21, 1 << 40]).unwrap().to_values().map(drop),
    ] {
        assert!(matches!(result, Err(Error::Shape(ShapeError::TooLarge { .. }))), "{result:?}");
    }
    assert!(one.to_ndarray::<f32>().is_err());
}

#[test]
fn text() {
    let x = Dense::from_values([2, 2], vec![1.5, 2.0, -0.0, f64::NAN]).unwrap();
    assert_eq!(x.to_string(), "[[ 1.5,  2. ],\n [-0. ,  NaN]]");
    assert_eq!(format!("{x:?}"), "Dense [2, 2] float64");
}

#[cfg(feature = "serde")]
#[test]
fn serialised_data_is_checked() {
    let (_, dense) = cube();
    let text = serde_json::to_string(&dense.index((0, .., 1)).unwrap()).unwrap();
    assert_eq!(text, r#"{"shape":[3],"values":{"Float64":[1.0,5.0,9.0]}}"#);
    let back: Dense = serde_json::from_str(&text).unwrap();
    assert_eq!(back.to_values().unwrap(), vec![1.0, 5.0, 9.0].into());
    assert!(serde_json::from_str::<Dense>(&text.replace('3', "4")).is_err());
}

#[test]
fn the_bits_do_not_depend_on_the_number_of_threads() {
    let run = |threads: usize| {
        on_threads(threads, || {
            let x = Dense::arange(0, 120_000, 1, DType::Float64).unwrap().multiply(0.1).unwrap();
            let x = x.sin().unwrap().reshape([300, 400]).unwrap();
            let results = [
                x.sum(..).unwrap(),
                x.var(0, 0.0).unwrap(),
                x.t().unwrap().mean(0).unwrap(),
                x.t().unwrap().matmul(&x).unwrap(),
                x.multiply(&x.index(7).unwrap()).unwrap(),
            ];
            results.map(|r| r.to_values().unwrap())
        })
    };
    assert_eq!(run(1), run(3));
}
