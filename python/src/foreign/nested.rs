//! Numbers and nested lists of them.

use crate::array::PyArray;
use crate::errors::raise;
use crate::number::{Number, value};
use crate::settings::run;
use crate::{numpy, scipy};
use pyo3::exceptions::{PyMemoryError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{
    PyByteArray, PyBytes, PyFrozenSet, PyList, PyMapping, PySet, PyString, PyTuple, PyType,
};
use redpoll::buffer::Values;
use redpoll::dtype::{DType, Element, promote, result_type};
use redpoll::{Array, with_dtype};
use smallvec::SmallVec;

/// How deep lists may be: as many axes as an array of NumPy's may have.
const DEPTH: usize = 64;

pub(crate) type Shape = SmallVec<[usize; 4]>;

/// What nested lists hold: numbers in row-major order.
pub(crate) struct Nested {
    /// The function that messages name.
    op: &'static str,
    shape: Shape,
    numbers: Vec<Number>,
    /// Whether the first number has been met, so that the shape is known.
    settled: bool,
}

/// Whether an object is a sequence of what may be numbers, and no text, bytes, mapping or set.
pub(super) fn is_sequence(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let other = object.is_instance_of::<PyString>()
        || object.is_instance_of::<PyBytes>()
        || object.is_instance_of::<PyByteArray>()
        || object.is_instance_of::<PySet>()
        || object.is_instance_of::<PyFrozenSet>()
        || object.is_instance_of::<PyType>()
        || object.cast::<PyMapping>().is_ok();
    Ok(!other && object.hasattr("__len__")? && object.hasattr("__getitem__")?)
}

/// What says that an object is no array, and what to do about it.
pub(super) fn no_array(op: &str, object: &Bound<'_, PyAny>) -> PyErr {
    let class = match object.get_type().name() {
        Ok(class) => class,
        Err(error) => return error,
    };
    let advice = if object.is_instance_of::<PyString>() {
        "text is no number; convert it with float or int"
    } else if object.is_instance_of::<PyBytes>() || object.is_instance_of::<PyByteArray>() {
        "use numpy.frombuffer with a data type"
    } else if object.cast::<PyMapping>().is_ok() {
        "take its values as a list"
    } else if object.is_instance_of::<PySet>() || object.is_instance_of::<PyFrozenSet>() {
        "a set has no order; use sorted or list"
    } else if object.hasattr("__next__").unwrap_or(false) {
        "use list"
    } else {
        "expected numbers, nested lists of them, or an array"
    };
    PyTypeError::new_err(format!("{op}: cannot make an array of {class}: {advice}"))
}

impl Nested {
    /// Reads a number or a list of what it reads.
    pub(super) fn read(op: &'static str, object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut nested = Self { op, shape: Shape::new(), numbers: Vec::new(), settled: false };
        nested.walk(object, 0)?;
        let size = nested.shape.iter().try_fold(1_usize, |size, &n| size.checked_mul(n));
        let empty = nested.shape.contains(&0);
        if size.filter(|_| !empty).unwrap_or(0) != nested.numbers.len() {
            return Err(nested.ragged());
        }
        Ok(nested)
    }

    fn walk(&mut self, object: &Bound<'_, PyAny>, depth: usize) -> PyResult<()> {
        if let Ok(list) = object.cast::<PyList>() {
            self.enter(depth, list.len())?;
            return list.iter().try_for_each(|item| self.walk(&item, depth + 1));
        }
        if let Ok(tuple) = object.cast::<PyTuple>() {
            self.enter(depth, tuple.len())?;
            return tuple.iter().try_for_each(|item| self.walk(&item, depth + 1));
        }
        if let Some(number) = Number::of(object)? {
            self.settle(depth)?;
            self.numbers.push(number);
            return Ok(());
        }
        if let Some((shape, values)) = self.array(object)? {
            for (axis, &length) in shape.iter().enumerate() {
                self.enter(depth + axis, length)?;
            }
            if !values.is_empty() || shape.is_empty() {
                self.settle(depth + shape.len())?;
            }
            self.numbers.extend((0..values.len()).map(|k| Number::Scalar(values.get(k))));
            return Ok(());
        }
        if is_sequence(object)? {
            let length = object.len()?;
            self.enter(depth, length)?;
            // One that goes on and on is followed no further than it said.
            let mut items = object.try_iter()?;
            for item in items.by_ref().take(length) {
                self.walk(&item?, depth + 1)?;
            }
            return if items.next().is_none() { Ok(()) } else { Err(self.ragged()) };
        }
        Err(no_array(self.op, object))
    }

    /// The elements of an array in a list.
    fn array(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<(Shape, Values)>> {
        let py = object.py();
        let sparse = match object.cast::<PyArray>() {
            Ok(array) => Some(array.get().held()),
            Err(_) => scipy::read(object, false)?.map(Into::into),
        };
        if let Some(array) = sparse {
            if array.ndim() > 0 {
                let message = format!("{}: a list of arrays; use stack or concat", self.op);
                return Err(PyTypeError::new_err(message));
            }
            return Ok(Some((Shape::new(), run(py, || array.to_values())?)));
        }
        let Some(array) = numpy::of_foreign(object)? else { return Ok(None) };
        let mut elements = numpy::read(&array, false)?;
        if elements.transposed {
            elements = numpy::read(&array.call_method1("copy", ("C",))?, false)?;
        }
        Ok(Some((elements.shape, elements.values)))
    }

    /// A list at a depth: as long as the others there.
    fn enter(&mut self, depth: usize, length: usize) -> PyResult<()> {
        match self.shape.get(depth) {
            Some(&known) if known == length => Ok(()),
            None if !self.settled && depth == self.shape.len() => {
                if depth == DEPTH {
                    let message = format!("{}: lists are nested more than {DEPTH} deep", self.op);
                    return Err(PyValueError::new_err(message));
                }
                self.shape.push(length);
                Ok(())
            }
            _ => Err(self.ragged()),
        }
    }

    /// A number at a depth: that of all numbers. With the first one it is known how many there must be.
    fn settle(&mut self, depth: usize) -> PyResult<()> {
        if depth != self.shape.len() {
            return Err(self.ragged());
        }
        if !self.settled {
            self.settled = true;
            let count = self.shape.iter().try_fold(1_usize, |count, &n| count.checked_mul(n));
            let reserved = count.is_some_and(|n| self.numbers.try_reserve_exact(n).is_ok());
            if !reserved {
                let (op, shape) = (self.op, &self.shape);
                let message =
                    format!("{op}: no memory for the numbers of lists of shape {shape:?}");
                return Err(PyMemoryError::new_err(message));
            }
        }
        Ok(())
    }

    /// The data type of all elements: that of scalars that have one, in which numbers find their place. `empty` where
    /// there are none.
    fn dtype(&self, empty: DType) -> PyResult<DType> {
        let typed = self.numbers.iter().filter_map(|number| match number {
            Number::Scalar(scalar) => Some(scalar.dtype()),
            Number::Weak(_) => None,
        });
        let mut typed = typed.peekable();
        let weak = self.numbers.iter().filter_map(|number| match number {
            Number::Weak(weak) => Some(*weak),
            Number::Scalar(_) => None,
        });
        if typed.peek().is_none() {
            let defaults = weak.map(|w| w.default_dtype());
            return Ok(defaults.reduce(|a, b| promote(a, b).unwrap_or(b)).unwrap_or(empty));
        }
        let mut dtype = result_type(typed).map_err(raise)?;
        for number in weak {
            dtype = number.resolve(self.op, dtype).map_err(raise)?.dtype();
        }
        Ok(dtype)
    }

    /// Shape and elements, of a data type if one is asked for; no elements at all are floats, as those of `zeros` are.
    pub(super) fn values(&self, dtype: Option<DType>) -> PyResult<(Shape, Values)> {
        self.values_or(dtype, DType::Float64)
    }

    /// As [`Self::values`], with the data type of no elements at all.
    pub(super) fn values_or(
        &self,
        dtype: Option<DType>,
        empty: DType,
    ) -> PyResult<(Shape, Values)> {
        let dtype = dtype.map_or_else(|| self.dtype(empty), Ok)?;
        let values = with_dtype!(dtype, T => {
            let elements = self.numbers.iter().enumerate().map(|(k, number)| {
                let at = |v: &str| format!("{}: {v}{}", self.op, self.place(k));
                value(number.weak(), dtype, at).map(T::from_scalar)
            });
            Values::from(elements.collect::<PyResult<Vec<T>>>()?)
        });
        Ok((self.shape.clone(), values))
    }

    /// Where a number is, in words.
    fn place(&self, mut position: usize) -> String {
        if self.shape.is_empty() {
            return String::new();
        }
        let mut index: Shape = self.shape.clone();
        for (at, &length) in index.iter_mut().zip(&self.shape).rev() {
            *at = position % length;
            position /= length;
        }
        format!(" at {index:?}")
    }

    fn ragged(&self) -> PyErr {
        PyValueError::new_err(format!("{}: the lists at one depth are not of one length", self.op))
    }
}
