"""A shorter case that shows the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from cases import Case, Step
from oracle import expected

# How often a shorter case is tried.
TRIES = 120


def shrunk(case: Case, shows: Callable[[Case], bool]) -> Case:
    """The smallest case found that still shows what the case shows."""
    tried = {case.program()}
    better = True
    while better:
        better = False
        for candidate in candidates(case):
            program = candidate.program() if valid(candidate) else None
            if program is None or program in tried:
                continue
            if len(tried) > TRIES:
                return case
            tried.add(program)
            if shows(candidate):
                case, better = candidate, True
                break
    return case


def valid(case: Case) -> bool:
    """Whether NumPy does all of it."""
    values: list[Any] = [x.array for x in case.inputs]
    try:
        for step in case.steps:
            values.append(expected(step, [values[k] for k in step.values]))
    except Exception:  # whatever it is that NumPy refuses
        return False
    return True


def candidates(case: Case) -> Iterator[Case]:
    """Shorter cases, the shortest first."""
    inputs = len(case.inputs)
    # Fewer steps: the last ones, or one that others do without.
    for count in range(1, len(case.steps)):
        yield without_idle(replace(case, steps=case.steps[:count]))
    yield without_idle(case)
    for k in range(len(case.steps) - 1):
        # What the step gave becomes its first argument.
        yield without_idle(renumbered(case, inputs + k, case.steps[k].values[0]))
    for k, x in enumerate(case.inputs):
        plain: list[dict[str, Any]] = [{"kind": "eager", "chunks": None}, {"format": None}, {"fill": None}]
        for change in plain:
            yield with_input(case, k, **change)
        simple = np.where(np.isfinite(x.array), x.array, 0).astype(x.array.dtype) if x.array.dtype.kind in "fc" else x.array
        for array in (np.zeros_like(x.array), np.ones_like(x.array), simple):
            if not same_bits(array, x.array):
                yield with_input(case, k, array=array)
    for axis in range(max((x.array.ndim for x in case.inputs), default=0)):
        for cut in (slice(0, 1), slice(0, 2), slice(None, -1), slice(1, None)):
            yield cut_all(case, axis, cut)
    for k, x in enumerate(case.inputs):
        for place in list(np.ndindex(x.array.shape))[:40]:
            if x.array[place] != 0:
                array = x.array.copy()
                array[place] = 0
                yield with_input(case, k, array=array)


def same_bits(x: Any, y: Any) -> bool:
    return bool(x.tobytes() == y.tobytes())


def with_input(case: Case, index: int, **changes: Any) -> Case:
    inputs = list(case.inputs)
    inputs[index] = replace(inputs[index], **changes)
    return replace(case, inputs=tuple(inputs))


def cut_all(case: Case, axis: int, cut: slice) -> Case:
    """All inputs that have the axis, counted from the last, with a part of it."""
    inputs = []
    for x in case.inputs:
        place = x.array.ndim - 1 - axis
        if place < 0 or x.array.shape[place] == 1:
            inputs.append(x)
            continue
        array = x.array[(slice(None),) * place + (cut,)]
        chunks = x.chunks and tuple((n,) if k == place else c for k, (n, c) in enumerate(zip(array.shape, x.chunks, strict=True)))
        inputs.append(replace(x, array=array, chunks=chunks))
    return replace(case, inputs=tuple(inputs))


def renumbered(case: Case, old: int, new: int) -> Case:
    """What used one value uses another."""
    values = [tuple(new if v == old else v for v in step.values) for step in case.steps]
    steps = (replace(step, values=own) for step, own in zip(case.steps, values, strict=True))
    return replace(case, steps=tuple(steps))


def without_idle(case: Case) -> Case:
    """Without the inputs and steps that the last step does not need."""
    inputs = len(case.inputs)
    needed = {inputs + len(case.steps) - 1}
    for k in reversed(range(len(case.steps))):
        if inputs + k in needed:
            needed.update(case.steps[k].values)
    order = sorted(needed)
    number = {old: new for new, old in enumerate(order)}
    renamed: list[Step] = [
        replace(step, values=tuple(number[v] for v in step.values))
        for k, step in enumerate(case.steps)
        if inputs + k in needed
    ]
    return Case(tuple(x for k, x in enumerate(case.inputs) if k in needed), tuple(renamed))
