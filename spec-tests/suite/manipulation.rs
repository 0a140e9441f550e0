//! [Manipulation functions](https://data-apis.org/array-api/2025.12/API_specification/manipulation_functions.html).

use super::oracle::Reference;
use super::strategies::{
    Palette, any_array, array_of, axes, axis_name, broadcastable, dtype, permutation, shape,
};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::dtype::DType;
use crate::error::{DTypeError, ShapeError};
use crate::standard::{Axes, Indexing};
use crate::{Array, Error};
use proptest::collection::vec;
use proptest::prelude::*;

/// An array and one of its axes, with a name for it.
fn with_axis(ndim: std::ops::RangeInclusive<usize>) -> BoxedStrategy<(Reference, usize, isize)> {
    any_array(ndim, Palette::Any)
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), (0..ndim).prop_flat_map(move |a| (Just(a), axis_name(a, ndim))))
        })
        .prop_map(|(x, (axis, name))| (x, axis, name))
        .boxed()
}

/// `permute_dims` and `moveaxis`.
pub fn permutations<A: Array>(make: Make<'_, A>) {
    let strategy = any_array(0..=4, Palette::Any)
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), permutation(ndim), permutation(ndim), 0..=ndim)
        })
        .boxed();
    for_all("permutations", 1, &strategy, |(x, axes, other, count)| {
        let array = build(make, &x)?;
        let names: Vec<isize> = axes.iter().map(|&a| a as isize).collect();
        let got = array.permute_dims(&names)?;
        agree(&got, &x.permuted(&axes), Tolerance::EXACT)?;
        let others: Vec<isize> = other.iter().map(|&a| a as isize - x.ndim() as isize).collect();
        agree(&got.permute_dims(&others)?, &x.permuted(&axes).permuted(&other), Tolerance::EXACT)?;
        // Some axes to some places, the others in order in what is left.
        let (source, destination) = (&axes[..count], &other[..count]);
        let mut order = vec![usize::MAX; x.ndim()];
        source.iter().zip(destination).for_each(|(&s, &d)| order[d] = s);
        let mut rest = (0..x.ndim()).filter(|a| !source.contains(a));
        order
            .iter_mut()
            .filter(|a| **a == usize::MAX)
            .for_each(|a| *a = rest.next().expect("one is left"));
        let got = array.moveaxis(&names[..count], &others[..count])?;
        agree(&got, &x.permuted(&order), Tolerance::EXACT)
    });
}

/// `reshape`, `flatten`, `expand_dims` and `squeeze`.
pub fn shapes<A: Array>(make: Make<'_, A>) {
    let strategy = (any_array(0..=4, Palette::Any), vec(any::<prop::sample::Index>(), 4)).boxed();
    for_all("shapes", 1, &strategy, |(x, picks)| {
        let array = build(make, &x)?;
        let size = x.elements.len();
        agree(&array.flatten()?, &x.reshaped(&[size]), Tolerance::EXACT)?;
        if size > 0 {
            // Divisors one after the other; what is left is asked for with −1.
            let (mut left, mut lengths) = (size, vec![]);
            for pick in &picks[..3] {
                let divisors: Vec<usize> = (1..=left).filter(|&d| left % d == 0).collect();
                lengths.push(divisors[pick.index(divisors.len())]);
                left /= lengths[lengths.len() - 1];
            }
            let open = picks[3].index(4);
            lengths.insert(open, left);
            let mut asked: Vec<isize> = lengths.iter().map(|&n| n as isize).collect();
            let want = x.reshaped(&lengths);
            agree(&array.reshape(&asked)?, &want, Tolerance::EXACT)?;
            asked[open] = -1;
            agree(&array.reshape(&asked)?, &want, Tolerance::EXACT)?;
            // Of other strides or another order of storage.
            let transposed = x.permuted(&(0..x.ndim()).rev().collect::<Vec<_>>());
            agree(&array.t()?.reshape(&asked)?, &transposed.reshaped(&lengths), Tolerance::EXACT)?;
        } else {
            agree(&array.reshape([3, 0, 2])?, &x.reshaped(&[3, 0, 2]), Tolerance::EXACT)?;
        }
        let place = picks[0].index(x.ndim() + 1);
        let mut wide = x.shape.clone();
        wide.insert(place, 1);
        for name in [place as isize, place as isize - x.ndim() as isize - 1] {
            let got = array.expand_dims(name)?;
            agree(&got, &x.reshaped(&wide), Tolerance::EXACT)?;
            agree(&got.squeeze(place)?, &x, Tolerance::EXACT)?;
        }
        let ones: Vec<isize> =
            (0..x.ndim()).filter(|&a| x.shape[a] == 1).map(|a| a as isize).collect();
        let long: Vec<usize> = x.shape.iter().copied().filter(|&n| n != 1).collect();
        agree(&array.squeeze(Axes::from(ones.as_slice()))?, &x.reshaped(&long), Tolerance::EXACT)
    });
}

/// `broadcast_to` and `broadcast_arrays`.
pub fn broadcasting<A: Array>(make: Make<'_, A>) {
    let strategy = (broadcastable(3), dtype(|_| true))
        .prop_flat_map(|(shapes, d)| {
            shapes.into_iter().map(|s| array_of(s, d, Palette::Any)).collect::<Vec<_>>()
        })
        .boxed();
    for_all("broadcasting", 1, &strategy, |references| {
        let arrays = references.iter().map(|x| build(make, x)).collect::<Result<Vec<_>, _>>()?;
        let shape = super::oracle::broadcast(references.iter().map(|x| x.shape.as_slice()))
            .expect("shapes that stretch to one");
        let together = A::broadcast_arrays(&arrays.iter().collect::<Vec<_>>())?;
        prop_assert_eq!(together.len(), arrays.len());
        for ((array, x), wide) in arrays.iter().zip(&references).zip(&together) {
            let want = x.broadcast_to(&shape);
            agree(wide, &want, Tolerance::EXACT)?;
            let more = [&[2], shape.as_slice()].concat();
            agree(&array.broadcast_to(&more)?, &x.broadcast_to(&more), Tolerance::EXACT)?;
        }
        Ok(())
    });
}

/// `flip`.
pub fn reversals<A: Array>(make: Make<'_, A>) {
    let strategy = any_array(0..=4, Palette::Any)
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), axes(ndim))
        })
        .boxed();
    for_all("flip", 1, &strategy, |(x, axes)| {
        let list = |(axis, &n): (usize, &usize)| -> Vec<usize> {
            if axes.contains(&axis) { (0..n).rev().collect() } else { (0..n).collect() }
        };
        let want = x.selected(&x.shape.iter().enumerate().map(list).collect::<Vec<_>>());
        let names: Vec<isize> = axes.iter().map(|&a| a as isize - x.ndim() as isize).collect();
        let got = build(make, &x)?.flip(Axes::from(names.as_slice()))?;
        agree(&got, &want, Tolerance::EXACT)?;
        agree(&got.flip(Axes::from(names.as_slice()))?, &x, Tolerance::EXACT)
    });
}

/// `roll` along an axis and of all elements.
pub fn rolls<A: Array>(make: Make<'_, A>) {
    let strategy = (with_axis(1..=3), -12..12_isize).boxed();
    for_all("roll", 1, &strategy, |((x, axis, name), shift)| {
        let array = build(make, &x)?;
        let rolled = |n: usize| -> Vec<usize> {
            (0..n as isize).map(|i| (i - shift).rem_euclid(n as isize) as usize).collect()
        };
        agree(&array.roll(shift, name)?, &x.taken(axis, &rolled(x.shape[axis])), Tolerance::EXACT)?;
        let size = x.elements.len();
        let want = x.reshaped(&[size]).taken(0, &rolled(size)).reshaped(&x.shape);
        agree(&array.roll_flat(shift)?, &want, Tolerance::EXACT)
    });
}

/// `tile` and `repeat`.
pub fn repetitions<A: Array>(make: Make<'_, A>) {
    let strategy = (with_axis(1..=3), vec(0..=3_usize, 0..=4), 0..=3_usize).boxed();
    for_all("tile and repeat", 1, &strategy, |((x, axis, name), tiles, times)| {
        let array = build(make, &x)?;
        let each: Vec<usize> =
            (0..x.shape[axis]).flat_map(|i| std::iter::repeat_n(i, times)).collect();
        agree(&array.repeat(times, name)?, &x.taken(axis, &each), Tolerance::EXACT)?;
        // Each element by its own count: the lengths of the tiles will do.
        let counts: Vec<usize> = (0..x.shape[axis])
            .map(|i| if tiles.is_empty() { times } else { tiles[i % tiles.len()] })
            .collect();
        let each: Vec<usize> =
            counts.iter().enumerate().flat_map(|(i, &n)| std::iter::repeat_n(i, n)).collect();
        let list =
            Reference::from_fn(&[counts.len()], DType::UInt16, |i| (counts[i[0]] as u16).into());
        let got = array.repeat(&build(make, &list)?, name)?;
        agree(&got, &x.taken(axis, &each), Tolerance::EXACT)?;
        let refused = |counts: Vec<i64>| {
            refused!(
                array.repeat(counts, name),
                Error::Shape(ShapeError::Parameter { what: "repetitions", .. })
            )
        };
        refused(vec![1; x.shape[axis] + 2])?;
        refused(vec![-1])?;
        refused!(array.repeat(vec![1.0], name), Error::DType(DTypeError::Unsupported { .. }))?;
        let ndim = x.ndim().max(tiles.len());
        let pad = |list: &[usize]| [vec![1; ndim - list.len()], list.to_vec()].concat();
        let (wide, tiles_wide) = (pad(&x.shape), pad(&tiles));
        let lists: Vec<Vec<usize>> = wide
            .iter()
            .zip(&tiles_wide)
            .map(|(&n, &r)| (0..n * r).map(|i| i % n).collect())
            .collect();
        agree(&array.tile(&tiles)?, &x.reshaped(&wide).selected(&lists), Tolerance::EXACT)
    });
}

/// `concat` and `stack`.
pub fn joins<A: Array>(make: Make<'_, A>) {
    let strategy = (shape(1..=3), dtype(|_| true), dtype(|_| true), any::<bool>())
        .prop_flat_map(|(shape, a, b, same)| {
            let b = if same { a } else { b };
            let axis = 0..shape.len();
            let other = (0..=4_usize, axis).prop_flat_map({
                let shape = shape.clone();
                move |(length, axis)| {
                    let mut shape = shape.clone();
                    shape[axis] = length;
                    (Just(axis), array_of(shape, b, Palette::Any))
                }
            });
            (array_of(shape.clone(), a, Palette::Any), array_of(shape, a, Palette::Any), other)
        })
        .boxed();
    for_all("joins", 1, &strategy, |(x, y, (axis, z))| {
        let (a, b, c) = (build(make, &x)?, build(make, &y)?, build(make, &z)?);
        if let Some(dtype) = super::oracle::promote(x.dtype, z.dtype) {
            let cast = |r: &Reference| {
                Reference::from_fn(&r.shape, dtype, |i| super::oracle::convert(r.at(i), dtype))
            };
            let want = Reference::concat(&[&cast(&x), &cast(&z), &cast(&y)], axis);
            let got = A::concat(&[&a, &c, &b], axis as isize - x.ndim() as isize)?;
            agree(&got, &want, Tolerance::EXACT)?;
        }
        agree(&A::concat(&[&a], axis as isize)?, &x, Tolerance::EXACT)?;
        for place in 0..=x.ndim() {
            let mut layer = x.shape.clone();
            layer.insert(place, 1);
            let want = Reference::concat(&[&x.reshaped(&layer), &y.reshaped(&layer)], place);
            agree(&A::stack(&[&a, &b], place as isize)?, &want, Tolerance::EXACT)?;
        }
        Ok(())
    });
}

/// `meshgrid`.
pub fn grids<A: Array>(make: Make<'_, A>) {
    let strategy = vec(any_array(1..=1, Palette::Any), 0..=3).boxed();
    for_all("meshgrid", 1, &strategy, |references| {
        let arrays = references.iter().map(|x| build(make, x)).collect::<Result<Vec<_>, _>>()?;
        let arrays: Vec<&A> = arrays.iter().collect();
        for indexing in [Indexing::Xy, Indexing::Ij] {
            let axis_of = |k: usize| match (indexing, k) {
                (Indexing::Xy, 0 | 1) if references.len() > 1 => 1 - k,
                _ => k,
            };
            let mut shape = vec![0; references.len()];
            for (k, x) in references.iter().enumerate() {
                shape[axis_of(k)] = x.shape[0];
            }
            let got = A::meshgrid(&arrays, indexing)?;
            prop_assert_eq!(got.len(), references.len());
            for (k, (got, x)) in got.iter().zip(&references).enumerate() {
                let want = Reference::from_fn(&shape, x.dtype, |i| x.at(&[i[axis_of(k)]]));
                agree(got, &want, Tolerance::EXACT)?;
            }
        }
        Ok(())
    });
}

/// `unstack`.
pub fn unstack<A: Array>(make: Make<'_, A>) {
    for_all("unstack", 1, &with_axis(1..=3), |(x, axis, name)| {
        let layers = build(make, &x)?.unstack(name)?;
        prop_assert_eq!(layers.len(), x.shape[axis]);
        let mut shape = x.shape.clone();
        shape.remove(axis);
        for (k, layer) in layers.iter().enumerate() {
            agree(layer, &x.taken(axis, &[k]).reshaped(&shape), Tolerance::EXACT)?;
        }
        Ok(())
    });
}
