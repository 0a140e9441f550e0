"""The Python that the documentation shows: in fenced blocks of pages, and after `::` in the texts of modules."""

import inspect
import re
import textwrap
from pathlib import Path
from types import ModuleType

import redpoll as rp

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "python" / "README.md", *sorted((ROOT / "src" / "doc").glob("*.md"))]
MODULES = [rp, rp.lazy, rp.chunked]


def of_page(page: Path) -> str:
    """The blocks of a page, as one program."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE))


def of_module(module: ModuleType) -> str:
    """The program in the text of a module."""
    text = inspect.getdoc(module) or ""
    return "\n".join(map(textwrap.dedent, re.findall(r"::\n\n((?: {4}.*\n|\n)+)", text + "\n")))


def programs() -> dict[str, str]:
    """All of them, by where they are."""
    found = {str(page.relative_to(ROOT)): of_page(page) for page in PAGES}
    found.update({module.__name__: of_module(module) for module in MODULES})
    return {name: program for name, program in found.items() if program}
