"""Release to bytes and back, in Helm's own form: base64 of gzip of JSON.

Equal releases give equal bytes. Records of Helm 3 and 4 are read, compressed or not; fields that
pkgtool does not know are left out. Labels are not inside: stores keep them beside the record.

Source: Helm v4 `pkg/release/v1`, `pkg/storage/driver/util.go`. See ADR 0006.
"""

import binascii
import json
import math
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from pkgtool.errors import RecordCorrupt, StoreError
from pkgtool.release.model import HookRecord, HookRun, Release, Status
from pkgtool.store import fields
from pkgtool.store.chartform import chart_document, chart_from
from pkgtool.store.fields import filled

LIMIT_BYTES = 64 * 1024 * 1024
"""A record that unpacks to more is not one: it would be an attack on memory."""

NO_TIME = datetime(1, 1, 1, tzinfo=UTC)
"""What a record says that lacks a time: Go's zero."""

_GZIP_MAGIC = b"\x1f\x8b\x08"
# No name, no time, best compression, unknown system: what Go's writer puts there.
_GZIP_HEADER = _GZIP_MAGIC + b"\x00\x00\x00\x00\x00\x02\xff"


def encode_release(release: Release) -> bytes:
    """Return the record as kept under `data.release`.

    Raises:
        StoreError: The release holds a value that JSON cannot.
    """
    try:
        written = json.dumps(
            release_document(release), ensure_ascii=False, allow_nan=False, separators=(",", ":")
        ).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise StoreError(
            f"release {release.name!r} holds a value that cannot be recorded: {error}"
        ) from error
    return binascii.b2a_base64(_compressed(written), newline=False)


def decode_release(data: bytes) -> Release:
    """Return the release in `data`.

    Raises:
        RecordCorrupt: `data` is not a record, with the reason.
    """
    document = _parsed(_unpacked(data))
    if not isinstance(document, dict):
        raise RecordCorrupt("the record is not a JSON object")
    return release_from(document)


def release_document(release: Release) -> dict[str, Any]:
    """Return the JSON document of `release`, with Helm's keys in Helm's order."""
    return filled(
        {
            "name": release.name,
            "info": _info_document(release),
            "chart": chart_document(release.chart),
            "config": dict(release.config),
            "manifest": release.manifest,
            "hooks": [_hook_document(each) for each in release.hooks],
            "version": release.revision,
            "namespace": release.namespace,
            "apply_method": release.apply_method,
        }
    )


def release_from(document: Mapping[str, Any], *, loose: bool = False) -> Release:
    """Return the release in the JSON `document`.

    Args:
        document: As `release_document` makes it.
        loose: Whether the revision may be 0 and the chart absent, as in what tests begin with.

    Raises:
        RecordCorrupt: A field is missing or of another type.
    """
    info = fields.mapping(document, "info")
    name, revision = fields.text(document, "name"), fields.number(document, "version")
    if not name or revision < (0 if loose else 1):
        raise RecordCorrupt("the record has no name or no revision")
    return Release(
        name=name,
        namespace=fields.text(document, "namespace"),
        revision=revision,
        status=_status(info),
        chart=chart_from(fields.mapping(document, "chart"), loose=loose),
        first_deployed=fields.moment(info, "first_deployed") or NO_TIME,
        last_deployed=fields.moment(info, "last_deployed") or NO_TIME,
        description=fields.text(info, "description"),
        config=fields.mapping(document, "config"),
        manifest=fields.text(document, "manifest"),
        hooks=tuple(map(_hook_from, fields.objects(document, "hooks"))),
        notes=fields.text(info, "notes"),
        deleted=fields.moment(info, "deleted"),
        # Helm 3 did not write it, and applied on the client.
        apply_method=fields.text(document, "apply_method"),
        rollback_revision=fields.number(info, "rollback_revision"),
    )


def _info_document(release: Release) -> dict[str, Any]:
    return filled(
        {
            "first_deployed": _time(release.first_deployed),
            "last_deployed": _time(release.last_deployed),
            "deleted": _time(release.deleted),
            "description": release.description,
            "status": release.status.value,
            "rollback_revision": release.rollback_revision,
            "notes": release.notes,
        }
    )


def _hook_document(hook: HookRecord) -> dict[str, Any]:
    run = hook.last_run or HookRun("")
    times = {"started_at": _time(run.started_at), "completed_at": _time(run.completed_at)}
    return {
        **filled(
            {"name": hook.name, "kind": hook.kind, "path": hook.path, "manifest": hook.manifest}
        ),
        "events": list(hook.events),
        "last_run": {**filled(times), "phase": run.phase},
        **filled(
            {
                "weight": hook.weight,
                "delete_policies": list(hook.delete_policies),
                "output_log_policies": list(hook.output_log_policies),
            }
        ),
    }


def _hook_from(document: Mapping[str, Any]) -> HookRecord:
    return HookRecord(
        name=fields.text(document, "name"),
        kind=fields.text(document, "kind"),
        path=fields.text(document, "path"),
        manifest=fields.text(document, "manifest"),
        events=fields.strings(document, "events"),
        weight=fields.number(document, "weight"),
        delete_policies=fields.strings(document, "delete_policies"),
        output_log_policies=fields.strings(document, "output_log_policies"),
        last_run=_run_from(fields.mapping(document, "last_run")),
    )


def _run_from(document: Mapping[str, Any]) -> HookRun | None:
    phase = fields.text(document, "phase")
    started = fields.moment(document, "started_at")
    completed = fields.moment(document, "completed_at")
    return HookRun(phase, started, completed) if phase or started or completed else None


def _status(info: Mapping[str, Any]) -> Status:
    written = fields.text(info, "status")
    try:
        return Status(written or "unknown")
    except ValueError as error:
        raise RecordCorrupt(f"{written[:80]!r} is not a status of a release") from error


def _time(at: datetime | None) -> str:
    return "" if at is None or at == NO_TIME else fields.format_moment(at)


def _compressed(data: bytes) -> bytes:
    # Not the `gzip` module: its header differs between versions of Python.
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(data) + packer.flush()
    end = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return _GZIP_HEADER + body + end


def _unpacked(data: bytes) -> bytes:
    try:
        packed = binascii.a2b_base64(data)
    except ValueError as error:
        raise RecordCorrupt(f"not base64: {error}") from error
    if not packed.startswith(_GZIP_MAGIC):
        return packed
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unpacker.decompress(packed, LIMIT_BYTES)
    except zlib.error as error:
        raise RecordCorrupt(f"damaged compression: {error}") from error
    if unpacker.unconsumed_tail:
        raise RecordCorrupt(f"larger than {LIMIT_BYTES} bytes when unpacked")
    if not unpacker.eof:
        raise RecordCorrupt("the end of the record is missing")
    return found


def _parsed(data: bytes) -> Any:
    try:
        document = json.loads(data.decode(), parse_constant=_refuse, parse_float=_finite)
        # Half a character is fine for the parser, but nothing could ever write it again.
        if b"\\ud" in data.lower():
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise RecordCorrupt(f"not JSON: {error}") from error
    return document


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


def _finite(written: str) -> float:
    value = float(written)
    if math.isinf(value):
        raise ValueError(f"{written[:80]} is too large a number")
    return value
