//! Inputs of the benchmarks: random sparse matrices that are the same in every run.

use redpoll::tensor::{Duplicates, Tensor};

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
    let (ptr, idx, values) = random_csr(rows, columns, per_row, seed);
    Tensor::from_csr([rows, columns], ptr, idx, values, Duplicates::Error)
        .expect("a valid CSR matrix")
}
