//! Bands: what lies on some neighbouring diagonals of matrices.

use crate::Result;
use crate::buffer::{collected, grow, reserve};
use crate::dtype::{Scalar, Zeros};
use crate::engine::densify::densify;
use crate::engine::format::{check_bytes, densify_limit};
use crate::engine::listing::Listing;
use crate::engine::map;
use crate::kernels::gather::fill_into;
use crate::kernels::slice_mut;
use crate::standard::{Arg, Call, Func, Map, Select, Shape};
use crate::tensor::{Coordinates, Leaf, Level, Pattern, Tensor};
use std::ops::Range;

/// The elements on the diagonals from `lower` to `upper`, in an input whose other ones become 0.
///
/// Of a fill of 0 what is stored stays. Another fill is stored on the diagonals: where these are at most half of all
/// elements they are listed, and what the input has there is looked up; where they are more the result is dense.
pub(super) fn eval(
    call: &Call<'_>,
    input: &Tensor,
    lower: Option<i128>,
    upper: Option<i128>,
) -> Result<Tensor> {
    let (op, zero) = (call.op().name(), Scalar::zero(input.dtype()));
    let size = input.meta().size();
    let is_full = input.pattern().is_full();
    if size == 0 || !is_full && Zeros::of(size).same_fill(input.fill(), zero) {
        return stored(op, call, input, lower, upper);
    }
    if !is_full {
        let diagonals = Diagonals::new(input, lower, upper);
        if 2 * diagonals.count(op, input)? <= diagonals.size() {
            let args = [Arg::Input, Arg::Input, Arg::Scalar(zero)].into_iter().collect();
            let inputs = [&diagonals.mask(op)?, input];
            return map::eval(&Map { func: Func::Where, args }, call.output(), &inputs);
        }
    }
    let row_major: Shape = (0..input.ndim()).collect();
    let dense = densify(op, input, &row_major, &[input])?;
    let mut values = dense.values()?.unshared(op)?;
    let (rows, columns) = matrix(input);
    let lines = values.len().checked_div(columns).unwrap_or(0);
    let mut out = values.make_mut();
    for line in 0..lines {
        let kept = Select::band_columns(lower, upper, line % rows, columns);
        let start = line * columns;
        for outside in [start..start + kept.start, start + kept.end..start + columns] {
            fill_into(zero, slice_mut(out.reborrow(), outside));
        }
    }
    let pattern = dense.pattern().clone();
    Ok(Tensor::new_unchecked(pattern, dense.order(), Leaf::Element(values), zero))
}

/// What is stored on the diagonals.
fn stored(
    op: &'static str,
    call: &Call<'_>,
    input: &Tensor,
    lower: Option<i128>,
    upper: Option<i128>,
) -> Result<Tensor> {
    let [row, column] = matrix_dims(input);
    let kept = |coordinates: &Coordinates| {
        let [rows, columns] = [row, column].map(|dim| &coordinates.index()[dim]);
        let on = |&c: &usize| {
            let diagonal = columns.get(c) as i128 - rows.get(c) as i128;
            lower.is_none_or(|lower| lower <= diagonal)
                && upper.is_none_or(|upper| diagonal <= upper)
        };
        collected(op, 0, (0..coordinates.len()).filter(on)).map(Some)
    };
    let mut listing = Listing::new(op, input.order(), input.dtype(), &[input])?;
    listing.add(input, kept, |_, i| i)?;
    listing.tensor(call.output(), Scalar::zero(input.dtype()))
}

/// The numbers of rows and columns.
fn matrix(input: &Tensor) -> (usize, usize) {
    let ndim = input.ndim();
    (input.shape()[ndim - 2], input.shape()[ndim - 1])
}

/// The storage dimensions of rows and columns.
fn matrix_dims(input: &Tensor) -> [usize; 2] {
    let dim = |axis: usize| input.order().iter().position(|&a| a == axis).expect("an axis");
    [dim(input.ndim() - 2), dim(input.ndim() - 1)]
}

/// The diagonals of a matrix whose rows are stored outside of its columns; of one stored the other way, those of its
/// transpose.
struct Diagonals {
    is_transposed: bool,
    rows: usize,
    columns: usize,
    lower: Option<i128>,
    upper: Option<i128>,
    /// The rows that they meet, each in one element at least.
    met: Range<usize>,
}

impl Diagonals {
    fn new(input: &Tensor, lower: Option<i128>, upper: Option<i128>) -> Self {
        let ((rows, columns), [row, column]) = (matrix(input), matrix_dims(input));
        let is_transposed = column < row;
        let (rows, columns, lower, upper) = if is_transposed {
            let negated = |diagonal: Option<i128>| diagonal.map(i128::saturating_neg);
            (columns, rows, negated(upper), negated(lower))
        } else {
            (rows, columns, lower, upper)
        };
        let row = |number: i128| number.clamp(0, rows as i128) as usize;
        let first = upper.map_or(0, |upper| row(upper.saturating_neg()));
        let last = lower.map_or(rows, |lower| row((columns as i128).saturating_sub(lower)));
        let is_none = lower.zip(upper).is_some_and(|(lower, upper)| upper < lower);
        let met = first..if is_none { first } else { last.max(first) };
        Self { is_transposed, rows, columns, lower, upper, met }
    }

    /// The elements of the matrix.
    fn size(&self) -> u128 {
        self.rows as u128 * self.columns as u128
    }

    fn columns_of(&self, row: usize) -> Range<usize> {
        Select::band_columns(self.lower, self.upper, row, self.columns)
    }

    /// How many elements lie on them.
    ///
    /// # Errors
    /// If these are, of all matrices of the input, over the limit on dense results.
    fn count(&self, op: &str, input: &Tensor) -> Result<u128> {
        let matrices = input.meta().size() / self.size();
        let check = |elements: u128| {
            let bytes = elements.saturating_mul(matrices * input.dtype().size() as u128);
            check_bytes(op, input.meta(), bytes, densify_limit(&[input]))
        };
        // First the rows, so that there are not more to be gone through than may be stored.
        check(self.met.len() as u128)?;
        let count = self.met.clone().map(|row| self.columns_of(row).len() as u128).sum();
        check(count)?;
        Ok(count)
    }

    /// `true` for each of these elements.
    fn mask(&self, op: &str) -> Result<Tensor> {
        let mut ptr = reserve(op, self.met.len() as u128 + 1)?;
        ptr.push(0);
        let mut index = Vec::new();
        for row in self.met.clone() {
            let columns = self.columns_of(row);
            grow(op, &mut index, columns.len())?;
            index.extend(columns.map(|column| column as u64));
            ptr.push(index.len() as u64);
        }
        let rows = collected(op, self.met.len(), self.met.clone().map(|row| row as u64))?;
        let leaf = Leaf::Pattern(index.len());
        let level =
            |ptr: Vec<u64>, idx: Vec<u64>| Level::Sparse { ptr: ptr.into(), idx: idx.into() };
        let levels = vec![level(vec![0, rows.len() as u64], rows), level(ptr, index)];
        let pattern = Pattern::new_unchecked([self.rows, self.columns].as_slice(), levels)?;
        let order = if self.is_transposed { [1, 0] } else { [0, 1] };
        Ok(Tensor::new_unchecked(pattern, order.as_slice(), leaf, Scalar::Bool(false)))
    }
}
