//! Conversions between data types, element by element as by [`Cast`].

use super::simd::vectorized;
use crate::Result;
use crate::buffer::{Values, ValuesMut, ValuesRef, zeroed};
use crate::dtype::{Cast, DType, Element, Scalar};
use crate::with_dtype;

/// Converts each element of `src` to the data type of `out`.
///
/// # Panics
/// If the lengths differ.
pub fn cast_into(src: ValuesRef<'_>, out: ValuesMut<'_>) {
    assert_eq!(src.len(), out.len(), "cast: lengths of source and result");
    with_dtype!(src.dtype(), T => with_dtype!(out.dtype(), U => {
        let src = src.as_slice::<T>().expect("its own data type");
        cast_slice::<T, U>(src, U::slice_mut(out).expect("its own data type"));
    }));
}

/// The values converted to another data type; where it is the same, they share the memory.
///
/// ```
/// use redpoll::{buffer::Values, dtype::DType, kernels::cast::cast};
/// let values = Values::from(vec![1.5, -2.5, 0.0]);
/// assert_eq!(cast(&values, DType::Int8)?, Values::from(vec![1_i8, -2, 0]));
/// assert!(cast(&values, DType::Float64)?.ptr_eq(&values));
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn cast(values: &Values, dtype: DType) -> Result<Values> {
    if values.dtype() == dtype {
        return Ok(values.clone());
    }
    cast_view(values.view(), dtype)
}

/// Borrowed values converted to a data type, which may be their own.
pub fn cast_view(values: ValuesRef<'_>, dtype: DType) -> Result<Values> {
    Ok(with_dtype!(dtype, U => {
        let mut out = zeroed::<U>("astype", values.len())?;
        super::for_pieces(&mut out, |start, out| {
            let part = super::slice(values, start..start + out.len());
            cast_into(part, U::erase_slice_mut(out));
        });
        out.into()
    }))
}

#[inline(never)]
fn cast_slice<T: Copy + Cast<U>, U>(src: &[T], out: &mut [U]) {
    vectorized(
        #[inline(always)]
        || out.iter_mut().zip(src).for_each(|(out, &x)| *out = x.cast()),
    );
}

/// Hands over `values` as elements of type `W`, block by block with the position of each block's first element.
pub(crate) fn for_blocks<W: Element>(values: ValuesRef<'_>, mut block: impl FnMut(usize, &[W])) {
    if let Some(same) = values.as_slice::<W>() {
        for (b, part) in same.chunks(super::BLOCK).enumerate() {
            block(b * super::BLOCK, part);
        }
        return;
    }
    let mut buffer = [W::ZERO; super::BLOCK];
    for start in (0..values.len()).step_by(super::BLOCK) {
        let end = values.len().min(start + super::BLOCK);
        let part = &mut buffer[..end - start];
        cast_into(super::slice(values, start..end), W::erase_slice_mut(part));
        block(start, part);
    }
}

/// Hands over `values` as elements of type `W`, one by one with the position of each.
#[inline(always)]
pub(crate) fn for_elements<W: Element>(values: ValuesRef<'_>, mut each: impl FnMut(usize, W)) {
    match values {
        // Of the type that is converted most often no block is written in between.
        ValuesRef::Float32(values) => {
            values.iter().enumerate().for_each(|(k, &x)| each(k, Scalar::Float32(x).to()));
        }
        values => for_blocks(values, |start, block| {
            (start..).zip(block).for_each(|(k, &x)| each(k, x));
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_agrees_with_the_conversion_of_scalars() {
        let samples = [0.0, 1.0, -1.0, 2.5, -3.5, 300.0, -70000.0, 1e10, f64::NAN, f64::INFINITY];
        for from in DType::ALL {
            let values: Vec<Scalar> = samples.iter().map(|&x| Scalar::from(x).cast(from)).collect();
            let source = with_dtype!(from, T => {
                Values::from(values.iter().map(|v| v.to::<T>()).collect::<Vec<T>>())
            });
            for to in DType::ALL {
                let out = cast(&source, to).unwrap();
                assert_eq!(out.dtype(), to);
                for (k, v) in values.iter().enumerate() {
                    assert_eq!(out.get(k), v.cast(to), "{from} to {to}: {v}");
                }
            }
        }
    }

    #[test]
    fn blocks_cover_the_values_in_order() {
        let values = Values::from((0..2500_i32).collect::<Vec<_>>());
        let mut seen = Vec::new();
        for_blocks::<f64>(values.view(), |start, block| {
            assert_eq!(start, seen.len());
            seen.extend_from_slice(block);
        });
        assert!(seen.iter().copied().eq((0..2500).map(f64::from)));
        for dtype in [DType::Int32, DType::Float32, DType::Float64] {
            let mut seen = Vec::new();
            for_elements::<f64>(cast(&values, dtype).unwrap().view(), |k, x| {
                assert_eq!(k, seen.len());
                seen.push(x);
            });
            assert!(seen.into_iter().eq((0..2500).map(f64::from)));
        }
    }
}
