//! Scans and orders of tensors: as those of their dense form, and no larger than what is stored.

use crate::engine::samples::{dtype, tensor, tensor_of};
use crate::engine::{Family, Options, with_options};
use crate::error::MemoryError;
use crate::standard::{Op, Order, Scan, ScanKind};
use crate::tensor::{Duplicates, Format, Tensor};
use crate::{Array, Error};
use proptest::prelude::*;

/// Every operation of both classes along an axis.
fn along(axis: usize) -> Vec<Op> {
    let scans = [ScanKind::Sum, ScanKind::Prod].map(|kind| Scan { kind, axis }.into());
    let orders = [false, true].into_iter().flat_map(|descending| {
        [Order::Sort { axis, descending }, Order::ArgSort { axis, descending }].map(Op::from)
    });
    scans.into_iter().chain(orders).collect()
}

fn dense(t: &Tensor) -> Tensor {
    t.to_format(&Format::dense(t.ndim())).unwrap()
}

proptest! {
    #[test]
    fn as_of_the_dense_form(t in dtype().prop_flat_map(tensor), axis in 0..4_usize, f in 0..Family::ALL.len()) {
        prop_assume!(axis < t.ndim());
        for op in along(axis) {
            let want = Tensor::apply_one(op.clone(), &[&dense(&t)]).unwrap();
            let got = Tensor::apply_one(op.clone(), &[&t]).unwrap();
            // What a scan has come to is a NaN of either sign.
            let same = |got: &Tensor| match op {
                Op::Scan(_) => {
                    let (got, want) = (got.to_values().unwrap(), want.to_values().unwrap());
                    (0..want.len()).all(|k| crate::engine::samples::close(got.get(k), want.get(k)))
                }
                _ => got.same_bits(&want).unwrap(),
            };
            prop_assert!(same(&got), "{op}: {got:?} {want:?}");
            let family = Family::ALL[f];
            let options = Options { format: Some(family), ..Options::current() };
            let got = with_options(options, || Tensor::apply_one(op.clone(), &[&t])).unwrap();
            prop_assert_eq!(got.format(), family.format(t.ndim()));
            prop_assert!(same(&got), "{op} as {family}: {got:?} {want:?}");
        }
    }

    #[test]
    fn vectors_and_sets(
        (t, v) in dtype().prop_flat_map(|d| (tensor(d), (0..9_usize).prop_flat_map(move |n| tensor_of(vec![n], d)))),
    ) {
        let sorted = v.sort(0, false).unwrap();
        for right in [false, true] {
            let got = sorted.searchsorted(&t, right, None).unwrap();
            let want = dense(&sorted).searchsorted(&dense(&t), right, None).unwrap();
            prop_assert!(got.same_bits(&want).unwrap());
            prop_assert!(got.same_pattern(&t));
        }
        prop_assert!(v.nonzero().unwrap()[0].same_bits(&dense(&v).nonzero().unwrap()[0]).unwrap());
        let (got, want) = (t.unique_all().unwrap(), dense(&t).unique_all().unwrap());
        prop_assert!(got.values.same_bits(&want.values).unwrap());
        prop_assert!(got.indices.same_bits(&want.indices).unwrap());
        prop_assert!(got.inverse_indices.same_bits(&want.inverse_indices).unwrap());
        prop_assert!(got.counts.same_bits(&want.counts).unwrap());
    }
}

const LONG: usize = 1 << 40;

/// Three rows, of which the second is empty, far longer than what could be stored.
fn long() -> Tensor {
    let (rows, columns) = (vec![0_u64, 0, 0, 2], vec![5_u64, 1 << 20, 1 << 30, 7]);
    let values = vec![4.0, -1.0, 4.0, 0.5];
    Tensor::from_coo([3, LONG], [rows, columns], values, 0.0, Duplicates::Error, &Format::coo(2))
        .unwrap()
}

#[test]
fn what_is_not_stored_costs_nothing() {
    let x = long();
    let sorted = x.sort(1, false).unwrap();
    assert_eq!(sorted.stored(), 4);
    let at = |t: &Tensor, i, j| t.get([i, j]).unwrap().to::<f64>();
    assert_eq!([0, 1, LONG - 2, LONG - 1].map(|j| at(&sorted, 0, j)), [-1.0, 0.0, 4.0, 4.0]);
    assert_eq!(at(&x.sort(-1, true).unwrap(), 0, LONG - 1), -1.0);

    let sums = x.cumulative_sum(1, false).unwrap();
    assert!(sums.bytes() < 1000 && sums.format().to_string() == "sparse(runs(element))");
    let columns = [4, 5, 1 << 20, (1 << 30) - 1, LONG - 1];
    assert_eq!(columns.map(|j| at(&sums, 0, j)), [0.0, 4.0, 3.0, 3.0, 7.0]);
    assert_eq!((at(&sums, 1, LONG - 1), at(&sums, 2, LONG - 1)), (0.0, 0.5));
    let ones = x.add(1.0).unwrap().cumulative_prod(1, false).unwrap();
    assert_eq!(columns.map(|j| at(&ones, 0, j)), [1.0, 5.0, 0.0, 0.0, 0.0]);
    // A product is 0 from the first element that is not stored.
    let products = |t: Tensor| t.index((.., 5..)).unwrap().cumulative_prod(1, false).unwrap();
    let (first, signed) = (products(x.abs().unwrap()), products(x.clone()));
    assert_eq!((first.stored(), at(&first, 0, 0), at(&first, 0, 1)), (1, 4.0, 0.0));
    assert!(signed.bytes() < 1000 && at(&signed, 0, LONG - 6).is_sign_negative());

    let places: Vec<Vec<i64>> = x.nonzero().unwrap().iter().map(|i| i.to_vec().unwrap()).collect();
    assert_eq!(places, [vec![0, 0, 0, 2], vec![5, 1 << 20, 1 << 30, 7]]);

    let counts = x.unique_counts().unwrap();
    assert_eq!(counts.values.to_vec::<f64>().unwrap(), [-1.0, 0.0, 0.5, 4.0]);
    assert_eq!(counts.counts.to_vec::<i64>().unwrap(), [1, 3 * LONG as i64 - 4, 1, 2]);
    let inverse = x.unique_inverse().unwrap().inverse_indices;
    assert_eq!((inverse.stored(), at(&inverse, 0, 5), at(&inverse, 1, 1)), (4, 3.0, 1.0));

    let found = x.isin(&x, false).unwrap();
    assert_eq!((found.stored(), found.fill()), (0, true.into()));
}

#[test]
fn what_is_dense_by_nature_is_refused_over_the_limit() {
    let refused = |result: crate::Result<Tensor>, name: &str| match result {
        Err(Error::Memory(MemoryError::Densifies { op, .. })) => assert_eq!(op, name),
        other => panic!("{name}: {other:?}"),
    };
    let x = long();
    refused(x.argsort(1, false), "argsort");
    refused(x.add(1.0).unwrap().cumulative_sum(1, false), "cumulative_sum");
    refused(x.add(1.0).unwrap().nonzero().map(|mut i| i.remove(0)), "nonzero");
}
