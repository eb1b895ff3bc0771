"""The documentation, as files beside this module; `pkgtool docs` and `explain` print them."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the pages are."""


def page(path: str) -> str:
    """Return the text of the page at `path`, relative to `FOLDER`."""
    return (FOLDER / path).read_text(encoding="utf-8")


def pages(folder: str) -> list[Path]:
    """Return all pages below `folder`, in order."""
    return sorted((FOLDER / folder).rglob("*.md"))
