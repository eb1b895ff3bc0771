"""Follow a journal of events until the time is up, letting simulated time pass in between."""

import time
from collections.abc import Callable, Iterator

from pkgtool.cluster.protocol import WatchEvent
from pkgtool.errors import Rejected

INTERVAL_S = 0.05
"""How long a watch rests when nothing moves."""


def follow(
    poll: Callable[[], list[WatchEvent]],
    advance: Callable[[], bool],
    *,
    timeout_s: float,
    sleep: Callable[[float], None],
) -> Iterator[WatchEvent]:
    """Yield what each `poll` finds; the last one is made when `timeout_s` is over.

    Args:
        poll: Returns the events since the poll before.
        advance: Lets pending objects make a step, and says whether any did.
        timeout_s: Seconds; with zero there is one poll and no step.
        sleep: Rests for some seconds.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        yield from poll()
        left = deadline - time.monotonic()
        if left <= 0:
            return
        if not advance():
            sleep(min(left, INTERVAL_S))


def parse_version(text: str) -> int:
    """Return a resource version as the number it is in our clusters.

    Raises:
        Rejected: It is not one.
    """
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    raise Rejected(f"invalid resource version: {text!r}")


def too_old(version: int, oldest: int) -> Rejected:
    """Return the error of a watch from before everything that is still remembered."""
    return Rejected(
        f"too old resource version: {version} ({oldest})",
        hint="list again, and watch from there",
    )
