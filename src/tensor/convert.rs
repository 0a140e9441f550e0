//! Between formats.
//!
//! Every conversion goes through sorted [`Coordinates`], which any nesting of levels can be turned into and built
//! from; the arrays of a level that both formats have in common are shared on the way. Dense targets need no order:
//! values are scattered to their places.

use super::{Coordinates, Format, Leaf, LeafKind, Level, LevelKind, Pattern, Tensor, gather};
use crate::buffer::{Index, Indices, Values, Width, collected, copied, filled, listed};
use crate::dtype::{Element, Scalar, Zeros};
use crate::error::{FormatError, evaluated};
use crate::kernels::counting::transpose;
use crate::kernels::gather::positions_different;
use crate::kernels::thin::thin;
use crate::standard::{Shape, checked_size, operators};
use crate::{Result, with_dtype, with_width};
use std::cmp::Ordering;
use std::sync::Arc;

impl Tensor {
    /// The tensor in another format.
    ///
    /// No stored value is dropped, also not one that equals the fill; [`sparsify`](Self::sparsify) drops these. A
    /// `Dense` or `Runs` level stores every index, so that from there all elements arrive as stored ones. `Runs`
    /// targets join equal neighbours, bit for bit. What stays the same is shared, up to the whole tensor.
    ///
    /// Takes time and memory linear in the stored elements and in the arrays of the result (see
    /// [`Format::bytes_for`], with which a caller can check these before).
    ///
    /// # Errors
    /// If the format has another number of dimensions, or its leaf cannot hold the values: a `Pattern` leaf takes
    /// `bool` with all stored values `true` and a fill of `false`; an `Iso` leaf takes values that are all the same.
    pub fn to_format(&self, format: &Format) -> Result<Self> {
        self.check_ndim(format)?;
        evaluated("to_format", self.shape(), || self.converted(format))
    }

    fn converted(&self, format: &Format) -> Result<Self> {
        if self.has_levels_of(format) {
            return Self::with_leaf_of(
                Arc::clone(&self.0.pattern),
                self.0.leaf.clone(),
                self.0.fill,
                format,
            );
        }
        if format.is_dense() {
            return self.to_dense(format);
        }
        if let Some(bitmap) = self.to_bitmap(format)? {
            return Ok(bitmap);
        }
        if let Some(transposed) = self.to_transposed(format)? {
            return Ok(transposed);
        }
        self.in_format(&self.0.pattern.coordinates()?, format)
    }

    /// The tensor in another format, without the stored values that [are the fill](Zeros). Full levels (`Dense` and
    /// `Runs`) of the target store them nevertheless.
    ///
    /// # Errors
    /// As [`to_format`](Self::to_format).
    ///
    /// ```
    /// use redpoll::tensor::{Format, Tensor};
    /// let dense = Tensor::from_dense(&[4], vec![0.0, 7.0, -0.0, 0.0], 0.0, &Format::dense(1))?;
    /// assert_eq!(dense.to_format(&Format::coo(1))?.stored(), 4);
    /// assert_eq!(dense.sparsify(&Format::coo(1))?.stored(), 2); // 7.0 and -0.0
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn sparsify(&self, format: &Format) -> Result<Self> {
        let zeros = Zeros::of(self.0.meta.size());
        evaluated("sparsify", self.shape(), || self.without_fills(format, zeros))
    }

    /// The tensor in its own format, without the stored values that equal the fill: without zeros of either sign if
    /// that is 0.
    ///
    /// # Errors
    /// If the memory cannot be had.
    pub fn prune(&self) -> Result<Self> {
        evaluated("prune", self.shape(), || self.without_fills(&self.format(), Zeros::One))
    }

    /// The tensor in its own format, without the stored values that [are the fill](Zeros): itself if there are none.
    pub(crate) fn without_fill_values(self) -> Result<Self> {
        if self.0.pattern.is_full() {
            return Ok(self);
        }
        self.without_fills(&self.format(), Zeros::of(self.0.meta.size()))
    }

    fn without_fills(&self, format: &Format, zeros: Zeros) -> Result<Self> {
        self.check_ndim(format)?;
        if format.levels().iter().all(|k| k.is_full()) {
            return self.to_format(format);
        }
        if let Some(thinned) = self.thinned(zeros)? {
            return thinned.to_format(format);
        }
        match self.kept(zeros)? {
            None => self.to_format(format),
            Some(kept) if self.0.pattern.is_dense() => {
                self.in_format(&unravel(self.0.pattern.dims(), kept)?, format)
            }
            Some(kept) => {
                let all = self.0.pattern.coordinates()?;
                self.in_format(&only(&all, &kept, self.0.pattern.stored())?, format)
            }
        }
    }

    /// The tensor without the stored values that are the fill, where dense levels are over a sparse one: itself if there
    /// are none. `None`: it has other levels.
    fn thinned(&self, zeros: Zeros) -> Result<Option<Self>> {
        let (pattern, fill) = (&self.0.pattern, self.0.fill);
        let Some((Level::Sparse { ptr, idx }, above)) = pattern.levels().split_last() else {
            return Ok(None);
        };
        let Leaf::Element(values) = &self.0.leaf else { return Ok(None) };
        if above.iter().any(|level| !matches!(level, Level::Dense)) {
            return Ok(None);
        }
        let found = with_width!(pattern.width(), I => with_dtype!(values.dtype(), T => {
            let (ptr, idx) = (ptr.as_slice::<I>().expect("own width"), idx.as_slice().expect("own width"));
            let values = values.as_slice::<T>().expect("own dtype");
            thin("prune", ptr, idx, values, fill.to::<T>(), zeros)?.map(|thinned| {
                let [ptr, idx] = [thinned.ptr, thinned.idx].map(|a| <I as Index>::erase(a.into()));
                (Level::Sparse { ptr, idx }, Values::from(thinned.values))
            })
        }));
        let Some((level, values)) = found else { return Ok(Some(self.clone())) };
        let mut levels = above.to_vec();
        levels.push(level);
        let pattern = Pattern::new_unchecked(pattern.dims(), levels)?;
        Ok(Some(Self::new_unchecked(pattern, self.order(), values, fill)))
    }

    /// All elements in row-major order of the axes; shared where they are stored like that.
    ///
    /// # Errors
    /// If there are more than can be counted, or the memory cannot be had.
    pub fn to_dense_values(&self) -> Result<Values> {
        if self.0.meta.size() == 0 {
            return self.values();
        }
        evaluated("to_values", self.shape(), || {
            self.to_format(&Format::dense(self.ndim()))?.values()
        })
    }

    /// Whether both have the same shape, data type and elements, bit for bit (any NaN is as any other), whatever their
    /// formats and fills: a value that is stored equals one that is not.
    ///
    /// # Errors
    /// If there are more stored elements than can be counted.
    pub fn same_bits(&self, other: &Self) -> Result<bool> {
        self.agree(other, |a, b| a == b)
    }

    /// Whether both have one shape and data type, and each pair of their elements is the same to a function.
    ///
    /// # Panics
    /// As [`same_bits`](Self::same_bits) fails: for operators, which cannot return an error.
    #[track_caller]
    pub(crate) fn same_by(&self, other: &Self, same: impl Fn(Scalar, Scalar) -> bool) -> bool {
        operators::expect(self.agree(other, same))
    }

    fn agree(&self, other: &Self, same: impl Fn(Scalar, Scalar) -> bool) -> Result<bool> {
        if self.0.meta != other.0.meta {
            return Ok(false);
        }
        let sides = [self, other];
        let axes: Shape = (0..self.ndim()).collect();
        let listed = [self.coordinates_by(&axes)?, other.coordinates_by(&axes)?];
        let value = |side: usize, c: usize| {
            sides[side].0.leaf.get(listed[side].child().map_or(c, |child| child.get(c)))
        };
        let tuple = |side: usize, c: usize| listed[side].index().iter().map(move |i| i.get(c));
        let (mut at, mut united) = ([0, 0], 0_u128);
        loop {
            let [a, b] = at;
            let order = match (a < listed[0].len(), b < listed[1].len()) {
                (false, false) => break,
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (true, true) => tuple(0, a).cmp(tuple(1, b)),
            };
            let left = if order.is_le() { value(0, a) } else { self.0.fill };
            let right = if order.is_ge() { value(1, b) } else { other.0.fill };
            if !same(left, right) {
                return Ok(false);
            }
            at = [a + usize::from(order.is_le()), b + usize::from(order.is_ge())];
            united += 1;
        }
        Ok(united == self.0.meta.size() || same(self.0.fill, other.0.fill))
    }

    /// The coordinates with their dimensions in this order of axes.
    pub(crate) fn coordinates_by(&self, axes: &[usize]) -> Result<Coordinates> {
        self.0.pattern.coordinates()?.permuted(&self.dims_of(axes))
    }

    /// For each axis the storage dimension that it is stored at.
    fn dims_of(&self, axes: &[usize]) -> Shape {
        let dim = |a: &usize| self.0.order.iter().position(|o| o == a).expect("a permutation");
        axes.iter().map(dim).collect()
    }

    /// The tensor in a format, from coordinates in its own storage order.
    fn in_format(&self, coordinates: &Coordinates, format: &Format) -> Result<Self> {
        let coordinates = coordinates.permuted(&self.dims_of(format.order()))?;
        Self::from_sorted(&coordinates, &self.0.leaf, self.0.fill, format)
    }

    /// A tensor of coordinates in the storage order of `format`, whose leaf positions are those of `leaf`.
    pub(crate) fn from_sorted(
        coordinates: &Coordinates,
        leaf: &Leaf,
        fill: Scalar,
        format: &Format,
    ) -> Result<Self> {
        let (pattern, placement) = if format.levels().contains(&LevelKind::Runs) {
            let values = leaf.values()?;
            with_dtype!(leaf.dtype(), T => {
                let (values, fill) = (values.as_slice::<T>().expect("own dtype"), fill.to::<T>());
                let value = |source: Option<usize>| source.map_or(fill, |s| values[s]);
                let same = |a, b| value(a).same(value(b));
                Pattern::from_coordinates_by(coordinates, format.levels(), &same)?
            })
        } else {
            Pattern::from_coordinates(coordinates, format.levels())?
        };
        let leaf = placement.place(leaf, fill)?;
        Self::with_leaf_of(Arc::new(pattern), leaf, fill, format)
    }

    fn to_dense(&self, format: &Format) -> Result<Self> {
        let len = checked_size("to_format", self.shape())?;
        let dims: Shape = format.order().iter().map(|&a| self.shape()[a]).collect();
        let leaf = if len == 0 {
            self.0.leaf.clone()
        } else if let Some(value) = self.0.leaf.iso().filter(|_| self.stored() == len as u128) {
            Leaf::Iso(value, len)
        } else if self.0.pattern.is_dense() {
            let order = self.dims_of(format.order());
            gather::transpose(self.0.leaf.values()?.view(), self.0.pattern.dims(), &order)?.into()
        } else {
            let strides = self.strides_in(format);
            let mut values = self.0.leaf.values()?;
            let to = match self.0.pattern.offsets(&strides)? {
                Some(to) => to.into(),
                None => {
                    let coordinates = self.0.pattern.coordinates()?;
                    if let Some(child) = coordinates.child() {
                        values = gather::gather_values(values.view(), child)?;
                    }
                    coordinates.offsets(&strides)?
                }
            };
            gather::scatter_values(values.view(), &to, len, self.0.fill)?.into()
        };
        // Where a length is 0 there may still be more positions before it than can be counted.
        let pattern = Pattern::try_new(&dims, vec![Level::Dense; dims.len()])?;
        Self::with_leaf_of(Arc::new(pattern), leaf, self.0.fill, format)
    }

    /// Dense levels over one bitmap, if that is the format, the tensor is stored in its order, and no runs share values:
    /// the values stay as they are.
    fn to_bitmap(&self, format: &Format) -> Result<Option<Self>> {
        let Some((LevelKind::Bitmap, outer)) = format.levels().split_last() else {
            return Ok(None);
        };
        let is_bitmap = outer.iter().all(|&k| k == LevelKind::Dense);
        if !is_bitmap || format.order() != self.order() || self.0.meta.size() == 0 {
            return Ok(None);
        }
        let dims = self.0.pattern.dims();
        let len = checked_size("to_format", dims)?;
        let Some(places) = self.0.pattern.offsets(&self.strides_in(format))? else {
            return Ok(None);
        };
        let mut bits = filled("to_format", 0_u64, len.div_ceil(64))?;
        places.iter().for_each(|&p| bits[p as usize / 64] |= 1 << (p % 64));
        let mut levels = vec![Level::Dense; outer.len()];
        levels.push(Level::bitmap(bits.into())?);
        let pattern = Arc::new(Pattern::new_unchecked(dims, levels)?);
        Self::with_leaf_of(pattern, self.0.leaf.clone(), self.0.fill, format).map(Some)
    }

    /// Rows as columns, or columns as rows, if that is all there is to do: each index and value moves once.
    fn to_transposed(&self, format: &Format) -> Result<Option<Self>> {
        let compressed = [LevelKind::Dense, LevelKind::Sparse];
        if format.levels() != compressed || format.order() == self.order() {
            return Ok(None);
        }
        let pattern = self.0.pattern.compressed()?;
        let ([Level::Dense, Level::Sparse { ptr, idx }], &[rows, columns]) =
            (pattern.levels(), pattern.dims())
        else {
            return Ok(None);
        };
        let values = self.0.leaf.values()?;
        let (level, values) = with_width!(pattern.width(), I => with_dtype!(values.dtype(), T => {
            let (ptr, idx) = (ptr.as_slice::<I>().expect("own width"), idx.as_slice().expect("own width"));
            let values = values.as_slice::<T>().expect("own dtype");
            let t = transpose("to_format", ptr, idx, values, columns)?;
            let [ptr, idx] = [t.ptr, t.idx].map(|array| <I as Index>::erase(array.into()));
            (Level::Sparse { ptr, idx }, Values::from(t.values))
        }));
        let pattern =
            Pattern::new_unchecked([columns, rows].as_slice(), vec![Level::Dense, level])?;
        Self::with_leaf_of(Arc::new(pattern), values.into(), self.0.fill, format).map(Some)
    }

    /// For each dimension that this tensor is stored by, its stride in a dense array in the order of a format. There are
    /// no more elements than can be counted.
    fn strides_in(&self, format: &Format) -> Shape {
        let mut strides: Shape = self.0.order.clone();
        let mut stride = 1;
        for dim in self.dims_of(format.order()).into_iter().rev() {
            strides[dim] = stride;
            stride *= self.0.pattern.dims()[dim];
        }
        strides
    }

    /// A pattern and its values with the kind of leaf and the order of a format.
    fn with_leaf_of(
        pattern: Arc<Pattern>,
        leaf: Leaf,
        fill: Scalar,
        format: &Format,
    ) -> Result<Self> {
        match leaf.to_kind(format.leaf(), fill)? {
            Some(leaf) => Ok(Self::new_unchecked(pattern, format.order(), leaf, fill)),
            None => {
                let reason = match format.leaf() {
                    LeafKind::Pattern => "not all stored values are true, or the fill is not false",
                    _ => "the stored values are not all the same",
                };
                let tensor = Self::new_unchecked(pattern, format.order(), leaf, fill);
                Err(tensor.fit(format, reason.into()).into())
            }
        }
    }

    /// Whether the levels and their order are those of a format, whatever its leaf.
    pub(crate) fn has_levels_of(&self, format: &Format) -> bool {
        self.0.pattern.kinds().eq(format.levels().iter().copied()) && self.order() == format.order()
    }

    fn check_ndim(&self, format: &Format) -> Result<()> {
        if format.ndim() == self.ndim() {
            return Ok(());
        }
        Err(self.fit(format, format!("it has {} dimensions", format.ndim())).into())
    }

    fn fit(&self, format: &Format, reason: String) -> FormatError {
        let (shape, dtype) = (self.shape().to_vec(), self.dtype());
        FormatError::Fit { format: format.to_string(), shape, dtype, reason }
    }

    /// The leaf positions whose values differ from the fill; `None`: all.
    fn kept(&self, zeros: Zeros) -> Result<Option<Vec<usize>>> {
        let kept = match &self.0.leaf {
            Leaf::Element(values) => positions_different(values.view(), self.0.fill, zeros)?,
            leaf if leaf.iso().is_some_and(|v| zeros.same_fill(v, self.0.fill)) => vec![],
            _ => return Ok(None),
        };
        Ok((kept.len() < self.0.leaf.len()).then_some(kept))
    }
}

/// The coordinates of sorted positions in a dense array. From the last dimension outwards: the positions' rows only
/// ever grow, so they are counted along, without dividing.
fn unravel(dims: &[usize], positions: Vec<usize>) -> Result<Coordinates> {
    let len = positions.len();
    with_width!(Width::for_counts(dims.iter().copied().chain([len])), I => {
        let mut rows = copied("to_format", &positions)?;
        let mut index: Vec<Indices> = dims
            .iter()
            .rev()
            .map(|&n| {
                let (mut row, mut begin) = (0, 0);
                let column = rows.iter_mut().map(|position| {
                    if *position - begin >= n {
                        (row, begin) = (*position / n, *position / n * n);
                    }
                    let i = I::new(*position - begin);
                    *position = row;
                    i
                });
                Ok(<I as Index>::erase(listed("to_format", column)?.into()))
            })
            .collect::<Result<_>>()?;
        index.reverse();
        let child = listed("to_format", positions.into_iter().map(|p| p as u64))?;
        Coordinates::new_unchecked(dims, len, index, Some(child.into()))
    })
}

/// The coordinates whose leaf positions are among the `kept` ones of `stored`.
fn only(all: &Coordinates, kept: &[usize], stored: usize) -> Result<Coordinates> {
    let mut keep = filled("to_format", false, stored)?;
    kept.iter().for_each(|&p| keep[p] = true);
    with_width!(all.width(), I => {
        let leaf = |c: usize| all.child().map_or(c, |child| child.get(c));
        let remaining = (0..all.len()).filter(|&c| keep[leaf(c)]).map(I::new);
        // Runs let several coordinates share a position, so that there can be more of them.
        let remaining = collected("to_format", kept.len(), remaining)?;
        let index = all.index().iter().map(|c| gather::gather_indices(c, &remaining));
        let index = index.collect::<Result<_>>()?;
        let len = remaining.len();
        let child = match all.child() {
            Some(child) => gather::gather_indices(child, &remaining)?,
            None => <I as Index>::erase(remaining.into()),
        };
        Coordinates::new_unchecked(all.dims(), len, index, Some(child))
    })
}
