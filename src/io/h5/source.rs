//! The bytes of a file, read at positions by any number of threads at once.

use hdf5_pure::{FormatError, Source};
use std::cell::Cell;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

thread_local! {
    /// The bytes that the reader read in its present call.
    static READ: Cell<u64> = const { Cell::new(0) };
}

/// Begins a call of the reader: what it reads counts from here.
pub(super) fn begin() {
    READ.set(0);
}

/// The bytes of an open file.
#[derive(Debug, Clone)]
pub(super) struct Bytes(Arc<Positioned>);

#[derive(Debug)]
struct Positioned {
    #[cfg(unix)]
    file: File,
    // Elsewhere reading moves the file's one position, so readers take turns.
    #[cfg(not(unix))]
    file: std::sync::Mutex<File>,
    len: u64,
}

impl Bytes {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory"));
        }
        #[cfg(not(unix))]
        let file = std::sync::Mutex::new(file);
        Ok(Self(Arc::new(Positioned { file, len: metadata.len() })))
    }

    /// Their number.
    pub(super) fn len(&self) -> u64 {
        self.0.len
    }

    /// The bytes that one call may read, and the texts of one array may have: more than enough for a file in which
    /// nothing is used twice, so that what refers to one place again and again is found out.
    pub(super) fn bound(&self) -> u64 {
        self.len().saturating_mul(4).saturating_add(64 << 20)
    }

    /// The bytes from `offset` on that fill `buffer`.
    #[cfg(unix)]
    pub(super) fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.0.file, buffer, offset)
    }

    /// The bytes from `offset` on that fill `buffer`.
    #[cfg(not(unix))]
    pub(super) fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};
        let mut file = self.0.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(buffer)
    }
}

impl Source for Bytes {
    fn len(&self) -> u64 {
        self.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        let length = buffer.len() as u64;
        let end =
            offset.checked_add(length).ok_or(FormatError::OffsetOverflow { offset, length })?;
        if end > self.len() {
            return Err(FormatError::UnexpectedEof {
                expected: end as usize,
                available: self.len() as usize,
            });
        }
        READ.set(READ.get().saturating_add(length));
        if READ.get() > self.bound() {
            let bound = self.bound();
            return Err(FormatError::Source(format!(
                "more than {bound} bytes were read, of a file of {}: it leads in circles",
                self.len()
            )));
        }
        self.read(offset, buffer).map_err(|error| FormatError::Source(error.to_string()))
    }
}
