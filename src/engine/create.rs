//! Evaluation of the class *create* on tensors.

use super::format::{finish, result_format};
use crate::Result;
use crate::buffer::{Index, Indices, Values, Width, listed};
use crate::dtype::{Scalar, Zeros};
use crate::kernels::gather::count_different;
use crate::standard::{Create, Meta};
use crate::tensor::{Coordinates, Format, Leaf, Pattern, Tensor};
use crate::with_width;

pub(super) fn eval(op: &Create, meta: &Meta) -> Result<Tensor> {
    let tensor = match op {
        Create::Full { value, .. } if meta.ndim() == 0 => Tensor::scalar(*value),
        // The same value everywhere: all fill, nothing stored.
        Create::Full { value, .. } => nothing(meta, *value)?,
        Create::Eye { rows, columns, diagonal, .. } => eye(meta, *rows, *columns, *diagonal)?,
        Create::Arange { .. } | Create::Linspace { .. } | Create::Literal { .. } => {
            return of_values(op.name(), meta, op.dense_values()?);
        }
    };
    finish(op.name(), tensor, true, &[])
}

/// A tensor of all its elements in row-major order, stored by their density.
pub(super) fn of_values(op: &str, meta: &Meta, values: Values) -> Result<Tensor> {
    let fill = Scalar::zero(meta.dtype);
    let stored = count_different(values.view(), fill, Zeros::of(meta.size()));
    let format = result_format(&meta.shape, stored as u128);
    finish(op, Tensor::from_dense(&meta.shape, values, fill, &format)?, true, &[])
}

/// A tensor without stored elements.
pub(super) fn nothing(meta: &Meta, fill: Scalar) -> Result<Tensor> {
    from_columns(meta, vec![Indices::from(Vec::<u32>::new()); meta.ndim()], 0, fill, fill)
}

fn eye(meta: &Meta, rows: usize, columns: usize, diagonal: isize) -> Result<Tensor> {
    // The rows whose diagonal element lies in the columns.
    let first = diagonal.min(0).unsigned_abs().min(rows);
    let last =
        columns.checked_add_signed(diagonal.saturating_neg()).unwrap_or(0).min(rows).max(first);
    let index = with_width!(Width::for_counts([rows, columns]), I => {
        let row = (first..last).map(I::new);
        let column = (first..last).map(|i| I::new(i.wrapping_add_signed(diagonal)));
        vec![Indices::from(listed("eye", row)?), Indices::from(listed("eye", column)?)]
    });
    from_columns(meta, index, last - first, Scalar::one(meta.dtype), Scalar::zero(meta.dtype))
}

/// A tensor that stores one value at sorted coordinates.
fn from_columns(
    meta: &Meta,
    index: Vec<Indices>,
    stored: usize,
    value: Scalar,
    fill: Scalar,
) -> Result<Tensor> {
    let format: Format = result_format(&meta.shape, stored as u128);
    let coordinates = Coordinates::try_new(&meta.shape, stored, index)?;
    let (pattern, placement) = Pattern::from_coordinates(&coordinates, format.levels())?;
    let values = Values::filled("create", value, stored)?;
    let leaf = placement.place(&Leaf::Element(values), fill)?;
    Ok(Tensor::new_unchecked(pattern, format.order(), leaf, fill))
}

#[cfg(test)]
mod tests {
    use crate::Array;
    use crate::dtype::{DType, Scalar};
    use crate::standard::Meta;
    use crate::tensor::Tensor;

    #[test]
    fn arrays_of_one_value_store_nothing() {
        let huge = Tensor::ones([usize::MAX, usize::MAX, 7], DType::Int8).unwrap();
        assert_eq!((huge.stored(), huge.fill()), (0, Scalar::Int8(1)));
        let zeros = Tensor::zeros([3, 4], DType::Float32).unwrap();
        assert_eq!(zeros.format().to_string(), "dense(sparse(element))");
        assert_eq!(Tensor::full([], 2.5).unwrap().item().unwrap(), Scalar::Float64(2.5));
        assert_eq!(
            Tensor::zeros([0, 3], DType::Bool).unwrap().to_vec::<bool>().unwrap(),
            [false; 0]
        );
    }

    #[test]
    fn eye_stores_its_diagonal() {
        for rows in 0..6_usize {
            for columns in 0..6_usize {
                for diagonal in [-7, -3, -1, 0, 1, 2, 5, 9] {
                    let eye = Tensor::eye(rows, columns, diagonal, DType::Int64).unwrap();
                    let expected: Vec<i64> = (0..rows * columns)
                        .map(|k| {
                            let (i, j) = (k / columns, k % columns);
                            i64::from(j as isize - i as isize == diagonal)
                        })
                        .collect();
                    assert_eq!(eye.to_vec::<i64>().unwrap(), expected);
                }
            }
        }
        // What the methods of arrays bring into range before the engine sees it.
        let meta = Meta::new([3, 4], DType::Int8);
        for diagonal in [isize::MIN, isize::MAX] {
            assert_eq!(super::eye(&meta, 3, 4, diagonal).unwrap().stored(), 0);
        }
        let large = Tensor::eye(100_000, 100_000, 1, DType::Float64).unwrap();
        assert_eq!(
            (large.stored(), large.format().to_string().as_str()),
            (99_999, "dense(sparse(element))")
        );
    }

    #[test]
    fn given_values_are_stored_by_their_density() {
        let mut values = vec![0.0; 100];
        values[7] = -0.0;
        let sparse = Tensor::from_values([10, 10], values.clone()).unwrap();
        assert_eq!(
            (sparse.stored(), sparse.format().to_string().as_str()),
            (1, "dense(sparse(element))")
        );
        assert_eq!(sparse.get([0, 7]).unwrap(), Scalar::Float64(-0.0));
        let range = Tensor::arange(0, 100, 1, DType::Int32).unwrap();
        assert_eq!(range.format().to_string(), "dense(element)");
    }
}
