//! The gram matrix of a tall sparse matrix, block by block as dask users write it, and in one line.
//!
//! ```text
//! cargo run --release --example gram
//! ```
//!
//! In dask: `x.map_blocks(lambda b: (b.T @ b)[None], new_axis=0, chunks=…).sum(axis=0)`, which with
//! `scipy.sparse` blocks fails at the sum.

use redpoll::chunked::{Chunked, Chunks, Declare};
use redpoll::io::h5ad::AnnData;
use redpoll::{Array, Result};
use std::sync::Arc;
use std::time::Instant;

fn main() -> Result<()> {
    let file =
        AnnData::open(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/pbmc3k_csr_f32.h5ad"))?;
    let counts = file.matrix("X")?;
    let x = Chunked::from_source(Arc::new(counts), Chunks::from([500, 13714]))?;
    // Every fortieth gene, so that the result is small enough to look at.
    let x = x.index((.., redpoll::standard::Ix::step(.., 40)))?;
    println!("{x}");

    let genes = x.shape()[1];
    let blocks = x.grid().counts()[0];
    let start = Instant::now();
    let by_blocks = x
        .map_blocks_with(
            |block, _| block.t()?.matmul(block)?.expand_dims(0),
            Declare::new(x.dtype()).named("gram").new_axis(0).chunks(vec![
                vec![1; blocks],
                vec![genes],
                vec![genes],
            ]),
        )?
        .sum(0)?
        .compute()?;
    println!("block by block: {by_blocks} in {:.2?}", start.elapsed());

    let start = Instant::now();
    let in_one = x.t()?.matmul(&x)?.compute()?;
    println!("in one line:    {in_one} in {:.2?}", start.elapsed());

    let difference = by_blocks.subtract(&in_one)?.abs()?.max(..)?.item()?;
    println!("greatest difference: {difference}");
    assert!(difference.is_zero(), "counts are integers: both are exact");
    Ok(())
}
