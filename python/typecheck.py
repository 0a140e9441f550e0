"""Checks the types that users see, with mypy and pyright, both strict: of the installed package, of the programs in
README.md, of `tests/test_types.py`, and (mypy alone, whose idea of NumPy they are written for) of the programs in `fuzz`.

Run by `cargo xtask python`, in an environment that has the wheel.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def programs(page: Path) -> str:
    """The Python of a page, as one program."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        readme = Path(folder, "readme.py")
        readme.write_text(programs(HERE / "README.md"))
        checked = [str(readme), str(HERE / "tests" / "test_types.py")]
        settings = Path(folder, "pyrightconfig.json")
        # A line of README.md that only shows a value is no mistake.
        rules = {"typeCheckingMode": "strict", "reportUnusedExpression": False, "include": checked}
        settings.write_text(json.dumps(rules))
        mypy = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={folder}/mypy"]
        pyright = [str(Path(sys.executable).with_name("basedpyright")), f"--pythonpath={sys.executable}"]
        commands = [
            [*mypy, *checked],
            [*mypy, "--package=redpoll"],
            [*mypy, *map(str, sorted((HERE / "fuzz").glob("*.py")))],
            [*pyright, f"--project={settings}"],
        ]
        # Not in the folder of the sources, which would hide the wheel.
        return max(subprocess.run(command, cwd=folder, check=False).returncode for command in commands)


if __name__ == "__main__":
    sys.exit(main())
