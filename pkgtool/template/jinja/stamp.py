"""Tell one version of the compiler from another, without loading it."""

import sys
from importlib.machinery import PathFinder
from os import stat
from os.path import dirname

DIALECT = 1
"""Raised when compiled code of an earlier version must not run any more."""

_PARTS = ("compiler.py", "codegen.py", "parsing.py")


def compiler_stamp() -> str:
    """Return a text that changes whenever the same template may compile to other code."""
    library = PathFinder.find_spec("jinja2")
    origin = library.origin if library is not None and library.origin else ""
    folder = dirname(__file__)  # noqa: PTH120 - a path object would cost more than the answer
    files = [origin, *(f"{folder}/{part}" for part in _PARTS)]
    return ":".join([str(DIALECT), str(sys.implementation.cache_tag), *map(_version, files)])


def _version(path: str) -> str:
    try:
        status = stat(path)  # noqa: PTH116
    except OSError:
        return "-"
    return f"{status.st_size}.{status.st_mtime_ns}"
