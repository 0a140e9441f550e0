"""What operations are drawn with: the values so far, and which of them fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cases import Value
from source import COMPLEX, FLOATS, INTEGERS, Source

REAL = INTEGERS + FLOATS
FLOATING = FLOATS + COMPLEX
NUMERIC = REAL + COMPLEX
WHOLE = ["bool", *INTEGERS]
ALL = ["bool", *NUMERIC]

# The most elements of a value.
LIMIT = 300_000


class Draw:
    """What an operation is drawn with: the source, and the values so far."""

    def __init__(self, source: Source, values: list[Value]) -> None:
        self.source, self.values = source, values
        self.pick: Any = source.pick
        self.chance, self.between = source.chance, source.between

    def value(self, dtypes: list[str], least: int = 0, most: int = 9, ok: Callable[[Value], bool] | None = None) -> int:
        """The number of a value with one of these data types and so many axes; later ones more often."""
        fits = [
            k
            for k, x in enumerate(self.values)
            if x.dtype.name in dtypes and least <= x.ndim <= most and (ok is None or ok(x))
        ]
        if not fits:
            raise DoesNotFit
        return int(max(self.pick(fits), self.pick(fits)))

    def axis(self, ndim: int) -> int:
        if ndim == 0:
            raise DoesNotFit
        return self.between(-ndim, ndim - 1)

    def axes(self, ndim: int) -> Any:
        """None, an axis, or several."""
        if ndim == 0 or self.chance(0.3):
            return None
        if self.chance(0.6):
            return self.axis(ndim)
        return tuple(k for k in range(ndim) if self.chance(0.5))

    def indices(self, shape: tuple[int, ...], length: int) -> str:
        """An array of indices of an axis."""
        if length == 0 and int(np.prod(shape)) > 0:
            raise DoesNotFit
        size = int(np.prod(shape))
        list_ = [self.between(-length, length - 1) for _ in range(size)]
        return f"xp.reshape(xp.asarray({list_}, dtype=xp.int64), {shape})"


class DoesNotFit(Exception):
    """An operation for which there is no value."""


def beside(d: Draw, dtypes: list[str], k: int) -> int:
    """Another value that stretches with one."""

    def fits(x: Value) -> bool:
        try:
            np.result_type(x, d.values[k])
            shape = np.broadcast_shapes(x.shape, d.values[k].shape)
        except (ValueError, TypeError):
            return False
        return int(np.prod(shape)) <= LIMIT and mixable(x.dtype, d.values[k].dtype)

    return d.value(dtypes, ok=fits)


def mixable(a: Any, b: Any) -> bool:
    """Whether the standard, or NumPy where it says nothing, promotes them to what they are or to what holds both."""
    return not (a.kind in "iu" and b.kind in "iu" and np.result_type(a, b).kind == "f")
