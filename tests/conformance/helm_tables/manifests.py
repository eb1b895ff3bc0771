"""Documents and objects: how they are split, and in which order they are applied and removed."""

from collections.abc import Mapping, Sequence
from typing import Any

from pkgtool.manifest.document import split_documents
from pkgtool.manifest.model import Hook, Manifest, ResourceId
from pkgtool.manifest.order import hook_kind_order, install_order, uninstall_order
from tests.conformance.helm_tables.tables import RowReader, Site, TableReader

INSTALLED = "FaAbcC3deEf1gh2iIjJkKlLmnopqrxstuUvwMV!"
UNINSTALLED = "VMwvUmutsxrqponLlKkJjIi2hg1fEed3CcbAaF!"
SAME_KIND = "01aAz!u2u1t3"
HOOKS = "acij"


def read_documents(row: Mapping[str, Any], site: Site) -> None:
    """A text is split into documents."""
    expected = [row["expected"][f"manifest-{n}"] for n in range(len(row["expected"]))]

    assert [text for _, text in split_documents(row["input"])] == expected


def manifest(row: Mapping[str, Any]) -> Manifest:
    """Return an object of a kind."""
    kind = row["Head"]["Kind"] if "Head" in row else row["Kind"]
    return Manifest(ResourceId("", kind, "", row["Name"]), {}, "", "")


def names(manifests: Sequence[Manifest], known: str) -> str:
    """Return the names of those objects whose place is known."""
    return "".join(each.id.name for each in manifests if each.id.name in known)


def read_kinds(rows: Sequence[Any], site: Site) -> None:
    """Every kind has its turn."""
    given = [manifest(row) for row in rows]

    assert names(install_order(given), INSTALLED) == INSTALLED
    assert names(uninstall_order(given), UNINSTALLED) == UNINSTALLED


def read_same_kinds(rows: Sequence[Any], site: Site) -> None:
    """Objects of one kind keep their order."""
    known = {"a", "A", "0", "1", "z", "!", "u2", "u1", "t3"}
    found = install_order([manifest(row) for row in rows])

    assert "".join(each.id.name for each in found if each.id.name in known) == SAME_KIND


def read_unknown_kinds(rows: Sequence[Any], site: Site) -> None:
    """A namespace comes before what nobody knows."""
    expected = [manifest(row) for row in rows]

    assert install_order(reversed(expected)) == expected


def read_hook_kinds(rows: Sequence[Any], site: Site) -> None:
    """Hooks are recorded by kind."""
    hooks = [Hook(manifest(row), ()) for row in rows]

    assert names([hook.manifest for hook in hook_kind_order(hooks)], HOOKS) == HOOKS


READERS: Mapping[str, RowReader] = {
    "TestSplitManifests": read_documents,
}

TABLE_READERS: Mapping[str, TableReader] = {
    "TestKindSorter": read_kinds,
    "TestKindSorterForHooks": read_hook_kinds,
    "TestKindSorterKeepOriginalOrder": read_same_kinds,
    "TestKindSorterNamespaceAgainstUnknown": read_unknown_kinds,
}
