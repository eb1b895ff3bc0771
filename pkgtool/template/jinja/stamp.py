"""Tell one version of the compiler from another, without loading it."""

from importlib.machinery import PathFinder
from os.path import dirname

from pkgtool.template.stamp import stamp_of

DIALECT = 1
"""Raised when compiled code of an earlier version must not run any more."""

_PARTS = ("compiler.py", "codegen.py", "parsing.py")


def compiler_stamp() -> str:
    """Return a text that changes whenever the same template may compile to other code."""
    library = PathFinder.find_spec("jinja2")
    origin = library.origin if library is not None and library.origin else ""
    folder = dirname(__file__)  # noqa: PTH120 - a path object would cost more than the answer
    return stamp_of(DIALECT, [origin, *(f"{folder}/{part}" for part in _PARTS)])
