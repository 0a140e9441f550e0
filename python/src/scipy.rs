//! Sparse matrices and arrays of scipy.sparse and of PyData sparse.

use crate::arguments::{NumberArg, ShapeArg};
use crate::array::{PyTensor, tensor_of};
use crate::errors::raise;
use crate::numpy;
use crate::settings::run;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use redpoll::buffer::{Indices, Values};
use redpoll::dtype::Scalar;
use redpoll::tensor::{Duplicates, Format, IndexInput, Level};
use redpoll::{Result, Tensor};

/// The tensor of a sparse matrix or array; `None` for any other object. Values are shared where that is possible,
/// unless a copy is asked for.
pub(crate) fn read(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Option<Tensor>> {
    // An object of a module that was never imported cannot be.
    let modules = object.py().import("sys")?.getattr("modules")?;
    let imported = |name: &str| modules.call_method1("get", (name,));
    let scipy = imported("scipy.sparse")?;
    if !scipy.is_none() && scipy.call_method1("issparse", (object,))?.is_truthy()? {
        return read_scipy(object, copy).map(Some);
    }
    let sparse = imported("sparse")?;
    if !sparse.is_none() && object.is_instance(&sparse.getattr("SparseArray")?)? {
        return read_pydata(object, copy).map(Some);
    }
    Ok(None)
}

fn read_scipy(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Tensor> {
    let format: String = object.getattr("format")?.extract()?;
    let ShapeArg(shape) = object.getattr("shape")?.extract()?;
    match (format.as_str(), shape.as_slice()) {
        ("csr" | "csc", &[rows, columns]) => {
            let (indptr, indices) = (indices(object, "indptr")?, indices(object, "indices")?);
            let values = values(object, copy)?;
            let compressed = if format == "csr" { Tensor::from_csr } else { Tensor::from_csc };
            run(object.py(), || {
                compressed([rows, columns], indptr, indices, values, Duplicates::Sum)
            })
        }
        ("coo", _) => {
            let columns: Vec<Bound<'_, PyAny>> = object.getattr("coords")?.extract()?;
            let columns = columns.iter().map(integers).collect::<PyResult<Vec<_>>>()?;
            let values = values(object, copy)?;
            let fill = Scalar::zero(values.dtype());
            coordinates(object, columns, values, fill)
        }
        ("bsr" | "lil", _) => read_scipy(&object.call_method0("tocsr")?, copy),
        _ => read_scipy(&object.call_method0("tocoo")?, copy),
    }
}

fn read_pydata(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Tensor> {
    if object.hasattr("compressed_axes")? {
        // Compressed: of a matrix, its rows or columns.
        let compressed: Option<Vec<usize>> = object.getattr("compressed_axes")?.extract()?;
        let tensor = read_pydata(&object.call_method0("tocoo")?, copy)?;
        let format = match (tensor.ndim(), compressed.as_deref()) {
            (2, Some([1])) => Format::csc(),
            (2, _) => Format::csr(),
            _ => return Ok(tensor),
        };
        return run(object.py(), || tensor.to_format(&format));
    }
    if !object.hasattr("coords")? {
        return read_pydata(&object.call_method0("to_coo")?, copy);
    }
    let columns: Vec<Bound<'_, PyAny>> =
        object.getattr("coords")?.try_iter()?.collect::<PyResult<_>>()?;
    let columns = columns.iter().map(integers).collect::<PyResult<Vec<_>>>()?;
    let values = values(object, copy)?;
    let NumberArg(fill) = object.getattr("fill_value")?.extract()?;
    let fill = fill.resolve("asarray", values.dtype()).map_err(raise)?.cast(values.dtype());
    coordinates(object, columns, values, fill)
}

fn coordinates(
    object: &Bound<'_, PyAny>,
    columns: Vec<IndexInput>,
    values: Values,
    fill: Scalar,
) -> PyResult<Tensor> {
    let ShapeArg(shape) = object.getattr("shape")?.extract()?;
    let format = Format::coo(shape.len());
    run(object.py(), || Tensor::from_coo(&shape, columns, values, fill, Duplicates::Sum, &format))
}

fn values(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Values> {
    Ok(numpy::read(&object.getattr("data")?, copy)?.values)
}

fn indices(object: &Bound<'_, PyAny>, name: &str) -> PyResult<IndexInput> {
    integers(&object.getattr(name)?)
}

/// Indices are copied: they are checked once, and must stay what they were then.
fn integers(array: &Bound<'_, PyAny>) -> PyResult<IndexInput> {
    Ok(numpy::read(array, true)?.values.into())
}

#[pymethods]
impl PyTensor {
    /// The tensor as a scipy.sparse array of a format: "csr", "csc", "coo" …; of a matrix "csr" or "csc" by the order
    /// of its axes, else "coo". Values, and indices where they fit, are shared and read-only unless a copy is asked
    /// for. The fill value must be 0.
    #[pyo3(signature = (format=None, *, copy=false))]
    fn to_scipy<'py>(
        slf: &Bound<'py, Self>,
        format: Option<&str>,
        copy: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, mut tensor) = (slf.py(), tensor_of(slf));
        if tensor.stored() == tensor.meta().size() {
            // No element is left to the fill.
            let zero = Scalar::zero(tensor.dtype());
            tensor = tensor.with_values(tensor.leaf().clone(), zero).map_err(raise)?.into();
        }
        if !tensor.fill().is_zero() {
            let message = format!("to_scipy: the fill value is {}, not 0", tensor.fill());
            return Err(PyValueError::new_err(message));
        }
        let by_columns = tensor.order() == [1, 0];
        let format = format.unwrap_or(match tensor.ndim() {
            2 if by_columns => "csc",
            2 => "csr",
            _ => "coo",
        });
        let scipy = py.import("scipy.sparse")?;
        let array = match (format, tensor.ndim()) {
            ("csc", 2) => compressed(&scipy, "csc_array", &tensor, &Format::csc())?,
            ("coo", 1..) => listed(&scipy, &tensor)?,
            (_, 2) => compressed(&scipy, "csr_array", &tensor, &Format::csr())?,
            (_, ndim) => {
                let message = format!("to_scipy: {format:?} of an array of {ndim} axes");
                return Err(PyTypeError::new_err(message));
            }
        };
        let array = array.call_method1("asformat", (format,))?;
        if copy { array.call_method0("copy") } else { Ok(array) }
    }
}

fn compressed<'py>(
    scipy: &Bound<'py, PyModule>,
    class: &str,
    tensor: &Tensor,
    format: &Format,
) -> PyResult<Bound<'py, PyAny>> {
    let py = scipy.py();
    let stored = run(py, || only_stored(tensor, format))?;
    let [_, Level::Sparse { ptr, idx }] = stored.pattern().levels() else {
        return Err(PyTypeError::new_err("to_scipy: no compressed rows or columns"));
    };
    let parts = (
        numpy::vector(py, stored.values())?,
        signed(py, idx, stored.shape())?,
        signed(py, ptr, stored.shape())?,
    );
    let array = scipy.getattr(class)?.call((parts,), Some(&arguments(py, tensor)?))?;
    array.setattr("has_canonical_format", true)?;
    Ok(array)
}

fn listed<'py>(scipy: &Bound<'py, PyModule>, tensor: &Tensor) -> PyResult<Bound<'py, PyAny>> {
    let py = scipy.py();
    let stored = run(py, || only_stored(tensor, &Format::coo(tensor.ndim())))?;
    let [Level::Coo { idx, .. }] = stored.pattern().levels() else {
        return Err(PyTypeError::new_err("to_scipy: no coordinates"));
    };
    let columns = idx.iter().map(|column| signed(py, column, stored.shape()));
    let columns = PyTuple::new(py, columns.collect::<PyResult<Vec<_>>>()?)?;
    let parts = (numpy::vector(py, stored.values())?, columns);
    scipy.getattr("coo_array")?.call((parts,), Some(&arguments(py, tensor)?))
}

fn arguments<'py>(py: Python<'py>, tensor: &Tensor) -> PyResult<Bound<'py, PyDict>> {
    let arguments = PyDict::new(py);
    arguments.set_item("shape", PyTuple::new(py, tensor.shape())?)?;
    arguments.set_item("copy", false)?;
    Ok(arguments)
}

/// The tensor in a sparse format: of one that stores every element, those that are not 0.
fn only_stored(tensor: &Tensor, format: &Format) -> Result<Tensor> {
    if tensor.pattern().is_full() { tensor.sparsify(format) } else { tensor.to_format(format) }
}

/// Indices as scipy has them: of a signed type, the same memory if all numbers fit.
fn signed<'py>(py: Python<'py>, indices: &Indices, shape: &[usize]) -> PyResult<Bound<'py, PyAny>> {
    // Positions are at most as many as there are indices, of which a pointer array names the last.
    let last = indices.len().checked_sub(1).map_or(0, |k| indices.get(k));
    let largest = shape.iter().copied().chain([last]).max().unwrap_or(0);
    match indices {
        Indices::U32(buffer) => {
            let array = numpy::vector(py, Values::UInt32(buffer.clone()))?;
            let fits = i32::try_from(largest).is_ok();
            if fits {
                array.call_method1("view", ("int32",))
            } else {
                array.call_method1("astype", ("int64",))
            }
        }
        Indices::U64(buffer) => {
            let array = numpy::vector(py, Values::UInt64(buffer.clone()))?;
            array.call_method1("view", ("int64",))
        }
    }
}
