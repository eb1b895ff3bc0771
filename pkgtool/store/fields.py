"""Read and write fields of a JSON document the way Go does, each with the type it must have.

A missing field and `null` mean the zero value, as for Go's decoder; another type is an error that
names the field.
"""

import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pkgtool.errors import RecordCorrupt

Document = Mapping[str, Any]


def text(of: Document, key: str) -> str:
    """Return a string."""
    return _typed(of, key, str, "a string") or ""


def flag(of: Document, key: str) -> bool:
    """Return a boolean."""
    return bool(_typed(of, key, bool, "a boolean"))


def number(of: Document, key: str) -> int:
    """Return a whole number."""
    value = of.get(key)
    if isinstance(value, bool) or not isinstance(value, int | None):
        raise _odd(key, "a whole number", value)
    return value or 0


def mapping(of: Document, key: str) -> dict[str, Any]:
    """Return an object."""
    return _typed(of, key, dict, "an object") or {}


def texts_by_name(of: Document, key: str) -> dict[str, str]:
    """Return an object of strings."""
    found = mapping(of, key)
    return {name: text(found, name) for name in found}


def strings(of: Document, key: str) -> tuple[str, ...]:
    """Return a list of strings."""
    found = sequence(of, key)
    if not all(isinstance(each, str) for each in found):
        raise _odd(key, "a list of strings", found)
    return tuple(found)


def objects(of: Document, key: str) -> list[dict[str, Any]]:
    """Return a list of objects."""
    found = sequence(of, key)
    if not all(isinstance(each, dict) for each in found):
        raise _odd(key, "a list of objects", found)
    return found


def sequence(of: Document, key: str) -> list[Any]:
    """Return a list of anything."""
    return _typed(of, key, list, "a list") or []


def data(of: Document, key: str) -> bytes:
    """Return bytes that are written as base64."""
    try:
        return binascii.a2b_base64(text(of, key), strict_mode=True)
    except ValueError as error:
        raise _odd(key, "base64", of.get(key)) from error


def moment(of: Document, key: str) -> datetime | None:
    """Return a point in time; an empty text and Go's zero time are `None`."""
    written = text(of, key)
    if not written:
        return None
    found = parse_moment(written)
    if found is None:
        raise _odd(key, "a time", written)
    return None if found.year == 1 else found


def parse_moment(written: str) -> datetime | None:
    """Return the time in `written` (RFC 3339), or `None` when it is not one."""
    try:
        found = datetime.fromisoformat(written)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        # Near the ends of the calendar an offset leads out of it, and fails only here.
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found


def format_moment(at: datetime) -> str:
    """Return `at` as Go writes times: RFC 3339 with as many digits of a second as needed."""
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    offset = at.utcoffset()
    if offset is None or offset.total_seconds() % 60:
        at = at.astimezone(UTC)
    written = at.replace(microsecond=0).isoformat()
    fraction = f".{at.microsecond:06}".rstrip("0").rstrip(".")
    return f"{written[:19]}{fraction}{written[19:]}".removesuffix("+00:00") + (
        "Z" if written.endswith("+00:00") else ""
    )


def filled(document: dict[str, Any]) -> dict[str, Any]:
    """Return `document` without what is empty, as Go's `omitempty` writes it."""
    return {key: value for key, value in document.items() if value}


def _typed(of: Document, key: str, kind: type, words: str) -> Any:
    value = of.get(key)
    if value is not None and not isinstance(value, kind):
        raise _odd(key, words, value)
    return value


def _odd(key: str, expected: str, value: object) -> RecordCorrupt:
    return RecordCorrupt(f"field {key!r} is not {expected}: {repr(value)[:80]}")
