//! Algorithms written against the trait [`Array`](crate::Array): the same function runs on sparse tensors, dense arrays and
//! chunked arrays larger than memory.
//!
//! Nothing here knows how an array is stored. Where a matrix has to be centred, it is never changed: what the mean
//! contributes is taken off its products instead, so that a sparse matrix stays sparse.

#[cfg(feature = "linalg")]
mod krylov;
mod moments;
mod normalize;
#[cfg(feature = "linalg")]
mod pca;
#[cfg(feature = "linalg")]
mod singular;
#[cfg(feature = "linalg")]
mod svd;

pub use moments::{mean_var, most_variable};
pub use normalize::normalize_total;
#[cfg(feature = "linalg")]
pub use pca::{Pca, pca, pca_with};
#[cfg(feature = "linalg")]
pub use singular::Solver;
#[cfg(feature = "linalg")]
pub use svd::{TruncatedSvd, svd};
