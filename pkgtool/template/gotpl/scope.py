"""Know which variable a name means at each place of a template, before the template runs.

Variables live in one map per run of a template. A variable that hides another of the same name gets
a key of its own there, so that no scope has to be left at run time. What a key begins with says how
the variable came to be: a `*` stands for the variable of a `range`, which may hold a nil of which Go
knows that it is one; a `?` for one that may not have been declared when it is read.

Source: Go `text/template` (`exec.go`: `push`, `mark`, `pop`, `varValue`).
"""

ROOT = "$"


class Scope:
    """The variables that are visible where the evaluator is."""

    def __init__(self) -> None:
        self._blocks: list[dict[str, str]] = [{ROOT: ROOT}]

    def enter(self) -> None:
        """Begin a block."""
        self._blocks.append({})

    def leave(self) -> None:
        """End a block: its variables are gone."""
        self._blocks.pop()

    def key(self, name: str) -> str | None:
        """Return where the variable `name` is kept; None when there is none."""
        for block in reversed(self._blocks):
            if name in block:
                return block[name]
        return None

    def declare(self, name: str, mark: str = "") -> str:
        """Make a variable `name` in this block and return its key."""
        hides = any(name in block for block in self._blocks[:-1])
        key = f"{mark}{name}#{len(self._blocks)}" if hides else f"{mark}{name}"
        self._blocks[-1][name] = key
        return key


def is_element(key: str) -> bool:
    """Whether the variable kept under `key` holds an element of a list or map."""
    return key[0] == "*"


def is_certain(key: str) -> bool:
    """Whether the variable kept under `key` was declared whenever it is read."""
    return key[0] != "?"
