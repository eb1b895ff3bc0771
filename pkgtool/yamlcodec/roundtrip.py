"""Set values in YAML that keeps its comments and layout: the one door to ruamel.yaml.

ruamel.yaml follows YAML 1.2 and would write `0644` and `1e25` in its own way. So here no plain
scalar is resolved: all of them are texts that are written as they were read, and what a new
value looks like is decided by pkgtool. Only emptiness and `<<` keep their meaning.

ruamel.yaml is slow to import: this module is imported by the first edit.
"""

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    LiteralScalarString,
    PlainScalarString,
    SingleQuotedScalarString,
)

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec.dump import dump
from pkgtool.yamlcodec.load import load
from pkgtool.yamlcodec.resolve import needs_quotes

_NO_WIDTH = 1 << 30


def set_values(text: str, changes: Mapping[tuple[str, ...], object]) -> str:
    """Return `text`, a mapping, with the values at the paths of `changes` set.

    Raises:
        YamlInvalid: ruamel.yaml cannot read the text, or not write it again.
    """
    codec = open_codec()
    codec.explicit_start = text.startswith("---")
    mapping_shift, list_shift = _layout(text)
    codec.indent(mapping=mapping_shift, sequence=list_shift + 2, offset=list_shift)
    written = StringIO()
    try:
        tree = codec.load(text)
        for path, value in changes.items():
            _set(tree, path, load(dump(value)))
        codec.dump(tree, written)
    except (YAMLError, RecursionError, ValueError, NotImplementedError) as error:
        raise YamlInvalid(
            f"cannot change the text and keep its layout: {type(error).__name__}",
            hint="edit the file by hand",
        ) from error
    return written.getvalue()


def open_codec() -> YAML:
    """Return a reader and writer that keeps comments, quotes and the spelling of every scalar."""
    codec = YAML()
    codec.Resolver = _Verbatim
    codec.preserve_quotes = True
    codec.width = _NO_WIDTH
    return codec


class _Verbatim(VersionedResolver):
    """Takes every plain scalar for a text, except nothing at all and the merge key."""

    @property
    def versioned_resolver(self) -> Any:
        return {
            "": [("tag:yaml.org,2002:null", re.compile("^$"))],
            "<": [("tag:yaml.org,2002:merge", re.compile("^<<$"))],
        }


def _set(tree: Any, path: tuple[str, ...], value: Any) -> None:
    holder = tree
    for name in path[:-1]:
        if not isinstance(holder.get(name), Mapping):
            holder[_as_written(name)] = CommentedMap()
        holder = holder[name]
    last = path[-1]
    before = holder.get(last)
    quoted = isinstance(before, SingleQuotedScalarString | DoubleQuotedScalarString)
    if quoted and isinstance(value, str) and "\n" not in value:
        holder[last] = type(before)(value)
    else:
        holder[last if last in holder else _as_written(last)] = _as_written(value)


def _as_written(value: Any) -> Any:
    """Return `value` with every scalar as the text that stands for it in YAML 1.1."""
    if isinstance(value, dict):
        return {_as_written(key): _as_written(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_written(each) for each in value]
    if not isinstance(value, str):
        return PlainScalarString(dump(value).rstrip())
    if dump(value).startswith("|"):
        return LiteralScalarString(value)
    return DoubleQuotedScalarString(value) if "\n" in value or needs_quotes(value) else value


def _layout(text: str) -> tuple[int, int]:
    """Return how far `text` mostly indents mappings below keys, and dashes below keys."""
    shifts: tuple[list[int], list[int]] = ([2], [0])
    above = ""
    for line in text.split("\n"):
        content = line.strip()
        if not content or content[0] == "#":
            continue
        if above.rstrip().endswith(":"):
            shift = _indent(line) - _indent(above)
            is_list = content.startswith("- ")
            if shift >= (0 if is_list else 1):
                shifts[is_list].append(shift)
        above = line
    mappings, lists = (max(reversed(each), key=each.count) for each in shifts)
    return mappings, lists


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
