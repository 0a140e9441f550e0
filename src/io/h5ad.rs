//! AnnData files (`.h5ad`): the matrices of single-cell data, read whole or by windows.
//!
//! An [`AnnData`] is opened without reading any matrix. It lists what the file holds, and hands out a [`Matrix`] for
//! `X`, a layer, `raw/X` or a pairwise or multi-dimensional annotation, by the names that AnnData gives them:
//!
//! ```text
//!              var: names and columns
//!            ┌─────────┐
//!            │  varm/… │  varp/…        X, layers/…   observations × variables
//!            └─────────┘                obsm/…, obsp/…   one row per observation
//!  obs       ┌─────────┐ ┌──────┐       varm/…, varp/…   one row per variable
//!  names and │    X    │ │obsm/…│       raw/X, raw/var   as before variables were selected
//!  columns   └─────────┘ └──────┘
//! ```
//!
//! Whole or by regions they become [`Tensor`](crate::tensor::Tensor)s; a [`Matrix`] is also a
//! [`Source`](crate::chunked::Source) of the blocks of a chunked array.
//!
//! A sparse matrix lies in the file as three arrays, of which a window of the compressed axis needs only a slice:
//! rows of a CSR matrix, columns of a CSC matrix. A dense matrix is read by rows.
//!
//! Files of anndata 0.6 and later are read. What older versions called or placed differently is found under the
//! names of today: `raw.X`, the attributes `h5sparse_format` and `h5sparse_shape`, arrays of records for the data
//! frames and for `obsm`, graphs under `uns/neighbors`.
//!
//! Soft links are followed; a link to another file is an error. Numbers of half precision are read as `float32`, of
//! either byte order.
//!
//! A file takes the memory that what is read of it takes, and no bytes of it count twice: chunks that overlap are an
//! error, and so are names that take more than four times the bytes of the file and 64 MiB, because many refer to the
//! same one. (Compressed chunks become at most 1040 times their bytes.)
//!
//! Malformed files are errors that name the file, the item and the reason; a read gives everything that was asked
//! for or an error.

mod listing;
mod matrix;
mod select;
mod tensor;
#[cfg(test)]
mod tests;

pub use listing::{Content, Entry};
pub use matrix::{Encoding, Matrix, Parts};

use super::h5::{File, Kind, Type};
use crate::error::{IoError, Result};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// An open AnnData file. Cheap to clone.
///
/// ```no_run
/// use redpoll::io::h5ad::AnnData;
/// let file = AnnData::open("pbmc3k.h5ad")?;
/// println!("{file}");
/// let counts = file.matrix("X")?;
/// let genes = file.var_names()?;
/// assert_eq!(counts.shape()[1], genes.len());
/// let first = counts.read_rows(0..100)?; // a Tensor
/// println!("{} counts in the first 100 cells", first.stored());
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AnnData {
    file: Arc<File>,
    listing: Arc<OnceLock<Vec<Entry>>>,
}

impl AnnData {
    /// Opens a file; no data is read, only names.
    ///
    /// # Errors
    /// If there is no such file, if it is not HDF5, or if it has not the parts `obs` and `var` that every AnnData
    /// file has.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let file = File::open(path.as_ref())?;
        for part in ["obs", "var"] {
            if !file.kind(part)?.is_some_and(Kind::has_members) {
                let has = file.members("")?.join(", ");
                let reason = format!("not an AnnData file: it has no {part:?}, but {has}");
                return Err(file.place("/").error(reason));
            }
        }
        Ok(Self { file: Arc::new(file), listing: Arc::default() })
    }

    /// The path it was opened by.
    pub fn path(&self) -> &str {
        self.file.path()
    }

    /// The numbers of observations and variables.
    ///
    /// # Errors
    /// If the file does not hold their names.
    pub fn shape(&self) -> Result<(usize, usize)> {
        Ok((self.frame_len("obs")?, self.frame_len("var")?))
    }

    /// The names of the observations.
    ///
    /// # Errors
    /// If the file does not hold them, or if they cannot be read as text.
    pub fn obs_names(&self) -> Result<Vec<String>> {
        self.names("obs")
    }

    /// The names of the variables.
    ///
    /// # Errors
    /// If the file does not hold them, or if they cannot be read as text.
    pub fn var_names(&self) -> Result<Vec<String>> {
        self.names("var")
    }

    /// The names of the rows of a data frame: `obs`, `var`, `raw/var`, or a data frame in `obsm` or `varm`.
    ///
    /// # Errors
    /// If the file does not hold them, or if they cannot be read as text.
    pub fn names(&self, frame: &str) -> Result<Vec<String>> {
        let item = self.index_of(frame)?;
        let Some(array) = self.file.array(&item)? else {
            return Err(self.missing(&item));
        };
        if let Type::Number(_) = array.kind() {
            let values = array.read_all()?;
            return Ok((0..values.len()).map(|k| values.get(k).to_string()).collect());
        }
        array.read_texts()
    }

    /// A matrix by its name, such as `X`, `layers/counts`, `raw/X`, `obsm/X_pca`, `obsp/distances`.
    ///
    /// # Errors
    /// If the file has no such item, if it is not numbers, if its parts contradict each other, or if its shape is
    /// not that of the file's observations and variables.
    pub fn matrix(&self, name: &str) -> Result<Matrix> {
        let item = self.locate(name)?.ok_or_else(|| self.missing(name))?;
        let matrix = Matrix::open(&self.file, &item)?;
        let axes: &[&str] = match name.split('/').next().unwrap_or_default() {
            "X" | "layers" => &["obs", "var"],
            "obsm" => &["obs"],
            "varm" => &["var"],
            "obsp" => &["obs", "obs"],
            "varp" => &["var", "var"],
            "raw" if name == "raw/X" => &["obs", "raw/var"],
            _ => &[],
        };
        for (axis, frame) in axes.iter().enumerate() {
            // A matrix can be read without the names of its rows.
            let Ok(length) = self.frame_len(frame) else { continue };
            if matrix.shape().get(axis) != Some(&length) {
                let shape = matrix.shape();
                return Err(self.file.place(&item).error(format!(
                    "its shape is {shape:?}, but {frame} has {length} names for axis {axis}"
                )));
            }
        }
        Ok(matrix)
    }

    /// What the file holds: matrices, annotations and the columns of the data frames.
    ///
    /// Listed once, when first asked for. An item that cannot be read is listed with the reason.
    pub fn keys(&self) -> &[Entry] {
        self.listing.get_or_init(|| listing::list(self))
    }

    /// The number of rows of a data frame.
    fn frame_len(&self, frame: &str) -> Result<usize> {
        let item = self.index_of(frame)?;
        let array = self.file.array(&item)?.ok_or_else(|| self.missing(&item))?;
        match array.shape() {
            &[length] => Ok(length),
            shape => Err(self.file.place(&item).error(format!("names of shape {shape:?}"))),
        }
    }

    /// The array of the names of a data frame's rows.
    fn index_of(&self, frame: &str) -> Result<String> {
        let item = self.locate(frame)?.ok_or_else(|| self.missing(frame))?;
        let attributes = self.file.attributes(&item)?;
        let named = attributes.text("_index").map(str::to_owned);
        for name in named.into_iter().chain(["_index".to_owned(), "index".to_owned()]) {
            let index = format!("{item}/{name}");
            match self.file.kind(&index)? {
                Some(Kind::Array) => return Ok(index),
                // Names that may be missing: the texts beside the mask of those that are.
                Some(Kind::Group) => return Ok(format!("{index}/values")),
                _ => {}
            }
        }
        Err(self.file.place(&item).error("it has no index: the names of its rows"))
    }

    /// Where in the file an item is, by its name of today; `None` where there is none.
    fn locate(&self, name: &str) -> Result<Option<String>> {
        let older = match name.split_once('/') {
            Some(("raw", rest)) => Some(format!("raw.{rest}")),
            Some(("obsp", graph)) => Some(format!("uns/neighbors/{graph}")),
            _ => None,
        };
        for item in [Some(name.to_owned()), older].into_iter().flatten() {
            if self.file.kind(&item)?.is_some() {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    fn missing(&self, item: &str) -> crate::Error {
        let path = self.path().to_owned();
        let has = self.keys().iter().map(|entry| entry.name.clone()).collect();
        IoError::Missing { path, item: item.to_owned(), has }.into()
    }
}
