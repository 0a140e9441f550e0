"""What is right: NumPy, with the standard's rules where NumPy has others.

Where NumPy deviates from the standard (2025.12), or the standard leaves open what NumPy fixes:

| function | NumPy | here, and why |
|---|---|---|
| `sort`, `argsort` | no `descending` | "sort order … descending"; equal elements stay in order, NaN last |
| `unique_*` | unsorted since 2.3, equal NaNs are one in `unique_all` of some versions | NaN: "each … should be treated as distinct"; zeros: "−0 and +0 … are not distinct", the first stays; values ascend |
| `floor_divide` of floats | NaN where the quotient is infinite or a number is divided by 0 | "rounds the result of dividing each element": the floor of that quotient |
| `var`, `std` with a correction of the count or more | infinity | the same; of a negative divisor the standard says nothing |
| sums, products, `mean`, `var`, `std` of `float32` | in `float32`, which overflows sooner | in `float64`, then rounded |
| complex functions of what is not finite | some by C's Annex G, division by formula | not compared |
| `maximum`, `minimum` of zeros | either | "the sign of the zero is unspecified": not compared |
| the sign of a zero that is not stored | −0 | may be +0, and in large arrays the fill's; see "Fill" in `src/DESIGN.md` |
| products of matrices with what is not finite | 0 for `inf · 0` and `nan · 0`, left out by its BLAS | may be NaN; complex ones are not compared |
| `irfft` of nothing | memory that nobody wrote | no input of a transform is empty |

Everything else is NumPy's own function of the same name.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from cases import Step, Value


# Means of nothing are asked for on purpose.
warnings.simplefilter("ignore", RuntimeWarning)


class Oracle:
    """A namespace of the standard."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def argsort(self, x: Value, /, *, axis: int = -1, descending: bool = False) -> Value:
        if not descending:
            return np.argsort(x, axis=axis, stable=True)
        # A stable sort of the reversed array, reversed, is a stable descending one.
        places = np.argsort(np.flip(x, axis=axis), axis=axis, stable=True)
        return np.flip(x.shape[axis] - 1 - places, axis=axis)

    def sort(self, x: Value, /, *, axis: int = -1, descending: bool = False) -> Value:
        return np.take_along_axis(x, self.argsort(x, axis=axis, descending=descending), axis=axis)

    def unique_all(self, x: Value, /) -> Unique:
        return Unique(x)

    unique_counts = unique_inverse = unique_all

    def unique_values(self, x: Value, /) -> Value:
        return Unique(x).values

    def floor_divide(self, x: Value, y: Value, /) -> Value:
        if np.result_type(x, y).kind == "f":
            quotient = np.divide(x, y)
            usual = np.isfinite(x) & np.isfinite(y) & np.isfinite(quotient)
            return np.where(usual, np.floor_divide(x, y), np.floor(quotient))
        return np.floor_divide(x, y)

    def sum(self, x: Value, /, **how: Any) -> Value:
        return wide(np.sum, x, how)

    def prod(self, x: Value, /, **how: Any) -> Value:
        return wide(np.prod, x, how)

    def cumulative_sum(self, x: Value, /, **how: Any) -> Value:
        return wide(np.cumulative_sum, x, how)

    def cumulative_prod(self, x: Value, /, **how: Any) -> Value:
        return wide(np.cumulative_prod, x, how)

    def mean(self, x: Value, /, **how: Any) -> Value:
        return wide(np.mean, x, how)

    def var(self, x: Value, /, **how: Any) -> Value:
        return wide(np.var, x, how)

    def std(self, x: Value, /, **how: Any) -> Value:
        return wide(np.std, x, how)


def wide(function: Any, x: Value, how: dict[str, Any]) -> Value:
    """A function computed in double precision."""
    narrow = {"float32": "float64", "complex64": "complex128"}.get(x.dtype.name)
    result: Value = function(x if narrow is None else x.astype(narrow), **how)
    return result if narrow is None else np.asarray(result).astype(x.dtype)


class Unique:
    """The distinct elements in ascending order."""

    def __init__(self, x: Value) -> None:
        flat = x.reshape(-1)
        order = np.argsort(flat, stable=True)
        ordered = flat[order]
        first = np.ones(len(flat), dtype=bool)
        first[1:] = ordered[1:] != ordered[:-1]
        group = np.cumsum(first) - 1
        inverse = np.empty(len(flat), dtype=np.int64)
        inverse[order] = group
        self.values: Value = ordered[first]
        self.indices: Value = order[first].astype(np.int64)
        self.counts: Value = np.bincount(group, minlength=len(self.values)).astype(np.int64)
        self.inverse_indices: Value = inverse.reshape(x.shape)


ORACLE = Oracle()
NAMES = {"inf": np.inf, "nan": np.nan}


def apply(step: Step, args: list[Any], xp: Any) -> Any:
    """Evaluates a step with a library."""
    names = {f"v{k}": arg for k, arg in enumerate(args)}
    scope = {"xp": xp, **NAMES, **names}
    value = eval(step.text.format(*names), scope)
    if step.key is None:
        return value
    result = args[0].copy() if isinstance(args[0], np.ndarray) else args[0][...]
    result[eval(f"key[{step.key}]", {**scope, "key": Key()})] = value
    return result


class Key:
    """Gives the key that it is indexed with."""

    def __getitem__(self, key: Any) -> Any:
        return key


def expected(step: Step, args: list[Value]) -> Value:
    """What a step should give."""
    with np.errstate(all="ignore"):
        return np.asarray(apply(step, args, ORACLE))
