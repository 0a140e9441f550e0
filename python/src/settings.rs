//! What holds for a scope of a Python program (`with redpoll.config(format="csf"): …`) or for the process
//! (`REDPOLL_FORMAT`, `REDPOLL_CHUNKS`): the format of every result, the chunks of arrays that are created.

use crate::any::{Any, Kind};
use crate::arguments::{ChunksArg, Count};
use crate::errors::raise;
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{IntoPyDict, PyDict};
use redpoll::chunked::CancelToken;
use redpoll::engine::{self, Family};
use redpoll::{Array, Result, chunked, parallel};
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// Settings that differ from the crate's own.
#[derive(Debug, Clone, Default)]
struct Settings {
    engine: engine::Options,
    chunked: chunked::Options,
}

impl Settings {
    /// Those that hold where no scope does.
    fn outside() -> Self {
        match PROCESS.get().cloned().flatten().filter(|_| is_unset()) {
            Some(settings) => Self::clone(&settings),
            None => {
                Self { engine: engine::Options::current(), chunked: chunked::Options::current() }
            }
        }
    }
}

/// Those of the process, from its environment.
static PROCESS: OnceLock<Option<Arc<Settings>>> = OnceLock::new();

/// The [`Scope`] of the running context, a `contextvars.ContextVar`: threads and asyncio's tasks have their own.
static SCOPE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Whether a scope was ever entered. Programs that enter none do not pay for looking.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// The `with` statements that are in force, in the order in which they were entered.
#[pyclass(frozen, module = "redpoll._redpoll")]
struct Scope {
    /// What held before the first.
    outside: Settings,
    entered: Vec<Arc<Changes>>,
    settings: Arc<Settings>,
}

impl Scope {
    fn new(outside: Settings, entered: Vec<Arc<Changes>>) -> Self {
        let mut settings = outside.clone();
        for changes in &entered {
            changes.apply(&mut settings);
        }
        Self { outside, entered, settings: Arc::new(settings) }
    }

    fn variable(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
        let variable = SCOPE.get_or_try_init(py, || {
            let class = py.import("contextvars")?.getattr("ContextVar")?;
            let default = [("default", py.None())].into_py_dict(py)?;
            PyResult::Ok(class.call(("redpoll.config",), Some(&default))?.unbind())
        })?;
        Ok(variable.bind(py))
    }

    fn current(py: Python<'_>) -> PyResult<Option<Bound<'_, Self>>> {
        if !ENTERED.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let scope = Self::variable(py)?.call_method0(intern!(py, "get"))?;
        Ok(scope.cast_into::<Self>().ok())
    }

    fn set(py: Python<'_>, scope: Option<Self>) -> PyResult<()> {
        ENTERED.store(true, Ordering::Relaxed);
        Self::variable(py)?.call_method1(intern!(py, "set"), (scope,))?;
        Ok(())
    }
}

/// Whether the crate has its own settings on this thread. It has others on a thread that works on a block: those of
/// whoever computes.
fn is_unset() -> bool {
    engine::Options::current() == engine::Options::default()
}

/// Those in force where this is called; `None`: those that the crate has now.
fn current(py: Python<'_>) -> PyResult<Option<Arc<Settings>>> {
    let scope = Scope::current(py)?.map(|scope| scope.get().settings.clone());
    Ok(scope.or_else(|| PROCESS.get().cloned().flatten().filter(|_| is_unset())))
}

thread_local! {
    /// What the handler of a signal raised while this thread computed.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
    /// A token for the next computation: most end without having cancelled theirs.
    static TOKEN: RefCell<Option<CancelToken>> = const { RefCell::new(None) };
}

/// Whether the user wants the computation to stop: runs the handlers of the signals that have come.
fn is_interrupted() -> bool {
    match Python::attach(|py| py.check_signals()) {
        Ok(()) => false,
        Err(raised) => {
            RAISED.set(Some(raised));
            true
        }
    }
}

/// Evaluates with the settings in force and without the interpreter, so that other Python threads run meanwhile.
/// Ctrl-C ends it.
pub(crate) fn run<T: Send>(py: Python<'_>, f: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    let settings = current(py)?;
    let outcome = py.detach(|| {
        // Taken, so that a computation inside of this one has its own.
        let token = TOKEN.take().unwrap_or_default();
        let outcome = token.run_watched(is_interrupted, || within(settings, f));
        if !token.is_cancelled() {
            TOKEN.set(Some(token));
        }
        outcome
    });
    match RAISED.take() {
        Some(raised) => Err(raised),
        None => outcome.map_err(raise),
    }
}

/// As [`run`], of what is over soon: this thread does it alone and keeps the interpreter, so that it waits for nobody who
/// waits for the interpreter, and nothing ends it.
pub(crate) fn run_here<T>(py: Python<'_>, f: impl FnOnce() -> Result<T>) -> PyResult<T> {
    let settings = current(py)?;
    parallel::alone(|| within(settings, f)).map_err(raise)
}

/// As [`run_here`] where arrays are small, as [`run`] where they are not: giving up the interpreter and asking for it again
/// takes as long as the work on a few elements. For functions that work on each combination of the arrays' elements at
/// most.
pub(crate) fn run_for<'a, T: Send>(
    py: Python<'_>,
    arrays: impl IntoIterator<Item = &'a Any>,
    f: impl FnOnce() -> Result<T> + Send,
) -> PyResult<T> {
    const COMBINATIONS: u128 = 1 << 20;
    let mut sizes = arrays.into_iter().map(|array| array.is_small().then(|| array.size().max(1)));
    let combinations = sizes.try_fold(1, |all: u128, size| all.checked_mul(size?));
    match combinations {
        Some(..=COMBINATIONS) => run_here(py, f),
        _ => run(py, f),
    }
}

fn within<R>(settings: Option<Arc<Settings>>, f: impl FnOnce() -> R) -> R {
    match settings {
        None => f(),
        Some(settings) => settings.chunked.scope(|| engine::with_options(settings.engine, f)),
    }
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

/// What a scope changes.
struct Changes {
    format: Option<Option<Family>>,
    chunks: Option<chunked::Chunks>,
    densify_limit: Option<Option<u128>>,
    block_bytes: Option<usize>,
}

impl Changes {
    fn apply(&self, settings: &mut Settings) {
        if let Some(format) = self.format {
            settings.engine.format = format;
        }
        if let Some(limit) = self.densify_limit {
            settings.engine.densify_limit = limit;
        }
        if let Some(chunks) = &self.chunks {
            settings.chunked.chunks = chunks.clone();
        }
        if let Some(bytes) = self.block_bytes {
            settings.chunked.block_bytes = bytes;
        }
    }
}

/// Settings for the statements under `with`, and what they call on the same thread or asyncio task. Scopes may be left
/// in any order: each takes only its own settings with it.
#[pyclass(frozen, name = "config", module = "redpoll")]
pub(crate) struct Config {
    changes: Arc<Changes>,
    /// How many `with` statements have entered it and not left.
    entered: AtomicUsize,
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
        block_bytes: Option<Count>,
        densify_limit: Option<Count<u128>>,
    ) -> PyResult<Self> {
        let format = match format {
            None => None,
            Some("auto") => Some(None),
            Some(name) => Some(Some(name.parse().map_err(raise)?)),
        };
        let chunks = chunks.map(|chunks| chunks.for_any("config")).transpose()?;
        let block_bytes = block_bytes.map(|bytes| bytes.0);
        let densify_limit = densify_limit.map(|bytes| Some(bytes.0));
        let changes = Arc::new(Changes { format, chunks, densify_limit, block_bytes });
        Ok(Self { changes, entered: AtomicUsize::new(0) })
    }

    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let (outside, mut entered) = match Scope::current(py)? {
            Some(scope) => (scope.get().outside.clone(), scope.get().entered.clone()),
            None => (Settings::outside(), Vec::new()),
        };
        entered.push(this.changes.clone());
        Scope::set(py, Some(Scope::new(outside, entered)))?;
        this.entered.fetch_add(1, Ordering::Relaxed);
        Ok(slf)
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(
        &self,
        py: Python<'_>,
        _exception: &Bound<'_, pyo3::types::PyTuple>,
    ) -> PyResult<()> {
        let one_less = |n: usize| n.checked_sub(1);
        if self.entered.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_err() {
            return Err(PyRuntimeError::new_err("config: the scope has not been entered"));
        }
        // A generator may be ended in another context than it began in: there is nothing to leave there.
        let Some(scope) = Scope::current(py)? else { return Ok(()) };
        let mut entered = scope.get().entered.clone();
        if let Some(own) = entered.iter().rposition(|c| Arc::ptr_eq(c, &self.changes)) {
            entered.remove(own);
            let outside = || scope.get().outside.clone();
            let rest = (!entered.is_empty()).then(|| Scope::new(outside(), entered));
            Scope::set(py, rest)?;
        }
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
