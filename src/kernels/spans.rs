//! [`Spans`]: consecutive positions of some arrays, copied as a whole.

use super::PIECE;
use crate::Result;
use crate::buffer::{Index, Values, Zeroed, grow, reserve, zeroed};
use crate::parallel;
use crate::with_dtype;
use std::ops::Range;

/// Ranges of positions in one or several arrays, one after the other.
///
/// ```text
/// arrays 0: a b c d    1: e f          spans (0, 1..3) (1, 0..1)          copied: b c e
/// ```
#[derive(Debug, Clone)]
pub struct Spans {
    /// Of each span the array, and where it begins there.
    starts: Vec<(usize, usize)>,
    /// Where each span begins among all positions, and their number.
    ptr: Vec<usize>,
}

impl Spans {
    /// None, and room for so many.
    pub fn new(op: &str, count: usize) -> Result<Self> {
        let mut ptr = reserve(op, count as u128 + 1)?;
        ptr.push(0);
        Ok(Self { starts: reserve(op, count as u128)?, ptr })
    }

    /// Adds a range of the positions of an array.
    pub fn push(&mut self, op: &str, array: usize, range: Range<usize>) -> Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let end = self.len() + range.len();
        if let (Some(&(last, start)), [.., begin, _]) = (self.starts.last(), &self.ptr[..])
            && (last, start + self.len() - begin) == (array, range.start)
        {
            *self.ptr.last_mut().expect("begins with 0") = end;
            return Ok(());
        }
        grow(op, &mut self.starts, 1)?;
        grow(op, &mut self.ptr, 1)?;
        self.starts.push((array, range.start));
        self.ptr.push(end);
        Ok(())
    }

    /// The number of positions.
    pub fn len(&self) -> usize {
        self.ptr[self.ptr.len() - 1]
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each span: its array and its range there.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (usize, Range<usize>)> + '_ {
        let lengths = self.ptr.windows(2).map(|w| w[1] - w[0]);
        self.starts.iter().zip(lengths).map(|(&(array, start), len)| (array, start..start + len))
    }

    /// The elements at these positions, each with the number of its array turned into another one. In parallel.
    ///
    /// # Panics
    /// If a position is outside its array.
    pub fn copy_with<T: Zeroed + Send + Sync>(
        &self,
        op: &str,
        arrays: &[&[T]],
        turned: impl Fn(usize, T) -> T + Sync,
    ) -> Result<Vec<T>> {
        self.copied(op, |array, range, out| {
            for (out, &x) in out.iter_mut().zip(&arrays[array][range]) {
                *out = turned(array, x);
            }
        })
    }

    /// The elements at these positions. In parallel.
    ///
    /// # Panics
    /// If a position is outside its array.
    pub fn copy<T: Zeroed + Send + Sync>(&self, op: &str, arrays: &[&[T]]) -> Result<Vec<T>> {
        self.copied(op, |array, range, out| out.copy_from_slice(&arrays[array][range]))
    }

    /// As [`copy`](Self::copy), of any data type, which all arrays have.
    ///
    /// # Panics
    /// If a position is outside its array.
    pub fn copy_values(&self, op: &str, arrays: &[&Values]) -> Result<Values> {
        Ok(with_dtype!(arrays[0].dtype(), T => {
            let arrays = arrays.iter().map(|a| a.as_slice::<T>().expect("one data type"));
            self.copy(op, &arrays.collect::<Vec<_>>())?.into()
        }))
    }

    /// What lies below these positions where position `p` of an array has the children `ptr[p]..ptr[p + 1]`: the new
    /// pointers, and the children.
    ///
    /// # Panics
    /// If a position is outside its array.
    pub fn children<I: Index>(&self, op: &str, ptrs: &[&[I]]) -> Result<(Vec<u64>, Self)> {
        let mut new = reserve(op, self.len() as u128 + 1)?;
        new.push(0);
        let mut children = Self::new(op, self.starts.len())?;
        for (array, range) in self.iter() {
            let ptr = &ptrs[array][range.start..=range.end];
            let (first, base) = (ptr[0].get(), children.len());
            new.extend(ptr[1..].iter().map(|p| (p.get() - first + base) as u64));
            children.push(op, array, first..ptr[ptr.len() - 1].get())?;
        }
        Ok((new, children))
    }

    fn copied<T: Zeroed + Send>(
        &self,
        op: &str,
        part: impl Fn(usize, Range<usize>, &mut [T]) + Sync,
    ) -> Result<Vec<T>> {
        let mut out = zeroed::<T>(op, self.len())?;
        parallel::for_each_chunk(&mut out, 4 * PIECE, |piece, mut out| {
            let mut at = piece * 4 * PIECE;
            let mut span = self.ptr.partition_point(|&p| p <= at) - 1;
            while !out.is_empty() {
                let len = out.len().min(self.ptr[span + 1] - at);
                let (array, start) = self.starts[span];
                let begin = start + at - self.ptr[span];
                let own = out.split_off_mut(..len).expect("no longer than the rest");
                part(array, begin..begin + len, own);
                (at, span) = (at + len, span + 1);
            }
        });
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_copied_in_their_order() {
        let long: Vec<u32> = (0..300_000).collect();
        let short = [7, 8, 9];
        let mut spans = Spans::new("", 0).unwrap();
        for (array, range) in [(0, 5..200_000), (1, 1..3), (0, 3..3), (0, 0..2), (0, 2..4)] {
            spans.push("", array, range).unwrap();
        }
        let expected: Vec<u32> = (5..200_000).chain([8, 9]).chain(0..4).collect();
        assert_eq!((spans.len(), spans.iter().len()), (expected.len(), 3));
        assert_eq!(spans.copy("", &[&long, &short]).unwrap(), expected);
        let turned = spans.copy_with("", &[&long, &short], |array, x| x + array as u32).unwrap();
        assert_eq!(turned[199_995..199_997], [9, 10]);
        let (ptr, children) = spans.children("", &[&long, &[0, 4, 4, 10]]).unwrap();
        assert_eq!((ptr.len(), children.len()), (expected.len() + 1, 199_995 + 6 + 4));
    }
}
