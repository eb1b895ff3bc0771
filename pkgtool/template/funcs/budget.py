"""Refuse template calls whose result would be too large, before memory is spent on it.

Every function that takes a size asks here first, so that a chart cannot exhaust the machine
with one call; the engines' step and output budgets bound what many calls do together.
"""

from typing import Protocol

from pkgtool.errors import BudgetExceeded

MAX_TEXT = 16 * 1024 * 1024
"""Longest text that one call may make, in bytes."""

MAX_RANDOM = 1024 * 1024
"""Longest random text that one call may make, in characters."""

MAX_COUNT = 100_000
"""Most numbers that `until`, `untilStep` and `seq` may make; charts use some tens."""

MAX_ITEMS = 1_000_000
"""Most items or nested values that one call may copy, compare or print."""

MAX_DEPTH = 200
"""Deepest nesting of lists and maps that is followed; deeper ones are taken for a cycle."""


def check_size(what: str, size: int, limit: int = MAX_TEXT, unit: str = "bytes") -> None:
    """Refuse a result of `size` when it is over `limit`.

    Raises:
        BudgetExceeded: Nothing was made yet.
    """
    if size > limit:
        raise BudgetExceeded(
            f"{what} would make {size} {unit}",
            hint=f"one call may make at most {limit} {unit}",
        )


def check_depth(what: str, depth: int) -> None:
    """Refuse to follow nested values deeper than `MAX_DEPTH`.

    Raises:
        BudgetExceeded: The value is nested too deeply or contains itself.
    """
    if depth > MAX_DEPTH:
        raise BudgetExceeded(
            f"{what}: the value is nested more than {MAX_DEPTH} levels deep",
            hint="does a map or list contain itself?",
        )


class Meter(Protocol):
    """What the render has left, for functions whose work shows only while they are at it."""

    def spend(self, steps: int) -> None:
        """Take `steps`, of a tenth of a microsecond each, or raise `BudgetExceeded`."""

    def meets(self, pattern: str) -> bool:
        """Whether this render has not used the regular expression `pattern` before."""


class Unmetered:
    """Counts nothing: for callers that bound the work themselves."""

    def spend(self, steps: int) -> None:
        """Take nothing."""

    def meets(self, pattern: str) -> bool:
        """Say that the pattern is known, so that nothing is charged for it."""
        del pattern
        return False


class Allowance:
    """What is left of one call's budget while it walks through a nested value."""

    __slots__ = ("left", "limit", "unit", "what")

    def __init__(self, what: str, limit: int = MAX_ITEMS, unit: str = "values") -> None:
        self.what = what
        self.left = limit
        self.limit = limit
        self.unit = unit

    def spend(self, amount: int, depth: int = 0) -> None:
        """Take `amount` off, for something found `depth` levels down.

        Raises:
            BudgetExceeded: Nothing is left, or the value is nested too deeply.
        """
        check_depth(self.what, depth)
        self.left -= amount
        if self.left < 0:
            raise BudgetExceeded(
                f"{self.what} would make more than {self.limit} {self.unit}",
                hint="the same map or list may be contained in itself many times over",
            )
