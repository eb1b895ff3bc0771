"""Release to bytes and back, in Helm's own form.

Source: Helm v4 `pkg/release/v1`, `pkg/storage/driver/util.go`.
"""

from pkgtool.release.model import Release


def encode_release(release: Release) -> bytes:
    """Return the record as kept under `data.release`: base64 of gzip of JSON.

    Raises:
        StoreError: The release holds a value that JSON cannot.
    """
    raise NotImplementedError


def decode_release(data: bytes) -> Release:
    """Return the release in `data`, without its labels: they are kept beside it.

    Raises:
        RecordCorrupt: `data` is not a record, with the reason.
    """
    raise NotImplementedError
