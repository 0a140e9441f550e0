"""Results are of the kind of what they come from, also where nothing has to be computed, and errors name what was called."""

import numpy as np
import pytest

import redpoll as rp

KINDS = [rp, rp.lazy, rp.chunked]


def results(value):
    """The arrays of a result: one, or several."""
    return list(value) if isinstance(value, (tuple, list)) else [value]


FUNCTIONS = {
    "unique_all": lambda xp, x: xp.unique_all(x),
    "unique_counts": lambda xp, x: xp.unique_counts(x),
    "unique_inverse": lambda xp, x: xp.unique_inverse(x),
    "unique_values": lambda xp, x: xp.unique_values(x),
    "nonzero": lambda xp, x: xp.nonzero(x),
    "mask": lambda xp, x: x[x > 0],
    "zeros_like": lambda xp, x: xp.zeros_like(x),
    "ones_like": lambda xp, x: xp.ones_like(x),
    "empty_like": lambda xp, x: xp.empty_like(x),
    "full_like": lambda xp, x: xp.full_like(x, 2),
    "cumulative_sum": lambda xp, x: xp.cumulative_sum(x, axis=0, include_initial=True),
    "diff": lambda xp, x: xp.diff(x, axis=0, n=0),
    "isin": lambda xp, x: xp.isin(x, x),
    "searchsorted": lambda xp, x: xp.searchsorted(xp.reshape(x, (-1,)), xp.reshape(x, (-1,))),
    "tile": lambda xp, x: xp.tile(x, (0, 2)),
    "repeat": lambda xp, x: xp.repeat(x, 0, axis=0),
    "roll": lambda xp, x: xp.roll(x, 0),
    "sum": lambda xp, x: xp.sum(x, axis=()),
    "matrix_power": lambda xp, x: xp.linalg.matrix_power(x, 0),
    "matrix_rank": lambda xp, x: xp.linalg.matrix_rank(x),
    "matrix_norm": lambda xp, x: xp.linalg.matrix_norm(x),
    "vector_norm": lambda xp, x: xp.linalg.vector_norm(x, ord=0),
    "pinv": lambda xp, x: xp.linalg.pinv(x),
    "fft": lambda xp, x: xp.fft.fft(x, n=2),
    "fftshift": lambda xp, x: xp.fft.fftshift(x),
}
SQUARE = {"matrix_power"}


@pytest.mark.parametrize("xp", KINDS, ids=["tensor", "lazy", "chunked"])
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("shape", [(0, 0), (2, 0), (2, 2), (1, 1)], ids=str)
def test_the_kind_is_kept(xp, name, shape):
    if name in SQUARE and shape[0] != shape[1] or name == "fft" and 0 in shape:
        return
    x = xp.asarray(np.ones(shape))
    for result in results(FUNCTIONS[name](xp, x)):
        assert type(result) is type(x)


REFUSED = {
    "tril": lambda xp, x: xp.tril(x[0]),
    "triu": lambda xp, x: xp.triu(x[0]),
    "stack": lambda xp, x: xp.stack([x, x.T]),
    "concat": lambda xp, x: xp.concat([x, x.T]),
    "tile": lambda xp, x: xp.tile(x, (2**63 - 1, 2**63 - 1)),
    "roll": lambda xp, x: xp.roll(x, 1, axis=7),
    "repeat": lambda xp, x: xp.repeat(x, 2, axis=7),
    "unstack": lambda xp, x: xp.unstack(x, axis=7),
    "vecdot": lambda xp, x: xp.vecdot(x, x.T),
    "matmul": lambda xp, x: x @ x,
    "nonzero": lambda xp, x: xp.nonzero(xp.sum(x)),
    "take_along_axis": lambda xp, x: xp.take_along_axis(x, x, axis=0),
    "assign": lambda xp, x: x.__setitem__((slice(None), 0), x.T),
    "index": lambda xp, x: x[0, 0, 0],
    "cross": lambda xp, x: xp.linalg.cross(x, xp.ones((2, 5))),
    "diagonal": lambda xp, x: xp.linalg.diagonal(x[0]),
    "trace": lambda xp, x: xp.linalg.trace(x[0]),
    "outer": lambda xp, x: xp.linalg.outer(x, x),
    "solve": lambda xp, x: xp.linalg.solve(xp.ones((2, 2)), xp.ones((3, 3))),
    "matrix_rank": lambda xp, x: xp.linalg.matrix_rank(x[0]),
    "pinv": lambda xp, x: xp.linalg.pinv(x[0]),
    "fft": lambda xp, x: xp.fft.fft(x, axis=7),
    "hfft": lambda xp, x: xp.fft.hfft(x, axis=7),
    "fftshift": lambda xp, x: xp.fft.fftshift(x, axes=7),
}


@pytest.mark.parametrize("xp", KINDS, ids=["tensor", "lazy", "chunked"])
@pytest.mark.parametrize("name", REFUSED)
def test_an_error_names_what_was_called(xp, name):
    x = xp.asarray(np.ones((2, 3)))
    with pytest.raises(Exception, match=f"^{name}: "):
        REFUSED[name](xp, x)
