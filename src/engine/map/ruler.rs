//! Which operand of a group says where a product is needed.

use super::{Arg, Group, Step, range};
use crate::dtype::{DType, Zeros};
use crate::kernels::gather::Extent;
use crate::standard::Meta;
use crate::tensor::{LevelKind, Tensor};
use smallvec::SmallVec;

/// An argument's data type, and the interval it lies in if one is known.
type Known = (DType, Option<Extent>);

/// What a group reads: a tensor, or a product that is yet to be computed, of which no more may be known.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) enum Operand<'a> {
    Tensor(&'a Tensor),
    Product(DType, Option<Extent>),
}

impl Group {
    /// The operand outside of whose stored elements the result is 0 whatever the products are: only their elements at
    /// these are needed. Of several the one that stores least.
    pub(in crate::engine) fn ruler<'a>(
        &self,
        meta: &Meta,
        operands: &[Operand<'a>],
    ) -> Option<&'a Tensor> {
        // The sign of a zero could depend on a product.
        if Zeros::of(meta.size()) == Zeros::Two && meta.dtype.is_floating() {
            return None;
        }
        let rules = |&(k, tensor): &(usize, &Tensor)| {
            let known = |(other, operand): (usize, &Operand<'_>)| match *operand {
                Operand::Product(dtype, range) => (dtype, range),
                Operand::Tensor(_) if other == k => (tensor.dtype(), range::point(tensor.fill())),
                Operand::Tensor(tensor) => (tensor.dtype(), of_elements(tensor)),
            };
            tensor.stored() < meta.size()
                && tensor.shape() == meta.shape.as_slice()
                && tensor.pattern().kinds().all(|kind| kind != LevelKind::Runs)
                && self
                    .range(operands.iter().enumerate().map(known).collect())
                    .is_some_and(range::is_zero)
        };
        let tensors = operands.iter().enumerate().filter_map(|(k, operand)| match operand {
            Operand::Tensor(tensor) => Some((k, *tensor)),
            Operand::Product(..) => None,
        });
        tensors.filter(rules).min_by_key(|(_, tensor)| tensor.stored()).map(|(_, tensor)| tensor)
    }

    /// The interval of the result, from those of the operands.
    fn range(&self, operands: SmallVec<[Known; 4]>) -> Option<Extent> {
        let mut steps: SmallVec<[Known; 8]> = SmallVec::with_capacity(self.steps.len());
        for step in &self.steps {
            let known = |arg: &Arg| match *arg {
                Arg::Operand(k) => operands[k],
                Arg::Step(k) => steps[k],
                Arg::Scalar(value) => (value.dtype(), range::point(value)),
            };
            let result = match step {
                Step::Cast(dtype, arg) => (*dtype, range::cast(known(arg).1, *dtype)),
                Step::Map(func, args) => {
                    let args: SmallVec<[Known; 3]> = args.iter().map(known).collect();
                    let dtypes: SmallVec<[DType; 3]> = args.iter().map(|arg| arg.0).collect();
                    let compute = func.compute_dtype(&dtypes).ok()?;
                    let range = range::of_args(*func, compute, args.into_iter());
                    (func.result_dtype(compute), range)
                }
            };
            steps.push(result);
        }
        steps.last().and_then(|result| result.1)
    }
}

/// The interval of all elements, the fill among them.
fn of_elements(tensor: &Tensor) -> Option<Extent> {
    let stored = tensor.extent()?;
    let is_full = tensor.stored() == tensor.meta().size();
    if is_full { Some(stored) } else { Some(stored.and(range::point(tensor.fill())?)) }
}
