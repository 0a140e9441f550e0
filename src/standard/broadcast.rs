//! Broadcasting: shapes that stretch to a common one.

use super::Shape;
use crate::Result;
use crate::error::ShapeError;

/// The shape that all the shapes stretch to, by the standard's
/// [rules](https://data-apis.org/array-api/2025.12/API_specification/broadcasting.html).
///
/// # Errors
/// If two lengths of an axis differ and neither is 1; `op` names the operation in the message.
///
/// ```
/// use redpoll::standard::broadcast_shapes;
/// assert_eq!(broadcast_shapes("add", [&[3, 1][..], &[4]])?.as_slice(), [3, 4]);
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn broadcast_shapes<'a>(
    op: &str,
    shapes: impl IntoIterator<Item = &'a [usize]> + Clone,
) -> Result<Shape> {
    let ndim = shapes.clone().into_iter().map(<[usize]>::len).max().unwrap_or(0);
    let mut result: Shape = smallvec::smallvec![1; ndim];
    for shape in shapes.clone() {
        let offset = ndim - shape.len();
        for (have, &length) in result[offset..].iter_mut().zip(shape) {
            if *have == 1 {
                *have = length;
            } else if length != 1 && length != *have {
                return Err(ShapeError::Broadcast {
                    op: op.to_owned(),
                    shapes: shapes.into_iter().map(<[usize]>::to_vec).collect(),
                }
                .into());
            }
        }
    }
    Ok(result)
}

/// Whether `shape` stretches to `target`.
pub fn broadcasts_to(shape: &[usize], target: &[usize]) -> bool {
    target.len() >= shape.len()
        && shape.iter().rev().zip(target.iter().rev()).all(|(&a, &b)| a == b || a == 1)
}
