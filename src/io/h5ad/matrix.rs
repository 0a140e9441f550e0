//! A matrix in a file: what it is, and windows of it.

use super::super::h5::{Dataset, File, Place, Type};
use crate::buffer::{Buffer, Values};
use crate::dtype::{DType, Integer};
use crate::error::{Result, ShapeError};
use crate::parallel;
use crate::standard::Meta;
use crate::with_dtype;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// How a matrix is stored in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Compressed rows: the stored elements row by row.
    Csr,
    /// Compressed columns: the stored elements column by column.
    Csc,
    /// Every element, row by row. Such an array may have any number of dimensions, but none is no matrix.
    Dense,
}

impl Encoding {
    /// The axis along which the stored elements are compressed: 0 of [`Csr`](Self::Csr), 1 of [`Csc`](Self::Csc).
    pub const fn major_axis(self) -> Option<usize> {
        match self {
            Self::Csr => Some(0),
            Self::Csc => Some(1),
            Self::Dense => None,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Csr => "csr",
            Self::Csc => "csc",
            Self::Dense => "dense",
        })
    }
}

/// A matrix in a file, of which nothing is read until asked for. Cheap to clone; clones share the row pointers.
#[derive(Debug, Clone)]
pub struct Matrix {
    place: Place,
    meta: Meta,
    storage: Storage,
}

// There is one for each matrix opened: a few hundred bytes are not worth a box.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone)]
enum Storage {
    Compressed(Arc<Compressed>),
    Dense(Arc<Dataset>),
}

#[derive(Debug)]
struct Compressed {
    encoding: Encoding,
    data: Dataset,
    indices: Dataset,
    indptr: Dataset,
    /// `indptr`, once it was read and found valid.
    pointers: OnceLock<Buffer<i64>>,
}

/// The stored elements of a window along the major axis of a sparse matrix: rows of CSR, columns of CSC.
///
/// Those of the window's row `i` are `indptr[i]..indptr[i + 1]` of `indices` and `data`. They are in the file's
/// order: it need not be ascending, and an index may occur twice.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    /// One more than the window has rows; the first is 0, the last the number of stored elements.
    pub indptr: Vec<i64>,
    /// Positions on the minor axis, of an integer type, each within the axis.
    pub indices: Values,
    /// The values.
    pub data: Values,
}

impl Matrix {
    /// The matrix at a place of the file. Names, shapes and types are read and compared, no data.
    pub(super) fn open(file: &File, item: &str) -> Result<Self> {
        let place = file.place(item);
        if let Some(array) = file.array(item)? {
            let Type::Number(number) = array.kind() else {
                let what = array.kind().describe();
                return Err(
                    place.error(format!("holds {what}, not numbers of a standard data type"))
                );
            };
            let (shape, dtype) = (array.shape().to_vec(), number.dtype);
            let known = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
            if shape.is_empty() || known.is_none() {
                return Err(place.error(format!("an array of shape {shape:?} is no matrix")));
            }
            return Ok(Self {
                place,
                meta: Meta::new(shape, dtype),
                storage: Storage::Dense(Arc::new(array)),
            });
        }

        let attributes = file.attributes(item)?;
        let named = attributes.text("encoding-type").or_else(|| attributes.text("h5sparse_format"));
        let encoding = match named {
            Some("csr_matrix" | "csr") => Encoding::Csr,
            Some("csc_matrix" | "csc") => Encoding::Csc,
            Some(other) => return Err(place.error(format!("its encoding {other:?} is no matrix"))),
            None => return Err(place.error("it names no encoding, so it is no matrix")),
        };
        let shape = attributes.integers("shape").or_else(|| attributes.integers("h5sparse_shape"));
        let lengths = |shape: &[i64]| -> Option<Vec<usize>> {
            shape.iter().map(|&d| usize::try_from(d).ok()).collect()
        };
        let shape = match shape.map(|shape| (shape, lengths(shape))) {
            Some((_, Some(lengths))) if lengths.len() == 2 => lengths,
            Some((shape, _)) => return Err(place.error(format!("its shape is given as {shape:?}"))),
            None => return Err(place.error("its shape is not given")),
        };

        let part = |name: &str| -> Result<Dataset> {
            let array = file.array(&format!("{item}/{name}"))?;
            let array = array.ok_or_else(|| place.error(format!("it has no {name:?}")))?;
            match array.shape() {
                [_] => Ok(array),
                shape => {
                    Err(array.place().error(format!("its shape is {shape:?}, not one length")))
                }
            }
        };
        let (data, indices, indptr) = (part("data")?, part("indices")?, part("indptr")?);
        let Type::Number(number) = data.kind() else {
            let what = data.kind().describe();
            return Err(data
                .place()
                .error(format!("holds {what}, not numbers of a standard data type")));
        };
        for part in [&indices, &indptr] {
            if !matches!(part.kind(), Type::Number(number) if number.dtype.is_integer()) {
                let what = part.kind().describe();
                return Err(part.place().error(format!("holds {what}, not integers")));
            }
        }
        let major = if encoding == Encoding::Csr { shape[0] } else { shape[1] };
        let expected = [(&indices, data.shape()[0]), (&indptr, major.saturating_add(1))];
        for (part, expected) in expected {
            let got = part.shape()[0];
            if got != expected {
                let stored = data.shape()[0];
                return Err(part.place().error(format!(
                    "its length is {got}, but a {encoding} matrix of shape {shape:?} with {stored} values needs \
                     {expected}"
                )));
            }
        }
        let dtype = number.dtype;
        let pointers = OnceLock::new();
        let parts = Compressed { encoding, data, indices, indptr, pointers };
        let storage = Storage::Compressed(Arc::new(parts));
        Ok(Self { place, meta: Meta::new(shape, dtype), storage })
    }

    /// Shape and data type.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Its shape: rows and columns; a dense array may have more dimensions, or one.
    pub fn shape(&self) -> &[usize] {
        &self.meta.shape
    }

    /// The data type of its values.
    pub fn dtype(&self) -> DType {
        self.meta.dtype
    }

    /// How it is stored.
    pub fn encoding(&self) -> Encoding {
        match &self.storage {
            Storage::Compressed(parts) => parts.encoding,
            Storage::Dense(_) => Encoding::Dense,
        }
    }

    /// The number of stored elements: all elements of a dense matrix. Of a sparse one the number of values in the
    /// file; as SciPy does, those beyond the end of [`indptr`](Self::indptr) are let lie.
    pub fn stored(&self) -> usize {
        match &self.storage {
            Storage::Compressed(parts) => parts.data.shape()[0],
            Storage::Dense(_) => self.meta.shape.iter().product(),
        }
    }

    /// Where the stored elements of each row (CSR) or column (CSC) begin, and at last where they end.
    ///
    /// Read once. The first is 0, none is less than the one before, the last is at most [`stored`](Self::stored).
    ///
    /// # Errors
    /// If they cannot be read, if one of these rules is broken, or if the matrix is dense.
    pub fn indptr(&self) -> Result<&[i64]> {
        let Storage::Compressed(parts) = &self.storage else {
            return Err(self.place.error("a dense matrix has no indptr"));
        };
        let Compressed { indptr, pointers, .. } = &**parts;
        if let Some(pointers) = pointers.get() {
            return Ok(pointers);
        }
        let read = with_dtype!(indptr_dtype(indptr), [integer] T => {
            let values = indptr.read_all()?;
            pointers_of::<T>(values.as_slice().unwrap_or_default(), self.stored(), indptr.place())?
        }, else unreachable!("`open` checked that they are integers"));
        Ok(pointers.get_or_init(|| read.into()))
    }

    /// The stored elements of a window along the major axis: rows of a CSR matrix, columns of a CSC matrix.
    ///
    /// Only the slices of the file that hold them are read, apart from [`indptr`](Self::indptr), which is read
    /// whole, once.
    ///
    /// # Errors
    /// If the matrix is dense, if the window is outside the axis, if the file cannot be read, or if an index is
    /// outside the minor axis.
    pub fn read_parts(&self, window: Range<usize>) -> Result<Parts> {
        let Storage::Compressed(parts) = &self.storage else {
            return Err(self.no_parts());
        };
        let [major, minor] = self.axes()?;
        self.check_window("read_parts", &window, major)?;
        let pointers = &self.indptr()?[window.start..=window.end];
        let first = pointers[0];
        let stored = first as usize..pointers[window.len()] as usize;
        let (indices, data) = parallel::join(
            || -> Result<Values> {
                let indices = &parts.indices;
                let read = indices.read(stored.clone(), &[])?;
                check_indices(&read, minor, stored.start, indices.place())?;
                Ok(read)
            },
            || parts.data.read(stored.clone(), &[]),
        );
        let indptr = pointers.iter().map(|&p| p - first).collect();
        Ok(Parts { indptr, indices: indices?, data: data? })
    }

    /// The values of a window of rows of a dense matrix, in C order.
    ///
    /// # Errors
    /// If the matrix is sparse, if the window is outside the first axis, or if the file cannot be read.
    pub fn read_values(&self, rows: Range<usize>) -> Result<Values> {
        let rest = self.meta.shape.iter().skip(1).map(|&n| 0..n);
        self.read_dense(&std::iter::once(rows).chain(rest).collect::<Vec<_>>())
    }

    /// The values in a window of each axis of a dense matrix, in C order. The windows are one for each axis.
    pub(super) fn read_dense(&self, windows: &[Range<usize>]) -> Result<Values> {
        let Storage::Dense(array) = &self.storage else {
            let reason = "a sparse matrix does not store every element: read_parts reads it";
            return Err(self.place.error(reason));
        };
        for (window, &length) in windows.iter().zip(&self.meta.shape) {
            self.check_window("read_values", window, length)?;
        }
        array.read(windows[0].clone(), &windows[1..])
    }

    /// The lengths of the chunks of the file, where the matrix is dense and stored in chunks.
    pub(super) fn chunk(&self) -> Option<Vec<usize>> {
        match &self.storage {
            Storage::Dense(array) => array.chunk(),
            Storage::Compressed(_) => None,
        }
    }

    /// The item's name in the file.
    pub(super) fn item(&self) -> &str {
        self.place.item()
    }

    /// The lengths of the major and the minor axis.
    pub(super) fn axes(&self) -> Result<[usize; 2]> {
        match self.encoding() {
            Encoding::Csr => Ok([self.meta.shape[0], self.meta.shape[1]]),
            Encoding::Csc => Ok([self.meta.shape[1], self.meta.shape[0]]),
            Encoding::Dense => Err(self.no_parts()),
        }
    }

    fn no_parts(&self) -> crate::Error {
        self.place.error("a dense matrix has no parts: read_values reads it")
    }

    pub(super) fn check_window(
        &self,
        op: &str,
        window: &Range<usize>,
        length: usize,
    ) -> Result<()> {
        if window.start <= window.end && window.end <= length {
            return Ok(());
        }
        Err(ShapeError::Parameter {
            op: op.to_owned(),
            what: "window",
            value: format!("{window:?}"),
            reason: format!("{} has {length} along this axis", self.place.item()),
        }
        .into())
    }
}

fn indptr_dtype(indptr: &Dataset) -> DType {
    match indptr.kind() {
        Type::Number(number) => number.dtype,
        _ => DType::Bool,
    }
}

fn pointers_of<T: Integer>(values: &[T], stored: usize, place: &Place) -> Result<Vec<i64>> {
    let mut pointers = Vec::with_capacity(values.len());
    let mut last = 0i64;
    for (position, value) in values.iter().enumerate() {
        let valid = value.to_i64().filter(|&p| p >= last && (position > 0 || p == 0));
        last = valid.ok_or_else(|| {
            let rule = if position == 0 { "the first must be 0" } else { "it must not descend" };
            place.error(format!("position {position} holds {value}, after {last}: {rule}"))
        })?;
        pointers.push(last);
    }
    if last > stored as i64 {
        return Err(place.error(format!("it ends at {last}, but there are {stored} values")));
    }
    Ok(pointers)
}

/// Checks that indices are positions on an axis; `first` is the position of the first in the file.
fn check_indices(indices: &Values, length: usize, first: usize, place: &Place) -> Result<()> {
    fn outside<T: Integer>(indices: &[T], length: usize) -> Option<usize> {
        indices.iter().position(|i| i.to_usize().is_none_or(|i| i >= length))
    }
    let position = with_dtype!(indices.dtype(), [integer] T => {
        outside::<T>(indices.as_slice().unwrap_or_default(), length)
    }, else Some(0));
    match position {
        None => Ok(()),
        Some(position) => Err(place.error(format!(
            "position {} holds {}, outside the axis of length {length}",
            first + position,
            indices.get(position)
        ))),
    }
}
