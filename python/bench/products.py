"""Products of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

import redpoll as rp
from contest import Contest, Work
from data import csr, rmat
from libraries import finished, graphblas, mkl_product, to_graphblas
from workloads import Size, workload


def graphblas_product(a: Any, b: Any) -> Work:
    gb, x, y = graphblas(), to_graphblas(a), to_graphblas(b)
    multiply = x.mxv if b.ndim == 1 else x.mxm
    return lambda: finished(multiply(y, gb.semiring.plus_times).new())


def product(a: Any, b: Any) -> Contest:
    """A product by everybody, of sparse with dense or of sparse with sparse."""
    sparse = not isinstance(b, np.ndarray)

    def by_scipy() -> Any:
        result = a @ b
        if sparse:
            result.sort_indices()
        return result

    return Contest(
        expected=by_scipy,
        inputs=lambda: (rp.asarray(a), rp.asarray(b)),
        redpoll=lambda x, y: x @ y,
        peers={
            "scipy": lambda: by_scipy,
            "MKL": mkl_product(a, b, **({"reorder_output": True} if sparse else {})),
            "GraphBLAS": lambda: graphblas_product(a, b),
        },
    )


@workload("A @ vector", "CSR f64, 1e5 x 1e5, 10 M stored", format="dense")
def with_vector(size: Size) -> Contest:
    n, stored = size((100_000, 10_000_000), (2_000, 20_000))
    return product(csr(n, n, stored, seed=5), np.random.default_rng(6).standard_normal(n))


@workload("A @ dense 32", "CSR f64, 5e4 x 5e4, 3 M stored", format="dense")
def with_dense(size: Size) -> Contest:
    n, stored = size((50_000, 3_000_000), (2_000, 20_000))
    return product(csr(n, n, stored, seed=7), np.random.default_rng(8).standard_normal((n, 32)))


@workload("A @ B, uniform", "CSR f64, 1e5 x 1e5, 8 stored per row; sorted", format="csr")
def uniform(size: Size) -> Contest:
    n = size(100_000, 2_000)
    return product(csr(n, n, 8 * n, seed=9), csr(n, n, 8 * n, seed=10))


@workload("A @ A, R-MAT 15", "CSR f64, 32768 nodes, 8 edges a node before duplicates; sorted", format="csr")
def skewed(size: Size) -> Contest:
    a = rmat(size(15, 9), 8, seed=11)
    return product(a, a)


def gram(rows: int, columns: int, stored: int, seed: int) -> Contest:
    x = csr(rows, columns, stored, seed=seed, dtype="float32")

    def by_scipy() -> Any:
        return (x.T @ x).toarray()

    def by_mkl() -> Work:
        from sparse_dot_mkl import gram_matrix_mkl

        def work() -> Any:
            upper = np.triu(gram_matrix_mkl(x, dense=True))
            return upper + np.triu(upper, 1).T

        return work

    def by_numpy() -> Any:
        dense = x.toarray()
        return dense.T @ dense

    def exact() -> Any:
        dense = x.toarray().astype(np.float64)
        return dense.T @ dense

    return Contest(
        expected=exact,
        inputs=lambda: (rp.asarray(x),),
        redpoll=lambda x: x.T @ x,
        peers={"scipy": lambda: by_scipy, "MKL gram": by_mkl, "NumPy made dense": lambda: by_numpy},
        tolerance=1e-5,
    )


@workload("XᵀX, 5 %", "CSR f32, 20000 x 2000, 5 % stored; dense", format="dense")
def gram_small(size: Size) -> Contest:
    rows, columns = size((20_000, 2_000), (500, 100))
    return gram(rows, columns, rows * columns // 20, seed=12)


@workload("XᵀX, 8 %", "CSR f32, 50000 x 2000, 8 % stored; dense", format="dense")
def gram_large(size: Size) -> Contest:
    rows, columns = size((50_000, 2_000), (800, 100))
    return gram(rows, columns, rows * columns // 25 * 2, seed=13)
