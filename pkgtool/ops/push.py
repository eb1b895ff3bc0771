"""`push`: store a packed chart in a registry, and what vouches for it beside it."""

import re
from datetime import UTC, datetime
from pathlib import Path

from pkgtool.diskread import read_file
from pkgtool.errors import ChartInvalid, FileUnreadable, ReferenceInvalid, SettingInvalid
from pkgtool.repo.oci.push import Pushed, push_below
from pkgtool.repo.oci.reference import SCHEME
from pkgtool.repo.oci.registries import Registries

_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*"


def push(path: Path, remote: str, registries: Registries, *, epoch: str = "") -> Pushed:
    """Store the tarball at `path` as `REMOTE/NAME:VERSION`.

    A provenance file of the same name with `.prov` behind it goes with it.

    Args:
        path: A packed chart.
        remote: `oci://HOST/PATH`.
        registries: Where to.
        epoch: Seconds since 1970 that count as the time of its making (`SOURCE_DATE_EPOCH`);
            when empty, that is the time of the file.

    Raises:
        ReferenceInvalid: `remote` is not in a registry; nothing was sent.
        FileUnreadable, ChartError: There is no packed chart; nothing was sent.
        RepoError: The registry does not take it; the tag is as it was.
    """
    check_remote(remote)
    if not path.exists():
        raise FileUnreadable(f"{path}: no such file", hint="`pkgtool package` makes one")
    if path.is_dir():
        raise ChartInvalid(
            "cannot push directory, must provide chart archive (.tgz)",
            hint=f"`pkgtool package {path}` makes one",
        )
    created = creation_time(path, epoch)
    tarball = read_file(path)
    beside = path.with_name(f"{path.name}.prov")
    prov = read_file(beside) if beside.exists() else None
    return push_below(registries, remote, tarball, prov=prov, created=created)


def check_remote(remote: str) -> None:
    """Refuse what does not begin with `oci://`.

    Raises:
        ReferenceInvalid: It does not.
    """
    if remote.startswith(SCHEME):
        return
    scheme, colon, _ = remote.partition("/")[0].partition(":")
    what = f'scheme "{scheme[:80]}" not supported'
    if not colon:
        what = 'scheme prefix missing from remote (e.g. "oci://")'
    elif not re.fullmatch(_SCHEME, scheme):
        what = f"invalid chart URL format: {remote[:300]}"
    raise ReferenceInvalid(what, hint="write oci://HOST/PATH")


def creation_time(path: Path, epoch: str) -> datetime:
    """Return when `path` was made: as Helm says it, in the local zone, or by `epoch` in UTC.

    Raises:
        SettingInvalid: `epoch` is not a number of seconds.
    """
    if not epoch:
        return datetime.fromtimestamp(int(path.stat().st_mtime), UTC).astimezone()
    if not (epoch.isascii() and epoch.isdecimal() and len(epoch) < 12):
        raise SettingInvalid(
            f"invalid SOURCE_DATE_EPOCH: {epoch[:80]!r}", hint="seconds since 1970"
        )
    return datetime.fromtimestamp(int(epoch), UTC)
