"""How arrays are written: the options have the names, the meanings and the defaults that they have in NumPy."""

import operator
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_options = ContextVar("redpoll.printoptions", default={"precision": 8, "threshold": 1000, "edgeitems": 3, "linewidth": 75})


def _changed(**given: float | None) -> dict[str, int]:
    options = dict(_options.get())
    for name, value in given.items():
        if value is None:
            continue
        number = sys.maxsize if value == float("inf") else operator.index(value)  # type: ignore[arg-type]
        if number < 0:
            raise ValueError(f"printoptions: {name} is {number}")
        options[name] = min(number, sys.maxsize)
    return options


def get_printoptions() -> dict[str, int]:
    """The options in force: a dictionary that ``set_printoptions`` and ``printoptions`` take."""
    return dict(_options.get())


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
) -> None:
    """Sets how arrays are written from here on, in this thread.

    ``precision``: the most digits after the point. ``threshold``: the most elements that are written whole; ``inf`` for
    all. ``edgeitems``: of a larger array, how many are written at each end of an axis. ``linewidth``: where lines are
    broken. What is not given stays.
    """
    _options.set(_changed(precision=precision, threshold=threshold, edgeitems=edgeitems, linewidth=linewidth))


@contextmanager
def printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
) -> Iterator[dict[str, int]]:
    """As ``set_printoptions``, for the statements under ``with``."""
    changed = _changed(precision=precision, threshold=threshold, edgeitems=edgeitems, linewidth=linewidth)
    token = _options.set(changed)
    try:
        yield get_printoptions()
    finally:
        _options.reset(token)
