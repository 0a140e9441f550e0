//! Scalars that are equal up to rounding, as the crate `approx` says it.

use super::{Complex64, Complex128, Kind, Scalar};
use approx::{AbsDiffEq, RelativeEq, UlpsEq};

/// Both parts of two numbers of one floating-point data type; `None`: they are of another.
enum Parts {
    Single([(f32, f32); 2]),
    Double([(f64, f64); 2]),
}

impl Parts {
    fn of(a: Scalar, b: Scalar) -> Option<Self> {
        let floats = matches!(a.dtype().kind(), Kind::Float | Kind::Complex);
        if a.dtype() != b.dtype() || !floats {
            return None;
        }
        Some(if a.dtype().real().size() == size_of::<f32>() {
            let (a, b): (Complex64, Complex64) = (a.to(), b.to());
            Self::Single([(a.re, b.re), (a.im, b.im)])
        } else {
            let (a, b): (Complex128, Complex128) = (a.to(), b.to());
            Self::Double([(a.re, b.re), (a.im, b.im)])
        })
    }

    /// Widened, which is exact.
    fn double(self) -> [(f64, f64); 2] {
        match self {
            Self::Single(parts) => parts.map(|(a, b)| (a.into(), b.into())),
            Self::Double(parts) => parts,
        }
    }
}

/// Of floats and the parts of complex numbers the difference counts; `bool`s and integers must be equal. Scalars of
/// different data types differ, and so does a NaN from anything.
impl AbsDiffEq for Scalar {
    type Epsilon = f64;

    fn default_epsilon() -> f64 {
        f64::default_epsilon()
    }

    fn abs_diff_eq(&self, other: &Self, epsilon: f64) -> bool {
        match Parts::of(*self, *other) {
            None => self == other,
            Some(parts) => parts.double().iter().all(|(a, b)| a.abs_diff_eq(b, epsilon)),
        }
    }
}

impl RelativeEq for Scalar {
    fn default_max_relative() -> f64 {
        f64::default_max_relative()
    }

    fn relative_eq(&self, other: &Self, epsilon: f64, max_relative: f64) -> bool {
        match Parts::of(*self, *other) {
            None => self == other,
            Some(parts) => {
                parts.double().iter().all(|(a, b)| a.relative_eq(b, epsilon, max_relative))
            }
        }
    }
}

/// Units in the last place are those of the data type.
impl UlpsEq for Scalar {
    fn default_max_ulps() -> u32 {
        f64::default_max_ulps()
    }

    fn ulps_eq(&self, other: &Self, epsilon: f64, max_ulps: u32) -> bool {
        match Parts::of(*self, *other) {
            None => self == other,
            Some(Parts::Single(parts)) => {
                parts.iter().all(|(a, b)| a.ulps_eq(b, epsilon as f32, max_ulps))
            }
            Some(Parts::Double(parts)) => {
                parts.iter().all(|(a, b)| a.ulps_eq(b, epsilon, max_ulps))
            }
        }
    }
}

/// The traits for a kind of array, by its `same_by`.
macro_rules! approx_elements {
    ($Array:ty) => {
        /// Arrays of one shape and data type whose elements are equal up to rounding, as of
        /// [`Scalar`](crate::dtype::Scalar), whatever their formats and fills. The tolerances are `f64`; of `float32`
        /// the default is far below a rounding, so give one.
        ///
        /// ```
        /// use redpoll::Array;
        #[doc = concat!("let x = redpoll::", stringify!($Array), "::from_values(3, [0.0, 0.1, 1e9])?;")]
        /// approx::assert_relative_eq!(&x * 3.0, x.multiply(0.3)? * 10.0);
        /// approx::assert_abs_diff_ne!(x, &x + 0.01, epsilon = 1e-3);
        /// # Ok::<(), redpoll::Error>(())
        /// ```
        impl approx::AbsDiffEq for $Array {
            type Epsilon = f64;
            fn default_epsilon() -> f64 {
                crate::dtype::Scalar::default_epsilon()
            }
            fn abs_diff_eq(&self, other: &Self, epsilon: f64) -> bool {
                self.same_by(other, |a, b| a.abs_diff_eq(&b, epsilon))
            }
        }
        impl approx::RelativeEq for $Array {
            fn default_max_relative() -> f64 {
                crate::dtype::Scalar::default_max_relative()
            }
            fn relative_eq(&self, other: &Self, epsilon: f64, max_relative: f64) -> bool {
                self.same_by(other, |a, b| a.relative_eq(&b, epsilon, max_relative))
            }
        }
        impl approx::UlpsEq for $Array {
            fn default_max_ulps() -> u32 {
                crate::dtype::Scalar::default_max_ulps()
            }
            fn ulps_eq(&self, other: &Self, epsilon: f64, max_ulps: u32) -> bool {
                self.same_by(other, |a, b| a.ulps_eq(&b, epsilon, max_ulps))
            }
        }
    };
}
pub(crate) use approx_elements;
