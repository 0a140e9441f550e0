"""A pytest plugin: how each test ended, and the census of formats of the whole run, written as JSON to the file that
REDPOLL_RECORD names."""

import collections
import json
import os

import pytest

tests = {}
results = 0
tables = {"other": collections.Counter(), "densified": collections.Counter()}


def add(census):
    global results
    results += census["results"]
    for name, table in tables.items():
        table.update(census[name])


def take():
    import redpoll._redpoll

    return redpoll._redpoll.census()


def pytest_runtest_logreport(report):
    if report.when == "call" or report.outcome != "passed":
        outcome = "error" if report.when != "call" and report.failed else report.outcome
        if hasattr(report, "wasxfail"):
            outcome = "excused"
        crash = getattr(report.longrepr, "reprcrash", None)
        tests[report.nodeid] = {"outcome": outcome, "says": crash.message if crash else ""}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """A worker has ended; what it counted came with it."""
    add(getattr(node, "workeroutput", {}).get("census", {"results": 0, "other": {}, "densified": {}}))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        session.config.workeroutput["census"] = take()
        return
    add(take())
    path = os.environ.get("REDPOLL_RECORD")
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"tests": tests, "results": results, **tables}, file)
