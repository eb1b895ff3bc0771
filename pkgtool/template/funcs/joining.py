"""Take text apart and put it together again.

Anything counts as a list where one is expected: null as an empty one, a single value as its only
item, and null items are left out.

Source: Sprig `strings.go` (`strslice`, `split`, `join`, `sortAlpha`).
"""

from typing import Any

from pkgtool.template.funcs.budget import MAX_ITEMS, check_size
from pkgtool.template.funcs.casts import to_string
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.structs import Struct, text_map


@go_function("split")
def split(separator: str, text: str) -> Struct:
    """Return the pieces of `text` under the names `_0`, `_1` and so on.

    >>> split(".", "a.b")
    {'_0': 'a', '_1': 'b'}
    """
    return _numbered(_pieces(separator, text, -1))


@go_function("splitn")
def splitn(separator: str, count: int, text: str) -> Struct:
    """Return at most `count` pieces of `text` by name; the last one has the rest.

    >>> splitn(".", 2, "a.b.c")
    {'_0': 'a', '_1': 'b.c'}
    """
    return _numbered(_pieces(separator, text, count))


@go_function("splitList")
def split_list(separator: str, text: str) -> list[str]:
    """Return the pieces of `text`; without a separator, its characters.

    >>> split_list(",", "a,b"), split_list("", "ab")
    (['a', 'b'], ['a', 'b'])
    """
    return _pieces(separator, text, -1)


def _pieces(separator: str, text: str, count: int) -> list[str]:
    if not count:
        return []
    check_size("splitting", text.count(separator) + 1, MAX_ITEMS, "pieces")
    if separator:
        return text.split(separator, count - 1 if count > 0 else -1)
    if 0 < count < len(text):
        return [*text[: count - 1], text[count - 1 :]]
    return list(text)


def _numbered(pieces: list[str]) -> Struct:
    return text_map({f"_{number}": piece for number, piece in enumerate(pieces)})


@go_function("join")
def join(separator: str, values: Any) -> str:
    """Return the texts of `values` with `separator` between them.

    >>> join("-", ["a", None, 1e6]), join("-", "alone")
    ('a-1e+06', 'alone')

    Raises:
        BudgetExceeded: The result would be longer than 16 MiB.
    """
    texts = _texts(values)
    check_size("join", sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


@go_function("sortAlpha")
def sort_alpha(values: Any) -> list[str]:
    """Return the texts of `values`, sorted.

    >>> sort_alpha(["b", 3, "a"])
    ['3', 'a', 'b']
    """
    return [to_string(None)] if values is None else sorted(_texts(values))


@go_function("toStrings")
def to_strings(values: Any) -> list[str]:
    """Return `values` as a list of texts.

    >>> to_strings([1, None, "a"])
    ['1', 'a']
    """
    return _texts(values)


def _texts(values: Any) -> list[str]:
    if values is None:
        return []
    items = values if isinstance(values, (list, tuple, bytes)) else [values]
    texts: list[str] = []
    size = 0
    for item in items:
        if item is not None:
            texts.append(to_string(item))
            # One shared item repeated many times would otherwise be written out each time.
            size += len(texts[-1])
            check_size("converting to text", size)
    return texts
