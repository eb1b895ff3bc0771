"""Lock files: which versions were chosen, and for which dependencies that holds.

The digest names the dependencies as `Chart.yaml` lists them together with those that were chosen,
so that a change of either is noticed. Charts of `apiVersion: v1` have it in `requirements.lock`,
and very old ones made it from the listed dependencies alone. It is made of the text that Go writes
for its structures: fields in their order, empty ones left out, all numbers as 64-bit floats.

Source: Helm v4 `internal/resolver/resolver.go` (`HashReq`, `HashV2Req`), `pkg/action/dependency.go`;
pinned by `tests/conformance/helm_tables` and `tests/integration/repo/test_lock_with_helm.py`.
"""

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
    return str(Digest.of(f"[{_list(required)},{_list(locked)}]".encode()))


def lock_digest_v1(required: Iterable[Dependency]) -> str:
    """Return the digest in Helm 2's form."""
    return str(Digest.of(f'{{"dependencies":{_list(required)}}}'.encode()))


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
        f"({file}). Please update the dependencies with 'pkgtool dependency update'"
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


def dependency_statuses(
    files: Mapping[str, bytes], *, name: str, packed: bool = False
) -> list[tuple[Dependency, str]]:
    """Return each listed dependency with what is in `charts/` for it, in Helm's words.

    The words are `ok` (packed), `unpacked` (a folder), `missing`, `wrong version`,
    `invalid version`, `corrupt`, `misnamed`, `too many matches` and `bad pattern`.

    Args:
        files: Of the chart; what is broken in `charts/` is no error here.
        name: What messages call the chart.
        packed: Whether the chart itself is an archive: everything in it counts as unpacked.

    Raises:
        ChartInvalid: The chart's own description is broken.
    """
    metadata = parse_metadata(files.get("Chart.yaml", b""), name=f"{name}/Chart.yaml")
    if (data := files.get("requirements.yaml")) is not None:
        metadata = parse_requirements(data, metadata, name=f"{name}/requirements.yaml")
    return [(each, _status(each, files, packed)) for each in metadata.dependencies]


def _status(entry: Dependency, files: Mapping[str, bytes], packed: bool) -> str:
    if not _is_pattern(entry.name):
        return "bad pattern"
    archives = [] if packed else [path for path in files if _is_archive_of(path, entry.name)]
    if len(archives) > 1:
        archives = [path for path in archives if _ends_in_version(path, entry.name)]
        if len(archives) > 1:
            return "too many matches"
    if archives:
        return _archive_status(entry, files[archives[0]])
    return _loaded_status(entry, files)


def _is_pattern(name: str) -> bool:
    """Tell whether Go would take `name` for a pattern of file names."""
    return "[" not in name and not name.endswith("\\")


def _is_archive_of(path: str, name: str) -> bool:
    ours = path.startswith(f"charts/{name}-") and path.endswith(".tgz")
    return ours and path.count("/") == 1


def _archive_status(entry: Dependency, data: bytes) -> str:
    try:
        chart = load_chart(read_archive(data, name=entry.name), name=entry.name)
    except PkgtoolError:
        return "corrupt"
    if chart.name != entry.name:
        return "misnamed"
    return _version_status(entry, chart.metadata.version) or "ok"


def _loaded_status(entry: Dependency, files: Mapping[str, bytes]) -> str:
    versions = [found for name, found in _loaded(files) if name == entry.name]
    return (_version_status(entry, versions[-1]) or "unpacked") if versions else "missing"


def _loaded(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield name and version of each chart in `charts/`, packed or not, that can be read."""
    groups: dict[str, dict[str, bytes]] = {}
    for path, data in files.items():
        child, _, rest = path.removeprefix("charts/").partition("/")
        if path.startswith("charts/") and not child.startswith(("_", ".")):
            groups.setdefault(child, {})[rest] = data
    for child in sorted(groups):
        inner = groups[child]
        try:
            found = load_chart(
                read_archive(inner[""], name=child) if "" in inner else inner, name=child
            )
        except PkgtoolError:
            continue
        yield found.name, found.metadata.version


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


def _text(entry: Dependency) -> str:
    """Return `entry` as Go writes its structure: fields in the order of their declaration."""
    told = dependency_map(entry)
    if "import-values" in told:
        told["import-values"] = _floats(told["import-values"])
    fields = (f'"{key}":{yamlcodec.dump_json(value)}' for key, value in told.items())
    return f"{{{','.join(fields)}}}"


def _floats(value: Any) -> Any:
    """Return `value` with the numbers that Go has after it read YAML by way of JSON."""
    if isinstance(value, Mapping):
        return {key: _floats(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_floats(each) for each in value]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if is_whole else value


def _list(entries: Iterable[Dependency]) -> str:
    return f"[{','.join(map(_text, entries))}]"
