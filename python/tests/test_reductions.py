"""Statistical, utility and searching functions against NumPy's."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from samples import ALL, FLOATS, INTEGERS, NUMERIC, REAL, pairs, same

import redpoll as rp

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@st.composite
def axes(draw, ndim):
    if ndim == 0:
        return None
    some = st.lists(st.integers(0, ndim - 1), unique=True, max_size=ndim).map(tuple)
    return draw(st.none() | st.integers(-ndim, ndim - 1) | some)


SUMS = {"sum": REAL, "prod": INTEGERS, "all": ALL, "any": ALL, "max": REAL, "min": REAL}


@pytest.mark.parametrize("name", SUMS)
@given(data=st.data())
def test_reductions(name, data):
    array, x = data.draw(pairs(SUMS[name], min_side=1))
    axis, keepdims = data.draw(axes(array.ndim)), data.draw(st.booleans())
    expected = getattr(np, name)(array, axis=axis, keepdims=keepdims)
    same(getattr(rp, name)(x, axis=axis, keepdims=keepdims), expected, exact=False, zeros=False)


@pytest.mark.parametrize("name", ["mean", "var", "std"])
@given(data=st.data())
def test_moments(name, data):
    array, x = data.draw(pairs(FLOATS, min_side=1))
    assume(np.isfinite(array).all())
    axis = data.draw(axes(array.ndim))
    expected = getattr(np, name)(array.astype(np.float64), axis=axis).astype(array.dtype)
    same(getattr(rp, name)(x, axis=axis), expected, exact=False, zeros=False)


@given(pairs(ALL))
def test_count_nonzero(pair):
    array, x = pair
    same(rp.count_nonzero(x), np.count_nonzero(array))
    same(rp.count_nonzero(x, axis=()), (array != 0).astype(np.int64))


@pytest.mark.parametrize("name", ["argmax", "argmin"])
@given(data=st.data())
def test_arguments(name, data):
    array, x = data.draw(pairs(REAL, min_side=1))
    axis = data.draw(st.none() | st.integers(-array.ndim, array.ndim - 1)) if array.ndim else None
    keepdims = data.draw(st.booleans())
    expected = getattr(np, name)(array, axis=axis, keepdims=keepdims)
    same(getattr(rp, name)(x, axis=axis, keepdims=keepdims), expected)


@given(pairs(NUMERIC))
def test_sum_computes_in_a_data_type(pair):
    array, x = pair
    for dtype in ("float64", "int8"):
        if array.dtype.kind == "c" or (array.dtype.kind == "f" and dtype == "int8"):
            continue
        same(rp.sum(x, dtype=getattr(rp, dtype)), np.sum(array, dtype=dtype), exact=False, zeros=False)


def test_integers_are_summed_in_64_bits():
    assert rp.sum(rp.asarray([200, 200], dtype=rp.uint8)).dtype == rp.uint64
    assert int(rp.sum(rp.asarray([200, 200], dtype=rp.uint8))) == 400


def test_least_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="max"):
        rp.max(rp.zeros((0, 2)))
    with pytest.raises(IndexError):
        rp.sum(rp.zeros((2, 2)), axis=2)
