"""Three axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

import redpoll as rp
from contest import Contest, Work
from data import coordinates
from libraries import finished, graphblas, pydata, to_graphblas
from workloads import Size, workload

TENSOR = "COO f64, 1000 x 1000 x 1000, 5 M stored"
Parts = tuple[tuple[int, ...], np.ndarray, np.ndarray]


def tensor(size: Size, seed: int = 22) -> Parts:
    n, stored = size((1_000, 5_000_000), (50, 5_000))
    return ((n,) * 3, *coordinates((n,) * 3, stored, seed=seed))


def ours(parts: Parts) -> Any:
    shape, places, values = parts
    return rp.from_coo(tuple(places), values, shape)


def unfolded(parts: Parts, rows: tuple[int, ...]) -> Any:
    """As a CSR matrix whose rows are some of the axes, in which scipy.sparse and GraphBLAS hold such data best."""
    shape, places, values = parts
    columns = [axis for axis in range(len(shape)) if axis not in rows]
    row = np.ravel_multi_index(places[list(rows)], [shape[axis] for axis in rows])
    column = np.ravel_multi_index(places[columns], [shape[axis] for axis in columns])
    matrix_shape = tuple(int(np.prod([shape[axis] for axis in axes])) for axes in (rows, columns))
    return sp.coo_array((values, (row, column)), shape=matrix_shape).tocsr()


def summed(size: Size, axis: int) -> Contest:
    parts = tensor(size)
    shape, places, values = parts
    kept = [other for other in range(3) if other != axis]

    def by_bincount() -> Any:
        flat = places[kept[0]] * shape[kept[1]] + places[kept[1]]
        return np.bincount(flat, values, minlength=shape[0] ** 2).reshape(shape[:2])

    def by_pydata() -> Work:
        x = pydata(places, values, shape)
        return lambda: x.sum(axis=axis)

    def by_scipy() -> Work:
        matrix = unfolded(parts, (0,) if axis == 0 else (0, 1))
        return lambda: np.asarray(matrix.sum(axis=0 if axis == 0 else 1)).reshape(shape[:2])

    # The middle axis of a row-major tensor is neither the rows nor the columns of a matrix.
    unfolding = {} if axis == 1 else {"scipy, unfolded to CSR": by_scipy}
    return Contest(
        expected=by_bincount,
        inputs=lambda: (ours(parts),),
        redpoll=lambda x: rp.sum(x, axis=axis),
        peers={"NumPy bincount": lambda: by_bincount, "PyData sparse": by_pydata, **unfolding},
    )


@workload("3-d sum, axis 0", TENSOR, format="dense")
def sum_0(size: Size) -> Contest:
    return summed(size, 0)


@workload("3-d sum, axis 1", TENSOR, format="dense")
def sum_1(size: Size) -> Contest:
    return summed(size, 1)


@workload("3-d sum, axis 2", TENSOR, format="dense")
def sum_2(size: Size) -> Contest:
    return summed(size, 2)


@workload("3-d tensordot with dense 32", f"{TENSOR}; over the last axis with 1000 x 32; dense", format="dense")
def with_dense(size: Size) -> Contest:
    parts = tensor(size)
    shape, places, values = parts
    b = np.random.default_rng(23).standard_normal((shape[2], 32))
    matrix = unfolded(parts, (0, 1))

    def by_pydata() -> Work:
        import sparse

        x = pydata(places, values, shape)
        return lambda: sparse.tensordot(x, b, axes=1)

    return Contest(
        expected=lambda: matrix @ b,
        inputs=lambda: (ours(parts), rp.asarray(b)),
        redpoll=lambda x, b: rp.tensordot(x, b, axes=1),
        peers={"scipy, unfolded to CSR": lambda: lambda: matrix @ b, "PyData sparse": by_pydata},
    )


@workload("3-d transpose (2, 0, 1)", f"{TENSOR}; delivered in order", format="coo")
def transposed(size: Size) -> Contest:
    parts = tensor(size)
    shape, places, values = parts

    def by_pydata() -> Work:
        x = pydata(places, values, shape)
        return lambda: x.transpose((2, 0, 1))

    def by_lexsort() -> Any:
        turned = places[[2, 0, 1]]
        # What is in order by the first two axes stays so within each of the last.
        order = np.argsort(turned[0], stable=True)
        return sp.coo_array((values[order], tuple(turned[:, order])), shape=shape)

    return Contest(
        expected=by_lexsort,
        inputs=lambda: (ours(parts),),
        redpoll=lambda x: rp.permute_dims(x, (2, 0, 1)).to_format("coo"),
        peers={"PyData sparse": by_pydata, "NumPy argsort": lambda: by_lexsort},
        tolerance=0,
    )


@workload("3-d A + B", f"{TENSOR} each", format="csf")
def add(size: Size) -> Contest:
    one, other = tensor(size), tensor(size, seed=24)
    a, b = unfolded(one, (0,)), unfolded(other, (0,))

    def by_pydata() -> Work:
        x, y = (pydata(places, values, shape) for shape, places, values in (one, other))
        return lambda: x + y

    def by_graphblas() -> Work:
        gb, x, y = graphblas(), to_graphblas(a), to_graphblas(b)
        return lambda: finished(x.ewise_add(y, gb.binary.plus).new())

    def expected() -> Any:
        return unfolded(one, (0, 1)) + unfolded(other, (0, 1))

    def shown(result: Any) -> Any:
        """As a matrix of the first two axes by the third."""
        if type(result).__module__.startswith("graphblas"):
            result = graphblas().io.to_scipy_sparse(result, "csr")
        return result.reshape(expected_shape).tocsr() if sp.issparse(result) else result

    n = one[0][0]
    expected_shape = (n * n, n)
    return Contest(
        expected=expected,
        inputs=lambda: (ours(one), ours(other)),
        redpoll=lambda x, y: x + y,
        peers={
            "PyData sparse": by_pydata,
            "scipy, unfolded to CSR": lambda: lambda: a + b,
            "GraphBLAS, unfolded": by_graphblas,
        },
        shown=shown,
    )
