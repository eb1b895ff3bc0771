"""Compile templates to Python: faster than the evaluator, and never different from it."""

import marshal
from collections.abc import Sequence
from types import CodeType

from pkgtool.errors import BudgetExceeded
from pkgtool.template.gotpl import entries
from pkgtool.template.gotpl.budget import Room
from pkgtool.template.gotpl.clauses import parse_clause
from pkgtool.template.gotpl.compiler.blocks import Blocks
from pkgtool.template.gotpl.compiler.expressions import CannotCompile
from pkgtool.template.gotpl.faults import ParseFault, Source
from pkgtool.template.gotpl.nodes import Node
from pkgtool.template.gotpl.parser import parse_file
from pkgtool.template.gotpl.template_prices import template_price

__all__ = ["compile_body", "compile_text"]


def compile_body(body: Sequence[Node], *, lined: bool) -> CodeType | None:
    """Return the code of the function that a template with `body` becomes.

    Args:
        body: As parsed.
        lined: Whether the function says which line each text comes from.

    Returns:
        None when only the evaluator can run it.
    """
    try:
        source, _ = Blocks(lined=lined).function(body)
        module = compile(source, "<template>", "exec", dont_inherit=True)
    except (CannotCompile, SyntaxError, RecursionError, MemoryError, ValueError, OverflowError):
        # Python nests less deeply than Go templates may.
        return None
    return next(each for each in module.co_consts if isinstance(each, CodeType))


def compile_text(text: str, *, lined: bool) -> entries.Entry | None:
    """Return the entry for the cache of a `text` of templates.

    Args:
        text: The source.
        lined: Whether it is a file, which notes the lines that its own text comes from.

    Returns:
        None when it does not parse, or when only the evaluator can run a part of it.
    """
    try:
        with Room():
            return _entry(text, lined=lined)
    except (ParseFault, BudgetExceeded):
        return None


def _entry(text: str, *, lined: bool) -> entries.Entry | None:
    source = Source(entries.OWN_BODY, text, "")
    found = []
    for each in parse_file(source, lambda action, closed: parse_clause(action, closed=closed)):
        code = compile_body(each.body, lined=lined and each.name == entries.OWN_BODY)
        if code is None:
            return None
        price = template_price(each.body)
        found.append(entries.Definition(each.name, each.blank, price, marshal.dumps(code)))
    return tuple(found)
