r"""Read `--set` expressions: `a.b[0]=x,c={1,2}` becomes `{"a": {"b": ["x"]}, "c": [1, 2]}`.

```
line   = pair { "," pair }
pair   = key "=" value
key    = name { "." name | "[" index "]" }        a name ends at  =  [  ,  .
value  = "{" item { "," item } "}"  |  text       text ends at  ,  and may be empty
```

`\` takes the next character as it is, in keys and in values. What a text means is the kind's
business: `set` types it, `string` does not, `file` reads the file of that name. `json` has a JSON
value after `=` (none is null). `literal` takes everything after the first `=` as it stands.

An expression is laid over what is there: named keys and indices change, the rest stays; a list is
extended with nulls. Empty key names are accepted and ignored, as Helm does.

Source: Helm v4 `pkg/strvals`; pinned by `tests/conformance/test_set_flags.py` and
`tests/conformance/helm_tables`.
"""

import re
from collections.abc import Callable
from typing import Any, NoReturn

from pkgtool import yamlcodec
from pkgtool.errors import PkgtoolError, SetPathInvalid
from pkgtool.source import Span

MAX_INDEX = 65536
"""Largest list index."""
MAX_NESTING = 30
"""Most dots in one key."""
MAX_BRACKETS = 100
"""Most indices in one key."""
MAX_ELEMENTS = 1_000_000
"""Most list places that expressions may add to one set of values: indices multiply."""

ReadText = Callable[[str], str]
"""Return the text of the file at a path, a URL or `-`."""

KINDS = ("json", "set", "string", "file", "literal")
"""In the order in which a command applies them."""

_FLAGS = {
    "json": "--set-json",
    "set": "--set",
    "string": "--set-string",
    "file": "--set-file",
    "literal": "--set-literal",
}
_INT64 = range(-(2**63), 2**63)


class Allowance:
    """How many more list places expressions may add; shared by the flags of one command."""

    __slots__ = ("left",)

    def __init__(self, elements: int = MAX_ELEMENTS) -> None:
        self.left = elements


def parse_set(
    expression: str,
    *,
    kind: str = "set",
    base: dict[str, Any] | None = None,
    read: ReadText | None = None,
) -> dict[str, Any]:
    """Return the values that `expression` describes, laid over `base`.

    >>> parse_set("image.tag=1.10,ports[0]=80,on=true")
    {'image': {'tag': '1.10'}, 'ports': [80], 'on': True}

    Args:
        expression: The argument of the flag.
        kind: One of `KINDS`.
        base: Values to start from; not changed.
        read: Needed by `file` only.

    Raises:
        SetPathInvalid: The grammar is broken, a limit is passed, or `base` holds something else
            where a map or list is needed; the span marks the place.
    """
    target: dict[str, Any] = copy_tree(base or {})
    apply_set(target, expression, kind=kind, read=read, allowance=Allowance())
    return target


def apply_set(
    target: dict[str, Any],
    expression: str,
    *,
    kind: str,
    read: ReadText | None = None,
    allowance: Allowance,
) -> None:
    """Lay `expression` over `target` in place, which must belong to the caller alone.

    Raises:
        SetPathInvalid: As `parse_set`; `target` may hold a part of the expression.
    """
    expect = LiteralReader if kind == "literal" else JsonReader if kind == "json" else Reader
    reader = expect(expression, kind=kind, read=read, allowance=allowance)
    while reader.more():
        reader.pair(target)


def copy_tree(value: Any) -> Any:
    """Return `value` with all its maps and lists copied."""
    if isinstance(value, dict):
        return {key: copy_tree(each) for key, each in value.items()}
    if isinstance(value, list):
        return [copy_tree(each) for each in value]
    return value


def quoted(text: str) -> str:
    """Return `text` in double quotes, with control characters escaped, as Helm prints names."""
    # Imported here: only messages quote.
    from json import dumps  # noqa: PLC0415

    return dumps(text, ensure_ascii=False)


class SetNumber(int):
    """A whole number from `--set`.

    Go templates tell it from numbers in files, which they know as floats.
    """

    __slots__ = ()


def typed(text: str) -> Any:
    """Return what an unquoted `--set` text means; whole numbers are `SetNumber`s.

    >>> [typed(text) for text in ("TRUE", "null", "0", "-7", "007", "1.5", "")]
    [True, None, 0, -7, '007', '1.5', '']
    """
    known = {"true": True, "false": False, "null": None, "0": SetNumber(0)}
    if (folded := text.lower()) in known:
        return known[folded]
    if text.startswith("0") or len(text) > 20:
        return text
    digits = text[1:] if text[:1] in ("+", "-") else text
    if digits.isascii() and digits.isdigit() and int(text) in _INT64:
        return SetNumber(text)
    return text


class Reader:
    """Walk over one expression; `place` is the next character."""

    escapes = True
    key_stops = "=[,."
    bare_end = True
    """Whether `a=` at the very end counts as ended before there was a value."""

    def __init__(
        self, text: str, *, kind: str, read: ReadText | None, allowance: Allowance
    ) -> None:
        self.text = text
        self.flag = _FLAGS[kind]
        self.kind = kind
        self.read = read
        self.allowance = allowance
        self.place = 0
        self.brackets = 0

    def more(self) -> bool:
        """Return whether anything is left."""
        return self.place < len(self.text)

    def pair(self, target: dict[str, Any], depth: int = 0) -> bool:
        """Read `key "=" value`, where `depth` dots were passed already.

        Returns:
            Whether the text ended before there was a value: Helm keeps such a value only where
            no list is around it, and so do we (`a.b=` is `""`, `a[0].b=` is nothing).
        """
        start = self.place
        self.brackets = self.brackets if depth else 0
        name, stop = self.until(self.key_stops)
        match stop:
            case "=":
                ended = self.bare_end and not self.more()
                assign(target, name, self.value())
            case "[":
                ended = self.indexed(target, name, start=start, depth=depth)
            case ".":
                ended = self.nested(target, name, start=start, depth=depth)
            case ",":
                self.fail(f"key {quoted(name)} has no value (cannot end with ,)", start)
            case _:
                ended = True
                if name:
                    self.fail(f"key {quoted(name)} has no value", start)
        return ended

    def nested(self, target: dict[str, Any], name: str, *, start: int, depth: int) -> bool:
        """Read `name "." pair`."""
        self.check_depth(depth + 1, start)
        inner = target.get(name, {})
        if not isinstance(inner, dict):
            self.clash(name, inner, "a map", start)
        ended = self.pair(inner, depth + 1)
        if inner:
            assign(target, name, inner)
        elif not ended:
            self.fail(f"key map {quoted(name)} has no value", start)
        return ended

    def indexed(self, target: dict[str, Any], name: str, *, start: int, depth: int) -> bool:
        """Read `name "[" index "]"` and on; a text that ends inside the brackets changes nothing."""
        index = self.index()
        if index is None:
            return True
        items = target.get(name, [])
        if not isinstance(items, list):
            self.clash(name, items, "a list", start)
        ended = self.item(items, index, depth)
        assign(target, name, items)
        return ended

    def item(self, items: list[Any], index: int, depth: int) -> bool:
        """Read what follows an index: `"=" value`, `"." pair` or `"[" index "]"`."""
        start = self.place
        extra, stop = self.until("=[.")
        if extra:
            self.fail(f"unexpected data at end of array index: {quoted(extra)}", start)
        match stop:
            case "=":
                self.put(items, index, self.value(), start)
                return False
            case "[":
                return self.item_in_item(items, index, start=start, depth=depth)
            case ".":
                return self.map_in_item(items, index, start=start, depth=depth)
            case _:
                return True

    def map_in_item(self, items: list[Any], index: int, *, start: int, depth: int) -> bool:
        """A map inside a list; anything else there is replaced."""
        self.check_depth(depth + 1, start)
        old = items[index] if index < len(items) else None
        inner = old if isinstance(old, dict) else {}
        ended = self.pair(inner, depth + 1)
        if not ended:
            self.put(items, index, inner, start)
        return ended

    def item_in_item(self, items: list[Any], index: int, *, start: int, depth: int) -> bool:
        """A list inside a list."""
        after = self.index()
        if after is None:
            return True
        old = items[index] if index < len(items) else None
        if old is not None and not isinstance(old, list):
            self.clash(f"[{index}]", old, "a list", start)
        inner = [] if old is None else old
        ended = self.item(inner, after, depth)
        if not ended:
            self.put(items, index, inner, start)
        return ended

    def index(self) -> int | None:
        """Read `digits "]"`; None when the expression ends before the bracket."""
        start = self.place
        self.brackets += 1
        if self.brackets > MAX_BRACKETS:
            self.fail(f"more than {MAX_BRACKETS} indices in one key", start)
        text, stop = self.until("]")
        if not stop:
            return None
        digits = text[1:] if text[:1] in ("+", "-") else text
        if not (digits.isascii() and digits.isdigit()):
            self.fail(f"error parsing index: {text!r} is not a whole number", start)
        index = int(text) if len(text) <= 20 else MAX_INDEX + 1
        if text.startswith("-") and index != 0:
            self.fail(f"negative {text} index not allowed", start)
        if index > MAX_INDEX:
            self.fail(
                f"index of {text} is greater than maximum supported index of {MAX_INDEX}", start
            )
        return index

    def value(self) -> Any:
        """Read `"{" items "}"` or text."""
        if self.text.startswith("{", self.place):
            return self.items()
        start = self.place
        if not self.more():
            return ""
        text, _ = self.until(",")
        return self.meaning(text, start)

    def items(self) -> list[Any]:
        """Read `item { "," item } "}" [","]`."""
        opening = self.place
        self.place += 1
        found: list[Any] = []
        while True:
            start = self.place
            text, stop = self.until(",}")
            if not stop:
                self.fail("list must terminate with '}'", opening)
            self.spend(1, start)
            found.append(self.meaning(text, start))
            if stop == "}":
                self.place += self.text.startswith(",", self.place)
                return found

    def meaning(self, text: str, start: int) -> Any:
        """Return the value that `text` stands for."""
        if self.kind == "set":
            return typed(text)
        if self.kind != "file":
            return text
        if self.read is None:
            self.fail("files cannot be read here", start)
        try:
            return self.read(text)
        except PkgtoolError as error:
            raise error.under(f"failed parsing {self.flag} data") from error.__cause__

    def until(self, stops: str) -> tuple[str, str]:
        """Return the text before the first of `stops`, and which it was; none at the end."""
        found: list[str] = []
        while self.place < len(self.text):
            char = self.text[self.place]
            self.place += 1
            if char in stops:
                return "".join(found), char
            if char == "\\" and self.escapes:
                # A backslash at the very end stands for nothing.
                found.append(self.text[self.place : self.place + 1])
                self.place += 1
            else:
                found.append(char)
        self.place = len(self.text)
        return "".join(found), ""

    def put(self, items: list[Any], index: int, value: Any, start: int) -> None:
        """Set `items[index]`, extending with nulls."""
        missing = index + 1 - len(items)
        if missing > 0:
            self.spend(missing, start)
            items.extend([None] * missing)
        items[index] = value

    def spend(self, elements: int, start: int) -> None:
        """Account for list places."""
        self.allowance.left -= elements
        if self.allowance.left < 0:
            self.fail(f"lists of more than {MAX_ELEMENTS} elements in total", start)

    def check_depth(self, depth: int, start: int) -> None:
        """Refuse keys that are nested too deeply."""
        if depth > MAX_NESTING:
            self.fail(
                "value name nested level is greater than maximum supported nested level of "
                f"{MAX_NESTING}",
                start,
            )

    def clash(self, name: str, found: Any, wanted: str, start: int) -> NoReturn:
        """Fail because `found` stands where a map or list is needed."""
        self.fail(
            f"unable to parse key: {quoted(name)} is {kind_of(found)}, not {wanted}",
            start,
            hint="set the whole value first, or remove the other flag or file that sets it",
        )

    def fail(self, what: str, start: int, *, hint: str = "") -> NoReturn:
        """Raise, marking the text from `start` to where reading stopped."""
        begin = min(start, max(0, len(self.text) - 1))
        where = Span(self.flag, self.text, begin, max(self.place, begin + 1))
        raise SetPathInvalid(f"failed parsing {self.flag} data: {what}", where=where, hint=hint)


class LiteralReader(Reader):
    """`--set-literal`: only keys have a grammar, and nothing is escaped."""

    escapes = False
    key_stops = "=[."
    bare_end = False

    def value(self) -> Any:
        """Take everything."""
        start, self.place = self.place, len(self.text)
        return self.text[start:]


class JsonReader(Reader):
    """`--set-json`: the values are JSON; what follows one is the next pair, comma or not."""

    bare_end = False

    def value(self) -> Any:
        """Read `[ json ] [","]`."""
        if self.skip_blanks_and_comma():
            return None
        start = self.place
        self.place = end = json_end(self.text, start)
        try:
            found = yamlcodec.load_json(self.text[start:end])
        except PkgtoolError as error:
            self.fail(error.what, start)
        self.spend(count_elements(found), start)
        self.skip_blanks_and_comma()
        return found

    def skip_blanks_and_comma(self) -> bool:
        """Pass blanks and one comma; return whether the value ends here."""
        while self.more() and self.text[self.place].isspace():
            self.place += 1
        ended = not self.more() or self.text[self.place] == ","
        self.place += ended and self.more()
        return ended


def json_end(text: str, start: int) -> int:
    """Return where the JSON value that begins at `start` ends, if it is one."""
    if text[start] in '[{"':
        return _bracketed_end(text, start)
    scalar = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?")
    found = scalar.match(text, start)
    return found.end() if found else start + 1


def _bracketed_end(text: str, start: int) -> int:
    depth, in_string, place = 0, False, start
    while place < len(text):
        char = text[place]
        place += 1
        if in_string:
            place += char == "\\"
            in_string = char != '"'
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
        if depth == 0 and not in_string:
            return place
    return len(text)


def count_elements(value: Any) -> int:
    """Return how many list places are in `value`."""
    pending, count = [value], 0
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            count += len(each)
            pending.extend(each)
        elif isinstance(each, dict):
            pending.extend(each.values())
    return count


def assign(target: dict[str, Any], name: str, value: Any) -> None:
    """Set a key; an empty name means nothing, as in Helm."""
    if name:
        target[name] = value


def kind_of(value: Any) -> str:
    """Return what `value` is, with its article, in YAML's words."""
    names = {bool: "a boolean", str: "a string", dict: "a map", list: "a list"}
    return "null" if value is None else names.get(type(value), "a number")
