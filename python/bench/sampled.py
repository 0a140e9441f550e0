"""Products of which only a part is asked for: nobody may form them whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

import redpoll as rp
from contest import Contest, Work
from data import coordinates, csr, rmat
from libraries import finished, graphblas, to_graphblas
from workloads import Size, workload


@workload("M ∘ (A @ Bᵀ), lazily", "M CSR f64, 2e4 x 2e4, 1 M stored; A and B dense 2e4 x 64", format="csr")
def sampled(size: Size) -> Contest:
    n, stored, k = size((20_000, 1_000_000, 64), (500, 5_000, 16))
    m = csr(n, n, stored, seed=14)
    a, b = np.random.default_rng(15).standard_normal((2, n, k))
    rows = np.repeat(np.arange(n), np.diff(m.indptr))

    def by_numpy() -> Any:
        dots = np.einsum("ij,ij->i", a[rows], b[m.indices])
        return sp.csr_array((m.data * dots, m.indices, m.indptr), shape=m.shape)

    def by_graphblas() -> Work:
        gb, mask, x, y = graphblas(), to_graphblas(m), to_graphblas(a), to_graphblas(b)

        def work() -> Any:
            dots = x.mxm(y.T, gb.semiring.plus_times).new(mask=mask.S)
            return finished(dots.ewise_mult(mask, gb.binary.times).new())

        return work

    return Contest(
        expected=by_numpy,
        inputs=lambda: (rp.asarray(m), rp.asarray(a), rp.asarray(b)),
        redpoll=lambda m, a, b: (m * (rp.lazy.asarray(a) @ b.T)).compute(),
        peers={"NumPy einsum of gathered rows": lambda: by_numpy, "GraphBLAS": by_graphblas},
    )


@workload("sum(A ∘ (A @ A)), lazily", "triangles of R-MAT 13: 8192 nodes, 16 edges a node, symmetric")
def triangles(size: Size) -> Contest:
    a = rmat(size(13, 8), 16, seed=16, symmetric=True)

    def by_redpoll(a: Any) -> Any:
        a = rp.lazy.asarray(a)
        return rp.sum(a * (a @ a)).compute()

    def by_graphblas(dot: bool) -> Work:
        gb, x = graphblas(), to_graphblas(a)
        # By rows of the product, or by dot products: the matrix is symmetric. Its values are 1.
        return lambda: (
            x.mxm(x.T if dot else x, gb.semiring.plus_pair).new(mask=x.S).reduce_scalar(gb.monoid.plus).new().value
        )

    return Contest(
        expected=lambda: a.multiply(a @ a).sum(),
        inputs=lambda: (rp.asarray(a),),
        redpoll=by_redpoll,
        peers={
            "scipy": lambda: lambda: a.multiply(a @ a).sum(),
            "GraphBLAS": lambda: by_graphblas(dot=False),
            "GraphBLAS by dot products": lambda: by_graphblas(dot=True),
        },
    )


@workload("MTTKRP", "einsum ijk,jr,kr->ir, f64, 5000 x 3000 x 3000, 1 M stored, rank 32")
def mttkrp(size: Size) -> Contest:
    shape, stored, rank = size(((5_000, 3_000, 3_000), 1_000_000, 32), ((50, 40, 30), 5_000, 8))
    (i, j, k), values = coordinates(shape, stored, seed=17)
    rng = np.random.default_rng(18)
    b, c = rng.standard_normal((shape[1], rank)), rng.standard_normal((shape[2], rank))
    # The fibers over k, which is how a CSR of the unfolded tensor is laid out.
    flat = i * shape[1] + j
    starts = np.flatnonzero(np.diff(flat, prepend=-1))
    fibers = sp.csr_array((values, k, np.append(starts, stored)), shape=(len(starts), shape[2]))
    owners = np.searchsorted(i[starts], np.arange(shape[0] + 1))
    gather = sp.csr_array((np.ones(len(starts)), np.arange(len(starts)), owners), shape=(shape[0], len(starts)))
    columns = j[starts]

    def by_scipy() -> Any:
        return gather @ (np.asarray(fibers @ c) * b[columns])

    def by_pydata() -> Work:
        import sparse

        x = sparse.COO(np.stack((i, j, k)), values, shape=shape)
        return lambda: sparse.einsum("ijk,jr,kr->ir", x, b, c)

    return Contest(
        expected=by_scipy,
        inputs=lambda: (rp.from_coo((i, j, k), values, shape), rp.asarray(b), rp.asarray(c)),
        redpoll=lambda x, b, c: rp.einsum("ijk,jr,kr->ir", x, b, c),
        # PyData's einsum forms a product of every pair, which at full size does not fit into memory.
        peers={"scipy in two steps": lambda: by_scipy, **size({}, {"PyData sparse": by_pydata})},
    )
