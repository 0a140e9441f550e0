//! Arrays: windows of their rows as values or as texts.

use super::element::{FromBytes, Number, Text, Type};
use super::heap::Heap;
use super::{File, Place, source};
use crate::buffer::Values;
use crate::error::Result;
use crate::parallel;
use crate::with_dtype;
use hdf5_pure::Layout;
use std::ops::Range;
use std::slice;
use std::sync::{Arc, OnceLock};

/// Bytes read at once at least, and at most where chunks are smaller.
const PIECE: Range<usize> = 1 << 20..64 << 20;

/// How many bytes one stored byte can become: deflate's limit is 1032, those of the other filters are lower.
const EXPANSION: u64 = 1040;

/// An array in a file, or one field of an array of records. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Dataset {
    place: Place,
    reader: hdf5_pure::Dataset,
    bytes: source::Bytes,
    heap: (u64, u8, u8),
    /// The dimensions in the file, then those of an element that is itself an array.
    shape: Vec<usize>,
    kind: Type,
    /// The bytes of one element in the file: of the whole record, where this is a field.
    record: usize,
    /// How many elements in the file a row has.
    elements_per_row: usize,
    /// Where in the record the field begins; 0 where this is no field.
    offset: usize,
    /// Whether the storage was found whole.
    checked: Arc<OnceLock<()>>,
}

impl Dataset {
    pub(super) fn new(file: &File, place: Place, reader: hdf5_pure::Dataset) -> Result<Self> {
        let (dimensions, datatype) = place.guard(|| Ok((reader.shape()?, reader.datatype()?)))?;
        let record = datatype.type_size() as usize;
        let (kind, inner) = Type::of(&datatype);
        let shape: Option<Vec<usize>> =
            dimensions.iter().map(|&d| usize::try_from(d).ok()).collect();
        let mut shape = shape.ok_or_else(|| place.error("a dimension does not fit"))?;
        let elements_per_row = product(shape.iter().skip(1))
            .ok_or_else(|| place.error(format!("the shape {shape:?} is too large")))?;
        shape.extend(inner);

        let superblock = file.reader.superblock();
        let heap = (superblock.base_address.get(), superblock.offset_size, superblock.length_size);
        let bytes = file.bytes.clone();
        let checked = Arc::default();
        Ok(Self {
            place,
            reader,
            bytes,
            heap,
            shape,
            kind,
            record,
            elements_per_row,
            offset: 0,
            checked,
        })
    }

    /// The field of an array of records; `None` where there is no such field.
    pub(super) fn field(self, name: &str) -> Result<Option<Self>> {
        let Type::Records(fields) = &self.kind else { return Ok(None) };
        let Some(field) = fields.iter().find(|f| f.name == name).cloned() else { return Ok(None) };
        if self.elements_per_row != 1 || self.shape.len() > 1 {
            return Err(self
                .place
                .error(format!("records of shape {:?} are not read", self.shape)));
        }
        let inside = field.offset.checked_add(field.size).is_some_and(|end| end <= self.record);
        if !inside {
            return Err(self.place.error("the field lies outside its record"));
        }
        let shape = self.shape.into_iter().chain(field.shape).collect();
        Ok(Some(Self { shape, kind: field.kind, offset: field.offset, ..self }))
    }

    /// Its place in the file, for errors.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Its shape: none for a single value.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The type of its elements.
    pub(crate) fn kind(&self) -> &Type {
        &self.kind
    }

    /// The lengths of the chunks it is stored in, if it is.
    pub(crate) fn chunk(&self) -> Option<Vec<usize>> {
        let chunk = self.place.guard(|| self.reader.chunk_shape()).ok()??;
        Some(chunk.iter().map(|&d| d as usize).collect())
    }

    /// The values in a window of rows, in C order; of the further axes in the windows `inner`.
    ///
    /// The caller has checked the windows against the shape. Pieces of the storage are decoded side by side.
    pub(crate) fn read(&self, rows: Range<usize>, inner: &[Range<usize>]) -> Result<Values> {
        let Type::Number(number) = self.kind else {
            let what = self.kind.describe();
            let reason = format!("holds {what}, not numbers of a standard data type");
            return Err(self.place.error(reason));
        };
        self.check_storage()?;
        let runs = runs(inner, self.shape.get(1..).unwrap_or_default());
        with_dtype!(number.dtype, T => self.read_as::<T>(number, rows, &runs).map(Values::from))
    }

    /// All values.
    pub(crate) fn read_all(&self) -> Result<Values> {
        let whole: Vec<_> = self.shape.iter().skip(1).map(|&n| 0..n).collect();
        self.read(0..self.rows(), &whole)
    }

    /// The number of rows; a single value is one.
    fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(1)
    }

    fn read_as<T: FromBytes>(
        &self,
        number: Number,
        rows: Range<usize>,
        runs: &[Range<usize>],
    ) -> Result<Vec<T>> {
        let width = runs.iter().map(ExactSizeIterator::len).sum();
        let mut values = Vec::new();
        let count = rows.len().checked_mul(width);
        let count =
            count.filter(|&count| values.try_reserve_exact(count).is_ok()).ok_or_else(|| {
                let reason = format!("no memory for {} rows of {width} values", rows.len());
                self.place.error(reason)
            })?;
        values.resize(count, T::ZERO);
        if count == 0 {
            return Ok(values);
        }

        let mut rest = values.as_mut_slice();
        let mut pieces = Vec::new();
        for piece in self.pieces(rows)? {
            let (head, tail) = rest.split_at_mut(piece.len() * width);
            pieces.push((piece, head));
            rest = tail;
        }
        // Rows that are read whole lie side by side, and are decoded as one: most arrays have one value in a row.
        let packed = self.offset == 0 && Some(self.row_bytes()?) == width.checked_mul(number.size);
        let decode = |(piece, out): (Range<usize>, &mut [T])| -> Result<()> {
            let raw = self.raw(piece.clone())?;
            if packed {
                let all = 0..out.len();
                return self.decode(&raw, number, slice::from_ref(&all), out, (piece.start, width));
            }
            let lines = raw.chunks_exact(raw.len() / piece.len()).zip(out.chunks_exact_mut(width));
            lines.zip(piece).try_for_each(|((line, out), row)| {
                self.decode(line, number, runs, out, (row, width))
            })
        };
        // Which error is reported must not depend on which thread came first.
        parallel::map(pieces, decode).into_iter().collect::<Result<()>>()?;
        Ok(values)
    }

    /// The values in the runs of some bytes. `row` is the first row and its values, for errors.
    fn decode<T: FromBytes>(
        &self,
        bytes: &[u8],
        number: Number,
        runs: &[Range<usize>],
        out: &mut [T],
        (row, width): (usize, usize),
    ) -> Result<()> {
        let size = number.size;
        let byte = |value: usize| self.offset.saturating_add(value.saturating_mul(size));
        let mut out = out.iter_mut().enumerate();
        for run in runs {
            let run = bytes.get(byte(run.start)..byte(run.end)).ok_or_else(|| self.short_row())?;
            for (bytes, (k, out)) in run.chunks_exact(size).zip(&mut out) {
                *out = T::from_bytes(bytes, number.big_endian).ok_or_else(|| {
                    let row = row + k / width;
                    self.place.error(format!("row {row} holds {bytes:?}, not a {}", T::DTYPE))
                })?;
            }
        }
        Ok(())
    }

    /// The texts of the whole array, in C order.
    pub(crate) fn read_texts(&self) -> Result<Vec<String>> {
        let Type::Text(text) = self.kind else {
            return Err(self.place.error(format!("holds {}, not text", self.kind.describe())));
        };
        self.check_storage()?;
        let (base, offset_size, length_size) = self.heap;
        let mut heap = Heap::new(&self.bytes, base, offset_size, length_size);
        let size = match text {
            Text::Fixed(0, _) => {
                return Err(self.place.error("its texts are said to have no bytes"));
            }
            Text::Fixed(size, _) => size,
            Text::Heap => heap.reference_size(),
        };
        let mut texts = Vec::new();
        let values = product(self.shape.iter().skip(1));
        let bytes = values.and_then(|values| values.checked_mul(size));
        let bytes = bytes.ok_or_else(|| self.place.error("a row is too large"))?;
        if bytes == 0 {
            return Ok(texts);
        }
        for piece in self.pieces(0..self.rows())? {
            let raw = self.raw(piece.clone())?;
            for line in raw.chunks_exact(raw.len() / piece.len()) {
                let line = line.get(self.offset..).and_then(|line| line.get(..bytes));
                let line = line.ok_or_else(|| self.short_row())?;
                for bytes in line.chunks_exact(size) {
                    let text = match text {
                        Text::Fixed(_, padding) => {
                            String::from_utf8(Text::trim(bytes, padding).to_vec())
                                .map_err(|error| error.to_string())
                        }
                        Text::Heap => heap.text(bytes),
                    };
                    let text = text.map_err(|reason| {
                        self.place.error(format!("text {}: {reason}", texts.len()))
                    })?;
                    texts.push(text);
                }
            }
        }
        Ok(texts)
    }

    /// The bytes of some rows, exactly.
    fn raw(&self, rows: Range<usize>) -> Result<Vec<u8>> {
        let expected = rows.len() * self.row_bytes()?;
        let window = (rows.start as u64, rows.len() as u64);
        let raw = self.place.guard(|| self.reader.read_raw_rows(window.0, window.1))?;
        if raw.len() != expected {
            let got = raw.len();
            return Err(self
                .place
                .error(format!("rows {rows:?} have {got} bytes, not {expected}")));
        }
        Ok(raw)
    }

    fn short_row(&self) -> crate::Error {
        self.place.error("its rows are shorter than the values in them")
    }

    fn row_bytes(&self) -> Result<usize> {
        self.record
            .checked_mul(self.elements_per_row)
            .ok_or_else(|| self.place.error("a row is too large"))
    }

    /// Rows cut where chunks end, so that no chunk is decoded for two pieces.
    fn pieces(&self, rows: Range<usize>) -> Result<Vec<Range<usize>>> {
        let row_bytes = self.row_bytes()?.max(1);
        let band = self.chunk().and_then(|chunk| chunk.first().copied()).unwrap_or(1).max(1);
        // Each piece walks the reader's index of chunks, so large arrays have larger pieces.
        let bytes = (rows.len().saturating_mul(row_bytes) / 64).clamp(PIECE.start, PIECE.end);
        let step = (bytes / row_bytes).max(1).next_multiple_of(band);
        let mut pieces = Vec::new();
        let mut start = rows.start;
        while start < rows.end {
            let end = ((start / step + 1).saturating_mul(step)).min(rows.end);
            pieces.push(start..end);
            start = end;
        }
        Ok(pieces)
    }

    /// Checks, once, that the storage is all there and can hold what the shape says.
    fn check_storage(&self) -> Result<()> {
        if self.checked.get().is_some() {
            return Ok(());
        }
        let needed = self
            .rows()
            .checked_mul(self.row_bytes()?)
            .ok_or_else(|| self.place.error(format!("the shape {:?} is too large", self.shape)))?;
        let needed = needed as u64;
        match self.place.guard(|| self.reader.layout())? {
            _ if needed == 0 => {}
            Layout::Compact { size } if size >= needed => {}
            Layout::Contiguous { address: Some(address), size }
                if size >= needed && self.inside(address, needed) => {}
            Layout::Contiguous { address: None, .. } => {
                return Err(self.place.error("it was declared, but never written"));
            }
            Layout::Compact { size } | Layout::Contiguous { size, .. } => {
                let file = self.bytes.len();
                return Err(self.place.error(format!(
                    "its shape {:?} needs {needed} bytes, but {size} are stored, in a file of {file} bytes",
                    self.shape
                )));
            }
            Layout::Chunked { chunk_shape, .. } => self.check_chunks(&chunk_shape)?,
            other => return Err(self.place.error(format!("its storage {other} is not read"))),
        }
        let _ = self.checked.set(());
        Ok(())
    }

    fn check_chunks(&self, chunk_shape: &[u64]) -> Result<()> {
        let dimensions = self.place.guard(|| self.reader.shape())?;
        let malformed =
            || self.place.error(format!("chunks of {chunk_shape:?} do not tile {dimensions:?}"));
        let fits = chunk_shape.len() == dimensions.len() && chunk_shape.iter().all(|&d| d > 0);
        if !fits {
            return Err(malformed());
        }
        let record = self.record as u64;
        let bytes =
            chunk_shape.iter().try_fold(record, |n, &d| n.checked_mul(d)).ok_or_else(malformed)?;
        let grid = || dimensions.iter().zip(chunk_shape).map(|(d, c)| d.div_ceil(*c));
        let expected = grid().try_fold(1u64, u64::checked_mul).ok_or_else(malformed)?;
        let filtered = !self.reader.filters().is_empty();

        let chunks = self.place.guard(|| self.reader.chunks())?;
        let (mut present, mut stored) = (Vec::new(), Vec::new());
        for chunk in &chunks {
            let mut number = 0;
            let mut in_grid = chunk.offset.len() == dimensions.len();
            for ((offset, size), count) in chunk.offset.iter().zip(chunk_shape).zip(grid()) {
                in_grid &= offset % size == 0 && offset / size < count;
                // Below `expected` while in the grid; what is not in the grid is not counted.
                number = u64::wrapping_add(u64::wrapping_mul(number, count), offset / size);
            }
            if !in_grid {
                continue;
            }
            let limit = chunk.storage_size.saturating_mul(if filtered { EXPANSION } else { 1 });
            if !self.inside(chunk.address, chunk.storage_size) || limit < bytes {
                return Err(self.place.error(format!(
                    "the chunk at {:?} cannot hold {bytes} bytes: {} are stored at {}, in a file of {} bytes",
                    chunk.offset,
                    chunk.storage_size,
                    chunk.address,
                    self.bytes.len()
                )));
            }
            present.push(number);
            stored.push((chunk.address, chunk.storage_size));
        }
        stored.sort_unstable();
        // Else a few bytes could be read as any number of values.
        if let Some(two) = stored.windows(2).find(|two| two[1].0 - two[0].0 < two[0].1) {
            let (first, second) = (two[0].0, two[1].0);
            return Err(self.place.error(format!("its chunks at {first} and {second} overlap")));
        }
        present.sort_unstable();
        present.dedup();
        if present.len() as u64 != expected {
            let got = present.len();
            return Err(self
                .place
                .error(format!("only {got} of its {expected} chunks were written")));
        }
        Ok(())
    }

    fn inside(&self, address: u64, size: u64) -> bool {
        address.checked_add(size).is_some_and(|end| end <= self.bytes.len())
    }
}

fn product<'a>(lengths: impl IntoIterator<Item = &'a usize>) -> Option<usize> {
    lengths.into_iter().try_fold(1usize, |n, &d| n.checked_mul(d))
}

/// The runs of neighbouring values, within a row of values in C order, that lie in a window of each of its axes.
fn runs(windows: &[Range<usize>], shape: &[usize]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = std::iter::once(0..1).collect();
    for (window, &length) in windows.iter().zip(shape) {
        runs = if *window == (0..length) {
            runs.into_iter().map(|run| run.start * length..run.end * length).collect()
        } else {
            let each = runs.into_iter().flatten();
            each.map(|k| k * length + window.start..k * length + window.end).collect()
        };
    }
    runs
}
