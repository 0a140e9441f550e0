//! The program of the README: one function on a sparse tensor, a dense array and a chunked array of tensors.

use redpoll::dtype::DType;
use redpoll::{Array, Chunked, Dense, Result, Tensor};

fn shares<A: Array>(counts: &A) -> Result<A> {
    let total = counts.sum(..)?;
    counts.sum(0)?.divide(&total)?.multiply(1e4)?.log1p()
}

fn main() -> Result<()> {
    let counts = Tensor::eye(1000, 1000, 1, DType::Float64)?; // CSR, 999 stored elements
    let dense = Dense::from_values([1000, 1000], counts.to_values()?)?;
    let chunked = Chunked::from_array(&counts, 300)?; // 4 × 4 blocks, each a sparse tensor
    println!("{}\n{}\n{}", shares(&counts)?, shares(&dense)?, shares(&chunked)?.compute()?);
    Ok(())
}
