//! Algorithms written against the trait [`Array`](crate::Array): the same function runs on sparse tensors, dense arrays and
//! chunked arrays larger than memory.
//!
//! Nothing here knows how an array is stored. Where a matrix has to be centred, it is never changed: the mean's
//! outer products are taken off its gram matrix instead, so that a sparse matrix stays sparse.

mod moments;
mod normalize;
#[cfg(feature = "linalg")]
mod pca;

pub use moments::{mean_var, most_variable};
pub use normalize::normalize_total;
#[cfg(feature = "linalg")]
pub use pca::{Pca, pca};
