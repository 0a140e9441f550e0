//! The gram matrix of a tall sparse matrix, block by block as dask users write it, and in one line.
//!
//! ```text
//! cargo run --release --example gram -- [FILE.h5ad]
//! ```
//!
//! In dask: `x.map_blocks(lambda b: (b.T @ b)[None], new_axis=1, chunks=((1,) * n, (genes,), (genes,))).sum(axis=0)`
//! of `n` blocks, which with `scipy.sparse` blocks fails at the sum.

use redpoll::chunked::{Chunked, Chunks, Declare};
use redpoll::io::h5ad::AnnData;
use redpoll::{Array, Result};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

const USAGE: &str = "\
usage: gram [FILE.h5ad]
  -h, --help        this text
Without a file it reads the counts that come with redpoll.";

/// The file to read; `None`: help was asked for.
fn file(mut words: lexopt::Parser) -> Result<Option<PathBuf>, lexopt::Error> {
    let mut file = None;
    while let Some(word) = words.next()? {
        match word {
            lexopt::Arg::Short('h') | lexopt::Arg::Long("help") => return Ok(None),
            lexopt::Arg::Value(path) if file.is_none() => file = Some(path.into()),
            other => return Err(other.unexpected()),
        }
    }
    let packaged = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/pbmc3k_csr_f32.h5ad");
    Ok(Some(file.unwrap_or_else(|| packaged.into())))
}

fn main() -> ExitCode {
    let file = match file(lexopt::Parser::from_env()) {
        Ok(Some(file)) => file,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("gram: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gram: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(file: &Path) -> Result<()> {
    let counts = AnnData::open(file)?.matrix("X")?;
    let x = Chunked::from_source(Arc::new(counts), Chunks::from([500, -1]))?;
    // Every fortieth gene, so that the result is small enough to look at.
    let x = x.index((.., redpoll::standard::Ix::step(.., 40)))?;
    println!("{x}");

    let genes = x.shape()[1];
    let blocks = x.grid().counts()[0];
    let start = Instant::now();
    let by_blocks = x
        .map_blocks_with(
            |block, _| block.t()?.matmul(block)?.expand_dims(0),
            Declare::new(x.dtype()).named("gram").new_axis(1).chunks(vec![
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
