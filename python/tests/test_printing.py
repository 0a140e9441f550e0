"""How arrays are written, beside NumPy."""

import sys
import time

import numpy as np
import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

import redpoll as rp


def written(array, **options):
    """As NumPy writes an array, with commas."""
    return np.array2string(array, separator=", ", **options)


@given(array=samples.arrays(min_dims=1, min_side=1), data=st.data())
def test_elements_are_written_as_numpy_writes_them(array, data):
    assert str(rp.asarray(array)) == written(array)
    for family in ["dense", "coo", "bitmap", "runs"]:
        assert str(rp.asarray(array).to_format(family)) == written(array)


NUMBERS = st.floats(allow_nan=True) | st.floats(-1e4, 1e4) | st.sampled_from([0.1, 1 / 3, 1e8, 1e-5, 123456.789])


@given(
    st.lists(NUMBERS, min_size=1, max_size=6),
    # Of numbers of single precision NumPy pads the shortest digits with digits that tell nothing apart.
    st.sampled_from(["float64", "complex128"]),
    st.integers(0, 12),
)
def test_numbers_are_written_as_numpy_writes_them(values, dtype, precision):
    array = np.array(values).astype(dtype)
    # As of the least of all: 4.9e-324 for 5e-324.
    array[np.abs(array) < np.finfo(dtype).smallest_normal] = 0
    if array.dtype.kind == "c":
        array.imag = np.real(array)[::-1]
    with rp.printoptions(precision=precision):
        assert str(rp.asarray(array)) == written(array, precision=precision)


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.integers(0, 60),
    st.integers(1, 3),
    st.integers(10, 100),
)
def test_large_arrays_are_abbreviated_as_numpy_abbreviates_them(shape, threshold, edgeitems, linewidth):
    array = np.arange(np.prod(shape)).reshape(shape)
    with rp.printoptions(threshold=threshold, edgeitems=edgeitems, linewidth=linewidth):
        options = {"threshold": threshold, "edgeitems": edgeitems, "max_line_width": linewidth}
        assert str(rp.asarray(array)) == written(array, **options)


@pytest.mark.parametrize("array", [np.arange(1e6), np.ones((300, 300)), np.eye(3), np.zeros((0, 2)), np.arange(30.0)])
def test_repr_is_that_of_numpy_with_the_format(array):
    x = rp.asarray(array).to_format("dense")
    expected = repr(array).replace("array(", "Tensor(").split("dtype=")[0].rstrip(" ,)").split(",")[0]
    assert repr(x).startswith(expected) and "format=dense)" in repr(x)
    rows = np.array2string(array, separator=", ", prefix="Tensor(", suffix=")")
    shape = f"shape={array.shape}, " if array.size > 1000 or array.size == 0 else ""
    got = repr(x).replace("\n       ", " ") if "\n" not in rows else repr(x)
    assert "".join(got.split()) == "".join(f"Tensor({rows}, {shape}dtype=float64, format=dense)".split())


def test_words_are_those_of_python():
    assert str(rp.asarray([True, False])) == "[ True, False]"
    assert str(rp.asarray(True)) == "True" and str(rp.asarray(float("nan"))) == "nan"
    assert str(rp.asarray([1.0, float("nan"), float("-inf")])) == "[  1.,  nan, -inf]"
    assert str(rp.asarray([1 + 2j])) == "[1.+2.j]"
    for value in (0.1, 2.0, 1e22, 1e-7, 123456789.25):
        assert str(rp.asarray(value)) == str(value)
    assert "(2, 3)" in repr(rp.lazy.ones((2, 3)) + 1) and "(2, 3)" in repr(rp.chunked.ones((2, 3)))
    assert "fill 0.0>" in repr(rp.zeros((1000, 1000)).to_format("csr"))


@pytest.mark.parametrize("family", ["csr", "csc", "coo", "csf", "bitmap", "dense(runs(element))", "sparse(runs(element))"])
def test_the_first_and_the_last_stored_elements_are_listed(family):
    rng = np.random.default_rng(7)
    array = np.where(rng.random((50, 70)) < 0.05, rng.integers(1, 99, (50, 70)), 0)
    x = rp.asarray(array).to_format(family)
    stored = np.ones_like(array) if "runs" in family else array
    if family == "sparse(runs(element))":
        stored = np.repeat((array != 0).any(axis=1)[:, None], 70, axis=1)
    places = np.argwhere(stored.T)[:, ::-1] if family == "csc" else np.argwhere(stored)
    if family == "dense(runs(element))":
        assert str(x) == written(array)
        return
    lines = str(x).splitlines()
    assert lines[0].startswith("Tensor (50, 70) int64, ") and f"{len(places)} stored" in lines[0]
    shown = [line.replace(" ", "") for line in lines[1:]]
    each = [f"({i},{j}):{array[i, j]}" for i, j in places]
    assert shown == each[:3] + ["..."] + each[-3:]
    with rp.printoptions(threshold=float("inf")):
        assert [line.replace(" ", "") for line in str(x).splitlines()[1:]] == each


def test_options_hold_for_a_scope_and_are_checked():
    x = rp.asarray([1 / 3])
    with rp.printoptions(precision=2) as options:
        assert options["precision"] == 2 and str(x) == "[0.33]"
        with rp.printoptions(threshold=5):
            assert rp.get_printoptions() == options | {"threshold": 5}
    assert str(x) == "[0.33333333]"
    former = rp.get_printoptions()
    rp.set_printoptions(precision=3, edgeitems=1)
    try:
        assert str(x) == "[0.333]" and str(rp.arange(2000)) == "[   0, ..., 1999]"
    finally:
        rp.set_printoptions(**former)
    with pytest.raises(TypeError):
        rp.set_printoptions(precision="two")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="edgeitems"):
        rp.set_printoptions(edgeitems=-1)
    assert rp.get_printoptions() == former
    with rp.printoptions(precision=sys.maxsize, edgeitems=sys.maxsize, threshold=0, linewidth=0):
        assert str(rp.arange(3)) == "[0,\n 1,\n 2]"
        assert repr(rp.ones((1000, 1000)))


def test_text_of_anything_takes_no_time():
    n = 10**5
    ones = rp.ones((n, n))
    sparse = rp.from_coo([np.arange(n), np.arange(n)], np.ones(n), (10**12, 10**6), format="csf")
    chain = rp.lazy.ones(3)
    for _ in range(10_000):
        chain = chain + 1
    many = rp.zeros((2,) * 60)
    arrays: list[rp.Tensor | rp.lazy.Array | rp.chunked.Array]
    arrays = [ones, sparse, sparse.T, chain, many, rp.zeros((2**40, 2**40)), rp.chunked.ones((10**5, 10**5))]
    start = time.monotonic()
    for array in arrays:
        for text in (str(array), repr(array), array._repr_html_()):
            assert 0 < len(text) < 20_000
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("name", ["csr", "csc", "dcsc", "coo", "csf", "dense", "bitmap", "runs"])
def test_formats_have_short_names(name):
    x = rp.asarray([[0.0, 1.0], [2.0, 0.0]]).to_format(name)
    assert x.format == name and x.to_format(x.format).format == name
    if name in ("csr", "csc", "coo", "csf"):
        with rp.config(format=name):
            assert rp.asarray([[0.0, 1.0], [2.0, 0.0]]).format == name
