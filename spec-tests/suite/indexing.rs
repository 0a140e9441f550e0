//! [Indexing](https://data-apis.org/array-api/2025.12/API_specification/indexing.html).

use super::oracle::Reference;
use super::strategies::{Palette, any_array, axis_name, index_expression};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::error::ShapeError;
use crate::standard::Ix;
use crate::{Array, Error};
use proptest::collection::vec;
use proptest::prelude::*;

/// The indices that Python's `start:stop:step` visits in an axis: walked one by one.
fn walk(start: Option<isize>, stop: Option<isize>, step: isize, length: usize) -> Vec<usize> {
    let n = length as isize;
    let from_start = |b: isize| if b < 0 { b + n } else { b };
    let mut at = match (start, step > 0) {
        (Some(s), true) => from_start(s).max(0),
        (Some(s), false) => from_start(s).min(n - 1),
        (None, true) => 0,
        (None, false) => n - 1,
    };
    let past = |at: isize| {
        stop.is_some_and(|s| if step > 0 { at >= from_start(s) } else { at <= from_start(s) })
    };
    let mut list = vec![];
    while (0..n).contains(&at) && !past(at) {
        list.push(at as usize);
        at += step;
    }
    list
}

/// The part that an index expression selects.
fn indexed(x: &Reference, items: &[Ix]) -> Reference {
    let named = items.iter().filter(|i| matches!(i, Ix::At(_) | Ix::Slice { .. })).count();
    let (mut lists, mut shape): (Vec<Vec<usize>>, Vec<usize>) = (vec![], vec![]);
    let whole = |count: usize, lists: &mut Vec<Vec<usize>>, shape: &mut Vec<usize>| {
        for _ in 0..count {
            let length = x.shape[lists.len()];
            lists.push((0..length).collect());
            shape.push(length);
        }
    };
    for item in items {
        match *item {
            Ix::NewAxis => shape.push(1),
            Ix::Ellipsis => whole(x.ndim() - named, &mut lists, &mut shape),
            Ix::At(i) => {
                let length = x.shape[lists.len()];
                lists.push(vec![if i < 0 { length - i.unsigned_abs() } else { i as usize }]);
            }
            Ix::Slice { start, stop, step } => {
                let list = walk(start, stop, step, x.shape[lists.len()]);
                shape.push(list.len());
                lists.push(list);
            }
        }
    }
    let rest = x.ndim() - lists.len();
    whole(rest, &mut lists, &mut shape);
    x.selected(&lists).reshaped(&shape)
}

/// Integers, slices, new axes and the ellipsis.
pub fn expressions<A: Array>(make: Make<'_, A>) {
    let strategy = any_array(0..=4, Palette::Any)
        .prop_flat_map(|x| {
            let items = index_expression(&x.shape);
            (Just(x), items)
        })
        .boxed();
    for_all("index expressions", 1, &strategy, |(x, items)| {
        let got = build(make, &x)?.index(items.as_slice())?;
        agree(&got, &indexed(&x, &items), Tolerance::EXACT)
    });
    // Parts of parts.
    let strategy = any_array(1..=3, Palette::Any)
        .prop_flat_map(|x| {
            let items = index_expression(&x.shape);
            (Just(x), items)
        })
        .prop_flat_map(|(x, first)| {
            let again = index_expression(&indexed(&x, &first).shape);
            (Just(x), Just(first), again)
        })
        .boxed();
    for_all("parts of parts", 1, &strategy, |(x, first, again)| {
        let got = build(make, &x)?.index(first.as_slice())?.index(again.as_slice())?;
        agree(&got, &indexed(&indexed(&x, &first), &again), Tolerance::EXACT)
    });
}

/// `take`, with negative and repeated indices.
pub fn take<A: Array>(make: Make<'_, A>) {
    let strategy = any_array(1..=3, Palette::Any)
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), 0..ndim)
        })
        .prop_flat_map(|(x, axis)| {
            let (n, ndim) = (x.shape[axis] as i64, x.ndim());
            let list = if n == 0 { vec(0..1_i64, 0) } else { vec(-n..n, 0..7) };
            (Just(x), Just(axis), axis_name(axis, ndim), list)
        })
        .boxed();
    for_all("take", 1, &strategy, |(x, axis, name, list)| {
        let n = x.shape[axis] as i64;
        let places: Vec<usize> = list.iter().map(|&i| i.rem_euclid(n) as usize).collect();
        agree(&build(make, &x)?.take(&list, name)?, &x.taken(axis, &places), Tolerance::EXACT)
    });
}

/// Indices that no axis has.
pub fn outside<A: Array>(make: Make<'_, A>) {
    for_all("outside", 4, &any_array(1..=3, Palette::Finite), |x| {
        let array = build(make, &x)?;
        let n = x.shape[0];
        for index in [n as isize, -(n as isize) - 1] {
            refused!(array.index(index), Error::Shape(ShapeError::Index { index: i, axis: 0, length, .. })
                if i == index as i128 && length == n)?;
            refused!(array.take(&[index as i64], 0), Error::Shape(ShapeError::Index { axis: 0, length, .. })
                if length == n)?;
        }
        let many = vec![Ix::from(..); x.ndim() + 1];
        refused!(array.index(many.as_slice()), Error::Shape(ShapeError::Mismatch { .. }))?;
        refused!(
            array.index((Ix::Ellipsis, Ix::Ellipsis)),
            Error::Shape(ShapeError::Mismatch { .. })
        )?;
        refused!(
            array.index(Ix::step(.., 0)),
            Error::Shape(ShapeError::Parameter { what: "step", .. })
        )
    });
}
