//! From levels to places in a dense array, in time linear in the structure.

use super::coordinates::set_bits;
use super::{Level, Pattern};
use crate::Result;
use crate::buffer::{Index, Indices, reserve};
use crate::with_width;

const WIDTH: &str = "the width of the pattern";

impl Pattern {
    /// The place of every leaf position in a dense array with these strides (in elements), one for each dimension; `None`
    /// where runs let elements share positions. The places must fit 64 bits.
    ///
    /// # Errors
    /// If the memory cannot be had.
    pub(super) fn offsets(&self, strides: &[usize]) -> Result<Option<Vec<u64>>> {
        // Of every position of a level, also of those without anything below.
        let (root, mut offsets) = ([0_u64], Vec::new());
        for (l, (level, _, first, dims)) in self.walk().enumerate() {
            let (n, strides) = (dims[0], &strides[first..first + dims.len()]);
            let stride = strides[0] as u64;
            let above = if l == 0 { &root[..] } else { &offsets };
            let mut below = reserve("to_format", self.positions(l) as u128)?;
            match level {
                Level::Runs { .. } => return Ok(None),
                Level::Dense => {
                    let each = |&o: &u64| (0..n as u64).map(move |i| o + i * stride);
                    below.extend(above.iter().flat_map(each));
                }
                Level::Sparse { ptr, idx } => {
                    add(&mut below, above, ptr, std::slice::from_ref(idx), strides);
                }
                Level::Coo { ptr, idx } => add(&mut below, above, ptr, idx, strides),
                Level::Bitmap { bits, .. } => {
                    for (p, o) in above.iter().enumerate() {
                        let set = set_bits(bits, p * n..(p + 1) * n);
                        below.extend(set.map(|bit| o + (bit - p * n) as u64 * stride));
                    }
                }
            }
            offsets = below;
        }
        Ok(Some(if self.levels().is_empty() { root.into() } else { offsets }))
    }
}

/// Adds the places of the children of every position, whose indices are listed.
fn add(below: &mut Vec<u64>, offsets: &[u64], ptr: &Indices, idx: &[Indices], strides: &[usize]) {
    with_width!(ptr.width(), I => {
        let ptr = ptr.as_slice::<I>().expect(WIDTH);
        let (first, others) = idx.split_first().expect("a list covers at least one dimension");
        let (column, stride) = (first.as_slice::<I>().expect(WIDTH), strides[0] as u64);
        for (o, range) in offsets.iter().zip(ptr.windows(2)) {
            let own = &column[range[0].get()..range[1].get()];
            below.extend(own.iter().map(|i| o + i.get() as u64 * stride));
        }
        for (column, &stride) in others.iter().zip(&strides[1..]) {
            for (offset, i) in below.iter_mut().zip(column.as_slice::<I>().expect(WIDTH)) {
                *offset += i.get() as u64 * stride as u64;
            }
        }
    });
}
