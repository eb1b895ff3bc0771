r"""Write and read TOML in templates, with the bytes that Helm writes.

Plain values come before tables, both sorted by key; nested tables are indented; a list of maps is
an array of tables, a list of maps and other things is written inline. Floats without a fraction
get `.0`, which is what numbers from YAML are. `toToml` returns its error as output.

TOML 1.0 is read with the standard library; Helm's reader also takes some of the TOML 1.1 draft.

Source: BurntSushi/toml v1.6 as Helm 4.2 uses it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.budget import MAX_DEPTH, MAX_TEXT, Allowance, check_size
from pkgtool.template.funcs.golang.plain import moment_text, to_plain
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.text import byte_length
from pkgtool.template.funcs.golang.values import type_name
from pkgtool.yamlcodec.number import general_text

_BARE_KEY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_ESCAPES = {code: f"\\u{code:04x}" for code in (*range(0x20), 0x7F)} | {
    ord('"'): '\\"',
    ord("\\"): "\\\\",
    ord("\b"): "\\b",
    ord("\t"): "\\t",
    ord("\n"): "\\n",
    ord("\f"): "\\f",
    ord("\r"): "\\r",
}


@go_function("toToml")
def to_toml(value: Any) -> str:
    r"""Write a map as TOML; what cannot be written is returned as an error text.

    >>> to_toml({"name": "web", "limits": {"cpu": 2.0}})
    'name = "web"\n\n[limits]\n  cpu = 2.0\n'
    """
    try:
        return _encode(value)
    except _NotToml as error:
        return str(error)


@go_function("mustToToml")
def must_to_toml(value: Any) -> str:
    r"""Write a map as TOML, or fail.

    >>> must_to_toml({"on": True})
    'on = true\n'
    """
    try:
        return _encode(value)
    except _NotToml as error:
        raise FunctionFailed(str(error)) from error


@go_function("fromToml")
def from_toml(text: str) -> dict[str, Any]:
    r"""Read a TOML document; one that cannot be read gives a map with only `Error`.

    >>> from_toml("[limits]\ncpu = 2")
    {'limits': {'cpu': 2}}
    """
    # Imported here: few charts read TOML.
    import tomllib  # noqa: PLC0415

    check_size("fromToml", byte_length(text))
    try:
        return {key: _from_python(value) for key, value in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError as error:
        return {"Error": _in_go_words(str(error), text)}
    except OverflowError as error:
        return {"Error": f"toml: {error}"}
    except RecursionError:
        return {"Error": "toml: values are nested too deeply"}


class _NotToml(Exception):
    """A value has no form in TOML; the message is BurntSushi's."""


def _encode(value: Any) -> str:
    plain = to_plain(value, "toToml", finite=False, toml=True)
    if plain is None:
        raise FunctionFailed("toml: cannot encode nil", hint="give it a map, or use `default dict`")
    if not isinstance(plain, dict):
        if _is_table_array(plain):
            raise _NotToml("toml: top-level values must be Go maps or structs")
        if isinstance(plain, complex):
            raise _NotToml("unsupported type for key '': complex128")
        return _inline(plain)
    writer = _Writer()
    writer.table(plain, ())
    return "".join(writer.parts)


class _Writer:
    """Collects the document; knows whether something stands above the next header."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.allowance = Allowance("toToml", MAX_TEXT, "bytes")

    def write(self, text: str) -> None:
        self.allowance.spend(len(text))
        self.parts.append(text)

    def table(self, table: dict[str, Any], path: tuple[str, ...]) -> None:
        indent = "  " * (len(path) - 1)
        if path:
            if len(path) == 1:
                self.blank_line()
            self.write(f"{indent}[{_dotted(path)}]\n")
        self.content(table, path)

    def content(self, table: dict[str, Any], path: tuple[str, ...]) -> None:
        plain, tables = _sorted_items(table)
        for key, value in plain:
            if value is not None:
                self.write(f"{'  ' * len(path)}{_key(key)} = {_inline(value)}\n")
        for key, value in tables:
            if isinstance(value, dict):
                self.table(value, (*path, key))
                continue
            for element in value:
                self.blank_line()
                self.write(f"{'  ' * len(path)}[[{_dotted((*path, key))}]]\n")
                self.content(element, (*path, key))

    def blank_line(self) -> None:
        if self.parts:
            self.write("\n")


def _sorted_items(
    table: dict[str, Any],
) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """Return plain items and tables, each in the order of their keys' bytes."""
    plain: list[tuple[str, Any]] = []
    tables: list[tuple[str, Any]] = []
    for item in sorted(table.items()):
        is_table = isinstance(item[1], dict) or _is_table_array(item[1])
        (tables if is_table else plain).append(item)
    return plain, tables


def _is_table_array(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    if None in value:
        raise _NotToml("toml: cannot encode array with nil element")
    return all(isinstance(element, dict) for element in value)


def _inline(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int():
            return str(value)
        case float():
            return _float(value)
        case datetime():
            return moment_text(value)
        case list():
            if None in value:
                raise _NotToml("toml: cannot encode array with nil element")
            return f"[{', '.join(map(_inline, value))}]"
        case dict():
            return f"{{{''.join(_inline_items(value))}}}"
    raise _NotToml(f"unsupported type: {type_name(value)}")


def _inline_items(table: dict[str, Any]) -> Iterator[str]:
    # Go counts the nil values it leaves out when it decides about the comma.
    plain, tables = _sorted_items(table)
    items = plain + tables
    for number, (key, value) in enumerate(items, start=1):
        if value is not None:
            comma = ", " if number < len(items) else ""
            yield f"{_key(key)} = {_inline(value)}{comma}"


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(map(_key, path))


def _key(text: str) -> str:
    return text if text and _BARE_KEY.issuperset(text) else _quoted(text)


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _float(value: float) -> str:
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    text = general_text(value)
    return text if "." in text or "e" in text else f"{text}.0"


def _from_python(value: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise OverflowError("values are nested too deeply")
    match value:
        case dict():
            return {key: _from_python(each, depth + 1) for key, each in value.items()}
        case list():
            return [_from_python(each, depth + 1) for each in value]
        case datetime():
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        case time():
            return value.isoformat()
        case int() if not -(2**63) <= value < 2**63:
            raise OverflowError(f"{value} is out of range for int64")
    return value


def _in_go_words(message: str, text: str) -> str:
    """Put the line first, as BurntSushi does, and say the commonest faults as it does."""
    reason, _, place = message.partition(" (at ")
    found = re.match(r"line (\d+), column (\d+)", place)
    if found is None:
        line = text.rstrip("\n").count("\n") + 1
        return f"toml: line {line}: {_AT_THE_END.get(reason, reason)}"
    line, column = int(found[1]), int(found[2])
    here = text.replace("\r\n", "\n").split("\n")[line - 1][column - 1 : column] or "\\n"
    if reason in _IN_A_LINE:
        reason = f"expected {_IN_A_LINE[reason]}, but got '{here}' instead"
    return f"toml: line {line}: {reason}"


_AT_THE_END = {
    "Expected '=' after a key in a key/value pair": "unexpected EOF; expected key separator '='",
    "Invalid value": "unexpected EOF; expected value",
}
_IN_A_LINE = {
    "Expected '=' after a key in a key/value pair": "'.' or '='",
    "Expected ']' at the end of a table declaration": "'.' or ']' to end table name",
}
