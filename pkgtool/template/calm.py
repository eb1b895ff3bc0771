"""Keep Python calm while a chart renders: no garbage collector, and room for calls in calls.

Parsed templates are many small objects that stay. Looking through them again and again for cycles
takes longer than making them.
"""

import gc
from collections.abc import Callable
from sys import getrecursionlimit, setrecursionlimit
from types import FunctionType
from typing import Any, TypeVar

Result = TypeVar("Result")


FRAMES = 60_000
"""Calls in calls that a render may need."""


class Room:
    """Lets templates nest as deep as their budget says.

    Functions that call each other in Python take no C stack, so a high recursion limit is safe.
    """

    __slots__ = ("_limit",)

    def __enter__(self) -> None:
        self._limit = getrecursionlimit()
        if self._limit < FRAMES:
            setrecursionlimit(FRAMES)

    def __exit__(self, *_error: object) -> None:
        if self._limit < FRAMES:
            setrecursionlimit(self._limit)


class CollectorPaused:
    """Without the collector inside of `with`; afterwards it is as it was."""

    __slots__ = ("_collects",)

    def __enter__(self) -> None:
        self._collects = gc.isenabled()
        gc.disable()

    def __exit__(self, *_error: object) -> None:
        if self._collects:
            gc.enable()


def with_room(work: Callable[..., Result], *arguments: Any) -> Result:
    """Return what `work` does, called from a frame that reserves half a megabyte of Python's stack.

    Python takes its stack in small pieces, and gives each back when the call that needed it returns:
    a loop whose calls happen to cross the end of one would be five times slower. What reserves so
    much lies in a piece large enough for all that templates nest; the reserve itself is not touched.
    """
    with Room():
        result: Result = _ROOMY(work, *arguments)
    return result


def _called(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


_ROOMY = FunctionType(_called.__code__.replace(co_stacksize=1 << 16), {})
