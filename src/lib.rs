//! redpoll: the Python array API standard on sparse tensors, dense arrays and chunked arrays.

pub mod buffer;
pub mod chunked;
pub mod dense;
pub mod dtype;
pub mod engine;
pub mod error;
pub mod io;
pub mod kernels;
pub mod standard;
pub mod tensor;

pub use error::{Error, Result};
pub use standard::Array;
