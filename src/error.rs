//! [`Error`]: one enum per activity, gathered here. A variant carries the values; its message names the
//! operation and says what was expected.

use crate::dtype::DType;
use std::fmt;
use std::sync::Arc;

/// The result of a redpoll operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Anything that can go wrong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Shapes, axes or indices that do not fit an operation.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// Data types that an operation does not accept.
    #[error(transparent)]
    DType(#[from] DTypeError),
    /// Storage that violates the invariants of its format, or a format that cannot hold the data.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A result or a plan that would not fit a memory limit.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// Chunk grids and the run of a chunked computation.
    #[error(transparent)]
    Chunk(#[from] ChunkError),
    /// Files.
    #[error(transparent)]
    Io(#[from] IoError),
    /// A numerical method that did not succeed.
    #[error(transparent)]
    Numeric(#[from] NumericError),
    /// An error of another crate's, or the caller's own (see [`Error::other`]).
    #[error(transparent)]
    Other(OtherError),
}

impl Error {
    /// An error of another type, for sources, functions on blocks and whoever else returns [`Result`]. Its message and
    /// [`source`](std::error::Error::source) stay; [`downcast_ref`](Self::downcast_ref) gives it back.
    ///
    /// A `?` alone cannot do it, as `Error` is an error itself; `map_err` can:
    ///
    /// ```
    /// use redpoll::{Array, Dense, Error, Result};
    /// fn parsed(text: &str) -> Result<Dense> {
    ///     let number: f64 = text.parse().map_err(Error::other)?;
    ///     Dense::full(3, number)
    /// }
    /// let error = parsed("1O").unwrap_err();
    /// assert_eq!(error.to_string(), "invalid float literal");
    /// assert!(error.downcast_ref::<std::num::ParseFloatError>().is_some());
    /// ```
    pub fn other(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Other(OtherError(Arc::new(error)))
    }

    /// The error that [`other`](Self::other) was given, if it is a `T`. Of a task that failed, that of the task.
    pub fn downcast_ref<T: std::error::Error + 'static>(&self) -> Option<&T> {
        match self {
            Self::Other(error) => error.0.downcast_ref(),
            Self::Chunk(ChunkError::Task { source, .. }) => source.downcast_ref(),
            _ => None,
        }
    }

    /// The error with another operation named in it: the function that was called, where what failed is a step of it.
    ///
    /// ```
    /// use redpoll::{Array, Tensor, dtype::DType};
    /// let error = Tensor::zeros([2, 3], DType::Int8)?.sum(5).unwrap_err();
    /// assert_eq!(error.named("total").to_string(), "total: axis 5 is out of range for 2 dimensions");
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    #[must_use]
    pub fn named(mut self, operation: &str) -> Self {
        if let Some(op) = self.op_mut() {
            operation.clone_into(op);
        }
        self
    }

    /// The operation that the message names, if it names one.
    fn op_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Shape(
                ShapeError::Broadcast { op, .. }
                | ShapeError::Axis { op, .. }
                | ShapeError::RepeatedAxis { op, .. }
                | ShapeError::Index { op, .. }
                | ShapeError::Mismatch { op, .. }
                | ShapeError::Parameter { op, .. }
                | ShapeError::Arity { op, .. }
                | ShapeError::TooLarge { op, .. },
            )
            | Self::DType(
                DTypeError::Unsupported { op, .. }
                | DTypeError::NoPromotion { op, .. }
                | DTypeError::Cast { op, .. }
                | DTypeError::Range { op, .. },
            )
            | Self::Memory(
                MemoryError::Densifies { op, .. }
                | MemoryError::Allocation { op, .. }
                | MemoryError::Plan { op, .. },
            )
            | Self::Chunk(ChunkError::Grid { op, .. } | ChunkError::Block { op, .. })
            | Self::Numeric(
                NumericError::NoConvergence { op }
                | NumericError::Singular { op, .. }
                | NumericError::NotPositiveDefinite { op, .. }
                | NumericError::Value { op, .. },
            ) => Some(op),
            Self::DType(DTypeError::Unknown { .. })
            | Self::Format(_)
            | Self::Chunk(
                ChunkError::Task { .. } | ChunkError::User { .. } | ChunkError::Cancelled,
            )
            | Self::Io(_)
            | Self::Other(_) => None,
        }
    }
}

/// What a function gives that is made of several operations: an error of one of these is said of the function.
pub(crate) fn named<T>(
    operation: &str,
    function: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    function().map_err(|error| error.named(operation))
}

/// What an operation evaluates to: where a step of it could not have memory, the error is said of the operation and of
/// its result's shape. Other errors say both already.
pub(crate) fn evaluated<T>(
    operation: &str,
    result: &[usize],
    function: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    function().map_err(|error| match error {
        Error::Memory(MemoryError::Allocation { bytes, .. }) => {
            let (op, shape) = (operation.to_owned(), Some(result.to_vec()));
            MemoryError::Allocation { op, bytes, shape }.into()
        }
        error => error,
    })
}

fn for_shape(shape: Option<&[usize]>) -> String {
    shape.map_or_else(String::new, |shape| format!(" for a result of shape {shape:?}"))
}

/// Shapes, axes or indices that do not fit an operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// Shapes that do not broadcast against each other.
    #[error("{op}: shapes {} cannot be broadcast together", join(.shapes))]
    Broadcast {
        /// The operation.
        op: String,
        /// The shapes of its arrays.
        shapes: Vec<Vec<usize>>,
    },
    /// An axis outside `-ndim..ndim`.
    #[error("{op}: axis {axis} is out of range for {ndim} dimensions")]
    Axis {
        /// The operation.
        op: String,
        /// The axis as given.
        axis: isize,
        /// The number of dimensions of the array.
        ndim: usize,
    },
    /// An axis named more than once.
    #[error("{op}: axis {axis} is given more than once")]
    RepeatedAxis {
        /// The operation.
        op: String,
        /// The axis, counted from 0.
        axis: usize,
    },
    /// An index outside an axis.
    #[error("{op}: index {index} is out of range for axis {axis} of length {length}")]
    Index {
        /// The operation.
        op: String,
        /// The index as given.
        index: i128,
        /// The axis, counted from 0.
        axis: usize,
        /// Its length.
        length: usize,
    },
    /// Shapes that an operation cannot combine for the reason given.
    #[error("{op}: shapes {}: {reason}", join(.shapes))]
    Mismatch {
        /// The operation.
        op: String,
        /// The shapes of its arrays.
        shapes: Vec<Vec<usize>>,
        /// Why they do not fit.
        reason: String,
    },
    /// A parameter with an impossible value.
    #[error("{op}: {what} is {value}: {reason}")]
    Parameter {
        /// The operation.
        op: String,
        /// The parameter.
        what: &'static str,
        /// Its value.
        value: String,
        /// Why that is impossible.
        reason: String,
    },
    /// A number of arrays that an operation does not take.
    #[error("{op}: takes {expected} arrays, not {got}")]
    Arity {
        /// The operation.
        op: String,
        /// How many arrays it takes.
        expected: usize,
        /// How many it was given.
        got: usize,
    },
    /// A number of elements that does not fit the index type.
    #[error("{op}: shape {shape:?} has more elements than can be counted")]
    TooLarge {
        /// The operation.
        op: String,
        /// The shape.
        shape: Vec<usize>,
    },
}

/// Data types that an operation does not accept.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DTypeError {
    /// A data type outside the kinds that an operation accepts.
    #[error("{op}: data type {dtype} is not supported, only {expected}")]
    Unsupported {
        /// The operation.
        op: String,
        /// The data type given.
        dtype: DType,
        /// What is accepted, in words.
        expected: String,
    },
    /// Data types without a common one.
    #[error("{op}: data types {left} and {right} have no common type; convert one with astype")]
    NoPromotion {
        /// The operation.
        op: String,
        /// The first data type.
        left: DType,
        /// The second data type.
        right: DType,
    },
    /// A conversion that is not defined.
    #[error("{op}: cannot convert {from} to {to}: {reason}")]
    Cast {
        /// The operation.
        op: String,
        /// The data type converted from.
        from: DType,
        /// The data type converted to.
        to: DType,
        /// Why not.
        reason: String,
    },
    /// A number that a data type cannot hold.
    #[error("{op}: {value} is out of range for {dtype}")]
    Range {
        /// The operation.
        op: String,
        /// The number as given.
        value: String,
        /// The data type.
        dtype: DType,
    },
    /// A text that names no data type.
    #[error("{text:?} is not a data type; the standard has {}", DType::names())]
    Unknown {
        /// The text.
        text: String,
    },
}

/// Storage that violates the invariants of its format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// An array of the storage has the wrong length.
    #[error("{what}: length is {got}, but {expected} is needed ({reason})")]
    Length {
        /// The array, e.g. `level 1 (sparse): ptr`.
        what: String,
        /// Its length.
        got: usize,
        /// The length needed.
        expected: usize,
        /// What that follows from.
        reason: String,
    },
    /// A value of the storage that breaks an invariant: the first one found.
    #[error("{what}: position {position} holds {value}: {reason}")]
    Invariant {
        /// The array, e.g. `level 1 (sparse): idx`.
        what: String,
        /// The position in it.
        position: usize,
        /// The value there.
        value: String,
        /// The invariant.
        reason: String,
    },
    /// A text that is no format.
    #[error("format {text:?}, at byte {position}: {reason}")]
    Parse {
        /// The text.
        text: String,
        /// Where reading stopped.
        position: usize,
        /// What was expected.
        reason: String,
    },
    /// A format that does not fit a tensor.
    #[error("format {format} does not fit shape {shape:?}, dtype {dtype}: {reason}")]
    Fit {
        /// The format.
        format: String,
        /// The tensor's shape.
        shape: Vec<usize>,
        /// Its data type.
        dtype: DType,
        /// Why not.
        reason: String,
    },
}

/// A result or a plan that would not fit a memory limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MemoryError {
    /// A result that would be dense and larger than the limit.
    #[error(
        "{op}: a result of shape {shape:?} and dtype {dtype} would be dense and take {bytes} bytes, over the \
         limit of {limit}; ask for a sparse format, reduce first, or raise `Options::densify_limit`"
    )]
    Densifies {
        /// The operation.
        op: String,
        /// The result's shape.
        shape: Vec<usize>,
        /// The result's data type.
        dtype: DType,
        /// The bytes it would take.
        bytes: u128,
        /// The limit in bytes.
        limit: u128,
    },
    /// Memory that the system does not give.
    #[error("{op}: cannot allocate {bytes} bytes{}", for_shape(.shape.as_deref()))]
    Allocation {
        /// The operation.
        op: String,
        /// The bytes asked for.
        bytes: u128,
        /// The shape of the result that they were asked for, where that is known.
        shape: Option<Vec<usize>>,
    },
    /// A plan of more steps than can be kept.
    #[error(
        "{op}: a plan of {steps} steps or more is over the limit of {limit}; use fewer and larger chunks"
    )]
    Plan {
        /// The operation.
        op: String,
        /// How many steps it takes at least.
        steps: u128,
        /// The most steps of a plan.
        limit: usize,
    },
}

/// Chunk grids and the run of a chunked computation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ChunkError {
    /// Chunks that do not partition a shape.
    #[error("{op}: chunks {chunks:?} do not partition axis {axis} of length {length}")]
    Grid {
        /// The operation.
        op: String,
        /// The axis.
        axis: usize,
        /// Its length.
        length: usize,
        /// The chunk lengths given.
        chunks: Vec<usize>,
    },
    /// A task that failed.
    #[error("task {task} on block {block:?} failed: {source}")]
    Task {
        /// What the task does: its chain of operations.
        task: String,
        /// The block's position in the grid.
        block: Vec<usize>,
        /// What went wrong in it.
        source: Box<Error>,
    },
    /// A function or a source of the user's that panicked.
    #[error("user function {name:?} failed: {message}")]
    User {
        /// Its name.
        name: String,
        /// The panic's or error's message.
        message: String,
    },
    /// A block whose shape or data type is not the declared one.
    #[error("{op}: the block is {got}, but {expected} was declared")]
    Block {
        /// The operation.
        op: String,
        /// What the function returned.
        got: String,
        /// What was declared.
        expected: String,
    },
    /// The run was cancelled.
    #[error("the computation was cancelled")]
    Cancelled,
}

/// Files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IoError {
    /// A file that cannot be opened or read.
    #[error("{path}: {message}")]
    File {
        /// The file.
        path: String,
        /// What the system or the format's reader said.
        message: String,
    },
    /// An item that a file does not hold.
    #[error("{path}: no {item:?}; it holds {}", .has.join(", "))]
    Missing {
        /// The file.
        path: String,
        /// The item asked for.
        item: String,
        /// What there is.
        has: Vec<String>,
    },
    /// Content that is not what the format promises.
    #[error("{path}: {item}: {reason}")]
    Content {
        /// The file.
        path: String,
        /// The item in it.
        item: String,
        /// What is wrong.
        reason: String,
    },
}

/// A numerical method that did not succeed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NumericError {
    /// A method that did not converge.
    #[error("{op}: did not converge")]
    NoConvergence {
        /// The operation.
        op: String,
    },
    /// A matrix without an inverse.
    #[error(
        "{op}: the matrix at position {matrix} of the stack is singular: pivot {pivot} is zero"
    )]
    Singular {
        /// The operation.
        op: String,
        /// The matrix's position among all of the array, in row-major order.
        matrix: usize,
        /// The column, counted from 0, that depends on those before it.
        pivot: usize,
    },
    /// A matrix that is not positive definite.
    #[error(
        "{op}: the matrix at position {matrix} of the stack is not positive definite: see its row {row}"
    )]
    NotPositiveDefinite {
        /// The operation.
        op: String,
        /// The matrix's position among all of the array, in row-major order.
        matrix: usize,
        /// The first row, counted from 0, up to which it is not.
        row: usize,
    },
    /// A value that the method cannot work with.
    #[error("{op}: {what} is {value}: {reason}")]
    Value {
        /// The operation.
        op: String,
        /// The quantity.
        what: &'static str,
        /// Its value.
        value: String,
        /// Why that is impossible.
        reason: String,
    },
}

/// An error of a type that redpoll does not know (see [`Error::other`]). Equal to its clones only.
#[derive(Clone)]
pub struct OtherError(Arc<dyn std::error::Error + Send + Sync>);

impl PartialEq for OtherError {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for OtherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for OtherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for OtherError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

fn join(shapes: &[Vec<usize>]) -> String {
    shapes.iter().map(|s| format!("{s:?}")).collect::<Vec<_>>().join(" and ")
}
