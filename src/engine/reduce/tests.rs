//! Against the definitions, element by element.

use crate::dtype::{Complex128, DType, Kind, Scalar};
use crate::engine::samples::{STEP, close, dtype, scattered, spread, tensor};
use crate::kernels::samples::on_threads;
use crate::standard::{Op, Reduce, Reduction};
use crate::tensor::{Format, Tensor};
use crate::testing::oracle::indices;
use proptest::prelude::*;

const ALL: [Reduction; 15] = [
    Reduction::Sum,
    Reduction::Prod,
    Reduction::Min,
    Reduction::Max,
    Reduction::Mean,
    Reduction::Var { correction: 0.0 },
    Reduction::Var { correction: 1.0 },
    Reduction::Std { correction: 0.0 },
    Reduction::MeanVar { correction: 0.5 },
    Reduction::Any,
    Reduction::All,
    Reduction::CountNonzero,
    Reduction::CountNonzero,
    Reduction::ArgMin,
    Reduction::ArgMax,
];

fn eval(op: &Reduce, input: &Tensor) -> crate::Result<Vec<Tensor>> {
    let call = Op::from(op.clone());
    let call = call.call(&[input.meta()])?;
    let results = super::eval(op, &call, input)?;
    for (result, meta) in results.iter().zip(call.outputs()) {
        assert_eq!(result.meta(), meta);
    }
    assert_eq!(results.len(), call.outputs().len());
    Ok(results.into_vec())
}

/// The reduction of some elements by its definition.
fn defined(reduction: Reduction, elements: &[Scalar], dtype: DType) -> Vec<Scalar> {
    let out = reduction.result_dtype(dtype).unwrap();
    let complex: Vec<Complex128> = elements.iter().map(|x| x.to()).collect();
    let n = elements.len() as f64;
    let sum: Complex128 = complex.iter().sum();
    let mean = sum / n;
    let variance = |correction: f64| {
        let squares: f64 = complex.iter().map(|x| (x - mean).norm_sqr()).sum();
        squares / (n - correction).max(0.0)
    };
    let truths = elements.iter().map(|x| x.to::<bool>());
    let best = |max: bool| {
        let real = |x: &Scalar| x.to::<f64>();
        let better =
            |a: f64, b: f64| (a.is_nan() && !b.is_nan()) || if max { a > b } else { a < b };
        (1..elements.len()).fold(0, |best, k| {
            let beaten = !real(&elements[best]).is_nan()
                && better(real(&elements[k]), real(&elements[best]));
            if beaten { k } else { best }
        })
    };
    let one = match reduction {
        Reduction::Sum if !out.is_floating() => {
            Scalar::from(elements.iter().fold(0_i64, |s, x| s.wrapping_add(x.cast(out).to())))
        }
        Reduction::Prod if !out.is_floating() => {
            Scalar::from(elements.iter().fold(1_i64, |s, x| s.wrapping_mul(x.cast(out).to())))
        }
        Reduction::Sum => sum.into(),
        Reduction::Prod if dtype.kind() == Kind::Float => {
            elements.iter().map(|x| x.to::<f64>()).product::<f64>().into()
        }
        Reduction::Prod => complex.iter().product::<Complex128>().into(),
        Reduction::Min => elements[best(false)],
        Reduction::Max => elements[best(true)],
        Reduction::Mean => mean.into(),
        Reduction::Var { correction } => variance(correction).into(),
        Reduction::Std { correction } => variance(correction).sqrt().into(),
        Reduction::MeanVar { correction } => {
            return vec![
                Scalar::from(mean).cast(out),
                Scalar::from(variance(correction)).cast(out),
            ];
        }
        Reduction::Any => truths.into_iter().any(|x| x).into(),
        Reduction::All => truths.into_iter().all(|x| x).into(),
        Reduction::CountNonzero => (truths.filter(|&x| x).count() as i64).into(),
        Reduction::ArgMin => (best(false) as i64).into(),
        Reduction::ArgMax => (best(true) as i64).into(),
    };
    vec![one.cast(out)]
}

fn check(op: &Reduce, input: &Tensor) -> Result<(), TestCaseError> {
    let mut elements: std::collections::BTreeMap<Vec<usize>, Vec<Scalar>> = Default::default();
    for cell in indices(&op.result_shape(input.shape())) {
        elements.insert(cell, vec![]);
    }
    for index in indices(input.shape()) {
        let cell = (0..index.len()).filter_map(|a| match op.axes.contains(&a) {
            false => Some(index[a]),
            true => op.keepdims.then_some(0),
        });
        let element = input.get(&index).unwrap();
        elements.get_mut(&cell.collect::<Vec<_>>()).unwrap().push(element);
    }
    let results = match eval(op, input) {
        Ok(results) => results,
        Err(error) => {
            let empty = elements.values().any(|e| e.is_empty());
            let refused = op.reduction.result_dtype(input.dtype()).is_err();
            prop_assert!(refused || (empty && !op.reduction.has_identity()), "{error}");
            return Ok(());
        }
    };
    for (cell, elements) in elements {
        let expected = defined(op.reduction, &elements, input.dtype());
        for (result, expected) in results.iter().zip(expected) {
            let got = result.get(&cell).unwrap();
            prop_assert!(
                close(got, expected),
                "{:?} of {elements:?} at {cell:?}: {got}, not {expected}",
                op.reduction
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_reduction_of_any_format(
        input in dtype().prop_flat_map(tensor),
        reduction in proptest::sample::select(ALL.to_vec()),
        folded in 0..16_usize,
        keepdims in any::<bool>(),
    ) {
        let axes = (0..input.ndim()).filter(|a| folded >> a & 1 == 1).collect();
        let mut op = Reduce { reduction, axes, keepdims };
        if matches!(reduction, Reduction::ArgMin | Reduction::ArgMax) {
            prop_assume!(input.ndim() > 0);
            op.axes = [folded % input.ndim()].into_iter().collect();
        }
        check(&op, &input)?;
    }

    /// More cells than there can be an array of.
    #[test]
    fn sums_of_hypersparse_tensors(
        input in dtype().prop_flat_map(tensor),
        folded in 0..16_usize,
        csf in any::<bool>(),
    ) {
        let axes: Vec<usize> = (0..input.ndim()).filter(|a| folded >> a & 1 == 1).collect();
        let listed = input.to_format(&Format::coo(input.ndim())).unwrap();
        let small = listed.with_values(listed.values().unwrap(), Scalar::zero(input.dtype())).unwrap();
        let format = if csf { Format::csf(input.ndim()) } else { Format::coo(input.ndim()) };
        let op = reduce(Reduction::Sum, &axes);
        let expected = &eval(&op, &small).unwrap()[0];
        let got = &eval(&op, &spread(&input, &format)).unwrap()[0];
        prop_assert!(got.stored() <= small.stored().max(1));
        for index in indices(expected.shape()) {
            let far: Vec<usize> = index.iter().map(|i| i * STEP).collect();
            assert!(close(got.get(&far).unwrap(), expected.get(&index).unwrap()));
        }
    }
}

fn reduce(reduction: Reduction, axes: &[usize]) -> Reduce {
    Reduce { reduction, axes: axes.into(), keepdims: false }
}

#[test]
fn hypersparse_stays_sparse() {
    let input = scattered(1_000_000_000_000, 3_000_000_000, 20_000);
    for axis in 0..2 {
        let sum = &eval(&reduce(Reduction::Sum, &[axis]), &input).unwrap()[0];
        assert!(sum.stored() <= 20_000, "{}", sum.stored());
        assert_eq!(sum.format(), Format::csf(1));
    }
    let all = &eval(&reduce(Reduction::Sum, &[0, 1]), &input).unwrap()[0];
    let direct: f64 = input.values_as::<f64>().unwrap().iter().sum();
    assert!(close(all.get([]).unwrap(), direct.into()));
    let mean = &eval(&reduce(Reduction::ArgMax, &[0]), &input).unwrap()[0];
    assert!(mean.stored() <= 20_000);
}

#[test]
fn most_columns_hit_is_dense() {
    let input = scattered(2000, 100, 5000).to_format(&Format::csr()).unwrap();
    let sum = &eval(&reduce(Reduction::Sum, &[0]), &input).unwrap()[0];
    assert_eq!(sum.format(), Format::dense(1));
}

#[test]
fn runs_count_as_often_as_they_are_long() {
    let n = 1_000_000_000;
    let format: Format = "runs(runs(element))".parse().unwrap();
    let one = Tensor::from_dense([1, 1], vec![2.0], 0.0, &format).unwrap();
    let level =
        || crate::tensor::Level::Runs { ptr: vec![0_u64, 1].into(), ends: vec![n as u64].into() };
    let pattern = crate::tensor::Pattern::try_new(&[n, n], vec![level(), level()]).unwrap();
    let input = Tensor::from_parts(pattern, &[0, 1], one.values().unwrap(), 0.0).unwrap();
    let all = &eval(&reduce(Reduction::Sum, &[0, 1]), &input).unwrap()[0];
    assert_eq!(all.get([]).unwrap(), Scalar::from(2.0 * n as f64 * n as f64));
    let rows = &eval(&reduce(Reduction::Mean, &[1]), &input).unwrap()[0];
    assert_eq!((rows.format(), rows.leaf().len()), (Format::runs(1), 1));
    assert!(eval(&reduce(Reduction::Sum, &[0]), &input).is_err());
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    let input = scattered(10_007, 50, 280_000);
    let run = |threads: usize| {
        on_threads(threads, || {
            let mut results = vec![];
            for axes in [&[0][..], &[1], &[0, 1]] {
                for reduction in [Reduction::Sum, Reduction::MeanVar { correction: 1.0 }] {
                    results.extend(eval(&reduce(reduction, axes), &input).unwrap());
                }
            }
            results.extend(eval(&reduce(Reduction::ArgMin, &[0]), &input).unwrap());
            results
        })
    };
    for (one, many) in run(1).iter().zip(run(5)) {
        assert!(one.same_bits(&many).unwrap());
    }
}
