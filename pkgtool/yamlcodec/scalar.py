"""Give scalars their values, as keys and as values, with and without a tag.

What JSON cannot say is refused here: null and very large numbers as keys, infinities as values.

Source: go-yaml v2 and sigs.k8s.io/yaml v1.6, observed; `spec/helm-behaviour.md` §3.1.
"""

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable
from typing import Any

from pkgtool.yamlcodec.events import ScalarEvent
from pkgtool.yamlcodec.number import INT64_MAX, single_precision_text
from pkgtool.yamlcodec.resolve import NUMBER_STARTS, WORDS, Scalar, is_date, resolve

_STANDARD = "tag:yaml.org,2002:"
_INFINITIES = (float("inf"), float("-inf"))


class Refused(Exception):
    """YAML can say it, pkgtool does not take it; who reads the events adds the place."""

    def __init__(self, what: str, hint: str = "", *, in_go: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.in_go = in_go
        """What Helm's reader says, where that is something else."""


class KeyRefused(Refused):
    """A key that JSON cannot have; Helm's message about it ends with the value behind it."""


class MergeKey(str):
    """The key `<<` written plain: not a key, an instruction."""

    __slots__ = ()


MERGE_KEY = MergeKey("<<")


class Resolved(dict[str, Any]):
    """What plain scalars mean, worked out once for each text."""

    def __init__(self, convert: Callable[[Scalar], Any]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, text: str) -> Any:
        # Most scalars are words that mean themselves.
        odd = text in WORDS or text[0] in NUMBER_STARTS
        value = self[text] = self._convert(resolve(text)) if odd else text
        return value


class Scalars:
    """What the scalars of one text mean, whether values or keys."""

    def __init__(self, *, floats: bool) -> None:
        self._convert = float_value if floats else exact_value
        self.values = Resolved(self._convert)
        """Plain scalars without a tag, as values."""
        self.keys = Resolved(key_text)
        """Plain scalars without a tag, as keys."""
        self.keys["<<"] = MERGE_KEY

    def value(self, event: ScalarEvent) -> Any:
        """Return what `event` means as a value.

        Raises:
            Refused: JSON has no such value, or it is not what its tag says.
        """
        if event.tag is not None:
            return self._convert(tagged(event.tag, event.value))
        return self.values[event.value] if event.implicit[0] else event.value

    def key(self, event: ScalarEvent) -> str:
        """Return what `event` means as a key.

        Raises:
            Refused: It cannot be a key, or is not what its tag says.
        """
        if event.tag == f"{_STANDARD}merge" and event.value == MERGE_KEY:
            return MERGE_KEY
        if event.tag is not None:
            return key_text(tagged(event.tag, event.value))
        text: str = self.keys[event.value] if event.implicit[0] else event.value
        return text


def exact_value(value: Scalar) -> Scalar:
    """Return `value` as it is.

    Raises:
        Refused: It is no finite number.
    """
    if type(value) is float and (value in _INFINITIES or value != value):
        shown = "NaN" if value != value else "+Inf" if value > 0 else "-Inf"
        raise Refused(
            f"unsupported value: {value}",
            "JSON has no such number; use a string in quotes",
            in_go=f"json: unsupported value: {shown}",
        )
    return value


def float_value(value: Scalar) -> Scalar:
    """Return `value`, an integer as a float.

    Raises:
        Refused: It is no finite number.
    """
    return float(value) if type(value) is int else exact_value(value)


def key_text(value: Scalar) -> str:
    """Return the text of a key that was written as `value`.

    Raises:
        Refused: A null, or an integer above 64 bits with sign.
    """
    if isinstance(value, str):
        return value
    if value is None:
        raise KeyRefused(
            "unsupported map key: null",
            "put the key in quotes",
            in_go="unsupported map key of type: %!s(<nil>), key: <nil>, value: ",
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return single_precision_text(value)
    if value > INT64_MAX:
        raise KeyRefused(
            f"unsupported map key: {value} is too large",
            "put the key in quotes",
            in_go=f"unsupported map key of type: uint64, key: {value:#x}, value: ",
        )
    return str(value)


def go_syntax(value: Scalar) -> str:
    """Return `value` as Go programs write it.

    >>> go_syntax("a"), go_syntax(None), go_syntax(1.5), go_syntax(True)
    ('"a"', '<nil>', '1.5', 'true')
    """
    if value is None:
        return "<nil>"
    # Imported here: only messages say so.
    from json import dumps  # noqa: PLC0415

    return dumps(value, ensure_ascii=False)


def tagged(tag: str, text: str) -> Scalar:
    """Return the value of the scalar `text` with `tag`; tags nobody knows make strings.

    Raises:
        Refused: The text is not what the tag says.
    """
    if not tag.startswith(_STANDARD):
        return text
    kind = tag.removeprefix(_STANDARD)
    if kind == "binary":
        return _from_base64(text)
    if kind not in _FITS:
        return text
    value = resolve(text)
    if kind == "float" and type(value) is int:
        return float(value)
    if not _FITS[kind](value):
        found = (
            next(name for name, fits in _FITS.items() if fits(value)) if value != text else "str"
        )
        raise Refused(
            f"cannot decode {text!r} as a !!{kind}",
            "correct the value or drop the tag",
            in_go=f"yaml: cannot decode !!{found} `{text}` as a !!{kind}",
        )
    return value


_FITS: dict[str, Callable[[Scalar], bool]] = {
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: type(value) is int,
    "float": lambda value: type(value) is float,
    "null": lambda value: value is None,
    "timestamp": lambda value: isinstance(value, str) and is_date(value),
}


def _from_base64(text: str) -> str:
    """Decode `text`; bytes that are no UTF-8 become U+FFFD, as in Go's JSON."""
    try:
        data = a2b_base64(text.replace("\n", "").replace("\r", ""), strict_mode=True)
    except (Base64Error, ValueError) as error:
        raise Refused("!!binary value contains invalid base64 data") from error
    return data.decode("utf-8", "replace")
