"""Write one text as a YAML scalar: plain, in single or double quotes, or as a block.

| text | is written |
|---|---|
| with characters that do not print, or with a space beside a line separator | in double quotes |
| with line feeds, and no space before one | as a literal block |
| that somebody would read as something else than text | in double quotes |
| that would confuse a parser, or starts or ends with a space | in single quotes |
| any other | plain |

Emoji count as not printing, and a text that starts with a byte order mark is escaped throughout:
that is Helm's rule, not YAML's. So is breaking lines at the first space after column 80.

Source: the emitters of go-yaml v2 (`toYaml`) and v3 (`toYamlPretty`: `pretty` here), observed
through Helm 4.2.3.
"""

import re
from functools import lru_cache

from pkgtool.yamlcodec.resolve import WORDS, needs_quotes

WIDTH = 80
"""The column after which texts are broken."""
SHORT = 64
"""Characters of texts that are remembered as they are written."""
_KEY_BYTES = 128

_SAFE = re.compile(r"[A-Za-z_/][\w./-]*(?::[\w./-]+)*", re.ASCII)
_SPACE_AT_END = re.compile(" (?:[\n\u2028\u2029]|\\Z)")
_NOT_PLAIN = re.compile(
    r"""\A(?:[#,\[\]{}&*!|>'"%@`\ ]|[?:-](?:\ |\Z)|---|\.\.\.)|:(?:\ |\Z)|\ \#|\ \Z""", re.VERBOSE
)
# Few texts need these, so they are compiled when one does. They are written as what they find: the
# opposite sets take 20 times as long to compile.
_SEPARATORS = "[\u2028\u2029]"
_SPACE_AT_SEPARATOR = " [\u2028\u2029]|[\u2028\u2029] "
_UNPRINTABLE = "[\0-\t\v-\x1f\x7f-\x9f\ufeff\ufffe\uffff\U00010000-\U0010ffff]"
_UNPRINTABLE_NO_TAB = "[\0-\x08\v-\x1f\x7f-\x9f\ufeff\ufffe\uffff\U00010000-\U0010ffff]"
_ESCAPED = '["\\\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\U00010000-\U0010ffff]'
_ESCAPES = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f",
    "\r": "\\r", "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L",
    "\u2029": "\\P",
}  # fmt: skip


def value_text(text: str, *, column: int, indent: int, pretty: bool) -> str:
    """Return `text` as a value that starts at `column`, with further lines at `indent`.

    Only a block ends with a line feed, and only if its text does.
    """
    if "\n" in text:
        unprintable = _UNPRINTABLE_NO_TAB if pretty else _UNPRINTABLE
        if not _has(unprintable, text) and not _SPACE_AT_END.search(text):
            return _block(text, " " * indent)
        written = _double_quoted(text)
    else:
        written = short_line_text(text) if len(text) <= SHORT else _line_text(text)
        if _has(_SEPARATORS, written):
            return _folded_at_separators(written, column, indent, pretty=pretty)
    if pretty or column + len(written) <= WIDTH:
        return written
    return _folded(written, column, indent, quote=written[0] if written[0] in "'\"" else "")


def key_text(text: str) -> str | None:
    """Return `text` as it stands before a colon, or `None` if it takes a `?` and its own line."""
    if len(text) > _KEY_BYTES // 4 and len(text.encode("utf-8", "replace")) > _KEY_BYTES:
        return None
    if not text.isprintable() and re.search("[\n\r\x85\u2028\u2029]", text):
        return None
    return short_line_text(text)


SHORT_KEY = _KEY_BYTES // 4
"""Characters of keys that are remembered as they are written."""


@lru_cache(maxsize=4096)
def short_key_text(key: str) -> str | None:
    """Return a key of at most `SHORT_KEY` characters before a colon; None when it is an odd one."""
    return _line_text(key) if key.isprintable() else None


def _line_text(text: str) -> str:
    """Write `text`, which has no line feed, in one line."""
    if _SAFE.fullmatch(text):
        return f'"{text}"' if text in WORDS else text
    if _has(_UNPRINTABLE, text) or _has(_SPACE_AT_SEPARATOR, text) or needs_quotes(text):
        return _double_quoted(text)
    if _NOT_PLAIN.search(text) or _has(_SEPARATORS, text):
        return "'" + text.replace("'", "''") + "'"
    return text


short_line_text = lru_cache(maxsize=4096)(_line_text)
"""Write a text of at most `SHORT` characters, which has no line feed, in one line."""


def _double_quoted(text: str) -> str:
    if text.startswith("\ufeff"):
        return '"' + "".join(map(_escape, text)) + '"'
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + re.sub(_ESCAPED, lambda found: _escape(found[0]), text) + '"'


def _has(pattern: str, text: str) -> bool:
    """Whether `pattern`, which finds odd characters only, is in `text`."""
    return not _is_simple(text) and re.search(pattern, text) is not None


def _is_simple(text: str) -> bool:
    return text.isascii() and text.replace("\n", "").isprintable()


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _block(text: str, pad: str) -> str:
    """Write `text` as a literal block: its header, and its lines behind `pad`."""
    header = "|2" if text[0] in " \n\u2028\u2029" else "|"
    if text[-1] not in "\n\u2028\u2029":
        header += "-"
    elif len(text) == 1 or text[-2] in "\n\u2028\u2029":
        header += "+"
    if _has(_SEPARATORS, text):
        parts = re.split("([\n\u2028\u2029]+)", text)
        body = "".join(pad + each if each and n % 2 == 0 else each for n, each in enumerate(parts))
        return f"{header}\n{body}"
    return header + "\n" + "\n".join(pad + line if line else "" for line in text.split("\n"))


def _folded(written: str, column: int, indent: int, *, quote: str) -> str:
    """Break `written` at each first space beyond the width that is not beside another one.

    In double quotes the first of several will do. Right inside the quotes nothing breaks.
    """
    first, last = len(quote), len(written) - 1 - len(quote)
    pad = "\n" + " " * indent
    lines, start, at = [], 0, 0
    while True:
        at = written.find(" ", max(at, start + WIDTH + 1 - column), last)
        if at < 0:
            break
        two = written[at + 1] == " "
        if at <= first or written[at - 1] == " " or (two and quote != '"'):
            at += 1
            continue
        # A line in double quotes only keeps its first space behind a backslash.
        lines.append(written[start:at] + pad + ("\\" if two else ""))
        start = at = at + 1
        column = indent + two
    return "".join(lines) + written[start:]


def _folded_at_separators(written: str, column: int, indent: int, *, pretty: bool) -> str:
    """Fold `written` between its line separators, which are line ends in YAML."""
    pieces = re.split("([\u2028\u2029]+)", written)
    for number, piece in enumerate(pieces):
        if number % 2:
            pieces[number] += "" if pieces[number + 1] == "'" else " " * indent
            column = indent
        elif not pretty and column + len(piece) > WIDTH:
            pieces[number] = _folded(piece, column, indent, quote="'")
    return "".join(pieces)
