//! redpoll beside what you know: the same things side by side.

#[doc = include_str!("doc/numpy.md")]
pub mod for_numpy_users {}

#[doc = include_str!("doc/pydata_sparse.md")]
pub mod for_pydata_sparse_users {}

#[doc = include_str!("doc/dask.md")]
pub mod for_dask_users {}

/// The README's programs, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
