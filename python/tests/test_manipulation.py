"""Manipulation, creation and basic indexing against NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from samples import ALL, kinds, pairs, same

import redpoll as rp


@given(pairs(), st.data())
def test_axes_in_another_order(pair, data):
    array, x = pair
    axes = data.draw(st.permutations(range(array.ndim)))
    same(rp.permute_dims(x, axes), np.transpose(array, axes))
    if array.ndim > 1:
        same(rp.moveaxis(x, 0, -1), np.moveaxis(array, 0, -1))
        same(rp.matrix_transpose(x), array.swapaxes(-1, -2))


@given(pairs())
def test_shapes(pair):
    array, x = pair
    same(rp.reshape(x, (array.size,)), array.reshape(-1))
    same(rp.expand_dims(x, axis=0), array[np.newaxis])
    same(rp.expand_dims(x, axis=(0, -1)), np.expand_dims(array, (0, -1)))
    same(rp.squeeze(rp.expand_dims(x, axis=0), axis=0), array)
    same(rp.broadcast_to(x, (2, *array.shape)), np.broadcast_to(array, (2, *array.shape)))
    same(rp.flip(x), np.flip(array))
    same(rp.tile(x, (2, 1, 2)), np.tile(array, (2, 1, 2)))
    same(rp.repeat(x, 2), np.repeat(array, 2))
    same(rp.roll(x, 3), np.roll(array, 3))


@given(pairs(min_dims=1), st.data())
def test_along_an_axis(pair, data):
    array, x = pair
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    other = data.draw(kinds(array))
    same(rp.concat([x, other, x], axis=axis), np.concat([array, array, array], axis=axis))
    same(rp.stack([x, other], axis=axis), np.stack([array, array], axis=axis))
    same(rp.roll(x, -1, axis=axis), np.roll(array, -1, axis=axis))
    same(rp.roll(x, (1, 2), axis=(axis, 0)), np.roll(array, (1, 2), axis=(axis, 0)))
    same(rp.flip(x, axis=axis), np.flip(array, axis=axis))
    same(rp.repeat(x, 3, axis=axis), np.repeat(array, 3, axis=axis))
    parts = rp.unstack(x, axis=axis)
    assert isinstance(parts, tuple) and len(parts) == array.shape[axis]
    for part, expected in zip(parts, np.moveaxis(array, axis, 0), strict=True):
        same(part, expected)


@given(pairs())
def test_concat_without_axis(pair):
    array, x = pair
    same(rp.concat([x, x], axis=None), np.concat([array, array], axis=None))


@given(pairs(), st.data())
def test_basic_indexing(pair, data):
    array, x = pair
    key = data.draw(hnp.basic_indices(array.shape, allow_newaxis=True, allow_ellipsis=True))
    same(x[key], array[key])


@given(pairs(min_dims=1))
def test_iteration(pair):
    array, x = pair
    assert len(x) == len(array)
    for row, expected in zip(x, array, strict=True):
        same(row, expected)


def test_wrong_indices():
    x = rp.zeros((2, 3))
    for key in [2, (0, 0, 0), "a", 1.5, (..., ...)]:
        with pytest.raises(IndexError):
            x[key]  # type: ignore[index]
    with pytest.raises(TypeError):
        len(rp.asarray(1))
    with pytest.raises(TypeError):
        iter(rp.asarray(1))


@given(st.sampled_from(ALL), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
def test_creation(dtype, shape):
    for xp in (rp, rp.chunked):
        wanted = getattr(xp, dtype)
        same(xp.zeros(shape, dtype=wanted), np.zeros(shape, dtype))
        same(xp.ones(shape, dtype=wanted), np.ones(shape, dtype))
        same(xp.full(shape, 1, dtype=wanted), np.full(shape, 1, dtype))
        assert type(xp.empty(shape)) is type(xp.zeros(()))
        x = xp.zeros(shape, dtype=wanted)
        same(xp.full_like(x, 1), np.full(shape, 1, dtype))
        same(xp.ones_like(x, dtype=xp.int8), np.ones(shape, "int8"))


@given(st.integers(-5, 5), st.integers(-5, 5), st.sampled_from([-2, -1, 1, 3]))
def test_sequences(start, stop, step):
    same(rp.arange(start, stop, step), np.arange(start, stop, step))
    same(rp.arange(start, float(stop), step), np.arange(start, float(stop), step))
    same(rp.linspace(start, stop, 5), np.linspace(start, stop, 5))
    same(rp.linspace(start, stop, 5, endpoint=False), np.linspace(start, stop, 5, endpoint=False))
    same(rp.arange(abs(stop)), np.arange(abs(stop)))


@given(st.integers(0, 4), st.none() | st.integers(0, 4), st.integers(-5, 5))
def test_eye(rows, columns, k):
    same(rp.eye(rows, columns, k=k), np.eye(rows, columns, k=k))


@given(pairs("float32"))
def test_astype(pair):
    array, x = pair
    same(rp.astype(x, rp.float64), array.astype("float64"))
    assert rp.astype(x, rp.float32, copy=False) is x
    same(rp.astype(x, rp.bool), array.astype(bool))
