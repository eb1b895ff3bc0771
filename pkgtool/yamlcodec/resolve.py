"""Decide what a plain scalar means: Helm's YAML 1.1, as go-yaml v2 reads it.

`yes`, `on` and `y` are booleans, `0777` and `0o777` are octal, `1_000` is an integer, and
`1:20` is a string. A number that no 64-bit integer and no finite float can hold is a string.
Dates are strings, but must be quoted when written, so that other readers agree.

Source: `spec/helm-behaviour.md` §3.1; pinned by `tests/conformance/test_yaml_values.py`.
"""

import re

from pkgtool.yamlcodec.number import INT64_MAX, INT64_MIN, UINT64_MAX

Scalar = str | int | float | bool | None

WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "y": True, "Y": True, "yes": True, "Yes": True, "YES": True,
    "on": True, "On": True, "ON": True, "true": True, "True": True, "TRUE": True,
    "n": False, "N": False, "no": False, "No": False, "NO": False,
    "off": False, "Off": False, "OFF": False, "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
    ".inf": float("inf"), ".Inf": float("inf"), ".INF": float("inf"),
    "+.inf": float("inf"), "+.Inf": float("inf"), "+.INF": float("inf"),
    "-.inf": float("-inf"), "-.Inf": float("-inf"), "-.INF": float("-inf"),
}  # fmt: skip

NUMBER_STARTS = frozenset("+-.0123456789")
"""What begins with something else, and is not in `WORDS`, is text."""
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
# After a leading point, and only there, each underscore must stand between two digits.
_LONE_UNDERSCORES = re.compile(r"(?<![0-9])_|_(?![0-9])")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:([Tt])| +)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?"
    r"(Z|[-+]([0-9]{2}):([0-9]{2}))?)?"
)
_BASES = {"x": 16, "X": 16, "o": 8, "O": 8, "b": 2, "B": 2}
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def resolve(text: str) -> Scalar:
    """Return the value of the plain scalar `text`.

    >>> resolve("yes"), resolve("0x1F"), resolve("1_000"), resolve("1:20"), resolve("08")
    (True, 31, 1000, '1:20', 8.0)
    """
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMBER_STARTS:
        return text
    if text[0] == "." and _LONE_UNDERSCORES.search(text) is not None:
        return text
    digits = text.replace("_", "")
    number: int | float | None = _integer(digits)
    if number is None:
        number = _float(digits)
    return text if number is None else number


def needs_quotes(text: str) -> bool:
    """Say whether `text`, written plain, would be read as something else by somebody.

    >>> needs_quotes("yes"), needs_quotes("1:20"), needs_quotes("2026-01-31"), needs_quotes("a")
    (True, True, True, False)
    """
    if not isinstance(resolve(text), str):
        return True
    return text[0] in NUMBER_STARTS and (_SEXAGESIMAL.fullmatch(text) is not None or is_date(text))


def _integer(text: str) -> int | None:
    """Read `text` as Go reads an integer of any base into 64 bits."""
    sign, digits = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    base = 10
    if digits[:1] == "0" and len(digits) > 1:
        base = _BASES.get(digits[1], 8)
        digits = digits[2 if digits[1] in _BASES else 1 :]
    # `int` would take a second prefix, and refuses thousands of decimal digits; 20 never fit.
    clean = digits.isalnum() and "x" not in digits.lower() if base == 16 else digits.isdigit()
    if not clean or not digits.isascii() or (base == 10 and len(digits) > 20):
        return None
    try:
        number = int(sign + digits, base)
    except ValueError:
        return None
    highest = INT64_MAX if sign else UINT64_MAX
    return number if INT64_MIN <= number <= highest else None


def _float(text: str) -> float | None:
    if _FLOAT.fullmatch(text) is None:
        return None
    number = float(text)
    return None if number in (float("inf"), float("-inf")) else number


def is_date(text: str) -> bool:
    """Say whether `text` is a date, or a date and time, that exists in the calendar."""
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= _MONTH_DAYS[month - 1] + (leap and month == 2):
        return False
    if match[5] is None:
        return True
    # With `T` a zone must follow, with a space it must not.
    if (match[4] is None) == (match[8] is not None):
        return False
    # Go lets a zone be up to 24 hours and 60 minutes away.
    zone_fits = match[9] is None or (int(match[9]) <= 24 and int(match[10]) <= 60)
    return zone_fits and int(match[5]) < 24 and int(match[6]) < 60 and int(match[7]) < 60
