"""Read `WWW-Authenticate`: by which scheme a registry wants to know who asks.

```
challenges = challenge { "," challenge }
challenge  = SCHEME [ " " param { "," param } ]
param      = NAME "=" ( TOKEN | '"' text '"' )
```

Source: RFC 9110 §11.6.1, and the distribution project's `docs/spec/auth/token.md`.
"""

from collections.abc import Mapping
from typing import NamedTuple

_MAX_BYTES = 8 * 1024
_ENDS = ' \t,="'


class Challenge(NamedTuple):
    """One way to be let in."""

    scheme: str
    """In lower case: `basic`, `bearer`."""
    params: Mapping[str, str]
    """By name in lower case."""


def parse_challenges(header: str) -> list[Challenge]:
    """Return the challenges in `header`, in order; what cannot be read ends the list."""
    text, at = header[:_MAX_BYTES], 0
    found: list[tuple[str, dict[str, str]]] = []
    while at < len(text):
        at = _skip(text, at, " \t,")
        word, at = _word(text, at)
        if not word:
            break
        if at < len(text) and text[at] == "=" and found:
            value, at = _value(text, at + 1)
            found[-1][1].setdefault(word.lower(), value)
        else:
            found.append((word.lower(), {}))
    return [Challenge(scheme, params) for scheme, params in found]


def _skip(text: str, at: int, what: str) -> int:
    while at < len(text) and text[at] in what:
        at += 1
    return at


def _word(text: str, at: int) -> tuple[str, int]:
    start = at
    while at < len(text) and text[at] not in _ENDS:
        at += 1
    return text[start:at], at


def _value(text: str, at: int) -> tuple[str, int]:
    if not text.startswith('"', at):
        return _word(text, at)
    letters, at = [], at + 1
    while at < len(text) and text[at] != '"':
        at += text[at] == "\\"
        letters.append(text[at : at + 1])
        at += 1
    return "".join(letters), at + 1
