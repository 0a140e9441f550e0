"""Random programs on random arrays in every format, eager, lazy and chunked, against NumPy.

    fuzz.py [--minutes N] [--seed S] [--case K] [--threads]

A case is made from one number: `--case` runs it again. Cases run in processes of their own, under limits of time and
memory; what differs, raises, crashes or hangs is shrunk to a program to paste. What NumPy does otherwise than the standard
says is listed in `oracle.py`. With `--threads` the same cases run on 1, 2 and 5 threads, and must give the same bits.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cases import Case
from operations import draw
from shrink import shrunk

WORKER = Path(__file__).with_name("worker.py")
# Cases of a process.
BATCH = 250


def spawn(words: list[str], threads: int | None) -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    if threads is not None:
        environment["RAYON_NUM_THREADS"] = str(threads)
    command = [sys.executable, str(WORKER), *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def outcomes(process: subprocess.Popen[bytes], given: bytes | None = None) -> Iterator[dict[str, Any]]:
    """What a worker says of its cases; of the one that ended it, how."""
    assert process.stdin and process.stdout and process.stderr
    if given:
        process.stdin.write(given)
    process.stdin.close()
    begun = None
    for line in process.stdout:
        said = json.loads(line)
        if "finding" in said:
            yield said
            begun = None
        else:
            begun = said["case"]
    code = process.wait()
    error = process.stderr.read().decode(errors="replace").strip()
    process.stdout.close()
    process.stderr.close()
    if begun is not None:
        how = "no end in time" if code == -14 else f"signal {-code}" if code < 0 else f"exit with {code}"
        finding = {"step": -1, "what": f"the process ends: {how}", "redpoll": error[-2000:], "numpy": ""}
        yield {"case": begun, "finding": finding, "digest": "", "steps": 0}
    elif code:
        raise SystemExit(f"the worker failed before any case: {error}")


def finding(case: Case) -> dict[str, Any] | None:
    """What one case shows."""
    found: dict[str, Any] | None = next(outcomes(spawn(["-"], None), pickle.dumps(case)))["finding"]
    return found


def report(number: int, found: dict[str, Any]) -> None:
    case = draw(number)
    small = shrunk(case, lambda candidate: (finding(candidate) or {}).get("what") == found["what"])
    found = finding(small) or found
    print(f"\n== case {number}: {found['what']}\n{small.program()}\n# redpoll: {found['redpoll']}\n# numpy:   {found['numpy']}", flush=True)


def batch(first: int, last: int, threads: int | None) -> dict[int, dict[str, Any]]:
    """The outcome of each case."""
    done: dict[int, dict[str, Any]] = {}
    while first < last:
        for said in outcomes(spawn([str(first), str(last), "1"], threads)):
            done[said["case"]] = said
        first = max(done, default=last) + 1
    return done


def main() -> int:
    parser = argparse.ArgumentParser(prog="cargo xtask fuzz", description="Random programs against NumPy.")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long (1)")
    parser.add_argument("--seed", type=int, default=0, help="where the numbers of cases begin (0)")
    parser.add_argument("--case", type=int, help="run one case, and shrink what it shows")
    parser.add_argument("--threads", action="store_true", help="compare the bits of 1, 2 and 5 threads too")
    options = parser.parse_args()
    if options.case is not None:
        print(draw(options.case).program())
        found = finding(draw(options.case))
        if found:
            report(options.case, found)
        return int(found is not None)
    end = time.monotonic() + 60 * options.minutes
    seen: dict[str, int] = {}
    first = options.seed * 10**9
    cases = steps = 0
    while time.monotonic() < end:
        done = batch(first, first + BATCH, 2 if options.threads else None)
        if options.threads:
            for threads in (1, 5):
                for number, other in batch(first, first + BATCH, threads).items():
                    if other["digest"] != done[number]["digest"]:
                        done[number]["finding"] = {"what": f"other bits on {threads} threads", "redpoll": "", "numpy": ""}
        for number, said in done.items():
            cases, steps = cases + 1, steps + said["steps"]
            if said["finding"]:
                what = said["finding"]["what"]
                seen[what] = seen.get(what, 0) + 1
                if seen[what] == 1:
                    report(number, said["finding"])
        first += BATCH
    print(f"\n{cases} cases of {steps} operations, {sum(seen.values())} findings of {len(seen)} kinds")
    for what, count in sorted(seen.items()):
        print(f"  {count} × {what}")
    return int(bool(seen))


if __name__ == "__main__":
    sys.exit(main())
