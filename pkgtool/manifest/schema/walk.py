"""Walk an object along the rule for its kind, and find everything that an API server refuses.

A rule is one of:

- a word, which stands for a plain value: `string`, `int32`, `quantity`, … (see `words`);
- a number: the index of a definition, so that definitions may refer to themselves;
- `{"fields": {name: rule}, "required": [name]}`: an object with known fields, and no others
  unless it is `"open"`;
- `{"values": rule}`: an object with any keys;
- `{"items": rule}`: a list; with `"keys": [field]` no two items agree in all of these fields, and
  with `"set"` no two items are equal: that is what server-side apply asks for;
- `{"rule": rule, "facets": …}`: both hold (see `facets`); only custom resources have these.

Null is the same as absent, as for the API server; in a list it is an empty item.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pkgtool.errors import did_you_mean
from pkgtool.manifest.schema.bundle import Rule
from pkgtool.manifest.schema.words import expected, shown, word_fault

Path = tuple[str | int, ...]

LIMIT = 100
"""How many faults are told: who has more has one cause, and is not helped by a longer list."""

_PLAIN: dict[object, type] = {"string": str, "boolean": bool}

# What the API server fills in before it compares the keys of items.
_DEFAULT_KEYS = {"protocol": "TCP"}


class Fault(NamedTuple):
    """One thing that is wrong, and where in the object."""

    path: Path
    message: str


class Walker:
    """Collects faults while it walks; one walker per object."""

    __slots__ = ("_definition", "_metadata", "faults", "metadata")

    def __init__(self, definition: Callable[[int], dict[str, Any]], metadata: int) -> None:
        self._definition = definition
        self._metadata = metadata
        self.faults: list[Fault] = []
        self.metadata: list[tuple[Path, dict[str, Any]]] = []
        """Each `metadata` that was met, also those of pod templates, and where."""

    def walk(self, value: object, rule: Rule, at: Path = ()) -> None:
        """Check `value`, which stands at path `at`, against `rule`."""
        if rule == self._metadata and isinstance(value, dict):
            self.metadata.append((at, value))
        if isinstance(rule, int):
            rule = self._definition(rule)
        if isinstance(rule, str):
            if fault := word_fault(value, rule):
                self.report(at, fault)
        elif "fields" in rule:
            self._walk_object(value, rule, at)
        elif "items" in rule:
            self._walk_list(value, rule, at)
        elif "values" in rule:
            self._walk_map(value, rule["values"], at)
        else:
            self._walk_facets(value, rule, at)

    def report(self, at: Path, message: str) -> None:
        """Note a fault, unless there are many already."""
        if len(self.faults) < LIMIT:
            self.faults.append(Fault(at, message))

    def _walk_object(self, value: object, rule: dict[str, Any], at: Path) -> None:
        if not isinstance(value, dict):
            self.report(at, expected("object", value))
            return
        fields = rule["fields"]
        for key, each in value.items():
            if each is None:
                continue
            inner = fields.get(key)
            if inner is None:
                self._unknown(key, rule, at)
            # Most values are plain, and right: those cost no call and no path.
            elif type(each) is not _PLAIN.get(inner if type(inner) is str else None):
                self.walk(each, inner, (*at, key))
        for name in rule.get("required", ()):
            if value.get(name) is None:
                self.report((*at, name), "is required, but missing")

    def _walk_map(self, value: object, inner: Rule, at: Path) -> None:
        if not isinstance(value, dict):
            self.report(at, expected("object", value))
            return
        plain = _PLAIN.get(inner if type(inner) is str else None)
        for key, each in value.items():
            if each is not None and type(each) is not plain:
                self.walk(each, inner, (*at, key))

    def _walk_list(self, value: object, rule: dict[str, Any], at: Path) -> None:
        if not isinstance(value, list):
            self.report(at, expected("list", value))
            return
        inner = rule["items"]
        if type(inner) is str:
            for index, each in enumerate(value):
                if each is not None and type(each) is not _PLAIN.get(inner):
                    self.walk(each, inner, (*at, index))
        else:
            for index, each in enumerate(value):
                self.walk(self._empty(inner) if each is None else each, inner, (*at, index))
        if "keys" in rule:
            self._unique(value, rule["keys"], at)
        elif "set" in rule:
            self._unique(value, (), at)

    def _empty(self, rule: Rule) -> object:
        """Return what null means as an item: an object without fields, or an empty list."""
        if isinstance(rule, int):
            rule = self._definition(rule)
        if isinstance(rule, dict) and "rule" in rule:
            return self._empty(rule["rule"])
        return [] if isinstance(rule, dict) and "items" in rule else {}

    def _unique(self, items: list[Any], keys: Sequence[str], at: Path) -> None:
        """Report items that agree in all `keys`, or without keys, that are equal."""
        seen: dict[object, int] = {}
        for index, item in enumerate(items):
            if keys and not isinstance(item, dict):
                continue
            mark = tuple(_mark(item.get(key, _DEFAULT_KEYS.get(key))) for key in keys) or _mark(
                item
            )
            first = seen.setdefault(mark, index)
            if first != index:
                same = " and ".join(f"{key} {shown(item[key])}" for key in keys if key in item)
                what = f"repeats {same or shown(item)}"
                self.report((*at, index), f"{what}, which item {first} of the list has already")

    def _unknown(self, key: str, rule: dict[str, Any], at: Path) -> None:
        if rule.get("open") or len(self.faults) >= LIMIT:
            return
        hint = did_you_mean(key, rule["fields"])
        self.report((*at, key), f"unknown field; {hint}" if hint else "unknown field")

    def _walk_facets(self, value: object, rule: dict[str, Any], at: Path) -> None:
        # Imported here: only custom resources have facets.
        from pkgtool.manifest.schema.facets import facet_faults  # noqa: PLC0415

        before = len(self.faults)
        self.walk(value, rule["rule"], at)
        if len(self.faults) == before:
            for path, message in facet_faults(value, rule["facets"], at):
                self.report(path, message)


def _mark(value: object) -> object:
    """Return something hashable that is equal for equal JSON values only."""
    if isinstance(value, dict | list):
        # Imported here: sets of objects exist only in custom resources.
        import json  # noqa: PLC0415

        return "json", json.dumps(value, sort_keys=True, default=str)
    return isinstance(value, bool), value
