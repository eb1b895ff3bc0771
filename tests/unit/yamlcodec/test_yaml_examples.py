"""The examples in the docstrings are true."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("module", ["", ".number", ".resolve", ".order"])
def test_examples(module: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"pkgtool.yamlcodec{module}"))

    assert outcome.attempted > 0
    assert outcome.failed == 0
