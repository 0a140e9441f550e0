"""Counts of many cells, made of the few of the example's file: too many to ship, and the same each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

DROPPED = 0.02
SPREAD = 0.2


def tiled(counts: Any, copies: int) -> Any:
    """Copies below each other, in float32. Of each but the first a share of the counts is dropped, and the others are
    multiplied with log-normal factors, rounded, and at least 1."""
    random = np.random.default_rng(0)
    return sp.vstack([counts, *(disturbed(counts, random) for _ in range(copies - 1))], format="csr")


def disturbed(counts: Any, random: np.random.Generator) -> Any:
    kept = random.random(counts.nnz) >= DROPPED
    factors = random.lognormal(0, SPREAD, counts.nnz)
    data = np.maximum(1, np.round(counts.data * factors)).astype(np.float32)[kept]
    ends = np.concatenate([[0], np.cumsum(kept)])[counts.indptr]
    return sp.csr_matrix((data, counts.indices[kept], ends), shape=counts.shape)


def write(counts: Any, target: Path) -> None:
    """Writes the counts as an h5ad file."""
    import anndata

    anndata.AnnData(counts).write_h5ad(target)
