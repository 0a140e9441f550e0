//! argmin and argmax: the best element of each cell and where it is.

use crate::Result;
use crate::buffer::{Index, Values, ValuesRef, filled, listed};
use crate::dtype::{DType, Kind, Scalar};
use crate::kernels::cast::{cast, for_blocks};
use crate::standard::Reduction;
use std::cmp::Ordering;

use super::state::Bounded;

/// The position of each cell's first least or first greatest element; of its first NaN, if it has one.
///
/// Elements may come in any order: of equal ones the smallest position wins.
///
/// ```
/// use redpoll::{buffer::Values, dtype::DType, kernels::reduce::ArgAccumulators, standard::Reduction};
/// // A fiber of length 5 with −1 at position 1 and 2 at position 4; elsewhere, first at position 0, the fill 0.
/// let values = Values::from(vec![-1.0, 2.0]);
/// let mut best = ArgAccumulators::new(Reduction::ArgMax, DType::Float64, 1)?;
/// best.push_segments(&[0_u32, 2], &[1_u32, 4], values.view());
/// best.push_at(&[0_u32], &[0], 0.0_f64.into());
/// assert_eq!(best.finish()?, Values::from(vec![4_i64]));
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ArgAccumulators {
    dtype: DType,
    max: bool,
    cells: Cells,
}

#[derive(Debug, Clone)]
enum Cells {
    Signed(Vec<Best<i64>>),
    Unsigned(Vec<Best<u64>>),
    Real(Vec<Best<f64>>),
}

macro_rules! with_cells {
    ($cells:expr, $c:ident => $body:expr) => {
        match $cells {
            Cells::Signed($c) => $body,
            Cells::Unsigned($c) => $body,
            Cells::Real($c) => $body,
        }
    };
}

/// The best element so far.
#[derive(Debug, Clone, Copy)]
struct Best<T> {
    value: T,
    position: u64,
}

impl<T: Bounded> Best<T> {
    /// No element at all: every other is better.
    const NONE: u64 = u64::MAX;
    const EMPTY: Self = Self { value: T::ZERO, position: Self::NONE };

    #[inline]
    fn offer(&mut self, value: T, position: u64, max: bool) {
        let order = match (value.is_nan_value(), self.value.is_nan_value()) {
            (false, false) => {
                let order = value.partial_cmp(&self.value).unwrap_or(Ordering::Equal);
                if max { order } else { order.reverse() }
            }
            // A NaN is better than any number.
            (new, old) => new.cmp(&old),
        };
        let better = match order {
            Ordering::Greater => true,
            Ordering::Equal => position < self.position,
            Ordering::Less => false,
        };
        if better || self.position == Self::NONE {
            *self = Self { value, position };
        }
    }
}

impl ArgAccumulators {
    /// `len` cells that have seen no element, for elements of type `dtype`.
    ///
    /// # Panics
    /// If the reduction is neither `argmin` nor `argmax`, or `dtype` is complex.
    pub fn new(reduction: Reduction, dtype: DType, len: usize) -> Result<Self> {
        let op = reduction.name();
        let max = match reduction {
            Reduction::ArgMin => false,
            Reduction::ArgMax => true,
            other => panic!("{} does not look for a position", other.name()),
        };
        let cells = match dtype.kind() {
            Kind::Signed => Cells::Signed(filled(op, Best::EMPTY, len)?),
            Kind::Unsigned | Kind::Bool => Cells::Unsigned(filled(op, Best::EMPTY, len)?),
            Kind::Float => Cells::Real(filled(op, Best::EMPTY, len)?),
            Kind::Complex => super::refuse(reduction, dtype),
        };
        Ok(Self { dtype, max, cells })
    }

    /// The number of cells.
    pub fn len(&self) -> usize {
        with_cells!(&self.cells, c => c.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Value k, from the position `positions[k]`, goes to cell `cells[k]`.
    ///
    /// # Panics
    /// If the lengths differ, a cell is out of range, or the values are not of the elements' type.
    pub fn push_scatter<I: Index, P: Index>(
        &mut self,
        cells: &[I],
        positions: &[P],
        values: ValuesRef<'_>,
    ) {
        assert_eq!(cells.len(), values.len(), "cells and values");
        assert_eq!(positions.len(), values.len(), "positions and values");
        self.push(values, |k| (cells[k].get(), positions[k].get()));
    }

    /// Segment s goes to cell s: the values, and their positions, from `ptr[s] - ptr[0]` to `ptr[s + 1] - ptr[0]`.
    ///
    /// # Panics
    /// If `ptr` does not hold one more than the number of cells or does not end with the values, or the number of
    /// positions or the type of the values is another.
    pub fn push_segments<I: Index, P: Index>(
        &mut self,
        ptr: &[I],
        positions: &[P],
        values: ValuesRef<'_>,
    ) {
        assert_eq!(ptr.len(), self.len() + 1, "segments and cells");
        assert_eq!(positions.len(), values.len(), "positions and values");
        let base = ptr[0].get();
        assert_eq!(ptr[self.len()].get() - base, values.len(), "ends of segments and values");
        let mut segment = 0;
        self.push(values, |k| {
            while ptr[segment + 1].get() - base <= k {
                segment += 1;
            }
            (segment, positions[k].get())
        });
    }

    /// Dense fibers one after the other: value k goes to cell k / `fiber_len`, from the position
    /// `first` + k % `fiber_len`.
    ///
    /// # Panics
    /// If there are more values than cells hold, or they are not of the elements' type.
    pub fn push_fibers(&mut self, values: ValuesRef<'_>, fiber_len: usize, first: usize) {
        let (mut cell, mut position) = (0, 0);
        self.push(values, |_| {
            if position == fiber_len {
                (cell, position) = (cell + 1, 0);
            }
            position += 1;
            (cell, first + position - 1)
        });
    }

    /// Dense rows of as many elements as there are cells: value k goes to cell k % `row_len`, from the position
    /// `first` + k / `row_len`.
    ///
    /// # Panics
    /// If `row_len` is not the number of cells, or the values are not of the elements' type.
    pub fn push_rows(&mut self, values: ValuesRef<'_>, row_len: usize, first: usize) {
        assert_eq!(row_len, self.len(), "row length and cells");
        let (mut cell, mut position) = (0, first);
        self.push(values, |_| {
            if cell == row_len {
                (cell, position) = (0, position + 1);
            }
            cell += 1;
            (cell - 1, position)
        });
    }

    /// The same value at the position `positions[k]` of cell `cells[k]`: the fill, where it first stands.
    ///
    /// # Panics
    /// If the lengths differ or a cell is out of range.
    pub fn push_at<I: Index>(&mut self, cells: &[I], positions: &[u64], value: Scalar) {
        assert_eq!(cells.len(), positions.len(), "cells and positions");
        let (max, value) = (self.max, value.cast(self.dtype));
        with_cells!(&mut self.cells, c => {
            for (cell, &position) in cells.iter().zip(positions) {
                c[cell.get()].offer(value.to(), position, max);
            }
        });
    }

    /// Adds what `other` has seen, cell by cell.
    ///
    /// # Panics
    /// If the reductions, the types or the numbers of cells differ.
    pub fn merge(&mut self, other: Self) {
        fn merge<T: Bounded>(cells: &mut [Best<T>], others: &[Best<T>], max: bool) {
            assert_eq!(cells.len(), others.len(), "cells to merge");
            for (cell, other) in cells.iter_mut().zip(others) {
                if other.position != Best::<T>::NONE {
                    cell.offer(other.value, other.position, max);
                }
            }
        }
        assert_eq!((self.dtype, self.max), (other.dtype, other.max), "reductions to merge");
        match (&mut self.cells, &other.cells) {
            (Cells::Signed(a), Cells::Signed(b)) => merge(a, b, self.max),
            (Cells::Unsigned(a), Cells::Unsigned(b)) => merge(a, b, self.max),
            (Cells::Real(a), Cells::Real(b)) => merge(a, b, self.max),
            _ => unreachable!("one type has one kind of state"),
        }
    }

    /// The positions, as `int64`. A cell without elements has none: the caller has checked that there is one, and
    /// finds 0 otherwise.
    ///
    /// # Errors
    /// If the memory cannot be had.
    pub fn finish(self) -> Result<Values> {
        Ok(self.finish_with_values()?.0)
    }

    /// The positions, and the elements that stand there.
    ///
    /// # Errors
    /// If the memory cannot be had.
    pub fn finish_with_values(self) -> Result<(Values, Values)> {
        with_cells!(&self.cells, c => {
            let position = |p: u64| if p == u64::MAX { 0 } else { p as i64 };
            let positions = listed("reduce", c.iter().map(|b| position(b.position)))?;
            let values = listed("reduce", c.iter().map(|b| b.value))?;
            Ok((positions.into(), cast(&values.into(), self.dtype)?))
        })
    }

    /// Offers value k at the cell and position that `place` gives for k, which counts up.
    fn push(&mut self, values: ValuesRef<'_>, mut place: impl FnMut(usize) -> (usize, usize)) {
        assert_eq!(values.dtype(), self.dtype, "type of the elements");
        let max = self.max;
        with_cells!(&mut self.cells, c => for_blocks(values, |start, block| {
            for (k, &x) in block.iter().enumerate() {
                let (cell, position) = place(start + k);
                c[cell].offer(x, position as u64, max);
            }
        }));
    }
}
