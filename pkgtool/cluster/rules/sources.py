"""Where the time and the identities of objects come from; a test decides them."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple


class Sources(NamedTuple):
    """Where time and identities come from."""

    clock: Callable[[], datetime]
    """The time, in UTC."""
    new_uid: Callable[[], str]
    """A `metadata.uid` that was never given before."""


def new_uid() -> str:
    """Return a random `metadata.uid`, shaped as a UUID."""
    # By hand: the `uuid` module costs more to import than all of this file.
    digits = os.urandom(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)
