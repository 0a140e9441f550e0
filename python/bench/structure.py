"""Conversion, selection and joining of CSR matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

import redpoll as rp
from contest import Contest, Work
from data import csr
from libraries import finished, graphblas, to_graphblas
from workloads import Size, workload

MATRIX = "CSR f64, 1e5 x 1e5, 10 M stored"


def matrix(size: Size) -> Any:
    n, stored = size((100_000, 10_000_000), (2_000, 20_000))
    return csr(n, n, stored, seed=5)


@workload("CSR to CSC", MATRIX, format="csc")
def to_csc(size: Size) -> Contest:
    a = matrix(size)

    def by_graphblas() -> Work:
        x = to_graphblas(a)
        return lambda: finished(x.T.new())

    def shown(result: Any) -> Any:
        # GraphBLAS gives the rows of the transpose, which are the columns.
        return result.T.new() if type(result).__module__.startswith("graphblas") else result

    return Contest(
        expected=lambda: a,
        inputs=lambda: (rp.asarray(a),),
        redpoll=lambda x: x.to_format("csc"),
        peers={"scipy": lambda: a.tocsc, "GraphBLAS": by_graphblas},
        tolerance=0,
        shown=shown,
    )


def rows_or_columns(size: Size, axis: int, count: int) -> Contest:
    a = matrix(size)
    chosen = np.random.default_rng(20).choice(a.shape[axis], count, replace=False)

    def by_scipy() -> Any:
        result = a[chosen] if axis == 0 else a[:, chosen]
        result.sort_indices()
        return result

    def by_graphblas() -> Work:
        x = to_graphblas(a)
        return lambda: finished((x[chosen, :] if axis == 0 else x[:, chosen]).new())

    return Contest(
        expected=by_scipy,
        inputs=lambda: (rp.asarray(a), rp.asarray(chosen)),
        redpoll=lambda x, chosen: rp.take(x, chosen, axis=axis),
        peers={"scipy": lambda: by_scipy, "GraphBLAS": by_graphblas},
        tolerance=0,
    )


@workload("10,000 random rows", MATRIX, format="csr")
def rows(size: Size) -> Contest:
    return rows_or_columns(size, 0, size(10_000, 200))


@workload("200 random columns", MATRIX, format="csr")
def columns(size: Size) -> Contest:
    return rows_or_columns(size, 1, size(200, 20))


@workload("half the rows by a mask", MATRIX, format="csr")
def masked(size: Size) -> Contest:
    a = matrix(size)
    mask = np.random.default_rng(21).random(a.shape[0]) < 0.5

    def by_graphblas() -> Work:
        x = to_graphblas(a)
        return lambda: finished(x[np.flatnonzero(mask), :].new())

    return Contest(
        expected=lambda: a[mask],
        inputs=lambda: (rp.asarray(a), rp.asarray(mask)),
        redpoll=lambda x, mask: x[mask],
        peers={"scipy": lambda: lambda: a[mask], "GraphBLAS": by_graphblas},
        tolerance=0,
    )


@workload("concat of 20 blocks", f"{MATRIX}, in blocks of rows", format="csr")
def joined(size: Size) -> Contest:
    a = matrix(size)
    step = a.shape[0] // 20
    blocks = [a[start : start + step] for start in range(0, a.shape[0], step)]

    def by_graphblas() -> Work:
        gb, parts = graphblas(), [[to_graphblas(block)] for block in blocks]
        return lambda: finished(gb.ss.concat(parts))

    return Contest(
        expected=lambda: a,
        inputs=lambda: tuple(rp.asarray(block) for block in blocks),
        redpoll=lambda *parts: rp.concat(parts),
        peers={"scipy": lambda: lambda: sp.vstack(blocks, format="csr"), "GraphBLAS": by_graphblas},
        tolerance=0,
    )
