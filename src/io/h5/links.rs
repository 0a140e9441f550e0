//! Soft and external links, which the reader passes over: the links of a group, read from its header.
//!
//! Two kinds of group are understood: those with a symbol table, which is what the HDF5 library writes unless asked
//! for the latest format, and those with their links in the header. Links beyond a few in a group of the latest format
//! are in a heap of their own, and found by the reader alone, so only as hard links.

use super::File;
use super::heap::number;
use super::source::Bytes;
use crate::error::Result;
use std::ops::Range;

/// Soft links followed on the way to one item: the limit of the HDF5 library.
const FOLLOWED: usize = 16;

/// Blocks of the file read for the links of one group.
const BLOCKS: usize = 1 << 16;

/// Bytes read of one block of metadata.
const BLOCK: u64 = 16 << 20;

/// Where a link leads.
enum Link {
    /// To the header at an address.
    Hard(u64),
    /// To a path, from the root if it begins with a slash, else from the group of the link.
    Soft(String),
    /// To a path in another file.
    External(String, String),
}

impl File {
    /// Follows the links to an item: its path without soft links, and the address of its header. `None` where there
    /// is no such item.
    pub(super) fn follow(&self, item: &str) -> Result<Option<(String, u64)>> {
        let root = self.reader.superblock().root_group_address;
        let (mut path, mut rest) = (Vec::<(String, u64)>::new(), components(item));
        let mut followed = 0;
        while let Some(name) = rest.pop() {
            let group = path.last().map_or(root, |&(_, header)| header);
            match self.links(group).find(|(link, _)| *link == name) {
                None => return Ok(None),
                Some((_, Link::Hard(header))) => path.push((name, header)),
                Some((_, Link::Soft(target))) => {
                    followed += 1;
                    if followed > FOLLOWED {
                        let reason = format!("more than {FOLLOWED} links lead to it");
                        return Err(self.place(item).error(reason));
                    }
                    if target.starts_with('/') {
                        path.clear();
                    }
                    rest.extend(components(&target));
                }
                Some((_, Link::External(file, target))) => {
                    return Err(self.place(item).error(format!(
                        "{name:?} is a link to {target:?} in the file {file:?}; links to other files are not followed"
                    )));
                }
            }
        }
        let header = path.last().map_or(root, |&(_, header)| header);
        let names: Vec<_> = path.into_iter().map(|(name, _)| name).collect();
        Ok(Some((names.join("/"), header)))
    }

    /// The names of the links of a group.
    pub(super) fn link_names(&self, group: &str) -> Result<Vec<String>> {
        let found = self.follow(group)?;
        let links = found.into_iter().flat_map(|(_, header)| self.links(header));
        Ok(links.map(|(name, _)| name).collect())
    }

    /// The links of the group with this header; none where they are not understood.
    fn links(&self, header: u64) -> impl Iterator<Item = (String, Link)> {
        Reader::new(self).links(header).into_iter().flatten()
    }
}

/// The names along a path, the last first.
fn components(path: &str) -> Vec<String> {
    path.split('/').rev().filter(|name| !matches!(*name, "" | ".")).map(str::to_owned).collect()
}

/// Reads the links of one group. `None` is a structure that is malformed, or not understood.
struct Reader<'a> {
    file: &'a Bytes,
    base: u64,
    offset: usize,
    length: usize,
    /// Blocks that may still be read: trees may lead in circles.
    left: usize,
}

impl<'a> Reader<'a> {
    fn new(file: &'a File) -> Self {
        let superblock = file.reader.superblock();
        let (offset, length) = (superblock.offset_size.into(), superblock.length_size.into());
        let base = superblock.base_address.get();
        Self { file: &file.bytes, base, offset, length, left: BLOCKS }
    }

    fn block(&mut self, address: u64, size: u64) -> Option<Vec<u8>> {
        self.left = self.left.checked_sub(1)?;
        let start = self.base.checked_add(address)?;
        let inside = start.checked_add(size)? <= self.file.len() && size <= BLOCK;
        let mut bytes = vec![0; if inside { size as usize } else { return None }];
        self.file.read(start, &mut bytes).ok()?;
        Some(bytes)
    }

    /// The links of the group with the header at an address.
    fn links(&mut self, header: u64) -> Option<Vec<(String, Link)>> {
        let mut links = Vec::new();
        for (kind, body) in self.messages(header)? {
            match kind {
                0x06 => links.extend(self.message(&body)),
                0x11 => self.table(&body, &mut links)?,
                _ => {}
            }
        }
        Some(links)
    }

    /// The messages of an object's header: their types and contents.
    fn messages(&mut self, header: u64) -> Option<Vec<(u8, Vec<u8>)>> {
        let prefix = self.block(header, 16)?;
        // Version 1 begins with its number, and pads messages; the bytes before a message's content and around a
        // block of messages are others in version 2.
        let (start, size, skipped, before) = if prefix.starts_with(b"OHDR\x02") {
            let flags = prefix[5];
            let start =
                6 + [0, 16][usize::from(flags >> 5 & 1)] + [0, 4][usize::from(flags >> 4 & 1)];
            let width = 1 << (flags & 3);
            let size = number(&self.block(header.checked_add(start)?, width)?, width as usize)?.0;
            (start + width, size, 4, 4 + [0, 2][usize::from(flags >> 2 & 1)])
        } else if prefix[0] == 1 {
            (16, number(&prefix[8..], 4)?.0, 0, 8)
        } else {
            return None;
        };
        let mut blocks = vec![(self.block(header.checked_add(start)?, size)?, 0)];
        let mut messages = Vec::new();
        while let Some((block, mut at)) = blocks.pop() {
            // What is shorter than a message is a gap.
            while let Some(head) = block.get(at..at + before) {
                let (kind, size) = match before {
                    8 => (head[0], number(&head[2..], 2)?.0),
                    _ => (head[0], number(&head[1..], 2)?.0),
                };
                let content: Range<usize> = at + before..at + before + size as usize;
                let Some(body) = block.get(content.clone()) else { break };
                if kind == 0x10 {
                    let (address, rest) = number(body, self.offset)?;
                    let (size, _) = number(rest, self.length)?;
                    // In version 2 a signature comes before, and a checksum after the messages.
                    let mut block = self.block(address, size)?;
                    block.truncate(block.len().saturating_sub(skipped));
                    blocks.push((block, skipped));
                } else {
                    messages.push((kind, body.to_vec()));
                }
                at = content.end;
            }
        }
        Some(messages)
    }

    /// The link in a message of a header.
    fn message(&self, body: &[u8]) -> Option<(String, Link)> {
        let (&[version, flags], mut rest) = body.split_first_chunk::<2>()?;
        let has = |bit: u8| flags >> bit & 1 == 1;
        let mut kind = 0;
        if has(3) {
            let (&first, after) = rest.split_first()?;
            (kind, rest) = (first, after);
        }
        rest = rest.get(if has(2) { 8 } else { 0 }..)?;
        rest = rest.get(if has(4) { 1 } else { 0 }..)?;
        let (length, rest) = number(rest, 1 << (flags & 3))?;
        let (name, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        let sized = || {
            let (length, rest) = number(rest, 2)?;
            rest.get(..length as usize)
        };
        let link = match kind {
            0 => Link::Hard(number(rest, self.offset)?.0),
            1 => Link::Soft(text(sized()?)),
            64 => {
                // A byte of version and flags, the file, and the path in it.
                let mut parts = sized()?.get(1..)?.split(|&byte| byte == 0);
                Link::External(text(parts.next()?), text(parts.next()?))
            }
            _ => return None,
        };
        (version == 1).then(|| (text(name), link))
    }

    /// The links of a symbol table: a tree of nodes, whose names are in a heap.
    fn table(&mut self, body: &[u8], links: &mut Vec<(String, Link)>) -> Option<()> {
        let (tree, rest) = number(body, self.offset)?;
        let (heap, _) = number(rest, self.offset)?;
        let heap = self.block(heap, 8 + 2 * self.length as u64 + self.offset as u64)?;
        let (size, rest) = number(heap.strip_prefix(b"HEAP\0")?.get(3..)?, self.length)?;
        let (names, _) = number(rest.get(self.length..)?, self.offset)?;
        let names = self.block(names, size)?;
        let name = |at: u64| {
            let rest = names.get(usize::try_from(at).ok()?..)?;
            rest.split(|&byte| byte == 0).next().map(text)
        };
        let mut nodes = vec![tree];
        while let Some(address) = nodes.pop() {
            let head = self.block(address, 8)?;
            let count = number(&head[6..], 2)?.0;
            let (offset, length) = (self.offset as u64, self.length as u64);
            if head.starts_with(b"TREE\0") {
                // Two siblings, then a key before each child.
                let children = self.block(address + 8 + 2 * offset, count * (length + offset))?;
                for entry in children.chunks_exact(self.length + self.offset).rev() {
                    nodes.push(number(&entry[self.length..], self.offset)?.0);
                }
            } else if head.starts_with(b"SNOD\x01") {
                let size = 2 * self.offset + 24;
                for entry in self.block(address + 8, count * size as u64)?.chunks_exact(size) {
                    let (at, rest) = number(entry, self.offset)?;
                    let (header, rest) = number(rest, self.offset)?;
                    let (kind, rest) = number(rest, 4)?;
                    let link = match kind {
                        2 => Link::Soft(name(number(rest.get(4..)?, 4)?.0)?),
                        _ => Link::Hard(header),
                    };
                    links.push((name(at)?, link));
                }
            } else {
                return None;
            }
        }
        Some(())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
