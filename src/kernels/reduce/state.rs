//! The states: what a reduction remembers of the elements of one cell.

use crate::dtype::{Complex128, Element, Number, Real};

/// What a cell remembers of its elements, which are of one of the wide types.
pub(super) trait State: Copy + Send + Sync {
    /// The type of the elements.
    type Item: Element;
    /// The state of no elements.
    const EMPTY: Self;
    /// A state of no elements that can be merged into this one.
    #[inline(always)]
    fn fresh(&self) -> Self {
        Self::EMPTY
    }
    /// One element more.
    fn push(&mut self, x: Self::Item);
    /// `count` > 0 equal elements more.
    fn push_times(&mut self, x: Self::Item, count: u64);
    /// Some elements more, in no particular order.
    #[inline(always)]
    fn push_slice(&mut self, xs: &[Self::Item]) {
        let blocks = xs.chunks_exact(LANES);
        let rest = blocks.remainder();
        if xs.len() >= 2 * LANES {
            let mut lanes = [self.fresh(); LANES];
            for block in blocks {
                for (lane, &x) in lanes.iter_mut().zip(block) {
                    lane.push(x);
                }
            }
            lanes.iter().for_each(|lane| self.merge(lane));
            rest.iter().for_each(|&x| self.push(x));
        } else {
            xs.iter().for_each(|&x| self.push(x));
        }
    }
    /// The elements of another state, after these.
    fn merge(&mut self, other: &Self);
    /// Whether elements equal to `x`, however many, change nothing.
    fn ignores(&self, x: Self::Item) -> bool;
}

/// Accumulators that run side by side in a slice, so that an operation need not wait for the one before.
const LANES: usize = 16;

/// A sum of real numbers in `f64`.
pub(super) trait RunningSum: State<Item = f64> {
    fn value(&self) -> f64;
    /// The elements less `centre`.
    fn push_shifted(&mut self, xs: &[f64], centre: f64);
}

/// A plain sum: of integers modulo 2⁶⁴, of which every narrower integer type is an image; or of floats that are so much
/// narrower than `f64` that rounding errors do not show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sum<T>(pub(super) T);

impl<T: Repeated> State for Sum<T> {
    type Item = T;
    const EMPTY: Self = Self(T::ZERO);

    #[inline(always)]
    fn push(&mut self, x: T) {
        self.0 = self.0.plus(x);
    }
    fn push_times(&mut self, x: T, count: u64) {
        self.push(x.repeated(count));
    }
    #[inline(always)]
    fn merge(&mut self, other: &Self) {
        self.push(other.0);
    }
    fn ignores(&self, x: T) -> bool {
        x.is_zero()
    }
}

impl RunningSum for Sum<f64> {
    #[inline(always)]
    fn value(&self) -> f64 {
        self.0
    }
    #[inline(always)]
    fn push_shifted(&mut self, xs: &[f64], centre: f64) {
        let blocks = xs.chunks_exact(LANES);
        let rest = blocks.remainder();
        let mut lanes = [0.0; LANES];
        for block in blocks {
            for (lane, &x) in lanes.iter_mut().zip(block) {
                *lane += x - centre;
            }
        }
        self.0 += lanes.iter().sum::<f64>();
        rest.iter().for_each(|&x| self.0 += x - centre);
    }
}

/// A number that can be added to itself.
pub(super) trait Repeated: Number {
    fn repeated(self, count: u64) -> Self;
}
impl Repeated for i64 {
    fn repeated(self, count: u64) -> Self {
        self.wrapping_mul(count as i64)
    }
}
impl Repeated for f64 {
    fn repeated(self, count: u64) -> Self {
        self * count as f64
    }
}

/// A sum of floats with the sum of its rounding errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct RealSum {
    sum: f64,
    error: f64,
}

impl State for RealSum {
    type Item = f64;
    const EMPTY: Self = Self { sum: 0.0, error: 0.0 };

    /// Knuth's two-sum: no branch on which of both is larger.
    #[inline(always)]
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
    #[inline(always)]
    fn push_slice(&mut self, xs: &[f64]) {
        self.push_shifted(xs, 0.0);
    }
    #[inline(always)]
    fn merge(&mut self, other: &Self) {
        self.push(other.sum);
        self.error += other.error;
    }
    fn ignores(&self, x: f64) -> bool {
        x == 0.0
    }
}

impl RunningSum for RealSum {
    /// The sum. Where it is infinite or NaN, so is it without the errors, which then say nothing.
    #[inline(always)]
    fn value(&self) -> f64 {
        let corrected = self.sum + self.error;
        if self.error.is_finite() { corrected } else { self.sum }
    }
    /// In lanes of which sums and errors are arrays of their own, for the compiler to make vectors of.
    #[inline(always)]
    fn push_shifted(&mut self, xs: &[f64], centre: f64) {
        let blocks = xs.chunks_exact(LANES);
        let rest = blocks.remainder();
        if xs.len() >= 2 * LANES {
            let (mut sums, mut errors) = ([0.0; LANES], [0.0; LANES]);
            for block in blocks {
                for ((sum, error), &x) in sums.iter_mut().zip(&mut errors).zip(block) {
                    let mut lane = Self { sum: *sum, error: *error };
                    lane.push(x - centre);
                    (*sum, *error) = (lane.sum, lane.error);
                }
            }
            for (&sum, &error) in sums.iter().zip(&errors) {
                self.merge(&Self { sum, error });
            }
            rest.iter().for_each(|&x| self.push(x - centre));
        } else {
            xs.iter().for_each(|&x| self.push(x - centre));
        }
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

    #[inline(always)]
    fn push(&mut self, x: Complex128) {
        self.re.push(x.re);
        self.im.push(x.im);
    }
    fn push_times(&mut self, x: Complex128, count: u64) {
        self.re.push_times(x.re, count);
        self.im.push_times(x.im, count);
    }
    #[inline(always)]
    fn merge(&mut self, other: &Self) {
        self.re.merge(&other.re);
        self.im.merge(&other.im);
    }
    fn ignores(&self, x: Complex128) -> bool {
        x == Complex128::ZERO
    }
}

/// A product; of integers modulo 2⁶⁴.
#[derive(Debug, Clone, Copy)]
pub(super) struct Product<T>(pub(super) T);

impl<T: Number> State for Product<T> {
    type Item = T;
    const EMPTY: Self = Self(T::ONE);

    #[inline(always)]
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
    #[inline(always)]
    fn merge(&mut self, other: &Self) {
        self.push(other.0);
    }
    fn ignores(&self, x: T) -> bool {
        x == T::ONE
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
#[inline(always)]
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

    #[inline(always)]
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
    #[inline(always)]
    fn push_slice(&mut self, xs: &[T]) {
        self.product.push_slice(xs);
        self.has_zero |= xs.iter().any(|x| x.is_zero());
        self.is_finite &= xs.iter().all(|&x| is_finite(x));
    }
    #[inline(always)]
    fn merge(&mut self, other: &Self) {
        self.product.merge(&other.product);
        self.has_zero |= other.has_zero;
        self.is_finite &= other.is_finite;
    }
    fn ignores(&self, x: T) -> bool {
        self.product.ignores(x)
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

    #[inline(always)]
    fn push(&mut self, x: T) {
        let further = if MAX { x > self.0 } else { x < self.0 };
        self.0 = if further | x.is_nan_value() { x } else { self.0 };
    }
    fn push_times(&mut self, x: T, _: u64) {
        self.push(x);
    }
    #[inline(always)]
    fn merge(&mut self, other: &Self) {
        self.push(other.0);
    }
    /// Least and greatest of nothing are no elements, infinities apart.
    fn ignores(&self, _: T) -> bool {
        false
    }
}

/// The sum of the distances of the elements from a centre, and of their squares.
///
/// With n elements, the fill among them, the squared distances from the mean are squares − sum² / n. Where that cancels,
/// the elements have to be seen again, about their mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments<S> {
    centre: f64,
    sum: S,
    squares: f64,
}

impl<S: RunningSum> Moments<S> {
    pub(super) fn about(centre: f64) -> Self {
        Self { centre, ..Self::EMPTY }
    }

    pub(super) fn mean(&self, count: f64) -> f64 {
        self.centre + self.sum.value() / count
    }

    /// The squared distances from the mean.
    fn scatter(&self, count: f64) -> f64 {
        let sum = self.sum.value();
        self.squares - sum * (sum / count)
    }

    /// Whether the squares lose more than four of their bits when the mean is taken off. They need not be better than that:
    /// of a cell an eighth of which is the centre they lose at most three.
    pub(super) fn cancels(&self, count: f64) -> bool {
        let kept = self.scatter(count) >= self.squares / 16.0;
        !kept && self.mean(count).is_finite()
    }

    /// The scatter over count − correction, or over 0 where that is negative: NaN, or an infinity. NaN where the mean
    /// is not finite.
    pub(super) fn variance(&self, count: f64, correction: f64) -> f64 {
        if !self.mean(count).is_finite() {
            return f64::NAN;
        }
        self.scatter(count).max(0.0) / (count - correction).max(0.0)
    }
}

impl<S: RunningSum> State for Moments<S> {
    type Item = f64;
    const EMPTY: Self = Self { centre: 0.0, sum: S::EMPTY, squares: 0.0 };

    #[inline(always)]
    fn fresh(&self) -> Self {
        Self::about(self.centre)
    }
    #[inline(always)]
    fn push(&mut self, x: f64) {
        let distance = x - self.centre;
        self.sum.push(distance);
        self.squares += distance * distance;
    }
    fn push_times(&mut self, x: f64, count: u64) {
        let distance = x - self.centre;
        self.sum.push_times(distance, count);
        self.squares += distance * distance * count as f64;
    }
    #[inline(always)]
    fn push_slice(&mut self, xs: &[f64]) {
        self.sum.push_shifted(xs, self.centre);
        let mut lanes = [0.0; LANES];
        let blocks = xs.chunks_exact(LANES);
        for &x in blocks.remainder() {
            self.squares += (x - self.centre) * (x - self.centre);
        }
        for block in blocks {
            for (lane, &x) in lanes.iter_mut().zip(block) {
                let distance = x - self.centre;
                *lane += distance * distance;
            }
        }
        self.squares += lanes.iter().sum::<f64>();
    }
    #[inline(always)]
    fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.squares += other.squares;
    }
    fn ignores(&self, x: f64) -> bool {
        x == self.centre
    }
}

/// How many elements are true, or false (`TRUE` is not). There may be more than can be counted: some of the fill, or of
/// runs, that make no difference to `any` and `all`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally<const TRUE: bool>(pub(super) u64);

impl<const TRUE: bool> State for Tally<TRUE> {
    type Item = bool;
    const EMPTY: Self = Self(0);

    #[inline(always)]
    fn push(&mut self, x: bool) {
        self.0 += u64::from(x == TRUE);
    }
    fn push_times(&mut self, x: bool, count: u64) {
        self.0 = self.0.saturating_add(if x == TRUE { count } else { 0 });
    }
    #[inline(always)]
    fn push_slice(&mut self, xs: &[bool]) {
        let counted = xs.iter().map(|&x| u64::from(x == TRUE)).sum();
        self.merge(&Self(counted));
    }
    #[inline(always)]
    fn merge(&mut self, other: &Self) {
        self.0 = self.0.saturating_add(other.0);
    }
    fn ignores(&self, x: bool) -> bool {
        x != TRUE
    }
}
