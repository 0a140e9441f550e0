"""Operators and functions of several arrays beside lists and arrays of other libraries: on both sides, against NumPy."""

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from samples import same

import redpoll as rp

scipy_sparse = pytest.importorskip("scipy.sparse")
pydata = pytest.importorskip("sparse")

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

ARRAY = np.asarray([[1.0, 0.0, 2.0], [0.0, 0.0, -3.0], [4.0, 0.5, 0.0]])
OTHER = np.asarray([[0.0, 2.0, 0.0], [5.0, 0.0, 1.0], [0.0, -1.0, 3.0]])


def as_scipy(format, array):
    return scipy_sparse.coo_array(array).asformat(format)


OURS: dict[str, Callable[[Any], Any]] = {
    "tensor": lambda a: rp.asarray(a).to_format("csr" if a.ndim == 2 else "coo"),
    "lazy": rp.lazy.from_tensor,
    "chunked": lambda a: rp.chunked.from_tensor(a, chunks=2),
}
ARRAYS: dict[str, Callable[[Any], Any]] = {
    "list": lambda a: a.tolist(),
    "tuple": lambda a: tuple(a.tolist()),
    "ndarray": np.asarray,
    "columns": np.asfortranarray,
    "swapped": lambda a: a.astype(a.dtype.newbyteorder()),
    **{f"{format}_array": partial(as_scipy, format) for format in ("csr", "csc", "coo", "bsr", "dia", "dok", "lil")},
    "COO": pydata.COO.from_numpy,
    "GCXS": pydata.GCXS.from_numpy,
}
MATRICES = {
    "matrix": np.asmatrix,
    "csr_matrix": scipy_sparse.csr_matrix,
    "coo_matrix": scipy_sparse.coo_matrix,
}
ELEMENTWISE = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
]
COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]
BITS = [operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift]


def close(result, expected, kind):
    assert type(result) is type(OURS[kind](ARRAY)), type(result)
    same(result, expected, exact=False, zeros=False)


# scipy refuses these itself, before it asks anyone.
OF_SCIPY = (NotImplementedError, TypeError, ValueError)


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("op", ELEMENTWISE + COMPARISONS + [operator.matmul], ids=lambda op: op.__name__)
def test_arrays_of_other_libraries_are_operands_on_both_sides(op, name, kind):
    x, other = OURS[kind](ARRAY), ARRAYS[name](OTHER)
    close(op(x, other), op(ARRAY, OTHER), kind)
    if op is operator.pow and name.endswith("_array"):
        with pytest.raises(OF_SCIPY):
            op(other, x)
    else:
        close(op(other, x), op(OTHER, ARRAY), kind)


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("op", BITS, ids=lambda op: op.__name__)
def test_bits_beside_other_libraries(op, name, kind):
    array, integers = np.asarray([[1, 0], [5, 2]]), np.asarray([[0, 3], [1, 2]])
    x, other = OURS[kind](array), ARRAYS[name](integers)
    close(op(x, other), op(array, integers), kind)
    if op is operator.or_ and name == "dok_array":
        # As of dictionaries, by scipy.
        with pytest.raises(TypeError):
            op(other, x)
    else:
        close(op(other, x), op(integers, array), kind)


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("op", ELEMENTWISE + COMPARISONS + [operator.matmul], ids=lambda op: op.__name__)
def test_matrices(op, name):
    x, other = OURS["tensor"](ARRAY), MATRICES[name](OTHER)
    if op in (operator.mul, operator.pow):
        # Elements or matrices? Neither side knows what is meant.
        with pytest.raises(TypeError, match="matri"):
            op(x, other)
        with pytest.raises(OF_SCIPY):
            op(other, x)
        return
    close(op(x, other), op(ARRAY, OTHER), "tensor")
    close(op(other, x), op(OTHER, ARRAY), "tensor")


@pytest.mark.parametrize("op", ELEMENTWISE + COMPARISONS, ids=lambda op: op.__name__)
@pytest.mark.parametrize("scalar", [np.float64(2), np.asarray(2.0), np.asarray(2), np.int8(2), pydata.COO(np.asarray(2.0))])
def test_scalars_of_other_libraries(op, scalar):
    x, dense = OURS["tensor"](ARRAY), np.asarray(2.0)
    close(op(x, scalar), op(ARRAY, dense), "tensor")
    close(op(scalar, x), op(dense, ARRAY), "tensor")


def test_vectors():
    x, v = OURS["tensor"](ARRAY), np.asarray([1.0, 0.0, 2.0])
    for other in (v, v.tolist(), scipy_sparse.coo_array(v), pydata.COO.from_numpy(v)):
        same(x @ other, ARRAY @ v)
        same(other @ x, v @ ARRAY)
        same(x + other, ARRAY + v)


def test_in_place():
    for other in (OTHER, OTHER.tolist(), scipy_sparse.csr_array(OTHER), pydata.COO.from_numpy(OTHER)):
        x = kept = OURS["tensor"](ARRAY)
        x += other
        x *= other
        x @= other
        assert x is kept
        same(x, ((ARRAY + OTHER) * OTHER) @ OTHER, exact=False, zeros=False)
    x = rp.asarray([1, 2], dtype=rp.int8)
    with pytest.raises(TypeError, match="int8 cannot hold int64"):
        x += [1, 2]
    with pytest.raises(TypeError):
        x *= scipy_sparse.csr_matrix(OTHER)


def test_lists_have_the_data_type_of_asarray():
    x = rp.asarray([1, 2], dtype=rp.int8)
    assert (x + [1, 2]).dtype == rp.int64 and (x + [1.5, 2]).dtype == rp.float64
    assert (x + [np.int8(1), np.int8(2)]).dtype == rp.int8
    with pytest.raises(TypeError, match="uint64"):
        rp.asarray([1, 2], dtype=rp.uint64) + [1, 2]


@pytest.mark.parametrize("op", [operator.eq, operator.ne])
@pytest.mark.parametrize("other", ["text", b"text", None, {}, {1}, object(), ..., int], ids=repr)
def test_what_cannot_be_compared_is_an_error(op, other):
    x = rp.ones(3)
    with pytest.raises(TypeError):
        op(x, other)
    with pytest.raises(TypeError):
        op(other, x)


def test_the_other_side_is_asked():
    class Known:
        def __eq__(self, other: object) -> Any:
            return "equal"

        def __radd__(self, other):
            return "added"

    assert (rp.ones(2) == Known()) == "equal" and rp.ones(2) + Known() == "added"


def test_arrays_whose_elements_are_elsewhere_are_no_operands():
    dask = pytest.importorskip("dask.array")
    x, theirs = rp.ones(3), dask.ones(3)
    for op in ELEMENTWISE + COMPARISONS + [operator.matmul]:
        for pair in ((x, theirs), (theirs, x)):
            with pytest.raises(TypeError):
                op(*pair)
    with pytest.raises(TypeError, match="redpoll.asarray"):
        x + theirs


def test_methods_of_scipy_do_not_take_elements_in_silence():
    x, theirs = OURS["tensor"](ARRAY), scipy_sparse.csr_array(OTHER)
    for method in (theirs.multiply, theirs.maximum, theirs.minimum, scipy_sparse.coo_array(OTHER).multiply):
        with pytest.raises(TypeError, match="redpoll.asarray"):
            method(x)
    same(theirs.dot(x), OTHER @ ARRAY)
    # What is asked for is done.
    np.testing.assert_array_equal(scipy_sparse.csr_array(x).toarray(), ARRAY)
    np.testing.assert_array_equal(np.asarray(x), ARRAY)


def test_functions_of_several_arrays():
    x = OURS["tensor"](ARRAY)
    v = np.asarray([1.0, 0.0, 2.0])
    for make in (ARRAYS["list"], np.asarray, scipy_sparse.coo_array, pydata.COO.from_numpy):
        other, vector = make(OTHER), make(v)
        same(rp.add(x, other), ARRAY + OTHER)
        same(rp.add(other, x), OTHER + ARRAY)
        same(rp.matmul(other, x), OTHER @ ARRAY)
        same(rp.tensordot(x, other, axes=1), ARRAY @ OTHER)
        same(rp.vecdot(x, other), np.sum(ARRAY * OTHER, axis=-1))
        same(rp.concat([x, other]), np.concatenate([ARRAY, OTHER]))
        same(rp.stack([other, x]), np.stack([OTHER, ARRAY]))
        same(rp.where(x > 0, other, 0), np.where(ARRAY > 0, OTHER, 0.0))
        same(rp.where(make(OTHER > 0), x, 0.0), np.where(OTHER > 0, ARRAY, 0))
        same(rp.clip(x, other, 9), np.clip(ARRAY, OTHER, 9))
        same(rp.maximum(x, other), np.maximum(ARRAY, OTHER), zeros=False)
        same(rp.isin(x, other), np.isin(ARRAY, OTHER))
        same(rp.searchsorted(rp.asarray([0.0, 1.0, 2.0]), vector), np.searchsorted([0.0, 1.0, 2.0], v))
        same(rp.broadcast_arrays(x, vector)[1], np.broadcast_to(v, ARRAY.shape))
        same(rp.diff(x, prepend=other), np.diff(ARRAY, prepend=OTHER))
        same(rp.linalg.outer(rp.asarray(v), vector), np.outer(v, v))
    same(rp.take(x, [2, 0], axis=0), ARRAY[[2, 0]])
    same(rp.take(x, [], axis=0), ARRAY[:0])
    same(rp.take_along_axis(x, np.argsort(ARRAY, axis=0), axis=0), np.sort(ARRAY, axis=0))
    same(rp.repeat(x, [1, 0, 2], axis=0), np.repeat(ARRAY, [1, 0, 2], axis=0))


def test_one_array_at_least_is_of_redpoll():
    calls = [
        lambda: rp.add([1], [2]),  # type: ignore[call-overload]
        lambda: rp.matmul(OTHER, OTHER),  # type: ignore[call-overload]
        lambda: rp.concat([OTHER, OTHER]),
        lambda: rp.where([True], 1, 2),  # type: ignore[call-overload]
        lambda: rp.isin([1], [1]),  # type: ignore[call-overload]
        lambda: rp.searchsorted([1], 1),  # type: ignore[call-overload]
        lambda: rp.sum(OTHER),  # type: ignore[type-var]
        lambda: rp.exp([1.0]),  # type: ignore[type-var]
    ]
    for call in calls:
        with pytest.raises(TypeError, match="redpoll.asarray"):
            call()


@pytest.mark.parametrize("kind", OURS)
def test_assignment_of_lists_and_foreign_arrays(kind):
    for make in (ARRAYS["list"], np.asarray, scipy_sparse.coo_array, pydata.COO.from_numpy):
        array, x = ARRAY.copy(), OURS[kind](ARRAY)
        array[0], x[0] = OTHER[1], make(OTHER[1])
        array[:2], x[:2] = OTHER[1:], make(OTHER[1:])
        array[array > 2], x[array > 2] = [7.0, 8.0, 9.0][: int(np.sum(array > 2))], np.asarray([7.0, 8.0, 9.0])[
            : int(np.sum(array > 2))
        ]
        close(x, array, kind)
    x = rp.asarray([1, 2, 3], dtype=rp.int8)
    x[:] = [4, 5.0, True]
    same(x, np.asarray([4, 5, 1], dtype="int8"))
    wrong: list[tuple[list[Any], type[Exception]]] = [
        ([1, 2, 300], OverflowError),
        ([1, 2, 0.5], TypeError),
        ([1, 2, 1j], TypeError),
        ([1, 2], ValueError),
    ]
    for value, error in wrong:
        with pytest.raises(error):
            x[:] = value
    with pytest.raises(OverflowError, match=r"300 at \[2\]"):
        x[:] = [1, 2, 300]
    same(x, np.asarray([4, 5, 1], dtype="int8"))


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int64", "uint64", "float32"])
@pytest.mark.parametrize("number", [300, -1, 2**63, 2**64, -(2**70), 2**200, 0, 1])
@pytest.mark.parametrize("op", COMPARISONS, ids=lambda op: op.__name__)
def test_integers_out_of_range_compare(op, number, dtype):
    array = np.asarray([0, 1, 0, 100], dtype=dtype)
    for x in (rp.asarray(array), rp.chunked.from_tensor(array, chunks=3)):
        same(op(x, number), np.asarray([op(int(v), number) for v in array]))
        same(op(number, x), np.asarray([op(number, int(v)) for v in array]))
