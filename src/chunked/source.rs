//! [`Source`]: where blocks come from. Files implement it; an array in memory is one too.

use crate::Result;
use crate::standard::{Array, AxisSlice, Meta, Reindex};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

/// Something that blocks can be read from.
///
/// Any region can be asked for, from several threads at once. A selection such as `x.index((..100, ..))` is read as
/// the smaller region.
///
/// ```
/// use redpoll::chunked::Source;
/// use redpoll::{Array, Chunked, Dense, Error, Result, dtype::DType, standard::Meta};
/// use std::{ops::Range, sync::Arc};
/// /// A column of numbers as text, one in a line.
/// struct Column {
///     meta: Meta,
///     lines: Vec<String>,
/// }
/// impl Source<Dense> for Column {
///     fn meta(&self) -> &Meta {
///         &self.meta
///     }
///     fn name(&self) -> &str {
///         "column"
///     }
///     fn read(&self, region: &[Range<usize>]) -> Result<Dense> {
///         let numbers = self.lines[region[0].clone()].iter().map(|line| line.parse::<f64>());
///         let numbers: Vec<f64> = numbers.collect::<Result<_, _>>().map_err(Error::other)?;
///         Dense::from_values(numbers.len(), numbers)
///     }
/// }
/// let lines: Vec<String> = ["1.5", "2", "3"].map(String::from).into();
/// let column = Column { meta: Meta::new([lines.len()], DType::Float64), lines };
/// let total = Chunked::from_source(Arc::new(column), 2)?.sum(..)?;
/// assert_eq!(total.compute()?.item()?, 6.5.into());
/// # Ok::<(), redpoll::Error>(())
/// ```
pub trait Source<A>: Send + Sync {
    /// Shape and data type.
    fn meta(&self) -> &Meta;

    /// A short name for messages and events.
    fn name(&self) -> &str;

    /// The axis along which the source is cut without reading anything twice: 0 of rows, 1 of columns. Automatic
    /// chunks cut it first.
    fn major(&self) -> usize {
        0
    }

    /// How many elements are stored in a region, if that is known without reading them. Automatic chunks balance
    /// them along the [major axis](Self::major).
    fn stored(&self, region: &[Range<usize>]) -> Option<usize> {
        let _ = region;
        None
    }

    /// The length along an axis at whose multiples the source is best cut: the chunks of a file.
    fn natural(&self, axis: usize) -> Option<usize> {
        let _ = axis;
        None
    }

    /// Reads a region: an array of the lengths of its ranges and the data type of [`meta`](Self::meta).
    ///
    /// # Errors
    /// If it cannot be read; errors of other types are brought in by [`Error::other`](crate::Error::other).
    fn read(&self, region: &[Range<usize>]) -> Result<A>;
}

/// A source whose blocks go through a function as they are read: another kind of array from the same file.
///
/// The function keeps shape and data type. It may take blocks of one kind to another:
///
/// ```
/// use redpoll::chunked::{MapSource, Source};
/// use redpoll::{Array, Result};
/// fn as_kind<A: Array, B: Array>(source: impl Source<A>) -> impl Source<B> {
///     MapSource::new(source, |block: A| B::from_values(block.shape(), block.to_values()?))
/// }
/// ```
pub struct MapSource<S, A, F> {
    source: S,
    function: F,
    block: PhantomData<fn() -> A>,
}

impl<S, A, F> MapSource<S, A, F> {
    /// The blocks of a source, each after the function.
    pub fn new<B>(source: S, function: F) -> Self
    where
        S: Source<A>,
        F: Fn(A) -> Result<B> + Send + Sync,
    {
        Self { source, function, block: PhantomData }
    }
}

impl<A, B, S, F> Source<B> for MapSource<S, A, F>
where
    S: Source<A>,
    F: Fn(A) -> Result<B> + Send + Sync,
{
    fn meta(&self) -> &Meta {
        self.source.meta()
    }
    fn name(&self) -> &str {
        self.source.name()
    }
    fn major(&self) -> usize {
        self.source.major()
    }
    fn stored(&self, region: &[Range<usize>]) -> Option<usize> {
        self.source.stored(region)
    }
    fn natural(&self, axis: usize) -> Option<usize> {
        self.source.natural(axis)
    }
    fn read(&self, region: &[Range<usize>]) -> Result<B> {
        (self.function)(self.source.read(region)?)
    }
}

impl<S: fmt::Debug, A, F> fmt::Debug for MapSource<S, A, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MapSource").field(&self.source).finish()
    }
}

/// A source as the contents of an array that is cut automatically.
pub(super) struct Known<'a, A>(pub(super) &'a dyn Source<A>);

impl<A> super::chunks::Contents for Known<'_, A> {
    fn major(&self) -> usize {
        self.0.major()
    }
    fn stored(&self, region: &[Range<usize>]) -> Option<usize> {
        self.0.stored(region)
    }
    fn natural(&self, axis: usize) -> Option<usize> {
        self.0.natural(axis)
    }
}

/// An array in memory.
pub(super) struct InMemory<A>(pub(super) A);

impl<A: Array> Source<A> for InMemory<A> {
    fn meta(&self) -> &Meta {
        self.0.meta()
    }

    fn name(&self) -> &str {
        "array"
    }

    fn stored(&self, region: &[Range<usize>]) -> Option<usize> {
        is_whole(region, self.0.shape()).then(|| self.0.footprint().stored)
    }

    fn read(&self, region: &[Range<usize>]) -> Result<A> {
        if is_whole(region, self.0.shape()) {
            return Ok(self.0.clone());
        }
        A::apply_one(slice_of(region), &[&self.0])
    }
}

fn is_whole(region: &[Range<usize>], shape: &[usize]) -> bool {
    region.iter().zip(shape).all(|(r, &n)| *r == (0..n))
}

/// The operation that takes a region out of an array.
pub(super) fn slice_of(region: &[Range<usize>]) -> Reindex {
    let slice = |r: &Range<usize>| AxisSlice { start: r.start, step: 1, length: r.len() };
    Reindex::Slice { slices: region.iter().map(slice).collect() }
}

impl<A> fmt::Debug for dyn Source<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), self.meta())
    }
}
