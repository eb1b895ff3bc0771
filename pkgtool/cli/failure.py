"""Show an error to the user: what, where, what next; and write a report when it is our fault."""

import os
import sys
import traceback

from pkgtool.cli.output import write_error
from pkgtool.errors import PkgtoolError


def show_error(error: PkgtoolError) -> int:
    """Print `error` and what caused it to standard error; return its exit code."""
    shown = _block(error)
    cause = error.__cause__
    while cause is not None:
        # What an error took over from its cause is not said twice.
        if isinstance(cause, PkgtoolError) and cause.what not in shown:
            shown += f"\ncaused by: {_block(cause)}"
        cause = cause.__cause__
    return write_error(shown, exit_code=error.exit_code)


def _block(error: PkgtoolError) -> str:
    """Return the message, then the rest indented: scripts read the first line."""
    first, *rest = str(error).split("\n")
    return "\n".join([first, *(f"  {line}" for line in rest)])


def report_bug(error: BaseException) -> int:
    """Write a report of an unexpected `error` to a new file and print where it is."""
    report = "".join(traceback.format_exception(error))
    place = _kept(f"pkgtool {' '.join(sys.argv[1:2])}\nPython {sys.version}\n\n{report}")
    return write_error(
        f"this is a bug in pkgtool: {type(error).__name__}\n"
        + (f"  a report was written to {place}\n" if place else report)
        + "  hint: attach the report to an issue; look first whether it says something secret",
        exit_code=3,
    )


def _kept(report: str) -> str:
    """Return the path of a new file with `report`, or an empty text when there can be none."""
    # Imported here: only bugs pay for it.
    from tempfile import mkstemp  # noqa: PLC0415

    try:
        # A name that nobody can have guessed, for its owner alone.
        handle, path = mkstemp(prefix="pkgtool-report-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(report)
    except OSError:
        return ""
    return path
