"""Know the line of every key and item of a document, when somebody asks.

Reading the text a second time costs nothing on the runs where all is well; keeping the
positions of every value would cost a third of each load.
"""

from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]


class LineMap(Mapping[Path, int]):
    """Lines (from 1) by path; what an alias or `<<` brought in has no line of its own."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[Path, int] | None = None

    def _all(self) -> dict[Path, int]:
        if self._lines is None:
            # PyYAML is loaded by who needs it; a text that was read before may not be parsed at all.
            from pkgtool.yamlcodec.locator import Locator  # noqa: PLC0415

            self._lines = Locator(self._text).lines()
        return self._lines

    def __getitem__(self, path: Path) -> int:
        return self._all()[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
