"""`verify`: who signed a package, before anything in it is read.

Source: Helm v4 `pkg/downloader/chart_downloader.go` (`VerifyChart`); messages are Helm's.
"""

from collections.abc import Mapping
from pathlib import Path

from pkgtool.chart.archive import MAX_TOTAL_BYTES
from pkgtool.diskread import read_file
from pkgtool.errors import ChartNotFound, SignatureInvalid
from pkgtool.repo.provenance import Verified, read_trusted, verify_package
from pkgtool.repo.provenance.verify import PROVENANCE_LIMIT_BYTES


def verify(path: Path, keyring: Path, env: Mapping[str, str]) -> Verified:
    """Return who signed the package `path`, by the provenance file beside it.

    Args:
        path: A `.tgz`.
        keyring: Whom to trust.
        env: The environment, for GnuPG.

    Raises:
        ChartNotFound: There is no package.
        SignatureInvalid: Nobody in `keyring` vouches for it, or it has no provenance file.
        KeyUnavailable: `keyring` cannot be read.
    """
    if not path.exists():
        raise ChartNotFound(f"stat {path}: no such file or directory")
    if path.is_dir():
        raise SignatureInvalid(
            "unpacked charts cannot be verified", hint="verify the .tgz, then unpack it"
        )
    if path.suffix.lower() != ".tgz":
        raise SignatureInvalid("chart must be a tgz file")
    prov = path.with_name(f"{path.name}.prov")
    if not prov.exists():
        raise SignatureInvalid(
            f"could not load provenance file {prov}: stat {prov}: no such file or directory",
            hint="a signed package comes with one; get it from where the package is from",
        )
    trusted = read_trusted(keyring, env)
    return verify_package(
        read_file(path, limit_bytes=MAX_TOTAL_BYTES),
        path.name,
        read_file(prov, limit_bytes=PROVENANCE_LIMIT_BYTES),
        trusted,
    )
