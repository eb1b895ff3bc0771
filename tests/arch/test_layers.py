"""The layers of `pyproject.toml` are in force, and would notice who breaks them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).parent / "lint-imports"

BREACHES = {
    "a verb names a store": ("ops/bad.py", "from pkgtool.store.secrets import SecretStore\n"),
    "manifest looks at plan": ("manifest/bad.py", "from pkgtool.plan.model import Plan\n"),
    "a type-checking import points upwards": (
        "values/bad.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pkgtool.chart.model import Chart\n",
    ),
    "yaml outside its door": ("chart/bad.py", "import yaml\n"),
    "a package that no layer names": ("helpers/__init__.py", ""),
    "the core opens a socket": ("plan/bad.py", "import socket\n"),
    "production imports testing": ("ops/bad.py", "import pkgtool.testing\n"),
}


def test_the_layers_hold() -> None:
    checked = subprocess.run([LINT], cwd=ROOT, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_noticed(breach: str, tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "pkgtool", tmp_path / "pkgtool", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path, text = BREACHES[breach]
    (tmp_path / "pkgtool" / path).parent.mkdir(exist_ok=True)
    (tmp_path / "pkgtool" / path).write_text(f'"""Bad."""\n{text}')

    checked = subprocess.run(
        [LINT, "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode != 0
