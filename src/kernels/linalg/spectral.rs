//! Eigenvalues and singular values: what is found by iteration.

use super::{Field, Outputs, Stack, push};
use crate::Result;
use crate::dtype::Complex128;
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{
    ComputeEigenvectors, EvdError, evd_cplx, evd_real, evd_scratch, self_adjoint_evd,
    self_adjoint_evd_scratch,
};
use faer::linalg::svd::{ComputeSvdVectors, svd as decompose, svd_scratch};
use faer::{Mat, MatRef, Par};
use smallvec::smallvec;

/// Eigenvalues, and eigenvectors as columns, if they were asked for.
pub(super) type Eigen = Result<(Vec<Complex128>, Option<Mat<Complex128>>), EvdError>;

const fn compute(vectors: bool) -> ComputeEigenvectors {
    if vectors { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No }
}

/// A matrix times a power of two that brings its largest element near 1, and what undoes it. The squares that the
/// iterations take neither overflow nor vanish then, and no other bit changes.
fn balanced<T: Field>(a: MatRef<'_, T>) -> (Mat<T>, f64) {
    let (rows, columns) = (a.nrows(), a.ncols());
    let elements = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
    let largest = elements.map(|at| a[at].modulus()).fold(0.0, f64::max);
    let power = if largest > 0.0 { largest.log2().floor().clamp(-1000.0, 1000.0) } else { 0.0 };
    let factor = (-power).exp2();
    (Mat::from_fn(rows, columns, |i, j| a[(i, j)].scaled(factor)), power.exp2())
}

/// Ascending eigenvalues of the lower triangles, and orthonormal eigenvectors.
pub(super) fn eigh<T: Field>(stack: &Stack<'_, T>, vectors: bool) -> Result<Outputs> {
    let n = stack.rows;
    // faer subtracts 1 from the size.
    let scratch =
        self_adjoint_evd_scratch::<T>(n.max(1), compute(vectors), Par::Seq, Default::default());
    let mut memory = MemBuffer::new(scratch);
    let (mut values, mut columns): (Vec<f64>, Vec<T>) = (Vec::new(), Vec::new());
    for (_, a) in stack.finite_matrices()? {
        if n == 0 {
            continue;
        }
        let (a, scale) = balanced(a);
        let mut s = Diag::<T>::zeros(n);
        let mut u = vectors.then(|| Mat::<T>::zeros(n, n));
        self_adjoint_evd(
            a.as_ref(),
            s.as_mut(),
            u.as_mut().map(Mat::as_mut),
            Par::Seq,
            MemStack::new(&mut memory),
            Default::default(),
        )
        .map_err(|_| stack.no_convergence())?;
        values.extend((0..n).map(|i| s.column_vector()[i].real_part() * scale));
        if let Some(u) = u {
            push(&mut columns, [n, n], |i, j| u[(i, j)]);
        }
    }
    Ok(if vectors { smallvec![values.into(), columns.into()] } else { smallvec![values.into()] })
}

/// Eigenvalues, and eigenvectors of length 1.
pub(super) fn eig<T: Field>(stack: &Stack<'_, T>, vectors: bool) -> Result<Outputs> {
    let n = stack.rows;
    let (mut values, mut columns): (Vec<Complex128>, Vec<Complex128>) = (Vec::new(), Vec::new());
    for (_, a) in stack.finite_matrices()? {
        if n == 0 {
            continue;
        }
        let (own, u) = T::eigen(a, vectors).map_err(|_| stack.no_convergence())?;
        values.extend(own);
        if let Some(u) = u {
            let length = |j: usize| (0..n).map(|i| u[(i, j)].norm_sqr()).sum::<f64>().sqrt();
            let lengths: Vec<f64> = (0..n).map(length).collect();
            push(&mut columns, [n, n], |i, j| u[(i, j)] / lengths[j]);
        }
    }
    Ok(if vectors { smallvec![values.into(), columns.into()] } else { smallvec![values.into()] })
}

/// Of a real matrix: a pair of conjugate eigenvalues has the real and the imaginary part of the first one's vector as
/// its two columns.
pub(super) fn eigen_real(a: MatRef<'_, f64>, vectors: bool) -> Eigen {
    let n = a.nrows();
    let (mut re, mut im) = (Diag::<f64>::zeros(n), Diag::<f64>::zeros(n));
    let mut u = vectors.then(|| Mat::<f64>::zeros(n, n));
    let none = ComputeEigenvectors::No;
    let scratch = evd_scratch::<f64>(n, none, compute(vectors), Par::Seq, Default::default());
    evd_real(
        a,
        re.as_mut(),
        im.as_mut(),
        None,
        u.as_mut().map(Mat::as_mut),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )?;
    let (re, im) = (re.column_vector(), im.column_vector());
    let values: Vec<Complex128> = (0..n).map(|j| Complex128::new(re[j], im[j])).collect();
    // For each column the two that it is made of, and the sign of the second.
    let mut parts: Vec<(usize, f64)> = Vec::with_capacity(n);
    while parts.len() < n {
        let j = parts.len();
        if im[j] == 0.0 {
            parts.push((j, 0.0));
        } else {
            parts.extend([(j, 1.0), (j, -1.0)]);
        }
    }
    let u = u.map(|u| {
        Mat::from_fn(n, n, |i, j| {
            let (first, sign) = parts[j];
            let imaginary = if sign == 0.0 { 0.0 } else { sign * u[(i, first + 1)] };
            Complex128::new(u[(i, first)], imaginary)
        })
    });
    Ok((values, u))
}

pub(super) fn eigen_complex(a: MatRef<'_, Complex128>, vectors: bool) -> Eigen {
    let n = a.nrows();
    let mut s = Diag::<Complex128>::zeros(n);
    let mut u = vectors.then(|| Mat::<Complex128>::zeros(n, n));
    let none = ComputeEigenvectors::No;
    let scratch =
        evd_scratch::<Complex128>(n, none, compute(vectors), Par::Seq, Default::default());
    evd_cplx(
        a,
        s.as_mut(),
        None,
        u.as_mut().map(Mat::as_mut),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )?;
    Ok(((0..n).map(|j| s.column_vector()[j]).collect(), u))
}

/// Left singular vectors, descending singular values, adjoint right singular vectors; with `Some(true)` complete bases,
/// with `None` the values alone.
pub(super) fn svd<T: Field>(stack: &Stack<'_, T>, full: Option<bool>) -> Result<Outputs> {
    let (m, n) = (stack.rows, stack.columns);
    let least = m.min(n);
    let (which, left, right) = match full {
        None => (ComputeSvdVectors::No, 0, 0),
        Some(false) => (ComputeSvdVectors::Thin, least, least),
        Some(true) => (ComputeSvdVectors::Full, m, n),
    };
    let scratch = svd_scratch::<T>(m, n, which, which, Par::Seq, Default::default());
    let mut memory = MemBuffer::new(scratch);
    let (mut us, mut values, mut vhs): (Vec<T>, Vec<f64>, Vec<T>) = Default::default();
    for (_, a) in stack.finite_matrices()? {
        let identity = |n: usize, columns: usize| {
            Mat::from_fn(n, columns, |i, j| if i == j { T::ONE } else { T::ZERO })
        };
        let mut u = full.map(|_| identity(m, left));
        let mut v = full.map(|_| identity(n, right));
        let (a, scale) = balanced(a);
        let mut s = Diag::<T>::zeros(least);
        if least > 0 {
            decompose(
                a.as_ref(),
                s.as_mut(),
                u.as_mut().map(Mat::as_mut),
                v.as_mut().map(Mat::as_mut),
                Par::Seq,
                MemStack::new(&mut memory),
                Default::default(),
            )
            .map_err(|_| stack.no_convergence())?;
        }
        values.extend((0..least).map(|i| s.column_vector()[i].real_part() * scale));
        if let (Some(u), Some(v)) = (u, v) {
            push(&mut us, [m, left], |i, j| u[(i, j)]);
            push(&mut vhs, [right, n], |i, j| v[(j, i)].conjugate());
        }
    }
    Ok(match full {
        None => smallvec![values.into()],
        Some(_) => smallvec![us.into(), values.into(), vhs.into()],
    })
}
