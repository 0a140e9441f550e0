//! [Indexing](https://data-apis.org/array-api/2025.12/API_specification/indexing.html).

use super::oracle::index::{Selection, selection};
use super::oracle::{self, Reference};
use super::strategies::{
    IndexItem, Palette, any_array, any_index_expression, array_of, axis_name, dtype,
    index_expression,
};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::dtype::{Complex128, DType, Kind};
use crate::error::{DTypeError, ShapeError};
use crate::standard::{IndexArray, Ix, Key};
use crate::{Array, Error, Result};
use proptest::collection::vec;
use proptest::prelude::*;

/// The part that an index expression selects, if its arrays stretch to one shape.
fn part(x: &Reference, items: &[IndexItem]) -> Option<Reference> {
    let Selection { shape, sources } = selection(&x.shape, items)?;
    let elements = sources.iter().map(|source| x.at(source)).collect();
    Some(Reference { shape, dtype: x.dtype, elements })
}

/// The part that an index expression without arrays selects.
fn indexed(x: &Reference, items: &[Ix]) -> Reference {
    let items: Vec<IndexItem> = items.iter().copied().map(IndexItem::Basic).collect();
    part(x, &items).expect("no arrays")
}

/// The arrays of an expression, as arrays of the kind under test.
fn arrays<A: Array>(make: Make<'_, A>, items: &[IndexItem]) -> Result<Vec<Option<A>>> {
    let array = |item: &IndexItem| match item {
        IndexItem::Basic(_) => Ok(None),
        IndexItem::Array(array) => build(make, array).map(Some),
    };
    items.iter().map(array).collect()
}

/// The expression, its arrays those given or, where there is none, plain values.
fn keys<'a, A: Array>(items: &[IndexItem], arrays: &'a [Option<A>]) -> Vec<Key<'a, A>> {
    let key = |(item, array): (&IndexItem, &'a Option<A>)| match (item, array) {
        (IndexItem::Basic(item), _) => Key::Basic(*item),
        (IndexItem::Array(_), Some(array)) => array.into(),
        (IndexItem::Array(array), None) => {
            IndexArray::Values(array.shape.as_slice().into(), array.values()).into()
        }
    };
    items.iter().zip(arrays).map(key).collect()
}

/// An array and an index expression for it.
fn with_expression(
    ndim: std::ops::RangeInclusive<usize>,
) -> BoxedStrategy<(Reference, Vec<IndexItem>)> {
    let length = prop_oneof![1 => 0..=1_usize, 12 => 2..=5_usize];
    (vec(length, ndim), dtype(|_| true))
        .prop_flat_map(|(shape, dtype)| {
            let items = any_index_expression(&shape);
            (array_of(shape, dtype, Palette::Any), items)
        })
        .boxed()
}

/// Arrays of indices and masks, beside each other, integers, slices, new axes and the ellipsis.
pub fn arrays_and_masks<A: Array>(make: Make<'_, A>) {
    let strategy = (with_expression(0..=4), any::<bool>()).boxed();
    for_all("arrays and masks", 1, &strategy, |((x, items), plain)| {
        let mut arrays = arrays(make, &items)?;
        if plain {
            arrays.iter_mut().for_each(|a| *a = None);
        }
        let got = build(make, &x)?.index(keys(&items, &arrays).as_slice());
        match part(&x, &items) {
            Some(want) => agree(&got?, &want, Tolerance::EXACT),
            None => refused!(got, Error::Shape(ShapeError::Broadcast { op, .. }) if op == "index"),
        }
    });
    // A mask that was computed.
    for_all("masks", 1, &any_array(0..=3, Palette::Any), |x| {
        let array = build(make, &x)?;
        let want = part(&x, &[IndexItem::Array(x.astype(DType::Bool))]).expect("one array");
        agree(&array.index(&array.astype(DType::Bool)?)?, &want, Tolerance::EXACT)
    });
    // A mask without elements chooses none.
    let strategy = (any_array(1..=3, Palette::Any), any::<prop::sample::Index>()).boxed();
    for_all("masks without elements", 1, &strategy, |(x, axis)| {
        let array = build(make, &x)?;
        let mut shape = x.shape.clone();
        shape[axis.index(x.shape.len())] = 0;
        let mask = A::zeros(shape, DType::Bool)?;
        let none = Reference { shape: vec![0], dtype: x.dtype, elements: vec![] };
        agree(&array.index(&mask)?, &none, Tolerance::EXACT)?;
        agree(&array.assign(&mask, true)?, &x, Tolerance::EXACT)
    });
}

/// What is assigned to a selection of a shape: some leading axes dropped, some lengths 1.
fn value_for(shape: &[usize], dtype: DType) -> BoxedStrategy<Reference> {
    let (ndim, shape) = (shape.len(), shape.to_vec());
    (0..=ndim, vec(prop::bool::weighted(0.2), ndim))
        .prop_flat_map(move |(drop, ones)| {
            let lengths = shape.iter().zip(ones).map(|(&n, one)| if one { 1 } else { n });
            array_of(lengths.skip(drop).collect(), dtype, Palette::Any)
        })
        .boxed()
}

/// Assignment of arrays and scalars.
pub fn assignment<A: Array>(make: Make<'_, A>) {
    let strategy = (with_expression(0..=3), dtype(|_| true), prop::bool::weighted(0.85))
        .prop_flat_map(|((x, items), other, same)| {
            let shape = selection(&x.shape, &items).map_or(vec![], |s| s.shape);
            let value = value_for(&shape, if same { x.dtype } else { other });
            (Just((x, items)), value)
        })
        .boxed();
    for_all("assignment", 1, &strategy, |((x, items), value)| {
        let arrays = arrays(make, &items)?;
        let (array, operand) = (build(make, &x)?, build(make, &value)?);
        let got = array.assign(keys(&items, &arrays).as_slice(), &operand);
        if value.dtype.kind() > x.dtype.kind() {
            return refused!(got, Error::DType(DTypeError::Cast { op, from, to, .. })
                if op == "assign" && from == value.dtype && to == x.dtype);
        }
        let Some(selection) = selection(&x.shape, &items) else {
            return refused!(got, Error::Shape(ShapeError::Broadcast { op, .. }) if op == "assign");
        };
        let value = value.astype(x.dtype);
        let want = assigned(&x, &selection, &value.broadcast_to(&selection.shape));
        agree(&got?, &want, Tolerance::EXACT)?;
        // In the array's place, twice: the second time its memory is its own, whatever the first made of it.
        let mut own = build(make, &x)?;
        own.set(keys(&items, &arrays).as_slice(), &operand)?;
        agree(&own, &want, Tolerance::EXACT)?;
        own.set(keys(&items, &arrays).as_slice(), &array.index(keys(&items, &arrays).as_slice())?)?;
        agree(&own, &x, Tolerance::EXACT)?;
        // A scalar; and the array itself has not changed.
        if let Some(&scalar) = value.elements.first() {
            let all = Reference::from_fn(&selection.shape, x.dtype, |_| scalar);
            let got = array.assign(keys(&items, &arrays).as_slice(), scalar)?;
            agree(&got, &assigned(&x, &selection, &all), Tolerance::EXACT)?;
            let mut other = array.clone();
            other.set(keys(&items, &arrays).as_slice(), scalar)?;
            agree(&other, &assigned(&x, &selection, &all), Tolerance::EXACT)?;
        }
        agree(&array, &x, Tolerance::EXACT)
    });
    // Points, of which some come more than once.
    let strategy = (vec(2..=4_usize, 1..=3), dtype(|_| true), 1..=3_usize, 1..=6_usize)
        .prop_flat_map(|(shape, dtype, axes, count)| {
            let axes = axes.min(shape.len());
            let lists: Vec<_> = shape[..axes].iter().map(|&n| vec(0..n, count)).collect();
            let value = [&[count], &shape[axes..]].concat();
            let [x, value] = [shape, value].map(|shape| array_of(shape, dtype, Palette::Any));
            (x, lists, value)
        })
        .boxed();
    for_all("assignment to points", 1, &strategy, |(x, lists, value)| {
        let items: Vec<IndexItem> = lists
            .iter()
            .map(|list| {
                Reference::from_fn(&[list.len()], DType::UInt8, |i| (list[i[0]] as u8).into())
            })
            .map(IndexItem::Array)
            .collect();
        let selection = selection(&x.shape, &items).expect("lists of one length");
        let arrays = arrays(make, &items)?;
        let (mut array, value_array) = (build(make, &x)?, build(make, &value)?);
        let got = array.assign(keys(&items, &arrays).as_slice(), &value_array)?;
        let want = assigned(&x, &selection, &value);
        agree(&got, &want, Tolerance::EXACT)?;
        array.set(keys(&items, &arrays).as_slice(), &value_array)?;
        agree(&array, &want, Tolerance::EXACT)
    });
    for_all("values that do not stretch", 4, &any_array(1..=3, Palette::Any), |x| {
        let array = build(make, &x)?;
        let wide: Vec<usize> = x.shape.iter().map(|n| n + 2).collect();
        let value = A::zeros(wide, x.dtype)?;
        refused!(array.assign(.., &value), Error::Shape(ShapeError::Broadcast { op, .. }) if op == "assign")?;
        refused!(
            array.assign(0.., Complex128::new(0.0, 1.0)),
            Error::DType(DTypeError::Cast { .. })
        )
        .or_else(|other| if x.dtype.kind() == Kind::Complex { Ok(()) } else { Err(other) })
    });
}

/// The array with the elements of a selection replaced, one after the other.
fn assigned(x: &Reference, selection: &Selection, values: &Reference) -> Reference {
    let mut result = x.clone();
    for (source, &value) in selection.sources.iter().zip(&values.elements) {
        let place = source.iter().zip(&x.shape).fold(0, |p, (&i, &n)| p * n + i);
        result.elements[place] = value;
    }
    result
}

/// `take_along_axis`, the other axes broadcast.
pub fn take_along_axis<A: Array>(make: Make<'_, A>) {
    let strategy = any_array(1..=3, Palette::Any)
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), 0..ndim, vec(any::<prop::sample::Index>(), 80))
        })
        .prop_flat_map(|(x, axis, draws)| {
            let name = axis_name(axis, x.ndim());
            (Just(x), Just(axis), name, Just(draws))
        })
        .boxed();
    for_all("take_along_axis", 1, &strategy, |(x, axis, name, draws)| {
        let mut draws = draws.iter().cycle();
        let mut draw = |n: usize| draws.next().expect("a cycle").index(n);
        let n = x.shape[axis];
        let mut lengths: Vec<usize> = x
            .shape
            .iter()
            .map(|&n| match (n, draw(5)) {
                (_, 0) => 1,
                (1, 1) => 3,
                _ => n,
            })
            .collect();
        lengths[axis] = if n == 0 { 0 } else { draw(4) };
        let list =
            Reference::from_fn(&lengths, DType::Int32, |_| (draw(2 * n) as i32 - n as i32).into());
        let got = build(make, &x)?.take_along_axis(&build(make, &list)?, name)?;
        let (mut own, mut other) = (x.shape.clone(), lengths.clone());
        own[axis] = 1;
        other[axis] = 1;
        let mut shape = oracle::broadcast([own.as_slice(), &other].into_iter()).expect("made so");
        shape[axis] = lengths[axis];
        let list = list.broadcast_to(&shape);
        let mut wide = shape.clone();
        wide[axis] = n;
        let wide = x.broadcast_to(&wide);
        let want = Reference::from_fn(&shape, x.dtype, |i| {
            let mut own = i.to_vec();
            own[axis] = list.at(i).to::<i64>().rem_euclid(n as i64) as usize;
            wide.at(&own)
        });
        agree(&got, &want, Tolerance::EXACT)?;
        let flat = build(make, &x)?.flatten()?;
        refused!(
            flat.take_along_axis(IndexArray::Values([1, 1].as_slice().into(), vec![0].into()), 0),
            Error::Shape(ShapeError::Mismatch { .. })
        )
    });
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
        let (array, want) = (build(make, &x)?, x.taken(axis, &places));
        agree(&array.take(&list, name)?, &want, Tolerance::EXACT)?;
        let indices = Reference::from_fn(&[list.len()], DType::Int8, |i| (list[i[0]] as i8).into());
        agree(&array.take(&build(make, &indices)?, name)?, &want, Tolerance::EXACT)?;
        // The axes of the indices take the place of the one they index.
        let mut shape = want.shape.clone();
        shape.insert(axis, 1);
        let indices = build(make, &indices.reshaped(&[1, list.len()]))?;
        agree(&array.take(&indices, name)?, &want.reshaped(&shape), Tolerance::EXACT)
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
        for index in [n as i64, -(n as i64) - 1] {
            let list = make(&[2, 1], vec![index, index].into())?;
            refused!(array.index(&list), Error::Shape(ShapeError::Index { op, index: i, axis: 0, length })
                if op == "index" && i == index.into() && length == n)?;
            refused!(array.assign(&list, false), Error::Shape(ShapeError::Index { op, axis: 0, .. })
                if op == "assign")?;
        }
        let last = x.ndim() - 1;
        let beyond = Key::from(vec![x.shape[last] as u8]);
        refused!(
            array.index((Ix::Ellipsis, beyond)),
            Error::Shape(ShapeError::Index { axis, .. }) if axis == last
        )?;
        let mask = make(&[n + 1], vec![false; n + 1].into())?;
        refused!(array.index(&mask), Error::Shape(ShapeError::Mismatch { .. }))?;
        refused!(array.index(vec![0.0]), Error::DType(DTypeError::Unsupported { .. }))?;
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
