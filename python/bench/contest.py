"""One workload: redpoll and its peers on the same data, and how they are timed."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agreement import disagreement

Work = Callable[[], Any]

# A workload is timed about this long, in so many rounds. A peer many times slower than the fastest sits most out.
SECONDS, QUICK_SECONDS = 8.0, 0.3
ROUNDS, QUICK_ROUNDS = range(3, 32), range(2, 3)
FULL_ROUNDS_WITHIN = 4.0
ROUNDS_OF_THE_SLOW = 3
# A call shorter than this is timed many at a time.
SHORTEST = 2e-3


@dataclass
class Contest:
    """What is computed, by whom.

    `inputs` makes redpoll's arrays. It is called before each timed call of `redpoll`, so that nothing an array caches
    about itself counts. A peer is a function that prepares its own inputs and gives the work to time.
    """

    expected: Callable[[], Any]
    inputs: Callable[[], tuple[Any, ...]]
    redpoll: Callable[..., Any]
    peers: dict[str, Callable[[], Work]]
    # Greatest difference from what is expected, as a share of the greatest expected value.
    tolerance: float = 1e-12
    # Turns what `redpoll` and the peers give into what is compared.
    shown: Callable[[Any], Any] = field(default=lambda result: result)


@dataclass
class Measured:
    """A result that brings its own time, and what another program took of memory: the bytes of its inputs, and the most."""

    result: Any
    seconds: float
    inputs: int = 0
    peak: int = 0


@dataclass
class Contender:
    name: str
    prepare: Callable[[], Work]
    calls: int = 1
    times: list[float] = field(default_factory=list)
    error: str | None = None

    def once(self) -> float:
        """Seconds of one call, out of so many."""
        work = self.prepare()
        start = time.perf_counter()
        for _ in range(self.calls - 1):
            work()
        result = work()
        seconds = (time.perf_counter() - start) / self.calls
        return result.seconds if isinstance(result, Measured) else seconds


def hold(contest: Contest, quick: bool) -> dict[str, Any]:
    """Checks every contender, then times those that are right, in turns: names to milliseconds, and errors."""
    contenders = [Contender("redpoll", lambda: ours(contest))]
    contenders += [Contender(name, once_prepared(peer)) for name, peer in contest.peers.items()]
    expected = contest.expected()
    for contender in contenders:
        contender.error = fault(contender, contest, expected)
    del expected
    running = [c for c in contenders if c.error is None]
    timed(running, QUICK_SECONDS if quick else SECONDS, QUICK_ROUNDS if quick else ROUNDS)
    return {
        "milliseconds": {c.name: 1e3 * statistics.median(c.times) for c in running},
        "rounds": max((len(c.times) for c in running), default=0),
        "errors": {c.name: c.error for c in contenders if c.error is not None},
    }


def ours(contest: Contest) -> Work:
    arrays = contest.inputs()
    return lambda: contest.redpoll(*arrays)


def once_prepared(peer: Callable[[], Work]) -> Callable[[], Work]:
    """The peers' inputs cache nothing that matters: they are made once."""
    made: list[Work] = []

    def prepare() -> Work:
        if not made:
            made.append(peer())
        return made[0]

    return prepare


def fault(contender: Contender, contest: Contest, expected: Any) -> str | None:
    """What is wrong with what a contender gives, if anything is."""
    try:
        result = contender.prepare()()
        if isinstance(result, Measured):
            result = result.result
        wrong = disagreement(contest.shown(result), expected, contest.tolerance)
    except Exception as error:  # whatever a library raises is part of the table
        first = (str(error).splitlines() or [""])[0]
        return first if first.startswith("WRONG") else f"{type(error).__name__}: {first[:200]}"
    return f"WRONG RESULT: {wrong}" if wrong else None


def timed(contenders: list[Contender], seconds: float, rounds: range) -> None:
    """Fills in the times: a round to warm up, from which follows how many rounds there is time for, then those."""
    gc.collect()
    gc.disable()
    warm = {}
    for contender in contenders:
        took = contender.once()
        while took * contender.calls < SHORTEST:
            contender.calls = max(2 * contender.calls, int(SHORTEST / max(took, 1e-8)))
            took = contender.once()
        warm[contender.name] = took * contender.calls
    fastest = min(warm.values(), default=0.0)
    slow = {name for name, took in warm.items() if took > FULL_ROUNDS_WITHIN * fastest and name != "redpoll"}
    a_round = sum(took for name, took in warm.items() if name not in slow)
    count = min(max(int(seconds / max(a_round, 1e-9)), rounds.start), rounds.stop - 1)
    for number in range(count):
        for contender in contenders:
            if contender.name not in slow or number < ROUNDS_OF_THE_SLOW:
                contender.times.append(contender.once())
    gc.enable()
