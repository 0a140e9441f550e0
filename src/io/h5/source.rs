//! The bytes of a file, read at positions by any number of threads at once.

use hdf5_pure::{FormatError, Source};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

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
        self.read(offset, buffer).map_err(|error| FormatError::Source(error.to_string()))
    }
}
