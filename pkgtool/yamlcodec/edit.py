"""Change values in a YAML text that people keep, without losing their comments and layout.

pkgtool's own reader has the first and the last word. First it refuses what is too large or too
deep. Last it must read the old value with the changes and nothing else from the new text, or the
change is refused.
"""

from collections.abc import Mapping
from typing import Any

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec.dump import dump
from pkgtool.yamlcodec.jsontext import dump_json
from pkgtool.yamlcodec.load import load


def edit(text: str, changes: Mapping[tuple[str, ...], object], *, name: str = "<text>") -> str:
    """Return `text` with the values at the paths of `changes` set; the rest stays as it is.

    Mappings that are missing on the way to a value are made, at the end of what is there.
    Comments and quotes stay; spaces inside a line may shrink.

    Args:
        text: One YAML document: a mapping, or nothing.
        changes: New values by path.
        name: What the reader knows the text as.

    Raises:
        YamlInvalid: The text is broken, a path leads through something that is no mapping, or
            the change cannot be made without changing something else.
    """
    before = load(text, name=name, duplicates="error")
    after: Any = {} if before is None else before
    for path, value in changes.items():
        _put(after, path, load(dump(value)))
    if not changes:
        return text
    if before is None:
        return (text if not text or text.endswith("\n") else f"{text}\n") + dump(after)

    from pkgtool.yamlcodec.roundtrip import set_values  # noqa: PLC0415

    result = set_values(text, changes)
    if not _reads_as(result, after):
        raise YamlInvalid(
            f"cannot change {name!r} and keep everything else as it is",
            hint="edit the file by hand",
        )
    return result


def _put(tree: Any, path: tuple[str, ...], value: Any) -> None:
    """Set the value at `path` inside the plain values of `tree`."""
    if not path:
        raise YamlInvalid("cannot set a value without a path")
    holder = tree
    for at, key in enumerate(path):
        if not isinstance(holder, dict):
            where = repr(".".join(path[:at])) if at else "the document"
            raise YamlInvalid(f"cannot set {'.'.join(path)!r}: {where} is not a mapping")
        if at == len(path) - 1:
            holder[key] = value
        elif holder.get(key) is None:
            holder[key] = {}
        holder = holder[key]


def _reads_as(text: str, expected: Any) -> bool:
    try:
        return dump_json(load(text, duplicates="error")) == dump_json(expected)
    except YamlInvalid:
        return False
