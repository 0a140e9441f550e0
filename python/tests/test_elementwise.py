"""Elementwise functions against NumPy's of the same name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ALL, BOOL, COMPLEX, FLOATS, INTEGERS, NUMERIC, REAL, kinds, pairs, same

import redpoll as rp

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

EXACT = {
    "abs": NUMERIC[:-2],
    "bitwise_invert": BOOL + INTEGERS,
    "ceil": REAL,
    "conj": COMPLEX,
    "floor": REAL,
    "imag": COMPLEX,
    "isfinite": NUMERIC,
    "isinf": NUMERIC,
    "isnan": NUMERIC,
    "logical_not": ALL,
    "negative": NUMERIC,
    "positive": NUMERIC,
    "real": COMPLEX,
    "round": NUMERIC,
    "sign": REAL,
    "signbit": FLOATS,
    "sqrt": FLOATS,
    "square": REAL,
    "trunc": REAL,
}
ROUNDED = {
    name: FLOATS
    for name in [
        "acos",
        "acosh",
        "asin",
        "asinh",
        "atan",
        "atanh",
        "cos",
        "cosh",
        "exp",
        "expm1",
        "log",
        "log10",
        "log1p",
        "log2",
        "reciprocal",
        "sin",
        "sinh",
        "tan",
        "tanh",
    ]
}
BINARY_EXACT = {
    "add": NUMERIC,
    "bitwise_and": BOOL + INTEGERS,
    "bitwise_or": BOOL + INTEGERS,
    "bitwise_xor": BOOL + INTEGERS,
    "copysign": FLOATS,
    "divide": FLOATS,
    "equal": ALL,
    "greater": REAL,
    "greater_equal": REAL,
    "less": REAL,
    "less_equal": REAL,
    "logical_and": BOOL,
    "logical_or": BOOL,
    "logical_xor": BOOL,
    "maximum": REAL,
    "minimum": REAL,
    "multiply": REAL,
    "nextafter": FLOATS,
    "not_equal": ALL,
    "subtract": NUMERIC,
}
BINARY_ROUNDED = {name: FLOATS for name in ["atan2", "hypot", "logaddexp", "pow"]}
# NumPy's `maximum` of zeros of two signs is either.
ZEROS_OPEN = {"maximum", "minimum"}


def stores_all(x):
    """Functions of several arrays promise the sign of a zero only where all elements are stored."""
    return isinstance(x, rp.Tensor) and x.stored == x.size


@pytest.mark.parametrize("name", [*EXACT, *ROUNDED])
@given(data=st.data())
def test_unary(name, data):
    array, x = data.draw(pairs((EXACT | ROUNDED)[name]))
    expected = getattr(np, name)(array)
    same(getattr(rp, name)(x), expected, exact=name in EXACT)


@pytest.mark.parametrize("name", [*BINARY_EXACT, *BINARY_ROUNDED])
@given(data=st.data())
def test_binary(name, data):
    a, x = data.draw(pairs((BINARY_EXACT | BINARY_ROUNDED)[name], min_side=1))
    b = data.draw(st.sampled_from([a, a[..., :1] if a.ndim else a, np.roll(a, 1)]))
    y = data.draw(kinds(b))
    expected = getattr(np, name)(a, b)
    zeros = name not in ZEROS_OPEN and stores_all(x) and stores_all(y)
    same(getattr(rp, name)(x, y), expected, exact=name in BINARY_EXACT, zeros=zeros)


@pytest.mark.parametrize("name", ["bitwise_left_shift", "bitwise_right_shift"])
@given(data=st.data())
def test_shifts(name, data):
    a, x = data.draw(pairs(INTEGERS))
    b = (np.abs(np.roll(a, 1)) % 7).astype(a.dtype)
    same(getattr(rp, name)(x, data.draw(kinds(b))), getattr(np, name)(a, b))


@pytest.mark.parametrize("name", ["floor_divide", "remainder"])
@given(data=st.data())
def test_division_of_integers(name, data):
    a, x = data.draw(pairs(INTEGERS))
    b = np.roll(a, 1)
    b[b == 0] = 3
    same(getattr(rp, name)(x, data.draw(kinds(b))), getattr(np, name)(a, b))


@given(pairs(REAL))
def test_clip(pair):
    array, x = pair
    same(rp.clip(x, 1, 5), np.clip(array, 1, 5))
    same(rp.clip(x, max=5), np.minimum(array, array.dtype.type(5)))
    assert rp.clip(x).dtype == array.dtype


@given(st.data())
def test_where(data):
    a, x = data.draw(pairs(NUMERIC))
    b = np.roll(a, 1)
    y = data.draw(kinds(b))
    condition, c = data.draw(pairs("bool", shape=a.shape))
    same(rp.where(c, x, y), np.where(condition, a, b), zeros=False)
    same(rp.where(c, x, 1), np.where(condition, a, a.dtype.type(1)), zeros=False)


@given(st.data(), st.sampled_from(ALL), st.sampled_from(ALL))
def test_promotion_is_numpys(data, left, right):
    if (
        {"uint64"} < {left, right}
        and np.dtype(left).kind != np.dtype(right).kind
        and "i"
        in (
            np.dtype(left).kind,
            np.dtype(right).kind,
        )
    ):
        with pytest.raises(TypeError):
            rp.result_type(rp.asarray(1, dtype=left), right)
        return
    assert rp.result_type(getattr(rp, left), getattr(rp, right)) == np.result_type(left, right)
