//! The command line.

use lexopt::prelude::*;
use redpoll::chunked::Chunks;
use redpoll::dtype::DType;
use redpoll::io::h5ad::Matrix;
use redpoll::stats::Solver;
use std::path::PathBuf;

pub const USAGE: &str = "\
usage: pca [FILE.h5ad] [options]
  --as sparse|dense|chunked|chunked-dense   what holds the counts (sparse)
  --solver auto|gram|lanczos                how the components are found (auto)
  --dtype float32|float64                   the type that is computed in (float32)
  --components N    principal components (10)
  --genes N         keep the N most variable genes (all)
  --chunk-rows N    cells in a chunk (chosen by stored counts)
  --threads N       worker threads (one per core)
  --out DIR         where the scores and the picture go (out)
  --json            one JSON object instead of the table
  -h, --help        this text";

/// What holds the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    Sparse,
    Dense,
    Chunked,
    ChunkedDense,
}

#[derive(Debug)]
pub struct Arguments {
    pub file: PathBuf,
    pub storage: Storage,
    pub solver: Solver,
    pub dtype: DType,
    pub components: usize,
    pub genes: Option<usize>,
    pub chunk_rows: Option<usize>,
    pub threads: Option<usize>,
    pub out: PathBuf,
    pub json: bool,
}

impl Arguments {
    /// `None`: help was asked for.
    pub fn parse(mut words: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        let packaged = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/pbmc3k_csr_f32.h5ad");
        let mut file = None;
        let mut arguments = Self {
            file: packaged.into(),
            storage: Storage::Sparse,
            solver: Solver::Auto,
            dtype: DType::Float32,
            components: 10,
            genes: None,
            chunk_rows: None,
            threads: None,
            out: "out".into(),
            json: false,
        };
        while let Some(word) = words.next()? {
            match word {
                Long("as") => arguments.storage = value(&mut words, "as", Storage::parse)?,
                Long("solver") => arguments.solver = value(&mut words, "solver", solver)?,
                Long("dtype") => arguments.dtype = value(&mut words, "dtype", dtype)?,
                Long("components") => {
                    arguments.components = value(&mut words, "components", positive)?;
                }
                Long("genes") => arguments.genes = Some(value(&mut words, "genes", positive)?),
                Long("chunk-rows") => {
                    arguments.chunk_rows = Some(value(&mut words, "chunk-rows", positive)?);
                }
                Long("threads") => {
                    arguments.threads = Some(value(&mut words, "threads", positive)?);
                }
                Long("out") => arguments.out = words.value()?.into(),
                Long("json") => arguments.json = true,
                Short('h') | Long("help") => return Ok(None),
                Value(path) if file.is_none() => file = Some(path.into()),
                other => return Err(other.unexpected()),
            }
        }
        arguments.file = file.unwrap_or(arguments.file);
        Ok(Some(arguments))
    }

    /// The threads that the computation runs on.
    pub fn pool(&self) -> Result<rayon::ThreadPool, String> {
        let threads = self.threads.unwrap_or(0);
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|e| e.to_string())
    }

    /// Chunks of whole cells.
    pub fn chunks(&self, matrix: &Matrix) -> Chunks {
        match self.chunk_rows {
            Some(rows) => Chunks::from([rows, matrix.shape()[1].max(1)]),
            None => Chunks::Auto,
        }
    }
}

impl Storage {
    pub const NAMES: [(&'static str, Self); 4] = [
        ("sparse", Self::Sparse),
        ("dense", Self::Dense),
        ("chunked", Self::Chunked),
        ("chunked-dense", Self::ChunkedDense),
    ];

    fn parse(name: &str) -> Result<Self, String> {
        let found = Self::NAMES.iter().find(|(n, _)| *n == name);
        let names = || format!("not one of {}", Self::NAMES.map(|(n, _)| n).join(", "));
        found.map(|(_, storage)| *storage).ok_or_else(names)
    }

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, s)| *s == self).map_or("", |(name, _)| name)
    }
}

/// The value of an option, which an error names.
fn value<T>(
    words: &mut lexopt::Parser,
    option: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, lexopt::Error> {
    let text = words.value()?.string()?;
    parse(&text).map_err(|error| format!("--{option} {text:?}: {error}").into())
}

fn positive(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&n| n > 0).ok_or_else(|| "not a positive number".to_owned())
}

fn dtype(name: &str) -> Result<DType, String> {
    match name {
        "float32" => Ok(DType::Float32),
        "float64" => Ok(DType::Float64),
        _ => Err("not one of float32, float64".to_owned()),
    }
}

fn solver(name: &str) -> Result<Solver, String> {
    match name {
        "auto" => Ok(Solver::Auto),
        "gram" => Ok(Solver::Gram),
        "lanczos" => Ok(Solver::Lanczos),
        _ => Err("not one of auto, gram, lanczos".to_owned()),
    }
}
