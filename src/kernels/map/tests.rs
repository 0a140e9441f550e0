//! The elementwise functions against tables of special values, other implementations and exact arithmetic.

mod integers;
mod ordinary;
mod reference;
mod special;

use super::*;
use crate::kernels::cast::cast;

/// Some values of a data type, small and large, of both signs.
fn samples(dtype: DType, len: usize) -> Values {
    let ramp: Vec<f64> = (0..len).map(|k| ((k * 37) % 101) as f64 * 0.75 - 30.0).collect();
    let parts = Values::from(ramp);
    match dtype {
        DType::Complex64 | DType::Complex128 => {
            let numbers: Vec<_> = (0..len)
                .map(|k| crate::dtype::Complex128::new(parts.get(k).to(), (k % 7) as f64 - 3.0))
                .collect();
            cast(&numbers.into(), dtype).unwrap()
        }
        _ => cast(&parts, dtype).unwrap(),
    }
}

/// The data types that a function is computed in.
fn computed_in(func: Func) -> impl Iterator<Item = DType> {
    DType::ALL.into_iter().filter(move |&d| {
        let mut dtypes = vec![d; func.arity()];
        if func == Func::Where {
            dtypes[0] = DType::Bool;
        }
        func.compute_dtype(&dtypes) == Ok(d)
    })
}

#[test]
fn every_function_gives_the_same_for_slices_scalars_pieces_and_threads() {
    let len = super::super::PIECE + 100;
    for &func in Func::ALL {
        for compute in computed_in(func) {
            let args: Vec<Values> = (0..func.arity())
                .map(|k| {
                    let values = samples(func.arg_dtype(k, compute), len + k);
                    values.slice(k..len + k)
                })
                .collect();
            let lanes: Vec<Lane<'_>> = args.iter().map(Lane::from).collect();
            let whole = map(func, compute, &lanes, len).unwrap();
            assert_eq!((whole.dtype(), whole.len()), (func.result_dtype(compute), len), "{func}");
            let mut again = Values::zeros(func.result_dtype(compute), len);
            map_into(func, compute, &lanes, again.make_mut());
            assert!(whole == again, "{func} {compute}: pieces");
            for at in [0, 1, 50, len - 1] {
                let scalars: Vec<Scalar> = args.iter().map(|a| a.get(at)).collect();
                let expected = whole.get(at);
                assert_eq!(map_scalar(func, compute, &scalars), expected, "{func} {compute}");
                // Every choice of arguments that are scalars.
                for mask in 1..1 << args.len() {
                    let mixed: Vec<Lane<'_>> = (0..args.len())
                        .map(|k| {
                            if mask >> k & 1 == 1 {
                                scalars[k].into()
                            } else {
                                lanes[k].part(at..at + 1)
                            }
                        })
                        .collect();
                    assert_eq!(
                        map(func, compute, &mixed, 1).unwrap().get(0),
                        expected,
                        "{func} {compute}"
                    );
                }
            }
        }
    }
}

#[test]
#[should_panic(expected = "sqrt is not computed in int8")]
fn a_function_refuses_other_types() {
    map_scalar(Func::Sqrt, DType::Int8, &[Scalar::Int8(4)]);
}

#[test]
fn choices_and_comparisons_of_every_type() {
    for dtype in DType::ALL {
        let (zero, one) = (Scalar::zero(dtype), Scalar::one(dtype));
        for (condition, expected) in [(true, one), (false, zero)] {
            assert_eq!(map_scalar(Func::Where, dtype, &[condition.into(), one, zero]), expected);
        }
        assert_eq!(map_scalar(Func::Equal, dtype, &[one, one]), true.into());
        assert_eq!(map_scalar(Func::NotEqual, dtype, &[one, one]), false.into());
        assert_eq!(map_scalar(Func::Equal, dtype, &[one, zero]), false.into());
        assert_eq!(map_scalar(Func::IsFinite, dtype, &[one]), true.into());
    }
    for (x, y) in [(false, false), (false, true), (true, false), (true, true)] {
        for (func, expected) in [
            (Func::LogicalAnd, x && y),
            (Func::LogicalOr, x || y),
            (Func::LogicalXor, x != y),
            (Func::BitwiseAnd, x && y),
            (Func::BitwiseOr, x || y),
            (Func::BitwiseXor, x != y),
        ] {
            assert_eq!(map_scalar(func, DType::Bool, &[x.into(), y.into()]), expected.into());
        }
        assert_eq!(map_scalar(Func::LogicalNot, DType::Bool, &[x.into()]), (!x).into());
        assert_eq!(map_scalar(Func::BitwiseInvert, DType::Bool, &[x.into()]), (!x).into());
    }
}
