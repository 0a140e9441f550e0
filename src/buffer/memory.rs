//! The door to memory whose size follows from arguments, shapes or counts: what cannot be had is an error with its bytes.
//!
//! `op` names the operation in the error. Where a step does not know which one it is part of, it names itself, and the
//! evaluation that called it puts in the name of the operation.

use crate::Result;
use crate::error::MemoryError;

/// An empty vector with room for `len` elements.
///
/// # Errors
/// If the system does not give the memory, or it is more than can be addressed.
pub(crate) fn reserve<T>(op: &str, len: u128) -> Result<Vec<T>> {
    let mut vec = Vec::new();
    let bytes = len.saturating_mul(size_of::<T>() as u128);
    match usize::try_from(len).map(|len| vec.try_reserve_exact(len)) {
        Ok(Ok(())) => Ok(vec),
        _ => Err(MemoryError::Allocation { op: op.to_owned(), bytes }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_had_is_an_error_with_its_bytes() {
        let expected = MemoryError::Allocation { op: "sum".into(), bytes: 1 << 73 };
        assert_eq!(reserve::<u64>("sum", 1 << 70).unwrap_err(), expected.into());
        assert!(reserve::<u64>("sum", 1000).unwrap().capacity() >= 1000);
    }
}
