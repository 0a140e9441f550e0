//! [`Zeros`]: when two values are one fill.

use super::{Element, Scalar};

/// The elements of an array that keeps the sign of every zero.
const SIGNED: u128 = 4096;

/// Whether zeros of both signs are one value where values are compared with a fill, or fills with each other.
///
/// They are, so that −0.0 as a fill or among values makes nothing dense: [`One`](Self::One). Only arrays of at most 4096
/// elements, which cost nothing to store, keep the sign that the standard gives to each zero: [`Two`](Self::Two).
///
/// ```
/// use redpoll::dtype::Zeros;
/// assert!(Zeros::of(100_000).same(0.0, -0.0) && !Zeros::of(100).same(0.0, -0.0));
/// assert!(Zeros::Two.same(f64::NAN, -f64::NAN));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zeros {
    /// −0.0 is 0.0.
    One,
    /// −0.0 is not 0.0.
    Two,
}

impl Zeros {
    /// The rule for an array of so many elements.
    pub const fn of(size: u128) -> Self {
        if size > SIGNED { Self::One } else { Self::Two }
    }

    /// Whether two values are the same: any NaN is the same as any other.
    #[inline]
    pub fn same<T: Element>(self, a: T, b: T) -> bool {
        a.same(b) || self == Self::One && a.same_fill(b)
    }

    /// Whether two fills of one data type are the same.
    pub fn same_fill(self, a: Scalar, b: Scalar) -> bool {
        a == b || self == Self::One && a.same_fill(b)
    }
}
