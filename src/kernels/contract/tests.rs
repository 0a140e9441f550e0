//! Products of all data types against sums written out.

use super::*;
use crate::dtype::DType;
use crate::kernels::samples::Random;
use crate::with_dtype;
use ndarray::{Array2, ArrayView2};

/// Small numbers, exact in every type, that look random.
fn numbers<T: Element>(len: usize, seed: u64) -> Vec<T> {
    let mut random = Random(seed);
    (0..len).map(|_| T::from_scalar((random.below(16) as i64 - 4).into())).collect()
}

fn naive<T: Arith>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>, c: &Array2<T>) -> Array2<T> {
    Array2::from_shape_fn(c.dim(), |(i, j)| {
        (0..a.ncols()).fold(c[[i, j]], |sum, k| sum.add(a[[i, k]].mul(b[[k, j]])))
    })
}

#[test]
fn dots_and_sums_of_products() {
    for dtype in DType::ALL {
        with_dtype!(dtype, T => for len in [0, 1, 7, 8, 9, 40, 101] {
            let (x, y): (Vec<T>, Vec<T>) = (numbers(len, 1), numbers(len, 2));
            let expected = x.iter().zip(&y).fold(T::ZERO, |s, (&a, &b)| Arith::add(s, Arith::mul(a, b)));
            assert_eq!(dot(&x, &y), expected, "{dtype} {len}");

            let positions: Vec<u32> = (0..len as u32).map(|k| k * 13 % 211).collect();
            let dense: Vec<T> = numbers(211, 3);
            let picked: Vec<T> = positions.iter().map(|&p| dense[p.get()]).collect();
            assert_eq!(gather_dot(&positions, &x, &dense), dot(&x, &picked), "{dtype} {len}");

            let alpha: T = numbers(1, 4)[0];
            let mut sum = y.clone();
            axpy(alpha, &x, &mut sum);
            for ((&s, &x), &y) in sum.iter().zip(&x).zip(&y) {
                assert_eq!(s, Arith::add(y, Arith::mul(alpha, x)), "{dtype}");
            }
            let mut scattered = dense.clone();
            scatter_axpy(alpha, &positions, &x, &mut scattered);
            let mut gathered = picked;
            axpy(alpha, &x, &mut gathered);
            assert!(positions.iter().zip(gathered).all(|(p, g)| scattered[p.get()] == g), "{dtype}");
        });
    }
}

/// 7 × 50 as compressed rows, one of them empty, and as a matrix.
fn compressed<T: Arith>() -> (Vec<usize>, Vec<u32>, Vec<T>, Array2<T>) {
    let (mut ptr, mut idx) = (vec![0], vec![]);
    for row in 0..7_u32 {
        idx.extend((0..50).filter(|k| row != 3 && (k * 7 + row) % 5 < 2));
        ptr.push(idx.len());
    }
    let values: Vec<T> = numbers(idx.len(), 1);
    let mut full = Array2::from_elem((7, 50), T::ZERO);
    for row in 0..7 {
        (ptr[row]..ptr[row + 1]).for_each(|e| full[[row, idx[e].get()]] = values[e]);
    }
    (ptr, idx, values, full)
}

#[test]
fn compressed_rows_times_blocks_of_any_width() {
    for dtype in DType::ALL {
        with_dtype!(dtype, T => for n in [1, 2, 3, 5, 8, 10, 17, 33, 50, 71] {
            let (ptr, idx, values, full) = compressed::<T>();
            let rows = Rows { ptr: &ptr, idx: &idx, values: &values };
            let block = Array2::from_shape_vec((50, n), numbers::<T>(50 * n, 2)).unwrap();
            let zeros = Array2::from_elem((7, n), T::ZERO);
            let mut out: Vec<T> = numbers(7 * n, 3);
            rows_block(rows, block.as_slice().unwrap(), n, &mut out);
            let expected = naive(full.view(), block.view(), &zeros);
            assert_eq!(out, expected.as_slice().unwrap(), "{dtype} {n}");
        });
    }
}

#[test]
fn blocks_times_compressed_rows() {
    for dtype in DType::ALL {
        with_dtype!(dtype, T => {
            let (ptr, idx, values, full) = compressed::<T>();
            let rows = Rows { ptr: &ptr[2..], idx: &idx, values: &values };
            // Three rows in four lanes, and of each row what meets rows 2 to 6.
            let block = Array2::from_shape_vec((3, 9), numbers::<T>(27, 2)).unwrap();
            let zeros = Array2::from_elem((3, 50), T::ZERO);
            let mut out = vec![T::ZERO; 50 * 4];
            scatter_rows::<_, _, 4>(rows, block.as_slice().unwrap(), 9, |r| r + 1, &mut out);
            let out = Array2::from_shape_vec((50, 4), out).unwrap();
            let (met, rows) = (block.slice(ndarray::s![.., 1..6]), full.slice(ndarray::s![2.., ..]));
            assert_eq!(out.slice(ndarray::s![.., ..3]).t(), naive(met, rows, &zeros), "{dtype}");
        });
    }
}

#[test]
fn small_products_of_every_type() {
    for dtype in DType::ALL {
        with_dtype!(dtype, T => for (m, n, k) in [(0, 2, 3), (2, 3, 0), (1, 1, 1), (5, 3, 4), (3, 20, 70)] {
            let (a, b): (Vec<T>, Vec<T>) = (numbers(m * k, 1), numbers(k * n, 2));
            let mut c: Vec<T> = numbers(m * n, 3);
            let shaped = |v: &[T], rows, columns| {
                Array2::from_shape_vec((rows, columns), v.to_vec()).unwrap()
            };
            let (va, vb, vc) = (shaped(&a, m, k), shaped(&b, k, n), shaped(&c, m, n));
            gemm(m, n, k, &a, &b, &mut c);
            assert_eq!(shaped(&c, m, n), naive(va.view(), vb.view(), &vc), "{dtype} {m} {n} {k}");
            // Transposes are views: cᵀ += bᵀ aᵀ.
            let mut transposed = vc.t().as_standard_layout().into_owned();
            gemm_view(vb.t(), va.t(), transposed.view_mut());
            assert_eq!(transposed.t(), shaped(&c, m, n), "{dtype} {m} {n} {k}");
        });
    }
}

fn tiled<T: Arith>(m: usize, n: usize, k: usize) {
    let a = Array2::from_shape_vec((m, k), numbers::<T>(m * k, 1)).unwrap();
    let b = Array2::from_shape_vec((k, n), numbers::<T>(k * n, 2)).unwrap();
    let mut c = Array2::from_elem((m, n), T::ONE);
    gemm_view(a.view(), b.view(), c.view_mut());
    for (i, j) in [(0, 0), (m - 1, n - 1), (m / 2, n / 3), (m / 3, n - 1), (m - 1, 0)] {
        let expected = a.row(i).iter().zip(b.column(j)).fold(T::ONE, |s, (&x, &y)| s.add(x.mul(y)));
        assert_eq!(c[[i, j]], expected, "{m} {n} {k}: {i} {j}");
    }
}

#[test]
fn products_of_several_tiles() {
    tiled::<f64>(gemm::ROWS + 3, 40, 50);
    tiled::<f32>(20, 2 * gemm::COLUMNS + 5, 20);
    tiled::<i16>(gemm::ROWS + 1, gemm::COLUMNS + 1, 3);
    tiled::<Complex128>(600, 20, 30);
}

#[test]
fn products_of_several_parts() {
    tiled::<f64>(3, 4, 2 * gemm::DEPTH + 7);
    tiled::<u8>(2, 3, 3 * gemm::DEPTH);
}
