//! [Linear algebra functions](https://data-apis.org/array-api/2025.12/API_specification/linear_algebra_functions.html)
//! and the labelled products they are made of.

use super::oracle::{Reference, broadcast, indices, plus, promote, times};
use super::strategies::{
    Palette, any_array, array_of, axis_name, dtype, lengths, structured_array_of,
};
use super::structures::{self, Structure};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::dtype::{DType, Kind, Scalar};
use crate::error::{DTypeError, ShapeError};
use crate::standard::{Contract, Func};
use crate::{Array, Error, Result};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::test_runner::TestCaseResult;

/// A product against what it should be; `None` where the types have no common one.
fn compare<A: Array>(
    got: Result<A>,
    want: Option<Reference>,
    terms: usize,
    args: [&Reference; 2],
) -> TestCaseResult {
    match want {
        Some(want) => {
            let magnitude = args[0].magnitude() * args[1].magnitude();
            agree(&got?, &want, Tolerance::sum(terms, magnitude))
        }
        None => refused!(got, Error::DType(DTypeError::NoPromotion { .. })),
    }
}

/// Two types, of which the second is usually the first.
fn two_dtypes() -> BoxedStrategy<(DType, DType)> {
    (dtype(|_| true), dtype(|_| true), prop::bool::weighted(0.7))
        .prop_map(|(a, b, same)| (a, if same { a } else { b }))
        .boxed()
}

/// Two arrays of drawn shapes and types.
fn operands(
    shapes: BoxedStrategy<(Vec<usize>, Vec<usize>)>,
    of: Palette,
) -> BoxedStrategy<(Reference, Reference)> {
    (shapes, two_dtypes())
        .prop_flat_map(move |((left, right), (a, b))| {
            (array_of(left, a, of), array_of(right, b, of))
        })
        .boxed()
}

fn size() -> BoxedStrategy<usize> {
    prop_oneof![1 => Just(0_usize), 12 => 1..=5_usize].boxed()
}

/// Products of matrices.
pub fn matmul<A: Array>(make: Make<'_, A>) {
    let shapes = lengths(&size(), 3).prop_map(|n| (n[..2].to_vec(), n[1..].to_vec())).boxed();
    for_all("products of matrices", 1, &operands(shapes, Palette::Finite), |(x, y)| {
        let want = Reference::einsum((&x, b"ij"), (&y, b"jk"), b"ik");
        compare(build(make, &x)?.matmul(&build(make, &y)?), want, x.shape[1], [&x, &y])
    });
    // A matrix by its own transpose, which a kind of array may recognise.
    let shapes = (size(), size()).prop_map(|(n, k)| (vec![n, k], vec![])).boxed();
    for_all("gram matrices", 2, &operands(shapes, Palette::Finite), |(x, _)| {
        let array = build(make, &x)?;
        let want = Reference::einsum((&x, b"ji"), (&x, b"jk"), b"ik");
        compare(array.t()?.matmul(&array), want, x.shape[0], [&x, &x])?;
        let want = Reference::einsum((&x, b"ij"), (&x, b"kj"), b"ik");
        compare(array.matmul(&array.t()?), want, x.shape[1], [&x, &x])
    });
}

/// Products of matrices of every structure by those of every other.
pub fn structured<A: Array>(make: Make<'_, A>) {
    for left in structures::all() {
        for right in structures::all() {
            let what = format!("products of {} and {} matrices", left.name(), right.name());
            let strategy = (dtype(|d| d != DType::Bool), lengths(&size(), 3))
                .prop_flat_map({
                    let left = left.clone();
                    move |(d, n)| {
                        let of = |shape: &[usize], structure: &Structure| {
                            let structure = structure.clone();
                            structured_array_of(shape.to_vec(), d, Palette::Finite, structure)
                        };
                        (of(&n[..2], &left), of(&n[1..], &right))
                    }
                })
                .boxed();
            for_all(&what, 24, &strategy, |(x, y)| {
                let want = Reference::einsum((&x, b"ij"), (&y, b"jk"), b"ik");
                compare(build(make, &x)?.matmul(&build(make, &y)?), want, x.shape[1], [&x, &y])
            });
        }
    }
}

/// `matmul` as the standard has it: batches that stretch, vectors on either side.
fn matmul_reference(x: &Reference, y: &Reference) -> Option<Reference> {
    let matrix = |a: &Reference, shape: [usize; 2]| {
        if a.ndim() == 1 { a.reshaped(&shape) } else { a.clone() }
    };
    let left = matrix(x, [1, x.shape[0]]);
    let right = matrix(y, [y.shape[0], 1]);
    let batch =
        broadcast([&left.shape[..left.ndim() - 2], &right.shape[..right.ndim() - 2]].into_iter())?;
    let stretch =
        |a: &Reference| a.broadcast_to(&[batch.as_slice(), &a.shape[a.ndim() - 2..]].concat());
    let labels: Vec<u8> = (0..batch.len() as u8).collect();
    let with = |two: &[u8]| [labels.as_slice(), two].concat();
    let (left, right) = (stretch(&left), stretch(&right));
    let product = Reference::einsum((&left, &with(b"ij")), (&right, &with(b"jk")), &with(b"ik"))?;
    let mut shape = batch;
    shape.extend((x.ndim() > 1).then(|| x.shape[x.ndim() - 2]));
    shape.extend((y.ndim() > 1).then(|| y.shape[y.ndim() - 1]));
    Some(product.reshaped(&shape))
}

/// Products of vectors and of stacks of matrices.
pub fn vectors_and_batches<A: Array>(make: Make<'_, A>) {
    let stack = vec((1..=3_usize, any::<bool>(), any::<bool>()), 0..=2);
    let shapes = (stack, 0..=1_usize, size(), size(), size(), 0..4_u8)
        .prop_map(|(stack, shorter, n, k, m, vector)| {
            let one = |stretch: bool, length: usize| if stretch { 1 } else { length };
            let mut left: Vec<usize> = stack.iter().map(|&(b, l, _)| one(l, b)).collect();
            let mut right: Vec<usize> = stack.iter().map(|&(b, l, r)| one(r && !l, b)).collect();
            right.drain(..shorter.min(right.len()));
            if vector == 1 {
                left.clear();
            } else {
                left.push(n);
            }
            left.push(k);
            if vector == 2 {
                right.clear();
            }
            right.push(k);
            if vector != 2 {
                right.push(m);
            }
            (left, right)
        })
        .boxed();
    for_all("products of stacks", 1, &operands(shapes, Palette::Finite), |(x, y)| {
        let want = matmul_reference(&x, &y);
        let terms = *x.shape.last().expect("a vector at least");
        compare(build(make, &x)?.matmul(&build(make, &y)?), want, terms, [&x, &y])
    });
}

/// `tensordot` by a number of axes, and by lists of them.
pub fn tensordot<A: Array>(make: Make<'_, A>) {
    let shapes = (vec(1..=3_usize, 0..=2), vec(size(), 0..=2), vec(1..=3_usize, 0..=2))
        .prop_map(|(left, inner, right)| ([left, inner.clone()].concat(), inner, right));
    let strategy = (shapes, two_dtypes())
        .prop_flat_map(|((left, inner, right), (a, b))| {
            let count = inner.len();
            let right = [inner, right].concat();
            let (l, r) = (left.len(), right.len());
            (
                array_of(left, a, Palette::Finite),
                array_of(right, b, Palette::Finite),
                Just(count),
                super::strategies::permutation(l),
                super::strategies::permutation(r),
            )
        })
        .boxed();
    for_all("tensordot", 1, &strategy, |(x, y, count, left_order, right_order)| {
        let first = x.ndim() - count;
        let labels =
            |n: usize, offset: usize| (0..n).map(|k| (k + offset) as u8).collect::<Vec<u8>>();
        let (l, r) = (labels(x.ndim(), 0), labels(y.ndim(), first));
        let result: Vec<u8> = [&l[..first], &r[count..]].concat();
        let want = Reference::einsum((&x, &l), (&y, &r), &result);
        let terms = x.shape[first..].iter().product();
        let (a, b) = (build(make, &x)?, build(make, &y)?);
        compare(a.tensordot(&b, count), want.clone(), terms, [&x, &y])?;
        // The same with the axes in another order, named one by one. What is left keeps its order.
        let axes = |order: &[usize]| order.iter().map(|&k| k as isize).collect::<Vec<_>>();
        let (p, q) = (a.permute_dims(&axes(&left_order))?, b.permute_dims(&axes(&right_order))?);
        let place = |order: &[usize], axis: usize| {
            order.iter().position(|&k| k == axis).expect("a permutation") as isize
        };
        let left_axes: Vec<isize> = (0..count).map(|k| place(&left_order, first + k)).collect();
        let right_axes: Vec<isize> =
            (0..count).map(|k| place(&right_order, k) - y.ndim() as isize).collect();
        let l: Vec<u8> = left_order.iter().map(|&k| l[k]).collect();
        let r: Vec<u8> = right_order.iter().map(|&k| r[k]).collect();
        let kept = |labels: &[u8], other: &[u8]| {
            labels.iter().copied().filter(|k| !other.contains(k)).collect::<Vec<u8>>()
        };
        let (x, y) = (x.permuted(&left_order), y.permuted(&right_order));
        let want = Reference::einsum((&x, &l), (&y, &r), &[kept(&l, &r), kept(&r, &l)].concat());
        compare(p.tensordot_axes(&q, &left_axes, &right_axes), want, terms, [&x, &y])
    });
}

/// `vecdot`: the left operand conjugated, the other axes stretched.
pub fn vecdot<A: Array>(make: Make<'_, A>) {
    let shapes = (vec((1..=3_usize, any::<bool>()), 0..=2), size())
        .prop_map(|(lead, k)| {
            let left: Vec<usize> = lead.iter().map(|p| p.0).chain([k]).collect();
            let right: Vec<usize> =
                lead.iter().map(|p| if p.1 { 1 } else { p.0 }).chain([k]).collect();
            (left, right)
        })
        .boxed();
    let strategy = operands(shapes, Palette::Finite)
        .prop_flat_map(|(x, y)| {
            let ndim = x.ndim();
            (Just(x), Just(y), (0..ndim).prop_flat_map(move |a| (Just(a), axis_name(a, ndim))))
        })
        .boxed();
    for_all("vecdot", 1, &strategy, |(x, y, (axis, name))| {
        let ndim = x.ndim();
        let labels: Vec<u8> = (0..ndim as u8).collect();
        let lead: Vec<u8> = labels[..ndim - 1].to_vec();
        let conjugated =
            if x.dtype == DType::Bool { None } else { Reference::known_map(Func::Conj, &[&x]) };
        let wide = y.broadcast_to(&x.shape);
        let terms = x.shape[ndim - 1];
        // The axis that is summed, moved to where the name says.
        let to = |a: A| a.moveaxis(&[-1], &[axis as isize]);
        let (a, b) = (to(build(make, &x)?)?, to(build(make, &y)?)?);
        match conjugated {
            Some(left) => {
                let want = Reference::einsum((&left, &labels), (&wide, &labels), &lead);
                compare(a.vecdot(&b, name), want, terms, [&x, &y])
            }
            None => refused!(a.vecdot(&b, name), Error::DType(DTypeError::Unsupported { .. })),
        }
    });
}

/// `matrix_transpose` and `t`.
pub fn matrix_transpose<A: Array>(make: Make<'_, A>) {
    for_all("matrix_transpose", 1, &any_array(0..=4, Palette::Any), |x| {
        let array = build(make, &x)?;
        let mut axes: Vec<usize> = (0..x.ndim()).collect();
        if x.ndim() < 2 {
            refused!(array.matrix_transpose(), Error::Shape(ShapeError::Mismatch { .. }))?;
        } else {
            axes.swap(x.ndim() - 1, x.ndim() - 2);
            agree(&array.matrix_transpose()?, &x.permuted(&axes), Tolerance::EXACT)?;
        }
        axes = (0..x.ndim()).rev().collect();
        agree(&array.t()?, &x.permuted(&axes), Tolerance::EXACT)
    });
}

/// A labelled product with up to five labels of any role, in any order.
fn labelled(
    of: Palette,
    dtypes: BoxedStrategy<(DType, DType)>,
) -> BoxedStrategy<(Reference, Reference, Contract)> {
    // Of each label its role (0 batch, 1 contracted, 2 left, 3 right) and its length.
    let labels = vec((0..4_u8, prop_oneof![1 => Just(0_usize), 15 => 1..=3_usize]), 0..=5);
    (labels, dtypes, vec(any::<Index>(), 15))
        .prop_flat_map(move |(labels, (a, b), moves)| {
            let with = |roles: &[u8], moves: &[Index]| {
                let mut list: Vec<u8> = (0..labels.len() as u8)
                    .filter(|&l| roles.contains(&labels[usize::from(l)].0))
                    .collect();
                // A shuffle that shrinks to none.
                for (k, to) in moves.iter().enumerate().take(list.len()) {
                    let other = k + to.index(list.len() - k);
                    list.swap(k, other);
                }
                list
            };
            let (left, right) = (with(&[0, 1, 2], &moves[..5]), with(&[0, 1, 3], &moves[5..10]));
            let result = with(&[0, 2, 3], &moves[10..]);
            let shape =
                |list: &[u8]| list.iter().map(|&l| labels[usize::from(l)].1).collect::<Vec<_>>();
            let (l, r) = (shape(&left), shape(&right));
            let contract = Contract {
                left: left.as_slice().into(),
                right: right.as_slice().into(),
                result: result.as_slice().into(),
            };
            (array_of(l, a, of), array_of(r, b, of), Just(contract))
        })
        .boxed()
}

fn compare_labelled<A: Array>(
    make: Make<'_, A>,
    x: &Reference,
    y: &Reference,
    contract: Contract,
) -> TestCaseResult {
    let want = Reference::einsum((x, &contract.left), (y, &contract.right), &contract.result);
    let terms = x.elements.len().min(y.elements.len());
    let got = build(make, x)?.contract(&build(make, y)?, contract);
    compare(got, want, terms, [x, y])
}

/// Sums of products over any labels.
pub fn contractions<A: Array>(make: Make<'_, A>) {
    for_all(
        "labelled products",
        1,
        &labelled(Palette::Finite, two_dtypes()),
        |(x, y, contract)| compare_labelled(make, &x, &y, contract),
    );
    // The same when neither operand holds the zeros that it was made with.
    let floats = Just((DType::Float64, DType::Float64)).boxed();
    for_all("products of fills", 1, &labelled(Palette::Finite, floats), |(x, y, contract)| {
        let (a, b) = (build(make, &x)?.add(1.5)?, build(make, &y)?.subtract(0.5)?);
        let scalar = |v: f64| Reference::from_fn(&[], DType::Float64, |_| v.into());
        let x = Reference::known_map(Func::Add, &[&x, &scalar(1.5)]).expect("real");
        let y = Reference::known_map(Func::Subtract, &[&y, &scalar(0.5)]).expect("real");
        let want = Reference::einsum((&x, &contract.left), (&y, &contract.right), &contract.result);
        let terms = x.elements.len().min(y.elements.len());
        compare(a.contract(&b, contract), want, terms, [&x, &y])
    });
}

/// 0 · ∞ and 0 · NaN are NaN in a sum of products too.
pub fn not_finite<A: Array>(make: Make<'_, A>) {
    let floats =
        subsequence(vec![DType::Float32, DType::Float64], 1).prop_map(|d| (d[0], d[0])).boxed();
    for_all(
        "products that are not finite",
        1,
        &labelled(Palette::Any, floats),
        |(x, y, contract)| {
            prop_assert_eq!(promote(x.dtype, y.dtype).map(DType::kind), Some(Kind::Float));
            compare_labelled(make, &x, &y, contract)
        },
    );
}

/// Operands with letters for their axes, some of them hidden by an ellipsis, and the letters of the result, if it is
/// written. Hidden axes have the letters from `'0'` on.
type Subscripts = (Vec<(Reference, String, bool)>, Option<String>);

fn subscripts() -> BoxedStrategy<Subscripts> {
    let dtypes = vec![DType::Float64, DType::Int32, DType::Complex128];
    let lengths = vec(prop_oneof![1 => Just(0_usize), 15 => 1..=3_usize], 7);
    (lengths, subsequence(dtypes, 1), 1..=3_usize, vec(any::<Index>(), 40))
        .prop_flat_map(|(lengths, dtype, count, draws)| {
            let mut draws = draws.into_iter();
            let mut draw = move |n: usize| draws.next().map_or(0, |d| d.index(n));
            // Five letters, of which one is large, and two hidden axes.
            let letters = ['i', 'j', 'A', 'b', 'k'];
            let mut operands = vec![];
            for _ in 0..count {
                let mut labels: String = (0..draw(4)).map(|_| letters[draw(5)]).collect();
                let hides = draw(3) == 0;
                let mut shape: Vec<usize> = labels
                    .chars()
                    .map(|c| lengths[letters.iter().position(|&l| l == c).unwrap_or(0)])
                    .collect();
                if hides {
                    let place = draw(labels.len() + 1);
                    for hidden in (2 - draw(3)..2).rev() {
                        labels.insert(place, if hidden == 0 { '0' } else { '1' });
                        shape.insert(place, if draw(4) == 0 { 1 } else { lengths[5 + hidden] });
                    }
                    labels.insert(place, '|');
                }
                operands.push((shape, labels, hides));
            }
            let mut all: Vec<char> =
                operands.iter().flat_map(|o| o.1.chars()).filter(|c| c.is_alphabetic()).collect();
            all.sort_unstable();
            all.dedup();
            let count = all.len();
            (0..count).for_each(|k| all.swap(k, k + draw(count - k)));
            let mut result: String = all[..draw(all.len() + 1)].iter().collect();
            if operands.iter().any(|o| o.2) {
                result.insert(draw(result.len() + 1), '|');
            }
            let result = (draw(3) > 0).then_some(result);
            let operands: Vec<_> = operands
                .into_iter()
                .map(|(shape, labels, hides)| {
                    (array_of(shape, dtype[0], Palette::Small), Just(labels), Just(hides))
                })
                .collect();
            (operands, Just(result))
        })
        .boxed()
}

/// The subscripts of an operand as they are written, `|` and the hidden axes after it being the ellipsis.
fn written(labels: &str) -> String {
    labels.replace(['0', '1'], "").replace('|', "...")
}

/// `einsum`: diagonals, sums, transposes and products of up to three operands.
pub fn einsum<A: Array>(make: Make<'_, A>) {
    for_all("einsum", 1, &subscripts(), |(operands, result)| {
        let arrays = operands.iter().map(|o| build(make, &o.0)).collect::<Result<Vec<A>>>()?;
        let mut text = operands.iter().map(|o| written(&o.1)).collect::<Vec<_>>().join(", ");
        if let Some(result) = &result {
            text = format!("{text} -> {}", written(result));
        }
        let got = A::einsum(&text, &arrays.iter().collect::<Vec<_>>())?;
        // The letters of all axes, and their lengths.
        let labels =
            |o: &(Reference, String, bool)| o.1.replace('|', "").chars().collect::<Vec<_>>();
        let mut length = std::collections::BTreeMap::new();
        for operand in &operands {
            for (label, &n) in labels(operand).into_iter().zip(&operand.0.shape) {
                let length = length.entry(label).or_insert(n);
                *length = if *length == 1 { n } else { *length };
            }
        }
        let hidden: String = length.keys().filter(|l| !l.is_alphabetic()).collect();
        let result = result.unwrap_or_else(|| {
            let times = |l: char| operands.iter().flat_map(labels).filter(|&x| x == l).count();
            let once = length.keys().filter(|l| l.is_alphabetic() && times(**l) == 1);
            format!("|{}", once.collect::<String>())
        });
        let result: Vec<char> = result.replace('|', &hidden).chars().collect();
        let summed: Vec<char> = length.keys().copied().filter(|l| !result.contains(l)).collect();
        let shape: Vec<usize> = result.iter().map(|l| length[l]).collect();
        let inner: Vec<usize> = summed.iter().map(|l| length[l]).collect();
        let dtype = operands[0].0.dtype;
        let want = Reference::from_fn(&shape, dtype, |outer| {
            indices(&inner).iter().fold(Scalar::zero(dtype), |sum, inner| {
                let at = |label: &char| match result.iter().position(|l| l == label) {
                    Some(k) => outer[k],
                    None => inner[summed.iter().position(|l| l == label).expect("summed")],
                };
                let product = operands.iter().fold(Scalar::one(dtype), |product, operand| {
                    let index: Vec<usize> = labels(operand)
                        .iter()
                        .zip(&operand.0.shape)
                        .map(|(label, &n)| if n == 1 { 0 } else { at(label) })
                        .collect();
                    times(product, operand.0.at(&index))
                });
                plus(sum, product)
            })
        });
        agree(&got, &want, Tolerance::VALUE)
    });
    let ones =
        |shape: &[usize]| build(make, &Reference::from_fn(shape, DType::Int8, |_| 1_i8.into()));
    let (x, y) = (ones(&[2, 3]).expect("an array"), ones(&[2]).expect("an array"));
    for (text, arrays, reason) in [
        ("ij,jk", &[&x, &x][..], "subscript j has length 3 and 2"),
        ("ii", &[&x], "subscript i has length 2 and 3"),
        ("ijk", &[&x], "operand 0 has 2 axes, but 3 subscripts"),
        ("i,j", &[&y, &x], "operand 1 has 2 axes, but 1 subscripts"),
        ("ij->ik", &[&x], "subscript k is in no operand"),
        ("ij->ii", &[&x], "subscript i comes twice in the result"),
        ("...j->j", &[&x], "the result lacks the ellipsis"),
        ("i?", &[&x], "'?' is no subscript"),
    ] {
        match A::einsum(text, arrays) {
            Err(Error::Shape(ShapeError::Parameter {
                op,
                what: "subscripts",
                value,
                reason: why,
            })) => {
                assert_eq!(
                    (op.as_str(), value, why.as_str()),
                    ("einsum", format!("{text:?}"), reason)
                );
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    assert!(matches!(A::einsum("i,i", &[&y]), Err(Error::Shape(ShapeError::Arity { .. }))));
}
