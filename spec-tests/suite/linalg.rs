//! [Linear algebra extension](https://data-apis.org/array-api/2025.12/extensions/linear_algebra_functions.html).
//!
//! A factorisation is checked by what it promises: its factors multiply to the matrix, and are triangular, orthonormal
//! or in order. Determinants, inverses and singular values are compared with slow and obvious ones.

mod composed;
mod factorised;

pub use composed::*;
pub use factorised::*;

use super::oracle::{Matrix, Reference};
use super::strategies::{Palette, array_of, dtype};
use crate::dtype::{Complex128, DType, finfo};
use crate::{Array, Result};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestCaseResult};

/// Shapes that begin with a stack of up to two axes.
fn stacked(matrix: BoxedStrategy<Vec<usize>>) -> BoxedStrategy<Vec<usize>> {
    let stack = vec(prop_oneof![1 => Just(0_usize), 12 => 1..=3_usize], 0..=2);
    (stack, matrix).prop_map(|(stack, matrix)| [stack, matrix].concat()).boxed()
}

fn side() -> BoxedStrategy<usize> {
    prop_oneof![1 => Just(0_usize), 8 => 1..=4_usize].boxed()
}

fn square() -> BoxedStrategy<Vec<usize>> {
    stacked(side().prop_map(|n| vec![n, n]).boxed())
}

fn rectangular() -> BoxedStrategy<Vec<usize>> {
    stacked((side(), side()).prop_map(|(m, n)| vec![m, n]).boxed())
}

/// Stacks of matrices of any floating-point type.
fn matrices(shape: BoxedStrategy<Vec<usize>>) -> BoxedStrategy<Reference> {
    (shape, dtype(DType::is_floating))
        .prop_flat_map(|(shape, d)| array_of(shape, d, Palette::Finite))
        .boxed()
}

/// Each matrix replaced.
fn each(x: &Reference, change: impl Fn(&Matrix) -> Matrix) -> Reference {
    let changed: Vec<Matrix> = Matrix::all(x).iter().map(change).collect();
    let elements = changed.iter().flat_map(|m| &m.elements);
    Reference { elements: elements.map(|&e| cast(e, x.dtype)).collect(), ..x.clone() }
}

/// A number as a scalar of a floating-point type.
fn cast(x: Complex128, dtype: DType) -> crate::dtype::Scalar {
    if dtype == dtype.real() { x.re.into() } else { crate::dtype::Scalar::from(x) }.cast(dtype)
}

/// Matrices far from singular, whose rows must change places: the largest elements lie below the diagonal. What is
/// triangular remains so: of that they lie on it.
fn regular(x: &Reference) -> Reference {
    each(x, |m| {
        let n = m.rows;
        let zeros = |keep: fn(usize, usize) -> bool| {
            (0..n * n).all(|k| keep(k / n, k % n) || m.elements[k].norm() == 0.0)
        };
        let shift = usize::from(!zeros(|i, j| i >= j) && !zeros(|i, j| i <= j));
        Matrix::from_fn(n, n, |i, j| m.at(i, j) + if i == (j + shift) % n { 60.0 } else { 0.0 })
    })
}

/// An array's matrices, of a shape and data type that are checked.
fn results<A: Array>(
    got: &A,
    stack: &[usize],
    matrix: [usize; 2],
    dtype: DType,
) -> Result<Vec<Matrix>, TestCaseError> {
    prop_assert_eq!(got.shape(), [stack, &matrix].concat());
    prop_assert_eq!(got.dtype(), dtype);
    let values = got.to_values()?;
    prop_assert_eq!(values.dtype(), dtype);
    Ok(Matrix::stack(&values, matrix[0], matrix[1], stack.iter().product()))
}

/// As [`results`], of vectors, each as a list.
fn lists<A: Array>(
    got: &A,
    stack: &[usize],
    length: usize,
    dtype: DType,
) -> Result<Vec<Vec<Complex128>>, TestCaseError> {
    let column = got.expand_dims(-1)?;
    let lists = results(&column, stack, [length, 1], dtype)?;
    Ok(lists.into_iter().map(|m| m.elements).collect())
}

/// The stack's axes.
fn lead(x: &Reference) -> &[usize] {
    &x.shape[..x.ndim() - 2]
}

/// Rounding errors in numbers of a magnitude.
fn rounding(dtype: DType, magnitude: f64) -> f64 {
    200.0 * finfo(dtype).expect("a floating-point type").eps * magnitude
}

fn near(what: &str, got: &Matrix, want: &Matrix, allowed: f64) -> TestCaseResult {
    let distance = got.distance(want);
    if distance <= allowed {
        return Ok(());
    }
    Err(TestCaseError::fail(format!(
        "{what}: {got:?} instead of {want:?}, {distance} apart where {allowed} is allowed"
    )))
}

fn near_numbers(what: &str, got: &[f64], want: &[f64], allowed: f64) -> TestCaseResult {
    let row = |x: &[f64]| Matrix::from_fn(1, x.len(), |_, j| x[j].into());
    prop_assert_eq!(got.len(), want.len());
    near(what, &row(got), &row(want), allowed)
}

/// Whether the columns are of length 1 and orthogonal.
fn orthonormal(what: &str, columns: &Matrix, dtype: DType) -> TestCaseResult {
    let products = columns.adjoint().times(columns);
    near(what, &products, &Matrix::identity(columns.columns), rounding(dtype, 1.0))
}

/// Whether real numbers descend.
fn descending(numbers: &[Complex128]) -> bool {
    numbers.windows(2).all(|w| w[0].re >= w[1].re)
}

fn real(numbers: &[Complex128]) -> Vec<f64> {
    numbers.iter().map(|x| x.re).collect()
}
