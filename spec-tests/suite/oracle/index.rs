//! Index expressions, spelt out: where each element of a selection comes from.

use super::{broadcast, indices};
use crate::dtype::DType;
use crate::standard::Ix;
use crate::testing::strategies::IndexItem;

/// What an item does to the axes of the result.
enum Item {
    /// Nothing, but it stands between others.
    Nothing,
    /// A new axis.
    New,
    /// These indices of an axis.
    List(Vec<usize>),
    /// Indices of an axis, one for each of the points.
    Points(Vec<usize>, Vec<usize>),
    /// So many points, of no axis.
    Count(usize),
}

/// A selection: its shape, and for each of its elements in row-major order the index that it comes from.
pub struct Selection {
    /// The lengths of the axes.
    pub shape: Vec<usize>,
    /// Where each element comes from.
    pub sources: Vec<Vec<usize>>,
}

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

/// What an index expression selects of an array of a shape; `None` where its arrays do not stretch to one shape.
pub fn selection(lengths: &[usize], expression: &[IndexItem]) -> Option<Selection> {
    let items = items(lengths, expression);
    let shapes = items.iter().filter_map(|item| match item {
        Item::Points(shape, _) => Some(shape.clone()),
        Item::Count(n) => Some(vec![*n]),
        _ => None,
    });
    let shapes: Vec<Vec<usize>> = shapes.collect();
    let points = broadcast(shapes.iter().map(Vec::as_slice))?;
    // The points stand where the first array does, if no other item is between the arrays; else first of all.
    let is_array = |item: &Item| matches!(item, Item::Points(..) | Item::Count(_));
    let place = items.iter().position(is_array);
    let last = items.iter().rposition(is_array);
    let together = match (place, last) {
        (Some(place), Some(last)) => items[place..=last].iter().all(is_array),
        _ => true,
    };
    let mut shape = vec![];
    // Which axis of the result an item is.
    let mut axis_of = vec![usize::MAX; items.len()];
    let mut points_at = 0;
    if !together {
        shape.extend_from_slice(&points);
    }
    for (k, item) in items.iter().enumerate() {
        axis_of[k] = shape.len();
        match item {
            Item::New => shape.push(1),
            Item::List(list) => shape.push(list.len()),
            Item::Nothing => {}
            Item::Points(..) | Item::Count(_) if together && Some(k) == place => {
                points_at = shape.len();
                shape.extend_from_slice(&points);
            }
            Item::Points(..) | Item::Count(_) => {}
        }
    }
    let sources = indices(&shape).into_iter().map(|at| {
        let mut source = vec![];
        for (item, &axis) in items.iter().zip(&axis_of) {
            match item {
                Item::List(list) => source.push(list[at[axis]]),
                Item::Points(own, list) => {
                    let point = &at[points_at..points_at + points.len()];
                    let point = &point[points.len() - own.len()..];
                    let at = own
                        .iter()
                        .zip(point)
                        .fold(0, |at, (&n, &p)| at * n + if n == 1 { 0 } else { p });
                    source.push(list[at]);
                }
                Item::Nothing | Item::New | Item::Count(_) => {}
            }
        }
        source
    });
    let sources = sources.collect();
    Some(Selection { shape, sources })
}

fn items(lengths: &[usize], expression: &[IndexItem]) -> Vec<Item> {
    let named: usize = expression
        .iter()
        .map(|item| match item {
            IndexItem::Basic(Ix::At(_) | Ix::Slice { .. }) => 1,
            IndexItem::Basic(_) => 0,
            IndexItem::Array(array) if array.dtype == DType::Bool => array.ndim(),
            IndexItem::Array(_) => 1,
        })
        .sum();
    let from_start = |i: isize, n: usize| if i < 0 { n - i.unsigned_abs() } else { i as usize };
    let (mut items, mut axis) = (vec![], 0);
    let whole = |count: usize, items: &mut Vec<Item>, axis: &mut usize| {
        for _ in 0..count {
            items.push(Item::List((0..lengths[*axis]).collect()));
            *axis += 1;
        }
    };
    for item in expression {
        match item {
            IndexItem::Basic(Ix::NewAxis) => items.push(Item::New),
            IndexItem::Basic(Ix::Ellipsis) => {
                items.push(Item::Nothing);
                whole(lengths.len() - named, &mut items, &mut axis);
            }
            IndexItem::Basic(Ix::At(i)) => {
                items.push(Item::Points(vec![], vec![from_start(*i, lengths[axis])]));
                axis += 1;
            }
            IndexItem::Basic(Ix::Slice { start, stop, step }) => {
                items.push(Item::List(walk(*start, *stop, *step, lengths[axis])));
                axis += 1;
            }
            IndexItem::Array(mask) if mask.dtype == DType::Bool => {
                let places: Vec<Vec<usize>> =
                    indices(&mask.shape).into_iter().filter(|i| mask.at(i).to::<bool>()).collect();
                items.push(Item::Count(places.len()));
                for k in 0..mask.ndim() {
                    let list = places.iter().map(|place| place[k]).collect();
                    items.push(Item::Points(vec![places.len()], list));
                }
                axis += mask.ndim();
            }
            IndexItem::Array(array) => {
                let list = array
                    .elements
                    .iter()
                    .map(|i| from_start(i.to::<i64>() as isize, lengths[axis]));
                items.push(Item::Points(array.shape.clone(), list.collect()));
                axis += 1;
            }
        }
    }
    let rest = lengths.len() - axis;
    whole(rest, &mut items, &mut axis);
    items
}
