"""Sums, means, variances and maxima of a CSR matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import redpoll as rp
from contest import Contest, Work
from data import csr
from libraries import graphblas, mkl_product, to_graphblas
from workloads import Size, workload

MATRIX = "CSR f32, 1e5 x 2e4, 20 M stored"
# float32 sums of the peers.
TOLERANCE = 1e-4


def matrix(size: Size) -> Any:
    (rows, columns), stored = size(((100_000, 20_000), 20_000_000), ((1_000, 200), 20_000))
    return csr(rows, columns, stored, seed=19, dtype="float32", signed=False)


def mean_and_var(size: Size, axis: int) -> Contest:
    x = matrix(size)

    def by_scipy() -> Any:
        count = x.shape[axis]
        mean = np.asarray(x.sum(axis=axis, dtype=np.float64)) / count
        squares = np.asarray(x.multiply(x).sum(axis=axis, dtype=np.float64)) / count
        return mean, squares - mean**2

    def by_fast_array_utils() -> Work:
        from fast_array_utils.stats import mean_var

        return lambda: mean_var(x, axis=axis)

    def by_scikit_learn() -> Work:
        from sklearn.utils.sparsefuncs import mean_variance_axis

        return lambda: mean_variance_axis(x, axis)

    def ours(x: Any) -> Any:
        x = rp.lazy.asarray(x)
        return rp.lazy.compute(rp.mean(x, axis=axis), rp.var(x, axis=axis))

    def exact() -> Any:
        double = x.astype(np.float64)
        mean = double.mean(axis=axis)
        return mean, double.power(2).mean(axis=axis) - mean**2

    return Contest(
        expected=exact,
        inputs=lambda: (rp.asarray(x),),
        redpoll=ours,
        peers={"scipy": lambda: by_scipy, "fast-array-utils": by_fast_array_utils, "scikit-learn": by_scikit_learn},
        tolerance=TOLERANCE,
    )


@workload("mean and var, axis 0", f"{MATRIX}; lazily, both at once", format="dense")
def mean_var_0(size: Size) -> Contest:
    return mean_and_var(size, 0)


@workload("mean and var, axis 1", "the same", format="dense")
def mean_var_1(size: Size) -> Contest:
    return mean_and_var(size, 1)


def total(size: Size, axis: int | None) -> Contest:
    x = matrix(size)
    ones = np.ones(x.shape[axis or 0], np.float32)

    def by_fast_array_utils() -> Work:
        from fast_array_utils.stats import sum as fast_sum

        return lambda: fast_sum(x, axis=axis)

    def by_graphblas() -> Work:
        gb, y = graphblas(), to_graphblas(x)
        if axis is None:
            return lambda: y.reduce_scalar(gb.monoid.plus).new().value
        reduce = y.reduce_columnwise if axis == 0 else y.reduce_rowwise
        return lambda: reduce(gb.monoid.plus).new().to_dense(fill_value=0)

    peers: dict[str, Callable[[], Work]] = {
        "scipy": lambda: lambda: x.sum(axis=axis),
        "fast-array-utils": by_fast_array_utils,
        "GraphBLAS": by_graphblas,
    }
    if axis is None:
        peers["NumPy on the data"] = lambda: lambda: x.data.sum()
    else:
        peers["MKL with ones"] = mkl_product(*((ones, x) if axis == 0 else (x, ones)))
    return Contest(
        expected=lambda: x.sum(axis=axis, dtype=np.float64),
        inputs=lambda: (rp.asarray(x),),
        redpoll=lambda x: rp.sum(x, axis=axis),
        peers=peers,
        tolerance=TOLERANCE,
    )


@workload("sum, axis 0", MATRIX, format="dense")
def sum_0(size: Size) -> Contest:
    return total(size, 0)


@workload("sum, axis 1", "the same", format="dense")
def sum_1(size: Size) -> Contest:
    return total(size, 1)


@workload("sum of all", "the same")
def sum_all(size: Size) -> Contest:
    return total(size, None)


@workload("max, axis 0", MATRIX, format="dense")
def maximum(size: Size) -> Contest:
    x = matrix(size)

    def by_graphblas() -> Work:
        gb, y = graphblas(), to_graphblas(x)

        def work() -> Any:
            stored = y.reduce_columnwise(gb.monoid.max).new()
            # No column is full: each has a zero too.
            return stored.apply(gb.binary.max, right=np.float32(0)).new().to_dense(fill_value=0)

        return work

    return Contest(
        expected=lambda: x.max(axis=0).toarray(),
        inputs=lambda: (rp.asarray(x),),
        redpoll=lambda x: rp.max(x, axis=0),
        peers={"scipy": lambda: lambda: x.max(axis=0).toarray(), "GraphBLAS": by_graphblas},
        tolerance=0,
    )
