//! The [Fourier transform extension](https://data-apis.org/array-api/2025.12/extensions/fourier_transform_functions.html):
//! functions of any kind of array, as `xp.fft` has them. Feature `fft`.
//!
//! With `n` points, `fft` gives `X[k] = Σ x[j]·e^(−2πi·jk/n)`, and `ifft` the sum with `+2πi`. The factor `1/n` that makes
//! them inverse to each other is where a [`Norm`] says. One axis at a time is transformed, by the class [`Fft`]; what
//! transforms several does so one after the other.
//!
//! | signal | forward | inverse |
//! |---|---|---|
//! | complex | [`fft`], [`fftn`] | [`ifft`], [`ifftn`] |
//! | real | [`rfft`], [`rfftn`] | [`irfft`], [`irfftn`] |
//! | with a real spectrum | [`hfft`] | [`ihfft`] |
//!
//! [`fftfreq`] and [`rfftfreq`] are the frequencies of the results' elements; [`fftshift`] and [`ifftshift`] move zero to
//! the middle and back.
//!
//! ```
//! use redpoll::fft::{self, Norm};
//! use redpoll::{Array, Dense};
//! let x = Dense::from_values([4], vec![1.0, 0.0, -1.0, 0.0])?; // one period of a cosine
//! let spectrum = fft::rfft(&x, None, -1, Norm::Backward)?;
//! assert_eq!(spectrum.real()?.to_vec::<f64>()?, [0.0, 2.0, 0.0]);
//! let back = fft::irfft(&spectrum, Some(4), -1, Norm::Backward)?;
//! assert_eq!(back.to_vec::<f64>()?, x.to_vec::<f64>()?);
//! # Ok::<(), redpoll::Error>(())
//! ```
//!
//! # Errors
//! Every function returns an error if axes do not fit, there are no points, the data type is no floating-point type (or
//! is complex where a signal is real), or if the kind of array cannot hold a dense operand or result.
#![allow(clippy::missing_errors_doc)] // said once, above

mod class;
mod frequencies;
mod transforms;

pub use class::{Fft, Norm, Transform};
pub use frequencies::{fftfreq, fftshift, ifftshift, rfftfreq};
pub use transforms::{fft, fftn, hfft, ifft, ifftn, ihfft, irfft, irfftn, rfft, rfftn};
