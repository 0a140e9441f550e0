"""Runs cases in a process of its own: `worker.py FIRST LAST STEP`, or with `-` one that is pickled on standard input.

Prints a line of JSON before and after each. A case that ends the process, or takes too long, has none after it.
"""

from __future__ import annotations

import json
import pickle
import resource
import signal
import sys
from collections.abc import Iterator

from cases import Case
from compare import run
from operations import draw

# The most seconds of a case, and bytes of addresses.
SECONDS = 20
BYTES = 4 << 30


def cases(words: list[str]) -> Iterator[tuple[int, Case]]:
    if words == ["-"]:
        yield 0, pickle.load(sys.stdin.buffer)
        return
    for number in range(*map(int, words)):
        yield number, draw(number)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The signal ends the process: what hangs may not come back to Python.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number, case in cases(sys.argv[1:]):
        print(json.dumps({"case": number}), flush=True)
        signal.alarm(SECONDS)
        finding, digest = run(case)
        signal.alarm(0)
        done = {"case": number, "finding": vars(finding) if finding else None, "digest": digest, "steps": len(case.steps)}
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
