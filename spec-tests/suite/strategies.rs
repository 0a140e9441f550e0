//! Inputs: shapes, elements, axes and slices, small and full of edges. They shrink towards few and short axes, towards
//! zeros, and towards no [structure](super::structures).

use super::oracle::Reference;
use super::structures::{self, Structure};
use crate::dtype::{Complex128, DType, Kind, Scalar};
use crate::standard::Ix;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::strategy::LazyJust;

/// Which numbers the elements are. Half of them are zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Palette {
    /// With −0, NaN, infinities, and integers that wrap around.
    Any,
    /// Finite floats.
    Finite,
    /// Numbers of which a product of a hundred does not overflow a `float32`.
    Small,
}

const FINITE: &[f64] = &[0.0, 1.0, -1.0, 2.5, -3.75, 0.5, 12.25, -7.0, 3.0, 0.007_812_5];
const SMALL: &[f64] = &[0.0, 1.0, -1.0, 2.0, 0.5, -1.5];
const SPECIAL: &[f64] = &[
    0.0,
    1.0,
    -1.0,
    2.5,
    -3.75,
    0.5,
    100.25,
    -0.0,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    -7.0,
    1.5,
    3.0,
];
const INTEGERS: &[i64] = &[
    0,
    1,
    2,
    3,
    -1,
    7,
    -2,
    -3,
    5,
    8,
    40,
    100,
    127,
    -128,
    i64::MAX,
    i64::MIN,
    1 << 31,
    (1 << 53) + 1,
];
const COMPLEX: &[(f64, f64)] = &[
    (0.0, 0.0),
    (1.0, 0.0),
    (0.0, 1.0),
    (1.5, -2.0),
    (-0.5, 0.25),
    (2.5, 3.0),
    (-1.0, -1.0),
    (-0.75, 1.25),
];
const COMPLEX_SPECIAL: &[(f64, f64)] =
    &[(f64::NAN, 0.0), (f64::INFINITY, 1.0), (0.0, f64::NEG_INFINITY), (-0.0, -0.0)];

/// The elements that a data type has in a palette; the first is zero.
pub fn palette(dtype: DType, palette: Palette) -> Vec<Scalar> {
    let floats = |list: &[f64]| list.iter().map(|&x| Scalar::from(x).cast(dtype)).collect();
    let complex = |list: &[(f64, f64)]| -> Vec<Scalar> {
        list.iter().map(|&(re, im)| Scalar::from(Complex128::new(re, im)).cast(dtype)).collect()
    };
    match (dtype.kind(), palette) {
        (Kind::Bool, _) => vec![false.into(), true.into()],
        (Kind::Signed | Kind::Unsigned, Palette::Small) => {
            [0_i64, 1, 2, 3].map(|x| Scalar::from(x).cast(dtype)).to_vec()
        }
        (Kind::Signed | Kind::Unsigned, _) => {
            INTEGERS.iter().map(|&x| Scalar::from(x).cast(dtype)).collect()
        }
        (Kind::Float, Palette::Any) => floats(SPECIAL),
        (Kind::Float, Palette::Finite) => floats(FINITE),
        (Kind::Float, Palette::Small) => floats(SMALL),
        (Kind::Complex, Palette::Any) => [complex(COMPLEX), complex(COMPLEX_SPECIAL)].concat(),
        (Kind::Complex, Palette::Finite) => complex(COMPLEX),
        (Kind::Complex, Palette::Small) => complex(&COMPLEX[..3]),
    }
}

/// One element.
pub fn element(dtype: DType, of: Palette) -> BoxedStrategy<Scalar> {
    let palette = palette(dtype, of);
    (0..palette.len()).prop_map(move |k| palette[k]).boxed()
}

/// A data type that a predicate accepts.
pub fn dtype(accept: impl Fn(DType) -> bool) -> BoxedStrategy<DType> {
    select(DType::ALL.into_iter().filter(|&d| accept(d)).collect::<Vec<_>>()).boxed()
}

/// The length of an axis; rarely 0.
pub fn length() -> BoxedStrategy<usize> {
    prop_oneof![8 => 1..=4_usize, 2 => Just(5_usize), 1 => Just(0_usize)].boxed()
}

/// Whether arrays are drawn with a structure now. It is seen when a value is drawn, not when its strategy is made.
fn structured() -> BoxedStrategy<bool> {
    LazyJust::new(|| structures::current().is_some()).boxed()
}

/// Lengths of so many axes; where there is a structure, often all the same.
pub fn lengths(each: &BoxedStrategy<usize>, count: usize) -> BoxedStrategy<Vec<usize>> {
    (vec(each.clone(), count), structured(), any::<bool>())
        .prop_map(
            |(lengths, structured, same)| {
                if structured && same { vec![lengths[0]; lengths.len()] } else { lengths }
            },
        )
        .boxed()
}

/// A shape with a number of axes in a range. Where there is a structure, it is mostly that of a square
/// matrix if the range allows it, and not empty.
pub fn shape(ndim: std::ops::RangeInclusive<usize>) -> BoxedStrategy<Vec<usize>> {
    let (least, most) = (*ndim.start(), *ndim.end());
    let matrices = move |(mut shape, structured, square, flat, more): (Vec<usize>, _, _, _, _)| {
        if structured {
            let missing = most.min(2).saturating_sub(shape.len());
            shape.extend(&Vec::from(more)[..missing]);
            if flat {
                shape.drain(..shape.len() - least.max(2).min(shape.len()));
            }
            shape.iter_mut().filter(|n| **n < 2).for_each(|n| *n = 3);
            if let [.., rows, columns] = &mut shape[..]
                && square
            {
                *columns = *rows;
            }
        }
        shape
    };
    let short = move |shape: Vec<usize>| {
        // At most a few hundred elements: later axes are cut.
        let mut size = 1;
        shape
            .into_iter()
            .map(|n| {
                let n = if size * n > 150 { 2 } else { n };
                size *= n.max(1);
                n
            })
            .collect::<Vec<usize>>()
    };
    let often = || prop::bool::weighted(0.75);
    (vec(length(), ndim), structured(), often(), often(), [length(), length()])
        .prop_map(matrices)
        .prop_map(short)
        .boxed()
}

/// Shapes that stretch to one: some leading axes dropped, some lengths made 1; where there is a structure, most are the
/// same.
pub fn broadcastable(count: usize) -> BoxedStrategy<Vec<Vec<usize>>> {
    (shape(0..=3), structured(), prop::bool::weighted(0.7))
        .prop_flat_map(move |(shape, structured, same)| {
            if structured && same {
                return Just(vec![shape; count]).boxed();
            }
            let ndim = shape.len();
            let one =
                (0..=ndim, vec(prop::bool::weighted(0.3), ndim)).prop_map(move |(drop, ones)| {
                    // Small inputs keep everything.
                    let lengths = shape.iter().zip(ones).map(|(&n, one)| if one { 1 } else { n });
                    lengths.skip(drop.saturating_sub(1)).collect::<Vec<_>>()
                });
            vec(one, count).boxed()
        })
        .boxed()
}

/// An array of a shape, mostly of the structure of the case.
pub fn array_of(shape: Vec<usize>, dtype: DType, of: Palette) -> BoxedStrategy<Reference> {
    let palette = palette(dtype, of);
    let takes = (LazyJust::new(structures::current), prop::bool::weighted(0.9))
        .prop_map(|(structure, takes)| structure.filter(|_| takes));
    (codes(&shape, &palette), takes, any::<u16>())
        .prop_map(move |(codes, structure, pick)| {
            let x = Reference { shape: shape.clone(), dtype, elements: vec![] };
            match structure {
                Some(structure) => with_structure(x, &palette, &codes, &structure, pick),
                None => {
                    // Half of them are zeros.
                    let element = |&c: &usize| palette[if c < palette.len() { c } else { 0 }];
                    Reference { elements: codes.iter().map(element).collect(), ..x }
                }
            }
        })
        .boxed()
}

/// An array of a shape and a structure.
pub fn structured_array_of(
    shape: Vec<usize>,
    dtype: DType,
    of: Palette,
    structure: Structure,
) -> BoxedStrategy<Reference> {
    let palette = palette(dtype, of);
    (codes(&shape, &palette), any::<u16>())
        .prop_map(move |(codes, pick)| {
            let x = Reference { shape: shape.clone(), dtype, elements: vec![] };
            with_structure(x, &palette, &codes, &structure, pick)
        })
        .boxed()
}

/// Numbers that select the elements of a shape from a palette, each twice as many as there are.
fn codes(shape: &[usize], palette: &[Scalar]) -> BoxedStrategy<Vec<usize>> {
    vec(0..2 * palette.len(), shape.iter().product::<usize>()).boxed()
}

/// Few of the elements that a structure leaves to choose are zeros.
fn with_structure(
    x: Reference,
    palette: &[Scalar],
    codes: &[usize],
    structure: &Structure,
    pick: u16,
) -> Reference {
    let elements = codes.iter().map(|c| palette[c % palette.len()]).collect();
    structure.of(Reference { elements, ..x }, pick.into())
}

/// An array with up to four axes.
pub fn array(dtype: DType, of: Palette) -> BoxedStrategy<Reference> {
    arrays_of(shape(0..=4), dtype, of)
}

/// An array of a shape that is drawn.
pub fn arrays_of(
    shape: BoxedStrategy<Vec<usize>>,
    dtype: DType,
    of: Palette,
) -> BoxedStrategy<Reference> {
    shape.prop_flat_map(move |shape| array_of(shape, dtype, of)).boxed()
}

/// An array of a shape and a data type that are drawn.
pub fn any_array(ndim: std::ops::RangeInclusive<usize>, of: Palette) -> BoxedStrategy<Reference> {
    (shape(ndim), dtype(|_| true)).prop_flat_map(move |(shape, d)| array_of(shape, d, of)).boxed()
}

/// Arrays of shapes that stretch to one, of these data types.
pub fn broadcastable_arrays(dtypes: Vec<DType>, of: Palette) -> BoxedStrategy<Vec<Reference>> {
    broadcastable(dtypes.len())
        .prop_flat_map(move |shapes| {
            shapes
                .into_iter()
                .zip(&dtypes)
                .map(|(shape, &dtype)| array_of(shape, dtype, of))
                .collect::<Vec<_>>()
        })
        .boxed()
}

/// Some of an array's axes in order, none and all included.
pub fn axes(ndim: usize) -> BoxedStrategy<Vec<usize>> {
    subsequence((0..ndim).collect::<Vec<_>>(), 0..=ndim).boxed()
}

/// All of an array's axes in some order.
pub fn permutation(ndim: usize) -> BoxedStrategy<Vec<usize>> {
    Just((0..ndim).collect::<Vec<_>>()).prop_shuffle().boxed()
}

/// One of the ways to name an axis: from the start or from the end.
pub fn axis_name(axis: usize, ndim: usize) -> BoxedStrategy<isize> {
    select(vec![axis as isize, axis as isize - ndim as isize]).boxed()
}

/// An index expression that fits an array with axes of these lengths.
pub fn index_expression(shape: &[usize]) -> BoxedStrategy<Vec<Ix>> {
    let bound = || prop_oneof![Just(None), (-7..=7_isize).prop_map(Some)];
    let slice = || {
        (bound(), bound(), select(vec![1_isize, 2, 3, -1, -2]))
            .prop_map(|(start, stop, step)| Ix::Slice { start, stop, step })
    };
    let items: Vec<BoxedStrategy<Ix>> = shape
        .iter()
        .map(|&length| {
            if length == 0 {
                return slice().boxed();
            }
            let at = (-(length as isize)..length as isize).prop_map(Ix::At);
            prop_oneof![Just(Ix::from(..)), slice(), at].boxed()
        })
        .collect();
    let ndim = shape.len();
    // Some axes at the start, perhaps an ellipsis for those in the middle, some at the end, new axes anywhere.
    (items, 0..=ndim, 0..=ndim, vec(any::<Index>(), 0..=2))
        .prop_map(move |(mut items, a, b, new)| {
            let (start, end) = (a.min(b), a.max(b));
            if (start, end) == (0, ndim) {
                // Every axis is named.
            } else if end == ndim && new.is_empty() {
                items.truncate(start);
            } else {
                items.splice(start..end, [Ix::Ellipsis]);
            }
            for place in new {
                items.insert(place.index(items.len() + 1), Ix::NewAxis);
            }
            items
        })
        .boxed()
}

/// An item of an index expression with arrays.
#[derive(Debug, Clone)]
pub enum IndexItem {
    /// An item that is no array.
    Basic(Ix),
    /// An array of indices, or a mask.
    Array(Reference),
}

/// An index expression with arrays of indices and masks, for an array with axes of these lengths. The arrays may not
/// stretch to one shape; every index is inside its axis.
pub fn any_index_expression(shape: &[usize]) -> BoxedStrategy<Vec<IndexItem>> {
    let shape = shape.to_vec();
    (vec(any::<Index>(), 64), any::<bool>())
        .prop_map(move |(draws, masks)| {
            let mut draws = draws.iter();
            let mut draw = |n: usize| draws.next().map_or(0, |d| d.index(n));
            let ndim = [1, 2, 1, 0, 2, 1][draw(6)];
            let common: Vec<usize> = (0..ndim).map(|_| [3, 2, 4, 1, 3, 2, 4, 0][draw(8)]).collect();
            let mut items = vec![];
            let (mut axis, mut ellipsis) = (0, false);
            while axis < shape.len() || draw(4) == 3 {
                let n = shape.get(axis).copied();
                let item = match (draw(16), n) {
                    (1, _) => IndexItem::Basic(Ix::NewAxis),
                    (12, _) if masks && draw(2) == 0 => {
                        let holds = draw(3) > 0;
                        IndexItem::Array(Reference::from_fn(&[], DType::Bool, |_| holds.into()))
                    }
                    (2, _) if !ellipsis => {
                        ellipsis = true;
                        axis += draw(shape.len() - axis + 1);
                        IndexItem::Basic(Ix::Ellipsis)
                    }
                    (3, _) if !ellipsis && draw(3) == 0 => break,
                    (_, None) => break,
                    (4 | 5, Some(_)) => {
                        axis += 1;
                        IndexItem::Basic((..).into())
                    }
                    (6 | 7, Some(n)) => {
                        axis += 1;
                        let mut bound = || {
                            let bound = draw(2 * n + 4) as isize - n as isize - 2;
                            (draw(3) == 0).then_some(bound)
                        };
                        let (start, stop) = (bound(), bound());
                        let step = [1, 2, -1, -2, 3][draw(5)];
                        IndexItem::Basic(Ix::Slice { start, stop, step })
                    }
                    (8 | 9, Some(n)) if n > 0 => {
                        axis += 1;
                        IndexItem::Basic(Ix::At(draw(2 * n) as isize - n as isize))
                    }
                    (10 | 11, Some(_)) if masks => {
                        let count = 1 + draw((shape.len() - axis).min(2));
                        let lengths = &shape[axis..axis + count];
                        axis += count;
                        let often = 1 + draw(3);
                        IndexItem::Array(Reference::from_fn(lengths, DType::Bool, |_| {
                            (draw(4) < often).into()
                        }))
                    }
                    (_, Some(n)) if n > 0 => {
                        axis += 1;
                        let skip = draw(common.len() + 1);
                        let own: Vec<usize> = common[skip..]
                            .iter()
                            .map(|&n| if draw(4) == 0 { 1 } else { n })
                            .collect();
                        let signed = [DType::Int64, DType::Int8, DType::Int32];
                        let unsigned = [DType::UInt8, DType::UInt64];
                        let (dtype, low) = match draw(5) {
                            k @ 0..3 => (signed[k], -(n as i64)),
                            k => (unsigned[k - 3], 0),
                        };
                        let mut index = |_: &[usize]| {
                            let index = low + draw((n as i64 - low) as usize) as i64;
                            Scalar::from(index).cast(dtype)
                        };
                        IndexItem::Array(Reference::from_fn(&own, dtype, &mut index))
                    }
                    (_, Some(_)) => {
                        axis += 1;
                        IndexItem::Basic((..).into())
                    }
                };
                items.push(item);
            }
            items
        })
        .boxed()
}
