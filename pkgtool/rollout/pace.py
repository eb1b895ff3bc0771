"""Time, as a test may decide it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple


def _utc() -> datetime:
    return datetime.now(UTC)


class Pace(NamedTuple):
    """What time it is, and how it passes."""

    clock: Callable[[], datetime] = _utc
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
