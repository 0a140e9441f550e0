//! Which operations write out a sparse operand.

use super::*;
use crate::dtype::DType;
use crate::engine::{Family, with_options};
use crate::standard::{Indexing, Ix};
use crate::{Array, Result};

/// Operands of one format.
struct Given {
    /// A matrix and another of its shape; neither stores anything in the last row.
    x: Tensor,
    y: Tensor,
    /// A vector, and positions in it.
    v: Tensor,
    /// A box of three axes.
    c: Tensor,
}

impl Given {
    /// In the format that is forced.
    fn new(family: Family) -> Self {
        let every = |step: usize, shape: &[usize]| {
            let size = shape.iter().product::<usize>();
            let filled = size - size / shape[0];
            let value = |k: usize| if k % step == 1 && k < filled { k as f64 } else { 0.0 };
            let values = crate::buffer::Values::from((0..size).map(value).collect::<Vec<f64>>());
            Tensor::from_dense(shape, values, 0.0, &crate::tensor::Format::dense(shape.len()))
                .unwrap()
                .sparsify(&family.format(shape.len()))
                .unwrap()
        };
        Self {
            x: every(5, &[6, 6]),
            y: every(3, &[6, 6]),
            v: every(4, &[12]),
            c: every(5, &[4, 3, 5]),
        }
    }
}

type Case = (&'static str, fn(&Given) -> Result<()>, &'static [&'static str]);

macro_rules! cases {
    ($($what:expr, |$g:ident| $body:expr, $densified:expr;)+) => {
        [$(($what, |$g: &Given| { let _ = $body; Ok(()) }, &$densified as &[&str])),+]
    };
}

const NONE: [&str; 0] = [];

#[rustfmt::skip]
const CASES: &[Case] = &cases![
    "arithmetic", |g| (g.x.add(&g.y)?.multiply(&g.x)?, g.x.multiply(2.0)?, g.x.divide(&g.y)?), NONE;
    "other fills", |g| (g.x.add(1.0)?.exp()?, g.x.cos()?, g.x.equal(&g.y)?), NONE;
    "broadcast", |g| (g.c.add(&g.c.index((.., 0..1, ..))?)?, g.v.broadcast_to([3, 12])?), NONE;
    "where and clip", |g| (Tensor::where_(&g.x.greater(3.0)?, &g.x, &g.y)?, g.x.clip(Some(1.0), Some(5.0))?), NONE;
    "astype", |g| (g.x.astype(DType::Int8)?, g.x.astype(DType::Complex64)?), NONE;
    "reductions", |g| (g.x.sum(0)?, g.x.prod(1)?, g.x.max(..)?, g.x.mean(1)?, g.x.var(0, 1.0)?, g.x.all(0)?), NONE;
    "searches", |g| (g.x.argmax(0)?, g.x.argmin(1)?, g.x.count_nonzero(..)?, g.x.flatten()?.nonzero()?), NONE;
    "products", |g| (g.x.matmul(&g.y)?, g.x.matmul(&g.x.t()?)?, g.c.tensordot(&g.c.permute_dims(&[2, 1, 0])?, 1)?), NONE;
    "products of vectors", |g| (g.x.vecdot(&g.y, 0)?, g.v.tensordot(&g.v, 0)?, g.x.matmul(&g.v.index(..6)?)?), NONE;
    "products of a fill", |g| (g.x.add(1.0)?.matmul(&g.y)?, g.x.add(2.0)?.matmul(&g.y.add(1.0)?)?), NONE;
    "products of a mask", |g| g.x.equal(0.0)?.matmul(&g.y.greater(0.0)?)?, NONE;
    "products of an infinite fill", |g| g.x.log()?.matmul(&g.y)?, ["contract"];
    "joins", |g| (Tensor::concat(&[&g.x, &g.y], 0)?, Tensor::stack(&[&g.x, &g.y], 1)?, g.c.unstack(0)?), NONE;
    "joins of two fills", |g| Tensor::concat(&[&g.x, &g.y.add(1.0)?], 1)?, ["concat"];
    "meshgrid", |g| Tensor::meshgrid(&[&g.v, &g.v], Indexing::Xy)?, NONE;
    "reshapes", |g| (g.x.reshape([4, 9])?, g.c.flatten()?, g.v.reshape([2, 3, 2])?, g.x.expand_dims(0)?), NONE;
    "moves", |g| (g.c.permute_dims(&[2, 0, 1])?, g.x.flip(0)?, g.x.roll(2, 1)?, g.x.roll_flat(1)?, g.c.moveaxis(&[0], &[2])?), NONE;
    "copies", |g| (g.x.tile([2, 3])?, g.x.repeat(2, 1)?), NONE;
    "parts", |g| (g.c.index((1, Ix::step(.., -2)))?, g.x.index((2.., 1..4))?, g.v.index(vec![3, 1])?), NONE;
    "points and masks", |g| (g.x.index((vec![0, 5], vec![1, 1]))?, g.x.index(&g.x.greater(3.0)?)?), NONE;
    "take", |g| (g.x.take(&[2_i64, 0, 2], 1)?, g.x.take_along_axis(&g.y.astype(DType::Int64)?.clip(Some(0), Some(5))?, 1)?), NONE;
    "assignment", |g| (g.x.assign((0, ..), 0.0)?, g.x.assign((1.., 2), &g.v.index(..5)?)?), NONE;
    "assignment of another fill", |g| g.x.assign((0, ..), 3.0)?, ["concat"];
    "assignment to a list", |g| g.x.assign(vec![0, 2], &g.y.index(..2)?)?, NONE;
    "assignment of another fill to a list", |g| g.x.assign(vec![0, 2], 3.0)?, ["put"];
    "triangles", |g| (g.x.tril(0)?, g.x.triu(1)?, g.c.tril(-1)?), NONE;
    "triangles of a fill", |g| (g.x.add(1.0)?.triu(1)?, g.c.add(1.0)?.tril(-1)?), NONE;
    "most of a fill", |g| g.x.add(1.0)?.tril(0)?, ["band"];
    "scans", |g| (g.x.cumulative_sum(0, false)?, g.x.cumulative_sum(1, true)?, g.x.diff(1, 1, None, None)?), NONE;
    "scans of settled fills", |g| (g.x.cumulative_prod(1, false)?, g.x.log()?.cumulative_sum(0, false)?), NONE;
    "scans of other fills", |g| g.x.add(1.0)?.cumulative_sum(0, false)?, ["cumulative_sum"];
    "sort", |g| (g.x.sort(0, false)?, g.x.sort(1, true)?, g.x.subtract(1.0)?.sort(1, false)?), NONE;
    "argsort", |g| g.x.argsort(1, false)?, ["argsort"];
    "searchsorted", |g| g.v.sort(0, false)?.searchsorted(&g.v, false, None)?, NONE;
    "sets", |g| (g.x.unique_values()?, g.x.unique_counts()?, g.x.unique_inverse()?, g.x.isin(&g.v, false)?), NONE;
];

/// The names of the operations that densify, in a scope that forces a format.
fn densified(family: Family, given: &Given, case: fn(&Given) -> Result<()>) -> Vec<&'static str> {
    let options = Options { format: Some(family), ..Options::default() };
    let (census, result) = Census::during(|| with_options(options, || case(given)));
    result.unwrap();
    assert!(census.results > 0 && census.other.is_empty(), "{census:?}");
    census.densified.into_keys().collect()
}

#[test]
fn only_what_is_dense_by_nature_is_written_out() {
    use Family::{Bitmap, Coo, Csf, CsfReversed, Csr, Mixed};
    for family in [Csr, Csf, Coo, Bitmap, Mixed, CsfReversed] {
        let given = Given::new(family);
        for (what, case, expected) in CASES {
            assert_eq!(densified(family, &given, *case), *expected, "{family}: {what}");
        }
    }
}

#[test]
fn runs_leave_nothing_to_the_fill() {
    let given = Given::new(Family::Runs);
    for (what, case, _) in CASES {
        assert_eq!(densified(Family::Runs, &given, *case), NONE, "{what}");
    }
}

#[cfg(all(feature = "linalg", feature = "fft"))]
#[test]
fn factorisations_and_transforms_write_out() {
    use crate::fft::{Norm, fft, irfft, rfft};
    use crate::linalg::{cholesky, det, eigvalsh, inv, qr, solve, svdvals};
    let cases: [Case; 2] = cases![
        "linalg", |g| (cholesky(&g.x.matmul(&g.x.t()?)?.add(&Tensor::eye(6, 6, 0, DType::Float64)?)?, false)?,
            det(&g.x)?, eigvalsh(&g.x)?, inv(&Tensor::eye(6, 6, 0, DType::Float64)?)?, qr(&g.x, false)?,
            solve(&Tensor::eye(6, 6, 0, DType::Float64)?, &g.y)?, svdvals(&g.x)?),
            ["cholesky", "det", "eigvalsh", "inv", "qr", "solve", "svdvals"];
        "fft", |g| (fft(&g.x, None, 0, Norm::Backward)?, rfft(&g.x, None, 1, Norm::Ortho)?,
            irfft(&g.x, None, 1, Norm::Forward)?), ["fft", "irfft", "rfft"];
    ];
    for family in [Family::Csr, Family::Csf, Family::Coo, Family::Bitmap, Family::CsfReversed] {
        let given = Given::new(family);
        for (what, case, expected) in cases {
            assert_eq!(densified(family, &given, case), expected, "{family}: {what}");
        }
    }
}

#[test]
fn what_stores_everything_is_not_densified() {
    let full = |_: &Given| -> Result<()> {
        let x = Tensor::from_values([3, 2], vec![5.0, 2.0, 4.0, 3.0, 1.0, 6.0])?;
        let _ = (
            x.argsort(0, false)?,
            x.sort(1, false)?,
            x.matmul(&x.t()?)?,
            x.cumulative_prod(0, true)?,
        );
        Ok(())
    };
    for family in [Family::Csf, Family::Coo, Family::Bitmap] {
        assert_eq!(densified(family, &Given::new(family), full), NONE, "{family}");
    }
}

/// A scope counts what is done for it, on whatever thread, and nothing else.
#[test]
fn scopes_count_their_own() {
    let options = Options { format: Some(Family::Csf), ..Options::default() };
    let work = || Given::new(Family::Csf).x.argsort(0, false).map(drop).unwrap();
    let (outer, inner) = with_options(options, || {
        Census::during(|| {
            let settings = Tensor::settings();
            let (inner, ()) = Census::during(work);
            let elsewhere = || settings(&mut || work());
            std::thread::scope(|s| s.spawn(elsewhere).join()).unwrap();
            let another = || with_options(options, work);
            std::thread::scope(|s| s.spawn(another).join()).unwrap();
            assert!(std::panic::catch_unwind(|| Census::during(|| panic!("inside"))).is_err());
            inner
        })
    });
    let once = Census { results: 1, densified: [("argsort", 1)].into(), ..Census::default() };
    assert_eq!((outer, inner), (once.clone(), once));
}
