//! Texts of variable length: the array holds references, the bytes are in collections of the file's heap.
//!
//! ```text
//! reference:   length u32 | address of a collection | object u32
//! collection:  "GCOL" version 1 · 3 unused | size | object | object | …
//! object:      number u16 | uses u16 | 4 unused | size | bytes, padded to 8
//! ```

use super::source::Bytes;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;

/// Bytes of collections kept at a time: neighbouring texts lie in the same one or in few.
const KEPT: usize = 64 << 20;

/// Resolves references one after the other.
pub(super) struct Heap<'a> {
    file: &'a Bytes,
    base: u64,
    offset_size: usize,
    length_size: usize,
    /// The collections read last, by address, and their bytes.
    kept: HashMap<u64, Rc<Collection>>,
    kept_bytes: usize,
    /// Where collections were found: from their address to their end.
    found: BTreeMap<u64, u64>,
    /// Bytes of texts that may still be read.
    left: u64,
}

struct Collection {
    bytes: Vec<u8>,
    objects: HashMap<u32, Range<usize>>,
}

impl<'a> Heap<'a> {
    /// The heap of a file with these widths of addresses and lengths, whose addresses count from `base`.
    pub(super) fn new(file: &'a Bytes, base: u64, offset_size: u8, length_size: u8) -> Self {
        let (offset_size, length_size) = (offset_size.into(), length_size.into());
        Self {
            file,
            base,
            offset_size,
            length_size,
            kept: HashMap::new(),
            kept_bytes: 0,
            found: BTreeMap::new(),
            left: file.bound(),
        }
    }

    /// The bytes of one reference.
    pub(super) fn reference_size(&self) -> usize {
        4 + self.offset_size + 4
    }

    /// The text behind a reference.
    pub(super) fn text(&mut self, reference: &[u8]) -> Result<String, String> {
        let (length, rest) = number(reference, 4).ok_or("a reference is cut off")?;
        let (address, rest) = number(rest, self.offset_size).ok_or("a reference is cut off")?;
        let (object, _) = number(rest, 4).ok_or("a reference is cut off")?;
        if length == 0 {
            return Ok(String::new());
        }
        self.left = self.left.checked_sub(length).ok_or_else(|| {
            format!(
                "the texts up to it take more than {} bytes: many are the same object",
                self.file.bound()
            )
        })?;
        let collection = self.collection(address)?;
        let bytes = collection
            .objects
            .get(&(object as u32))
            .map(|range| &collection.bytes[range.clone()])
            .and_then(|bytes| bytes.get(..length as usize))
            .ok_or_else(|| {
                format!("the heap at {address} has no object {object} of {length} bytes")
            })?;
        // Some writers count a terminating zero byte as part of the text.
        let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        String::from_utf8(bytes.to_vec()).map_err(|error| error.to_string())
    }

    fn collection(&mut self, address: u64) -> Result<Rc<Collection>, String> {
        if let Some(collection) = self.kept.get(&address) {
            return Ok(Rc::clone(collection));
        }
        let collection = Rc::new(self.read(address)?);
        let end = address.saturating_add(collection.bytes.len() as u64);
        let before = self.found.range(..end).next_back();
        if before.is_some_and(|(&start, &end)| start != address && end > address) {
            return Err(format!("the heap collection at {address} lies in another one"));
        }
        self.found.insert(address, end);
        if self.kept_bytes > KEPT {
            self.kept.clear();
            self.kept_bytes = 0;
        }
        self.kept_bytes += collection.bytes.len();
        self.kept.insert(address, Rc::clone(&collection));
        Ok(collection)
    }

    fn read(&self, address: u64) -> Result<Collection, String> {
        let malformed = || format!("there is no heap collection at {address}");
        let start = self.base.checked_add(address).ok_or_else(malformed)?;
        let available = self.file.len().checked_sub(start).ok_or_else(malformed)?;
        let prefix = 8 + self.length_size;
        let mut bytes = vec![0; prefix];
        self.file.read(start, &mut bytes).map_err(|_| malformed())?;
        let (size, _) = number(&bytes[8..], self.length_size).ok_or_else(malformed)?;
        let whole = bytes.starts_with(b"GCOL\x01") && (prefix as u64..=available).contains(&size);
        if !whole {
            return Err(malformed());
        }
        bytes.resize(size as usize, 0);
        self.file.read(start, &mut bytes).map_err(|_| malformed())?;

        let mut objects = HashMap::new();
        let mut position = prefix;
        while let Some((index, rest)) = bytes.get(position..).and_then(|rest| number(rest, 2)) {
            // Number 0 is the free space that ends the collection.
            let size = rest.get(6..).and_then(|rest| number(rest, self.length_size));
            let Some((size, _)) = size.filter(|_| index != 0) else { break };
            let start = position + 8 + self.length_size;
            let end = usize::try_from(size).ok().and_then(|size| start.checked_add(size));
            let end = end
                .filter(|&end| end <= bytes.len())
                .ok_or_else(|| format!("object {index} of the heap at {address} is cut off"))?;
            objects.insert(index as u32, start..end);
            position = end.next_multiple_of(8);
        }
        Ok(Collection { bytes, objects })
    }
}

/// A little-endian number of `size` bytes, and what follows it.
pub(super) fn number(bytes: &[u8], size: usize) -> Option<(u64, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(size)?;
    Some((digits.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte)), rest))
}
