"""What a call costs: small operations of redpoll beside NumPy, scipy.sparse and PyData sparse, and the import.

Matrices of 10 x 10 with 10 stored elements, so that little but the call itself takes time. Every operation is timed in
rounds in which the libraries take turns; the numbers are medians over the rounds.

Run it with `cargo xtask overhead`.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import scipy.sparse
import sparse

import redpoll

ROUNDS = 41
ROUND_NS = 2_000_000
IMPORTS = 21

# A sum is a method of the others' arrays, and a function of the standard.
OPERATIONS: dict[str, Callable] = {
    "a + b": lambda a, b: a + b,
    "sum": lambda a, b: a.sum(),
    "a @ b": lambda a, b: a @ b,
    "a.T": lambda a, b: a.T,
    "a[2:5]": lambda a, b: a[2:5],
    "a[3, 4]": lambda a, b: a[3, 4],
}
FUNCTIONS = {"sum": lambda a, b: redpoll.sum(a)}


def matrices(seed: int) -> dict[str, object]:
    """One matrix as an array of every library."""
    random = np.random.default_rng(seed)
    dense = np.zeros(100)
    dense[random.choice(100, 10, replace=False)] = random.standard_normal(10)
    dense = dense.reshape(10, 10)
    csr = scipy.sparse.csr_array(dense)
    return {
        "redpoll": redpoll.asarray(csr),
        "NumPy": dense,
        "scipy.sparse": csr,
        "PyData sparse": sparse.COO.from_numpy(dense),
    }


def once(operation: Callable, a: object, b: object, times: int) -> float:
    """Nanoseconds of one call, out of so many."""
    start = time.perf_counter_ns()
    for _ in range(times):
        operation(a, b)
    return (time.perf_counter_ns() - start) / times


def calls() -> None:
    left, right = matrices(1), matrices(2)
    print(f"{'nanoseconds':12}" + "".join(f"{name:>15}" for name in left) + f"{'/ NumPy':>10}{'/ scipy':>10}")
    for label, operation in OPERATIONS.items():
        timed = {name: (operation, left[name], right[name]) for name in left}
        if label in FUNCTIONS:
            timed["redpoll"] = (FUNCTIONS[label], left["redpoll"], right["redpoll"])
        times = {name: max(1, int(ROUND_NS / once(*call, 20))) for name, call in timed.items()}
        rounds = [{name: once(*call, times[name]) for name, call in timed.items()} for _ in range(ROUNDS)]
        medians = {name: statistics.median(r[name] for r in rounds) for name in left}
        columns = "".join(f"{ns:15.0f}" for ns in medians.values())
        to_numpy, to_scipy = (medians["redpoll"] / medians[other] for other in ("NumPy", "scipy.sparse"))
        print(f"{label:12}{columns}{to_numpy:10.2f}{to_scipy:10.3f}")


def imports() -> None:
    def milliseconds(module: str) -> float:
        start = time.perf_counter_ns()
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
        return (time.perf_counter_ns() - start) / 1e6

    modules = ["numpy", "redpoll"]
    rounds = [[milliseconds(module) for module in modules] for _ in range(IMPORTS)]
    numpy, own = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"import: numpy {numpy:.1f} ms, redpoll (with numpy) {own:.1f} ms, {own - numpy:.1f} ms more")


if __name__ == "__main__":
    versions = (f"{m.__name__} {m.__version__}" for m in (redpoll, np, scipy, sparse))
    print(", ".join(versions) + f", Python {sys.version.split()[0]}")
    calls()
    imports()
