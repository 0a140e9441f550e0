//! Sorting coordinates: by digits, from the last dimension to the first.

use super::super::{gather, validate::check_order};
use super::Coordinates;
use crate::Result;
use crate::buffer::{Index, listed};
use crate::kernels::counting::counting_order;
use crate::standard::Shape;
use crate::with_width;

impl Coordinates {
    /// The coordinates with their dimensions permuted, sorted again: dimension `k` of the result is dimension
    /// `order[k]`. [`child`](Self::child) still gives the leaf position of each.
    ///
    /// Only the dimensions that leave their place are sorted by: rows to columns is a single counting sort.
    ///
    /// # Errors
    /// If `order` is no permutation of the dimensions.
    pub fn permuted(&self, order: &[usize]) -> Result<Self> {
        check_order(order, self.dims.len())?;
        // Coordinates that agree in all dimensions before the tail are in the order of the tail already.
        let tail = order.windows(2).rposition(|w| w[0] > w[1]).map_or(0, |k| k + 1);
        if tail == 0 {
            return Ok(self.clone());
        }
        let dims: Shape = order.iter().map(|&d| self.dims[d]).collect();
        with_width!(self.width(), I => {
            let columns = self.columns::<I>();
            let keys: Vec<_> = order[..tail].iter().map(|&d| (columns[d], self.dims[d])).collect();
            let sorted = sort_by_digits(&keys, self.len)?;
            let index = order
                .iter()
                .map(|&d| gather::gather_indices(&self.index[d], &sorted))
                .collect::<Result<_>>()?;
            let child = match &self.child {
                Some(child) => gather::gather_indices(child, &sorted)?,
                None => I::erase(sorted.into()),
            };
            Self::new_unchecked(dims, self.len, index, Some(child))
        })
    }
}

/// The permutation that sorts tuples lexicographically and leaves equal ones in their order. `keys` are the columns
/// of the tuples, each with the bound of its values.
pub(in crate::tensor) fn sort_by_digits<I: Index>(
    keys: &[(&[I], usize)],
    len: usize,
) -> Result<Vec<I>> {
    let mut sorted: Option<Vec<I>> = None;
    // Buckets cost time of their own: no more of them than there are tuples to sort, roughly, or than a cache holds.
    let most = (usize::BITS - len.leading_zeros()).saturating_sub(2).clamp(8, 18);
    for &(column, bound) in keys.iter().rev() {
        let bits = usize::BITS - bound.saturating_sub(1).leading_zeros();
        let passes = bits.div_ceil(most);
        for pass in 0..passes {
            let width = bits.div_ceil(passes);
            let (shift, mask) = (pass * width, (1_usize << width) - 1);
            let buckets = mask.min(bound >> shift) + 1;
            let digit = |key: I| key.get() >> shift & mask;
            sorted = Some(counting_order("sort", column, sorted.as_deref(), buckets, digit)?);
        }
    }
    match sorted {
        Some(sorted) => Ok(sorted),
        None => listed("sort", (0..len).map(I::new)),
    }
}
