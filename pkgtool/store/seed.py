"""Read release records that a test begins with: lists of releases, as YAML.

Keys count in any case, as Go's decoder has it; Helm's own test data relies on it.

Source: Helm v4 `pkg/cmd/root.go` (`loadReleasesInMemory`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pkgtool import yamlcodec
from pkgtool.diskread import read_file
from pkgtool.errors import RecordCorrupt
from pkgtool.release.model import Release
from pkgtool.store.codec import release_from
from pkgtool.store.memory import MemoryStore


def _keys(names: str, **deeper: Any) -> dict[str, Any]:
    return {key: {} for key in names.split()} | deeper


_DEPENDENCY = _keys("name version repository condition alias tags enabled import-values")
_METADATA = _keys(
    "name version apiVersion type description appVersion kubeVersion engine home icon sources "
    "keywords deprecated condition tags annotations",
    maintainers=_keys("name email url"),
    dependencies=_DEPENDENCY,
)
_CHART = _keys(
    "values schema",
    metadata=_METADATA,
    lock=_keys("generated digest", dependencies=_DEPENDENCY),
    templates=_keys("name data"),
    files=_keys("name data"),
)
_HOOK = _keys(
    "name kind path manifest events weight delete_policies output_log_policies",
    last_run=_keys("started_at completed_at phase"),
)
_RELEASE = _keys(
    "name version namespace config manifest apply_method labels",
    info=_keys("first_deployed last_deployed deleted description status notes rollback_revision"),
    chart=_CHART,
    hooks=_HOOK,
)
"""Every key that counts, with the keys below it; below an empty one all keys stay as they are."""


def seeded_store(files: Iterable[Path]) -> MemoryStore:
    """Return a store in memory that holds the releases of `files`.

    Raises:
        FileUnreadable, YamlInvalid: A file cannot be read.
        RecordCorrupt: It holds something else than a list of releases.
    """
    store = MemoryStore()
    for file in files:
        found = yamlcodec.load(read_file(file), name=str(file))
        for document in found if isinstance(found, list) else [found]:
            if not isinstance(document, Mapping):
                raise RecordCorrupt(f"{file} is not a list of releases")
            store.create(_release(_known_keys(document, _RELEASE)))
    return store


def _release(document: dict[str, Any]) -> Release:
    labels = document.pop("labels", None) or {}
    return replace(release_from({"namespace": "default", **document}, loose=True), labels=labels)


def _known_keys(value: Any, known: Mapping[str, Any]) -> Any:
    """Return `value` with the keys of `known`, whatever their case was."""
    if isinstance(value, list):
        return [_known_keys(each, known) for each in value]
    if not isinstance(value, Mapping) or not known:
        return value
    names = {each.lower(): each for each in known}
    return {
        names[key.lower()]: _known_keys(each, known[names[key.lower()]])
        for key, each in value.items()
        if key.lower() in names
    }
