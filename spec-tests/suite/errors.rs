//! Errors: for every kind of array the very same.

use super::oracle::Reference;
use super::{Make, build};
use crate::dtype::{DType, Scalar};
use crate::error::{DTypeError, ShapeError};
use crate::standard::{Axes, Indexing, Map, Order, Reduce, Reduction, Reindex, Scan, ScanKind};
use crate::{Array, Error};

fn ones<A: Array>(make: Make<'_, A>, shape: &[usize], dtype: DType) -> A {
    build(make, &Reference::from_fn(shape, dtype, |_| Scalar::one(dtype))).expect("made")
}

#[track_caller]
fn expect<T>(result: crate::Result<T>, error: impl Into<Error>) {
    assert_eq!(result.err(), Some(error.into()));
}

/// Axes that are not there, or there twice.
pub fn axes<A: Array>(make: Make<'_, A>) {
    let x = ones(make, &[2, 3], DType::Float64);
    let no_axis = |op: &str, axis, ndim| ShapeError::Axis { op: op.to_owned(), axis, ndim };
    expect(x.sum(2), no_axis("sum", 2, 2));
    expect(x.mean([0, -3]), no_axis("mean", -3, 2));
    expect(x.argmax(5), no_axis("argmax", 5, 2));
    expect(x.flip(-4), no_axis("flip", -4, 2));
    expect(x.roll(1, 2), no_axis("roll", 2, 2));
    expect(x.expand_dims(3), no_axis("expand_dims", 3, 3));
    expect(x.take(&[0], 2), no_axis("take", 2, 2));
    expect(x.repeat(2, -3), no_axis("repeat", -3, 2));
    expect(x.unstack(2), no_axis("unstack", 2, 2));
    expect(x.sort(-3, false), no_axis("sort", -3, 2));
    expect(x.argsort(2, true), no_axis("argsort", 2, 2));
    expect(x.cumulative_sum(2, true), no_axis("cumulative_sum", 2, 2));
    expect(x.cumulative_prod(-3, false), no_axis("cumulative_prod", -3, 2));
    expect(x.diff(1, 2, None, None), no_axis("diff", 2, 2));
    expect(A::concat(&[&x, &x], 2), no_axis("concat", 2, 2));
    expect(A::stack(&[&x, &x], 3), no_axis("stack", 3, 3));
    let twice = |op: &str, axis| ShapeError::RepeatedAxis { op: op.to_owned(), axis };
    expect(x.sum([1, -1]), twice("sum", 1));
    expect(x.permute_dims(&[0, 0]), twice("permute_dims", 0));
    expect(x.moveaxis(&[0, 1], &[1, 1]), twice("moveaxis", 1));
    // An operation that was not built by a method is checked as well.
    let op = Reduce { reduction: Reduction::Sum, axes: [7].into_iter().collect(), keepdims: false };
    expect(A::apply_one(op, &[&x]), no_axis("sum", 7, 2));
    expect(
        A::apply_one(Scan { kind: ScanKind::Prod, axis: 2 }, &[&x]),
        no_axis("cumulative_prod", 2, 2),
    );
    expect(A::apply_one(Order::Sort { axis: 2, descending: false }, &[&x]), no_axis("sort", 2, 2));
    assert!(matches!(
        A::apply_one(Reindex::Permute { axes: [0].into_iter().collect() }, &[&x]),
        Err(Error::Shape(ShapeError::Parameter { .. }))
    ));
    assert!(matches!(
        x.permute_dims(&[0]),
        Err(Error::Shape(ShapeError::Parameter { what: "axes", .. }))
    ));
    assert!(matches!(
        ones::<A>(make, &[2, 3, 4], DType::Int8).argmin(Axes::from([0, 1])),
        Err(Error::Shape(ShapeError::Parameter { what: "axis", .. }))
    ));
}

/// A function made of several operations is named itself, not the one that failed.
pub fn names<A: Array>(make: Make<'_, A>) {
    let (x, vector) = (ones(make, &[2, 3], DType::Float64), ones(make, &[3], DType::Float64));
    let (other, flags) = (ones(make, &[4, 5], DType::Float64), ones(make, &[2, 3], DType::Bool));
    #[track_caller]
    fn says<T>(name: &str, result: crate::Result<T>) {
        let message = result.err().expect(name).to_string();
        assert!(message.starts_with(&format!("{name}: ")), "{name}: {message}");
    }
    const HUGE: usize = usize::MAX;
    says("tril", vector.tril(0));
    says("triu", vector.triu(0));
    says("argmin", x.argmin(3));
    says("index", x.index((0, 0, 0)));
    says("index", x.index(9));
    says("assign", x.assign(9, 1.0));
    says("assign", x.assign((.., 0), &other));
    says("take", x.take(&[7], 0));
    says("take_along_axis", x.take_along_axis(&other, 0));
    says("matmul", x.matmul(&other));
    says("vecdot", x.vecdot(&other, -1));
    says("vecdot", flags.vecdot(&flags, 5));
    says("tensordot", x.tensordot(&other, 1));
    says("tensordot", x.tensordot_axes(&other, &[0], &[1]));
    says("einsum", A::einsum("ab,bc->ac", &[&x, &other]));
    says("einsum", A::einsum("ab->", &[&vector]));
    says("matrix_transpose", vector.matrix_transpose());
    says("moveaxis", x.moveaxis(&[5], &[0]));
    says("permute_dims", x.permute_dims(&[0, 7]));
    says("reshape", x.reshape([5]));
    says("broadcast_arrays", A::broadcast_arrays(&[&x, &other]));
    says("expand_dims", x.expand_dims(9));
    says("squeeze", x.squeeze(0));
    says("flip", x.flip(9));
    says("roll", x.roll(1, 9));
    says("tile", x.tile([HUGE, HUGE]));
    says("repeat", x.repeat(2, 9));
    says("concat", A::concat(&[&x, &other], 0));
    says("stack", A::stack(&[&x, &other], 0));
    says("unstack", x.unstack(9));
    says("meshgrid", A::meshgrid(&[&x, &x], Indexing::Ij));
    says("cumulative_sum", x.cumulative_sum(9, true));
    says("cumulative_prod", x.cumulative_prod(9, true));
    says("diff", x.diff(1, 9, None, None));
    says("diff", x.diff(1, 0, Some(&other), None));
    says("searchsorted", x.searchsorted(&vector, false, None));
    says("nonzero", A::full([], 1.0).and_then(|x| x.nonzero()));
    says("count_nonzero", x.count_nonzero(4));
    says("std", x.std(9, 0.0));
}

/// Shapes of other sizes.
pub fn shapes<A: Array>(make: Make<'_, A>) {
    let x = ones(make, &[2, 3], DType::Int32);
    let mismatch = |result: crate::Result<A>, name: &str| match result {
        Err(Error::Shape(ShapeError::Mismatch { op, shapes, .. })) => {
            assert_eq!((op.as_str(), shapes[0].as_slice()), (name, &[2, 3][..]));
        }
        other => panic!("{name}: {other:?}"),
    };
    mismatch(x.reshape([4, 2]), "reshape");
    mismatch(x.reshape([4, -1]), "reshape");
    mismatch(x.broadcast_to([3, 3]), "broadcast_to");
    mismatch(x.broadcast_to([3]), "broadcast_to");
    mismatch(x.squeeze(0), "squeeze");
    let wrong = |result: crate::Result<A>| {
        assert!(
            matches!(result, Err(Error::Shape(ShapeError::Parameter { what: "shape", .. }))),
            "{result:?}"
        );
    };
    wrong(x.reshape([-1, -1]));
    wrong(x.reshape([-2, -3]));
    let huge = A::full([1], 1.0).and_then(|one| one.broadcast_to([usize::MAX, 3])?.flatten());
    // A format that stores every element refuses it for its bytes.
    assert!(
        matches!(huge, Err(Error::Shape(ShapeError::TooLarge { .. }) | Error::Memory(_))),
        "{huge:?}"
    );
}

/// Shapes that do not broadcast.
pub fn broadcasts<A: Array>(make: Make<'_, A>) {
    let (x, y) = (ones(make, &[2, 3], DType::Int8), ones(make, &[2], DType::Float32));
    let due = |op: &str, shapes: &[&[usize]]| ShapeError::Broadcast {
        op: op.to_owned(),
        shapes: shapes.iter().map(|s| s.to_vec()).collect(),
    };
    expect(x.add(&y), due("add", &[&[2, 3], &[2]]));
    expect(y.less(&x), due("less", &[&[2], &[2, 3]]));
    expect(x.clip(Some(&y), Some(&y)), due("clip", &[&[2, 3], &[2], &[2]]));
    expect(A::broadcast_arrays(&[&y, &x]), due("broadcast_arrays", &[&[2], &[2, 3]]));
    let condition = ones(make, &[4], DType::Bool);
    expect(condition.where_(&x, 0), due("where", &[&[4], &[2, 3]]));
}

/// Products of shapes that do not fit.
pub fn products<A: Array>(make: Make<'_, A>) {
    let x = ones(make, &[2, 3], DType::Float32);
    let scalar = ones(make, &[], DType::Float32);
    let stack = ones(make, &[5, 3, 4], DType::Float32);
    let mismatch = |result: crate::Result<A>, name: &str| match result {
        Err(Error::Shape(ShapeError::Mismatch { op, .. })) => assert_eq!(op, name),
        other => panic!("{name}: {other:?}"),
    };
    mismatch(x.matmul(&x), "matmul");
    mismatch(x.matmul(&scalar), "matmul");
    mismatch(scalar.matmul(&x), "matmul");
    mismatch(ones::<A>(make, &[3, 2, 3], DType::Float32).matmul(&stack), "matmul");
    mismatch(x.vecdot(&stack, -1), "vecdot");
    mismatch(x.tensordot(&x, 1), "tensordot");
    mismatch(scalar.matrix_transpose(), "matrix_transpose");
    assert!(matches!(
        x.tensordot(&x, 3),
        Err(Error::Shape(ShapeError::Parameter { what: "axes", .. }))
    ));
    expect(
        x.tensordot_axes(&x, &[0, 1], &[0]),
        ShapeError::Arity { op: "tensordot".to_owned(), expected: 2, got: 1 },
    );
}

/// Joins of arrays that differ, and of none.
pub fn joins<A: Array>(make: Make<'_, A>) {
    let (x, y) = (ones(make, &[2, 3], DType::Bool), ones(make, &[2, 2], DType::Bool));
    let mismatch = |result: crate::Result<A>, name: &str| match result {
        Err(Error::Shape(ShapeError::Mismatch { op, shapes, .. })) => {
            assert_eq!((op.as_str(), shapes), (name, vec![vec![2, 3], vec![2, 2]]));
        }
        other => panic!("{name}: {other:?}"),
    };
    mismatch(A::concat(&[&x, &y], 0), "concat");
    mismatch(A::stack(&[&x, &y], 0), "stack");
    for (name, result) in [("concat", A::concat(&[], 0)), ("stack", A::stack(&[], 0))] {
        expect(result, ShapeError::Arity { op: name.to_owned(), expected: 1, got: 0 });
    }
    assert!(matches!(
        A::from_values([2, 2], vec![1.0]),
        Err(Error::Shape(ShapeError::Mismatch { .. }))
    ));
}

/// Types without a common one, and numbers of inputs.
pub fn dtypes<A: Array>(make: Make<'_, A>) {
    let (x, y) = (ones(make, &[2], DType::UInt64), ones(make, &[2], DType::Int8));
    let due = |op: &str| DTypeError::NoPromotion {
        op: op.to_owned(),
        left: DType::UInt64,
        right: DType::Int8,
    };
    expect(x.add(&y), due("add"));
    expect(x.equal(&y), due("equal"));
    expect(A::concat(&[&x, &y], 0), due("concat"));
    assert!(matches!(x.vecdot(&y, -1), Err(Error::DType(DTypeError::NoPromotion { .. }))));
    expect(
        A::apply_one(Map::of_arrays(crate::standard::Func::Add), &[&x]),
        ShapeError::Arity { op: "add".to_owned(), expected: 2, got: 1 },
    );
}
