//! Assignment in place: values written over a part of a tensor, in its own memory.

use super::Options;
use super::densify::densify;
use super::subset::{self, List, Positions, Selection};
use crate::Result;
use crate::buffer::{Values, ValuesMut};
use crate::dtype::{Scalar, Zeros};
use crate::kernels::gather::{copy_into, fill_into, scatter_into};
use crate::kernels::{slice, slice_mut};
use crate::standard::{AxisSlice, Operand, Part};
use crate::tensor::{Format, LeafKind, LevelKind, Tensor};
use smallvec::SmallVec;
use std::ops::Range;

/// What is written: a value for each place, or one for all.
enum Source {
    Values(Values),
    One(Scalar),
}

/// Writes values over a part of each axis, where the tensor's memory belongs to no other, and it stores in that part
/// exactly what the values do. Takes time by the part alone: its structure is cut out as of a slice, and says where its
/// values are.
pub(super) fn overwrite(
    tensor: &mut Tensor,
    parts: &[Part],
    values: Operand<'_, Tensor>,
) -> Result<bool> {
    let forced = Options::current().format.map(|family| family.format(tensor.ndim()));
    let shares_values = tensor.pattern().kinds().any(|kind| kind == LevelKind::Runs);
    let leaves_format = forced.is_some_and(|format| !tensor.has_levels_of(&format));
    if tensor.values_mut().is_none() || leaves_format || shares_values {
        return Ok(false);
    }
    let order = tensor.order();
    let selections = order.iter().map(|&axis| selection(&parts[axis], tensor.shape()[axis]));
    let selections: SmallVec<[Selection; 2]> = selections.collect::<Result<_>>()?;
    // Dense levels store everything, in known places.
    let (pattern, places) = if tensor.pattern().is_dense() {
        (None, subset::select_dense(tensor.pattern().dims(), &selections)?)
    } else {
        let size = parts.iter().fold(1_u128, |size, part| size.saturating_mul(part.len() as u128));
        let (pattern, places) = subset::select(tensor.pattern(), &selections)?;
        (Some(pattern).filter(|pattern| pattern.stored() as u128 != size), places)
    };
    let zeros = Zeros::of(tensor.meta().size());
    let source = match (values, pattern) {
        (Operand::Array(values), None) => {
            Source::Values(densify("put", values, order, &[tensor, values])?.values()?)
        }
        (Operand::Array(values), Some(pattern)) => {
            let format = Format::new(pattern.kinds(), LeafKind::Element, order)?;
            let stored = values.to_format(&format)?;
            if **stored.pattern() != pattern || !zeros.same_fill(values.fill(), tensor.fill()) {
                return Ok(false);
            }
            Source::Values(stored.values()?)
        }
        (Operand::Scalar(value), None) => Source::One(value),
        (Operand::Scalar(value), Some(pattern)) => {
            return Ok(pattern.stored() == 0 && zeros.same_fill(value, tensor.fill()));
        }
        (Operand::Weak(_), _) => return Ok(false),
    };
    let mut out = tensor.values_mut().expect("asked above");
    match &places {
        Positions::Range(range) => source.write(0..range.len(), slice_mut(out, range.clone())),
        Positions::Spans(spans) => {
            let mut from = 0;
            for (_, range) in spans.iter() {
                let part = from..from + range.len();
                from = part.end;
                source.write(part, slice_mut(out.reborrow(), range));
            }
        }
        Positions::List(list) => {
            let values = match source {
                Source::Values(values) => values,
                Source::One(value) => Values::filled("put", value, list.len())?,
            };
            scatter_into(values.view(), list, out);
        }
    }
    Ok(true)
}

impl Source {
    /// Writes those of a range of the places.
    fn write(&self, part: Range<usize>, out: ValuesMut<'_>) {
        match self {
            Self::Values(values) => copy_into(slice(values.view(), part), out),
            Self::One(value) => fill_into(*value, out),
        }
    }
}

fn selection(part: &Part, length: usize) -> Result<Selection> {
    Ok(match part {
        Part::Range(range) => {
            let slice = AxisSlice { start: range.start, step: 1, length: range.len() };
            Selection::slice(slice, length)
        }
        Part::List(list) => Selection::List(List::new(list.iter().map(|&index| index as usize))?),
    })
}

#[cfg(test)]
mod tests {
    use crate::Array;
    use crate::buffer::{Values, foreign};
    use crate::dtype::{DType, Scalar};
    use crate::engine::{Family, Options, with_options};
    use crate::standard::{Ix, Key};
    use crate::tensor::{Format, Tensor};
    use std::sync::Arc;

    fn address(tensor: &Tensor) -> *const f64 {
        tensor.values_as::<f64>().map_or(std::ptr::null(), <[f64]>::as_ptr)
    }

    /// Every other element of a 6 x 6 matrix, from 1 on.
    fn checkered(format: &Format) -> Tensor {
        let element = |k: usize| if k.is_multiple_of(2) { (k + 1) as f64 } else { 0.0 };
        let elements: Vec<f64> = (0..36).map(element).collect();
        Tensor::from_dense([6, 6], elements, 0.0, format).unwrap().prune().unwrap()
    }

    /// What is assigned with `set`, whether in place or not, is what `assign` gives, and no other array sees it.
    fn check(x: &mut Tensor, key: Key<'_, Tensor>, value: &Tensor, in_place: bool) {
        let keys = [key];
        let want = x.assign(keys.as_slice(), value).unwrap().to_vec::<f64>().unwrap();
        let before = (address(x), x.to_vec::<f64>().unwrap(), Arc::clone(x.pattern()));
        // With another handle, be it of the transpose or of a part, the memory is shared.
        for other in [x.clone(), x.t().unwrap(), x.index(1..4).unwrap()] {
            let elements = other.to_vec::<f64>().unwrap();
            let mut shared = x.clone();
            shared.set(keys.as_slice(), value).unwrap();
            assert_eq!(shared.to_vec::<f64>().unwrap(), want);
            assert_eq!(other.to_vec::<f64>().unwrap(), elements);
            assert_eq!(x.to_vec::<f64>().unwrap(), before.1);
        }
        x.set(keys.as_slice(), value).unwrap();
        assert_eq!(x.to_vec::<f64>().unwrap(), want);
        assert_eq!(address(x) == before.0, in_place, "{keys:?}");
        assert!(!in_place || Arc::ptr_eq(x.pattern(), &before.2));
    }

    #[test]
    fn what_is_stored_is_written_in_place() {
        let three = Tensor::scalar(3.0);
        let sparse = ["csr", "csc", "csf", "coo", "bitmap"];
        for family in sparse.into_iter().chain(["dense", "dense-reversed", "runs"]) {
            let format = family.parse::<Family>().unwrap().format(2);
            let (dense, runs) = (format.is_dense(), family == "runs");
            let mut x = checkered(&format);
            let row = x.index(3).unwrap().multiply(2.0).unwrap();
            check(&mut x, 3.into(), &row, !runs);
            // An element, whose result is in a format that can be written to, whatever this one was.
            let mut x = checkered(&format);
            x.set((2, 4), 9).unwrap();
            let before = address(&x);
            x.set((2, 4), 7.5).unwrap();
            assert_eq!((address(&x), x.get([2, 4]).unwrap()), (before, 7.5.into()), "{family}");
            // Elements that only dense levels store.
            for key in [Ix::step(.., -2).into(), vec![4_i64, 0, 4].into()] {
                check(&mut checkered(&format), key, &three, dense);
            }
            // What becomes the fill is not stored any longer, but where everything is.
            let mut x = checkered(&format);
            x.set(3, 0.0).unwrap();
            assert_eq!(x.stored(), if dense || runs { 36 } else { 15 }, "{family}");
        }
    }

    #[test]
    fn what_is_selected_costs_and_not_the_rest() {
        // So often, copies of all elements would take minutes.
        let n = 1 << 22;
        let values: Values = (0..n).map(f64::from).collect();
        let mut x = Tensor::from_values([n as usize], values).unwrap();
        for k in 0..20_000_i32 {
            x.set(k, -1.0).unwrap();
        }
        x.set(5_i32..9, 2.0).unwrap();
        assert_eq!(x.sum(..).unwrap().item().unwrap().to::<f64>(), {
            let all = f64::from(n) * f64::from(n - 1) / 2.0;
            all - f64::from(20_000 * 19_999) / 2.0 - 20_000.0 + 12.0
        });
    }

    #[test]
    fn what_was_found_of_the_values_is_found_again() {
        let mut x = Tensor::from_values([4], [1.0, 2.0, 3.0, 4.0]).unwrap();
        let sparse = Tensor::from_values([4], [0.0, 0.0, 0.0, 1.0]).unwrap();
        let sparse = sparse.sparsify(&Format::csf(1)).unwrap();
        // The values are finite, so that the product stores what the sparse operand does.
        assert_eq!(x.multiply(&sparse).unwrap().stored(), 1);
        let before = address(&x);
        x.set(0, f64::INFINITY).unwrap();
        assert_eq!(address(&x), before);
        assert!(!x.multiply(&sparse).unwrap().get([0]).unwrap().is_finite());
    }

    #[test]
    fn foreign_memory_is_not_written_to() {
        let owner = Arc::new([1.0, 2.0, 3.0]);
        let mut x = Tensor::from_values([3], Values::from(foreign(&owner))).unwrap();
        x.set(1, 9).unwrap();
        assert_eq!((x.to_vec::<f64>().unwrap(), *owner), (vec![1.0, 9.0, 3.0], [1.0, 2.0, 3.0]));
        // A format that is asked for is that of the result.
        let options = Options { format: Some(Family::Coo), ..Options::current() };
        with_options(options, || x.set(1, 8)).unwrap();
        assert_eq!(x.format(), Format::coo(1));
    }

    #[test]
    fn one_value_for_all_is_written_out_first() {
        let mut x = Tensor::full([3], 2.0).unwrap();
        x.set(1, 5).unwrap();
        assert_eq!(x.to_vec::<f64>().unwrap(), [2.0, 5.0, 2.0]);
        let mut scalar = Tensor::scalar(Scalar::zero(DType::Int8));
        scalar.set(Ix::Ellipsis, 5).unwrap();
        assert_eq!(scalar.item().unwrap(), 5_i8.into());
        assert_eq!(Tensor::scalar(Scalar::zero(DType::Int8)).item().unwrap(), 0_i8.into());
    }
}
