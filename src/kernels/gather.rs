//! Copies by position, and questions about stored values: what the structure decides, without arithmetic.

use crate::Result;
use crate::buffer::{Index, Values, ValuesMut, ValuesRef, collected, filled, reserve};
use crate::dtype::{Element, Scalar, Zeros};
use crate::with_dtype;

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
    for (out, &p) in out.iter_mut().zip(positions) {
        *out = if p == I::NONE { missing } else { src[p.get()] };
    }
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

/// The positions of the values that are not the given one, as by [`count_different`], ascending.
///
/// # Panics
/// If the data types differ.
pub fn positions_different(
    values: ValuesRef<'_>,
    value: Scalar,
    zeros: Zeros,
) -> Result<Vec<usize>> {
    let count = count_different(values, value, zeros);
    with_dtype!(values.dtype(), T => {
        let value = value.to::<T>();
        let values = values.as_slice::<T>().expect("its own data type");
        let different = values.iter().enumerate().filter(|&(_, &x)| !zeros.same(x, value));
        collected("positions", count, different.map(|(k, _)| k))
    })
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
