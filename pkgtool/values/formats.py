"""Judge texts by the `format` of a schema: the formats, and the rules, that Helm knows.

Each rule takes a text and tells whether it is of its format; formats without a rule accept anything.

Source: https://github.com/santhosh-tekuri/jsonschema (v6, `format.go`); RFC 1034, 3339, 3986, 5321,
6570, 6901; Go `net/netip`, `net/url`, `time`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from ipaddress import AddressValueError, IPv6Address

from pkgtool.errors import PatternInvalid
from pkgtool.regex import compile_pattern

_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_ATOM = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+"
_ATOMS = re.compile(rf"(?:{_ATOM}(?:\.{_ATOM})*)?")
_QUOTED = re.compile(r'"[^\\"]*"')
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))",
    re.ASCII,
)
_DURATION = re.compile(
    r"P(?:\d+W|(?=\d|T)(?:(?:\d+Y)?(?:\d+M)?(?:\d+D)?)(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)",
    re.ASCII,
)
_UUID = re.compile(r"[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}", re.ASCII)
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
_RELATIVE_POINTER = re.compile(r"(?:0|[1-9]\d*)(?:#|(?:/(?:[^~/]|~[01])*)*)", re.ASCII)
_SEMVER = re.compile(
    r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}"
    r"(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BAD_ESCAPE = re.compile(r"%(?![\da-fA-F]{2})", re.ASCII)
_BAD_HOST = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f]')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_hostname(text: str) -> bool:
    """Tell whether `text` is a name of a host.

    >>> is_hostname("a-b.example."), is_hostname("a_b")
    (True, False)
    """
    name = text.removesuffix(".")
    return len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split("."))


def is_ipv4(text: str) -> bool:
    """Tell whether `text` is four numbers without leading zeros."""
    parts = text.split(".")
    return len(parts) == 4 and all(
        re.fullmatch(r"\d{1,3}", part, re.ASCII) and str(int(part)) == part and int(part) < 256
        for part in parts
    )


def is_ipv6(text: str) -> bool:
    """Tell whether `text` is an address of IP version 6, without a zone."""
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "%" not in text


def is_email(text: str) -> bool:
    """Tell whether `text` is an address of mail.

    >>> is_email("a.b@example.com"), is_email("a b@example.com"), is_email("a@[1.2.3.4]")
    (True, False, True)
    """
    local, at, domain = text.rpartition("@")
    if not at or len(text) > 254 or len(local) > 64:
        return False
    if not (_QUOTED if local.startswith('"') else _ATOMS).fullmatch(local):
        return False
    if domain.startswith("[") and domain.endswith("]"):
        address = domain[1:-1]
        return is_ipv6(address[5:]) if address.startswith("IPv6:") else is_ipv4(address)
    return is_hostname(domain)


def is_date(text: str) -> bool:
    """Tell whether `text` is a day of the calendar: `2024-02-29`."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        # Go's calendar has a year 0.
        return text.startswith("0000-") and is_date(f"0400{text[4:]}")
    return True


def is_time(text: str) -> bool:
    """Tell whether `text` is a time of day with a zone; a leap second is one only at its time.

    >>> is_time("10:00:00Z"), is_time("10:00:00"), is_time("00:59:60+01:00")
    (True, False, True)
    """
    found = _TIME.fullmatch(text)
    if not found:
        return False
    hours, minutes, seconds = map(int, found.group(1, 2, 3))
    zone_hours, zone_minutes = int(found[5] or 0), int(found[6] or 0)
    if hours > 23 or minutes > 59 or seconds > 60 or zone_hours > 23 or zone_minutes > 59:
        return False
    ahead = (60 * zone_hours + zone_minutes) * (-1 if found[4] == "-" else 1)
    return seconds < 60 or (60 * hours + minutes - ahead + 1) % (24 * 60) == 0


def is_date_time(text: str) -> bool:
    """Tell whether `text` is a date and a time with a `T` between."""
    return text[10:11] in ("T", "t") and is_date(text[:10]) and is_time(text[11:])


def is_uri_reference(text: str) -> bool:
    """Tell whether `text` is an address, absolute or relative.

    >>> is_uri_reference("a/b?c"), is_uri_reference("http://a b"), is_uri_reference(":")
    (True, False, False)
    """
    if "\\" in text or _CONTROL.search(text):
        return False
    rest = text.partition("#")[0]
    scheme = _SCHEME.match(rest)
    if not scheme and ":" in rest.partition("?")[0].partition("/")[0]:
        return False
    rest = rest[scheme.end() :] if scheme else rest
    path = rest.partition("?")[0]
    if path.startswith("//"):
        authority, _, path = path[2:].partition("/")
        if not _is_authority(authority):
            return False
    opaque = bool(scheme) and not rest.startswith("/")
    return opaque or not _BAD_ESCAPE.search(path)


def _is_authority(authority: str) -> bool:
    host = authority.rpartition("@")[2]
    if host.startswith("["):
        address, end, port = host[1:].partition("]")
        return bool(end) and is_ipv6(address) and _is_port(port)
    name, colon, port = host.rpartition(":")
    name, port = (name, f":{port}") if colon else (host, "")
    return not _BAD_HOST.search(name) and not _BAD_ESCAPE.search(name) and _is_port(port)


def _is_port(port: str) -> bool:
    return re.fullmatch(r"(?::\d*)?", port, re.ASCII) is not None


def is_uri(text: str) -> bool:
    """Tell whether `text` is an absolute address."""
    return is_uri_reference(text) and _SCHEME.match(text) is not None


def is_uri_template(text: str) -> bool:
    """Tell whether `text` is an address with gaps in braces."""
    between = re.sub(r"\{[^{}]*\}", "", text)
    return is_uri_reference(text) and "{" not in between and "}" not in between


def is_pattern(text: str) -> bool:
    """Tell whether `text` is a regular expression."""
    try:
        compile_pattern(text)
    except PatternInvalid:
        return False
    return True


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": is_date,
    "date-time": is_date_time,
    "duration": _matches(_DURATION),
    "email": is_email,
    "hostname": is_hostname,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "iri": is_uri,
    "iri-reference": is_uri_reference,
    "json-pointer": _matches(_POINTER),
    "regex": is_pattern,
    "relative-json-pointer": _matches(_RELATIVE_POINTER),
    "semver": _matches(_SEMVER),
    "time": is_time,
    "uri": is_uri,
    "uri-reference": is_uri_reference,
    "uri-template": is_uri_template,
    "uuid": _matches(_UUID),
}
"""Rules by format."""
