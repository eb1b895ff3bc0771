"""Turn whatever stopped a render into our errors, with the place and the chain of includes.

Compiled code carries the template's own lines and columns, so a traceback is a list of places. The
innermost one is the error's; the others become its causes, nearest first.
"""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any

from pkgtool.errors import (
    BudgetExceeded,
    PkgtoolError,
    TemplateError,
    TemplateRender,
    UndefinedValue,
    did_you_mean,
)
from pkgtool.source import Span
from pkgtool.template.jinja.budget import too_deep
from pkgtool.template.jinja.runtime import Context, SourceMissing, Undefined, UndefinedUse, missing
from pkgtool.template.jinja.sandbox import Sandbox

_CHAIN = 12
"""Most places that an error shows; a recursion has hundreds."""


TEMPLATE_FAULTS = (
    PkgtoolError,
    UndefinedUse,
    SourceMissing,
    RecursionError,
    MemoryError,
    TypeError,
    ValueError,
    ArithmeticError,
)
"""What a template can provoke; anything else is a bug of ours and passes."""


def translate(error: Exception) -> TemplateError:
    """Return `error` as one of ours, its place and causes filled in."""
    frames = list(_frames(error.__traceback__))
    spans = _distinct([span for span, _ in frames])
    # An error that knows its place already comes from elsewhere: a `tpl`, another engine.
    foreign = isinstance(error, PkgtoolError) and error.where is not None
    found = _ours(error, frames)
    if spans and not foreign:
        innermost = spans.pop()
        found.where = found.where or innermost
    causes = [TemplateRender("called from here", where=span) for span in reversed(spans)]
    _append_causes(found, causes[:_CHAIN])
    return found.with_traceback(None)


def _ours(error: Exception, frames: list[tuple[Span, Any]]) -> TemplateError:
    if isinstance(error, UndefinedUse):
        return _undefined(error.undefined, frames)
    if isinstance(error, TemplateError):
        return error
    if isinstance(error, SourceMissing):
        return TemplateRender(error.what, hint=error.hint)
    if isinstance(error, PkgtoolError):
        return _wrapped(error)
    if isinstance(error, RecursionError):
        return too_deep()
    if isinstance(error, MemoryError):
        return BudgetExceeded("rendering needs too much memory")
    if isinstance(error, ValueError):
        return TemplateRender(
            "the value does not come apart into that many names",
            hint="`for key, value in …` needs pairs: `mapping.items()`",
        )
    if isinstance(error, TypeError):
        return TemplateRender(
            "values of these kinds do not go together here",
            hint="only numbers compare with numbers, and texts with texts",
        )
    return TemplateRender(f"the expression failed: {type(error).__name__.lower()}")


def _wrapped(error: PkgtoolError) -> TemplateError:
    """Return an error of another arrow (a bad version, a bad pattern) as one of rendering."""
    return TemplateRender(error.what, hint=error.hint)


def _undefined(undefined: Undefined, frames: list[tuple[Span, Any]]) -> UndefinedValue:
    span, context = frames[-1] if frames else (None, None)
    name = str(undefined.name)
    what = name
    if span is not None:
        span = _narrowed(span, name)
        frames[-1] = (span, context)
        what = _dotted(span) if span.text[span.start : span.end] == name else name
    error = UndefinedValue(undefined.note or f"{what!r} is not defined")
    error.where = span
    error.hint = did_you_mean(name, _known(undefined, context)) or _advice(undefined, what)
    return error


def _known(undefined: Undefined, context: Any) -> list[str]:
    owner = undefined.owner
    if owner is missing:
        if not isinstance(context, Context):
            return []
        names = [*context.get_all()]
        # Asked last: the functions' names are many, and near to most things.
        return names if did_you_mean(str(undefined.name), names) else _functions(names)
    try:
        return [str(each) for each in owner]
    except TypeError:
        return []


def _functions(names: list[str]) -> list[str]:
    from pkgtool.template.jinja.functions import function_names  # noqa: PLC0415

    return [*names, *sorted(function_names())]


def _advice(undefined: Undefined, what: str) -> str:
    if what.startswith("Values."):
        return f"set it in values.yaml or with --set, or write `{what} | default(…)`"
    return "`is defined` asks, `| default(…)` gives a value" if undefined.name else ""


def _narrowed(span: Span, name: str) -> Span:
    """Return the place of `name` in the tag around `span`: the last before it ends, or the next.

    An undefined value fails where it is used, which may be a filter or function around it.
    """
    text = span.text
    begin = max(text.rfind("{{", 0, span.end), text.rfind("{%", 0, span.end), 0)
    ends = [end for end in (text.find("}}", span.end), text.find("%}", span.end)) if end >= 0]
    found = list(_words(text, name, begin, min(ends, default=len(text))))
    before = [at for at in found if at < span.end]
    if not found:
        return span
    start = before[-1] if before else found[0]
    return Span(span.name, text, start, start + len(name))


def _words(text: str, name: str, begin: int, end: int) -> Iterator[int]:
    """Yield where `name` stands as a word of its own in that part of `text`."""
    at = text.find(name, begin, end) if name else -1
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(each.isalnum() or each == "_" for each in around):
            yield at
        at = text.find(name, at + 1, end)


def _dotted(span: Span) -> str:
    """Return the expression that ends with the marked name: `Values.ingress.host`."""
    start = span.start
    while start > 0 and (span.text[start - 1].isalnum() or span.text[start - 1] in "._"):
        start -= 1
    return span.text[start : span.end]


def _frames(traceback: TracebackType | None) -> Iterator[tuple[Span, Any]]:
    """Yield place and context of every template in the traceback, outermost first."""
    while traceback is not None:
        sandbox = traceback.tb_frame.f_globals.get("environment")
        if isinstance(sandbox, Sandbox):
            span = _span(sandbox, traceback)
            if span is not None:
                yield span, traceback.tb_frame.f_locals.get("context")
        traceback = traceback.tb_next


def _span(sandbox: Sandbox, traceback: TracebackType) -> Span | None:
    positions = list(traceback.tb_frame.f_code.co_positions())
    line, _, column, end = positions[traceback.tb_lasti // 2]
    if line is None:
        return None
    if column is None or end is None:
        # Python was told to keep no columns.
        return Span.at_line(sandbox.label, sandbox.source, line)
    begin = sum(len(each) + 1 for each in sandbox.source.split("\n")[: line - 1])
    return Span(sandbox.label, sandbox.source, begin + column, begin + max(end, column + 1))


def _distinct(spans: list[Span]) -> list[Span]:
    """Return `spans` without those that repeat the one before."""
    kept: list[Span] = []
    for span in spans:
        if not kept or (kept[-1].name, kept[-1].start) != (span.name, span.start):
            kept.append(span)
    return kept


def _append_causes(error: BaseException, causes: Sequence[TemplateError]) -> None:
    """Chain `causes` behind the last cause that `error` has already."""
    while isinstance(error.__cause__, PkgtoolError):
        error = error.__cause__
    for cause in causes:
        error.__cause__ = cause
        error = cause
    if not causes:
        error.__cause__ = None
