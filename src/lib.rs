//! redpoll: one program, written against the [Python array API standard](https://data-apis.org/array-api/2025.12/),
//! runs on sparse tensors, dense arrays, and chunked arrays of either that are larger than memory.
//!
//! ```
//! use redpoll::{Array, Chunked, Dense, Result, Tensor};
//!
//! /// The share of each column in the total, as log(1 + 10⁴ x).
//! fn shares<A: Array>(counts: &A) -> Result<A> {
//!     let total = counts.sum(..)?;
//!     counts.sum(0)?.divide(&total)?.multiply(1e4)?.log1p()
//! }
//!
//! let sparse = Tensor::eye(6, 4, 0, redpoll::dtype::DType::Float64)?;
//! let dense = Dense::from_values([6, 4], sparse.to_values()?)?;
//! let chunked = Chunked::from_array(&sparse, 2)?; // 3 × 2 blocks, each a sparse tensor
//! assert_eq!(shares(&sparse)?.to_vec::<f64>()?, shares(&dense)?.to_vec::<f64>()?);
//! assert_eq!(shares(&sparse)?.to_vec::<f64>()?, shares(&chunked)?.to_vec::<f64>()?);
//! # Ok::<(), redpoll::Error>(())
//! ```
//!
//! # The rooms
//!
//! | module | what it holds |
//! |---|---|
//! | [`standard`] | the standard as data: [`Op`](standard::Op) by class, inference, expressions, the trait [`Array`] |
//! | [`tensor`] | the fibertree: levels, formats, [`Tensor`], construction, conversion |
//! | [`engine`] | how operations run on tensors; options such as the limit on dense results |
//! | [`dense`] | the same trait for arrays that store every element |
//! | [`lazy`] | the same trait for arrays that record first and compute in as few passes as they can |
//! | [`chunked`] | the same trait for arrays cut into blocks, recorded first and computed block by block |
//! | `fft` | the Fourier transform extension |
//! | `linalg` | the linear algebra extension: factorisations, systems of equations, norms |
//! | [`stats`] | algorithms for any kind of array: mean and variance, principal components, truncated SVD |
//! | [`io`] | files as tensors and as sources of chunks |
//! | [`dtype`], [`buffer`], [`error`] | data types and scalars, shared memory, errors |
//! | [`print`](mod@print) | how arrays are written as text |
//! | [`doc`] | redpoll beside NumPy, `scipy.sparse`, PyData sparse and dask |
//! | [`kernels`] | loops over flat slices, for authors of another kind of array |
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `fft` | yes | the Fourier transform extension `redpoll::fft` (rustfft) |
//! | `linalg` | yes | the linear algebra extension `redpoll::linalg` (faer), `stats::{pca, svd}` |
//! | `h5ad` | yes | AnnData files (hdf5-pure) |
//! | `progress` | yes | a progress bar that observes a computation (indicatif) |
//! | `serde` | yes | serialisation of tensors, operations and expressions |
//! | `sprs` | yes | `sprs` matrices as tensors and back |
//! | `approx` | no | `AbsDiffEq`, `RelativeEq` and `UlpsEq` of tensors and dense arrays (approx) |
//! | `testing` | no | the conformance suite, for another kind of array |
//!
//! # Panics
//!
//! Methods return errors; operators (`&x * 2.0 + y`, see [`impl_operators!`]) panic with the message of the error that
//! the method would return.

pub mod buffer;
pub mod chunked;
pub mod dense;
pub mod doc;
pub mod dtype;
pub mod engine;
pub mod error;
pub mod io;
pub mod kernels;
pub mod lazy;
pub mod parallel;
pub mod print;
pub mod standard;
pub mod stats;
pub mod tensor;

#[cfg(feature = "testing")]
#[path = "../spec-tests/suite/mod.rs"]
pub mod testing;

pub use chunked::Chunked;
pub use dense::Dense;
pub use error::{Error, Result};
pub use lazy::Lazy;
pub use standard::Array;
#[cfg(feature = "fft")]
pub use standard::fft;
#[cfg(feature = "linalg")]
pub use standard::linalg;
pub use tensor::Tensor;
