//! Against the definition: the sum of products, element by element.

use super::sampled;
use crate::buffer::Values;
use crate::dtype::{Complex128, DType, Kind, Scalar, promote};
use crate::engine::options::{Options, with_options};
use crate::engine::samples::{STEP, close, dtype, scattered, spread, tensor_of};
use crate::kernels::gather::all_finite;
use crate::kernels::samples::on_threads;
use crate::standard::{Array, Contract, Label, Op};
use crate::tensor::{Duplicates, Format, LeafKind, LevelKind, Tensor};
use crate::testing::oracle::indices;
use proptest::prelude::*;
use std::time::Instant;

fn eval(op: &Contract, left: &Tensor, right: &Tensor) -> crate::Result<Tensor> {
    let full = Op::from(op.clone());
    let call = full.call(&[left.meta(), right.meta()])?;
    let result = super::eval(op, &call, left, right)?;
    assert_eq!(result.meta(), call.output());
    Ok(result)
}

/// `ij,jk->ik` and the like.
fn labelled(text: &str) -> Contract {
    let labels = |part: &str| part.bytes().map(|b| b - b'a').collect();
    let (operands, result) = text.split_once("->").unwrap();
    let (left, right) = operands.split_once(',').unwrap();
    Contract { left: labels(left), right: labels(right), result: labels(result) }
}

fn multiply_add(sum: Scalar, a: Scalar, b: Scalar) -> Scalar {
    match sum.dtype().kind() {
        Kind::Bool => (sum.to::<bool>() | (a.to::<bool>() & b.to::<bool>())).into(),
        Kind::Float => (sum.to::<f64>() + a.to::<f64>() * b.to::<f64>()).into(),
        Kind::Complex => {
            (sum.to::<Complex128>() + a.to::<Complex128>() * b.to::<Complex128>()).into()
        }
        _ => {
            let product = a.to::<i64>().wrapping_mul(b.to());
            Scalar::from(sum.to::<i64>().wrapping_add(product)).cast(sum.dtype())
        }
    }
}

fn check(op: &Contract, left: &Tensor, right: &Tensor) -> Result<(), TestCaseError> {
    let dtype = promote(left.dtype(), right.dtype()).unwrap();
    let wide = match dtype.kind() {
        Kind::Float => DType::Float64,
        Kind::Complex => DType::Complex128,
        _ => dtype,
    };
    let mut labels: Vec<(Label, usize)> = vec![];
    for (names, shape) in [(&op.left, left.shape()), (&op.right, right.shape())] {
        labels.extend(names.iter().copied().zip(shape.iter().copied()));
    }
    labels.sort_unstable();
    labels.dedup();
    let lengths: Vec<usize> = labels.iter().map(|l| l.1).collect();
    let result = eval(op, left, right).map_err(|e| TestCaseError::fail(e.to_string()))?;
    let mut expected = std::collections::BTreeMap::new();
    for cell in indices(result.shape()) {
        expected.insert(cell, Scalar::zero(wide));
    }
    for index in indices(&lengths) {
        let of = |names: &[Label]| -> Vec<usize> {
            let place = |name| labels.iter().position(|l| l.0 == name).unwrap();
            names.iter().map(|&name| index[place(name)]).collect()
        };
        let a = left.get(of(&op.left)).unwrap().cast(dtype);
        let b = right.get(of(&op.right)).unwrap().cast(dtype);
        let sum = expected.get_mut(&of(&op.result)).unwrap();
        *sum = multiply_add(*sum, a, b);
    }
    for (cell, expected) in expected {
        let (got, expected) = (result.get(&cell).unwrap(), expected.cast(dtype));
        prop_assert!(
            close(got, expected),
            "{op} at {cell:?}: {got}, not {expected}; {left:?} {right:?}"
        );
    }
    Ok(())
}

/// Labels in any roles and orders, and tensors of them.
fn contraction() -> impl Strategy<Value = (Contract, Tensor, Tensor)> {
    let label = (0..4_usize, prop_oneof![1 => 0..=1_usize, 8 => 2..=4_usize]);
    let labels = proptest::collection::vec(label, 0..=4);
    (labels, dtype(), dtype())
        .prop_filter("types without a common one", |(_, a, b)| promote(*a, *b).is_ok())
        .prop_flat_map(|(labels, a, b)| {
            let of = |roles: &[usize]| -> Vec<(Label, usize)> {
                let has = |(_, l): &(usize, &(usize, usize))| roles.contains(&l.0);
                labels.iter().enumerate().filter(has).map(|(k, l)| (k as Label, l.1)).collect()
            };
            let shuffled = |roles: &[usize]| Just(of(roles)).prop_shuffle();
            // Roles: batch, contracted, left, right.
            (shuffled(&[0, 1, 2]), shuffled(&[0, 1, 3]), shuffled(&[0, 2, 3]), Just((a, b)))
        })
        .prop_flat_map(|(left, right, result, (a, b))| {
            let names = |l: &[(Label, usize)]| l.iter().map(|l| l.0).collect();
            let op = Contract { left: names(&left), right: names(&right), result: names(&result) };
            let shape = |l: Vec<(Label, usize)>| l.into_iter().map(|l| l.1).collect();
            (Just(op), tensor_of(shape(left), a), tensor_of(shape(right), b))
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_labels_and_formats((op, left, right) in contraction()) {
        check(&op, &left, &right)?;
    }

    #[test]
    fn a_matrix_and_itself(
        tensor in dtype().prop_flat_map(|d| ((0..6_usize), (0..6_usize)).prop_flat_map(
            move |(m, n)| tensor_of(vec![m, n], d))),
        labels in proptest::sample::select(vec!["ab,ac->bc", "ba,ca->bc", "ab,ac->cb", "ab,ab->"]),
    ) {
        check(&labelled(labels), &tensor, &tensor)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Rows and columns that are too many to be numbered as they are.
    #[test]
    fn any_labels_of_hypersparse_operands(
        (op, left, right) in contraction(),
        formats in any::<(bool, bool)>(),
    ) {
        let zero = |t: &Tensor| t.with_values(t.values().unwrap(), Scalar::zero(t.dtype()));
        let finite = |t: &Tensor| all_finite(t.values().unwrap().view());
        prop_assume!(finite(&left) && finite(&right));
        let format = |csf, n| if csf { Format::csf(n) } else { Format::coo(n) };
        let dense = |t: &Tensor| t.to_format(&Format::coo(t.ndim())).unwrap();
        let small = [zero(&dense(&left)).unwrap(), zero(&dense(&right)).unwrap()];
        let large = [
            spread(&left, &format(formats.0, left.ndim())),
            spread(&right, &format(formats.1, right.ndim())),
        ];
        let expected = eval(&op, &small[0], &small[1]).unwrap();
        let got = eval(&op, &large[0], &large[1]).unwrap();
        prop_assert!(got.stored() <= expected.stored().max(1), "{got:?}, {expected:?}");
        for index in indices(expected.shape()) {
            let far: Vec<usize> = index.iter().map(|i| i * STEP).collect();
            let (got, expected) = (got.get(&far).unwrap(), expected.get(&index).unwrap());
            assert!(close(got, expected), "{op} at {index:?}: {got}, not {expected}");
        }
    }
}

#[test]
fn innermost_batches_are_vectors() {
    let products = [
        "acr,cr->ar",
        "acr,cr->ra",
        "acrs,crs->sar",
        "bacr,bcr->bar",
        "acr,cdr->adr",
        "cr,acr->ar",
        "ar,r->ar",
    ];
    for text in products {
        let op = labelled(text);
        let length = |label: &Label| [2, 3, 4, 3][usize::from(*label) % 4];
        let [left, right] = [&op.left, &op.right].map(|l| l.iter().map(length).collect::<Vec<_>>());
        let wide = if left.len() > right.len() { 0 } else { 1 };
        let vectors = text.matches(['r', 's']).collect::<std::collections::BTreeSet<_>>().len();
        proptest!(ProptestConfig::with_cases(40), |((a, b) in (dtype(), dtype())
            .prop_filter("types without a common one", |(a, b)| promote(*a, *b).is_ok())
            .prop_flat_map(|(a, b)| (tensor_of(left.clone(), a), tensor_of(right.clone(), b))))| {
            let mut inputs = [a, b];
            for (k, t) in inputs.iter_mut().enumerate() {
                let zero = t.with_values(t.values().unwrap(), Scalar::zero(t.dtype())).unwrap();
                let above = zero.ndim().saturating_sub(vectors);
                let kinds = (0..zero.ndim()).map(|dim| {
                    if k == wide && dim < above { LevelKind::Sparse } else { LevelKind::Dense }
                });
                let order: Vec<usize> = (0..zero.ndim()).collect();
                let format = Format::new(kinds, LeafKind::Element, &order).unwrap();
                *t = zero.to_format(&format).unwrap();
            }
            check(&op, &inputs[0], &inputs[1])?;
        });
    }
}

/// A contraction, and a tensor of the shape of its result.
fn masked_contraction() -> impl Strategy<Value = (Contract, Tensor, Tensor, Tensor)> {
    contraction().prop_flat_map(|(op, left, right)| {
        let full = Op::from(op.clone());
        let shape = full.infer(&[left.meta(), right.meta()]).unwrap()[0].shape.to_vec();
        (Just(op), Just(left), Just(right), tensor_of(shape, DType::Int8))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Beside the whole product; also of rows and columns that are too many to be numbered as they are.
    #[test]
    fn elements_that_a_mask_stores((op, left, right, mask) in masked_contraction(), far in any::<bool>()) {
        let zero = |t: &Tensor| t.with_values(t.values().unwrap(), Scalar::zero(t.dtype())).unwrap();
        let listed = |t: &Tensor| zero(&t.to_format(&Format::coo(t.ndim())).unwrap());
        let finite = |t: &Tensor| all_finite(t.values().unwrap().view());
        prop_assume!(finite(&left) && finite(&right));
        let runs = mask.pattern().kinds().any(|kind| kind == LevelKind::Runs);
        let mask = if runs { listed(&mask) } else { zero(&mask) };
        let whole = eval(&op, &listed(&left), &listed(&right)).unwrap();
        let (step, inputs) = if far {
            let spread = |t: &Tensor| spread(t, &Format::csf(t.ndim()));
            (STEP, [spread(&left), spread(&right), spread(&mask)])
        } else {
            let plain = |t: &Tensor| if t.stored() == t.meta().size() { t.clone() } else { listed(t) };
            (1, [plain(&left), plain(&right), mask.clone()])
        };
        let [left, right, asking] = &inputs;
        let full = Op::from(op.clone());
        let call = full.call(&[left.meta(), right.meta()]).unwrap();
        let some = sampled(&op, &call, [left, right], asking).unwrap();
        let ones = Values::full(1_i8.into(), mask.values().unwrap().len());
        let stores = mask.with_values(ones, Scalar::Int8(0)).unwrap();
        prop_assert_eq!(some.stored(), stores.stored());
        for index in indices(whole.shape()) {
            let place: Vec<usize> = index.iter().map(|i| i * step).collect();
            let is_stored = stores.get(&index).unwrap() == Scalar::Int8(1);
            let expected = if is_stored { whole.get(&index).unwrap() } else { Scalar::zero(whole.dtype()) };
            prop_assert!(close(some.get(&place).unwrap(), expected), "{} at {:?}", op, index);
        }
    }
}

#[test]
fn hypersparse_matrices_multiply_in_proportion_to_what_they_store() {
    let n = 1_000_000;
    let (a, b) = (scattered(n, n, 100_000), scattered(n, n, 90_000));
    for format in [Format::coo(2), Format::csr(), Format::csc()] {
        let (a, b) = (a.to_format(&format).unwrap(), b.to_format(&format).unwrap());
        let start = Instant::now();
        let product = eval(&labelled("ij,jk->ik"), &a, &b).unwrap();
        let seconds = start.elapsed().as_secs_f64();
        assert!(product.stored() > 0);
        assert!(seconds < 20.0, "{format}: {seconds} s");
    }
    let huge = scattered(usize::MAX >> 2, usize::MAX >> 2, 20_000);
    let gram = eval(&labelled("ab,ac->bc"), &huge, &huge).unwrap();
    assert!(gram.stored() >= 20_000);
    let norm = eval(&labelled("ab,ab->"), &huge, &huge).unwrap().get([]).unwrap();
    let squares = huge.values_as::<f64>().unwrap().iter().map(|x| x * x).sum::<f64>();
    assert!(close(norm, squares.into()));
}

#[test]
fn einsum_begins_with_what_stores_little() {
    // The product of the two matrices alone would take 12 GB.
    const N: usize = 20_000;
    let index = [vec![3, 3, 19_999], vec![0, 7, 5], vec![2, 7, 19_999]];
    let (values, format) = (Values::from(vec![1.0, 2.0, 3.0]), Format::coo(3));
    let x = Tensor::from_coo([N, N, N], index, values, 0.0, Duplicates::Error, &format).unwrap();
    let dense = |step: usize| {
        let values: Vec<f64> = (0..2 * N).map(|k| (k * step % 10) as f64).collect();
        Tensor::from_dense([N, 2], values, 0.0, &Format::dense(2)).unwrap()
    };
    let (b, c) = (dense(1), dense(3));
    let of = |t: &Tensor, row: usize, r: usize| t.get([row, r]).unwrap().to::<f64>();
    let product = Tensor::einsum("ijk,jr,kr->ir", &[&x, &b, &c]).unwrap();
    for r in 0..2 {
        let near = of(&b, 0, r) * of(&c, 2, r) + 2.0 * of(&b, 7, r) * of(&c, 7, r);
        assert_eq!(of(&product, 3, r), near);
        assert_eq!(of(&product, 19_999, r), 3.0 * of(&b, 5, r) * of(&c, 19_999, r));
        assert_eq!(of(&product, 4, r), 0.0);
    }
}

#[test]
fn masks_with_a_fill_of_true_are_counted_not_written_out() {
    const LONG: usize = 1 << 40;
    let made = |shape: [usize; 2], index: [Vec<u64>; 2], value: bool| {
        let values = Values::full(value.into(), index[0].len());
        let format = Format::coo(2);
        Tensor::from_coo(shape, index, values, !value, Duplicates::Error, &format).unwrap()
    };
    let left = made([3, LONG], [vec![0, 1], vec![7, 8]], false);
    let right = made([LONG, 2], [vec![7, 9], vec![0, 1]], true);
    let product = eval(&labelled("ij,jk->ik"), &left, &right).unwrap();
    let want = vec![false, true, true, true, true, true];
    assert_eq!(product.to_dense_values().unwrap(), want.into());
    let everywhere = eval(&labelled("ij,kj->ik"), &left, &left).unwrap();
    assert_eq!(everywhere.to_dense_values().unwrap(), vec![true; 9].into());
}

#[test]
fn gram_of_tall_sparse_rows_is_dense_and_symmetric() {
    let x = scattered(4001, 90, 36_000).to_format(&Format::csr()).unwrap();
    let gram = eval(&labelled("ab,ac->bc"), &x, &x).unwrap();
    assert!(gram.format().is_dense());
    // Recognised in whatever order the axes are: the lower half is the mirrored upper one.
    let transposed = x.permute(&[1, 0]).unwrap();
    for (labels, left, right) in [("ba,ac->bc", &transposed, &x), ("ab,ca->bc", &x, &transposed)] {
        let same = eval(&labelled(labels), left, right).unwrap();
        assert!(same.same_bits(&gram).unwrap(), "{labels}");
    }
    // Not recognised: the other operand's values are a copy.
    let copy = x.with_values(Values::from(x.values_as::<f64>().unwrap()), 0.0).unwrap();
    let plain = eval(&labelled("ab,ac->bc"), &x, &copy).unwrap();
    for ij in indices(&[90, 90]) {
        let got = gram.get(&ij).unwrap();
        assert!(close(got, plain.get(&ij).unwrap()));
        assert_eq!(got, gram.get([ij[1], ij[0]]).unwrap());
    }
}

#[test]
fn gram_of_nearly_dense_rows_is_that_of_the_dense_matrix() {
    // Whole numbers, so that no sum is rounded; more rows and columns than a block has.
    let values: Vec<f64> = (0..1301 * 300).map(|k| (k % 1009 * k % 11 % 5) as f64).collect();
    for dtype in [DType::Float32, DType::Float64, DType::Complex64, DType::Complex128] {
        let dense = Tensor::from_values([1301, 300], values.clone()).unwrap();
        let dense = dense.astype(dtype).unwrap();
        let sparse = dense.sparsify(&Format::csr()).unwrap();
        assert!(sparse.stored() < 1301 * 300);
        let expected = eval(&labelled("ab,ac->bc"), &dense, &dense).unwrap();
        let found = eval(&labelled("ab,ac->bc"), &sparse, &sparse).unwrap();
        assert!(found.same_bits(&expected).unwrap(), "{dtype}");
    }
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    let x = scattered(3001, 71, 20_000).to_format(&Format::csr()).unwrap();
    let dense = |rows: usize, columns: usize| {
        let values: Vec<f64> = (0..rows * columns).map(|k| ((k % 97) as f64).sqrt()).collect();
        Tensor::from_dense([rows, columns], values, 0.0, &Format::dense(2)).unwrap()
    };
    let (tall, wide) = (dense(71, 8), dense(9, 3001));
    let (long, row) = (scattered(20_011, 31, 150_000), dense(1, 20_011));
    let wide_sparse = scattered(71, 2000, 6000);
    let mask = scattered(3001, 2000, 30_000).to_format(&Format::csr()).unwrap();
    let sample = |left: &Tensor, right: &Tensor| {
        let op = labelled("ij,jk->ik");
        let full = Op::from(op.clone());
        sampled(&op, &full.call(&[left.meta(), right.meta()])?, [left, right], &mask)
    };
    let long_dense = dense(71, 2000);
    let run = |threads: usize| {
        on_threads(threads, || {
            let matmul = labelled("ij,jk->ik");
            [
                eval(&labelled("ab,ac->bc"), &x, &x),
                eval(&matmul, &x, &tall),
                eval(&matmul, &wide, &x),
                eval(&matmul, &row, &long.to_format(&Format::csr()).unwrap()),
                eval(&matmul, &wide, &x.to_format(&Format::dense(2)).unwrap()),
                eval(&matmul, &x, &wide_sparse),
                sample(&x, &wide_sparse),
                sample(&x, &long_dense),
            ]
        })
    };
    for (one, many) in run(1).into_iter().zip(run(5)) {
        assert!(one.unwrap().same_bits(&many.unwrap()).unwrap());
    }
}

#[test]
fn dense_results_over_the_limit_are_refused() {
    let a = scattered(1000, 1000, 20_000);
    let options = Options { densify_limit: Some(1_000_000), ..Options::default() };
    let refused = with_options(options, || eval(&labelled("ab,bc->ac"), &a, &a));
    assert!(matches!(refused, Err(crate::Error::Memory(_))), "{refused:?}");
    assert!(eval(&labelled("ab,bc->ac"), &a, &a).is_ok());
}
