//! Operands of different formats beside a loop written by hand for the case, on one thread, from bare arrays.

use redpoll::Array;
use redpoll::tensor::{Duplicates, Format, Tensor};
use redpoll_benches::{Csr, Random, heading, random_csr, side_by_side, tensor_of};

fn format(text: &str) -> Format {
    text.parse().expect("a format")
}

fn main() {
    heading("hand-written");
    bitmap_and_rows();
    runs_and_dense();
    coordinates_and_fibers();
    rows_and_columns();
    fibers_and_vector();
    rows_and_dense();
}

/// A matrix with its elements marked in words of bits.
struct Bitmap {
    bits: Vec<u64>,
    /// The marks before each word.
    rank: Vec<u32>,
    values: Vec<f64>,
}

fn bitmap_and_rows() {
    const N: usize = 4000;
    let (ptr, idx, values) = random_csr(N, N, 200, 3);
    let (b_ptr, b_idx, b_values) = random_csr(N, N, 1400, 5);
    let ours = tensor_of([N, N], (ptr.clone(), idx.clone(), values.clone()));
    let bitmap = tensor_of([N, N], (b_ptr.clone(), b_idx.clone(), b_values.clone()));
    let bitmap = bitmap.to_format(&format("dense(bitmap(element))")).expect("a bitmap");
    let mut bits = vec![0_u64; (N * N).div_ceil(64)];
    for (row, w) in b_ptr.windows(2).enumerate() {
        for &column in &b_idx[w[0] as usize..w[1] as usize] {
            let place = row * N + column as usize;
            bits[place / 64] |= 1 << (place % 64);
        }
    }
    let rank = bits.iter().scan(0, |sum, word| {
        let before = *sum;
        *sum += word.count_ones();
        Some(before)
    });
    let by_hand = Bitmap { rank: rank.collect(), bits, values: b_values };
    side_by_side(
        "bitmap ∘ CSR",
        || bitmap.multiply(&ours).expect("one shape"),
        || {
            let (mut out_ptr, mut out_idx, mut out) = (vec![0_u32], vec![], vec![]);
            for (row, w) in ptr.windows(2).enumerate() {
                for e in w[0] as usize..w[1] as usize {
                    let place = row * N + idx[e] as usize;
                    let (word, bit) = (by_hand.bits[place / 64], 1 << (place % 64));
                    if word & bit != 0 {
                        let at = by_hand.rank[place / 64] + (word & (bit - 1)).count_ones();
                        out_idx.push(idx[e]);
                        out.push(values[e] * by_hand.values[at as usize]);
                    }
                }
                out_ptr.push(out_idx.len() as u32);
            }
            (out_ptr, out_idx, out)
        },
    );
}

fn runs_and_dense() {
    const LEN: usize = 4_000_000;
    const RUN: usize = 100;
    let steps: Vec<f64> = (0..LEN / RUN).map(|k| (k % 7) as f64).collect();
    let dense: Vec<f64> = (0..LEN).map(|k| (k % 1001) as f64).collect();
    let stepped: Vec<f64> = steps.iter().flat_map(|&v| [v; RUN]).collect();
    let runs = Tensor::from_values(LEN, stepped).expect("a vector");
    let runs = runs.to_format(&format("runs(element)")).expect("runs");
    let ours = Tensor::from_values(LEN, dense.clone()).expect("a vector");
    side_by_side(
        "runs ∘ dense",
        || runs.multiply(&ours).expect("one shape"),
        || {
            let mut out = Vec::with_capacity(LEN);
            for (&step, run) in steps.iter().zip(dense.chunks_exact(RUN)) {
                out.extend(run.iter().map(|v| v * step));
            }
            out
        },
    );
}

/// Sorted coordinates of a cube, and their values.
fn coordinates(side: usize, count: usize, seed: u64) -> (Vec<[u32; 3]>, Vec<f64>) {
    let mut random = Random::new(seed);
    let mut all: Vec<[u32; 3]> =
        (0..count).map(|_| [0; 3].map(|_| random.below(side) as u32)).collect();
    all.sort_unstable();
    all.dedup();
    let values = all.iter().map(|_| 1.0 + random.below(9) as f64).collect();
    (all, values)
}

fn cube(side: usize, coordinates: &[[u32; 3]], values: &[f64], format: &Format) -> Tensor {
    let index = [0, 1, 2].map(|axis| coordinates.iter().map(|c| c[axis]).collect::<Vec<_>>());
    Tensor::from_coo([side; 3], index, values.to_vec(), 0.0, Duplicates::Error, format)
        .expect("coordinates within the cube")
}

fn coordinates_and_fibers() {
    const SIDE: usize = 300;
    let (a, b) = (coordinates(SIDE, 1_000_000, 7), coordinates(SIDE, 1_000_000, 11));
    let coo = cube(SIDE, &a.0, &a.1, &Format::coo(3));
    let csf = cube(SIDE, &b.0, &b.1, &Format::csf(3));
    side_by_side(
        "COO + CSF, 3-d",
        || coo.add(&csf).expect("one shape"),
        || {
            let (mut at, mut out) = ([0, 0], (vec![], vec![]));
            while at[0] < a.0.len() || at[1] < b.0.len() {
                let order = match (a.0.get(at[0]), b.0.get(at[1])) {
                    (Some(a), Some(b)) => a.cmp(b),
                    (Some(_), None) => std::cmp::Ordering::Less,
                    (None, _) => std::cmp::Ordering::Greater,
                };
                let (coordinate, mut sum) =
                    if order.is_le() { (a.0[at[0]], a.1[at[0]]) } else { (b.0[at[1]], 0.0) };
                if order.is_ge() {
                    sum += b.1[at[1]];
                }
                at = [at[0] + usize::from(order.is_le()), at[1] + usize::from(order.is_ge())];
                out.0.push(coordinate);
                out.1.push(sum);
            }
            out
        },
    );
}

/// The sum of compressed rows.
fn sum_of_rows(a: &Csr, b: &Csr) -> Csr {
    let (mut ptr, mut idx, mut values) = (vec![0], vec![], vec![]);
    for (v, w) in a.0.windows(2).zip(b.0.windows(2)) {
        let (mut i, mut j) = (v[0] as usize, w[0] as usize);
        let ends = (v[1] as usize, w[1] as usize);
        while i < ends.0 || j < ends.1 {
            let left = if i < ends.0 { a.1[i] } else { u32::MAX };
            let right = if j < ends.1 { b.1[j] } else { u32::MAX };
            let mut sum = 0.0;
            if left <= right {
                sum += a.2[i];
                i += 1;
            }
            if right <= left {
                sum += b.2[j];
                j += 1;
            }
            idx.push(left.min(right));
            values.push(sum);
        }
        ptr.push(idx.len() as u32);
    }
    (ptr, idx, values)
}

fn transposed((ptr, idx, values): &Csr, columns: usize) -> Csr {
    let mut new_ptr = vec![0_u32; columns + 1];
    idx.iter().for_each(|&c| new_ptr[c as usize + 1] += 1);
    (0..columns).for_each(|c| new_ptr[c + 1] += new_ptr[c]);
    let mut next = new_ptr.clone();
    let (mut new_idx, mut new_values) = (vec![0; idx.len()], vec![0.0; idx.len()]);
    for (row, w) in ptr.windows(2).enumerate() {
        for e in w[0] as usize..w[1] as usize {
            let at = &mut next[idx[e] as usize];
            (new_idx[*at as usize], new_values[*at as usize]) = (row as u32, values[e]);
            *at += 1;
        }
    }
    (new_ptr, new_idx, new_values)
}

fn rows_and_columns() {
    const N: usize = 20_000;
    let (a, b) = (random_csr(N, N, 100, 7), random_csr(N, N, 100, 11));
    let rows = tensor_of([N, N], a.clone());
    // The transpose of what is stored by rows is stored by columns.
    let columns = tensor_of([N, N], b.clone()).t().expect("a matrix");
    side_by_side(
        "CSR + CSC",
        || rows.add(&columns).expect("one shape"),
        || sum_of_rows(&a, &transposed(&b, N)),
    );
}

fn fibers_and_vector() {
    const SIDE: usize = 300;
    let (a, values) = coordinates(SIDE, 2_000_000, 7);
    let csf = cube(SIDE, &a, &values, &Format::csf(3));
    let vector: Vec<f64> = (0..SIDE).map(|k| k as f64).collect();
    let ours = Tensor::from_values(SIDE, vector.clone()).expect("a vector");
    let last: Vec<u32> = a.iter().map(|c| c[2]).collect();
    side_by_side(
        "CSF ∘ vector, 3-d",
        || csf.multiply(&ours).expect("shapes that broadcast"),
        || {
            let places = values.iter().zip(&last);
            places.map(|(v, &k)| v * vector[k as usize]).collect::<Vec<_>>()
        },
    );
}

fn rows_and_dense() {
    const N: usize = 2000;
    let a = random_csr(N, N, 200, 7);
    let dense: Vec<f64> = (0..N * N).map(|k| (k % 1001) as f64).collect();
    let rows = tensor_of([N, N], a.clone());
    let ours = Tensor::from_values([N, N], dense.clone()).expect("a matrix");
    side_by_side(
        "CSR + dense",
        || rows.add(&ours).expect("one shape"),
        || {
            let mut out = dense.clone();
            for (w, out) in a.0.windows(2).zip(out.chunks_exact_mut(N)) {
                let own = w[0] as usize..w[1] as usize;
                a.1[own.clone()].iter().zip(&a.2[own]).for_each(|(&c, v)| out[c as usize] += v);
            }
            out
        },
    );
}
