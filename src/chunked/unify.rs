//! Grids of several operands made one.

use super::Chunked;
use super::grid::{Grid, Partition};

/// The common refinement of axes that must be cut alike. Operands whose grid nobody chose follow the others.
pub(super) fn unify_axes<'a, A: 'a>(
    axes: impl IntoIterator<Item = (&'a Chunked<A>, usize)>,
) -> Option<Partition> {
    let (mut chosen, mut elastic) = (None, None);
    for (array, axis) in axes {
        let common: &mut Option<Partition> =
            if array.node.is_elastic() { &mut elastic } else { &mut chosen };
        let partition = &array.grid().axes()[axis];
        *common = Some(match common.take() {
            Some(other) => other.refine(partition),
            None => partition.clone(),
        });
    }
    chosen.or(elastic)
}

/// The common grid of operands that broadcast to a shape.
pub(super) fn unify_broadcast<A>(operands: &[&Chunked<A>], shape: &[usize]) -> Grid {
    Grid::new(shape.iter().enumerate().map(|(axis, &length)| {
        let aligned = operands.iter().filter_map(|&operand| {
            let operand_axis = (axis + operand.grid().axes().len()).checked_sub(shape.len())?;
            let same = operand.grid().axes()[operand_axis].length() == length;
            same.then_some((operand, operand_axis))
        });
        unify_axes(aligned).unwrap_or_else(|| Partition::whole(length))
    }))
}
