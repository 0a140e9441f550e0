//! Sorting, and searching in what is sorted.
//!
//! Elements are compared by *keys*: unsigned integers in the order of the elements, one width for each width of
//! element. The key of −0 is that of 0, and that of a NaN (or of a complex number with a NaN part) the greatest. So
//! what works on positions is compiled for five types of keys, not for thirteen of elements.
//!
//! Keys are all that is ever sorted. Positions go into the lower bits of theirs, so that no two are equal: every sort is
//! stable, and its result the same however the work is divided.

mod quick;

use quick::Sorted;

use super::gather::positions_different;
use super::{PIECE, for_pieces, for_segments};
use crate::Result;
use crate::buffer::{Index, Indices, Values, ValuesMut, ValuesRef, afford, filled, zeroed};
use crate::dtype::{Complex64, Complex128, Element, Real, Scalar, Zeros};
use crate::parallel;
use crate::{with_dtype, with_width};
use num_traits::{AsPrimitive, Bounded, PrimInt, Unsigned};
use std::ops::Range;

/// An element with a place among all of its type.
trait Ordered: Element {
    type Key: PrimInt + Unsigned + AsPrimitive<u64> + AsPrimitive<u128> + Sorted + Sync;
    fn key(self) -> Self::Key;
    /// Sorts by keys; those that are equal keep their order. Takes as much memory again as the elements have, which the
    /// caller has asked for.
    fn sort_lane(lane: &mut [Self], descending: bool) {
        lane.sort_by_key(|x| directed(x.key(), descending));
    }
}

/// An element with as many bits as its key, which tells it but for the sign of a zero and which NaN it is.
trait Keyed: Ordered + Real {
    /// The number that a key is of.
    fn of_key(key: Self::Key) -> Self;
    fn bits(self) -> Self::Key;
    fn of_bits(bits: Self::Key) -> Self;
    /// The bits of elements.
    fn all_bits(elements: &mut [Self]) -> &mut [Self::Key];
}

macro_rules! all_bits {
    () => {
        #[inline]
        fn all_bits(elements: &mut [Self]) -> &mut [Self::Key] {
            const { assert!(size_of::<Self>() == size_of::<<Self as Ordered>::Key>()) };
            const { assert!(align_of::<Self>() == align_of::<<Self as Ordered>::Key>()) };
            // SAFETY: numbers and the unsigned integers of as many bits have one size and one alignment, and all bits are
            // values of both.
            unsafe { std::slice::from_raw_parts_mut(elements.as_mut_ptr().cast(), elements.len()) }
        }
    };
}

macro_rules! unsigned {
    ($($T:ty),+) => {$(
        impl Ordered for $T {
            type Key = Self;
            #[inline]
            fn key(self) -> Self {
                self
            }
            fn sort_lane(lane: &mut [Self], descending: bool) {
                sort_numbers(lane, descending);
            }
        }
        impl Keyed for $T {
            #[inline]
            fn of_key(key: Self) -> Self {
                key
            }
            #[inline]
            fn bits(self) -> Self {
                self
            }
            #[inline]
            fn of_bits(bits: Self) -> Self {
                bits
            }
            all_bits!();
        }
    )+};
}
unsigned!(u8, u16, u32, u64);

macro_rules! signed {
    ($($T:ty => $Key:ty),+) => {$(
        impl Ordered for $T {
            type Key = $Key;
            #[inline]
            fn key(self) -> $Key {
                (self ^ <$T>::MIN) as $Key
            }
            fn sort_lane(lane: &mut [Self], descending: bool) {
                sort_numbers(lane, descending);
            }
        }
        impl Keyed for $T {
            #[inline]
            fn of_key(key: $Key) -> Self {
                key as Self ^ Self::MIN
            }
            #[inline]
            fn bits(self) -> $Key {
                self as $Key
            }
            #[inline]
            fn of_bits(bits: $Key) -> Self {
                bits as Self
            }
            all_bits!();
        }
    )+};
}
signed!(i8 => u8, i16 => u16, i32 => u32, i64 => u64);

impl Ordered for bool {
    type Key = u8;
    #[inline]
    fn key(self) -> u8 {
        self.into()
    }
}

macro_rules! float {
    ($($T:ty => $Key:ty),+) => {$(
        impl Ordered for $T {
            type Key = $Key;
            #[inline]
            fn key(self) -> $Key {
                const SIGN: $Key = !(<$Key>::MAX >> 1);
                // Adding 0 makes −0 a 0. Bits of numbers of one sign are ordered as their moduli are.
                let bits = (self + 0.0).to_bits();
                let key = if bits & SIGN == 0 { bits | SIGN } else { !bits };
                if self.is_nan() { <$Key>::MAX } else { key }
            }
            fn sort_lane(lane: &mut [Self], descending: bool) {
                sort_numbers(lane, descending);
            }
        }
        impl Keyed for $T {
            #[inline]
            fn of_key(key: $Key) -> Self {
                const SIGN: $Key = !(<$Key>::MAX >> 1);
                Self::from_bits(if key & SIGN == 0 { !key } else { key ^ SIGN })
            }
            #[inline]
            fn bits(self) -> $Key {
                self.to_bits()
            }
            #[inline]
            fn of_bits(bits: $Key) -> Self {
                Self::from_bits(bits)
            }
            all_bits!();
        }
    )+};
}
float!(f32 => u32, f64 => u64);

macro_rules! complex {
    ($($T:ty => $Key:ty),+) => {$(
        impl Ordered for $T {
            type Key = $Key;
            #[inline]
            fn key(self) -> $Key {
                if self.is_nan() {
                    return <$Key>::MAX;
                }
                <$Key>::from(self.re.key()) << (<$Key>::BITS / 2) | <$Key>::from(self.im.key())
            }
        }
    )+};
}
complex!(Complex64 => u64, Complex128 => u128);

/// The key by which greater elements come first, if they do.
#[inline]
fn directed<K: PrimInt>(key: K, descending: bool) -> K {
    if descending { !key } else { key }
}

/// Sorts each lane of `length` values.
///
/// # Panics
/// If the lanes do not cover the values.
///
/// ```
/// use redpoll::{buffer::Values, kernels::order::sort};
/// let mut values = Values::from(vec![2.0, f64::NAN, -1.0, 0.0, 3.0, -2.0]);
/// sort(values.make_mut(), 3, false)?;
/// assert_eq!(values, Values::from(vec![-1.0, 2.0, f64::NAN, -2.0, 0.0, 3.0]));
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn sort(values: ValuesMut<'_>, length: usize, descending: bool) -> Result<()> {
    with_dtype!(values.dtype(), T => {
        let values = T::slice_mut(values).expect("its own data type");
        afford_sorts::<T>("sort", values.len(), length)?;
        for_lanes(values, length, |lane| T::sort_lane(lane, descending));
    });
    Ok(())
}

/// Sorts numbers by their keys, in their place.
fn sort_numbers<T: Keyed>(lane: &mut [T], descending: bool) {
    let key = |x: T| directed(x.key(), descending);
    if lane.is_sorted_by_key(|&x| key(x)) {
        return;
    }
    // What keys do not tell, the signs of zeros and which NaN it is, is put back in its order.
    let alike = [T::ZERO.key(), <T::Key as Bounded>::max_value()];
    let mut told: Vec<T> = vec![];
    if lane.iter().any(|&x| T::of_key(x.key()).bits() != x.bits()) {
        let alike = || lane.iter().filter(|&&x| alike.contains(&x.key()));
        told.reserve_exact(alike().count());
        told.extend(alike());
    }
    for_pieces(lane, |_, part| part.iter_mut().for_each(|x| *x = T::of_bits(key(*x))));
    T::Key::sort(T::all_bits(lane));
    for_pieces(lane, |_, part| {
        part.iter_mut().for_each(|x| *x = T::of_key(directed(x.bits(), descending)));
    });
    if told.is_empty() {
        return;
    }
    for same in alike {
        let first = lane.partition_point(|&x| key(x) < directed(same, descending));
        let told = told.iter().filter(|&&x| x.key() == same);
        lane[first..].iter_mut().zip(told).for_each(|(x, &told)| *x = told);
    }
}

/// The positions in each lane of `length` values that [`sort`] takes its values from.
///
/// # Panics
/// If the lanes do not cover the values.
///
/// ```
/// use redpoll::{buffer::Values, kernels::order::argsort};
/// let values = Values::from(vec![2.0, f64::NAN, -1.0, 0.0, -0.0, -2.0]);
/// assert_eq!(argsort(values.view(), 3, false)?, [2, 0, 1, 2, 0, 1]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn argsort(values: ValuesRef<'_>, length: usize, descending: bool) -> Result<Vec<i64>> {
    with_dtype!(values.dtype(), T => {
        let values = values.as_slice::<T>().expect("its own data type");
        let key = |x: T| directed(x.key(), descending);
        // Keys and positions together, in no more bits than they need.
        if size_of::<<T as Ordered>::Key>() <= 4 && u32::try_from(length).is_ok() {
            let wide = |x| AsPrimitive::<u64>::as_(key(x));
            positions(values, length, |x, place| wide(x) << 32 | place, |p| p & u64::from(u32::MAX))
        } else if size_of::<<T as Ordered>::Key>() <= 8 {
            let wide = |x| AsPrimitive::<u128>::as_(key(x));
            positions(values, length, |x, place| wide(x) << 64 | u128::from(place), |p| p as u64)
        } else {
            let wide = |x| AsPrimitive::<u128>::as_(key(x));
            positions(values, length, |x, place| (wide(x), place), |p| p.1)
        }
    })
}

/// The position in its lane that each element of the sorted lanes has had.
fn positions<T: Copy + Sync, P: Sorted + Default + Sync>(
    values: &[T],
    length: usize,
    placed: impl Fn(T, u64) -> P + Sync,
    place: impl Fn(P) -> u64 + Sync,
) -> Result<Vec<i64>> {
    let mut keys = filled("argsort", P::default(), values.len())?;
    for_pieces(&mut keys, |start, keys| {
        let mut at = start % length;
        for (key, &x) in keys.iter_mut().zip(&values[start..]) {
            *key = placed(x, at as u64);
            at = if at + 1 == length { 0 } else { at + 1 };
        }
    });
    for_lanes(&mut keys, length, |lane| P::sort(lane));
    let mut positions = filled("argsort", 0, keys.len())?;
    for_pieces(&mut positions, |start, out| {
        out.iter_mut().zip(&keys[start..]).for_each(|(out, &key)| *out = place(key) as i64);
    });
    Ok(positions)
}

/// Sorts fibers of which not all elements are stored: fiber f stores the values from `ptr[f]` to `ptr[f + 1]`, at the
/// ascending indices `index`; its other elements, up to `length`, are the fill.
///
/// Gives the values of the sorted fibers, in the order of their indices, and the index of each. What equals the fill
/// without being the same (−0 beside 0) keeps its place among the elements that are not stored.
///
/// # Panics
/// If `ptr` does not end with the values, or there are not as many indices.
///
/// ```
/// use redpoll::{buffer::Values, kernels::order::sort_fibers};
/// // The fiber [0, 7, -0, -3, 0] over a fill of 0.
/// let values = Values::from(vec![7.0, -0.0, -3.0]);
/// let index = vec![1_u32, 2, 3].into();
/// let (values, index) = sort_fibers(&[0_u32, 3], &index, &values, 0.0.into(), 5, false)?;
/// assert_eq!((values, index), (vec![-3.0, -0.0, 7.0].into(), vec![0, 2, 4])); // [-3, 0, -0, 0, 7]
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn sort_fibers<I: Index>(
    ptr: &[I],
    index: &Indices,
    values: &Values,
    fill: Scalar,
    length: usize,
    descending: bool,
) -> Result<(Values, Vec<u64>)> {
    assert_eq!(index.len(), values.len(), "indices and values");
    let mut sorted = values.clone().unshared("sort")?;
    let mut places = filled("sort", 0, values.len())?;
    with_dtype!(values.dtype(), T => {
        let fill = directed(fill.to::<T>().key(), descending);
        let key = |x: &T| directed(x.key(), descending);
        let longest = ptr.windows(2).map(|w| w[1].get() - w[0].get()).max().unwrap_or(0);
        let values = values.as_slice::<T>().expect("its own data type");
        afford_sorts::<T>("sort", values.len(), longest)?;
        let sorted = T::slice_mut(sorted.make_mut()).expect("its own data type");
        for_segments(sorted, ptr, |_, fiber| T::sort_lane(fiber, descending));
        for_segments(&mut places, ptr, |f, places| {
            let own = ptr[f].get()..ptr[f + 1].get();
            let fiber = &sorted[own.clone()];
            let first = fiber.partition_point(|x| key(x) < fill);
            let after = fiber.partition_point(|x| key(x) <= fill);
            let left = (length - fiber.len()) as u64;
            for (place, k) in places.iter_mut().zip(0..) {
                *place = if k < after as u64 { k } else { left + k };
            }
            // As many as the elements before it in the fiber that equal the fill, stored or not.
            let stored = own.clone().filter(|&k| key(&values[k]) == fill);
            for ((place, equal), k) in places[first..after].iter_mut().zip(0..).zip(stored) {
                *place = (first + index.get(k) - (k - own.start - equal)) as u64;
            }
        });
    });
    Ok((sorted, places))
}

/// How many of the ascending values `sorted` are less than each of `elements`, or with `right` not greater.
///
/// # Panics
/// If the data types differ.
///
/// ```
/// use redpoll::{buffer::Values, kernels::order::search};
/// let sorted = Values::from(vec![1, 3, 3, 5]);
/// let elements = Values::from(vec![0, 3, 9]);
/// assert_eq!(search(sorted.view(), elements.view(), false)?, [0, 1, 4]);
/// assert_eq!(search(sorted.view(), elements.view(), true)?, [0, 3, 4]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn search(sorted: ValuesRef<'_>, elements: ValuesRef<'_>, right: bool) -> Result<Vec<i64>> {
    let mut places = filled("searchsorted", 0, elements.len())?;
    with_dtype!(elements.dtype(), T => {
        let elements = elements.as_slice::<T>().expect("its own data type");
        let sorted = sorted.as_slice::<T>().expect("search: values of one data type");
        let length = if sorted.len() > PIECE { TOGETHER } else { PIECE };
        let pieces: Vec<_> = places.chunks_mut(length).zip(elements.chunks(length)).collect();
        parallel::try_for_each(pieces, |(places, elements)| search_piece(sorted, elements, right, places))?;
    });
    Ok(places)
}

/// Elements that are searched for together.
const TOGETHER: usize = 16 * PIECE;

/// As [`search`], on one thread.
fn search_piece<T: Ordered>(
    sorted: &[T],
    elements: &[T],
    right: bool,
    places: &mut [i64],
) -> Result<()> {
    let place = |x: T, sorted: &[T]| {
        let key = x.key();
        sorted.partition_point(|s| if right { s.key() <= key } else { s.key() < key })
    };
    if sorted.len().min(elements.len()) <= PIECE {
        places.iter_mut().zip(elements).for_each(|(at, &x)| *at = place(x, sorted) as i64);
        return Ok(());
    }
    // In order, each is near the one before: what is searched stays in the cache.
    let mut from = 0;
    for k in argsort(T::erase_slice(elements), elements.len(), false)? {
        let x = elements[k as usize];
        let (mut rest, mut step) = (&sorted[from..], 1);
        while step < rest.len() && place(x, &rest[step - 1..step]) == 1 {
            (rest, from, step) = (&rest[step..], from + step, 2 * step);
        }
        from += place(x, &rest[..step.min(rest.len())]);
        places[k as usize] = from as i64;
    }
    Ok(())
}

/// The positions of the values that are not zero, ascending.
pub fn nonzero(values: &Values) -> Result<Vec<usize>> {
    let truth = super::cast::cast(values, crate::dtype::DType::Bool)?;
    positions_different(truth.view(), Scalar::Bool(false), Zeros::Two)
}

/// How many distinct elements a vector in order has. It stores `values` of its `length` elements, and the others are the
/// fill. NaNs are distinct from each other.
///
/// ```
/// use redpoll::{buffer::Values, kernels::order::count_distinct};
/// // The vector [-2, 0, 0, 0, 0, 1, 1].
/// let stored = Values::from(vec![-2.0, 1.0, 1.0]);
/// assert_eq!(count_distinct(stored.view(), 0.0.into(), 7)?, 3);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn count_distinct(values: ValuesRef<'_>, fill: Scalar, length: usize) -> Result<usize> {
    let begins = begins(values)?;
    let count = |range: Range<usize>| begins[range].iter().filter(|&&b| b).count();
    let (equal, fills) = unstored(values, fill, length);
    Ok(count(0..equal.start) + fills + count(equal.end..values.len()))
}

/// The distinct elements of a vector as of [`count_distinct`], and where each begins, and the end. `index` are the indices of
/// what it stores, if that is not all.
///
/// ```
/// use redpoll::{buffer::Values, kernels::order::distinct};
/// let (stored, index) = (Values::from(vec![-2.0, 1.0, 1.0]), vec![0_u32, 5, 6].into());
/// let (values, starts) = distinct(stored.view(), Some(&index), 0.0.into(), 7)?;
/// assert_eq!((values, starts), (vec![-2.0, 0.0, 1.0].into(), vec![0, 1, 5, 7]));
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn distinct(
    values: ValuesRef<'_>,
    index: Option<&Indices>,
    fill: Scalar,
    length: usize,
) -> Result<(Values, Vec<i64>)> {
    let begins = Values::from(begins(values)?);
    let first = positions_different(begins.view(), Scalar::Bool(false), Zeros::Two)?;
    let (equal, fills) = unstored(values, fill, length);
    // What is stored before the fill and after it, in this order.
    let before = first.partition_point(|&k| k < equal.start);
    let after = first.partition_point(|&k| k < equal.end);
    let count = before + fills + first.len() - after;
    let fills = before..before + fills;
    let source = |k: usize| first[if k < before { k } else { k - fills.end + after }];
    let mut starts = zeroed::<i64>("unique", count + 1)?;
    for_pieces(&mut starts, |piece, starts| {
        for (k, start) in (piece..).zip(starts) {
            *start = if k == count {
                length
            } else if fills.contains(&k) {
                equal.start + (k - before)
            } else {
                source(k) + if k < before { 0 } else { length - values.len() }
            } as i64;
        }
    });
    // Which of those that equal the fill is stored at an index.
    let stored = |at: usize| {
        let index = index?;
        with_width!(index.width(), I => {
            let equals = &index.as_slice::<I>().expect("own width")[equal.clone()];
            equals.binary_search(&I::new(at)).ok().map(|k| equal.start + k)
        })
    };
    let distinct = with_dtype!(values.dtype(), T => {
        let values = values.as_slice::<T>().expect("its own data type");
        let mut distinct = zeroed::<T>("unique", count)?;
        for_pieces(&mut distinct, |piece, out| {
            for (k, out) in (piece..).zip(out) {
                *out = if fills.contains(&k) {
                    stored(equal.start + (k - before)).map_or(fill.to(), |at| values[at])
                } else {
                    values[source(k)]
                };
            }
        });
        distinct.into()
    });
    Ok((distinct, starts))
}

/// Whether each value differs from the one before it. The first does.
fn begins(values: ValuesRef<'_>) -> Result<Vec<bool>> {
    let mut begins = filled("unique", true, values.len())?;
    with_dtype!(values.dtype(), T => {
        let values = values.as_slice::<T>().expect("its own data type");
        for_pieces(&mut begins, |start, begins| {
            let from = start.max(1);
            let pairs = values[from - 1..].windows(2);
            begins[from - start..].iter_mut().zip(pairs).for_each(|(b, pair)| *b = pair[0] != pair[1]);
        });
    });
    Ok(begins)
}

/// In a vector in order the stored values that equal the fill, and how many distinct elements these and those that are not
/// stored are. Before them, all are stored.
fn unstored(values: ValuesRef<'_>, fill: Scalar, length: usize) -> (Range<usize>, usize) {
    let count = length.saturating_sub(values.len());
    if count == 0 {
        return (values.len()..values.len(), 0);
    }
    let is_nan = fill.to::<Complex128>().is_nan();
    with_dtype!(values.dtype(), T => {
        let values = values.as_slice::<T>().expect("its own data type");
        let fill = fill.to::<T>();
        let first = values.partition_point(|x| x.key() < fill.key());
        let after = first + values[first..].partition_point(|x| x.key() <= fill.key());
        (first..after, if is_nan { count + after - first } else { 1 })
    })
}

/// Asks for the memory that the sorts of lanes of `length` elements, of `len` in all, take beside these: on each thread as
/// much as a lane, at most.
fn afford_sorts<T>(op: &str, len: usize, length: usize) -> Result<()> {
    let at_once = length.saturating_mul(parallel::threads()).min(len);
    afford(op, at_once as u128 * size_of::<T>() as u128)
}

/// Hands over lane after lane of `length` elements, in parallel.
fn for_lanes<T: Send>(lanes: &mut [T], length: usize, lane: impl Fn(&mut [T]) + Sync) {
    if lanes.is_empty() {
        return;
    }
    assert!(length > 0 && lanes.len().is_multiple_of(length), "lanes of {length}");
    let several = (PIECE / length).max(1);
    parallel::for_each_chunk(lanes, several * length, |_, group| {
        group.chunks_mut(length).for_each(&lane);
    });
}

#[cfg(test)]
mod tests;
