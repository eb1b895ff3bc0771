"""A notebook of parsed YAML that tests can look into."""

import marshal
from typing import Any


class PlainPage:
    """What texts mean, by how they are read and what they say."""

    def __init__(self) -> None:
        self.meanings: dict[tuple[str, str], bytes] = {}
        self.recalled: list[str] = []
        """Texts that were known when somebody asked."""

    def recall(self, sort: str, text: str) -> Any:
        """Return what `text` means, or None."""
        found = self.meanings.get((sort, text))
        if found is None:
            return None
        self.recalled.append(text)
        return marshal.loads(found)

    def keep(self, sort: str, text: str, meaning: Any) -> None:
        """Remember what `text` means."""
        self.meanings[sort, text] = marshal.dumps(meaning)


class PlainNotebook:
    """Pages by what they are about."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, ...], PlainPage] = {}

    def page(self, *about: str) -> PlainPage:
        """Return the page about `about`."""
        return self.pages.setdefault(about, PlainPage())
