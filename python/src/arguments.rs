//! What Python arguments become: arrays, numbers, shapes, axes, chunks.

use crate::any::{Any, Kind};
use crate::array::PyArray;
use crate::dtype::{DTypeArg, shown};
use crate::foreign;
use crate::number::Number;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyComplex, PyDict, PyFloat, PyInt, PyString};
use redpoll::Result;
use redpoll::chunked::{AxisChunks, Chunks};
use redpoll::dtype::{DType, Scalar, Weak};
use redpoll::standard::{Axes, Operand};
use smallvec::{SmallVec, smallvec};

/// An array of redpoll's: what functions of one array take.
pub(crate) struct ArrayArg(pub Any);

impl<'py> FromPyObject<'_, 'py> for ArrayArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.cast::<PyArray>() {
            Ok(array) => Ok(Self(array.get().held())),
            Err(_) => Err(expected("a redpoll array", &object)),
        }
    }
}

fn expected(what: &str, object: &Bound<'_, PyAny>) -> PyErr {
    match object.get_type().name() {
        Ok(class) => {
            PyTypeError::new_err(format!("expected {what}, not {class}; use redpoll.asarray"))
        }
        Err(error) => error,
    }
}

/// What functions of several arrays and operators take: arrays, what stands for one beside an array of redpoll's, and
/// numbers.
#[derive(Debug, Clone)]
pub(crate) enum OperandArg {
    Array(Any),
    /// A list, or an array of another library.
    Foreign(Any),
    Number(Number),
}

impl OperandArg {
    /// The array of redpoll's or the number that an object is, if it is one.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if let Ok(array) = object.cast::<PyArray>() {
            return Ok(Some(Self::Array(array.get().held())));
        }
        Ok(Number::of(object)?.map(Self::Number))
    }

    /// The operand that an object is beside an array of redpoll's, if it is one.
    pub(crate) fn beside(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        match Self::of(object)? {
            None => Ok(foreign::operand(object)?.map(Self::Foreign)),
            operand => Ok(operand),
        }
    }

    /// As one of what arrays of a kind take in as it is.
    pub(crate) fn at_most(self, kind: Kind) -> Result<Self> {
        Ok(match self {
            Self::Array(array) => Self::Array(array.at_most(kind)?),
            Self::Foreign(array) => Self::Foreign(array.at_most(kind)?),
            number => number,
        })
    }

    /// The array, if it is one.
    pub(crate) fn array(&self) -> Option<&Any> {
        match self {
            Self::Array(array) | Self::Foreign(array) => Some(array),
            Self::Number(_) => None,
        }
    }

    pub(crate) fn operand(&self) -> Operand<'_, Any> {
        match self {
            Self::Array(array) | Self::Foreign(array) => Operand::Array(array),
            Self::Number(Number::Weak(weak)) => Operand::Weak(*weak),
            Self::Number(Number::Scalar(scalar)) => Operand::Scalar(*scalar),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for OperandArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Self::beside(&object)?.ok_or_else(|| expected("an array or a number", &object))
    }
}

/// An array of redpoll's, or what stands for one beside another.
pub(crate) struct BesideArg {
    pub(crate) array: Any,
    /// Whether it is one of redpoll's.
    own: bool,
}

impl BesideArg {
    /// That one at least of several arrays is one of redpoll's: it says what the function computes with.
    pub(crate) fn own<'a>(arrays: impl IntoIterator<Item = &'a Self>) -> PyResult<()> {
        if arrays.into_iter().any(|array| array.own) { Ok(()) } else { Err(none_own()) }
    }
}

/// What says that none of several arrays is one of redpoll's.
pub(crate) fn none_own() -> PyErr {
    PyTypeError::new_err("expected at least one redpoll array; use redpoll.asarray")
}

impl<'py> FromPyObject<'_, 'py> for BesideArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match OperandArg::beside(&object)? {
            Some(OperandArg::Array(array)) => Ok(Self { array, own: true }),
            Some(OperandArg::Foreign(array)) => Ok(Self { array, own: false }),
            _ => Err(expected("an array", &object)),
        }
    }
}

/// Arrays of indices or counts. Those of an empty list are integers.
pub(crate) struct IndicesArg(pub Any);

impl<'py> FromPyObject<'_, 'py> for IndicesArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if foreign::is_list(&object) {
            return foreign::indices("asarray", &object).map(Self);
        }
        object.extract::<BesideArg>().map(|beside| Self(beside.array))
    }
}

/// A number, or an array without axes of any library, which stands for its element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberArg(pub Number);

impl<'py> FromPyObject<'_, 'py> for NumberArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        use redpoll::Array;
        let py = object.py();
        if let Some(number) = Number::single(&object)? {
            return Ok(Self(number));
        }
        let array = match object.cast::<PyArray>() {
            Ok(array) => Some(array.get().held()),
            Err(_) => foreign::array(&object)?,
        };
        match array.filter(|array| array.ndim() == 0) {
            Some(array) => Ok(Self(Number::Scalar(crate::settings::run(py, || array.item())?))),
            None => {
                let class = object.get_type().name()?;
                Err(PyTypeError::new_err(format!("expected a number, not {class}")))
            }
        }
    }
}

/// A scalar as a Python number.
pub(crate) fn number(py: Python<'_>, scalar: Scalar) -> PyResult<Bound<'_, PyAny>> {
    Ok(match Weak::from(scalar) {
        Weak::Bool(v) => PyBool::new(py, v).to_owned().into_any(),
        Weak::Int(v) => match i64::try_from(v) {
            Ok(small) => small.into_pyobject(py)?.into_any(),
            Err(_) => v.into_pyobject(py)?.into_any(),
        },
        Weak::Float(v) => PyFloat::new(py, v).into_any(),
        Weak::Complex(v) => PyComplex::from_doubles(py, v.re, v.im).into_any(),
    })
}

/// The most integers that are taken for a shape or axes: an iterator may have no end.
pub(crate) const MOST: usize = 1024;

/// An integer of the machine's. One that is beyond them is named, which Python's own message does not do.
fn integer<'a, 'py, T>(object: Borrowed<'a, 'py, PyAny>) -> PyResult<T>
where
    T: FromPyObject<'a, 'py, Error = PyErr>,
{
    object.extract::<T>().map_err(|error| {
        if error.is_instance_of::<PyOverflowError>(object.py()) {
            PyOverflowError::new_err(format!("{} is out of range", shown(&object)))
        } else {
            error
        }
    })
}

/// One integer or a sequence of them.
pub(crate) struct Integers(pub SmallVec<[isize; 4]>);

impl<'py> FromPyObject<'_, 'py> for Integers {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match integer(object) {
            Err(error) if error.is_instance_of::<PyTypeError>(object.py()) => {}
            one => return Ok(Self(smallvec![one?])),
        }
        let mut integers = SmallVec::new();
        for item in foreign::items(&object)? {
            if integers.len() == MOST {
                return Err(PyValueError::new_err(format!("more than {MOST} integers")));
            }
            integers.push(integer(item?.as_borrowed())?);
        }
        Ok(Self(integers))
    }
}

impl std::ops::Deref for Integers {
    type Target = [isize];
    fn deref(&self) -> &[isize] {
        &self.0
    }
}

/// How many there are to be of something.
#[derive(Clone, Copy)]
pub(crate) struct Count<T = usize>(pub T);

impl<'a, 'py, T> FromPyObject<'a, 'py> for Count<T>
where
    T: FromPyObject<'a, 'py, Error = PyErr>,
{
    type Error = PyErr;
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match integer(object) {
            Err(error)
                if error.is_instance_of::<PyOverflowError>(object.py()) && object.lt(0)? =>
            {
                Err(PyValueError::new_err(format!("{} is negative", shown(&object))))
            }
            count => count.map(Self),
        }
    }
}

/// The number of a diagonal. One beyond the numbers of the machine lies outside of every matrix, as the last of these.
pub(crate) struct Diagonal(pub isize);

impl<'py> FromPyObject<'_, 'py> for Diagonal {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<isize>() {
            Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => {
                Ok(Self(if object.lt(0)? { isize::MIN } else { isize::MAX }))
            }
            k => Ok(Self(k?)),
        }
    }
}

/// A shape: one length or a sequence of them.
pub(crate) struct ShapeArg(pub SmallVec<[usize; 4]>);

impl<'py> FromPyObject<'_, 'py> for ShapeArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let lengths = Integers::extract(object)?;
        let length = |&n: &isize| {
            usize::try_from(n)
                .map_err(|_| PyValueError::new_err(format!("a length of a shape is {n}")))
        };
        Ok(Self(lengths.iter().map(length).collect::<PyResult<_>>()?))
    }
}

/// The axes of a reduction: one, several, or `None` for all.
pub(crate) fn axes(axis: Option<Integers>, keepdims: bool) -> Axes {
    let axes = axis.map_or_else(|| Axes::from(..), |axes| Axes::from(&*axes));
    if keepdims { axes.keep() } else { axes }
}

/// Chunks: `"auto"`, a length for every axis, or for each axis a length, -1 or `None` for a whole axis, `"auto"`, or
/// the lengths of all chunks.
pub(crate) enum ChunksArg {
    Given(Chunks),
    /// Of some axes only.
    ByAxis(Vec<(isize, AxisChunks)>),
}

impl ChunksArg {
    /// The chunks of an array; `rest` are those of the axes that are not named.
    pub(crate) fn of(
        self,
        op: &str,
        ndim: usize,
        rest: impl Fn(usize) -> AxisChunks,
    ) -> redpoll::Result<Chunks> {
        match self {
            Self::Given(chunks) => Ok(chunks),
            Self::ByAxis(named) => {
                let mut axes: SmallVec<[AxisChunks; 4]> = (0..ndim).map(rest).collect();
                for (axis, chunks) in named {
                    axes[redpoll::standard::resolve_axis(op, axis, ndim)?] = chunks;
                }
                Ok(Chunks::Axes(axes))
            }
        }
    }

    /// The chunks for arrays whose number of axes is not known yet.
    pub(crate) fn for_any(self, op: &str) -> PyResult<Chunks> {
        match self {
            Self::Given(chunks) => Ok(chunks),
            Self::ByAxis(_) => {
                Err(PyTypeError::new_err(format!("{op}: chunks by axis are those of one array")))
            }
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for ChunksArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Some(every) = axis_chunks(&object)? {
            let auto = every == AxisChunks::Auto;
            return Ok(Self::Given(if auto { Chunks::Auto } else { every.into() }));
        }
        if let Ok(named) = object.cast::<PyDict>() {
            let one = |(axis, chunks): (Bound<'py, PyAny>, Bound<'py, PyAny>)| {
                Ok((integer(axis.as_borrowed())?, chunks_of_axis(&chunks)?))
            };
            return named.iter().map(one).collect::<PyResult<_>>().map(Self::ByAxis);
        }
        let mut axes: SmallVec<[AxisChunks; 4]> = SmallVec::new();
        for item in foreign::items(&object)? {
            axes.push(chunks_of_axis(&item?)?);
        }
        Ok(Self::Given(Chunks::Axes(axes)))
    }
}

fn chunks_of_axis(object: &Bound<'_, PyAny>) -> PyResult<AxisChunks> {
    match axis_chunks(object)? {
        Some(chunks) => Ok(chunks),
        None => {
            let lengths = foreign::items(object)?.map(|length| Ok(length?.extract::<Count>()?.0));
            lengths.collect::<PyResult<_>>().map(AxisChunks::Lengths)
        }
    }
}

/// A number of threads.
pub(crate) struct ThreadsArg(pub usize);

impl<'py> FromPyObject<'_, 'py> for ThreadsArg {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<usize>() {
            Ok(threads) if threads > 0 => Ok(Self(threads)),
            Err(error) if !error.is_instance_of::<PyOverflowError>(object.py()) => Err(error),
            _ => Err(PyValueError::new_err(format!(
                "threads is {}: not a number of threads",
                shown(&object)
            ))),
        }
    }
}

fn axis_chunks(object: &Bound<'_, PyAny>) -> PyResult<Option<AxisChunks>> {
    Ok(Some(if object.is_none() {
        AxisChunks::Whole
    } else if let Ok(text) = object.cast::<PyString>() {
        match &*text.to_cow()? {
            "auto" => AxisChunks::Auto,
            other => {
                let message = format!("chunks are {other:?}; the only text is \"auto\"");
                return Err(PyValueError::new_err(message));
            }
        }
    } else if let Ok(number) = object.cast::<PyInt>() {
        match number.extract::<isize>() {
            Ok(size) => size.into(),
            // Longer than any axis.
            Err(_) if number.gt(0)? => AxisChunks::Whole,
            Err(_) => return Err(PyValueError::new_err(format!("a chunk size is {number}"))),
        }
    } else if let Ok(size) = object.extract::<isize>() {
        size.into()
    } else {
        return Ok(None);
    }))
}

/// A device: there is one.
pub(crate) struct Device;

pub(crate) const DEVICE: &str = "cpu";

impl<'py> FromPyObject<'_, 'py> for Device {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.cast::<PyString>().is_ok_and(|text| text.to_cow().is_ok_and(|t| t == DEVICE)) {
            return Ok(Self);
        }
        let message = format!("device {}: there is only \"cpu\"", shown(&object));
        Err(PyValueError::new_err(message))
    }
}

/// The data type asked for, or the one that a number has by itself.
pub(crate) fn dtype_or(dtype: Option<DTypeArg>, default: DType) -> DType {
    dtype.map_or(default, |d| d.0)
}
