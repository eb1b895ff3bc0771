"""Count what a render uses, so that a template that never ends gets a named error.

A step is about a tenth of a microsecond. Loops pay for all their rounds before the first, includes
for the template that they run, calls for large arguments and results. What is counted does not
depend on the machine: the same chart fails at the same place everywhere.

Source: `spec/reliability.md` §2.5; Helm v4 `pkg/engine/engine.go` (`recursionMaxNums`).
"""

from collections.abc import Sequence
from typing import Any

from pkgtool.errors import BudgetExceeded
from pkgtool.template.funcs.crypto_budget import CryptoBudget

STEPS = 10_000_000
"""Steps that one render may take."""
TOTAL_CHARS = 128 * 1024 * 1024
"""Characters of all texts that one render may make, output included."""
LINES = 1_000_000
"""Lines that one template may write."""
SAME_NAME = 1000
"""How deep includes of one name may be nested, as in Helm."""
DEPTH = 2000
"""How deep includes and templates of all names may be nested."""
TPL_DEPTH = 100
"""How deep `tpl` may be nested."""
CRYPTO = 3000
"""What keys and password hashes may cost: twenty certificates, or two of the largest keys."""
SIZED = frozenset([str, dict, list])
LARGE = 64
"""Texts, maps and lists up to this length are free as arguments and results."""
MANY = 1 << 20
"""Characters of texts put together; for fewer it makes no difference how wide they are."""


class Budget:
    """What is left for one render."""

    __slots__ = ("chars", "crypto", "names", "patterns", "steps", "texts", "tpl_depth")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start a new render."""
        self.steps = STEPS
        self.chars = TOTAL_CHARS
        self.tpl_depth = 0
        self.names: list[str] = []
        """What runs in what right now: names that were included, nothing for other templates."""
        self.crypto: CryptoBudget | None = None
        self.patterns: set[str] = set()
        """Regular expressions that were paid for."""
        self.texts: set[str] = set()
        """What was given to `tpl`, and paid for."""

    def mark(self) -> tuple[int, int]:
        """Return how deep the render is, for `return_to`."""
        return len(self.names), self.tpl_depth

    def return_to(self, mark: tuple[int, int]) -> None:
        """Be as deep as at `mark` again, after a failure."""
        depth, self.tpl_depth = mark
        del self.names[depth:]

    def begin(self, price: int) -> None:
        """Pay for a template, and go one template deeper, until the last of `names` is taken away.

        Raises:
            BudgetExceeded: There are not so many steps left, or that is too deep.
        """
        self.steps -= price
        self.names.append("")
        if self.steps < 0 or len(self.names) > SAME_NAME:
            self.check("")

    def check(self, name: str) -> None:
        """Look whether something is exceeded, after `name` was added to `names`; raises as `begin`."""
        self.spend(0)
        if name and self.names.count(name) > SAME_NAME + 1:
            raise BudgetExceeded(
                f"rendering template has a nested reference name: {name}: "
                "unable to execute template",
                hint="the template includes itself without end",
            )
        if len(self.names) > DEPTH:
            raise BudgetExceeded(
                f"templates include each other more than {DEPTH} deep",
                hint="look for one that includes itself",
            )

    def spend(self, steps: int) -> None:
        """Take `steps`.

        Raises:
            BudgetExceeded: There are not so many left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise BudgetExceeded(
                f"rendering takes more than {STEPS} steps",
                hint="look for loops in loops, and for templates that include themselves",
            )

    def produce(self, chars: int) -> None:
        """Take `chars` of text.

        Raises:
            BudgetExceeded: There are not so many left.
        """
        self.steps -= chars >> 6
        self.chars -= chars
        if self.chars < 0 or self.steps < 0:
            raise BudgetExceeded(
                f"rendering makes more than {TOTAL_CHARS} characters of text",
                hint="look for texts that are repeated or joined to themselves",
            )

    def weigh(self, value: Any) -> None:
        """Pay for handing a large list, map or text to a function.

        Raises:
            BudgetExceeded: That is too much.
        """
        self.spend(len(value) >> 5 if isinstance(value, str) else len(value) << 2)

    def count(self, value: Any) -> None:
        """Pay for a large list, map or text that a function made.

        Raises:
            BudgetExceeded: That is too much.
        """
        if isinstance(value, str):
            self.produce(room_of(value))
        else:
            self.spend(len(value))

    def encrypt(self, name: str, *arguments: Any) -> None:
        """Pay for a call of the function `name`, which makes a key or a hash of a password.

        Raises:
            BudgetExceeded: That is too much.
        """
        if self.crypto is None:
            self.crypto = CryptoBudget(CRYPTO)
        self.crypto.spend(name, *arguments)

    def meets(self, pattern: str) -> bool:
        """Whether this render has not used the regular expression `pattern` before."""
        if pattern in self.patterns:
            return False
        self.patterns.add(pattern)
        return True

    def enter_tpl(self) -> None:
        """Go one `tpl` deeper.

        Raises:
            BudgetExceeded: That is too deep.
        """
        self.tpl_depth += 1
        if self.tpl_depth > TPL_DEPTH:
            raise BudgetExceeded(
                f"`tpl` is nested more than {TPL_DEPTH} deep",
                hint="look for a text that hands itself to `tpl`",
            )


def room_of(text: str) -> int:
    """Return for how many characters `text` counts: one beyond ASCII makes all of them wide."""
    return len(text) if text.isascii() else 4 * len(text)


def room_of_all(texts: Sequence[str]) -> int:
    """Return for how many characters `texts` count together."""
    size = sum(map(len, texts))
    return size if size <= MANY else sum(map(room_of, texts))
