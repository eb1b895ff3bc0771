r"""Decide which files of a chart folder are left out: `.helmignore`.

One pattern a line; blank lines and lines that begin with `#` say nothing. It looks like
`.gitignore` and is not:

- a pattern without `/` is matched with the last part of the path, one with `/` with the whole path
- a leading `/` only says that the whole path is meant
- a trailing `/` restricts the pattern to folders; an ignored folder is not entered
- `!pattern` ignores everything that does **not** match; the first rule that decides wins
- `**` is an error

In a pattern `*` and `?` never match `/`; `[a-z]` and `[^a-z]` are classes, `\` takes the next
character as it is. `templates/.?*` is always ignored.

Source: Helm v4 `pkg/ignore/rules.go`, Go `path/filepath.Match`.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from pkgtool.errors import PatternInvalid
from pkgtool.source import Span

IGNORE_FILE = ".helmignore"
ALWAYS = "templates/.?*"
_SPECIAL = frozenset("*?[]\\")

_Accepts = Callable[[str], bool]
_Token = _Accepts | None
"""What takes one character, or None for `*`."""


class Segment(NamedTuple):
    """What a pattern says of one part of a path."""

    prefix: str
    """What the part must begin with; most parts fail here, at little cost."""
    suffix: str
    tokens: tuple[_Token, ...]
    is_literal: bool = False
    """Whether it is the prefix and no more."""
    is_ending: bool = False
    """Whether it is `*` and the suffix."""

    def fits(self, part: str) -> bool:
        """Return whether it fits the whole of `part`."""
        return (
            part.endswith(self.suffix) and part.startswith(self.prefix) and _fits(self.tokens, part)
        )


class Rule(NamedTuple):
    """One line."""

    segments: tuple[Segment, ...]
    whole_path: bool
    negated: bool
    folders_only: bool

    def matches(self, parts: list[str]) -> bool:
        """Return whether the pattern, ignoring `!` and a trailing `/`, fits the path of `parts`."""
        if not self.whole_path:
            return self.segments[0].fits(parts[-1])
        return len(parts) == len(self.segments) and all(
            segment.fits(part) for segment, part in zip(self.segments, parts, strict=True)
        )


class IgnoreRules(NamedTuple):
    """All rules of one folder; their order does not matter, for all that a rule can do is ignore."""

    names: frozenset[str]
    """Last parts of paths that are left out; most rules are no more than this."""
    folder_names: frozenset[str]
    """The same, of folders only."""
    endings: tuple[str, ...]
    """What last parts that are left out end with."""
    rules: tuple[Rule, ...]
    """Everything that takes a closer look."""

    def ignores(self, path: str, *, folder: bool = False) -> bool:
        """Return whether `path`, relative to the chart and with `/`, is left out."""
        path = path.removesuffix("/")
        if path in ("", "."):
            return False
        parts = path.split("/")
        name = parts[-1]
        if name in self.names or name.endswith(self.endings):
            return True
        if folder and name in self.folder_names:
            return True
        for rule in self.rules:
            skipped = rule.folders_only and not folder
            if rule.negated:
                if skipped or not rule.matches(parts):
                    return True
            elif not skipped and rule.matches(parts):
                return True
        return False

    def keeps(self, paths: Iterable[str]) -> list[str]:
        """Return those of `paths`, all of files, that are not left out by themselves or above."""
        left_out: dict[str, bool] = {"": False}

        def is_left_out(folder: str) -> bool:
            if folder not in left_out:
                above = is_left_out(folder.rpartition("/")[0])
                left_out[folder] = above or self.ignores(folder, folder=True)
            return left_out[folder]

        return [
            path
            for path in paths
            if not is_left_out(path.rpartition("/")[0]) and not self.ignores(path)
        ]


def parse_ignore(text: str, *, name: str = IGNORE_FILE) -> IgnoreRules:
    """Return the rules in `text`, and the one that always holds.

    Raises:
        PatternInvalid: The span marks the line with the pattern that cannot be read.
    """
    rules = [_rule(ALWAYS)]
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        pattern = line.strip()
        if pattern and not pattern.startswith("#"):
            try:
                rules.append(_rule(pattern))
            except PatternInvalid as error:
                where = Span.at_line(name, text, number)
                raise PatternInvalid(error.what, where=where, hint=error.hint) from None
    return _sorted_out(rules)


def _sorted_out(rules: list[Rule]) -> IgnoreRules:
    names: set[str] = set()
    folder_names: set[str] = set()
    endings: list[str] = []
    others: list[Rule] = []
    for rule in rules:
        last = rule.segments[0]
        is_plain = not rule.negated and not rule.whole_path
        if is_plain and last.is_literal:
            (folder_names if rule.folders_only else names).add(last.prefix)
        elif is_plain and last.is_ending and not rule.folders_only:
            endings.append(last.suffix)
        else:
            others.append(rule)
    return IgnoreRules(frozenset(names), frozenset(folder_names), tuple(endings), tuple(others))


def _rule(pattern: str) -> Rule:
    if "**" in pattern:
        raise PatternInvalid(
            "double-star (**) syntax is not supported",
            hint="`*` matches within one folder; a pattern without `/` matches at any depth",
        )
    negated = pattern.startswith("!")
    body = pattern.removeprefix("!")
    folders_only = body.endswith("/")
    body = body.removesuffix("/")
    whole_path = "/" in body
    segments = tuple(_segment(part) for part in body.removeprefix("/").split("/"))
    return Rule(segments, whole_path, negated, folders_only)


def _segment(pattern: str) -> Segment:
    special = [place for place, char in enumerate(pattern) if char in _SPECIAL]
    tokens = _tokens(pattern)
    if not special:
        return Segment(pattern, pattern, tokens, is_literal=True)
    prefix, suffix = pattern[: special[0]], pattern[special[-1] + 1 :]
    return Segment(prefix, suffix, tokens, is_ending=special == [0] and pattern[0] == "*")


def _tokens(pattern: str) -> tuple[_Token, ...]:
    r"""Tokens = { "*" | "?" | "[" class "]" | "\\" any | any }."""
    found: list[_Token] = []
    place = 0
    while place < len(pattern):
        char = pattern[place]
        place += 1
        if char == "*":
            found.append(None)
        elif char == "?":
            found.append(_anything)
        elif char == "[":
            token, place = _class(pattern, place)
            found.append(token)
        else:
            if char == "\\":
                char, place = _escaped(pattern, place)
            found.append(char.__eq__)
    return tuple(found)


def _class(pattern: str, place: int) -> tuple[_Accepts, int]:
    """Class = ["^"] range { range }; range = char ["-" char]."""
    negated = pattern.startswith("^", place)
    place += negated
    ranges: list[tuple[str, str]] = []
    while not (ranges and pattern.startswith("]", place)):
        low, place = _class_char(pattern, place)
        high = low
        if pattern.startswith("-", place):
            high, place = _class_char(pattern, place + 1)
        ranges.append((low, high))

    def accepts(char: str) -> bool:
        return any(low <= char <= high for low, high in ranges) != negated

    return accepts, place + 1


def _class_char(pattern: str, place: int) -> tuple[str, int]:
    char = pattern[place : place + 1]
    if char in ("", "-", "]"):
        raise PatternInvalid("syntax error in pattern")
    return _escaped(pattern, place + 1) if char == "\\" else (char, place + 1)


def _escaped(pattern: str, place: int) -> tuple[str, int]:
    if place >= len(pattern):
        raise PatternInvalid("syntax error in pattern")
    return pattern[place], place + 1


def _anything(char: str) -> bool:
    return bool(char)


def _fits(tokens: tuple[_Token, ...], text: str) -> bool:
    """Match without recursion: only the last `*` is ever tried again, so time is bounded."""
    token_at = text_at = 0
    star_at, resume_at = -1, 0
    while text_at < len(text):
        token = tokens[token_at] if token_at < len(tokens) else _nothing
        if token is None:
            star_at, resume_at = token_at, text_at
            token_at += 1
        elif token(text[text_at]):
            token_at += 1
            text_at += 1
        elif star_at >= 0:
            resume_at += 1
            token_at, text_at = star_at + 1, resume_at
        else:
            return False
    return all(token is None for token in tokens[token_at:])


def _nothing(char: str) -> bool:
    del char
    return False
