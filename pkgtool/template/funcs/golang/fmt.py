"""Print values as Go does: `%v`, `print`, `println`; formats are filled in by `printf`.

| value | text |
|---|---|
| `1000000.0` | `1e+06` |
| `{"b": 2, "a": 1}` | `map[a:1 b:2]` |
| `[1, "x", None]` | `[1 x <nil>]` |
| `b"hi"` | `[104 105]` |

Source: Go package `fmt`; `text/template` functions `print`, `printf`, `println`.
"""

from collections.abc import Sequence
from typing import Any

from pkgtool.template.funcs.budget import check_size
from pkgtool.template.funcs.golang.number import float_text
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.values import Int64, wrap64


def to_text(value: Any) -> str:
    """Return `value` as `%v` prints it, which is also what a template prints.

    >>> to_text(0.00001), to_text({"b": [True, None], "a": 1e6})
    ('1e-05', 'map[a:1e+06 b:[true <nil>]]')

    Raises:
        BudgetExceeded: The text would be too long, or a value contains itself.
    """
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is Int64:
        return str(wrap64(value))
    if kind is float:
        return float_text(value)
    if value is None:
        return "<nil>"
    # Few charts print a whole map or list; the others need not load what writes them.
    from pkgtool.template.funcs.golang.verbs import shown  # noqa: PLC0415

    return shown(value)


@go_function("print")
def sprint(*values: Any) -> str:
    """Return `values` one after the other, with a space between two that are both not text.

    >>> sprint(1, 2, "a", 3)
    '1 2a3'
    """
    pieces: list[str] = []
    between = False
    for value in values:
        number = not isinstance(value, str)
        if pieces and between and number:
            pieces.append(" ")
        pieces.append(to_text(value))
        between = number
    return _joined("", pieces)


@go_function("println")
def sprintln(*values: Any) -> str:
    r"""Return `values` with spaces between them and a line end.

    >>> sprintln(1, "a")
    '1 a\n'
    """
    return _joined(" ", [to_text(value) for value in values]) + "\n"


def _joined(between: str, pieces: Sequence[str]) -> str:
    check_size("print", sum(map(len, pieces)) + len(pieces))
    return between.join(pieces)
