"""A case: arrays and up to four operations on them, all drawn from one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Value = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Input:
    """An array, and how redpoll stores it."""

    array: Value
    kind: str = "eager"
    # A format, for all axes or by name; None as it comes.
    format: str | None = None
    # What is not stored, an element of the array's data type; None for 0.
    fill: Any = None
    chunks: tuple[tuple[int, ...], ...] | None = None

    def text(self) -> str:
        """The expression that makes it."""
        array = literal(self.array)
        if self.fill is not None:
            different = stored(self.array, self.fill)
            places = [p.tolist() for p in np.nonzero(different)]
            elements = literal(self.array[different])
            fill = f"np.{self.array.dtype.name}({plain(self.fill)})"
            made = f"rp.from_coo({places}, {elements}, {self.array.shape}, fill_value={fill})"
        else:
            made = f"rp.asarray({array})"
        if self.format is not None:
            made += f".to_format({self.format!r})"
        if self.kind == "lazy":
            return f"rp.lazy.from_tensor({made})"
        if self.kind == "chunked":
            return f"rp.chunked.from_tensor({made}, chunks={self.chunks})"
        return made


@dataclass(frozen=True)
class Step:
    """An operation: an expression in which `xp` is the library and {0}, {1} … are earlier values."""

    text: str
    values: tuple[int, ...]
    # How its result is compared, a name in `compare`.
    rule: str = "exact"
    # Of an assignment, the index expression; the text is then what is assigned.
    key: str | None = None


@dataclass(frozen=True)
class Case:
    """Inputs, and steps whose values are numbered after them."""

    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]

    def program(self) -> str:
        """A Python program that prints the last result."""
        names = [f"x{k}" for k in range(len(self.inputs))] + [f"y{k}" for k in range(len(self.steps))]
        lines = ["import numpy as np", "import redpoll as rp", "from numpy import inf, nan", ""]
        lines += [f"{name} = {x.text()}" for name, x in zip(names, self.inputs, strict=False)]
        for name, step in zip(names[len(self.inputs) :], self.steps, strict=True):
            args = [names[k] for k in step.values]
            text = step.text.format(*args).replace("xp.", "rp.")
            if step.key is None:
                lines.append(f"{name} = {text}")
            else:
                lines += [f"{name} = {args[0]}[...]", f"{name}[{step.key.replace('xp.', 'rp.')}] = {text}"]
        lines.append(f"print(repr({names[-1]}.to_numpy()))")
        return "\n".join(lines)


def plain(value: Any) -> str:
    """A scalar of NumPy as Python writes it."""
    return repr(value.item())


def literal(array: Value) -> str:
    """A NumPy array as an expression."""
    if array.dtype.kind == "c":
        # repr of a complex number loses the signs of zeros.
        parts = np.ascontiguousarray(array).view(array.real.dtype).reshape((*array.shape, 2))
        return f"np.asarray({parts.tolist()}, dtype={array.real.dtype.name!r}).view({array.dtype.name!r}).reshape({array.shape})"
    text = f"np.asarray({array.tolist()}, dtype={array.dtype.name!r})"
    return text if array.size else f"{text}.reshape({array.shape})"


def stored(array: Value, fill: Any) -> Value:
    """Which elements are not a fill value, bit for bit."""
    size = array.dtype.itemsize
    bits = np.ascontiguousarray(array).reshape((*array.shape, 1)).view("uint8").reshape((*array.shape, size))
    same = np.frombuffer(array.dtype.type(fill).tobytes(), "uint8")
    different: Value = (bits != same).any(axis=-1)
    return different
