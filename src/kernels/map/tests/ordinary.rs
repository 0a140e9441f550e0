//! Floats and complex numbers that are nothing special, against other implementations.

use super::reference::REFERENCE;
use super::*;
use crate::dtype::{Complex64, Complex128};
use crate::kernels::samples::{self, Random};

fn numbers(seed: u64) -> impl Iterator<Item = f64> {
    Random(seed).numbers()
}

fn close(got: f64, expected: f64, eps: f64) -> bool {
    samples::close(got, expected, eps, 0.0)
}

#[test]
fn real_functions_of_one_number() {
    type Real = fn(f64) -> f64;
    let table: [(Func, Real); 30] = [
        (Func::Abs, f64::abs),
        (Func::Acos, f64::acos),
        (Func::Acosh, f64::acosh),
        (Func::Asin, f64::asin),
        (Func::Asinh, f64::asinh),
        (Func::Atan, f64::atan),
        (Func::Atanh, |x| 0.5 * (x.ln_1p() - (-x).ln_1p())),
        (Func::Ceil, f64::ceil),
        (Func::Cos, f64::cos),
        (Func::Cosh, f64::cosh),
        (Func::Exp, f64::exp),
        (Func::Expm1, f64::exp_m1),
        (Func::Floor, f64::floor),
        (Func::Log, f64::ln),
        (Func::Log1p, f64::ln_1p),
        (Func::Log2, f64::log2),
        (Func::Log10, f64::log10),
        (Func::Negative, |x| -x),
        (Func::Positive, |x| x),
        (Func::Conj, |x| x),
        (Func::Real, |x| x),
        (Func::Reciprocal, f64::recip),
        (Func::Round, f64::round_ties_even),
        (Func::Sign, f64::signum),
        (Func::Sin, f64::sin),
        (Func::Sinh, f64::sinh),
        (Func::Sqrt, f64::sqrt),
        (Func::Square, |x| x * x),
        (Func::Tan, f64::tan),
        (Func::Tanh, f64::tanh),
    ];
    for (func, oracle) in table.into_iter().chain([(Func::Trunc, f64::trunc as Real)]) {
        for x in numbers(1).take(200).flat_map(|x| [x, x / 8.0, x * 1e-6]) {
            let got = map_scalar(func, DType::Float64, &[x.into()]).to();
            assert!(close(got, oracle(x), 1e-13), "{func} {x}: {got} is not {}", oracle(x));
            let single = x as f32;
            let got: f32 = map_scalar(func, DType::Float32, &[single.into()]).to();
            let expected = oracle(single.into()) as f32;
            let ok = close(got.into(), expected.into(), 8.0 * f64::from(f32::EPSILON));
            assert!(ok, "{func} {single}: {got} is not {expected}");
        }
    }
}

#[test]
fn real_functions_of_two_numbers() {
    type Real = fn(f64, f64) -> f64;
    let table: [(Func, Real); 15] = [
        (Func::Add, |x, y| x + y),
        (Func::Atan2, f64::atan2),
        (Func::Copysign, f64::copysign),
        (Func::Divide, |x, y| x / y),
        (Func::FloorDivide, |x, y| (x / y).floor()),
        (Func::Hypot, f64::hypot),
        (Func::Logaddexp, |x, y| (x.exp() + y.exp()).ln()),
        (Func::Maximum, f64::max),
        (Func::Minimum, f64::min),
        (Func::Multiply, |x, y| x * y),
        (Func::Pow, f64::powf),
        (Func::Remainder, |x, y| x - y * (x / y).floor()),
        (Func::Subtract, |x, y| x - y),
        (Func::Nextafter, |x, y| if x < y { x.next_up() } else { x.next_down() }),
        (Func::Less, |x, y| f64::from(u8::from(x < y))),
    ];
    for (func, oracle) in table {
        for (x, y) in numbers(2).zip(numbers(3)).take(500) {
            let got: f64 = map_scalar(func, DType::Float64, &[x.into(), y.into()]).to();
            let expected = oracle(x, y);
            // A remainder and a logarithm of a sum near 1 are small differences of larger numbers.
            let ok = close(got, expected, 1e-12) || (got - expected).abs() < 1e-13;
            assert!(ok, "{func} {x} {y}: {got} is not {expected}");
        }
    }
    for (func, order) in [
        (Func::Greater, [false, false, true]),
        (Func::GreaterEqual, [false, true, true]),
        (Func::Less, [true, false, false]),
        (Func::LessEqual, [true, true, false]),
    ] {
        for (x, expected) in [1.0, 2.0, 3.0].into_iter().zip(order) {
            assert_eq!(map_scalar(func, DType::Float64, &[x.into(), 2.0.into()]), expected.into());
        }
        let nan = [f64::NAN.into(), 2.0.into()];
        assert_eq!(map_scalar(func, DType::Float64, &nan), false.into());
    }
}

#[test]
fn floor_division_and_remainder_give_back_the_dividend() {
    for (x, y) in numbers(4).zip(numbers(5)).take(500).chain([(1.0, 0.1), (-1.0, 0.1), (0.3, -0.1)])
    {
        let of = |func| -> f64 { map_scalar(func, DType::Float64, &[x.into(), y.into()]).to() };
        let (quotient, rest) = (of(Func::FloorDivide), of(Func::Remainder));
        assert!(close(quotient * y + rest, x, 1e-12) && quotient.fract() == 0.0, "{x} {y}");
        assert!(rest == 0.0 || (rest < 0.0) == (y < 0.0), "{x} {y}");
        assert!(rest.abs() <= y.abs(), "{x} {y}");
    }
    // 0.1 is a little more than a tenth.
    let nine = map_scalar(Func::FloorDivide, DType::Float64, &[1.0.into(), 0.1.into()]);
    assert_eq!(nine, 9.0.into());
}

#[test]
fn no_cancellation_or_overflow_at_the_ends_of_real_functions() {
    for (func, x, expected) in [
        (Func::Acosh, 1.0 + 1e-10, 1.414_213_620_867_586_2e-5),
        (Func::Acosh, 1e308, 709.889_355_822_726),
        (Func::Asinh, 1e308, 709.889_355_822_726),
        (Func::Asinh, -1e-12, -1e-12),
        (Func::Atanh, 1e-15, 1e-15),
        (Func::Atanh, -0.999_999_9, -8.405_621_391_022_31),
    ] {
        let got = map_scalar(func, DType::Float64, &[x.into()]).to();
        assert!(close(got, expected, 4e-15), "{func} {x}: {got} is not {expected}");
    }
}

#[test]
fn complex_functions_at_reference_points() {
    for &(name, (a, b), (re, im)) in REFERENCE {
        let func = Func::ALL.iter().copied().find(|f| f.name() == name).unwrap();
        let z = Complex128::new(a, b);
        let got: Complex128 = map_scalar(func, DType::Complex128, &[z.into()]).to();
        let ok = close(got.re, re, 1e-14) && close(got.im, im, 1e-14);
        assert!(ok, "{func} {z}: {got} is not {re} {im}");
        let narrow = Complex64::new(a as f32, b as f32);
        let wide: Complex128 = Scalar::from(narrow).to();
        let got: Complex64 = map_scalar(func, DType::Complex64, &[narrow.into()]).to();
        let expected: Complex64 = map_scalar(func, DType::Complex128, &[wide.into()]).to();
        assert_eq!(got, expected, "{func} {narrow}");
    }
}

#[test]
fn complex_arithmetic() {
    let parts: Vec<f64> = numbers(6).take(400).collect();
    for p in parts.chunks(4) {
        let (x, y) = (Complex128::new(p[0], p[1]), Complex128::new(p[2], p[3]));
        for (func, expected) in [
            (Func::Add, x + y),
            (Func::Subtract, x - y),
            (Func::Multiply, x * y),
            (Func::Divide, x / y),
            (Func::Pow, (y * x.ln()).exp()),
        ] {
            let got: Complex128 = map_scalar(func, DType::Complex128, &[x.into(), y.into()]).to();
            assert!((got - expected).norm() <= 1e-13 * expected.norm(), "{func} {x} {y}");
        }
        let n = p[2].round();
        let power: Complex128 =
            map_scalar(Func::Pow, DType::Complex128, &[x.into(), Complex128::new(n, 0.0).into()])
                .to();
        let expected = x.powi(n as i32);
        assert!((power - expected).norm() <= 1e-13 * expected.norm(), "{x} to the {n}");
        let of = |func| map_scalar(func, DType::Complex128, &[x.into()]);
        assert!(close(of(Func::Abs).to(), x.norm(), 1e-15));
        assert_eq!(of(Func::Conj), x.conj().into());
        assert_eq!(of(Func::Negative), (-x).into());
        assert_eq!(of(Func::Positive), x.into());
        assert_eq!(of(Func::Real), x.re.into());
        assert_eq!(of(Func::Imag), x.im.into());
        assert_eq!(of(Func::Square), (x * x).into());
        let sign: Complex128 = of(Func::Sign).to();
        assert!((sign - x / x.norm()).norm() < 1e-15);
        let inverse: Complex128 = of(Func::Reciprocal).to();
        assert!((inverse * x - 1.0).norm() < 1e-15);
    }
}
