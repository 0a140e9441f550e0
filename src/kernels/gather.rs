//! Copies by position, and questions about stored values: what the structure decides, without arithmetic.

use super::simd::vectorized;
use crate::Result;
use crate::buffer::{Index, Values, ValuesMut, ValuesRef, filled, reserve};
use crate::dtype::{Element, Real, Scalar, Zeros};
use crate::parallel;
use crate::with_dtype;
use std::hint::select_unpredictable;

/// The value at each position, and `missing` where the position is [`Index::NONE`].
///
/// # Panics
/// If a position is outside `src`.
///
/// ```
/// use redpoll::{buffer::{Index, Values}, kernels::gather::gather};
/// let values = Values::from(vec![10, 20, 30_i64]);
/// let picked = gather(values.view(), &[2, u32::NONE, 0, 2], (-1_i64).into())?;
/// assert_eq!(picked, Values::from(vec![30, -1, 10, 30_i64]));
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn gather<I: Index>(src: ValuesRef<'_>, positions: &[I], missing: Scalar) -> Result<Values> {
    Ok(with_dtype!(src.dtype(), T => {
        let src = src.as_slice::<T>().expect("its own data type");
        gather_slice(src, positions, missing.to())?.into()
    }))
}

/// As [`gather`], of elements or indices whose type is known.
///
/// # Panics
/// If a position is outside `src`.
pub fn gather_slice<T: Copy + Send + Sync, I: Index>(
    src: &[T],
    positions: &[I],
    missing: T,
) -> Result<Vec<T>> {
    let mut out = filled("gather", missing, positions.len())?;
    super::for_pieces(&mut out, |start, out| {
        pick(src, &positions[start..start + out.len()], missing, out);
    });
    Ok(out)
}

/// As [`gather`], into `out`.
///
/// # Panics
/// If a position is outside `src`, or the lengths of `positions` and `out` or the data types of `src` and `out`
/// differ.
pub fn gather_into<I: Index>(
    src: ValuesRef<'_>,
    positions: &[I],
    missing: Scalar,
    out: ValuesMut<'_>,
) {
    assert_eq!(positions.len(), out.len(), "gather: lengths of positions and result");
    with_dtype!(src.dtype(), T => {
        let src = src.as_slice::<T>().expect("its own data type");
        let out = T::slice_mut(out).expect("gather: source and result of one data type");
        pick(src, positions, missing.to(), out);
    });
}

#[inline(never)]
fn pick<T: Copy, I: Index>(src: &[T], positions: &[I], missing: T, out: &mut [T]) {
    let Some(last) = src.len().checked_sub(1) else {
        assert!(positions.iter().all(|&p| p == I::NONE), "gather: a position outside the source");
        return out.fill(missing);
    };
    // Nobody can predict which positions are there: each is read, be it at the end, and then chosen.
    let is_outside = vectorized(
        #[inline(always)]
        || {
            let mut is_outside = false;
            for (out, &p) in out.iter_mut().zip(positions) {
                let (there, at) = (p != I::NONE, p.get());
                is_outside |= there & (at > last);
                *out = select_unpredictable(there, src[at.min(last)], missing);
            }
            is_outside
        },
    );
    assert!(!is_outside, "gather: a position outside the source");
}

/// Writes value k of `src` to `out[positions[k]]`; of several at one position the last remains. Values at
/// [`Index::NONE`] are dropped.
///
/// # Panics
/// If a position is outside `out`, or the lengths of `positions` and `src` or the data types of `src` and `out`
/// differ.
pub fn scatter_into<I: Index>(src: ValuesRef<'_>, positions: &[I], out: ValuesMut<'_>) {
    assert_eq!(positions.len(), src.len(), "scatter: lengths of positions and source");
    with_dtype!(src.dtype(), T => {
        let src = src.as_slice::<T>().expect("its own data type");
        let out = T::slice_mut(out).expect("scatter: source and result of one data type");
        for (&x, &p) in src.iter().zip(positions) {
            if p != I::NONE {
                out[p.get()] = x;
            }
        }
    });
}

/// Copies `src` to `out`.
///
/// # Panics
/// If the lengths or the data types differ.
pub fn copy_into(src: ValuesRef<'_>, out: ValuesMut<'_>) {
    with_dtype!(src.dtype(), T => {
        let src = src.as_slice::<T>().expect("its own data type");
        T::slice_mut(out).expect("copy: source and result of one data type").copy_from_slice(src);
    });
}

/// Sets each element of `out` to a scalar, converted to its data type.
pub fn fill_into(value: Scalar, out: ValuesMut<'_>) {
    with_dtype!(out.dtype(), T => {
        T::slice_mut(out).expect("its own data type").fill(value.to());
    });
}

/// The values of several pieces, one after the other.
///
/// # Panics
/// If there is no piece, or the pieces' data types differ.
pub fn concat(pieces: &[ValuesRef<'_>]) -> Result<Values> {
    let first = pieces.first().expect("concat: at least one piece");
    Ok(with_dtype!(first.dtype(), T => {
        let mut out = reserve("concat", pieces.iter().map(|p| p.len() as u128).sum())?;
        for piece in pieces {
            out.extend_from_slice(piece.as_slice::<T>().expect("concat: pieces of one data type"));
        }
        out.into()
    }))
}

/// Whether no value is infinite or NaN.
pub fn all_finite(values: ValuesRef<'_>) -> bool {
    match values {
        ValuesRef::Float32(s) => s.iter().all(|x| x.is_finite()),
        ValuesRef::Float64(s) => s.iter().all(|x| x.is_finite()),
        ValuesRef::Complex64(s) => s.iter().all(|x| x.is_finite()),
        ValuesRef::Complex128(s) => s.iter().all(|x| x.is_finite()),
        _ => true,
    }
}

/// The least and the greatest of some values, and whether any is NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// The least one but NaN; +∞ of none.
    pub low: f64,
    /// The greatest one but NaN; −∞ of none.
    pub high: f64,
    /// Whether any is NaN.
    pub has_nan: bool,
}

impl Extent {
    /// That of no values.
    pub const NONE: Self = Self { low: f64::INFINITY, high: f64::NEG_INFINITY, has_nan: false };

    /// That of these values and of others.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let has_nan = self.has_nan | other.has_nan;
        Self { low: self.low.min(other.low), high: self.high.max(other.high), has_nan }
    }

    /// Whether none is infinite or NaN.
    pub fn is_finite(&self) -> bool {
        !self.has_nan && self.low > f64::NEG_INFINITY && self.high < f64::INFINITY
    }
}

/// The extent of real values, in parallel, those of `bool` being 0 and 1; `None` of complex ones. Integers beyond 2⁵³ are
/// rounded.
pub fn extent(values: ValuesRef<'_>) -> Option<Extent> {
    let starts: Vec<usize> = (0..values.len()).step_by(SCANNED).collect();
    let parts = parallel::map(starts, |start| {
        let part = super::slice(values, start..values.len().min(start + SCANNED));
        with_dtype!(part.dtype(), [real] T => {
            let part = part.as_slice::<T>().expect("its own data type");
            let (low, high, has_nan) = ends(part);
            let wide = |x: T| x.scalar().to::<f64>();
            Some(Extent { low: wide(low), high: wide(high), has_nan })
        }, else {
            let part = part.as_slice::<bool>()?;
            let all = |value: bool| part.iter().all(|&b| b == value);
            Some(Extent { low: f64::from(u8::from(all(true))), high: f64::from(u8::from(!all(false))), has_nan: false })
        })
    });
    parts.into_iter().try_fold(Extent::NONE, |all, part| Some(all.and(part?)))
}

/// Values of one parallel piece of what asks questions about them.
const SCANNED: usize = 1 << 16;

/// The least and the greatest number of a slice that is not empty, and whether there is a NaN.
#[inline(never)]
fn ends<T: Real>(values: &[T]) -> (T, T, bool) {
    const LANES: usize = 16;
    vectorized(
        #[inline(always)]
        || {
            let (mut low, mut high) = ([T::max_value(); LANES], [T::min_value(); LANES]);
            let mut nan = [false; LANES];
            let (blocks, rest) = values.as_chunks::<LANES>();
            for block in blocks.iter().map(|block| &block[..]).chain([rest]) {
                for (k, &x) in block.iter().enumerate() {
                    low[k] = if x < low[k] { x } else { low[k] };
                    high[k] = if x > high[k] { x } else { high[k] };
                    nan[k] |= x.is_nan_value();
                }
            }
            let least = low.into_iter().fold(low[0], |a, b| if b < a { b } else { a });
            let greatest = high.into_iter().fold(high[0], |a, b| if b > a { b } else { a });
            (least, greatest, nan.contains(&true))
        },
    )
}

/// How many values are not the [same](Zeros::same) as the given one: a NaN does not differ from a NaN.
///
/// # Panics
/// If the data types differ.
pub fn count_different(values: ValuesRef<'_>, value: Scalar, zeros: Zeros) -> usize {
    assert_eq!(values.dtype(), value.dtype(), "count_different: data types");
    with_dtype!(values.dtype(), T => {
        let value = value.to::<T>();
        let values = values.as_slice::<T>().expect("its own data type");
        values.iter().filter(|&&x| !zeros.same(x, value)).count()
    })
}

/// The positions of the values that are not the given one, as by [`count_different`], ascending. In parallel.
///
/// # Panics
/// If the data types differ.
pub fn positions_different(
    values: ValuesRef<'_>,
    value: Scalar,
    zeros: Zeros,
) -> Result<Vec<usize>> {
    let pieces: Vec<_> = (0..values.len())
        .step_by(SCANNED)
        .map(|start| (start, super::slice(values, start..values.len().min(start + SCANNED))))
        .collect();
    let count = |&(_, piece): &(usize, ValuesRef<'_>)| count_different(piece, value, zeros);
    let counts = parallel::map(&pieces, count);
    let mut positions = filled("positions", 0, counts.iter().sum())?;
    let own = parallel::cut(&mut positions, counts.into_iter());
    parallel::for_each(pieces.into_iter().zip(own), |((start, piece), out)| {
        with_dtype!(piece.dtype(), T => {
            let piece = piece.as_slice::<T>().expect("its own data type");
            write_different(start, piece, value.to(), zeros, out);
        })
    });
    Ok(positions)
}

/// Writes the positions, counted from `start`, of the values that are not the given one.
fn write_different<T: Element>(
    start: usize,
    values: &[T],
    value: T,
    zeros: Zeros,
    mut out: &mut [usize],
) {
    // Each position is written and kept if its value differs: a branch would go either way.
    let mut block = [0; super::BLOCK];
    for (k, part) in values.chunks(super::BLOCK).enumerate() {
        let (first, mut found) = (start + k * super::BLOCK, 0);
        for (i, &x) in part.iter().enumerate() {
            block[found] = first + i;
            found += usize::from(!zeros.same(x, value));
        }
        let own = out.split_off_mut(..found).expect("as many as were counted");
        own.copy_from_slice(&block[..found]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::DType;

    #[test]
    fn scatter_undoes_gather_for_every_data_type() {
        for dtype in DType::ALL {
            let ramp = Values::from((0..40_000_i64).collect::<Vec<_>>());
            let values = crate::kernels::cast::cast(&ramp, dtype).unwrap();
            let positions: Vec<u64> = (0..40_000).map(|k| k * 7 % 40_000).collect();
            let moved = gather(values.view(), &positions, Scalar::zero(dtype)).unwrap();
            let mut back = Values::zeros(dtype, values.len());
            scatter_into(moved.view(), &positions, back.make_mut());
            assert_eq!(back, values);
            let mut again = Values::zeros(dtype, values.len());
            gather_into(values.view(), &positions, Scalar::zero(dtype), again.make_mut());
            assert_eq!(again, moved);
        }
    }

    #[test]
    fn what_differs_from_a_value() {
        let values = Values::from(vec![0.0, -0.0, f64::NAN, 1.0]);
        assert_eq!(count_different(values.view(), 0.0_f64.into(), Zeros::Two), 3);
        assert_eq!(count_different(values.view(), 0.0_f64.into(), Zeros::One), 2);
        let different = positions_different(values.view(), (-f64::NAN).into(), Zeros::One);
        assert_eq!(different.unwrap(), [0, 1, 3]);
        assert!(!all_finite(values.view()));
        assert!(all_finite(values.slice(0..2).view()));
    }

    #[test]
    fn missing_positions() {
        let values = Values::from(vec![1_u8, 2]);
        let mut out = Values::full(9_u8.into(), 3);
        scatter_into(values.view(), &[u32::NONE, 2], out.make_mut());
        assert_eq!(out, Values::from(vec![9_u8, 9, 2]));
        let joined = concat(&[values.view(), out.view()]).unwrap();
        assert_eq!(joined, Values::from(vec![1_u8, 2, 9, 9, 2]));
    }
}
