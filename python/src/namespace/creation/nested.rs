//! Numbers and nested lists of them.

use crate::arguments::OperandArg;
use crate::errors::raise;
use crate::settings::run;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use redpoll::buffer::Values;
use redpoll::dtype::{DType, Element, Scalar, Weak, promote, result_type};
use redpoll::{Array, with_dtype};
use smallvec::SmallVec;

/// What nested lists hold: elements in row-major order, each a number or a scalar with a data type.
#[derive(Default)]
pub(super) struct Nested {
    pub(super) shape: SmallVec<[usize; 4]>,
    leaves: Vec<Leaf>,
    /// How deep the first leaf is.
    depth: Option<usize>,
}

#[derive(Clone, Copy)]
enum Leaf {
    Weak(Weak),
    Scalar(Scalar),
}

impl Nested {
    /// Reads a number or a list of what it reads.
    pub(super) fn read(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut nested = Self::default();
        nested.walk(object, 0)?;
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
        let leaf = match OperandArg::of(object)? {
            Some(OperandArg::Weak(weak)) => Leaf::Weak(weak),
            Some(OperandArg::Scalar(scalar)) => Leaf::Scalar(scalar),
            Some(OperandArg::Array(array)) if array.ndim() == 0 => {
                Leaf::Scalar(run(object.py(), || array.item())?)
            }
            _ if object.hasattr("__len__")? && object.hasattr("__getitem__")? => {
                self.enter(depth, object.len()?)?;
                return object.try_iter()?.try_for_each(|item| self.walk(&item?, depth + 1));
            }
            _ => {
                let message = format!("asarray: {} is no number", object.get_type().name()?);
                return Err(PyTypeError::new_err(message));
            }
        };
        if *self.depth.get_or_insert(depth) != depth || depth != self.shape.len() {
            return Err(ragged());
        }
        self.leaves.push(leaf);
        Ok(())
    }

    /// A list at a depth: as long as the others there.
    fn enter(&mut self, depth: usize, length: usize) -> PyResult<()> {
        match self.shape.get(depth) {
            Some(&known) if known == length => Ok(()),
            None if self.depth.is_none() && depth == self.shape.len() => {
                self.shape.push(length);
                Ok(())
            }
            _ => Err(ragged()),
        }
    }

    /// The data type of all elements: that of scalars that have one, in which numbers find their place.
    pub(super) fn dtype(&self) -> PyResult<DType> {
        let typed = self.leaves.iter().filter_map(|leaf| match leaf {
            Leaf::Scalar(scalar) => Some(scalar.dtype()),
            Leaf::Weak(_) => None,
        });
        let mut typed = typed.peekable();
        let numbers = self.leaves.iter().filter_map(|leaf| match leaf {
            Leaf::Weak(weak) => Some(*weak),
            Leaf::Scalar(_) => None,
        });
        if typed.peek().is_none() {
            // No numbers at all are floats, as those of `zeros` are.
            let defaults =
                numbers.map(Weak::default_dtype).reduce(|a, b| promote(a, b).unwrap_or(b));
            return Ok(defaults.unwrap_or(DType::Float64));
        }
        let dtype = result_type(typed).map_err(raise)?;
        let mut number_dtype = dtype;
        for number in numbers {
            number_dtype = number.resolve("asarray", number_dtype).map_err(raise)?.dtype();
        }
        Ok(number_dtype)
    }

    /// The elements as values of a data type.
    pub(super) fn values(&self, dtype: DType) -> PyResult<Values> {
        let element = |leaf: &Leaf| match *leaf {
            Leaf::Weak(weak) => weak.resolve("asarray", dtype),
            Leaf::Scalar(scalar) => Ok(scalar),
        };
        with_dtype!(dtype, T => {
            let elements = self.leaves.iter().map(|leaf| Ok(T::from_scalar(element(leaf)?)));
            Ok(Values::from(elements.collect::<redpoll::Result<Vec<T>>>().map_err(raise)?))
        })
    }
}

fn ragged() -> PyErr {
    PyValueError::new_err("asarray: the lists at one depth are not of one length")
}
