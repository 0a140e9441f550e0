//! Two sorted lists of indices: what they have in common, and what either has.
//!
//! Short lists meet in lock step: blocks of eight at a time where the processor compares them in one go, else one by
//! one, without branches on which of two indices is the smaller one, which nobody can predict. Where one list is much
//! longer it is searched for what the other has.

use super::simd;
use crate::buffer::Index;

/// How many times longer a list must be than what is looked up in it, for searching to pay.
const SEARCH: usize = 16;

/// How many indices two strictly increasing lists have in common.
///
/// ```
/// use redpoll::kernels::merge::count_common;
/// assert_eq!(count_common(&[1_u32, 4, 6], &[0, 4, 5, 6]), 2);
/// ```
pub fn count_common<I: Index>(x: &[I], y: &[I]) -> usize {
    let mut count = 0;
    for_common(
        x,
        y,
        #[inline(always)]
        |found| count += found.len(),
    );
    count
}

/// Writes what two strictly increasing lists have in common: each index, and its places in both, counted from `first`.
///
/// # Panics
/// If there is more than there is room for.
pub fn intersect<I: Index>(
    [x, y]: [&[I]; 2],
    first: [usize; 2],
    index: &mut [I],
    [left, right]: [&mut [I]; 2],
) {
    let mut at = 0;
    each_common(
        x,
        y,
        #[inline(always)]
        |i, j| {
            index[at] = x[i];
            left[at] = I::new(first[0] + i);
            right[at] = I::new(first[1] + j);
            at += 1;
        },
    );
}

/// Hands over the places in both of what two strictly increasing lists have in common, in order.
#[inline(always)]
pub(crate) fn each_common<I: Index>(x: &[I], y: &[I], mut each: impl FnMut(usize, usize)) {
    for_common(
        x,
        y,
        #[inline(always)]
        |found| {
            let mut places = found;
            while let Some([i, j]) = places.next() {
                each(i, j);
            }
        },
    );
}

/// Writes the union of two strictly increasing lists: each index, and its places in both, counted from `first`, or
/// [`Index::NONE`].
///
/// # Panics
/// If the room is not as long as the union.
pub fn unite<I: Index>(
    [x, y]: [&[I]; 2],
    first: [usize; 2],
    index: &mut [I],
    [left, right]: [&mut [I]; 2],
) {
    let len = index.len();
    let (left, right) = (&mut left[..len], &mut right[..len]);
    let place = |first: usize, at: usize, is_there: bool| {
        // All bits set is `NONE`.
        I::wrapped((first + at) | usize::from(is_there).wrapping_sub(1))
    };
    // From both ends towards the middle: two chains of comparisons, neither of which waits for the other.
    let [mut i, mut j, mut k] = [0; 3];
    let [mut i_end, mut j_end, mut k_end] = [x.len(), y.len(), len];
    while i < i_end && j < j_end {
        let (p, q) = (x[i], y[j]);
        let (of_x, of_y) = (p <= q, q <= p);
        index[k] = p.min(q);
        left[k] = place(first[0], i, of_x);
        right[k] = place(first[1], j, of_y);
        i += usize::from(of_x);
        j += usize::from(of_y);
        k += 1;
        if i == i_end || j == j_end {
            break;
        }
        let (p, q) = (x[i_end - 1], y[j_end - 1]);
        let (of_x, of_y) = (p >= q, q >= p);
        k_end -= 1;
        index[k_end] = p.max(q);
        left[k_end] = place(first[0], i_end - 1, of_x);
        right[k_end] = place(first[1], j_end - 1, of_y);
        i_end -= usize::from(of_x);
        j_end -= usize::from(of_y);
    }
    let rest = k + i_end - i;
    assert_eq!(rest + j_end - j, k_end, "room for a union");
    index[k..rest].copy_from_slice(&x[i..i_end]);
    write_range(first[0] + i, &mut left[k..rest]);
    right[k..rest].fill(I::NONE);
    index[rest..k_end].copy_from_slice(&y[j..j_end]);
    left[rest..k_end].fill(I::NONE);
    write_range(first[1] + j, &mut right[rest..k_end]);
}

/// For each of some increasing indices its place in a strictly increasing list, counted from `first`, or
/// [`Index::NONE`].
///
/// # Panics
/// If there is not room for as many places as indices.
pub fn find_each<I: Index>(list: &[I], first: usize, indices: &[I], places: &mut [I]) {
    let mut at = 0;
    for (place, i) in places.iter_mut().zip(indices) {
        at = seek(list, at, indices.len(), |j| j < i);
        *place = if list.get(at) == Some(i) { I::new(first + at) } else { I::NONE };
    }
}

/// Writes consecutive numbers.
pub fn write_range<I: Index>(first: usize, out: &mut [I]) {
    for (k, out) in out.iter_mut().enumerate() {
        *out = I::new(first + k);
    }
}

/// The first place from `at` on where the list is not before. Steps where about as many are `sought` as there are,
/// else searches.
pub fn seek<I: Index>(
    list: &[I],
    mut at: usize,
    sought: usize,
    before: impl Fn(&I) -> bool,
) -> usize {
    if list.len() / SEARCH <= sought {
        while at < list.len() && before(&list[at]) {
            at += 1;
        }
        return at;
    }
    // Galloping: doubling steps, then a search within the last of them.
    let mut step = 1;
    while at + step < list.len() && before(&list[at + step]) {
        at += step;
        step *= 2;
    }
    let end = list.len().min(at + step + 1);
    at + list[at..end].partition_point(before)
}

/// Common indices of a part of two lists: the places where the parts begin, and a bit for each place in them that is
/// one. There are as many bits for the one list as for the other, and they belong together in their order.
#[derive(Clone, Copy)]
struct Common {
    start: [usize; 2],
    bits: [u32; 2],
}

impl Common {
    const fn one(i: usize, j: usize) -> Self {
        Self { start: [i, j], bits: [1, 1] }
    }

    #[inline(always)]
    const fn len(self) -> usize {
        self.bits[0].count_ones() as usize
    }

    #[inline(always)]
    const fn next(&mut self) -> Option<[usize; 2]> {
        let [a, b] = self.bits;
        if a == 0 {
            return None;
        }
        let place = [
            self.start[0] + a.trailing_zeros() as usize,
            self.start[1] + b.trailing_zeros() as usize,
        ];
        self.bits = [a & (a - 1), b & b.wrapping_sub(1)];
        Some(place)
    }
}

/// Hands over what two lists have in common, in order.
#[inline(always)]
fn for_common<I: Index>(x: &[I], y: &[I], mut each: impl FnMut(Common)) {
    let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
    if long.len() / SEARCH > short.len() {
        let is_swapped = x.len() > y.len();
        let mut at = 0;
        for (i, index) in short.iter().enumerate() {
            at = seek(long, at, short.len(), |j| j < index);
            if long.get(at) == Some(index) {
                each(if is_swapped { Common::one(at, i) } else { Common::one(i, at) });
            }
        }
        return;
    }
    let [mut i, mut j] = match (I::narrow(x), I::narrow(y)) {
        (Some(x), Some(y)) => blocks(x, y, &mut each),
        _ => [0, 0],
    };
    while i < x.len() && j < y.len() {
        let (p, q) = (x[i], y[j]);
        if p == q {
            each(Common::one(i, j));
        }
        i += usize::from(p <= q);
        j += usize::from(q <= p);
    }
}

/// As [`for_common`], of whole blocks; gives the places that it came to.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn blocks(x: &[u32], y: &[u32], each: &mut impl FnMut(Common)) -> [usize; 2] {
    use pulp::x86::V3;
    const BLOCK: usize = 8;

    /// A bit for each of the eight indices of `a` that is among those of `b`.
    #[inline(always)]
    fn among(simd: V3, a: &[u32; BLOCK], b: &[u32; BLOCK]) -> u32 {
        let a = pulp::cast(*a);
        let mut any = simd.avx2._mm256_cmpeq_epi32(a, simd.avx._mm256_set1_epi32(b[0] as i32));
        for &b in &b[1..] {
            let same = simd.avx2._mm256_cmpeq_epi32(a, simd.avx._mm256_set1_epi32(b as i32));
            any = simd.avx2._mm256_or_si256(any, same);
        }
        simd.avx._mm256_movemask_ps(pulp::cast(any)) as u32
    }

    let Some(simd) = simd::avx2() else { return [0, 0] };
    simd.vectorize(
        #[inline(always)]
        || {
            let [mut i, mut j] = [0, 0];
            while let (Some(a), Some(b)) =
                (x[i..].first_chunk::<BLOCK>(), y[j..].first_chunk::<BLOCK>())
            {
                let bits = among(simd, a, b);
                if bits != 0 {
                    each(Common { start: [i, j], bits: [bits, among(simd, b, a)] });
                }
                let (last_a, last_b) = (a[BLOCK - 1], b[BLOCK - 1]);
                i += BLOCK * usize::from(last_a <= last_b);
                j += BLOCK * usize::from(last_b <= last_a);
            }
            [i, j]
        },
    )
}

#[cfg(not(target_arch = "x86_64"))]
fn blocks(_: &[u32], _: &[u32], _: &mut impl FnMut(Common)) -> [usize; 2] {
    [0, 0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::samples::Random;
    use std::collections::BTreeMap;

    /// A strictly increasing list of about so many indices below a bound.
    fn list<I: Index>(random: &mut Random, count: usize, bound: usize) -> Vec<I> {
        let mut list: Vec<I> = (0..count).map(|_| I::new(random.below(bound))).collect();
        list.sort_unstable();
        list.dedup();
        list
    }

    type Write<'w, I> = dyn Fn(&mut [I], [&mut [I]; 2]) + 'w;

    fn check<I: Index>(x: &[I], y: &[I]) {
        let mut places = BTreeMap::<I, [I; 2]>::new();
        for (side, (list, first)) in [(x, 3), (y, 7)].into_iter().enumerate() {
            for (k, &i) in list.iter().enumerate() {
                places.entry(i).or_insert([I::NONE; 2])[side] = I::new(first + k);
            }
        }
        let room = |len: usize, write: &Write<'_, I>| {
            let (mut index, mut left, mut right) =
                (vec![I::NONE; len], vec![I::NONE; len], vec![I::NONE; len]);
            write(&mut index, [&mut left, &mut right]);
            let pairs = left.into_iter().zip(right).map(|(l, r)| [l, r]);
            index.into_iter().zip(pairs).collect::<Vec<_>>()
        };
        let united: Vec<_> = places.iter().map(|(&i, &at)| (i, at)).collect();
        let got = room(united.len(), &|index, sides| unite([x, y], [3, 7], index, sides));
        assert_eq!(got, united);
        let common: Vec<_> =
            united.iter().copied().filter(|(_, at)| !at.contains(&I::NONE)).collect();
        assert_eq!(count_common(x, y), common.len());
        let got = room(common.len(), &|index, sides| intersect([x, y], [3, 7], index, sides));
        assert_eq!(got, common);
        let mut found = vec![I::NONE; x.len()];
        find_each(y, 7, x, &mut found);
        assert!(x.iter().zip(found).all(|(i, at)| at == places[i][1]));
    }

    #[test]
    fn lists_of_any_lengths_against_a_map() {
        let mut random = Random(9);
        for round in 0..400 {
            let bound = [5, 40, 300, 100_000][round % 4];
            // About the same length, or one much longer than the other.
            let (long, short) = (random.below(bound.min(400)), random.below(20));
            for [a, b] in [[long, long], [long, short], [short, long], [short, short]] {
                check::<u32>(&list(&mut random, a, bound), &list(&mut random, b, bound));
                check::<u64>(&list(&mut random, a, bound), &list(&mut random, b, bound));
            }
            let same = list::<u32>(&mut random, long, bound);
            check(&same, &same);
        }
    }
}
