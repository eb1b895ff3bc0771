"""Show Go's structs to templates: fields by name, as in a map, and Go's way of printing them.

A template that has `{{ $cert.Cert }}` or `{{ (semver "1.2").Minor }}` reads items of these.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

_MAPS: Mapping[str, Any] = {"engine.files": b"", "map[string]string": ""}
"""Types that are maps in Go, of other things than any values, with what a missing key gives."""


class NamedMap(dict[str, Any]):
    """A map whose type has a name of its own in Go; subclasses say which."""

    __slots__ = ()
    go_type: ClassVar[str]
    """What `typeOf` says."""


class Struct(dict[str, Any]):
    """Fields of a Go struct by name.

    Engines should print `str(value)`, and JSON and YAML take `value.plain`.
    """

    __slots__ = ("go_type", "plain", "shown", "spoken")

    def __init__(
        self, go_type: str, fields: Mapping[str, Any], *, shown: str, plain: Any = None
    ) -> None:
        super().__init__(fields)
        self.go_type = go_type
        """What `typeOf` says."""
        self.shown = shown
        """What functions print."""
        self.spoken = ""
        """What an action prints, where Go asks the value that it found for its `String`."""
        self.plain: Any = dict(fields) if plain is None else plain
        """What JSON and YAML contain."""

    def __str__(self) -> str:
        return self.spoken or self.shown

    def __bool__(self) -> bool:
        # A struct is never empty, whatever its fields; a map with methods can be.
        return self.kind != "map" or len(self) > 0

    def get(self, name: str, *missing: Any) -> Any:
        """Return the field `name`; one that is not there is an error unless `missing` is given.

        Compiled templates read fields so: only of maps is what is not there nil.
        """
        if not missing and name not in self:
            raise KeyError(name)
        return super().get(name, *missing)

    @property
    def kind(self) -> str:
        """What `kindOf` says."""
        if self.go_type in _MAPS:
            return "map"
        return "ptr" if self.go_type.startswith("*") else "struct"

    @property
    def missing(self) -> Any:
        """What a key gives that is not there."""
        return _MAPS.get(self.go_type)


def text_map(texts: Mapping[str, str]) -> Struct:
    """Return a `map[string]string`, which in Go is no map of values: `keys` does not take it.

    >>> text_map({"a": "b"}).missing
    ''
    """
    return Struct("map[string]string", texts, shown="")
