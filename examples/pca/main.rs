//! Principal components of single-cell counts, by one function on four kinds of array.
//!
//! ```text
//! cargo run --release --example pca -- [FILE.h5ad] [--as sparse|dense|chunked|chunked-dense] [--solver auto|gram|lanczos]
//!     [--dtype float32|float64] [--components N] [--genes N] [--chunk-rows N] [--threads N] [--out DIR] [--json]
//! ```
//!
//! Each cell is scaled to 10,000 counts, log(1 + x) taken, all genes kept (or the N most variable), and the matrix
//! centred and decomposed. Without FILE it reads the 3k PBMCs of 10x Genomics that come with redpoll
//! (`examples/data/README.md`). Scores and a picture go to DIR (`out` unless said otherwise).

#![allow(unreachable_pub)] // modules of a program, not of a library

mod arguments;
mod picture;
mod report;

use arguments::{Arguments, Storage};
use redpoll::chunked::{self, Chunked, MapSource, ProgressBar, RunOptions};
use redpoll::dense::Dense;
use redpoll::dtype::DType;
use redpoll::io::h5ad::AnnData;
use redpoll::stats::{Pca, most_variable, normalize_total, pca_with};
use redpoll::{Array, Lazy, Result};
use report::{Clock, Outcome, Report};
use std::process::ExitCode;
use std::sync::Arc;

/// What is done to the counts, whatever holds them.
fn analyse<A: Array>(counts: A, arguments: &Arguments, clock: &mut Clock) -> Result<Pca<A>> {
    let counts = Lazy::new(counts).astype(arguments.dtype)?;
    // Recorded, then computed in one pass.
    let x = clock.time("normalise", || normalize_total(&counts, 1e4)?.log1p()?.compute())?;
    drop(counts);
    let x = match arguments.genes {
        Some(genes) => clock.time("select genes", || x.take(&most_variable(&x, genes)?, 1))?,
        None => x,
    };
    clock.time("pca", || pca_with(&x, arguments.components, arguments.solver))
}

fn run(arguments: &Arguments) -> Result<Report> {
    let mut clock = Clock::start();
    let file = clock.time("open", || AnnData::open(&arguments.file))?;
    let matrix = file.matrix("X")?;
    let outcome = match arguments.storage {
        Storage::Sparse => {
            let counts = clock.time("read", || matrix.read())?;
            outcome(analyse(counts, arguments, &mut clock)?, &mut clock)?
        }
        Storage::Dense => {
            let counts = clock.time("read", || dense(matrix.read()?))?;
            outcome(analyse(counts, arguments, &mut clock)?, &mut clock)?
        }
        Storage::Chunked => {
            let counts = Chunked::from_source(Arc::new(matrix.clone()), arguments.chunks(&matrix))?;
            outcome(analyse(counts, arguments, &mut clock)?, &mut clock)?
        }
        Storage::ChunkedDense => {
            let source = MapSource::new(matrix.clone(), dense);
            let counts = Chunked::from_source(Arc::new(source), arguments.chunks(&matrix))?;
            outcome(analyse(counts, arguments, &mut clock)?, &mut clock)?
        }
    };
    Ok(Report::new(arguments, &matrix, outcome, clock))
}

/// A block as a dense array.
fn dense(block: redpoll::tensor::Tensor) -> Result<Dense> {
    Dense::from_values(block.shape(), block.to_values()?)
}

/// The numbers of the components, computed if need be.
fn outcome<A: Array>(pca: Pca<A>, clock: &mut Clock) -> Result<Outcome> {
    clock.time("scores", || {
        Ok(Outcome {
            scores: pca.scores.astype(DType::Float64)?.to_vec()?,
            singular_values: pca.singular_values,
            explained_variance_ratio: pca.explained_variance_ratio,
        })
    })
}

fn main() -> ExitCode {
    let arguments = match Arguments::parse(lexopt::Parser::from_env()) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            println!("{}", arguments::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("pca: {error}\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    let result = arguments.pool().and_then(|pool| {
        // The bar shows on a terminal only, and only for what is computed in chunks.
        let watched = chunked::Options {
            run: RunOptions::new().observe(ProgressBar::new()),
            ..chunked::Options::default()
        };
        let report =
            pool.install(|| watched.scope(|| run(&arguments))).map_err(|e| e.to_string())?;
        report.write(&arguments)
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("pca: {message}");
            ExitCode::FAILURE
        }
    }
}
