//! [Statistical functions](https://data-apis.org/array-api/2025.12/API_specification/statistical_functions.html).

use super::oracle::Reference;
use super::strategies::{Palette, array, array_of, arrays_of, axes, axis_name, shape};
use super::{Make, Tolerance, agree, build, for_all, refused};
use crate::dtype::{DType, Kind, Scalar};
use crate::error::{DTypeError, ShapeError};
use crate::standard::{Axes, Reduction, ScanKind};
use crate::{Array, Error};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

const ALL: [Reduction; 9] = [
    Reduction::Sum,
    Reduction::Prod,
    Reduction::Min,
    Reduction::Max,
    Reduction::Mean,
    Reduction::Var { correction: 0.0 },
    Reduction::Var { correction: 1.0 },
    Reduction::Std { correction: 0.5 },
    Reduction::MeanVar { correction: 1.5 },
];

fn accepts(reduction: Reduction, dtype: DType) -> bool {
    match reduction {
        Reduction::Sum | Reduction::Prod | Reduction::Mean => true,
        Reduction::Min | Reduction::Max => dtype.is_real(),
        _ => dtype.kind() != Kind::Complex,
    }
}

/// An array, some of its axes, and whether they remain.
fn inputs(dtype: DType, of: Palette) -> BoxedStrategy<(Reference, Vec<usize>, bool)> {
    array(dtype, of)
        .prop_flat_map(|x| {
            let ndim = x.ndim();
            (Just(x), axes(ndim), any::<bool>())
        })
        .boxed()
}

fn compare<A: Array>(
    make: Make<'_, A>,
    reduction: Reduction,
    (x, axes, keep): (Reference, Vec<usize>, bool),
) -> TestCaseResult {
    let count: usize = axes.iter().map(|&a| x.shape[a]).product();
    let names: Vec<isize> = axes.iter().map(|&a| a as isize - x.ndim() as isize).collect();
    let names = if axes.len() == x.ndim() { (..).into() } else { Axes::from(names.as_slice()) };
    let names = if keep { names.keep() } else { names };
    let results = build(make, &x)?.reduce(reduction, names);
    let cells: usize = (0..x.ndim()).filter(|a| !axes.contains(a)).map(|a| x.shape[a]).product();
    if matches!(reduction, Reduction::Min | Reduction::Max) && count == 0 && cells > 0 {
        return refused!(results, Error::Shape(ShapeError::Mismatch { op, .. }) if op == reduction.name());
    }
    let results = results?;
    let want = x.reduced(reduction, &axes, keep);
    prop_assert_eq!(results.len(), want.len());
    let magnitude = x.magnitude();
    let tolerance = match reduction {
        Reduction::Min | Reduction::Max => Tolerance::VALUE,
        Reduction::Prod => {
            Tolerance { ulps: 4.0 * count as f64 + 4.0, absolute: 0.0, zero_signs: false }
        }
        Reduction::Sum | Reduction::Mean => Tolerance::sum(count, magnitude),
        // The reference squares what rounding leaves of a mean.
        _ => Tolerance::sum(count, magnitude * magnitude),
    };
    results.iter().zip(&want).try_for_each(|(got, want)| agree(got, want, tolerance))
}

/// Every reduction in every type over any axes. Of products the factors are small.
pub fn reductions<A: Array>(make: Make<'_, A>) {
    for reduction in ALL {
        for dtype in DType::ALL.into_iter().filter(|&d| accepts(reduction, d)) {
            let of = match (reduction, dtype.kind()) {
                (Reduction::Prod, _) => Palette::Small,
                // A variance of the largest integers has no digit left in the reference's formula.
                (
                    Reduction::Var { .. }
                    | Reduction::Std { .. }
                    | Reduction::MeanVar { .. }
                    | Reduction::Mean,
                    _,
                ) => {
                    if dtype.is_integer() {
                        Palette::Small
                    } else {
                        Palette::Finite
                    }
                }
                _ => Palette::Finite,
            };
            for_all(&format!("{} of {dtype}", reduction.name()), 6, &inputs(dtype, of), |case| {
                compare(make, reduction, case)
            });
        }
    }
}

/// NaN and infinities, wherever they are.
pub fn not_finite<A: Array>(make: Make<'_, A>) {
    for reduction in ALL.into_iter().filter(|r| *r != Reduction::Prod) {
        for dtype in [DType::Float32, DType::Float64] {
            let what = format!("{} of {dtype} with infinities", reduction.name());
            for_all(&what, 4, &inputs(dtype, Palette::Any), |case| compare(make, reduction, case));
        }
    }
}

/// Reductions of no elements: the identity, NaN, or an error.
pub fn nothing_to_reduce<A: Array>(make: Make<'_, A>) {
    for dtype in [DType::Bool, DType::Int8, DType::UInt16, DType::Float32] {
        for_all("nothing", 12, &array_of(vec![0, 3], dtype, Palette::Any), |x| {
            for reduction in ALL.into_iter().filter(|&r| accepts(r, dtype)) {
                compare(make, reduction, (x.clone(), vec![0], false))?;
                compare(make, reduction, (x.clone(), vec![1], true))?;
                compare(make, reduction, (x.clone(), vec![0, 1], false))?;
            }
            Ok(())
        });
    }
}

/// `cumulative_sum` and `cumulative_prod`, in every type along any axis, with and without the identity first.
pub fn cumulative<A: Array>(make: Make<'_, A>) {
    for kind in [ScanKind::Sum, ScanKind::Prod] {
        for dtype in DType::ALL {
            let of = match (kind, dtype.kind()) {
                (ScanKind::Prod, _) => Palette::Small,
                (ScanKind::Sum, Kind::Float) => Palette::Any,
                (ScanKind::Sum, _) => Palette::Finite,
            };
            let strategy = arrays_of(shape(1..=3), dtype, of)
                .prop_flat_map(|x| {
                    let ndim = x.ndim();
                    (Just(x), 0..ndim)
                })
                .prop_flat_map(|(x, axis)| {
                    let name = axis_name(axis, x.ndim());
                    (Just(x), Just(axis), name, any::<bool>())
                })
                .boxed();
            let what = format!("cumulative {} of {dtype}", kind.reduction().name());
            for_all(&what, 4, &strategy, |(x, axis, name, initial)| {
                let array = build(make, &x)?;
                let got = match kind {
                    ScanKind::Sum => array.cumulative_sum(name, initial)?,
                    ScanKind::Prod => array.cumulative_prod(name, initial)?,
                };
                let count = x.shape[axis];
                let tolerance = match kind {
                    ScanKind::Sum => Tolerance::sum(count, x.magnitude()),
                    ScanKind::Prod => {
                        Tolerance { ulps: 4.0 * count as f64 + 4.0, ..Tolerance::VALUE }
                    }
                };
                agree(&got, &x.scanned(kind, axis, initial), tolerance)
            });
        }
    }
}

/// Types that a reduction does not accept.
pub fn refused_types<A: Array>(make: Make<'_, A>) {
    for dtype in DType::ALL {
        let x = Reference::from_fn(&[2, 2], dtype, |_| Scalar::one(dtype));
        let array = build(make, &x).expect("made");
        for reduction in ALL.into_iter().filter(|&r| !accepts(r, dtype)) {
            match array.reduce(reduction, 0) {
                Err(Error::DType(DTypeError::Unsupported { op, dtype: d, .. })) => {
                    assert_eq!((op.as_str(), d), (reduction.name(), dtype));
                }
                other => panic!("{} of {dtype}: {other:?}", reduction.name()),
            }
        }
    }
}
