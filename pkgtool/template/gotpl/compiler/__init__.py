"""Compile templates to Python: faster than the evaluator, and never different from it.

Compiled code knows the usual course only. Where it fails, everything is rendered again by the evaluator,
which says what Go says, or finds that nothing is wrong.
"""

import marshal
from collections.abc import Sequence
from sys import getrecursionlimit, setrecursionlimit
from types import CodeType
from warnings import catch_warnings

from pkgtool.errors import BudgetExceeded
from pkgtool.template.calm import Room
from pkgtool.template.gotpl import entries
from pkgtool.template.gotpl.compiler.blocks import Blocks
from pkgtool.template.gotpl.compiler.expressions import CannotCompile
from pkgtool.template.gotpl.runtime.faults import ParseFault, Source
from pkgtool.template.gotpl.runtime.template_prices import template_price
from pkgtool.template.gotpl.syntax.clauses import parse_clause
from pkgtool.template.gotpl.syntax.nodes import Node
from pkgtool.template.gotpl.syntax.parser import parse_file

__all__ = ["compile_body", "compile_text"]

_LEVELS = 1000


def compile_body(body: Sequence[Node]) -> CodeType | None:
    """Return the code of the function that a template with `body` becomes.

    Returns:
        None when only the evaluator can run it.
    """
    try:
        source = Blocks().function(body)
        # What is odd in a template is odd in Python, too; the evaluator says so where it matters.
        with _Shallow(), catch_warnings(action="ignore", category=SyntaxWarning):
            module = compile(source, "<template>", "exec", dont_inherit=True)
    except (CannotCompile, SyntaxError, RecursionError, MemoryError, ValueError, OverflowError):
        # Python nests less deeply than Go templates may.
        return None
    code = next(each for each in module.co_consts if isinstance(each, CodeType))
    # Nobody asks for the lines of code that has no source, and they are a third of it.
    return code.replace(co_linetable=b"")


class _Shallow:
    """Python's usual depth: its compiler takes C stack for each level, and believes what is set."""

    def __enter__(self) -> None:
        self._limit = getrecursionlimit()
        setrecursionlimit(min(self._limit, _LEVELS))

    def __exit__(self, *_error: object) -> None:
        setrecursionlimit(self._limit)


def compile_text(text: str) -> entries.Entry | None:
    """Return the entry for the cache of a `text` of templates.

    Returns:
        None when it does not parse, or when only the evaluator can run a part of it.
    """
    try:
        with Room():
            return _entry(text)
    except (ParseFault, BudgetExceeded):
        return None


def _entry(text: str) -> entries.Entry | None:
    source = Source(entries.OWN_BODY, text, "")
    found = []
    for each in parse_file(source, lambda action, closed: parse_clause(action, closed=closed)):
        code = compile_body(each.body)
        if code is None:
            return None
        price = template_price(each.body)
        found.append(entries.Definition(each.name, each.blank, price, marshal.dumps(code)))
    return tuple(found)
