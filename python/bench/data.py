"""Random sparse arrays, the same in every run."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp


def distinct(rng: np.random.Generator, size: int, count: int) -> np.ndarray:
    """So many different numbers below a size, ascending; a few less where the size is not much greater."""
    drawn = np.sort(rng.integers(0, size, size=count + count * count // size))
    kept = drawn[np.concatenate(([True], drawn[1:] != drawn[:-1]))]
    surplus = len(kept) - count
    return np.delete(kept, rng.choice(len(kept), surplus, replace=False)) if surplus > 0 else kept


def values(rng: np.random.Generator, count: int, dtype: str, signed: bool) -> np.ndarray:
    """Normal, or uniform between 0 and 1, never zero."""
    drawn = rng.standard_normal(count) if signed else 1.0 - rng.random(count)
    drawn = drawn.astype(dtype)
    drawn[drawn == 0] = 1
    return drawn


def csr(rows: int, columns: int, stored: int, *, seed: int, dtype: str = "float64", signed: bool = True) -> Any:
    """A matrix whose stored elements are anywhere alike."""
    rng = np.random.default_rng(seed)
    flat = distinct(rng, rows * columns, stored)
    indptr = np.searchsorted(flat, np.arange(rows + 1, dtype=np.int64) * columns).astype(np.int32)
    indices = (flat % columns).astype(np.int32)
    return sp.csr_array((values(rng, len(flat), dtype, signed), indices, indptr), shape=(rows, columns))


def coordinates(shape: tuple[int, ...], stored: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Of an array of any number of axes, in order, one row an axis; and the values."""
    rng = np.random.default_rng(seed)
    flat = distinct(rng, int(np.prod(shape, dtype=np.int64)), stored)
    return np.stack(np.unravel_index(flat, shape)), values(rng, len(flat), "float64", True)


def rmat(scale: int, edges_per_node: int, *, seed: int, symmetric: bool = False) -> Any:
    """A graph of 2^scale nodes with a skew of degrees (Chakrabarti, Zhan and Faloutsos, 2004), each edge once."""
    rng = np.random.default_rng(seed)
    count = edges_per_node << scale
    rows, columns = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for _ in range(scale):
        quadrant = np.searchsorted(np.cumsum([0.57, 0.19, 0.19]), rng.random(count), side="right")
        rows, columns = 2 * rows + quadrant // 2, 2 * columns + quadrant % 2
    if symmetric:
        rows, columns = np.concatenate([rows, columns]), np.concatenate([columns, rows])
        rows, columns = rows[rows != columns], columns[rows != columns]
    flat = np.unique(rows << scale | columns)
    rows, columns = flat >> scale, flat & ((1 << scale) - 1)
    data = np.ones(len(flat)) if symmetric else values(rng, len(flat), "float64", True)
    return sp.coo_array((data, (rows.astype(np.int32), columns.astype(np.int32))), shape=(1 << scale,) * 2).tocsr()
