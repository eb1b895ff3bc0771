"""Judge by their shape whether texts of a `Chart.yaml` are e-mail addresses or URLs.

What passes and what does not is as in Helm, odd corners included: a URL of a maintainer may lack
its scheme but has only some, while that of a source needs one and may be nearly anything behind it.

Source: `IsEmail`, `IsURL` and `IsRequestURL` of the Go library govalidator; Go `net/url`.
"""

_MAX_URL = 2083
_MIN_URL = 3
_SCHEMES = frozenset(["ftp", "tcp", "udp", "ws", "wss", "http", "https"])
_ATOM = frozenset("!#$%&'*+-/=?^_`{|}~")
_SCHEME_CHARS = frozenset("+-.")
_HEX = frozenset("0123456789abcdefABCDEF")
_HOST_SIGNS = frozenset("%-_.~!$&'()*+,;=:[]<>\"")


def is_email(text: str) -> bool:
    """Whether `text` is `local@domain`, with a dot in the domain."""
    local, at, domain = text.rpartition("@")
    labels = domain.removesuffix(".").split(".")
    return bool(
        at
        and (_is_quoted(local) or all(map(_is_atom, local.split("."))))
        and len(labels) > 1
        and all(_is_label(each) for each in labels[:-1])
        and _is_label(labels[-1], letters=True)
    )


def is_request_url(text: str) -> bool:
    """Whether `text` begins with a scheme, and what is behind it can be read."""
    scheme, colon, rest = text.partition(":")
    if (
        not colon
        or not _is_scheme(scheme)
        or any(ord(each) < 32 or each == "\x7f" for each in text)
    ):
        return False
    return _is_readable(rest)


def is_url(text: str) -> bool:
    """Whether `text` is a web address, with or without its scheme."""
    if not _MIN_URL < len(text) < _MAX_URL or text.startswith("."):
        return False
    if " " in text or not all(each.isprintable() for each in text):
        return False
    scheme, separator, rest = text.partition("://")
    if not separator:
        return (":" in text or "." in text) and _is_address(text)
    # What stands before an `@` is not looked at, be it a scheme or not.
    known = scheme in _SCHEMES or "@" in rest
    return known and _is_readable(f"//{rest}") and _is_address(rest)


def _is_scheme(text: str) -> bool:
    return bool(
        text
        and text.isascii()
        and text[0].isalpha()
        and all(each.isalnum() or each in _SCHEME_CHARS for each in text)
    )


def _is_readable(rest: str) -> bool:
    """Whether Go can take apart what is behind a scheme."""
    rest = rest.partition("#")[0]
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        authority, _, _ = authority.partition("?")
        return _is_authority(authority) and _is_escaped(f"{slash}{path}".partition("?")[0])
    if not rest.startswith("/"):
        # An opaque rest, as of `mailto:`, is not looked at.
        return True
    return _is_escaped(rest.partition("?")[0])


def _is_authority(text: str) -> bool:
    host = text.rpartition("@")[2]
    name, colon, port = host.rpartition(":")
    if host.startswith("["):
        name, _, behind = host.rpartition("]")
        return bool(name) and (not behind or (behind[0] == ":" and _is_port(behind[1:])))
    if colon and not _is_port(port):
        return False
    signs = all(
        each.isalnum() or each in _HOST_SIGNS or not each.isascii() for each in (name or host)
    )
    return signs and _is_escaped(host)


def _is_port(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit())


def _is_escaped(path: str) -> bool:
    """Whether every `%` begins an escape."""
    return all(
        len(each) > 1 and each[0] in _HEX and each[1] in _HEX for each in path.split("%")[1:]
    )


def _is_address(text: str) -> bool:
    """Address = [ user "@" ] host [ "." ] [ ":" port ] [ ( "/" | "?" | "#" ) anything ]."""
    cut = min((end for sign in "/?#" if (end := text.find(sign)) >= 0), default=len(text))
    authority, path = text[:cut], text[cut:]
    if not _is_escaped(path.partition("?")[0].partition("#")[0]):
        return False
    user, at, host = authority.rpartition("@")
    if at and not user:
        return False
    host, colon, port = host.rpartition(":") if not host.startswith("[") else (host, "", "")
    if not colon:
        host = host or port
    elif not (port.isascii() and port.isdigit() and len(port) <= 5):
        return False
    return _is_host(host.removesuffix("."))


def _is_host(host: str) -> bool:
    if host.startswith("[") and host.endswith("]"):
        return ":" in host
    labels = host.split(".")
    if all(each.isdigit() for each in labels):
        return len(labels) == 4 and all(int(each) < 256 for each in labels)
    return _is_name(labels[-1], letters=len(labels) > 1) and all(map(_is_name, labels[:-1]))


def _is_name(label: str, *, letters: bool = False) -> bool:
    if not label or label[0] == "-" or label[-1] == "-":
        return False
    if letters:
        return all(each.isalpha() or ord(each) > 0xA0 for each in label)
    return all(each.isalnum() or each == "-" or ord(each) > 0xA0 for each in label)


def _is_atom(text: str) -> bool:
    return bool(text) and all(
        each.isalnum() if each.isascii() and each not in _ATOM else True for each in text
    )


def _is_quoted(text: str) -> bool:
    inner = text[1:-1]
    return len(text) > 2 and text[0] == text[-1] == '"' and not set('" ') & set(inner)


def _is_label(text: str, *, letters: bool = False) -> bool:
    def ends(char: str) -> bool:
        return not char.isascii() or (char.isalpha() if letters else char.isalnum())

    inner = all(not each.isascii() or each.isalnum() or each in "-_~" for each in text)
    return bool(text) and inner and ends(text[0]) and ends(text[-1])
