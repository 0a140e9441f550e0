"""Linear algebra and Fourier transforms against NumPy; lazy arrays."""

import pickle

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from samples import FLOATS, arrays, kinds, pairs

import redpoll as rp


@st.composite
def matrices(draw, square=False):
    side = st.integers(1, 4)
    rows = draw(side)
    shape = (rows, rows if square else draw(side))
    array = np.nan_to_num(draw(arrays("float64", shape=shape)), posinf=3, neginf=-3)
    return array, draw(kinds(array))


def close(x, expected):
    np.testing.assert_allclose(x.to_numpy(), expected, rtol=1e-10, atol=1e-10)


@given(matrices())
def test_factorisations(pair):
    array, x = pair
    q, r = rp.linalg.qr(x)
    close(q @ r, array)
    close(q.mT @ q, np.eye(min(array.shape)))
    u, s, vh = rp.linalg.svd(x, full_matrices=False)
    close((u * s) @ vh, array)
    close(s, np.linalg.svdvals(array))
    close(rp.linalg.pinv(x), np.linalg.pinv(array))
    assert rp.linalg.svd(x)._fields == ("U", "S", "Vh")
    for ord in ("fro", "nuc", 1, -1, 2, -2, rp.inf, -rp.inf):
        close(rp.linalg.matrix_norm(x, ord=ord), np.linalg.matrix_norm(array, ord=ord))
    close(rp.linalg.vector_norm(x, axis=1, ord=3), np.linalg.vector_norm(array, axis=1, ord=3))
    close(rp.linalg.diagonal(x, offset=1), np.linalg.diagonal(array, offset=1))
    close(rp.linalg.trace(x), np.linalg.trace(array))
    close(rp.einsum("ij,kj->ik", x, x), np.einsum("ij,kj->ik", array, array))


@given(matrices(square=True))
def test_square_matrices(pair):
    array, x = pair
    close(rp.linalg.det(x), np.linalg.det(array))
    symmetric = x + x.mT
    values, vectors = rp.linalg.eigh(symmetric)
    close(symmetric @ vectors, (vectors * values).to_numpy())
    close(rp.linalg.matrix_power(x, 3), np.linalg.matrix_power(array, 3))
    array, x = array + 20 * np.eye(len(array)), x + 20 * rp.eye(len(array))
    close(rp.linalg.inv(x) @ x, np.eye(len(array)))
    close(x @ rp.linalg.solve(x, symmetric), symmetric.to_numpy())
    close(rp.linalg.slogdet(x).logabsdet, np.linalg.slogdet(array).logabsdet)


def test_linear_algebra_of_what_has_no_answer():
    with pytest.raises(np.linalg.LinAlgError):
        rp.linalg.inv(rp.zeros((2, 2)))
    with pytest.raises(np.linalg.LinAlgError):
        rp.linalg.cholesky(-rp.eye(2))
    with pytest.raises(ValueError):
        rp.linalg.qr(rp.eye(2), mode="full")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        rp.linalg.matrix_norm(rp.eye(2), ord="some")  # type: ignore[arg-type]


@given(pairs(FLOATS, min_dims=1, min_side=1), st.none() | st.integers(1, 6), st.sampled_from(["backward", "ortho"]))
def test_transforms(pair, n, norm):
    array, x = pair
    assume(np.isfinite(array).all())
    wide = array.astype("float64")
    x = rp.astype(x, rp.float64)
    for name in ("fft", "ifft", "rfft", "ihfft"):
        close(getattr(rp.fft, name)(x, n=n, norm=norm), getattr(np.fft, name)(wide, n=n, norm=norm))
    close(rp.fft.fftn(x), np.fft.fftn(wide))
    close(rp.fft.irfftn(rp.fft.rfftn(x), s=wide.shape, axes=tuple(range(wide.ndim))), wide)
    close(rp.fft.fftshift(x), np.fft.fftshift(wide))


def test_frequencies_are_of_the_kind_of_their_module():
    for xp in (rp, rp.lazy, rp.chunked):
        assert type(xp.fft.fftfreq(5)) is type(xp.ones(1))
        close(xp.fft.fftfreq(5, d=0.5), np.fft.fftfreq(5, d=0.5))
        close(xp.fft.rfftfreq(5), np.fft.rfftfreq(5))


def test_lazy_arrays_record():
    x = rp.lazy.from_tensor([[0.0, 1.0], [0.0, 2.0]])
    y = rp.log1p(x * 2) + 1
    assert isinstance(y, rp.lazy.Array) and "last step add" in str(y) and "lazy" in repr(y)
    close(y.compute(), np.log1p(np.asarray([[0, 2], [0, 4]])) + 1)
    assert "instructions" in y.explain()
    close(y.persist(), y.to_numpy())
    total, greatest = rp.lazy.compute(rp.sum(y), rp.max(y))
    assert float(total) > float(greatest)
    assert isinstance(y + rp.ones(2), rp.lazy.Array)
    assert isinstance(y + rp.chunked.ones(2), rp.chunked.Array)
    assert y.__array_namespace__() is rp.lazy
    assert isinstance(pickle.loads(pickle.dumps(y)), rp.lazy.Array)
    with pytest.raises(ValueError):
        rp.lazy.compute(rp.ones(1))  # type: ignore[arg-type]
