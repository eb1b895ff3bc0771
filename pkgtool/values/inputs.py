"""Turn the value flags of one command into the user's values.

Files come first, in their order, then each kind of `--set` flag, whatever the order on the command
line was: `--set-json`, `--set`, `--set-string`, `--set-file`, `--set-literal`. Nulls stay in: they
are the user's wish to remove a default, and part of the release record.

Source: Helm v4 `pkg/cli/values/options.go`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pkgtool import yamlcodec
from pkgtool.errors import SetPathInvalid, ValuesError, YamlInvalid
from pkgtool.source import Span
from pkgtool.values.merge import Values, layer_files
from pkgtool.values.setflags import KINDS, Allowance, apply_set, copy_tree, kind_of
from pkgtool.yamlcodec.notebook import Page

ReadBytes = Callable[[str], bytes]
"""Return the content of a path, a URL or `-` for standard input."""


class ValueInputs(NamedTuple):
    """The value flags of one command, each in the order given."""

    files: tuple[str, ...] = ()
    set_json: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    set_string: tuple[str, ...] = ()
    set_file: tuple[str, ...] = ()
    set_literal: tuple[str, ...] = ()


def merge_inputs(inputs: ValueInputs, read: ReadBytes) -> Values:
    """Return the values that `inputs` describe together.

    Args:
        inputs: What the user said.
        read: Called for each file, in order; its errors pass through.

    Raises:
        ValuesError: A file does not parse or holds no map.
        SetPathInvalid: A flag breaks its grammar.
    """
    values: Values = {}
    for name in inputs.files:
        values = layer_files(values, load_values(read(name), name=name))
    # The flags edit in place, and files may share parts through YAML anchors.
    values = copy_tree(values)
    allowance = Allowance()
    for kind, expressions in zip(KINDS, _by_kind(inputs), strict=True):
        for expression in expressions:
            if kind == "json" and expression.lstrip().startswith("{"):
                values = layer_files(values, _json_object(expression))
                continue
            apply_set(
                values,
                expression,
                kind=kind,
                read=lambda path: _text(read(path), path),
                allowance=allowance,
            )
    return values


def load_values(data: bytes, *, name: str, page: Page | None = None) -> Values:
    """Return the values in a file; of several documents the later ones win.

    Args:
        data: The file.
        name: What messages call it.
        page: Where it is remembered what `data` means.

    Raises:
        ValuesError: The text does not parse, or a document is not a map.
    """
    values: Values = {}
    if data.startswith(b"%"):
        # Helm takes the file apart at each `---`, which leaves the directive alone.
        raise ValuesError(
            f"failed to parse {name}: cannot unmarshal yaml document: error converting YAML to JSON: "
            "yaml: line 1: did not find expected <document start>",
            hint="remove the lines that begin with `%`: values are YAML 1.1 anyway",
        )
    try:
        documents = yamlcodec.load_all(data, name=name, page=page)
    except YamlInvalid as error:
        raise ValuesError(
            f"failed to parse {name}: cannot unmarshal yaml document: error converting YAML to JSON: "
            f"{error.in_go or error.what}",
            where=error.where,
            hint=error.hint,
        ) from error
    for document in documents:
        if document is None:
            continue
        if not isinstance(document, Mapping):
            raise ValuesError(
                f"failed to parse {name}: cannot unmarshal yaml document: error unmarshaling JSON: "
                f"while decoding JSON: json: cannot unmarshal {go_kind(document)} into Go value of "
                "type map[string]interface {}",
                hint=f"values are a map, `key: value` lines, not {kind_of(document)}",
            )
        values = layer_files(values, document) if values else dict(document)
    return values


def go_kind(value: Any) -> str:
    """Return what Go's JSON reader calls a value: `object`, `array`, `string`, `number`, `bool`."""
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "object" if isinstance(value, Mapping) else "array"


def _by_kind(inputs: ValueInputs) -> tuple[tuple[str, ...], ...]:
    return (
        inputs.set_json,
        inputs.set,
        inputs.set_string,
        inputs.set_file,
        inputs.set_literal,
    )


def _json_object(text: str) -> dict[str, Any]:
    """Read a text that begins with a brace, so that it is an object or nothing."""
    try:
        found: dict[str, Any] = yamlcodec.load_json(text)
    except YamlInvalid as error:
        raise SetPathInvalid(
            f"failed parsing --set-json data JSON: {error.what}",
            where=Span("--set-json", text, 0, len(text)),
        ) from error
    return found


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValuesError(
            f"{name!r} is not UTF-8 text: byte {error.start} cannot be read",
            hint="save the file as UTF-8",
        ) from error
