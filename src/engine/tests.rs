//! What holds for every class of operation.

use super::Family;
use crate::Array;
use crate::Result;
use crate::buffer::Values;
use crate::dtype::DType;
use crate::error::{Error, MemoryError};
use crate::standard::{Arg, Axes, Expr, Func, Ix, Map};
use crate::tensor::{Duplicates, Format, Level, Pattern, Tensor};

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
    let x = Tensor::from_coo(&shape, [ends], values, 0.0, Duplicates::Error, &format).unwrap();
    assert_eq!(x.index(3).unwrap().item().unwrap(), 2.0.into());
    assert_eq!(x.index(-1).unwrap().item().unwrap(), 3.0.into());
    assert!(x.index(isize::MIN).unwrap().item().unwrap().is_zero());
    let flipped = x.flip(0).unwrap();
    assert_eq!(flipped.get(&[usize::MAX - 4]).unwrap(), 2.0.into());
    // As int64, the position or the number would be another one.
    assert!(x.argmax(0).is_err() && x.add(1.0).unwrap().count_nonzero(0).is_err());
    assert_eq!(x.count_nonzero(0).unwrap().item().unwrap(), 3_i64.into());
    let thirds = x.index(Ix::step(.., -3)).unwrap();
    assert_eq!((thirds.shape()[0], thirds.stored()), (usize::MAX / 3, 1));
    assert_eq!(thirds.get(&[0]).unwrap(), 3.0.into());
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
    assert_eq!(x.reshape(&[1 << 62, 0, 1 << 62])?.stored(), 0);
    assert_eq!(x.flatten()?.shape(), [0]);
    assert_eq!(x.index((Ix::Ellipsis, Ix::step(.., -3)))?.stored(), 0);
    assert_eq!(x.broadcast_to([5, shape[0], shape[1], shape[2]])?.stored(), 0);
    assert_eq!(x.permute_dims(&[2, 0, 1])?.add(&other.permute_dims(&[2, 0, 1])?)?.stored(), 0);
    assert_eq!(x.matmul(&x.matrix_transpose()?)?.stored(), 0);
    Ok(())
}
