//! Pickling: a tensor as its levels, leaf and fill. The arrays among them are NumPy's, which protocol 5 takes out of
//! band.

use crate::arguments::ChunksArg;
use crate::array::{
    ArrayObject, PyChunked, PyLazy, PyTensor, chunked_of, lazy_of, object, tensor_of,
};
use crate::errors::raise;
use crate::numpy;
use crate::settings::run;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use redpoll::Tensor;
use redpoll::buffer::{Indices, Values};
use redpoll::chunked::Chunked;
use redpoll::tensor::{Leaf, Level, Pattern};

#[pymethods]
impl PyTensor {
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let (py, tensor) = (slf.py(), tensor_of(slf));
        let levels = tensor.pattern().levels().iter().map(|level| written(py, level));
        let levels = PyList::new(py, levels.collect::<PyResult<Vec<_>>>()?)?;
        let (leaf, count) = match tensor.leaf() {
            Leaf::Element(values) => ("element", values.len()),
            Leaf::Pattern(count) => ("pattern", *count),
            Leaf::Iso(_, count) => ("iso", *count),
        };
        let values = match tensor.leaf() {
            Leaf::Element(values) => values.clone(),
            Leaf::Pattern(_) => Values::zeros(tensor.dtype(), 0),
            Leaf::Iso(value, _) => Values::full(*value, 1),
        };
        let dims = PyTuple::new(py, tensor.pattern().dims())?;
        let order = PyTuple::new(py, tensor.order())?;
        let fill = numpy::vector(py, Values::full(tensor.fill(), 1))?;
        let state = (dims, order, levels, leaf, count, numpy::vector(py, values)?, fill);
        let rebuild = py.import("redpoll._redpoll")?.getattr("_tensor")?;
        (rebuild, state).into_pyobject(py)
    }
}

#[pymethods]
impl PyChunked {
    /// The elements, computed, and how they are cut.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let (py, chunked) = (slf.py(), chunked_of(slf));
        let tensor = object(py, run(py, || chunked.compute())?.into())?;
        let rebuild = py.import("redpoll._redpoll")?.getattr("_chunked")?;
        (rebuild, (tensor, Self::chunks(slf)?)).into_pyobject(py)
    }
}

#[pymethods]
impl PyLazy {
    /// The elements, computed.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let (py, lazy) = (slf.py(), lazy_of(slf));
        let tensor = object(py, run(py, || lazy.compute())?.into())?;
        let rebuild = py.import("redpoll._redpoll")?.getattr("lazy_from_tensor")?;
        (rebuild, (tensor,)).into_pyobject(py)
    }
}

/// A level as the name of its kind and its arrays.
fn written<'py>(
    py: Python<'py>,
    level: &Level,
) -> PyResult<(&'static str, Vec<Bound<'py, PyAny>>)> {
    let numbers = |indices: &Indices| {
        let values = match indices {
            Indices::U32(buffer) => Values::UInt32(buffer.clone()),
            Indices::U64(buffer) => Values::UInt64(buffer.clone()),
        };
        numpy::vector(py, values)
    };
    Ok(match level {
        Level::Dense => ("dense", vec![]),
        Level::Sparse { ptr, idx } => ("sparse", vec![numbers(ptr)?, numbers(idx)?]),
        Level::Coo { ptr, idx } => {
            let arrays = std::iter::once(ptr).chain(idx).map(numbers);
            ("coo", arrays.collect::<PyResult<_>>()?)
        }
        Level::Bitmap { bits, .. } => {
            ("bitmap", vec![numpy::vector(py, Values::UInt64(bits.clone()))?])
        }
        Level::Runs { ptr, ends } => ("runs", vec![numbers(ptr)?, numbers(ends)?]),
    })
}

fn wrong(what: &str) -> PyErr {
    PyValueError::new_err(format!("unpickling a tensor: {what}"))
}

/// Indices are copied: they are checked once, and must stay what they were then.
fn indices(array: &Bound<'_, PyAny>) -> PyResult<Indices> {
    match numpy::read(array, true)?.values {
        Values::UInt32(buffer) => Ok(Indices::U32(buffer)),
        Values::UInt64(buffer) => Ok(Indices::U64(buffer)),
        other => Err(wrong(&format!("indices of {}", other.dtype()))),
    }
}

fn level(kind: &str, arrays: &[Bound<'_, PyAny>]) -> PyResult<Level> {
    Ok(match (kind, arrays) {
        ("dense", []) => Level::Dense,
        ("sparse", [ptr, idx]) => Level::Sparse { ptr: indices(ptr)?, idx: indices(idx)? },
        ("coo", [ptr, idx @ ..]) => Level::Coo {
            ptr: indices(ptr)?,
            idx: idx.iter().map(indices).collect::<PyResult<_>>()?,
        },
        ("bitmap", [bits]) => match numpy::read(bits, true)?.values {
            Values::UInt64(bits) => Level::bitmap(bits).map_err(raise)?,
            other => return Err(wrong(&format!("bits of {}", other.dtype()))),
        },
        ("runs", [ptr, ends]) => Level::Runs { ptr: indices(ptr)?, ends: indices(ends)? },
        _ => return Err(wrong(&format!("a level {kind:?} of {} arrays", arrays.len()))),
    })
}

/// The tensor of what `Tensor.__reduce__` wrote.
#[pyfunction]
#[pyo3(name = "_tensor")]
fn read_tensor(
    dims: Vec<usize>,
    order: Vec<usize>,
    levels: Vec<(String, Vec<Bound<'_, PyAny>>)>,
    leaf: &str,
    count: usize,
    values: &Bound<'_, PyAny>,
    fill: &Bound<'_, PyAny>,
) -> PyResult<ArrayObject> {
    let levels = levels.iter().map(|(kind, arrays)| level(kind, arrays));
    let levels = levels.collect::<PyResult<Vec<_>>>()?;
    let pattern = Pattern::try_new(&dims, levels).map_err(raise)?;
    let first = |values: &Values| {
        if values.is_empty() { Err(wrong("no value")) } else { Ok(values.get(0)) }
    };
    let values = numpy::read(values, false)?.values;
    let leaf = match leaf {
        "element" => Leaf::Element(values),
        "pattern" => Leaf::Pattern(count),
        "iso" => Leaf::Iso(first(&values)?, count),
        other => return Err(wrong(&format!("a leaf {other:?}"))),
    };
    let fill = first(&numpy::read(fill, true)?.values)?;
    let tensor = Tensor::from_parts(pattern, &order, leaf, fill).map_err(raise)?;
    Ok(ArrayObject(tensor.into()))
}

/// The chunked array of what `Array.__reduce__` wrote.
#[pyfunction]
#[pyo3(name = "_chunked")]
fn read_chunked(tensor: &Bound<'_, PyTensor>, chunks: ChunksArg) -> PyResult<ArrayObject> {
    let chunks = chunks.for_any("_chunked")?;
    let chunked = Chunked::from_array(&tensor_of(tensor), chunks).map_err(raise)?;
    Ok(ArrayObject(chunked.into()))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(read_tensor, module)?)?;
    module.add_function(wrap_pyfunction!(read_chunked, module)?)
}
