"""Render with both back ends of Go templates, which must never differ.

Compiled code comes from a cache that holds everything, as in the second run of a command; the
evaluator runs in an engine that has no cache and sees each text for the first time.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pkgtool.errors import PkgtoolError
from pkgtool.template.codecache import CodeCache
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.gotpl.entries import compile_ahead
from pkgtool.template.protocol import Engine
from pkgtool.testing.engine_contract import nowhere

Render = Callable[[Engine], Any]
"""Render with an engine; called several times, so it must make its data afresh."""


def compiled_engine(render: Render) -> GotplEngine:
    """Return an engine that has compiled code for what `render` renders, as far as that is possible."""
    cache = CodeCache(Path("/nowhere"))
    with suppress(PkgtoolError):
        render(GotplEngine(cache))
    for _ in compile_ahead(cache):
        pass
    return GotplEngine(cache)


def engine_for(texts: Mapping[str, str]) -> GotplEngine:
    """Return an engine that has compiled code for `texts` by path, all of them together."""
    return compiled_engine(lambda engine: engine.compile(texts, outside=nowhere))


def same_outcome(render: Render) -> Any:
    """Return what `render` returns with either back end, or raise what both raise.

    Raises:
        AssertionError: The outcomes differ: a bug in the compiler.
        PkgtoolError: From both.
    """
    exact, exact_error = _outcome(render, GotplEngine())
    fast, fast_error = _outcome(render, compiled_engine(render))
    assert told(fast_error) == told(exact_error)
    if exact_error is not None:
        raise exact_error
    assert fast == exact
    return exact


def told(error: BaseException | None) -> list[str]:
    """Return everything that a user would read of `error` and its causes."""
    found = []
    while error is not None:
        found.append(f"{type(error).__name__}: {error}")
        error = error.__cause__
    return found


def _outcome(render: Render, engine: GotplEngine) -> tuple[Any, PkgtoolError | None]:
    try:
        return render(engine), None
    except PkgtoolError as error:
        return None, error
