//! Python functions in recorded graphs, so that Python's garbage collector sees them.
//!
//! A graph calls a function through its [`Slot`], which all graphs share that were recorded on it. For the collector
//! every reference must have one owner that it can ask. So a slot has one [`Holder`], an object of Python that answers
//! for it; and every array whose graph has the slot owns a reference to the holder. While no array has it, as when
//! a graph is only in a computation, nobody answers, and the function is kept.

use pyo3::exceptions::PyReferenceError;
use pyo3::prelude::*;
use pyo3::types::PyWeakrefReference;
use pyo3::{PyTraverseError, PyVisit};
use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A Python function, as graphs hold it.
pub(crate) struct Slot {
    /// `None` once it was collected.
    function: Mutex<Option<Py<PyAny>>>,
    /// A weak reference to the holder there is.
    holder: Mutex<Option<Py<PyWeakrefReference>>>,
}

/// The owner of a slot's function in the eyes of the collector.
#[pyclass(frozen, weakref, module = "redpoll._redpoll")]
pub(crate) struct Holder(Arc<Slot>);

/// The functions that a graph calls, each once.
#[derive(Clone, Default)]
pub(crate) struct Functions(Option<Arc<[Arc<Slot>]>>);

/// All locks of this module are taken by threads that have the interpreter, and held for a moment: none is contended.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slot {
    pub(crate) fn new(function: Py<PyAny>) -> Arc<Self> {
        Arc::new(Self { function: Mutex::new(Some(function)), holder: Mutex::new(None) })
    }

    /// The function, to be called.
    pub(crate) fn function<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let function = lock(&self.function).as_ref().map(|f| f.bind(py).clone());
        function.ok_or_else(|| PyReferenceError::new_err("the function was garbage collected"))
    }

    fn holder(self: &Arc<Self>, py: Python<'_>) -> PyResult<Py<Holder>> {
        let known = lock(&self.holder).as_ref().map(|holder| holder.clone_ref(py));
        if let Some(holder) = known.and_then(|known| known.bind(py).upgrade_as_exact().transpose())
        {
            return Ok(holder?.unbind());
        }
        let holder = Bound::new(py, Holder(Arc::clone(self)))?;
        let weak = PyWeakrefReference::new(&holder)?.unbind();
        let former = lock(&self.holder).replace(weak);
        drop(former);
        Ok(holder.unbind())
    }
}

#[pymethods]
impl Holder {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&*lock(&self.0.function))
    }

    fn __clear__(&self) {
        // Dropped after the lock is given back: it may run anything.
        let function = lock(&self.0.function).take();
        drop(function);
    }
}

impl Functions {
    /// Those of graphs that are joined.
    pub(crate) fn of<'a>(graphs: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all: Option<Arc<[Arc<Slot>]>> = None;
        for slots in graphs.into_iter().filter_map(|graph| graph.0.as_ref()) {
            all = Some(match &all {
                None => Arc::clone(slots),
                Some(all) if Arc::ptr_eq(all, slots) => continue,
                Some(all) => {
                    let known: HashSet<_> = all.iter().map(Arc::as_ptr).collect();
                    let new = slots.iter().filter(|slot| !known.contains(&Arc::as_ptr(slot)));
                    all.iter().chain(new).cloned().collect()
                }
            });
        }
        Self(all)
    }

    /// With one more.
    pub(crate) fn and(&self, slot: Arc<Slot>) -> Self {
        let slots = self.0.iter().flat_map(|slots| slots.iter()).cloned();
        Self(Some(slots.chain([slot]).collect()))
    }

    /// References to the holders, for an array to own.
    pub(crate) fn holders(&self, py: Python<'_>) -> PyResult<Vec<Py<Holder>>> {
        self.0.iter().flat_map(|slots| slots.iter()).map(|slot| slot.holder(py)).collect()
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} functions", self.0.as_ref().map_or(0, |slots| slots.len()))
    }
}
