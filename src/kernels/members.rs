//! A set of indices, as a bit for each index of a dimension.

use crate::Result;
use crate::buffer::{Index, zeroed};

/// Some indices of a dimension, with the place of each among them. It takes an eighth of a byte for each index of the
/// dimension, which stays in the cache where looking for indices in the list would not.
#[derive(Debug)]
pub struct Members {
    words: Vec<u64>,
    /// How many are in the words before each.
    before: Vec<u32>,
}

impl Members {
    /// Those of a strictly increasing list of at most 2³² indices below `n`.
    ///
    /// # Errors
    /// If the memory cannot be had.
    ///
    /// # Panics
    /// If an index is not below `n`.
    ///
    /// ```
    /// use redpoll::kernels::members::Members;
    /// let members = Members::new(100, &[3_u32, 70])?;
    /// assert_eq!(members.count(&[0_u32, 3, 69, 70]), 2);
    /// let mut found = Vec::new();
    /// members.each(&[0_u32, 3, 69, 70], |at, place| found.push((at, place)));
    /// assert_eq!(found, [(1, 0), (3, 1)]);
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn new<I: Index>(n: usize, list: &[I]) -> Result<Self> {
        let mut words: Vec<u64> = zeroed("select", n.div_ceil(64))?;
        for index in list {
            words[index.get() / 64] |= 1 << (index.get() % 64);
        }
        let mut before: Vec<u32> = zeroed("select", words.len())?;
        let mut count = 0;
        for (before, word) in before.iter_mut().zip(&words) {
            *before = count;
            count += word.count_ones();
        }
        Ok(Self { words, before })
    }

    /// How many of some indices of the dimension are among them.
    ///
    /// # Panics
    /// If an index is not of the dimension.
    pub fn count<I: Index>(&self, indices: &[I]) -> usize {
        let is_member = |i: &I| self.words[i.get() / 64] >> (i.get() % 64) & 1;
        indices.iter().map(is_member).sum::<u64>() as usize
    }

    /// Of each of some indices of the dimension that is among them where it comes, and its place among them.
    ///
    /// # Panics
    /// As [`count`](Self::count).
    pub fn each<I: Index>(&self, indices: &[I], mut each: impl FnMut(usize, usize)) {
        for (at, i) in indices.iter().enumerate() {
            let (word, bit) = (self.words[i.get() / 64], i.get() % 64);
            if word >> bit & 1 == 1 {
                let less = (word & ((1 << bit) - 1)).count_ones();
                each(at, (self.before[i.get() / 64] + less) as usize);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::samples::Random;

    #[test]
    fn members_beside_a_search() {
        let mut random = Random(4);
        for n in [1, 63, 64, 65, 1000] {
            let some = |random: &mut Random| -> Vec<u32> {
                (0..n as u32).filter(|_| random.below(3) == 0).collect()
            };
            let (list, indices) = (some(&mut random), some(&mut random));
            let members = Members::new(n, &list).unwrap();
            let expected: Vec<(usize, usize)> = (indices.iter().enumerate())
                .filter_map(|(at, i)| list.binary_search(i).ok().map(|place| (at, place)))
                .collect();
            let mut found = Vec::new();
            members.each(&indices, |at, place| found.push((at, place)));
            assert_eq!((members.count(&indices), found), (expected.len(), expected));
        }
    }
}
