//! Statistical and utility functions: reductions, and scans along an axis.

use super::searching::only_axis;
use super::{Namespace, apply};
use crate::any::Any;
use crate::arguments::{ArrayArg, BesideArg, Count, Integers, axes};
use crate::array::object;
use crate::dtype::DTypeArg;
use crate::settings::run_for;
use pyo3::prelude::*;
use redpoll::dtype::DType;
use redpoll::standard::Reduction;
use redpoll::{Array, Result};

/// A reduction along axes.
pub(super) fn reduce(
    py: Python<'_>,
    x: &ArrayArg,
    reduction: Reduction,
    axis: Option<Integers>,
    keepdims: bool,
) -> PyResult<Py<PyAny>> {
    let axes = axes(axis, keepdims);
    let x = &x.0;
    object(py, run_for(py, [x], || Ok(x.reduce(reduction, axes)?.swap_remove(0)))?)
}

/// A reduction that computes in a data type, if one is asked for.
fn reduce_as(
    py: Python<'_>,
    x: &ArrayArg,
    reduction: Reduction,
    axis: Option<Integers>,
    dtype: Option<DTypeArg>,
    keepdims: bool,
) -> PyResult<Py<PyAny>> {
    let axes = axes(axis, keepdims);
    let reduced = |x: &Any| Ok(x.reduce(reduction, axes)?.swap_remove(0));
    object(py, run_for(py, [&x.0], || computed_in(&x.0, dtype, reduced))?)
}

/// A function's result in a data type, to which its argument is converted first.
pub(super) fn computed_in(
    x: &Any,
    dtype: Option<DTypeArg>,
    f: impl FnOnce(&Any) -> Result<Any>,
) -> Result<Any> {
    match dtype {
        None => f(x),
        Some(DTypeArg(dtype)) => {
            // `bool` is summed as the number that it is.
            let argument = if dtype == DType::Bool { x.clone() } else { x.astype(dtype)? };
            f(&argument)?.astype(dtype)
        }
    }
}

macro_rules! reductions {
    ($($(#[$doc:meta])* $name:ident $Reduction:ident,)+) => {
        #[pymethods]
        impl Namespace {$(
            $(#[$doc])*
            #[pyo3(signature = (x, /, *, axis=None, keepdims=false))]
            fn $name(
                &self,
                py: Python<'_>,
                x: ArrayArg,
                axis: Option<Integers>,
                keepdims: bool,
            ) -> PyResult<Py<PyAny>> {
                reduce(py, &x, Reduction::$Reduction, axis, keepdims)
            }
        )+}
    };
}
reductions! {
    /// Whether all elements along axes are not zero.
    all All,
    /// Whether any element along axes is not zero.
    any Any,
    /// The number of elements along axes that are not zero.
    count_nonzero CountNonzero,
    /// The greatest element along axes; NaN if any is.
    max Max,
    /// The arithmetic mean along axes.
    mean Mean,
    /// The least element along axes; NaN if any is.
    min Min,
}

#[pymethods]
impl Namespace {
    /// The products of all elements up to each, along an axis; of a vector without one.
    #[pyo3(signature = (x, /, *, axis=None, dtype=None, include_initial=false))]
    fn cumulative_prod(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: Option<isize>,
        dtype: Option<DTypeArg>,
        include_initial: bool,
    ) -> PyResult<Py<PyAny>> {
        let axis = only_axis("cumulative_prod", &x, axis)?;
        apply(py, &x, |x| computed_in(x, dtype, |x| x.cumulative_prod(axis, include_initial)))
    }

    /// The sums of all elements up to each, along an axis; of a vector without one.
    #[pyo3(signature = (x, /, *, axis=None, dtype=None, include_initial=false))]
    fn cumulative_sum(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: Option<isize>,
        dtype: Option<DTypeArg>,
        include_initial: bool,
    ) -> PyResult<Py<PyAny>> {
        let axis = only_axis("cumulative_sum", &x, axis)?;
        apply(py, &x, |x| computed_in(x, dtype, |x| x.cumulative_sum(axis, include_initial)))
    }

    /// The differences of neighbours along an axis, n times over.
    #[pyo3(signature = (x, /, *, axis=-1, n=Count(1), prepend=None, append=None))]
    #[pyo3(text_signature = "($self, x, /, *, axis=-1, n=1, prepend=None, append=None)")]
    fn diff(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: isize,
        n: Count,
        prepend: Option<BesideArg>,
        append: Option<BesideArg>,
    ) -> PyResult<Py<PyAny>> {
        apply(py, &x, |x| {
            let [prepend, append] =
                [&prepend, &append].map(|end| end.as_ref().map(|end| &end.array));
            x.diff(n.0, axis, prepend, append)
        })
    }

    /// The product along axes.
    #[pyo3(signature = (x, /, *, axis=None, dtype=None, keepdims=false))]
    fn prod(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: Option<Integers>,
        dtype: Option<DTypeArg>,
        keepdims: bool,
    ) -> PyResult<Py<PyAny>> {
        reduce_as(py, &x, Reduction::Prod, axis, dtype, keepdims)
    }

    /// The sum along axes.
    #[pyo3(signature = (x, /, *, axis=None, dtype=None, keepdims=false))]
    fn sum(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: Option<Integers>,
        dtype: Option<DTypeArg>,
        keepdims: bool,
    ) -> PyResult<Py<PyAny>> {
        reduce_as(py, &x, Reduction::Sum, axis, dtype, keepdims)
    }

    /// The standard deviation along axes; correction is subtracted from the count.
    #[pyo3(signature = (x, /, *, axis=None, correction=0.0, keepdims=false))]
    fn std(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: Option<Integers>,
        correction: f64,
        keepdims: bool,
    ) -> PyResult<Py<PyAny>> {
        reduce(py, &x, Reduction::Std { correction }, axis, keepdims)
    }

    /// The variance along axes; correction is subtracted from the count.
    #[pyo3(signature = (x, /, *, axis=None, correction=0.0, keepdims=false))]
    fn var(
        &self,
        py: Python<'_>,
        x: ArrayArg,
        axis: Option<Integers>,
        correction: f64,
        keepdims: bool,
    ) -> PyResult<Py<PyAny>> {
        reduce(py, &x, Reduction::Var { correction }, axis, keepdims)
    }
}
