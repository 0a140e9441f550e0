//! Files written here, files of others compared with what others found in them, and files broken on purpose.

mod damaged;
mod edges;
mod reference;
mod written;

use super::{Encoding, Matrix};
use crate::buffer::Values;
use crate::dtype::Complex128;
use std::path::{Path, PathBuf};

/// A directory that goes away with the test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("redpoll-h5ad-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A stored element: row, column, value.
type Triple = (usize, usize, f64);

/// The values as real numbers.
fn reals(values: &Values) -> Vec<f64> {
    let real = |k| {
        let value: Complex128 = values.get(k).to();
        assert_eq!(value.im, 0.0);
        value.re
    };
    (0..values.len()).map(real).collect()
}

/// The elements of a matrix, read in windows of so many rows of the major axis.
fn triples(matrix: &Matrix, step: usize) -> crate::Result<Vec<Triple>> {
    let mut triples = Vec::new();
    let axis = matrix.encoding().major_axis().unwrap_or(0);
    let length = matrix.shape()[axis];
    for start in (0..length).step_by(step.max(1)) {
        let window = start..(start + step).min(length);
        if matrix.encoding() == Encoding::Dense {
            let width = matrix.shape()[1..].iter().product::<usize>();
            let values = reals(&matrix.read_values(window)?);
            let place = |(k, v)| (start + k / width, k % width, v);
            triples.extend(values.into_iter().enumerate().map(place));
            continue;
        }
        let parts = matrix.read_parts(window)?;
        let (indices, data) = (reals(&parts.indices), reals(&parts.data));
        for (k, ends) in parts.indptr.windows(2).enumerate() {
            for p in ends[0] as usize..ends[1] as usize {
                let (major, minor) = (start + k, indices[p] as usize);
                let (row, column) = if axis == 0 { (major, minor) } else { (minor, major) };
                triples.push((row, column, data[p]));
            }
        }
    }
    Ok(triples)
}

/// The files of a directory whose names end so, sorted.
fn files(directory: &Path, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file() && path.to_string_lossy().ends_with(end));
    files.sort();
    files
}

/// The folder of reference files, from `REDPOLL_DATA`; without it the tests that need it say so and pass.
fn data() -> Option<PathBuf> {
    let found = std::env::var_os("REDPOLL_DATA").map(PathBuf::from);
    if found.is_none() {
        eprintln!("skipped: REDPOLL_DATA names no folder of reference files");
    }
    found
}
