"""Check what the schema of a custom resource asks for beyond types: limits, patterns, choices.

Each keyword of JSON Schema is one function `(value, limit) -> fault`; a keyword says nothing about
values of another type than its own.

Source: https://json-schema.org/draft/2020-12/json-schema-validation, and the formats of
Kubernetes `apiextensions-apiserver/pkg/apiserver/schema/…/validation/formats.go`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pkgtool.errors import PatternInvalid
from pkgtool.manifest.schema.bundle import Rule
from pkgtool.manifest.schema.walk import Fault, Path, Walker
from pkgtool.manifest.schema.words import is_time, shown, word_fault
from pkgtool.regex import compile_pattern


def facet_faults(value: object, facets: Mapping[str, Any], at: Path) -> Iterator[Fault]:
    """Yield what is wrong with `value`, whose type is right, by each of `facets`."""
    for keyword, limit in facets.items():
        if keyword in _CHOICES:
            if fault := _CHOICES[keyword](value, limit, facets):
                yield Fault(at, fault)
        elif keyword == "allOf":
            for rule in limit:
                yield from _faults(value, rule, at)
        elif fault := _CHECKS[keyword](value, limit):
            yield Fault(at, fault)


def _faults(value: object, rule: Rule, at: Path) -> list[Fault]:
    """Return what the rule of a nested schema has against `value`."""
    # Rules of nested schemas refer to no definitions.
    walker = Walker(dict[int, dict[str, Any]]().__getitem__, -1)
    walker.walk(value, rule, at)
    return walker.faults


def _any_of(value: object, rules: list[Rule], _: Mapping[str, Any]) -> str:
    if any(not _faults(value, rule, ()) for rule in rules):
        return ""
    return f"is none of the {len(rules)} things it may be"


def _one_of(value: object, rules: list[Rule], _: Mapping[str, Any]) -> str:
    fitting = sum(not _faults(value, rule, ()) for rule in rules)
    return "" if fitting == 1 else f"must be one of {len(rules)} things, but is {fitting}"


def _not(value: object, rule: Rule, _: Mapping[str, Any]) -> str:
    return "" if _faults(value, rule, ()) else "is what it must not be"


def _minimum(value: object, limit: Any, facets: Mapping[str, Any]) -> str:
    if not _is_number(value) or value > limit:
        return ""
    if facets.get("exclusiveMinimum") is True:
        return f"must be more than {shown(limit)}, got {shown(value)}"
    return "" if value == limit else f"must be at least {shown(limit)}, got {shown(value)}"


def _maximum(value: object, limit: Any, facets: Mapping[str, Any]) -> str:
    if not _is_number(value) or value < limit:
        return ""
    if facets.get("exclusiveMaximum") is True:
        return f"must be less than {shown(limit)}, got {shown(value)}"
    return "" if value == limit else f"must be at most {shown(limit)}, got {shown(value)}"


def _enum(value: object, allowed: list[object]) -> str:
    if any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in allowed):
        return ""
    return f"must be one of {', '.join(map(shown, allowed))}, got {shown(value)}"


def _pattern(value: object, pattern: str) -> str:
    if not isinstance(value, str):
        return ""
    try:
        found = compile_pattern(pattern).search(value)
    except PatternInvalid:
        return f"cannot be checked: its definition has an unusable pattern {pattern!r:.80}"
    return "" if found else f"{shown(value)} does not match {pattern!r:.200}"


def _multiple(value: Any, step: Any) -> str:
    # Beyond 53 bits the remainder of a float means nothing.
    if not _is_number(value) or not step or abs(value) >= 2**53 or value % step == 0:
        return ""
    return f"must be a multiple of {shown(step)}, got {shown(value)}"


def _unique(value: object, wanted: object) -> str:
    if wanted is not True or not isinstance(value, list):
        return ""
    twice = _faults(value, {"items": "any", "set": True}, ())
    return "holds the same item twice" if twice else ""


def _format(value: object, name: str) -> str:
    good = _FORMATS.get(name)
    if good is None or not isinstance(value, str) or good(value):
        return ""
    return f"{shown(value)} is no {name}"


def _least(what: str, type: type | tuple[type, ...]) -> Callable[[object, Any], str]:
    def check(value: object, limit: Any) -> str:
        if not isinstance(value, type) or len(value) >= limit:  # type: ignore[arg-type]
            return ""
        return f"must have at least {limit} {what}"

    return check


def _most(what: str, type: type | tuple[type, ...]) -> Callable[[object, Any], str]:
    def check(value: object, limit: Any) -> str:
        if not isinstance(value, type) or len(value) <= limit:  # type: ignore[arg-type]
            return ""
        return f"must have at most {limit} {what}"

    return check


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_date(text: str) -> bool:
    return is_time(f"{text}T00:00:00Z")


def _is_ip(version: int) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        from ipaddress import ip_address  # noqa: PLC0415

        try:
            return ip_address(text).version == version
        except ValueError:
            return False

    return check


def _is_cidr(text: str) -> bool:
    from ipaddress import ip_network  # noqa: PLC0415

    try:
        return "/" in text and bool(ip_network(text, strict=False))
    except ValueError:
        return False


def _is_uuid(text: str) -> bool:
    digits = text.replace("-", "")
    return len(digits) == 32 and not digits.strip("0123456789abcdefABCDEF")


def _nothing(_: object, __: object) -> str:
    return ""


_CHOICES: dict[str, Callable[[Any, Any, Mapping[str, Any]], str]] = {
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "minimum": _minimum,
    "maximum": _maximum,
}

_CHECKS: dict[str, Callable[[object, Any], str]] = {
    "enum": _enum,
    "pattern": _pattern,
    "multipleOf": _multiple,
    "uniqueItems": _unique,
    "format": _format,
    "minLength": _least("characters", str),
    "maxLength": _most("characters", str),
    "minItems": _least("items", list),
    "maxItems": _most("items", list),
    "minProperties": _least("fields", dict),
    "maxProperties": _most("fields", dict),
    # These two say how their limit is meant, which is checked with the limit.
    "exclusiveMinimum": _nothing,
    "exclusiveMaximum": _nothing,
}

_FORMATS: dict[str, Callable[[str], bool]] = {
    "byte": lambda text: not word_fault(text, "byte"),
    "date": _is_date,
    "date-time": is_time,
    "datetime": is_time,
    "ipv4": _is_ip(4),
    "ipv6": _is_ip(6),
    "cidr": _is_cidr,
    "uuid": _is_uuid,
}
