"""Elementwise operations of CSR matrices."""

from __future__ import annotations

import numpy as np

import redpoll as rp
from contest import Contest, Work
from data import csr
from libraries import finished, graphblas, to_graphblas
from workloads import Size, workload


@workload("A + B", "CSR f64, 1e5 x 1e5, 5 M + 5 M stored", format="csr")
def add(size: Size) -> Contest:
    n, stored = size((100_000, 5_000_000), (2_000, 20_000))
    a, b = csr(n, n, stored, seed=1), csr(n, n, stored, seed=2)

    def by_graphblas() -> Work:
        gb, (x, y) = graphblas(), (to_graphblas(a), to_graphblas(b))
        return lambda: finished(x.ewise_add(y, gb.binary.plus).new())

    return Contest(
        expected=lambda: a + b,
        inputs=lambda: (rp.asarray(a), rp.asarray(b)),
        redpoll=lambda x, y: x + y,
        peers={"scipy": lambda: lambda: a + b, "GraphBLAS": by_graphblas},
    )


def product(size: Size, signed: bool) -> Contest:
    (rows, columns), few, many = size(((20_000, 5_000), 5_000_000, 10_000_000), ((500, 200), 5_000, 10_000))
    a = csr(rows, columns, few, seed=3, dtype="float32", signed=signed)
    b = csr(rows, columns, many, seed=4, dtype="float32", signed=signed)

    def by_graphblas() -> Work:
        gb, (x, y) = graphblas(), (to_graphblas(a), to_graphblas(b))
        return lambda: finished(x.ewise_mult(y, gb.binary.times).new())

    return Contest(
        expected=lambda: a.multiply(b),
        inputs=lambda: (rp.asarray(a), rp.asarray(b)),
        redpoll=lambda x, y: x * y,
        peers={"scipy": lambda: lambda: a.multiply(b), "GraphBLAS": by_graphblas},
        tolerance=1e-6,
    )


@workload("A ∘ B", "CSR f32, 20000 x 5000, 5 M ∘ 10 M stored, all positive", format="csr")
def multiply(size: Size) -> Contest:
    return product(size, signed=False)


@workload("A ∘ B, both signs", "the same with values of both signs", format="csr")
def multiply_signed(size: Size) -> Contest:
    return product(size, signed=True)


@workload("log1p(A·s) ∘ B, lazily", "the matrices of A ∘ B, s a number, one expression", format="csr")
def chain(size: Size) -> Contest:
    (rows, columns), few, many = size(((20_000, 5_000), 5_000_000, 10_000_000), ((500, 200), 5_000, 10_000))
    a = csr(rows, columns, few, seed=3, dtype="float32", signed=False)
    b = csr(rows, columns, many, seed=4, dtype="float32", signed=False)
    s = np.float32(1.5)

    def by_graphblas() -> Work:
        gb, (x, y) = graphblas(), (to_graphblas(a), to_graphblas(b))

        def work():
            product = x.ewise_mult(y, gb.binary.first).new()
            product << product.apply(gb.binary.times, right=s)
            product << product.apply(gb.unary.log1p)
            return finished(product.ewise_mult(y, gb.binary.times).new())

        return work

    def by_scipy() -> Work:
        return lambda: (a * s).log1p().multiply(b)

    return Contest(
        expected=by_scipy(),
        inputs=lambda: (rp.asarray(a), rp.asarray(b)),
        redpoll=lambda x, y: (rp.log1p(rp.lazy.asarray(x) * s) * y).compute(),
        peers={"scipy": by_scipy, "GraphBLAS": by_graphblas},
        tolerance=1e-6,
    )
