"""Principal components of single cells: redpoll's `pca` example beside scanpy.

The file is the example's own, or another h5ad file of counts named by REDPOLL_DATA. REDPOLL_PCA is the example's
program, which measures itself: there is no `pca` in the Python package.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse as sp

import cells
from contest import Contest, Measured, Work
from workloads import Size, Unavailable, workload

FILE = Path(__file__).parents[2] / "examples" / "data" / "pbmc3k_csr_f32.h5ad"
TARGET_SUM = 1e4


@functools.cache
def file() -> Path:
    path = Path(os.environ.get("REDPOLL_DATA", FILE))
    if not path.is_file():
        raise Unavailable(f"{path.name} is not there: REDPOLL_DATA names a file of counts")
    return path


def program() -> str:
    path = os.environ.get("REDPOLL_PCA")
    if path is None:
        raise Unavailable("REDPOLL_PCA does not name the program of the example pca")
    return path


def counts() -> Any:
    import anndata

    return sp.csr_matrix(anndata.read_h5ad(file()).X, dtype=np.float32)


def normalised(counts: Any, genes: int | None) -> Any:
    """log(1 + x) of the counts scaled to 10,000 a cell, as the example has them, of the most variable genes."""
    totals = np.asarray(counts.sum(axis=1, dtype=np.float64)).ravel()
    x = sp.csr_array(counts, dtype=np.float64, copy=True)
    x.data *= np.repeat(TARGET_SUM / np.where(totals > 0, totals, 1), np.diff(x.indptr))
    x.data = np.log1p(x.data)
    return x if genes is None else x[:, most_variable(x, genes)]


def most_variable(x: Any, genes: int) -> Any:
    sums = np.bincount(x.indices, x.data, minlength=x.shape[1])
    squares = np.bincount(x.indices, x.data.astype(np.float64) ** 2, minlength=x.shape[1])
    variances = squares / x.shape[0] - (sums / x.shape[0]) ** 2
    return np.sort(np.argsort(-variances, stable=True)[:genes])


def exact(x: Any, components: int) -> Any:
    """The shares of variance from eigenvalues of the smaller side's centred products."""
    mean = x.mean(axis=0)
    if x.shape[0] <= x.shape[1]:
        centred = x.toarray() - mean
        products = centred @ centred.T
    else:
        products = -x.shape[0] * np.outer(mean, mean)
        for start in range(0, x.shape[0], 8192):
            rows = x[start : start + 8192].toarray()
            products += rows.T @ rows
    last = len(products) - 1
    greatest = scipy.linalg.eigh(products, eigvals_only=True, subset_by_index=(last - components + 1, last))[::-1]
    return greatest / np.trace(products)


def by_program(path: Path, components: int, genes: int | None, phases: tuple[str, ...]) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        command = [program(), str(path), "--json", "--threads=2", f"--components={components}", f"--out={folder}"]
        command += [] if genes is None else [f"--genes={genes}"]
        printed = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    seconds = sum(printed["seconds"][phase] for phase in phases)
    stored, rows = printed["stored"], printed["shape"][0]
    # Values and indices of four bytes each, and the ends of rows.
    return Measured(
        np.array(printed["explained_variance_ratio"]), seconds, 8 * stored + 4 * rows, printed["peak_rss_bytes"]
    )


def of_one_sample(genes: int | None) -> Contest:
    components = 10
    program()
    x = normalised(counts(), genes)

    def by_scanpy() -> Work:
        import scanpy

        # As scanpy has it after its own normalisation.
        single = sp.csr_matrix(x.astype(np.float32))
        return lambda: scanpy.pp.pca(single, n_comps=components, svd_solver="arpack", return_info=True)[2]

    return Contest(
        expected=lambda: exact(x, components),
        inputs=lambda: (),
        redpoll=lambda: by_program(file(), components, genes, ("pca", "scores")),
        peers={"scanpy arpack": by_scanpy},
        tolerance=1e-4,
    )


@workload("PCA, all genes", "pbmc3k, 2638 x 13714, float32, 10 components; redpoll from Rust")
def all_genes(size: Size) -> Contest:
    return of_one_sample(None)


@workload("PCA, 2000 genes", "the same of the 2000 most variable genes")
def variable_genes(size: Size) -> Contest:
    return of_one_sample(2000)


@workload(
    "PCA from counts, 129 k cells",
    "pbmc3k 49 times with changed counts, 129262 x 13714, 107.5 M stored, in memory: normalised, log1p, the 2000 most "
    "variable genes, 50 components; redpoll from Rust",
)
def many_cells(size: Size) -> Contest:
    components, genes = 50, 2000
    program()
    many = cells.tiled(counts(), size(49, 2))
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name, "cells.h5ad")
    cells.write(many, path)

    def by_redpoll() -> Measured:
        assert folder  # the file is there as long as this function is
        return by_program(path, components, genes, ("normalise", "select genes", "pca", "scores"))

    def by_scanpy() -> Work:
        import anndata
        import scanpy

        def work() -> Measured:
            data = anndata.AnnData(many.copy())
            start = time.perf_counter()
            scanpy.pp.normalize_total(data, target_sum=TARGET_SUM)
            scanpy.pp.log1p(data)
            data = data[:, most_variable(data.X, genes)].copy()
            scanpy.pp.pca(data, n_comps=components)
            return Measured(data.uns["pca"]["variance_ratio"], time.perf_counter() - start)

        return work

    return Contest(
        expected=lambda: exact(normalised(many, genes), components),
        inputs=lambda: (),
        redpoll=by_redpoll,
        peers={"scanpy": by_scanpy},
        tolerance=1e-4,
    )
