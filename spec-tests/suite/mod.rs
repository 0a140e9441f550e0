//! The conformance suite: one module per chapter of the standard, to be run on every kind of array.
//!
//! # Running it on your own array
//!
//! Implement [`Array`], enable the feature `testing` in your dev-dependencies, and stamp the suite in
//! a test binary, once for each way of storing an array that deserves it:
//!
//! ```no_run
//! use redpoll::{Array, dense::Dense};
//! redpoll::conformance!(dense, |shape, values| Dense::from_values(shape, values));
//! redpoll::conformance!(transposed_in_memory, |shape, values| {
//!     let axes: Vec<isize> = (0..shape.len() as isize).rev().collect();
//!     let lengths: Vec<usize> = shape.iter().rev().copied().collect();
//!     let order = Dense::from_values(shape, values)?.permute_dims(&axes)?.to_values()?;
//!     Dense::from_values(lengths, order)?.permute_dims(&axes)
//! });
//! # fn main() {}
//! ```
//!
//! The second argument is a function of a shape and as many values in row-major order; it makes the array under
//! test, in the storage format or with the chunks under test. The macro makes a module of tests, one for each check
//! of each chapter; a check is also a plain function that can be called alone, such as
//! [`statistical::reductions`]. A failure panics with the smallest input that still fails.
//!
//! | variable | is | by default |
//! |---|---|---|
//! | `PROPTEST_CASES` | how many inputs each check tries | 24 |
//! | `REDPOLL_SEED` | a number that selects other inputs | 0 |
//!
//! The same two numbers give the same inputs on any machine.
//!
//! # Inputs with a structure
//!
//! A kind of array that treats, say, diagonal matrices by themselves has its faults there, where arrays of elements
//! drawn one by one almost never are. In every second case the arrays have one of the [`structures`]: diagonal,
//! banded, triangular, constant, zero, of one row, of one column, of one element, a permutation, of blocks, symmetric.
//! [`structures::beside`], as a third argument of the macro, adds your own.
//!
//! # What is compared
//!
//! Shapes and data types; errors, which are the same for every kind of array; and elements against the
//! [`oracle`]: exactly where an operation moves elements or computes with integers, up to the rounding of a few units in
//! the last place for transcendental functions, and up to the rounding of as many additions for sums. A NaN equals
//! a NaN. The sign of a zero counts where elements are stored or moved, and for elementwise functions of real numbers
//! wherever the standard says it.

// A check panics where an array fails it: that is what it is for.
#![allow(clippy::missing_panics_doc)]

pub mod creation;
pub mod elementwise;
pub mod errors;
#[cfg(feature = "fft")]
pub mod fft;
pub mod indexing;
pub mod interchange;
#[cfg(feature = "linalg")]
pub mod linalg;
pub mod linear_algebra;
pub mod manipulation;
pub mod oracle;
pub mod programs;
pub mod promotion;
pub mod searching;
pub mod sets;
pub mod sorting;
pub mod statistical;
pub mod strategies;
pub mod structures;
pub mod utility;

use crate::buffer::Values;
use crate::dtype::{Complex128, DType, Kind, Scalar};
use crate::{Array, Result};
use oracle::Reference;
use proptest::strategy::{BoxedStrategy, Strategy};
use proptest::test_runner::{
    Config, RngAlgorithm, TestCaseError, TestCaseResult, TestError, TestRng, TestRunner,
};
use std::fmt::Debug;

/// What makes the array under test, of a shape and as many values in row-major order.
pub type Make<'a, A> = &'a dyn Fn(&[usize], Values) -> Result<A>;

/// A check of the suite: it panics where the kind of array fails it.
pub type Check<A> = fn(Make<'_, A>);

/// Every check of the suite, for one kind of array, by its chapter and name.
pub fn checks<A: Array>() -> Vec<(&'static str, Check<A>)> {
    let mut all: Vec<(&'static str, Check<A>)> = vec![];
    crate::conformance_chapters! { @list, [all, A] }
    all
}

/// Stamps the suite: a module of tests of one kind of array. See the [module](crate::testing).
///
/// A third argument is a function that calls its argument, a check, in a scope of its own:
/// `conformance!(name, make, |check: &dyn Fn()| options.scope(check))`. A scope of
/// [`structures::beside`](crate::testing::structures::beside) adds inputs of an author's own structure.
#[macro_export]
macro_rules! conformance {
    ($name:ident, $make:expr) => {
        $crate::conformance!($name, $make, |check: &dyn Fn()| check());
    };
    ($name:ident, $make:expr, $scope:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            $crate::conformance_chapters! { @stamp, [$make, $scope] }
        }
    };
    (@stamp, [$make:expr, $scope:expr] $($chapter:ident { $($check:ident),+ })+) => {$(
        mod $chapter {
            #[allow(unused_imports)]
            use super::*;
            $(
                #[test]
                fn $check() {
                    ($scope)(&|| $crate::testing::$chapter::$check(&$make));
                }
            )+
        }
    )+};
    (@list, [$list:ident, $kind:ident] $($chapter:ident { $($check:ident),+ })+) => {$(
        $list.extend([$((
            concat!(stringify!($chapter), "::", stringify!($check)),
            $crate::testing::$chapter::$check::<$kind> as $crate::testing::Check<$kind>,
        )),+]);
    )+};
}

/// What a rule of [`conformance!`] makes of every chapter that redpoll has with its features.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_chapters {
    (@$rule:ident, $arguments:tt) => {
        $crate::conformance! { @$rule, $arguments
            creation { round_trip, filled, like, diagonals, triangles, sequences }
            promotion { conversions, pairs, numbers_without_a_type }
            elementwise {
                unary, binary, structured, scalars, clip, refused_types, fills_that_are_not_kept,
                zeros_against_infinities
            }
            indexing { expressions, arrays_and_masks, assignment, take, take_along_axis, outside }
            linear_algebra {
                matmul, structured, vectors_and_batches, tensordot, vecdot, matrix_transpose, contractions, einsum,
                not_finite
            }
            manipulation { permutations, shapes, broadcasting, reversals, rolls, repetitions, joins, grids, unstack }
            searching { extremes, where_, count_nonzero, nonzero, searchsorted }
            sets { unique, isin }
            sorting { sort, argsort }
            statistical { cumulative, reductions, not_finite, nothing_to_reduce, refused_types }
            utility { any_all, diff }
            interchange { values, items }
            errors { axes, names, shapes, broadcasts, products, joins, dtypes }
            programs { eager, recorded }
        }
        $crate::conformance_linalg! { @$rule, $arguments }
        $crate::conformance_fft! { @$rule, $arguments }
    };
}

/// The chapters of the linear algebra extension, where redpoll has it.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "linalg")]
macro_rules! conformance_linalg {
    (@$rule:ident, $arguments:tt) => {
        $crate::conformance! { @$rule, $arguments
            linalg {
                diagonals, cross, outer, vector_norms, matrix_norms, powers, ranks, pseudoinverses,
                cholesky, determinants, inverses, solutions, qr, svd, eigh, eig, refused_matrices
            }
        }
    };
}

/// The chapters of the linear algebra extension: redpoll was built without it.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "linalg"))]
macro_rules! conformance_linalg {
    (@$rule:ident, $arguments:tt) => {};
}

/// The chapter of the Fourier transform extension, where redpoll has it.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "fft")]
macro_rules! conformance_fft {
    (@$rule:ident, $arguments:tt) => {
        $crate::conformance! { @$rule, $arguments
            fft {
                transforms, real_signals, real_results, several_axes, frequencies, refused_signals
            }
        }
    };
}

/// The chapter of the Fourier transform extension: redpoll was built without it.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "fft"))]
macro_rules! conformance_fft {
    (@$rule:ident, $arguments:tt) => {};
}

/// Tries a check on inputs of a strategy: on one for each `share` of the cases asked for, and at least one.
///
/// # Panics
/// With the smallest input found that the check refuses.
pub fn for_all<T: Debug>(
    what: &str,
    share: u32,
    strategy: &BoxedStrategy<T>,
    check: impl Fn(T) -> TestCaseResult,
) {
    let variable = |name: &str, default: u32| {
        std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
    };
    let (cases, seed) = (variable("PROPTEST_CASES", 24), variable("REDPOLL_SEED", 0));
    let config = Config {
        cases: (cases / share).max(1),
        max_shrink_iters: 500,
        failure_persistence: None,
        ..Config::default()
    };
    // A check's own inputs, the same on every run.
    let mut state = [[0; 4], seed.to_le_bytes()].concat();
    state.resize(32, 0);
    for (k, byte) in what.bytes().enumerate() {
        let cell = &mut state[8 + k % 24];
        *cell = cell.wrapping_mul(31).wrapping_add(byte);
    }
    // Neighbouring checks begin with other structures.
    let first = state.iter().fold(0, |sum, &byte| sum + usize::from(byte));
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &state);
    let mut runner = TestRunner::new_with_rng(config, rng);
    for case in 0..runner.config().cases as usize {
        let outcome = structures::in_turn(first + case, || {
            let input = strategy.new_tree(&mut runner).map_err(TestError::Abort)?;
            runner.run_one(input, &check)
        });
        match outcome {
            Ok(_) => {}
            Err(TestError::Fail(reason, input)) => panic!(
                "{what}: {reason}\nsmallest input: {input:?}\nto see it again: PROPTEST_CASES={cases} \
                 REDPOLL_SEED={seed}"
            ),
            Err(TestError::Abort(reason)) => panic!("{what}: no inputs: {reason}"),
        }
    }
}

/// The array under test with the elements of a reference.
///
/// # Errors
/// Of the making.
pub fn build<A: Array>(make: Make<'_, A>, reference: &Reference) -> Result<A> {
    make(&reference.shape, reference.values())
}

/// How far an element may be from the reference.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// In units of the last place of the reference's element.
    pub ulps: f64,
    /// In units of the last place of 1, on top.
    pub absolute: f64,
    /// Whether −0 differs from 0.
    pub zero_signs: bool,
}

impl Tolerance {
    /// The same bits, but for those of a NaN.
    pub const EXACT: Self = Self { ulps: 0.0, absolute: 0.0, zero_signs: true };
    /// The same number.
    pub const VALUE: Self = Self { ulps: 0.0, absolute: 0.0, zero_signs: false };
    /// A few units in the last place: functions that are not rounded correctly.
    pub const FUNCTION: Self = Self { ulps: 4.0, absolute: 0.0, zero_signs: true };

    /// The rounding of so many additions of numbers of this magnitude, one after the other.
    pub fn sum(terms: usize, magnitude: f64) -> Self {
        let terms = terms as f64 + 2.0;
        Self { ulps: 4.0, absolute: terms * terms * magnitude, zero_signs: false }
    }

    fn allows(self, got: Scalar, want: Scalar) -> bool {
        if got.dtype() != want.dtype() {
            return false;
        }
        match want.dtype().kind() {
            Kind::Bool | Kind::Signed | Kind::Unsigned => got == want,
            kind => {
                let (g, w): (Complex128, Complex128) = (got.to(), want.to());
                let same = |g: f64, w: f64| {
                    let sign = g.is_sign_negative() == w.is_sign_negative();
                    (g.is_nan() && w.is_nan()) || (g == w && (sign || g != 0.0 || !self.zero_signs))
                };
                if same(g.re, w.re) && same(g.im, w.im) {
                    return true;
                }
                if self.ulps == 0.0 && self.absolute == 0.0 {
                    return false;
                }
                if !(w.re.is_finite() && w.im.is_finite()) {
                    // Which part of a complex number overflows first depends on the order of evaluation.
                    return kind == Kind::Complex && !(g.re.is_finite() && g.im.is_finite());
                }
                let (unit, least) = match want.dtype().real() {
                    DType::Float32 => (f32::EPSILON.into(), f32::MIN_POSITIVE.into()),
                    _ => (f64::EPSILON, f64::MIN_POSITIVE),
                };
                let zero = g.norm() == 0.0 && w.norm() == 0.0 && self.zero_signs;
                !zero && (g - w).norm() <= unit * (self.ulps * w.norm() + self.absolute) + least
            }
        }
    }
}

/// Whether an array has the shape, the data type and the elements of a reference.
///
/// # Errors
/// With the first difference, or an error of the array's own.
pub fn agree<A: Array>(got: &A, want: &Reference, tolerance: Tolerance) -> TestCaseResult {
    let elements: Vec<Option<Scalar>> = want.elements.iter().copied().map(Some).collect();
    agree_where_known(got, &want.shape, want.dtype, &elements, tolerance)
}

/// As [`agree`], but for the elements that the reference does not know.
///
/// # Errors
/// As [`agree`].
pub fn agree_where_known<A: Array>(
    got: &A,
    shape: &[usize],
    dtype: DType,
    want: &[Option<Scalar>],
    tolerance: Tolerance,
) -> TestCaseResult {
    let fail = |message: String| Err(TestCaseError::fail(message));
    if got.shape() != shape {
        return fail(format!("shape {:?} instead of {shape:?}", got.shape()));
    }
    if got.dtype() != dtype {
        return fail(format!("data type {} instead of {dtype}", got.dtype()));
    }
    let values = got.to_values()?;
    if (values.dtype(), values.len()) != (dtype, want.len()) {
        return fail(format!("{} values of {} for {dtype}{shape:?}", values.len(), values.dtype()));
    }
    for (k, want) in want.iter().enumerate() {
        let Some(want) = *want else { continue };
        let got = values.get(k);
        if !tolerance.allows(got, want) {
            return fail(format!("element {k} of shape {shape:?} is {got:?} instead of {want:?}"));
        }
    }
    Ok(())
}

/// Whether a result is an error of a pattern.
macro_rules! refused {
    ($result:expr, $($error:ident)::+ ($($pattern:tt)+) $(if $guard:expr)?) => {
        match $result {
            Err($($error)::+($($pattern)+)) $(if $guard)? => Ok(()),
            Err(other) => Err(proptest::test_runner::TestCaseError::fail(format!(
                "another error than {}: {other:?}", stringify!($($pattern)+)))),
            Ok(_) => Err(proptest::test_runner::TestCaseError::fail(format!(
                "no error, but {} was due", stringify!($($pattern)+)))),
        }
    };
}
pub(crate) use refused;
