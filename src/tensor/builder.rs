//! [`CooBuilder`]: a tensor from elements that come one by one.

use super::validate::invariant;
use super::{Duplicates, Format, Tensor};
use crate::Result;
use crate::dtype::{Element, Scalar};
use crate::standard::{IntoShape, Shape};

/// Collects elements with their coordinates, in any order, for a tensor of any number of axes and any format: the
/// counterpart of `TriMat` in sprs and `CooMatrix` in nalgebra.
///
/// ```
/// use redpoll::tensor::{CooBuilder, Duplicates, Format};
/// let mut counts = CooBuilder::new((2, 3, 4));
/// for (document, word, author) in [(0, 2, 1), (1, 0, 3), (0, 2, 1)] {
///     counts.push((document, word, author), 1.0)?;
/// }
/// let counts = counts.build(Duplicates::Sum, &Format::csf(3))?;
/// assert_eq!((counts.stored(), counts.get((0, 2, 1))?), (2, 2.0.into()));
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CooBuilder<T> {
    shape: Shape,
    /// For each axis, the indices.
    columns: Vec<Vec<u64>>,
    values: Vec<T>,
    fill: T,
}

impl<T: Element> CooBuilder<T> {
    /// No elements yet, of an array of this shape that is 0 (or `false`) elsewhere.
    pub fn new(shape: impl IntoShape) -> Self {
        let shape = shape.into_shape();
        Self { columns: vec![Vec::new(); shape.len()], shape, values: Vec::new(), fill: T::ZERO }
    }

    /// Another value for all elements that are not given.
    #[must_use]
    pub fn fill(mut self, fill: T) -> Self {
        self.fill = fill;
        self
    }

    /// The number of elements so far, duplicates included.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// One more element. Its index may be given again: [`build`](Self::build) is told what to do then.
    ///
    /// # Errors
    /// If the index is outside the shape. It names the position of the element, counted from 0, and the builder is as
    /// it was.
    pub fn push(&mut self, index: impl IntoShape, value: T) -> Result<()> {
        let index = index.into_shape();
        let inside = index.iter().zip(&self.shape).all(|(i, n)| i < n);
        if index.len() != self.shape.len() || !inside {
            let (value, reason) =
                (format!("{index:?}"), format!("is outside shape {:?}", self.shape));
            return invariant("push: coordinates", self.len(), value, reason);
        }
        for (column, &i) in self.columns.iter_mut().zip(&index) {
            column.push(i as u64);
        }
        self.values.push(value);
        Ok(())
    }

    /// The elements of an iterator, as by [`push`](Self::push).
    ///
    /// # Errors
    /// Of the first index outside the shape. The elements before it are kept.
    pub fn push_all<I: IntoShape>(
        &mut self,
        elements: impl IntoIterator<Item = (I, T)>,
    ) -> Result<()> {
        elements.into_iter().try_for_each(|(index, value)| self.push(index, value))
    }

    /// The tensor in a format.
    ///
    /// # Errors
    /// If an index was given more than once and that is an error, which names the second position; if the format has
    /// another number of axes.
    pub fn build(self, duplicates: Duplicates, format: &Format) -> Result<Tensor> {
        let fill: Scalar = self.fill.scalar();
        Tensor::from_coo(self.shape, self.columns, self.values, fill, duplicates, format)
            .map_err(|error| error.named("build"))
    }
}
