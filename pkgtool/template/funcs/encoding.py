r"""Write and read YAML and JSON, encode bytes as text, and hash them.

What a failure gives is part of each function's contract: `toYaml` and `toJson` give nothing,
`fromYaml` and `fromJson` give a map with the single key `Error`, `fromYamlArray` and
`fromJsonArray` a list with the message, and the `must…` ones stop the render. All numbers that
are read are floats, as in Helm.

Source: Helm v4 `pkg/engine/funcs.go`; Sprig 3.3 `defaults.go`, `strings.go`, `crypto.go`.
"""

import marshal
import sys
from binascii import b2a_base64
from collections.abc import Callable
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from pkgtool import yamlcodec
from pkgtool.errors import FunctionFailed, YamlInvalid
from pkgtool.template.funcs.budget import check_size
from pkgtool.template.funcs.golang import binary
from pkgtool.template.funcs.golang.plain import UnsupportedType, UnsupportedValue, to_plain
from pkgtool.template.funcs.golang.radix import RadixError, decode_base32, decode_base64
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.text import byte_length

_MAP = "map[string]interface {}"
_ARRAY = "[]interface {}"

_EXPLAINED = 100_000
"""Characters of broken JSON up to which the error is the one that Go would give."""

_Unwritable = (UnsupportedValue, YamlInvalid)
"""What the writers raise for a value that has no form in YAML or JSON."""


@go_function("b64enc")
def b64enc(text: str) -> str:
    """Encode a text in base64.

    >>> b64enc("hello")
    'aGVsbG8='
    """
    check_size("b64enc", byte_length(text) * 4 // 3)
    return b2a_base64(binary.encode(text), newline=False).decode()


@go_function("b64dec")
def b64dec(text: str) -> str:
    """Decode base64; what is not base64 gives an error text.

    >>> b64dec("aGVsbG8="), b64dec("a")
    ('hello', 'illegal base64 data at input byte 0')
    """
    try:
        return binary.decode(decode_base64(text))
    except RadixError as error:
        return str(error)


@go_function("b32enc")
def b32enc(text: str) -> str:
    """Encode a text in base32.

    >>> b32enc("hello")
    'NBSWY3DP'
    """
    from base64 import b32encode  # noqa: PLC0415

    check_size("b32enc", byte_length(text) * 8 // 5)
    return b32encode(binary.encode(text)).decode()


@go_function("b32dec")
def b32dec(text: str) -> str:
    """Decode base32; what is not base32 gives an error text.

    >>> b32dec("NBSWY3DP")
    'hello'
    """
    try:
        return binary.decode(decode_base32(text))
    except RadixError as error:
        return str(error)


@go_function("sha1sum")
def sha1sum(text: str) -> str:
    """Return the SHA-1 sum of a text, in hexadecimal; not for anything that must be secure.

    >>> sha1sum("")[:8]
    'da39a3ee'
    """
    # Imported here, as in its neighbours: OpenSSL costs 4 ms that `toYaml` must not pay.
    import hashlib  # noqa: PLC0415

    return hashlib.sha1(binary.encode(text), usedforsecurity=False).hexdigest()


@go_function("sha256sum")
def sha256sum(text: str) -> str:
    """Return the SHA-256 sum of a text, in hexadecimal.

    >>> sha256sum("")[:8]
    'e3b0c442'
    """
    hexdigest: str = _sha256()(binary.encode(text)).hexdigest()
    return hexdigest


@cache
def _sha256() -> Callable[[bytes], Any]:
    """Return Python's own SHA-256, without OpenSSL: half of all charts ask for it."""
    try:
        module = import_module("_sha2" if sys.version_info >= (3, 12) else "_sha256")
    except ImportError:
        module = import_module("hashlib")
    made: Callable[[bytes], Any] = module.sha256
    return made


@go_function("sha512sum")
def sha512sum(text: str) -> str:
    """Return the SHA-512 sum of a text, in hexadecimal.

    >>> sha512sum("")[:8]
    'cf83e135'
    """
    import hashlib  # noqa: PLC0415

    return hashlib.sha512(binary.encode(text)).hexdigest()


@go_function("adler32sum")
def adler32sum(text: str) -> str:
    """Return the Adler-32 sum of a text, as a decimal number.

    >>> adler32sum("hello")
    '103547413'
    """
    import zlib  # noqa: PLC0415

    return str(zlib.adler32(binary.encode(text)))


@go_function("toYaml")
def to_yaml(value: Any) -> str:
    r"""Write a value as YAML without a line end; what cannot be written gives nothing.

    >>> to_yaml({"b": [1, True], "a": "yes"})
    'a: "yes"\nb:\n- 1\n- true'
    """
    try:
        return _yaml(value, "toYaml")
    except _Unwritable:
        return ""


@go_function("mustToYaml")
def must_to_yaml(value: Any) -> str:
    """Write a value as YAML without a line end, or fail.

    >>> must_to_yaml({"a": None})
    'a: null'
    """
    try:
        return _yaml(value, "mustToYaml")
    except UnsupportedValue as error:
        raise FunctionFailed(f"error marshaling into JSON: {error}") from error
    except YamlInvalid as error:
        raise FunctionFailed(error.what) from error


@go_function("toYamlPretty")
def to_yaml_pretty(value: Any) -> str:
    r"""Write a value as YAML with indented lists and without folding long lines.

    >>> to_yaml_pretty({"a": [1, 2]})
    'a:\n  - 1\n  - 2'

    Raises:
        FunctionFailed: There is a complex number.
    """
    try:
        return yamlcodec.dump_pretty(to_plain(value, "toYamlPretty", nil=False)).removesuffix("\n")
    except UnsupportedType as error:
        raise FunctionFailed(f"cannot marshal type: {error.name}") from error
    except _Unwritable:
        return ""


@go_function("fromYaml")
def from_yaml(text: str) -> dict[str, Any]:
    """Read a YAML map; what is not one gives a map with only `Error`.

    >>> from_yaml("a: 1")
    {'a': 1.0}
    """
    try:
        return _map(_load_yaml(text))
    except _Unreadable as error:
        return {"Error": str(error)}


@go_function("fromYamlArray")
def from_yaml_array(text: str) -> list[Any]:
    """Read a YAML list; what is not one gives a list with only the error text.

    >>> from_yaml_array("[a, b]")
    ['a', 'b']
    """
    try:
        return _array(_load_yaml(text))
    except _Unreadable as error:
        return [str(error)]


@go_function("toJson")
def to_json(value: Any) -> str:
    r"""Write a value as JSON on one line; `<`, `>` and `&` are escaped.

    >>> to_json({"b": 1, "a": "<"})
    '{"a":"\\u003c","b":1}'
    """
    try:
        return _json(value, "toJson")
    except _Unwritable:
        return ""


@go_function("mustToJson")
def must_to_json(value: Any) -> str:
    """Write a value as JSON on one line, or fail.

    >>> must_to_json([None, 1.5])
    '[null,1.5]'
    """
    return _must(_json, value, "mustToJson")


@go_function("toPrettyJson")
def to_pretty_json(value: Any) -> str:
    r"""Write a value as JSON on several lines, indented by two spaces.

    >>> to_pretty_json({"a": [1]})
    '{\n  "a": [\n    1\n  ]\n}'
    """
    try:
        return _pretty_json(value, "toPrettyJson")
    except _Unwritable:
        return ""


@go_function("mustToPrettyJson")
def must_to_pretty_json(value: Any) -> str:
    """Write a value as JSON on several lines, or fail.

    >>> must_to_pretty_json([])
    '[]'
    """
    return _must(_pretty_json, value, "mustToPrettyJson")


@go_function("toRawJson")
def to_raw_json(value: Any) -> str:
    """Write a value as JSON on one line; `<`, `>` and `&` stay as they are.

    >>> to_raw_json({"a": "<b>"})
    '{"a":"<b>"}'
    """
    return _must(_raw_json, value, "toRawJson")


@go_function("mustToRawJson")
def must_to_raw_json(value: Any) -> str:
    """Write a value as JSON on one line without escaping `<`, `>` and `&`.

    >>> must_to_raw_json("&")
    '"&"'
    """
    return _must(_raw_json, value, "mustToRawJson")


@go_function("fromJson")
def from_json(text: str) -> dict[str, Any]:
    """Read a JSON map; what is not one gives a map with only `Error`.

    >>> from_json('{"a": [1]}')
    {'a': [1.0]}
    """
    try:
        return _map(_load_json(text))
    except _Unreadable as error:
        return {"Error": str(error)}


@go_function("fromJsonArray")
def from_json_array(text: str) -> list[Any]:
    """Read a JSON list; what is not one gives a list with only the error text.

    >>> from_json_array('["a"]')
    ['a']
    """
    try:
        return _array(_load_json(text))
    except _Unreadable as error:
        return [str(error)]


@go_function("mustFromJson")
def must_from_json(text: str) -> Any:
    """Read any JSON value, or fail.

    >>> must_from_json('"a"')
    'a'
    """
    try:
        return _load_json(text).value
    except _Unreadable as error:
        raise FunctionFailed(str(error)) from error


_SHORT = 16384
"""Characters of texts that are remembered as they were read."""


class _Unreadable(Exception):
    """A text is not what was asked for; the message is Go's where there is one."""


class _Read:
    """A value that was read, and what to say before the message if it is of the wrong type."""

    __slots__ = ("prefix", "value")

    def __init__(self, value: Any, prefix: str) -> None:
        self.value = value
        self.prefix = prefix


def _yaml(value: Any, what: str) -> str:
    return yamlcodec.dump(to_plain(value, what)).removesuffix("\n")


def _json(value: Any, what: str) -> str:
    return yamlcodec.dump_json(to_plain(value, what))


def _pretty_json(value: Any, what: str) -> str:
    return yamlcodec.dump_json(to_plain(value, what), indent="  ")


def _raw_json(value: Any, what: str) -> str:
    return yamlcodec.dump_json(to_plain(value, what), escape_html=False)


def _must(write: Any, value: Any, what: str) -> str:
    try:
        return str(write(value, what))
    except _Unwritable as error:
        raise FunctionFailed(_words(error)) from error


def _words(error: UnsupportedValue | YamlInvalid) -> str:
    return error.what if isinstance(error, YamlInvalid) else str(error)


def _load_yaml(text: str) -> _Read:
    try:
        value = _read_again(text) if len(text) <= _SHORT else _read_yaml(text)
    except YamlInvalid as error:
        raise _Unreadable(f"error converting YAML to JSON: {error.in_go or error.what}") from error
    return _Read(value, "error unmarshaling JSON: while decoding JSON: ")


def _read_yaml(text: str) -> Any:
    return yamlcodec.load(text, name="fromYaml", numbers="float")


def _read_again(text: str) -> Any:
    """Return what is in a short `text`, which charts like to read again and again, as a new value."""
    packed = _packed(text)
    return _read_yaml(text) if packed is None else marshal.loads(packed)  # noqa: S302 - our own


@lru_cache(maxsize=128)
def _packed(text: str) -> bytes | None:
    try:
        return marshal.dumps(_read_yaml(text))
    except ValueError:
        # There is something that is more than plain data.
        return None


def _load_json(text: str) -> _Read:
    try:
        value = yamlcodec.load_json(text, name="fromJson", numbers="float")
    except YamlInvalid as error:
        from pkgtool.template.funcs.golang.jsonfault import json_fault  # noqa: PLC0415

        # Finding Go's words takes a microsecond for each character.
        words = json_fault(text) if len(text) <= _EXPLAINED else ""
        raise _Unreadable(words or error.what) from error
    return _Read(value, "")


def _map(read: _Read) -> dict[str, Any]:
    if read.value is None:
        return {}
    if not isinstance(read.value, dict):
        raise _Unreadable(_mismatch(read, _MAP))
    return read.value


def _array(read: _Read) -> list[Any]:
    if read.value is None:
        return []
    if not isinstance(read.value, list):
        raise _Unreadable(_mismatch(read, _ARRAY))
    return read.value


def _mismatch(read: _Read, wanted: str) -> str:
    match read.value:
        case bool():
            found = "bool"
        case str():
            found = "string"
        case dict():
            found = "object"
        case list():
            found = "array"
        case _:
            found = "number"
    return f"{read.prefix}json: cannot unmarshal {found} into Go value of type {wanted}"
