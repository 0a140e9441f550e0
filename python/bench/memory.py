"""What redpoll alone takes of memory for a workload."""

from __future__ import annotations

import ctypes
import gc
from typing import Any

from contest import Contest, Measured


def measure(contest: Contest) -> dict[str, Any]:
    """Bytes of the inputs, of the output, and the most at one time of both and what is needed between; the format."""
    arrays = contest.inputs()
    gc.collect()
    # What was freed while the inputs were made would hide what is taken from now on.
    ctypes.CDLL(None).malloc_trim(0)
    before = status("VmRSS")
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")  # the high-water mark starts again from here
    result = contest.redpoll(*arrays)
    most = status("VmHWM")
    if isinstance(result, Measured):
        return {"inputs": result.inputs, "output": 0, "peak": result.peak, "format": "csr"}
    inputs = sum(array.nbytes for array in arrays)
    parts = result if isinstance(result, tuple) else (result,)
    parts = tuple(part for part in parts if hasattr(part, "format"))
    return {
        "inputs": inputs,
        "output": sum(part.nbytes for part in parts),
        "peak": inputs + most - before,
        "format": ", ".join(dict.fromkeys(part.format for part in parts)),
    }


def status(field: str) -> int:
    """A figure of this process, in bytes."""
    with open("/proc/self/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith(field + ":"))
    return int(line.split()[1]) * 1024
