//! Where parts of sorted coordinates begin.

use super::simd::vectorized;
use crate::Result;
use crate::buffer::{Index, filled, zeroed};
use crate::parallel;
use std::ops::Range;

/// Coordinates of one parallel piece.
const PIECE: usize = 1 << 16;
/// Coordinates that a word has bits for.
const WORD: usize = u64::BITS as usize;

/// The coordinates at which a part begins, and their number: the first of every fiber, and each that differs from the
/// one before in a column. `first` are the first coordinates of the fibers, of which some may be empty, and the end. In
/// parallel.
///
/// # Errors
/// If the memory cannot be had.
///
/// # Panics
/// If `first` is empty or does not ascend, or a column is shorter.
///
/// ```
/// use redpoll::kernels::parts::starts;
/// let (rows, columns) = ([0_u32, 0, 0, 3, 3], [1, 1, 2, 2, 2]);
/// assert_eq!(starts(&[&rows, &columns], &[0, 5])?, [0, 2, 3, 5]);
/// // One of the fibers begins within a part.
/// assert_eq!(starts(&[&rows], &[0, 1, 1, 5])?, [0, 1, 3, 5]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn starts<I: Index>(columns: &[&[I]], first: &[I]) -> Result<Vec<I>> {
    let len = first.last().expect("an end").get();
    let mut words: Vec<u64> = zeroed("to_format", len.div_ceil(WORD))?;
    parallel::for_each_chunk(&mut words, PIECE / WORD, |piece, words| {
        let (start, end) = (piece * PIECE, len.min((piece + 1) * PIECE));
        vectorized(
            #[inline(always)]
            || {
                for (word, start) in words.iter_mut().zip((start..end).step_by(WORD)) {
                    for column in columns {
                        *word |= differences(column, start..end.min(start + WORD));
                    }
                }
            },
        );
        let own = first.partition_point(|f| f.get() < start);
        for f in first[own..].iter().map(|f| f.get()).take_while(|&f| f < end) {
            words[(f - start) / WORD] |= 1 << (f % WORD);
        }
    });
    let pieces = || words.chunks(PIECE / WORD);
    let counts = parallel::map(pieces(), |words: &[u64]| {
        words.iter().map(|word| word.count_ones() as usize).sum::<usize>()
    });
    let mut all = filled("to_format", I::new(len), counts.iter().sum::<usize>() + 1)?;
    let own = parallel::cut(&mut all, counts.into_iter());
    parallel::for_each(pieces().enumerate().zip(own), |((piece, words), out): (_, &mut [I])| {
        let mut out = out.iter_mut();
        for (&word, start) in words.iter().zip((piece * PIECE..).step_by(WORD)) {
            let mut rest = word;
            while rest != 0 {
                let c = start + rest.trailing_zeros() as usize;
                *out.next().expect("as many as were counted") = I::new(c);
                rest &= rest - 1;
            }
        }
    });
    Ok(all)
}

/// A bit for each of at most 64 coordinates that differs from the one before. The first of all does not.
#[inline(always)]
fn differences<I: Index>(column: &[I], range: Range<usize>) -> u64 {
    let from = range.start.max(1);
    let mut flags = [0_u8; WORD];
    let pairs = column[from - 1..range.end - 1].iter().zip(&column[from..range.end]);
    for (flag, (a, b)) in flags[from - range.start..].iter_mut().zip(pairs) {
        *flag = u8::from(a != b);
    }
    // Multiplied by this, the lowest bits of eight bytes come together in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let bytes = flags.as_chunks::<8>().0.iter().map(|&bytes| u64::from_le_bytes(bytes));
    bytes.zip(0..).fold(0, |bits, (bytes, k)| bits | (bytes.wrapping_mul(GATHER) >> 56) << (8 * k))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::samples::Random;

    #[test]
    fn starts_beside_one_comparison_at_a_time() {
        let mut random = Random(6);
        for len in [0, 1, 63, 64, 65, 1000, 2 * PIECE + 100] {
            let mut column = |often: usize| -> Vec<u64> {
                let mut sum = 0;
                let mut next = || {
                    sum += u64::from(random.below(often) == 0);
                    sum
                };
                (0..len).map(|_| next()).collect()
            };
            let (rows, columns) = (column(50), column(3));
            let mut first: Vec<u64> = (0..7).map(|_| random.below(len + 1) as u64).collect();
            first.extend([0, len as u64]);
            first.sort_unstable();
            for some in [&[&*rows][..], &[&rows, &columns]] {
                let differs = |c: usize| some.iter().any(|column| column[c - 1] != column[c]);
                let begins = |c: &u64| first.contains(c) || differs(*c as usize);
                let expected: Vec<u64> =
                    (0..len as u64).filter(begins).chain([len as u64]).collect();
                assert_eq!(starts(some, &first).unwrap(), expected);
            }
        }
    }
}
