"""What type checkers are told of redpoll: checked by mypy and pyright (`typecheck.py`), and run, so that it is also so."""

from typing import TypeVar, assert_type

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array

import redpoll as rp

A = TypeVar("A", bound=rp.Array)

x = rp.asarray([[0.0, 1.0], [2.0, 0.0]])
c = rp.chunked.from_tensor(x, chunks=(1, -1))
lazy = rp.lazy.from_tensor(x)


def test_tensors() -> None:
    tensors = [
        assert_type(x, rp.Tensor),
        assert_type(rp.log1p(x) * 1e4, rp.Tensor),
        assert_type(1.0 - x, rp.Tensor),
        assert_type(x @ x.T, rp.Tensor),
        assert_type(x + np.ones(2), rp.Tensor),
        assert_type(np.ones(2) + x, rp.Tensor),
        assert_type(np.float32(2) * x, rp.Tensor),
        assert_type(np.ones((2, 2)) @ x, rp.Tensor),
        assert_type([1.0, 2.0] @ x, rp.Tensor),
        assert_type(x @ csr_array(np.eye(2)), rp.Tensor),
        assert_type(coo_array(np.eye(2)) + x, rp.Tensor),
        assert_type(x == 0, rp.Tensor),
        assert_type(x[x > 0], rp.Tensor),
        assert_type(x[..., None, 1:, [0, 1]], rp.Tensor),
        assert_type(rp.sum(x, axis=[0, 1]), rp.Tensor),
        assert_type(rp.full(3, rp.max(x)), rp.Tensor),
        assert_type(rp.unique_all(x).values, rp.Tensor),
        assert_type(rp.linalg.svd(x).S, rp.Tensor),
        assert_type(rp.concat([x, x]), rp.Tensor),
        assert_type(rp.concat([x, [[1, 2]]]), rp.Tensor),
        assert_type(rp.searchsorted([1, 2], x[0]), rp.Tensor),
        assert_type(rp.fft.fftfreq(3), rp.Tensor),
        assert_type(rp.where(x > 0, x, 0.0), rp.Tensor),
        assert_type(rp.where([True, False], 1.0, x), rp.Tensor),
        assert_type(rp.einsum("ij,j->i", x, [1.0, 2.0]), rp.Tensor),
        assert_type(x.to_format("csr").prune(), rp.Tensor),
        *rp.meshgrid(rp.arange(3), rp.linspace(0, 1, 4)),
        *x,
    ]
    assert all(isinstance(tensor, rp.Tensor) for tensor in tensors)
    assert (x.format, x.stored, x.fill_value) == (assert_type(x.format, str), 2, 0.0)
    total: float = float(rp.sum(x))
    assert total == 3.0


def test_recorded_arrays() -> None:
    chunked = [
        assert_type(c, rp.chunked.Array),
        assert_type(rp.sum(rp.log1p(c), axis=0), rp.chunked.Array),
        assert_type(c + x, rp.chunked.Array),
        assert_type(x + c, rp.chunked.Array),
        assert_type(lazy + c, rp.chunked.Array),
        assert_type(c + lazy, rp.chunked.Array),
        assert_type(rp.concat([x, c]), rp.chunked.Array),
        assert_type(rp.stack([lazy, c]), rp.chunked.Array),
        assert_type(rp.einsum("ij,jk->ik", x, c), rp.chunked.Array),
        assert_type(rp.chunked.fft.fftfreq(3), rp.chunked.Array),
        assert_type(rp.chunked.map_blocks(lambda a, b: a + b, c, c), rp.chunked.Array),
        assert_type(rp.add(x, c), rp.chunked.Array),
        assert_type(rp.add(c, x), rp.chunked.Array),
        assert_type(rp.multiply(2, c), rp.chunked.Array),
        assert_type(rp.matmul(c, x), rp.chunked.Array),
        assert_type(rp.where(x > 0, c, 0.0), rp.chunked.Array),
        assert_type(rp.where(c > 0, 0.0, x), rp.chunked.Array),
        assert_type(rp.chunked.zeros((2, 3), dtype=rp.float32), rp.chunked.Array),
        assert_type(c.map_blocks(lambda block: block * 2, dtype=rp.float64).persist(), rp.chunked.Array),
        assert_type(c.map_blocks(lambda block, info: block * info.index[0], info=True), rp.chunked.Array),
    ]
    assert all(isinstance(array, rp.chunked.Array) for array in chunked)
    assert isinstance(assert_type(c.compute(), rp.Tensor), rp.Tensor)
    assert isinstance(assert_type(lazy * 2.0 + x, rp.lazy.Array), rp.lazy.Array)
    assert isinstance(assert_type(rp.lazy.ones(3), rp.lazy.Array), rp.lazy.Array)
    assert isinstance(assert_type((x * lazy).compute(), rp.Tensor), rp.Tensor)


def shares(counts: A) -> A:
    total = rp.sum(counts, axis=0) / rp.sum(counts)
    return rp.log1p(total * 1e4) + rp.concat([counts, counts])[0, :] - rp.add(1.0, counts @ counts.T)[0, :]


def test_functions_of_every_kind() -> None:
    for array in (assert_type(shares(x), rp.Tensor), assert_type(shares(c).compute(), rp.Tensor)):
        assert array.shape == (2,)
    assert isinstance(assert_type(shares(lazy), rp.lazy.Array), rp.Array)


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(TypeError):
        x + "text"  # type: ignore[operator]
    with pytest.raises(TypeError):
        x + range(2)  # type: ignore[operator]
    with pytest.raises(IndexError):
        x["a"]  # type: ignore[index]
    with pytest.raises(TypeError):
        rp.add([1], [2])  # type: ignore[call-overload]
    with pytest.raises(ValueError):
        rp.zeros(2, device="gpu")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        rp.Tensor([1])  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        c.stored  # type: ignore[attr-defined]
    # All of it would be made dense unseen.
    np.linalg.norm(x)  # type: ignore[call-overload]


def test_the_readme_says_what_is_so() -> None:
    y = rp.asarray([[0.0, 1.0], [0.0, 2.0]])
    with rp.printoptions(precision=3):
        assert (y.format, y.stored, y.fill_value) == ("bitmap", 2, 0.0), repr(y)
    with pytest.raises(MemoryError):
        rp.ones((10**9, 10**9)).to_numpy()
