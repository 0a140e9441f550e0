//! HDF5 as the formats above it need it: names, attributes, and arrays read by windows of rows.
//!
//! The reader behind it (`hdf5-pure`) does not show through: another one could take its place by changing this
//! module alone. Four things are added to it:
//!
//! - **No panic.** Every call goes through [`Place::guard`], which turns a panic of the reader on malformed bytes
//!   into an error that names the file and the item. (It needs unwinding: a program built with `panic = "abort"`
//!   aborts instead.)
//! - **Nothing partial, nothing absurd.** Before the first read of an array its storage is checked: every chunk is
//!   there, lies inside the file, and could hold what it says. An array that promises more than the file can hold
//!   is an error, not an allocation. No part of the file counts twice: chunks do not overlap, the texts of an array
//!   take no more than four times the bytes of the file and 64 MiB, and no call of the reader reads more.
//! - **Links.** Soft links are followed, up to 16 to one item; a link to another file is an error that says so.
//! - **Records are groups.** A field of an array of records is found under the array's path, as if the array were
//!   a group of arrays, because that is how older files say the same thing.

mod dataset;
mod element;
mod heap;
mod links;
mod source;

pub(crate) use dataset::Dataset;
pub(crate) use element::Type;

use crate::error::{IoError, Result};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// Bytes of metadata kept per file.
const METADATA_CACHE: usize = 4 << 20;

/// Decompressed chunks kept per array, and their bytes: neighbouring windows of rows share chunks.
const CHUNK_CACHE: (usize, usize) = (16, 64 << 20);

/// An open file.
#[derive(Debug)]
pub(crate) struct File {
    reader: hdf5_pure::File,
    bytes: source::Bytes,
    path: Arc<str>,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A group of named items.
    Group,
    /// An array of records, whose fields are arrays.
    Records,
    /// Any other array.
    Array,
}

impl Kind {
    /// Whether other items are found under it.
    pub(crate) const fn has_members(self) -> bool {
        matches!(self, Self::Group | Self::Records)
    }
}

/// The value of an attribute, as far as the formats above use it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Attribute {
    /// Texts; a single one is one element.
    Texts(Vec<String>),
    /// Integers of any width; a single one is one element.
    Integers(Vec<i64>),
    /// Anything else.
    Other,
}

/// The attributes of an item, by name.
#[derive(Debug, Default)]
pub(crate) struct Attributes(BTreeMap<String, Attribute>);

impl Attributes {
    /// The attribute, if it is a single text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Attribute::Texts(texts) => match texts.as_slice() {
                [text] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The attribute, if it is a list of texts.
    pub(crate) fn texts(&self, name: &str) -> Option<&[String]> {
        match self.0.get(name)? {
            Attribute::Texts(texts) => Some(texts),
            _ => None,
        }
    }

    /// The attribute, if it is a list of integers.
    pub(crate) fn integers(&self, name: &str) -> Option<&[i64]> {
        match self.0.get(name)? {
            Attribute::Integers(integers) => Some(integers),
            _ => None,
        }
    }

    /// Whether there is an attribute of this name, of any type.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

/// A file and an item in it: what every error names.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    path: Arc<str>,
    item: String,
}

impl Place {
    /// The item.
    pub(crate) fn item(&self) -> &str {
        &self.item
    }

    /// The error that the item is not what the format promises.
    pub(crate) fn error(&self, reason: impl Into<String>) -> crate::Error {
        IoError::Content {
            path: self.path.to_string(),
            item: self.item.clone(),
            reason: reason.into(),
        }
        .into()
    }

    /// Runs a call of the reader: its errors and panics become errors about this place.
    fn guard<T>(&self, call: impl FnOnce() -> Result<T, hdf5_pure::Error>) -> Result<T> {
        guard(call).map_err(|reason| self.error(reason))
    }
}

/// Runs a call of the reader. A panic in it is a file that it did not expect; nothing of ours is left half done by
/// it, since the closures only read.
fn guard<T>(call: impl FnOnce() -> Result<T, hdf5_pure::Error>) -> Result<T, String> {
    source::begin();
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(panic) => {
            let message = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(format!("malformed: the reader failed on it ({message})"))
        }
    }
}

impl File {
    /// Opens a file. Only its superblock is read.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let name: Arc<str> = path.display().to_string().into();
        let failed = |message: String| IoError::File { path: name.to_string(), message };
        let bytes = source::Bytes::open(path).map_err(|error| failed(error.to_string()))?;
        let properties = hdf5_pure::FileAccessProperties::new()
            .with_metadata_cache(hdf5_pure::MetadataCacheConfig::new(METADATA_CACHE))
            .with_chunk_cache(hdf5_pure::ChunkCacheConfig::from_h5p_cache(
                CHUNK_CACHE.0,
                CHUNK_CACHE.1,
            ));
        let reader = guard(|| hdf5_pure::File::from_source_with_options(bytes.clone(), properties))
            .map_err(|reason| failed(format!("not a readable HDF5 file: {reason}")))?;
        Ok(Self { reader, bytes, path: name })
    }

    /// The path it was opened by.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// A place in it, for errors.
    pub(crate) fn place(&self, item: &str) -> Place {
        Place { path: Arc::clone(&self.path), item: item.to_owned() }
    }

    /// What a path leads to; `None` where there is nothing.
    pub(crate) fn kind(&self, item: &str) -> Result<Option<Kind>> {
        if let Some(array) = self.array(item)? {
            let records = matches!(array.kind(), Type::Records(_));
            return Ok(Some(if records { Kind::Records } else { Kind::Array }));
        }
        Ok(self.group(item)?.map(|_| Kind::Group))
    }

    /// The names of what is found directly under a group, sorted, or under an array of records, in their order.
    pub(crate) fn members(&self, item: &str) -> Result<Vec<String>> {
        if let Some(group) = self.group(item)? {
            let mut names = self.link_names(item)?;
            if names.is_empty() {
                names = self.place(item).guard(|| {
                    let mut names = group.groups()?;
                    names.extend(group.datasets()?);
                    Ok(names)
                })?;
            }
            names.sort_unstable();
            return Ok(names);
        }
        Ok(match self.array(item)?.as_ref().map(Dataset::kind) {
            Some(Type::Records(fields)) => fields.iter().map(|f| f.name.clone()).collect(),
            _ => Vec::new(),
        })
    }

    /// The attributes of a group or an array; none where there is no such item, or where it is a field.
    pub(crate) fn attributes(&self, item: &str) -> Result<Attributes> {
        let found = if let Some(group) = self.group(item)? {
            self.place(item).guard(|| Ok((group.attrs()?, group.attr_datatypes()?)))?
        } else if let Some(array) = self.reader_array(item)? {
            self.place(item).guard(|| Ok((array.attrs()?, array.attr_datatypes()?)))?
        } else {
            return Ok(Attributes::default());
        };
        // The second map also has the attributes whose type the reader does not decode.
        let (values, types) = found;
        let attributes = types.into_keys().map(|name| {
            let value = match values.get(&name) {
                Some(value) => match (value.as_strings(), value.to_i64s()) {
                    (Some(texts), _) => Attribute::Texts(texts.to_vec()),
                    (_, Some(integers)) => Attribute::Integers(integers),
                    _ => Attribute::Other,
                },
                None => Attribute::Other,
            };
            (name, value)
        });
        Ok(Attributes(attributes.collect()))
    }

    /// The array, or field of an array of records, at a path; `None` where there is none.
    pub(crate) fn array(&self, item: &str) -> Result<Option<Dataset>> {
        if let Some(array) = self.reader_array(item)? {
            return Dataset::new(self, self.place(item), array).map(Some);
        }
        let Some((parent, field)) = item.rsplit_once('/') else { return Ok(None) };
        match self.reader_array(parent)? {
            Some(array) => Dataset::new(self, self.place(item), array)?.field(field),
            None => Ok(None),
        }
    }

    fn group(&self, item: &str) -> Result<Option<hdf5_pure::Group>> {
        if item.is_empty() {
            return Ok(Some(self.reader.root()));
        }
        self.find(item, |path| self.reader.group(path))
    }

    fn reader_array(&self, item: &str) -> Result<Option<hdf5_pure::Dataset>> {
        self.find(item, |path| self.reader.dataset(path))
    }

    /// What the reader finds where the soft links along a path lead.
    fn find<T>(
        &self,
        item: &str,
        open: impl Fn(&str) -> Result<T, hdf5_pure::Error>,
    ) -> Result<Option<T>> {
        // The reader takes a soft link for a damaged one.
        let path = self.follow(item)?.map_or_else(|| item.to_owned(), |(path, _)| path);
        self.place(item).guard(|| found(open(&path)))
    }
}

/// Tells "there is no such item" from other failures.
fn found<T>(result: Result<T, hdf5_pure::Error>) -> Result<Option<T>, hdf5_pure::Error> {
    use hdf5_pure::{Error, FormatError};
    match result {
        Ok(item) => Ok(Some(item)),
        Err(
            Error::NotADataset(_)
            | Error::NotAGroup(_)
            | Error::Format(FormatError::PathNotFound(_)),
        ) => Ok(None),
        Err(error) => Err(error),
    }
}
