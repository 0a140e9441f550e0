//! DLPack: arrays to other libraries through memory that both see. (From others they come by way of NumPy.)
//!
//! The structures are those of the protocol's
//! [C header](https://dmlc.github.io/dlpack/latest/c_api.html), version 1; a consumer that knows no versions gets those
//! of before. A capsule has one of two names, and another one once a consumer has taken what it holds.

use crate::any::Any;
use crate::array::PyArray;
use crate::numpy::{Strided, address};
use crate::settings::run;
use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;
use redpoll::buffer::Values;
use redpoll::chunked::Chunked;
use redpoll::dtype::{DType, Kind};
use redpoll::tensor::Format;
use redpoll::{Lazy, Result};
use std::ffi::{CStr, c_void};

/// The device type of ordinary memory.
const CPU: i32 = 1;
/// The bits of the flags.
const READ_ONLY: u64 = 1;
const IS_COPIED: u64 = 2;

#[repr(C)]
struct DlDevice {
    device_type: i32,
    device_id: i32,
}

#[repr(C)]
struct DlDataType {
    code: u8,
    bits: u8,
    lanes: u16,
}

#[repr(C)]
struct DlTensor {
    data: *mut c_void,
    device: DlDevice,
    ndim: i32,
    dtype: DlDataType,
    shape: *mut i64,
    strides: *mut i64,
    byte_offset: u64,
}

/// What a capsule points at, before versions …
#[repr(C)]
struct Managed {
    tensor: DlTensor,
    context: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Self)>,
}

/// … and since.
#[repr(C)]
struct ManagedVersioned {
    version: [u32; 2],
    context: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Self)>,
    flags: u64,
    tensor: DlTensor,
}

/// The two structures, as far as they are treated alike.
trait Manager: Sized + 'static {
    const NAME: &'static CStr;
    fn new(tensor: DlTensor, context: *mut c_void, flags: u64) -> Self;
    fn context(&self) -> *mut c_void;
}

impl Manager for Managed {
    const NAME: &'static CStr = c"dltensor";
    fn new(tensor: DlTensor, context: *mut c_void, _flags: u64) -> Self {
        Self { tensor, context, deleter: Some(delete::<Self>) }
    }
    fn context(&self) -> *mut c_void {
        self.context
    }
}

impl Manager for ManagedVersioned {
    const NAME: &'static CStr = c"dltensor_versioned";
    fn new(tensor: DlTensor, context: *mut c_void, flags: u64) -> Self {
        Self { version: [1, 0], context, deleter: Some(delete::<Self>), flags, tensor }
    }
    fn context(&self) -> *mut c_void {
        self.context
    }
}

/// What an exported structure points into.
struct Exported {
    _values: Values,
    shape: Vec<i64>,
    strides: Vec<i64>,
}

/// Frees an exported structure: the consumer calls it, once.
///
/// # Safety
/// `managed` was made by [`export`] and is not used again.
unsafe extern "C" fn delete<M: Manager>(managed: *mut M) {
    // SAFETY: the caller's promise; `export` made both from boxes.
    unsafe {
        let managed = Box::from_raw(managed);
        drop(Box::from_raw(managed.context().cast::<Exported>()));
    }
}

/// Frees what a capsule holds that nobody used.
///
/// # Safety
/// `capsule` is a capsule made by [`export`] for the same structure.
unsafe extern "C" fn unused<M: Manager>(capsule: *mut ffi::PyObject) {
    // SAFETY: called by Python with the capsule, whose pointer is that of `export` as long as it has its first name.
    unsafe {
        if ffi::PyCapsule_IsValid(capsule, M::NAME.as_ptr()) == 1 {
            let managed = ffi::PyCapsule_GetPointer(capsule, M::NAME.as_ptr()).cast::<M>();
            delete(managed);
        }
    }
}

fn export<M: Manager>(py: Python<'_>, strided: Strided) -> PyResult<Bound<'_, PyAny>> {
    let count = |n: usize| {
        i64::try_from(n).map_err(|_| PyBufferError::new_err("a length over what DLPack can hold"))
    };
    let shape = strided.shape.iter().map(|&n| count(n)).collect::<PyResult<Vec<_>>>()?;
    let strides = strided.strides.iter().map(|&s| s as i64).collect();
    let dtype = strided.values.dtype();
    let flags = if strided.shared { READ_ONLY } else { IS_COPIED };
    let data = if strided.values.is_empty() {
        std::ptr::null_mut()
    } else {
        address(&strided.values).cast_mut().cast::<c_void>()
    };
    let mut exported = Box::new(Exported { _values: strided.values, shape, strides });
    let tensor = DlTensor {
        data,
        device: DlDevice { device_type: CPU, device_id: 0 },
        ndim: exported.shape.len() as i32,
        dtype: code(dtype),
        shape: exported.shape.as_mut_ptr(),
        strides: exported.strides.as_mut_ptr(),
        byte_offset: 0,
    };
    let managed = M::new(tensor, Box::into_raw(exported).cast(), flags);
    let managed = Box::into_raw(Box::new(managed));
    // SAFETY: the name is a constant; the destructor frees the structure unless a consumer has taken it and renamed the
    // capsule. Where there is no capsule, it is freed here.
    unsafe {
        let capsule = ffi::PyCapsule_New(managed.cast(), M::NAME.as_ptr(), Some(unused::<M>));
        if capsule.is_null() {
            delete(managed);
        }
        Bound::from_owned_ptr_or_err(py, capsule)
    }
}

fn code(dtype: DType) -> DlDataType {
    let code = match dtype.kind() {
        Kind::Signed => 0,
        Kind::Unsigned => 1,
        Kind::Float => 2,
        Kind::Complex => 5,
        Kind::Bool => 6,
    };
    DlDataType { code, bits: 8 * dtype.size() as u8, lanes: 1 }
}

#[pymethods]
impl PyArray {
    /// A DLPack capsule of all elements. Memory of a tensor that stores all of them is shared, to be read only, with
    /// consumers that know of read-only memory; else, and with `copy=True`, it is copied. With `copy=False` it is
    /// shared with any consumer: an array that does not store all elements is brought to a dense format for it, and
    /// stays in it. A chunked array is computed.
    #[pyo3(signature = (*, stream=None, max_version=None, dl_device=None, copy=None))]
    fn __dlpack__<'py>(
        slf: &Bound<'py, Self>,
        stream: Option<&Bound<'py, PyAny>>,
        max_version: Option<(u32, u32)>,
        dl_device: Option<(Bound<'py, PyAny>, i64)>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(stream) = stream {
            let message = format!("__dlpack__: stream is {stream:?}, but \"cpu\" has none");
            return Err(PyBufferError::new_err(message));
        }
        if let Some((device_type, id)) = dl_device {
            let number: i64 = device_type.call_method0("__int__")?.extract()?;
            if (number, id) != (CPU.into(), 0) {
                let message = format!("__dlpack__: no device ({device_type}, {id}), only (1, 0)");
                return Err(PyBufferError::new_err(message));
            }
        }
        let versioned = max_version.is_some_and(|(major, _)| major >= 1);
        // Without versions there is no way to say that memory must not be written to.
        let share = copy == Some(false) || (copy.is_none() && versioned);
        let (py, held) = (slf.py(), slf.get().held());
        let strided = run(py, || {
            let strided = Strided::of(&held.to_tensor()?)?;
            let kept = copy == Some(false) || (share && strided.shared);
            Ok(if kept { strided } else { strided.unshared() })
        })?;
        let strided = match copy {
            Some(false) if !strided.shared => {
                let mut dense = None;
                Self::update(slf, |this| {
                    let held = this.held();
                    run(py, || {
                        let stored = densely_stored(&held)?;
                        dense = Some(Strided::of(&stored.to_tensor()?)?);
                        Ok(Some(stored))
                    })
                })?;
                dense.expect("set where the update succeeds")
            }
            _ => strided,
        };
        if versioned {
            export::<ManagedVersioned>(py, strided)
        } else {
            export::<Managed>(py, strided)
        }
    }

    /// The device of DLPack: (1, 0), ordinary memory.
    fn __dlpack_device__(&self) -> (i32, i32) {
        (CPU, 0)
    }
}

/// The array with all its elements stored in memory.
fn densely_stored(array: &Any) -> Result<Any> {
    let tensor = array.to_tensor()?;
    let dense = tensor.to_format(&Format::dense(tensor.ndim()))?;
    Ok(match array {
        Any::Tensor(_) => dense.into(),
        Any::Lazy(_) => Lazy::new(dense).into(),
        Any::Chunked(chunked) => Chunked::from_array(&dense, chunked.array.grid())?.into(),
    })
}
