"""Read and compare semantic versions in templates.

Source: Sprig 3.3 `semver.go`; the grammar of constraints is that of `pkgtool.versions`.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pkgtool.errors import ConstraintInvalid, FunctionFailed, VersionInvalid
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.versions import Constraint, Version


class VersionStruct(Struct):
    """A version as a template sees it: numbers and texts are items, methods are found by name."""

    __slots__ = ("version",)

    def __init__(self, version: Version) -> None:
        super().__init__(
            "*semver.Version",
            {
                "Major": version.major,
                "Minor": version.minor,
                "Patch": version.patch,
                "Prerelease": version.prerelease,
                "Metadata": version.metadata,
                "Original": version.original,
            },
            shown=str(version),
            plain=str(version),
        )
        self.version = version

    def __missing__(self, name: str) -> Any:
        if name in _COMPARISONS:
            compare = _COMPARISONS[name]
            return lambda other: compare(self.version.compare(_version_of(other)))
        if name in _INCREMENTS:
            return lambda: VersionStruct(_INCREMENTS[name](self.version))
        raise KeyError(name)


_COMPARISONS: dict[str, Callable[[int], Any]] = {
    "Compare": lambda order: order,
    "Equal": lambda order: order == 0,
    "LessThan": lambda order: order < 0,
    "LessThanEqual": lambda order: order <= 0,
    "GreaterThan": lambda order: order > 0,
    "GreaterThanEqual": lambda order: order >= 0,
}

_INCREMENTS: dict[str, Callable[[Version], Version]] = {
    "IncMajor": Version.next_major,
    "IncMinor": Version.next_minor,
    "IncPatch": Version.next_patch,
}


@go_function("semver")
def semver(text: str) -> Struct:
    """Read a version; its parts are `.Major .Minor .Patch .Prerelease .Metadata .Original`.

    `.Compare`, `.Equal`, `.LessThan`, `.GreaterThan` take another one; `.IncMajor`, `.IncMinor`
    and `.IncPatch` make the next one.

    >>> semver("v1.2.3-rc.1")["Minor"], str(semver("v1.2"))
    (2, '1.2.0')
    """
    return VersionStruct(_read_version(text))


@go_function("semverCompare")
def semver_compare(constraint: str, version: str) -> bool:
    """Tell whether a version (the last argument) meets a constraint.

    >>> semver_compare(">=1.21-0", "v1.30.2-gke.1"), semver_compare("^2", "1.9.0")
    (True, False)
    """
    return _read_constraint(constraint).check(_read_version(version))


@lru_cache(maxsize=64)
def _read_constraint(text: str) -> Constraint:
    try:
        return Constraint.parse(text)
    except ConstraintInvalid as error:
        raise FunctionFailed(error.what, hint=error.hint) from error


@lru_cache(maxsize=64)
def _read_version(text: str) -> Version:
    try:
        return Version.parse(text)
    except VersionInvalid as error:
        raise FunctionFailed(error.what, hint=f"{text[:80]!r} is not like 1.2.3") from error


def _version_of(value: Any) -> Version:
    if isinstance(value, VersionStruct):
        return value.version
    raise FunctionFailed(
        "wrong type for value; expected *semver.Version", hint="make one with `semver`"
    )
