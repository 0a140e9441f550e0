//! Matrices of complex numbers by the definitions: slow, small and obvious.

use super::Reference;
use crate::buffer::Values;
use crate::dtype::Complex128;

/// A matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Its rows.
    pub rows: usize,
    /// Its columns.
    pub columns: usize,
    /// Its elements in row-major order.
    pub elements: Vec<Complex128>,
}

impl Matrix {
    /// The matrix whose element in each row and column is what `element` gives.
    pub fn from_fn(
        rows: usize,
        columns: usize,
        element: impl Fn(usize, usize) -> Complex128,
    ) -> Self {
        let all = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
        Self { rows, columns, elements: all.map(|(i, j)| element(i, j)).collect() }
    }

    /// Ones on the diagonal.
    pub fn identity(n: usize) -> Self {
        Self::from_fn(n, n, |i, j| if i == j { 1.0.into() } else { 0.0.into() })
    }

    /// Numbers on the diagonal.
    pub fn diagonal(numbers: &[Complex128], rows: usize, columns: usize) -> Self {
        Self::from_fn(rows, columns, |i, j| if i == j { numbers[i] } else { 0.0.into() })
    }

    /// All matrices of a stack of `rows × columns`.
    pub fn stack(values: &Values, rows: usize, columns: usize, count: usize) -> Vec<Self> {
        let at = |k: usize| values.get(k).to::<Complex128>();
        (0..count)
            .map(|m| Self::from_fn(rows, columns, |i, j| at((m * rows + i) * columns + j)))
            .collect()
    }

    /// All matrices of a reference with at least two axes.
    pub fn all(reference: &Reference) -> Vec<Self> {
        let [lead @ .., rows, columns] = &reference.shape[..] else { panic!("no matrices") };
        Self::stack(&reference.values(), *rows, *columns, lead.iter().product())
    }

    /// The element in a row and a column.
    pub fn at(&self, row: usize, column: usize) -> Complex128 {
        self.elements[row * self.columns + column]
    }

    /// The matrix product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        assert_eq!(self.columns, other.rows);
        Self::from_fn(self.rows, other.columns, |i, j| {
            (0..self.columns).map(|k| self.at(i, k) * other.at(k, j)).sum()
        })
    }

    /// The conjugate of the transpose.
    #[must_use]
    pub fn adjoint(&self) -> Self {
        Self::from_fn(self.columns, self.rows, |i, j| self.at(j, i).conj())
    }

    /// The largest modulus of a difference to another matrix.
    pub fn distance(&self, other: &Self) -> f64 {
        assert_eq!((self.rows, self.columns), (other.rows, other.columns));
        let pairs = self.elements.iter().zip(&other.elements);
        pairs
            .map(|(a, b)| (a - b).norm())
            .fold(0.0, |max, d| if d > max || d.is_nan() { d } else { max })
    }

    /// √Σ |a|², at least 1.
    pub fn size(&self) -> f64 {
        self.elements.iter().map(Complex128::norm_sqr).sum::<f64>().sqrt().max(1.0)
    }

    /// The determinant, expanded along the first row.
    pub fn determinant(&self) -> Complex128 {
        if self.rows == 0 {
            return 1.0.into();
        }
        let minor = |column: usize| {
            Self::from_fn(self.rows - 1, self.rows - 1, |i, j| {
                self.at(i + 1, if j < column { j } else { j + 1 })
            })
        };
        let term = |j: usize| self.at(0, j) * minor(j).determinant() * (-1.0_f64).powi(j as i32);
        (0..self.columns).map(term).sum()
    }

    /// The inverse by cofactors; of a matrix whose determinant is not 0.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let determinant = self.determinant();
        let without = |row: usize, column: usize| {
            Self::from_fn(self.rows - 1, self.rows - 1, |i, j| {
                self.at(if i < row { i } else { i + 1 }, if j < column { j } else { j + 1 })
            })
        };
        Self::from_fn(self.rows, self.rows, |i, j| {
            without(j, i).determinant() * (-1.0_f64).powi((i + j) as i32) / determinant
        })
    }

    /// The singular values, descending: columns are turned against each other until all are orthogonal.
    pub fn singular_values(&self) -> Vec<f64> {
        let tall = if self.columns > self.rows { self.adjoint() } else { self.clone() };
        let n = tall.columns;
        let mut columns: Vec<Vec<Complex128>> =
            (0..n).map(|j| (0..tall.rows).map(|i| tall.at(i, j)).collect()).collect();
        let dot = |a: &[Complex128], b: &[Complex128]| -> Complex128 {
            a.iter().zip(b).map(|(x, y)| x.conj() * y).sum()
        };
        for _ in 0..60 {
            for p in 0..n {
                for q in p + 1..n {
                    let (a, b) = (columns[p].clone(), columns[q].clone());
                    let (aa, bb, ab) = (dot(&a, &a).re, dot(&b, &b).re, dot(&a, &b));
                    if ab.norm() <= 1e-300 {
                        continue;
                    }
                    let phase = ab / ab.norm();
                    let angle = 0.5 * (2.0 * ab.norm()).atan2(aa - bb);
                    let (sin, cos) = angle.sin_cos();
                    columns[p] = a.iter().zip(&b).map(|(x, y)| x * phase * cos + y * sin).collect();
                    columns[q] = a.iter().zip(&b).map(|(x, y)| y * cos - x * phase * sin).collect();
                }
            }
        }
        let mut values: Vec<f64> = columns.iter().map(|c| dot(c, c).re.sqrt()).collect();
        values.sort_by(|a, b| b.total_cmp(a));
        values
    }
}
