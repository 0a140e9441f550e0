"""One workload in a process of its own: prints, as JSON, its times, or redpoll's memory with `--memory`."""

import argparse
import json

import memory
from contest import hold
from workloads import Size, Unavailable, workloads


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    workload = workloads()[arguments.name]
    try:
        contest = workload.make(Size(arguments.quick))
        outcome = memory.measure(contest) if arguments.memory else hold(contest, arguments.quick)
    except Unavailable as reason:
        outcome = {"skipped": str(reason)}
    print("\n" + json.dumps(outcome))


if __name__ == "__main__":
    main()
