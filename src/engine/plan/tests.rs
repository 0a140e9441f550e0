//! Expressions beside the same operations one by one.

use super::explain;
use crate::dtype::{DType, Scalar};
use crate::engine::samples::{close, scattered};
use crate::standard::{Arg, Array, Contract, Expr, Func, Map, Op, Reduce, Reduction, Ref};
use crate::tensor::{Format, Tensor};
use crate::testing::oracle::indices;

const SHAPE: [usize; 2] = [70, 80];

fn dense(shape: [usize; 2]) -> Tensor {
    let values: Vec<f64> = (0..shape[0] * shape[1]).map(|k| (k * 37 % 19) as f64 - 9.0).collect();
    Tensor::from_dense(shape, values, 0.0, &Format::dense(2)).unwrap()
}

fn map(func: Func) -> Op {
    Map::of_arrays(func).into()
}

fn beside_zero(func: Func) -> Op {
    Map { func, args: [Arg::Input, Arg::Scalar(Scalar::Float64(0.0))].into_iter().collect() }.into()
}

fn labelled(text: &str) -> Contract {
    let labels = |part: &str| part.bytes().collect();
    let (operands, result) = text.split_once("->").unwrap();
    let (left, right) = operands.split_once(',').unwrap();
    Contract { left: labels(left), right: labels(right), result: labels(result) }
}

/// What is said of the evaluation, which gives the same as the nodes one by one.
fn checked(expr: &Expr, inputs: &[&Tensor]) -> String {
    let (fused, single) =
        (Tensor::eval_expr(expr, inputs).unwrap(), expr.eval_nodes(inputs).unwrap());
    for (fused, single) in fused.iter().zip(&single) {
        assert_eq!(fused.meta(), single.meta());
        assert_eq!(fused.fill(), single.fill());
        for index in indices(fused.shape()) {
            let (got, expected) = (fused.get(&index).unwrap(), single.get(&index).unwrap());
            assert!(close(got, expected), "{index:?}: {got}, not {expected}\n{expr}");
        }
    }
    explain(expr, inputs).unwrap()
}

#[test]
fn products_are_computed_where_they_are_needed() {
    let mask = scattered(SHAPE[0], SHAPE[1], 300);
    let (left, right) = (dense([SHAPE[0], 5]), dense([5, SHAPE[1]]));
    let sparse = [scattered(SHAPE[0], 50, 600), scattered(50, SHAPE[1], 700)];
    type Build = fn(&mut Expr, Ref, Ref) -> Ref;
    let needed: [Build; 5] = [
        |e, mask, product| e.apply(map(Func::Multiply), [mask, product]),
        |e, mask, product| {
            let exp = e.apply(map(Func::Tanh), [product]);
            e.apply(map(Func::Multiply), [exp, mask])
        },
        |e, mask, product| {
            let chosen = e.apply(beside_zero(Func::NotEqual), [mask]);
            let args = [Arg::Input, Arg::Input, Arg::Scalar(Scalar::Float64(0.0))];
            e.apply(Map { func: Func::Where, args: args.into_iter().collect() }, [chosen, product])
        },
        |e, mask, product| {
            let one = e.apply(map(Func::Multiply), [product, mask]);
            let other = e.apply(map(Func::Multiply), [mask, product]);
            e.apply(map(Func::Add), [one, other])
        },
        |e, mask, product| {
            let first = e.apply(map(Func::Multiply), [product, product]);
            e.apply(map(Func::Multiply), [mask, first])
        },
    ];
    let whole: [Build; 3] = [
        |e, mask, product| e.apply(map(Func::Add), [mask, product]),
        // Of a negative product it is NaN, also times 0.
        |e, mask, product| {
            let log = e.apply(map(Func::Log), [product]);
            e.apply(map(Func::Multiply), [mask, log])
        },
        |e, mask, product| {
            let other = e.apply(beside_zero(Func::LessEqual), [mask]);
            let args = [Arg::Input, Arg::Input, Arg::Scalar(Scalar::Float64(0.0))];
            e.apply(Map { func: Func::Where, args: args.into_iter().collect() }, [other, product])
        },
    ];
    let said = "only where an operand is stored";
    for factors in
        [[&left, &right], [&sparse[0], &right], [&left, &sparse[1]], [&sparse[0], &sparse[1]]]
    {
        if factors[0].shape()[1] != factors[1].shape()[0] {
            continue;
        }
        for format in [Format::csr(), Format::csc(), Format::coo(2), Format::bitmap(2)] {
            let mask = mask.to_format(&format).unwrap();
            let builds = needed.iter().map(|b| (b, true)).chain(whole.iter().map(|b| (b, false)));
            for (build, few) in builds {
                let mut expr = Expr::default();
                let [m, a, b] = [0, 1, 2].map(|k| expr.input(k));
                let product = expr.apply(labelled("ij,jk->ik"), [a, b]);
                let result = build(&mut expr, m, product);
                expr.output(result);
                let told = checked(&expr, &[&mask, factors[0], factors[1]]);
                assert_eq!(told.contains(said), few, "{told}");
            }
        }
    }
}

#[test]
fn a_product_that_may_overflow_is_whole() {
    let mask = scattered(SHAPE[0], SHAPE[1], 300);
    let huge = |t: Tensor| t.multiply(1e200).unwrap();
    let (left, right) = (huge(dense([SHAPE[0], 5])), huge(dense([5, SHAPE[1]])));
    let mut expr = Expr::default();
    let [m, a, b] = [0, 1, 2].map(|k| expr.input(k));
    let product = expr.apply(labelled("ij,jk->ik"), [a, b]);
    let result = expr.apply(map(Func::Multiply), [m, product]);
    expr.output(result);
    let told = checked(&expr, &[&mask, &left, &right]);
    assert!(!told.contains("only where"), "{told}");
}

#[test]
fn a_mean_and_a_variance_take_one_pass() {
    let x = scattered(SHAPE[0], SHAPE[1], 900);
    for (order, keepdims) in [([0, 1], false), ([1, 0], true)] {
        let mut expr = Expr::default();
        let input = expr.input(0);
        let reductions = [Reduction::Mean, Reduction::Var { correction: 1.0 }];
        let reduce = |reduction| Reduce { reduction, axes: [0].into_iter().collect(), keepdims };
        let both = order.map(|k| expr.apply(reduce(reductions[k]), [input]));
        let other = expr.apply(reduce(Reduction::Var { correction: 0.0 }), [input]);
        [both[1], both[0], other].into_iter().for_each(|result| expr.output(result));
        let told = checked(&expr, &[&x]);
        assert!(told.contains("= one pass %1 %2 of %0"), "{told}");
        assert!(told.contains("%3 float64") && told.contains("one operation"), "{told}");
    }
}

#[test]
fn chains_of_products_are_computed_by_slices() {
    // About 1.5 MB between the products.
    const N: usize = 64;
    let matrix = scattered(60, 50 * 40, 3000);
    let x = matrix.reshape([60, 50, 40]).unwrap();
    let inputs = [dense([50, N]), dense([40, N])];
    for (first, second, back) in [
        ("ijk,kr->ijr", "ijr,jr->ir", "ijr,jr->ri"),
        ("kr,ijk->ijr", "jr,ijr->ir", "jr,ijr->ri"),
        ("ijk,jr->ikr", "ikr,kr->ir", "kr,ikr->ri"),
    ] {
        for (last, format) in [
            (second, Format::csf(3)),
            (back, Format::coo(3)),
            (second, Format::csf(3).with_order(&[2, 0, 1]).unwrap()),
        ] {
            let x = x.to_format(&format).unwrap();
            let mut expr = Expr::default();
            let [a, b, c] = [0, 1, 2].map(|k| expr.input(k));
            let of = |text: &str, x: Ref, other: Ref| {
                if text.starts_with(['i']) { [x, other] } else { [other, x] }
            };
            let (by_k, by_j) =
                if first.starts_with("kr") || first.contains(",kr") { (c, b) } else { (b, c) };
            let between = expr.apply(labelled(first), of(first, a, by_k));
            let product = expr.apply(labelled(last), of(last, between, by_j));
            expr.output(product);
            let told = checked(&expr, &[&x, &inputs[0], &inputs[1]]);
            assert!(told.contains("= products, slice by slice, %3 %4 of"), "{told}");
        }
    }
}

#[test]
fn sums_of_products_need_no_product() {
    let sum = |axes: &[usize], keepdims| Reduce {
        reduction: Reduction::Sum,
        axes: axes.iter().copied().collect(),
        keepdims,
    };
    let summed = |labels: &str, sum: Reduce| {
        let mut expr = Expr::default();
        let [a, b] = [0, 1].map(|k| expr.input(k));
        let product = expr.apply(labelled(labels), [a, b]);
        let result = expr.apply(sum, [product]);
        expr.output(result);
        expr
    };
    let (a, b) = (scattered(6, 7, 20), dense([7, 6]));
    let wild = a.divide(&a).unwrap();
    let huge = b.multiply(1e308).unwrap();
    let whole = |t: &Tensor, dtype| t.astype(dtype).unwrap();
    let pairs = [
        [a.clone(), b.clone()],
        [wild, b.clone()],
        [a.clone(), huge],
        [a.clone(), whole(&b, DType::Float32)],
        [a.astype(DType::Float32).unwrap(), whole(&b, DType::Float32)],
        [a.astype(DType::Int8).unwrap(), whole(&b, DType::Int8)],
        [a.astype(DType::UInt64).unwrap(), whole(&b, DType::UInt64)],
        [a.astype(DType::Complex128).unwrap(), whole(&b, DType::Complex128)],
    ];
    for [a, b] in &pairs {
        for labels in ["ij,jk->ik", "ij,ji->ij", "ij,jk->kij"] {
            let axes: &[&[usize]] = &[&[0], &[1], &[0, 1], &[]];
            for (axes, keepdims) in axes.iter().flat_map(|axes| [(axes, false), (axes, true)]) {
                let told = checked(&summed(labels, sum(axes, keepdims)), &[a, b]);
                assert!(told.contains("= sum of products %2 %3 of %0 %1"), "{told}");
            }
        }
    }
    // A product of 8 TB.
    let n = 1_000_000;
    let tall = Tensor::from_dense([n, 2], vec![0.5; 2 * n], 0.0, &Format::dense(2)).unwrap();
    let expr = summed("ij,kj->ik", sum(&[0, 1], false));
    let all = Tensor::eval_expr(&expr, &[&tall, &tall]).unwrap().swap_remove(0);
    assert_eq!(all.item().unwrap(), 0.5e12.into());
}
