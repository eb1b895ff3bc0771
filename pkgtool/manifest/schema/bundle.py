"""Look up the schemas of Kubernetes' own kinds, for any of the bundled minor versions.

The bundle is one small file of JSON lines, compressed together; only definitions that a manifest
really uses are ever decoded. `pkgtool.testing.schema_bundle` makes it and explains its lines.
"""

import json
import zlib
from functools import lru_cache
from typing import Any

from pkgtool.values.bundled import bundled_schema

Rule = str | int | dict[str, Any]
"""What a value must be: a word, the index of a definition, or a description of a container."""

_FIRST_ROW = 2


class Schemas:
    """The kinds of one minor version of Kubernetes."""

    __slots__ = ("_bit", "_definitions", "_kinds", "_lines", "_row", "metadata", "minor", "minors")

    def __init__(self, lines: list[bytes], minor: str) -> None:
        head = json.loads(lines[0])
        self.minors: tuple[str, ...] = tuple(head["minors"])
        """All bundled versions, oldest first."""
        self.minor = nearest_minor(minor, self.minors)
        """The version whose kinds these are."""
        self.metadata: int = head["metadata"]
        """Index of the definition of `metadata`, which all kinds share."""
        number = self.minors.index(self.minor)
        self._bit = 1 << number
        self._lines = lines
        self._kinds: dict[str, list[int]] = json.loads(lines[1])
        self._row: list[int] = json.loads(lines[_FIRST_ROW + number])
        self._definitions: dict[int, dict[str, Any]] = {}

    def rule(self, api_version: str, kind: str) -> Rule | None:
        """Return the rule for objects of a kind, or `None` if this version does not have it."""
        index, minors = self._kinds.get(f"{api_version}/{kind}", (0, 0))
        return index if minors & self._bit else None

    def definition(self, index: int) -> dict[str, Any]:
        """Return the rule behind a reference."""
        found = self._definitions.get(index)
        if found is None:
            found = self._definitions[index] = json.loads(self._lines[self._row[index]])
        return found

    def owns(self, group: str) -> bool:
        """Whether `group` is Kubernetes' own, so that no custom resource can be in it."""
        return not group or any(name.startswith(f"{group}/") for name in self._kinds)

    def versions_of(self, kind: str) -> list[str]:
        """Return each `apiVersion` under which this version of Kubernetes has `kind`."""
        return [name.rpartition("/")[0] for name in self._here() if name.endswith(f"/{kind}")]

    def kinds_of(self, api_version: str) -> list[str]:
        """Return the kinds that this version of Kubernetes has in `api_version`."""
        parts = (name.rpartition("/") for name in self._here())
        return [kind for version, _, kind in parts if version == api_version]

    def minors_with(self, api_version: str, kind: str) -> list[str]:
        """Return the bundled versions that have a kind, oldest first."""
        bits = self._kinds.get(f"{api_version}/{kind}", (0, 0))[1]
        return [minor for number, minor in enumerate(self.minors) if bits >> number & 1]

    def _here(self) -> list[str]:
        return [name for name, (_, bits) in self._kinds.items() if bits & self._bit]


@lru_cache(maxsize=4)
def load_schemas(minor: str) -> Schemas:
    """Return the schemas of the version nearest to `minor` (`1.36`) that is bundled."""
    return Schemas(_lines(), minor)


def nearest_minor(wanted: str, known: tuple[str, ...]) -> str:
    """Return the version in `known` that is nearest to `wanted`; the newest if it is no version.

    >>> nearest_minor("1.99", ("1.35", "1.36"))
    '1.36'
    """
    major, _, minor = wanted.removeprefix("v").partition(".")
    minor = minor.partition(".")[0].rstrip("+")
    if major != "1" or not (minor.isascii() and minor.isdigit()):
        return known[-1]
    return min(known, key=lambda each: abs(int(each.partition(".")[2]) - int(minor[:9])))


@lru_cache(maxsize=1)
def _lines() -> list[bytes]:
    _, _, packed = bundled_schema("kubernetes.json.zz").partition(b"\n")
    return zlib.decompress(packed).split(b"\n")
