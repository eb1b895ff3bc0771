"""Show an error to the user: what, where, what next; and write a report when it is our fault."""

import os
import sys
import tempfile
import traceback
from pathlib import Path

from pkgtool.cli.output import write_error
from pkgtool.diskfile import write_file
from pkgtool.errors import PkgtoolError


def show_error(error: PkgtoolError) -> int:
    """Print `error` and what caused it to standard error; return its exit code."""
    blocks = [_block(error)]
    cause = error.__cause__
    while cause is not None:
        if isinstance(cause, PkgtoolError):
            blocks.append(f"caused by: {_block(cause)}")
        cause = cause.__cause__
    return write_error("\n".join(blocks), exit_code=error.exit_code)


def _block(error: PkgtoolError) -> str:
    """Return the message, then the rest indented: scripts read the first line."""
    first, *rest = str(error).split("\n")
    return "\n".join([first, *(f"  {line}" for line in rest)])


def report_bug(error: BaseException) -> int:
    """Write a report of an unexpected `error` to a file and print where it is."""
    report = "".join(traceback.format_exception(error))
    facts = f"pkgtool {' '.join(sys.argv[1:2])}\nPython {sys.version}\n\n{report}"
    path = Path(tempfile.gettempdir()) / f"pkgtool-report-{os.getpid()}.txt"
    write_file(path, facts.encode(), mode=0o600)
    return write_error(
        f"this is a bug in pkgtool: {type(error).__name__}\n"
        f"  a report was written to {path}\n"
        "  hint: attach it to an issue; it holds no values of your charts' secrets unless the "
        "error text does",
        exit_code=3,
    )
