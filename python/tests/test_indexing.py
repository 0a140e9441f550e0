"""Arrays of indices, masks and assignment against NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from samples import ALL, NUMERIC, kinds, pairs, same

import redpoll as rp


@given(pairs(min_dims=1, min_side=1), st.data())
def test_arrays_of_indices(pair, data):
    array, x = pair
    shape = hnp.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3)
    key = data.draw(hnp.integer_array_indices(array.shape, result_shape=shape))
    same(x[tuple(map(rp.asarray, key))], array[key])
    same(x[key], array[key])
    same(x[[0, -1]], array[[0, -1]])
    first = data.draw(kinds(key[0]))
    same(x[..., first] if array.ndim == 1 else x[first, ...], array[key[0]])
    same(rp.take(x, rp.reshape(rp.asarray(key[0]), (-1,)), axis=0), np.take(array, key[0].reshape(-1), axis=0))


@given(pairs(), st.data())
def test_masks(pair, data):
    array, x = pair
    mask, m = data.draw(pairs("bool", shape=array.shape))
    same(x[m], array[mask])
    same(x[mask], array[mask])
    same(x[True], array[True])
    if array.ndim:
        rows = np.arange(array.shape[0]) % 2 == 0
        same(x[rp.asarray(rows)], array[rows])


@given(pairs(ALL, min_dims=1, min_side=1), st.data())
def test_assignment(pair, data):
    array, x = pair
    array, kept, shared = array.copy(), array.copy(), x + x if x.dtype != rp.bool else x | x
    before, kind = shared.to_numpy(copy=True), type(x)
    key = data.draw(hnp.basic_indices(array.shape))
    one = array.dtype.type(1)
    other = rp.asarray(x, copy=True) if kind is rp.Tensor else None
    array[key], x[key] = one, one.item()
    same(x, array)
    value = np.roll(kept, 1)[key]
    array[key], x[key] = value, data.draw(kinds(np.asarray(value).copy()))
    same(x, array)
    mask = np.roll(array, 1) == array
    array[mask], x[rp.asarray(mask)] = one, one.item()
    same(x, array, zeros=False)
    array[..., [0, -1]], x[..., [0, -1]] = one, rp.asarray(one)
    same(x, array, zeros=False)
    assert type(x) is kind
    # Nothing that was made of it before has changed.
    same(shared, before)
    if other is not None:
        same(other, kept)


def test_what_cannot_be_assigned():
    x = rp.asarray([[1, 2], [3, 4]])
    for key, value, error in [
        (5, 1, IndexError),
        (rp.asarray([True]), 1, IndexError),
        (0, rp.asarray([1, 2, 3]), ValueError),
        (0, 1.5, TypeError),
        (0, rp.asarray(1.5), TypeError),
        (0, "text", TypeError),
        (0, 2**70, OverflowError),
        ("text", 1, IndexError),
    ]:
        with pytest.raises(error):
            x[key] = value  # type: ignore[index, assignment]
    same(x, [[1, 2], [3, 4]])


@given(pairs(NUMERIC, min_dims=2), st.integers(-4, 4))
def test_triangles(pair, k):
    array, x = pair
    same(rp.tril(x, k=k), np.tril(array, k=k), zeros=False)
    same(rp.triu(x, k=k), np.triu(array, k=k), zeros=False)


@given(pairs(min_dims=1, max_dims=1), st.sampled_from(["xy", "ij"]))
def test_grids(pair, indexing):
    array, x = pair
    other = np.arange(3)
    got = rp.meshgrid(x, rp.asarray(other), indexing=indexing)
    assert isinstance(got, tuple)
    for part, expected in zip(got, np.meshgrid(array, other, indexing=indexing), strict=True):
        same(part, expected)


@given(pairs(min_dims=1, min_side=1))
def test_counts_of_repetitions(pair):
    array, x = pair
    counts = np.arange(array.shape[0]) % 3
    same(rp.repeat(x, rp.asarray(counts), axis=0), np.repeat(array, counts, axis=0))
