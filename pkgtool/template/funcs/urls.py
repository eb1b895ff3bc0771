"""Take addresses apart and put them together, by Go's rules.

`urllib.parse` accepts what Go refuses (a space in a host, a broken `%` escape) and keeps escapes
that Go decodes, so the rules are written out here. Nothing in this module talks to a network.

Source: Go package `net/url`, RFC 3986; Sprig 3.3 `url.go`.
"""

import re
from typing import Any, NamedTuple

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.golang import binary
from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.values import kind_name, type_name

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_UNRESERVED = f"{_LETTERS}{_DIGITS}-_.~"
_SAFE = {
    "host": frozenset(f"{_UNRESERVED}!$&'()*+,;=:[]<>\"".encode()),
    "zone": frozenset(f"{_UNRESERVED}!$&'()*+,;=:[]<>\"".encode()),
    "path": frozenset(f"{_UNRESERVED}$&+,/:;=@".encode()),
    "user": frozenset(f"{_UNRESERVED}$&+,;=".encode()),
    "fragment": frozenset(f"{_UNRESERVED}$&+,/:;=?@!()*".encode()),
}
"""Bytes that stand for themselves in each part of an address."""


class _Refused(Exception):
    """A part of an address breaks a rule; the message is Go's."""


class _Url(NamedTuple):
    scheme: str = ""
    opaque: str = ""
    user: str | None = None
    """`name:password`, empty for a bare `@`, None without one."""
    host: str = ""
    path: str = ""
    query: str = ""
    fragment: str = ""


@go_function("urlParse")
def url_parse(text: str) -> dict[str, str]:
    """Take an address apart into a map.

    The keys are `scheme host hostname path query opaque fragment userinfo`.

    >>> url_parse("https://user@web:8080/a%20b?c=d")["path"]
    '/a b'
    """
    try:
        url = _parse(text)
    except _Refused as error:
        raise FunctionFailed(f"unable to parse url: {error}") from error
    return {
        "scheme": url.scheme,
        "host": url.host,
        "hostname": _hostname(url.host),
        "path": url.path,
        "query": url.query,
        "opaque": url.opaque,
        "fragment": url.fragment,
        "userinfo": url.user or "",
    }


@go_function("urlJoin")
def url_join(parts: Any) -> str:
    """Put an address together from a map as `urlParse` makes it.

    >>> url_join({"scheme": "http", "host": "web:8080", "path": "/a b", "query": "c=d"})
    'http://web:8080/a%20b?c=d'
    """
    if parts is None:
        return ""
    if not isinstance(parts, dict):
        got = type_name(parts)
        raise FunctionFailed(
            f"wrong type for value; expected map[string]interface {{}}; got {got}",
            hint="give it a map as `urlParse` makes it",
        )
    names = ("scheme", "host", "path", "query", "opaque", "fragment", "userinfo")
    scheme, host, path, query, opaque, fragment, userinfo = (_part(parts, key) for key in names)
    user = None
    if userinfo:
        try:
            user = _parse(f"proto://{userinfo}@host").user
        except _Refused as error:
            raise FunctionFailed(f"unable to parse userinfo in dict: {error}") from error
    return _join(_Url(scheme, opaque, user, host, path, query, fragment))


@go_function("getHostByName")
def get_host_by_name(name: str) -> str:
    """Return nothing: a chart renders the same wherever it is rendered, so no name is looked up.

    >>> get_host_by_name("example.com")
    ''
    """
    del name
    return ""


def _part(parts: dict[str, Any], key: str) -> str:
    value = parts.get(key, "")
    if not isinstance(value, str):
        kind = kind_name(value)
        raise FunctionFailed(
            f"unable to parse {key} key, must be of type string, but {kind} found",
            hint=f"make it text with `toString`, or leave {key!r} out",
        )
    return value


def _parse(text: str) -> _Url:
    """Raise `_Refused` with Go's words, which quote the address, when `text` is not one."""
    front, _, fragment = text.partition("#")
    try:
        url = _parse_front(front)
    except _Refused as error:
        raise _Refused(f"parse {quote(front)}: {error}") from error
    try:
        return url._replace(fragment=_unescape(fragment, "fragment"))
    except _Refused as error:
        raise _Refused(f"parse {quote(text)}: {error}") from error


def _parse_front(text: str) -> _Url:
    """url = [ scheme ":" ] ( opaque | [ "//" authority ] path ) [ "?" query ]"""  # noqa: D403, D415
    if any(character < " " or character == "\x7f" for character in text):
        raise _Refused("net/url: invalid control character in URL")
    if text == "*":
        return _Url(path="*")
    scheme, rest = _split_scheme(text)
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return _Url(scheme=scheme, opaque=rest, query=query)
        if ":" in rest.partition("/")[0]:
            raise _Refused("first path segment in URL cannot contain colon")
    user, host = None, ""
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, rest = rest[2:].partition("/")
        rest = slash + rest
        user, host = _authority(authority, scheme)
    return _Url(scheme, "", user, host, _unescape(rest, "path"), query)


def _split_scheme(text: str) -> tuple[str, str]:
    for index, character in enumerate(text):
        if character in _LETTERS:
            continue
        if character in _DIGITS or character in "+-.":
            if index == 0:
                return "", text
        elif character == ":":
            if index == 0:
                raise _Refused("missing protocol scheme")
            return text[:index].lower(), text[index + 1 :]
        else:
            return "", text
    return "", text


def _authority(text: str, scheme: str) -> tuple[str | None, str]:
    """authority = [ user [ ":" password ] "@" ] host"""  # noqa: D403, D415
    userinfo, at, host = text.rpartition("@")
    host = _bracketed_host(host) if "[" in host else _plain_host(host, scheme)
    if not at:
        return None, host
    if not set(userinfo) <= {*_UNRESERVED, *"!$&'()*+,;=:%@"}:
        raise _Refused("net/url: invalid userinfo")
    name, colon, password = userinfo.partition(":")
    shown = _escape(_unescape(name, "user"), "user")
    if colon:
        shown += ":" + _escape(_unescape(password, "user"), "user")
    return shown, host


def _bracketed_host(text: str) -> str:
    """host = "[" address [ "%25" zone ] "]" [ port ]"""  # noqa: D403, D415
    if not text.startswith("["):
        raise _Refused("invalid IP-literal")
    inner, bracket, port = text.rpartition("]")
    if not bracket:
        raise _Refused("missing ']' in host")
    _check_port(port)
    address, mark, zone = inner[1:].partition("%25")
    shown = _unescape(address, "host")
    if mark:
        shown += _unescape(mark + zone, "zone")
    _check_address(shown)
    return f"[{shown}]{_unescape(port, 'host')}"


def _check_address(text: str) -> None:
    # Imported here: it costs milliseconds and brackets are rare.
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415

    try:
        IPv6Address(text)
    except AddressValueError as error:
        raise _Refused(f"invalid host: ParseAddr({quote(text)}): unable to parse IP") from error


def _plain_host(text: str, scheme: str) -> str:
    # Database addresses list several hosts with ports; in http there is one port only.
    first = scheme in ("http", "https")
    colon = text.find(":") if first else text.rfind(":")
    if colon >= 0:
        _check_port(text[colon:])
    return _unescape(text, "host")


def _check_port(text: str) -> None:
    if text and not re.fullmatch(r":[0-9]*", text):
        raise _Refused(f"invalid port {quote(text)} after host")


def _unescape(text: str, mode: str) -> str:
    r"""Resolve `%xx`; hosts may escape only bytes beyond ASCII."""
    raw, plain = binary.encode(text), bytearray()
    index = 0
    while index < len(raw):
        byte = raw[index]
        if byte != ord("%"):
            if mode in ("host", "zone") and byte < 0x80 and byte not in _SAFE[mode]:
                raise _Refused(f"invalid character {quote(chr(byte))} in host name")
            plain.append(byte)
            index += 1
            continue
        escape = raw[index : index + 3]
        if not re.fullmatch(rb"%[0-9a-fA-F]{2}", escape):
            raise _Refused(f"invalid URL escape {quote(binary.decode(escape))}")
        plain.append(_escaped_byte(escape, mode))
        index += 3
    return binary.decode(bytes(plain))


def _escaped_byte(escape: bytes, mode: str) -> int:
    value = int(escape[1:], 16)
    bad_host = mode == "host" and value < 0x80 and escape != b"%25"
    bad_zone = mode == "zone" and escape != b"%25" and value != ord(" ")
    if bad_host or (bad_zone and value not in _SAFE[mode]):
        raise _Refused(f"invalid URL escape {quote(escape.decode())}")
    return value


def _escape(text: str, mode: str) -> str:
    safe = _SAFE[mode]
    return "".join(chr(b) if b in safe else f"%{b:02X}" for b in binary.encode(text))


def _join(url: _Url) -> str:
    text = f"{url.scheme}:" if url.scheme else ""
    if url.opaque:
        text += url.opaque
    else:
        has_user = url.user is not None
        if (url.scheme or url.host or has_user) and (url.host or url.path or has_user):
            text += "//"
        if has_user:
            text += f"{url.user}@"
        text += _escape(url.host, "host")
        path = url.path if url.path == "*" else _escape(url.path, "path")
        if path and path[0] != "/" and url.host:
            text += "/"
        if not text and ":" in path.partition("/")[0]:
            text = "./"
        text += path
    if url.query:
        text += f"?{url.query}"
    return f"{text}#{_escape(url.fragment, 'fragment')}" if url.fragment else text


def _hostname(host: str) -> str:
    name, colon, port = host.rpartition(":")
    if colon and re.fullmatch("[0-9]*", port):
        host = name
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host
