//! Reshaping block by block. The axes of both shapes fall into groups of equal size; in each group all axes but the
//! first are kept whole, so that a block is a run of elements in both shapes.
//!
//! ```text
//! (4, 6, 5) → (24, 5):   group (4, 6) → (24), cut after every second row:
//!
//!     0..2 × 6  →   0..12          the cuts lie at multiples of the lengths that are kept whole, on both sides
//!     2..4 × 6  →  12..24
//! ```

use crate::chunked::grid::{Grid, Partition, Region};
use std::ops::Range;

/// Axes of the input that hold the same elements as axes of the result.
struct Group {
    input: Range<usize>,
    output: Range<usize>,
}

/// The finest groups of two shapes with as many elements, which are not none.
fn groups(input: &[usize], output: &[usize]) -> Vec<Group> {
    let (mut i, mut j) = (0, 0);
    let mut groups = Vec::new();
    while i < input.len() || j < output.len() {
        let (start_i, start_j) = (i, j);
        let one = |shape: &[usize], axis: usize| shape.get(axis).is_none_or(|&n| n == 1);
        if one(input, i) || one(output, j) {
            // Axes of length 1 stand alone: they come and go without moving anything.
            i += usize::from(input.get(i) == Some(&1));
            j += usize::from(output.get(j) == Some(&1));
        } else {
            let (mut p, mut q) = (input[i] as u128, output[j] as u128);
            (i, j) = (i + 1, j + 1);
            while p != q {
                if p < q {
                    p *= input[i] as u128;
                    i += 1;
                } else {
                    q *= output[j] as u128;
                    j += 1;
                }
            }
        }
        groups.push(Group { input: start_i..i, output: start_j..j });
    }
    groups
}

/// The elements below one index of a group's first axis.
fn inner(shape: &[usize], axes: &Range<usize>) -> u128 {
    shape[axes.clone()].iter().skip(1).map(|&n| n as u128).product()
}

/// The grid of the result.
pub(super) fn grid(input: &Grid, shape: &[usize]) -> Grid {
    let from = input.shape();
    if from.contains(&0) {
        return Grid::whole(shape);
    }
    let mut axes: Vec<Partition> = shape.iter().map(|&n| Partition::whole(n)).collect();
    for group in groups(&from, shape) {
        let (Some(lead), Some(first)) = (group.input.clone().next(), group.output.clone().next())
        else {
            continue;
        };
        let partitions = &input.axes()[group.input.clone()];
        axes[first] = if group.input.len() == 1 && group.output.len() == 1 {
            partitions[0].clone()
        } else {
            let (inner_in, inner_out) = (inner(&from, &group.input), inner(shape, &group.output));
            let unit = inner_in / gcd(inner_in, inner_out) * inner_out;
            let total = from[lead] as u128 * inner_in;
            let at = |element: u128| (element / inner_out) as usize; // at most the axis' length
            if partitions[1..].iter().all(|p| p.count() == 1) {
                let snapped = |&cut: &usize| at(cut as u128 * inner_in / unit * unit);
                Partition::from_bounds(partitions[0].cuts().iter().map(snapped), shape[first])
            } else {
                // Blocks as large as they were.
                let block: u128 = partitions.iter().map(|p| p.longest() as u128).product();
                let size = at((block / unit).max(1).saturating_mul(unit).min(total));
                Partition::regular(shape[first], size.max(1))
            }
        };
    }
    Grid::new(axes)
}

/// The region of the input that holds the elements of a block of the result.
pub(super) fn source(input: &Grid, output: &Grid, region: &[Range<usize>]) -> Region {
    let (from, to) = (input.shape(), output.shape());
    let mut source = input.all();
    if from.contains(&0) {
        return source;
    }
    for group in groups(&from, &to) {
        let (Some(lead), Some(first)) = (group.input.clone().next(), group.output.clone().next())
        else {
            continue;
        };
        let (inner_in, inner_out) = (inner(&from, &group.input), inner(&to, &group.output));
        let at = |index: usize| (index as u128 * inner_out / inner_in) as usize;
        source[lead] = at(region[first].start)..at(region[first].end);
    }
    source
}

/// Whether axes of length 1 come and go and nothing else changes: then any region has its own source.
pub(super) fn is_regional(from: &[usize], to: &[usize]) -> bool {
    !from.contains(&0) && groups(from, to).iter().all(|g| g.input.len() <= 1 && g.output.len() <= 1)
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every block of the result must be the elements of its source, in order.
    fn check(from: &[usize], to: &[usize], chunk: usize) {
        let input = Grid::new(from.iter().map(|&n| Partition::regular(n, chunk)));
        let output = grid(&input, to);
        assert_eq!(output.shape().as_slice(), to);
        let elements = |shape: &[usize], region: &Region| -> Vec<usize> {
            let lengths = region.iter().map(Range::len).collect();
            crate::chunked::grid::positions(lengths)
                .map(|p| {
                    let axes = shape.iter().zip(&p).zip(region);
                    axes.fold(0, |flat, ((&n, &k), r)| flat * n + r.start + k)
                })
                .collect()
        };
        for region in output.regions() {
            let source = source(&input, &output, &region);
            assert_eq!(elements(from, &source), elements(to, &region), "{from:?} {to:?} {chunk}");
        }
    }

    #[test]
    fn blocks_hold_the_same_elements() {
        let shapes: [&[usize]; 9] = [
            &[24],
            &[4, 6],
            &[6, 4],
            &[2, 3, 4],
            &[4, 3, 2],
            &[1, 24, 1],
            &[2, 1, 12],
            &[8, 3],
            &[2, 2, 2, 3],
        ];
        for from in shapes {
            for to in shapes {
                for chunk in 1..6 {
                    check(from, to, chunk);
                }
            }
        }
        check(&[0, 3], &[0], 2);
        check(&[], &[1, 1], 2);
        check(&[1, 1], &[], 2);
    }

    #[test]
    fn grids_survive_where_they_can() {
        let input = Grid::new([Partition::regular(6, 2), Partition::regular(4, 3)]);
        assert_eq!(grid(&input, &[6, 1, 4]).counts().as_slice(), [3, 1, 2]);
        let rows = Grid::new([Partition::regular(6, 2), Partition::whole(4)]);
        assert_eq!(grid(&rows, &[24]).axes()[0].lengths().collect::<Vec<_>>(), [8, 8, 8]);
    }
}
