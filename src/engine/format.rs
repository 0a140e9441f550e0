//! The result-format rule, and the limit on dense results.

use super::Options;
use crate::Result;
use crate::error::{FormatError, MemoryError};
use crate::standard::{Meta, size};
use crate::tensor::{Format, LevelKind, Tensor};
use std::fmt;
use std::str::FromStr;

/// More stored elements than this part of all: dense.
const DENSE_ABOVE: u128 = 2;
/// More stored elements than this part of all: a bitmap.
const BITMAP_ABOVE: u128 = 16;
/// The pointers of a dense outermost level may be that many for each stored element …
const POINTERS_PER_ELEMENT: u128 = 4;
/// … and are nothing to speak of up to this number.
const POINTERS_ALWAYS: u128 = 1024;

/// The format of a result that no input's pattern is taken over for.
///
/// A result that has the pattern of an input keeps that input's format. Any other is stored by its density: its
/// number of stored elements, of which the operation knows the count or a bound.
///
/// | stored elements | format |
/// |---|---|
/// | any, no dimensions | `element` |
/// | more than ½ of all | `dense(…dense(element))` |
/// | more than 1⁄16 of all | `dense(…bitmap(element))` |
/// | fewer, 1 dimension | `sparse(element)` |
/// | fewer, more dimensions, *hypersparse* | `coo(n)` |
/// | fewer, 2 dimensions | `dense(sparse(element))` |
/// | fewer, more dimensions | `sparse(sparse(…(element)))` |
///
/// Hypersparse is a result whose outermost dimension is longer than 1024 and than 4 times the stored elements.
///
/// `dims` are the lengths in the order in which the operation computes the axes, and the result keeps that order: of
/// an elementwise function that of the operand that stores most (of those with all axes), of a reduction or selection
/// that of the input; of a contraction first the axes of one operand and then those of the other, whichever sorts
/// less; of what is sorted or scanned that of the input with the axis innermost; of what is created or reshaped
/// row-major. Scans of sparse fibers are runs by nature: `sparse(…runs(element))`, if runs have two elements or more on
/// average and are fewer than the elements that differ from the fill. A [`Family`] in the [`Options`] takes the place of
/// the whole rule, the order included.
///
/// ```
/// use redpoll::{engine::result_format, tensor::Format};
/// assert_eq!(result_format(&[1000, 1000], 600_000), Format::dense(2));
/// assert_eq!(result_format(&[1000, 1000], 3000), Format::csr());
/// ```
pub fn result_format(dims: &[usize], stored: u128) -> Format {
    let (ndim, size) = (dims.len(), size(dims));
    let outermost = dims.first().map_or(1, |&n| n as u128);
    let hypersparse = outermost > POINTERS_ALWAYS.max(stored.saturating_mul(POINTERS_PER_ELEMENT));
    if stored.saturating_mul(DENSE_ABOVE) > size {
        Format::dense(ndim)
    } else if stored.saturating_mul(BITMAP_ABOVE) > size {
        Format::bitmap(ndim)
    } else {
        match ndim {
            0 => Format::dense(0),
            1 => Format::csf(1),
            _ if hypersparse => Format::coo(ndim),
            2 => Format::csr(),
            _ => Format::csf(ndim),
        }
    }
}

/// A format for every number of dimensions, for [`Options::format`].
///
/// It has a text form: `csf`, or `csf-reversed` for the axes in reverse order; `csr-reversed` is also read as `csc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// All levels dense.
    Dense,
    /// A dense level over sparse ones: CSR.
    Csr,
    /// All levels sparse: CSF.
    Csf,
    /// One level of coordinates.
    Coo,
    /// Dense levels over a bitmap.
    Bitmap,
    /// Dense levels over runs.
    Runs,
    /// Sparse, runs, bitmap and dense levels in turn.
    Mixed,
    /// As [`Csr`](Self::Csr), the axes in reverse order: CSC.
    CsrReversed,
    /// As [`Csf`](Self::Csf), the axes in reverse order.
    CsfReversed,
    /// As [`Dense`](Self::Dense), the axes in reverse order: column-major.
    DenseReversed,
}

impl Family {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Dense,
        Self::Csr,
        Self::Csf,
        Self::Coo,
        Self::Bitmap,
        Self::Runs,
        Self::Mixed,
        Self::CsrReversed,
        Self::CsfReversed,
        Self::DenseReversed,
    ];

    /// Its text form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Csr => "csr",
            Self::Csf => "csf",
            Self::Coo => "coo",
            Self::Bitmap => "bitmap",
            Self::Runs => "runs",
            Self::Mixed => "mixed",
            Self::CsrReversed => "csr-reversed",
            Self::CsfReversed => "csf-reversed",
            Self::DenseReversed => "dense-reversed",
        }
    }

    /// Its format for `ndim` dimensions.
    ///
    /// ```
    /// use redpoll::{engine::Family, tensor::Format};
    /// assert_eq!(Family::CsrReversed.format(2), Format::csc());
    /// assert_eq!(Family::Csr.format(3).to_string(), "dense(sparse(sparse(element)))");
    /// ```
    pub fn format(self, ndim: usize) -> Format {
        const TURN: [LevelKind; 4] =
            [LevelKind::Sparse, LevelKind::Runs, LevelKind::Bitmap, LevelKind::Dense];
        let reversed = |format: Format| {
            let order: Vec<usize> = (0..ndim).rev().collect();
            format.with_order(&order).unwrap_or(format) // a reversal is a permutation
        };
        match self {
            Self::Dense => Format::dense(ndim),
            Self::Csr => {
                let inner = std::iter::repeat(LevelKind::Sparse);
                Format::of(std::iter::once(LevelKind::Dense).chain(inner).take(ndim))
            }
            Self::Csf => Format::csf(ndim),
            Self::Coo => Format::coo(ndim),
            Self::Bitmap => Format::bitmap(ndim),
            Self::Runs => Format::runs(ndim),
            Self::Mixed => Format::of(TURN.into_iter().cycle().take(ndim)),
            Self::CsrReversed => reversed(Self::Csr.format(ndim)),
            Self::CsfReversed => reversed(Self::Csf.format(ndim)),
            Self::DenseReversed => reversed(Self::Dense.format(ndim)),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Family {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Self> {
        // The name that its format has of a matrix.
        if text == "csc" {
            return Ok(Self::CsrReversed);
        }
        Self::ALL.iter().copied().find(|f| f.name() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|f| f.name()).collect();
            let reason = format!("expected one of {}", names.join(", "));
            FormatError::Parse { text: text.to_owned(), position: 0, reason }.into()
        })
    }
}

/// A result in the format it should have: the one asked for in the [`Options`]; else its own, if its pattern is
/// `inherited` from an input; else that of the [rule](result_format). Where it stores every element its fill is 0.
///
/// # Errors
/// If that format would take more than the limit on dense results.
pub(super) fn finish(
    op: &str,
    tensor: Tensor,
    inherited: bool,
    inputs: &[&Tensor],
) -> Result<Tensor> {
    formatted(op, tensor, inherited, inputs).map(Tensor::with_zero_if_unused)
}

fn formatted(op: &str, tensor: Tensor, inherited: bool, inputs: &[&Tensor]) -> Result<Tensor> {
    if tensor.ndim() == 0 {
        return Ok(tensor); // there is one format
    }
    let format = match Options::current().format {
        Some(family) => family.format(tensor.ndim()),
        None if inherited => return Ok(tensor),
        None => {
            result_format(tensor.pattern().dims(), tensor.stored()).with_order(tensor.order())?
        }
    };
    if tensor.has_levels_of(&format) {
        return Ok(tensor);
    }
    let bytes = format.bytes_for(tensor.shape(), tensor.dtype(), tensor.stored());
    check_bytes(op, tensor.meta(), bytes, densify_limit(inputs))?;
    tensor.to_format(&format)
}

/// The bytes that a result of these inputs may take by being dense.
pub(super) fn densify_limit(inputs: &[&Tensor]) -> u128 {
    Options::current().densify_limit_for(inputs.iter().map(|t| t.bytes() as u128).sum())
}

/// An error if a result, stored densely, is over the limit.
pub(super) fn check_dense(op: &str, meta: &Meta, inputs: &[&Tensor]) -> Result<()> {
    check_bytes(op, meta, meta.dense_bytes(), densify_limit(inputs))
}

/// An error if a tensor whose elements are to be listed is over the limit by it: in runs there can be far more of them
/// than are stored.
pub(super) fn check_listed(op: &str, tensor: &Tensor) -> Result<()> {
    if tensor.stored() <= tensor.pattern().stored() as u128 {
        return Ok(());
    }
    let listed = Format::coo(tensor.ndim());
    let bytes = listed.bytes_for(tensor.shape(), tensor.dtype(), tensor.stored());
    check_bytes(op, tensor.meta(), bytes, densify_limit(&[tensor]))
}

/// An error if a result that takes `bytes` is over the limit.
pub(super) fn check_bytes(op: &str, meta: &Meta, bytes: u128, limit: u128) -> Result<()> {
    if bytes <= limit {
        return Ok(());
    }
    let (shape, dtype) = (meta.shape.to_vec(), meta.dtype);
    Err(MemoryError::Densifies { op: op.to_owned(), shape, dtype, bytes, limit }.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::Duplicates;

    #[test]
    fn the_table_of_the_rule() {
        let format = |dims: &[usize], stored: u128| result_format(dims, stored).to_string();
        assert_eq!(format(&[], 1), "element");
        assert_eq!(format(&[], 0), "element");
        assert_eq!(format(&[10, 10], 51), "dense(dense(element))");
        assert_eq!(format(&[10, 10], 50), "dense(bitmap(element))");
        assert_eq!(format(&[10, 10], 6), "dense(sparse(element))");
        assert_eq!(format(&[10, 10], 0), "dense(sparse(element))");
        assert_eq!(format(&[100], 6), "sparse(element)");
        assert_eq!(format(&[1_000_000], 6), "sparse(element)");
        assert_eq!(format(&[10, 10, 10], 60), "sparse(sparse(sparse(element)))");
        assert_eq!(format(&[5000, 5000], 1249), "coo2(element)");
        assert_eq!(format(&[5000, 5000], 1250), "dense(sparse(element))");
        assert_eq!(format(&[usize::MAX, 9, usize::MAX], 9), "coo3(element)");
        assert_eq!(format(&[0, 3], 0), "dense(sparse(element))");
    }

    #[test]
    fn the_order_is_that_of_the_computation() {
        let pairs = |n: u64| [(0..n).collect::<Vec<_>>(), (0..n).map(|k| k % 7).collect()];
        let made = |order: &[usize]| {
            let coo = Format::coo(2).with_order(order).unwrap();
            Tensor::from_coo([5000, 10], pairs(100), vec![1.0; 100], 0.0, Duplicates::Error, &coo)
        };
        // It also says which dimension is outermost, and so whether the result is hypersparse.
        for (order, format) in [([0, 1], "coo2(element)"), ([1, 0], "dense(sparse(element))[1,0]")]
        {
            let result = finish("test", made(&order).unwrap(), false, &[]).unwrap();
            assert_eq!(result.format().to_string(), format);
        }
    }

    #[test]
    fn families_are_read_as_they_are_printed() {
        for &family in Family::ALL {
            assert_eq!(family.to_string().parse::<Family>().unwrap(), family);
            for ndim in 0..4 {
                assert_eq!(family.format(ndim).ndim(), ndim);
            }
        }
        assert!("csx".parse::<Family>().is_err());
    }
}
