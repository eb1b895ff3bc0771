"""Read YAML: text in, plain values out, by Helm's rules.

PyYAML is imported by the first call that has to parse: half of the verbs never read YAML, and what a
text means may be remembered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pkgtool.yamlcodec.limits import DOCUMENT_BYTES
from pkgtool.yamlcodec.notebook import Page
from pkgtool.yamlcodec.positions import LineMap
from pkgtool.yamlcodec.text import decode

_T = TypeVar("_T")
Path = tuple[str | int, ...]
"""Where a value is: keys and list indices from the root, `("spec", "ports", 0)`."""

Numbers = Literal["exact", "float"]
"""Integers stay integers, or every number is a float as in Helm's values."""

Duplicates = Literal["last", "error"]
"""What to do when a mapping has a key twice."""


@dataclass(frozen=True, slots=True)
class Document:
    """A value, and where its parts stand in the text."""

    value: Any
    lines: Mapping[Path, int]
    """Line (from 1) of every key and list item; worked out when first asked."""
    duplicates: tuple[tuple[Path, int], ...]
    """Keys that were there already, with the line where they come again."""

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of what is nearest above it; 1 for an empty document.

        What an alias or a merge brought in has no line, so this is where it was brought in.
        """
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1


def load(
    text: str | bytes,
    *,
    name: str = "<text>",
    numbers: Numbers = "exact",
    duplicates: Duplicates = "last",
    limit_bytes: int = DOCUMENT_BYTES,
) -> Any:
    """Return the value of the first document of `text`; `None` when there is none.

    Args:
        text: YAML or JSON; bytes are UTF-8.
        name: What the reader knows the text as: a path, `<stdin>`.
        numbers: Whether integers stay integers.
        duplicates: Whether a key that comes twice is an error.
        limit_bytes: How large the text may be.

    Raises:
        YamlInvalid: It is broken, or asks for too much; the span marks the place.
    """
    text = decode(text, name=name, limit_bytes=limit_bytes)
    return _first(_builder(text, name, numbers, duplicates))


def load_all(
    text: str | bytes,
    *,
    name: str = "<text>",
    numbers: Numbers = "exact",
    duplicates: Duplicates = "last",
    limit_bytes: int = DOCUMENT_BYTES,
    page: Page | None = None,
) -> list[Any]:
    """Return the values of all documents of `text`, in order; arguments as `load`.

    With a `page` it is remembered there what `text` means.

    Raises:
        YamlInvalid: One of them is broken, or asks for too much; that is not remembered.
    """
    text = decode(text, name=name, limit_bytes=limit_bytes)

    def parse(text: str) -> list[Any]:
        builder = _builder(text, name, numbers, duplicates)
        values = []
        while builder.next_document():
            values.append(builder.build())
        return values

    return _known(page, f"all {numbers} {duplicates}", text, parse)


def load_document(
    text: str | bytes,
    *,
    name: str = "<text>",
    numbers: Numbers = "exact",
    duplicates: Duplicates = "last",
    limit_bytes: int = DOCUMENT_BYTES,
    page: Page | None = None,
) -> Document:
    """Return the first document of `text` with its lines; arguments and `page` as `load_all`.

    Raises:
        YamlInvalid: It is broken, or asks for too much; that is not remembered.
    """
    text = decode(text, name=name, limit_bytes=limit_bytes)

    def parse(text: str) -> tuple[Any, tuple[tuple[Path, int], ...]]:
        builder = _builder(text, name, numbers, duplicates)
        return _first(builder), tuple(builder.duplicates())

    value, repeated = _known(page, f"first {numbers} {duplicates}", text, parse)
    return Document(value, LineMap(text), repeated)


def _known(page: Page | None, sort: str, text: str, parse: Callable[[str], _T]) -> _T:
    """Return what `page` knows of `text`; otherwise what `parse` says, for the next time too."""
    if page is None:
        return parse(text)
    known: _T | None = page.recall(sort, text)
    if known is None:
        known = parse(text)
        page.keep(sort, text, known)
    return known


def _builder(text: str, name: str, numbers: Numbers, duplicates: Duplicates) -> Any:
    """Return what builds the documents of `text`, at its start."""
    from pkgtool.yamlcodec.build import Builder  # noqa: PLC0415
    from pkgtool.yamlcodec.events import open_parser  # noqa: PLC0415

    return Builder(
        open_parser(text, name=name),
        text,
        name,
        floats=numbers == "float",
        unique_keys=duplicates == "error",
    )


def _first(builder: Any) -> Any:
    """Return the first value, or `None`."""
    return builder.build() if builder.next_document() else None
