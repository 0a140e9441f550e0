"""Progress in notebooks, which are no terminals, but where someone watches."""

import sys

_WIDTH = 30
# What a line is filled up to: in notebooks a shorter one leaves the end of the one before.
_LINE = 80


def in_notebook() -> bool:
    """Whether a kernel of Jupyter runs the program."""
    python = sys.modules.get("IPython")
    shell = python.get_ipython() if python else None
    return getattr(shell, "kernel", None) is not None


def draw(finished: int, tasks: int, kept: str, *, over: bool) -> None:
    """One line, in place of the one before."""
    share = _WIDTH * finished // max(tasks, 1)
    bar = "█" * share + "░" * (_WIDTH - share)
    line = f"{bar} {finished}/{tasks} tasks, {kept}"
    print(f"\r{line:{_LINE}}", end="\n" if over else "", file=sys.stderr, flush=True)
