//! Lazy arrays of dense arrays and of tensors: what is recorded gives what is computed at once.

use redpoll::dense::Dense;
use redpoll::dtype::Scalar;
use redpoll::tensor::Format;
use redpoll::{Array, Lazy, Result, Tensor, buffer::Values};

fn of_dense(shape: &[usize], values: Values) -> Result<Lazy<Dense>> {
    Dense::from_values(shape, values).map(Lazy::new)
}

fn of_tensors(shape: &[usize], values: Values) -> Result<Lazy<Tensor>> {
    let fill = Scalar::zero(values.dtype());
    Tensor::from_dense(shape, values, fill, &Format::csf(shape.len())).map(Lazy::new)
}

redpoll::conformance!(lazy_dense, of_dense);
redpoll::conformance!(lazy_tensors, of_tensors);
