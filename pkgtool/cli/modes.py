"""Whether a command does what it says or only shows it, and how its errors begin.

Source: Helm v4 `pkg/cmd/helpers.go` (`cmdGetDryRunFlagStrategy`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from pkgtool.cli.output import warn
from pkgtool.errors import PkgtoolError, UsageError


@contextmanager
def doing(words: str) -> Iterator[None]:
    """Put `words` in front of errors, as Helm does: `INSTALLATION FAILED: …`."""
    try:
        yield
    except PkgtoolError as error:
        error.under(words)
        raise


DryRun = Literal["none", "client", "server"]


def dry_run(flags: Mapping[str, Any], *, rendering: bool = False) -> DryRun:
    """Return whether, and how, nothing is to be changed.

    Args:
        flags: With `dry_run`.
        rendering: Whether that is so in any case.

    Raises:
        UsageError: `--dry-run` is none of its words.
    """
    text = str(flags["dry_run"])
    meant = _DRY_RUNS.get(text)
    if meant is None or (rendering and meant == "none"):
        words = '"server" or "client"' if rendering else '"none", "server", or "client"'
        raise UsageError(f'invalid dry-run value ("{text}"). Must be {words}')
    if text == "unchanged":
        warn("--dry-run is deprecated and should be replaced with '--dry-run=client'")
    elif text not in ("none", "client", "server"):
        warn(
            f"boolean '--dry-run={text}' flag is deprecated and must be replaced with "
            f"'--dry-run={meant}'"
        )
    return meant


TRUE = ("true", "TRUE", "True", "t", "T", "1")
FALSE = ("false", "FALSE", "False", "f", "F", "0")
"""What Go takes for a boolean."""

_DRY_RUNS: Mapping[str, DryRun] = {
    "none": "none",
    "client": "client",
    "server": "server",
    "unchanged": "client",
    **dict.fromkeys(TRUE, "client"),
    **dict.fromkeys(FALSE, "none"),
}
