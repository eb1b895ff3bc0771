"""The functions that Go's template language brings itself: truth, comparison, `index`, `len`, ….

Comparison knows kinds, not values: `eq 1 1.0` fails, because an integer never meets a float. `and`
and `or` are not here: they do not evaluate all their arguments (see `calls`).

Source: Go `text/template` (`funcs.go`).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs import registry
from pkgtool.template.funcs.golang.binary import encode
from pkgtool.template.funcs.golang.fmt import sprint, to_text
from pkgtool.template.funcs.golang.number import float_text
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.funcs.golang.text import to_bytes
from pkgtool.template.funcs.golang.values import Duration, kind_name, type_name
from pkgtool.template.gotpl.runtime.hints import MISSING

NO_VALUE = "<no value>"
"""What nil prints; Helm takes it out of finished texts."""


def shown(value: Any) -> str:
    """Return what an action writes for `value`.

    Raises:
        BudgetExceeded: The text would be too long, or the value contains itself.
    """
    return NO_VALUE if value is None else to_text(value)


def spoken(value: Any) -> str:
    """Return what an action writes for a value that it found; raises as `shown`."""
    if type(value) is float:
        return float_text(value)
    return (isinstance(value, Struct) and value.spoken) or shown(value)


_KINDS: Mapping[type, str] = {
    bool: "bool",
    int: "int",
    Duration: "int",
    float: "float",
    complex: "complex",
}


def _kind(value: Any) -> str:
    """Return the basic kind of `value`, or nothing."""
    found = _KINDS.get(type(value))
    if found is not None:
        return found
    if isinstance(value, str):
        return "string"
    return "int" if isinstance(value, int) else ""


def equal(first: Any, *others: Any) -> bool:
    """Tell whether `first` equals one of `others`.

    >>> equal("a", "b", "a"), equal(None, "")
    (True, False)

    Raises:
        FunctionFailed: Two values are of kinds that do not compare.
    """
    if len(others) == 1:
        return _equal(first, others[0])
    if not others:
        raise FunctionFailed("missing argument for comparison")
    return any(_equal(first, other) for other in others)


def _equal(first: Any, other: Any) -> bool:
    if type(first) is str and type(other) is str:
        return first == other
    kind = _kind(first)
    if kind != _kind(other):
        if first is not None and other is not None:
            raise _incompatible(first, other)
        return False
    if kind:
        return bool(first == other)
    if first is None or other is None:
        return first is other
    if kind_name(first) != kind_name(other):
        # Go mixes up the last two, too.
        shown = registry.function("printf")(
            "%s: %s, %s: %v", first, type_name(first), type_name(other), other
        )
        raise FunctionFailed(f"non-comparable types {shown}")
    if isinstance(other, (list, tuple, bytes, dict)) and not _is_struct(other):
        shown = registry.function("printf")("%s", other)
        raise FunctionFailed(
            f"non-comparable type {shown}: {type_name(other)}",
            hint="compare lists and mappings with `deepEqual`",
        )
    if isinstance(other, datetime):
        return bool(first == other)
    return first is other


def _incompatible(first: Any, other: Any) -> FunctionFailed:
    names = f"{type_name(first)} and {type_name(other)}"
    kinds = {_kind(first), _kind(other)}
    if kinds == {"int", "float"}:
        hint = "numbers of values files are floats: write `(int …)` around them"
    elif kinds in ({"int", "string"}, {"float", "string"}):
        hint = "one is text, the other a number: write `(toString …)` around the number"
    else:
        hint = "write `(toString …)` around both"
    return FunctionFailed(f"incompatible types for comparison: {names}", hint=hint)


def unequal(first: Any, other: Any) -> bool:
    """Tell whether two values differ."""
    return not _equal(first, other)


def less(first: Any, other: Any) -> bool:
    """Tell whether `first` comes before `other`.

    Raises:
        FunctionFailed: They have no order.
    """
    kinds = (_kind(first), _kind(other))
    if not all(kinds):
        missing = first is None or other is None
        hint = MISSING if missing else "only numbers and texts have an order"
        raise FunctionFailed("invalid type for comparison", hint=hint)
    if kinds[0] != kinds[1]:
        raise _incompatible(first, other)
    if kinds[0] in ("bool", "complex"):
        raise FunctionFailed("invalid type for comparison")
    return bool(first < other)


def less_or_equal(first: Any, other: Any) -> bool:
    """Tell whether `first` comes before `other` or equals it."""
    return less(first, other) or _equal(first, other)


def greater(first: Any, other: Any) -> bool:
    """Tell whether `first` comes after `other`."""
    return not less_or_equal(first, other)


def greater_or_equal(first: Any, other: Any) -> bool:
    """Tell whether `first` comes after `other` or equals it."""
    return not less(first, other)


def negation(value: Any) -> bool:
    """Tell whether `value` is empty."""
    return not value


def length(value: Any) -> int:
    """Return how many items, or bytes of text, `value` has.

    Raises:
        FunctionFailed: It has no length.
    """
    if isinstance(value, str):
        return len(value) if value.isascii() else len(encode(value))
    if isinstance(value, (list, dict, tuple, bytes)) and not _is_struct(value):
        return len(value)
    if value is None:
        raise FunctionFailed("len of nil pointer", hint=MISSING)
    raise FunctionFailed(
        f"len of type {_type(value).lstrip('*')}",
        hint="only texts, lists and mappings have a length",
    )


def _is_struct(value: Any) -> bool:
    return isinstance(value, Struct) and value.kind != "map"


def _type(value: Any) -> str:
    return value.go_type if isinstance(value, Struct) else type_name(value)


_ASK_FIRST = "the value is missing or null: ask with `if` or `with` first"


def index(item: Any, *places: Any) -> Any:
    """Return the item of `item` at the first of `places`, of that the one at the next, ….

    Raises:
        FunctionFailed: A place does not fit the item, or the item has none.
    """
    if item is None:
        raise FunctionFailed("index of untyped nil", hint=_ASK_FIRST)
    for place in places:
        if item is None:
            raise FunctionFailed("index of nil pointer", hint=_ASK_FIRST)
        item = _at(item, place)
    return item


def _at(item: Any, place: Any) -> Any:
    if isinstance(item, dict) and not _is_struct(item):
        if isinstance(place, str):
            return item.get(place, item.missing if isinstance(item, Struct) else None)
        if place is None:
            raise FunctionFailed("value is nil; should be of type string")
        raise FunctionFailed(
            f"value has type {_type(place)}; should be string",
            hint='this is a mapping, which takes a key in quotes: `index .a "b"`',
        )
    if isinstance(item, (list, tuple, bytes)):
        return item[_place(place, len(item))]
    if isinstance(item, str):
        data = encode(item)
        return data[_place(place, len(data), kind="string")]
    raise FunctionFailed(f"can't index item of type {_type(item).lstrip('*')}")


def _place(place: Any, size: int, *, kind: str = "slice") -> int:
    if place is None:
        raise FunctionFailed("cannot index slice/array with nil")
    if _kind(place) != "int":
        number = _kind(place) == "float"
        raise FunctionFailed(
            f"cannot index slice/array with type {_type(place)}",
            hint="convert it with `int`" if number else "this is a list, which takes a number",
        )
    if not 0 <= place < size:
        # Go's check lets the end pass, and what reads there has words of its own.
        end = place == size
        message = f"reflect: {kind} index out of range" if end else f"index out of range: {place}"
        count = f"{size} item{'' if size == 1 else 's'}"
        raise FunctionFailed(message, hint=f"there are {count}, and the first one is 0")
    return int(place)


def call(function: Any, *_arguments: Any) -> Any:
    """Refuse: no template value is a function.

    Raises:
        FunctionFailed: Always.
    """
    if function is None:
        raise FunctionFailed("call of nil")
    raise FunctionFailed(f"non-function of type {_type(function)}")


def _joined(values: tuple[Any, ...]) -> str:
    """Return `values` as `print` would, nil as Go's templates print it."""
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return sprint(*(NO_VALUE if value is None else value for value in values))


_HTML = str.maketrans(
    {
        "\0": "\ufffd",
        '"': "&#34;",
        "'": "&#39;",
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
    }
)


def html(*values: Any) -> str:
    """Return `values` as text for HTML.

    >>> html("<a>")
    '&lt;a&gt;'
    """
    return _joined(values).translate(_HTML)


_SCRIPT = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "<": "\\u003C",
    ">": "\\u003E",
    "&": "\\u0026",
    "=": "\\u003D",
}


def js(*values: Any) -> str:
    r"""Return `values` as text for a JavaScript string.

    >>> print(js("a='b'"))
    a\u003D\'b\'
    """
    return "".join(map(_script_character, _joined(values)))


def _script_character(character: str) -> str:
    if character in _SCRIPT:
        return _SCRIPT[character]
    if character < " " or not (character.isascii() or character.isprintable()):
        return f"\\u{ord(character):04X}"
    return character


def urlquery(*values: Any) -> str:
    """Return `values` as text for the query of a URL.

    >>> urlquery("a b&c")
    'a+b%26c'
    """
    safe = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")
    data = to_bytes(_joined(values))
    return "".join(chr(each) if each in safe else _quoted(each) for each in data)


def _quoted(byte: int) -> str:
    return "+" if byte == 0x20 else f"%{byte:02X}"


BUILTINS: Mapping[str, Callable[..., Any]] = {
    "call": call,
    "eq": equal,
    "ge": greater_or_equal,
    "gt": greater,
    "html": html,
    "index": index,
    "js": js,
    "le": less_or_equal,
    "len": length,
    "lt": less,
    "ne": unequal,
    "not": negation,
    "urlquery": urlquery,
}
"""Functions by name, as far as they take all their arguments evaluated."""
