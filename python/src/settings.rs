//! What holds for a scope of a Python program (`with redpoll.config(format="csf"): …`) or for the process
//! (`REDPOLL_FORMAT`, `REDPOLL_CHUNKS`): the format of every result, the chunks of arrays that are created.

use crate::any::{Any, Kind};
use crate::arguments::ChunksArg;
use crate::errors::raise;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use redpoll::engine::{self, Family};
use redpoll::{Result, chunked};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, OnceLock};

/// Settings that differ from the crate's own.
#[derive(Debug, Clone, Default)]
struct Settings {
    engine: engine::Options,
    chunked: chunked::Options,
}

/// Those of the process, from its environment.
static PROCESS: OnceLock<Option<Arc<Settings>>> = OnceLock::new();

thread_local! {
    /// Those of the innermost scope on this thread.
    static SCOPE: RefCell<Option<Arc<Settings>>> = const { RefCell::new(None) };
}

/// Those in force on this thread; `None`: those that the crate has now. A thread that works on a block has been given
/// those of whoever computes, in the crate.
fn current() -> Option<Arc<Settings>> {
    let unset = || engine::Options::current() == engine::Options::default();
    let process = || PROCESS.get().cloned().flatten().filter(|_| unset());
    SCOPE.with_borrow(Clone::clone).or_else(process)
}

/// Calls a function with the settings in force; without any, directly.
pub(crate) fn scoped<R>(f: impl FnOnce() -> R) -> R {
    match current() {
        None => f(),
        Some(settings) => settings.chunked.scope(|| engine::with_options(settings.engine, f)),
    }
}

/// Evaluates without the interpreter, so that other Python threads run meanwhile.
pub(crate) fn run<T: Send>(py: Python<'_>, f: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    py.detach(|| scoped(f)).map_err(raise)
}

/// As [`run`], creating arrays of a kind.
pub(crate) fn create(
    py: Python<'_>,
    kind: Kind,
    f: impl FnOnce() -> Result<Any> + Send,
) -> PyResult<Any> {
    run(py, || kind.scope(f))
}

/// Reads the settings of the process.
pub(crate) fn read_environment() -> PyResult<()> {
    let mut settings = Settings::default();
    let mut any = false;
    if let Ok(format) = std::env::var("REDPOLL_FORMAT") {
        settings.engine.format = Some(format.parse().map_err(raise)?);
        any = true;
    }
    if let Ok(chunks) = std::env::var("REDPOLL_CHUNKS") {
        let size: isize = chunks.parse()?;
        settings.chunked.chunks = size.into();
        any = true;
    }
    PROCESS.get_or_init(|| any.then(|| Arc::new(settings)));
    Ok(())
}

/// Settings for the statements under `with`, on the thread that runs them.
#[pyclass(frozen, name = "config", module = "redpoll")]
pub(crate) struct Config {
    format: Option<Option<Family>>,
    chunks: Option<chunked::Chunks>,
    densify_limit: Option<Option<u128>>,
    block_bytes: Option<usize>,
    former: Mutex<Vec<Option<Arc<Settings>>>>,
}

#[pymethods]
impl Config {
    /// `format`: the family of formats of every array that is created and of every result ("csr", "csf", "coo",
    /// "dense", "bitmap", "runs", …), or "auto". `chunks`: the chunks of chunked arrays that are created.
    /// `block_bytes`: the size of automatic chunks. `densify_limit`: the most bytes a result may take by being
    /// dense.
    #[new]
    #[pyo3(signature = (*, format=None, chunks=None, block_bytes=None, densify_limit=None))]
    fn new(
        format: Option<&str>,
        chunks: Option<ChunksArg>,
        block_bytes: Option<usize>,
        densify_limit: Option<u128>,
    ) -> PyResult<Self> {
        let format = match format {
            None => None,
            Some("auto") => Some(None),
            Some(name) => Some(Some(name.parse().map_err(raise)?)),
        };
        Ok(Self {
            format,
            chunks: chunks.map(|c| c.0),
            densify_limit: densify_limit.map(Some),
            block_bytes,
            former: Mutex::new(Vec::new()),
        })
    }

    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let this = slf.get();
        let mut settings = current().map(|s| Settings::clone(&s)).unwrap_or_default();
        if let Some(format) = this.format {
            settings.engine.format = format;
        }
        if let Some(limit) = this.densify_limit {
            settings.engine.densify_limit = limit;
        }
        if let Some(chunks) = &this.chunks {
            settings.chunked.chunks = chunks.clone();
        }
        if let Some(bytes) = this.block_bytes {
            settings.chunked.block_bytes = bytes;
        }
        let former = SCOPE.replace(Some(Arc::new(settings)));
        this.former.lock().map_err(|_| ended())?.push(former);
        Ok(slf)
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, _exception: &Bound<'_, pyo3::types::PyTuple>) -> PyResult<()> {
        let former = self.former.lock().map_err(|_| ended())?.pop().ok_or_else(ended)?;
        SCOPE.set(former);
        Ok(())
    }
}

/// What was counted of results and their formats, where one is forced, since the last call.
#[pyfunction]
#[pyo3(signature = ())]
fn census(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let census = engine::Census::take();
    let dict = PyDict::new(py);
    dict.set_item("results", census.results)?;
    dict.set_item("other", census.other)?;
    dict.set_item("densified", census.densified)?;
    Ok(dict)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Config>()?;
    module.add_function(wrap_pyfunction!(census, module)?)
}

fn ended() -> PyErr {
    PyRuntimeError::new_err("config: the scope has not been entered")
}
