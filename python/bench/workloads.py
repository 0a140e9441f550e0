"""The list of workloads, which the modules beside this one fill."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from contest import Contest

MODULES = (
    "elementwise",
    "products",
    "sampled",
    "reductions",
    "structure",
    "tensors",
    "small",
    "ordered",
    "components",
)

T = TypeVar("T")


class Unavailable(Exception):
    """A workload cannot be run here; says why."""


@dataclass
class Workload:
    name: str
    detail: str
    make: Make
    # The format that redpoll's result must be in, "auto" where that is not asked.
    format: str

    @property
    def group(self) -> str:
        return self.make.__module__


@dataclass
class Size:
    """Whether this is a run to try things out."""

    quick: bool

    def __call__(self, full: T, quick: T) -> T:
        return quick if self.quick else full


Make = Callable[[Size], Contest]
_all: dict[str, Workload] = {}


def workload(name: str, detail: str, *, format: str = "auto") -> Callable[[Make], Make]:
    """Adds a workload; the detail says its full size."""

    def add(make: Make) -> Make:
        assert name not in _all, name
        _all[name] = Workload(name, detail, make, format)
        return make

    return add


def workloads() -> dict[str, Workload]:
    for module in MODULES:
        importlib.import_module(module)
    return _all
