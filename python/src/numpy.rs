//! Arrays from and to NumPy, and whatever has a buffer.

use crate::array::PyArray;
use crate::dtype::{self, DTypeArg};
use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyBufferError, PyTypeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyMemoryView, PyTuple, PyType};
use redpoll::buffer::{Buffer, Values};
use redpoll::dtype::{DType, Element};
use redpoll::tensor::{Format, Leaf, LevelKind};
use redpoll::{Result, Tensor, with_dtype};
use smallvec::SmallVec;
use std::ffi::{c_int, c_void};
use std::ptr::NonNull;
use std::sync::Arc;

/// Elements seen through strides, which are counted in elements.
pub(crate) struct Strided {
    pub(crate) values: Values,
    pub(crate) shape: SmallVec<[usize; 4]>,
    pub(crate) strides: SmallVec<[isize; 4]>,
    /// Whether the tensor's own memory is seen.
    pub(crate) shared: bool,
}

impl Strided {
    /// All elements of a tensor: its own memory where it stores them all, else a copy in row-major order.
    pub(crate) fn of(tensor: &Tensor) -> Result<Self> {
        let shape: SmallVec<[usize; 4]> = tensor.shape().into();
        let dense = tensor.format().levels().iter().all(|&level| level == LevelKind::Dense);
        let (values, order, shared) = match tensor.leaf() {
            Leaf::Element(values) if dense => (values.clone(), tensor.order().to_vec(), true),
            _ => {
                let dense = tensor.to_format(&Format::dense(tensor.ndim()))?;
                (dense.values()?, (0..shape.len()).collect(), false)
            }
        };
        let mut strides = SmallVec::from_elem(0, shape.len());
        let mut step = 1_isize;
        for &axis in order.iter().rev() {
            strides[axis] = step;
            // An array without elements is never walked.
            step = step.saturating_mul(shape[axis] as isize);
        }
        Ok(Self { values, shape, strides, shared })
    }

    /// A copy that nothing else refers to.
    pub(crate) fn unshared(mut self) -> Self {
        self.values.make_mut();
        self.shared = false;
        self
    }
}

/// The address of the first value.
pub(crate) fn address(values: &Values) -> *const u8 {
    with_dtype!(values.dtype(), T => values.as_slice::<T>().map_or(std::ptr::null(), |s| s.as_ptr().cast()))
}

/// The bytes of values, as Python's buffer protocol gives them out.
#[pyclass(frozen, module = "redpoll._redpoll")]
pub(crate) struct Memory {
    values: Values,
    writable: bool,
}

#[pymethods]
impl Memory {
    /// # Safety
    /// As the buffer protocol says: `view` is valid for writes.
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut pyo3::ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let this = slf.get();
        let readonly = c_int::from(!this.writable);
        let length = isize::try_from(this.values.bytes())
            .map_err(|_| PyBufferError::new_err("more bytes than can be counted"))?;
        // SAFETY: `slf` is alive and, by its reference in the view, outlives it; its values are `length` bytes at
        // the address. They are written to only where the object was made writable, which is done for values that
        // nothing else refers to.
        let outcome = unsafe {
            pyo3::ffi::PyBuffer_FillInfo(
                view,
                slf.as_ptr(),
                address(&this.values).cast_mut().cast::<c_void>(),
                length,
                readonly,
                flags,
            )
        };
        if outcome == 0 { Ok(()) } else { Err(PyErr::fetch(slf.py())) }
    }
}

/// A NumPy array over the elements.
pub(crate) fn array(py: Python<'_>, strided: Strided) -> PyResult<Bound<'_, PyAny>> {
    let numpy = py.import("numpy")?;
    let dtype = dtype::object(py, strided.values.dtype())?;
    let shape = PyTuple::new(py, &strided.shape)?;
    if strided.values.is_empty() {
        return numpy.call_method1("empty", (shape, dtype));
    }
    let size = strided.values.dtype().size() as isize;
    let arguments = PyDict::new(py);
    arguments.set_item("shape", shape)?;
    arguments.set_item("dtype", dtype)?;
    arguments.set_item("strides", PyTuple::new(py, strided.strides.iter().map(|s| s * size))?)?;
    let memory = Memory { values: strided.values, writable: !strided.shared };
    arguments.set_item("buffer", Py::new(py, memory)?)?;
    numpy.getattr("ndarray")?.call((), Some(&arguments))
}

/// The elements of a vector as a NumPy array.
pub(crate) fn vector(py: Python<'_>, values: Values) -> PyResult<Bound<'_, PyAny>> {
    let (shape, strides) = (smallvec::smallvec![values.len()], smallvec::smallvec![1]);
    array(py, Strided { values, shape, strides, shared: true })
}

/// What was read of an object: elements in row-major order.
pub(crate) struct Elements {
    pub(crate) shape: SmallVec<[usize; 4]>,
    pub(crate) values: Values,
    /// Whether shape and order are those of the object's transpose.
    pub(crate) transposed: bool,
    /// Whether they are the object's own memory.
    pub(crate) shared: bool,
}

/// Whether an object is a `numpy.ndarray`, or of a class derived from it.
pub(crate) fn is_array(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    object.is_instance(CLASS.import(object.py(), "numpy", "ndarray")?)
}

/// Reads a NumPy array. Memory is shared where it is contiguous and of the machine's byte order, unless a copy is asked
/// for.
pub(crate) fn read(object: &Bound<'_, PyAny>, copy: bool) -> PyResult<Elements> {
    let numpy = object.py().import("numpy")?;
    if !is_array(object)? {
        let class = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!("expected a NumPy array, not {class}")));
    }
    static MASKED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if MASKED.import(object.py(), "numpy.ma", "is_masked")?.call1((object,))?.is_truthy()? {
        let message =
            "a masked array has elements without a value; give them one with .filled(value)";
        return Err(PyTypeError::new_err(message));
    }
    let array = numpy.call_method1("asarray", (object,))?;
    let flags = array.getattr("flags")?;
    let is = |name: &str| flags.getattr(name)?.extract::<bool>();
    // Columns one after the other are the rows of the transpose.
    let transposed = is("f_contiguous")? && !is("c_contiguous")?;
    let array = if transposed { array.getattr("T")? } else { array };
    let native = array.getattr("dtype")?.call_method1("newbyteorder", ("=",))?;
    let DTypeArg(dtype) = native.extract()?;
    let usable = numpy.call_method1("require", (&array, native, ("C", "A")))?;
    let shape: Vec<usize> = usable.getattr("shape")?.extract()?;
    let shares = numpy.call_method1("may_share_memory", (&usable, &array))?.is_truthy()?;
    let own = shares || shape.contains(&0);
    let bytes = usable.call_method1("reshape", (-1,))?.call_method1("view", ("uint8",))?;
    let buffer = PyUntypedBuffer::get(&bytes)?;
    let length = usable.getattr("size")?.extract()?;
    let (values, borrowed) = borrow(buffer, dtype, length, copy)?;
    Ok(Elements { shape: shape.into(), values, transposed, shared: borrowed && own })
}

/// The NumPy array of an object of another library that gives its elements: through `__array__`, DLPack, a buffer, or the
/// array interface. `None` for an object that has none of these.
pub(crate) fn of_foreign<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if is_array(object)? {
        return Ok(Some(object.clone()));
    }
    if object.is_instance_of::<PyType>() || object.is_instance_of::<PyBytes>() {
        return Ok(None);
    }
    if object.hasattr("__array__")? {
        let array = object.call_method0("__array__")?;
        if is_array(&array)? {
            return Ok(Some(array));
        }
        let (class, given) = (object.get_type().name()?, array.get_type().name()?);
        let message = format!("__array__ of {class} gave {given} in place of a NumPy array");
        return Err(PyTypeError::new_err(message));
    }
    if object.hasattr("__dlpack__")? {
        return from_dlpack(object, None).map(Some);
    }
    if let Ok(view) = PyMemoryView::from(object) {
        return object.py().import("numpy")?.call_method1("asarray", (view,)).map(Some);
    }
    if object.hasattr("__array_interface__")? {
        return of_interface(object).map(Some);
    }
    Ok(None)
}

/// A NumPy array by the array interface, over a buffer that it is checked to lie in. (`numpy.asarray` would not check.)
fn of_interface<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let interface = object.getattr("__array_interface__")?.cast_into::<PyDict>()?;
    let data = interface.get_item("data")?.filter(|data| !data.is_none());
    if data.as_ref().is_some_and(|data| data.is_instance_of::<PyTuple>()) {
        let class = object.get_type().name()?;
        let message = format!(
            "{class} gives the address of its memory and nothing to check its length by; use numpy.asarray of it \
             if it can be trusted"
        );
        return Err(PyTypeError::new_err(message));
    }
    let arguments = PyDict::new(object.py());
    arguments.set_item("buffer", data.as_ref().unwrap_or(object))?;
    for (theirs, ours) in
        [("shape", "shape"), ("typestr", "dtype"), ("strides", "strides"), ("offset", "offset")]
    {
        if let Some(value) = interface.get_item(theirs)? {
            arguments.set_item(ours, value)?;
        }
    }
    object.py().import("numpy")?.getattr("ndarray")?.call((), Some(&arguments))
}

/// A NumPy array of an object with DLPack: NumPy knows what a producer may give.
pub(crate) fn from_dlpack<'py>(
    object: &Bound<'py, PyAny>,
    copy: Option<bool>,
) -> PyResult<Bound<'py, PyAny>> {
    let arguments = PyDict::new(object.py());
    arguments.set_item("copy", copy)?;
    object.py().import("numpy")?.call_method("from_dlpack", (object,), Some(&arguments))
}

/// The values of a buffer of `length` elements: borrowed where any bytes are values of the data type and it is aligned.
fn borrow(
    buffer: PyUntypedBuffer,
    dtype: DType,
    length: usize,
    copy: bool,
) -> PyResult<(Values, bool)> {
    if length.checked_mul(dtype.size()) != Some(buffer.len_bytes()) {
        return Err(PyBufferError::new_err("a buffer of another length than its shape"));
    }
    let start = buffer.buf_ptr().cast_const();
    // SAFETY: the buffer is contiguous, of `length` elements, and kept alive by the owner.
    unsafe { values_at(start, dtype, length, copy, Arc::new(buffer)) }
        .ok_or_else(|| PyBufferError::new_err("a buffer without memory"))
}

/// Values of foreign memory: borrowed where it is aligned and any bytes are values of the data type, unless a copy is
/// asked for; and whether they are borrowed. `None` for elements at the null address.
///
/// # Safety
/// There are `length` initialised elements of the data type's size from `start`, valid for reads as long as `owner`
/// lives. The caller of Python code that shares memory with an array must not write to it while the array is computed
/// on, as of arrays of NumPy that share memory.
pub(crate) unsafe fn values_at(
    start: *const c_void,
    dtype: DType,
    length: usize,
    copy: bool,
    owner: Arc<dyn std::any::Any + Send + Sync>,
) -> Option<(Values, bool)> {
    if length == 0 {
        return Some((Values::zeros(dtype, 0), true)); // there is nothing to copy
    }
    let first = NonNull::new(start.cast_mut())?;
    if dtype == DType::Bool {
        // Any byte but 0 is true in C; in Rust only 1 is.
        // SAFETY: the caller's promise; bytes have no alignment and no invalid values.
        let bytes = unsafe { std::slice::from_raw_parts(first.cast::<u8>().as_ptr(), length) };
        if copy || bytes.iter().any(|&b| b > 1) {
            return Some((bytes.iter().map(|&b| b != 0).collect::<Vec<bool>>().into(), false));
        }
        // SAFETY: the caller's promise, and all bytes are 0 or 1.
        let buffer = unsafe { Buffer::from_foreign(first.cast::<bool>(), length, owner) };
        return Some((buffer.into(), true));
    }
    Some(with_dtype!(dtype, T => {
        let typed = first.cast::<T>();
        if copy || !typed.is_aligned() {
            let mut values = vec![T::ZERO; length];
            // SAFETY: the caller's promise; the copy goes by bytes, so that alignment does not matter.
            unsafe {
                std::ptr::copy_nonoverlapping(
                    first.cast::<u8>().as_ptr().cast_const(),
                    values.as_mut_ptr().cast::<u8>(),
                    length * size_of::<T>(),
                );
            }
            (Values::from(values), false)
        } else {
            // SAFETY: the caller's promise, and `typed` is aligned; `T` is a number, of which all bytes are values.
            (T::erase(unsafe { Buffer::from_foreign(typed, length, owner) }), true)
        }
    }))
}

#[pymethods]
impl PyArray {
    /// NumPy arrays do not take these arrays apart: their operators ask ours.
    #[classattr]
    fn __array_ufunc__() -> Option<u8> {
        None
    }
}
