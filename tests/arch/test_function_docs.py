"""The reference page of the template functions says what their docstrings say."""

from pathlib import Path

import pytest

from pkgtool.testing.function_docs import render

PAGE = Path(__file__).parents[2] / "pkgtool" / "docs" / "reference" / "functions.md"


def test_the_page_is_made_from_the_docstrings(request: pytest.FixtureRequest) -> None:
    page = render()

    if request.config.getoption("--update-golden"):
        PAGE.write_text(page)
    assert PAGE.read_text() == page, f"run: pytest {request.node.nodeid} --update-golden"


def test_examples_and_names_are_on_it() -> None:
    page = render()

    assert "### `semverCompare`\n\n`semverCompare constraint version`\n" in page
    assert "```python\n>>> semver_compare(" in page
    assert "now=" not in page
