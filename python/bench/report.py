"""What came out, as lines and as BENCHMARKS.md."""

from __future__ import annotations

import datetime
import importlib.metadata
import math
import os
import platform
from dataclasses import dataclass
from typing import Any

from workloads import Workload

PACKAGES = (
    "numpy",
    "scipy",
    "sparse_dot_mkl",
    "mkl",
    "python-graphblas",
    "suitesparse-graphblas",
    "fast-array-utils",
    "scikit-learn",
    "sparse",
    "scanpy",
)
MIB = 1 << 20


@dataclass
class Outcome:
    workload: Workload
    milliseconds: dict[str, float]
    errors: dict[str, str]
    memory: dict[str, Any]

    @property
    def failed(self) -> bool:
        """redpoll failed, or anybody was wrong."""
        return "redpoll" in self.errors or any(e.startswith("WRONG") for e in self.errors.values())

    @property
    def best(self) -> tuple[str, float] | None:
        peers = [(ms, name) for name, ms in self.milliseconds.items() if name != "redpoll"]
        return min(peers)[::-1] if peers else None

    @property
    def ratio(self) -> float | None:
        """The best peer's time over redpoll's."""
        ours = self.milliseconds.get("redpoll")
        return self.best[1] / ours if ours and self.best else None


def ms(value: float | None) -> str:
    """Three digits."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}"


def shown(ratio: float | None) -> str:
    """Two digits, or two decimals."""
    if ratio is None:
        return "–"
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


def line(outcome: Outcome) -> str:
    peers = ", ".join(f"{name} {ms(value)}" for name, value in sorted(outcome.milliseconds.items(), key=lambda p: p[1]))
    lines = [f"{shown(outcome.ratio):>6}  {outcome.workload.name:34} {peers}"]
    lines += [f"    !!! {name}: {error}" for name, error in outcome.errors.items()]
    return "\n".join(lines)


def mean(ratios: list[float]) -> float:
    """Geometric."""
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def summary(outcomes: list[Outcome]) -> str:
    groups: dict[str, list[float]] = {}
    for o in outcomes:
        if o.ratio is not None:
            groups.setdefault(o.workload.group, []).append(o.ratio)
    ratios = [ratio for group in groups.values() for ratio in group]
    if not ratios:
        return "Nothing was timed."
    below = sum(ratio < 0.9 for ratio in ratios)
    text = f"Geometric mean of {len(ratios)} ratios: **{mean(ratios):.2f}**; {below} of them below 0.9."
    if len(ratios) < len(outcomes):
        text += f" {len(outcomes) - len(ratios)} workloads are without a ratio."
    return text + " By group: " + ", ".join(f"{name} {mean(group):.2f}" for name, group in groups.items()) + "."


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def row(outcome: Outcome) -> list[str]:
    peers = sorted((p for p in outcome.milliseconds.items() if p[0] != "redpoll"), key=lambda p: p[1])
    others = [f"{name} {ms(value)}" for name, value in peers]
    others += [f"{name}: *{error}*" for name, error in outcome.errors.items()]
    return [
        outcome.workload.name,
        outcome.workload.detail,
        ms(outcome.milliseconds.get("redpoll")),
        others[0] if peers else "–",
        f"**{shown(outcome.ratio)}**",
        ", ".join(others),
    ]


def memory_row(outcome: Outcome) -> list[str]:
    memory = outcome.memory
    least, peak = memory["inputs"] + memory["output"], memory["peak"]
    within = "yes" if peak <= 1.2 * least + 64 * MIB else "no"
    return [outcome.workload.name, memory["format"], f"{least / MIB:.1f}", f"{peak / MIB:.1f}", within]


def markdown(outcomes: list[Outcome], threads: int) -> str:
    date = datetime.datetime.now(datetime.UTC).date()
    times = ["workload", "", "redpoll ms", "best peer ms", "ratio", "every peer ms"]
    memory = ["workload", "result", "inputs + output MiB", "peak MiB", "within 1.2 × + 64 MiB"]
    parts = [
        INTRODUCTION.format(threads=threads, machine=machine(), versions=versions(), date=date),
        summary(outcomes),
        table(times, [row(o) for o in outcomes]),
        MEMORY,
        table(memory, [memory_row(o) for o in outcomes if "peak" in o.memory]),
    ]
    return "\n\n".join(parts) + "\n"


INTRODUCTION = """\
# redpoll beside its peers

Made by `cargo xtask bench-peers`, on {date}.

{machine}. {versions}.

Every workload runs in a process of its own, {threads} threads for everybody. The contenders take turns, round by round,
after a round that warms up; the numbers are medians. Each result is first compared with a reference and must be
finished: sorted, summed, both halves of what is symmetric. redpoll's input arrays are made anew for every round, so
that nothing it caches in them counts. The ratio is the best peer's time over redpoll's: above 1, redpoll is faster."""

MEMORY = """\
## Memory

redpoll alone, in a process of its own: the inputs and the most memory taken while it computes, beside what inputs and
output need at least."""


def machine() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = (line.split(":")[1].strip() for line in file if line.startswith("model name"))
        model = next(names, platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}"


def versions() -> str:
    import redpoll

    named = [f"redpoll {redpoll.__version__}", f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            named.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return ", ".join(named)
