//! Cholesky, LU and QR: what makes a matrix triangular in finitely many steps.

use super::{Field, Stack, owned, push};
use crate::Result;
use crate::buffer::Values;
use crate::error::NumericError;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{
    LltError, LltRegularization, cholesky_in_place, cholesky_in_place_scratch,
};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj,
};
use faer::linalg::lu::partial_pivoting::factor::{lu_in_place, lu_in_place_scratch};
use faer::linalg::lu::partial_pivoting::solve::{solve_in_place, solve_in_place_scratch};
use faer::linalg::qr::no_pivoting::factor::{
    qr_in_place, qr_in_place_scratch, recommended_block_size,
};
use faer::perm::PermRef;
use faer::{Conj, Mat, MatRef, Par};

pub(super) fn cholesky<T: Field>(stack: &Stack<'_, T>, upper: bool) -> Result<Values> {
    let n = stack.rows;
    let mut out: Vec<T> = Vec::with_capacity(stack.range.len() * n * n);
    let scratch = cholesky_in_place_scratch::<T>(n, Par::Seq, Default::default());
    let mut memory = MemBuffer::new(scratch);
    for (k, a) in stack.matrices() {
        // U = Lᴴ, and the upper triangle is the lower one of the adjoint.
        let mut factor =
            Mat::from_fn(n, n, |i, j| if upper { a[(j, i)].conjugate() } else { a[(i, j)] });
        let indefinite =
            |row| NumericError::NotPositiveDefinite { op: stack.op.to_owned(), matrix: k, row };
        if n > 0 {
            cholesky_in_place(
                factor.as_mut(),
                LltRegularization::default(),
                Par::Seq,
                MemStack::new(&mut memory),
                Default::default(),
            )
            .map_err(|LltError::NonPositivePivot { index }| indefinite(index))?;
        }
        let is_positive = |i: &usize| factor[(*i, *i)].real_part() > 0.0;
        if let Some(row) = (0..n).find(|i| !is_positive(i)) {
            return Err(indefinite(row).into());
        }
        push(&mut out, [n, n], |i, j| match (upper, j <= i, i <= j) {
            (false, true, _) => factor[(i, j)],
            (true, _, true) => factor[(j, i)].conjugate(),
            _ => T::ZERO,
        });
    }
    Ok(out.into())
}

/// `P·A = L·U` with unit diagonal of L, in one matrix.
struct Lu<'a, T> {
    factors: Mat<T>,
    permutation: PermRef<'a, usize>,
    swaps: usize,
}

impl<'a, T: Field> Lu<'a, T> {
    fn new(a: MatRef<'_, T>, places: &'a mut [Vec<usize>; 2]) -> Self {
        let n = a.nrows();
        let mut factors = owned(a);
        let [forward, backward] = places;
        forward.resize(n, 0);
        backward.resize(n, 0);
        let scratch = lu_in_place_scratch::<usize, T>(n, n, Par::Seq, Default::default());
        let (info, permutation) = lu_in_place(
            factors.as_mut(),
            forward,
            backward,
            Par::Seq,
            MemStack::new(&mut MemBuffer::new(scratch)),
            Default::default(),
        );
        Self { factors, permutation, swaps: info.transposition_count }
    }

    /// The diagonal of U. After a zero there may be anything.
    fn pivots(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.factors.nrows()).map(|i| self.factors[(i, i)])
    }

    /// The pivot that makes the matrix singular.
    fn zero_pivot(&self) -> Option<usize> {
        self.pivots().position(|pivot| pivot == T::ZERO)
    }

    fn is_odd(&self) -> bool {
        self.swaps % 2 == 1
    }

    fn solve_in_place(&self, right: &mut Mat<T>) {
        let (n, columns) = (right.nrows(), right.ncols());
        let scratch = solve_in_place_scratch::<usize, T>(n, columns, Par::Seq);
        solve_in_place(
            self.factors.as_ref(),
            self.factors.as_ref(),
            self.permutation,
            right.as_mut(),
            Par::Seq,
            MemStack::new(&mut MemBuffer::new(scratch)),
        );
    }
}

/// The product of the pivots, with an exponent of its own: no part of it overflows before the whole does.
pub(super) fn det<T: Field>(stack: &Stack<'_, T>) -> Values {
    let mut places = [Vec::new(), Vec::new()];
    let dets = stack.matrices().map(|(_, a)| {
        let lu = Lu::new(a, &mut places);
        if lu.zero_pivot().is_some() {
            return T::ZERO;
        }
        let start = if lu.is_odd() { T::ONE.negated() } else { T::ONE };
        let (product, exponent) = lu.pivots().fold((start, 0), |(product, exponent), pivot| {
            let ((x, e), (y, f)) = (near_one(product), near_one(pivot));
            (x.times(y), exponent + e + f)
        });
        times_power(product, exponent)
    });
    dets.collect::<Vec<T>>().into()
}

/// A number of modulus near 1 and the power of two that it is to be multiplied by; NaN and infinities as they are.
fn near_one<T: Field>(x: T) -> (T, i64) {
    let exponent = x.modulus().log2();
    if !exponent.is_finite() {
        return (x, 0);
    }
    let exponent = exponent as i64;
    (times_power(x, -exponent), exponent)
}

/// x · 2ᵏ, in steps of which each factor is in range.
fn times_power<T: Field>(x: T, exponent: i64) -> T {
    let exponent = exponent.clamp(-3000, 3000) as i32;
    let (part, rest) = (exponent / 4, exponent % 4);
    [part, part, part, part, rest].into_iter().fold(x, |x, k| x.scaled(2.0_f64.powi(k)))
}

/// Signs, and logarithms of moduli.
pub(super) fn slogdet<T: Field>(stack: &Stack<'_, T>) -> [Values; 2] {
    let mut places = [Vec::new(), Vec::new()];
    let (mut signs, mut logarithms): (Vec<T>, Vec<f64>) = (Vec::new(), Vec::new());
    for (_, a) in stack.matrices() {
        let lu = Lu::new(a, &mut places);
        let (sign, logarithm) = if lu.zero_pivot().is_some() {
            (T::ZERO, f64::NEG_INFINITY)
        } else {
            let start = if lu.is_odd() { T::ONE.negated() } else { T::ONE };
            lu.pivots().fold((start, 0.0), |(sign, logarithm), pivot| {
                let modulus = pivot.modulus();
                (sign.times(pivot.scaled(1.0 / modulus)), logarithm + modulus.ln())
            })
        };
        signs.push(sign);
        logarithms.push(logarithm);
    }
    [signs.into(), logarithms.into()]
}

/// `A⁻¹·B`; without right-hand sides, of the identity: the inverse.
pub(super) fn solve<T: Field>(
    stack: &Stack<'_, T>,
    right: Option<&Stack<'_, T>>,
) -> Result<Values> {
    let n = stack.rows;
    let columns = right.map_or(n, |r| r.columns);
    let mut out: Vec<T> = Vec::with_capacity(stack.range.len() * n * columns);
    let mut places = [Vec::new(), Vec::new()];
    for (matrix, a) in stack.matrices() {
        let lu = Lu::new(a, &mut places);
        if let Some(pivot) = lu.zero_pivot() {
            return Err(NumericError::Singular { op: stack.op.to_owned(), matrix, pivot }.into());
        }
        let mut x = match right {
            Some(right) => owned(right.get(matrix)),
            None => Mat::from_fn(n, n, |i, j| if i == j { T::ONE } else { T::ZERO }),
        };
        if n > 0 && columns > 0 {
            lu.solve_in_place(&mut x);
        }
        push(&mut out, [n, columns], |i, j| x[(i, j)]);
    }
    Ok(out.into())
}

/// Q and R; with `complete` Q is square.
pub(super) fn qr<T: Field>(stack: &Stack<'_, T>, complete: bool) -> [Values; 2] {
    let (m, n) = (stack.rows, stack.columns);
    let least = m.min(n);
    let inner = if complete { m } else { least };
    let (mut qs, mut rs): (Vec<T>, Vec<T>) = (Vec::new(), Vec::new());
    for (_, a) in stack.matrices() {
        let mut q = Mat::from_fn(m, inner, |i, j| if i == j { T::ONE } else { T::ZERO });
        let mut factors = owned(a);
        if least > 0 {
            let block = recommended_block_size::<T>(m, n);
            let mut coefficients = Mat::from_fn(block, least, |_, _| T::ZERO);
            let scratch = qr_in_place_scratch::<T>(m, n, block, Par::Seq, Default::default());
            qr_in_place(
                factors.as_mut(),
                coefficients.as_mut(),
                Par::Seq,
                MemStack::new(&mut MemBuffer::new(scratch)),
                Default::default(),
            );
            let scratch =
                apply_block_householder_sequence_on_the_left_in_place_scratch::<T>(m, block, inner);
            apply_block_householder_sequence_on_the_left_in_place_with_conj(
                factors.as_ref().subcols(0, least),
                coefficients.as_ref(),
                Conj::No,
                q.as_mut(),
                Par::Seq,
                MemStack::new(&mut MemBuffer::new(scratch)),
            );
        }
        push(&mut qs, [m, inner], |i, j| q[(i, j)]);
        push(&mut rs, [inner, n], |i, j| if i <= j { factors[(i, j)] } else { T::ZERO });
    }
    [qs.into(), rs.into()]
}
