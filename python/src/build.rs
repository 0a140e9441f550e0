//! Tensors of what is stored: coordinates and values.

use crate::arguments::{NumberArg, ShapeArg};
use crate::array::{ArrayObject, read_format};
use crate::dtype::DTypeArg;
use crate::errors::raise;
use crate::numpy;
use crate::settings::run;
use pyo3::prelude::*;
use redpoll::Tensor;
use redpoll::dtype::Weak;
use redpoll::tensor::{Duplicates, Format, IndexInput};

/// A tensor of coordinates and values in any order.
///
/// `coords` holds an array of indices for each axis, `data` the values, `fill_value` the value of all other elements. A
/// coordinate that is given twice is an error, unless `sum_duplicates`. `format` is as of `Tensor.to_format`; by
/// default the coordinates are stored as such.
#[pyfunction]
#[pyo3(signature = (coords, data, /, shape, *, fill_value=NumberArg(Weak::Int(0)), dtype=None, sum_duplicates=false, format=None))]
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
    let axes = coords.try_iter()?;
    // Indices are copied: they are checked once, and must stay what they were then.
    let coords = axes.map(|axis| Ok(IndexInput::from(numpy::read(&axis?, true)?.values)));
    let coords = coords.collect::<PyResult<Vec<_>>>()?;
    let values = numpy::read(data, false)?.values;
    let dtype = dtype.map_or(values.dtype(), |d| d.0);
    let fill = fill_value.0.resolve("from_coo", values.dtype()).map_err(raise)?;
    let fill = fill.cast(values.dtype());
    let duplicates = if sum_duplicates { Duplicates::Sum } else { Duplicates::Error };
    let tensor = run(py, || {
        use redpoll::Array;
        let format = match format {
            Some(text) => read_format(text, shape.0.len())?,
            None => Format::coo(shape.0.len()),
        };
        Tensor::from_coo(&shape.0, coords, values, fill, duplicates, &format)?.astype(dtype)
    })?;
    Ok(ArrayObject(tensor.into()))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(from_coo, module)?)
}
