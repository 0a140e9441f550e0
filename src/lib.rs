//! redpoll: the Python array API standard on sparse tensors, dense arrays and chunked arrays.

pub mod buffer;
pub mod dtype;
pub mod error;

pub use error::{Error, Result};
