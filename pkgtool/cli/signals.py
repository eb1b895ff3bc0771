"""What SIGINT and SIGTERM do: the first one ends the command in an orderly way, the second at once.

The first becomes an exception where the command just is. An operation that changes a release then
sends nothing more, records that it was interrupted, and gives its lease back; see
`ops/holding.py`. Commands that change nothing are left to what Python and the system do.
"""

import signal
from contextlib import suppress
from types import FrameType
from typing import NoReturn


class Stopped(KeyboardInterrupt):
    """A signal asked the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def heed_signals() -> None:
    """From here on, a signal ends the command in an orderly way."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Who started us may have wished that we ignore it, as `nohup` and shells' `&` do.
        if signal.getsignal(number) is not signal.SIG_IGN:
            # Only the main thread may; a program that runs commands in another has its own ways.
            with suppress(ValueError):
                signal.signal(number, _stop)


def exit_code(stop: BaseException) -> int:
    """Return what a shell expects of a process that was interrupted."""
    return 128 + (stop.number if isinstance(stop, Stopped) else 2)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)
    raise Stopped(number)
