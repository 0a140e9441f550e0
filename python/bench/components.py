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
from pathlib import Path
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from contest import Contest, Measured, Work
from workloads import Size, Unavailable, workload

FILE = Path(__file__).parents[2] / "examples" / "data" / "pbmc3k_csr_f32.h5ad"
COMPONENTS = 10


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


def normalised(genes: int | None) -> Any:
    """log(1 + x) of the counts scaled to 10,000 a cell, as the example has them, of the most variable genes."""
    import anndata

    counts = sp.csr_array(anndata.read_h5ad(file()).X).astype(np.float64)
    totals = counts.sum(axis=1)
    x = sp.csr_array(sp.diags_array(1e4 / np.where(totals > 0, totals, 1)) @ counts)
    x.data = np.log1p(x.data)
    if genes is not None:
        variances = x.power(2).mean(axis=0) - x.mean(axis=0) ** 2
        x = x[:, np.sort(np.argsort(-variances, stable=True)[:genes])]
    return x


def exact(x: Any) -> Any:
    """The shares of variance from all eigenvalues of the centred cells by cells."""
    centred = x.toarray() - x.mean(axis=0)
    cells = centred @ centred.T
    last = len(cells) - 1
    greatest = scipy.linalg.eigh(cells, eigvals_only=True, subset_by_index=(last - COMPONENTS + 1, last))[::-1]
    return greatest / np.trace(cells)


def components(genes: int | None) -> Contest:
    pca, path = program(), file()
    x = normalised(genes)

    def by_redpoll() -> Measured:
        with tempfile.TemporaryDirectory() as folder:
            command = [pca, str(path), "--json", "--threads=2", f"--components={COMPONENTS}", f"--out={folder}"]
            command += [] if genes is None else [f"--genes={genes}"]
            printed = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        seconds = printed["seconds"]
        return Measured(np.array(printed["explained_variance_ratio"]), seconds["pca"] + seconds["scores"])

    def by_scanpy() -> Work:
        import scanpy

        # As scanpy has it after its own normalisation.
        single = sp.csr_matrix(x.astype(np.float32))
        return lambda: scanpy.pp.pca(single, n_comps=COMPONENTS, svd_solver="arpack", return_info=True)[2]

    return Contest(
        expected=lambda: exact(x),
        inputs=lambda: (),
        redpoll=by_redpoll,
        peers={"scanpy arpack": by_scanpy},
        tolerance=1e-4,
    )


@workload("PCA, all genes", "pbmc3k, 2638 x 13714, 10 components; redpoll from Rust, in float64")
def all_genes(size: Size) -> Contest:
    return components(None)


@workload("PCA, 2000 genes", "the same of the 2000 most variable genes")
def variable_genes(size: Size) -> Contest:
    return components(2000)
