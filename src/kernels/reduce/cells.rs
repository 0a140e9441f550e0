//! How elements find their cells: loops generic over the state.

use super::State;
use crate::buffer::{Index, ValuesRef};
use crate::dtype::Scalar;
use crate::kernels::cast::{for_blocks, for_elements};
use crate::kernels::simd::{FAR, prefetch, vectorized};
use crate::kernels::{BLOCK, PIECE, slice};
use crate::parallel;
use std::ops::Range;

/// Elements of a piece that gets states of its own.
const PART: usize = 4 * PIECE;
/// How many elements ahead a cell is fetched.
const AHEAD: usize = 32;

pub(super) fn push_segments<S: State, I: Index>(cells: &mut [S], ptr: &[I], values: ValuesRef<'_>) {
    assert_eq!(ptr.len(), cells.len() + 1, "segments and cells");
    let base = ptr[0].get();
    assert_eq!(ptr[cells.len()].get() - base, values.len(), "ends of segments and values");
    if values.len() <= PART {
        return push_group(cells, ptr, values);
    }
    // Neighbouring segments go together until they are worth a task.
    let mut groups: Vec<(&mut [S], Range<usize>)> = Vec::new();
    let (mut rest, mut start) = (cells, 0);
    while !rest.is_empty() {
        let enough = ptr[start].get() + PIECE;
        let within = ptr[start + 1..].partition_point(|p| p.get() <= enough);
        let count = within.max(1).min(rest.len());
        let (group, right) = rest.split_at_mut(count);
        groups.push((group, start..start + count));
        (rest, start) = (right, start + count);
    }
    parallel::for_each(groups, |(cells, group)| {
        let ptr = &ptr[group.start..=group.end];
        let values = slice(values, ptr[0].get() - base..ptr[cells.len()].get() - base);
        match cells {
            [cell] if values.len() > PART => push_long(cell, values),
            _ => push_group(cells, ptr, values),
        }
    });
}

/// Some segments on one thread.
fn push_group<S: State, I: Index>(cells: &mut [S], ptr: &[I], values: ValuesRef<'_>) {
    let base = ptr[0].get();
    let end_of = |segment: usize| ptr[segment + 1].get() - base;
    let mut segment = 0;
    for_blocks::<S::Item>(values, |start, block| {
        vectorized(
            #[inline(always)]
            || {
                let (mut at, end) = (start, start + block.len());
                while at < end {
                    while end_of(segment) <= at {
                        segment += 1;
                    }
                    let stop = end_of(segment).min(end);
                    cells[segment].push_slice(&block[at - start..stop - start]);
                    at = stop;
                }
            },
        );
    });
}

/// One segment, cut into parts of a fixed size that run in parallel.
fn push_long<S: State>(cell: &mut S, values: ValuesRef<'_>) {
    let (empty, part) = (cell.fresh(), |p: usize| p * PART..values.len().min((p + 1) * PART));
    let parts = parallel::map(0..values.len().div_ceil(PART), |p: usize| {
        let mut state = empty;
        push_group(
            std::slice::from_mut(&mut state),
            &[0, part(p).len() as u64],
            slice(values, part(p)),
        );
        state
    });
    parts.iter().for_each(|part| cell.merge(part));
}

pub(super) fn push_scatter<S: State, I: Index>(
    cells: &mut [S],
    targets: &[I],
    values: ValuesRef<'_>,
) {
    assert_eq!(targets.len(), values.len(), "cells and values");
    let is_far = size_of_val(cells) > FAR;
    for_elements::<S::Item>(
        values,
        #[inline(always)]
        |k, x| {
            if is_far && let Some(next) = targets.get(k + AHEAD) {
                prefetch(cells, next.get());
            }
            cells[targets[k].get()].push(x);
        },
    );
}

pub(super) fn push_rows<S: State>(cells: &mut [S], values: ValuesRef<'_>) {
    let width = cells.len();
    if values.is_empty() {
        return;
    }
    assert!(width > 0 && values.len().is_multiple_of(width), "rows and cells");
    let rows = values.len() / width;
    if values.len() <= PART {
        push_some_rows(cells, values);
    } else if width <= BLOCK {
        // Short rows: parts of many rows, each with states of its own.
        let height = PART / width;
        let fresh: Vec<S> = cells.iter().map(S::fresh).collect();
        let parts = parallel::map(0..rows.div_ceil(height), |p: usize| {
            let mut states = fresh.clone();
            let part = p * height * width..rows.min((p + 1) * height) * width;
            push_some_rows(&mut states, slice(values, part));
            states
        });
        parts.iter().for_each(|part| merge(cells, part));
    } else {
        // Long rows: columns go their own ways.
        parallel::for_each_chunk(cells, BLOCK, |c, cells| {
            for row in 0..rows {
                let start = row * width + c * BLOCK;
                push_some_rows(cells, slice(values, start..start + cells.len()));
            }
        });
    }
}

/// Rows on one thread.
fn push_some_rows<S: State>(cells: &mut [S], values: ValuesRef<'_>) {
    let width = cells.len();
    for_blocks::<S::Item>(values, |start, mut block| {
        let mut column = start % width;
        while !block.is_empty() {
            let (part, rest) = block.split_at(block.len().min(width - column));
            let cells = &mut cells[column..column + part.len()];
            vectorized(
                #[inline(always)]
                || cells.iter_mut().zip(part).for_each(|(cell, &x)| cell.push(x)),
            );
            (block, column) = (rest, 0);
        }
    });
}

pub(super) fn push_weighted<S: State, I: Index>(
    cells: &mut [S],
    targets: &[I],
    values: ValuesRef<'_>,
    weights: &[u64],
) {
    assert_eq!(targets.len(), values.len(), "cells and values");
    assert_eq!(weights.len(), values.len(), "weights and values");
    for_blocks::<S::Item>(values, |start, block| {
        for ((&x, target), &weight) in block.iter().zip(&targets[start..]).zip(&weights[start..]) {
            if weight > 0 {
                cells[target.get()].push_times(x, weight);
            }
        }
    });
}

pub(super) fn push_repeated<S: State>(cells: &mut [S], counts: &[u64], value: Scalar) {
    let value = value.to::<S::Item>();
    for (cell, &count) in cells.iter_mut().zip(counts) {
        if count > 0 {
            cell.push_times(value, count);
        }
    }
}

pub(super) fn merge<S: State>(cells: &mut [S], others: &[S]) {
    assert_eq!(cells.len(), others.len(), "cells to merge");
    for (cell, other) in cells.iter_mut().zip(others) {
        cell.merge(other);
    }
}
