//! Inspection: what a namespace says of itself.

use super::Namespace;
use super::data_types::is_of_kind;
use crate::arguments::{DEVICE, Device};
use crate::dtype;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use redpoll::dtype::DType;

/// What the library can do, and its defaults.
#[pyclass(frozen, name = "Info", module = "redpoll")]
pub(crate) struct Info;

#[pymethods]
impl Namespace {
    /// What the library can do, and its defaults.
    #[pyo3(signature = ())]
    fn __array_namespace_info__(&self) -> Info {
        Info
    }
}

#[pymethods]
impl Info {
    /// Of the optional parts of the standard, which there are.
    fn capabilities<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let capabilities = PyDict::new(py);
        capabilities.set_item("boolean indexing", true)?;
        capabilities.set_item("data-dependent shapes", true)?;
        capabilities.set_item("max dimensions", py.None())?;
        Ok(capabilities)
    }

    /// The device that arrays are on.
    fn default_device(&self) -> &'static str {
        DEVICE
    }

    /// All devices.
    fn devices(&self) -> (&'static str,) {
        (DEVICE,)
    }

    /// The data types of what is created without one.
    #[pyo3(signature = (*, device=None))]
    fn default_dtypes<'py>(
        &self,
        py: Python<'py>,
        device: Option<Device>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let _ = device;
        let defaults = PyDict::new(py);
        for (kind, dtype) in [
            ("real floating", DType::Float64),
            ("complex floating", DType::Complex128),
            ("integral", DType::Int64),
            ("indexing", DType::Int64),
        ] {
            defaults.set_item(kind, dtype::constant(py, dtype)?)?;
        }
        Ok(defaults)
    }

    /// The data types by name: all, those of a kind, or of a tuple of kinds.
    #[pyo3(signature = (*, device=None, kind=None))]
    fn dtypes<'py>(
        &self,
        py: Python<'py>,
        device: Option<Device>,
        kind: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let _ = device;
        let kinds: Option<Vec<String>> = match kind {
            None => None,
            Some(kind) => Some(match kind.cast::<PyTuple>() {
                Ok(kinds) => kinds.extract()?,
                Err(_) => vec![kind.cast::<PyString>()?.extract()?],
            }),
        };
        let dtypes = PyDict::new(py);
        for dtype in DType::ALL {
            let wanted = match &kinds {
                None => true,
                Some(kinds) => kinds
                    .iter()
                    .try_fold(false, |any, kind| Ok::<_, PyErr>(any | is_of_kind(dtype, kind)?))?,
            };
            if wanted {
                dtypes.set_item(dtype.name(), dtype::constant(py, dtype)?)?;
            }
        }
        Ok(dtypes)
    }
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Info>()
}
