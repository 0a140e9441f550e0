"""The programs of the documentation run; that they have the right types is checked by `typecheck.py`."""

import pytest
from pages import programs

PROGRAMS = programs()


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_runs(name: str) -> None:
    exec(compile(PROGRAMS[name], name, "exec"), {"__name__": name})


def test_all_are_found() -> None:
    assert {"README.md", "python/README.md", "src/doc/dask.md", "redpoll", "redpoll.chunked", "redpoll.lazy"} <= set(PROGRAMS)
