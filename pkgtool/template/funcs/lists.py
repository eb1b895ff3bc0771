"""Take lists apart and build new ones; no function here changes the list it is given.

Where Sprig has a `must…` twin it does the same here: both refuse what is not a list.

Source: Sprig `list.go`.
"""

from collections.abc import Sequence
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.budget import MAX_ITEMS, check_size
from pkgtool.template.funcs.casts import to_int64
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.values import Fingerprints, NilList, kind_name
from pkgtool.template.funcs.logic import empty


def _items(value: Any, refusal: str) -> Sequence[Any]:
    if isinstance(value, (list, tuple, bytes)):
        return value
    if value is None:
        raise FunctionFailed(
            refusal.format("<nil>"), hint="the value is missing or null: `default list` helps"
        )
    raise FunctionFailed(refusal.format(kind_name(value)))


@go_function("list")
def list_(*values: Any) -> list[Any]:
    """Return `values` as a list."""
    return list(values)


tuple_ = list_


@go_function("append")
def append(items: Any, value: Any) -> list[Any]:
    """Return a new list with `value` at its end.

    >>> append([1], 2)
    [1, 2]

    Raises:
        FunctionFailed: `items` is not a list.
    """
    return _made([*_items(items, "Cannot push on type {}"), value])


@go_function("prepend")
def prepend(items: Any, value: Any) -> list[Any]:
    """Return a new list with `value` at its start; otherwise as `append`."""
    return _made([value, *_items(items, "Cannot prepend on type {}")])


@go_function("concat")
def concat(*lists: Any) -> list[Any]:
    """Return one list of the items of `lists`.

    >>> concat([1], [2, [3]])
    [1, 2, [3]]

    Raises:
        BudgetExceeded: There would be more than a million items.
        FunctionFailed: One of `lists` is not a list.
    """
    parts = [_items(each, "Cannot concat type {} as list") for each in lists]
    check_size("concat", sum(map(len, parts)), MAX_ITEMS, "items")
    return [item for part in parts for item in part]


def _made(items: list[Any]) -> list[Any]:
    check_size("the list", len(items), MAX_ITEMS, "items")
    return items


@go_function("first")
def first(items: Any) -> Any:
    """Return the first item, or null when there is none."""
    found = _items(items, "Cannot find first on type {}")
    return found[0] if found else None


@go_function("last")
def last(items: Any) -> Any:
    """Return the last item, or null when there is none."""
    found = _items(items, "Cannot find last on type {}")
    return found[-1] if found else None


@go_function("rest")
def rest(items: Any) -> list[Any]:
    """Return all items but the first; of an empty list a nil one, which JSON and YAML call null."""
    found = _items(items, "Cannot find rest on type {}")
    return list(found[1:]) if found else NilList()


@go_function("initial")
def initial(items: Any) -> list[Any]:
    """Return all items but the last; of an empty list a nil one, as `rest`."""
    found = _items(items, "Cannot find initial on type {}")
    return list(found[:-1]) if found else NilList()


@go_function("reverse")
def reverse(items: Any) -> list[Any]:
    """Return the items in reverse order."""
    return list(_items(items, "Cannot find reverse on type {}")[::-1])


@go_function("uniq")
def uniq(items: Any) -> list[Any]:
    """Return the items without those that are equal to one before them.

    >>> uniq([1, "1", 1, [2], [2]])
    [1, '1', [2]]
    """
    found = _items(items, "Cannot find uniq on type {}")
    fingerprints = Fingerprints("uniq")
    kept: dict[int, Any] = {}
    for item in found:
        kept.setdefault(fingerprints.of(item), item)
    return list(kept.values())


@go_function("without")
def without(items: Any, *unwanted: Any) -> list[Any]:
    """Return the items that are equal to none of `unwanted`.

    >>> without([1, 2, 3], 2)
    [1, 3]
    """
    found = _items(items, "Cannot find without on type {}")
    fingerprints = Fingerprints("without")
    gone = {fingerprints.of(each) for each in unwanted}
    return [item for item in found if fingerprints.of(item) not in gone]


@go_function("has")
def has(value: Any, items: Any) -> bool:
    """Tell whether `value` is equal to one of the items; null has none.

    >>> has(4, [1, 4]), has(4, [1, "4", 4.0])
    (True, False)
    """
    if items is None:
        return False
    found = _items(items, "Cannot find has on type {}")
    if type(value) is str:
        # Only the same text equals a text, and no byte does.
        return not isinstance(found, bytes) and value in found
    fingerprints = Fingerprints("has")
    wanted = fingerprints.of(value)
    return any(fingerprints.of(item) == wanted for item in found)


@go_function("compact")
def compact(items: Any) -> list[Any]:
    """Return the items without the empty ones: null, false, 0, and empty text, lists and maps.

    >>> compact([0, 1, "", "a", None, []])
    [1, 'a']
    """
    return [item for item in _items(items, "Cannot compact on type {}") if not empty(item)]


@go_function("slice")
def slice_(items: Any, *bounds: Any) -> list[Any] | None:
    """Return the items from the first bound up to the second; of an empty list, null.

    >>> slice_([1, 2, 3], 1), slice_([1, 2, 3], 0, 2)
    ([2, 3], [1, 2])

    Raises:
        FunctionFailed: `items` is not a list, or has no such part.
    """
    found = _items(items, "list should be type of slice or array but {}")
    if not found:
        return None
    start = to_int64(bounds[0]) if bounds else 0
    end = to_int64(bounds[1]) if len(bounds) > 1 else len(found)
    if not 0 <= start <= end <= len(found):
        raise FunctionFailed(
            "reflect.Value.Slice: slice index out of bounds",
            hint=f"there is no [{start}:{end}] of a list of {len(found)}",
        )
    return list(found[start:end])


@go_function("chunk")
def chunk(size: int, items: Any) -> list[list[Any]]:
    """Return the items in lists of `size`; the last one may be shorter.

    >>> chunk(2, [1, 2, 3])
    [[1, 2], [3]]

    Raises:
        FunctionFailed: `items` is not a list, or `size` is less than one and upstream's arithmetic
            does not come out at no list, or at one, by chance.
    """
    found = _items(items, "Cannot chunk type {}")
    if size < 0 and (len(found) - 1) // size == -1:
        return []
    if size < -1 and len(found) == 1:
        return [list(found)]
    if size < 1:
        hint = f"a list cannot be cut into lists of {size} items"
        raise FunctionFailed("runtime error: makeslice: len out of range", hint=hint)
    return [list(found[start : start + size]) for start in range(0, len(found), size)]
