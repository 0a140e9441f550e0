//! A stable sort by digits of unsigned keys.
//!
//! Elements are dealt to 256 buckets by the highest eight bits in which their keys differ, and each bucket is sorted in the
//! same way, from one of two arrays into the other. Few elements are left to the sort of the standard library.
//!
//! ```text
//! part of the elements     part of the elements          buckets, by digit and then by part: stable
//! [31 17 12 33]            [11 32 19]              ──→   [17 12 | 11 19]   [31 33 | 32]
//! ```

use crate::parallel;
use num_traits::{PrimInt, Unsigned};

/// Elements that are compared rather than dealt.
const FEW: usize = 1024;
/// Elements of a part that is dealt by itself.
const PART: usize = 128 * 1024;
/// Elements of buckets that are worth a task.
const TASK: usize = 16 * 1024;

const BITS: usize = 8;

/// Sorts by keys; those that are equal keep their order. In parallel. Takes as much memory again as the elements have,
/// which the caller has asked for.
pub(super) fn sort_by_key<T, K>(elements: &mut [T], key: impl Fn(&T) -> K + Copy + Sync)
where
    T: Copy + Send + Sync,
    K: PrimInt + Unsigned + Send + Sync,
{
    if elements.len() <= FEW {
        elements.sort_by_key(key);
    } else if !elements.is_sorted_by_key(key) {
        let mut other = elements.to_vec();
        sort_between(elements, &mut other, true, key);
    }
}

/// Sorts the elements in `own`, which stay there or come to `other`.
fn sort_between<T, K>(
    own: &mut [T],
    other: &mut [T],
    stay: bool,
    key: impl Fn(&T) -> K + Copy + Sync,
) where
    T: Copy + Send + Sync,
    K: PrimInt + Unsigned + Send + Sync,
{
    let len = own.len();
    if len <= FEW {
        own.sort_by_key(key);
        if !stay {
            other.copy_from_slice(own);
        }
        return;
    }
    let parts = len.div_ceil(PART);
    let parts: Vec<&[T]> = own.chunks(len.div_ceil(parts)).collect();
    let first = key(&own[0]);
    let differing = |part: &[T]| part.iter().fold(K::zero(), |bits, x| bits | (key(x) ^ first));
    let differing = parallel::map(parts.clone(), differing);
    let differing = differing.into_iter().fold(K::zero(), |a, b| a | b);
    if differing.is_zero() {
        if !stay {
            other.copy_from_slice(own);
        }
        return;
    }
    let width = K::zero().count_zeros() as usize;
    let shift = (width - differing.leading_zeros() as usize).saturating_sub(BITS);
    let mask = K::from((1_usize << BITS) - 1).expect("eight bits fit any key");
    let digit = |x: &T| ((key(x) >> shift) & mask).to_usize().expect("eight bits");
    let counts = parallel::map(parts.clone(), |part| {
        let mut counts = [0_usize; 1 << BITS];
        part.iter().for_each(|x| counts[digit(x)] += 1);
        counts
    });
    let mut places: Vec<Vec<_>> = parts.iter().map(|_| Vec::with_capacity(1 << BITS)).collect();
    let mut rest = &mut *other;
    for bucket in 0..1 << BITS {
        for (counts, places) in counts.iter().zip(&mut places) {
            let (place, right) = rest.split_at_mut(counts[bucket]);
            places.push(place.iter_mut());
            rest = right;
        }
    }
    parallel::for_each(parts.into_iter().zip(places).collect(), |(part, mut places)| {
        for x in part {
            *places[digit(x)].next().expect("as many as were counted") = *x;
        }
    });
    // Neighbouring buckets go together until they are worth a task.
    let (mut tasks, mut task, mut size) = (vec![], vec![], 0);
    let (mut own, mut other) = (own, other);
    for bucket in 0..1 << BITS {
        let count = counts.iter().map(|counts| counts[bucket]).sum();
        let (a, a_right) = own.split_at_mut(count);
        let (b, b_right) = other.split_at_mut(count);
        (own, other, size) = (a_right, b_right, size + count);
        if count > 0 {
            task.push((a, b));
        }
        if size > TASK || own.is_empty() {
            tasks.push(std::mem::take(&mut task));
            size = 0;
        }
    }
    parallel::for_each(tasks, |task| {
        task.into_iter().for_each(|(a, b)| sort_between(b, a, !stay, key));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::samples::{Random, on_threads};

    /// Of few elements and many, of keys that differ in high bits, in low ones, and hardly.
    #[test]
    fn agrees_with_the_standard_library() {
        let mut random = Random(17);
        for len in [0, 1, FEW, FEW + 1, 5000, 3 * PART] {
            for spread in [1, 2, 300, u64::MAX] {
                let key = |r: &mut Random| {
                    (r.below(1 << 32) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) % spread
                };
                let mut pairs: Vec<(u64, usize)> =
                    (0..len).map(|k| (key(&mut random), k)).collect();
                let mut expected = pairs.clone();
                expected.sort_by_key(|p| p.0);
                on_threads(3, || sort_by_key(&mut pairs, |p| p.0));
                assert_eq!(pairs, expected, "{len} keys below {spread}");
                sort_by_key(&mut pairs, |p| !p.0);
                expected.sort_by_key(|p| !p.0);
                assert_eq!(pairs, expected);
            }
        }
        let mut wide: Vec<u128> = (0..1000)
            .map(|_| (random.below(9) as u128) << 100 | random.below(99) as u128)
            .collect();
        let mut expected = wide.clone();
        expected.sort_unstable();
        sort_by_key(&mut wide, |&x| x);
        assert_eq!(wide, expected);
    }
}
