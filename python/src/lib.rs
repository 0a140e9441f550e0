//! The Python package redpoll: the standard's names over the Rust crate, and nothing computed here.
//!
//! | module | what it holds |
//! |---|---|
//! | `any` | `Any`: an array of any kind, itself an implementer of the trait `Array` |
//! | `array` | the Python classes of arrays: operators, attributes, indexing |
//! | `namespace` | the standard's functions, one file for each chapter |
//! | `arguments` | what Python arguments become: arrays, numbers, shapes, axes, chunks |
//! | `number` | Python's and NumPy's numbers, and the rule by which they become values of a data type |
//! | `foreign` | lists and arrays of other libraries read as arrays |
//! | `dtype` | NumPy's data type objects, `finfo`, `iinfo` |
//! | `settings` | the formats and chunks of a scope or of the process |
//! | `build` | tensors of coordinates and values |
//! | `numpy`, `scipy`, `dlpack`, `pickle` | arrays from and to others |
//! | `chunked` | what only chunked arrays have: chunks, runs, functions on blocks |
//! | `lazy` | what only lazy arrays have |
//! | `functions` | Python functions in graphs, for the garbage collector |
//! | `print` | arrays as text, in Python's words |
//! | `html` | what notebooks show |
//! | `errors` | Rust errors as Python exceptions |

// PyO3 writes calls of unsafe functions for the methods; those of a macro count as ours.
#![allow(unsafe_op_in_unsafe_fn)]

mod any;
mod arguments;
mod array;
mod build;
mod chunked;
mod dlpack;
mod dtype;
mod errors;
mod foreign;
mod functions;
mod html;
mod lazy;
mod namespace;
mod number;
mod numpy;
mod pickle;
mod print;
mod progress;
mod scipy;
mod settings;

use pyo3::prelude::*;

/// The compiled part of redpoll.
#[pymodule]
fn _redpoll(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    redpoll::parallel::note_process();
    settings::read_environment()?;
    settings::register(module)?;
    dtype::register(module)?;
    array::register(module)?;
    build::register(module)?;
    chunked::register(module)?;
    lazy::register(module)?;
    pickle::register(module)?;
    namespace::register(module)
}
