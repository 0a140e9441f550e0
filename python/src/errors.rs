//! Rust errors as Python exceptions: the class says what kind of thing is wrong, the message is Rust's.

use pyo3::exceptions::{
    PyException, PyIndexError, PyMemoryError, PyOSError, PyOverflowError, PyRuntimeError,
    PyTypeError, PyValueError,
};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use redpoll::Error;
use redpoll::error::{ChunkError, DTypeError, ShapeError};
use std::sync::{Mutex, PoisonError};

/// The exception of an error.
pub(crate) fn raised(error: &Error) -> PyErr {
    exception(error, in_python(&error.to_string()))
}

/// A message with what it advises as it is written in Python.
fn in_python(message: &str) -> String {
    const NAMES: [(&str, &str); 2] = [
        ("`Options::densify_limit`", "redpoll.config(densify_limit=…)"),
        ("`Duplicates::Sum`", "sum_duplicates=True"),
    ];
    NAMES.iter().fold(message.to_owned(), |text, (rust, python)| text.replace(rust, python))
}

/// The last exception of a Python function on blocks, under the message that stands for it in Rust's error.
static OF_USER: Mutex<Option<(String, PyErr)>> = Mutex::new(None);

/// The error of a Python function on blocks; its exception becomes the cause of the one raised in the end.
pub(crate) fn user_error(name: &str, error: PyErr) -> Error {
    let message = error.to_string();
    let last = (message.clone(), error);
    let former = OF_USER.lock().unwrap_or_else(PoisonError::into_inner).replace(last);
    // Not under the lock: what an exception held may run Python code, which can wait for another thread here.
    drop(former);
    ChunkError::User { name: name.to_owned(), message }.into()
}

/// An error for `map_err`.
#[allow(clippy::needless_pass_by_value)] // as `map_err` gives it
pub(crate) fn raise(error: Error) -> PyErr {
    raised(&error)
}

fn exception(error: &Error, message: String) -> PyErr {
    match error {
        Error::Shape(ShapeError::Index { .. }) => PyIndexError::new_err(message),
        // Too many indices, or a mask of another shape.
        Error::Shape(ShapeError::Mismatch { op, .. }) if op == "index" || op == "assign" => {
            PyIndexError::new_err(message)
        }
        Error::Shape(ShapeError::Axis { .. } | ShapeError::RepeatedAxis { .. }) => {
            // A `ValueError` and an `IndexError`.
            static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            of_numpy(&CLASS, "numpy.exceptions", "AxisError", message)
        }
        Error::Shape(_) | Error::Format(_) => PyValueError::new_err(message),
        Error::DType(DTypeError::Range { .. }) => PyOverflowError::new_err(message),
        Error::DType(_) => PyTypeError::new_err(message),
        Error::Memory(_) => PyMemoryError::new_err(message),
        Error::Io(_) => PyOSError::new_err(message),
        // The class of what went wrong in the task.
        Error::Chunk(ChunkError::Task { source, .. }) => exception(source, message),
        Error::Chunk(ChunkError::Grid { .. } | ChunkError::Block { .. }) => {
            PyValueError::new_err(message)
        }
        Error::Chunk(ChunkError::User { message: of_user, .. }) => {
            Python::attach(|py| {
                let mut last = OF_USER.lock().unwrap_or_else(PoisonError::into_inner);
                let cause = last.take_if(|(known, _)| known == of_user).map(|(_, cause)| cause);
                drop(last);
                match cause {
                    // KeyboardInterrupt and SystemExit are no failures of the function: they come out as themselves.
                    Some(exit) if !exit.is_instance_of::<PyException>(py) => exit,
                    cause => {
                        let raised = PyRuntimeError::new_err(message);
                        raised.set_cause(py, cause);
                        raised
                    }
                }
            })
        }
        Error::Numeric(_) => {
            static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            of_numpy(&CLASS, "numpy.linalg", "LinAlgError", message)
        }
        _ => PyRuntimeError::new_err(message),
    }
}

/// An exception of NumPy's.
fn of_numpy(class: &PyOnceLock<Py<PyType>>, module: &str, name: &str, message: String) -> PyErr {
    Python::attach(|py| match class.import(py, module, name) {
        Ok(class) => PyErr::from_type(class.clone(), message),
        Err(error) => error,
    })
}
