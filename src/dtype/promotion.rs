//! Type promotion: the standard's lattice, and NumPy's meeting points where the standard leaves a gap.

use super::{DType, Kind};
use crate::Result;
use crate::error::DTypeError;

/// The smallest data type that holds the values of both.
///
/// Within a kind, between signed and unsigned integers, and between real and complex floats it is the
/// [standard's table](https://data-apis.org/array-api/2025.12/API_specification/type_promotion.html). Where the
/// standard leaves the result open, it is NumPy's: `bool` gives way to any other type, and an integer with a float
/// gives a float that holds the integer's range (`int8` and `int16` fit `float32`; wider ones need `float64`).
///
/// # Errors
/// `uint64` with a signed integer: no integer type holds both, and a float would lose digits silently.
///
/// ```
/// use redpoll::dtype::{DType, promote};
/// assert_eq!(promote(DType::Int8, DType::UInt8)?, DType::Int16);
/// assert_eq!(promote(DType::Float64, DType::Complex64)?, DType::Complex128);
/// assert!(promote(DType::UInt64, DType::Int8).is_err());
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn promote(left: DType, right: DType) -> Result<DType> {
    promote_for("result_type", left, right)
}

/// The data type that holds the values of all.
///
/// # Errors
/// If there are none, or two of them have no common type (see [`promote`]).
pub fn result_type(dtypes: impl IntoIterator<Item = DType>) -> Result<DType> {
    result_type_for("result_type", dtypes)
}

pub(crate) fn result_type_for(op: &str, dtypes: impl IntoIterator<Item = DType>) -> Result<DType> {
    let mut dtypes = dtypes.into_iter();
    let first = dtypes.next().ok_or_else(|| crate::error::ShapeError::Arity {
        op: op.to_owned(),
        expected: 1,
        got: 0,
    })?;
    dtypes.try_fold(first, |a, b| promote_for(op, a, b))
}

pub(crate) fn promote_for(op: &str, left: DType, right: DType) -> Result<DType> {
    let (low, high) = if left.kind() <= right.kind() { (left, right) } else { (right, left) };
    let none = || DTypeError::NoPromotion { op: op.to_owned(), left, right };
    Ok(match (low.kind(), high.kind()) {
        (a, b) if a == b => {
            if low.size() >= high.size() {
                low
            } else {
                high
            }
        }
        (Kind::Bool, _) => high,
        (Kind::Unsigned, Kind::Signed) => {
            signed(high.size().max(2 * low.size())).ok_or_else(none)?
        }
        (Kind::Unsigned | Kind::Signed, _) => {
            // A float holds an integer of half its size exactly; NumPy stops at float64.
            widest(high, if low.size() <= 2 { DType::Float32 } else { DType::Float64 })
        }
        _ => widest(high, low),
    })
}

/// `high` with parts at least as wide as `float`.
fn widest(high: DType, float: DType) -> DType {
    match (high, float) {
        (DType::Complex64, DType::Float64) => DType::Complex128,
        (DType::Float32, DType::Float64) => DType::Float64,
        _ => high,
    }
}

fn signed(size: usize) -> Option<DType> {
    Some(match size {
        1 => DType::Int8,
        2 => DType::Int16,
        4 => DType::Int32,
        8 => DType::Int64,
        _ => return None,
    })
}

/// Whether promotion can lead from one data type to another: the standard's `can_cast`.
pub fn can_cast(from: DType, to: DType) -> bool {
    promote(from, to).is_ok_and(|p| p == to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promotion_is_a_lattice() {
        for a in DType::ALL {
            assert_eq!(promote(a, a).ok(), Some(a));
            for b in DType::ALL {
                assert_eq!(promote(a, b).ok(), promote(b, a).ok(), "{a} {b}");
            }
        }
    }

    #[test]
    fn the_tables_of_the_standard() {
        use DType::*;
        for (a, b, c) in [
            (Int8, UInt8, Int16),
            (Int8, UInt16, Int32),
            (Int32, UInt8, Int32),
            (Int32, UInt32, Int64),
            (Int64, UInt32, Int64),
            (Float32, Complex64, Complex64),
            (Float64, Complex64, Complex128),
            (Bool, UInt64, UInt64),
            (Int16, Float32, Float32),
            (Int32, Float32, Float64),
            (Int64, Complex64, Complex128),
        ] {
            assert_eq!(promote(a, b).ok(), Some(c), "{a} {b}");
        }
    }
}
