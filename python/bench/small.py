"""Arrays of 10 x 10 with 10 stored elements, so that little but the call itself takes time, beside dense ones of NumPy;
and assignment to one element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import redpoll as rp
from contest import Contest
from data import csr
from workloads import Size, workload

MATRIX = "10 x 10, 10 stored; NumPy's dense"
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "a + b": lambda a, b: a + b,
    "a @ b": lambda a, b: a @ b,
    "a[2:5]": lambda a, b: a[2:5],
    "a[3, 4]": lambda a, b: a[3, 4],
    "a.T": lambda a, b: a.T,
}


def small(ours: Callable[[Any, Any], Any], theirs: Callable[[Any, Any], Any]) -> Contest:
    a, b = csr(10, 10, 10, seed=25), csr(10, 10, 10, seed=26)
    dense = a.toarray(), b.toarray()
    return Contest(
        expected=lambda: theirs(*dense),
        inputs=lambda: (rp.asarray(a), rp.asarray(b)),
        redpoll=ours,
        peers={"NumPy": lambda: lambda: theirs(*dense)},
    )


def by_both(operation: Callable[[Any, Any], Any]) -> Callable[[Size], Contest]:
    return lambda size: small(operation, operation)


for label, operation in OPERATIONS.items():
    workload(f"small {label}", MATRIX)(by_both(operation))


@workload("small sum", MATRIX)
def small_sum(size: Size) -> Contest:
    return small(lambda a, b: rp.sum(a), lambda a, b: a.sum())


def assign(x: Any) -> Any:
    x[5] = 3.0
    return x


def assignment(count: int) -> Contest:
    values = np.random.default_rng(27).standard_normal(count)
    return Contest(
        expected=lambda: assign(values.copy()),
        inputs=lambda: (rp.asarray(values, copy=True),),
        redpoll=assign,
        peers={"NumPy": lambda: lambda: assign(values)},
        tolerance=0,
    )


@workload("d[5] = 3.0, 1e3", "dense f64", format="dense")
def assign_short(size: Size) -> Contest:
    return assignment(1_000)


@workload("d[5] = 3.0, 1e7", "dense f64", format="dense")
def assign_long(size: Size) -> Contest:
    return assignment(size(10_000_000, 100_000))
