"""Sort keys the way people count: `port2` before `port10`, signs before letters.

Two keys are compared at the first character where they differ. Letters are compared by their
code; a letter comes after everything else; digits are compared as the numbers they begin.
That is no total order for some odd sets of keys (nor is it in Helm), so only keys with digits
or beyond ASCII take that road; for all others sorting by code, letters last, is the same.

Source: `keyList` of go-yaml, observed through Helm 4.2.3.
"""

import re
from collections.abc import Mapping
from functools import cmp_to_key

_LETTERS_LAST = {code: code + 128 for code in (*range(65, 91), *range(97, 123))}
_64_BITS = 2**64 - 1
_NEEDS_COMPARING = re.compile(r"[^\x00-/:-\x7f]")


def ordered(mapping: Mapping[str, object], *, pretty: bool = False) -> list[str]:
    """Return the keys of `mapping` in the order in which `toYaml` or `toYamlPretty` has them.

    >>> ordered({"b": 0, "a10": 0, "a9": 0, "a-b": 0})
    ['a-b', 'a9', 'a10', 'b']
    >>> ordered({"1b": 0, "1-": 0}), ordered({"1b": 0, "1-": 0}, pretty=True)
    (['1-', '1b'], ['1b', '1-'])

    Raises:
        TypeError: A key is no text.
    """
    letters = "".join(mapping)
    if letters.isascii() and letters.isalpha():
        return sorted(mapping)
    if _NEEDS_COMPARING.search(letters) is None:
        return sorted(mapping, key=_letters_last)
    return sorted(sorted(mapping), key=cmp_to_key(_compare_pretty if pretty else _compare))


def _letters_last(key: str) -> str:
    return key.translate(_LETTERS_LAST)


def _compare(left: str, right: str, *, letter_ends_number: bool = False) -> int:
    """Return a number below, equal to or above zero as `left` sorts before, with, after `right`.

    With `letter_ends_number` a letter right after a digit comes first, not last.
    """
    at = _first_difference(left, right)
    if at == min(len(left), len(right)):
        return len(left) - len(right)
    a, b = left[at], right[at]
    if a.isalpha() and b.isalpha():
        return ord(a) - ord(b)
    if a.isalpha() or b.isalpha():
        letter_first = letter_ends_number and at > 0 and left[at - 1].isdecimal()
        return -1 if a.isalpha() == letter_first else 1
    ours, theirs = _number(left, right, at), _number(right, left, at)
    return (ours > theirs) - (ours < theirs)


def _first_difference(left: str, right: str) -> int:
    """Return the index of the first character that is not common to both, by halving."""
    low, high = 0, min(len(left), len(right)) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _compare_pretty(left: str, right: str) -> int:
    return _compare(left, right, letter_ends_number=True)


def _number(key: str, other: str, at: int) -> tuple[int, int, int]:
    """Return the number that starts `at`, how long it is, and the character there."""
    number, end = 0, at
    if "0" in (key[at], other[at]) and _is_inside_number(key, at):
        number = 1
    while end < len(key) and key[end].isdecimal():
        # 64 bits that overflow, as in Go; it also keeps a key of a million digits cheap.
        number = (number * 10 + ord(key[end]) - ord("0")) & _64_BITS
        end += 1
    return number - (number >> 63 << 64), end, ord(key[at])


def _is_inside_number(key: str, at: int) -> bool:
    """Say whether digits that are not all zeros stand right before `at`."""
    begin = at
    while begin > 0 and key[begin - 1].isdecimal():
        begin -= 1
    return key[begin:at].strip("0") != ""
