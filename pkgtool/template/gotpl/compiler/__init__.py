"""Compile templates to Python: faster than the evaluator, and never different from it."""

from collections.abc import Sequence
from types import CodeType

from pkgtool.template.gotpl.compiler.blocks import Blocks
from pkgtool.template.gotpl.compiler.expressions import CannotCompile
from pkgtool.template.gotpl.nodes import Node

__all__ = ["compile_definition"]


def compile_definition(body: Sequence[Node], *, lined: bool) -> CodeType | None:
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
