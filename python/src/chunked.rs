//! What only chunked arrays have: how they are cut, runs, functions on blocks.

use crate::any::{Any, Graph};
use crate::arguments::{ArrayArg, ChunksArg, Integers, ShapeArg, ThreadsArg};
use crate::array::{ArrayObject, PyArray, PyChunked, chunked_of, graph_of, objects};
use crate::dtype::DTypeArg;
use crate::errors::{raise, user_error};
use crate::functions::{Functions, Slot};
use crate::progress::Notebook;
use crate::settings::run;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use redpoll::chunked::{
    self, AxisChunks, BlockInfo, Chunked, Chunks, Declare, Options, ProgressBar, RunOptions,
};
use redpoll::standard::resolve_axes;
use redpoll::{Array, Result, Tensor};
use std::sync::Arc;

/// Runs a computation with options of its own.
fn run_with<T: Send>(
    py: Python<'_>,
    progress: bool,
    threads: Option<ThreadsArg>,
    f: impl FnOnce(&RunOptions) -> Result<T> + Send,
) -> PyResult<T> {
    let notebook = if progress { Notebook::here(py)? } else { None };
    run(py, || {
        let mut options = Options::current().run;
        if let Some(ThreadsArg(threads)) = threads {
            options = options.threads(threads);
        }
        if progress {
            options = match notebook {
                Some(notebook) => options.observe(notebook),
                None => options.observe(ProgressBar::new()),
            };
        }
        f(&options)
    })
}

#[pymethods]
impl PyChunked {
    /// Computes it: a tensor in memory.
    #[pyo3(signature = (*, progress=false, threads=None))]
    fn compute(
        slf: &Bound<'_, Self>,
        progress: bool,
        threads: Option<ThreadsArg>,
    ) -> PyResult<ArrayObject> {
        let chunked = chunked_of(slf);
        let tensor = run_with(slf.py(), progress, threads, |o| chunked.compute_with(o))?;
        Ok(ArrayObject(tensor.into()))
    }

    /// Computes all blocks and keeps them in memory, for whatever is computed from them.
    #[pyo3(signature = (*, progress=false, threads=None))]
    fn persist(
        slf: &Bound<'_, Self>,
        progress: bool,
        threads: Option<ThreadsArg>,
    ) -> PyResult<ArrayObject> {
        let chunked = chunked_of(slf);
        let kept = run_with(slf.py(), progress, threads, |o| chunked.persist_with(o))?;
        Ok(ArrayObject(kept.into()))
    }

    /// The same array cut otherwise: a length for every axis or for each, -1 for a whole axis, "auto", or the lengths of
    /// all chunks; or a dictionary of these by axis.
    #[pyo3(signature = (chunks, /))]
    fn rechunk(slf: &Bound<'_, Self>, chunks: ChunksArg) -> PyResult<ArrayObject> {
        let graph = graph_of(slf);
        let array = run(slf.py(), || {
            // Axes that are not named stay as they are.
            let kept = |axis: usize| graph.array.grid().axes()[axis].lengths().collect();
            let rest = |axis| AxisChunks::Lengths(kept(axis));
            graph.array.rechunk(chunks.of("rechunk", graph.array.ndim(), rest)?)
        })?;
        Ok(ArrayObject(graph.follow(array)))
    }

    /// One block as an array, by its position in the grid.
    #[pyo3(signature = (index, /))]
    fn block(slf: &Bound<'_, Self>, index: ShapeArg) -> PyResult<ArrayObject> {
        let graph = graph_of(slf);
        let array = run(slf.py(), || graph.array.block(&index.0))?;
        Ok(ArrayObject(graph.follow(array)))
    }

    /// The plan of computing it: each kind of task, and how many there are of it.
    fn explain(slf: &Bound<'_, Self>) -> PyResult<String> {
        let chunked = chunked_of(slf);
        run(slf.py(), || chunked.explain())
    }

    /// A function applied to every block: see `redpoll.chunked.map_blocks`.
    #[pyo3(signature = (function, /, *, dtype=None, chunks=None, new_axis=None, drop_axis=None, name=None, info=false))]
    #[allow(clippy::too_many_arguments)] // each is an option
    fn map_blocks(
        slf: &Bound<'_, Self>,
        function: Py<PyAny>,
        dtype: Option<DTypeArg>,
        chunks: Option<ChunksArg>,
        new_axis: Option<Integers>,
        drop_axis: Option<Integers>,
        name: Option<String>,
        info: bool,
    ) -> PyResult<ArrayObject> {
        let declare = Declared { dtype, chunks, new_axis, drop_axis, name };
        declare.map(slf.py(), &[graph_of(slf)], function, info)
    }
}

/// What a caller says of the blocks that a function gives.
struct Declared {
    dtype: Option<DTypeArg>,
    chunks: Option<ChunksArg>,
    new_axis: Option<Integers>,
    drop_axis: Option<Integers>,
    name: Option<String>,
}

impl Declared {
    fn map(
        self,
        py: Python<'_>,
        arrays: &[Arc<Graph>],
        function: Py<PyAny>,
        info: bool,
    ) -> PyResult<ArrayObject> {
        let name = match self.name {
            Some(name) => name,
            None => function
                .bind(py)
                .getattr("__name__")
                .and_then(|name| name.extract())
                .unwrap_or_else(|_| "map_blocks".to_owned()),
        };
        let mut declare = match self.dtype {
            Some(DTypeArg(dtype)) => Declare::new(dtype),
            None => Declare::default(),
        };
        declare = declare.named(&name);
        let ndim = arrays.iter().map(|graph| graph.array.ndim()).max().unwrap_or(0);
        let dropped = self.drop_axis.as_deref().unwrap_or_default();
        let added = self.new_axis.as_deref().unwrap_or_default();
        for axis in resolve_axes(&name, dropped, ndim).map_err(raise)? {
            declare = declare.drop_axis(axis);
        }
        for axis in resolve_axes(&name, added, ndim - dropped.len() + added.len()).map_err(raise)? {
            declare = declare.new_axis(axis);
        }
        if let Some(chunks) = self.chunks {
            declare = declare.chunks(chunks.for_any(&name)?);
        }
        let slot = Slot::new(function);
        let functions = Functions::of(arrays.iter().map(|graph| &graph.functions));
        let functions = functions.and(slot.clone());
        let call = move |blocks: &[&Tensor], about: &BlockInfo| {
            Python::attach(|py| {
                called(py, &slot, blocks, info.then_some(about))
                    .map_err(|error| user_error(&name, error))
            })
        };
        let arrays: Vec<&Chunked<Tensor>> = arrays.iter().map(|graph| &graph.array).collect();
        let array = run(py, || Chunked::map_blocks_of(&arrays, call, declare))?;
        Ok(ArrayObject(Any::Chunked(Arc::new(Graph { array, functions }))))
    }
}

/// A Python function of blocks: what it returns as a tensor.
fn called(
    py: Python<'_>,
    function: &Slot,
    blocks: &[&Tensor],
    info: Option<&BlockInfo>,
) -> PyResult<Tensor> {
    let blocks = objects(py, blocks.iter().map(|&block| block.clone().into()).collect())?;
    let mut arguments: Vec<Py<PyAny>> = blocks;
    if let Some(info) = info {
        arguments.push(Py::new(py, PyBlockInfo(info.clone()))?.into_any());
    }
    let result = function.function(py)?.call1(PyTuple::new(py, arguments)?)?;
    // NumPy's arrays, scipy's … are as good.
    let array = py.import("redpoll")?.call_method1("asarray", (result,))?;
    let array = array.cast::<PyArray>()?.get().held();
    run(py, || array.to_tensor())
}

/// Where a block is: what a function of `map_blocks` is told beside the block, with `info=True`.
#[pyclass(frozen, name = "BlockInfo", module = "redpoll.chunked")]
pub(crate) struct PyBlockInfo(BlockInfo);

#[pymethods]
impl PyBlockInfo {
    /// The position of the result's block in its grid.
    #[getter]
    fn index<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.index)
    }

    /// The number of blocks along each axis of the result.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.counts)
    }

    /// For each axis of the result, where the block begins and ends.
    #[getter]
    fn region<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.region.iter().map(|range| (range.start, range.end)))
    }
}

/// A tensor, or anything that `asarray` takes, to be computed on in chunks: a length for every axis or for each, -1 for
/// a whole axis, "auto", or the lengths of all chunks; or a dictionary of these by axis, which leaves others whole.
#[pyfunction]
#[pyo3(signature = (x, /, *, chunks=ChunksArg::Given(Chunks::Auto)))]
#[pyo3(text_signature = "(x, /, *, chunks='auto')")]
fn from_tensor(py: Python<'_>, x: &Bound<'_, PyAny>, chunks: ChunksArg) -> PyResult<ArrayObject> {
    let array = py.import("redpoll")?.call_method1("asarray", (x,))?;
    let array = array.cast::<PyArray>()?.get().held();
    let chunked = run(py, || {
        let tensor = array.to_tensor()?;
        let chunks = chunks.of("from_tensor", tensor.ndim(), |_| AxisChunks::Whole)?;
        Chunked::from_array(&tensor, chunks).map_err(|error| error.named("from_tensor"))
    })?;
    Ok(ArrayObject(chunked.into()))
}

/// Computes several chunked arrays in one run: what they share is read and computed once.
#[pyfunction]
#[pyo3(signature = (*arrays, progress=false, threads=None))]
fn compute<'py>(
    py: Python<'py>,
    arrays: &Bound<'py, PyTuple>,
    progress: bool,
    threads: Option<ThreadsArg>,
) -> PyResult<Bound<'py, PyTuple>> {
    let arrays = chunked_arrays(arrays)?;
    let arrays: Vec<&Chunked<Tensor>> = arrays.iter().map(|graph| &graph.array).collect();
    let tensors =
        run_with(py, progress, threads, |options| chunked::compute_with(&arrays, options))?;
    PyTuple::new(py, objects(py, tensors.into_iter().map(Any::from).collect())?)
}

/// A function applied to the blocks of arrays that broadcast against each other. It is given a tensor for each array,
/// and gives a block of the same shape and data type, unless `dtype`, `chunks`, `new_axis`, `drop_axis` say otherwise.
/// With `info=True` it is also told where the block is.
#[pyfunction]
#[pyo3(signature = (function, /, *arrays, dtype=None, chunks=None, new_axis=None, drop_axis=None, name=None, info=false))]
#[allow(clippy::too_many_arguments)] // each is an option
fn map_blocks(
    py: Python<'_>,
    function: Py<PyAny>,
    arrays: &Bound<'_, PyTuple>,
    dtype: Option<DTypeArg>,
    chunks: Option<ChunksArg>,
    new_axis: Option<Integers>,
    drop_axis: Option<Integers>,
    name: Option<String>,
    info: bool,
) -> PyResult<ArrayObject> {
    let declare = Declared { dtype, chunks, new_axis, drop_axis, name };
    declare.map(py, &chunked_arrays(arrays)?, function, info)
}

fn chunked_arrays(arrays: &Bound<'_, PyTuple>) -> PyResult<Vec<Arc<Graph>>> {
    let chunked = |array: Bound<'_, PyAny>| match &array.extract::<ArrayArg>()?.0 {
        Any::Chunked(graph) => Ok(graph.clone()),
        _ => Err(PyValueError::new_err("expected chunked arrays; use redpoll.chunked.from_tensor")),
    };
    arrays.iter().map(chunked).collect()
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyBlockInfo>()?;
    module.add_function(wrap_pyfunction!(from_tensor, module)?)?;
    module.add_function(wrap_pyfunction!(compute, module)?)?;
    module.add_function(wrap_pyfunction!(map_blocks, module)?)
}
