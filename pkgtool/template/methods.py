"""Give values the methods that Helm's objects have, without giving away Python objects.

Templates see JSON-shaped data. Where Helm has a method (`.Files.Get`, `.APIVersions.Has`), the
value is a `Record` or a `Listing`, whose `methods` an engine may call by name; nothing else of
it is reachable.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pkgtool.template.funcs.golang.structs import Struct

Method = Callable[..., Any]


class Record(Struct):
    """A Go struct or map with methods; a method is found like a field, and must be called."""

    __slots__ = ("methods",)

    def __init__(
        self,
        go_type: str,
        items: Mapping[str, Any],
        methods: Mapping[str, Method],
        *,
        shown: str = "",
    ) -> None:
        super().__init__(go_type, items, shown=shown)
        self.methods = methods

    def __missing__(self, name: str) -> Method:
        return self.methods[name]


class Listing(list[Any]):
    """A list with methods."""

    __slots__ = ("methods",)

    def __init__(self, items: Iterable[Any], methods: Mapping[str, Method]) -> None:
        super().__init__(items)
        self.methods = methods


def method_of(value: object, name: str) -> Method | None:
    """Return the method `name` of `value`; None for plain data."""
    found: object = None
    if isinstance(value, Struct):
        try:
            found = value[name]
        except KeyError:
            return None
    elif isinstance(value, Listing):
        found = value.methods.get(name)
    return found if callable(found) else None
