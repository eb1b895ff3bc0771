"""Take fields out of a `plugin.yaml` with the types that they must have, in Helm's words.

Helm reads the file into structures of Go; what does not fit there is refused with the words of its
YAML library, and so it is here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pkgtool.errors import PluginInvalid


class Fields:
    """One mapping of a `plugin.yaml`."""

    def __init__(self, value: object, kind: str, lines: Mapping[str, int] | None = None) -> None:
        """Look at `value`, which Helm reads into its type `kind`.

        Raises:
            PluginInvalid: It is no mapping.
        """
        self.kind = kind
        self._lines = lines or {}
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise PluginInvalid(f"cannot unmarshal {_shape(value)} into {kind}")
        self.values: Mapping[str, Any] = value

    def text(self, name: str) -> str:
        """Return a text; a number or boolean counts as its text, as in Go's YAML."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return str(value)
        raise self._wrong(name, value, "string")

    def truth(self, name: str) -> bool:
        """Return a boolean."""
        value = self.values.get(name)
        if value is None:
            return False
        if isinstance(value, bool):
            return value
        raise self._wrong(name, value, "bool")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        items = self.items(name, "[]string")
        return tuple(Fields({"item": item}, "string").text("item") for item in items)

    def items(self, name: str, kind: str) -> Sequence[Any]:
        """Return a list, which Helm reads into its type `kind`."""
        value = self.values.get(name)
        if value is None:
            return ()
        if isinstance(value, list):
            return value
        raise self._wrong(name, value, kind)

    def only(self, *names: str) -> None:
        """Refuse keys that are not in `names`.

        Raises:
            PluginInvalid: There are some.
        """
        unknown = [name for name in self.values if name not in names]
        if unknown:
            lines = [
                f"  line {self._lines.get(name, 1)}: field {name} not found in type {self.kind}"
                for name in unknown
            ]
            raise PluginInvalid("\n".join(["yaml: unmarshal errors:", *lines]))

    def _wrong(self, name: str, value: object, wanted: str) -> PluginInvalid:
        line = self._lines.get(name, 1)
        return PluginInvalid(
            f"yaml: unmarshal errors:\n  line {line}: cannot unmarshal {_shape(value)} into {wanted}",
            hint=f"look at `{name}`",
        )


def _shape(value: object) -> str:
    """Return the kind of `value` as Go's YAML library calls it, with what it is when short."""
    if isinstance(value, Mapping):
        return "!!map"
    if isinstance(value, list):
        return "!!seq"
    kind = {"str": "!!str", "int": "!!int", "float": "!!float", "bool": "!!bool"}
    text = str(value).lower() if isinstance(value, bool) else str(value)
    short = text if len(text) <= 10 else f"{text[:7]}..."
    return f"{kind.get(type(value).__name__, '!!null')} `{short}`"
