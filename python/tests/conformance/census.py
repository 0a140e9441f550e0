"""A pytest plugin: the census of formats of a whole run, written as JSON to the file that REDPOLL_CENSUS names."""

import collections
import json
import os

import pytest

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


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """A worker has ended; what it counted came with it."""
    add(getattr(node, "workeroutput", {}).get("census", {"results": 0, "other": {}, "densified": {}}))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    worker = hasattr(session.config, "workerinput")
    if worker:
        session.config.workeroutput["census"] = take()
        return
    add(take())
    path = os.environ.get("REDPOLL_CENSUS")
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"results": results, **tables}, file)
