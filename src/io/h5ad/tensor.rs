//! Matrices and windows of them as tensors, and as sources of blocks.

use super::matrix::{Encoding, Matrix, Parts};
use crate::chunked::Source;
use crate::dtype::Scalar;
use crate::error::{Result, ShapeError};
use crate::standard::Meta;
use crate::tensor::{Duplicates, Format, Tensor};
use std::ops::Range;

impl Matrix {
    /// The whole matrix, in the format it has in the file: CSR, CSC or dense. The fill is 0 (or `false`).
    ///
    /// Elements that the file stores out of order are sorted, and those it stores more than once are added up, as
    /// SciPy understands them. Zeros that the file stores stay stored.
    ///
    /// # Errors
    /// If the file cannot be read, or is malformed.
    ///
    /// ```no_run
    /// use redpoll::{Array, io::h5ad::AnnData};
    /// let counts = AnnData::open("pbmc3k.h5ad")?.matrix("X")?.read()?;
    /// let per_gene = counts.sum(0)?;
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn read(&self) -> Result<Tensor> {
        self.read_rows(0..self.shape()[0])
    }

    /// A window of rows, in the format that the matrix has in the file.
    ///
    /// Of a CSR or dense matrix only these rows are read. Of a CSC matrix everything is read, in blocks of columns,
    /// and the rows selected: memory holds the window and one block.
    ///
    /// # Errors
    /// If the window is outside the matrix, if the file cannot be read, or if it is malformed.
    pub fn read_rows(&self, rows: Range<usize>) -> Result<Tensor> {
        let rest = self.shape().iter().skip(1).map(|&n| 0..n);
        self.read_region(&std::iter::once(rows).chain(rest).collect::<Vec<_>>())
    }

    /// The elements in a window of each axis, in the format that the matrix has in the file.
    ///
    /// Of a CSR matrix all columns of the rows are read, of a CSC matrix all rows of the columns, in blocks, and
    /// the rest dropped: memory holds the window and one block.
    ///
    /// # Errors
    /// If the windows are not one for each axis, within it, if the file cannot be read, or if it is malformed.
    pub fn read_region(&self, region: &[Range<usize>]) -> Result<Tensor> {
        let shape: Vec<usize> = region.iter().map(ExactSizeIterator::len).collect();
        if region.len() != self.shape().len() {
            return Err(ShapeError::Mismatch {
                op: "read_region".to_owned(),
                shapes: vec![self.shape().to_vec()],
                reason: format!("a region of {} axes", region.len()),
            }
            .into());
        }
        match (self.encoding(), region) {
            (Encoding::Csr, [rows, columns]) => {
                let Parts { indptr, indices, data } =
                    self.read_window(rows.clone(), columns.clone())?;
                Tensor::from_csr([shape[0], shape[1]], indptr, indices, data, Duplicates::Sum)
            }
            (Encoding::Csc, [rows, columns]) => {
                let Parts { indptr, indices, data } =
                    self.read_window(columns.clone(), rows.clone())?;
                Tensor::from_csc([shape[0], shape[1]], indptr, indices, data, Duplicates::Sum)
            }
            _ => {
                let (values, format) = (self.read_dense(region)?, Format::dense(shape.len()));
                Tensor::from_dense(&shape, values, Scalar::zero(self.dtype()), &format)
            }
        }
    }
}

/// A matrix in a file is a source of blocks. The stored elements of whole rows (CSR) or columns (CSC) are known from
/// `indptr`, of any region of a dense matrix from its shape; a CSC matrix is cut along its columns, a dense one where
/// its chunks end.
impl Source<Tensor> for Matrix {
    fn meta(&self) -> &Meta {
        self.meta()
    }

    fn name(&self) -> &str {
        self.item()
    }

    fn major(&self) -> usize {
        self.encoding().major_axis().unwrap_or(0)
    }

    fn stored(&self, region: &[Range<usize>]) -> Option<usize> {
        let (major, minor) = match (self.encoding(), region) {
            (Encoding::Csr, [rows, columns]) => (rows, columns),
            (Encoding::Csc, [rows, columns]) => (columns, rows),
            _ => return region.iter().try_fold(1, |n: usize, window| n.checked_mul(window.len())),
        };
        let [_, length] = self.axes().ok()?;
        // An `indptr` that cannot be read is an error when the block is.
        let pointers = self.indptr().ok().filter(|_| *minor == (0..length))?;
        usize::try_from(pointers.get(major.end)? - pointers.get(major.start)?).ok()
    }

    fn natural(&self, axis: usize) -> Option<usize> {
        self.chunk()?.get(axis).copied()
    }

    fn read(&self, region: &[Range<usize>]) -> Result<Tensor> {
        self.read_region(region)
    }
}
