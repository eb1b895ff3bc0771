"""Kind order, splitting and hooks, against the tables of Helm's own unit tests."""

import json
from pathlib import Path
from typing import Any

import pytest

from pkgtool.manifest.document import split_documents
from pkgtool.manifest.model import Hook, Manifest, ResourceId
from pkgtool.manifest.order import hook_kind_order, install_order, uninstall_order


def rows(shared: Path, func: str, table: str) -> list[dict[str, Any]]:
    """Return the rows of one table."""
    tables = json.loads((shared / "cases" / "helm-unit-tables.json").read_text())
    found = [each for each in tables if each["func"] == func and each["table"] == table]
    if not found or not all(each["resolved"] for each in found):
        pytest.skip(f"no plain table {table} of {func}")
    loaded: list[dict[str, Any]] = [row for each in found for row in each["rows"]]
    return loaded


def manifest(row: dict[str, Any]) -> Manifest:
    kind = row["Head"]["Kind"] if "Head" in row else row["Kind"]
    return Manifest(ResourceId("", kind, "", row["Name"]), {}, "", "")


def names(manifests: list[Manifest]) -> list[str]:
    return [each.id.name for each in manifests]


def test_documents_are_split_as_in_helm(shared: Path) -> None:
    for row in rows(shared, "TestSplitManifests", "tests"):
        expected = [row["expected"][f"manifest-{n}"] for n in range(len(row["expected"]))]

        assert [text for _, text in split_documents(row["input"])] == expected, row["name"]


def test_every_kind_has_its_turn(shared: Path) -> None:
    given = [manifest(row) for row in rows(shared, "TestKindSorter", "manifests")]

    assert "".join(names(install_order(given))) == "FaAbcC3deEf1gh2iIjJkKlLmnopqrxstuUvwMV!"
    assert "".join(names(uninstall_order(given))) == "VMwvUmutsxrqponLlKkJjIi2hg1fEed3CcbAaF!"


def test_objects_of_one_kind_keep_their_order(shared: Path) -> None:
    given = [manifest(row) for row in rows(shared, "TestKindSorterKeepOriginalOrder", "manifests")]

    assert "".join(names(install_order(given))) == "01aAz!u2u1t3"


def test_a_namespace_comes_before_what_nobody_knows(shared: Path) -> None:
    table = rows(shared, "TestKindSorterNamespaceAgainstUnknown", "expectedOrder")
    expected = [manifest(row) for row in table]

    assert install_order(reversed(expected)) == expected


def test_hooks_are_recorded_by_kind(shared: Path) -> None:
    hooks = [Hook(manifest(row), ()) for row in rows(shared, "TestKindSorterForHooks", "hooks")]

    assert names([hook.manifest for hook in hook_kind_order(hooks)]) == ["a", "c", "i", "j"]
