"""Show an error to the user: what, where, what next; and write a report when it is our fault."""

import os
import sys
import traceback
from collections.abc import Iterable

from pkgtool.cli.output import write_error
from pkgtool.cli.program import as_called, detail_wanted
from pkgtool.errors import PkgtoolError, YamlInvalid


def show_error(error: PkgtoolError) -> int:
    """Print `error` and what caused it to standard error; return its exit code.

    What scripts look for comes first, in Helm's words where Helm has words; what is only ours
    follows, indented, and can be left out.
    """
    shown = error.what
    if detail_wanted():
        shown += indented(f"[{error.code}]", error.detail())
        shown += _causes(error)
    return write_error(as_called(shown), exit_code=error.exit_code)


def _causes(error: PkgtoolError) -> str:
    told, cause = error.what + "\n".join(error.detail()), error.__cause__
    text = ""
    while cause is not None:
        # What an error took over from its cause is not said twice.
        if isinstance(cause, PkgtoolError) and not is_told(cause, told):
            told += cause.what
            text += indented(f"caused by: {cause.what} [{cause.code}]", cause.detail())
        cause = cause.__cause__
    return text


def is_told(cause: PkgtoolError, told: str) -> bool:
    """Tell whether `told` says what `cause` does, if only in the words of Helm's YAML reader."""
    in_go = cause.in_go if isinstance(cause, YamlInvalid) else ""
    return cause.what in told or bool(in_go and in_go in told)


def indented(first: str, rest: Iterable[str]) -> str:
    """Return lines below a message, the `first` of them in front of a `rest` that is one sentence."""
    lines = "\n".join(rest).split("\n")
    text = "\n".join([first, *lines])
    if len(lines) == 1 and lines[0].startswith("hint:"):
        text = f"{first} {lines[0]}"
    return "".join(f"\n  {line}" for line in text.rstrip("\n").split("\n"))


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
