//! Integer functions against arithmetic in `i128`, in which nothing overflows.

use super::*;

/// The exact result, before it wraps around to the type's width; `None` where the function is none of integers.
fn exact(func: Func, bits: u32, x: i128, y: i128) -> Option<i128> {
    let shift = (0..i128::from(bits)).contains(&y).then_some(y as u32);
    Some(match func {
        Func::Abs => x.abs(),
        Func::Add => x + y,
        Func::BitwiseAnd => x & y,
        Func::BitwiseInvert => !x,
        Func::BitwiseLeftShift => shift.map_or(0, |s| x << s),
        Func::BitwiseOr => x | y,
        Func::BitwiseRightShift => shift.map_or(if x < 0 { -1 } else { 0 }, |s| x >> s),
        Func::BitwiseXor => x ^ y,
        Func::Ceil
        | Func::Conj
        | Func::Floor
        | Func::Positive
        | Func::Real
        | Func::Round
        | Func::Trunc => x,
        Func::FloorDivide if y == 0 => 0,
        // Rounded down: the quotient of Euclid, but for negative divisors that leave a rest.
        Func::FloorDivide => {
            let rest = ((x % y) + y) % y;
            (x - rest) / y
        }
        Func::Imag => 0,
        Func::Maximum => x.max(y),
        Func::Minimum => x.min(y),
        Func::Multiply => x.wrapping_mul(y),
        Func::Negative => -x,
        Func::Pow if y < 0 => match x {
            1 => 1,
            -1 if y % 2 == 0 => 1,
            -1 => -1,
            _ => 0,
        },
        Func::Pow => {
            let modulus = 1_u128 << bits;
            let base = (x as u128) % modulus;
            (0..y).fold(1_u128, |p, _| p * base % modulus) as i128
        }
        Func::Remainder if y == 0 => 0,
        Func::Remainder => ((x % y) + y) % y,
        Func::Sign => x.signum(),
        Func::Square => x.wrapping_mul(x),
        Func::Subtract => x - y,
        _ => return None,
    })
}

fn check(x: i64, y: i64) {
    for dtype in DType::ALL {
        with_dtype!(dtype, [integer] T => {
            let (x, y) = (x as T, y as T);
            for &func in Func::ALL {
                let (wide_x, wide_y) = (i128::from(x), i128::from(y));
                if func == Func::Pow && wide_y > 300 {
                    continue;
                }
                let args = [Scalar::from(x), Scalar::from(y)];
                if let Some(expected) = exact(func, T::BITS, wide_x, wide_y) {
                    let got = map_scalar(func, dtype, &args[..func.arity()]);
                    assert_eq!(got, Scalar::from(expected as T), "{func} {dtype} {x} {y}");
                }
            }
            for (func, expected) in [
                (Func::Less, x < y),
                (Func::LessEqual, x <= y),
                (Func::Greater, x > y),
                (Func::GreaterEqual, x >= y),
            ] {
                let got = map_scalar(func, dtype, &[x.into(), y.into()]);
                assert_eq!(got, expected.into(), "{func} {dtype} {x} {y}");
            }
            let clipped = map_scalar(Func::Clip, dtype, &[x.into(), y.into(), Scalar::from(9 as T)]);
            assert_eq!(clipped, Scalar::from(x.max(y).min(9)), "clip {dtype} {x} {y}");
        }, else ());
    }
}

#[test]
fn corners() {
    let corners = [
        0,
        1,
        -1,
        2,
        -2,
        3,
        7,
        8,
        -8,
        31,
        33,
        64,
        100,
        127,
        -128,
        255,
        256,
        32767,
        -32768,
        i64::from(i32::MIN),
        i64::from(u32::MAX),
        i64::MAX,
        i64::MIN,
    ];
    for x in corners {
        for y in corners {
            check(x, y);
        }
    }
}

#[cfg(feature = "testing")]
proptest::proptest! {
    #[test]
    fn random(x: i64, y: i64, small in -70_i64..70) {
        check(x, y);
        check(x, small);
    }
}
