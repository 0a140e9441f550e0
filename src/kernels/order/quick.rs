//! Sorting unsigned integers: a quicksort that partitions a vector of them at a time, where the processor has AVX-512.
//! Elsewhere the sort of the standard library does it, in parallel.
//!
//! Equal integers cannot be told apart, so that there is one result, whatever the order of the work.
//!
//! ```text
//! low            free      unread      free            high     a block is read where less is free: there is
//! 1 3 2 0  │  · · · · ·  │ 5 1 7 3  │  · · ·  │  9 8 6 7         always room for what it brings, on both sides
//! ```

use crate::parallel;

/// Integers that are sorted.
pub(super) trait Sorted: Copy + Ord + Send {
    /// Sorts in parallel, in their place.
    fn sort(keys: &mut [Self]) {
        parallel::sort(keys);
    }
}

impl Sorted for u8 {
    fn sort(keys: &mut [Self]) {
        count(keys);
    }
}
impl Sorted for u16 {}
impl Sorted for u128 {}
impl Sorted for (u128, u64) {}

/// Sorts by counting each value.
fn count(keys: &mut [u8]) {
    let mut counts = [0; 256];
    keys.iter().for_each(|&key| counts[usize::from(key)] += 1);
    let mut rest = keys;
    for (value, count) in (0..=u8::MAX).zip(counts) {
        rest.split_off_mut(..count).expect("as many as were counted").fill(value);
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Sorted for u32 {}
#[cfg(not(target_arch = "x86_64"))]
impl Sorted for u64 {}

/// Whether the processor has the instructions of the quicksort.
#[cfg(target_arch = "x86_64")]
fn has_vectors() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
}

/// Keys that are worth a task.
#[cfg(target_arch = "x86_64")]
const TASK: usize = 32 * 1024;

#[cfg(target_arch = "x86_64")]
macro_rules! vectors {
    ($Key:ident, $Mask:ty, $set:ident, $less:ident, $compress:ident, $store:ident) => {
        impl Sorted for $Key {
            fn sort(keys: &mut [Self]) {
                if keys.len() > $Key::FEW && has_vectors() {
                    let depth = 2 * keys.len().ilog2();
                    // SAFETY: the processor has the instructions, as was just asked.
                    unsafe { $Key::quicksort(keys, None, depth) };
                } else {
                    parallel::sort(keys);
                }
            }
        }

        mod $Key {
            use super::TASK;
            use crate::parallel;
            use std::arch::x86_64::*;

            /// Keys of a vector.
            const LANES: usize = 64 / size_of::<$Key>();
            /// Keys that are sorted by counting how many are below each.
            pub(super) const FEW: usize = 32;
            /// Vectors that are read together.
            const VECTORS: usize = 8;
            const BLOCK: usize = VECTORS * LANES;

            /// Sorts keys of which none is below `floor`.
            ///
            /// # Safety
            /// The processor must have AVX-512F, BMI2 and POPCNT.
            pub(super) unsafe fn quicksort(keys: &mut [$Key], floor: Option<$Key>, depth: u32) {
                if keys.len() <= FEW {
                    // SAFETY: the processor has the instructions, as the caller says.
                    return unsafe { few(keys) };
                }
                let Some(depth) = depth.checked_sub(1) else {
                    // Pivots that split badly, again and again.
                    return keys.sort_unstable();
                };
                let pivot = pivot(keys);
                let is_least = floor == Some(pivot);
                // SAFETY: as above.
                let low = unsafe { partition(keys, pivot, is_least) };
                let (low, high) = keys.split_at_mut(low);
                let apart = low.len().min(high.len()) > TASK;
                let mut lower = || {
                    // With the least as the pivot, all of them are it.
                    if !is_least {
                        // SAFETY: as above.
                        unsafe { quicksort(low, floor, depth) };
                    }
                };
                // SAFETY: as above.
                let mut higher = || unsafe { quicksort(high, Some(pivot), depth) };
                if apart {
                    parallel::join(lower, higher);
                } else {
                    lower();
                    higher();
                }
            }

            /// The median of nine keys, about.
            fn pivot(keys: &[$Key]) -> $Key {
                let step = keys.len() / 9;
                let median = |a: $Key, b: $Key, c: $Key| a.max(b).min(a.min(b).max(c));
                let of =
                    |k: usize| median(keys[k * step], keys[(k + 1) * step], keys[(k + 2) * step]);
                median(of(0), of(3), of(6))
            }

            /// Moves the keys below the pivot to the front, or with `or_equal` those not above it; gives how many these
            /// are.
            #[target_feature(enable = "avx512f,bmi2,popcnt")]
            fn partition(keys: &mut [$Key], pivot: $Key, or_equal: bool) -> usize {
                // Not above a key is below the next one; above the greatest is none.
                let Some(bound) = pivot.checked_add(or_equal.into()) else { return keys.len() };
                let bounds = $set(bound as _);
                let mut free = Free { low: 0, high: keys.len() };
                let (mut left, mut right) = (0, keys.len());
                // The first block and the last are set aside: they make the room. In the end, so is what is left.
                let (mut aside, mut count) = ([0; 3 * BLOCK], 0);
                if keys.len() >= 3 * BLOCK {
                    (left, right, count) = (BLOCK, right - BLOCK, 2 * BLOCK);
                    aside[..BLOCK].copy_from_slice(&keys[..left]);
                    aside[BLOCK..count].copy_from_slice(&keys[right..]);
                }
                while right - left >= BLOCK && count > 0 {
                    let at = if left - free.low <= free.high - right {
                        left += BLOCK;
                        left - BLOCK
                    } else {
                        right -= BLOCK;
                        right
                    };
                    let block = &keys[at..at + BLOCK];
                    let mut vectors = [bounds; VECTORS];
                    for (vector, keys) in vectors.iter_mut().zip(block.as_chunks().0) {
                        *vector = load(keys);
                    }
                    for vector in vectors {
                        // SAFETY: two blocks were free, and this third one. The side that it was read from had one at
                        // most, so that the other had one at least; both have one now, and take no more than it.
                        unsafe { free.put(keys, vector, <$Mask>::MAX, bounds) };
                    }
                }
                aside[count..count + right - left].copy_from_slice(&keys[left..right]);
                count += right - left;
                let vectors = count.div_ceil(LANES);
                for (k, keys_aside) in aside.as_chunks().0[..vectors].iter().enumerate() {
                    let own = (count - k * LANES).min(LANES);
                    let taken = <$Mask>::MAX >> (LANES - own);
                    // SAFETY: as many keys as are set aside are free, all those between the low ones and the high ones.
                    unsafe { free.put(keys, load(keys_aside), taken, bounds) };
                }
                free.low
            }

            #[inline]
            #[target_feature(enable = "avx512f")]
            fn load(keys: &[$Key; LANES]) -> __m512i {
                // SAFETY: so many keys are as long as the vector.
                unsafe { _mm512_loadu_si512(keys.as_ptr().cast()) }
            }

            /// Where keys may be written: from `low` on and before `high`.
            struct Free {
                low: usize,
                high: usize,
            }

            impl Free {
                /// Writes the keys of those lanes that are `taken`, each to its side.
                ///
                /// # Safety
                /// On each side as many keys as are taken for it must be free, inside `keys`.
                #[inline]
                #[target_feature(enable = "avx512f,bmi2,popcnt")]
                unsafe fn put(
                    &mut self,
                    keys: &mut [$Key],
                    vector: __m512i,
                    taken: $Mask,
                    bounds: __m512i,
                ) {
                    let is_low = $less(vector, bounds) & taken;
                    let is_high = !is_low & taken;
                    let (low, high) = (is_low.count_ones(), is_high.count_ones());
                    let first = |count: u32| <$Mask>::MAX.unbounded_shr(<$Mask>::BITS - count);
                    self.high -= high as usize;
                    // SAFETY: only as many lanes are written as there are keys for this side, which the caller knows to
                    // be free.
                    unsafe {
                        let keys = keys.as_mut_ptr();
                        $store(keys.add(self.low).cast(), first(low), $compress(is_low, vector));
                        $store(keys.add(self.high).cast(), first(high), $compress(is_high, vector));
                    }
                    self.low += low as usize;
                }
            }

            /// Sorts at most [`FEW`] keys.
            #[target_feature(enable = "avx512f,bmi2,popcnt")]
            fn few(keys: &mut [$Key]) {
                match keys.len().div_ceil(LANES) {
                    0 => {}
                    1 => rank::<1>(keys),
                    2 => rank::<2>(keys),
                    3 => rank::<3>(keys),
                    _ => rank::<4>(keys),
                }
            }

            /// Sorts the keys, which some vectors hold and one less does not: each goes to the place that the number of
            /// those below it gives.
            #[target_feature(enable = "avx512f,bmi2,popcnt")]
            fn rank<const N: usize>(keys: &mut [$Key]) {
                let mut padded = [<$Key>::MAX; FEW];
                padded[..keys.len()].copy_from_slice(keys);
                let mut vectors = [$set(0); N];
                for (vector, keys) in vectors.iter_mut().zip(padded.as_chunks().0) {
                    *vector = load(keys);
                }
                let mut written = 0_u64;
                for &key in &padded[..keys.len()] {
                    let (this, mut below) = ($set(key as _), 0_u64);
                    for (k, &vector) in vectors.iter().enumerate() {
                        below |= u64::from($less(vector, this)) << (k * LANES);
                    }
                    let place = below.count_ones();
                    keys[place as usize] = key;
                    written |= 1 << place;
                }
                // Equal ones went to one place, the first of theirs.
                let mut left = !written & (u64::MAX >> (64 - keys.len()));
                while left != 0 {
                    let place = left.trailing_zeros() as usize;
                    keys[place] = keys[place - 1];
                    left &= left - 1;
                }
            }
        }
    };
}
#[cfg(target_arch = "x86_64")]
vectors!(
    u32,
    u16,
    _mm512_set1_epi32,
    _mm512_cmplt_epu32_mask,
    _mm512_maskz_compress_epi32,
    _mm512_mask_storeu_epi32
);
#[cfg(target_arch = "x86_64")]
vectors!(
    u64,
    u8,
    _mm512_set1_epi64,
    _mm512_cmplt_epu64_mask,
    _mm512_maskz_compress_epi64,
    _mm512_mask_storeu_epi64
);

#[cfg(test)]
mod tests {
    use super::Sorted;
    use crate::kernels::samples::Random;
    use crate::parallel::on_threads;

    /// As the standard library sorts them: few and many, of few and many values, in order and against it.
    fn sorts<K: Sorted + std::fmt::Debug>(key: impl Fn(u64) -> K) {
        let mut random = Random(3);
        for len in [0, 1, 15, 33, 64, 65, 200, 5000, 300_000] {
            for spread in [1, 2, 50, 1 << 20, u64::MAX] {
                let mut keys: Vec<K> = (0..len)
                    .map(|_| {
                        key((random.below(1 << 32) as u64) << 32 | random.below(1 << 32) as u64)
                    })
                    .collect();
                if spread < u64::MAX {
                    keys = (0..len).map(|_| key(random.below(spread as usize) as u64)).collect();
                }
                let mut expected = keys.clone();
                expected.sort_unstable();
                on_threads(3, || K::sort(&mut keys));
                assert_eq!(keys, expected, "{len} keys below {spread}");
                K::sort(&mut keys);
                assert_eq!(keys, expected);
                keys.reverse();
                K::sort(&mut keys);
                assert_eq!(keys, expected);
            }
        }
    }

    #[test]
    fn keys_are_sorted() {
        sorts(|key| key as u8);
        sorts(|key| key as u16);
        sorts(|key| (key as u32).wrapping_sub(7));
        sorts(|key| key.wrapping_sub(7));
        sorts(u128::from);
    }

    /// Whatever is left when pivots have split badly too often.
    #[test]
    #[cfg(target_arch = "x86_64")]
    fn bad_pivots_are_left_to_another_sort() {
        if !super::has_vectors() {
            return;
        }
        let mut random = Random(9);
        for depth in 0..4 {
            let mut keys: Vec<u32> = (0..1000).map(|_| random.below(300) as u32).collect();
            let mut expected = keys.clone();
            expected.sort_unstable();
            // SAFETY: the processor has the instructions, as was just asked.
            unsafe { super::u32::quicksort(&mut keys, None, depth) };
            assert_eq!(keys, expected);
        }
    }
}
