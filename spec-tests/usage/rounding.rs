//! Arrays that are equal up to rounding, against `approx` on their elements.

use approx::{AbsDiffEq, RelativeEq, UlpsEq, assert_relative_eq};
use proptest::prelude::*;
use redpoll::tensor::{Format, Tensor};
use redpoll::{Array, Dense};

fn number() -> impl Strategy<Value = f64> {
    let special = [0.0, -0.0, 1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300, 5e-324];
    prop_oneof![prop::sample::select(special.to_vec()), -2.0..2.0_f64]
}

fn pairs() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let near = (number(), -8..8_i64)
        .prop_map(|(x, steps)| (x, f64::from_bits(x.to_bits().saturating_add_signed(steps))));
    let small = (number(), -1e-3..1e-3).prop_map(|(x, d)| (x, x + d));
    prop::collection::vec(prop_oneof![near, small, number().prop_map(|x| (x, x))], 6)
}

proptest! {
    #[test]
    fn every_format_as_its_elements(pairs in pairs(), epsilon in prop::sample::select(vec![0.0, 1e-12, 1e-3])) {
        let (left, right): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let single = |values: &[f64]| values.iter().map(|&v| v as f32).collect::<Vec<_>>();
        let (left32, right32) = (single(&left), single(&right));
        let all = |same: &dyn Fn(&f64, &f64) -> bool| left.iter().zip(&right).all(|(a, b)| same(a, b));
        let abs = all(&|a, b| a.abs_diff_eq(b, epsilon));
        let relative = all(&|a, b| a.relative_eq(b, epsilon, 1e-9));
        let ulps = all(&|a, b| a.ulps_eq(b, epsilon, 4));
        let ulps32 = left32.iter().zip(&right32).all(|(a, b)| a.ulps_eq(b, epsilon as f32, 4));
        let dense = |values: &[f64]| Dense::from_values((2, 3), values).unwrap();
        let (a, b) = (dense(&left), dense(&right));
        prop_assert_eq!(a.abs_diff_eq(&b, epsilon), abs);
        prop_assert_eq!(a.t().unwrap().relative_eq(&b.t().unwrap(), epsilon, 1e-9), relative);
        prop_assert_eq!(a.ulps_eq(&b, epsilon, 4), ulps);
        let sparse = |values: &[f64], fill: f64, format: Format| Tensor::from_dense((2, 3), values, fill, &format).unwrap();
        for (a, b) in [
            (sparse(&left, 0.0, Format::csr()), sparse(&right, 0.0, Format::csc())),
            (sparse(&left, 1.0, Format::coo(2)), sparse(&right, 0.0, Format::csr())),
            (sparse(&left, 0.0, Format::dense(2)), sparse(&right, 1.0, Format::csr())),
        ] {
            prop_assert_eq!(a.abs_diff_eq(&b, epsilon), abs);
            prop_assert_eq!(a.relative_eq(&b, epsilon, 1e-9), relative);
            prop_assert_eq!(a.ulps_eq(&b, epsilon, 4), ulps);
        }
        let (a, b) = (Tensor::from_values(6, left32).unwrap(), Tensor::from_values(6, right32).unwrap());
        prop_assert_eq!(a.ulps_eq(&b, epsilon, 4), ulps32);
    }
}

#[test]
fn what_is_not_stored_counts() {
    let eye = Tensor::eye(1_000_000, 1_000_000, 0, redpoll::dtype::DType::Float64).unwrap();
    assert_relative_eq!(&eye * 0.3, 0.1 * &eye * 3);
    assert!(eye.abs_diff_ne(&(&eye + 1e-3), 1e-4));
    assert!(eye.abs_diff_eq(&(&eye + 1e-3), 1e-2));
}

#[test]
fn shapes_and_data_types_must_agree_and_integers_are_exact() {
    let x = Dense::from([1.0, 2.0]);
    assert!(x.abs_diff_ne(&x.reshape((2, 1)).unwrap(), 1.0));
    assert!(x.abs_diff_ne(&Dense::from([1.0_f32, 2.0]), 1.0));
    assert!(Dense::from([1, 2]).abs_diff_ne(&Dense::from([1, 3]), 10.0));
    assert!(Dense::from([true]).relative_eq(&Dense::from([true]), 0.0, 0.0));
}
