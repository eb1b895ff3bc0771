r"""Print parts of values by a template in kubectl's JSONPath.

Template = { text | "{" item "}" }. Items are a path (`.a.b[0]`, `..name`, `.a['b.c']`), a quoted
text, or `range PATH` … `end`. In brackets stand an index, a slice `1:3:2`, `*`, quoted keys, or a
filter `?(@.kind=="Pod")`. What a path finds is printed with spaces between; maps and lists as JSON.

Source: https://kubernetes.io/docs/reference/kubectl/jsonpath/; client-go `util/jsonpath`.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from pkgtool import yamlcodec
from pkgtool.errors import JsonPathInvalid

_MOST_FOUND = 100_000
_COMPARE = ("==", "!=", "<=", ">=", "<", ">")
_QUOTES = "'\""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


class _Step(NamedTuple):
    """One step of a path: what kind it is, and what it asks for."""

    kind: str
    wanted: Any


def print_jsonpath(template: str, values: Any) -> str:
    """Return what `template` says of `values`.

    Raises:
        JsonPathInvalid: It cannot be read, or asks for a key or an index that is not there.
    """
    items = list(_items(template))
    try:
        text, rest = _print(template, items, 0, values)
    except RecursionError:
        raise _fault(template, "it is nested too deeply") from None
    if rest < len(items):
        raise _fault(template, "not in range, nothing to end")
    return text


def _print(template: str, items: list[tuple[bool, str]], at: int, values: Any) -> tuple[str, int]:
    """Return the text of `items` from `at` up to an `end`, and the place of that."""
    made: list[str] = []
    while at < len(items):
        is_action, item = items[at]
        word = item.strip()
        if not is_action:
            made.append(item)
        elif word == "end":
            break
        elif word.startswith("range"):
            rounds = _find(template, word.removeprefix("range").strip(), values)
            pieces = [_print(template, items, at + 1, each) for each in rounds]
            made += [text for text, _ in pieces]
            at = pieces[0][1] if pieces else _print(template, items, at + 1, None)[1]
            if at >= len(items):
                raise _fault(template, "unclosed range")
        else:
            made.append(_action(template, word, values))
        at += 1
    return "".join(made), at


def _action(template: str, word: str, values: Any) -> str:
    if word[:1] in _QUOTES and word:
        return _unquoted(word)
    if values is None:
        return ""
    return " ".join(_shown(each) for each in _find(template, word, values))


def _items(template: str) -> Iterator[tuple[bool, str]]:
    """Yield texts and the insides of braces, in order."""
    at = 0
    while at < len(template):
        begin = template.find("{", at)
        if begin < 0:
            yield False, template[at:]
            return
        if begin > at:
            yield False, template[at:begin]
        at = _closing(template, begin)
        yield True, template[begin + 1 : at - 1]


def _closing(template: str, begin: int) -> int:
    quote = ""
    for place in range(begin + 1, len(template)):
        char = template[place]
        if quote:
            quote = "" if char == quote and template[place - 1] != "\\" else quote
        elif char in _QUOTES:
            quote = char
        elif char == "}":
            return place + 1
    raise _fault(template, "unclosed action")


def _find(template: str, path: str, values: Any) -> list[Any]:
    found = [values]
    for step in _steps(template, path.removeprefix("$").removeprefix("@")):
        parts = (part for each in found for part in _follow(template, step, each))
        # Each `..` may find everything anew for everything that was found.
        found = list(islice((each for each in parts if each is not _NOTHING), _MOST_FOUND + 1))
        if len(found) > _MOST_FOUND:
            raise _fault(template, f"it finds more than {_MOST_FOUND} values")
    return found


def _steps(template: str, path: str) -> Iterator[_Step]:
    while path:
        if path.startswith(".."):
            yield _Step("descend", None)
            path = path.lstrip(".") if path.lstrip(".")[:1] in ("[", "") else "." + path.lstrip(".")
        elif path.startswith("["):
            end = _bracket_end(template, path)
            yield _bracket(template, path[1:end].strip())
            path = path[end + 1 :]
        elif path.startswith("."):
            name, path = _name(path[1:])
            if name:
                yield _Step("all" if name == "*" else "key", name)
        else:
            name, path = _name(path)
            yield _Step("key", name)


def _name(path: str) -> tuple[str, str]:
    name, at = "", 0
    while at < len(path) and path[at] not in ".[":
        if path[at] == "\\":
            at += 1
        name += path[at : at + 1]
        at += 1
    return name, path[at:]


def _bracket_end(template: str, path: str) -> int:
    depth, quote = 0, ""
    for place, char in enumerate(path):
        if quote:
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        elif char in "[]":
            depth += 1 if char == "[" else -1
            if depth == 0:
                return place
    raise _fault(template, "unterminated array")


def _bracket(template: str, inner: str) -> _Step:
    if inner == "*":
        return _Step("all", None)
    if inner.startswith("?(") and inner.endswith(")"):
        return _Step("filter", inner[2:-1].strip())
    if inner[:1] in _QUOTES and inner:
        return _Step("keys", [_unquoted(each.strip()) for each in inner.split(",")])
    parts = [part.strip() for part in inner.split(":")]
    if len(parts) > 3 or not all(map(_is_number, parts)) or not inner:
        raise _fault(template, f"invalid array index {inner}")
    numbers = [int(part) if part else None for part in parts]
    if len(parts) == 3 and numbers[2] is not None and numbers[2] <= 0:
        raise _fault(template, "step must be > 0")
    return _Step("slice" if len(parts) > 1 else "index", numbers)


def _is_number(text: str) -> bool:
    """Tell whether a part of an index is a number that a list could have, or left out."""
    digits = text.removeprefix("-")
    return not text or (digits.isascii() and digits.isdecimal() and len(digits) < 10)


def _follow(template: str, step: _Step, value: Any) -> list[Any]:
    if step.kind == "key":
        if isinstance(value, dict) and step.wanted in value:
            return [value[step.wanted]]
        if isinstance(value, dict):
            raise _fault(template, f"{step.wanted} is not found")
        return []
    if step.kind == "all":
        return list(value.values()) if isinstance(value, dict) else list(_list(value))
    if step.kind == "descend":
        return _below(value)
    if step.kind == "keys":
        return [value[key] for key in step.wanted if isinstance(value, dict) and key in value]
    if step.kind == "slice":
        return _list(value)[slice(*step.wanted)]
    if step.kind == "index":
        return _at(template, step.wanted[0], value)
    return [each for each in _list(value) if _meets(template, step.wanted, each)]


def _at(template: str, index: int, value: Any) -> list[Any]:
    items = _list(value)
    if not -len(items) <= index < len(items):
        raise _fault(template, f"array index out of bounds: index {index}, length {len(items)}")
    return [items[index]]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _below(value: Any) -> list[Any]:
    """Return every map at or below `value`: a name after `..` is looked for in each."""
    parts = list(value.values()) if isinstance(value, dict) else _list(value)
    own = [_Found(value)] if isinstance(value, dict) else []
    return [*own, *(each for part in parts for each in _below(part))]


class _Found(dict[str, Any]):
    """A map in which a name may be missing."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Any:
        return _NOTHING


_NOTHING = object()


def _meets(template: str, test: str, value: Any) -> bool:
    sign = next((each for each in _COMPARE if each in test), "")
    try:
        if not sign:
            return bool(_find(template, test, value))
        left, _, right = test.partition(sign)
        found = _find(template, left.strip(), value)
    except JsonPathInvalid:
        return False
    return bool(found) and _compare(found[0], sign, _literal(template, right.strip(), value))


def _literal(template: str, text: str, value: Any) -> Any:
    if text[:1] in _QUOTES and text:
        return _unquoted(text)
    if text.startswith(("@", "$", ".")):
        return next(iter(_find(template, text, value)), None)
    return yamlcodec.load(text)


def _compare(left: Any, sign: str, right: Any) -> bool:
    if sign in ("==", "!="):
        return bool(left == right) is (sign == "==")
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if not numbers and not (isinstance(left, str) and isinstance(right, str)):
        return False
    less, equal = left < right, left == right
    return bool(
        equal if "=" in sign and equal else less if sign[0] == "<" else not less and not equal
    )


def _shown(value: Any) -> str:
    if isinstance(value, dict | list | bool) or value is None:
        return "<nil>" if value is None else yamlcodec.dump_json(value)
    if isinstance(value, float):
        return yamlcodec.dump_json(value)
    return str(value)


def _unquoted(text: str) -> str:
    inner = text[1:-1] if len(text) > 1 and text[-1] == text[0] else text[1:]
    pieces = inner.split("\\")
    return pieces[0] + "".join(
        _ESCAPES.get(piece[:1], piece[:1]) + piece[1:] for piece in pieces[1:]
    )


def _fault(template: str, why: str) -> JsonPathInvalid:
    return JsonPathInvalid(
        f"error parsing jsonpath {template}: {why}",
        hint="write paths in braces: `{.image.tag}`, `{.ports[*].name}`",
    )
