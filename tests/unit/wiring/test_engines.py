"""What is done for the next command when this one is over."""

import sys
from pathlib import Path

import pytest

from pkgtool.wiring.engines import compile_modules


@pytest.mark.parametrize("forbidden", [False, True])
def test_modules_get_bytecode_unless_none_is_to_be_written(
    forbidden: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "module.py").write_text("VALUE = 1\n")
    monkeypatch.setattr(sys, "dont_write_bytecode", forbidden)
    monkeypatch.setattr(sys, "pycache_prefix", None)

    compile_modules(str(tmp_path))

    assert any(tmp_path.rglob("*.pyc")) is not forbidden
