"""Read a selector of labels, as `kubectl` and Helm write it: `a=b,c!=d,e in (f, g),!h,i`.

Source: Kubernetes `apimachinery/pkg/labels/selector.go`.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from pkgtool.errors import UsageError

_SET = re.compile(r"\s*([^\s=!(),]+)\s+(in|notin)\s*\(([^()]*)\)\s*")
_PAIR = re.compile(r"\s*([^\s=!(),]+)\s*(==|=|!=)\s*([^\s=!(),]*)\s*")
_BARE = re.compile(r"\s*(!?)\s*([^\s=!(),]+)\s*")


class Requirement(NamedTuple):
    """What one label must say."""

    key: str
    values: frozenset[str] | None = None
    """One of these; `None` for anything."""
    negated: bool = False

    def accepts(self, labels: Mapping[str, str]) -> bool:
        """Tell whether `labels` are as required; a label that is absent is not as anything."""
        held = self.key in labels and (self.values is None or labels[self.key] in self.values)
        return held is not self.negated


Selector = tuple[Requirement, ...]
"""Requirements that must all be met."""


def parse_selector(text: str) -> Selector:
    """Return the requirements in `text`.

    Raises:
        UsageError: It is no selector.
    """
    found: list[Requirement] = []
    place = 0
    while text.strip() and place <= len(text):
        requirement, place = _next(text, place)
        found.append(requirement)
        if place < len(text) and text[place] != ",":
            raise _refused(text)
        place += 1
    return tuple(found)


def _next(text: str, place: int) -> tuple[Requirement, int]:
    if match := _SET.match(text, place):
        values = frozenset(each.strip() for each in match[3].split(","))
        return Requirement(match[1], values, negated=match[2] == "notin"), match.end()
    if match := _PAIR.match(text, place):
        values = frozenset({match[3]})
        return Requirement(match[1], values, negated=match[2] == "!="), match.end()
    if match := _BARE.match(text, place):
        return Requirement(match[2], negated=bool(match[1])), match.end()
    raise _refused(text)


def _refused(text: str) -> UsageError:
    return UsageError(
        f"unable to parse requirement: {text!r:.80}", hint="write a=b, a!=b, a in (b, c), a or !a"
    )
