"""The one rule by which numbers become values of a data type, and what is no array, against NumPy."""

import array as stdlib_array
import collections
import ctypes
import datetime
import decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ALL, same

import redpoll as rp

sparse = pytest.importorskip("sparse")

pytestmark = pytest.mark.filterwarnings("ignore")

NUMBERS = [
    True, False, 0, 1, -1, 2, 127, 128, 255, 256, -129, 2**31, 2**63, -(2**63), 2**64, 0.0, -0.0, 1.0, 0.5, -3.0, 255.0, 256.0,
    1e10, 1e30, 1e300, float("nan"), float("inf"), -float("inf"), 0j, 1j, 2 + 3j,
]  # fmt: skip


def stricter(number, dtype):
    """Where NumPy gives a value all the same: fractions cut off, finite numbers become infinite."""
    kind, value = np.dtype(dtype).kind, complex(number)
    if kind in "iu":
        return isinstance(number, float) and np.isfinite(number) and number != int(number)
    return kind in "fc" and np.isfinite(value) and not np.isfinite(np.asarray(value).astype(np.result_type(dtype, "c8")))


@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_a_number_as_a_data_type(number, dtype):
    """asarray, full, full_like, from_coo and assignment give the same value, that of NumPy, or the same refusal."""
    ways = [
        lambda: rp.asarray([number], dtype=dtype),
        lambda: rp.full((1,), number, dtype=dtype),
        lambda: rp.full_like(rp.zeros(1, dtype=dtype), number),
        lambda: rp.from_coo([[]], [], (1,), fill_value=number, dtype=dtype),
        lambda: rp.from_coo([[0]], [number], (1,), dtype=dtype),
        lambda: assigned(number),
        lambda: assigned([number]),
    ]

    def assigned(value):
        x = rp.zeros(1, dtype=dtype)
        x[:] = value
        return x

    expected: Any
    try:
        expected = np.asarray([number], dtype=dtype)
    except (TypeError, ValueError, OverflowError) as refusal:
        expected = type(refusal)
    if stricter(number, dtype):
        expected = TypeError if np.dtype(dtype).kind in "iu" else OverflowError
    for way in ways:
        if isinstance(expected, type):
            with pytest.raises(expected):
                way()
        else:
            same(way(), expected)


@given(st.lists(st.sampled_from(NUMBERS + [np.float32(0.5), np.int8(3), np.uint16(7), np.float64(1e300), np.complex64(1j)])), st.sampled_from(ALL))
def test_lists_as_a_data_type(numbers, dtype):
    try:
        got = rp.asarray(numbers, dtype=dtype)
    except (TypeError, ValueError, OverflowError):
        return
    same(got, np.asarray(numbers, dtype=dtype))


def test_messages_say_value_and_place():
    for call, error, words in [
        (lambda: rp.asarray([[1, 2], [3, float("nan")]], dtype=rp.int64), ValueError, r"nan at \[1, 1\].*int64"),
        (lambda: rp.asarray([1, 2j], dtype=rp.float64), TypeError, r"2j\) at \[1\].*float64"),
        (lambda: rp.full(2, float("nan"), dtype=rp.int64), ValueError, "full: fill_value nan"),
        (lambda: rp.full(2, 1j, dtype=rp.float64), TypeError, "full: fill_value .*j"),
        (lambda: rp.from_coo([[0]], [1], (2,), fill_value=300, dtype="int8"), OverflowError, "300"),
        (lambda: rp.from_coo([[0]], [1], (2,), fill_value=0.5), TypeError, "from_coo: fill_value 0.5"),
        (lambda: rp.from_coo([[0]], [300], (2,), dtype="int8"), OverflowError, r"300 at \[0\]"),
    ]:
        with pytest.raises(error, match=words):
            call()


def test_scalars_of_numpy_keep_their_data_type():
    assert rp.asarray([np.float32(1), np.float64(1e300)]).dtype == rp.float64
    assert rp.asarray(np.float32(1)).dtype == rp.float32 and rp.full(2, np.float32(1)).dtype == rp.float32
    x = rp.ones(2, dtype=rp.float32)
    assert (x + np.float64(1)).dtype == rp.float64 and (np.float64(1) * x).dtype == rp.float64
    assert (x + 1.0).dtype == rp.float32 and rp.add(x, np.float64(1)).dtype == rp.float64
    assert (x + np.complex128(1)).dtype == rp.complex128
    assert rp.where(x > 0, x, np.float64(1)).dtype == rp.float64


def test_arrays_without_axes():
    coo = sparse.COO.from_numpy(np.asarray([1.0, 2.0]))
    for zero_dim in (coo.sum(), sparse.COO(np.asarray(3.0)), np.asarray(3.0), np.float64(3), rp.asarray(3.0), 3.0):
        same(rp.asarray(zero_dim), np.asarray(3.0))
        same(rp.asarray([zero_dim, 1.0]), np.asarray([3.0, 1.0]))
        same(rp.full((2,), zero_dim), np.full(2, 3.0))
        x = rp.zeros(2)
        x[1] = zero_dim
        same(x, np.asarray([0.0, 3.0]))
    same(rp.from_dlpack(np.asarray(3.0)), np.asarray(3.0))


def nested(depth):
    outer: list[Any] = []
    for _ in range(depth):
        outer = [outer]
    return outer


def itself():
    outer: list[Any] = []
    outer.append(outer)
    return outer


class Interface:
    def __init__(self, **interface):
        self.__array_interface__ = {"version": 3, "typestr": "<f8", "shape": (2,), **interface}


MASKED = np.ma.MaskedArray([1.0, 2.0], mask=[False, True])


@pytest.mark.parametrize(
    "obj, error",
    [
        ("text", TypeError),
        (["text"], TypeError),
        ([["a"], ["b"]], TypeError),
        (b"ab", TypeError),
        ([b"ab"], TypeError),
        ({}, TypeError),
        ({1: 2}, TypeError),
        (collections.UserDict({0: 1}), TypeError),
        ({1, 2}, TypeError),
        (frozenset(), TypeError),
        ((k for k in range(3)), TypeError),
        (iter([1]), TypeError),
        (None, TypeError),
        ([None], TypeError),
        (object(), TypeError),
        (int, TypeError),
        (np.ndarray, TypeError),
        (len, TypeError),
        (decimal.Decimal(1), TypeError),
        ([datetime.date(2026, 1, 1)], TypeError),
        (np.datetime64("2026-01-01"), TypeError),
        (np.timedelta64(1, "s"), TypeError),
        (np.asarray(["2026-01-01"], dtype="M8[D]"), TypeError),
        (np.asarray([object()]), TypeError),
        (np.asarray([1, 2], dtype=object), TypeError),
        (np.asarray(["a"]), TypeError),
        (np.zeros(2, dtype=[("a", "i4"), ("b", "f8")]), TypeError),
        (np.zeros(2, dtype="float16"), TypeError),
        (np.float16(1), TypeError),
        (np.longdouble(1), TypeError),
        (MASKED, TypeError),
        (nested(100_000), ValueError),
        (nested(64), ValueError),
        (itself(), ValueError),
        ([[1], 2], ValueError),
        ([[1, 2], [3]], ValueError),
        ([np.ones(2), np.ones(3)], ValueError),
        ([rp.ones(2), rp.ones(2)], TypeError),
        (2**200, OverflowError),
        (Interface(data=(8, False)), TypeError),
        (Interface(data=b"short"), TypeError),
        (Interface(data=bytes(16), strides=(-8,)), ValueError),
        (Interface(data=bytes(16), typestr="|O"), (TypeError, ValueError)),
    ],
    ids=lambda value: None if isinstance(value, list) else type(value).__name__,
)
def test_what_is_no_array(obj, error):
    with pytest.raises(error):
        rp.asarray(obj)


def test_what_is_an_array():
    for obj, expected in [
        (range(3), np.arange(3)),
        (collections.deque([1, 2.5]), np.asarray([1, 2.5])),
        ([np.ones(2), [1, 2]], np.asarray([[1.0, 1.0], [1.0, 2.0]])),
        (np.asmatrix([[1, 2]]), np.asarray([[1, 2]])),
        (np.ma.MaskedArray([1.0, 2.0]), np.asarray([1.0, 2.0])),
        (bytearray(b"ab"), np.asarray([97, 98], dtype="uint8")),
        (stdlib_array.array("i", [1, 2]), np.asarray([1, 2], dtype="int32")),
        ((ctypes.c_double * 2)(1, 2), np.asarray([1.0, 2.0])),
        (Interface(data=np.asarray([1.0, 2.0]).tobytes()), np.asarray([1.0, 2.0])),
        (np.rec.array([(1,)], dtype=[("a", "i4")]).a, np.asarray([1], dtype="int32")),
        ([[], []], np.zeros((2, 0))),
        (nested(62), np.asarray(nested(62))),
    ]:
        same(rp.asarray(obj), expected)


def test_empty_lists_are_indices():
    array = np.arange(12.0).reshape(3, 4)
    for x in (rp.asarray(array), rp.chunked.from_tensor(array, chunks=2), rp.lazy.from_tensor(array)):
        same(x[[]], array[[]])
        same(x[:, []], array[:, []])
        same(x[[[], []]], array[[[], []]])
        x[[]] = 5
        same(x, array)
        same(x[[True, False, True]], array[[True, False, True]])
        same(x[(0, 1), (1, 2)], array[(0, 1), (1, 2)])
    keys: list[Any] = [[0.5], ["a"], np.zeros(0), itself(), 2**70, "a", 1.5, {}]
    for wrong in keys:
        with pytest.raises(IndexError):
            x[wrong]


def test_counts_that_are_negative_and_shifts_that_are_huge():
    for call in (lambda: rp.eye(-1), lambda: rp.eye(2, -1), lambda: rp.linspace(0, 1, num=-1), lambda: rp.diff(rp.ones(3), n=-1), lambda: rp.zeros(-1)):
        with pytest.raises(ValueError):
            call()
    array = np.arange(6).reshape(2, 3)
    x = rp.asarray(array)
    for shift in (2**70, -(2**70), 2**63, 5):
        same(rp.roll(x, shift), np.roll(array, shift % 6))
        same(rp.roll(x, shift, axis=1), np.roll(array, shift % 3, axis=1))
        same(rp.roll(x, (shift, 1), axis=(1, 0)), np.roll(array, (shift % 3, 1), axis=(1, 0)))


def test_scipy_arrays_with_room_and_with_lies():
    scipy_sparse = pytest.importorskip("scipy.sparse")
    for make in (scipy_sparse.csr_array, scipy_sparse.csc_array):
        theirs = make(np.asarray([[1.0, 0.0], [0.0, 2.0]]))
        theirs.data, theirs.indices = np.append(theirs.data, [7.0, 8.0]), np.append(theirs.indices, [0, 99]).astype("int32")
        same(rp.asarray(theirs), theirs.toarray())
    csr = scipy_sparse.csr_array(np.asarray([[1.0, 0.0], [0.0, 2.0]]))
    for name, value in [
        ("indices", np.asarray([0, 5], dtype="int32")),
        ("indices", np.asarray([0, -1], dtype="int32")),
        ("indptr", np.asarray([0, 2, 1], dtype="int32")),
        ("indptr", np.asarray([0, 1, 9], dtype="int32")),
        ("indptr", np.asarray([1, 1, 2], dtype="int32")),
        ("indptr", np.asarray([0, 2], dtype="int32")),
        ("data", np.asarray([1.0])),
        ("data", np.ones((2, 2))),
        ("data", [1.0, 2.0]),
    ]:
        lying = csr.copy()
        setattr(lying, name, value)
        with pytest.raises((ValueError, IndexError, TypeError)):
            rp.asarray(lying)
    lil = scipy_sparse.lil_array((2, 2))
    lil.rows[0], lil.data[0] = [0], [1.0, 2.0]
    with pytest.raises(ValueError, match="row 0"):
        rp.asarray(lil)
    bsr = scipy_sparse.bsr_array(np.ones((4, 4)), blocksize=(2, 2))
    bsr.indices = np.asarray([0, 9, 0, 1], dtype="int32")
    with pytest.raises((ValueError, IndexError)):
        rp.asarray(bsr)


def test_numpy_is_given_all_elements_up_to_a_limit():
    x = rp.eye(100)
    with rp.config(densify_limit=1000):
        with pytest.raises(MemoryError, match=r"to_numpy\(\).*densify_limit"):
            np.asarray(x)
        np.testing.assert_array_equal(x.to_numpy(), np.eye(100))
    np.testing.assert_array_equal(np.asarray(x), np.eye(100))
