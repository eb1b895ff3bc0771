"""Turn the files of a chart into a `Chart`, subcharts included.

| path | becomes |
|---|---|
| `Chart.yaml`, `Chart.lock`, `values.yaml`, `values.schema.json` | what they say |
| `requirements.yaml`, `requirements.lock` | dependencies and lock of `apiVersion: v1` charts |
| `templates/**` | templates |
| `charts/NAME/**`, `charts/NAME.tgz` | dependencies; names that begin with `_` or `.` are skipped |
| everything else | files |

Pure: where the files came from is not known here. A byte-order mark at the start of any file is
dropped.

Source: Helm v4 `pkg/chart/v2/loader/load.go`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from pkgtool.chart.archive import Allowance, read_archive
from pkgtool.chart.metadata import (
    Source,
    as_text,
    parse_lock,
    parse_metadata,
    parse_requirements,
)
from pkgtool.chart.model import Chart, Lock, Metadata
from pkgtool.errors import ChartError, ChartInvalid, ChartUnsupported, ValuesError
from pkgtool.values.inputs import load_values
from pkgtool.values.merge import Values
from pkgtool.yamlcodec.notebook import Notebook, Page

API_VERSIONS = ("v1", "v2")
MAX_SUBCHART_DEPTH = 16
"""How many charts may be inside each other."""

_BOM = b"\xef\xbb\xbf"
_SPECIAL = frozenset(["Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json"])


class _Shared(NamedTuple):
    """What a chart has together with the charts inside of it."""

    allowance: Allowance
    page: Page | None


def load_chart(
    files: Mapping[str, bytes],
    *,
    name: str,
    known_api: bool = True,
    notebook: Notebook | None = None,
) -> Chart:
    """Return the chart that `files` make.

    Args:
        files: Content by path inside the chart.
        name: What messages call the chart: where it was read from.
        known_api: Whether the chart's `apiVersion` must be one that can be installed; nobody asks
            that of dependencies, and `lint` has a rule of its own.
        notebook: Where it is remembered what YAML means.

    Raises:
        ChartInvalid: A part of it, or of a subchart, is missing or broken.
        ChartUnsupported: `apiVersion` is another one than `v1` and `v2`.
        ArchiveUnsafe: A packed subchart is.
    """
    if known_api:
        _check_api_version(files, name)
    page = None
    if notebook is not None:
        # It names chart and version; whatever else it has in common with another is no harm.
        page = notebook.page("chart", files.get("Chart.yaml", b"").decode("utf-8", "replace"))
    return _load(files, name, _Shared(Allowance(), page), 1)


def _check_api_version(files: Mapping[str, bytes], name: str) -> None:
    """Refuse a chart of another format, before anything else is said of it."""
    data = files.get("Chart.yaml", b"")
    # Nearly every chart says so in these words; the others are worth a closer look.
    if b"apiVersion: v2" in data or b"apiVersion: v1" in data:
        return
    source = Source(data.removeprefix(_BOM), name=f"{name}/Chart.yaml", file="Chart.yaml")
    stated = as_text(source.fields.get("apiVersion"))
    if stated and stated not in API_VERSIONS:
        raise ChartUnsupported(
            "unsupported chart version",
            where=source.span("apiVersion"),
            hint="use `apiVersion: v2`",
        )


def _load(files: Mapping[str, bytes], name: str, shared: _Shared, depth: int) -> Chart:
    own = {
        path: data.removeprefix(_BOM)
        for path, data in files.items()
        if not path.startswith("charts/") or path.endswith(".prov")
    }
    metadata, lock, warnings = _descriptions(own, name, shared.page)
    return Chart(
        metadata=metadata,
        values=_values(own, name, shared.page),
        templates={path: data for path, data in own.items() if path.startswith("templates/")},
        files={path: data for path, data in own.items() if _is_plain(path, metadata)},
        raw=own,
        schema=own.get("values.schema.json"),
        lock=lock,
        dependencies=_subcharts(files, metadata.name, name, shared, depth=depth),
        warnings=warnings,
    )


def _descriptions(
    own: Mapping[str, bytes], name: str, page: Page | None
) -> tuple[Metadata, Lock | None, tuple[str, ...]]:
    """Return what the chart says of itself, its lock, and warnings about outdated places."""
    if "Chart.yaml" not in own:
        raise ChartInvalid(
            "Chart.yaml file is missing", hint=f"{name} is not a chart; `pkgtool create` makes one"
        )
    metadata = parse_metadata(own["Chart.yaml"], name=f"{name}/Chart.yaml", page=page)
    warnings = []
    lock = None
    if (data := own.get("Chart.lock")) is not None:
        lock = parse_lock(data, name=f"{name}/Chart.lock", page=page)
    if (data := own.get("requirements.yaml")) is not None:
        metadata = parse_requirements(data, metadata, name=f"{name}/requirements.yaml", page=page)
        if metadata.api_version != "v1":
            warnings.append(
                f"{metadata.name}: dependencies are handled in Chart.yaml since apiVersion v2; "
                "move them there from requirements.yaml"
            )
    if (data := own.get("requirements.lock")) is not None:
        lock = parse_lock(data, name=f"{name}/requirements.lock", page=page)
        if metadata.api_version != "v1":
            warnings.append(
                f"{metadata.name}: the lock file is Chart.lock since apiVersion v2, "
                "not requirements.lock"
            )
    return metadata, lock, tuple(warnings)


def _values(own: Mapping[str, bytes], name: str, page: Page | None) -> Values:
    data = own.get("values.yaml")
    if data is None:
        return {}
    try:
        return load_values(data, name=f"{name}/values.yaml", page=page)
    except ValuesError as error:
        what = error.what.partition(": ")[2]
        raise ChartInvalid(
            f"cannot load values.yaml: {what}", where=error.where, hint=error.hint
        ) from error


def _is_plain(path: str, metadata: Metadata) -> bool:
    if path in ("requirements.yaml", "requirements.lock"):
        # Only v1 charts carry them on, because only there they mean something.
        return metadata.api_version == "v1"
    return path not in _SPECIAL and not path.startswith("templates/")


def _subcharts(
    files: Mapping[str, bytes], parent: str, name: str, shared: _Shared, *, depth: int
) -> tuple[Chart, ...]:
    """Load what is in `charts/`, in the order of names and versions."""
    groups: dict[str, dict[str, bytes]] = {}
    for path, data in files.items():
        if path.startswith("charts/") and not path.endswith(".prov"):
            child, _, rest = path.removeprefix("charts/").partition("/")
            if not child.startswith(("_", ".")):
                groups.setdefault(child, {})[rest] = data
    if groups and depth > MAX_SUBCHART_DEPTH:
        raise ChartInvalid(f"more than {MAX_SUBCHART_DEPTH} charts inside each other: {name!r}")
    children = [
        _subchart(child, groups[child], f"{name}/charts/{child}", parent, shared, depth)
        for child in sorted(groups)
    ]
    # By what they are, not by what their files are called: packing renames those.
    return tuple(sorted(children, key=lambda chart: (chart.name, chart.metadata.version)))


def _subchart(
    child: str,
    inner: dict[str, bytes],
    name: str,
    parent: str,
    shared: _Shared,
    depth: int,
) -> Chart:
    try:
        if child.endswith(".tgz") and "" in inner:
            inner = read_archive(inner[""], name=name, allowance=shared.allowance)
        inner.pop("", None)
        return _load(inner, name, shared, depth + 1)
    except ChartError as error:
        if error.what.startswith("error unpacking subchart"):
            raise
        raise type(error)(
            f"error unpacking subchart {child} in {parent}: {error.what}",
            where=error.where,
            hint=error.hint,
        ) from error
