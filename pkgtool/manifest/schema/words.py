"""Check single values against the words that stand for them in a rule.

The words mean what the API server accepts, not only what its published schema says: a quantity
is a number with a suffix, and bytes are base64.

Source: Kubernetes `apimachinery/pkg/api/resource/quantity.go`, `…/util/intstr`, Go `encoding/json`.
"""

import binascii
from typing import Final

_NAMES: Final = {
    "int32": "integer",
    "int64": "integer",
    "byte": "base64 text",
    "date-time": "time like 2006-01-02T15:04:05Z",
    "int-or-string": "integer or string",
    "quantity": "quantity like 500m or 1Gi",
}
_LIMITS: Final = {"int32": 2**31, "int64": 2**63, "integer": 2**63}
_SUFFIXES: Final = (
    *("n", "u", "m", "k", "M", "G", "T", "P", "E"),
    *("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"),
)


def word_fault(value: object, word: str) -> str:
    """Return what is wrong with `value` (not null) as a `word`; empty when nothing is."""
    match word:
        case "any":
            return ""
        case "string":
            good = isinstance(value, str)
        case "boolean":
            good = isinstance(value, bool)
        case "object":
            good = isinstance(value, dict)
        case "number":
            good = isinstance(value, int | float) and not isinstance(value, bool)
        case "int32" | "int64" | "integer":
            return _integer_fault(value, word)
        case "int-or-string":
            return "" if isinstance(value, str) else _integer_fault(value, word)
        case _:
            good = _is_special(value, word)
    return "" if good else expected(word, value)


def expected(word: str, value: object) -> str:
    """Return the sentence that something else than `value` was expected."""
    return f"expected {_NAMES.get(word, word)}, got {shown(value)}"


def shown(value: object) -> str:
    """Return `value` as YAML would show it, or only its type when that is long."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            text = value if len(value) <= 60 else f"{value[:57]}..."
            escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'"{escaped}"'
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            return str(value)


def is_quantity(text: str) -> bool:
    """Whether `text` is an amount as Kubernetes writes it: `2`, `0.5`, `500m`, `1Gi`, `1e3`."""
    number = text.strip()
    if number[:1] in ("+", "-"):
        number = number[1:]
    suffix = number.lstrip("0123456789.")
    digits = number[: len(number) - len(suffix)]
    if not digits.strip(".") or digits.count(".") > 1:
        return False
    if suffix[:1] in ("e", "E") and len(suffix) > 1 and suffix not in _SUFFIXES:
        exponent = suffix[2:] if suffix[1] in "+-" else suffix[1:]
        return exponent.isascii() and exponent.isdigit()
    return not suffix or suffix in _SUFFIXES


def _integer_fault(value: object, word: str) -> str:
    # A whole number may be written `2.0`: it is sent as 2.
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole:
        return expected(word, value)
    limit = _LIMITS.get(word, 2**31)
    if isinstance(value, int | float) and not -limit <= value < limit:
        bits = limit.bit_length()
        return f"{shown(value)} does not fit into {bits} bits"
    return ""


def _is_special(value: object, word: str) -> bool:
    if word == "quantity":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number or (isinstance(value, str) and is_quantity(value))
    if not isinstance(value, str):
        return False
    return _is_base64(value) if word == "byte" else is_time(value)


def _is_base64(text: str) -> bool:
    # Line ends are skipped, as Go does: values often come out of `base64` folded.
    folded = text.replace("\n", "").replace("\r", "")
    try:
        binascii.a2b_base64(folded.encode("ascii"), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error):
        return False
    return True


def is_time(text: str) -> bool:
    """Whether `text` is a moment in RFC 3339 form."""
    from datetime import datetime  # noqa: PLC0415

    # ISO 8601 allows much more than RFC 3339; what these positions hold tells them apart.
    if len(text) < 20 or text[4] + text[7] + text[13] + text[16] != "--::" or text[10] not in "Tt":
        return False
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
