//! What the small matrices of the suite do not reach: many pieces of work, and factorisations in blocks.

use super::*;
use crate::kernels::cast::cast;

/// Numbers in −1..1 that look random.
fn noise(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let next = |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    (0..count).map(next).collect()
}

fn reals(values: &Values) -> &[f64] {
    values.as_slice().expect("real numbers")
}

fn product(a: &[f64], b: &[f64], n: usize) -> Vec<f64> {
    let at = |i: usize, j: usize| (0..n).map(|k| a[i * n + k] * b[k * n + j]).sum();
    (0..n * n).map(|p| at(p / n, p % n)).collect()
}

fn transposed(a: &[f64], n: usize) -> Vec<f64> {
    (0..n * n).map(|p| a[p % n * n + p / n]).collect()
}

#[track_caller]
fn same(a: &[f64], b: &[f64]) {
    let error = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(a.len() == b.len() && error < 1e-11, "{error}");
}

#[test]
fn results_of_many_matrices_keep_their_places() {
    let count = 3000;
    let numbers = noise(4 * count, 1);
    for dtype in [DType::Float32, DType::Float64, DType::Complex64, DType::Complex128] {
        let values = cast(&numbers.clone().into(), dtype).unwrap();
        let shape = [30, 100, 2, 2];
        let det = factorise(Linalg::Det, &[(&shape, values.clone())]).unwrap().remove(0);
        assert_eq!((det.dtype(), det.len()), (dtype, count));
        for k in 0..count {
            let at = |j: usize| values.get(4 * k + j).to::<Complex128>();
            let (got, want) = (det.get(k).to::<Complex128>(), at(0) * at(3) - at(1) * at(2));
            assert!((got - want).norm() < 1e-6, "matrix {k}: {got} instead of {want}");
        }
    }
    let mut singular = numbers;
    singular[4 * 2500..4 * 2500 + 2].fill(0.0);
    let error = factorise(Linalg::Inv, &[(&[count, 2, 2], singular.into())]).unwrap_err();
    assert_eq!(
        error,
        NumericError::Singular { op: "inv".to_owned(), matrix: 2500, pivot: 1 }.into()
    );
}

#[test]
fn factors_of_large_matrices_multiply_to_them() {
    let n = 40;
    let a = noise(n * n, 2);
    let shape = [n, n];
    let of = |op, a: &[f64]| factorise(op, &[(&shape[..], a.to_vec().into())]).unwrap();
    let identity: Vec<f64> = (0..n * n).map(|p| f64::from(u8::from(p / n == p % n))).collect();

    same(&product(reals(&of(Linalg::Inv, &a)[0]), &a, n), &identity);
    let qr = of(Linalg::Qr { complete: false }, &a);
    same(&product(reals(&qr[0]), reals(&qr[1]), n), &a);
    let svd = of(Linalg::Svd { full: false }, &a);
    let scale = |u: &[f64], s: &[f64]| -> Vec<f64> {
        u.iter().enumerate().map(|(p, u)| u * s[p % n]).collect()
    };
    same(&product(&scale(reals(&svd[0]), reals(&svd[1])), reals(&svd[2]), n), &a);
    let gram: Vec<f64> = product(&a, &transposed(&a, n), n);
    let eigh = of(Linalg::Eigh, &gram);
    let scaled = scale(reals(&eigh[1]), reals(&eigh[0]));
    same(&product(&scaled, &transposed(reals(&eigh[1]), n), n), &gram);
    let shifted: Vec<f64> = gram.iter().zip(&identity).map(|(g, i)| g + i).collect();
    let lower = of(Linalg::Cholesky { upper: false }, &shifted);
    same(&product(reals(&lower[0]), &transposed(reals(&lower[0]), n), n), &shifted);
    let slogdet = of(Linalg::Slogdet, &a);
    let det = reals(&of(Linalg::Det, &a)[0])[0];
    let ratio = reals(&slogdet[0])[0] * reals(&slogdet[1])[0].exp() / det;
    assert!((ratio - 1.0).abs() < 1e-12);
    // A column of zeros: the factorisation divides by the pivot all the same.
    let hole: Vec<f64> =
        a.iter().enumerate().map(|(p, &a)| if p % n == 20 { 0.0 } else { a }).collect();
    assert_eq!(reals(&of(Linalg::Det, &hole)[0]), [0.0]);
    assert_eq!(reals(&of(Linalg::Slogdet, &hole)[1]), [f64::NEG_INFINITY]);
    let error = factorise(Linalg::Inv, &[(&shape[..], hole.into())]).unwrap_err();
    assert!(matches!(error, crate::Error::Numeric(NumericError::Singular { pivot: 20, .. })));
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let values: Values = noise(200 * 36, 3).into();
    let all = || -> Vec<Outputs> {
        let ops = [Linalg::Svd { full: true }, Linalg::Eig, Linalg::Inv];
        ops.map(|op| factorise(op, &[(&[200, 6, 6], values.clone())]).unwrap()).into()
    };
    let on = |threads: usize| crate::parallel::on_threads(threads, all);
    assert_eq!(on(1), on(4));
}

#[test]
fn the_largest_and_the_smallest_numbers_are_no_harder() {
    for size in [1e154, 1e300, 1e-300, f64::MIN_POSITIVE] {
        let operand = [(&[2, 2][..], Values::from(vec![size; 4]))];
        for op in [Linalg::Svdvals, Linalg::Eigvalsh] {
            let mut values = reals(&factorise(op, &operand).unwrap()[0]).to_vec();
            values.sort_by(f64::total_cmp);
            same(&[values[0] / size, values[1] / size], &[0.0, 2.0]);
        }
    }
}
