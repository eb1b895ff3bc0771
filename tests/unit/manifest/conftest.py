"""What the tests of this folder share."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pkgtool.manifest.model import ManifestSet
from pkgtool.manifest.parse import parse_manifests
from pkgtool.yamlcodec.notebook import Notebook


@dataclass(frozen=True)
class File:
    """A rendered file whose template is the text itself, two lines further down."""

    path: str
    text: str

    @property
    def template(self) -> str:
        return "{# a comment #}\n\n" + self.text

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(range(3, self.text.count("\n") + 4))


@pytest.fixture
def parse() -> Callable[..., ManifestSet]:
    """Parse texts: `parse("kind: …")`, or by path: `parse({"web/templates/a.yaml": "…"})`."""

    def parse_texts(
        texts: str | dict[str, str],
        *,
        namespace: str = "prod",
        crds: dict[str, bytes] | None = None,
        notebook: Notebook | None = None,
        private: bool = True,
    ) -> ManifestSet:
        by_path = {"web/templates/all.yaml": texts} if isinstance(texts, str) else texts
        files = [File(path, text) for path, text in by_path.items()]
        return parse_manifests(
            files, namespace=namespace, crds=crds, notebook=notebook, private=private
        )

    return parse_texts
