"""Say what is wrong with values in the words of Helm's schema library.

One line a problem, `- at '/image/tag': got number, want string`; what several schemas said of one
value is indented below what combines them. Of a value of the wrong type nothing more is said.

Source: `kind` package of santhosh-tekuri/jsonschema v6, which Helm 4 uses; asked of its SDK.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

_KINDS = ("null", "boolean", "number", "integer", "string", "array", "object")
_DECISIVE = ("type", "const", "enum")
"""Keywords after which nothing more is said of a value, in the order in which they are asked."""
_REFERENCES = frozenset(["$ref", "$dynamicRef", "$recursiveRef"])
_TRANSPARENT = _REFERENCES | {"contains", "propertyNames"}
"""What lists problems of one schema each on its own."""
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def report_lines(errors: Iterable[Any]) -> list[str]:
    """Return the lines about `errors` of the library `jsonschema`, by place and then text."""
    blocks = (_block(each, 0) for each in _without_followers(list(errors)))
    unique = dict.fromkeys("\n".join(block) for block in blocks)
    return sorted(unique, key=lambda block: (block.partition("': ")[0], block))


def in_quotes(text: str) -> str:
    r"""Return `text` in single quotes, as messages about schemas have it.

    >>> print(in_quotes("it's"))
    'it\'s'
    """
    # Imported here: only problems are quoted.
    from json import dumps  # noqa: PLC0415

    inner = dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"')
    return f"'{inner.replace(chr(39), chr(92) + chr(39))}'"


def number_text(value: float) -> str:
    """Return a number as those messages print it: in groups of three, with an exponent raised.

    >>> number_text(12345), number_text(1000000.0)
    ('12,345', '1×10⁰⁶')
    """
    # Imported here: most messages have no numbers.
    from pkgtool.yamlcodec.number import general_text  # noqa: PLC0415

    mantissa, letter, exponent = general_text(float(value)).partition("e")
    whole, dot, fraction = mantissa.partition(".")
    shown = f"{int(whole):,}" if whole.lstrip("-").isdigit() else whole
    raised = f"×10{exponent.removeprefix('+').translate(_SUPERSCRIPT)}" if letter else ""
    return f"{shown}{dot}{fraction}{raised}"


def _without_followers(errors: list[Any]) -> Iterator[Any]:
    """Leave out what else a schema says of a value that is altogether another one."""
    first: dict[tuple[int, tuple[Any, ...]], int] = {}
    for each in errors:
        if each.validator in _DECISIVE:
            rank = _DECISIVE.index(each.validator)
            place = id(each.schema), tuple(each.absolute_path)
            first[place] = min(rank, first.get(place, rank))
    for each in errors:
        decisive = first.get((id(each.schema), tuple(each.absolute_path)))
        if decisive is None or each.validator == _DECISIVE[decisive]:
            yield each


def _block(error: Any, depth: int) -> list[str]:
    if error.validator in _REFERENCES and error.context:
        kept = list(_without_followers(list(error.context)))
        if len(kept) == 1:
            return _block(kept[0], depth)
    line = f"{'  ' * depth}- at {in_quotes(_pointer(error.absolute_path))}: {_words(error)}"
    return [
        line,
        *(inner for each in _branches(error) for inner in _branch(error, each, depth + 1)),
    ]


def _branches(error: Any) -> list[list[Any]]:
    """Return what each of the combined schemas said, in their order."""
    if error.validator in _TRANSPARENT:
        return [[each] for each in _without_followers(list(error.context))]
    found: dict[Any, list[Any]] = {}
    for each in error.context or ():
        found.setdefault(next(iter(each.relative_schema_path), 0), []).append(each)
    return [list(_without_followers(each)) for each in found.values()]


def _branch(error: Any, said: Sequence[Any], depth: int) -> Iterator[str]:
    if len(said) == 1:
        yield from _block(said[0], depth)
        return
    place = in_quotes(_pointer(error.absolute_path))
    yield f"{'  ' * depth}- at {place}: validation failed"
    for each in said:
        yield from _block(each, depth + 1)


def _pointer(path: Iterable[Any]) -> str:
    return "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in path)


def _words(error: Any) -> str:
    if error.validator is None:
        return "false schema"
    words = _WORDS.get(error.validator)
    return words(error.validator_value, error.instance, error) if words else str(error.message)


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _type(wanted: Any, instance: Any, error: Any) -> str:
    del error
    kinds = [wanted] if isinstance(wanted, str) else wanted
    known = [each for each in _KINDS if each in kinds]
    return f"got {_kind(instance)}, want {' or '.join(known)}"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return in_quotes(value)
    if value is None or isinstance(value, bool):
        return "<nil>" if value is None else str(value).lower()
    return number_text(value)


def _choice(keyword: str) -> Callable[[Any, Any, Any], str]:
    def words(wanted: Any, instance: Any, error: Any) -> str:
        del instance, error
        values = wanted if keyword == "enum" else [wanted]
        if any(isinstance(each, dict | list) for each in values):
            return f"'{keyword}' failed"
        one_of = "one of " if len(values) != 1 else ""
        return f"value must be {one_of}{', '.join(map(_shown, values))}"

    return words


def _required(wanted: Any, instance: Any, error: Any) -> str:
    del error
    missing = [in_quotes(each) for each in wanted if each not in instance]
    return f"missing propert{'y' if len(missing) == 1 else 'ies'} {', '.join(missing)}"


def _bound(keyword: str, measure: Callable[[Any], float]) -> Callable[[Any, Any, Any], str]:
    def words(wanted: Any, instance: Any, error: Any) -> str:
        del error
        return f"{keyword}: got {number_text(measure(instance))}, want {number_text(wanted)}"

    return words


def _one_of(wanted: Any, instance: Any, error: Any) -> str:
    del wanted, instance
    if error.context:
        return "'oneOf' failed, none matched"
    return f"'oneOf' failed, subschemas {error.message} matched"


_WORDS: Mapping[str, Callable[[Any, Any, Any], str]] = {
    "type": _type,
    "enum": _choice("enum"),
    "const": _choice("const"),
    "required": _required,
    "allOf": lambda *_: "'allOf' failed",
    "anyOf": lambda *_: "'anyOf' failed",
    "oneOf": _one_of,
    "not": lambda *_: "'not' failed",
    "minProperties": _bound("minProperties", len),
    "maxProperties": _bound("maxProperties", len),
    "minItems": _bound("minItems", len),
    "maxItems": _bound("maxItems", len),
    "minLength": _bound("minLength", len),
    "maxLength": _bound("maxLength", len),
    "minimum": _bound("minimum", float),
    "maximum": _bound("maximum", float),
    "exclusiveMinimum": _bound("exclusiveMinimum", float),
    "exclusiveMaximum": _bound("exclusiveMaximum", float),
    "multipleOf": _bound("multipleOf", float),
}
"""What is said by keyword; other keywords say it themselves."""
