//! The Python classes of arrays. All methods are those of the base class; `redpoll.Tensor`,
//! `redpoll.lazy.Array` and `redpoll.chunked.Array` add what only their kind has.

mod attributes;
mod conversion;
mod indexing;
mod operators;

use crate::any::{Any, Graph};
use crate::functions::Holder;
use crate::settings::run;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use redpoll::chunked::Chunked;
use redpoll::{Lazy, Tensor};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// An array of the Python array API standard: what `redpoll.Tensor`, `redpoll.lazy.Array` and `redpoll.chunked.Array`
/// have in common.
///
/// Assignment (`x[0] = 1`, `x += 1`) changes what the object holds: memory that other arrays share is never written to.
#[pyclass(subclass, frozen, weakref, name = "Array", module = "redpoll")]
pub(crate) struct PyArray {
    held: Mutex<Any>,
    /// The process in which some thread changes what is held; 0 while none does.
    writer: AtomicU32,
}

/// A tensor: an array in memory, in any sparse or dense format.
#[pyclass(extends = PyArray, frozen, name = "Tensor", module = "redpoll")]
pub(crate) struct PyTensor;

/// A lazy array: it records what is asked of it, and computes it at once when told to.
#[pyclass(extends = PyArray, frozen, name = "Array", module = "redpoll.lazy")]
pub(crate) struct PyLazy;

/// An array of chunks: it records what is asked of it, and computes block by block.
#[pyclass(extends = PyArray, frozen, name = "Array", module = "redpoll.chunked")]
pub(crate) struct PyChunked {
    /// Those of the functions that the graph calls: each is owned by this object, for the garbage collector.
    holders: Mutex<Vec<Py<Holder>>>,
}

#[pymethods]
impl PyChunked {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // Only threads that have the interpreter take the lock, for a moment.
        let holders = self.holders.lock().unwrap_or_else(PoisonError::into_inner);
        holders.iter().try_for_each(|holder| visit.call(holder))
    }

    fn __clear__(&self) {
        self.own(Vec::new());
    }
}

impl PyChunked {
    fn own(&self, holders: Vec<Py<Holder>>) {
        let mut own = self.holders.lock().unwrap_or_else(PoisonError::into_inner);
        let former = std::mem::replace(&mut *own, holders);
        // Dropped after the lock is given back: it may run anything.
        drop(own);
        drop(former);
    }
}

impl PyArray {
    /// The array that the object holds now.
    pub(crate) fn held(&self) -> Any {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes it where it is, briefly and without giving up the interpreter: whoever asks for it meanwhile waits.
    pub(crate) fn write<R>(&self, change: impl FnOnce(&mut Any) -> R) -> R {
        change(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces it by what a function makes of the object, if it does; no other thread does meanwhile. The object stays of
    /// its kind.
    pub(crate) fn update(
        slf: &Bound<'_, Self>,
        change: impl FnOnce(&Self) -> PyResult<Option<Any>>,
    ) -> PyResult<()> {
        let (py, this) = (slf.py(), slf.get());
        let _turn = Turn::wait(py, &this.writer)?;
        let Some(changed) = change(this)? else { return Ok(()) };
        let held = this.held();
        let changed = match changed.kind() == held.kind() {
            true => changed,
            false => run(py, || changed.to_kind(held.kind()))?,
        };
        if let (Ok(chunked), Any::Chunked(graph)) = (slf.cast::<PyChunked>(), &changed) {
            chunked.get().own(graph.functions.holders(py)?);
        }
        // Dropped after the lock is given back: it may run anything.
        drop(this.write(|held| std::mem::replace(held, changed)));
        Ok(())
    }
}

/// A thread's turn to change what an object holds.
///
/// Not a lock of the system: a process that is forked while another thread has its turn would find it locked for ever.
struct Turn<'a>(&'a AtomicU32);

impl<'a> Turn<'a> {
    /// Waits for the turn, without the interpreter.
    fn wait(py: Python<'_>, writer: &'a AtomicU32) -> PyResult<Self> {
        let own = std::process::id();
        let mut pause = Duration::from_micros(20);
        loop {
            let turn = |now: u32| (now != own).then_some(own);
            if writer.fetch_update(Ordering::Acquire, Ordering::Relaxed, turn).is_ok() {
                return Ok(Self(writer));
            }
            py.detach(|| std::thread::sleep(pause));
            py.check_signals()?;
            pause = Duration::from_millis(5).min(pause * 2);
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Release);
    }
}

/// The Python object of an array, of the class of its kind.
pub(crate) fn object(py: Python<'_>, array: Any) -> PyResult<Py<PyAny>> {
    let base = |array| {
        PyClassInitializer::from(PyArray { held: Mutex::new(array), writer: AtomicU32::new(0) })
    };
    Ok(match &array {
        Any::Tensor(_) => Py::new(py, base(array).add_subclass(PyTensor))?.into_any(),
        Any::Lazy(_) => Py::new(py, base(array).add_subclass(PyLazy))?.into_any(),
        Any::Chunked(graph) => {
            let holders = Mutex::new(graph.functions.holders(py)?);
            Py::new(py, base(array).add_subclass(PyChunked { holders }))?.into_any()
        }
    })
}

/// An array on its way to Python.
pub(crate) struct ArrayObject(pub(crate) Any);

impl<'py> IntoPyObject<'py> for ArrayObject {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        object(py, self.0).map(|object| object.into_bound(py))
    }
}

/// The Python objects of several arrays.
pub(crate) fn objects(py: Python<'_>, arrays: Vec<Any>) -> PyResult<Vec<Py<PyAny>>> {
    arrays.into_iter().map(|array| object(py, array)).collect()
}

/// The tensor that a `redpoll.Tensor` holds.
pub(crate) fn tensor_of(slf: &Bound<'_, PyTensor>) -> Tensor {
    match &slf.as_super().get().held() {
        Any::Tensor(tensor) => Tensor::clone(tensor),
        _ => unreachable!("objects of this class are made of tensors only"),
    }
}

/// The chunked array that a `redpoll.chunked.Array` holds.
pub(crate) fn chunked_of(slf: &Bound<'_, PyChunked>) -> Chunked<Tensor> {
    graph_of(slf).array.clone()
}

/// The same, with the functions that it calls.
pub(crate) fn graph_of(slf: &Bound<'_, PyChunked>) -> Arc<Graph> {
    match &slf.as_super().get().held() {
        Any::Chunked(graph) => graph.clone(),
        _ => unreachable!("objects of this class are made of chunked arrays only"),
    }
}

/// The lazy array that a `redpoll.lazy.Array` holds.
pub(crate) fn lazy_of(slf: &Bound<'_, PyLazy>) -> Lazy<Tensor> {
    match &slf.as_super().get().held() {
        Any::Lazy(lazy) => Lazy::clone(lazy),
        _ => unreachable!("objects of this class are made of lazy arrays only"),
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyArray>()?;
    module.add("Tensor", module.py().get_type::<PyTensor>())?;
    module.add("LazyArray", module.py().get_type::<PyLazy>())?;
    module.add("ChunkedArray", module.py().get_type::<PyChunked>())
}
