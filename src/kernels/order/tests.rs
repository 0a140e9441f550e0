use super::*;
use crate::dtype::DType;
use crate::kernels::cast::cast;

/// Numbers that repeat, out of order.
fn numbers(count: usize, dtype: DType) -> Values {
    let numbers: Vec<f64> = (0..count).map(|k| (k * 7919 % 251) as f64 - 60.0).collect();
    cast(&numbers.into(), dtype).unwrap()
}

/// `a` before `b`, by the scalars alone.
fn less(a: Scalar, b: Scalar) -> bool {
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
                let (source, places) = sort_fibers(
                    &ptr,
                    &index.clone().into(),
                    f64::erase_slice(&values),
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
                        got[f * length + places[k] as usize] = values[source[k] as usize];
                    }
                }
                let mut want = Values::from(dense.clone());
                sort(want.make_mut(), length, descending).unwrap();
                assert_eq!(Values::from(got), want, "{dense:?}");
            }
        }
    }
}
