"""Which HTTP status an error is: the one table."""

from pkgtool.errors import (
    BlobExists,
    BlobNotFound,
    ChartError,
    InputError,
    PkgtoolError,
    RepoError,
)

STATUS: tuple[tuple[type[PkgtoolError], int], ...] = (
    (BlobNotFound, 404),
    (BlobExists, 409),
    (ChartError, 400),
    (InputError, 400),
    (RepoError, 502),
    (PkgtoolError, 500),
)
"""The first class that fits decides."""


def http_status(error: PkgtoolError) -> int:
    """Return the HTTP status of `error`."""
    return next(status for kind, status in STATUS if isinstance(error, kind))
