"""Progress in notebooks, which are no terminals, but where someone watches."""

import sys

_WIDTH = 30


def in_notebook() -> bool:
    """Whether a kernel of Jupyter runs the program."""
    python = sys.modules.get("IPython")
    shell = python.get_ipython() if python else None
    return getattr(shell, "kernel", None) is not None


def draw(finished: int, tasks: int, live: str, *, over: bool) -> None:
    """One line, in place of the one before."""
    share = _WIDTH * finished // max(tasks, 1)
    bar = "█" * share + "░" * (_WIDTH - share)
    print(f"\r{bar} {finished}/{tasks} tasks, {live} kept ", end="\n" if over else "", file=sys.stderr, flush=True)
