//! Operands as matrices: a block of all elements, or compressed rows.
//!
//! Rows and columns are numbered within a [`Space`]: as they are where there are not many more than elements, else
//! only those that occur, so that nothing is proportional to the length of an axis.

use super::groups::Group;
use super::operand::Operand;
use crate::Result;
use crate::buffer::{
    Index, Indices, Values, Width, collected, copied, filled, grow, listed, reserve,
};
use crate::dtype::Scalar;
use crate::engine::walk::{Key, Walk, rank};
use crate::kernels::gather::{concat, gather};
use crate::tensor::{Format, LeafKind, Level, Pattern};
use crate::with_width;
use std::sync::Arc;

/// There may always be so many rows or columns …
const FEW: usize = 4096;
/// … or so many for each stored element.
const PER_ELEMENT: usize = 4;

/// The rows or the columns of a matrix.
#[derive(Debug, Clone)]
pub(super) enum Space {
    /// All of them.
    All(usize),
    /// Those of some ascending linear indices.
    Some(Arc<Vec<u128>>),
}

impl Space {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::All(len) => *len,
            Self::Some(keys) => keys.len(),
        }
    }

    pub(super) const fn is_all(&self) -> bool {
        matches!(self, Self::All(_))
    }

    /// The linear index of a row or column.
    pub(super) fn key(&self, place: usize) -> u128 {
        match self {
            Self::All(_) => place as u128,
            Self::Some(keys) => keys[place],
        }
    }

    /// The first row or column whose linear index is not below `key`.
    pub(super) fn first_from(&self, key: u128) -> usize {
        match self {
            Self::All(len) => key.min(*len as u128) as usize,
            Self::Some(keys) => keys.partition_point(|&k| k < key),
        }
    }

    pub(super) fn find(&self, key: u128) -> Option<usize> {
        let place = self.first_from(key);
        (place < self.len() && self.key(place) == key).then_some(place)
    }

    /// Whether both number the same rows or columns alike.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All(a), Self::All(b)) => a == b,
            (Self::Some(a), Self::Some(b)) => a == b,
            _ => false,
        }
    }
}

/// Compressed rows.
#[derive(Debug, Clone)]
pub(super) struct Matrix {
    pub(super) rows: Space,
    pub(super) columns: Space,
    /// Row r has the elements `ptr[r]..ptr[r + 1]`.
    pub(super) ptr: Vec<usize>,
    /// Their columns.
    pub(super) idx: Indices,
    pub(super) values: Values,
}

/// An operand as a matrix.
#[derive(Debug, Clone)]
pub(super) enum Side {
    /// All elements, row by row.
    Block(Values),
    Rows(Matrix),
}

/// How columns are numbered.
#[derive(Debug, Clone, Copy)]
pub(super) enum Columns<'a> {
    /// As the rows of another matrix; elements in others are left out.
    Of(&'a Space),
    /// All of them.
    All,
    /// As is best.
    Any,
}

/// The number of rows or columns that a matrix of so many elements may have.
fn bound(elements: usize) -> u128 {
    elements.saturating_mul(PER_ELEMENT).max(FEW) as u128
}

impl Operand {
    /// All elements, which must be stored, in the order of two groups of axes, the second inside of the first. Values
    /// move, but there are no more of them.
    pub(super) fn block(&self, outer: &Group, inner: &Group) -> Result<Values> {
        debug_assert!(self.is_full(), "nothing is left to the fill");
        let axes = outer.then(inner).axes(&self.labels);
        self.tensor.permute(&axes)?.to_dense_values()
    }

    /// The compressed rows; `all_rows`: also of those that do not occur.
    pub(super) fn matrix(
        &self,
        rows: &Group,
        columns: &Group,
        all_rows: bool,
        numbering: Columns<'_>,
    ) -> Result<Matrix> {
        if let Some(matrix) = self.as_stored(rows, columns, all_rows, numbering)? {
            return Ok(matrix);
        }
        if let Some(operand) = self.reordered(rows, columns)?
            && let Some(matrix) = operand.as_stored(rows, columns, all_rows, numbering)?
        {
            return Ok(matrix);
        }
        if rows.size.max(columns.size) <= u64::MAX.into() {
            self.sorted::<u64>(rows, columns, all_rows, numbering)
        } else {
            self.sorted::<u128>(rows, columns, all_rows, numbering)
        }
    }

    /// The matrix that the levels are already: rows outside, compressed columns inside.
    fn as_stored(
        &self,
        rows: &Group,
        columns: &Group,
        all_rows: bool,
        numbering: Columns<'_>,
    ) -> Result<Option<Matrix>> {
        let pattern = self.tensor.pattern().compressed()?;
        let labels =
            |dims: &[usize]| dims.iter().map(|&axis| self.labels[axis]).collect::<Vec<_>>();
        let nested = labels(self.tensor.order()) == rows.then(columns).labels.as_slice();
        if !nested || columns.labels.len() != 1 || !self.zeros.is_empty() {
            return Ok(None);
        }
        let Some((Level::Sparse { idx, .. }, above)) = pattern.levels().split_last() else {
            return Ok(None);
        };
        let last = above.len();
        let mut ptr = Walk::below(&pattern, last).starts()?;
        let row_space = if above.iter().all(|level| matches!(level, Level::Dense)) {
            Space::All(pattern.parents(last))
        } else {
            let upper = Pattern::new_unchecked(&pattern.dims()[..last], above.to_vec())?;
            let strides = rows.strides(&self.labels, &self.tensor.order()[..last]);
            let keys = Walk::new(&upper).keys(0..upper.stored(), &strides)?;
            if all_rows || rows.size <= 2 * keys.len() as u128 {
                ptr = of_all_rows(&keys, &ptr, rows.size as usize)?;
                Space::All(rows.size as usize)
            } else {
                Space::Some(Arc::new(keys))
            }
        };
        let all = match numbering {
            Columns::Of(Space::All(_)) | Columns::All => true,
            Columns::Of(Space::Some(_)) => false,
            Columns::Any => columns.size <= bound(idx.len()),
        };
        if !all {
            return Ok(None);
        }
        Ok(Some(Matrix {
            rows: row_space,
            columns: Space::All(columns.size as usize),
            ptr,
            idx: idx.clone(),
            values: self.tensor.values()?,
        }))
    }

    /// The operand stored in the order of rows and columns, if these are one axis each, of which the columns are outside
    /// now, and there are not many more rows than elements.
    fn reordered(&self, rows: &Group, columns: &Group) -> Result<Option<Self>> {
        let order = rows.then(columns).axes(&self.labels);
        let is_matrix =
            rows.labels.len() == 1 && columns.labels.len() == 1 && self.labels.len() == 2;
        let few = rows.size <= bound(self.tensor.pattern().stored());
        if !is_matrix || !few || !self.zeros.is_empty() || self.tensor.order() == order.as_slice() {
            return Ok(None);
        }
        let csr = Format::new(Format::csr().levels().iter().copied(), LeafKind::Element, &order)?;
        Ok(Some(Self { tensor: self.tensor.to_format(&csr)?, ..self.clone() }))
    }

    /// The matrix of any levels: the linear indices of rows and columns, sorted by row.
    fn sorted<K: Key>(
        &self,
        rows: &Group,
        columns: &Group,
        all_rows: bool,
        numbering: Columns<'_>,
    ) -> Result<Matrix> {
        let pattern = self.tensor.pattern().compressed()?;
        let keys = |group: &Group, zeros: &dyn Fn(&(u128, u128)) -> u128| -> Result<Vec<K>> {
            let strides = group.strides(&self.labels, self.tensor.order());
            let mut keys = Walk::new(&pattern).keys(0..pattern.stored(), &strides)?;
            grow("contract", &mut keys, self.zeros.len())?;
            keys.extend(self.zeros.iter().map(|place| K::of(zeros(place))));
            Ok(keys)
        };
        let row_numbering = if all_rows { Columns::All } else { Columns::Any };
        let (rows, row_of) = numbered(keys(rows, &|zero| zero.0)?, row_numbering, rows.size)?;
        let column_keys = keys(columns, &|zero| zero.1)?;
        let (columns, column_of) = numbered(column_keys, numbering, columns.size)?;
        let mut values = self.tensor.values()?;
        if !self.zeros.is_empty() {
            let zero = Scalar::zero(values.dtype());
            let zeros = Values::filled("contract", zero, self.zeros.len())?;
            values = concat(&[values.view(), zeros.view()])?;
        }
        // A stable counting sort by row, without the elements in no column.
        let mut ptr = filled("contract", 0, rows.len() + 1)?;
        let within = || row_of.iter().zip(&column_of).filter(|(_, c)| **c != u64::NONE);
        within().for_each(|(&row, _)| ptr[row as usize + 1] += 1);
        for r in 0..rows.len() {
            ptr[r + 1] += ptr[r];
        }
        let width = Width::for_counts([columns.len(), values.len()]);
        if ptr[rows.len()] == row_of.len() && row_of.is_sorted() {
            let idx = Indices::from(column_of).to_width(width)?;
            return Ok(Matrix { rows, columns, ptr, idx, values });
        }
        let mut next = copied("contract", &ptr)?;
        let mut source = filled("contract", 0_u64, ptr[rows.len()])?;
        for (k, (&row, &column)) in row_of.iter().zip(&column_of).enumerate() {
            if column != u64::NONE {
                source[next[row as usize]] = k as u64;
                next[row as usize] += 1;
            }
        }
        let idx = with_width!(width, I => {
            let sorted = source.iter().map(|&k| I::new(column_of[k as usize] as usize));
            I::erase(listed("contract", sorted)?.into())
        });
        let values = gather(values.view(), &source, Scalar::zero(values.dtype()))?;
        Ok(Matrix { rows, columns, ptr, idx, values })
    }
}

/// The pointers of all rows, from those of the rows that occur.
fn of_all_rows(keys: &[u128], ptr: &[usize], rows: usize) -> Result<Vec<usize>> {
    let mut all = reserve("contract", rows as u128 + 1)?;
    for (&key, &start) in keys.iter().zip(ptr) {
        all.resize(key as usize + 1, start);
    }
    all.resize(rows + 1, ptr[keys.len()]);
    Ok(all)
}

/// The space of some linear indices, and the place of each in it, [`Index::NONE`] if it has none.
fn numbered<K: Key>(keys: Vec<K>, numbering: Columns<'_>, size: u128) -> Result<(Space, Vec<u64>)> {
    let all = |keys: Vec<K>| listed("contract", keys.into_iter().map(|key| key.number() as u64));
    Ok(match numbering {
        Columns::Of(Space::All(len)) => (Space::All(*len), all(keys)?),
        Columns::Of(space) => {
            let place = |key: &K| space.find(key.number()).map_or(u64::NONE, |p| p as u64);
            (space.clone(), listed("contract", keys.iter().map(place))?)
        }
        Columns::All => (Space::All(size as usize), all(keys)?),
        Columns::Any if size <= bound(keys.len()) => (Space::All(size as usize), all(keys)?),
        Columns::Any => {
            let (unique, places) = rank(&keys)?;
            let keys = listed("contract", unique.into_iter().map(Key::number))?;
            (Space::Some(Arc::new(keys)), places)
        }
    })
}

impl Matrix {
    /// Leaves only the rows that have an element, if those are at most half of all.
    pub(super) fn drop_empty_rows(&mut self) -> Result<()> {
        let len = self.rows.len();
        let occupied = || (0..len).filter(|&r| self.ptr[r] < self.ptr[r + 1]);
        let count = occupied().count();
        if 2 * count > len {
            return Ok(());
        }
        let keys = collected("contract", count, occupied().map(|r| self.rows.key(r)))?;
        let ptr = occupied().map(|r| self.ptr[r]).chain([self.ptr[len]]);
        self.ptr = collected("contract", count + 1, ptr)?;
        self.rows = Space::Some(Arc::new(keys));
        Ok(())
    }

    /// Leaves only the columns that have an element, if those are at most half of all.
    pub(super) fn drop_empty_columns(&mut self) -> Result<()> {
        let mut place = filled("contract", 0_u64, self.columns.len())?;
        // Where most columns have elements, that shows before many are looked at.
        let mut occupied = 0;
        for column in self.idx.iter() {
            occupied += usize::from(std::mem::replace(&mut place[column], 1) == 0);
            if 2 * occupied > place.len() {
                return Ok(());
            }
        }
        let mut keys = reserve("contract", occupied as u128)?;
        for (column, place) in place.iter_mut().enumerate() {
            if *place == 1 {
                *place = keys.len() as u64;
                keys.push(self.columns.key(column));
            }
        }
        self.idx = with_width!(self.idx.width(), I => {
            let columns = self.idx.iter().map(|column| I::new(place[column] as usize));
            I::erase(collected("contract", self.idx.len(), columns)?.into())
        });
        self.columns = Space::Some(Arc::new(keys));
        Ok(())
    }
}
