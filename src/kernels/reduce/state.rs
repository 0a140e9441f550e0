//! The states: what a reduction remembers of the elements of one cell.

use crate::dtype::{Complex128, Element, Number, Real};

/// What a cell remembers of its elements, which are of one of the wide types.
pub(super) trait State: Copy + Send + Sync {
    /// The type of the elements.
    type Item: Element;
    /// The state of no elements.
    const EMPTY: Self;
    /// One element more.
    fn push(&mut self, x: Self::Item);
    /// `count` > 0 equal elements more.
    fn push_times(&mut self, x: Self::Item, count: u64);
    /// Some elements more, in no particular order.
    fn push_slice(&mut self, xs: &[Self::Item]) {
        for &x in xs {
            self.push(x);
        }
    }
    /// The elements of another state, after these.
    fn merge(&mut self, other: &Self);
}

/// Accumulators that run side by side in a slice, so that an operation need not wait for the one before.
const LANES: usize = 8;

/// Feeds a slice to several states in turn and merges them in a fixed order.
#[inline]
fn push_lanes<S: State>(state: &mut S, xs: &[S::Item]) {
    let blocks = xs.chunks_exact(LANES);
    let rest = blocks.remainder();
    if xs.len() >= 2 * LANES {
        let mut lanes = [S::EMPTY; LANES];
        for block in blocks {
            for (lane, &x) in lanes.iter_mut().zip(block) {
                lane.push(x);
            }
        }
        lanes.iter().for_each(|lane| state.merge(lane));
        rest.iter().for_each(|&x| state.push(x));
    } else {
        xs.iter().for_each(|&x| state.push(x));
    }
}

/// A sum in the ring of integers modulo 2⁶⁴, of which every narrower integer type is an image.
#[derive(Debug, Clone, Copy)]
pub(super) struct WrappingSum(pub(super) i64);

impl State for WrappingSum {
    type Item = i64;
    const EMPTY: Self = Self(0);

    #[inline]
    fn push(&mut self, x: i64) {
        self.0 = self.0.wrapping_add(x);
    }
    fn push_times(&mut self, x: i64, count: u64) {
        self.push(x.wrapping_mul(count as i64));
    }
    fn merge(&mut self, other: &Self) {
        self.push(other.0);
    }
}

/// A sum of floats with the sum of its rounding errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct RealSum {
    sum: f64,
    error: f64,
}

impl RealSum {
    /// The sum. Where it is infinite or NaN, so is it without the errors, which then say nothing.
    #[inline]
    pub(super) fn value(&self) -> f64 {
        let corrected = self.sum + self.error;
        if self.error.is_finite() { corrected } else { self.sum }
    }
}

impl State for RealSum {
    type Item = f64;
    const EMPTY: Self = Self { sum: 0.0, error: 0.0 };

    /// Knuth's two-sum: no branch on which of both is larger.
    #[inline]
    fn push(&mut self, x: f64) {
        let sum = self.sum + x;
        let part = sum - self.sum;
        self.error += (self.sum - (sum - part)) + (x - part);
        self.sum = sum;
    }
    fn push_times(&mut self, x: f64, count: u64) {
        let count = count as f64;
        let product = x * count;
        self.push(product);
        if product.is_finite() {
            self.error += x.mul_add(count, -product);
        }
    }
    #[inline]
    fn push_slice(&mut self, xs: &[f64]) {
        push_lanes(self, xs);
    }
    fn merge(&mut self, other: &Self) {
        self.push(other.sum);
        self.error += other.error;
    }
}

/// A sum of complex numbers, part by part.
#[derive(Debug, Clone, Copy)]
pub(super) struct ComplexSum {
    re: RealSum,
    im: RealSum,
}

impl ComplexSum {
    pub(super) fn value(&self) -> Complex128 {
        Complex128::new(self.re.value(), self.im.value())
    }
}

impl State for ComplexSum {
    type Item = Complex128;
    const EMPTY: Self = Self { re: RealSum::EMPTY, im: RealSum::EMPTY };

    #[inline]
    fn push(&mut self, x: Complex128) {
        self.re.push(x.re);
        self.im.push(x.im);
    }
    fn push_times(&mut self, x: Complex128, count: u64) {
        self.re.push_times(x.re, count);
        self.im.push_times(x.im, count);
    }
    #[inline]
    fn push_slice(&mut self, xs: &[Complex128]) {
        push_lanes(self, xs);
    }
    fn merge(&mut self, other: &Self) {
        self.re.merge(&other.re);
        self.im.merge(&other.im);
    }
}

/// A product; of integers modulo 2⁶⁴.
#[derive(Debug, Clone, Copy)]
pub(super) struct Product<T>(pub(super) T);

impl<T: Number> State for Product<T> {
    type Item = T;
    const EMPTY: Self = Self(T::ONE);

    #[inline]
    fn push(&mut self, x: T) {
        self.0 = self.0.times(x);
    }
    fn push_times(&mut self, x: T, mut count: u64) {
        let mut base = x;
        while count > 0 {
            if count & 1 == 1 {
                self.push(base);
            }
            base = base.times(base);
            count >>= 1;
        }
    }
    #[inline]
    fn push_slice(&mut self, xs: &[T]) {
        push_lanes(self, xs);
    }
    fn merge(&mut self, other: &Self) {
        self.push(other.0);
    }
}

/// A product of floats that is 0 if one of them is and all are finite, whatever the others come to on the way: in which
/// order they come is not for the caller to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct FloatProduct<T> {
    product: Product<T>,
    has_zero: bool,
    is_finite: bool,
}

/// Whether a number is neither infinite nor NaN.
#[inline]
fn is_finite<T: Number>(x: T) -> bool {
    x.minus(x).is_zero()
}

impl<T: Number> FloatProduct<T> {
    pub(super) fn value(&self) -> T {
        let Product(product) = self.product;
        let overflowed = self.is_finite && !is_finite(product);
        if self.has_zero && overflowed { T::ZERO } else { product }
    }
}

impl<T: Number> State for FloatProduct<T> {
    type Item = T;
    const EMPTY: Self = Self { product: Product::EMPTY, has_zero: false, is_finite: true };

    #[inline]
    fn push(&mut self, x: T) {
        self.product.push(x);
        self.has_zero |= x.is_zero();
        self.is_finite &= is_finite(x);
    }
    fn push_times(&mut self, x: T, count: u64) {
        self.product.push_times(x, count);
        self.has_zero |= x.is_zero();
        self.is_finite &= is_finite(x);
    }
    #[inline]
    fn push_slice(&mut self, xs: &[T]) {
        self.product.push_slice(xs);
        self.has_zero |= xs.iter().any(|x| x.is_zero());
        self.is_finite &= xs.iter().all(|&x| is_finite(x));
    }
    fn merge(&mut self, other: &Self) {
        self.product.merge(&other.product);
        self.has_zero |= other.has_zero;
        self.is_finite &= other.is_finite;
    }
}

/// A real number with ends of its range.
pub(super) trait Bounded: Real {
    const LOWEST: Self;
    const HIGHEST: Self;
}
impl Bounded for i64 {
    const LOWEST: Self = i64::MIN;
    const HIGHEST: Self = i64::MAX;
}
impl Bounded for u64 {
    const LOWEST: Self = u64::MIN;
    const HIGHEST: Self = u64::MAX;
}
impl Bounded for f64 {
    const LOWEST: Self = f64::NEG_INFINITY;
    const HIGHEST: Self = f64::INFINITY;
}

/// The least element, or the greatest (`MAX`); a NaN if there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extreme<T, const MAX: bool>(pub(super) T);

impl<T: Bounded, const MAX: bool> State for Extreme<T, MAX> {
    type Item = T;
    const EMPTY: Self = Self(if MAX { T::LOWEST } else { T::HIGHEST });

    #[inline]
    fn push(&mut self, x: T) {
        let further = if MAX { x > self.0 } else { x < self.0 };
        if further | x.is_nan_value() {
            self.0 = x;
        }
    }
    fn push_times(&mut self, x: T, _: u64) {
        self.push(x);
    }
    #[inline]
    fn push_slice(&mut self, xs: &[T]) {
        push_lanes(self, xs);
    }
    fn merge(&mut self, other: &Self) {
        self.push(other.0);
    }
}

/// A sum and the number of its elements.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted<S> {
    pub(super) sum: S,
    pub(super) count: u64,
}

impl<S: State> State for Counted<S> {
    type Item = S::Item;
    const EMPTY: Self = Self { sum: S::EMPTY, count: 0 };

    #[inline]
    fn push(&mut self, x: S::Item) {
        self.sum.push(x);
        self.count += 1;
    }
    fn push_times(&mut self, x: S::Item, count: u64) {
        self.sum.push_times(x, count);
        self.count += count;
    }
    #[inline]
    fn push_slice(&mut self, xs: &[S::Item]) {
        self.sum.push_slice(xs);
        self.count += xs.len() as u64;
    }
    fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.count += other.count;
    }
}

/// The number of elements, their sum, and the sum of their squared distances from the mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    count: u64,
    sum: RealSum,
    squares: f64,
}

impl Moments {
    pub(super) fn mean(&self) -> f64 {
        self.sum.value() / self.count as f64
    }

    /// The mean and what its rounding left, without which a variance far from zero would lose its digits.
    #[inline]
    fn precise_mean(&self) -> (f64, f64) {
        let (n, mean) = (self.count as f64, self.mean());
        let rest = ((-mean).mul_add(n, self.sum.sum) + self.sum.error) / n;
        (mean, if rest.is_finite() { rest } else { 0.0 })
    }

    /// The squares over count − correction, or over 0 where that is negative: NaN, or an infinity. NaN where the
    /// mean is not finite.
    pub(super) fn variance(&self, correction: f64) -> f64 {
        if !self.mean().is_finite() {
            return f64::NAN;
        }
        self.squares / (self.count as f64 - correction).max(0.0)
    }
}

impl State for Moments {
    type Item = f64;
    const EMPTY: Self = Self { count: 0, sum: RealSum::EMPTY, squares: 0.0 };

    #[inline]
    fn push(&mut self, x: f64) {
        if self.count > 0 {
            let n = self.count as f64;
            let (mean, rest) = self.precise_mean();
            let distance = (x - mean) - rest;
            self.squares += distance * distance * (n / (n + 1.0));
        }
        self.sum.push(x);
        self.count += 1;
    }
    fn push_times(&mut self, x: f64, count: u64) {
        let mut same = Self { count, ..Self::EMPTY };
        same.sum.push_times(x, count);
        self.merge(&same);
    }
    /// Two passes: the mean first. The blocks that arrive here are in the cache.
    fn push_slice(&mut self, xs: &[f64]) {
        if xs.len() < LANES {
            return xs.iter().for_each(|&x| self.push(x));
        }
        let mut part = Self { count: xs.len() as u64, ..Self::EMPTY };
        part.sum.push_slice(xs);
        let (mean, rest) = part.precise_mean();
        let mut lanes = [0.0; LANES];
        for block in xs.chunks(LANES) {
            for (lane, &x) in lanes.iter_mut().zip(block) {
                let distance = (x - mean) - rest;
                *lane += distance * distance;
            }
        }
        part.squares = lanes.iter().sum();
        self.merge(&part);
    }
    fn merge(&mut self, other: &Self) {
        if self.count == 0 || other.count == 0 {
            if self.count == 0 {
                *self = *other;
            }
            return;
        }
        let (n, m) = (self.count as f64, other.count as f64);
        let ((a, a_rest), (b, b_rest)) = (self.precise_mean(), other.precise_mean());
        let distance = (b - a) + (b_rest - a_rest);
        self.squares += other.squares + distance * distance * (n * (m / (n + m)));
        self.sum.merge(&other.sum);
        self.count += other.count;
    }
}

/// How many elements are not zero, and how many are. There may be more than can be counted: some of the fill, or of runs,
/// that make no difference to `any` and `all`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truth {
    pub(super) nonzero: u64,
    pub(super) zero: u64,
}

impl State for Truth {
    type Item = bool;
    const EMPTY: Self = Self { nonzero: 0, zero: 0 };

    #[inline]
    fn push(&mut self, x: bool) {
        self.push_times(x, 1);
    }
    #[inline]
    fn push_times(&mut self, x: bool, count: u64) {
        let counted = if x { &mut self.nonzero } else { &mut self.zero };
        *counted = counted.saturating_add(count);
    }
    fn push_slice(&mut self, xs: &[bool]) {
        let nonzero = xs.iter().map(|&x| u64::from(x)).sum();
        self.merge(&Self { nonzero, zero: xs.len() as u64 - nonzero });
    }
    fn merge(&mut self, other: &Self) {
        self.nonzero = self.nonzero.saturating_add(other.nonzero);
        self.zero = self.zero.saturating_add(other.zero);
    }
}
