"""Whether two libraries computed the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.sparse as sp


def plain(result: Any) -> Any:
    """A library's result as a NumPy array or a CSR matrix; sparse arrays of more axes with all but the last as rows."""
    module = type(result).__module__.split(".")[0]
    if isinstance(result, tuple):
        return tuple(plain(part) for part in result)
    if module == "redpoll":
        return plain(result.to_numpy() if result.format == "dense" or result.ndim < 2 else result.to_scipy())
    if module == "graphblas":
        return of_graphblas(result)
    if module == "sparse":
        return plain(sp.coo_array((result.data, tuple(result.coords)), shape=result.shape))
    if sp.issparse(result):
        return matrix(result)
    return np.asarray(result)


def matrix(result: Any) -> Any:
    """As CSR with two axes, if its indices ascend and none is there twice, whatever its flags say."""
    if result.format == "coo":
        keys = np.ravel_multi_index(result.coords, result.shape)
        finished = bool(np.all(keys[1:] > keys[:-1]))
    else:
        parts = (result.data, result.indices, result.indptr)
        finished = type(result)(parts, shape=result.shape).has_canonical_format
    if not finished:
        raise ValueError("WRONG RESULT: its indices are not sorted, or there are duplicates")
    if result.ndim == 1:
        return result.toarray()
    if result.ndim > 2:
        rows = np.ravel_multi_index(result.coords[:-1], result.shape[:-1])
        shape = (math.prod(result.shape[:-1]), result.shape[-1])
        result = sp.coo_array((result.data, (rows, result.coords[-1])), shape=shape)
    return result.tocsr()


def of_graphblas(result: Any) -> Any:
    import graphblas as gb

    if isinstance(result, gb.Scalar):
        return np.asarray(result.value)
    if isinstance(result, gb.Vector):
        return result.to_dense(fill_value=0)
    return gb.io.to_scipy_sparse(result, "csr")


def disagreement(result: Any, expected: Any, tolerance: float) -> str | None:
    """How a result differs from what is expected by more than the tolerance, relative to the greatest value."""
    result, expected = plain(result), plain(expected)
    if isinstance(expected, tuple):
        found = (disagreement(r, e, tolerance) for r, e in zip(result, expected, strict=True))
        return next((each for each in found if each), None)
    if sp.issparse(result) and not sp.issparse(expected):
        result = result.toarray()
    if math.prod(result.shape) == math.prod(expected.shape):
        result = result.reshape(expected.shape)
    if result.shape != expected.shape:
        return f"shape {result.shape} instead of {expected.shape}"
    if not expected.size:
        return None
    # Of sparse matrices, only what is stored is compared.
    difference = result - expected
    difference = difference.data if sp.issparse(difference) else difference
    greatest = float(abs(expected).max())
    worst = float(np.max(np.abs(difference), initial=0.0))
    if not worst <= tolerance * max(greatest, np.finfo(float).tiny):
        return f"off by {worst:.3g}, where the greatest value is {greatest:.3g}"
    return None
