//! Tensors from dense values, coordinates and compressed matrices. All of it comes from outside and is checked.

use super::coordinates::sort_by_digits;
use super::validate::{invariant, pointers};
use super::{Coordinates, Format, IndexInput, Leaf, Level, Pattern, Tensor, check_fill};
use crate::buffer::{Buffer, Index, Indices, Values, Width, collected, listed, reserve};
use crate::dtype::{Element, Number, Scalar};
use crate::error::{FormatError, ShapeError};
use crate::kernels::gather::{gather, gather_slice};
use crate::kernels::parts::starts;
use crate::parallel;
use crate::standard::{IntoShape, Shape, checked_size};
use crate::{Result, with_dtype, with_width};

/// What to do with coordinates that are given more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Duplicates {
    /// They are an error.
    #[default]
    Error,
    /// Their values are added up, in the order given; of `bool`s, any `true` makes the element `true`.
    Sum,
    /// The one given last counts.
    Last,
}

impl Tensor {
    /// A tensor of all its elements, in row-major order. Those that [are not the fill](crate::dtype::Zeros) are stored;
    /// full levels (`Dense` and `Runs`) store the others too. A dense format takes the values over without a copy.
    ///
    /// # Errors
    /// If the number of values or of the format's dimensions does not fit the shape, the fill has another data type
    /// than the values, or the format's leaf cannot hold them.
    ///
    /// ```
    /// use redpoll::tensor::{Format, Tensor};
    /// let t = Tensor::from_dense(&[2, 2], vec![1.0, 0.0, 0.0, f64::NAN], 0.0, &Format::csc())?;
    /// assert_eq!((t.stored(), t.get(&[0, 0])?), (2, 1.0.into()));
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn from_dense(
        shape: impl IntoShape,
        values: impl Into<Values>,
        fill: impl Into<Scalar>,
        format: &Format,
    ) -> Result<Self> {
        let (shape, values) = (&shape.into_shape()[..], values.into());
        let expected = checked_size("from_dense", shape)?;
        if values.len() != expected {
            return Err(FormatError::Length {
                what: "from_dense: values".into(),
                got: values.len(),
                expected,
                reason: format!("the elements of shape {shape:?}"),
            }
            .into());
        }
        let pattern = Pattern::try_new(shape, vec![Level::Dense; shape.len()])?;
        let order: Vec<_> = (0..shape.len()).collect();
        Self::from_parts(pattern, &order, values, fill)?.sparsify(format)
    }

    /// A tensor of coordinates and values in any order: for each axis an array of indices, of any integer type.
    ///
    /// Without axes there is one coordinate, so at most one value, unless `duplicates` says otherwise.
    ///
    /// # Errors
    /// If there is not one index array for each axis and one index in it for each value, an index is negative or out
    /// of range, a coordinate is given more than once and that is an error, the fill has another data type than the
    /// values, or the format does not fit.
    ///
    /// ```
    /// use redpoll::tensor::{Duplicates, Format, Tensor};
    /// let (rows, cols) = (vec![1i64, 0, 1], vec![2i64, 0, 2]);
    /// let t = Tensor::from_coo(&[2, 3], [rows, cols], vec![5, 1, 6], 0, Duplicates::Sum, &Format::csr())?;
    /// assert_eq!(t.to_dense_values()?, vec![1, 0, 0, 0, 0, 11].into());
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn from_coo<C: Into<IndexInput>>(
        shape: impl IntoShape,
        coordinates: impl IntoIterator<Item = C>,
        values: impl Into<Values>,
        fill: impl Into<Scalar>,
        duplicates: Duplicates,
        format: &Format,
    ) -> Result<Self> {
        let shape = &shape.into_shape()[..];
        let (values, fill) = (values.into(), fill.into());
        let columns: Vec<IndexInput> = coordinates.into_iter().map(Into::into).collect();
        for (what, got) in [("coordinates", columns.len()), ("format", format.ndim())] {
            if got != shape.len() {
                return Err(ShapeError::Mismatch {
                    op: "from_coo".into(),
                    shapes: vec![shape.to_vec()],
                    reason: format!("{what} of {got} dimensions"),
                }
                .into());
            }
        }
        let width = Width::for_counts(shape.iter().copied().chain([values.len()]));
        let columns = columns
            .into_iter()
            .zip(shape)
            .enumerate()
            .map(|(axis, (column, &n))| {
                let what = format!("from_coo: coordinates[{axis}]");
                same_length(&what, column.len(), values.len())?;
                column.checked(&what, n, width)
            })
            .collect::<Result<Vec<_>>>()?;
        let columns = format.order().iter().map(|&a| columns[a].clone()).collect();
        Self::from_columns(shape, columns, values, fill, duplicates, format)
    }

    /// A tensor of index arrays in the storage order of `format`, checked, of the narrowest width.
    fn from_columns(
        shape: &[usize],
        columns: Vec<Indices>,
        values: Values,
        fill: Scalar,
        duplicates: Duplicates,
        format: &Format,
    ) -> Result<Self> {
        let dims: Shape = format.order().iter().map(|&a| shape[a]).collect();
        let width = Width::for_counts(shape.iter().copied().chain([values.len()]));
        with_width!(width, I => {
            let listed = Listed::<I>::sorted(columns, &dims, values.len())?;
            let Some(mut groups) = listed.groups()? else {
                let Listed { columns, order, len } = listed;
                let child = order.map(|order| <I as Index>::erase(order.into()));
                let coordinates = Coordinates::new_unchecked(dims, len, columns, child)?;
                return Self::of_coordinates(&coordinates, values, fill, format);
            };
            let (places, values, moved) = match duplicates {
                Duplicates::Error => {
                    let twice = groups.windows(2).find(|g| g[1] - g[0] > 1).expect("a duplicate");
                    let second = twice[0] + 1;
                    let mut tuple = vec![0; shape.len()];
                    for (column, &axis) in listed.columns.iter().zip(format.order()) {
                        tuple[axis] = column.get(second);
                    }
                    let reason = "this coordinate is given more than once; `Duplicates::Sum` adds such elements";
                    return invariant("coordinates", listed.at(second), format!("{tuple:?}"), reason);
                }
                Duplicates::Last => {
                    let last = groups[1..].iter().map(|end| end - 1);
                    (collected("from_coo", groups.len() - 1, last)?, values, true)
                }
                Duplicates::Sum => {
                    let summed = listed.sum(&values, &groups)?;
                    groups.pop();
                    (groups, summed, false)
                }
            };
            let coordinates = listed.coordinates(dims, &places, moved)?;
            Self::of_coordinates(&coordinates, values, fill, format)
        })
    }

    fn of_coordinates(
        coordinates: &Coordinates,
        values: Values,
        fill: Scalar,
        format: &Format,
    ) -> Result<Self> {
        let leaf = Leaf::Element(values);
        check_fill(&leaf, fill)?;
        Self::from_sorted(coordinates, &leaf, fill, format)
    }

    /// A matrix from compressed sparse rows: the column indices of row `r` are `indices[indptr[r]..indptr[r + 1]]`.
    /// The fill is 0 (or `false`), the format [CSR](Format::csr).
    ///
    /// Indices and values beyond the last of `indptr` are dropped, as scipy drops them.
    ///
    /// Where the indices of every row are strictly increasing, as scipy calls canonical, the arrays are taken over
    /// without a copy as far as their width allows. Else rows are sorted; a column that a row names twice is an
    /// error, or summed if asked for, which is what scipy's `sum_duplicates` does.
    ///
    /// # Errors
    /// If the arrays violate the format: the first violation.
    ///
    /// ```
    /// use redpoll::tensor::{Duplicates, Tensor};
    /// let t = Tensor::from_csr([2, 3], vec![0i32, 2, 3], vec![2i32, 0, 1], vec![1., 2., 3.], Duplicates::Error)?;
    /// assert_eq!(t.to_dense_values()?, vec![2., 0., 1., 0., 3., 0.].into());
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn from_csr(
        shape: impl Into<[usize; 2]>,
        indptr: impl Into<IndexInput>,
        indices: impl Into<IndexInput>,
        values: impl Into<Values>,
        duplicates: Duplicates,
    ) -> Result<Self> {
        let (indptr, indices, values) = (indptr.into(), indices.into(), values.into());
        Self::from_compressed(
            "from_csr",
            shape.into(),
            indptr,
            indices,
            values,
            duplicates,
            &Format::csr(),
        )
    }

    /// A matrix from compressed sparse columns: as [`from_csr`](Self::from_csr) with rows and columns swapped. The
    /// format is [CSC](Format::csc).
    ///
    /// # Errors
    /// As [`from_csr`](Self::from_csr).
    pub fn from_csc(
        shape: impl Into<[usize; 2]>,
        indptr: impl Into<IndexInput>,
        indices: impl Into<IndexInput>,
        values: impl Into<Values>,
        duplicates: Duplicates,
    ) -> Result<Self> {
        let (indptr, indices, values) = (indptr.into(), indices.into(), values.into());
        Self::from_compressed(
            "from_csc",
            shape.into(),
            indptr,
            indices,
            values,
            duplicates,
            &Format::csc(),
        )
    }

    fn from_compressed(
        op: &str,
        shape: [usize; 2],
        indptr: IndexInput,
        indices: IndexInput,
        values: Values,
        duplicates: Duplicates,
        format: &Format,
    ) -> Result<Self> {
        let [outer, inner] = [shape[format.order()[0]], shape[format.order()[1]]];
        let fill = Scalar::zero(values.dtype());
        let given = values.len();
        let width = Width::for_counts([outer, inner, given]);
        same_length(&format!("{op}: indices"), indices.len(), given)?;
        let what = format!("{op}: indptr");
        let ptr = indptr.checked(&what, given.saturating_add(1), width)?;
        let stored = ptr.len().checked_sub(1).map_or(0, |last| ptr.get(last));
        pointers(&what, &ptr, outer, stored)?;
        let values = if stored < given { values.slice(0..stored) } else { values };
        let idx = indices.first(stored).checked(&format!("{op}: indices"), inner, width)?;
        with_width!(width, I => {
            let (ranges, index) = (ptr.as_slice::<I>().expect("given width"), idx.as_slice::<I>().expect("given width"));
            let increasing = |r: &[I]| index[r[0].get()..r[1].get()].windows(2).all(|w| w[0] < w[1]);
            if ranges.windows(2).all(increasing) {
                let levels = vec![Level::Dense, Level::Sparse { ptr, idx }];
                let pattern = Pattern::new_unchecked([outer, inner].as_slice(), levels)?;
                return Ok(Self::new_unchecked(pattern, format.order(), values, fill));
            }
            let mut rows = reserve(op, stored as u128)?;
            for (row, range) in ranges.windows(2).enumerate() {
                rows.resize(range[1].get(), I::new(row));
            }
            Self::from_columns(&shape, vec![Index::erase(Buffer::<I>::from(rows)), idx], values, fill, duplicates, format)
        })
    }
}

fn same_length(what: &str, got: usize, expected: usize) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    let (what, reason) = (what.to_owned(), "one for each value".into());
    Err(FormatError::Length { what, got, expected, reason }.into())
}

/// Coordinates of one parallel piece.
const PIECE: usize = 1 << 16;

/// Coordinates in order.
struct Listed<I> {
    columns: Vec<Indices>,
    /// The place of each in the input (`None`: it was in order).
    order: Option<Vec<I>>,
    len: usize,
}

impl<I: Index> Listed<I> {
    fn sorted(columns: Vec<Indices>, dims: &[usize], len: usize) -> Result<Self> {
        let given = Self { columns, order: None, len };
        let slices = given.slices();
        let is_sorted = |start: usize| {
            (start.max(1)..len.min(start + PIECE)).all(|k| compare(&slices, k - 1, k).is_le())
        };
        let starts = (0..len.div_ceil(PIECE)).map(|piece| piece * PIECE);
        if parallel::map(starts, is_sorted).into_iter().all(|sorted| sorted) {
            return Ok(given);
        }
        let keys: Vec<_> = slices.iter().copied().zip(dims.iter().copied()).collect();
        let order = sort_by_digits(&keys, len)?;
        let moved = |c: &&[I]| Ok(I::erase(gather_slice(c, &order, I::default())?.into()));
        let columns = slices.iter().map(moved).collect::<Result<_>>()?;
        Ok(Self { columns, order: Some(order), len })
    }

    fn slices(&self) -> Vec<&[I]> {
        self.columns.iter().map(|c| c.as_slice().expect("given width")).collect()
    }

    /// The place in the input of the `k`-th coordinate in order.
    fn at(&self, k: usize) -> usize {
        self.order.as_ref().map_or(k, |order| order[k].get())
    }

    /// Where each group of equal coordinates begins, and the end; `None`: no two are equal.
    fn groups(&self) -> Result<Option<Vec<usize>>> {
        let groups = starts(&self.slices(), &[I::new(0), I::new(self.len)])?;
        if groups.len() == self.len + 1 {
            return Ok(None);
        }
        listed("from_coo", groups.into_iter().map(I::get)).map(Some)
    }

    /// Some of the coordinates; with their places in the input as leaf positions, if `moved`.
    fn coordinates(&self, dims: Shape, places: &[usize], moved: bool) -> Result<Coordinates> {
        let picked = listed("from_coo", places.iter().map(|&k| I::new(k)))?;
        let pick = |c: &[I]| Ok(I::erase(gather_slice(c, &picked, I::default())?.into()));
        let index = self.slices().into_iter().map(pick).collect::<Result<_>>()?;
        let input = || listed("from_coo", places.iter().map(|&k| I::new(self.at(k))));
        let child = if moved { Some(I::erase(input()?.into())) } else { None };
        Coordinates::new_unchecked(dims, places.len(), index, child)
    }

    /// The sum of each group.
    fn sum(&self, values: &Values, groups: &[usize]) -> Result<Values> {
        fn sums<T: Element>(
            groups: &[usize],
            plus: impl Fn(T, T) -> T,
            values: &[T],
        ) -> Result<Values> {
            let sum = |g: &[usize]| values[g[0]..g[1]].iter().copied().reduce(&plus);
            let sums = groups.windows(2).map(|g| sum(g).expect("no group is empty"));
            Ok(listed("from_coo", sums)?.into())
        }
        let values = match &self.order {
            Some(order) => gather(values.view(), order, Scalar::zero(values.dtype()))?,
            None => values.clone(),
        };
        with_dtype!(values.dtype(), [numeric] T => {
            sums(groups, T::plus, values.as_slice::<T>().expect("own dtype"))
        }, else {
            sums(groups, |a, b| a || b, values.as_slice::<bool>().expect("the only other dtype"))
        })
    }
}

fn compare<I: Index>(columns: &[&[I]], a: usize, b: usize) -> std::cmp::Ordering {
    let differs = columns.iter().map(|c| c[a].cmp(&c[b])).find(|o| o.is_ne());
    differs.unwrap_or(std::cmp::Ordering::Equal)
}
