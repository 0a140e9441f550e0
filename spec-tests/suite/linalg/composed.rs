//! What is made of other operations.

use super::super::elementwise::compare;
use super::super::oracle::{Matrix, Reference, broadcast, indices};
use super::super::strategies::{Palette, any_array, array, array_of, axes, dtype};
use super::super::{Make, Tolerance, agree, build, for_all, refused};
use super::{lead, matrices, near, near_numbers, rectangular, regular, results, rounding, square};
use crate::dtype::{Complex128, DType, Scalar, finfo};
use crate::error::ShapeError;
use crate::linalg::{self, MatrixNorm};
use crate::standard::{Axes, Func, Reduction};
use crate::{Array, Error};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

/// `diagonal` and `trace` in every type.
pub fn diagonals<A: Array>(make: Make<'_, A>) {
    let strategy = (any_array(2..=4, Palette::Any), -6..=6_isize).boxed();
    for_all("diagonals", 1, &strategy, |(x, offset)| {
        let array = build(make, &x)?;
        let (rows, columns) = (x.shape[x.ndim() - 2], x.shape[x.ndim() - 1]);
        let places: Vec<[usize; 2]> = (0..rows)
            .filter_map(|i| i.checked_add_signed(offset).filter(|&j| j < columns).map(|j| [i, j]))
            .collect();
        let shape = [lead(&x), &[places.len()]].concat();
        let want = Reference::from_fn(&shape, x.dtype, |index| {
            let (k, stack) = index.split_last().expect("a diagonal's own axis");
            x.at(&[stack, &places[*k]].concat())
        });
        agree(&linalg::diagonal(&array, offset)?, &want, Tolerance::EXACT)?;
        let tolerance = Tolerance::sum(places.len(), x.magnitude());
        let sums = &want.reduced(Reduction::Sum, &[shape.len() - 1], false)[0];
        agree(&linalg::trace(&array, offset, None)?, sums, tolerance)?;
        let wide =
            want.astype(DType::Complex128).reduced(Reduction::Sum, &[shape.len() - 1], false);
        agree(&linalg::trace(&array, offset, Some(DType::Complex128))?, &wide[0], tolerance)
    });
}

/// `cross` along any axis, with stretched arrays.
pub fn cross<A: Array>(make: Make<'_, A>) {
    let strategy = (
        proptest::collection::vec((1..=3_usize, any::<bool>()), 0..=2),
        0..=2_usize,
        dtype(|d| d != DType::Bool),
        0..=2_usize,
    )
        .prop_flat_map(|(others, place, d, shorter)| {
            // The vectors' axis lies `place` axes before the end.
            let place = place.min(others.len());
            let at = others.len() - place;
            let mut left: Vec<usize> = others.iter().map(|o| o.0).collect();
            let mut right: Vec<usize> = others.iter().map(|o| if o.1 { 1 } else { o.0 }).collect();
            left.insert(at, 3);
            right.insert(at, 3);
            right.drain(..shorter.min(at));
            (
                array_of(left, d, Palette::Small),
                array_of(right, d, Palette::Small),
                Just(-(place as isize) - 1),
            )
        })
        .boxed();
    for_all("cross", 1, &strategy, |(x, y, axis)| {
        let shape = broadcast([x.shape.as_slice(), &y.shape].into_iter()).expect("made to");
        let at = shape.len().strict_sub(axis.unsigned_abs());
        let (wide_x, wide_y) = (x.broadcast_to(&shape), y.broadcast_to(&shape));
        let part = |x: &Reference, shift: usize| {
            let list: Vec<usize> = (0..3).map(|k| (k + shift) % 3).collect();
            x.taken(at, &list)
        };
        let times = |i, j| {
            let args = [&part(&wide_x, i), &part(&wide_y, j)];
            Reference::known_map(Func::Multiply, &args).expect("numbers")
        };
        let want = Reference::known_map(Func::Subtract, &[&times(1, 2), &times(2, 1)]);
        let got = linalg::cross(&build(make, &x)?, &build(make, &y)?, axis)?;
        agree(&got, &want.expect("numbers"), Tolerance::sum(2, 8.0))
    });
    for_all("cross of others", 12, &array(DType::Float32, Palette::Small), |x| {
        let array = build(make, &x)?;
        if x.ndim() > 0 && x.shape.iter().all(|&n| n != 3) {
            refused!(
                linalg::cross(&array, &array, -1),
                Error::Shape(ShapeError::Mismatch { op, .. }) if op == "cross"
            )?;
        }
        refused!(linalg::cross(&array, &array, -9), Error::Shape(ShapeError::Axis { .. }))
    });
}

/// `outer`, and an error for what is no vector.
pub fn outer<A: Array>(make: Make<'_, A>) {
    let vectors = (any_array(1..=1, Palette::Any), any_array(1..=1, Palette::Any)).boxed();
    for_all("outer", 1, &vectors, |(x, y)| {
        let (a, b) = (build(make, &x)?, build(make, &y)?);
        let stretched = [x.reshaped(&[x.shape[0], 1]), y.reshaped(&[1, y.shape[0]])];
        compare(linalg::outer(&a, &b), Func::Multiply, &[&stretched[0], &stretched[1]])?;
        let matrix = a.expand_dims(0)?;
        refused!(linalg::outer(&matrix, &b), Error::Shape(ShapeError::Mismatch { .. }))
    });
}

const ORDERS: [f64; 9] = [2.0, 1.0, 0.0, f64::INFINITY, f64::NEG_INFINITY, 3.0, 0.5, -1.0, -2.0];

/// `vector_norm` by its definition.
pub fn vector_norms<A: Array>(make: Make<'_, A>) {
    let strategy = dtype(DType::is_floating)
        .prop_flat_map(|d| array(d, Palette::Finite))
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), axes(ndim), any::<bool>())
        })
        .boxed();
    for_all("norms of vectors", 2, &strategy, |(x, axes, keep)| {
        let array = build(make, &x)?;
        ORDERS.into_iter().try_for_each(|ord| vector_norm(&array, &x, &axes, keep, ord))
    });
}

fn vector_norm<A: Array>(
    array: &A,
    x: &Reference,
    axes: &[usize],
    keep: bool,
    ord: f64,
) -> TestCaseResult {
    let names: Vec<isize> = axes.iter().map(|&a| a as isize - x.ndim() as isize).collect();
    let names = if axes.len() == x.ndim() { (..).into() } else { Axes::from(names.as_slice()) };
    let names = if keep { names.keep() } else { names };
    let got = linalg::vector_norm(array, names, ord);
    let kept: Vec<usize> = (0..x.ndim()).filter(|a| !axes.contains(a)).collect();
    let count: usize = axes.iter().map(|&a| x.shape[a]).product();
    let cells: Vec<usize> = kept.iter().map(|&a| x.shape[a]).collect();
    if ord == f64::NEG_INFINITY && count == 0 && !cells.contains(&0) {
        return refused!(got, Error::Shape(ShapeError::Mismatch { .. }));
    }
    let folded: Vec<usize> = axes.iter().map(|&a| x.shape[a]).collect();
    let want: Vec<Scalar> = indices(&cells)
        .iter()
        .map(|cell| {
            let moduli = indices(&folded).into_iter().map(|inner| {
                let mut own = vec![0; x.ndim()];
                kept.iter().zip(cell).for_each(|(&a, &i)| own[a] = i);
                axes.iter().zip(&inner).for_each(|(&a, &i)| own[a] = i);
                x.at(&own).to::<Complex128>().norm()
            });
            let norm = if ord == f64::INFINITY {
                moduli.fold(0.0, f64::max)
            } else if ord == f64::NEG_INFINITY {
                moduli.fold(f64::INFINITY, f64::min)
            } else if ord == 0.0 {
                moduli.filter(|&m| m != 0.0).count() as f64
            } else {
                moduli.map(|m| m.powf(ord)).fold(0.0, |sum, x| sum + x).powf(1.0 / ord)
            };
            Scalar::from(norm).cast(x.dtype.real())
        })
        .collect();
    let shape: Vec<usize> = (0..x.ndim())
        .filter(|a| keep || !axes.contains(a))
        .map(|a| if axes.contains(&a) { 1 } else { x.shape[a] })
        .collect();
    let want = Reference { shape, dtype: x.dtype.real(), elements: want };
    let tolerance = Tolerance { ulps: 20.0, ..Tolerance::sum(count, 1.0) };
    agree(&got?, &want, tolerance)
}

/// `matrix_norm` of every order.
pub fn matrix_norms<A: Array>(make: Make<'_, A>) {
    let orders = ["fro", "nuc"].map(|name| name.parse::<MatrixNorm>().expect("a name"));
    let numbers = [1.0, -1.0, 2.0, -2.0, f64::INFINITY, f64::NEG_INFINITY]
        .map(|ord| MatrixNorm::try_from(ord).expect("an order"));
    assert!(MatrixNorm::try_from(3.0).is_err() && "max".parse::<MatrixNorm>().is_err());
    let orders = [orders.as_slice(), &numbers].concat();
    let strategy = (matrices(rectangular()), any::<bool>()).boxed();
    for_all("norms of matrices", 2, &strategy, |(x, keep)| {
        let array = build(make, &x)?;
        orders.iter().try_for_each(|&ord| matrix_norm(&array, &x, ord, keep))
    });
}

fn matrix_norm<A: Array>(array: &A, x: &Reference, ord: MatrixNorm, keep: bool) -> TestCaseResult {
    let got = linalg::matrix_norm(array, ord, keep);
    let shape = if keep { [lead(x), &[1, 1]].concat() } else { lead(x).to_vec() };
    let is_least =
        matches!(ord, MatrixNorm::MinusOne | MatrixNorm::MinusTwo | MatrixNorm::MinusInfinity);
    let (m, n) = (x.shape[x.ndim() - 2], x.shape[x.ndim() - 1]);
    if is_least && got.is_err() {
        prop_assert!(m * n == 0 && !shape.contains(&0));
        return refused!(got, Error::Shape(ShapeError::Mismatch { .. }));
    }
    let got = got?;
    prop_assert_eq!((got.shape(), got.dtype()), (shape.as_slice(), x.dtype.real()));
    let values = got.to_values()?;
    for (k, matrix) in Matrix::all(x).iter().enumerate() {
        let moduli = |i: usize, j: usize| matrix.at(i, j).norm();
        let rows = (0..m).map(|i| (0..n).map(|j| moduli(i, j)).sum::<f64>());
        let columns = (0..n).map(|j| (0..m).map(|i| moduli(i, j)).sum::<f64>());
        let singular = matrix.singular_values();
        let least = |list: &mut dyn Iterator<Item = f64>| list.fold(f64::INFINITY, f64::min);
        let greatest = |list: &mut dyn Iterator<Item = f64>| list.fold(0.0, f64::max);
        let want = match ord {
            MatrixNorm::Frobenius => {
                matrix.elements.iter().map(Complex128::norm_sqr).sum::<f64>().sqrt()
            }
            MatrixNorm::Nuclear => singular.iter().sum(),
            MatrixNorm::One => greatest(&mut columns.into_iter()),
            MatrixNorm::MinusOne => least(&mut columns.into_iter()),
            MatrixNorm::Two => greatest(&mut singular.into_iter()),
            MatrixNorm::MinusTwo => least(&mut singular.into_iter()),
            MatrixNorm::Infinity => greatest(&mut rows.into_iter()),
            MatrixNorm::MinusInfinity => least(&mut rows.into_iter()),
        };
        let allowed = rounding(x.dtype, matrix.size());
        near_numbers("norm", &[values.get(k).to()], &[want], allowed)?;
    }
    Ok(())
}

/// `matrix_power` by as many products.
pub fn powers<A: Array>(make: Make<'_, A>) {
    let strategy = (matrices(square()), -3..=5_i64).boxed();
    for_all("powers", 1, &strategy, |(x, power)| {
        let x = regular(&x);
        let n = x.shape[x.ndim() - 1];
        let got = linalg::matrix_power(&build(make, &x)?, power)?;
        let got = results(&got, lead(&x), [n, n], x.dtype)?;
        for (got, m) in got.iter().zip(Matrix::all(&x)) {
            let factor = if power < 0 { m.inverse() } else { m.clone() };
            let times = power.unsigned_abs();
            let want = (0..times).fold(Matrix::identity(n), |p, _| p.times(&factor));
            near("power", got, &want, rounding(x.dtype, factor.size().powi(times as i32)))?;
        }
        Ok(())
    });
}

/// Whether rounding could decide on which side of a cutoff a singular value lies.
fn is_doubtful(singular: &[f64], rtol: f64) -> bool {
    let greatest = singular.first().copied().unwrap_or(0.0);
    let noise = greatest * f64::from(f32::EPSILON) * 10.0;
    singular.iter().any(|&s| {
        let cutoff = greatest * rtol;
        // Of a zero value only rounding is left, which any cutoff of use is above.
        s > noise.min(1e-12) && s < cutoff * 100.0 && s > cutoff / 100.0
    })
}

/// `matrix_rank` by the cutoffs given, as numbers and as arrays, and by default.
pub fn ranks<A: Array>(make: Make<'_, A>) {
    let strategy = (matrices(rectangular()), 0..3_u8).boxed();
    for_all("ranks", 1, &strategy, |(x, form)| {
        let (m, n) = (x.shape[x.ndim() - 2], x.shape[x.ndim() - 1]);
        let array = build(make, &x)?;
        let given = 1e-3;
        let list = Reference::from_fn(lead(&x), x.dtype.real(), |_| {
            Scalar::from(given).cast(x.dtype.real())
        });
        let (got, rtol) = match form {
            0 => {
                let eps = finfo(x.dtype)?.eps;
                (linalg::matrix_rank(&array, None::<f64>)?, m.max(n) as f64 * eps)
            }
            1 => (linalg::matrix_rank(&array, Some(given))?, given),
            _ => {
                let rtol = build(make, &list)?;
                (linalg::matrix_rank(&array, Some(&rtol))?, given)
            }
        };
        prop_assert_eq!((got.shape(), got.dtype()), (lead(&x), DType::Int64));
        let ranks = got.to_values()?;
        for (k, matrix) in Matrix::all(&x).iter().enumerate() {
            let singular = matrix.singular_values();
            if !is_doubtful(&singular, rtol) {
                let cutoff = singular.first().map_or(0.0, |s| s * rtol);
                let noise = 1e-12 * matrix.size();
                let want = singular.iter().filter(|&&s| s > cutoff.max(noise)).count();
                prop_assert_eq!(ranks.get(k), Scalar::Int64(want as i64));
            }
        }
        Ok(())
    });
}

/// `pinv` by the four conditions of Penrose.
pub fn pseudoinverses<A: Array>(make: Make<'_, A>) {
    for_all("pseudoinverses", 1, &matrices(rectangular()), |x| {
        let (m, n) = (x.shape[x.ndim() - 2], x.shape[x.ndim() - 1]);
        let got = linalg::pinv(&build(make, &x)?, None::<f64>)?;
        let got = results(&got, lead(&x), [n, m], x.dtype)?;
        let rtol = m.max(n) as f64 * finfo(x.dtype)?.eps;
        for (p, a) in got.iter().zip(Matrix::all(&x)) {
            if is_doubtful(&a.singular_values(), rtol) {
                continue;
            }
            let (left, right) = (a.times(p), p.times(&a));
            let allowed = |power_a: i32, power_p: i32| {
                rounding(x.dtype, a.size().powi(power_a) * p.size().powi(power_p))
            };
            near("A·A⁺·A", &left.times(&a), &a, allowed(2, 1))?;
            near("A⁺·A·A⁺", &right.times(p), p, allowed(1, 2))?;
            near("A·A⁺", &left, &left.adjoint(), allowed(1, 1))?;
            near("A⁺·A", &right, &right.adjoint(), allowed(1, 1))?;
        }
        Ok(())
    });
    for_all("pseudoinverses with a cutoff", 12, &matrices(Just(vec![2, 2]).boxed()), |x| {
        let diagonal = Matrix::diagonal(&[4.0.into(), 1.0.into()], 2, 2);
        let x = super::each(&x, |_| diagonal.clone());
        let got = linalg::pinv(&build(make, &x)?, Some(0.5))?;
        let want = Matrix::diagonal(&[0.25.into(), 0.0.into()], 2, 2);
        near("pinv", &results(&got, &[], [2, 2], x.dtype)?[0], &want, rounding(x.dtype, 1.0))
    });
}
