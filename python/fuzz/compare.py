"""Runs a case and compares it with the oracle, step by step."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

import redpoll as rp
from cases import Case, Input, Step, Value, stored
from oracle import apply, expected

# How far a result may be from NumPy's, by rule: in units of the last place of the element, and of a magnitude.
TOLERANCE = {
    "exact": (0.0, 0.0),
    "zeros": (0.0, 0.0),
    "function": (16.0, 0.0),
    "product": (16.0, 0.0),
    "sum": (16.0, 1.0),
    "products": (16.0, 1.0),
    "squares": (64.0, 4.0),
    "root": (64.0, 4.0),
    "factors": (1e6, 1e6),
}


@dataclass(frozen=True)
class Finding:
    """A difference."""

    # The step, or the number of steps where an input could not be made.
    step: int
    # What kind it is: only what is the same is the same fault.
    what: str
    redpoll: str
    numpy: str


def make(x: Input) -> Any:
    """An input as redpoll has it."""
    if x.fill is None:
        made = rp.asarray(x.array)
    else:
        different = stored(x.array, x.fill)
        made = rp.from_coo(np.nonzero(different), x.array[different], x.array.shape, fill_value=x.array.dtype.type(x.fill))
    if x.format is not None:
        made = made.to_format(x.format)
    if x.kind == "lazy":
        return rp.lazy.from_tensor(made)
    if x.kind == "chunked":
        return rp.chunked.from_tensor(made, chunks=x.chunks or "auto")
    return made


def run(case: Case) -> tuple[Finding | None, str]:
    """The first difference, and a digest of the bits of all results."""
    digest = hashlib.sha256()
    values: list[Any] = []
    arrays: list[Value] = []
    for k, x in enumerate(case.inputs):
        values.append(make(x))
        arrays.append(values[-1].to_numpy())
        problem = difference(arrays[-1], x.array, "exact", [])
        if problem:
            return Finding(-1, f"input {problem}", repr(arrays[-1]), f"{x.array!r} (input {k})"), ""
    for k, step in enumerate(case.steps):
        own = [arrays[v] for v in step.values]
        # Compared on what redpoll itself had: rounding and signs of zeros of earlier steps are no difference here.
        try:
            want = expected(step, own)
        except Exception as error:  # of the comparison itself: a step is drawn only if NumPy does it
            return Finding(k, f"{type(error).__name__} of the oracle's {name(step)}", "", f"{error}"), ""
        try:
            values.append(apply(step, [values[v] for v in step.values], rp))
            got = values[-1].to_numpy()
        except Exception as error:  # whatever it raises is what is looked for
            return Finding(k, f"{type(error).__name__} of {name(step)}", f"{type(error).__name__}: {error}", repr(want)), ""
        arrays.append(got)
        problem = difference(got, want, step.rule, own)
        if problem:
            # A zero that is not stored may have lost its sign on the way.
            plus = [x + np.zeros((), x.dtype) if x.dtype.kind in "fc" else x for x in own]
            if difference(got, expected(step, plus), step.rule, plus):
                return Finding(k, f"{problem} of {name(step)}", repr(got), repr(want)), ""
        digest.update(repr((got.shape, got.dtype)).encode() + np.ascontiguousarray(got).tobytes())
    return None, digest.hexdigest()


def name(step: Step) -> str:
    """The operation, for telling faults apart."""
    return "assignment" if step.key is not None else step.text.split("(")[0]


def difference(got: Value, want: Value, rule: str, args: list[Value]) -> str | None:
    """What differs, or None."""
    if got.shape != want.shape:
        return "shape"
    if got.dtype != want.dtype:
        return "data type"
    if got.dtype.kind in "biu" and rule != "factors":
        return None if np.array_equal(got, want) else "value"
    with np.errstate(all="ignore"):
        if got.dtype.kind == "c":
            finite = np.isfinite(want)
            if rule == "exact":
                same = parts_equal(got.real, want.real) & parts_equal(got.imag, want.imag)
                return None if same.all() else "value"
            if rule in ("products", "function") and not all(np.isfinite(x).all() for x in args):
                return None  # see the oracle
            # Which part overflows or becomes NaN depends on the order of evaluation.
            bad = np.isfinite(got) & ~finite
            return "value" if (bad | (finite & ~near(got, want, rule, args))).any() else None
        finite = np.isfinite(want)
        # See the oracle.
        skipped = ~np.isfinite(got) if rule == "products" and not all(np.isfinite(x).all() for x in args) else False
        if not (parts_equal(got, want) | (finite & near(got, want, rule, args)) | skipped).all():
            return "value"
        # −0 where +0 was due; +0 where −0 was due is what an element that is not stored may be. In larger arrays that
        # has the sign of the fill.
        if got.size > 4096:
            return None
        lost = (got == 0) & (want == 0) & np.signbit(got) & ~np.signbit(want)
        return "sign of zero" if rule == "exact" and got.dtype.kind == "f" and lost.any() else None


def parts_equal(got: Value, want: Value) -> Value:
    equal: Value = (got == want) | (np.isnan(got) & np.isnan(want))
    return equal


def near(got: Value, want: Value, rule: str, args: list[Value]) -> Value:
    """Whether finite elements are as near as rounding puts them."""
    if want.dtype.kind not in "fc":
        result: Value = got == want
        return result
    ulps, of_magnitude = TOLERANCE[rule]
    eps = float(np.finfo(want.dtype).eps)
    terms = float(max((x.size for x in args), default=1) + 8)
    sizes = [float(np.abs(x[np.isfinite(x)]).max(initial=0)) for x in args]
    magnitude = max(sizes, default=0.0)
    if rule in ("squares", "products"):
        magnitude = sizes[0] * sizes[-1]
    if rule == "product":
        ulps *= terms
    allowed = eps * (ulps * np.abs(want) + of_magnitude * terms * magnitude)
    if rule == "root":
        allowed = allowed + magnitude * np.sqrt(eps * terms) * (np.abs(want) < magnitude * 1e-2)
    if rule == "factors":
        allowed = eps * ulps * (np.abs(want) + max(1.0, magnitude))
    if rule == "function" and want.dtype.kind == "c":
        allowed = 64 * eps * (np.abs(want) + 1)
    close: Value = np.abs(got - want) <= allowed + np.finfo(want.dtype).tiny
    return close

