r"""Serve a chart's other files to its templates: `.Files.Get`, `.Glob`, `.AsConfig`, ….

Globs are those of Go's gobwas/glob with `/` as separator: `*` and `?` stop at a `/`, `**` does
not, `{a,b}` chooses, `[a-z]` and `[!a-z]` are one character, `\` quotes. A glob that does not
parse matches everything, as in Helm.

Source: Helm v4 `pkg/engine/files.go`; https://github.com/gobwas/glob.
"""

from binascii import b2a_base64
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pkgtool.errors import BudgetExceeded
from pkgtool.template.funcs import registry
from pkgtool.template.funcs.golang.binary import BinaryText, decode
from pkgtool.template.methods import Record

_ALTERNATIVES = 1000
"""How many patterns one glob with braces may stand for."""

_WORK = 1_000_000_000
"""What the templates of one chart may do with its files, in about nanoseconds."""
_READ, _REPLACED, _CUT, _WRITTEN = 8, 150, 100, 300
"""What each byte costs that is read as text, is none, is cut into lines, is written as YAML."""


class _Effort:
    """What is left for the files of one chart, which globs share with them."""

    def __init__(self) -> None:
        self.left = _WORK

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise BudgetExceeded(
                "the templates read the chart's files too often",
                hint="keep what `.Files` gives in a variable, or read smaller files",
            )


def chart_files(files: Mapping[str, bytes]) -> Record:
    """Return `files` (bytes by path) as templates see them: a mapping with Helm's methods."""
    return _Files(files, _Effort())


class _Files(Record):
    """Files whose methods are made when a template asks for one, which most do not."""

    __slots__ = ("_effort",)

    def __init__(self, files: Mapping[str, bytes], effort: _Effort) -> None:
        super().__init__("engine.files", files, {})
        self._effort = effort

    def __missing__(self, name: str) -> Callable[..., Any]:
        if not self.methods:
            self.methods = _methods(dict(self), self._effort)
        return self.methods[name]


def _methods(files: Mapping[str, bytes], effort: _Effort) -> Mapping[str, Callable[..., Any]]:
    def get(path: str) -> str:
        data = files.get(path, b"")
        effort.spend(300 + _READ * len(data))
        text = decode(data)
        if isinstance(text, BinaryText):
            effort.spend(_REPLACED * len(data))
        return text

    def get_bytes(path: str) -> bytes:
        return files.get(path, b"")

    def glob(pattern: str) -> Record:
        sequences = _sequences(pattern)
        steps = sum(map(len, sequences)) + 100
        effort.spend(20 * len(pattern) + 20 * steps * (len(files) + sum(map(len, files))))
        found = {path: files[path] for path in sorted(files) if _fits(sequences, path)}
        return _Files(found, effort)

    def lines(path: str) -> list[str]:
        text = get(path)
        effort.spend(_CUT * len(text))
        return text.removesuffix("\n").split("\n") if text else []

    def pay_for_all() -> None:
        effort.spend(_WRITTEN * (sum(map(len, files.values())) + 100 * len(files)))

    def config() -> str:
        pay_for_all()
        return _as_yaml({_base(path): decode(files[path]) for path in sorted(files)})

    def secrets() -> str:
        pay_for_all()
        return _as_yaml({_base(path): _base64(files[path]) for path in sorted(files)})

    return {
        "Get": get,
        "GetBytes": get_bytes,
        "Glob": glob,
        "Lines": lines,
        "AsConfig": config,
        "AsSecrets": secrets,
    }


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()


def _as_yaml(texts: Mapping[str, str]) -> str:
    return str(registry.function("toYaml")(dict(texts)))


def compile_glob(pattern: str) -> Callable[[str], bool]:
    """Return whether a path matches `pattern`, as a function.

    Raises:
        BudgetExceeded: The braces stand for too many patterns.
    """
    sequences = _sequences(pattern)
    return lambda path: _fits(sequences, path)


@lru_cache(maxsize=64)
def _sequences(pattern: str) -> "list[list[_Step]]":
    """Return what `pattern` stands for, one sequence for each choice of its braces."""
    try:
        return [_parse(each) for each in _alternatives(pattern)]
    except _Malformed:
        return [[("everything", "")]]


def _fits(sequences: "list[list[_Step]]", path: str) -> bool:
    return any(_matches(sequence, path) for sequence in sequences)


class _Malformed(Exception):
    """A glob that does not parse."""


_Step = tuple[str, frozenset[str] | str]
"""What one part of a pattern takes: `("text", "abc")`, `("any", "")`, `("one", …)`, …"""


def _alternatives(pattern: str) -> list[str]:
    """Write out the braces of `pattern`: `a{b,c}` is `ab` and `ac`."""
    done: list[str] = []
    waiting = [pattern]
    while waiting:
        text = waiting.pop()
        opening = _find(text, "{", 0)
        if opening is None:
            done.append(text)
        else:
            waiting += _choices(text, opening)
        if len(done) + len(waiting) > _ALTERNATIVES:
            raise BudgetExceeded(f"the glob {pattern[:60]!r} stands for too many patterns")
    return done


def _choices(text: str, opening: int) -> list[str]:
    """Return `text` with the braces that open at `opening` replaced by each of their choices."""
    depth = 0
    begin = opening + 1
    choices = []
    for index, character in _plain(text, opening):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if (character == "," and depth == 1) or depth == 0:
            choices.append(text[begin:index])
            begin = index + 1
        if depth == 0:
            return [text[:opening] + each + text[begin:] for each in choices]
    # Braces that do not close match nothing, and are not taken for themselves.
    return []


def _find(text: str, wanted: str, start: int) -> int | None:
    return next((index for index, char in _plain(text, start) if char == wanted), None)


def _plain(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield the characters from `start` that mean something: not quoted, not inside brackets."""
    index = start
    while index < len(text):
        if text[index] == "\\":
            index += 2
            continue
        if text[index] == "[":
            index = _closing(text, index)
        else:
            yield index, text[index]
        index += 1


def _parse(pattern: str) -> list[_Step]:
    r"""Read `pattern = { "**" | "*" | "?" | "[" class "]" | "\" character | character }`."""
    steps: list[_Step] = []
    index = 0
    while index < len(pattern):
        character = pattern[index]
        if character == "*":
            double = pattern[index + 1 : index + 2] == "*"
            steps.append(("everything" if double else "any", ""))
            index += double
        elif character == "?":
            steps.append(("one", ""))
        elif character == "[":
            end = _closing(pattern, index)
            steps.append(_class(pattern[index + 1 : end]))
            index = end
        else:
            if character == "\\":
                index += 1
            text = pattern[index : index + 1]
            if steps and steps[-1][0] == "text":
                text = f"{steps.pop()[1]}{text}"
            steps.append(("text", text))
        index += 1
    return steps


def _closing(pattern: str, opening: int) -> int:
    """Return where the bracket that opens at `opening` closes."""
    index = opening + 1
    while index < len(pattern) and pattern[index] != "]":
        index += 2 if pattern[index] == "\\" else 1
    if index >= len(pattern):
        raise _Malformed
    return index


def _class(body: str) -> _Step:
    """Read `class = [ "!" ] ( character "-" character | character { character } )`."""
    kind = "outside" if body.startswith("!") else "inside"
    body = body.removeprefix("!")
    if not body or (len(body) == 2 and body[1] == "-"):
        raise _Malformed
    if len(body) == 3 and body[1] == "-":
        if body[0] > body[2]:
            raise _Malformed
        return kind, frozenset(map(chr, range(ord(body[0]), ord(body[2]) + 1)))
    return kind, frozenset(body.replace("\\", ""))


def _matches(steps: list[_Step], path: str) -> bool:
    """Follow all ways at once, so that time grows with the product of the lengths only."""
    positions = {0}
    for kind, wanted in steps:
        positions = _TAKE[kind](positions, path, wanted)
        if not positions:
            return False
    return len(path) in positions


def _take_many(positions: set[int], path: str, *, stop: str) -> set[int]:
    reached: set[int] = set()
    for position in sorted(positions):
        index = position
        while index not in reached:
            reached.add(index)
            if index == len(path) or path[index] == stop:
                break
            index += 1
    return reached


def _take_one(positions: set[int], path: str, accepts: Callable[[str], bool]) -> set[int]:
    return {each + 1 for each in positions if each < len(path) and accepts(path[each])}


_TAKE: Mapping[str, Callable[[set[int], str, Any], set[int]]] = {
    "any": lambda at, path, _: _take_many(at, path, stop="/"),
    "everything": lambda at, path, _: _take_many(at, path, stop=""),
    "one": lambda at, path, _: _take_one(at, path, lambda char: char != "/"),
    "inside": lambda at, path, wanted: _take_one(at, path, wanted.__contains__),
    "outside": lambda at, path, wanted: _take_one(at, path, lambda char: char not in wanted),
    "text": lambda at, path, wanted: {
        each + len(wanted) for each in at if path.startswith(wanted, each)
    },
}
