r"""Handle text as Go does: offsets in bytes, case by single characters, Go's idea of a space.

Go cuts strings between bytes and may leave half a character; output cannot hold that, so each
stray byte becomes U+FFFD, which is also what Go's JSON encoder makes of it (`binary` keeps it).

Source: Go packages `strings`, `unicode`, `unicode/utf8`.
"""

SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + ("\u2028\u2029\u202f\u205f\u3000")
)
"""`unicode.IsSpace`: unlike `str.isspace`, without the separators U+001C to U+001F."""

_STRAY = dict.fromkeys(range(0xDC80, 0xDD00), "\ufffd")


def to_bytes(text: str) -> bytes:
    """Return the UTF-8 bytes of `text`; lone surrogates become U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def to_text(data: bytes) -> str:
    r"""Return the text of UTF-8 `data`, with U+FFFD for every byte that is not part of one.

    >>> to_text("☃".encode()[:2])
    '��'
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape").translate(_STRAY)


def byte_length(text: str) -> int:
    """Return Go's `len(text)`."""
    return len(text) if text.isascii() else len(to_bytes(text))


def upper(text: str) -> str:
    """Return `text` in upper case, one character for each: `ß` stays.

    >>> upper("straße")
    'STRAßE'
    """
    return text.upper() if text.isascii() else "".join(map(_upper_character, text))


def lower(text: str) -> str:
    """Return `text` in lower case, one character for each, wherever it stands in a word."""
    return text.lower() if text.isascii() else "".join(map(_lower_character, text))


def title(character: str) -> str:
    """Return one `character` in title case, or as it is when that would be more than one."""
    capital = character.title()
    return capital if len(capital) == 1 else character


def _upper_character(character: str) -> str:
    capital = character.upper()
    return capital if len(capital) == 1 else title(character)


def _lower_character(character: str) -> str:
    # Only U+0130, the dotted capital I, has a longer lower case: Go takes the plain i.
    return character.lower()[0]
