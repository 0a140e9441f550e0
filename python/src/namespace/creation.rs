//! Creation functions.

mod convert;

use super::manipulation::Arrays;
use super::{Namespace, apply};
use crate::any::Any;
use crate::arguments::{ArrayArg, Count, Device, Diagonal, NumberArg, ShapeArg, dtype_or};
use crate::array::{object, objects};
use crate::dtype::DTypeArg;
use crate::number::Number;
use crate::settings::{create, run};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use redpoll::dtype::{DType, Kind, Scalar, Weak};
use redpoll::standard::Indexing;
use redpoll::{Array, Result};

impl Namespace {
    fn create(
        &self,
        py: Python<'_>,
        f: impl FnOnce() -> Result<Any> + Send,
    ) -> PyResult<Py<PyAny>> {
        object(py, create(py, self.kind, f)?)
    }

    fn filled(
        &self,
        py: Python<'_>,
        shape: &ShapeArg,
        value: fn(DType) -> Scalar,
        dtype: Option<DTypeArg>,
    ) -> PyResult<Py<PyAny>> {
        let value = value(dtype_or(dtype, DType::Float64));
        self.create(py, || Any::full(&shape.0, value))
    }
}

/// An array of the kind and shape of another, filled with a value.
fn filled_like(
    py: Python<'_>,
    x: &ArrayArg,
    value: impl FnOnce(DType) -> PyResult<Scalar>,
    dtype: Option<DTypeArg>,
) -> PyResult<Py<PyAny>> {
    let value = value(dtype_or(dtype, x.0.dtype()))?;
    object(py, create(py, x.0.kind(), || Any::full(x.0.shape(), value))?)
}

#[pymethods]
impl Namespace {
    /// The numbers from start to before stop, step apart.
    #[pyo3(signature = (start, /, stop=None, step=NumberArg(Number::Weak(Weak::Int(1))), *, dtype=None, device=None))]
    #[pyo3(text_signature = "($self, start, /, stop=None, step=1, *, dtype=None, device=None)")]
    fn arange(
        &self,
        py: Python<'_>,
        start: NumberArg,
        stop: Option<NumberArg>,
        step: NumberArg,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        let (start, stop, step) = match stop {
            Some(stop) => (start.0.weak(), stop.0.weak(), step.0.weak()),
            None => (Weak::Int(0), start.0.weak(), step.0.weak()),
        };
        let integers = [start, stop, step].iter().all(|n| matches!(n, Weak::Int(_)));
        let dtype = dtype_or(dtype, if integers { DType::Int64 } else { DType::Float64 });
        self.create(py, || Any::arange(start, stop, step, dtype))
    }

    /// An array of a shape and data type; here always filled with zeros.
    #[pyo3(signature = (shape, *, dtype=None, device=None))]
    fn empty(
        &self,
        py: Python<'_>,
        shape: ShapeArg,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        self.filled(py, &shape, Scalar::zero, dtype)
    }

    /// An array of the shape and data type of another; here always filled with zeros.
    #[pyo3(signature = (x, /, *, dtype=None, device=None))]
    fn empty_like(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        filled_like(py, &x, |dtype| Ok(Scalar::zero(dtype)), dtype)
    }

    /// A matrix with ones on a diagonal: 0 is the main one, a positive number lies above it.
    #[pyo3(
        signature = (n_rows, n_cols=None, /, *, k=Diagonal(0), dtype=None, device=None),
        text_signature = "($self, n_rows, n_cols=None, /, *, k=0, dtype=None, device=None)"
    )]
    fn eye(
        &self,
        py: Python<'_>,
        n_rows: Count,
        n_cols: Option<Count>,
        k: Diagonal,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        let (columns, dtype) = (n_cols.unwrap_or(n_rows).0, dtype_or(dtype, DType::Float64));
        self.create(py, || Any::eye(n_rows.0, columns, k.0, dtype))
    }

    /// An array filled with a value.
    #[pyo3(signature = (shape, fill_value, *, dtype=None, device=None))]
    fn full(
        &self,
        py: Python<'_>,
        shape: ShapeArg,
        fill_value: NumberArg,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        let dtype = dtype_or(dtype, fill_value.0.default_dtype());
        let value = fill_value.0.value("full: fill_value", dtype)?;
        self.create(py, || Any::full(&shape.0, value))
    }

    /// An array of the shape and data type of another, filled with a value.
    #[pyo3(signature = (x, /, fill_value, *, dtype=None, device=None))]
    fn full_like(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        fill_value: NumberArg,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        filled_like(py, &x, |dtype| fill_value.0.value("full_like: fill_value", dtype), dtype)
    }

    /// Evenly spaced numbers from start to stop, which belongs to them with `endpoint`.
    #[pyo3(signature = (start, stop, /, num, *, dtype=None, device=None, endpoint=true))]
    #[allow(clippy::too_many_arguments)] // the standard's
    fn linspace(
        &self,
        py: Python<'_>,
        start: NumberArg,
        stop: NumberArg,
        num: Count,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
        endpoint: bool,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        let (start, stop) = (start.0.weak(), stop.0.weak());
        let complex = |n: Weak| n.default_dtype().kind() == Kind::Complex;
        let default =
            if complex(start) || complex(stop) { DType::Complex128 } else { DType::Float64 };
        let dtype = dtype_or(dtype, default);
        self.create(py, || Any::linspace(start, stop, num.0, endpoint, dtype))
    }

    /// The coordinates of a grid: for each vector its elements along its own axis, the same along the others. With the
    /// indexing "xy" the first two axes are exchanged.
    #[pyo3(signature = (*arrays, indexing="xy"))]
    fn meshgrid<'py>(
        &self,
        py: Python<'py>,
        arrays: &Bound<'py, PyTuple>,
        indexing: &str,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let arrays: Arrays = arrays.as_any().extract()?;
        let indexing = match indexing {
            "xy" => Indexing::Xy,
            "ij" => Indexing::Ij,
            _ => {
                let message =
                    format!("meshgrid: indexing is {indexing:?}; there are \"xy\" and \"ij\"");
                return Err(PyValueError::new_err(message));
            }
        };
        let grid = run(py, || Any::meshgrid(&arrays.refs(), indexing))?;
        PyTuple::new(py, objects(py, grid)?)
    }

    /// The lower triangles of matrices: what is on and below a diagonal.
    #[pyo3(signature = (x, /, *, k=Diagonal(0)), text_signature = "($self, x, /, *, k=0)")]
    fn tril(&self, py: Python<'_>, x: ArrayArg, k: Diagonal) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| x.tril(k.0))
    }

    /// The upper triangles of matrices: what is on and above a diagonal.
    #[pyo3(signature = (x, /, *, k=Diagonal(0)), text_signature = "($self, x, /, *, k=0)")]
    fn triu(&self, py: Python<'_>, x: ArrayArg, k: Diagonal) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| x.triu(k.0))
    }

    /// An array filled with ones.
    #[pyo3(signature = (shape, *, dtype=None, device=None))]
    fn ones(
        &self,
        py: Python<'_>,
        shape: ShapeArg,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        self.filled(py, &shape, Scalar::one, dtype)
    }

    /// Ones of the shape and data type of another array.
    #[pyo3(signature = (x, /, *, dtype=None, device=None))]
    fn ones_like(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        filled_like(py, &x, |dtype| Ok(Scalar::one(dtype)), dtype)
    }

    /// An array filled with zeros.
    #[pyo3(signature = (shape, *, dtype=None, device=None))]
    fn zeros(
        &self,
        py: Python<'_>,
        shape: ShapeArg,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        self.filled(py, &shape, Scalar::zero, dtype)
    }

    /// Zeros of the shape and data type of another array.
    #[pyo3(signature = (x, /, *, dtype=None, device=None))]
    fn zeros_like(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        filled_like(py, &x, |dtype| Ok(Scalar::zero(dtype)), dtype)
    }

    /// An array of an object: a number, nested lists of numbers, an array of redpoll, NumPy, scipy.sparse or sparse, or
    /// anything with DLPack or a buffer.
    ///
    /// Elements of lists without a data type of their own are converted to `dtype`, or to that of NumPy's scalars among
    /// them; one that it cannot hold is an error. A list as an operand is the array that `asarray` makes of it: integers
    /// are int64, numbers with a fraction float64, also beside an array of a narrower data type. What a list assigns
    /// takes the data type of the array.
    ///
    /// Without `copy`, memory is shared where that is possible; an object of redpoll that is of the kind and data type
    /// asked for is returned itself. With `copy=False` it is an error if it is not possible.
    #[pyo3(signature = (obj, /, *, dtype=None, device=None, copy=None))]
    fn asarray(
        &self,
        py: Python<'_>,
        obj: &Bound<'_, PyAny>,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
        copy: Option<bool>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        let dtype = dtype.map(|d| d.0);
        convert::as_array(py, self.kind, obj, dtype, copy)
    }

    /// An array of an object with DLPack. Memory is shared where that is possible, unless a copy is asked for; with
    /// `copy=False` it is an error if it is not.
    #[pyo3(signature = (x, /, *, device=None, copy=None))]
    #[allow(clippy::wrong_self_convention)] // the standard's name
    fn from_dlpack(
        &self,
        py: Python<'_>,
        x: &Bound<'_, PyAny>,
        device: Option<Device>,
        copy: Option<bool>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        convert::of_dlpack(py, self.kind, x, copy)
    }
}
