//! Programs: several operations after one another, where the result of one, with its fill, format, strides or
//! chunks, is the input of the next; evaluated step by step and recorded as an [`Expr`].

use super::oracle::Reference;
use super::strategies::{Palette, array_of};
use super::{Make, Tolerance, agree, build, for_all};
use crate::dtype::{DType, Scalar};
use crate::standard::{
    Arg, AxisSlice, Contract, Expr, Func, Join, Map, Op, Order, Reduce, Reduction, Ref, Reindex,
    Scan, ScanKind, Select,
};
use crate::{Array, Result};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::fmt;

/// One step: an operation on earlier results, and what it gives.
#[derive(Clone)]
struct Step {
    op: Op,
    inputs: Vec<usize>,
    want: Reference,
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of {:?}", self.op, self.inputs)
    }
}

/// Small whole numbers stay exact in every operation below.
const LIMIT: f64 = 1e6;

/// The step that some draws select on what there is so far.
fn step(done: &[Reference], draws: &[Index]) -> Step {
    let mut draws = draws.iter().cycle();
    let mut draw = |n: usize| draws.next().expect("a cycle").index(n.max(1));
    let position = draw(done.len());
    let x = &done[position];
    let ndim = x.ndim();
    let zero = Step {
        op: Map::of_arrays(Func::Negative).into(),
        inputs: vec![position],
        want: Reference::known_map(Func::Negative, &[x]).expect("real"),
    };
    let one = |op: Op, want: Reference| Step { op, inputs: vec![position], want };
    let chosen = match draw(15) {
        0 => {
            let func = [Func::Abs, Func::Sign, Func::Negative, Func::Floor][draw(4)];
            one(Map::of_arrays(func).into(), Reference::known_map(func, &[x]).expect("real"))
        }
        1 => {
            // A scalar that changes the fill.
            let func = [Func::Add, Func::Multiply, Func::Maximum, Func::Subtract][draw(4)];
            let value = Scalar::Float64([1.0, -2.0, 0.0, 3.0][draw(4)]);
            let args = [Arg::Input, Arg::Scalar(value)].into_iter().collect();
            let scalar = Reference::from_fn(&[], DType::Float64, |_| value);
            one(Map { func, args }.into(), Reference::known_map(func, &[x, &scalar]).expect("real"))
        }
        2 | 3 => {
            let func = [Func::Add, Func::Multiply, Func::Minimum, Func::Subtract][draw(4)];
            let fits: Vec<usize> = (0..done.len())
                .filter(|&k| {
                    super::oracle::broadcast([x.shape.as_slice(), &done[k].shape].into_iter())
                        .is_some()
                })
                .collect();
            let other = fits[draw(fits.len())];
            let want = Reference::known_map(func, &[x, &done[other]]).expect("real");
            Step { op: Map::of_arrays(func).into(), inputs: vec![position, other], want }
        }
        4 => {
            let mut axes: Vec<usize> = (0..ndim).collect();
            (0..ndim).for_each(|k| axes.swap(k, k + draw(ndim - k)));
            one(Reindex::Permute { axes: axes.as_slice().into() }.into(), x.permuted(&axes))
        }
        5 => {
            let slices: Vec<AxisSlice> = x
                .shape
                .iter()
                .map(|&n| match draw(4) {
                    0 if n > 1 => AxisSlice { start: 1, step: 1, length: n - 1 },
                    1 if n > 0 => AxisSlice { start: n - 1, step: -1, length: n },
                    2 if n > 0 => AxisSlice { start: 0, step: 2, length: n.div_ceil(2) },
                    _ => AxisSlice::full(n),
                })
                .collect();
            let lists: Vec<Vec<usize>> =
                slices.iter().map(|s| (0..s.length).map(|k| s.index(k)).collect()).collect();
            one(Reindex::Slice { slices: slices.as_slice().into() }.into(), x.selected(&lists))
        }
        6 => {
            let size = x.elements.len();
            let first = (1..=size.max(1)).filter(|d| size.is_multiple_of(*d)).collect::<Vec<_>>();
            let first = first[draw(first.len())];
            let shape = [first, size / first];
            one(Reindex::Reshape { shape: shape.as_slice().into() }.into(), x.reshaped(&shape))
        }
        7 if x.elements.len() < 60 => {
            let shape = [&[2], x.shape.as_slice()].concat();
            one(
                Reindex::Broadcast { shape: shape.as_slice().into() }.into(),
                x.broadcast_to(&shape),
            )
        }
        8 => {
            let axes: Vec<usize> = (0..ndim).filter(|_| draw(2) == 0).collect();
            let keepdims = draw(2) == 0;
            let reduction = [Reduction::Sum, Reduction::Any, Reduction::CountNonzero][draw(3)];
            let want = x.reduced(reduction, &axes, keepdims).remove(0);
            let op = Reduce { reduction, axes: axes.as_slice().into(), keepdims };
            one(op.into(), want)
        }
        9 if ndim > 0 && x.elements.len() < 60 => {
            let axis = draw(ndim);
            let want = Reference::concat(&[x, x], axis);
            Step { op: Join::Concat { axis }.into(), inputs: vec![position, position], want }
        }
        10 if ndim > 0 => {
            let axis = draw(ndim);
            let n = x.shape[axis];
            let list: Vec<usize> = if n == 0 { vec![] } else { (0..3).map(|_| draw(n)).collect() };
            let indices: Vec<u64> = list.iter().map(|&i| i as u64).collect();
            one(Select::Take { axis, indices: indices.into() }.into(), x.taken(axis, &list))
        }
        11 if ndim == 2 && x.elements.len() < 60 => {
            // x xᵀ or xᵀ x
            let (left, right, result) =
                if draw(2) == 0 { (b"ab", b"cb", b"ac") } else { (b"ba", b"bc", b"ac") };
            let want = Reference::einsum((x, left), (x, right), result).expect("one type");
            let op = Contract {
                left: left.as_slice().into(),
                right: right.as_slice().into(),
                result: result.as_slice().into(),
            };
            Step { op: op.into(), inputs: vec![position, position], want }
        }
        12 if ndim > 1 => {
            let lower = draw(7) as i128 - 3;
            let upper = lower + draw(5) as i128;
            let want = Reference::from_fn(&x.shape, x.dtype, |i| {
                let diagonal = i[ndim - 1] as i128 - i[ndim - 2] as i128;
                if (lower..=upper).contains(&diagonal) { x.at(i) } else { 0.0.into() }
            });
            one(Select::Band { lower: Some(lower), upper: Some(upper) }.into(), want)
        }
        13 if ndim > 0 => {
            let axis = draw(ndim);
            let op = Scan { kind: ScanKind::Sum, axis };
            one(op.into(), x.scanned(ScanKind::Sum, axis, false))
        }
        14 if ndim > 0 => {
            let (axis, descending) = (draw(ndim), draw(2) == 0);
            one(Order::Sort { axis, descending }.into(), x.sorted(axis, descending))
        }
        _ => zero.clone(),
    };
    if chosen.want.magnitude() < LIMIT && chosen.want.dtype == DType::Float64 {
        chosen
    } else {
        zero
    }
}

/// Two arrays and what is done to them.
fn programs() -> BoxedStrategy<(Vec<Reference>, Vec<Step>)> {
    let shapes = (1..=4_usize, 1..=4_usize, 0..=3_usize);
    (shapes, vec(vec(any::<Index>(), 12), 1..=5))
        .prop_flat_map(|((n, m, k), draws)| {
            let x = array_of(vec![n, m], DType::Float64, Palette::Small);
            let y = array_of(vec![k, n, m], DType::Float64, Palette::Small);
            (x, y, Just(draws))
        })
        .prop_map(|(x, y, draws)| {
            let inputs = vec![x, y];
            let mut done = inputs.clone();
            let mut steps = vec![];
            for draws in &draws {
                let step = step(&done, draws);
                done.push(step.want.clone());
                steps.push(step);
            }
            (inputs, steps)
        })
        .boxed()
}

/// Step by step; every result is compared.
pub fn eager<A: Array>(make: Make<'_, A>) {
    for_all("programs, eager", 1, &programs(), |(inputs, steps)| {
        let mut done = inputs.iter().map(|x| build(make, x)).collect::<Result<Vec<A>>>()?;
        for step in &steps {
            let args: Vec<&A> = step.inputs.iter().map(|&k| &done[k]).collect();
            let got = A::apply_one(step.op.clone(), &args)?;
            agree(&got, &step.want, Tolerance::VALUE)?;
            done.push(got);
        }
        // What came first has not changed.
        inputs.iter().zip(&done).try_for_each(|(x, got)| agree(got, x, Tolerance::EXACT))
    });
}

/// Recorded first, then evaluated at once: the last result alone, and all of them.
pub fn recorded<A: Array>(make: Make<'_, A>) {
    for_all("programs, recorded", 1, &programs(), |(inputs, steps)| {
        let arrays = inputs.iter().map(|x| build(make, x)).collect::<Result<Vec<A>>>()?;
        let arrays: Vec<&A> = arrays.iter().collect();
        for all in [false, true] {
            let mut expr = Expr::default();
            let mut refs: Vec<Ref> = (0..inputs.len()).map(|k| expr.input(k)).collect();
            for step in &steps {
                let args: Vec<Ref> = step.inputs.iter().map(|&k| refs[k]).collect();
                refs.push(expr.apply(step.op.clone(), args));
            }
            let first = if all { inputs.len() } else { refs.len() - 1 };
            refs[first..].iter().for_each(|&r| expr.output(r));
            let results = A::eval_expr(&expr, &arrays)?;
            prop_assert_eq!(results.len(), refs.len() - first);
            let wants = steps[first - inputs.len()..].iter().map(|s| &s.want);
            for (got, want) in results.iter().zip(wants) {
                agree(got, want, Tolerance::VALUE)?;
            }
        }
        Ok(())
    });
}
