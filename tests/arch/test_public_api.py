"""The signatures that callers rely on, in one file that a reviewer reads."""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path

import pkgtool


def signature(value: object) -> str:
    """Return what callers rely on, the same in every run and on every Python."""
    if isinstance(value, type) and issubclass(value, Enum):
        return f": {', '.join(each.value for each in value)}"
    found = str(inspect.signature(value)) if callable(value) else ""
    # Where Python 3.13 keeps its paths is nobody's business.
    found = found.replace("pathlib._local.", "pathlib.")
    return re.sub(r"<function (\w+) at 0x\w+>", r"\1", found)


def test_public_api(golden: Callable[[str, str], None]) -> None:
    lines = [f"{name}{signature(getattr(pkgtool, name))}\n" for name in sorted(pkgtool.__all__)]

    golden("public_api.txt", "".join(lines))


def test_type_checkers_see_the_same_names() -> None:
    stub = Path(str(pkgtool.__file__)).with_suffix(".pyi").read_text()
    imported, listed = stub.split("__all__")

    assert set(re.findall(r'"(\w+)"', listed)) == set(pkgtool.__all__)
    assert set(re.findall(r"\w+", imported)) >= set(pkgtool.__all__)


def test_the_example_works(charts: Path) -> None:
    example = (pkgtool.__doc__ or "").partition("```python\n")[2].partition("```")[0]

    done = subprocess.run(
        [sys.executable, "-c", f"from pathlib import Path\n{example}"],
        cwd=charts.parent,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == ["Service default/demo", "Deployment.apps default/demo"]


def test_importing_it_costs_nothing() -> None:
    code = "import sys, pkgtool; print(sorted(n for n in sys.modules if n.startswith('pkgtool')))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "['pkgtool']\n"
