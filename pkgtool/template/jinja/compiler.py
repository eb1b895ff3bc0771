"""Turn template text into a code object: the only module that needs Jinja itself.

A run that finds all its code in the cache never imports this.
"""

from functools import lru_cache
from types import CodeType
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import Lexer
from jinja2.sandbox import SandboxedEnvironment

from pkgtool.errors import TemplateSyntax, did_you_mean
from pkgtool.source import Span
from pkgtool.template.jinja.codegen import PlacedGenerator
from pkgtool.template.jinja.filters import FILTERS
from pkgtool.template.jinja.functions import function_names
from pkgtool.template.jinja.parsing import DefineTag, Place, PlacedLexer, defined_name, parse
from pkgtool.template.jinja.predicates import PREDICATES


class _Environment(SandboxedEnvironment):
    """Jinja's settings for compiling; it runs nothing."""

    # All arithmetic goes through the sandbox, where results are limited.
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    @property
    def lexer(self) -> Lexer:
        """A lexer that knows columns."""
        return PlacedLexer(self)


@lru_cache(maxsize=1)
def _environment() -> _Environment:
    return _Environment(
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        optimized=False,
        autoescape=False,
        extensions=[DefineTag],
        cache_size=0,
    )


def compile_template(text: str, label: str) -> CodeType:
    """Return the code of the template `text`.

    The code depends on the text only, so one cached object serves every chart that has the text.

    Args:
        text: The template.
        label: What errors call it.

    Raises:
        TemplateSyntax: It does not parse, or nests too deeply.
    """
    environment = _environment()
    try:
        tree = parse(environment, text)
        _check_names(tree)
        return PlacedGenerator(environment).compile(tree)
    except TemplateSyntaxError as error:
        # The cause of a template error is the include that led to it, never the library's error.
        raise _syntax_error(error, text, label) from None
    except (RecursionError, MemoryError, SyntaxError, ValueError):
        # What the checks before let through, Python's compiler may still refuse.
        raise TemplateSyntax(
            "the template is too deeply nested, or has a number that is too long",
            where=Span.at_line(label, text, 1),
        ) from None


def _check_names(tree: nodes.Template) -> None:
    """Refuse tags, filters and tests that do not exist, and names defined twice in the file."""
    for tag in tree.find_all(nodes.EvalContextModifier):
        raise TemplateSyntaxError("there is no `autoescape`: manifests are not HTML", tag.lineno)
    functions = function_names()
    for found in tree.find_all(nodes.Filter):
        if found.name not in FILTERS and found.name not in functions:
            raise _Unknown("filter", found, (*FILTERS, *functions))
    for test in tree.find_all(nodes.Test):
        if test.name not in PREDICATES:
            raise _Unknown("test", test, PREDICATES)
    seen: set[str] = set()
    for block in tree.find_all(nodes.Block):
        name = defined_name(block)
        if name in seen:
            raise TemplateSyntaxError(f"{name!r} is defined twice in this file", block.lineno)
        if name is not None:
            seen.add(name)


class _Unknown(TemplateSyntaxError):
    """A filter or test that does not exist."""

    def __init__(self, kind: str, node: Any, known: Any) -> None:
        super().__init__(f"there is no {kind} {node.name!r}", node.lineno)
        self.hint = did_you_mean(node.name, known)


def _syntax_error(error: TemplateSyntaxError, text: str, label: str) -> TemplateSyntax:
    message = (error.message or "the template does not parse").rstrip(".").replace(". ", "; ")
    return TemplateSyntax(
        message[:1].lower() + message[1:],
        where=_span(error.lineno, text, label),
        hint=getattr(error, "hint", ""),
    )


def _span(line: int, text: str, label: str) -> Span:
    if not isinstance(line, Place):
        return Span.at_line(label, text, line)
    start = sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + line.column
    return Span(label, text, start, start + line.width)
