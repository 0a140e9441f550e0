//! Sparse matrices and arrays of scipy.sparse and of PyData sparse.

use crate::array::{PyTensor, tensor_of};
use crate::errors::raise;
use crate::number::Number;
use crate::settings::run;
use crate::{numpy, print};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use redpoll::buffer::{Indices, Values};
use redpoll::dtype::{Scalar, Weak};
use redpoll::print::scalar;
use redpoll::tensor::{Duplicates, Format, Level};
use redpoll::{Result, Tensor};

/// A class of a module, if it was imported: no object can be of a class of a module that was not.
fn class<'py>(py: Python<'py>, module: &str, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let module = py.import("sys")?.getattr("modules")?.call_method1("get", (module,))?;
    if module.is_none() { Ok(None) } else { module.getattr(name).map(Some) }
}

fn is_of(object: &Bound<'_, PyAny>, module: &str, name: &str) -> PyResult<bool> {
    match class(object.py(), module, name)? {
        Some(class) => object.is_instance(&class),
        None => Ok(false),
    }
}

fn is_scipy(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(is_of(object, "scipy.sparse", "sparray")? || is_of(object, "scipy.sparse", "spmatrix")?)
}

fn is_pydata(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    is_of(object, "sparse", "SparseArray")
}

/// Whether an object is a sparse matrix or array of scipy.sparse or of PyData sparse.
pub(crate) fn is_sparse(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(is_scipy(object)? || is_pydata(object)?)
}

/// Whether an object is a matrix in the sense of `numpy.matrix`: one whose `*` is the matrix product.
pub(crate) fn is_matrix(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(is_of(object, "scipy.sparse", "spmatrix")? || is_of(object, "numpy", "matrix")?)
}

/// The tensor of a sparse matrix or array; `None` for any other object. Values are shared where that is possible,
/// unless a copy is asked for.
pub(crate) fn read(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Option<Tensor>> {
    if is_scipy(object)? {
        return read_scipy(object, copy).map(Some);
    }
    if is_pydata(object)? {
        return read_pydata(object, copy).map(Some);
    }
    Ok(None)
}

fn shape_of(object: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
    object.getattr("shape")?.extract()
}

fn read_scipy(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Tensor> {
    let (format, shape) = (format_of(object)?, shape_of(object)?);
    match (format, shape.as_slice()) {
        ("csr" | "csc", &[rows, columns]) => {
            let (indptr, indices, values) = compressed_parts(object, copy)?;
            let compressed = if format == "csr" { Tensor::from_csr } else { Tensor::from_csc };
            run(object.py(), || {
                compressed([rows, columns], indptr, indices, values, Duplicates::Sum)
            })
        }
        ("csr", &[_]) => {
            let (_, indices, values) = compressed_parts(object, copy)?;
            let fill = Scalar::zero(values.dtype());
            listed_at(object, &shape, vec![indices], values, fill)
        }
        ("coo", _) => {
            let values = vector(object, "data", copy)?;
            let fill = Scalar::zero(values.dtype());
            coordinates(object, values, fill)
        }
        // scipy's own loops over these trust their parts.
        ("bsr", _) => read_converted(&object.call_method0("tocoo")?, copy, &Format::csr()),
        ("lil", _) => {
            let (rows, data) = (object.getattr("rows")?, object.getattr("data")?);
            let lengths = [rows.len()?, data.len()?];
            if lengths.map(Some) != [shape.first().copied(); 2] {
                let message = format!("{lengths:?} rows of a sparse array of shape {shape:?}");
                return Err(PyValueError::new_err(message));
            }
            for (k, (row, values)) in rows.try_iter()?.zip(data.try_iter()?).enumerate() {
                let (indices, values) = (row?.len()?, values?.len()?);
                if indices != values {
                    let message = format!("row {k} has {indices} indices and {values} values");
                    return Err(PyValueError::new_err(message));
                }
            }
            read_converted(&object.call_method0("tocoo")?, copy, &Format::csr())
        }
        ("dia" | "dok", _) => read_coo(&object.call_method0("tocoo")?, copy),
        _ => {
            Err(PyTypeError::new_err(format!("a sparse array of format {format}, shape {shape:?}")))
        }
    }
}

/// The format of a sparse array of scipy's by its class: what it says of itself may be another.
fn format_of(object: &Bound<'_, PyAny>) -> PyResult<&'static str> {
    for format in ["csr", "csc", "coo", "bsr", "dia", "dok", "lil"] {
        for kind in ["array", "matrix"] {
            if is_of(object, "scipy.sparse", &format!("{format}_{kind}"))? {
                return Ok(format);
            }
        }
    }
    let class = object.get_type().name()?;
    Err(PyTypeError::new_err(format!("a sparse array of class {class}, which has no known format")))
}

/// What a format's own conversion gives: coordinates.
fn read_coo(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Tensor> {
    if is_scipy(object)? && format_of(object)? == "coo" {
        return read_scipy(object, copy);
    }
    let class = object.get_type().name()?;
    Err(PyTypeError::new_err(format!("tocoo of a sparse array gave {class}")))
}

fn read_converted(object: &Bound<'_, PyAny>, copy: bool, format: &Format) -> PyResult<Tensor> {
    let tensor = read_coo(object, copy)?;
    run(object.py(), || tensor.to_format(format))
}

fn read_pydata(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Tensor> {
    if is_of(object, "sparse", "COO")? {
        let values = vector(object, "data", copy)?;
        let fill = Number::single(&object.getattr("fill_value")?)?;
        let fill = fill.ok_or_else(|| PyTypeError::new_err("asarray: fill_value is no number"))?;
        let fill = fill.value("asarray: fill_value", values.dtype())?;
        return coordinates(object, values, fill);
    }
    let convert = if object.hasattr("to_coo")? { "to_coo" } else { "tocoo" };
    let coo = object.call_method0(convert)?;
    if !is_of(&coo, "sparse", "COO")? {
        let class = coo.get_type().name()?;
        return Err(PyTypeError::new_err(format!("{convert} of a sparse array gave {class}")));
    }
    let tensor = read_pydata(&coo, copy)?;
    if tensor.ndim() != 2 || !object.hasattr("compressed_axes")? {
        return Ok(tensor);
    }
    // Compressed: of a matrix, its rows or columns.
    let compressed: Option<Vec<usize>> = object.getattr("compressed_axes")?.extract()?;
    let columns = compressed.as_deref() == Some(&[1]);
    let format = if columns { Format::csc() } else { Format::csr() };
    run(object.py(), || tensor.to_format(&format))
}

fn coordinates(object: &Bound<'_, PyAny>, values: Values, fill: Scalar) -> PyResult<Tensor> {
    let shape = shape_of(object)?;
    let coords = object.getattr("coords")?;
    // Indices are copied: they are checked once, and must stay what they were then.
    let columns = coords.try_iter()?.take(shape.len() + 1).map(|column| flat(&column?, true));
    let columns = columns.collect::<PyResult<Vec<_>>>()?;
    listed_at(object, &shape, columns, values, fill)
}

/// The tensor of coordinates.
fn listed_at(
    object: &Bound<'_, PyAny>,
    shape: &[usize],
    columns: Vec<Values>,
    values: Values,
    fill: Scalar,
) -> PyResult<Tensor> {
    let format = Format::coo(shape.len());
    run(object.py(), || Tensor::from_coo(shape, columns, values, fill, Duplicates::Sum, &format))
}

/// The elements of a NumPy vector that an object has under a name.
fn vector(object: &Bound<'_, PyAny>, name: &str, copy: bool) -> PyResult<Values> {
    flat(&object.getattr(name)?, copy)
}

fn flat(array: &Bound<'_, PyAny>, copy: bool) -> PyResult<Values> {
    let elements = numpy::read(array, copy)?;
    if elements.shape.len() == 1 {
        return Ok(elements.values);
    }
    let message = format!("a part of a sparse array is of shape {:?}, no vector", elements.shape);
    Err(PyValueError::new_err(message))
}

/// Positions, indices and values of compressed rows or columns. scipy leaves room behind what is stored.
fn compressed_parts(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<(Values, Values, Values)> {
    let (indptr, indices) = (vector(object, "indptr", true)?, vector(object, "indices", true)?);
    let values = vector(object, "data", copy)?;
    let stored = last(&indptr).unwrap_or(usize::MAX);
    let cut = |part: Values| part.slice(0..stored.min(part.len()));
    Ok((indptr, cut(indices), cut(values)))
}

/// The last of the positions where rows begin: how many elements are stored.
fn last(indptr: &Values) -> Option<usize> {
    let last = indptr.len().checked_sub(1)?;
    match Weak::from(indptr.get(last)) {
        Weak::Int(stored) => usize::try_from(stored).ok(),
        _ => None,
    }
}

/// What `__array__` gives to an operator of scipy.sparse, if it is that which asks.
///
/// Those operators call `numpy.asanyarray` of what they do not know, and would compute with all elements. Only where
/// that gives an object without a value do they leave the operation to the other side: to the operators of this
/// package. Nothing but the Python frames tells who asks.
///
/// # Errors
/// If it is a method that computes with the elements, and leaves nothing to anyone.
pub(crate) fn left_to_operators(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    const OPERATORS: [&str; 13] = [
        "__add__",
        "__sub__",
        "__mul__",
        "__rmul__",
        "__matmul__",
        "__rmatmul__",
        "__truediv__",
        "__eq__",
        "__ne__",
        "__lt__",
        "__le__",
        "__gt__",
        "__ge__",
    ];
    const METHODS: [&str; 5] = ["multiply", "maximum", "minimum", "dot", "tensordot"];
    if class(py, "scipy.sparse", "sparray")?.is_none() {
        return Ok(None);
    }
    let Ok(mut frame) = py.import("sys")?.call_method0("_getframe") else { return Ok(None) };
    let mut method = None;
    while !frame.is_none() {
        let module = frame.getattr("f_globals")?.call_method1("get", ("__name__", ""))?;
        if !module.extract::<String>().is_ok_and(|name| name.starts_with("scipy.sparse._")) {
            break;
        }
        let name: String = frame.getattr("f_code")?.getattr("co_name")?.extract()?;
        if OPERATORS.contains(&name.as_str()) {
            let arguments = (PyTuple::empty(py), "object");
            return py.import("numpy")?.call_method1("empty", arguments).map(Some);
        }
        if METHODS.contains(&name.as_str()) {
            method = Some(name);
        }
        frame = frame.getattr("f_back")?;
    }
    match method {
        None => Ok(None),
        Some(name) => Err(PyTypeError::new_err(format!(
            "{name} of a scipy.sparse array would take all elements of a redpoll array into memory; use \
             redpoll.asarray of the scipy array, or .to_numpy() of the redpoll array"
        ))),
    }
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
            tensor = tensor.with_values(tensor.leaf().clone(), zero).map_err(raise)?;
        }
        if !tensor.fill().is_zero() {
            let fill = scalar(tensor.fill(), &print::options(py)?);
            let message = format!("to_scipy: the fill value is {fill}, not 0");
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
        numpy::vector(py, stored.values().map_err(raise)?)?,
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
    let parts = (numpy::vector(py, stored.values().map_err(raise)?)?, columns);
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
