//! A function of the caller's on each element.

use super::parallel;
use crate::Result;
use crate::buffer::{Values, reserve};
use crate::dtype::Element;

const GRAIN: usize = 1 << 14;

/// A function of each element, in parallel; the operation is named in messages.
///
/// # Errors
/// If the memory cannot be had.
///
/// # Panics
/// If the elements are not of type `T`, or the function does.
pub fn apply<T: Element, U: Element>(
    op: &str,
    values: &Values,
    function: impl Fn(T) -> U + Sync,
) -> Result<Values> {
    let elements = values.as_slice::<T>().expect("the caller checked the data type");
    let mut results: Vec<U> = reserve(op, elements.len() as u128)?;
    results.resize(elements.len(), U::default());
    parallel::for_each_chunk(&mut results, GRAIN, |k, results| {
        let elements = &elements[k * GRAIN..];
        results.iter_mut().zip(elements).for_each(|(result, &v)| *result = function(v));
    });
    Ok(results.into())
}
