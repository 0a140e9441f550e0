//! Manipulation functions.

use super::{Namespace, apply};
use crate::any::Any;
use crate::arguments::{ArrayArg, BesideArg, IndicesArg, Integers, MOST, ShapeArg, axes, none_own};
use crate::array::{PyArray, object, objects};
use crate::errors::raise;
use crate::foreign;
use crate::settings::run;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyTuple};
use redpoll::standard::{Repetitions, broadcast_shapes, resolve_axis};
use redpoll::{Array, Result};

/// The arrays of a list or tuple, of which one at least is redpoll's.
pub(super) struct Arrays(pub(super) Vec<Any>);

impl<'py> FromPyObject<'_, 'py> for Arrays {
    type Error = PyErr;
    fn extract(sequence: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(array) = sequence.cast::<PyArray>() {
            let held = array.get().held();
            return run(sequence.py(), || held.unstack(0)).map(Self);
        }
        let Ok(length) = sequence.len() else {
            let class = sequence.get_type().name()?;
            let message = format!("expected a list or tuple of arrays, not {class}");
            return Err(PyTypeError::new_err(message));
        };
        // One that goes on is followed no further than it said. The rows of a large array of another library are not
        // made arrays of before it is seen that none is redpoll's.
        let items = foreign::items(&sequence)?.take(length).collect::<PyResult<Vec<_>>>()?;
        if !items.is_empty() && !items.iter().any(|item| item.is_instance_of::<PyArray>()) {
            return Err(none_own());
        }
        let arrays = items.iter().map(|item| Ok(item.extract::<BesideArg>()?.array));
        arrays.collect::<PyResult<_>>().map(Self)
    }
}

impl Arrays {
    pub(super) fn refs(&self) -> Vec<&Any> {
        self.0.iter().collect()
    }
}

/// How far elements are moved along an axis of a length. They go round: of a number beyond those of the machine it counts
/// what whole rounds leave.
fn shift(number: &Bound<'_, PyAny>, length: u128) -> PyResult<isize> {
    match number.extract::<isize>() {
        Err(error) if error.is_instance_of::<PyOverflowError>(number.py()) => {
            number.rem(length.max(1))?.extract()
        }
        shift => shift,
    }
}

/// How often elements are repeated.
enum Repeats {
    Counts(IndicesArg),
    Each(isize),
}

impl<'py> FromPyObject<'_, 'py> for Repeats {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyInt>() {
            return object.extract().map(Self::Each);
        }
        object.extract().map(Self::Counts)
    }
}

#[pymethods]
impl Namespace {
    /// The arrays, each stretched to their common shape.
    #[pyo3(signature = (*arrays))]
    fn broadcast_arrays<'py>(
        &self,
        py: Python<'py>,
        arrays: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let arrays: Arrays = arrays.as_any().extract()?;
        let stretched = run(py, || Any::broadcast_arrays(&arrays.refs()))?;
        PyTuple::new(py, objects(py, stretched)?)
    }

    /// The shape that arrays of these shapes broadcast to.
    #[pyo3(signature = (*shapes))]
    fn broadcast_shapes<'py>(
        &self,
        py: Python<'py>,
        shapes: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let shapes = shapes.iter().map(|shape| Ok(shape.extract::<ShapeArg>()?.0));
        let shapes = shapes.collect::<PyResult<Vec<_>>>()?;
        let shape = broadcast_shapes("broadcast_shapes", shapes.iter().map(|s| s.as_slice()));
        PyTuple::new(py, shape.map_err(raise)?)
    }

    /// The array stretched to a shape.
    #[pyo3(signature = (x, /, shape))]
    fn broadcast_to(&self, py: Python<'_>, x: ArrayArg, shape: ShapeArg) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| x.broadcast_to(shape.0))
    }

    /// The arrays one after the other along an axis; without one, their elements in row-major order.
    #[pyo3(signature = (arrays, /, *, axis=Some(0)))]
    #[pyo3(text_signature = "($self, arrays, /, *, axis=0)")]
    fn concat(&self, py: Python<'_>, arrays: Arrays, axis: Option<isize>) -> PyResult<Py<PyAny>> {
        let joined = run(py, || match axis {
            Some(axis) => Any::concat(&arrays.refs(), axis),
            None => {
                let flat = arrays.0.iter().map(|a| a.flatten()).collect::<Result<Vec<_>>>()?;
                Any::concat(&flat.iter().collect::<Vec<_>>(), 0)
            }
        })?;
        object(py, joined)
    }

    /// The array with new axes of length 1 at places of the result.
    #[pyo3(signature = (x, /, axis))]
    fn expand_dims(&self, py: Python<'_>, x: ArrayArg, axis: Integers) -> PyResult<Py<PyAny>> {
        let places = redpoll::standard::resolve_axes("expand_dims", &axis, x.0.ndim() + axis.len());
        let mut places = places.map_err(raise)?;
        places.sort_unstable();
        apply(py, &x, |x| {
            places.iter().try_fold(x.clone(), |x, &place| x.expand_dims(place as isize))
        })
    }

    /// The elements in reverse order along axes; along all without one.
    #[pyo3(signature = (x, /, *, axis=None))]
    fn flip(&self, py: Python<'_>, x: ArrayArg, axis: Option<Integers>) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| x.flip(axes(axis, false)))
    }

    /// The axes `source` moved to the places `destination`.
    #[pyo3(signature = (x, source, destination, /))]
    fn moveaxis(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        source: Integers,
        destination: Integers,
    ) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| x.moveaxis(&source, &destination))
    }

    /// The axes in another order.
    #[pyo3(signature = (x, /, axes))]
    fn permute_dims(&self, py: Python<'_>, x: ArrayArg, axes: Integers) -> PyResult<Py<PyAny>> {
        if axes.len() != x.0.ndim() {
            let message =
                format!("permute_dims: {} axes of an array of {}", axes.len(), x.0.ndim());
            return Err(PyValueError::new_err(message));
        }
        apply(py, &x, |x| x.permute_dims(&axes))
    }

    /// Each element repeated along an axis, as often as a number says or each by its own count; without an axis, of the
    /// elements in row-major order.
    #[pyo3(signature = (x, repeats, /, *, axis=None))]
    fn repeat(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        repeats: Repeats,
        axis: Option<isize>,
    ) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| {
            let repetitions = match &repeats {
                Repeats::Counts(counts) => Repetitions::from(&counts.0),
                Repeats::Each(times) => Repetitions::Each(*times),
            };
            match axis {
                Some(axis) => x.repeat(repetitions, axis),
                None => x.flatten()?.repeat(repetitions, 0),
            }
        })
    }

    /// The elements in row-major order under another shape, of which one length may be -1: what is left.
    #[pyo3(signature = (x, /, shape, *, copy=None))]
    fn reshape(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        shape: Integers,
        copy: Option<bool>,
    ) -> PyResult<Py<PyAny>> {
        let _ = copy; // memory is shared until it is assigned to: none is copied, and none seems shared
        apply(py, &x, |x| x.reshape(&shape[..]))
    }

    /// The elements moved along axes, those that leave at the end entering at the start.
    #[pyo3(signature = (x, /, shift, *, axis=None))]
    fn roll(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        shift: &Bound<'_, PyAny>,
        axis: Option<Integers>,
    ) -> PyResult<Py<PyAny>> {
        let size = x.0.size();
        let shifts = match self::shift(shift, size) {
            Err(error) if error.is_instance_of::<PyTypeError>(py) => {
                foreign::items(shift)?.take(MOST).collect::<PyResult<Vec<_>>>()?
            }
            one => {
                one?;
                vec![shift.clone()]
            }
        };
        let Some(axes) = axis else {
            let [shift] = &shifts[..] else {
                return Err(PyTypeError::new_err("roll: several shifts need as many axes"));
            };
            let shift = self::shift(shift, size)?;
            return apply(py, &x, |x| x.roll_flat(shift));
        };
        if shifts.len() != axes.len() && shifts.len() != 1 {
            let message = format!("roll: {} shifts for {} axes", shifts.len(), axes.len());
            return Err(PyValueError::new_err(message));
        }
        let length = |axis: isize| {
            let axis = resolve_axis("roll", axis, x.0.ndim()).map_err(raise)?;
            Ok::<_, PyErr>(x.0.shape()[axis] as u128)
        };
        let shifts = axes.iter().zip(shifts.iter().cycle());
        let shifts = shifts.map(|(&axis, number)| self::shift(number, length(axis)?));
        let shifts = shifts.collect::<PyResult<Vec<_>>>()?;
        apply(py, &x, |x| {
            axes.iter().zip(&shifts).try_fold(x.clone(), |x, (&axis, &shift)| x.roll(shift, axis))
        })
    }

    /// The array without axes of length 1.
    #[pyo3(signature = (x, /, axis))]
    fn squeeze(&self, py: Python<'_>, x: ArrayArg, axis: Integers) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| x.squeeze(axes(Some(axis), false)))
    }

    /// Arrays of one shape side by side along a new axis.
    #[pyo3(signature = (arrays, /, *, axis=0))]
    fn stack(&self, py: Python<'_>, arrays: Arrays, axis: isize) -> PyResult<Py<PyAny>> {
        object(py, run(py, || Any::stack(&arrays.refs(), axis))?)
    }

    /// The array repeated along its axes.
    #[pyo3(signature = (x, repetitions, /))]
    fn tile(&self, py: Python<'_>, x: ArrayArg, repetitions: ShapeArg) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| x.tile(&repetitions.0))
    }

    /// The array cut along an axis into arrays without it.
    #[pyo3(signature = (x, /, *, axis=0))]
    fn unstack<'py>(
        &self,
        py: Python<'py>,
        x: ArrayArg,
        axis: isize,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let parts = run(py, || x.0.unstack(axis))?;
        PyTuple::new(py, objects(py, parts)?)
    }
}
