//! Tensors of what is stored: coordinates and values.

use crate::arguments::{NumberArg, ShapeArg};
use crate::array::ArrayObject;
use crate::dtype::DTypeArg;
use crate::foreign;
use crate::number::Number;
use crate::settings::run;
use pyo3::prelude::*;
use redpoll::Tensor;
use redpoll::dtype::{DType, Weak};
use redpoll::tensor::{Duplicates, Format, IndexInput};

/// A tensor of coordinates and values in any order.
///
/// `coords` holds an array of indices for each axis, `data` the values, converted to `dtype` if it is given,
/// `fill_value` the value of all other elements, which must be one of the same data type. A
/// coordinate that is given twice is an error, unless `sum_duplicates`. `format` is as of `Tensor.to_format`; by
/// default the coordinates are stored as such.
#[pyfunction]
#[pyo3(signature = (coords, data, /, shape, *, fill_value=NumberArg(Number::Weak(Weak::Int(0))), dtype=None, sum_duplicates=false, format=None))]
#[pyo3(
    text_signature = "(coords, data, /, shape, *, fill_value=0, dtype=None, sum_duplicates=False, format=None)"
)]
#[allow(clippy::too_many_arguments)] // each is an option
fn from_coo(
    py: Python<'_>,
    coords: &Bound<'_, PyAny>,
    data: &Bound<'_, PyAny>,
    shape: ShapeArg,
    fill_value: NumberArg,
    dtype: Option<DTypeArg>,
    sum_duplicates: bool,
    format: Option<&str>,
) -> PyResult<ArrayObject> {
    // One more than there should be says that there are too many.
    let axes = foreign::items(coords)?.take(shape.0.len() + 1);
    let coords = axes.map(|axis| {
        let indices = foreign::vector("from_coo", "coords", &axis?, None, DType::Int64)?;
        Ok(IndexInput::from(indices))
    });
    let coords = coords.collect::<PyResult<Vec<_>>>()?;
    let dtype = dtype.map(|d| d.0);
    let values = foreign::vector("from_coo", "data", data, dtype, DType::Float64)?;
    let fill = fill_value.0.value("from_coo: fill_value", values.dtype())?;
    let duplicates = if sum_duplicates { Duplicates::Sum } else { Duplicates::Error };
    let tensor = run(py, || {
        let format = match format {
            Some(text) => Format::read(text, shape.0.len())?,
            None => Format::coo(shape.0.len()),
        };
        Tensor::from_coo(&shape.0, coords, values, fill, duplicates, &format)
    })?;
    Ok(ArrayObject(tensor.into()))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(from_coo, module)?)
}
