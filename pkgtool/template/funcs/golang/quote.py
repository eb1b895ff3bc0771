r"""Write text and characters as Go source does: `"caf\u00e9\n"`.

Source: Go `strconv` (`Quote`, `QuoteToASCII`, `QuoteRune`, `CanBackquote`), `time` (`quote`).
"""

_NAMED = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
}


def quote(text: str, *, ascii_only: bool = False) -> str:
    r"""Return `text` in double quotes, with Go's escapes for what cannot be printed.

    >>> print(quote('a"b\n'), quote("é", ascii_only=True))
    "a\"b\n" "\u00e9"
    """
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    escaped = (_escape(character, '"', ascii_only=ascii_only) for character in text)
    return f'"{"".join(escaped)}"'


def quote_bytes(text: str) -> str:
    r"""Return `text` in double quotes as Go's package `time` does: other bytes by their numbers.

    >>> print(quote_bytes('a"é'))
    "a\"\xc3\xa9"
    """
    return f'"{"".join(map(_byte_escape, text))}"'


def _byte_escape(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if " " <= character < "\x80":
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "replace"))


def quote_character(character: str, *, ascii_only: bool = False) -> str:
    r"""Return one `character` in single quotes.

    >>> print(quote_character("\n"))
    '\n'
    """
    return f"'{_escape(character, chr(39), ascii_only=ascii_only)}'"


def can_backquote(text: str) -> bool:
    """Tell whether `text` can stand between backquotes unchanged, on one line."""
    return not any(
        character in "`\x7f\ufeff" or (character < " " and character != "\t") for character in text
    )


def _escape(character: str, mark: str, *, ascii_only: bool) -> str:
    if character == mark:
        return "\\" + character
    named = _NAMED.get(character)
    if named is not None:
        return named
    if character.isprintable() and (character.isascii() or not ascii_only):
        return character
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
