"""Fill a text with values, for `%` and the `format` filter: Helm's `printf`, but strict.

Go writes a note into the text (`%!d(string=x)`) where a verb and its value do not go together; in
a manifest that is never wanted.
"""

from collections.abc import Sequence
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs import registry

_NOTE = "%!"


def fill(pattern: str, args: Sequence[Any]) -> str:
    """Return `pattern` with its verbs replaced by `args`.

    Raises:
        FunctionFailed: Verbs and arguments do not go together.
    """
    text = str(registry.function("printf")(pattern, *args))
    if _NOTE in text and _NOTE not in pattern and not any(_NOTE in str(each) for each in args):
        raise FunctionFailed(
            f"the values do not fit the text {pattern[:60]!r}: {text[:80]}",
            hint="`%s` and `%v` take any value, `%d` whole numbers, `%%` is a percent sign",
        )
    return text
