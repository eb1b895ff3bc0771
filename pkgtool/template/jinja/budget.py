"""Count what a render uses, so that a template that never ends gets a named error.

A step is about a tenth of a microsecond: the whole allowance is spent in one or two seconds. Loops pay for all their rounds before the first, calls for the size of
their arguments. What is counted is deterministic: the same chart fails at the same place on every
machine.

Source: `spec/reliability.md` §2.5.
"""

from pkgtool.errors import BudgetExceeded

STEPS = 10_000_000
"""Steps that one render may take."""
OUTPUT_CHARS = 64 * 1024 * 1024
"""Characters that one render may write."""
TEXT_CHARS = 16 * 1024 * 1024
"""Length of the longest single text that an expression may make."""
TOTAL_CHARS = 128 * 1024 * 1024
"""Characters of all texts that expressions may make, output included."""
LINES = 1_000_000
"""Lines that one render may write."""
ITEMS = 1_000_000
"""Length of the longest list that an expression may make."""
RANGE = 100_000
"""Length of the longest `range`."""
NUMBER_BITS = 4096
"""Size of the largest whole number."""
DEPTH = 200
"""How deep macros, includes, blocks and `tpl` may call each other."""


class Budget:
    """What is left for one render."""

    __slots__ = ("chars", "depth", "steps")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start a new render."""
        self.steps = STEPS
        self.chars = TOTAL_CHARS
        self.depth = 0

    def spend(self, steps: int) -> None:
        """Take `steps`.

        Raises:
            BudgetExceeded: There are not so many left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise BudgetExceeded(
                f"rendering takes more than {STEPS} steps",
                hint="look for loops in loops, and for macros that call themselves",
            )

    def produce(self, chars: int) -> None:
        """Take `chars` of text.

        Raises:
            BudgetExceeded: The text is too long, or all texts together are.
        """
        self.chars -= chars
        if chars > TEXT_CHARS or self.chars < 0:
            raise too_long()

    def enter(self) -> None:
        """Go one call deeper.

        Raises:
            BudgetExceeded: That is too deep.
        """
        self.depth += 1
        if self.depth > DEPTH:
            raise too_deep()

    def leave(self) -> None:
        """Come back from `enter`."""
        self.depth -= 1


def too_long() -> BudgetExceeded:
    """Return the error about text without end."""
    return BudgetExceeded(
        f"rendering makes a text of more than {TEXT_CHARS} characters, "
        f"or more than {TOTAL_CHARS} in all",
        hint="look for texts that are repeated or joined to themselves",
    )


def too_deep() -> BudgetExceeded:
    """Return the error about calls without end."""
    return BudgetExceeded(
        f"macros, includes or `tpl` call each other more than {DEPTH} deep",
        hint="look for one that calls itself",
    )


def too_many(limit: int) -> BudgetExceeded:
    """Return the error about a list that is too long."""
    return BudgetExceeded(f"a list or range of more than {limit} items")
