"""Checks the types that users see, with mypy and pyright: of the installed package, of the documentation's programs, and of
what the tests do with it; and that the package is as its types say. The rules are in `pyproject.toml`.

Run by `cargo xtask python`, in an environment that has the wheel.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
# In place of this folder, whose sources would hide the wheel.
sys.path[0] = str(HERE / "tests")

from pages import programs

# Tests need no annotations.
UNTYPED = [f"--allow-{what}" for what in ("untyped-defs", "incomplete-defs", "untyped-calls", "untyped-decorators")]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for name, program in programs().items():
            Path(folder, "of_" + re.sub(r"\W", "_", name) + ".py").write_text(program, encoding="utf-8")
        settings = Path(folder, "pyrightconfig.json")
        # A line that only shows a value is no mistake there.
        settings.write_text(json.dumps({"typeCheckingMode": "strict", "reportUnusedExpression": False}))
        mypy = [sys.executable, "-m", "mypy", f"--config-file={HERE}/pyproject.toml", f"--cache-dir={folder}/mypy"]
        pyright = [str(Path(sys.executable).with_name("basedpyright")), f"--pythonpath={sys.executable}"]
        commands = [
            [*mypy, "--package=redpoll"],
            [*mypy, *map(str, Path(folder).glob("*.py")), str(HERE / "tests" / "test_types.py")],
            [*mypy, *UNTYPED, *map(str, sorted((HERE / "tests").glob("*.py")))],
            [*mypy, *map(str, sorted((HERE / "fuzz").glob("*.py")))],
            [*pyright, f"--project={settings}"],
            [*pyright, f"--project={HERE}/pyproject.toml"],
            # Whether base classes may be combined is for a later version of the language to say.
            [sys.executable, "-m", "mypy.stubtest", "redpoll", f"--allowlist={HERE}/stubtest.txt", "--ignore-disjoint-bases"],
        ]
        # From elsewhere, for the same reason.
        return max(subprocess.run(command, cwd=folder, check=False).returncode for command in commands)


if __name__ == "__main__":
    sys.exit(main())
