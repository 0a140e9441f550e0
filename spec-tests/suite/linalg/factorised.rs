//! What needs a factorisation.

use super::super::oracle::{Matrix, Reference, broadcast};
use super::super::strategies::{Palette, array_of, dtype};
use super::super::{Make, build, for_all, refused};
use super::{
    cast, descending, each, lead, lists, matrices, near, near_numbers, orthonormal, real,
    rectangular, regular, results, rounding, side, square,
};
use crate::dtype::{Complex128, DType};
use crate::error::{DTypeError, NumericError, ShapeError};
use crate::{Array, Error, linalg};
use proptest::prelude::*;

/// What lies outside the triangle that is read must not matter.
fn one_triangle(x: &Reference, upper: bool) -> Reference {
    each(x, |m| {
        Matrix::from_fn(m.rows, m.columns, |i, j| {
            if (upper && i > j) || (!upper && i < j) { 77.0.into() } else { m.at(i, j) }
        })
    })
}

/// Triangular factors of positive definite matrices, and an error for others.
pub fn cholesky<A: Array>(make: Make<'_, A>) {
    let strategy = (matrices(square()), any::<bool>()).boxed();
    for_all("cholesky", 1, &strategy, |(x, upper)| {
        let positive = each(&x, |m| {
            let square = m.times(&m.adjoint());
            let shift = |i, j| if i == j { 1.0 } else { 0.0 };
            Matrix::from_fn(m.rows, m.rows, |i, j| square.at(i, j) + shift(i, j))
        });
        let got = linalg::cholesky(&build(make, &one_triangle(&positive, upper))?, upper)?;
        let n = x.shape[x.ndim() - 1];
        let factors = results(&got, lead(&x), [n, n], x.dtype)?;
        for (factor, want) in factors.iter().zip(Matrix::all(&positive)) {
            let l = if upper { factor.adjoint() } else { factor.clone() };
            for (i, j) in (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))) {
                prop_assert_eq!(l.at(i, j).norm(), 0.0);
            }
            near("L·Lᴴ", &l.times(&l.adjoint()), &want, rounding(x.dtype, want.size()))?;
        }
        Ok(())
    });
    for_all("cholesky of others", 8, &matrices(Just(vec![2, 3, 3]).boxed()), |x| {
        // Minus one in the last place of the second matrix.
        let mut negative = each(&x, |_| Matrix::identity(3));
        negative.elements[17] = cast((-1.0).into(), x.dtype);
        // Blocks may be refused in tasks of their own, so the matrix' number is theirs.
        let result = linalg::cholesky(&build(make, &negative)?, false).and_then(|a| a.to_values());
        refused!(untasked(result), Error::Numeric(NumericError::NotPositiveDefinite { row: 2, .. }))
    });
}

/// The error that a task failed with.
fn untasked<T>(result: crate::Result<T>) -> crate::Result<T> {
    result.map_err(|error| match error {
        Error::Chunk(crate::error::ChunkError::Task { source, .. }) => *source,
        other => other,
    })
}

/// `det` and `slogdet` against the expansion along rows.
pub fn determinants<A: Array>(make: Make<'_, A>) {
    for_all("determinants", 1, &matrices(square()), |x| {
        let array = build(make, &x)?;
        let dets = lists(&linalg::det(&array)?.expand_dims(-1)?, lead(&x), 1, x.dtype)?;
        let slogdet = linalg::slogdet(&array)?;
        let signs = lists(&slogdet.sign.expand_dims(-1)?, lead(&x), 1, x.dtype)?;
        let logarithm = slogdet.logabsdet.expand_dims(-1)?;
        let logarithms = lists(&logarithm, lead(&x), 1, x.dtype.real())?;
        for (k, m) in Matrix::all(&x).iter().enumerate() {
            let want = Matrix::from_fn(1, 1, |_, _| m.determinant());
            let allowed = rounding(x.dtype, m.size().powi(m.rows as i32));
            let one = |x: Complex128| Matrix::from_fn(1, 1, |_, _| x);
            near("det", &one(dets[k][0]), &want, allowed)?;
            let product = signs[k][0] * logarithms[k][0].re.exp();
            near("slogdet", &one(product), &want, allowed)?;
            if m.elements.iter().all(|e| e.norm() == 0.0) && m.rows > 0 {
                prop_assert_eq!(dets[k][0].norm(), 0.0);
                prop_assert_eq!(signs[k][0].norm(), 0.0);
                prop_assert_eq!(logarithms[k][0].re, f64::NEG_INFINITY);
            }
        }
        Ok(())
    });
    // The product of the first pivots alone is out of range.
    for_all("large determinants", 12, &matrices(Just(vec![4, 4]).boxed()), |x| {
        let large = each(&x, |_| {
            let diagonal = [1e30, 1e30, 1e-30, 1e-30].map(Complex128::from);
            Matrix::diagonal(&diagonal, 4, 4)
        });
        let det = linalg::det(&build(make, &large)?)?.item()?.to::<Complex128>();
        prop_assert!((det - 1.0).norm() < rounding(x.dtype, 1.0), "{}", det);
        Ok(())
    });
}

/// `inv` against cofactors.
pub fn inverses<A: Array>(make: Make<'_, A>) {
    for_all("inverses", 1, &matrices(square()), |x| {
        let x = regular(&x);
        let n = x.shape[x.ndim() - 1];
        let got = results(&linalg::inv(&build(make, &x)?)?, lead(&x), [n, n], x.dtype)?;
        for (got, m) in got.iter().zip(Matrix::all(&x)) {
            near("inv", got, &m.inverse(), rounding(x.dtype, 1.0))?;
        }
        Ok(())
    });
    for_all("inverses of singular matrices", 8, &matrices(Just(vec![2, 3, 3]).boxed()), |x| {
        // All rows are the first one.
        let singular =
            each(&x, |m| Matrix::from_fn(3, 3, |_, j| m.at(0, j) + if j == 0 { 9.0 } else { 0.0 }));
        let result = linalg::inv(&build(make, &singular)?).and_then(|a| a.to_values());
        refused!(untasked(result), Error::Numeric(NumericError::Singular { pivot: 1, op, .. }) if op == "inv")
    });
}

/// `solve`: stacks that broadcast, vectors, and types that differ.
pub fn solutions<A: Array>(make: Make<'_, A>) {
    let stack = proptest::collection::vec((1..=2_usize, any::<bool>(), any::<bool>()), 0..=2);
    let types = (dtype(DType::is_floating), dtype(DType::is_floating));
    let strategy = (stack, side(), side(), types, any::<bool>(), 0..=2_usize)
        .prop_flat_map(|(stack, n, k, (a, b), vector, shorter)| {
            let one = |stretches, n| if stretches { 1 } else { n };
            let left: Vec<usize> = stack.iter().map(|&(b, l, _)| one(l, b)).collect();
            let mut right: Vec<usize> = stack.iter().map(|&(b, l, r)| one(r && !l, b)).collect();
            right.drain(..shorter.min(right.len()));
            let left = [left, vec![n, n]].concat();
            let right = if vector { vec![n] } else { [right, vec![n, k]].concat() };
            (array_of(left, a, Palette::Finite), array_of(right, b, Palette::Finite))
        })
        .boxed();
    for_all("solve", 1, &strategy, |(a, b)| {
        let a = regular(&a);
        let got = linalg::solve(&build(make, &a)?, &build(make, &b)?)?;
        let dtype = super::super::oracle::promote(a.dtype, b.dtype).expect("both float");
        let is_vector = b.ndim() == 1;
        let right = if is_vector { b.reshaped(&[b.shape[0], 1]) } else { b.clone() };
        let (n, k) = (right.shape[right.ndim() - 2], right.shape[right.ndim() - 1]);
        let stack = broadcast([lead(&a), lead(&right)].into_iter()).expect("made to");
        let got = if is_vector { got.expand_dims(-1)? } else { got };
        let got = results(&got, &stack, [n, k], dtype)?;
        let wide = |x: &Reference, m: [usize; 2]| {
            Matrix::all(&x.broadcast_to(&[stack.as_slice(), &m].concat()))
        };
        for ((got, a), b) in got.iter().zip(wide(&a, [n, n])).zip(wide(&right, [n, k])) {
            near("solve", got, &a.inverse().times(&b), rounding(dtype, b.size()))?;
        }
        Ok(())
    });
}

/// `qr` in both modes.
pub fn qr<A: Array>(make: Make<'_, A>) {
    for_all("qr", 1, &(matrices(rectangular()), any::<bool>()).boxed(), |(x, complete)| {
        let (m, n) = (x.shape[x.ndim() - 2], x.shape[x.ndim() - 1]);
        let inner = if complete { m } else { m.min(n) };
        let linalg::Qr { q, r } = linalg::qr(&build(make, &x)?, complete)?;
        let qs = results(&q, lead(&x), [m, inner], x.dtype)?;
        let rs = results(&r, lead(&x), [inner, n], x.dtype)?;
        for ((q, r), want) in qs.iter().zip(&rs).zip(Matrix::all(&x)) {
            orthonormal("Q", q, x.dtype)?;
            for (i, j) in (0..inner).flat_map(|i| (0..n.min(i)).map(move |j| (i, j))) {
                prop_assert_eq!(r.at(i, j).norm(), 0.0);
            }
            near("Q·R", &q.times(r), &want, rounding(x.dtype, want.size()))?;
        }
        Ok(())
    });
}

/// `svd`, reduced and full, and `svdvals`.
pub fn svd<A: Array>(make: Make<'_, A>) {
    for_all("svd", 1, &(matrices(rectangular()), any::<bool>()).boxed(), |(x, full)| {
        let (m, n) = (x.shape[x.ndim() - 2], x.shape[x.ndim() - 1]);
        let least = m.min(n);
        let [left, right] = if full { [m, n] } else { [least, least] };
        let array = build(make, &x)?;
        let linalg::Svd { u, s, vh } = linalg::svd(&array, full)?;
        let us = results(&u, lead(&x), [m, left], x.dtype)?;
        let values = lists(&s, lead(&x), least, x.dtype.real())?;
        let vhs = results(&vh, lead(&x), [right, n], x.dtype)?;
        let alone = lists(&linalg::svdvals(&array)?, lead(&x), least, x.dtype.real())?;
        for (k, want) in Matrix::all(&x).iter().enumerate() {
            orthonormal("U", &us[k], x.dtype)?;
            orthonormal("V", &vhs[k].adjoint(), x.dtype)?;
            let allowed = rounding(x.dtype, want.size());
            let middle = Matrix::diagonal(&values[k], left, right);
            near("U·diag(s)·Vᴴ", &us[k].times(&middle).times(&vhs[k]), want, allowed)?;
            prop_assert!(descending(&values[k]) && values[k].iter().all(|s| s.re >= 0.0));
            let naive = want.singular_values();
            near_numbers("singular values", &real(&values[k]), &naive, allowed)?;
            near_numbers("svdvals", &real(&alone[k]), &naive, allowed)?;
        }
        Ok(())
    });
}

/// `eigh` and `eigvalsh`: of the lower triangle.
pub fn eigh<A: Array>(make: Make<'_, A>) {
    for_all("eigh", 1, &matrices(square()), |x| {
        let n = x.shape[x.ndim() - 1];
        let hermitian = each(&x, |m| {
            let other = m.adjoint();
            Matrix::from_fn(n, n, |i, j| m.at(i, j) + other.at(i, j))
        });
        let array = build(make, &one_triangle(&hermitian, false))?;
        let linalg::Eigh { eigenvalues, eigenvectors } = linalg::eigh(&array)?;
        let values = lists(&eigenvalues, lead(&x), n, x.dtype.real())?;
        let vectors = results(&eigenvectors, lead(&x), [n, n], x.dtype)?;
        let alone = lists(&linalg::eigvalsh(&array)?, lead(&x), n, x.dtype.real())?;
        for (k, want) in Matrix::all(&hermitian).iter().enumerate() {
            orthonormal("eigenvectors", &vectors[k], x.dtype)?;
            let allowed = rounding(x.dtype, want.size());
            let scaled = vectors[k].times(&Matrix::diagonal(&values[k], n, n));
            near("A·V", &want.times(&vectors[k]), &scaled, allowed)?;
            let downwards: Vec<Complex128> = values[k].iter().rev().copied().collect();
            prop_assert!(descending(&downwards));
            near_numbers("eigvalsh", &real(&alone[k]), &real(&values[k]), allowed)?;
        }
        Ok(())
    });
}

/// `eig` and `eigvals`.
pub fn eig<A: Array>(make: Make<'_, A>) {
    for_all("eig", 1, &matrices(square()), |x| {
        let n = x.shape[x.ndim() - 1];
        let array = build(make, &x)?;
        let linalg::Eig { eigenvalues, eigenvectors } = linalg::eig(&array)?;
        let values = lists(&eigenvalues, lead(&x), n, x.dtype.complex())?;
        let vectors = results(&eigenvectors, lead(&x), [n, n], x.dtype.complex())?;
        let alone = lists(&linalg::eigvals(&array)?, lead(&x), n, x.dtype.complex())?;
        for (k, m) in Matrix::all(&x).iter().enumerate() {
            let allowed = rounding(x.dtype, m.size());
            let scaled = vectors[k].times(&Matrix::diagonal(&values[k], n, n));
            near("A·V", &m.times(&vectors[k]), &scaled, allowed)?;
            for j in 0..n {
                let length: f64 = (0..n).map(|i| vectors[k].at(i, j).norm_sqr()).sum();
                prop_assert!((length - 1.0).abs() < rounding(x.dtype, 1.0), "length {}", length);
            }
            let one = |x: Complex128| Matrix::from_fn(1, 1, |_, _| x);
            let trace = one((0..n).map(|i| m.at(i, i)).sum());
            let volume = rounding(x.dtype, m.size().powi(n.max(1) as i32));
            for list in [&values[k], &alone[k]] {
                near("sum of eigenvalues", &one(list.iter().sum()), &trace, allowed)?;
                let product = list.iter().product();
                near("product", &one(product), &one(m.determinant()), volume)?;
            }
        }
        Ok(())
    });
}

/// Shapes, types and values that are refused.
pub fn refused_matrices<A: Array>(make: Make<'_, A>) {
    let ones = |shape: &[usize], dtype| {
        let x = Reference::from_fn(shape, dtype, |_| crate::dtype::Scalar::one(dtype));
        build(make, &x).expect("made")
    };
    let wide = ones(&[2, 3], DType::Float32);
    let vector = ones(&[3], DType::Float64);
    type Function<A> = fn(&A) -> crate::Result<A>;
    let square: [(&str, Function<A>); 7] = [
        ("cholesky", |x| linalg::cholesky(x, false)),
        ("det", |x| linalg::det(x)),
        ("inv", |x| linalg::inv(x)),
        ("solve", |x| linalg::solve(x, x)),
        ("eigvals", |x| linalg::eigvals(x)),
        ("eigvalsh", |x| linalg::eigvalsh(x)),
        ("matrix_power", |x| linalg::matrix_power(x, 2)),
    ];
    let any: [(&str, Function<A>); 4] = [
        ("qr", |x| Ok(linalg::qr(x, false)?.q)),
        ("svdvals", |x| linalg::svdvals(x)),
        ("matrix_norm", |x| linalg::matrix_norm(x, linalg::MatrixNorm::One, false)),
        ("diagonal", |x| linalg::diagonal(x, 0)),
    ];
    for (name, function) in square.iter().chain(&any) {
        let expect_mismatch = |x: &A| match function(x) {
            Err(Error::Shape(ShapeError::Mismatch { op, .. })) => assert_eq!(op, *name),
            other => panic!("{name}: {other:?}"),
        };
        expect_mismatch(&vector);
        if square.iter().any(|s| s.0 == *name) {
            expect_mismatch(&wide);
        }
        if *name == "diagonal" {
            continue;
        }
        for dtype in [DType::Int32, DType::Bool] {
            match function(&ones(&[2, 2], dtype)) {
                Err(Error::DType(DTypeError::Unsupported { op, dtype: d, .. })) => {
                    assert_eq!((op.as_str(), d), (*name, dtype));
                }
                other => panic!("{name} of {dtype}: {other:?}"),
            }
        }
    }
    let three = ones(&[3, 3], DType::Float64);
    assert!(matches!(
        linalg::solve(&three, &ones(&[2, 2], DType::Float64)),
        Err(Error::Shape(ShapeError::Mismatch { .. }))
    ));
    assert!(matches!(
        linalg::solve(&ones(&[2, 3, 3], DType::Float64), &ones(&[4, 3, 1], DType::Float64)),
        Err(Error::Shape(ShapeError::Broadcast { .. }))
    ));
    let nan = three.multiply(f64::NAN).expect("computed");
    let iterative: [Function<A>; 3] =
        [|x| linalg::svdvals(x), |x| linalg::eigvalsh(x), |x| linalg::eigvals(x)];
    for function in iterative {
        let result = function(&nan).and_then(|a| a.to_values());
        assert!(matches!(untasked(result), Err(Error::Numeric(NumericError::Value { .. }))));
    }
    assert!(linalg::det(&nan).and_then(|a| a.item()).expect("computed").to::<f64>().is_nan());
    let result = linalg::cholesky(&nan, false).and_then(|a| a.to_values());
    assert!(matches!(
        untasked(result),
        Err(Error::Numeric(NumericError::NotPositiveDefinite { .. }))
    ));
}
