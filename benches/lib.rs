//! Inputs of the benchmarks: random sparse matrices that are the same in every run. And two programs timed side by side.

#![allow(clippy::print_stdout)]

use redpoll::tensor::{Duplicates, Tensor};
use std::hint::black_box;
use std::time::Instant;

/// A small generator of pseudo-random numbers (xorshift), so that every run measures the same matrices.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// A generator that starts from `seed`, which must not be 0.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

/// The arrays of a CSR matrix: row pointers, column indices, values.
pub type Csr = (Vec<u32>, Vec<u32>, Vec<f64>);

/// A random CSR matrix with about `per_row` stored elements in each row, values in `1..=9`.
pub fn random_csr(rows: usize, columns: usize, per_row: usize, seed: u64) -> Csr {
    let mut random = Random::new(seed);
    let (mut ptr, mut idx, mut values) = (vec![0], vec![], vec![]);
    for _ in 0..rows {
        let mut row: Vec<u32> = (0..per_row).map(|_| random.below(columns) as u32).collect();
        row.sort_unstable();
        row.dedup();
        values.extend(row.iter().map(|_| 1.0 + random.below(9) as f64));
        idx.extend(row);
        ptr.push(idx.len() as u32);
    }
    (ptr, idx, values)
}

/// The same as a tensor.
///
/// # Panics
/// Never: the arrays of [`random_csr`] are valid.
pub fn random_tensor(rows: usize, columns: usize, per_row: usize, seed: u64) -> Tensor {
    tensor_of([rows, columns], random_csr(rows, columns, per_row, seed))
}

/// The tensor of the arrays of a CSR matrix.
///
/// # Panics
/// If they are not valid.
pub fn tensor_of(shape: [usize; 2], (ptr, idx, values): Csr) -> Tensor {
    Tensor::from_csr(shape, ptr, idx, values, Duplicates::Error).expect("a valid CSR matrix")
}

const ROUNDS: usize = 11;

/// The head of the lines of [`side_by_side`].
pub fn heading(peer: &str) {
    let peer = format!("{peer} ms");
    println!("{:20} {:>12} {peer:>16} {:>8}", "operation", "redpoll ms", "ratio");
}

/// Runs both in turn and prints their medians and the peer's time over ours.
pub fn side_by_side<A, B>(name: &str, mut ours: impl FnMut() -> A, mut peers: impl FnMut() -> B) {
    let mut times = [vec![], vec![]];
    for _ in 0..ROUNDS {
        let start = Instant::now();
        black_box(ours());
        times[0].push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        black_box(peers());
        times[1].push(start.elapsed().as_secs_f64());
    }
    let [ours, peers] = times.map(|mut t| {
        t.sort_by(f64::total_cmp);
        1e3 * t[ROUNDS / 2]
    });
    println!("{name:20} {ours:12.2} {peers:16.2} {:8.2}", peers / ours);
}
