#!/usr/bin/env python3
"""Makes examples/data/reference.json: what the `pca` example must give, computed with NumPy alone.

    python3 -m venv venv && venv/bin/pip install numpy h5py
    venv/bin/python spec-tests/reference/pca.py examples/data/pbmc3k_csr_f32.h5ad > examples/data/reference.json

Counts in f64; each cell divided by its total, times 1e4; log1p; the N genes of largest variance (ties: the lower
index first); columns centred; the singular values of the dense matrix by LAPACK.
"""

import json
import platform
import sys

import h5py
import numpy as np

COMPONENTS = 5
SUBSET = 2000


def read_dense(path):
    """The matrix of an AnnData file, dense, f64, and how many values it stores."""
    with h5py.File(path) as file:
        x = file["X"]
        rows, columns = x.attrs["shape"]
        dense = np.zeros((rows, columns))
        row = np.repeat(np.arange(rows), np.diff(x["indptr"][:]))
        dense[row, x["indices"][:]] = x["data"][:]
        return dense, x["data"].shape[0]


def log_normalised(counts):
    """log(1 + 1e4 × the share of a cell's total); a cell without counts stays zero."""
    total = counts.sum(axis=1, keepdims=True)
    return np.log1p(counts / np.where(total == 0, 1, total) * 1e4)


def most_variable(x, genes):
    """The columns of largest variance in their own order, and by how much the last exceeds the next one."""
    variance = x.var(axis=0)
    order = np.lexsort((np.arange(len(variance)), -variance))
    gap = None
    if genes < len(order):
        last, following = variance[order[genes - 1]], variance[order[genes]]
        gap = (last - following) / last
        # Closer than this, rounding could choose another gene, and the reference would be no reference.
        assert gap > 1e-9, f"genes {genes} and {genes + 1} are too close to tell apart: {gap}"
    return x[:, np.sort(order[:genes])], gap


def case(x, genes):
    """The reference of one gene selection; shape and stored values are those of the file."""
    chosen, gap = most_variable(x, genes)
    centred = chosen - chosen.mean(axis=0)
    values = np.linalg.svd(centred, compute_uv=False)
    return {
        "genes": genes,
        "shape": list(x.shape),
        "stored": int(np.count_nonzero(x)),
        "relative_gap_after_last_gene": gap,
        "singular_values": [float(v) for v in values[:COMPONENTS]],
        "explained_variance_ratio": [float(v) for v in (values**2 / (values**2).sum())[:COMPONENTS]],
    }


def main():
    (path,) = sys.argv[1:]
    counts, stored = read_dense(path)
    assert stored == np.count_nonzero(counts), "the file stores zeros: `stored` would be ambiguous"
    x = log_normalised(counts)
    result = {
        "made_by": "spec-tests/reference/pca.py",
        "with": f"NumPy {np.__version__}, Python {platform.python_version()}",
        "cases": [case(x, x.shape[1]), case(x, SUBSET)],
    }
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
