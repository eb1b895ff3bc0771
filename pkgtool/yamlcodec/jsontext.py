"""Read and write JSON as Go's `encoding/json` does.

Reading is strict: no `NaN`, no text behind the value, no number beyond the range of floats; of
equal keys the last counts, and half of a surrogate pair becomes U+FFFD. Writing sorts the keys of
all mappings but `Fields`, prints `1.0` as `1`, and escapes `<`, `>` and `&` unless told not to, so that it can stand inside HTML.

Source: Go `encoding/json`; `spec/helm-behaviour.md` §3.1.
"""

import re
from typing import Any, NoReturn

from pkgtool.errors import YamlInvalid
from pkgtool.source import Span
from pkgtool.yamlcodec.limits import DEPTH, DOCUMENT_BYTES
from pkgtool.yamlcodec.load import Numbers
from pkgtool.yamlcodec.number import INT64_MIN, UINT64_MAX, json_text
from pkgtool.yamlcodec.plain import Fields, key_refused, plain_value, too_deep
from pkgtool.yamlcodec.text import decode

# What `json` has is the same, but nearly all commands only write JSON, or nothing of it.
try:
    from _json import encode_basestring
except ImportError:
    from json.encoder import encode_basestring

# Compiled when a text first has something odd.
_ESCAPE = (
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|(?s:\\.)"
)
_SURROGATES = "[\ud800-\udfff]"


def load_json(
    text: str | bytes,
    *,
    name: str = "<text>",
    numbers: Numbers = "exact",
    limit_bytes: int = DOCUMENT_BYTES,
) -> Any:
    """Return the value of the JSON `text`; arguments as `load`.

    Raises:
        YamlInvalid: It is broken, too large or too deep; the span marks the place.
    """
    import json  # noqa: PLC0415

    source = decode(text, name=name, limit_bytes=limit_bytes)
    if "\\ud" in source or "\\uD" in source:
        source = re.sub(_ESCAPE, lambda found: "\\ufffd" if found[1] else found[0], source)
    integer = _integer if numbers == "exact" else _float
    try:
        value = json.loads(
            source, parse_int=integer, parse_float=_float, parse_constant=_refuse_number
        )
    except json.JSONDecodeError as error:
        what = error.msg[0].lower() + error.msg[1:]
        raise _invalid(what, name, source, error.pos, _SYNTAX_HINT) from error
    except _NumberRefusedError as error:
        position = max(source.find(error.text), 0)
        what = f"{error.text[:40]} is not a number that JSON can carry"
        raise _invalid(what, name, source, position, "put it in quotes") from error
    except RecursionError as error:
        raise _too_deep_text(name, source) from error
    if _is_deep(value):
        raise _too_deep_text(name, source)
    return value


def dump_json(value: object, *, indent: str | None = None, escape_html: bool = True) -> str:
    """Return `value` as JSON without a line feed at the end.

    Args:
        value: Mappings with text keys, lists, tuples, texts, numbers, booleans, `None`.
        indent: What one level is indented with; `None` means everything in one line.
        escape_html: Whether `<`, `>` and `&` are written as escapes.

    Raises:
        YamlInvalid: Something else is in `value`, or it is too deep or holds itself.
    """
    out: list[str] = []
    try:
        _Writer(out, indent).write(value, "\n", 0)
    except RecursionError as error:
        raise too_deep() from error
    text = "".join(out)
    if escape_html:
        text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    if not text.isascii():
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        text = re.sub(_SURROGATES, r"\\ufffd", text)
    return text


class _Writer:
    """One value being written."""

    def __init__(self, out: list[str], indent: str | None) -> None:
        self._out = out
        self._indent = indent
        self._colon = ":" if indent is None else ": "

    def write(self, value: Any, line: str, depth: int) -> None:
        """Write `value`; `line` is a line feed and the indentation of the line it stands on."""
        if type(value) is str:
            self._out.append(encode_basestring(value))
            return
        if type(value) is not Fields:
            value = plain_value(value)
        if isinstance(value, dict | list):
            if depth >= DEPTH:
                raise too_deep()
            if value:
                self._items(value, line if self._indent is None else line + self._indent, depth)
            self._out.append(_closing(value, line if self._indent is not None else ""))
        else:
            self._out.append(encode_basestring(value) if type(value) is str else _short(value))

    def _items(self, holder: dict[str, Any] | list[Any], line: str, depth: int) -> None:
        lead = line if self._indent is not None else ""
        if isinstance(holder, list):
            before = "[" + lead
            for item in holder:
                self._out.append(before)
                self.write(item, line, depth + 1)
                before = "," + lead
            return
        before = "{" + lead
        for key in _sorted_keys(holder):
            self._out.append(f"{before}{encode_basestring(key)}{self._colon}")
            self.write(holder[key], line, depth + 1)
            before = "," + lead


def _closing(holder: dict[str, Any] | list[Any], line: str) -> str:
    bracket = "}" if isinstance(holder, dict) else "]"
    if holder:
        return line + bracket
    return "{}" if isinstance(holder, dict) else "[]"


def _short(value: float | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else json_text(value)


def _sorted_keys(mapping: dict[str, Any]) -> list[str]:
    if not all(isinstance(key, str) for key in mapping):
        raise key_refused(mapping)
    return list(mapping) if type(mapping) is Fields else sorted(mapping)


class _NumberRefusedError(Exception):
    """A number that no float holds; the reader adds the place."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _integer(text: str) -> int | float:
    """Read an integer exactly where 64 bits hold it, as YAML does."""
    if len(text) <= 20 and INT64_MIN <= (number := int(text)) <= UINT64_MAX:
        return number
    return _float(text)


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _NumberRefusedError(text)
    return number


def _refuse_number(text: str) -> NoReturn:
    raise _NumberRefusedError(text)


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEPTH + 1):
        holders = [each for each in level if type(each) is dict or type(each) is list]
        if not holders:
            return False
        level = []
        for holder in holders:
            level.extend(holder.values() if type(holder) is dict else holder)
    return True


def _too_deep_text(name: str, text: str) -> YamlInvalid:
    depth = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|([\[{])|[\]}]', text, re.DOTALL):
        if found[0][0] != '"':
            depth += 1 if found[1] else -1
        if depth > DEPTH:
            break
    what = f"nested deeper than {DEPTH} levels"
    return _invalid(what, name, text, found.start(), "flatten the document")


def _invalid(what: str, name: str, text: str, position: int, hint: str) -> YamlInvalid:
    where = Span(name, text, position, position + 1)
    place = f"json: line {where.line}, column {where.column}"
    return YamlInvalid(f"{place}: {what}", where=where, hint=hint)


_SYNTAX_HINT = "JSON has no comments, no trailing commas, and only double quotes"
