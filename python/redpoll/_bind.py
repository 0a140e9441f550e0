"""Modules made of the methods of compiled objects, so that a call of a function of the standard goes straight there."""

import math
from typing import Any

from . import _redpoll


def functions(compiled: Any) -> dict[str, Any]:
    """The functions of a compiled object by name."""
    return {name: getattr(compiled, name) for name in dir(compiled) if not name.startswith("_")}


def standard(compiled: Any) -> dict[str, Any]:
    """Every name of the standard, for one kind of array."""
    info = compiled.__array_namespace_info__
    return {
        "__array_api_version__": "2025.12",
        "__array_namespace_info__": info,
        "e": math.e,
        "inf": math.inf,
        "nan": math.nan,
        "newaxis": None,
        "pi": math.pi,
        **{name: getattr(_redpoll, name) for name in info().dtypes()},
        **functions(compiled),
    }


def linear_algebra() -> dict[str, Any]:
    """The linear algebra extension: its own functions, and those that are also functions of the standard itself."""
    shared = ["matmul", "matrix_transpose", "tensordot", "vecdot"]
    names = functions(_redpoll.linalg)
    names.update({name: getattr(_redpoll.tensor, name) for name in shared})
    return names
