//! What an array says of itself: the standard's attributes, length, conversion to Python numbers, its text.

use super::{PyArray, PyChunked, PyTensor, object};
use crate::any::{Any, Kind};
use crate::arguments::{DEVICE, Device, number};
use crate::settings::{run, run_for};
use crate::{dtype, namespace, print};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyComplex, PyFloat, PyInt, PyTuple};
use pyo3::{PyTraverseError, PyVisit};
use redpoll::Array;

#[pymethods]
impl PyArray {
    /// The data type: a NumPy data type object.
    #[getter]
    fn dtype(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        dtype::object(py, self.held().dtype())
    }

    /// The device: "cpu".
    #[getter]
    fn device(&self) -> &'static str {
        DEVICE
    }

    /// The lengths of the axes.
    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.held().shape())
    }

    /// The number of axes.
    #[getter]
    fn ndim(&self) -> usize {
        self.held().ndim()
    }

    /// The number of elements.
    #[getter]
    fn size(&self) -> u128 {
        self.held().size()
    }

    /// The bytes of values and structure; of an array that is not computed yet, a bound.
    #[getter]
    fn nbytes(&self) -> usize {
        self.held().footprint().bytes
    }

    /// The transpose of a matrix.
    #[getter(T)]
    fn t(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let held = self.held();
        if held.ndim() != 2 {
            let message = format!("T: an array of {} axes is no matrix", held.ndim());
            return Err(PyValueError::new_err(message));
        }
        object(py, run_for(py, [&held], || held.t())?)
    }

    /// The array with the last two axes exchanged.
    #[getter(mT)]
    fn matrix_transpose(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let held = self.held();
        object(py, run_for(py, [&held], || held.matrix_transpose())?)
    }

    /// The array on a device; there is one.
    #[pyo3(signature = (device, /, *, stream=None))]
    fn to_device<'py>(
        slf: Bound<'py, Self>,
        device: Device,
        stream: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Self>> {
        let Device = device;
        no_stream("to_device", stream)?;
        Ok(slf)
    }

    /// The functions for arrays of this kind.
    #[pyo3(signature = (*, api_version=None))]
    fn __array_namespace__<'py>(
        &self,
        py: Python<'py>,
        api_version: Option<&str>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(other) = api_version.filter(|v| !namespace::VERSIONS.contains(v)) {
            let message = format!("the standard's version {other:?} is not one of these: ");
            return Err(PyValueError::new_err(message + &namespace::VERSIONS.join(", ")));
        }
        let module = match self.held().kind() {
            Kind::Tensor => "redpoll",
            Kind::Lazy => "redpoll.lazy",
            Kind::Chunked => "redpoll.chunked",
        };
        Ok(py.import(module)?.into_any())
    }

    /// The value of an array of one element as a Python number.
    fn item<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let held = self.held();
        number(py, run(py, || held.item())?)
    }

    fn __bool__(&self, py: Python<'_>) -> PyResult<bool> {
        self.single(py, "bool")?.is_truthy()
    }

    fn __int__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.get_type::<PyInt>().call1((self.single(py, "int")?,))
    }

    fn __float__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.get_type::<PyFloat>().call1((self.single(py, "float")?,))
    }

    fn __complex__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.get_type::<PyComplex>().call1((self.single(py, "complex")?,))
    }

    fn __index__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let value = self.single(py, "index")?;
        if value.is_exact_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>() {
            return Ok(value);
        }
        let message = format!("an array of {} is no index", self.held().dtype());
        Err(PyTypeError::new_err(message))
    }

    fn __len__(&self) -> PyResult<usize> {
        let length = self.held().shape().first().copied();
        length.ok_or_else(|| PyTypeError::new_err("an array without axes has no length"))
    }

    fn __iter__(slf: Bound<'_, Self>) -> PyResult<Rows> {
        let length = slf.get().__len__()?;
        Ok(Rows { array: Some(slf.unbind()), next: 0, length })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let options = print::options(py)?;
        let held = self.held();
        run(py, || Ok(print::repr(&held, &options)))
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        let options = print::options(py)?;
        let held = self.held();
        run(py, || {
            Ok(match &held {
                Any::Tensor(tensor) => tensor.to_text(&options),
                other => print::repr(other, &options),
            })
        })
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        object(py, self.held())
    }

    /// Memory is shared until one of the two is assigned to.
    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.__copy__(py)
    }
}

impl PyArray {
    /// The value of an array without axes.
    fn single<'py>(&self, py: Python<'py>, what: &str) -> PyResult<Bound<'py, PyAny>> {
        let held = self.held();
        if held.ndim() != 0 {
            let message = format!("{what}: an array of shape {:?} is no number", held.shape());
            return Err(PyTypeError::new_err(message));
        }
        number(py, run(py, || held.item())?)
    }
}

/// The parts of an array along its first axis, one after the other.
#[pyclass(name = "rows", module = "redpoll._redpoll")]
pub(crate) struct Rows {
    /// `None` once it was collected.
    array: Option<Py<PyArray>>,
    next: usize,
    length: usize,
}

#[pymethods]
impl Rows {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let Some(array) = self.array.as_ref().filter(|_| self.next < self.length) else {
            return Ok(None);
        };
        let (array, row) = (array.get().held(), self.next);
        let row = run(py, || array.index(row))?;
        self.next += 1;
        object(py, row).map(Some)
    }

    fn __length_hint__(&self) -> usize {
        self.length - self.next
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.array)
    }

    fn __clear__(&mut self) {
        self.array = None;
    }
}

/// Streams order work on other devices than the one there is.
pub(super) fn no_stream(what: &str, stream: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    match stream {
        None => Ok(()),
        Some(stream) => {
            let message = format!("{what}: stream is {stream:?}, but \"cpu\" has none");
            Err(PyValueError::new_err(message))
        }
    }
}

#[pymethods]
impl PyTensor {
    /// How it is stored, as `to_format` takes it: "csr", "csc", "coo", "csf", "dense", "bitmap", "runs"; else the levels from
    /// the outermost inwards, the leaf, and the order of the axes.
    #[getter]
    fn format(slf: &Bound<'_, Self>) -> String {
        super::tensor_of(slf).format().name()
    }

    /// The value of all elements that are not stored.
    #[getter]
    fn fill_value<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        number(slf.py(), super::tensor_of(slf).fill())
    }

    /// The number of stored elements.
    #[getter]
    fn stored(slf: &Bound<'_, Self>) -> u128 {
        super::tensor_of(slf).stored()
    }

    /// Stored elements over all elements; 1 where there are none.
    #[getter]
    fn density(slf: &Bound<'_, Self>) -> f64 {
        super::tensor_of(slf).density()
    }
}

#[pymethods]
impl PyChunked {
    /// The lengths of the chunks along each axis.
    #[getter]
    pub(crate) fn chunks<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let chunked = super::chunked_of(slf);
        let axes = chunked.grid().axes().iter();
        let axes = axes.map(|axis| PyTuple::new(slf.py(), axis.lengths()));
        PyTuple::new(slf.py(), axes.collect::<PyResult<Vec<_>>>()?)
    }

    /// The number of chunks along each axis.
    #[getter]
    fn numblocks<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(slf.py(), super::chunked_of(slf).grid().counts())
    }
}
