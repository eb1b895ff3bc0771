"""What texts meant when they were read before: the protocol of what remembers it.

To look something up costs as much as to parse some lines. So texts that are read together, those of
one chart or of one render, are on one *page*, which is fetched once.
"""

from typing import Any, Protocol


class Page(Protocol):
    """Texts that are read together, and what each of them means."""

    def recall(self, sort: str, text: str) -> Any:
        """Return what `text` means when it is read as a `sort`, made anew; None if not known."""
        ...

    def keep(self, sort: str, text: str, meaning: Any) -> None:
        """Remember that `text` means `meaning`, which is not None, as it is now."""
        ...


class Notebook(Protocol):
    """All pages."""

    def page(self, *about: str) -> Page:
        """Return the page of the texts that belong to `about`, which finds it again.

        Others may have the same: what is on a page is found by the texts alone.
        """
        ...
