//! Data out: `to_values`, `to_vec`, `item`.

use super::strategies::{Palette, any_array};
use super::{Make, build, for_all, refused};
use crate::error::{DTypeError, ShapeError};
use crate::with_dtype;
use crate::{Array, Error};
use proptest::prelude::*;

/// All elements in row-major order, typed and not.
pub fn values<A: Array>(make: Make<'_, A>) {
    for_all("values", 1, &any_array(0..=3, Palette::Any), |x| {
        let array = build(make, &x)?;
        prop_assert_eq!(array.to_values()?, x.values());
        with_dtype!(x.dtype, T => {
            prop_assert_eq!(crate::buffer::Values::from(array.to_vec::<T>()?), x.values());
        });
        if x.dtype == crate::dtype::DType::Int16 {
            refused!(array.to_vec::<f64>(), Error::DType(DTypeError::Unsupported { .. }))
        } else {
            refused!(array.to_vec::<i16>(), Error::DType(DTypeError::Unsupported { .. }))
        }
    });
}

/// The value of an array with one element.
pub fn items<A: Array>(make: Make<'_, A>) {
    for_all("items", 1, &any_array(0..=2, Palette::Any), |x| {
        let array = build(make, &x)?;
        if let [element] = x.elements.as_slice() {
            prop_assert_eq!(array.item()?, *element);
            return Ok(());
        }
        refused!(array.item(), Error::Shape(ShapeError::Mismatch { op, .. }) if op == "item")?;
        if let Some(first) = x.elements.first() {
            let corner = vec![crate::standard::Ix::At(0); x.ndim()];
            prop_assert_eq!(array.index(corner.as_slice())?.item()?, *first);
        }
        Ok(())
    });
}
