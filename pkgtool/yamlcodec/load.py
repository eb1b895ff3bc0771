"""Read YAML: text in, plain values out, by Helm's rules.

PyYAML is imported by the first call: half of the verbs never read YAML.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pkgtool.yamlcodec.limits import DOCUMENT_BYTES
from pkgtool.yamlcodec.text import decode

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
    return _Reader(text, name, numbers, duplicates, limit_bytes).first()


def load_all(
    text: str | bytes,
    *,
    name: str = "<text>",
    numbers: Numbers = "exact",
    duplicates: Duplicates = "last",
    limit_bytes: int = DOCUMENT_BYTES,
) -> list[Any]:
    """Return the values of all documents of `text`, in order; arguments as `load`.

    Raises:
        YamlInvalid: One of them is broken, or asks for too much.
    """
    reader = _Reader(text, name, numbers, duplicates, limit_bytes)
    values = []
    while reader.builder.next_document():
        values.append(reader.builder.build())
    return values


def load_document(
    text: str | bytes,
    *,
    name: str = "<text>",
    numbers: Numbers = "exact",
    duplicates: Duplicates = "last",
    limit_bytes: int = DOCUMENT_BYTES,
) -> Document:
    """Return the first document of `text` with its lines; arguments as `load`.

    Raises:
        YamlInvalid: It is broken, or asks for too much.
    """
    from pkgtool.yamlcodec.positions import LineMap  # noqa: PLC0415

    reader = _Reader(text, name, numbers, duplicates, limit_bytes)
    value = reader.first()
    return Document(value, LineMap(reader.text), tuple(reader.builder.duplicates()))


class _Reader:
    """A text with a builder at its start."""

    def __init__(
        self, text: str | bytes, name: str, numbers: Numbers, duplicates: Duplicates, limit: int
    ) -> None:
        from pkgtool.yamlcodec.build import Builder  # noqa: PLC0415
        from pkgtool.yamlcodec.events import open_parser  # noqa: PLC0415

        self.text = decode(text, name=name, limit_bytes=limit)
        self.builder = Builder(
            open_parser(self.text, name=name),
            self.text,
            name,
            floats=numbers == "float",
            unique_keys=duplicates == "error",
        )

    def first(self) -> Any:
        """Return the first value, or `None`."""
        return self.builder.build() if self.builder.next_document() else None
