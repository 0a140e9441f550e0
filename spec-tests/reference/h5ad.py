#!/usr/bin/env python3
"""Makes the small AnnData files in src/io/h5ad/tests/files, which the HDF5 library wrote.

    python3 -m venv venv && venv/bin/pip install numpy h5py
    venv/bin/python spec-tests/reference/h5ad.py

links.h5ad, links_latest.h5ad   soft, hard and external links, in the two ways that groups are stored
types.h5ad                      halves, big-endian numbers and booleans, each beside its values as float32
beyond.h5ad                     a CSR matrix with indices and values beyond the end of indptr
chunks.h5ad                     an array whose chunks all lie at one place of the file
"""

from pathlib import Path

import h5py
import numpy as np

FILES = Path(__file__).parents[2] / "src/io/h5ad/tests/files"
SHAPE = (3, 4)


def frame(file, name, length):
    group = file.create_group(name)
    group.attrs["_index"] = "_index"
    group["_index"] = [f"{name} {k}" for k in range(length)]


def csr(file, name, data=(1.0, 2.0, 4.0), indices=(0, 3, 1), dtype="<f4"):
    """The matrix [[1, 0, 0, 2], [0, 0, 0, 0], [0, 4, 0, 0]]."""
    group = file.create_group(name)
    group.attrs["encoding-type"] = "csr_matrix"
    group.attrs["shape"] = SHAPE
    group["data"] = np.array(data, dtype)
    group["indices"] = np.array(indices, ">i4" if dtype.startswith(">") else "<i4")
    group["indptr"] = np.array([0, 2, 2, 3], ">i8" if dtype.startswith(">") else "<i8")


def links(name, libver):
    with h5py.File(FILES / name, "w", libver=libver) as file:
        csr(file, "store/counts")
        file["store/obs"] = h5py.SoftLink("frames/obs")
        frame(file, "store/frames/obs", SHAPE[0])
        frame(file, "var", SHAPE[1])
        file["obs"] = h5py.SoftLink("/store/obs")
        file["X"] = h5py.SoftLink("/layers/chain")
        layers = file.create_group("layers")
        layers["chain"] = h5py.SoftLink("./hard")
        layers["hard"] = file["store/counts"]
        layers["circle"] = h5py.SoftLink("/layers/circle")
        layers["there"] = h5py.SoftLink("back/X")
        layers["back"] = h5py.SoftLink("there")
        layers["nowhere"] = h5py.SoftLink("/nothing/here")
        layers["outside"] = h5py.ExternalLink("other.h5ad", "/layers/counts")


def types(name):
    halves = np.array([1.5, -0.0, np.inf, -np.inf, 65504, 6e-8, 6.1e-5, -0.333, 1, 2, 3, np.nan], "<f2").reshape(SHAPE)
    with h5py.File(FILES / name, "w") as file:
        frame(file, "obs", SHAPE[0])
        frame(file, "var", SHAPE[1])
        csr(file, "X", dtype="<f2")
        layers = file.create_group("layers")
        for dtype in ["<f2", ">f2", ">f4", ">f8"]:
            layers[f"dense {dtype[1:]} {'big' if dtype[0] == '>' else 'little'}"] = halves.astype(dtype)
        csr(layers, "csr f8 big", dtype=">f8")
        numbers = np.arange(12).reshape(SHAPE)
        for dtype in ["i1", ">i2", ">u4", ">i8"]:
            layers[f"numbers {dtype.strip('>')}"] = numbers.astype(dtype)
        layers["bool enum"] = numbers % 2 == 1
        layers["bool i1"] = (numbers % 2 == 1).astype("i1")
        for key in list(layers):
            if isinstance(layers[key], h5py.Dataset):
                layers[f"{key} expected"] = layers[key][()].astype("<f4")


def beyond(name):
    with h5py.File(FILES / name, "w") as file:
        frame(file, "obs", SHAPE[0])
        frame(file, "var", SHAPE[1])
        csr(file, "X", data=(1, 2, 4, 8, 16), indices=(0, 3, 1, 99, -7))


def chunks(name):
    with h5py.File(FILES / name, "w") as file:
        frame(file, "obs", SHAPE[0])
        frame(file, "var", SHAPE[1])
        x = file.create_dataset("X", SHAPE, "<f4", chunks=(1, SHAPE[1]), compression="gzip")
        x[...] = np.ones(SHAPE)
        places = [x.id.get_chunk_info(k).byte_offset for k in range(SHAPE[0])]
    content = (FILES / name).read_bytes()
    for place in places[1:]:
        old, new = place.to_bytes(8, "little"), places[0].to_bytes(8, "little")
        assert content.count(old) == 1
        content = content.replace(old, new)
    (FILES / name).write_bytes(content)
    with h5py.File(FILES / name) as file:
        assert (file["X"][()] == 1).all()


links("links.h5ad", "earliest")
links("links_latest.h5ad", "latest")
types("types.h5ad")
beyond("beyond.h5ad")
chunks("chunks.h5ad")
