//! The Fourier transform extension.

use super::apply;
use crate::any::{Any, Kind};
use crate::arguments::{ArrayArg, Count, Device, Integers, ShapeArg, axes, dtype_or};
use crate::array::object;
use crate::dtype::DTypeArg;
use crate::errors::raise;
use crate::settings::create;
use pyo3::prelude::*;
use redpoll::dtype::DType;
use redpoll::fft::{self, Norm};

/// The functions of the Fourier transform extension, for one kind of array.
#[pyclass(frozen, name = "fft", module = "redpoll._redpoll")]
pub(crate) struct Fourier {
    pub(super) kind: Kind,
}

fn norm(text: &str) -> PyResult<Norm> {
    text.parse().map_err(raise)
}

macro_rules! one_axis {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        #[pymethods]
        impl Fourier {$(
            $(#[$doc])*
            #[pyo3(signature = (x, /, *, n=None, axis=-1, norm="backward"))]
            #[pyo3(text_signature = "($self, x, /, *, n=None, axis=-1, norm='backward')")]
            fn $name(
                &self,
                py: Python<'_>,
                x: ArrayArg,
                n: Option<Count>,
                axis: isize,
                norm: &str,
            ) -> PyResult<Py<PyAny>> {
                let norm = self::norm(norm)?;
                apply(py, &x, |x| fft::$name(x, n.map(|n| n.0), axis, norm))
            }
        )+}
    };
}
one_axis! {
    /// The Fourier transform along an axis, of n points.
    fft,
    /// The inverse of `fft`.
    ifft,
    /// The first n/2 + 1 points of the transform of a real signal.
    rfft,
    /// The inverse of `rfft`.
    irfft,
    /// The real transform of a signal that is its own conjugate reversed, of which the first points are given.
    hfft,
    /// The inverse of `hfft`.
    ihfft,
}

macro_rules! several_axes {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        #[pymethods]
        impl Fourier {$(
            $(#[$doc])*
            #[pyo3(signature = (x, /, *, s=None, axes=None, norm="backward"))]
            fn $name(
                &self,
                py: Python<'_>,
                x: ArrayArg,
                s: Option<ShapeArg>,
                axes: Option<Integers>,
                norm: &str,
            ) -> PyResult<Py<PyAny>> {
                let norm = self::norm(norm)?;
                apply(py, &x, |x| {
                    fft::$name(x, s.as_ref().map(|s| s.0.as_slice()), axes.as_deref(), norm)
                })
            }
        )+}
    };
}
several_axes! {
    /// The Fourier transform along several axes.
    fftn,
    /// The inverse of `fftn`.
    ifftn,
    /// `rfft` along the last of several axes, and `fft` along the others.
    rfftn,
    /// The inverse of `rfftn`.
    irfftn,
}

#[pymethods]
impl Fourier {
    /// The frequencies of the points of `fft`, for samples `d` apart.
    #[pyo3(signature = (n, /, *, d=1.0, dtype=None, device=None))]
    fn fftfreq(
        &self,
        py: Python<'_>,
        n: Count,
        d: f64,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        let dtype = dtype_or(dtype, DType::Float64);
        object(py, create(py, self.kind, || fft::fftfreq::<Any>(n.0, d, dtype))?)
    }

    /// The frequencies of the points of `rfft`, for samples `d` apart.
    #[pyo3(signature = (n, /, *, d=1.0, dtype=None, device=None))]
    fn rfftfreq(
        &self,
        py: Python<'_>,
        n: Count,
        d: f64,
        dtype: Option<DTypeArg>,
        device: Option<Device>,
    ) -> PyResult<Py<PyAny>> {
        let _ = device;
        let dtype = dtype_or(dtype, DType::Float64);
        object(py, create(py, self.kind, || fft::rfftfreq::<Any>(n.0, d, dtype))?)
    }

    /// The point of frequency zero moved from the start of axes to their middle.
    #[pyo3(signature = (x, /, *, axes=None))]
    fn fftshift(&self, py: Python<'_>, x: ArrayArg, axes: Option<Integers>) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| fft::fftshift(x, self::axes(axes, false)))
    }

    /// The inverse of `fftshift`.
    #[pyo3(signature = (x, /, *, axes=None))]
    fn ifftshift(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axes: Option<Integers>,
    ) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| fft::ifftshift(x, self::axes(axes, false)))
    }
}
