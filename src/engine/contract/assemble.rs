//! From the matrix of the result to a tensor.

use super::groups::Groups;
use super::matrix::Space;
use super::sparse::Rows;
use crate::Result;
use crate::buffer::{Index, Indices, Values, Width, collected, listed, reserve};
use crate::dtype::Scalar;
use crate::engine::walk::{decode, strides};
use crate::kernels::gather::scatter_into;
use crate::standard::{Contract, Shape};
use crate::tensor::{Coordinates, Level, LevelKind, Pattern, Tensor};
use crate::with_width;

/// The result of a contraction as a matrix.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) rows: Space,
    pub(super) columns: Space,
    pub(super) body: Body,
    /// The value of all elements that are not in it.
    pub(super) fill: Scalar,
}

/// The elements of a matrix.
#[derive(Debug)]
pub(super) enum Body {
    /// All of those in its rows and columns, row by row.
    Block(Values),
    Rows(Rows),
}

impl Product {
    /// All elements in the rows and columns, row by row. Those that are not stored are 0.
    ///
    /// # Errors
    /// If the memory cannot be had.
    pub(super) fn into_block(self) -> Result<Values> {
        let n = self.columns.len();
        let Rows { ptr, idx, values } = match self.body {
            Body::Block(values) => return Ok(values),
            Body::Rows(rows) => rows,
        };
        let elements = ptr.windows(2).enumerate();
        let places = elements
            .flat_map(|(row, w)| (w[0]..w[1]).map(move |e| (row, e)))
            .map(|(row, e)| (row * n + idx.get(e)) as u64);
        let places = collected("contract", idx.len(), places)?;
        let zero = Scalar::zero(values.dtype());
        let mut block = Values::filled("contract", zero, self.rows.len() * n)?;
        scatter_into(values.view(), &places, block.make_mut());
        Ok(block)
    }

    /// The tensor, stored in the order of the groups: batch, left, right.
    pub(super) fn into_tensor(self, groups: &Groups, op: &Contract) -> Result<Tensor> {
        let (outer, inner) = (groups.rows(), &groups.right);
        let all = outer.then(inner);
        let order: Shape = all.axes(&op.result);
        let fill = self.fill;
        let whole = self.rows.is_all() && self.columns.is_all();
        if all.dims.is_empty() || (whole && matches!(self.body, Body::Block(_))) {
            let pattern =
                Pattern::new_unchecked(all.dims.clone(), vec![Level::Dense; all.dims.len()])?;
            let values = match (self.rows.len(), self.columns.len()) {
                // Without dimensions there is one element, though no operand may have had one.
                (0, _) | (_, 0) if all.dims.is_empty() => Values::full(fill, 1),
                _ => self.into_block()?,
            };
            return Ok(Tensor::new_unchecked(pattern, order, values, fill));
        }
        let (rows, columns) = (self.rows, self.columns);
        let Rows { ptr, idx, values } = match self.body {
            Body::Rows(rows) => rows,
            Body::Block(values) if columns.is_all() && !outer.dims.is_empty() => {
                // Each row that is there stores all columns.
                let kinds = vec![LevelKind::Sparse; outer.dims.len()];
                let (above, _) =
                    Pattern::from_coordinates(&taken_apart(&rows, &outer.dims)?, &kinds)?;
                let mut levels = above.levels().to_vec();
                levels.resize(all.dims.len(), Level::Dense);
                let pattern = Pattern::new_unchecked(all.dims, levels)?;
                return Ok(Tensor::new_unchecked(pattern, order, values, fill));
            }
            Body::Block(values) => every_element(rows.len(), columns.len(), values)?,
        };
        if rows.is_all() && columns.is_all() && inner.dims.len() == 1 {
            let ptr = Indices::from(listed("contract", ptr.into_iter().map(|p| p as u64))?);
            let mut levels = vec![Level::Dense; outer.dims.len()];
            levels.push(Level::Sparse { ptr, idx });
            let pattern = Pattern::new_unchecked(all.dims, levels)?;
            return Ok(Tensor::new_unchecked(pattern, order, values, fill));
        }
        // Rows and columns ascend, so the elements do.
        let mut index = reserve("contract", all.dims.len() as u128)?;
        for of_rows in taken_apart(&rows, &outer.dims)?.index() {
            index.push(with_width!(of_rows.width(), I => {
                let of_rows = of_rows.as_slice::<I>().expect("own width");
                let mut own = reserve::<I>("contract", values.len() as u128)?;
                let ends = of_rows.iter().zip(&ptr[1..]);
                ends.for_each(|(&i, &end)| own.resize(end, i));
                I::erase(own.into())
            }));
        }
        if columns.is_all() && inner.dims.len() == 1 {
            index.push(idx);
        } else {
            for of_columns in taken_apart(&columns, &inner.dims)?.index() {
                index.push(with_width!(of_columns.width(), I => {
                    let of_columns = of_columns.as_slice::<I>().expect("own width");
                    let own = idx.iter().map(|column| of_columns[column]);
                    I::erase(collected("contract", values.len(), own)?.into())
                }));
            }
        }
        let kinds = vec![LevelKind::Sparse; all.dims.len()];
        let coordinates = Coordinates::new_unchecked(all.dims, values.len(), index, None)?;
        let (pattern, _) = Pattern::from_coordinates(&coordinates, &kinds)?;
        Ok(Tensor::new_unchecked(pattern, order, values, fill))
    }
}

/// The coordinates of rows or columns.
fn taken_apart(space: &Space, dims: &[usize]) -> Result<Coordinates> {
    let keys = listed("contract", (0..space.len()).map(|place| space.key(place)))?;
    decode(&keys, dims, &strides(dims).0)
}

/// A block as compressed rows.
fn every_element(rows: usize, columns: usize, values: Values) -> Result<Rows> {
    let ptr = collected("contract", rows + 1, (0..=rows).map(|row| row * columns))?;
    let idx = with_width!(Width::for_counts([columns]), I => {
        let all = (0..rows).flat_map(|_| (0..columns).map(I::new));
        I::erase(collected("contract", values.len(), all)?.into())
    });
    Ok(Rows { ptr, idx, values })
}
