//! Random tensors for the engine's property tests.

use crate::buffer::Values;
use crate::dtype::{DType, Kind, Scalar};
use crate::kernels::samples::{self, Random};
use crate::tensor::{Duplicates, Format, LeafKind, LevelKind, Tensor};
use crate::with_dtype;
use proptest::prelude::*;

/// Any data type.
pub(super) fn dtype() -> impl Strategy<Value = DType> {
    proptest::sample::select(DType::ALL.to_vec())
}

/// A tensor of a data type with up to four axes, in any format and with any fill.
pub(super) fn tensor(dtype: DType) -> impl Strategy<Value = Tensor> {
    proptest::collection::vec(prop_oneof![1 => 0..=1_usize, 9 => 2..=5_usize], 0..=4)
        .prop_flat_map(move |shape| tensor_of(shape, dtype))
}

/// A tensor of a shape, in any format and with any fill.
pub(super) fn tensor_of(shape: Vec<usize>, dtype: DType) -> impl Strategy<Value = Tensor> {
    let size = shape.iter().product::<usize>();
    let value = prop_oneof![20 => -3.0..4.0, 3 => Just(0.0), 2 => Just(-0.0)].prop_map(f64::round);
    let special = prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)];
    let wild = prop_oneof![30 => value.clone(), 1 => special.clone()];
    let values = prop_oneof![
        4 => proptest::collection::vec(value, size),
        1 => proptest::collection::vec(wild, size),
    ];
    let fill =
        prop_oneof![6 => Just(0.0), 2 => Just(1.0), 2 => Just(-2.0), 1 => Just(-0.0), 1 => special];
    let stored = prop_oneof![Just(0.1), Just(0.5), Just(1.0)]
        .prop_flat_map(move |p| proptest::collection::vec(proptest::bool::weighted(p), size));
    (format(shape.len()), fill, values, stored).prop_map(move |(format, fill, values, stored)| {
        // As an integer, an infinity would be so large that a contraction with floats loses all else.
        let fill = if dtype.is_integer() && fill.is_infinite() { 3.0 } else { fill };
        let fill = Scalar::from(fill).cast(dtype);
        let value = |(&v, &stored): (&f64, &bool)| if stored { scalar(v, dtype) } else { fill };
        let values: Vec<Scalar> = values.iter().zip(&stored).map(value).collect();
        let values: Values =
            with_dtype!(dtype, T => values.iter().map(|v| v.to::<T>()).collect::<Vec<T>>().into());
        let build = |format: &Format| Tensor::from_dense(&shape, values.clone(), fill, format);
        build(&format)
            .or_else(|_| build(&format.with_leaf(LeafKind::Element)))
            .expect("a format for the shape")
    })
}

/// A number of a data type; of a complex type with an imaginary part.
fn scalar(number: f64, dtype: DType) -> Scalar {
    if dtype.real() == dtype || !number.is_finite() {
        return Scalar::from(number).cast(dtype);
    }
    Scalar::from(crate::dtype::Complex128::new(number, 2.0 - number)).cast(dtype)
}

/// Any nesting of levels over any leaf, in any order.
fn format(ndim: usize) -> impl Strategy<Value = Format> {
    let kinds = proptest::collection::vec(0..6_usize, ndim);
    let order = Just((0..ndim).collect::<Vec<_>>()).prop_shuffle();
    let leaf = prop_oneof![
        8 => Just(LeafKind::Element),
        1 => Just(LeafKind::Pattern),
        1 => Just(LeafKind::Iso),
    ];
    (kinds, order, leaf).prop_map(move |(kinds, order, leaf)| {
        let mut levels = Vec::new();
        let mut covered = 0;
        for kind in kinds {
            let kind = match kind {
                0 => LevelKind::Dense,
                1 => LevelKind::Bitmap,
                2 => LevelKind::Runs,
                3 => LevelKind::Coo(2),
                _ => LevelKind::Sparse,
            };
            let kind = if kind.ndim() > ndim - covered { LevelKind::Sparse } else { kind };
            covered += kind.ndim();
            levels.push(kind);
            if covered == ndim {
                break;
            }
        }
        Format::new(levels, leaf, &order).expect("levels that cover the dimensions")
    })
}

/// How much further apart indices are in a [`spread`] tensor.
pub(super) const STEP: usize = 1_000_003;

/// The stored elements with all indices times [`STEP`], in axes that much longer, over a fill of 0.
pub(super) fn spread(tensor: &Tensor, format: &Format) -> Tensor {
    let coordinates = tensor.to_format(&Format::coo(tensor.ndim())).unwrap();
    let coordinates = coordinates.pattern().coordinates().unwrap();
    let shape: Vec<usize> = tensor.shape().iter().map(|n| n * STEP).collect();
    let index: Vec<Vec<u64>> = coordinates
        .index()
        .iter()
        .map(|column| column.iter().map(|i| (i * STEP) as u64).collect())
        .collect();
    let values = tensor.to_format(&Format::coo(tensor.ndim())).unwrap().values().unwrap();
    let fill = Scalar::zero(tensor.dtype());
    Tensor::from_coo(&shape, index, values, fill, Duplicates::Error, format).unwrap()
}

/// Whether a number is as expected: exactly, but for the rounding of floats and the sign of zero.
pub(super) fn close(got: Scalar, expected: Scalar) -> bool {
    let eps = if got.dtype().real() == DType::Float32 { 1e-4 } else { 1e-9 };
    // The parts of an infinite product of complex numbers depend on how it is grouped.
    let infinite = got.dtype().kind() == Kind::Complex && !got.is_finite() && !expected.is_finite();
    infinite || samples::close(got, expected, eps, 1.0)
}

/// A matrix with values here and there.
pub(super) fn scattered(rows: usize, columns: usize, stored: usize) -> Tensor {
    let mut random = Random(1);
    let places = [rows, columns].map(|n| (0..stored).map(|_| random.below(n)).collect::<Vec<_>>());
    let values: Vec<f64> = (0..stored).map(|k| 1.0 + (k % 17) as f64 / 3.0).collect();
    let format = Format::coo(2);
    Tensor::from_coo([rows, columns], places, values, 0.0, Duplicates::Last, &format).unwrap()
}
