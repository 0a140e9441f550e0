"""How redpoll's time grows with the stored elements and shrinks with threads, and whether threads change a bit.

    python python/bench/scaling.py [--most 1e8]

Operations that are linear in the stored elements, from 10,000 of them up: the slope of log time over log elements (1 is
linear). At 10 M elements, two threads beside one, and the results of 1, 2 and 5 threads. `cargo xtask bench-scaling`
brings what it needs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp

import redpoll as rp

PER_ROW, COLUMNS = 100, 20_000
THREADED = 10_000_000
ROUNDS, SECONDS = 15, 2.0


def matrix(stored: int, seed: int) -> Any:
    """A CSR matrix in float64, its columns evenly spread."""
    rng = np.random.default_rng(seed)
    rows = stored // PER_ROW
    gaps = rng.integers(1, COLUMNS // PER_ROW, size=(rows, PER_ROW), dtype=np.uint32)
    indices = np.cumsum(gaps, axis=1, dtype=np.uint32).ravel() - 1
    indptr = np.arange(0, stored + 1, PER_ROW, dtype=np.int32)
    values = rng.standard_normal(stored)
    return rp.asarray(sp.csr_array((values, indices.astype(np.int32), indptr), shape=(rows, COLUMNS)))


def operations(stored: int) -> dict[str, Callable[[], Any]]:
    a, b = matrix(stored, 1), matrix(stored, 2)
    vector = rp.asarray(np.random.default_rng(3).standard_normal(COLUMNS))
    mask = rp.asarray(np.random.default_rng(4).random(a.shape[0]) < 0.5)
    halves = [a[: a.shape[0] // 2], a[a.shape[0] // 2 :]]
    return {
        "A + B": lambda: a + b,
        "A ∘ B": lambda: a * b,
        "expm1(A) · 2": lambda: rp.expm1(a) * 2.0,
        "sum, axis 0": lambda: rp.sum(a, axis=0),
        "sum, axis 1": lambda: rp.sum(a, axis=1),
        "var, axis 0": lambda: rp.var(a, axis=0),
        "max, axis 0": lambda: rp.max(a, axis=0),
        "A @ vector": lambda: a @ vector,
        "rows by a mask": lambda: a[mask],
        "concat": lambda: rp.concat(halves),
        "sort rows": lambda: rp.sort(a, axis=1),
        "CSR to CSC": lambda: a.to_format("csc"),
    }


def measure(stored: int) -> dict[str, Any]:
    """Seconds of each operation, and a digest of its result."""
    found = {}
    for name, work in operations(stored).items():
        digest = digest_of(work())
        times: list[float] = []
        while len(times) < 3 or (len(times) < ROUNDS and sum(times) < SECONDS):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        found[name] = [statistics.median(times), digest]
    return found


def digest_of(result: Any) -> str:
    """Of the arrays of a vector or of a compressed matrix."""
    if result.ndim == 1:
        arrays = [result.to_numpy()]
    else:
        compressed = result.to_scipy()
        arrays = [compressed.indptr, compressed.indices, compressed.data]
    digest = hashlib.blake2b(repr((result.shape, result.format)).encode())
    for array in arrays:
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def run(stored: int, threads: int) -> dict[str, Any]:
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}
    command = [sys.executable, __file__, "--one", str(stored)]
    process = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(process.stdout)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=float, default=1e8, help="the most stored elements")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one is not None:
        print(json.dumps(measure(arguments.one)))
        return 0
    sizes = [10**k for k in range(4, 10) if 10**k <= arguments.most]
    by_size = {stored: run(stored, 2) for stored in sizes}
    by_threads = {threads: run(THREADED, threads) for threads in (1, 2, 5)}
    print(f"| operation | {' | '.join(f'{s:.0e} ms' for s in sizes)} | slope | 2 threads to 1 | same bits |")
    print("| --- " * (len(sizes) + 4) + "|")
    same = True
    for name in by_size[sizes[0]]:
        times = [by_size[stored][name][0] for stored in sizes]
        slope = np.polyfit(np.log(sizes), np.log(times), 1)[0]
        faster = by_threads[1][name][0] / by_threads[2][name][0]
        is_same = len({found[name][1] for found in by_threads.values()}) == 1
        same &= is_same
        cells = " | ".join(f"{1e3 * t:.3g}" for t in times)
        print(f"| {name} | {cells} | {slope:.2f} | {faster:.2f} | {'yes' if is_same else 'NO'} |")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
