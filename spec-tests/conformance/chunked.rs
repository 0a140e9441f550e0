//! Chunked arrays of dense arrays and of tensors, by the sizes of their chunks.

use redpoll::chunked::{Chunked, Chunks};
use redpoll::dense::Dense;
use redpoll::dtype::Scalar;
use redpoll::tensor::Format;
use redpoll::{Array, Result, Tensor, buffer::Values};

fn of_dense(shape: &[usize], values: Values, chunks: impl Into<Chunks>) -> Result<Chunked<Dense>> {
    Chunked::from_array(&Dense::from_values(shape, values)?, chunks)
}

fn of_tensors(
    shape: &[usize],
    values: Values,
    chunks: impl Into<Chunks>,
) -> Result<Chunked<Tensor>> {
    let fill = Scalar::zero(values.dtype());
    Chunked::from_array(
        &Tensor::from_dense(shape, values, fill, &Format::csf(shape.len()))?,
        chunks,
    )
}

/// Chunks of 1, 3, 1, 3, … along one axis, of 2, 1, 2, 1, … along the next.
fn uneven(shape: &[usize]) -> Vec<Vec<usize>> {
    let cut = |(axis, &length): (usize, &usize)| {
        let mut left = length;
        let sizes = if axis % 2 == 0 { [1, 3] } else { [2, 1] };
        let chunks = sizes.into_iter().cycle().map_while(|size| {
            let chunk = size.min(left);
            left -= chunk;
            (chunk > 0).then_some(chunk)
        });
        let chunks: Vec<usize> = chunks.collect();
        if chunks.is_empty() { vec![0] } else { chunks }
    };
    shape.iter().enumerate().map(cut).collect()
}

redpoll::conformance!(dense_of_one, |shape: &[usize], values| of_dense(shape, values, 1));
redpoll::conformance!(dense_of_two, |shape: &[usize], values| of_dense(shape, values, 2));
redpoll::conformance!(dense_uneven, |shape: &[usize], values| of_dense(
    shape,
    values,
    uneven(shape)
));
redpoll::conformance!(dense_whole, |shape: &[usize], values| of_dense(shape, values, -1));
redpoll::conformance!(tensors_of_two, |shape: &[usize], values| of_tensors(shape, values, 2));
redpoll::conformance!(tensors_of_three, |shape: &[usize], values| of_tensors(shape, values, 3));
redpoll::conformance!(tensors_uneven, |shape: &[usize], values| of_tensors(
    shape,
    values,
    uneven(shape)
));
