"""Name content by its SHA-256, so that two places can agree that they hold the same bytes."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from pkgtool.errors import DigestMalformed

_HEX = frozenset("0123456789abcdef")


class Digest(NamedTuple):
    """A SHA-256, as 64 lower-case hexadecimal digits without a prefix."""

    hex: str

    @classmethod
    def parse(cls, text: str) -> "Digest":
        """Read `sha256:<hex>` or bare hexadecimal digits.

        Raises:
            DigestMalformed: `text` is not 64 hexadecimal digits.
        """
        digits = text.strip().lower().removeprefix("sha256:")
        if len(digits) != 64 or not _HEX.issuperset(digits):
            raise DigestMalformed(text)
        return cls(digits)

    @classmethod
    def of(cls, data: bytes) -> "Digest":
        """Digest `data`."""
        return cls(hashlib.sha256(data).hexdigest())

    @classmethod
    def of_chunks(cls, chunks: Iterable[bytes]) -> "Digest":
        """Digest the concatenation of `chunks` without holding it in memory."""
        state = hashlib.sha256()
        for chunk in chunks:
            state.update(chunk)
        return cls(state.hexdigest())

    def __str__(self) -> str:
        return f"sha256:{self.hex}"
