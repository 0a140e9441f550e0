//! Tensors in a scope that forces a format: every array created and every result has it.

use redpoll::engine::{Family, Options, with_options};
use redpoll::{Array, Result, Tensor, buffer::Values};

fn created(shape: &[usize], values: Values) -> Result<Tensor> {
    Tensor::from_values(shape, values)
}

/// That results have the format is asserted where they are made, in a build that asserts.
fn scope(family: Family) -> impl Fn(&dyn Fn()) {
    move |check| {
        with_options(Options { format: Some(family), ..Options::current() }, check);
    }
}

redpoll::conformance!(to_dense, created, scope(Family::Dense));
redpoll::conformance!(to_csr, created, scope(Family::Csr));
redpoll::conformance!(to_csf, created, scope(Family::Csf));
redpoll::conformance!(to_coo, created, scope(Family::Coo));
redpoll::conformance!(to_bitmap, created, scope(Family::Bitmap));
redpoll::conformance!(to_runs, created, scope(Family::Runs));
redpoll::conformance!(to_mixed, created, scope(Family::Mixed));
redpoll::conformance!(to_csf_reversed, created, scope(Family::CsfReversed));
