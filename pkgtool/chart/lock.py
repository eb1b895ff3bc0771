"""Lock files: which versions were chosen, and for which dependencies that holds.

The digest names the dependencies as `Chart.yaml` lists them together with those that were chosen,
so that a change of either is noticed. Charts of `apiVersion: v1` have it in `requirements.lock`,
and very old ones made it from the listed dependencies alone.

Source: Helm v4 `internal/resolver/resolver.go` (`HashReq`, `HashV2Req`), `pkg/cmd/dependency.go`;
pinned by `tests/conformance/test_chart_tables.py`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pkgtool import yamlcodec
from pkgtool.chart.archive import read_archive
from pkgtool.chart.load import load_chart
from pkgtool.chart.metadata import dependency_map, parse_lock, parse_metadata, parse_requirements
from pkgtool.chart.model import Dependency, Lock, Metadata
from pkgtool.digest import Digest
from pkgtool.errors import InputError, LockOutOfDate, PkgtoolError
from pkgtool.versions import Constraint, Version

__all__ = [
    "check_lock",
    "dependency_statuses",
    "dump_lock",
    "lock_digest",
    "lock_digest_v1",
    "lock_path",
    "parse_lock",
]


def lock_path(metadata: Metadata) -> str:
    """Return the name of the lock file of such a chart."""
    return "requirements.lock" if metadata.api_version == "v1" else "Chart.lock"


def lock_digest(required: Iterable[Dependency], locked: Iterable[Dependency]) -> str:
    """Return the digest that ties the dependencies `locked` to those `required`.

    Args:
        required: As listed, `@alias` repositories replaced by their URLs.
        locked: As chosen: name, version and repository count.
    """
    return _digest([[_entry(each) for each in required], [_entry(each) for each in locked]])


def lock_digest_v1(required: Iterable[Dependency]) -> str:
    """Return the digest in Helm 2's form."""
    return _digest({"dependencies": [_entry(each) for each in required]})


def check_lock(metadata: Metadata, lock: Lock) -> None:
    """Make sure that `lock` was made for the dependencies that `metadata` lists.

    Raises:
        LockOutOfDate: It was not.
    """
    required = metadata.dependencies
    if lock.digest == lock_digest(required, lock.dependencies):
        return
    is_v1 = metadata.api_version == "v1"
    if is_v1 and lock.digest == lock_digest_v1(required):
        return
    file = "requirements.yaml" if is_v1 else "Chart.yaml"
    raise LockOutOfDate(
        f"the lock file ({lock_path(metadata)}) is out of sync with the dependencies file "
        f"({file}). Please update the dependencies",
        hint="`pkgtool dependency update` resolves them anew",
    )


def dump_lock(lock: Lock) -> bytes:
    """Return `lock` as a file."""
    content = {
        "dependencies": [
            {"name": each.name, "repository": each.repository, "version": each.version}
            for each in lock.dependencies
        ],
        "digest": lock.digest,
        "generated": lock.generated,
    }
    return yamlcodec.dump(content).encode()


def dependency_statuses(files: Mapping[str, bytes], *, name: str) -> list[tuple[Dependency, str]]:
    """Return each listed dependency with what is in `charts/` for it, in Helm's words.

    The words are `ok` (packed), `unpacked` (a folder), `missing`, `wrong version`,
    `invalid version`, `corrupt`, `misnamed` and `too many matches`.

    Args:
        files: Of the chart; what is broken in `charts/` is no error here.
        name: What messages call the chart.

    Raises:
        ChartInvalid: The chart's own description is broken.
    """
    metadata = parse_metadata(files.get("Chart.yaml", b""), name=f"{name}/Chart.yaml")
    if (data := files.get("requirements.yaml")) is not None:
        metadata = parse_requirements(data, metadata, name=f"{name}/requirements.yaml")
    return [(each, _status(each, files)) for each in metadata.dependencies]


def _status(entry: Dependency, files: Mapping[str, bytes]) -> str:
    archives = [
        path
        for path in files
        if path.startswith(f"charts/{entry.name}-")
        and path.endswith(".tgz")
        and path.count("/") == 1
    ]
    if len(archives) > 1:
        archives = [path for path in archives if _ends_in_version(path, entry.name)]
        if len(archives) > 1:
            return "too many matches"
    if archives:
        return _archive_status(entry, files[archives[0]])
    return _folder_status(entry, files)


def _archive_status(entry: Dependency, data: bytes) -> str:
    try:
        chart = load_chart(read_archive(data, name=entry.name), name=entry.name)
    except PkgtoolError:
        return "corrupt"
    if chart.name != entry.name:
        return "misnamed"
    return _version_status(entry, chart.metadata.version) or "ok"


def _folder_status(entry: Dependency, files: Mapping[str, bytes]) -> str:
    for inner in _folders(files):
        try:
            chart = load_chart(inner, name=entry.name)
        except PkgtoolError:
            continue
        if chart.name == entry.name:
            return _version_status(entry, chart.metadata.version) or "unpacked"
    return "missing"


def _folders(files: Mapping[str, bytes]) -> Iterator[dict[str, bytes]]:
    groups: dict[str, dict[str, bytes]] = {}
    for path, data in files.items():
        _, slash, rest = path.removeprefix("charts/").partition("/")
        if path.startswith("charts/") and slash:
            groups.setdefault(path[: -len(rest)], {})[rest] = data
    yield from groups.values()


def _version_status(entry: Dependency, version: str) -> str:
    if version == entry.version:
        return ""
    try:
        met = Constraint.parse(entry.version).check(Version.parse(version))
    except InputError:
        return "invalid version"
    return "" if met else "wrong version"


def _ends_in_version(path: str, name: str) -> bool:
    version = path.removeprefix(f"charts/{name}-").removesuffix(".tgz")
    try:
        Version.parse_strict(version)
    except InputError:
        return False
    return True


def _entry(entry: Dependency) -> dict[str, Any]:
    told = dependency_map(entry)
    if "import-values" in told:
        told["import-values"] = [_sorted(each) for each in told["import-values"]]
    return told


def _sorted(value: Any) -> Any:
    return dict(sorted(value.items())) if isinstance(value, Mapping) else value


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return str(Digest.of(text.encode()))
