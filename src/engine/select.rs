//! Evaluation of the class *select* on tensors.

use super::format::finish;
use super::subset::{self, List, Selection};
use crate::Result;
use crate::standard::{Call, Select};
use crate::tensor::Tensor;

pub(super) fn eval(op: &Select, call: &Call<'_>, input: &Tensor) -> Result<Tensor> {
    let Select::Take { axis, indices } = op;
    let selections = input.order().iter().map(|a| {
        if a == axis {
            Selection::List(List::new(indices.iter().map(|&i| i as usize)))
        } else {
            Selection::All
        }
    });
    let part = part(input, selections.collect())?;
    debug_assert_eq!(part.meta(), call.output());
    finish(op.name(), part, true, &[input])
}

/// The part of a tensor that remains when each *storage* dimension keeps some of its indices, in the same format.
pub(super) fn part(input: &Tensor, selections: Vec<Selection>) -> Result<Tensor> {
    let (pattern, kept) = subset::select(input.pattern(), &selections);
    let leaf = kept.of_leaf(input.leaf());
    Tensor::new_unchecked(pattern, input.order(), leaf, input.fill()).to_format(&input.format())
}
