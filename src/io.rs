//! Files ⇄ tensors, one module per format.
//!
//! | module | format | feature |
//! |---|---|---|
//! | `h5ad` | AnnData in HDF5, of anndata 0.6 and later | `h5ad` |

#[cfg(feature = "h5ad")]
mod h5;
#[cfg(feature = "h5ad")]
pub mod h5ad;
