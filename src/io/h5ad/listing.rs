//! What a file holds, as a list.

use super::super::h5::{Kind, Type};
use super::{AnnData, Encoding, Matrix};
use crate::dtype::DType;
use crate::error::Result;
use std::fmt;

/// The parts of a file whose members are listed, in the order of the list, and whether they are data frames.
const PARTS: [(&str, bool); 7] = [
    ("layers", false),
    ("obsm", false),
    ("varm", false),
    ("obsp", false),
    ("varp", false),
    ("obs", true),
    ("var", true),
];

/// An item that a file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its name: what [`AnnData::matrix`] takes, or a column of `obs` or `var`.
    pub name: String,
    /// Its shape, as far as it is known.
    pub shape: Vec<usize>,
    /// What it holds.
    pub content: Content,
}

/// What an item holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// A matrix, or a column of numbers.
    Numbers {
        /// How it is stored.
        encoding: Encoding,
        /// Its data type.
        dtype: DType,
        /// The number of stored elements.
        stored: usize,
    },
    /// Texts.
    Text,
    /// One of a few categories for each row.
    Categorical,
    /// Values some of which may be missing.
    Nullable,
    /// A data frame.
    Frame,
    /// Something that is not read, and why.
    Other(String),
}

/// Lists a file. What cannot be read is listed with the reason.
pub(super) fn list(file: &AnnData) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut add = |name: String| match entry(file, &name) {
        Ok(found) => entries.extend(found),
        Err(error) => {
            let content = Content::Other(error.to_string());
            entries.push(Entry { name, shape: Vec::new(), content });
        }
    };
    add("X".to_owned());
    add("raw/X".to_owned());
    for (part, frame) in PARTS {
        match members(file, part, frame) {
            Ok(names) => names.into_iter().for_each(|name| add(format!("{part}/{name}"))),
            Err(_) => add(part.to_owned()),
        }
    }
    entries
}

/// The names under a part of a file; of a data frame its columns, in their order.
fn members(file: &AnnData, part: &str, frame: bool) -> Result<Vec<String>> {
    let mut names = file.file.members(part)?;
    if part == "obsp" {
        // Where graphs were kept before there was `obsp`.
        for graph in ["connectivities", "distances"].map(str::to_owned) {
            if !names.contains(&graph) && file.locate(&format!("obsp/{graph}"))?.is_some() {
                names.push(graph);
            }
        }
    }
    if frame {
        let index = file.index_of(part)?;
        names.retain(|name| {
            let item = format!("{part}/{name}");
            name != "__categories" && item != index && format!("{item}/values") != index
        });
        let attributes = file.file.attributes(part)?;
        let order = attributes.texts("column-order").unwrap_or_default();
        names.sort_by_key(|name| order.iter().position(|o| o == name).unwrap_or(order.len()));
    }
    Ok(names)
}

/// One item; `None` where there is none, or where it stands for "none".
fn entry(file: &AnnData, name: &str) -> Result<Option<Entry>> {
    let Some(item) = file.locate(name)? else { return Ok(None) };
    let attributes = file.file.attributes(&item)?;
    let encoding = attributes.text("encoding-type").unwrap_or_default();
    let shape_of = |part: &str| -> Result<Vec<usize>> {
        let array = file.file.array(&format!("{item}/{part}"))?;
        Ok(array.map(|array| array.shape().to_vec()).unwrap_or_default())
    };
    let (shape, content) = match (encoding, file.file.kind(&item)?) {
        ("null", _) => return Ok(None),
        ("categorical", Some(Kind::Group)) => (shape_of("codes")?, Content::Categorical),
        ("dataframe", Some(Kind::Group)) => {
            let rows = file.frame_len(name)?;
            (vec![rows, members(file, name, true)?.len()], Content::Frame)
        }
        (nullable, Some(Kind::Group)) if nullable.starts_with("nullable-") => {
            (shape_of("values")?, Content::Nullable)
        }
        (_, Some(Kind::Array)) if attributes.has("categories") => {
            let array = file.file.array(&item)?;
            (array.map(|a| a.shape().to_vec()).unwrap_or_default(), Content::Categorical)
        }
        (_, Some(Kind::Array)) => match file.file.array(&item)? {
            Some(array) => {
                let content = match array.kind() {
                    Type::Number(number) => Content::Numbers {
                        encoding: Encoding::Dense,
                        dtype: number.dtype,
                        stored: array.shape().iter().fold(1, |n, &d| n.saturating_mul(d)),
                    },
                    Type::Text(_) => Content::Text,
                    other => Content::Other(other.describe()),
                };
                (array.shape().to_vec(), content)
            }
            None => return Ok(None),
        },
        (_, Some(Kind::Group)) => {
            let matrix = Matrix::open(&file.file, &item)?;
            let (encoding, dtype) = (matrix.encoding(), matrix.dtype());
            let content = Content::Numbers { encoding, dtype, stored: matrix.stored() };
            (matrix.shape().to_vec(), content)
        }
        (_, _) => (Vec::new(), Content::Other("records".to_owned())),
    };
    Ok(Some(Entry { name: name.to_owned(), shape, content }))
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = self.shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ");
        write!(f, "{:<28} {shape:<16} {}", self.name, self.content)
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbers { encoding: Encoding::Dense, dtype, .. } => write!(f, "{dtype} dense"),
            Self::Numbers { encoding, dtype, stored } => {
                write!(f, "{dtype} {encoding}, {stored} stored")
            }
            Self::Text => f.write_str("text"),
            Self::Categorical => f.write_str("categorical"),
            Self::Nullable => f.write_str("nullable"),
            Self::Frame => f.write_str("data frame"),
            Self::Other(what) => write!(f, "not read: {what}"),
        }
    }
}

/// The path, then one line for each item.
impl fmt::Display for AnnData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path())?;
        if let Ok((observations, variables)) = self.shape() {
            write!(f, ": {observations} observations × {variables} variables")?;
        }
        self.keys().iter().try_for_each(|entry| write!(f, "\n  {}", entry.to_string().trim_end()))
    }
}
