//! What holds for every class of operation.

use super::{Family, Options, with_options};
use crate::Array;
use crate::Result;
use crate::buffer::Values;
use crate::dtype::{DType, Scalar};
use crate::error::{Error, MemoryError};
use crate::kernels::map::map_scalar;
use crate::standard::{Arg, Axes, Expr, Func, Ix, Map};
use crate::tensor::{Duplicates, Format, Leaf, Level, Pattern, Tensor};

/// Every operation of arrays without elements, however long their other axes are, takes the time and the memory of
/// nothing.
#[test]
fn no_elements_cost_nothing() {
    const LONG: usize = 1 << 40;
    for shape in [[LONG, LONG, 0], [LONG, 0, LONG], [0, LONG, LONG]] {
        for family in Family::ALL {
            let none = Tensor::zeros(shape, DType::Float64).unwrap();
            assert_eq!(none.to_values().unwrap(), Values::from(Vec::<f64>::new()));
            // Where there would be pointers for a long dimension, or more positions than can be counted: no.
            let Ok(x) = none.to_format(&family.format(3)) else { continue };
            without_elements(&x, &none).unwrap_or_else(|error| panic!("{family}: {error}"));
        }
    }
}

/// Axes may be longer than a signed index reaches.
#[test]
fn the_longest_axes_are_indexed() {
    let ends = vec![0, 3, usize::MAX as u64 - 1];
    let values = vec![1.0, 2.0, 3.0];
    let (shape, format) = ([usize::MAX], Format::csf(1));
    let x = Tensor::from_coo(shape, [ends], values, 0.0, Duplicates::Error, &format).unwrap();
    assert_eq!(x.index(3).unwrap().item().unwrap(), 2.0.into());
    assert_eq!(x.index(-1).unwrap().item().unwrap(), 3.0.into());
    assert!(x.index(isize::MIN).unwrap().item().unwrap().is_zero());
    let flipped = x.flip(0).unwrap();
    assert_eq!(flipped.get([usize::MAX - 4]).unwrap(), 2.0.into());
    // As int64, the position or the number would be another one.
    assert!(x.argmax(0).is_err() && x.add(1.0).unwrap().count_nonzero(0).is_err());
    assert_eq!(x.count_nonzero(0).unwrap().item().unwrap(), 3_i64.into());
    let thirds = x.index(Ix::step(.., -3)).unwrap();
    assert_eq!((thirds.shape()[0], thirds.stored()), (usize::MAX / 3, 1));
    assert_eq!(thirds.get([0]).unwrap(), 3.0.into());
}

/// Operations that cannot keep runs write them out only within the limit.
#[test]
fn runs_are_not_written_out_by_surprise() {
    let n = 1_usize << 33;
    let runs = |ptr: Vec<u64>, ends: Vec<u64>| Level::Runs { ptr: ptr.into(), ends: ends.into() };
    let level = runs(vec![0, 2], vec![5, n as u64]);
    let pattern = Pattern::try_new(&[n], vec![level]).unwrap();
    let long = Tensor::from_parts(pattern, &[0], Values::from(vec![1.0, 2.0]), 0.0).unwrap();
    let sparse = Tensor::zeros([n], DType::Float64).unwrap();
    let m = 1_usize << 20;
    let rows = runs(vec![0, 1], vec![m as u64]);
    let columns = runs(vec![0, 2], vec![5, m as u64]);
    let pattern = Pattern::try_new(&[m, m], vec![rows, columns]).unwrap();
    let wide = Tensor::from_parts(pattern, &[0, 1], Values::from(vec![1.0, 2.0]), 0.0).unwrap();
    for result in [
        Tensor::concat(&[&long, &long], 0),
        Tensor::concat(&[&long, &sparse], 0),
        Tensor::concat(&[&sparse, &long], 0),
        long.expand_dims(0),
        wide.flatten(),
        wide.add(&wide.t().unwrap()),
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Memory(MemoryError::Densifies { .. })), "{error}");
    }
}

/// What is recorded may be long: the evaluation of a chain must not recurse over it.
#[test]
fn chains_are_of_any_length() {
    let (mut expr, length) = (Expr::default(), 20_000);
    let mut last = expr.input(0);
    for _ in 0..length {
        let args = [Arg::Input, Arg::Scalar(1.0.into())].into_iter().collect();
        last = expr.apply(Map { func: Func::Add, args }, [last]);
    }
    expr.output(last);
    let x = Tensor::from_values([3], vec![0.0, 5.0, 0.0]).unwrap();
    let result = Tensor::eval_expr(&expr, &[&x]).unwrap();
    assert_eq!(result[0].to_vec::<f64>().unwrap(), [2e4, 20_005.0, 2e4]);
}

/// A matrix with a value of either sign in every seventh place, more or less.
fn scattered(shape: [usize; 2], seed: usize, dtype: DType) -> Tensor {
    let elements = (0..shape[0] * shape[1]).map(|k| (k * 2_654_435_761 + seed) % 1_000_003);
    let values = elements.map(|k| if k % 7 > 0 { 0.0 } else { (k % 5 + 1) as f64 - 2.5 });
    let values: Vec<f64> = values.collect();
    let x = Tensor::from_dense(shape, values, 0.0, &Format::csr()).unwrap();
    x.multiply(2).unwrap().astype(dtype).unwrap()
}

#[track_caller]
fn assert_equal(got: &Tensor, want: &Tensor) {
    assert!(got.equal(want).unwrap().all(..).unwrap().item().unwrap().to::<bool>());
}

/// −0.0 as the fill of one operand or of a part is no other fill than 0.0.
#[test]
fn negative_zero_makes_nothing_dense() {
    let x = scattered([300, 200], 1, DType::Float64);
    let minus = x.negative().unwrap();
    assert_eq!((minus.fill(), minus.stored()), (Scalar::Float64(-0.0), x.stored()));
    let dense = minus.to_format(&Format::dense(2)).unwrap();
    for (joined, want) in [
        (Tensor::concat(&[&x, &minus], 1), Tensor::concat(&[&x, &dense], 1)),
        (Tensor::stack(&[&minus, &x, &minus], 0), Tensor::stack(&[&dense, &x, &dense], 0)),
    ] {
        let (joined, want) = (joined.unwrap(), want.unwrap());
        assert_equal(&joined, &want);
        let parts = joined.meta().size() / x.meta().size();
        assert!(joined.stored() < parts * x.stored() * 3 / 2, "{}", joined.format());
    }
    for k in [-3, 0, 190] {
        let (lower, upper) = (minus.tril(k).unwrap(), minus.triu(k).unwrap());
        assert_eq!(lower.stored(), x.tril(k).unwrap().stored());
        assert_eq!(upper.stored(), x.triu(k).unwrap().stored());
        assert_equal(&lower, &dense.tril(k).unwrap());
    }
    let rows = minus.assign(..10, 0).unwrap();
    let part = minus.assign((20..80, 7..190), &x.index((20..80, 7..190)).unwrap()).unwrap();
    assert_equal(
        &part,
        &dense.assign((20..80, 7..190), &x.index((20..80, 7..190)).unwrap()).unwrap(),
    );
    assert!(rows.stored() < x.stored() && part.stored() <= x.stored());
    let diagonal = Tensor::eye(300, 200, 0, DType::Float64).unwrap().negative().unwrap();
    let products = diagonal.cumulative_prod(1, false).unwrap();
    assert!(products.bytes() < 300 * 200, "{}", products.format());
    // Zeros of the other sign among the values are not stored either.
    let signs = x.not_equal(0).unwrap().where_(0.0, -0.0).unwrap();
    assert_eq!(signs.prune().unwrap().stored(), 0);
    let both = signs.to_format(&Format::dense(2)).unwrap().sparsify(&Format::csr()).unwrap();
    assert_eq!(both.stored(), 0);
}

/// Where 0 annihilates finite numbers, whatever their sign, a result stores no more than both operands have in common.
#[test]
fn what_zero_annihilates_is_not_stored() {
    for dtype in [DType::Float64, DType::Float32, DType::Int32, DType::Complex128, DType::Bool] {
        let (x, y) = (scattered([400, 150], 1, dtype), scattered([400, 150], 5, dtype));
        let common = x.not_equal(0).unwrap().logical_and(&y.not_equal(0).unwrap()).unwrap();
        let common = common.count_nonzero(..).unwrap().item().unwrap().to::<u64>();
        let sample = [-3.0, -1.0, 1.0, 2.0].map(|v| Scalar::from(v).cast(dtype));
        let mut found = 0;
        for &func in Func::ALL.iter().filter(|f| f.arity() == 2) {
            let Ok(compute) = func.compute_dtype(&[dtype, dtype]) else { continue };
            let zero = Scalar::zero(compute);
            let annihilates = sample.iter().map(|v| v.cast(compute)).chain([zero]).all(|v| {
                map_scalar(func, compute, &[zero, v]).is_zero()
                    && map_scalar(func, compute, &[v, zero]).is_zero()
            });
            if annihilates {
                found += 1;
                let result = x.binary(func, &y).unwrap();
                assert!(result.stored() <= common.into(), "{func} of {dtype}: {}", result.stored());
                let dense = x.to_format(&Format::dense(2)).unwrap();
                assert_equal(&result, &dense.binary(func, &y).unwrap());
            }
        }
        assert!(found > 0, "{dtype}");
    }
}

/// The fill of a product with a row does not depend on the values of the row.
#[test]
fn parts_of_a_product_have_one_fill() {
    let x = scattered([300, 60], 3, DType::Float64);
    let signs: Vec<f64> = (0..60).map(|k| if k / 20 % 2 == 0 { -1.5 } else { 2.0 }).collect();
    let row = Tensor::from_values([60], signs).unwrap();
    for (rows, start) in [(300, 0), (300, 20), (300, 40), (20, 0), (20, 20)] {
        let columns = start..start + 20;
        let part = x.index((..rows, columns.clone())).unwrap();
        let product = part.multiply(&row.index(columns).unwrap()).unwrap();
        assert_eq!(product.fill(), Scalar::Float64(0.0), "{rows} rows, columns from {start}");
    }
}

/// A fill that is left no element is 0, whatever the operands' fills come to.
#[test]
fn an_unused_fill_is_zero() {
    let full = Tensor::from_values([3, 4], (1..13).map(f64::from).collect::<Vec<_>>()).unwrap();
    let x = scattered([3, 4], 3, DType::Float64);
    let nan = x.divide(&x).unwrap();
    let ones = Tensor::ones([3, 4], DType::Float64).unwrap();
    for result in [
        full.add(0.5),
        full.divide(&full.sum(0).unwrap()),
        full.log(),
        x.matmul(&full.t().unwrap()),
        nan.add(&full),
        ones.matmul(&full.t().unwrap()),
        ones.cumulative_sum(0, false),
        Tensor::concat(&[&full.add(1).unwrap(), &full], 0),
        ones.assign(.., &full),
        ones.sum(0),
        full.cos().unwrap().sort(0, false),
        full.astype(DType::Int8).unwrap().add(1),
        Ok(full.add(1.0).unwrap().nonzero().unwrap().remove(0)),
    ] {
        let result = result.unwrap();
        if result.stored() == result.meta().size() {
            assert_eq!(result.fill(), Scalar::zero(result.dtype()), "{result:?}");
        }
    }
    let dense = Options { format: Some(Family::Dense), ..Options::default() };
    let written = with_options(dense, || ones.add(1.0)).unwrap();
    assert_eq!((written.stored(), written.fill()), (12, Scalar::Float64(0.0)));
}

/// A product of finite elements is 0 where one of them is, though others overflow before and after it.
#[test]
fn zero_ends_an_overflowing_product() {
    let values = vec![1e200, 1e200, 0.0, -1e300, 1e300, 1.0];
    for format in [Format::dense(1), Format::csf(1), Format::coo(1), Format::runs(1)] {
        let x = Tensor::from_dense([6], values.clone(), 0.0, &format).unwrap();
        assert!(x.prod(..).unwrap().item().unwrap().is_zero(), "{format}");
        let infinite = x.assign(0, f64::INFINITY).unwrap();
        assert!(infinite.prod(..).unwrap().item().unwrap().to::<f64>().is_nan());
        let overflows = x.assign(2, 2.0).unwrap().prod(..).unwrap().item().unwrap();
        assert_eq!(overflows, f64::NEG_INFINITY.into());
    }
}

/// The lengths of runs may add up to more than can be counted.
#[test]
fn any_and_all_of_uncounted_elements() {
    let length = 1_u64 << 63;
    let runs = |ends: Vec<u64>, count: u64| Level::Runs {
        ptr: (0..=count).map(|k| k * ends.len() as u64 / count).collect::<Vec<_>>().into(),
        ends: ends.into(),
    };
    for (values, any, all) in [
        (vec![true, true, true], true, true),
        (vec![true, true, false], true, false),
        (vec![false, false, false], false, false),
    ] {
        let levels = vec![Level::Dense, runs(vec![length; 3], 3)];
        let pattern = Pattern::try_new(&[3, length as usize], levels).unwrap();
        let x = Tensor::from_parts(pattern, &[0, 1], Values::from(values.clone()), false).unwrap();
        let truth = |t: Result<Tensor>| t.unwrap().item().unwrap().to::<bool>();
        assert_eq!((truth(x.any(..)), truth(x.all(..))), (any, all), "{values:?}");
    }
}

fn without_elements(x: &Tensor, other: &Tensor) -> Result<()> {
    let shape = x.shape().to_vec();
    assert!(x.same_bits(other)? && x.to_values()?.is_empty());
    for map in [x.add(other)?, other.add(x)?, x.multiply(x)?, x.exp()?, x.less(1.0)?, x.prune()?] {
        assert_eq!(map.shape(), shape);
    }
    for axis in 0..3 {
        let sum = x.sum(Axes::from(axis).keep())?;
        assert_eq!((sum.shape()[axis], sum.stored()), (1, 0));
        assert_eq!(x.var(axis, 1.0)?.ndim(), 2);
        let joined = Tensor::concat(&[x, other, x], axis as isize)?;
        assert_eq!(joined.shape()[axis], 3 * shape[axis]);
        assert_eq!(x.flip(axis)?.shape(), shape);
        assert_eq!(x.take(&[0_i64; 0], axis as isize)?.shape()[axis], 0);
    }
    assert_eq!(x.sum(..)?.item()?, 0.0.into());
    assert_eq!(x.reshape([1 << 62, 0, 1 << 62])?.stored(), 0);
    assert_eq!(x.flatten()?.shape(), [0]);
    assert_eq!(x.index((Ix::Ellipsis, Ix::step(.., -3)))?.stored(), 0);
    assert_eq!(x.broadcast_to([5, shape[0], shape[1], shape[2]])?.stored(), 0);
    assert_eq!(x.permute_dims(&[2, 0, 1])?.add(&other.permute_dims(&[2, 0, 1])?)?.stored(), 0);
    assert_eq!(x.matmul(&x.matrix_transpose()?)?.stored(), 0);
    Ok(())
}

#[test]
fn one_value_for_more_elements_than_there_is_memory_is_not_written_out() {
    const N: usize = 1 << 62;
    let pattern = Pattern::try_new(&[N], vec![Level::Dense]).unwrap();
    for (leaf, size) in [(Leaf::Iso(Scalar::Float64(2.0), N), 8), (Leaf::Pattern(N), 1)] {
        let fill = Scalar::zero(leaf.dtype());
        let vector = Tensor::from_parts(pattern.clone(), &[0], leaf, fill).unwrap();
        let refused = |result: Result<Tensor>, least: u128| match result {
            Err(Error::Memory(MemoryError::Allocation { op, bytes, .. })) if bytes >= least => op,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(vector.all(0), N as u128 * size), "all");
        assert_eq!(refused(vector.to_format(&Format::bitmap(1)), N as u128 * size), "to_format");
        assert_eq!(vector.get([N - 1]).unwrap(), vector.leaf().get(0));
        assert_eq!(vector.equal(&vector).unwrap().stored(), N as u128);
    }
}
