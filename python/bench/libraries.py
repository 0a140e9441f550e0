"""The peers' best documented ways, as works to time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Work = Callable[[], Any]


def graphblas() -> Any:
    """SuiteSparse:GraphBLAS with two threads."""
    import graphblas as gb

    gb.ss.config["nthreads"] = 2
    return gb


def to_graphblas(array: Any) -> Any:
    """A scipy matrix, or a dense array, as GraphBLAS's own."""
    gb = graphblas()
    if not isinstance(array, np.ndarray):
        return gb.io.from_scipy_sparse(array)
    return gb.Vector.from_dense(array) if array.ndim == 1 else gb.Matrix.from_dense(array)


def finished(result: Any) -> Any:
    """GraphBLAS sorts and assembles when it must: now."""
    result.wait("materialize")
    return result


def mkl_product(a: Any, b: Any, **options: Any) -> Callable[[], Work]:
    """MKL's product, sorted where it is sparse."""

    def prepare() -> Work:
        from sparse_dot_mkl import dot_product_mkl

        return lambda: dot_product_mkl(a, b, **options)

    return prepare


def pydata(coordinates: np.ndarray, values: np.ndarray, shape: tuple[int, ...]) -> Any:
    """PyData's COO of sorted coordinates."""
    import sparse

    return sparse.COO(coordinates, values, shape=shape, has_duplicates=False, sorted=True)
