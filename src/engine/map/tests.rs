//! Maps against the definition, element by element, over any formats, fills and shapes.

use crate::dtype::{DType, Scalar};
use crate::engine::samples::tensor_of;
use crate::engine::{Options, explain, with_options};
use crate::kernels::map::map_scalar;
use crate::kernels::samples::{Random, on_threads};
use crate::standard::{Arg, Array, Expr, Func, Map, Ref, broadcast_shapes};
use crate::tensor::{Format, LeafKind, Tensor};
use crate::testing::oracle::indices;
use proptest::prelude::*;
use std::sync::Arc;

/// Data types that stand for their kinds.
const DTYPES: [DType; 5] =
    [DType::Bool, DType::Int8, DType::UInt16, DType::Float64, DType::Complex64];

fn scalar() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => Just(0.0), 2 => Just(1.0), 2 => Just(-2.0), 2 => Just(3.0), 1 => Just(-0.0), 1 => Just(0.5),
        1 => Just(f64::NAN), 1 => Just(f64::INFINITY),
    ]
}

/// A shape that stretches to `whole`: some axes of length 1, some of the first missing.
fn part(whole: Vec<usize>) -> impl Strategy<Value = Vec<usize>> {
    let ndim = whole.len();
    (prop::collection::vec(prop::bool::weighted(0.25), ndim), 0..=2 * ndim).prop_map(
        move |(ones, missing)| {
            let shape = whole.iter().zip(ones).map(|(&n, one)| if one { 1 } else { n });
            shape.skip(if missing > ndim { 0 } else { missing }).collect()
        },
    )
}

fn tensor(shape: Vec<usize>, dtypes: &'static [DType]) -> impl Strategy<Value = Tensor> {
    prop::sample::select(dtypes).prop_flat_map(move |dtype| tensor_of(shape.clone(), dtype))
}

/// Tensors that stretch to a common shape.
fn operands(count: usize, dtypes: &'static [DType]) -> impl Strategy<Value = Vec<Tensor>> {
    prop::collection::vec(prop_oneof![4 => 1..4_usize, 1 => 4..7_usize, 1 => Just(0)], 0..4)
        .prop_flat_map(move |whole| {
            let one = part(whole).prop_flat_map(move |shape| tensor(shape, dtypes));
            prop::collection::vec(one, count)
        })
}

/// Two tensors of some size, mostly of one shape.
fn larger_operands() -> impl Strategy<Value = Vec<Tensor>> {
    prop::collection::vec(2..14_usize, 1..3).prop_flat_map(|whole| {
        let shape = prop_oneof![3 => Just(whole.clone()), 1 => part(whole)];
        let one = shape.prop_flat_map(|shape| tensor(shape, &[DType::Float64]));
        prop::collection::vec(one, 2)
    })
}

/// The values of a function by its definition.
fn by_definition(map: &Map, inputs: &[Tensor]) -> (Vec<usize>, Vec<Scalar>) {
    let compute = map.compute_dtype(inputs.iter().map(Tensor::dtype)).unwrap();
    let shape = broadcast_shapes("test", inputs.iter().map(Tensor::shape)).unwrap().to_vec();
    let values = indices(&shape).into_iter().map(|index| {
        let mut inputs = inputs.iter();
        let args: Vec<Scalar> = map
            .args
            .iter()
            .map(|arg| match arg {
                Arg::Scalar(value) => *value,
                Arg::Input => {
                    let input = inputs.next().unwrap();
                    let index = &index[shape.len() - input.ndim()..];
                    let index = index.iter().zip(input.shape()).map(|(&i, &n)| i.min(n - 1));
                    input.get(index.collect::<Vec<_>>()).unwrap()
                }
            })
            .collect();
        map_scalar(map.func, compute, &args)
    });
    let values = values.collect();
    (shape, values)
}

/// As [`check`], of a computed result: a fill that is left no element is 0.
fn check_result(
    tensor: &Tensor,
    shape: &[usize],
    expected: &[Scalar],
) -> Result<(), TestCaseError> {
    if tensor.stored() == tensor.meta().size() {
        prop_assert_eq!(tensor.fill(), Scalar::zero(tensor.dtype()));
    }
    check(tensor, shape, expected)
}

fn check(tensor: &Tensor, shape: &[usize], expected: &[Scalar]) -> Result<(), TestCaseError> {
    prop_assert_eq!(tensor.shape(), shape);
    let values = tensor.to_values().unwrap();
    for (k, &expected) in expected.iter().enumerate() {
        let (got, format) = (values.get(k), tensor.format());
        prop_assert!(got == expected, "element {k} is {got}, not {expected} ({format})");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_function_is_what_its_definition_says(
        inputs in operands(2, &DTYPES),
        func in prop::sample::select(Func::ALL),
        (value, place) in (scalar(), 0..4_usize),
    ) {
        let mut args: Vec<Arg> = vec![Arg::Input; func.arity()];
        if func.arity() > 1 && place < func.arity() {
            args[place] = Arg::Scalar(Scalar::Float64(value).cast(inputs[0].dtype()));
        }
        let inputs: Vec<Tensor> = inputs
            .iter()
            .cycle()
            .take(args.iter().filter(|a| **a == Arg::Input).count())
            .cloned()
            .collect();
        let map = Map { func, args: args.into_iter().collect() };
        if map.compute_dtype(inputs.iter().map(Tensor::dtype)).is_ok() {
            let (shape, expected) = by_definition(&map, &inputs);
            let result = Tensor::apply_one(map, &inputs.iter().collect::<Vec<_>>()).unwrap();
            check_result(&result, &shape, &expected)?;
        }
    }

    #[test]
    fn two_structures_become_one(
        inputs in larger_operands(),
        func in prop::sample::select(&[Func::Add, Func::Subtract, Func::Multiply, Func::Divide, Func::Maximum][..]),
    ) {
        let map = Map::of_arrays(func);
        let (shape, expected) = by_definition(&map, &inputs);
        let result = Tensor::apply_one(map, &inputs.iter().collect::<Vec<_>>()).unwrap();
        check_result(&result, &shape, &expected)?;
    }

    #[test]
    fn three_operands_are_merged_two_by_two(
        inputs in operands(3, &[DType::Float64]),
        mask in any::<bool>(),
    ) {
        let mut inputs = inputs;
        let func = if mask { Func::Where } else { Func::Clip };
        if mask {
            inputs[0] = inputs[0].greater(0.0).unwrap();
        }
        let map = Map::of_arrays(func);
        let (shape, expected) = by_definition(&map, &inputs);
        let result = Tensor::apply_one(map, &inputs.iter().collect::<Vec<_>>()).unwrap();
        check_result(&result, &shape, &expected)?;
    }

    #[test]
    fn conversions_keep_the_structure(inputs in operands(1, &DTYPES), to in prop::sample::select(&DTYPES[..])) {
        let input = &inputs[0];
        prop_assume!(input.dtype() != DType::Complex64 || to == DType::Complex64);
        let cast = input.astype(to).unwrap();
        // But for what a conversion to a narrower kind makes the fill.
        prop_assert!(cast.same_pattern(input) || to.kind() < input.dtype().kind());
        let values = input.to_values().unwrap();
        let expected: Vec<Scalar> = (0..values.len()).map(|k| values.get(k).cast(to)).collect();
        check(&cast, input.shape(), &expected)?;
    }

    #[test]
    fn fused_is_node_by_node(
        inputs in operands(3, &[DType::Float64, DType::Int8]),
        steps in prop::collection::vec((0..10_usize, 0..9_usize, 0..9_usize), 1..7),
    ) {
        // Signs of zeros included: from negative numbers, by `copysign`, and seen as those of infinities.
        const BINARY: [Func; 6] =
            [Func::Add, Func::Multiply, Func::Subtract, Func::Maximum, Func::Copysign, Func::Divide];
        const UNARY: [Func; 3] = [Func::Negative, Func::Abs, Func::Expm1];
        let mut expr = Expr::default();
        let mut known: Vec<Ref> = (0..3).map(|k| expr.input(k)).collect();
        for (func, a, b) in steps {
            let (a, b) = (known[a % known.len()], known[known.len() - 1 - b % known.len()]);
            known.push(match BINARY.get(func) {
                Some(&func) => expr.apply(Map::of_arrays(func), [a, b]),
                None if func == 9 => expr.apply(crate::standard::Op::Cast(DType::Float32), [a]),
                None => expr.apply(Map::of_arrays(UNARY[func - 6]), [a]),
            });
        }
        expr.output(*known.last().unwrap());
        let inputs: Vec<&Tensor> = inputs.iter().collect();
        let fused = Tensor::eval_expr(&expr, &inputs).unwrap();
        let single = expr.eval_nodes(&inputs).unwrap();
        let values = single[0].to_values().unwrap();
        let expected: Vec<Scalar> = (0..values.len()).map(|k| values.get(k)).collect();
        prop_assert_eq!(fused[0].dtype(), single[0].dtype());
        check_result(&fused[0], single[0].shape(), &expected)?;
    }
}

fn sparse(shape: &[usize], elements: &[(usize, usize, f64)]) -> Tensor {
    let columns = [
        elements.iter().map(|e| e.0 as u64).collect::<Vec<_>>(),
        elements.iter().map(|e| e.1 as u64).collect(),
    ];
    let values: Vec<f64> = elements.iter().map(|e| e.2).collect();
    let duplicates = crate::tensor::Duplicates::Error;
    Tensor::from_coo(shape, columns, values, 0.0, duplicates, &Format::csr()).unwrap()
}

#[test]
fn a_shared_pattern_stays_shared() {
    let x = sparse(&[50, 60], &[(0, 3, 1.0), (7, 0, -2.0), (49, 59, 3.0)]);
    let y = x.multiply(2.0).unwrap().log1p().unwrap();
    assert!(Arc::ptr_eq(x.pattern(), y.pattern()));
    let sum = x.add(&y).unwrap();
    assert!(Arc::ptr_eq(x.pattern(), sum.pattern()));
    // Recognised as the same though it is another object.
    let again = sparse(&[50, 60], &[(0, 3, 5.0), (7, 0, 5.0), (49, 59, 5.0)]);
    assert!(x.add(&again).unwrap().same_pattern(&x));
    // The values of a row are looked up; nothing is merged.
    let row = Tensor::from_values([60], (1..61).map(f64::from).collect::<Vec<_>>()).unwrap();
    for result in [x.divide(&row), x.multiply(&row), row.multiply(&x)] {
        assert!(Arc::ptr_eq(x.pattern(), result.unwrap().pattern()));
    }
}

#[test]
fn leaves_without_values_stay_without() {
    let mask = sparse(&[50, 60], &[(0, 3, 1.0), (7, 0, 1.0)]).not_equal(0.0).unwrap();
    let mask = mask.to_format(&Format::csr().with_leaf(LeafKind::Pattern)).unwrap();
    let ones = mask.astype(DType::Float32).unwrap();
    assert_eq!(ones.format().leaf(), LeafKind::Iso);
    let twos = ones.multiply(2.0).unwrap();
    assert_eq!(
        (twos.format().leaf(), twos.get([0, 3]).unwrap()),
        (LeafKind::Iso, Scalar::Float32(2.0))
    );
    assert_eq!(twos.greater(0.0).unwrap().format().leaf(), LeafKind::Pattern);
    assert_eq!(mask.logical_not().unwrap().fill(), Scalar::Bool(true));
}

#[test]
fn a_large_sparse_matrix_times_a_row_is_not_enumerated() {
    let n = 100_000;
    let elements: Vec<_> = (0..n).map(|k| (k, k * 7919 % n, 1.0 + k as f64)).collect();
    let x = sparse(&[n, n], &elements);
    let row = Tensor::arange(1.0, 100_001.0, 1.0, DType::Float64).unwrap();
    let scaled = x.multiply(&row).unwrap().divide(&row).unwrap();
    assert!(Arc::ptr_eq(x.pattern(), scaled.pattern()));
    let column = row.expand_dims(1).unwrap();
    assert_eq!(x.multiply(&column).unwrap().stored(), n as u128);
    assert_eq!(x.t().unwrap().multiply(&column).unwrap().stored(), n as u128);
    assert_eq!(x.multiply(&x.t().unwrap()).unwrap().ndim(), 2);
    // A row of one value moves the fill.
    let ones = row.multiply(0.0).unwrap().add(1.0).unwrap();
    assert!(ones.format().is_dense() && Arc::ptr_eq(x.pattern(), x.add(&ones).unwrap().pattern()));
    // And a sum with another row would be dense, which is refused with the numbers.
    let error = x.add(&row).unwrap_err().to_string();
    assert!(error.contains("add: a result of shape [100000, 100000]"), "{error}");
    assert!(error.contains("80000000000 bytes"), "{error}");
}

#[test]
fn the_limit_is_the_scopes() {
    let x = Tensor::eye(64, 64, 0, DType::Float64).unwrap();
    let row = Tensor::arange(1, 65, 1, DType::Float64).unwrap();
    assert!(x.add(&row).unwrap().format().is_dense());
    let options = Options { densify_limit: Some(10_000), ..Options::default() };
    let error = with_options(options, || x.add(&row)).unwrap_err().to_string();
    assert!(error.contains("32768 bytes, over the limit of 10000"), "{error}");
}

#[test]
fn what_is_not_finite_is_not_lost() {
    let x = sparse(&[2, 3], &[(0, 0, 1.0)]);
    let row = Tensor::from_values([3], vec![f64::INFINITY, 1.0, 0.0]).unwrap();
    let product = x.multiply(&row).unwrap().to_vec::<f64>().unwrap();
    assert_eq!(product[0], f64::INFINITY);
    assert!(product[3].is_nan(), "0 · ∞");
    let quotient = x.divide(&row).unwrap().to_vec::<f64>().unwrap();
    assert!(quotient[2].is_nan() && quotient[5].is_nan(), "0 / 0");
    // Signs of stored zeros.
    let zeros = x.multiply(-0.0).unwrap();
    assert_eq!(zeros.get([0, 0]).unwrap(), Scalar::Float64(-0.0));
    assert_eq!(
        zeros.reciprocal().unwrap().get([0, 0]).unwrap(),
        Scalar::Float64(f64::NEG_INFINITY)
    );
}

#[test]
fn a_few_values_that_are_not_finite_are_stored_beside_the_pattern() {
    let n = 100_000;
    let elements: Vec<_> = (0..n).map(|k| (k, k * 7919 % n, 1.0 + k as f64)).collect();
    let x = sparse(&[n, n], &elements);
    let mut row = vec![2.0; n];
    row[5] = 0.0;
    row[7] = f64::NAN;
    let row = Tensor::from_values([n], row).unwrap();
    let quotient = x.divide(&row).unwrap();
    // Two columns are NaN, but for what x stores there: 1 / 0.
    assert_eq!((quotient.stored(), quotient.fill()), (3 * n as u128 - 2, Scalar::Float64(0.0)));
    let nan = |i, j| quotient.get([i, j]).unwrap().to::<f64>().is_nan();
    assert!(nan(0, 5) && nan(99_999, 7) && !nan(0, 6));
    let stored = elements.iter().find(|e| e.1 == 5).unwrap();
    assert_eq!(quotient.get([stored.0, 5]).unwrap(), Scalar::Float64(f64::INFINITY));
}

#[test]
fn a_zero_of_the_other_sign_is_stored() {
    let minus = Scalar::Float64(-0.0);
    let x = sparse(&[2, 3], &[(0, 0, 1.0), (1, 2, -0.0)]);
    let row = Tensor::from_values([3], vec![1.0, -2.0, 3.0]).unwrap();
    let product = x.multiply(&row).unwrap();
    assert_eq!([[0, 1], [1, 1], [1, 2]].map(|at| product.get(at).unwrap()), [minus; 3]);
    assert_eq!(product.get([0, 2]).unwrap(), Scalar::Float64(0.0));
    let chosen = x.greater(0.5).unwrap().where_(5.0, &x).unwrap();
    assert_eq!((chosen.get([1, 2]).unwrap(), chosen.fill()), (minus, Scalar::Float64(0.0)));
    // A fill of its own, of which the stored zeros are not.
    let negative = x.negative().unwrap();
    assert_eq!(negative.fill(), minus);
    assert_eq!(negative.prune().unwrap().stored(), 1);
    let copied = x.copysign(&negative).unwrap();
    assert_eq!((copied.fill(), copied.get([1, 2]).unwrap()), (minus, Scalar::Float64(0.0)));
}

#[test]
fn signs_alone_do_not_make_a_sparse_result_dense() {
    let n = 100_000;
    let elements: Vec<_> = (0..n).map(|k| (k, k * 7919 % n, 1.0 + k as f64)).collect();
    let x = sparse(&[n, n], &elements);
    let signs = (0..n).map(|k| if k % 3 == 0 { -1.0 } else { 1.0 }).collect::<Vec<_>>();
    let row = Tensor::from_values([n], signs).unwrap();
    for scaled in [x.multiply(&row).unwrap(), row.multiply(&x).unwrap(), x.divide(&row).unwrap()] {
        assert!(Arc::ptr_eq(x.pattern(), scaled.pattern()));
        assert_eq!(scaled.fill(), Scalar::Float64(0.0));
    }
    // What both store is no more than they take already.
    let product = x.multiply(&x.t().unwrap().negative().unwrap()).unwrap();
    assert!(product.stored() <= 2 * n as u128 && product.fill() == Scalar::Float64(-0.0));
}

#[test]
fn results_are_stored_by_the_rule() {
    let diagonal = |k| Tensor::eye(100, 100, k, DType::Float64).unwrap();
    let band = diagonal(0).add(&diagonal(1)).unwrap();
    assert_eq!((band.format(), band.stored()), (Format::csr(), 199));
    let none = diagonal(0).multiply(&diagonal(1)).unwrap();
    assert_eq!((none.format(), none.stored()), (Format::csr(), 0));
    // Nothing but the fill changes.
    let shifted = band.add(1.0).unwrap();
    assert_eq!((shifted.stored(), shifted.fill()), (199, Scalar::Float64(1.0)));
    // A transposed operand is brought to the order of the larger one.
    let transposed = Tensor::eye(100, 100, 2, DType::Float64).unwrap().t().unwrap();
    assert_eq!(band.add(&transposed).unwrap().format(), Format::csr());
}

#[test]
fn plans_tell_what_they_fuse() {
    let mut expr = Expr::default();
    let (x, s) = (expr.input(0), expr.input(1));
    let s1 = expr.apply(Map::of_arrays(Func::Square), [s]);
    let scaled = expr.apply(Map::of_arrays(Func::Divide), [x, s1]);
    let logs = expr.apply(Map::of_arrays(Func::Log1p), [scaled]);
    let sum = expr.apply(Map::of_arrays(Func::Add), [logs, x]);
    expr.output(sum);
    let x = sparse(&[2, 3], &[(0, 0, 1.0), (1, 2, 4.0)]);
    let s = Tensor::from_values([3], vec![1.0, 2.0, 3.0]).unwrap();
    let told = explain(&expr, &[&x, &s]).unwrap();
    // The square of the row has a shape of its own; the rest is one pass.
    assert!(told.contains("%2 float64[3] = fused %2 of %1"), "{told}");
    assert!(told.contains("%5 float64[2, 3] = fused %3 %4 %5 of %0 %2"), "{told}");
    assert!(told.contains("lookup for 2 stored among 3"), "{told}");
    assert!(told.contains("of an operand"), "{told}");
    let result = Tensor::eval_expr(&expr, &[&x, &s]).unwrap();
    assert!(Arc::ptr_eq(result[0].pattern(), x.pattern()));
}

/// A tensor that stores about one in `each` elements.
fn scattered(shape: &[usize], each: usize, seed: u64, format: &Format) -> Tensor {
    let mut random = Random(seed);
    let value = |_| if random.below(each) == 0 { random.below(1000) as f64 } else { 0.0 };
    let values: Vec<f64> = (0..shape.iter().product()).map(value).collect();
    Tensor::from_dense(shape, values, 0.0, format).unwrap()
}

#[test]
fn long_fibers_are_cut_and_give_the_same_on_any_number_of_threads() {
    // Each of them has fibers that are several tiles long.
    let shapes: [&[usize]; 3] = [&[40_000], &[3, 30_000], &[2, 1, 40_000]];
    for shape in shapes {
        let (csf, bitmap) = (Format::csf(shape.len()), Format::bitmap(shape.len()));
        let sparse = scattered(shape, 3, 1, &csf);
        let others = [
            scattered(shape, 2, 2, &csf),
            scattered(shape, 400, 3, &csf),
            scattered(shape, 5, 4, &bitmap),
            scattered(&shape[shape.len() - 1..], 1, 5, &Format::dense(1)),
        ];
        for other in &others {
            for func in [Func::Add, Func::Multiply] {
                let map = Map::of_arrays(func);
                let inputs = [sparse.clone(), other.clone()];
                let (expected_shape, expected) = by_definition(&map, &inputs);
                let [one, five] = [1, 5].map(|threads| {
                    on_threads(threads, || {
                        Tensor::apply_one(map.clone(), &[&inputs[0], &inputs[1]]).unwrap()
                    })
                });
                check_result(&one, &expected_shape, &expected).unwrap();
                assert!(one.same_bits(&five).unwrap() && one.format() == five.format());
            }
        }
    }
}
