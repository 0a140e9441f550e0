"""The case of a number: inputs, and operations that fit them."""

from __future__ import annotations

from cases import Case, Input, Step, Value
from draw import ALL, LIMIT, DoesNotFit, Draw
from elements import binary, cast, contract, fft, linalg, reduction, scalar, scan, unary, where
from oracle import expected
from places import join, order, reindex, select
from source import DTYPES, Source

CLASSES = [*6 * [unary], *8 * [binary], scalar, scalar, where, cast, reduction, reduction, reduction, scan]
CLASSES += [contract, contract, reindex, reindex, reindex, join, join, select, select, select, order, order, linalg, fft]


def next_step(source: Source, values: list[Value]) -> tuple[Step, Value] | None:
    """An operation on the values so far, and what it gives; None if none was found that fits."""
    draw = Draw(source, values)
    for _ in range(20):
        try:
            step = source.pick(CLASSES)(draw)
            value = expected(step, [values[k] for k in step.values])
        except (DoesNotFit, ArithmeticError, LookupError, TypeError, ValueError):
            continue  # what NumPy refuses is no case
        if value.size <= LIMIT and value.ndim <= 5 and value.dtype.name in ALL:
            return step, value
    return None


def draw(seed: int) -> Case:
    """The case of a number."""
    source = Source(seed)
    kinds = ["eager", "eager", "lazy", "chunked"]
    kind = source.pick(kinds)
    mixed = source.chance(0.1)
    shape, dtype = source.shape(), source.pick(DTYPES)
    inputs: list[Input] = []
    for _ in range(source.between(1, 3)):
        if source.chance(0.3):
            # Stretches to the others.
            cut = source.between(0, len(shape))
            like = tuple(1 if source.chance(0.4) else n for n in shape)[cut:]
        else:
            like = source.shape() if source.chance(0.2) else shape
        of = source.pick(DTYPES) if source.chance(0.25) else dtype
        inputs.append(source.input(source.array(like, of), source.pick(kinds) if mixed else kind))
    steps: list[Step] = []
    values = [x.array for x in inputs]
    for _ in range(source.between(1, 4)):
        found = next_step(source, values)
        if found is None:
            break
        step, value = found
        steps.append(step)
        values.append(value)
    return Case(tuple(inputs), tuple(steps))
