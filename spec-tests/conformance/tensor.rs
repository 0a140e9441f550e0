//! Tensors, by format and fill.

use LevelKind::{Bitmap, Coo, Dense, Runs, Sparse};
use redpoll::dtype::{DType, Scalar};
use redpoll::tensor::{Format, LeafKind, LevelKind};
use redpoll::{Result, Tensor, buffer::Values};

/// A tensor of the levels that are given for a number of dimensions, with 0 for a fill.
fn stored(shape: &[usize], values: Values, levels: &[LevelKind]) -> Result<Tensor> {
    let order: Vec<usize> = (0..shape.len()).collect();
    ordered(shape, values, levels, &order)
}

fn ordered(
    shape: &[usize],
    values: Values,
    levels: &[LevelKind],
    order: &[usize],
) -> Result<Tensor> {
    let format = Format::new(levels.iter().copied(), LeafKind::Element, order)?;
    let fill = Scalar::zero(values.dtype());
    Tensor::from_dense(shape, values, fill, &format)
}

/// One level above, and below it another for each dimension that is left.
fn over(first: LevelKind, rest: LevelKind, ndim: usize) -> Vec<LevelKind> {
    (0..ndim).map(|k| if k == 0 { first } else { rest }).collect()
}

/// These levels in turn.
fn in_turn(levels: &[LevelKind], ndim: usize) -> Vec<LevelKind> {
    levels.iter().copied().cycle().take(ndim).collect()
}

fn dense(shape: &[usize], values: Values) -> Result<Tensor> {
    stored(shape, values, &vec![Dense; shape.len()])
}

fn compressed(shape: &[usize], values: Values) -> Result<Tensor> {
    stored(shape, values, &over(Dense, Sparse, shape.len()))
}

fn columns(shape: &[usize], values: Values) -> Result<Tensor> {
    let order: Vec<usize> = (0..shape.len()).rev().collect();
    ordered(shape, values, &over(Dense, Sparse, shape.len()), &order)
}

fn fibers(shape: &[usize], values: Values) -> Result<Tensor> {
    stored(shape, values, &vec![Sparse; shape.len()])
}

fn coordinates(shape: &[usize], values: Values) -> Result<Tensor> {
    let levels = if shape.is_empty() { vec![] } else { vec![Coo(shape.len())] };
    stored(shape, values, &levels)
}

/// Coordinates of all axes but one, in an order of their own.
fn rows_of_coordinates(shape: &[usize], values: Values) -> Result<Tensor> {
    let levels = match shape.len() {
        0 => vec![],
        1 => vec![Sparse],
        n => vec![Dense, Coo(n - 1)],
    };
    let mut order: Vec<usize> = (0..shape.len()).collect();
    order.rotate_right(usize::from(!shape.is_empty()));
    ordered(shape, values, &levels, &order)
}

/// Whole rows, of which most are absent.
fn blocks(shape: &[usize], values: Values) -> Result<Tensor> {
    stored(shape, values, &over(Sparse, Dense, shape.len()))
}

fn bitmap(shape: &[usize], values: Values) -> Result<Tensor> {
    stored(shape, values, &vec![Bitmap; shape.len()])
}

fn runs(shape: &[usize], values: Values) -> Result<Tensor> {
    stored(shape, values, &over(Dense, Runs, shape.len()))
}

fn runs_of_runs(shape: &[usize], values: Values) -> Result<Tensor> {
    stored(shape, values, &vec![Runs; shape.len()])
}

fn mixed(shape: &[usize], values: Values) -> Result<Tensor> {
    stored(shape, values, &in_turn(&[Bitmap, Sparse, Runs, Dense], shape.len()))
}

fn mixed_and_permuted(shape: &[usize], values: Values) -> Result<Tensor> {
    let order: Vec<usize> = (0..shape.len()).map(|k| (k + 1) % shape.len()).collect();
    ordered(shape, values, &in_turn(&[Sparse, Dense, Bitmap], shape.len()), &order)
}

/// What is not stored is 1.
fn filled_with_one(shape: &[usize], values: Values) -> Result<Tensor> {
    let fill = Scalar::one(values.dtype());
    Tensor::from_dense(shape, values, fill, &Format::csf(shape.len()))
}

/// What is not stored is 1, below a bitmap.
fn bitmap_filled_with_one(shape: &[usize], values: Values) -> Result<Tensor> {
    let fill = Scalar::one(values.dtype());
    Tensor::from_dense(shape, values, fill, &Format::bitmap(shape.len()))
}

/// What is not stored is a NaN, an infinity or, of integers, −1.
fn filled_with_extremes(shape: &[usize], values: Values) -> Result<Tensor> {
    let fill = match values.dtype() {
        DType::Float32 | DType::Complex64 => Scalar::from(f32::INFINITY),
        DType::Float64 | DType::Complex128 => Scalar::from(f64::NAN),
        _ => Scalar::from(-1_i64),
    };
    let fill = fill.cast(values.dtype());
    Tensor::from_dense(shape, values, fill, &Format::coo(shape.len()))
}

/// Every element is stored, the zeros too.
fn with_stored_zeros(shape: &[usize], values: Values) -> Result<Tensor> {
    let levels = over(Dense, Sparse, shape.len());
    let order: Vec<usize> = (0..shape.len()).collect();
    dense(shape, values)?.to_format(&Format::new(levels, LeafKind::Element, &order)?)
}

/// One value for all that is stored, where that is so.
fn iso(shape: &[usize], values: Values) -> Result<Tensor> {
    let dtype = values.dtype();
    let leaf = if dtype == DType::Bool { LeafKind::Pattern } else { LeafKind::Iso };
    let format = Format::csf(shape.len());
    let fill = Scalar::zero(dtype);
    Tensor::from_dense(shape, values.clone(), fill, &format.with_leaf(leaf))
        .or_else(|_| Tensor::from_dense(shape, values, fill, &format))
}

redpoll::conformance!(all_dense, dense);
redpoll::conformance!(csr, compressed);
redpoll::conformance!(csc, columns);
redpoll::conformance!(csf, fibers);
redpoll::conformance!(coo, coordinates);
redpoll::conformance!(dense_over_coo_permuted, rows_of_coordinates);
redpoll::conformance!(sparse_over_dense, blocks);
redpoll::conformance!(all_bitmap, bitmap);
redpoll::conformance!(run_lengths, runs);
redpoll::conformance!(runs_over_runs, runs_of_runs);
redpoll::conformance!(mixed_levels, mixed);
redpoll::conformance!(mixed_levels_permuted, mixed_and_permuted);
redpoll::conformance!(fill_of_one, filled_with_one);
redpoll::conformance!(bitmap_fill_of_one, bitmap_filled_with_one);
redpoll::conformance!(fill_not_finite, filled_with_extremes);
redpoll::conformance!(stored_zeros, with_stored_zeros);
redpoll::conformance!(one_value, iso);
