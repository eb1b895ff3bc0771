"""Which HTTP status an error is: the one table."""

from pkgtool.errors import (
    BlobExists,
    BlobKeyInvalid,
    BlobNotFound,
    ChartError,
    FileUnreadable,
    FileUnwritable,
    InputError,
    PkgtoolError,
    RepoError,
)

STATUS: tuple[tuple[type[PkgtoolError], int], ...] = (
    (BlobNotFound, 404),
    (BlobExists, 409),
    (BlobKeyInvalid, 400),
    (ChartError, 400),
    (FileUnreadable, 500),
    (FileUnwritable, 507),
    (InputError, 400),
    (RepoError, 502),
    (PkgtoolError, 500),
)
"""The first class that fits decides; from 500 on it is our fault, and the client learns no more."""


def http_status(error: PkgtoolError) -> int:
    """Return the HTTP status of `error`."""
    return next(status for kind, status in STATUS if isinstance(error, kind))
