"""Bytes by key, and nothing more.

Keys are relative paths with `/`, made of portable characters; they never climb. A write is seen
whole or not at all. `testing.blob_contract` holds every implementation to the same behaviour.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

from pkgtool.digest import Digest


class BlobInfo(NamedTuple):
    """What is known of a blob without reading it whole."""

    key: str
    size_bytes: int
    digest: Digest
    modified: datetime


class BlobStore(Protocol):
    """Bytes at rest."""

    def put(self, key: str, data: bytes, *, replace: bool = False) -> BlobInfo:
        """Keep `data` under `key`; the same bytes again are fine.

        Raises:
            BlobExists: Other bytes are there and `replace` is off; they are unchanged.
        """
        ...

    def get(self, key: str) -> bytes:
        """Return the bytes.

        Raises:
            BlobNotFound: There are none.
        """
        ...

    def stat(self, key: str) -> BlobInfo:
        """Describe the blob.

        Raises:
            BlobNotFound: There is none.
        """
        ...

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """Yield all blobs whose key begins with `prefix`, ordered by key."""
        ...

    def delete(self, key: str) -> None:
        """Forget the blob; a missing one is fine."""
        ...
