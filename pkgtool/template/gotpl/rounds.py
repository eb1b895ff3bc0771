"""List the rounds of a `range`: maps by sorted key, lists by index, numbers from zero.

Source: Go `text/template` (`exec.go`: `walkRange`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.values import Duration
from pkgtool.template.gotpl.access import is_map
from pkgtool.template.gotpl.faults import Fault


class Count:
    """The rounds of `range 5`, not made before they are paid for."""

    def __init__(self, size: int) -> None:
        self.size = max(0, int(size))

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((number, number) for number in range(self.size))


Rounds = Sequence[tuple[Any, Any]] | Count
"""Indexes or keys, and items."""


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
        return list(enumerate(value))
    if value is None:
        return ()
    if is_map(value):
        return sorted(value.items())
    message = f"range can't iterate over {to_text(value)}"
    if type(value) is int or isinstance(value, Duration):
        if not both:
            return Count(value)
        message = f"can't use {value} to iterate over more than one variable"
    raise Fault(node, message)
