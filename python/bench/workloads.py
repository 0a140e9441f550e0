"""The list of workloads, which the modules beside this one fill."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from contest import Contest

MODULES = ("elementwise", "products", "sampled", "reductions", "structure", "tensors")

T = TypeVar("T")


@dataclass
class Workload:
    name: str
    detail: str
    make: Callable[[Size], Contest]
    # The format that redpoll's result must be in, "auto" where that is not asked.
    format: str


@dataclass
class Size:
    """Whether this is a run to try things out."""

    quick: bool

    def __call__(self, full: T, quick: T) -> T:
        return quick if self.quick else full


_all: dict[str, Workload] = {}


def workload(name: str, detail: str, *, format: str = "auto") -> Callable[[Callable[[Size], Contest]], Callable[[Size], Contest]]:
    """Adds a workload; the detail says its full size."""

    def add(make: Callable[[Size], Contest]) -> Callable[[Size], Contest]:
        assert name not in _all, name
        _all[name] = Workload(name, detail, make, format)
        return make

    return add


def workloads() -> dict[str, Workload]:
    for module in MODULES:
        importlib.import_module(module)
    return _all
