//! Scans: the states of sums and products after each element.

use super::state::{ComplexSum, Product, RealSum, RunningSum, State, Sum};
use crate::Result;
use crate::buffer::{Index, Values, ValuesMut, ValuesRef, zeroed};
use crate::dtype::{Complex128, DType, Element, Kind};
use crate::kernels::cast::{cast_into, for_blocks};
use crate::kernels::{BLOCK, PIECE, for_segments, slice};
use crate::parallel;
use crate::standard::ScanKind;
use crate::with_dtype;

/// Elements of a part of a long segment.
const PART: usize = 4 * PIECE;

/// The sums or products of the elements of each segment up to each, of type `out`: segment s are the values from
/// `ptr[s]` to `ptr[s + 1]`. In parallel, a long segment too.
///
/// Sums of floats carry their rounding errors along, as those of a reduction do.
///
/// # Panics
/// If `ptr` does not end with the values.
///
/// ```
/// use redpoll::{buffer::Values, dtype::DType, kernels::reduce::scan, standard::ScanKind};
/// let values = Values::from(vec![1_u8, 2, 3, 4]);
/// let sums = scan(ScanKind::Sum, &[0_u32, 3, 4], values.view(), DType::UInt64)?;
/// assert_eq!(sums, Values::from(vec![1_u64, 3, 6, 4]));
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn scan<I: Index>(
    kind: ScanKind,
    ptr: &[I],
    values: ValuesRef<'_>,
    out: DType,
) -> Result<Values> {
    match (kind, out.kind()) {
        (ScanKind::Sum, Kind::Float) => segments::<RealSum, I>(ptr, values, out, RealSum::value),
        (ScanKind::Sum, Kind::Complex) => {
            segments::<ComplexSum, I>(ptr, values, out, ComplexSum::value)
        }
        (ScanKind::Sum, _) => segments::<Sum<i64>, I>(ptr, values, out, |s| s.0),
        (ScanKind::Prod, Kind::Float) => segments::<Product<f64>, I>(ptr, values, out, |s| s.0),
        (ScanKind::Prod, Kind::Complex) => {
            segments::<Product<Complex128>, I>(ptr, values, out, |s| s.0)
        }
        (ScanKind::Prod, _) => segments::<Product<i64>, I>(ptr, values, out, |s| s.0),
    }
}

fn segments<S: State, I: Index>(
    ptr: &[I],
    values: ValuesRef<'_>,
    dtype: DType,
    value: fn(&S) -> S::Item,
) -> Result<Values> {
    Ok(with_dtype!(dtype, T => {
        let mut out = zeroed::<T>("scan", values.len())?;
        for_segments(&mut out, ptr, |s, out| {
            let values = slice(values, ptr[s].get()..ptr[s + 1].get());
            if out.len() <= PART {
                return states(S::EMPTY, values, <T as Element>::erase_slice_mut(out), value);
            }
            let before = before_parts::<S>(values);
            parallel::for_each_chunk(out, PART, |p, out| {
                let values = slice(values, p * PART..p * PART + out.len());
                states(before[p], values, <T as Element>::erase_slice_mut(out), value);
            });
        });
        out.into()
    }))
}

/// The state before each part of a segment.
fn before_parts<S: State>(values: ValuesRef<'_>) -> Vec<S> {
    let parts = parallel::map(0..values.len().div_ceil(PART), |p: usize| {
        let mut state = S::EMPTY;
        let part = slice(values, p * PART..values.len().min((p + 1) * PART));
        for_blocks::<S::Item>(part, |_, block| state.push_slice(block));
        state
    });
    let mut before = S::EMPTY;
    let step = |part: S| {
        let own = before;
        before.merge(&part);
        own
    };
    parts.into_iter().map(step).collect()
}

/// The values of the states that follow on one.
fn states<S: State>(
    mut state: S,
    values: ValuesRef<'_>,
    mut out: ValuesMut<'_>,
    value: fn(&S) -> S::Item,
) {
    let mut reached = [S::Item::ZERO; BLOCK];
    for_blocks::<S::Item>(values, |start, block| {
        for (reached, &x) in reached.iter_mut().zip(block) {
            state.push(x);
            *reached = value(&state);
        }
        let reached = S::Item::erase_slice(&reached[..block.len()]);
        cast_into(reached, crate::kernels::slice_mut(out.reborrow(), start..start + block.len()));
    });
}

#[cfg(test)]
mod tests {
    use super::super::Accumulators;
    use super::*;
    use crate::dtype::Scalar;
    use crate::kernels::cast::cast;

    /// Every element of a scan is the reduction of those up to it.
    #[test]
    fn ends_are_reductions() {
        let numbers: Vec<i64> = (0..40).map(|k| k * 7 % 11 - 4).collect();
        let ptr = [0_u64, 0, 1, 17, 17, 40];
        for dtype in DType::ALL {
            let values = cast(&numbers.clone().into(), dtype).unwrap();
            for kind in [ScanKind::Sum, ScanKind::Prod] {
                let out = kind.reduction().result_dtype(dtype).unwrap();
                let scanned = scan(kind, &ptr, values.view(), out).unwrap();
                for s in 0..ptr.len() - 1 {
                    let (start, end) = (ptr[s] as usize, ptr[s + 1] as usize);
                    for k in start..end {
                        let fill = Scalar::zero(dtype);
                        let one = Accumulators::new(kind.reduction(), dtype, out, 1, fill).unwrap();
                        let found = one.reduce((k + 1 - start) as u64, |one| {
                            let cells = vec![0_u32; k + 1 - start];
                            one.push_scatter(&cells, slice(values.view(), start..k + 1))
                        });
                        assert_eq!(scanned.get(k), found.unwrap()[0].get(0), "{kind:?} of {dtype}");
                    }
                }
            }
        }
    }

    /// A long segment is cut into parts: integers come to the very same.
    #[test]
    fn long_segments() {
        let numbers: Vec<i64> = (0..3 * PART as i64 + 5).map(|k| k * k % 1009 - 500).collect();
        let sums = scan(
            ScanKind::Sum,
            &[0, numbers.len() as u64],
            i64::erase_slice(&numbers),
            DType::Int64,
        )
        .unwrap();
        let mut sum = 0;
        for (k, x) in numbers.iter().enumerate() {
            sum += x;
            assert_eq!(sums.get(k), Scalar::Int64(sum));
        }
        let floats: Vec<f64> = numbers.iter().map(|&x| x as f64).collect();
        let sums = scan(
            ScanKind::Sum,
            &[0, floats.len() as u64],
            f64::erase_slice(&floats),
            DType::Float64,
        )
        .unwrap();
        assert_eq!(sums.get(floats.len() - 1), Scalar::Float64(sum as f64));
    }
}
