//! Programs of random operations give the same on chunks as on the whole.

use super::{Blocks, assert_close};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use redpoll::Array;
use redpoll::chunked::{self, Chunked, Options, RunOptions};
use redpoll::dense::Dense;
use redpoll::dtype::{DType, Kind, Scalar, Weak};
use redpoll::standard::{
    Arg, AxisSlice, Contract, Create, Func, Join, Label, Map, Meta, Op, Order, Reduce, Reduction,
    Reindex, Scan, ScanKind, Select, Shape,
};

/// Choices in a fixed order, so that a failing case shrinks.
struct Choices<'a>(std::slice::Iter<'a, u32>);

impl Choices<'_> {
    fn below(&mut self, n: usize) -> usize {
        *self.0.next().unwrap_or(&0) as usize % n.max(1)
    }
    fn of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

/// An operation that arrays of these metadata accept, and which of them it takes.
fn operation(choices: &mut Choices<'_>, metas: &[Meta]) -> (Op, Vec<usize>) {
    let newest = metas.len() - 1;
    let input = if choices.below(3) == 0 { choices.below(metas.len()) } else { newest };
    let meta = &metas[input];
    let ndim = meta.ndim();
    let op: Op = match choices.below(16) {
        0 => Op::Cast(choices.of(&[DType::Float64, DType::Int64, DType::Float32, DType::Bool])),
        1 | 2 => {
            let other = choices.below(metas.len());
            let func = choices.of(&[Func::Add, Func::Multiply, Func::Maximum, Func::NotEqual]);
            return (Map::of_arrays(func).into(), vec![input, other]);
        }
        3 => {
            let (scalar, func) = (Scalar::cast(3_i8.into(), meta.dtype), Func::Add);
            Map { func, args: [Arg::Scalar(scalar), Arg::Input].into_iter().collect() }.into()
        }
        4 | 5 | 12 | 13 => {
            let reduction = choices.of(&[
                Reduction::Sum,
                Reduction::Prod,
                Reduction::Min,
                Reduction::Max,
                Reduction::Mean,
                Reduction::Any,
                Reduction::All,
                Reduction::CountNonzero,
                Reduction::ArgMin,
                Reduction::ArgMax,
                Reduction::Var { correction: 1.0 },
                Reduction::Std { correction: 0.0 },
                Reduction::MeanVar { correction: 0.0 },
            ]);
            let argument = matches!(reduction, Reduction::ArgMin | Reduction::ArgMax);
            let one = choices.below(ndim);
            let mask = choices.below(1 << ndim);
            let axes = (0..ndim).filter(|&a| if argument { a == one } else { mask >> a & 1 == 1 });
            let axes = axes.collect();
            Reduce { reduction, axes, keepdims: choices.below(2) == 1 }.into()
        }
        6 => {
            let other = choices.below(metas.len());
            let (l, r) = (ndim, metas[other].ndim());
            // Axes of one length become one label now and then; each is kept or summed.
            let left: Vec<Label> = (0..l).map(|a| a as Label).collect();
            let mut right: Vec<Label> = (0..r).map(|a| (10 + a) as Label).collect();
            let mut result = left.clone();
            for (b, label) in right.iter_mut().enumerate() {
                let a = choices.below(l + 1);
                let fits = a < l && meta.shape[a] == metas[other].shape[b];
                match choices.below(3) {
                    0 if fits && result.contains(&left[a]) => {
                        *label = left[a];
                        result.retain(|x| *x != left[a]);
                    }
                    _ => result.push(*label),
                }
            }
            let start = choices.below(result.len().max(1));
            result.rotate_left(start);
            let (left, right) = (left.into_iter().collect(), right.into_iter().collect());
            let op = Contract { left, right, result: result.into_iter().collect() };
            return (op.into(), vec![input, other]);
        }
        7 => {
            let mut axes: Vec<usize> = (0..ndim).collect();
            if ndim > 0 {
                axes.rotate_left(choices.below(ndim));
                axes.swap(0, choices.below(ndim));
            }
            Reindex::Permute { axes: axes.into_iter().collect() }.into()
        }
        8 => {
            let mut shape = meta.shape.clone();
            match choices.below(4) {
                0 => shape = [shape.iter().product::<usize>()].into_iter().collect(),
                1 => shape.insert(choices.below(ndim + 1), 1),
                2 if ndim > 1 && !shape.contains(&0) => {
                    let last = shape.pop().unwrap_or(1);
                    shape[0] *= last;
                }
                _ => {
                    if let Some(n) = shape.first().copied().filter(|&n| n > 0 && n % 2 == 0) {
                        shape[0] = n / 2;
                        shape.insert(1, 2);
                    }
                }
            }
            Reindex::Reshape { shape }.into()
        }
        9 => {
            let mut shape: Shape = meta.shape.iter().map(|&n| if n == 1 { 3 } else { n }).collect();
            if choices.below(2) == 0 {
                shape.insert(0, 2);
            }
            Reindex::Broadcast { shape }.into()
        }
        10 => {
            let slice = |&n: &usize| {
                let start = choices.below(n);
                let step = choices.of(&[1_isize, 1, 2, -1, -2]);
                let reach = if step > 0 { n.saturating_sub(start + 1) } else { start };
                let most = if n == 0 { 0 } else { reach / step.unsigned_abs() + 1 };
                let length = if choices.below(8) == 0 { 0 } else { most - choices.below(most) };
                AxisSlice { start, step, length: length.min(most) }
            };
            Reindex::Slice { slices: meta.shape.iter().map(slice).collect() }.into()
        }
        _ if ndim == 0 => Op::Cast(meta.dtype),
        14 => {
            let kind = choices.of(&[ScanKind::Sum, ScanKind::Prod]);
            Scan { kind, axis: choices.below(ndim) }.into()
        }
        // Complex numbers whose real parts differ by rounding alone would change places.
        15 if meta.dtype.kind() != Kind::Complex => {
            let (axis, descending) = (choices.below(ndim), choices.below(2) == 1);
            Order::Sort { axis, descending }.into()
        }
        _ => {
            let axis = choices.below(ndim);
            if choices.below(2) == 0 {
                return (
                    Join::Concat { axis }.into(),
                    vec![input, input, choices.below(metas.len())],
                );
            }
            if ndim > 1 && choices.below(4) == 0 {
                let lower = choices.below(7) as i128 - 3;
                let upper = (choices.below(2) == 0).then_some(lower + 2);
                return (Select::Band { lower: Some(lower), upper }.into(), vec![input]);
            }
            let length = meta.shape[axis];
            let count = if length == 0 { 0 } else { choices.below(6) };
            let indices: Vec<u64> = (0..count).map(|_| choices.below(length) as u64).collect();
            Select::Take { axis, indices: indices.into() }.into()
        }
    };
    (op, vec![input])
}

/// Arrays made one after the other, on the whole and in chunks, from two literals and a sequence.
fn program(
    shape: &[usize],
    dtype: DType,
    numbers: &[i8],
    choices: &[u32],
) -> (Vec<Dense>, Vec<Blocks>) {
    let size: usize = shape.iter().product();
    let values = |offset: usize| -> Vec<f64> {
        let number = |k: usize| match numbers[(k * 7 + offset) % numbers.len()] {
            -5 if dtype.kind() == Kind::Float => f64::NAN,
            n => f64::from(n) / 2.0,
        };
        (0..size).map(number).collect()
    };
    let literal = |offset| Create::Literal { shape: shape.into(), values: values(offset).into() };
    let arange = Create::Arange {
        start: Weak::Int(-2),
        step: Weak::Int(3),
        offset: 0,
        length: shape.last().copied().unwrap_or(3),
        dtype: DType::Int64,
    };
    let eye = Create::Eye { rows: 4, columns: 3, diagonal: 1, dtype: DType::Float32 };
    let mut whole: Vec<Dense> = Vec::new();
    let mut chunks: Vec<Blocks> = Vec::new();
    for create in [arange, eye, literal(0), literal(3)] {
        whole.push(Dense::apply_one(create.clone(), &[]).unwrap());
        chunks.push(Chunked::apply_one(create, &[]).unwrap());
    }
    for k in 2..4 {
        whole[k] = whole[k].astype(dtype).unwrap();
        chunks[k] = chunks[k].astype(dtype).unwrap();
    }
    let mut choices = Choices(choices.iter());
    for _ in 0..6 {
        let metas: Vec<Meta> = whole.iter().map(|a| a.meta().clone()).collect();
        let (op, inputs) = operation(&mut choices, &metas);
        let of_whole: Vec<&Dense> = inputs.iter().map(|&k| &whole[k]).collect();
        let of_chunks: Vec<&Blocks> = inputs.iter().map(|&k| &chunks[k]).collect();
        match (Dense::apply(&op, &of_whole), Chunked::apply(&op, &of_chunks)) {
            (Ok(results), Ok(recorded)) if results.iter().all(|r| r.size() < 500) => {
                whole.extend(results);
                chunks.extend(recorded);
            }
            (Ok(_), Ok(_)) => {}
            (Err(expected), got) => assert_eq!(got.unwrap_err(), expected, "{op}"),
            (Ok(_), Err(error)) => panic!("{op}: {error}"),
        }
    }
    (whole, chunks)
}

fn shapes() -> impl Strategy<Value = Vec<usize>> {
    vec(prop_oneof![1 => Just(0_usize), 2 => Just(1), 9 => 2..8_usize], 0..4)
}

fn dtypes() -> impl Strategy<Value = DType> {
    select(vec![DType::Float64, DType::Float32, DType::Int32, DType::UInt8, DType::Complex64])
}

/// As many as the environment says, or few: each is a program of several operations.
fn cases() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    ProptestConfig::with_cases(asked.unwrap_or(64))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn random_programs(
        shape in shapes(),
        chunk in 1..5_usize,
        dtype in dtypes(),
        numbers in vec(-5..6_i8, 1..30),
        choices in vec(any::<u32>(), 80),
    ) {
        let run = RunOptions::new().threads(1);
        let options = Options { chunks: chunk.into(), block_bytes: 64, run };
        let (whole, chunks) = options.scope(|| program(&shape, dtype, &numbers, &choices));
        // Each alone, and all in one pass, on several threads.
        for (expected, array) in whole.iter().zip(&chunks) {
            let got = options.scope(|| array.compute()).unwrap();
            assert_close(&got, expected, &format!("{array:?}"));
            let axes = array.grid().axes();
            prop_assert!(axes.iter().all(|p| p.count() == 1 || p.lengths().all(|n| n > 0)));
        }
        let all: Vec<&Blocks> = chunks.iter().collect();
        let together = chunked::compute_with(&all, &RunOptions::new().threads(4)).unwrap();
        let alone = chunked::compute_with(&all, &RunOptions::new().threads(1)).unwrap();
        for ((a, b), expected) in together.iter().zip(&alone).zip(&whole) {
            prop_assert_eq!(a.to_values().unwrap(), b.to_values().unwrap());
            assert_close(a, expected, "together");
        }
    }
}

#[test]
fn the_first_extreme_wins_over_chunks() {
    let nan = f64::NAN;
    for values in [
        vec![3.0, 1.0, 2.0, 1.0, 5.0, 5.0],
        vec![3.0, 1.0, nan, 1.0, nan, 0.0, 9.0],
        vec![0.0, -0.0, 0.0],
        vec![nan; 5],
        vec![f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
    ] {
        let whole = Dense::from_values([values.len()], values).unwrap();
        for chunk in 1..4 {
            let x = Chunked::from_array(&whole, chunk).unwrap();
            assert_close(
                &x.argmin(0).unwrap().compute().unwrap(),
                &whole.argmin(0).unwrap(),
                "min",
            );
            assert_close(
                &x.argmax(0).unwrap().compute().unwrap(),
                &whole.argmax(0).unwrap(),
                "max",
            );
        }
    }
}

/// Operations on a 5 × 4 array of different numbers, of every class, each by its own rule.
fn each_class() -> Vec<Op> {
    let take = |axis, indices: &[u64]| Select::Take { axis, indices: indices.to_vec().into() };
    let slice = |start, step, length| AxisSlice { start, step, length };
    let slices = |list: [AxisSlice; 2]| Reindex::Slice { slices: list.into_iter().collect() };
    let shape = |lengths: &[usize]| Reindex::Reshape { shape: lengths.into() };
    let labels = |text: &str| text.bytes().map(|b| b - b'a').collect();
    let contract = |left: &str, right: &str, result: &str| Contract {
        left: labels(left),
        right: labels(right),
        result: labels(result),
    };
    let mut ops: Vec<Op> = vec![
        take(0, &[4, 0, 3, 3, 1, 2, 0]).into(),
        take(0, &[1, 2, 4]).into(),
        take(1, &[3, 2, 1, 0]).into(),
        take(1, &[]).into(),
        Select::Band { lower: None, upper: Some(-1) }.into(),
        Select::Band { lower: Some(0), upper: Some(1) }.into(),
        Select::Band { lower: Some(2), upper: Some(1) }.into(),
        slices([slice(4, -1, 5), slice(0, 2, 2)]).into(),
        slices([slice(1, 3, 2), slice(3, -2, 2)]).into(),
        slices([slice(2, 1, 3), slice(1, 1, 0)]).into(),
        Reindex::Permute { axes: [1, 0].into_iter().collect() }.into(),
        Reindex::Broadcast { shape: [3, 5, 4].into_iter().collect() }.into(),
        shape(&[20]).into(),
        shape(&[4, 5]).into(),
        shape(&[5, 1, 2, 2]).into(),
        shape(&[2, 10]).into(),
        Join::Concat { axis: 0 }.into(),
        Join::Concat { axis: 1 }.into(),
        Map::of_arrays(Func::Subtract).into(),
        contract("ab", "cb", "ac").into(),
        contract("ab", "ac", "cb").into(),
        contract("ab", "ab", "").into(),
        contract("ab", "ab", "b").into(),
        contract("ab", "cd", "dacb").into(),
    ];
    for axis in [0, 1] {
        ops.extend([ScanKind::Sum, ScanKind::Prod].map(|kind| Scan { kind, axis }.into()));
        let descending = axis == 1;
        ops.push(Order::Sort { axis, descending }.into());
        ops.push(Order::ArgSort { axis, descending }.into());
    }
    for reduction in [Reduction::Sum, Reduction::MeanVar { correction: 1.0 }, Reduction::Max] {
        for axes in [&[0][..], &[1], &[0, 1], &[]] {
            for keepdims in [false, true] {
                ops.push(Reduce { reduction, axes: axes.into(), keepdims }.into());
            }
        }
    }
    ops
}

#[test]
fn each_class_by_its_rule() {
    let whole = super::counting(&[5, 4]).multiply(0.5).unwrap();
    for op in each_class() {
        let two = matches!(op, Op::Contract(_) | Op::Map(_) | Op::Join(_));
        let reversed = whole.flip(0).unwrap();
        let of_whole = if two { vec![&whole, &reversed] } else { vec![&whole] };
        let expected = Dense::apply(&op, &of_whole).unwrap();
        for (left, right) in
            [([1, 1], [2, 3]), ([2, 3], [1, 4]), ([3, 2], [5, 2]), ([5, 4], [4, 1])]
        {
            let x = Chunked::from_array(&whole, left).unwrap();
            let y = Chunked::from_array(&reversed, right).unwrap();
            let of_chunks = if two { vec![&x, &y] } else { vec![&x] };
            let got = Chunked::apply(&op, &of_chunks).unwrap();
            assert_eq!(got.len(), expected.len());
            for (g, e) in got.iter().zip(&expected) {
                assert_close(&g.compute().unwrap(), e, &format!("{op} {g:?}"));
            }
        }
    }
}
