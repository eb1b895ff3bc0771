"""Turn text into versions that compare, and into constraints that versions meet or miss.

Parsing is as lenient as Helm's: `v1` and `1.2` are versions, missing numbers are zero. Order is
that of semantic versioning 2.0.0; build metadata never counts.

A constraint is `group { "||" group }`, a group is `term { ("," | space) term }`, and a term is

```
[ "=" | "!=" | ">" | "<" | ">=" | "=>" | "<=" | "=<" | "~" | "~>" | "^" ] version
version " - " version
```

where `x`, `X` or `*` stands for any number and missing numbers count as one. All terms of one
group must hold, one group suffices. **Pre-releases are opt-in per group**: `>=1.0.0` never takes
`1.1.0-rc.1`, `>=1.0.0-0` does, and one such term opens its whole group.

`semver` costs 25 ms to import, so only `Version.parse_strict` asks it, and only about versions that
are more than three plain numbers: the rest is a tuple.

Source: https://semver.org, and the behaviour of `Masterminds/semver` v3.5 as Helm 4.2 uses it,
pinned by `tests/conformance/helm_tables` and `tests/conformance/test_constraints.py`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from pkgtool.errors import ConstraintInvalid, VersionInvalid
from pkgtool.source import Span

MAX_VERSION_BYTES = 256
MAX_CONSTRAINT_BYTES = 512
MAX_GROUPS = 32

_LARGEST = 2**64 - 1
_SPACE = r"[\t\n\f\r ]"
_TAIL = r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
_VERSION = rf"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?{_TAIL}"
# A lone "|" belongs to Masterminds' number class too; such a "number" is refused later.
_PATTERN = rf"v?([0-9xX*|]+)(?:\.([0-9xX*|]+))?(?:\.([0-9xX*|]+))?{_TAIL}"
_TERM = rf"{_SPACE}*(=>|=<|>=|<=|!=|~>|=|>|<|~|\^|){_SPACE}*{_PATTERN}"
_RANGE = rf"{_SPACE}*({_PATTERN}){_SPACE}+-{_SPACE}+({_PATTERN}){_SPACE}*"
_SEPARATOR = rf"{_SPACE}*(?:,|{_SPACE}){_SPACE}*"
_ALIASES = {"": "=", "=>": ">=", "=<": "<=", "~>": "~"}


@lru_cache(maxsize=8)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Not at import: most commands compare no versions.
    return re.compile(pattern)


def _is_short_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One semantic version; equal ones may differ in spelling and metadata."""

    major: int
    minor: int
    patch: int
    prerelease: str = ""
    """`rc.1` of `1.2.3-rc.1`."""
    metadata: str = ""
    """`build.5` of `1.2.3+build.5`."""
    original: str = ""
    """As it was written: `v1.2`."""
    sort_key: tuple[Any, ...] = field(init=False, repr=False)
    """Orders as the versions do; made once because sorting an index asks often."""

    def __post_init__(self) -> None:
        key = (self.major, self.minor, self.patch, _prerelease_key(self.prerelease))
        object.__setattr__(self, "sort_key", key)

    @classmethod
    def parse(cls, text: str, *, name: str = "version") -> "Version":
        """Read `text` leniently.

        Args:
            text: For example `1.2.3`, `v1.2`, `1`, `1.2.3-rc.1+build.5`.
            name: What an error message calls the text.

        Raises:
            VersionInvalid: `text` is not a version, with the reason in Masterminds' words.

        Examples:
            >>> str(Version.parse("v1.2"))
            '1.2.0'
            >>> Version.parse("1.10") > Version.parse("1.9.9")
            True
        """
        if len(text.encode("utf-8", "replace")) > MAX_VERSION_BYTES:
            reason = f"version string is too long (max {MAX_VERSION_BYTES} bytes)"
            raise VersionInvalid(reason, where=Span(name, text, 0, len(text)))
        plain = text.split(".")
        if len(plain) == 3 and all(map(_is_short_number, plain)):
            # As nearly all are; to compile the pattern takes a millisecond.
            major, minor, patch = map(int, plain)
            return cls(major, minor, patch, original=text)
        match = _compiled(_VERSION).fullmatch(text)
        if match is None:
            raise _not_a_version("invalid semantic version", text, name)
        numbers = match.group(1, 2, 3)
        for number in numbers:
            if number is not None and int(number) > _LARGEST:
                reason = f'strconv.ParseUint: parsing "{number}": value out of range'
                raise _not_a_version(f"error parsing version segment: {reason}", text, name)
        prerelease = match[4] or ""
        if any(_has_leading_zero(part) for part in prerelease.split(".")):
            raise _not_a_version("version segment starts with 0", text, name)
        major, minor, patch = (int(number or 0) for number in numbers)
        return cls(major, minor, patch, prerelease, match[5] or "", text)

    @classmethod
    def parse_strict(cls, text: str, *, name: str = "version") -> "Version":
        """Read `text`, which must follow semantic versioning 2.0.0 to the letter.

        Raises:
            VersionInvalid: `text` is not such a version; `v1.2.3` and `1.2` are not.

        Examples:
            >>> Version.parse_strict("1.2.3-rc.1").prerelease
            'rc.1'
        """
        if not _is_plain(text):
            # Imported here: nearly all versions are three plain numbers.
            import semver  # noqa: PLC0415

            try:
                semver.Version.parse(text)
            except ValueError as error:
                failure = _not_a_version("invalid semantic version", text, name)
                failure.hint = "write all three numbers and no `v`: 1.2.3"
                raise failure from error
        return cls.parse(text, name=name)

    def __str__(self) -> str:
        text = f"{self.major}.{self.minor}.{self.patch}"
        if self.prerelease:
            text += f"-{self.prerelease}"
        return f"{text}+{self.metadata}" if self.metadata else text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.sort_key == other.sort_key

    def __hash__(self) -> int:
        return hash(self.sort_key)

    def __lt__(self, other: "Version") -> bool:
        return self.sort_key < other.sort_key

    def __le__(self, other: "Version") -> bool:
        return self.sort_key <= other.sort_key

    def __gt__(self, other: "Version") -> bool:
        return self.sort_key > other.sort_key

    def __ge__(self, other: "Version") -> bool:
        return self.sort_key >= other.sort_key

    def compare(self, other: "Version") -> int:
        """Return -1, 0 or 1: `self` is before, level with, or after `other`."""
        return (self.sort_key > other.sort_key) - (self.sort_key < other.sort_key)

    def next_major(self) -> "Version":
        """Return the first version after all with this major number."""
        return Version(self.major + 1, 0, 0)

    def next_minor(self) -> "Version":
        """Return the first version after all with this major and minor number."""
        return Version(self.major, self.minor + 1, 0)

    def next_patch(self) -> "Version":
        """Return the next release: of `1.2.3-rc.1` that is `1.2.3`, of `1.2.3` it is `1.2.4`."""
        return Version(self.major, self.minor, self.patch + (not self.prerelease))


def _not_a_version(reason: str, text: str, name: str) -> VersionInvalid:
    return VersionInvalid(reason, where=Span(name, text, 0, len(text)))


def _has_leading_zero(part: str) -> bool:
    return len(part) > 1 and part[0] == "0" and part.isdecimal()


def _is_plain(text: str) -> bool:
    """Whether `text` is three short numbers as semantic versioning writes them."""
    parts = text.split(".")
    return len(parts) == 3 and all(
        _is_short_number(part) and not _has_leading_zero(part) for part in parts
    )


def _prerelease_key(prerelease: str) -> tuple[Any, ...]:
    """No pre-release sorts last; numbers before words, and a longer list after its start."""
    if not prerelease:
        return (1,)
    return (0, *(_identifier_key(part) for part in prerelease.split(".")))


def _identifier_key(part: str) -> tuple[int, int, str]:
    # Masterminds reads numbers beyond 64 bits as words; so that both agree, so do we.
    if part.isdecimal() and (number := int(part)) <= _LARGEST:
        return (0, number, "")
    return (1, 0, part)


class _Term(NamedTuple):
    """One comparison; `given` numbers of `base` were written, `wild` if not even the first."""

    operator: str
    base: Version
    given: int
    wild: bool
    text: str

    def problem(self, version: Version) -> str:
        """Return why `version` does not hold, or an empty string."""
        match self.operator:
            case "!=":
                return self._unless(self._differs(version), version, "is equal to")
            case ">":
                return self._unless(self._above(version), version, "is less than or equal to")
            case "<":
                below = version < self.base
                return self._unless(below, version, "is greater than or equal to")
            case ">=":
                return self._unless(version >= self.base, version, "is less than")
            case "<=":
                return self._unless(not self._beyond(version), version, "is greater than")
            case "=" if self.given == 3 and not self.wild:
                return self._unless(version == self.base, version, "is not equal to")
            case "^":
                return self._near(version, self._caret_parts())
            case _:
                return self._near(version, min(self.given, 2))

    def _unless(self, holds: bool, version: Version, relation: str) -> str:
        return "" if holds else f"{version} {relation} {self.text}"

    def _start(self, version: Version) -> tuple[int, ...]:
        """The numbers of `version` that this term names."""
        return (version.major, version.minor, version.patch)[: self.given]

    def _differs(self, version: Version) -> bool:
        if self.given == 2 and self._start(version) == self._start(self.base):
            return version.prerelease != self.base.prerelease
        if self.given < 3:
            return self._start(version) != self._start(self.base)
        return version != self.base

    def _above(self, version: Version) -> bool:
        # `>11` means beyond all of 11, so 11.1 does not hold.
        if self.given < 3:
            return self._start(version) > self._start(self.base)
        return version > self.base

    def _beyond(self, version: Version) -> bool:
        if self.wild:
            return (version.major, version.minor) > (0, 0)
        return self._above(version)

    def _caret_parts(self) -> int:
        """How many leading numbers may not change: up to the first that is not zero."""
        if self.base.major or self.given == 1:
            return 1
        return 2 if self.base.minor or self.given == 2 else 3

    def _near(self, version: Version, parts: int) -> str:
        if version < self.base:
            return f"{version} is less than {self.text}"
        everything = self.operator != "^" and self.given == 3
        if everything and (self.base.major, self.base.minor, self.base.patch) == (0, 0, 0):
            return ""
        if version.major != self.base.major:
            return f"{version} does not have same major version as {self.text}"
        if parts >= 2 and version.minor != self.base.minor:
            return self._wrong_minor(version)
        if parts == 3 and version.patch != self.base.patch:
            rule = "expect version and constraint to equal when major and minor versions are 0"
            return f"{version} does not equal {self.text}: {rule}"
        return ""

    def _wrong_minor(self, version: Version) -> str:
        if self.operator != "^":
            return f"{version} does not have same major and minor version as {self.text}"
        rule = "expected minor versions to match when constraint major version is 0"
        return f"{version} does not have same minor version as {self.text}: {rule}"


class Constraint(NamedTuple):
    """What a version must be, e.g. `^1.2 || >=3.0.0-0, <4`."""

    text: str
    """As it was written."""
    groups: tuple[tuple[_Term, ...], ...]

    @classmethod
    def parse(cls, text: str, *, name: str = "constraint") -> "Constraint":
        """Read `text` by the grammar at the top of this module.

        Args:
            text: At most 512 bytes and 32 groups.
            name: What an error message calls the text.

        Raises:
            ConstraintInvalid: The span marks the group that cannot be read.

        Examples:
            >>> Constraint.parse("^1.2 || 3 - 4.1").check(Version.parse("1.9.0"))
            True
        """
        if len(text.encode("utf-8", "replace")) > MAX_CONSTRAINT_BYTES:
            reason = f"constraint string is too long (max {MAX_CONSTRAINT_BYTES} bytes)"
            raise ConstraintInvalid(reason, where=Span(name, text, 0, len(text)))
        # Masterminds turns hyphen ranges into two terms first, so that a range must stand at the
        # start of its group or after a comma.
        parts = _compiled(_RANGE).sub(r">= \1, <= \7 ", text).split("||")
        if len(parts) > MAX_GROUPS:
            reason = f"too many constraint groups (max {MAX_GROUPS})"
            raise ConstraintInvalid(reason, where=Span(name, text, 0, len(text)))
        groups, start = [], 0
        for part, written in zip(parts, text.split("||"), strict=True):
            groups.append(_group(part, Span(name, text, start, start + len(written))))
            start += len(written) + len("||")
        return cls(text, tuple(groups))

    def __str__(self) -> str:
        return self.text

    def check(self, version: Version) -> bool:
        """Return whether `version` meets this constraint."""
        return any(
            (not version.prerelease or _wants_prereleases(group))
            and not any(term.problem(version) for term in group)
            for group in self.groups
        )

    def problem(self, version: Version) -> str:
        """Say why `version` does not meet this constraint; empty when it does.

        Examples:
            >>> Constraint.parse("^2").problem(Version.parse("1.9.0"))
            '1.9.0 is less than ^2'
        """
        if self.check(version):
            return ""
        reasons: dict[str, None] = {}
        for group in self.groups:
            if version.prerelease and not _wants_prereleases(group):
                reason = "is a prerelease version and the constraint is only looking for releases"
                reasons[f"{version} {reason}"] = None
            else:
                reasons.update((found, None) for term in group if (found := term.problem(version)))
        return "; ".join(reasons)


def best_match(versions: Iterable[Version], constraint: Constraint) -> Version | None:
    """Return the highest of `versions` that meets `constraint`, if any does."""
    return max(filter(constraint.check, versions), default=None)


def is_range(text: str) -> bool:
    """Return whether `text` is a constraint that one plain version could not express.

    Examples:
        >>> [is_range(text) for text in ("1.x", "^1.2.3", "v1.2.3-next", "latest")]
        [True, True, False, False]
    """
    try:
        Version.parse(text)
    except VersionInvalid:
        pass
    else:
        return False
    try:
        Constraint.parse(text)
    except ConstraintInvalid:
        return False
    return True


def _wants_prereleases(group: tuple[_Term, ...]) -> bool:
    return any(term.base.prerelease for term in group)


def _improper(text: str, where: Span) -> ConstraintInvalid:
    hint = "write it like `>=1.20-0`, `^1.2`, `1.x` or `>=1.2, <2`"
    return ConstraintInvalid(f'improper constraint: "{text}"', where=where, hint=hint)


def _group(text: str, where: Span) -> tuple[_Term, ...]:
    """group = term { separator term }"""  # noqa: D403, D415
    terms, position = [], 0
    while True:
        match = _compiled(_TERM).match(text, position)
        if match is None:
            raise _improper(text, where)
        terms.append((match[1], match[0].strip(), match.group(2, 3, 4, 5)))
        position = match.end()
        if not text[position:].strip("\t\n\f\r "):
            return tuple(_term(*term, where) for term in terms)
        separator = _compiled(_SEPARATOR).match(text, position)
        if separator is None:
            raise _improper(text, where)
        position = separator.end()


def _term(operator: str, text: str, written: tuple[str | None, ...], where: Span) -> _Term:
    *numbers, prerelease = written
    wild = numbers[0] in ("x", "X", "*")
    given = next((i for i, part in enumerate(numbers) if part in (None, "x", "X", "*")), 3)
    spelled = ".".join(str(part) for part in numbers[:given]) or "0"
    try:
        base = Version.parse(f"{spelled}-{prerelease}" if prerelease else spelled)
    except VersionInvalid as error:
        raise ConstraintInvalid("constraint parser error", where=where) from error
    return _Term(_ALIASES.get(operator, operator), base, 3 if wild else given, wild, text)
