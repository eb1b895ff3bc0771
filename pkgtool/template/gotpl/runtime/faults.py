"""Say what stopped a render: in Helm's words, with our code, the excerpt, and the calls before it.

Go's message is one line with every include in it; Helm breaks it up, unless a function failed
somewhere: then the line stays as it is. `required` and `fail` are shown with their own words only.

| what failed | message |
|---|---|
| an expression | `a.yaml:1:3` · `executing "a.yaml" at <.x.y>:` · `nil pointer evaluating …` |
| a function | `template: a.yaml:1:3: executing "a.yaml" at <len 3>: error calling len: …` |
| `required`, `fail` | `execution error at (a.yaml:1:3): …` |

Source: Go `text/template` (`exec.go`, `ErrorContext`); Helm v4 `pkg/engine/engine.go`
(`reformatExecErrorMsg`).
"""

from collections.abc import Sequence
from typing import Any

from pkgtool.errors import (
    BudgetExceeded,
    FunctionFailed,
    PkgtoolError,
    TemplateError,
    TemplateRender,
    TemplateSyntax,
    UndefinedValue,
)
from pkgtool.source import Span
from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.gotpl.runtime.hints import render_hint, syntax_hint

_CHAIN = 12
"""Most places that an error shows; a recursion has hundreds."""


class Source:
    """The text of a file of templates."""

    __slots__ = ("label", "name", "text")

    def __init__(self, name: str, text: str, label: str) -> None:
        self.name = name
        """What Go calls it."""
        self.text = text
        self.label = label
        """What excerpts call it."""

    def span(self, at: int, length: int = 1) -> Span:
        """Return the place `at` in the text."""
        return Span(self.label, self.text, at, at + length)

    def rest_of_line(self, at: int) -> Span:
        """Return the line from `at` on."""
        return self.span(at, len(self.text[at:].partition("\n")[0].rstrip()))

    def action(self, at: int) -> str:
        """Return the action around `at`, without its delimiters."""
        begin = self.text.rfind("{{", 0, at + 1) + 2
        return self.text[begin:].partition("}}")[0].strip("- ")

    def location(self, at: int) -> str:
        """Return `name:line:column`, the column in bytes from zero, as Go counts."""
        begin = self.text.rfind("\n", 0, at) + 1
        column = len(self.text[begin:at].encode("utf-8", "replace"))
        return f"{self.name}:{self.text.count(chr(10), 0, at) + 1}:{column}"


class ParseFault(Exception):
    """A template does not parse."""

    def __init__(self, source: Source, message: str, where: Span, *, hint: str = "") -> None:
        super().__init__(f"template: {source.name}:{where.line}: {message}")
        self.source = source
        self.message = message
        self.line = where.line
        self.span = where
        """What to show, which may stand before the line where Go gave up."""
        self._hint = hint or syntax_hint(message)

    def began(self, at: int) -> "ParseFault":
        """Show what began at `at`, up to the end of its line, and never ended."""
        self.span = self.source.rest_of_line(at)
        return self

    @property
    def hint(self) -> str:
        """What Helm cuts off, and the next step."""
        cut_off = self.message if ": " in self.message else ""
        return "; ".join(filter(None, (cut_off, self._hint)))

    def error(self) -> TemplateSyntax:
        """Return our error, in Helm's words: those after the last colon of Go's."""
        shown = str(self).rpartition(": ")[2]
        return TemplateSyntax(
            f"parse error at ({self.source.name}:{self.line}): {shown}",
            where=self.span,
            hint=self.hint,
        )


class Fault(Exception):
    """An expression failed; the blocks around it fill in where that was."""

    def __init__(
        self,
        node: Any,
        message: str = "",
        *,
        function: str = "",
        cause: Any = None,
        owner: Any = None,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.node = node
        self.message = message
        self.owner = owner
        """The value that has no such field, if that is the matter."""
        self.hint = hint
        self.function = function
        """The function that failed, if one did: it is the node's."""
        self.cause: Any = cause
        self.template = ""
        self.source: Source | None = None
        self.at = 0
        self.callers: list[tuple[Source, int]] = []
        """Where `{{ template }}` actions led here, nearest first."""

    def place(self, template: str, source: Source, base: int) -> "Fault":
        """Note that the node's action is in `template`, at `base` of `source`, unless noted."""
        if self.source is None:
            self.template = template
            self.source = source
            self.at = base + int(self.node.at)
        return self

    def called(self, source: Source, at: int) -> "Fault":
        """Note a `{{ template }}` action that led here."""
        if len(self.callers) <= _CHAIN:
            self.callers.append((source, at))
        return self

    @property
    def location(self) -> str:
        """Where, as Go writes it."""
        return self.source.location(self.at) if self.source else "?"

    @property
    def action(self) -> str:
        """The action that failed, as written."""
        return self.source.action(self.at) if self.source else ""


def own(error: "Fault | BudgetExceeded", node: Any) -> Fault:
    """Return the fault of `node`: `error` itself, or one about a budget that it exceeded."""
    return error if isinstance(error, Fault) else Fault(node, cause=error)


def failed(error: Exception, node: Any, function: str) -> Fault:
    """Return the fault that says that `function`, called at `node`, failed with `error`."""
    if isinstance(error, (Fault, TplFault, MissingTemplate, Stop, PkgtoolError)):
        return Fault(node, function=function, cause=error)
    if isinstance(error, (RecursionError, MemoryError)):
        cause = BudgetExceeded(f"{function}: the value is too large or too deep")
        return Fault(node, function=function, cause=cause)
    refused = FunctionFailed(f"{function} cannot be applied to these arguments")
    refused.__cause__ = error
    return Fault(node, function=function, cause=refused)


class TplFault(Exception):
    """A text given to `tpl` does not parse or fails; `lead` are Helm's words before the cause."""

    def __init__(self, lead: str, cause: Any) -> None:
        super().__init__(lead)
        self.lead = lead
        self.cause: Fault | ParseFault | PkgtoolError = cause


class MissingTemplate(Exception):
    """`include` names a template that does not exist."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__(f'template: no template {quote(name)} associated with template "gotpl"')
        self.hint = hint


class Stop(Exception):
    """`required` or `fail` stop the render with their own words."""

    def __init__(self, error: TemplateError) -> None:
        super().__init__(error.what)
        self.error = error


def translate(fault: Fault) -> TemplateError:
    """Return `fault` as one of our errors, its place and the calls before it filled in."""
    links = _links(fault)
    root = links[-1]
    faults = [each for each in links if isinstance(each, Fault)]
    error = _error(fault, links, root)
    spans = [span for each in reversed(faults) for span in _spans(each)]
    if error.where is None and spans:
        error.where = spans.pop(0)
    _chain(error, spans)
    return error.with_traceback(None)


def _links(fault: Fault) -> list[Any]:
    """Return everything from the outermost fault to what caused it all."""
    links: list[Any] = [fault]
    while isinstance(links[-1], (Fault, TplFault)) and links[-1].cause is not None:
        links.append(links[-1].cause)
    return links


def _error(fault: Fault, links: Sequence[Any], root: Any) -> TemplateError:
    if isinstance(root, Stop):
        found = type(root.error)(f"execution error at ({fault.location}): {root.error.what}")
        found.hint = root.error.hint
        return found
    if isinstance(root, BudgetExceeded):
        # Helm has no such limits, or only words that repeat every single call.
        return BudgetExceeded(root.what, hint=root.hint, where=root.where)
    what = _helm_text(links)
    if isinstance(root, MissingTemplate):
        return TemplateRender(what, hint=root.hint)
    if isinstance(root, ParseFault):
        return TemplateSyntax(what, where=root.span, hint=root.hint)
    if isinstance(root, PkgtoolError):
        kind = type(root) if isinstance(root, TemplateError) else FunctionFailed
        found = kind(what)
        found.hint, found.where = root.hint, root.where
        return found
    missing = root.message.startswith("nil pointer")
    return (UndefinedValue if missing else TemplateRender)(
        what, hint=root.hint or render_hint(root)
    )


def _helm_text(links: Sequence[Any]) -> str:
    reformed = []
    for link in links:
        if isinstance(link, Fault):
            head = f"{link.location}\n  executing {quote(link.template)} at <{link.node}>:\n    "
            reformed.append(head + _own_words(link).rstrip(" ") + "\n")
        elif isinstance(link, MissingTemplate):
            reformed.append(f"{link}\n")
        else:
            return _go_text(links)
    return "".join(reformed).strip()


def _own_words(fault: Fault) -> str:
    return f"error calling {fault.function}:" if fault.function else fault.message


def _go_text(links: Sequence[Any]) -> str:
    """Return Go's line: every link followed by what caused it."""
    pieces = []
    for link in links:
        if isinstance(link, Fault):
            head = f"template: {link.location}: executing {quote(link.template)} at <{link.node}>: "
            pieces.append(head + _own_words(link) + (" " if link.function else ""))
        elif isinstance(link, TplFault):
            pieces.append(link.lead)
        elif isinstance(link, PkgtoolError):
            pieces.append(link.what)
        else:
            pieces.append(str(link))
    return "".join(pieces)


def _spans(fault: Fault) -> list[Span]:
    """Return the places of one fault, the failing expression first."""
    if fault.source is None:
        return []
    own = fault.source.span(fault.at, _length(fault.source.text, fault.at, str(fault.node)))
    return [own, *(source.span(at) for source, at in fault.callers)]


def _length(text: str, at: int, shown: str) -> int:
    """Return how much of the expression follows `at`: Go's place of `.a.b` is that of `.b`."""
    begin = text.rfind(shown, max(0, at - len(shown)), at + len(shown))
    end = begin + len(shown) if begin >= 0 else at + len(shown)
    closing = text.find("}}", at)
    return max(1, min(end, closing if closing >= 0 else end) - at)


def _chain(error: BaseException, spans: Sequence[Span]) -> None:
    """Chain the places that led to `error` behind the causes that it has already."""
    while isinstance(error.__cause__, PkgtoolError):
        error = error.__cause__
    for span in spans[:_CHAIN]:
        cause = TemplateRender("called from here", where=span)
        error.__cause__ = cause
        error = cause
    if not spans:
        error.__cause__ = None
