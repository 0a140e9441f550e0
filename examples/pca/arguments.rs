//! The command line.

use redpoll::chunked::Chunks;
use redpoll::io::h5ad::Matrix;
use std::path::PathBuf;

pub const USAGE: &str = "\
usage: pca [FILE.h5ad] [options]
  --as sparse|dense|chunked|chunked-dense   what holds the counts (sparse)
  --components N    principal components (10)
  --genes N         keep the N most variable genes (all)
  --chunk-rows N    cells in a chunk (chosen by stored counts)
  --threads N       worker threads (one per core)
  --out DIR         where the scores and the picture go (out)
  --json            one JSON object instead of the table";

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
    pub components: usize,
    pub genes: Option<usize>,
    pub chunk_rows: Option<usize>,
    pub threads: Option<usize>,
    pub out: PathBuf,
    pub json: bool,
}

impl Arguments {
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let packaged = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/pbmc3k_csr_f32.h5ad");
        let mut arguments = Self {
            file: packaged.into(),
            storage: Storage::Sparse,
            components: 10,
            genes: None,
            chunk_rows: None,
            threads: None,
            out: "out".into(),
            json: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--as" => {
                    let name = value()?;
                    arguments.storage = Storage::parse(&name)?;
                }
                "--components" => arguments.components = positive(&word, &value()?)?,
                "--genes" => arguments.genes = Some(positive(&word, &value()?)?),
                "--chunk-rows" => arguments.chunk_rows = Some(positive(&word, &value()?)?),
                "--threads" => arguments.threads = Some(positive(&word, &value()?)?),
                "--out" => arguments.out = value()?.into(),
                "--json" => arguments.json = true,
                flag if flag.starts_with('-') => return Err(format!("unknown option {flag}")),
                file => arguments.file = file.into(),
            }
        }
        Ok(arguments)
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
        found.map(|(_, storage)| *storage).ok_or_else(|| {
            format!("--as {name}: one of {}", Self::NAMES.map(|(n, _)| n).join(", "))
        })
    }

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, s)| *s == self).map_or("", |(name, _)| name)
    }
}

fn positive(option: &str, value: &str) -> Result<usize, String> {
    value
        .parse()
        .ok()
        .filter(|&n| n > 0)
        .ok_or_else(|| format!("{option} {value}: not a positive number"))
}
