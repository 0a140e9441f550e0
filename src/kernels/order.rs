//! Sorting, and searching in what is sorted.
//!
//! Elements are compared by *keys*: unsigned integers in the order of the elements, one width for each width of
//! element. The key of −0 is that of 0, and that of a NaN (or of a complex number with a NaN part) the greatest. So
//! what works on positions is compiled for five types of keys, not for thirteen of elements.
//!
//! All sorting is stable, so that its result is the same however the work is divided.

mod radix;

use radix::sort_by_key;

use super::{PIECE, for_pieces, for_segments};
use crate::Result;
use crate::buffer::{Index, Indices, Values, ValuesMut, ValuesRef, afford, filled, listed};
use crate::dtype::{Complex64, Complex128, Element, Scalar, Zeros};
use crate::parallel;
use crate::with_dtype;
use num_traits::{PrimInt, Unsigned};
use std::cmp::Ordering;

/// An element with a place among all of its type.
trait Ordered: Element {
    type Key: PrimInt + Unsigned + Send + Sync;
    fn key(self) -> Self::Key;
}

macro_rules! unsigned {
    ($($T:ty),+) => {$(
        impl Ordered for $T {
            type Key = Self;
            #[inline]
            fn key(self) -> Self {
                self
            }
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

/// Of each element its key and its position among all.
fn placed<T: Ordered>(values: ValuesRef<'_>) -> Result<Vec<(T::Key, u64)>> {
    let values = values.as_slice::<T>().expect("its own data type");
    let mut placed = filled("sort", (T::ZERO.key(), 0), values.len())?;
    for_pieces(&mut placed, |start, out| {
        for (k, (out, x)) in out.iter_mut().zip(&values[start..]).enumerate() {
            *out = (x.key(), (start + k) as u64);
        }
    });
    Ok(placed)
}

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
        for_lanes(values, length, |lane| sort_by_key(lane, |x| directed(x.key(), descending)));
    });
    Ok(())
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
        let mut placed = placed::<T>(values)?;
        afford_sorts::<(<T as Ordered>::Key, u64)>("argsort", placed.len(), length)?;
        for_lanes(&mut placed, length, |lane| sort_by_key(lane, |p| directed(p.0, descending)));
        let mut positions = filled("argsort", 0, placed.len())?;
        for_pieces(&mut positions, |start, out| {
            for (out, place) in out.iter_mut().zip(&placed[start..]) {
                *out = (place.1 % length as u64) as i64;
            }
        });
        Ok(positions)
    })
}

/// Sorts fibers of which not all elements are stored: fiber f stores the values from `ptr[f]` to `ptr[f + 1]`, at the
/// ascending indices `index`; its other elements, up to `length`, are the fill.
///
/// Gives for each value of the sorted fibers, in the order of their indices, where it comes from and its index. What
/// equals the fill without being the same (−0 beside 0) keeps its place among the elements that are not stored.
///
/// # Panics
/// If `ptr` does not end with the values, or there are not as many indices.
///
/// ```
/// use redpoll::{buffer::Values, kernels::order::sort_fibers};
/// // The fiber [0, 7, -0, -3, 0] over a fill of 0.
/// let values = Values::from(vec![7.0, -0.0, -3.0]);
/// let index = vec![1_u32, 2, 3].into();
/// let (source, index) = sort_fibers(&[0_u32, 3], &index, values.view(), 0.0.into(), 5, false)?;
/// assert_eq!((source, index), (vec![2, 1, 0], vec![0, 2, 4])); // [-3, 0, -0, 0, 7]
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn sort_fibers<I: Index>(
    ptr: &[I],
    index: &Indices,
    values: ValuesRef<'_>,
    fill: Scalar,
    length: usize,
    descending: bool,
) -> Result<(Vec<u64>, Vec<u64>)> {
    assert_eq!(index.len(), values.len(), "indices and values");
    with_dtype!(values.dtype(), T => {
        let fill = directed(fill.to::<T>().key(), descending);
        let mut placed = placed::<T>(values)?;
        let longest = ptr.windows(2).map(|w| w[1].get() - w[0].get()).max().unwrap_or(0);
        afford_sorts::<(<T as Ordered>::Key, u64)>("sort", placed.len(), longest)?;
        let mut sorted = filled("sort", 0, placed.len())?;
        for_segments(&mut placed, ptr, |_, fiber| {
            sort_by_key(fiber, |p| directed(p.0, descending));
        });
        for_segments(&mut sorted, ptr, |f, sorted| {
            let fiber = &placed[ptr[f].get()..ptr[f + 1].get()];
            let before = |o: Ordering| {
                fiber.partition_point(|p| directed(p.0, descending).cmp(&fill) < o)
            };
            let (first, after) = (before(Ordering::Equal), before(Ordering::Greater));
            for (k, (place, sorted)) in fiber.iter().zip(sorted).enumerate() {
                *sorted = if k < first {
                    k
                } else if k < after {
                    // As many as the elements before it in the fiber that equal the fill, stored or not.
                    let stored = place.1 as usize - ptr[f].get();
                    first + index.get(place.1 as usize) - (stored - (k - first))
                } else {
                    length - (fiber.len() - k)
                } as u64;
            }
        });
        Ok((listed("sort", placed.iter().map(|place| place.1))?, sorted))
    })
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
        super::for_pieces(&mut places, |start, places| {
            for (place, x) in places.iter_mut().zip(&elements[start..]) {
                let key = x.key();
                let before = |s: &T| if right { s.key() <= key } else { s.key() < key };
                *place = sorted.partition_point(before) as i64;
            }
        });
    });
    Ok(places)
}

/// The positions of the values that are not zero, ascending.
pub fn nonzero(values: &Values) -> Result<Vec<usize>> {
    let truth = super::cast::cast(values, crate::dtype::DType::Bool)?;
    super::gather::positions_different(truth.view(), Scalar::Bool(false), Zeros::Two)
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
