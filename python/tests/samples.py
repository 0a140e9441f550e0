"""Arrays for tests: NumPy's, and the same as tensors in any format with any fill value, or cut into chunks."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import redpoll as rp

BOOL = ["bool"]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float32", "float64"]
COMPLEX = ["complex64", "complex128"]
REAL = INTEGERS + FLOATS
NUMERIC = REAL + COMPLEX
ALL = BOOL + NUMERIC

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, float("inf"), float("-inf"), float("nan")]

FORMATS = ["dense", "coo", "csf", "bitmap", "runs"]


def elements(dtype):
    """Elements of a data type, half of them zero."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return st.booleans()
    if dtype.kind in "iu":
        low = 0 if dtype.kind == "u" else -100
        return st.just(0) | st.integers(low, 100)
    if dtype.kind == "f":
        return st.just(0.0) | st.sampled_from(SPECIAL)
    return st.just(0.0) | st.builds(complex, st.sampled_from(SPECIAL[:7]), st.sampled_from(SPECIAL[:7]))


def arrays(dtypes=ALL, shape=None, min_dims=0, max_dims=3, min_side=0):
    """NumPy arrays."""
    if shape is None:
        shape = hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=4)
    dtypes = st.sampled_from(dtypes) if isinstance(dtypes, list) else st.just(dtypes)
    return dtypes.flatmap(lambda d: hnp.arrays(d, shape, elements=elements(d)))


def format_of(family, ndim):
    """The format of a family for a number of axes; a tensor without axes has one format."""
    return "element" if ndim == 0 else f"{family}({ndim})"


def filled(array, fill, family):
    """A tensor of an array with that fill value: what equals it, bit for bit, is not stored."""
    if array.ndim == 0:
        return rp.asarray(array)
    fill = array.dtype.type(fill)
    bytes_of = np.ascontiguousarray(array[..., np.newaxis]).view("uint8")
    coords = np.nonzero((bytes_of != np.frombuffer(fill.tobytes(), "uint8")).any(axis=-1))
    return rp.from_coo(coords, array[coords], array.shape, fill_value=fill, format=format_of(family, array.ndim))


@st.composite
def kinds(draw, array):
    """An array of redpoll that holds the elements of a NumPy array."""
    how = draw(st.sampled_from(["plain", "filled", "lazy", "chunked"]))
    if how == "plain":
        return rp.asarray(array)
    if how == "lazy":
        return rp.lazy.from_tensor(array)
    if how == "chunked":
        size = draw(st.integers(1, 3))
        return rp.chunked.from_tensor(rp.asarray(array), chunks=size)
    fill = draw(elements(array.dtype))
    return filled(array, fill, draw(st.sampled_from(FORMATS)))


@st.composite
def pairs(draw, /, dtypes=ALL, **kwargs):
    """A NumPy array, and an array of redpoll with the same elements."""
    array = draw(arrays(dtypes, **kwargs))
    return array, draw(kinds(array))


def same(result, expected, *, exact=True, zeros=True):
    """That an array of redpoll is a NumPy array: shape, data type, elements, NaN, and the signs of zeros."""
    expected = np.asarray(expected)
    assert isinstance(result, (rp.Tensor, rp.lazy.Array, rp.chunked.Array)), type(result)
    assert result.shape == expected.shape
    assert result.dtype == expected.dtype, (result.dtype, expected.dtype)
    got = result.to_numpy()
    assert got.shape == expected.shape and got.dtype == expected.dtype
    if exact:
        np.testing.assert_array_equal(got, expected)
    else:
        single = expected.dtype in (np.float32, np.complex64)
        rtol = 1e-5 if single else 1e-12
        np.testing.assert_allclose(got, expected, rtol=rtol, atol=rtol)
    if zeros and expected.dtype.kind in "fc":
        for part in (np.real, np.imag) if expected.dtype.kind == "c" else (np.real,):
            zero = (part(expected) == 0) & (part(got) == 0)
            np.testing.assert_array_equal(np.signbit(part(got))[zero], np.signbit(part(expected))[zero])
