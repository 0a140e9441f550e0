//! [Fourier transform extension](https://data-apis.org/array-api/2025.12/extensions/fourier_transform_functions.html),
//! against the sums of the definition.

use super::oracle::Reference;
use super::strategies::{Palette, arrays_of, axes, dtype, permutation, shape};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::dtype::{Complex128, DType, Kind, Scalar};
use crate::error::{DTypeError, ShapeError};
use crate::fft::{self, Norm};
use crate::standard::Axes;
use crate::{Array, Error};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;

const NORMS: [&str; 3] = ["backward", "ortho", "forward"];

fn norm(name: &str) -> Norm {
    name.parse().expect("the standard's name")
}

/// What the sums are multiplied by.
fn factor(norm: &str, forward: bool, n: usize) -> f64 {
    match (norm, forward) {
        ("ortho", _) => (n as f64).sqrt().recip(),
        ("backward", false) | ("forward", true) => (n as f64).recip(),
        _ => 1.0,
    }
}

/// An array of complex numbers, in double precision.
fn complex(x: &Reference) -> Reference {
    x.astype(DType::Complex128)
}

fn at(x: &Reference, index: &[usize], axis: usize, k: usize) -> Complex128 {
    let mut index = index.to_vec();
    index[axis] = k;
    x.at(&index).to()
}

/// Lines along an axis, each replaced by one of another length.
fn lines(
    x: &Reference,
    axis: usize,
    length: usize,
    change: impl Fn(&[Complex128]) -> Vec<Complex128>,
) -> Reference {
    let mut shape = x.shape.clone();
    shape[axis] = length;
    Reference::from_fn(&shape, DType::Complex128, |index| {
        let line: Vec<Complex128> = (0..x.shape[axis]).map(|k| at(x, index, axis, k)).collect();
        change(&line)[index[axis]].into()
    })
}

/// The first `n` elements, zeros where there are fewer.
fn fitted(line: &[Complex128], n: usize) -> Vec<Complex128> {
    (0..n).map(|k| line.get(k).copied().unwrap_or_default()).collect()
}

/// The definition: `Σ x[j]·e^(∓2πi·jk/n)`, `n` points.
fn dft(line: &[Complex128], forward: bool, norm: &str) -> Vec<Complex128> {
    let n = line.len();
    let sign = if forward { -1.0 } else { 1.0 };
    let term = |j: usize, k: usize| {
        let turn = (j * k % n) as f64 / n as f64;
        line[j] * Complex128::from_polar(1.0, sign * std::f64::consts::TAU * turn)
    };
    let factor = factor(norm, forward, n);
    (0..n).map(|k| (0..n).map(|j| term(j, k)).sum::<Complex128>() * factor).collect()
}

/// All `n` elements of a line with `x[n − j] = conj(x[j])`, from its first `n/2 + 1`.
fn hermitian(half: &[Complex128], n: usize) -> Vec<Complex128> {
    let half = fitted(half, n / 2 + 1);
    (0..n)
        .map(|k| match k {
            _ if k == 0 || 2 * k == n => half[k].re.into(),
            _ if 2 * k < n => half[k],
            _ => half[n - k].conj(),
        })
        .collect()
}

fn compare<A: Array>(got: &A, want: &Reference, dtype: DType, x: &Reference) -> TestCaseResult {
    let want = Reference::from_fn(&want.shape, dtype, |index| {
        let value: Complex128 = want.at(index).to();
        if dtype.kind() == Kind::Complex { Scalar::from(value) } else { value.re.into() }
            .cast(dtype)
    });
    let points = x.elements.len().max(want.elements.len());
    agree(got, &want, Tolerance::sum(points, x.magnitude()))
}

/// An array of a data type that is accepted, one of its axes, a number of points or none, and a norm.
type Case = (Reference, usize, Option<usize>, &'static str);

fn cases(accept: fn(DType) -> bool) -> BoxedStrategy<Case> {
    (shape(1..=3), dtype(accept), proptest::option::of(1..=7_usize), select(&NORMS[..]))
        .prop_flat_map(|(shape, d, n, norm)| {
            let axes = 0..shape.len();
            (arrays_of(Just(shape).boxed(), d, Palette::Finite), axes, Just(n), Just(norm))
        })
        .boxed()
}

fn no_points<A: Array>(result: crate::Result<A>) -> TestCaseResult {
    refused!(result, Error::Shape(ShapeError::Parameter { what: "n", .. }))
}

/// `fft` and `ifft`.
pub fn transforms<A: Array>(make: Make<'_, A>) {
    let strategy = (cases(DType::is_floating), any::<bool>()).boxed();
    for_all("transforms", 1, &strategy, |((x, axis, points, name), forward)| {
        let array = build(make, &x)?;
        let from_end = axis as isize - x.ndim() as isize;
        let got = if forward {
            fft::fft(&array, points, from_end, norm(name))
        } else {
            fft::ifft(&array, points, axis as isize, norm(name))
        };
        let n = points.unwrap_or(x.shape[axis]);
        if n == 0 {
            return no_points(got);
        }
        let want = lines(&complex(&x), axis, n, |line| dft(&fitted(line, n), forward, name));
        compare(&got?, &want, x.dtype.complex(), &x)
    });
}

/// `rfft` and `ihfft`: of real signals.
pub fn real_signals<A: Array>(make: Make<'_, A>) {
    let strategy = (cases(|d| d.kind() == Kind::Float), any::<bool>()).boxed();
    for_all("transforms of real signals", 1, &strategy, |((x, axis, points, name), forward)| {
        let array = build(make, &x)?;
        let got = if forward {
            fft::rfft(&array, points, axis as isize, norm(name))
        } else {
            fft::ihfft(&array, points, axis as isize, norm(name))
        };
        let n = points.unwrap_or(x.shape[axis]);
        if n == 0 {
            return no_points(got);
        }
        let want = lines(&complex(&x), axis, n / 2 + 1, |line| {
            dft(&fitted(line, n), forward, name)[..=n / 2].to_vec()
        });
        compare(&got?, &want, x.dtype.complex(), &x)
    });
}

/// `irfft` and `hfft`: to real numbers.
pub fn real_results<A: Array>(make: Make<'_, A>) {
    let strategy = (cases(DType::is_floating), any::<bool>()).boxed();
    for_all("transforms to real numbers", 1, &strategy, |((x, axis, points, name), forward)| {
        let array = build(make, &x)?;
        let got = if forward {
            fft::hfft(&array, points, axis as isize, norm(name))
        } else {
            fft::irfft(&array, points, axis as isize, norm(name))
        };
        let n = points.unwrap_or(2 * x.shape[axis].saturating_sub(1));
        if n == 0 {
            return no_points(got);
        }
        let want = lines(&complex(&x), axis, n, |line| dft(&hermitian(line, n), forward, name));
        compare(&got?, &want, x.dtype.real(), &x)
    });
}

/// `fftn`, `ifftn`, `rfftn` and `irfftn`: one axis after the other.
pub fn several_axes<A: Array>(make: Make<'_, A>) {
    let strategy = (dtype(DType::is_floating), select(&NORMS[..]), 0..4_u8)
        .prop_flat_map(|(d, norm, which)| {
            let d = if which == 2 { d.real() } else { d };
            (arrays_of(shape(1..=3), d, Palette::Finite), Just(norm), Just(which))
        })
        .prop_flat_map(|(x, norm, which)| {
            let ndim = x.ndim();
            let counts = proptest::option::of(proptest::collection::vec(1..=5_usize, 1..=ndim));
            (Just(x), Just(norm), Just(which), permutation(ndim), counts, any::<bool>())
        })
        .boxed();
    for_all("transforms of several axes", 1, &strategy, |(x, name, which, order, s, named)| {
        let ndim = x.ndim();
        let count = s.as_ref().map_or(ndim, Vec::len);
        let axes: Vec<usize> =
            if named { order[..count].to_vec() } else { (ndim - count..ndim).collect() };
        let names: Vec<isize> = axes.iter().map(|&a| a as isize - ndim as isize).collect();
        let names = named.then_some(names.as_slice());
        let array = build(make, &x)?;
        let function = [fft::fftn, fft::ifftn, fft::rfftn, fft::irfftn][usize::from(which)];
        let got = function(&array, s.as_deref(), names, norm(name));
        let n = |k: usize| match &s {
            Some(s) => s[k],
            None if which == 3 && k + 1 == count => 2 * x.shape[axes[k]].saturating_sub(1),
            None => x.shape[axes[k]],
        };
        if (0..count).any(|k| n(k) == 0) {
            return no_points(got);
        }
        // The real one is the last: first of a signal, last of a spectrum.
        let forward = which % 2 == 0;
        let one = |x: &Reference, k: usize| {
            lines(x, axes[k], n(k), |line| dft(&fitted(line, n(k)), forward, name))
        };
        let last = count - 1;
        let half = n(last) / 2 + 1;
        let want = match which {
            0 | 1 => (0..count).fold(complex(&x), |x, k| one(&x, k)),
            2 => {
                let real = lines(&complex(&x), axes[last], half, |line| {
                    dft(&fitted(line, n(last)), true, name)[..half].to_vec()
                });
                (0..last).fold(real, |x, k| one(&x, k))
            }
            _ => {
                let complex = (0..last).fold(complex(&x), |x, k| one(&x, k));
                lines(&complex, axes[last], n(last), |line| {
                    dft(&hermitian(line, n(last)), false, name)
                })
            }
        };
        let dtype = if which == 3 { x.dtype.real() } else { x.dtype.complex() };
        compare(&got?, &want, dtype, &x)
    });
}

/// `fftshift` and `ifftshift` in every type, `fftfreq` and `rfftfreq`.
pub fn frequencies<A: Array>(make: Make<'_, A>) {
    let strategy = super::strategies::any_array(0..=3, Palette::Any)
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), axes(ndim))
        })
        .boxed();
    for_all("shifts", 1, &strategy, |(x, axes)| {
        let array = build(make, &x)?;
        let list: Vec<isize> = axes.iter().map(|&a| a as isize).collect();
        let names = || {
            if axes.len() == x.ndim() { (..).into() } else { Axes::from(list.as_slice()) }
        };
        let moved = |back: bool| {
            let lists: Vec<Vec<usize>> = x
                .shape
                .iter()
                .enumerate()
                .map(|(a, &n)| match (axes.contains(&a), back) {
                    (false, _) => (0..n).collect(),
                    // Zero comes to n/2: element k is from k − n/2.
                    (true, false) => (0..n).map(|k| (k + n - n / 2) % n).collect(),
                    (true, true) => (0..n).map(|k| (k + n / 2) % n).collect(),
                })
                .collect();
            x.selected(&lists)
        };
        agree(&fft::fftshift(&array, names())?, &moved(false), Tolerance::EXACT)?;
        agree(&fft::ifftshift(&array, names())?, &moved(true), Tolerance::EXACT)
    });
    for dtype in [DType::Float32, DType::Float64] {
        for n in 1..=6_usize {
            let d = 0.3;
            let number = |k: usize| k as f64 / (n as f64 * d);
            let all = Reference::from_fn(&[n], dtype, |i| {
                let k = i[0];
                let frequency = if 2 * k < n { number(k) } else { -number(n - k) };
                Scalar::from(frequency).cast(dtype)
            });
            let half =
                Reference::from_fn(&[n / 2 + 1], dtype, |i| Scalar::from(number(i[0])).cast(dtype));
            let compare = |got: crate::Result<A>, want: &Reference| {
                agree(&got.expect("computed"), want, Tolerance::FUNCTION).expect("the same");
            };
            compare(fft::fftfreq(n, d, dtype), &all);
            compare(fft::rfftfreq(n, d, dtype), &half);
        }
    }
}

/// Types, axes and numbers that are refused.
pub fn refused_signals<A: Array>(make: Make<'_, A>) {
    let ones = |dtype| {
        let x = Reference::from_fn(&[2, 3], dtype, |_| Scalar::one(dtype));
        build(make, &x).expect("made")
    };
    let norm = Norm::Ortho;
    for (result, name) in [
        (fft::fft(&ones(DType::Int64), None, 0, norm), "fft"),
        (fft::ifftn(&ones(DType::Bool), None, None, norm), "ifftn"),
        (fft::rfft(&ones(DType::Complex64), None, 0, norm), "rfft"),
        (fft::ihfft(&ones(DType::Complex128), None, 0, norm), "ihfft"),
        (fft::irfft(&ones(DType::UInt8), None, 0, norm), "irfft"),
        (fft::fftfreq(4, 1.0, DType::Int32), "fftfreq"),
        (fft::rfftfreq(4, 1.0, DType::Complex64), "rfftfreq"),
    ] {
        match result {
            Err(Error::DType(DTypeError::Unsupported { op, .. })) => assert_eq!(op, name),
            other => panic!("{name}: {other:?}"),
        }
    }
    let x = ones(DType::Float32);
    let no_axis = |result: crate::Result<A>| {
        assert!(matches!(result, Err(Error::Shape(ShapeError::Axis { .. }))), "{result:?}");
    };
    no_axis(fft::fft(&x, None, 2, norm));
    no_axis(fft::fftn(&x, None, Some(&[0, -3]), norm));
    no_axis(fft::fftshift(&x, 2));
    let parameter = |result: crate::Result<A>, name: &str| match result {
        Err(Error::Shape(ShapeError::Parameter { what, .. })) => assert_eq!(what, name),
        other => panic!("{name}: {other:?}"),
    };
    parameter(fft::fft(&x, Some(0), 0, norm), "n");
    parameter(fft::irfft(&x.index((.., ..1)).expect("a part"), None, 1, norm), "n");
    parameter(fft::fftfreq(0, 1.0, DType::Float64), "n");
    parameter(fft::fftn(&x, Some(&[2]), Some(&[0, 1]), norm), "s");
    parameter(fft::rfftn(&x, None, Some(&[]), norm), "axes");
    assert!(matches!(
        fft::fftn(&x, None, Some(&[0, -2]), norm),
        Err(Error::Shape(ShapeError::RepeatedAxis { .. }))
    ));
    assert!("backwards".parse::<Norm>().is_err());
}
