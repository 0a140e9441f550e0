//! To NumPy and to other formats.

use super::{PyArray, PyTensor, object, tensor_of};
use crate::any::Any;
use crate::dtype::DTypeArg;
use crate::numpy::{self, Strided};
use crate::scipy;
use crate::settings::run;
use pyo3::exceptions::{PyMemoryError, PyValueError};
use pyo3::prelude::*;
use redpoll::Array;
use redpoll::engine::Options;
use redpoll::tensor::Format;

#[pymethods]
impl PyArray {
    /// What `numpy.asarray` calls: all elements. A tensor that stores all of them is shared, and read-only; a chunked
    /// array is computed. An error if they would take more than the limit on dense results: use `to_numpy`.
    #[pyo3(signature = (dtype=None, *, copy=None))]
    fn __array__<'py>(
        &self,
        py: Python<'py>,
        dtype: Option<DTypeArg>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(unread) = scipy::left_to_operators(py)? {
            return Ok(unread);
        }
        let held = self.held();
        let bytes = held.meta().dense_bytes();
        let limit =
            run(py, || Ok(Options::current().densify_limit_for(held.footprint().bytes as u128)))?;
        if bytes > limit {
            let (shape, dtype) = (&held.meta().shape, held.meta().dtype);
            let message = format!(
                "numpy.asarray: an array of shape {shape:?} and dtype {dtype} would take {bytes} bytes \
                 where all elements are stored, over the limit of {limit}; use .to_numpy(), or \
                 redpoll.config(densify_limit=...)"
            );
            return Err(PyMemoryError::new_err(message));
        }
        let strided = run(py, || elements(&held, dtype, copy == Some(true)))?;
        if copy == Some(false) && !strided.shared {
            let message = "numpy.asarray: the elements are not stored as they are asked for, \
                           which takes a copy";
            return Err(PyValueError::new_err(message));
        }
        numpy::array(py, strided)
    }

    /// All elements as a NumPy array. A tensor that stores all of them is shared, and read-only, unless a copy is asked
    /// for; a chunked array is computed.
    #[pyo3(signature = (*, copy=false))]
    fn to_numpy<'py>(&self, py: Python<'py>, copy: bool) -> PyResult<Bound<'py, PyAny>> {
        let held = self.held();
        let strided = run(py, || elements(&held, None, copy))?;
        numpy::array(py, strided)
    }
}

fn elements(array: &Any, dtype: Option<DTypeArg>, copy: bool) -> redpoll::Result<Strided> {
    let tensor = array.to_tensor()?;
    let strided = match dtype.filter(|d| d.0 != tensor.dtype()) {
        Some(DTypeArg(dtype)) => Strided { shared: false, ..Strided::of(&tensor.astype(dtype)?)? },
        None => Strided::of(&tensor)?,
    };
    Ok(if copy || !strided.shared { strided.unshared() } else { strided })
}

#[pymethods]
impl PyTensor {
    /// The tensor in another format: "csr", "csc", "coo", "csf", "dense", "bitmap", "runs" for its number of axes, or
    /// any nesting of levels such as "dense(sparse(element))[1,0]".
    #[pyo3(signature = (format, /))]
    fn to_format(slf: &Bound<'_, Self>, format: &str) -> PyResult<Py<PyAny>> {
        let tensor = tensor_of(slf);
        let converted = run(slf.py(), || tensor.to_format(&Format::read(format, tensor.ndim())?))?;
        object(slf.py(), converted.into())
    }

    /// The tensor without the stored values that equal the fill value.
    fn prune(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        let tensor = tensor_of(slf);
        object(slf.py(), run(slf.py(), || tensor.prune())?.into())
    }
}
