r"""Write YAML as Helm does, to the byte: `toYaml` and `toYamlPretty`.

`toYaml` writes JSON, reads it as YAML and writes that; so `1e6` becomes `1000000`, and what
YAML cannot read back (`\x7f`) is refused. `toYamlPretty` writes at once: `1e6` stays `1e+06`.

| | `toYaml` | `toYamlPretty` |
|---|---|---|
| long lines | broken after column 80 | as they are |
| list below a key | in the column of the key | two columns further |
| `1b` and `1-` | letters last | a letter right after a digit first |

Lists directly in lists, and mappings in lists, start on the line of the dash. Keys are sorted.

Source: sigs.k8s.io/yaml v1.6 over go-yaml v2, and go-yaml v3, observed through Helm 4.2.3.
No Python library writes the same: see ADR 0011.
"""

import re
from binascii import b2a_base64
from typing import Any

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec.limits import DEPTH
from pkgtool.yamlcodec.number import general_text, through_json_text
from pkgtool.yamlcodec.order import ordered
from pkgtool.yamlcodec.plain import key_refused, plain_value, too_deep
from pkgtool.yamlcodec.scalartext import (
    SHORT,
    SHORT_KEY,
    WIDTH,
    key_text,
    short_key_text,
    short_line_text,
    value_text,
)

_LINE_ENDS = "\n\u2028\u2029"
# Compiled when a text first has something odd.
_UNREADABLE = "[\x7f-\x84\x86-\x9f\ufffe\uffff]"
_SURROGATES = "[\ud800-\udfff]"
_BYTES = "[\udc80-\udcff]"
_BASE64_LINE = 70


def dump(value: object) -> str:
    """Return `value` as `toYaml` writes it, with the line feed that `toYaml` trims.

    Args:
        value: Mappings with text keys, lists, tuples, texts, numbers, booleans, `None`.

    Raises:
        YamlInvalid: Something else is in `value`, or it is too deep or holds itself.
    """
    return _Writer(pretty=False).document(value)


def dump_pretty(value: object) -> str:
    """Return `value` as `toYamlPretty` writes it, with the line feed at the end.

    Raises:
        YamlInvalid: As `dump`.
    """
    return _Writer(pretty=True).document(value)


class _Writer:
    """One document being written."""

    def __init__(self, *, pretty: bool) -> None:
        self._pretty = pretty
        self._list_shift = 2 if pretty else 0
        self._depth = 0
        self._out: list[str] = []

    def document(self, value: object) -> str:
        try:
            self._inline(value, column=0, indent=2)
        except RecursionError as error:
            raise too_deep() from error
        return "".join(self._out)

    def _inline(self, value: object, *, column: int, indent: int) -> None:
        """Write `value` where the cursor stands; further lines of a text start at `indent`."""
        value = plain_value(value)
        if type(value) is dict and value:
            self._mapping(value, column, "")
        elif type(value) is list and value:
            self._list(value, column, "")
        else:
            self._line("", value, column, indent)

    def _mapping(self, mapping: dict[str, Any], indent: int, lead: str) -> None:
        """Write the keys of `mapping` in column `indent`, the first right behind `lead`."""
        self._enter()
        pad = " " * indent
        out = self._out
        for key in self._ordered(mapping):
            value = mapping[key]
            # Most keys and values are short, and are written as they were written before.
            name = short_key_text(key) if len(key) <= SHORT_KEY else None
            if name is None:
                name = self._key(key)
            if type(value) is not str:
                value = plain_value(value)
            elif name is not None and len(value) <= SHORT and value.isprintable():
                text = short_line_text(value)
                if self._pretty or indent + len(name) + 2 + len(text) <= WIDTH:
                    out.append(f"{lead}{name}: {text}\n")
                    lead = pad
                    continue
            if name is None:
                self._long_key(f"{lead}? ", key, value, indent)
            elif type(value) is dict and value:
                self._out.append(f"{lead}{name}:\n")
                self._mapping(value, indent + 2, f"{pad}  ")
            elif type(value) is list and value:
                self._out.append(f"{lead}{name}:\n")
                self._list(value, indent + self._list_shift, " " * (indent + self._list_shift))
            else:
                self._line(f"{lead}{name}: ", value, indent + len(name) + 2, indent + 2)
            lead = pad
        self._depth -= 1

    def _list(self, items: list[Any], indent: int, lead: str) -> None:
        """Write `items` behind dashes in column `indent`, the first right behind `lead`."""
        self._enter()
        pad = " " * indent
        for item in items:
            if type(item) is str and len(item) <= SHORT and item.isprintable():
                text = short_line_text(item)
                if self._pretty or indent + 2 + len(text) <= WIDTH:
                    self._out.append(f"{lead}- {text}\n")
                    lead = pad
                    continue
            self._out.append(f"{lead}- ")
            self._inline(item, column=indent + 2, indent=indent + 2)
            lead = pad
        self._depth -= 1

    def _long_key(self, lead: str, key: str, value: object, indent: int) -> None:
        self._line(lead, key, indent + 2, indent + 2)
        self._out.append(" " * indent + ": ")
        self._inline(value, column=indent + 2, indent=indent + 2)

    def _key(self, key: str) -> str | None:
        """Return `key` as it stands before a colon, or `None` if it takes a `?` and its own line."""
        encoded = _binary(key) if self._pretty else None
        if encoded is None:
            return key_text(self._clean(key))
        return None if "\n" in encoded else f"!!binary {encoded}"

    def _line(self, lead: str, value: object, column: int, indent: int) -> None:
        """Write a scalar, or an empty mapping or list, behind `lead`."""
        if type(value) is not str:
            self._out.append(f"{lead}{self._short(value)}\n")
            return
        if len(value) <= SHORT and value.isprintable():
            text = short_line_text(value)
            if self._pretty or column + len(text) <= WIDTH:
                self._out.append(f"{lead}{text}\n")
                return
        encoded = _binary(value) if self._pretty else None
        if encoded is not None and "\n" not in encoded:
            self._out.append(f"{lead}!!binary {encoded}\n")
            return
        if encoded is not None:
            lead, value = f"{lead}!!binary ", encoded
        text = value_text(self._clean(value), column=column, indent=indent, pretty=self._pretty)
        self._out.append(f"{lead}{text}" if text[-1] in _LINE_ENDS else f"{lead}{text}\n")

    def _short(self, value: object) -> str:
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return _number_text(value, pretty=self._pretty)
        return "{}" if isinstance(value, dict) else "[]"

    def _ordered(self, mapping: dict[str, Any]) -> list[str]:
        try:
            return ordered(mapping, pretty=self._pretty)
        except TypeError as error:
            raise key_refused(mapping) from error

    def _clean(self, text: str) -> str:
        """Return `text` without what is no character; refuse what YAML could not read again."""
        if text.isprintable():
            return text
        if not self._pretty and (found := re.search(_UNREADABLE, text)):
            raise YamlInvalid(
                f"cannot write U+{ord(found[0]):04X} as YAML: control characters are not allowed",
                hint="remove the character, or encode the text with base64",
            )
        return re.sub(_SURROGATES, "\ufffd", text)

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            raise too_deep()


def _binary(text: str) -> str | None:
    """Return bytes that are no text, each half a surrogate pair, in base64; None for texts."""
    if text.isascii() or not re.search(_BYTES, text):
        return None
    encoded = b2a_base64(text.encode("utf-8", "surrogateescape"), newline=False).decode()
    if len(encoded) < _BASE64_LINE:
        return encoded
    lines = range(0, len(encoded), _BASE64_LINE)
    return "".join([f"{encoded[at : at + _BASE64_LINE]}\n" for at in lines])


def _number_text(value: float, *, pretty: bool) -> str:
    if isinstance(value, int):
        return str(value)
    return general_text(value) if pretty else through_json_text(value)
