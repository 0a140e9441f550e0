"""Arrays drawn at random, and ways to store them."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from cases import Input, Value

FLOATS = ["float32", "float64"]
COMPLEX = ["complex64", "complex128"]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
# Those of which most is said come more often.
DTYPES = ["bool"] + INTEGERS + 3 * FLOATS + COMPLEX + ["float64", "int64"]

SPECIAL = [float("nan"), float("inf"), float("-inf"), -0.0]
FINITE = [1.0, -1.0, 2.0, 0.5, -2.5, 3.0, 0.25, -4.0, 7.0, 10.75]



def formats(ndim: int) -> list[str | None]:
    """Formats of tensors with so many axes."""
    if ndim == 0:
        return [None]
    names: list[str | None] = [f"{name}({ndim})" for name in ("dense", "coo", "csf", "bitmap", "runs")]
    if ndim == 2:
        names += ["csr", "csc", "dense(runs(element))", "sparse(dense(element))", "bitmap(sparse(element))"]
        names += ["sparse(dense(element))[1,0]"]
    if ndim == 3:
        names += ["dense(coo2(element))[2,0,1]", "dense(sparse(bitmap(element)))", "runs(sparse(dense(element)))[1,0,2]"]
    return [None, *names]


class Source:
    """Draws from one number."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        # Some cases are large enough for several threads.
        self.large = seed % 50 == 49

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, items: Any) -> Any:
        return items[self.random.randrange(len(items))]

    def between(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def length(self) -> int:
        if self.large:
            return int(self.pick([1, 2, 40, 97, 130, 200]))
        return int(self.pick([0, 1, 1, 2, 2, 3, 3, 4, 5, 6]))

    def shape(self) -> tuple[int, ...]:
        ndim = self.pick([0, 1, 1, 2, 2, 2, 2, 3, 3])
        shape = tuple(self.length() for _ in range(ndim))
        if ndim >= 2 and self.chance(0.4):
            shape = (*shape[:-1], shape[-2])
        if self.large and ndim == 3:
            shape = (min(shape[0], 7), *shape[1:])
        return shape

    def array(self, shape: tuple[int, ...], dtype: str) -> Value:
        size = int(np.prod(shape))
        density = self.pick([0.0, 0.1, 0.3, 0.3, 0.6, 1.0])
        special = self.chance(0.25)
        draws = np.random.default_rng(self.random.getrandbits(64))
        kind = np.dtype(dtype).kind
        if kind == "b":
            return np.asarray(draws.random(size) < density).reshape(shape)
        if kind in "iu":
            info = np.iinfo(dtype)
            low, high = (0 if kind == "u" else -9), 10
            values = draws.integers(low, high, size).astype(dtype)
            if special:
                values[draws.random(size) < 0.2] = self.pick([info.min, info.max, info.max - 1])
        else:
            values = draws.choice(FINITE, size).astype(dtype)
            if kind == "c":
                values += 1j * draws.choice([0.0, *FINITE], size).astype(dtype)
            if special:
                values[draws.random(size) < 0.25] = self.pick(SPECIAL)
        values[draws.random(size) >= density] = 0
        return values.reshape(shape)

    def input(self, array: Value, kind: str) -> Input:
        """A way to store an array."""
        fill = None
        if array.ndim > 0 and self.chance(0.3):
            fill = array.flat[0] if array.size and self.chance(0.5) else array.dtype.type(1)
            if self.chance(0.1) and array.dtype.kind == "f":
                fill = array.dtype.type(self.pick(SPECIAL))
        chunks = tuple(self.chunks(n) for n in array.shape) if kind == "chunked" else None
        return Input(array, kind, self.pick(formats(array.ndim)), fill, chunks)

    def chunks(self, length: int) -> tuple[int, ...]:
        """Odd ones."""
        if length == 0:
            return (0,)
        parts, left = [], length
        most = max(3, length // 3)
        while left:
            part = min(left, self.between(1, most))
            parts.append(part)
            left -= part
        return tuple(parts)
