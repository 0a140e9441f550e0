//! The terms of a product that the fills taken off its operands leave.

use super::assemble::{Body, Product};
use super::dense::typed;
use super::groups::Groups;
use super::matrix::{Matrix, Side, Space};
use crate::Result;
use crate::buffer::{collected, zeroed};
use crate::dtype::{Element, Scalar};
use crate::kernels::contract::Arith;
use crate::with_dtype;

/// Adds f·(column sums of B′) + (row sums of A′)·g + n·f·g to A′·B′, where f and g are the fills of left and right
/// operand. The product must have all rows where f is not 0, and all columns where g is not; `left` must hold also
/// the elements that meet none of the right operand.
pub(super) fn add(
    groups: &Groups,
    product: Product,
    [left, right]: [&Side; 2],
    [f, g]: [Scalar; 2],
) -> Result<Product> {
    let dtype = f.dtype();
    let depth = groups.inner.size;
    // Integers count modulo their size.
    let depth =
        if dtype.is_integer() { Scalar::from(depth as u64) } else { Scalar::from(depth as f64) };
    let (rows, columns) = (product.rows.clone(), product.columns.clone());
    let mut block = product.into_block()?;
    let fill = with_dtype!(dtype, T => {
        let (f, g, depth): (T, T, T) = (f.to(), g.to(), depth.to());
        let fill = depth.mul(f).mul(g);
        let row_sums = sums_of_rows::<T>(groups, left, &rows)?;
        let column_sums = sums_of_columns::<T>(groups, right, columns.len())?;
        let block = T::slice_mut(block.make_mut()).expect("own data type");
        for (row, out) in block.chunks_exact_mut(columns.len().max(1)).enumerate() {
            let batch = (rows.key(row) / groups.left.size) as usize;
            let from_right = &column_sums[batch * columns.len()..];
            let from_left = row_sums[row].mul(g).add(fill);
            for (out, &sum) in out.iter_mut().zip(from_right) {
                *out = out.add(f.mul(sum)).add(from_left);
            }
        }
        fill.scalar()
    });
    Ok(Product { rows, columns, body: Body::Block(block), fill })
}

fn sum<T: Arith>(values: &[T]) -> T {
    values.iter().fold(T::ZERO, |sum, &x| sum.add(x))
}

fn sums_of_rows<T: Arith>(groups: &Groups, left: &Side, rows: &Space) -> Result<Vec<T>> {
    match left {
        Side::Block(values) => {
            let own = typed::<T>(values).chunks_exact(groups.inner.size as usize);
            collected("contract", rows.len(), own.map(sum))
        }
        Side::Rows(matrix) => {
            let values = typed::<T>(&matrix.values);
            let mut sums = zeroed::<T>("contract", rows.len())?;
            for (row, w) in matrix.ptr.windows(2).enumerate().filter(|(_, w)| w[0] < w[1]) {
                sums[rows.first_from(matrix.rows.key(row))] = sum(&values[w[0]..w[1]]);
            }
            Ok(sums)
        }
    }
}

/// The sums of each column over the rows of each batch, batch by batch.
fn sums_of_columns<T: Arith>(groups: &Groups, right: &Side, columns: usize) -> Result<Vec<T>> {
    let mut sums = zeroed::<T>("contract", groups.batch.size as usize * columns)?;
    match right {
        Side::Block(values) => {
            let rows = typed::<T>(values).chunks_exact(columns.max(1));
            for (row, values) in rows.enumerate() {
                let batch = row / groups.inner.size as usize * columns;
                for (sum, &x) in sums[batch..].iter_mut().zip(values) {
                    *sum = sum.add(x);
                }
            }
        }
        Side::Rows(Matrix { rows, ptr, idx, values, .. }) => {
            let values = typed::<T>(values);
            for row in 0..rows.len() {
                let batch = (rows.key(row) / groups.inner.size) as usize * columns;
                for e in ptr[row]..ptr[row + 1] {
                    let sum = &mut sums[batch + idx.get(e)];
                    *sum = sum.add(values[e]);
                }
            }
        }
    }
    Ok(sums)
}
