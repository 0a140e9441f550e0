"""Python's operators: arrays with arrays and with numbers, in place, comparisons."""

import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import BOOL, FLOATS, INTEGERS, NUMERIC, pairs, same

import redpoll as rp

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

ARITHMETIC = [operator.add, operator.sub, operator.mul]
COMPARISONS = [operator.eq, operator.ne]


@pytest.mark.parametrize("op", ARITHMETIC + COMPARISONS, ids=lambda op: op.__name__)
@given(data=st.data())
def test_numbers_take_the_data_type(op, data):
    array, x = data.draw(pairs(NUMERIC))
    # 0 · x keeps no sign, and NumPy's complex product makes NaN of infinities otherwise.
    zeros = op is not operator.mul
    for number in (0, 1, 3):
        same(op(x, number), op(array, array.dtype.type(number)), zeros=zeros)
        same(op(number, x), op(array.dtype.type(number), array), zeros=zeros)


@pytest.mark.parametrize("op", [operator.truediv, operator.pow], ids=lambda op: op.__name__)
@given(data=st.data())
def test_floats(op, data):
    array, x = data.draw(pairs(FLOATS))
    # NumPy takes x ** 0.5 for a square root, which of -inf is another.
    for number in (2, 1.5):
        same(op(x, number), op(array, array.dtype.type(number)), exact=False, zeros=False)
        same(op(number, x), op(array.dtype.type(number), array), exact=False, zeros=False)


@given(pairs(BOOL + INTEGERS))
def test_bits(pair):
    array, x = pair
    one = array.dtype.type(1)
    number = True if array.dtype == bool else 1
    same(x & number, array & one)
    same(number | x, one | array)
    same(x ^ x, array ^ array)
    same(~x, ~array)


@given(pairs(NUMERIC))
def test_unary(pair):
    array, x = pair
    same(-x, -array)
    same(+x, +array)
    same(abs(x), abs(array), exact=False)


@given(pairs(NUMERIC))
def test_in_place_replaces_what_the_object_holds(pair):
    array, x = pair
    same_object, other = x, x + 0
    x += 1
    assert x is same_object
    same(x, array + array.dtype.type(1))
    same(other, array + array.dtype.type(0))


def test_in_place_keeps_shape_and_data_type():
    x = rp.asarray([1, 2])
    with pytest.raises(TypeError, match="int64 cannot hold float64"):
        x += 0.5
    with pytest.raises(ValueError, match="shape"):
        x += rp.ones((3, 2), dtype=rp.int64)
    same(x, [1, 2])


@given(st.data())
def test_matmul(data):
    array, x = data.draw(pairs(FLOATS + ["int32"], min_dims=2, max_dims=2))
    clean = np.nan_to_num(array, posinf=2, neginf=-2)
    x = rp.asarray(clean)
    same(x @ x.T, clean @ clean.T, exact=False, zeros=False)
    same(rp.matmul(x.mT, x), clean.T @ clean, exact=False, zeros=False)


def test_numbers_out_of_range():
    x = rp.asarray([1], dtype=rp.int8)
    with pytest.raises(OverflowError):
        x + 300
    with pytest.raises(OverflowError):
        2**70 * x
    same(x * 1.5, np.asarray([1.5]))


def test_scalars_of_numpy_have_their_data_type():
    x = rp.asarray([1, 2], dtype=rp.int8)
    same(x + np.int32(1), np.asarray([2, 3], dtype=np.int32))
    same(np.float32(2) * x, np.asarray([2, 4], dtype=np.float32))


@pytest.mark.parametrize("other", ["text", None, {1, 2}, {1: 2}, object(), ["text"]])
def test_other_operands_are_refused(other):
    x = rp.asarray([1, 2])
    with pytest.raises(TypeError):
        x + other
    with pytest.raises(TypeError):
        other + x
    with pytest.raises(TypeError):
        x @ other
    with pytest.raises(TypeError):
        rp.add(x, other)


def test_two_numbers_are_no_operands():
    with pytest.raises(TypeError, match="array"):
        rp.add(1, 2)  # type: ignore[call-overload]


def test_arrays_are_not_hashable():
    with pytest.raises(TypeError):
        hash(rp.ones(2))


def test_numbers_of_arrays_without_axes():
    assert bool(rp.asarray(True)) is True
    assert int(rp.asarray(-2.5)) == -2 and float(rp.asarray(3)) == 3.0
    assert complex(rp.asarray(1j)) == 1j
    assert [10, 20, 30][rp.asarray(2)] == 30
    assert rp.asarray([[7]]).item() == 7
    for wrong in (lambda: bool(rp.ones(1)), lambda: float(rp.asarray(1j)), lambda: operator.index(rp.asarray(1.0))):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(TypeError):
        operator.index(rp.asarray(True))
