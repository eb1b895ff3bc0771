"""Match patterns that come from outside, in time linear in the text: the one door to RE2.

`re` backtracks, so a pattern in a chart could stall a server (`(a+)+$`); RE2 cannot.
Go's `regexp` is the same language, so charts mean the same here as in Helm.
The library is imported by the first pattern: most runs never need it.

Source: https://github.com/google/re2/wiki/Syntax, and `spec/reliability.md` §2.5.
"""

from functools import lru_cache
from typing import Any

from pkgtool.errors import PatternInvalid

_MEMORY_BYTES = 2 * 1024 * 1024
"""What one pattern may take, with what it remembers of the texts it met; RE2 itself gives 8 MiB."""

HINT = "patterns follow RE2: no backreferences, no look-around"

_GO_WORDS = {
    "missing )": "missing closing )",
    "missing ]": "missing closing ]",
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid repetition size": "invalid repeat count",
    "trailing \\": "trailing backslash at end of expression",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid named capture group": "invalid named capture",
}


@lru_cache(maxsize=64)
def compile_pattern(pattern: str, *, captures: bool = True) -> Any:
    """Return the compiled RE2 `pattern`, with the methods of a `re.Pattern`.

    Args:
        pattern: In RE2's language.
        captures: Whether matches have groups; those without are found many times faster.

    Raises:
        PatternInvalid: `pattern` is not in RE2's language.
    """
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_BYTES
    options.never_capture = not captures
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else b"not a regular expression"
        raise PatternInvalid(in_go_words(reason), hint=HINT) from error


def in_go_words(reason: bytes | str) -> str:
    """Return what the library says of a pattern as Go says it, with the piece that is wrong.

    >>> in_go_words(b"missing ): a(")
    'error parsing regexp: missing closing ): `a(`'
    """
    text = reason.decode("utf-8", "surrogateescape") if isinstance(reason, bytes) else reason
    word, _, piece = text.partition(": ")
    return f"error parsing regexp: {_GO_WORDS.get(word, word)}: `{piece}`"
