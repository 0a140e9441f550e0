//! Multiply–accumulate on typed numbers: what contractions are made of.
//!
//! Everything is generic over [`Arith`], a semiring for each of the thirteen data types: integers wrap around, and
//! `bool` has "or" for a sum and "and" for a product. Sums run in an order that depends on lengths alone.

mod gemm;
mod rows;

pub use gemm::{gemm, gemm_scratch, gemm_view, gram_half};
pub use rows::{Rows, rows_block, rows_vectors, scatter_rows};

use super::simd::vectorized;
use crate::buffer::Index;
use crate::dtype::{Complex64, Complex128, Element, Number};

/// An element with a sum and a product: a semiring whose zero and one are [`Element::ZERO`] and [`Element::ONE`].
pub trait Arith: Element + gemm::Tile {
    /// The sum.
    fn add(self, other: Self) -> Self;
    /// The product.
    fn mul(self, other: Self) -> Self;
}

impl Arith for bool {
    #[inline]
    fn add(self, other: Self) -> Self {
        self | other
    }
    #[inline]
    fn mul(self, other: Self) -> Self {
        self & other
    }
}

macro_rules! arith {
    ($($T:ty),+) => {$(
        impl Arith for $T {
            #[inline]
            fn add(self, other: Self) -> Self {
                self.plus(other)
            }
            #[inline]
            fn mul(self, other: Self) -> Self {
                self.times(other)
            }
        }
    )+};
}
arith!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, Complex64, Complex128);

/// Sums that run side by side, so that an addition need not wait for the one before.
const LANES: usize = 8;

/// Σ a·b over slices of one length (of two lengths, over the shorter).
///
/// ```
/// use redpoll::kernels::contract::dot;
/// assert_eq!(dot(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), 32.0);
/// assert!(dot(&[true, false], &[true, true]));
/// ```
#[inline(never)]
pub fn dot<T: Arith>(a: &[T], b: &[T]) -> T {
    let len = a.len().min(b.len());
    let (a, b) = (&a[..len], &b[..len]);
    let mut lanes = [T::ZERO; LANES];
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = a_blocks.remainder().iter().zip(b_blocks.remainder());
    for (a, b) in a_blocks.zip(b_blocks) {
        for ((lane, &a), &b) in lanes.iter_mut().zip(a).zip(b) {
            *lane = lane.add(a.mul(b));
        }
    }
    let tail = rest.fold(T::ZERO, |sum, (&a, &b)| sum.add(a.mul(b)));
    total(lanes).add(tail)
}

/// Adds `alpha`·x to y, over slices of one length (of two lengths, over the shorter).
#[inline(never)]
pub fn axpy<T: Arith>(alpha: T, x: &[T], y: &mut [T]) {
    vectorized(
        #[inline(always)]
        || {
            for (y, &x) in y.iter_mut().zip(x) {
                *y = y.add(alpha.mul(x));
            }
        },
    );
}

/// Adds `alpha`·x\[k\] to y\[`indices`\[k\]\].
///
/// # Panics
/// If an index is outside `y`.
#[inline(never)]
pub fn scatter_axpy<T: Arith, I: Index>(alpha: T, indices: &[I], x: &[T], y: &mut [T]) {
    vectorized(
        #[inline(always)]
        || {
            let last = indices.iter().fold(I::default(), |last, &i| last.max(i));
            assert!(indices.is_empty() || last.get() < y.len(), "indices within the sums");
            for (&i, &x) in indices.iter().zip(x) {
                // SAFETY: the greatest index was checked above.
                let y = unsafe { y.get_unchecked_mut(i.get()) };
                *y = y.add(alpha.mul(x));
            }
        },
    );
}

/// Σ x\[k\]·dense\[`indices`\[k\]\].
///
/// # Panics
/// If an index is outside `dense`.
#[inline(never)]
pub fn gather_dot<T: Arith, I: Index>(indices: &[I], x: &[T], dense: &[T]) -> T {
    const LANES: usize = 4;
    let len = indices.len().min(x.len());
    let (indices, x) = (&indices[..len], &x[..len]);
    let mut lanes = [T::ZERO; LANES];
    let (i_blocks, x_blocks) = (indices.chunks_exact(LANES), x.chunks_exact(LANES));
    let rest = i_blocks.remainder().iter().zip(x_blocks.remainder());
    for (i, x) in i_blocks.zip(x_blocks) {
        for ((lane, &i), &x) in lanes.iter_mut().zip(i).zip(x) {
            *lane = lane.add(x.mul(dense[i.get()]));
        }
    }
    let tail = rest.fold(T::ZERO, |sum, (&i, &x)| sum.add(x.mul(dense[i.get()])));
    total(lanes).add(tail)
}

/// The sum of lanes, halves added to halves.
fn total<T: Arith, const N: usize>(mut lanes: [T; N]) -> T {
    let mut half = N / 2;
    while half > 0 {
        for k in 0..half {
            lanes[k] = lanes[k].add(lanes[k + half]);
        }
        half /= 2;
    }
    lanes[0]
}

#[cfg(test)]
mod tests;
