//! Reductions against naive ones over each cell's elements, and against themselves in parts.

use super::*;
use crate::kernels::samples::{Random, close, on_threads};

const ALL: [Reduction; 11] = [
    Reduction::Sum,
    Reduction::Prod,
    Reduction::Min,
    Reduction::Max,
    Reduction::Mean,
    Reduction::Var { correction: 1.0 },
    Reduction::Std { correction: 0.5 },
    Reduction::MeanVar { correction: 0.0 },
    Reduction::Any,
    Reduction::All,
    Reduction::CountNonzero,
];

impl Random {
    /// `len` values of a type, zeros among them.
    fn values(&mut self, dtype: DType, len: usize) -> Values {
        let numbers: Vec<Complex128> = (0..len)
            .map(|_| {
                let part = |r: &mut Self| r.below(41) as f64 * 0.25 - 3.0;
                let (re, im) = (part(self), part(self));
                if self.below(4) == 0 { Complex128::new(0.0, 0.0) } else { Complex128::new(re, im) }
            })
            .collect();
        cast::cast(&numbers.into(), dtype).unwrap()
    }
}

/// The reductions of a type, with their results' type.
fn of_dtype(dtype: DType) -> impl Iterator<Item = (Reduction, DType)> {
    ALL.into_iter().filter_map(move |r| r.result_dtype(dtype).ok().map(|out| (r, out)))
}

/// The results for one cell, the plainest way there is.
fn naive(reduction: Reduction, out: DType, elements: &[Scalar]) -> Vec<Scalar> {
    let numbers: Vec<f64> = elements.iter().map(|e| e.to()).collect();
    let complex: Vec<Complex128> = elements.iter().map(|e| e.to()).collect();
    let integers: Vec<i128> = elements
        .iter()
        .map(|e| match e {
            Scalar::UInt64(x) => i128::from(*x),
            other => i128::from(other.to::<i64>()),
        })
        .collect();
    let n = elements.len() as f64;
    // In two steps, so that the oracle is accurate too.
    let sum = |f: &dyn Fn(f64) -> f64| -> f64 {
        numbers.chunks(500).map(|part| part.iter().map(|&x| f(x)).sum::<f64>()).sum()
    };
    let mean = sum(&|x| x) / n;
    let variance = |correction: f64| sum(&|x| (x - mean) * (x - mean)) / (n - correction).max(0.0);
    let nonzero = elements.iter().filter(|e| e.to::<bool>()).count();
    let exact = |x: i128| Scalar::from(x as i64).cast(out);
    let one = match reduction {
        Reduction::Sum if out.is_integer() => {
            exact(integers.iter().fold(0, |s, x| s.wrapping_add(*x)))
        }
        Reduction::Prod if out.is_integer() => exact(
            integers.iter().fold(1, |p: i128, x| i128::from((p as i64).wrapping_mul(*x as i64))),
        ),
        Reduction::Sum => complex.iter().sum::<Complex128>().into(),
        Reduction::Prod => complex.iter().product::<Complex128>().into(),
        Reduction::Mean => (complex.iter().sum::<Complex128>() / n).into(),
        Reduction::Min => *elements.iter().min_by(|a, b| a.to::<f64>().total_cmp(&b.to())).unwrap(),
        Reduction::Max => *elements.iter().max_by(|a, b| a.to::<f64>().total_cmp(&b.to())).unwrap(),
        Reduction::Var { correction } => variance(correction).into(),
        Reduction::Std { correction } => variance(correction).sqrt().into(),
        Reduction::MeanVar { correction } => {
            return vec![
                Scalar::from(mean).cast(out),
                Scalar::from(variance(correction)).cast(out),
            ];
        }
        Reduction::Any => (nonzero > 0).into(),
        Reduction::All => (nonzero == elements.len()).into(),
        _ => Scalar::from(nonzero as u64),
    };
    vec![one.cast(out)]
}

fn assert_close(got: Scalar, expected: Scalar, what: &str) {
    assert_eq!(got.dtype(), expected.dtype(), "{what}");
    let eps = match got.dtype().real() {
        DType::Float32 => 1e-6,
        DType::Float64 => 1e-12,
        _ => return assert_eq!(got, expected, "{what}"),
    };
    assert!(close(got, expected, eps, 1.0), "{what}: {got} is not {expected}");
}

/// The results of cells that `feed` gives their `elements`, with as much of a fill as makes them all of one length.
fn check(
    (reduction, dtype, out): (Reduction, DType, DType),
    mut elements: Vec<Vec<Scalar>>,
    what: &str,
    feed: impl Fn(&mut Accumulators),
) {
    let count = elements.iter().map(Vec::len).max().unwrap();
    for fill in [Scalar::zero(dtype), Scalar::from(2.0).cast(dtype)] {
        let missing: Vec<u64> = elements.iter().map(|e| (count - e.len()) as u64).collect();
        let states = Accumulators::new(reduction, dtype, out, elements.len(), fill).unwrap();
        let results = states.reduce(count as u64, |states| {
            feed(states);
            if !states.ignores(fill) {
                states.push_repeated(&missing, fill);
            }
            Ok(())
        });
        let results = results.unwrap();
        assert_eq!(results.len(), reduction.outputs(), "{what}");
        for (cell, stored) in elements.iter_mut().enumerate() {
            let short = stored.len();
            stored.resize(count, fill);
            for (result, expected) in results.iter().zip(naive(reduction, out, stored)) {
                let what = format!("{reduction:?} of {dtype} {what} cell {cell}, fill {fill}");
                assert_close(result.get(cell), expected, &what);
            }
            stored.truncate(short);
        }
    }
}

#[test]
fn every_way_to_feed_a_reduction_of_every_type() {
    let (cells, len) = (7, 60);
    for dtype in DType::ALL {
        for (reduction, out) in of_dtype(dtype) {
            let mut random = Random(7);
            let values = random.values(dtype, len);
            let empty = vec![Vec::new(); cells];
            let types = (reduction, dtype, out);

            // Segments, of which some are empty, that do not begin at 0.
            let mut ends: Vec<u32> = (1..cells).map(|_| random.below(len + 1) as u32).collect();
            ends.sort_unstable();
            let ptr: Vec<u32> =
                [0].into_iter().chain(ends).chain([len as u32]).map(|p| p + 5).collect();
            let mut elements = empty.clone();
            for s in 0..cells {
                elements[s].extend((ptr[s]..ptr[s + 1]).map(|k| values.get(k.get() - 5)));
            }
            check(types, elements, "segments", |a| a.push_segments(&ptr, values.view()).unwrap());

            // Scattered, then weighted, then repeated, in two parts that are merged.
            let targets: Vec<u64> = (0..len).map(|_| random.below(cells - 1) as u64).collect();
            let weights: Vec<u64> = (0..len).map(|_| random.below(4) as u64).collect();
            let counts: Vec<u64> = (0..cells).map(|_| random.below(5) as u64).collect();
            let value = values.get(0);
            let mut elements = empty.clone();
            for k in 0..len {
                let times = 1 + weights[k].get();
                elements[targets[k].get()].extend(vec![values.get(k); times]);
            }
            for (c, &count) in counts.iter().enumerate() {
                elements[c].extend(vec![value; count.get()]);
            }
            check(types, elements, "scatter", |a| {
                let mut b = a.fresh().unwrap();
                a.push_scatter(&targets, values.view()).unwrap();
                b.push_weighted(&targets, values.view(), &weights).unwrap();
                b.push_repeated(&counts, value);
                a.merge(&b);
            });

            let rows = values.slice(0..8 * cells);
            let mut elements = empty;
            for k in 0..rows.len() {
                elements[k % cells].push(rows.get(k));
            }
            check(types, elements, "rows", |a| a.push_rows(rows.view(), cells).unwrap());
        }
    }
}

#[test]
fn large_inputs_run_in_parts() {
    // Enough for several parts of one segment, of many segments, and of rows long and short.
    let len = 3 * 64 * 1024;
    let mut random = Random(3);
    for dtype in [DType::Float64, DType::Float32, DType::Int8] {
        let values = random.values(dtype, len);
        let elements: Vec<Scalar> = (0..len).map(|k| values.get(k)).collect();
        for (reduction, out) in of_dtype(dtype) {
            if reduction == Reduction::Prod {
                continue; // Any order of factors overflows.
            }
            let types = (reduction, dtype, out);
            check(types, vec![elements.clone()], "large", |a| {
                a.push_segments(&[0, len as u64], values.view()).unwrap();
            });

            let ptr: Vec<u32> =
                [0, 10, 20_000, 20_000, 150_000].into_iter().chain([len as u32]).collect();
            let parts: Vec<Vec<Scalar>> =
                ptr.windows(2).map(|w| elements[w[0].get()..w[1].get()].to_vec()).collect();
            check(types, parts, "large", |a| a.push_segments(&ptr, values.view()).unwrap());

            for width in [3, 2048] {
                let columns: Vec<Vec<Scalar>> = (0..width)
                    .map(|c| elements.iter().skip(c).step_by(width).copied().collect())
                    .collect();
                check(types, columns, "large", |a| a.push_rows(values.view(), width).unwrap());
            }
        }
    }
}

/// The only result of a reduction of one cell of `count` elements to `float64`.
fn of_one(
    reduction: Reduction,
    dtype: DType,
    count: usize,
    feed: impl Fn(&mut Accumulators),
) -> f64 {
    let states = Accumulators::new(reduction, dtype, dtype, 1, Scalar::zero(dtype)).unwrap();
    let results = states.reduce(count as u64, |states| {
        feed(states);
        Ok(())
    });
    results.unwrap().last().unwrap().get(0).to()
}

#[test]
fn sums_lose_nothing_whatever_the_order_or_the_partition() {
    // Each number twice with both signs, large and small, and 1: the sum is 1.
    let mut random = Random(11);
    let mut numbers = vec![1.0];
    for _ in 0..500 {
        let x = (random.below(1 << 20) as f64 + 0.1) * 2_f64.powi(random.below(60) as i32 - 30);
        numbers.extend([x, -x]);
    }
    let sum_of = |count, feed: &dyn Fn(&mut Accumulators)| {
        of_one(Reduction::Sum, DType::Float64, count, feed)
    };
    for _ in 0..20 {
        for k in (1..numbers.len()).rev() {
            numbers.swap(k, random.below(k + 1));
        }
        let values = Values::from(numbers.clone());
        let cut = random.below(numbers.len());
        let sum = sum_of(numbers.len(), &|a| {
            let mut b = a.fresh().unwrap();
            a.push_segments(&[0, cut as u32], values.slice(0..cut).view()).unwrap();
            let rest = values.slice(cut..numbers.len());
            b.push_scatter(&vec![0_u32; rest.len()], rest.view()).unwrap();
            a.merge(&b);
        });
        assert!((sum - 1.0).abs() < 1e-13, "{sum}");
    }
    let tenths = Values::full(0.1_f32.into(), 100_000);
    let mean = of_one(Reduction::Mean, DType::Float32, 100_000, |a| {
        a.push_segments(&[0_u32, 100_000], tenths.view()).unwrap();
    });
    assert_eq!(mean as f32, 0.1_f32);
    assert_eq!(sum_of(10, &|a| a.push_repeated(&[10], 0.1.into())), 1.0);
}

#[test]
fn infinities_and_nans() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    for (numbers, sum, least, variance_is_nan) in [
        (vec![inf, 1.0], inf, 1.0, true),
        (vec![1.0, -inf, 2.0], -inf, -inf, true),
        (vec![inf, -inf], nan, -inf, true),
        (vec![nan, 1.0], nan, nan, true),
        (vec![1.0, nan], nan, nan, true),
        (vec![1.0, 3.0], 4.0, 1.0, false),
    ] {
        // Short and long: one by one and in lanes.
        for times in [1, 40] {
            let long: Vec<f64> =
                numbers.iter().copied().cycle().take(times * numbers.len()).collect();
            let sum = if times > 1 { sum * times as f64 } else { sum };
            for dtype in [DType::Float32, DType::Float64] {
                let values = cast::cast(&long.clone().into(), dtype).unwrap();
                let of = |reduction| {
                    of_one(reduction, dtype, long.len(), |a| {
                        let mut b = a.fresh().unwrap();
                        b.push_segments(&[0_u32, long.len() as u32], values.view()).unwrap();
                        a.merge(&b);
                    })
                };
                let same = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
                assert!(same(of(Reduction::Sum), sum), "{long:?}: {}", of(Reduction::Sum));
                assert!(same(of(Reduction::Mean), sum / long.len() as f64), "{long:?}");
                assert!(same(of(Reduction::Min), least), "{long:?}");
                let variance = of(Reduction::Var { correction: 0.0 });
                assert_eq!(variance.is_nan(), variance_is_nan, "{long:?}");
                let variance = of(Reduction::MeanVar { correction: 0.0 });
                assert_eq!(variance.is_nan(), variance_is_nan, "{long:?}");
            }
        }
    }
    let infinite = of_one(Reduction::Sum, DType::Float64, 3, |a| {
        a.push_repeated(&[3], inf.into());
        a.push_repeated(&[0], nan.into());
    });
    assert_eq!(infinite, inf);
}

#[test]
fn cells_without_elements() {
    let nothing = |reduction, out| {
        let fill = 0.0_f32.into();
        let states = Accumulators::new(reduction, DType::Float32, out, 2, fill).unwrap();
        states.reduce(0, |_| Ok(())).unwrap()
    };
    for (reduction, out, expected) in [
        (Reduction::Sum, DType::Float32, 0.0_f32.into()),
        (Reduction::Prod, DType::Int16, 1_i16.into()),
        (Reduction::Any, DType::Bool, false.into()),
        (Reduction::All, DType::Bool, true.into()),
        (Reduction::CountNonzero, DType::Int64, 0_i64.into()),
    ] {
        assert_eq!(nothing(reduction, out)[0], Values::full(expected, 2));
    }
    let variance = Reduction::MeanVar { correction: 1.0 };
    assert!(nothing(variance, DType::Float64).iter().all(|v| v.get(0).to::<f64>().is_nan()));
    nothing(Reduction::Min, DType::Float32);
    // One element and a correction of 1: 0 / 0.
    let single = of_one(variance, DType::Float64, 1, |a| {
        a.push_scatter(&[0_u32], Values::from(vec![2.0]).view()).unwrap();
    });
    assert!(single.is_nan());
}

#[test]
fn integers_wrap_in_the_type_of_the_result() {
    let values = Values::from(vec![200_u8, 100, 3]);
    for out in DType::ALL.into_iter().filter(|d| d.is_integer()) {
        for (reduction, exact) in [(Reduction::Sum, 303_i64), (Reduction::Prod, 60_000)] {
            let a = Accumulators::new(reduction, DType::UInt8, out, 1, 0_u8.into()).unwrap();
            let found = a.reduce(3, |a| a.push_segments(&[0_u32, 3], values.view())).unwrap();
            assert_eq!(found[0].get(0), Scalar::from(exact).cast(out), "{out}");
        }
    }
    // A float is converted first: 1.5 + 1.5 is 1 + 1, and 1e9 saturates.
    let a = Accumulators::new(Reduction::Sum, DType::Float64, DType::Int8, 2, 1.5.into()).unwrap();
    let found = a.reduce(3, |a| {
        a.push_segments(&[0_u32, 2, 3], Values::from(vec![1.5, 1.5, 1e9]).view())?;
        a.push_repeated(&[1, 0], 1.5.into());
        Ok(())
    });
    assert_eq!(found.unwrap()[0], Values::from(vec![3_i8, 127]));
}

#[test]
fn variances_far_from_zero_keep_their_digits() {
    let numbers: Vec<f64> = (0..3000).map(|k| 1e9 + f64::from(k % 3)).collect();
    let variance = Reduction::Var { correction: 0.0 };
    for chunk in [1, 7, 100, 3000] {
        let found = of_one(variance, DType::Float64, numbers.len(), |a| {
            for part in numbers.chunks(chunk) {
                let mut b = a.fresh().unwrap();
                let values = Values::from(part);
                b.push_segments(&[0_u32, part.len() as u32], values.view()).unwrap();
                a.merge(&b);
            }
        });
        assert!((found - 2.0 / 3.0).abs() < 1e-12, "{chunk}: {found}");
    }
    // The whole of what an f32 can hold, and squares that an f64 cannot.
    let near: Vec<f32> = (0..3000_u16).map(|k| 16_777_000.0 + f32::from(k % 3)).collect();
    let found = of_one(variance, DType::Float32, near.len(), |a| {
        a.push_segments(&[0_u32, 3000], Values::from(near.clone()).view()).unwrap();
    });
    assert_eq!(found as f32, 2.0 / 3.0);
    let huge = Values::from(vec![1e200; 100]);
    let found = of_one(variance, DType::Float64, 100, |a| {
        a.push_segments(&[0_u32, 100], huge.view()).unwrap();
    });
    assert_eq!(found, 0.0);
}

/// The position of the first best element, the plainest way there is.
fn naive_best(reduction: Reduction, elements: &[f64]) -> i64 {
    if let Some(nan) = elements.iter().position(|x| x.is_nan()) {
        return nan as i64;
    }
    let sign = if reduction == Reduction::ArgMax { -1.0 } else { 1.0 };
    let best = elements.iter().map(|x| x * sign).fold(f64::INFINITY, f64::min);
    elements.iter().position(|x| x * sign == best).unwrap() as i64
}

#[test]
fn positions_of_the_first_best_element() {
    let (cells, len) = (4, 9);
    for dtype in DType::ALL.into_iter().filter(|d| d.is_real()) {
        for reduction in [Reduction::ArgMin, Reduction::ArgMax] {
            for seed in 0..20 {
                let mut random = Random(seed);
                let mut values = random.values(dtype, cells * len);
                if dtype == DType::Float64 && seed % 3 == 0 {
                    let mut numbers = f64::into_buffer(values).unwrap().into_vec();
                    numbers[random.below(cells * len)] = f64::NAN;
                    values = numbers.into();
                }
                let numbers: Vec<f64> = (0..values.len()).map(|k| values.get(k).to()).collect();
                let fibers: Vec<i64> =
                    numbers.chunks(len).map(|f| naive_best(reduction, f)).collect();
                let expected = Values::from(fibers);
                let new = || ArgAccumulators::new(reduction, dtype, cells).unwrap();

                let mut a = new();
                a.push_fibers(values.view(), len, 0);
                assert_eq!(a.finish().unwrap(), expected);

                let ptr: Vec<u32> = (0..=cells).map(|c| (c * len) as u32).collect();
                let positions: Vec<u32> = (0..cells * len).map(|k| (k % len) as u32).collect();
                let mut a = new();
                a.push_segments(&ptr, &positions, values.view());
                let (found, best) = a.finish_with_values().unwrap();
                assert_eq!(found, expected);
                for c in 0..cells {
                    let at = c * len + found.get(c).to::<i64>() as usize;
                    assert_eq!(best.get(c), values.get(at));
                }

                // In any order, in two parts.
                let mut order: Vec<u64> = (0..(cells * len) as u64).collect();
                for k in (1..order.len()).rev() {
                    order.swap(k, random.below(k + 1));
                }
                let (first, second) = order.split_at(random.below(order.len()));
                let (mut a, mut b) = (new(), new());
                for (accumulators, part) in [(&mut a, first), (&mut b, second)] {
                    let cells: Vec<u32> = part.iter().map(|&k| (k.get() / len) as u32).collect();
                    let places: Vec<u32> = part.iter().map(|&k| (k.get() % len) as u32).collect();
                    let zero = Scalar::zero(dtype);
                    let picked = crate::kernels::gather::gather(values.view(), part, zero).unwrap();
                    accumulators.push_scatter(&cells, &places, picked.view());
                }
                b.merge(a);
                assert_eq!(b.finish().unwrap(), expected);

                let columns: Vec<i64> = (0..len)
                    .map(|c| {
                        let column: Vec<f64> =
                            numbers.iter().copied().skip(c).step_by(len).collect();
                        3 + naive_best(reduction, &column)
                    })
                    .collect();
                let mut a = ArgAccumulators::new(reduction, dtype, len).unwrap();
                a.push_rows(values.view(), len, 3);
                assert_eq!(a.finish().unwrap(), Values::from(columns));
            }
        }
    }
}

#[test]
fn a_fill_wins_where_it_is_better_or_comes_first() {
    for (value, at, expected) in
        [(5.0, 3, 1), (-5.0, 3, 3), (0.0, 3, 1), (0.0, 0, 0), (f64::NAN, 7, 7)]
    {
        let mut a = ArgAccumulators::new(Reduction::ArgMin, DType::Float64, 1).unwrap();
        a.push_at(&[0_u32], &[at], value.into());
        a.push_scatter(&[0_u32], &[1_u32], Values::from(vec![-0.0]).view());
        assert_eq!(a.finish().unwrap(), Values::from(vec![expected as i64]), "{value}");
    }
}

#[cfg(feature = "testing")]
proptest::proptest! {
    #[test]
    fn parts_of_any_size_give_the_same_as_the_whole(
        numbers in proptest::collection::vec(-1e6_f64..1e6, 1..200),
        cuts in proptest::collection::vec(0_usize..200, 0..6),
    ) {
        let mut ends: Vec<usize> = cuts.iter().map(|c| c % numbers.len()).collect();
        ends.extend([0, numbers.len()]);
        ends.sort_unstable();
        for (reduction, out) in of_dtype(DType::Float64).filter(|(r, _)| *r != Reduction::Prod) {
            let merged = Accumulators::new(reduction, DType::Float64, out, 1, 0.0.into()).unwrap();
            let results = merged.reduce(numbers.len() as u64, |merged| {
                for w in ends.windows(2) {
                    let mut one = merged.fresh()?;
                    one.push_rows(Values::from(&numbers[w[0]..w[1]]).view(), 1)?;
                    merged.merge(&one);
                }
                Ok(())
            });
            let results = results.unwrap();
            let elements: Vec<Scalar> = numbers.iter().map(|&x| x.into()).collect();
            for (got, expected) in results.iter().zip(naive(reduction, out, &elements)) {
                let least = if reduction == Reduction::Sum { 1e8 } else { 1.0 };
                let same = close(got.get(0), expected, 1e-11, least);
                proptest::prop_assert!(same, "{reduction:?} {} {expected}", got.get(0));
            }
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let len = 3 * 64 * 1024;
    let mut random = Random(5);
    let numbers: Vec<f64> = (0..len).map(|_| 1.0 / (1 + random.below(1 << 20)) as f64).collect();
    let values = Values::from(numbers);
    let results = |threads: usize| -> Vec<Values> {
        on_threads(threads, || {
            let reductions = of_dtype(DType::Float64);
            reductions
                .flat_map(|(reduction, out)| {
                    let of = |cells, feed: &dyn Fn(&mut Accumulators) -> Result<()>| {
                        let (dtype, fill) = (DType::Float64, 0.0.into());
                        let a = Accumulators::new(reduction, dtype, out, cells, fill).unwrap();
                        a.reduce((len / cells) as u64, feed).unwrap()
                    };
                    let all = of(1, &|a| a.push_segments(&[0_u32, len as u32], values.view()));
                    let ptr = [0_u32, 9, 100_000, len as u32];
                    let some = of(3, &|a| a.push_segments(&ptr, values.view()));
                    let rows = of(3, &|a| a.push_rows(values.view(), 3));
                    [all, some, rows].into_iter().flatten()
                })
                .collect()
        })
    };
    assert_eq!(results(1), results(4));
}
