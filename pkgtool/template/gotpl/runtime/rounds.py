"""List the rounds of a `range`: maps by sorted key, lists by index, numbers from zero.

Source: Go `text/template` (`exec.go`: `walkRange`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.gotpl.runtime.access import is_map
from pkgtool.template.gotpl.runtime.faults import Fault


class Count:
    """The rounds of `range 5`, not made before they are paid for."""

    def __init__(self, size: int) -> None:
        self.size = max(0, int(size))
        self.kind = type(size)
        """What Go calls the numbers: what it calls their end."""

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((number, self.kind(number)) for number in range(self.size))


class Numbered:
    """The rounds of a loop over a list, numbered on the way: nested loops would hold many pairs."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        return enumerate(self.items)


Rounds = Sequence[tuple[Any, Any]] | Count | Numbered
"""Indexes or keys, and items."""

_SORTED = 6
"""Steps for each key of a map that a loop goes through, beside those of the rounds."""


def price_of_all(rounds: Rounds, price: int) -> int:
    """Return the steps for `rounds` of which each costs `price`."""
    # Only those of a map are a list: its keys were sorted.
    return len(rounds) * (price + _SORTED if type(rounds) is list else price)


def rounds_of(value: Any, node: Any, *, both: bool) -> Rounds:
    """Return the rounds over `value`; of nil there are none.

    Args:
        value: What is ranged over.
        node: What to blame.
        both: Whether the loop wants indexes too.

    Raises:
        Fault: It has no rounds.
    """
    if isinstance(value, (list, tuple, bytes)):
        return Numbered(value)
    if value is None:
        return ()
    if is_map(value):
        return sorted(value.items())
    message = f"range can't iterate over {to_text(value)}"
    if isinstance(value, int) and not isinstance(value, bool):
        if not both:
            return Count(value)
        message = f"can't use {value} to iterate over more than one variable"
    raise Fault(node, message)
