//! Special values of floats and complex numbers, as tables in a small notation.
//!
//! A row is `function, arguments -> result`. An argument or result is a number, `inf`, `nan`, `max` (the largest
//! finite number), a fraction of `pi` such as `3pi/4`, or for arguments a set of numbers: `fin` some finite ones,
//! `nz` all of these but zero, `pos` and `neg` those of one sign, `±x` both signs. In a result `±` leaves the sign
//! open, and `xcos` or `xsin` is x times the cosine or sine of the argument's imaginary part. A complex number is
//! its two parts in a row.

use super::*;
use crate::dtype::Complex128;

const REAL: &str = "
abs -0 -> 0; abs -inf -> inf; abs nan -> nan
acos nan -> nan; acos 1.5 -> nan; acos -1.5 -> nan; acos 1 -> 0; acos -1 -> pi; acos inf -> nan
acosh nan -> nan; acosh 0.5 -> nan; acosh -inf -> nan; acosh -3 -> nan; acosh -3e4 -> nan; acosh -3e9 -> nan; acosh 1 -> 0; acosh inf -> inf
asin nan -> nan; asin 2 -> nan; asin -2 -> nan; asin 0 -> 0; asin -0 -> -0; asin 1 -> pi/2
asinh nan -> nan; asinh 0 -> 0; asinh -0 -> -0; asinh inf -> inf; asinh -inf -> -inf
atan nan -> nan; atan 0 -> 0; atan -0 -> -0; atan inf -> pi/2; atan -inf -> -pi/2
atanh nan -> nan; atanh -2 -> nan; atanh 2 -> nan; atanh inf -> nan
atanh -1 -> -inf; atanh 1 -> inf; atanh 0 -> 0; atanh -0 -> -0
add inf -inf -> nan; add inf inf -> inf; add inf fin -> inf; add -0 -0 -> -0; add -0 0 -> 0; add nan 1 -> nan
subtract inf inf -> nan; subtract -0 0 -> -0; subtract 0 0 -> 0
multiply inf ±0 -> nan; multiply -2 0 -> -0; multiply inf -3 -> -inf; multiply max 2 -> inf
divide ±inf ±inf -> nan; divide ±0 ±0 -> nan; divide 0 neg -> -0; divide -0 neg -> 0; divide pos -0 -> -inf
divide neg 0 -> -inf; divide inf neg -> -inf; divide pos -inf -> -0; divide neg inf -> -0; divide nan 1 -> nan
atan2 nan 1 -> nan; atan2 1 nan -> nan; atan2 pos ±0 -> pi/2; atan2 0 pos -> 0; atan2 0 0 -> 0
atan2 0 -0 -> pi; atan2 0 neg -> pi; atan2 -0 pos -> -0; atan2 -0 0 -> -0; atan2 -0 -0 -> -pi
atan2 -0 neg -> -pi; atan2 neg ±0 -> -pi/2; atan2 pos inf -> 0; atan2 pos -inf -> pi
atan2 neg inf -> -0; atan2 neg -inf -> -pi; atan2 inf fin -> pi/2; atan2 -inf fin -> -pi/2
atan2 inf inf -> pi/4; atan2 inf -inf -> 3pi/4; atan2 -inf inf -> -pi/4; atan2 -inf -inf -> -3pi/4
ceil ±inf -> same; ceil ±0 -> same; ceil nan -> nan; ceil -0.5 -> -0; ceil 1.5 -> 2
floor ±inf -> same; floor ±0 -> same; floor nan -> nan; floor 0.5 -> 0; floor -1.5 -> -2
trunc ±inf -> same; trunc ±0 -> same; trunc nan -> nan; trunc -0.5 -> -0; trunc -1.5 -> -1
round ±inf -> same; round ±0 -> same; round nan -> nan; round 0.5 -> 0; round 1.5 -> 2; round 2.5 -> 2
round -0.5 -> -0; round -1.5 -> -2; round -2.5 -> -2; round 0.7 -> 1
clip nan 0 1 -> nan; clip 0 nan 1 -> nan; clip 0 0 nan -> nan; clip 5 0 1 -> 1; clip -5 0 1 -> 0; clip 0.5 0 1 -> 0.5
clip 5 3 1 -> 1; clip 0 3 1 -> 1
copysign 2 -0 -> -2; copysign -2 0 -> 2; copysign 2 neg -> -2; copysign -2 pos -> 2; copysign inf -1 -> -inf
cos nan -> nan; cos ±0 -> 1; cos ±inf -> nan; sin nan -> nan; sin ±0 -> same; sin ±inf -> nan
tan nan -> nan; tan ±0 -> same; tan ±inf -> nan
cosh nan -> nan; cosh ±0 -> 1; cosh ±inf -> inf; sinh nan -> nan; sinh ±0 -> same; sinh ±inf -> same
tanh nan -> nan; tanh ±0 -> same; tanh inf -> 1; tanh -inf -> -1
exp nan -> nan; exp ±0 -> 1; exp inf -> inf; exp -inf -> 0
expm1 nan -> nan; expm1 ±0 -> same; expm1 inf -> inf; expm1 -inf -> -1
log nan -> nan; log neg -> nan; log ±0 -> -inf; log 1 -> 0; log inf -> inf
log2 nan -> nan; log2 neg -> nan; log2 ±0 -> -inf; log2 1 -> 0; log2 inf -> inf; log2 8 -> 3
log10 nan -> nan; log10 neg -> nan; log10 ±0 -> -inf; log10 1 -> 0; log10 inf -> inf; log10 1000 -> 3
log1p nan -> nan; log1p -2 -> nan; log1p -1 -> -inf; log1p ±0 -> same; log1p inf -> inf
sqrt nan -> nan; sqrt neg -> nan; sqrt ±0 -> same; sqrt inf -> inf
floor_divide nan 1 -> nan; floor_divide 1 nan -> nan; floor_divide ±inf ±inf -> nan; floor_divide ±0 ±0 -> nan
floor_divide 0 pos -> 0; floor_divide -0 pos -> -0; floor_divide 0 neg -> -0; floor_divide -0 neg -> 0
floor_divide pos 0 -> inf; floor_divide pos -0 -> -inf; floor_divide neg 0 -> -inf; floor_divide neg -0 -> inf
floor_divide inf pos -> inf; floor_divide inf neg -> -inf; floor_divide -inf pos -> -inf; floor_divide -inf neg -> inf
floor_divide pos inf -> 0; floor_divide pos -inf -> -0; floor_divide neg inf -> -0; floor_divide neg -inf -> 0
floor_divide 7 2 -> 3; floor_divide -7 2 -> -4; floor_divide 7 -2 -> -4; floor_divide -7 -2 -> 3
floor_divide max 0.5 -> inf; floor_divide 1 3 -> 0; floor_divide -1 3 -> -1
remainder nan 1 -> nan; remainder 1 nan -> nan; remainder ±inf ±inf -> nan; remainder ±0 ±0 -> nan
remainder ±0 pos -> 0; remainder ±0 neg -> -0; remainder nz ±0 -> nan; remainder ±inf nz -> nan
remainder pos inf -> same; remainder pos -inf -> -inf; remainder neg inf -> inf; remainder neg -inf -> same
remainder 7 2 -> 1; remainder -7 2 -> 1; remainder 7 -2 -> -1; remainder -7 -2 -> -1; remainder -4 2 -> 0; remainder 4 -2 -> -0
hypot inf nan -> inf; hypot nan -inf -> inf; hypot nan 1 -> nan; hypot ±0 ±0 -> 0; hypot 3 -4 -> 5; hypot max 0 -> max
logaddexp nan 1 -> nan; logaddexp inf nan -> nan; logaddexp inf -inf -> inf; logaddexp fin inf -> inf
logaddexp inf inf -> inf; logaddexp -inf -inf -> -inf; logaddexp -inf 3 -> 3; logaddexp 1000 0 -> 1000
maximum nan 1 -> nan; maximum 1 nan -> nan; maximum inf 1 -> inf; maximum -1 -2 -> -1
minimum nan 1 -> nan; minimum 1 nan -> nan; minimum -inf 1 -> -inf; minimum -1 -2 -> -2
negative 0 -> -0; negative inf -> -inf; positive -0 -> -0
nextafter nan 1 -> nan; nextafter 1 nan -> nan; nextafter -0 0 -> 0; nextafter 0 -0 -> -0; nextafter inf inf -> inf
nextafter max inf -> inf; nextafter inf 0 -> max
pow nan ±0 -> 1; pow fin ±0 -> 1; pow nan 2 -> nan; pow 2 nan -> nan; pow 1 nan -> 1; pow 1 ±inf -> 1; pow -1 ±inf -> 1
pow 2 inf -> inf; pow -2 inf -> inf; pow 2 -inf -> 0; pow 0.5 inf -> 0; pow -0.5 -inf -> inf
pow inf pos -> inf; pow inf neg -> 0; pow -inf 3 -> -inf; pow -inf 2 -> inf; pow -inf 0.5 -> inf
pow -inf -3 -> -0; pow -inf -2 -> 0; pow 0 pos -> 0; pow 0 neg -> inf; pow -0 3 -> -0; pow -0 2 -> 0
pow -0 -3 -> -inf; pow -0 -2 -> inf; pow -0 -0.5 -> inf; pow -2 0.5 -> nan; pow -2 3 -> -8
reciprocal 0 -> inf; reciprocal -0 -> -inf; reciprocal -inf -> -0; reciprocal 4 -> 0.25
sign -3 -> -1; sign ±0 -> ±0; sign inf -> 1; sign nan -> nan; square -inf -> inf; square -0 -> 0; square -3 -> 9
conj -0 -> -0; real -2 -> -2; imag -2 -> 0
";

/// For `conj z` the result is the conjugate, which is checked too; for `−z` that of odd and even functions.
const COMPLEX: &str = "
acos ±0 0 -> pi/2 -0; acos ±0 nan -> pi/2 nan; acos fin inf -> pi/2 -inf; acos nz nan -> nan nan
acos -inf pos -> pi -inf; acos inf pos -> 0 -inf; acos -inf inf -> 3pi/4 -inf; acos inf inf -> pi/4 -inf
acos ±inf nan -> nan ±inf; acos nan fin -> nan nan; acos nan inf -> nan -inf; acos nan nan -> nan nan
acosh ±0 0 -> 0 pi/2; acosh fin inf -> inf pi/2; acosh nz nan -> nan nan; acosh 0 nan -> nan ±pi/2
acosh -inf pos -> inf pi; acosh inf pos -> inf 0; acosh -inf inf -> inf 3pi/4; acosh inf inf -> inf pi/4
acosh ±inf nan -> inf nan; acosh nan fin -> nan nan; acosh nan inf -> inf nan; acosh nan nan -> nan nan
asinh 0 0 -> 0 0; asinh pos inf -> inf pi/2; asinh fin nan -> nan nan; asinh inf pos -> inf 0
asinh inf inf -> inf pi/4; asinh nan 0 -> nan 0; asinh nan nz -> nan nan; asinh nan inf -> ±inf nan
asinh inf nan -> inf nan; asinh nan nan -> nan nan
atanh 0 0 -> 0 0; atanh 0 nan -> 0 nan; atanh 1 0 -> inf 0; atanh pos inf -> 0 pi/2; atanh nz nan -> nan nan
atanh inf pos -> 0 pi/2; atanh inf inf -> 0 pi/2; atanh inf nan -> 0 nan; atanh nan fin -> nan nan
atanh nan inf -> ±0 pi/2; atanh nan nan -> nan nan
cosh 0 0 -> 1 0; cosh 0 inf -> nan ±0; cosh 0 nan -> nan ±0; cosh nz inf -> nan nan; cosh nz nan -> nan nan
cosh inf 0 -> inf 0; cosh inf nz -> infcos infsin; cosh inf inf -> ±inf nan; cosh inf nan -> inf nan
cosh nan ±0 -> nan ±0; cosh nan nz -> nan nan; cosh nan nan -> nan nan
exp ±0 0 -> 1 0; exp fin inf -> nan nan; exp fin nan -> nan nan; exp inf 0 -> inf 0; exp -inf fin -> 0cos 0sin
exp inf nz -> infcos infsin; exp -inf inf -> ±0 ±0; exp inf inf -> ±inf nan; exp -inf nan -> ±0 ±0
exp inf nan -> ±inf nan; exp nan 0 -> nan 0; exp nan nz -> nan nan; exp nan inf -> nan nan; exp nan nan -> nan nan
expm1 ±0 0 -> ±0 0; expm1 fin inf -> nan nan; expm1 fin nan -> nan nan; expm1 inf 0 -> inf 0
expm1 -inf nz -> -1 0sin; expm1 inf nz -> infcos infsin; expm1 -inf inf -> -1 ±0; expm1 inf inf -> ±inf nan
expm1 -inf nan -> -1 ±0; expm1 inf nan -> ±inf nan; expm1 nan 0 -> nan 0; expm1 nan nz -> nan nan; expm1 nan nan -> nan nan
log -0 0 -> -inf pi; log 0 0 -> -inf 0; log fin inf -> inf pi/2; log fin nan -> nan nan; log -inf pos -> inf pi
log inf pos -> inf 0; log -inf inf -> inf 3pi/4; log inf inf -> inf pi/4; log ±inf nan -> inf nan
log nan fin -> nan nan; log nan inf -> inf nan; log nan nan -> nan nan
log2 0 0 -> -inf 0; log10 inf pos -> inf 0; log10 nan fin -> nan nan; log2 nan inf -> inf nan
log1p -1 0 -> -inf 0; log1p fin inf -> inf pi/2; log1p fin nan -> nan nan; log1p -inf pos -> inf pi
log1p inf pos -> inf 0; log1p -inf inf -> inf 3pi/4; log1p inf inf -> inf pi/4; log1p ±inf nan -> inf nan
log1p nan fin -> nan nan; log1p nan inf -> inf nan; log1p nan nan -> nan nan
sinh 0 0 -> 0 0; sinh 0 inf -> ±0 nan; sinh 0 nan -> ±0 nan; sinh pos inf -> nan nan; sinh pos nan -> nan nan
sinh inf 0 -> inf 0; sinh inf pos -> infcos infsin; sinh inf inf -> ±inf nan; sinh inf nan -> ±inf nan
sinh nan 0 -> nan 0; sinh nan nz -> nan nan; sinh nan nan -> nan nan
sqrt ±0 0 -> 0 0; sqrt fin inf -> inf inf; sqrt ±inf inf -> inf inf; sqrt nan inf -> inf inf; sqrt fin nan -> nan nan
sqrt -inf pos -> 0 inf; sqrt inf pos -> inf 0; sqrt -inf nan -> nan ±inf; sqrt inf nan -> inf nan
sqrt nan fin -> nan nan; sqrt nan nan -> nan nan
tanh 0 0 -> 0 0; tanh nz inf -> nan nan; tanh 0 inf -> 0 nan; tanh nz nan -> nan nan; tanh 0 nan -> 0 nan
tanh inf pos -> 1 0; tanh inf inf -> 1 ±0; tanh inf nan -> 1 ±0; tanh nan 0 -> nan 0; tanh nan nz -> nan nan
tanh nan nan -> nan nan
sign ±0 ±0 -> 0 ±0; sign nan 1 -> nan nan; sign 1 nan -> nan nan; sign 3 4 -> 0.6 0.8; sign max max -> 0.70710678118654752 0.70710678118654752
round 2.5 -0.5 -> 2 -0; round nan 1.5 -> nan 2; round inf 0.5 -> inf 0
reciprocal 0 0 -> inf nan; reciprocal 2 0 -> 0.5 ±0; reciprocal 0 2 -> ±0 -0.5; reciprocal inf inf -> 0 -0
square inf 0 -> inf nan; conj 1 -0 -> 1 0; negative 0 -0 -> -0 0
add 0 0 -0 -0 -> 0 0; add -0 0 -0 -0 -> -0 0
divide nan nan nan nan -> nan nan; divide 4 6 2 0 -> 2 3; divide 4 6 0 2 -> 3 -2; divide max max max max -> 1 0
pow 0 0 0 0 -> 1 0; pow nan nan 0 0 -> 1 0; pow 0 0 2 1 -> 0 0; pow 0 1 2 0 -> -1 0; pow 2 0 -1 0 -> 0.5 0
abs inf nan -> inf; abs nan -inf -> inf; abs 3 -4 -> 5; abs nan 1 -> nan; real 1 2 -> 1; imag 1 2 -> 2
";

const ODD: [&str; 4] = ["sinh", "tanh", "asinh", "atanh"];

/// The numbers that an argument stands for.
fn numbers(token: &str, max: f64) -> Vec<f64> {
    const POSITIVE: [f64; 5] = [0.1, 1.0, 2.5, 40.0, 3e9];
    if let Some(rest) = token.strip_prefix('±') {
        let x = value(rest, max);
        return vec![x, -x];
    }
    let negative = || POSITIVE.into_iter().map(|x| -x);
    match token {
        "pos" => POSITIVE.to_vec(),
        "neg" => negative().collect(),
        "nz" => POSITIVE.into_iter().chain(negative()).collect(),
        "fin" => POSITIVE.into_iter().chain(negative()).chain([0.0, -0.0]).collect(),
        other => vec![value(other, max)],
    }
}

fn value(token: &str, max: f64) -> f64 {
    if let Some(rest) = token.strip_prefix('-') {
        return -value(rest, max);
    }
    match token.split_once("pi") {
        Some((times, over)) => {
            let times: f64 = if times.is_empty() { 1.0 } else { times.parse().unwrap() };
            let over: f64 = over.strip_prefix('/').map_or(1.0, |d| d.parse().unwrap());
            times * std::f64::consts::PI / over
        }
        None if token == "max" => max,
        None => token.parse().unwrap_or_else(|_| panic!("no number: {token}")),
    }
}

/// Whether a part of a result is as the token says; `angle` is the argument's imaginary part.
fn agrees(token: &str, got: f64, angle: f64, first: f64, eps: f64, max: f64) -> bool {
    let close = |x: f64| {
        if x.is_nan() || got.is_nan() {
            x.is_nan() && got.is_nan()
        } else if x == 0.0 || x.is_infinite() {
            x == got && x.is_sign_negative() == got.is_sign_negative()
        } else {
            (got - x).abs() <= 4.0 * eps * x.abs()
        }
    };
    if token == "same" {
        close(first)
    } else if let Some(rest) = token.strip_prefix('±') {
        close(value(rest, max)) || close(-value(rest, max))
    } else if let Some(rest) = token.strip_suffix("cos") {
        close(value(rest, max) * angle.cos())
    } else if let Some(rest) = token.strip_suffix("sin") {
        close(value(rest, max) * angle.sin())
    } else {
        close(value(token, max))
    }
}

/// Calls `check` with the function, one choice of arguments, and the tokens of the result.
fn rows(table: &str, max: f64, mut check: impl FnMut(Func, &[f64], &[&str])) {
    for row in table.split(['\n', ';']).map(str::trim).filter(|r| !r.is_empty()) {
        let (left, right) = row.split_once("->").unwrap();
        let mut words = left.split_whitespace();
        let name = words.next().unwrap();
        let func = Func::ALL.iter().copied().find(|f| f.name() == name).unwrap();
        let result: Vec<&str> = right.split_whitespace().collect();
        let mut choices = vec![vec![]];
        for word in words {
            choices = numbers(word, max)
                .into_iter()
                .flat_map(|x| choices.iter().map(move |c: &Vec<f64>| [c.as_slice(), &[x]].concat()))
                .collect();
        }
        for args in choices {
            check(func, &args, &result);
        }
    }
}

#[test]
fn real() {
    for (dtype, eps, max) in [
        (DType::Float32, f64::from(f32::EPSILON), f64::from(f32::MAX)),
        (DType::Float64, f64::EPSILON, f64::MAX),
    ] {
        rows(REAL, max, |func, args, expected| {
            let scalars: Vec<Scalar> = args.iter().map(|&x| Scalar::from(x).cast(dtype)).collect();
            let got: f64 = map_scalar(func, dtype, &scalars).to();
            // `same` is the argument as it arrived.
            let ok = agrees(expected[0], got, 0.0, scalars[0].to(), eps, max);
            assert!(ok, "{func} {dtype} {args:?}: {got} is not {}", expected[0]);
        });
    }
}

#[test]
fn tests_of_a_float() {
    use Func::{IsFinite, IsInf, IsNan, Signbit};
    for (x, finite, infinite, nan, negative) in [
        (0.0, true, false, false, false),
        (-0.0, true, false, false, true),
        (-1.5, true, false, false, true),
        (f64::INFINITY, false, true, false, false),
        (f64::NEG_INFINITY, false, true, false, true),
        (f64::NAN.copysign(1.0), false, false, true, false),
        (f64::NAN.copysign(-1.0), false, false, true, true),
    ] {
        for dtype in [DType::Float32, DType::Float64] {
            let x = Scalar::from(x).cast(dtype);
            for (func, expected) in
                [(IsFinite, finite), (IsInf, infinite), (IsNan, nan), (Signbit, negative)]
            {
                assert_eq!(map_scalar(func, dtype, &[x]), expected.into(), "{func} {x}");
            }
        }
        for z in [Complex128::new(x, 1.0), Complex128::new(1.0, x)] {
            for (func, expected) in [(IsFinite, finite), (IsInf, infinite), (IsNan, nan)] {
                assert_eq!(map_scalar(func, DType::Complex128, &[z.into()]), expected.into());
            }
        }
    }
    let both: Scalar = Complex128::new(f64::INFINITY, f64::NAN).into();
    for func in [IsInf, IsNan] {
        assert_eq!(map_scalar(func, DType::Complex128, &[both]), true.into());
    }
    let signed = map_scalar(Func::Copysign, DType::Float64, &[f64::NAN.into(), (-0.0).into()]);
    assert_eq!(map_scalar(Signbit, DType::Float64, &[signed]), true.into());
}

#[test]
fn complex() {
    for (dtype, eps, max) in [
        (DType::Complex64, f64::from(f32::EPSILON), f64::from(f32::MAX)),
        (DType::Complex128, f64::EPSILON, f64::MAX),
    ] {
        rows(COMPLEX, max, |func, args, expected| {
            let of = |args: &[f64]| -> Complex128 {
                let pairs =
                    args.chunks(2).map(|p| Scalar::from(Complex128::new(p[0], p[1])).cast(dtype));
                let pairs: Vec<Scalar> = pairs.collect();
                map_scalar(func, dtype, &pairs).to()
            };
            let check = |got: Complex128, case: &str| {
                let narrow: Complex128 =
                    Scalar::from(Complex128::new(args[0], args[1])).cast(dtype).to();
                let ok = agrees(expected[0], got.re, narrow.im, args[0], eps, max)
                    && expected
                        .get(1)
                        .is_none_or(|e| agrees(e, got.im, narrow.im, args[0], eps, max));
                assert!(ok, "{func} {dtype} {args:?}{case}: {got} is not {expected:?}");
            };
            check(of(args), "");
            if func.arity() == 1 && func.result_dtype(dtype) == dtype {
                check(of(&[args[0], -args[1]]).conj(), ", conjugate");
            }
            if ODD.contains(&func.name()) {
                check(-of(&[-args[0], -args[1]]), ", negative");
            }
            if func == Func::Cosh {
                check(of(&[-args[0], -args[1]]), ", negative");
            }
        });
    }
}

#[test]
fn circular_functions_follow_from_hyperbolic_ones() {
    let i = |z: Complex128| Complex128::new(-z.im, z.re);
    let parts = [0.0, -0.0, 0.5, -2.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    for (circular, hyperbolic) in [
        (Func::Sin, Func::Sinh),
        (Func::Tan, Func::Tanh),
        (Func::Asin, Func::Asinh),
        (Func::Atan, Func::Atanh),
        (Func::Cos, Func::Cosh),
    ] {
        for z in parts.into_iter().flat_map(|a| parts.map(|b| Complex128::new(a, b))) {
            let of = |func, z: Complex128| -> Complex128 {
                map_scalar(func, DType::Complex128, &[z.into()]).to()
            };
            let turned = if circular == Func::Cos { of(circular, z) } else { i(of(circular, z)) };
            let expected = of(hyperbolic, i(z));
            let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
            assert!(same(turned.re, expected.re) && same(turned.im, expected.im), "{circular} {z}");
        }
    }
}
