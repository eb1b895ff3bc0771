"""Keep what anchors name, and give each alias a copy of its own, within limits.

Five lines of aliases can mean a billion values. So a value is measured when it is first
aliased, and what it would add is counted before anything is copied.

Source: `spec/reliability.md` §2.4.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pkgtool.yamlcodec.events import ScalarEvent
from pkgtool.yamlcodec.limits import (
    DEPTH,
    EXPANDED_BYTES,
    EXPANSION,
    EXPANSION_FREE,
    NODES,
)
from pkgtool.yamlcodec.scalar import Refused

NO_SCALAR_KEY = "invalid map key: a key is a scalar, not a mapping or a list"
_BOMB_HINT = "write the values out, or split the document"


class Size(NamedTuple):
    """How large a tree is when it is written out."""

    nodes: int
    characters: int
    height: int


class Anchors:
    """The anchors of one document."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._sizes: dict[int, Size] = {}
        self._added_nodes = 0
        self._added_characters = 0

    def name(self, anchor: str, value: Any) -> None:
        """Let `anchor` mean `value` from here on: a `dict`, a `list`, or a scalar's event."""
        self._values[anchor] = value

    def find(self, anchor: str) -> Any:
        """Return what `anchor` means now.

        Raises:
            Refused: Nothing above has that anchor.
        """
        try:
            return self._values[anchor]
        except KeyError:
            raise Refused(
                f"unknown anchor {anchor!r} referenced",
                "a value that starts with '*' needs quotes",
            ) from None

    def find_scalar(self, anchor: str) -> ScalarEvent:
        """Return the scalar that `anchor` means now, for use as a key.

        Raises:
            Refused: Nothing above has that anchor, or something else than a scalar has it.
        """
        target = self.find(anchor)
        if type(target) is not ScalarEvent:
            raise Refused(NO_SCALAR_KEY)
        return target

    def copy_tree(
        self, anchor: str, value: Any, *, written: int, depth: int, open_in: Iterable[Any]
    ) -> Any:
        """Return a copy of the mapping or sequence `value` that shares no container with it.

        Args:
            anchor: What the alias says.
            value: What it points to.
            written: Nodes of the document so far.
            depth: Levels above the alias.
            open_in: Mappings and sequences that the alias stands in.

        Raises:
            Refused: The alias stands inside what it points to, or there is too much.
        """
        if any(value is each for each in open_in):
            raise Refused(f"anchor {anchor!r} value contains itself")
        size = self._sizes.get(id(value))
        if size is None:
            size = self._sizes[id(value)] = measure(value)
        if depth + size.height > DEPTH:
            raise Refused(f"nested deeper than {DEPTH} levels", _BOMB_HINT)
        self.count(size, written=written)
        return _copied(value)

    def count(self, size: Size, *, written: int) -> None:
        """Take `size` from what aliases may add to a document of `written` nodes.

        Raises:
            Refused: It is too much.
        """
        self._added_nodes += size.nodes
        self._added_characters += size.characters
        most = min(NODES - written, max(EXPANSION_FREE, EXPANSION * written))
        if self._added_nodes > most or self._added_characters > EXPANDED_BYTES:
            raise Refused("document contains excessive aliasing", _BOMB_HINT)


def measure(tree: Any) -> Size:
    """Return the size of a `dict` or `list`, level by level."""
    nodes, characters, height = 1, 0, 0
    level = [tree]
    while level:
        height += 1
        below: list[Any] = []
        for holder in level:
            if type(holder) is dict:
                nodes += len(holder)
                characters += sum(map(len, holder))
            children = holder.values() if type(holder) is dict else holder
            nodes += len(holder)
            characters += sum(len(each) for each in children if type(each) is str)
            below += (each for each in children if type(each) is dict or type(each) is list)
        level = below
    return Size(nodes, characters, height)


def _copied(tree: Any) -> Any:
    top = [tree]
    pending: list[Any] = [top]
    while pending:
        holder = pending.pop()
        places = holder.items() if type(holder) is dict else enumerate(holder)
        for place, child in places:
            if type(child) is dict or type(child) is list:
                holder[place] = child.copy()
                pending.append(holder[place])
    return top[0]
