use super::*;
use crate::dtype::DType;
use crate::kernels::cast::cast;
use crate::kernels::gather::gather;
use crate::kernels::samples::{Random, on_threads};
use proptest::prelude::*;
use std::cmp::Ordering;

/// Numbers that repeat, out of order.
fn numbers(count: usize, dtype: DType) -> Values {
    let numbers: Vec<f64> = (0..count).map(|k| (k * 7919 % 251) as f64 - 60.0).collect();
    cast(&numbers.into(), dtype).unwrap()
}

/// `a` before `b`, by the scalars alone.
fn less(a: Scalar, b: Scalar) -> bool {
    let integer = |x: Scalar| match x {
        Scalar::UInt64(x) => i128::from(x),
        other => i128::from(other.to::<i64>()),
    };
    if a.dtype().is_integer() {
        return integer(a) < integer(b);
    }
    let (a, b): (Complex128, Complex128) = (a.to(), b.to());
    !a.is_nan() && (b.is_nan() || a.re < b.re || a.re == b.re && a.im < b.im)
}

#[test]
fn keys_are_ordered_as_elements_are() {
    let reals =
        [f64::NEG_INFINITY, -3.5, -1e-40, -0.0, 0.0, 1e-40, 2.0, 1e10, f64::INFINITY, f64::NAN];
    for dtype in DType::ALL {
        let values = cast(&reals.to_vec().into(), dtype).unwrap();
        let one = |k: usize| values.slice(k..k + 1);
        for a in 0..reals.len() {
            for b in 0..reals.len() {
                let before = search(one(a).view(), one(b).view(), false).unwrap()[0] == 1;
                assert_eq!(before, less(values.get(a), values.get(b)), "{dtype} {a} {b}");
            }
        }
    }
    let complex =
        [(0.0, 1.0), (-0.0, 0.0), (0.0, -1.0), (f64::NAN, 0.0), (7.0, f64::NAN), (-1.0, 9.0)];
    let values: Vec<Complex128> = complex.iter().map(|&(re, im)| Complex128::new(re, im)).collect();
    assert_eq!(argsort(Complex128::erase_slice(&values), 6, false).unwrap(), [5, 2, 1, 0, 3, 4]);
    assert_eq!(argsort(Complex128::erase_slice(&values), 6, true).unwrap(), [3, 4, 0, 1, 2, 5]);
}

/// Lanes short and long, of every type: in order, equal ones as they were, and the same as by positions.
#[test]
fn lanes_are_sorted_and_stable() {
    for (count, length) in [(0, 0), (0, 3), (12, 1), (60, 5), (5 * PIECE, 5 * PIECE), (70_000, 7)] {
        for dtype in DType::ALL {
            let long = [DType::Int16, DType::Float64, DType::Complex64];
            if count > PIECE && !long.contains(&dtype) {
                continue;
            }
            let values = numbers(count, dtype);
            for descending in [false, true] {
                let mut sorted = values.clone();
                sort(sorted.make_mut(), length, descending).unwrap();
                let positions = argsort(values.view(), length, descending).unwrap();
                for k in 0..count {
                    let own = |k: usize| k / length * length + positions[k] as usize;
                    assert_eq!(sorted.get(k), values.get(own(k)));
                    if k % length > 0 {
                        let (a, b) = (sorted.get(k - 1), sorted.get(k));
                        let (a, b) = if descending { (b, a) } else { (a, b) };
                        assert!(!less(b, a), "{dtype}");
                        assert!(less(a, b) || positions[k - 1] < positions[k], "{dtype}: stable");
                    }
                }
            }
        }
    }
}

/// Sparse fibers come to what their dense lanes do, bit for bit.
#[test]
fn fibers_as_lanes() {
    let palette = [0.0, -0.0, 1.0, -2.0, f64::NAN, f64::INFINITY, -2.0, 3.0];
    for fill in [0.0, -0.0, 1.0, f64::NAN, f64::NEG_INFINITY] {
        for seed in 0..40_usize {
            let (length, count) = (1 + seed % 9, 4);
            let (mut ptr, mut index, mut values, mut dense) = (vec![0_u32], vec![], vec![], vec![]);
            for f in 0..count {
                for i in 0..length {
                    let draw = (seed * 31 + f * 17 + i * 7) * 2654435761 % 1013;
                    if draw % 3 > 0 {
                        index.push(i as u32);
                        values.push(palette[draw % palette.len()]);
                        dense.push(palette[draw % palette.len()]);
                    } else {
                        dense.push(fill);
                    }
                }
                ptr.push(index.len() as u32);
            }
            for descending in [false, true] {
                let (values, places) = sort_fibers(
                    &ptr,
                    &index.clone().into(),
                    &values.clone().into(),
                    fill.into(),
                    length,
                    descending,
                )
                .unwrap();
                let mut got = vec![fill; dense.len()];
                for f in 0..count {
                    let own = ptr[f] as usize..ptr[f + 1] as usize;
                    assert!(places[own.clone()].is_sorted_by(|a, b| a < b));
                    for k in own {
                        got[f * length + places[k] as usize] = values.get(k).to();
                    }
                }
                let mut want = Values::from(dense.clone());
                sort(want.make_mut(), length, descending).unwrap();
                assert_eq!(Values::from(got), want, "{dense:?}");
            }
        }
    }
}

/// Elements of any type from a few that are special, or of all bits; as many as are sorted by vectors.
fn elements() -> impl Strategy<Value = Values> {
    let one = (0..12_usize, any::<u64>());
    let count = prop_oneof![0..40_usize, 60..600_usize];
    let many = count.prop_flat_map(move |n| proptest::collection::vec(one.clone(), n));
    (0..DType::ALL.len(), many, any::<bool>()).prop_map(|(dtype, drawn, special)| {
        let dtype = DType::ALL[dtype];
        let reals =
            [0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0, -1.0, 1e-40, f64::MAX];
        let element = |&(which, bits): &(usize, u64)| -> Scalar {
            let real = |k: usize, bits| match reals.get(k) {
                Some(&real) if special => real,
                _ => f64::from_bits(bits),
            };
            match dtype {
                DType::Bool => Scalar::Bool(bits % 2 == 0),
                DType::UInt64 if which < 9 && special => Scalar::UInt64(u64::MAX - bits % 5),
                DType::UInt64 => Scalar::UInt64(bits),
                d if d.is_integer() && which < 9 && special => {
                    Scalar::Int64(which as i64 % 3).cast(d)
                }
                d if d.is_integer() => Scalar::Int64(bits as i64).cast(d),
                DType::Complex64 | DType::Complex128 => {
                    let (re, im) =
                        (real(which, bits), real(bits as usize % 11, bits.rotate_left(32)));
                    Scalar::Complex128(Complex128::new(re, im)).cast(dtype)
                }
                d => Scalar::Float64(real(which, bits)).cast(d),
            }
        };
        let mut values = Values::zeros(dtype, drawn.len());
        with_dtype!(dtype, T => {
            let out = T::slice_mut(values.make_mut()).expect("its own data type");
            out.iter_mut().zip(&drawn).for_each(|(out, drawn)| *out = element(drawn).to());
        });
        values
    })
}

/// The positions that a stable sort by the scalars alone gives.
fn in_order(values: &Values, descending: bool) -> Vec<i64> {
    let mut order: Vec<i64> = (0..values.len() as i64).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (values.get(a as usize), values.get(b as usize));
        let (a, b) = if descending { (b, a) } else { (a, b) };
        match (less(a, b), less(b, a)) {
            (true, _) => Ordering::Less,
            (_, true) => Ordering::Greater,
            _ => Ordering::Equal,
        }
    });
    order
}

/// A vector in order as what it stores and the fill: of those that equal the fill only some are stored.
fn without_some(sorted: &Values, fill: Scalar, kept: impl Fn(usize) -> bool) -> Vec<u32> {
    let equal = |k: usize| !less(sorted.get(k), fill) && !less(fill, sorted.get(k));
    (0..sorted.len()).filter(|&k| !equal(k) || kept(k)).map(|k| k as u32).collect()
}

proptest! {
    /// The signs of zeros keep their places too.
    #[test]
    fn sorts_are_stable(values in elements(), descending: bool) {
        let (lanes, want) = (values.len().max(1), in_order(&values, descending));
        prop_assert_eq!(&argsort(values.view(), lanes, descending).unwrap(), &want);
        let mut sorted = values.clone();
        sort(sorted.make_mut(), lanes, descending).unwrap();
        let want: Vec<u64> = want.into_iter().map(|k| k as u64).collect();
        prop_assert_eq!(sorted, gather(values.view(), &want, Scalar::Int8(0)).unwrap());
    }

    /// As a loop over all elements finds them, whichever of those that equal the fill are stored.
    #[test]
    fn distinct_elements(values in elements(), at: usize, kept: u64) {
        let mut sorted = values;
        let count = sorted.len();
        prop_assume!(count > 0);
        sort(sorted.make_mut(), count, false).unwrap();
        let fill = sorted.get(at % count);
        let index = without_some(&sorted, fill, |k| kept >> (k % 64) & 1 == 1);
        let stored: Vec<u64> = index.iter().map(|&k| k.into()).collect();
        let stored = gather(sorted.view(), &stored, fill).unwrap();
        // What is not stored is the fill.
        let places: Vec<u64> = (0..count)
            .map(|k| index.binary_search(&(k as u32)).map_or(u64::NONE, |place| place as u64))
            .collect();
        let whole = gather(stored.view(), &places, fill).unwrap();

        let is_nan = |k: usize| whole.get(k).to::<Complex128>().is_nan();
        let begins = |&k: &usize| k == 0 || is_nan(k) || less(whole.get(k - 1), whole.get(k));
        let first: Vec<u64> = (0..count).filter(begins).map(|k| k as u64).collect();
        let want = gather(whole.view(), &first, fill).unwrap();
        let starts: Vec<i64> = first.iter().map(|&k| k as i64).chain([count as i64]).collect();
        let (got, begin) = distinct(stored.view(), Some(&index.into()), fill, count).unwrap();
        prop_assert_eq!(count_distinct(stored.view(), fill, count).unwrap(), got.len());
        prop_assert_eq!((&got, &begin), (&want, &starts));
        prop_assert_eq!(distinct(whole.view(), None, fill, count).unwrap(), (want, starts));
    }
}

/// As if each were searched for by itself.
#[test]
fn many_are_searched_for_together() {
    let mut random = Random(5);
    for (count, spread) in [(PIECE + 1, 90), (3 * PIECE, 1 << 20), (2 * PIECE, 1)] {
        let mut draw =
            |count| -> Vec<i32> { (0..count).map(|_| random.below(spread) as i32).collect() };
        let (mut sorted, elements) = (draw(count), draw(TOGETHER + PIECE + 7));
        sorted.sort_unstable();
        for right in [false, true] {
            let got = on_threads(3, || {
                search(i32::erase_slice(&sorted), i32::erase_slice(&elements), right).unwrap()
            });
            let before = |x| sorted.partition_point(|&s| s < x || right && s == x) as i64;
            assert!(got.iter().zip(&elements).all(|(&got, &x)| got == before(x)));
        }
    }
}
