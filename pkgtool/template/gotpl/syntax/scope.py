"""Know which variable a name means at each place of a template, before the template runs.

Variables live in one map per run of a template. A variable that hides another of the same name gets
a key of its own there, so that no scope has to be left at run time. What a key begins with says how
the variable came to be: a `*` stands for the variable of a `range`, which may hold a nil of which Go
knows that it is one; a `?` for one that may not have been declared when it is read.

Source: Go `text/template` (`exec.go`: `push`, `mark`, `pop`, `varValue`).
"""

from collections.abc import Mapping
from typing import Any

ROOT = "$"


class Scope:
    """The variables that are visible at a place, by the keys under which they are kept."""

    __slots__ = ("_depth", "_keys", "_left", "_outer")

    def __init__(self, keys: Mapping[str, str] | None = None, depth: int = 1) -> None:
        # Never changed, only replaced: scopes inside of this one go on with what was visible then.
        self._outer: Mapping[str, str] = {} if keys is None else keys
        self._keys: Mapping[str, str] = {ROOT: ROOT} if keys is None else keys
        self._depth = depth
        self._left: Any = ()
        """What is visible again after the block, and the same of the block around it."""

    def inside(self) -> "Scope":
        """Return the scope of a block that begins here; what is declared later is not in it."""
        return Scope(self._keys, self._depth + 1)

    def enter(self) -> None:
        """Begin a block."""
        self._left = (self._outer, self._keys, self._left)
        self._outer = self._keys
        self._depth += 1

    def leave(self) -> None:
        """End a block: its variables are gone."""
        self._outer, self._keys, self._left = self._left
        self._depth -= 1

    def key(self, name: str) -> str | None:
        """Return where the variable `name` is kept; None when there is none."""
        return self._keys.get(name)

    def declare(self, name: str, mark: str = "") -> str:
        """Make a variable `name` in this block and return its key."""
        key = f"{mark}{name}#{self._depth}" if name in self._outer else f"{mark}{name}"
        self._keys = {**self._keys, name: key}
        return key


def is_element(key: str) -> bool:
    """Whether the variable kept under `key` holds an element of a list or map."""
    return key[0] == "*"


def is_certain(key: str) -> bool:
    """Whether the variable kept under `key` was declared whenever it is read."""
    return key[0] != "?"
