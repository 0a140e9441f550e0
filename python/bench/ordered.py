"""Order, sets, selection by a condition, and coordinates with duplicates: dense and sparse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp

import redpoll as rp
from contest import Contest, Work
from data import csr
from libraries import finished, graphblas
from workloads import Size, workload

VECTOR = "dense f64, 4 M elements"
REPEATED = "dense f64, 4 M elements, 1000 different ones"
MATRIX = "CSR f64, 1e5 x 1e5, 5 M stored"


def dense(size: Size, ours: Callable[[Any], Any], theirs: Callable[[Any], Any], different: int = 0) -> Contest:
    count = size(4_000_000, 20_000)
    rng = np.random.default_rng(28)
    x = rng.integers(0, different, size=count).astype(np.float64) if different else rng.standard_normal(count)
    return Contest(
        expected=lambda: theirs(x),
        inputs=lambda: (rp.asarray(x),),
        redpoll=ours,
        peers={"NumPy": lambda: lambda: theirs(x)},
        tolerance=0,
    )


def unique_counts(x: Any) -> Any:
    return tuple(np.unique_counts(x))


def our_unique_counts(x: Any) -> Any:
    return tuple(rp.unique_counts(x))


@workload("sort, dense", VECTOR, format="dense")
def sort_dense(size: Size) -> Contest:
    return dense(size, rp.sort, np.sort)


@workload("argsort, dense", f"{VECTOR}; stable", format="dense")
def argsort_dense(size: Size) -> Contest:
    return dense(size, rp.argsort, lambda x: np.argsort(x, stable=True))


@workload("unique_values, dense", VECTOR, format="dense")
def unique_dense(size: Size) -> Contest:
    return dense(size, rp.unique_values, np.unique)


@workload("unique_values, dense, repeated", REPEATED, format="dense")
def unique_repeated(size: Size) -> Contest:
    return dense(size, rp.unique_values, np.unique, different=1000)


@workload("unique_counts, dense", REPEATED, format="dense")
def counts_dense(size: Size) -> Contest:
    return dense(size, our_unique_counts, unique_counts, different=1000)


@workload("x[x > 0.9], dense", VECTOR, format="dense")
def select_dense(size: Size) -> Contest:
    return dense(size, lambda x: x[x > 0.9], lambda x: x[x > 0.9])


def sparse(size: Size, ours: Callable[[Any], Any], theirs: dict[str, Callable[[Any], Any]]) -> Contest:
    n, stored = size((100_000, 5_000_000), (500, 5_000))
    x = csr(n, n, stored, seed=29)

    def prepared(work: Callable[[Any], Any]) -> Callable[[], Work]:
        return lambda: lambda: work(x)

    return Contest(
        expected=lambda: next(iter(theirs.values()))(x),
        inputs=lambda: (rp.asarray(x),),
        redpoll=ours,
        peers={name: prepared(work) for name, work in theirs.items()},
        tolerance=0,
    )


def with_zeros(values: np.ndarray, counts: np.ndarray, zeros: int) -> Any:
    place = np.searchsorted(values, 0.0)
    return np.insert(values, place, 0.0), np.insert(counts, place, zeros)


@workload("unique_values, sparse", MATRIX, format="dense")
def unique_sparse(size: Size) -> Contest:
    def by_numpy(x: Any) -> Any:
        values = np.unique(x.data)
        return np.insert(values, np.searchsorted(values, 0.0), 0.0)

    return sparse(size, rp.unique_values, {"NumPy on the data": by_numpy})


@workload("unique_counts, sparse", MATRIX)
def counts_sparse(size: Size) -> Contest:
    def by_numpy(x: Any) -> Any:
        return with_zeros(*np.unique(x.data, return_counts=True), x.shape[0] * x.shape[1] - x.nnz)

    return sparse(size, our_unique_counts, {"NumPy on the data": by_numpy})


@workload("x[x > 0.9], sparse", MATRIX, format="csf")
def select_sparse(size: Size) -> Contest:
    theirs = {"NumPy on the data": lambda x: x.data[x.data > 0.9], "scipy": lambda x: np.asarray(x[x > 0.9]).ravel()}
    return sparse(size, lambda x: x[x > 0.9], theirs)


def rows_in_order(x: Any) -> Any:
    """Each row sorted: what is below zero moves to the start, what is above to the end."""
    rows = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
    order = np.lexsort((x.data, rows))
    values = x.data[order]
    rank = np.arange(x.nnz) - x.indptr[rows]
    columns = np.where(values < 0, rank, x.shape[1] - (x.indptr[rows + 1] - x.indptr[rows]) + rank)
    return sp.csr_array((values, columns.astype(np.int32), x.indptr), shape=x.shape)


@workload("sort, sparse rows", "CSR f64, 1e5 x 1e5, 5 M stored; along the rows", format="csr")
def sort_sparse(size: Size) -> Contest:
    return sparse(size, lambda x: rp.sort(x, axis=1), {"NumPy lexsort": rows_in_order})


@workload("argsort, sparse rows", "CSR f64, 4000 x 1000, 5 % stored; stable; all elements have a place")
def argsort_sparse(size: Size) -> Contest:
    rows, columns = size((4_000, 1_000), (100, 50))
    x = csr(rows, columns, rows * columns // 20, seed=30)

    def by_numpy() -> Any:
        return np.argsort(x.toarray(), axis=1, stable=True)

    return Contest(
        expected=by_numpy,
        inputs=lambda: (rp.asarray(x),),
        redpoll=lambda x: rp.argsort(x, axis=1),
        peers={"NumPy made dense": lambda: by_numpy},
        tolerance=0,
    )


@workload("from_coo with duplicates", "f64, 1e5 x 1e5, 5 M in any order, a sixth of them duplicates", format="csr")
def with_duplicates(size: Size) -> Contest:
    n, count = size((100_000, 5_000_000), (500, 5_000))
    rng = np.random.default_rng(31)
    rows, columns = rng.integers(0, n, size=(2, count * 5 // 6), dtype=np.int32)
    again = rng.permutation(np.concatenate([np.arange(len(rows)), rng.choice(len(rows), count // 6, replace=False)]))
    rows, columns, values = rows[again], columns[again], rng.standard_normal(len(again))

    def by_scipy() -> Any:
        return sp.coo_array((values, (rows, columns)), shape=(n, n)).tocsr()

    def by_graphblas() -> Work:
        gb = graphblas()
        plus = gb.binary.plus
        return lambda: finished(gb.Matrix.from_coo(rows, columns, values, nrows=n, ncols=n, dup_op=plus))

    def by_pydata() -> Work:
        import sparse as pydata

        places = np.stack((rows, columns))
        return lambda: pydata.COO(places, values, shape=(n, n))

    return Contest(
        expected=by_scipy,
        inputs=lambda: (rows, columns, values),
        redpoll=lambda *parts: rp.from_coo(parts[:2], parts[2], (n, n), sum_duplicates=True, format="csr"),
        peers={"scipy": lambda: by_scipy, "GraphBLAS": by_graphblas, "PyData sparse": by_pydata},
    )
