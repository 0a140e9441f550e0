"""redpoll beside its peers: every workload in a process of its own, and a table of them all.

    python python/bench/peers.py [NAME...] [--quick] [--output FILE]

NAME picks the workloads whose name contains it. Needs redpoll and what `requirements.txt` lists; `cargo xtask
bench-peers` brings both.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import report
from workloads import Workload, workloads

HERE = Path(__file__).parent
THREADS = 2
# Nobody's threads may spin while another is timed.
ENVIRONMENT = {
    **dict.fromkeys(
        ("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"),
        str(THREADS),
    ),
    "KMP_BLOCKTIME": "0",
    "OMP_WAIT_POLICY": "PASSIVE",
    "OPENBLAS_THREAD_TIMEOUT": "4",
}
# sparse_dot_mkl does not look where pip puts MKL.
MKL = next(Path(sys.prefix, "lib").glob("libmkl_rt.so*"), None)


def run(workload: Workload, *options: str) -> dict[str, Any]:
    """What a process of its own prints of a workload."""
    environment = {**os.environ, **ENVIRONMENT} | ({"MKL_RT": str(MKL)} if MKL else {})
    command = [sys.executable, str(HERE / "one.py"), workload.name, *options]
    process = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if process.returncode:
        return {"errors": {"redpoll": f"the process ended with {process.returncode}"}}
    return json.loads(process.stdout.splitlines()[-1])


def outcome(workload: Workload, quick: bool) -> report.Outcome:
    options = ["--quick"] if quick else []
    times = run(workload, *options)
    if "skipped" in times:
        return report.Outcome(workload, {}, {"skipped": times["skipped"]}, {})
    errors = times.get("errors", {})
    memory = {} if "redpoll" in errors else run(workload, *options, "--memory")
    format = memory.get("format")
    # Small arrays may be stored otherwise.
    if not quick and format is not None and workload.format not in ("auto", format):
        errors["redpoll"] = f"WRONG FORMAT: {format} instead of {workload.format}"
    return report.Outcome(workload, times.get("milliseconds", {}), errors, memory)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds, to try things out")
    parser.add_argument("--output", type=Path, help="where to write the table")
    arguments = parser.parse_args()
    names = [name.lower() for name in arguments.names] or [""]
    chosen = [w for w in workloads().values() if any(name in w.name.lower() for name in names)]
    if not chosen:
        parser.error("no workload has such a name")
    outcomes: list[report.Outcome] = []
    for workload in chosen:
        outcomes.append(outcome(workload, arguments.quick))
        print(report.line(outcomes[-1]), flush=True)
    print("\n" + report.summary(outcomes))
    if arguments.output:
        arguments.output.write_text(report.markdown(outcomes, THREADS), encoding="utf-8")
    return 1 if any(o.failed for o in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
