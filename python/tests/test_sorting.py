"""Sorting, searching, sets and scans against NumPy."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from samples import ALL, FLOATS, INTEGERS, REAL, pairs, same

import redpoll as rp

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@given(pairs(REAL, min_dims=1), st.booleans(), st.data())
def test_sort(pair, descending, data):
    array, x = pair
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    order = rp.argsort(x, axis=axis, descending=descending)
    # NaN is the greatest; a stable sort of the opposite numbers is a descending one.
    places = np.argsort(array, axis=axis, stable=True)
    if descending:
        reverse = np.argsort(np.flip(array, axis=axis), axis=axis, stable=True)
        places = np.flip(array.shape[axis] - 1 - reverse, axis=axis)
    same(order, places)
    same(rp.sort(x, axis=axis, descending=descending), np.take_along_axis(array, places, axis=axis))
    same(rp.take_along_axis(x, order, axis=axis), np.take_along_axis(array, places, axis=axis))


@given(pairs(REAL, min_dims=1, max_dims=1), pairs(REAL), st.sampled_from(["left", "right"]))
def test_searchsorted(pair, elements, side):
    (array, x), (wanted, y) = pair, elements
    # A float that does not fit an integer becomes one that nobody specifies: take NumPy's.
    castable = np.can_cast(wanted.dtype, array.dtype, "same_kind")
    wanted = wanted.astype(array.dtype)
    y = rp.astype(y, array.dtype) if castable else rp.asarray(wanted)
    same(rp.searchsorted(rp.sort(x), y, side=side), np.searchsorted(np.sort(array), wanted, side=side))
    same(rp.searchsorted(x, y, side=side, sorter=rp.argsort(x)), np.searchsorted(np.sort(array), wanted, side=side))
    same(rp.searchsorted(rp.sort(x), 1), np.searchsorted(np.sort(array), array.dtype.type(1)))


@given(pairs(ALL, min_dims=1))
def test_nonzero(pair):
    array, x = pair
    places = rp.nonzero(x)
    assert isinstance(places, tuple)
    for got, expected in zip(places, np.nonzero(array), strict=True):
        same(got, expected)


@given(pairs(REAL))
def test_sets(pair):
    array, x = pair
    # NaNs are distinct in the standard, and zeros of both signs are not.
    expected = np.unique_all(array)
    assume(not (array.dtype.kind == "f" and np.isnan(array).any()))
    got = rp.unique_all(x)
    for name in ("values", "indices", "inverse_indices", "counts"):
        same(getattr(got, name), getattr(expected, name), zeros=False)
    same(rp.unique_values(x), expected.values, zeros=False)
    assert rp.unique_counts(x)._fields == ("values", "counts")
    assert rp.unique_inverse(x)._fields == ("values", "inverse_indices")
    assert len(rp.unique_values(rp.asarray([np.nan, np.nan]))) == 2


@given(pairs(INTEGERS), st.data(), st.booleans())
def test_isin(pair, data, invert):
    array, x = pair
    among = np.unique(array)[::2]
    same(rp.isin(x, rp.asarray(among), invert=invert), np.isin(array, among, invert=invert))
    same(rp.isin(x, 1), np.isin(array, 1))
    same(rp.isin(0, x), np.isin(np.asarray(0), array))


@given(pairs(INTEGERS + FLOATS, min_dims=1), st.data(), st.booleans())
def test_scans(pair, data, initial):
    array, x = pair
    assume(np.isfinite(array).all())
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    expected = np.cumulative_sum(array, axis=axis, include_initial=initial)
    same(rp.cumulative_sum(x, axis=axis, include_initial=initial), expected, exact=False, zeros=False)
    expected = np.cumulative_prod(array, axis=axis, include_initial=initial)
    same(rp.cumulative_prod(x, axis=axis, include_initial=initial), expected, exact=False, zeros=False)
    same(rp.diff(x, axis=axis), np.diff(array, axis=axis), zeros=False)
    same(rp.diff(x, axis=axis, n=2, prepend=x), np.diff(array, axis=axis, n=2, prepend=array), zeros=False)


def test_axes_are_named_where_there_are_several():
    x = rp.ones((2, 2))
    for wrong in (rp.cumulative_sum, rp.cumulative_prod, lambda x: rp.take(x, rp.asarray([0]))):
        with pytest.raises(ValueError, match="named"):
            wrong(x)
    with pytest.raises(ValueError):
        rp.searchsorted(rp.ones(1), 1, side="top")  # type: ignore[call-overload]
    with pytest.raises(ValueError):
        rp.meshgrid(x[0], indexing="kl")  # type: ignore[call-overload]
