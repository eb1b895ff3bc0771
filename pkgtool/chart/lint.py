"""Say what is wrong, or could be better, with the files of a chart before anything is rendered.

Each rule is one function from `Linted` to findings. Severities, places, words and order are Helm's,
because scripts look for them; each rule stops at its first finding, as there. `FIRST_RULES` come
before those about what the chart renders to (`pkgtool.chart.lint_documents`), `LAST_RULES` after.

Source: Helm v4 `pkg/chart/v2/lint/rules`; `spec/helm-behaviour.md` §3.18.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from pkgtool import yamlcodec
from pkgtool.chart.addresses import is_email, is_request_url, is_url
from pkgtool.chart.load import load_chart
from pkgtool.chart.metadata import (
    DEPENDENCY_KEYS,
    MAINTAINER_KEYS,
    METADATA_KEYS,
    Source,
    read_metadata,
)
from pkgtool.chart.model import Chart, Metadata
from pkgtool.errors import InputError, PkgtoolError, SchemaInvalid, YamlInvalid
from pkgtool.source import Span
from pkgtool.values.inputs import go_kind
from pkgtool.values.merge import Values, coalesce_tables
from pkgtool.versions import Constraint, Version

Severity = Literal["INFO", "WARNING", "ERROR"]

_CHART = "Chart.yaml"
_VALUES = "values.yaml"
_EITHER = 'The value must be either "v1" or "v2"'
_ENGINE = "engine"
"""A key that Helm no longer knows; only where it names an engine of ours it means something."""


class Finding(NamedTuple):
    """One line of a lint report."""

    severity: Severity
    path: str
    """What it is about, inside the chart; the chart's folder, or empty, for the whole."""
    message: str
    where: Span | None = None
    rule: str = ""
    """The name of the rule when it is one that Helm lacks; those never make a chart fail."""

    def __str__(self) -> str:
        return f"[{self.severity}] {self.path}: {self.message}"


class ChartFolder(NamedTuple):
    """What lies in a chart's folder: some rules look at it before anything is left out of it."""

    top: Mapping[str, bytes]
    """Files at the top that rules ask for by name, `.helmignore` or not."""
    folders: frozenset[str]
    """Names at the top that are folders."""
    files: Mapping[str, bytes] | PkgtoolError
    """What loads, by path inside the chart, or why nothing does."""


def folder_of(files: Mapping[str, bytes]) -> ChartFolder:
    """Return `files` as a folder that has nothing else."""
    top = {path: data for path, data in files.items() if "/" not in path}
    folders = frozenset(path.partition("/")[0] for path in files if "/" in path)
    return ChartFolder(top, folders, files)


@dataclass(frozen=True)
class Linted:
    """What rules look at; each part is made when the first rule asks."""

    folder: ChartFolder
    name: str
    """What the report calls the chart: its folder."""
    overrides: Mapping[str, Any]
    """The user's values."""
    schema: bool = True
    """Whether values are held against `values.schema.json`."""

    @cached_property
    def source(self) -> Source | PkgtoolError:
        """`Chart.yaml` as parsed text, or why it is none."""
        try:
            return Source(self.folder.top[_CHART], name=_CHART, file=_CHART)
        except PkgtoolError as error:
            return error

    @cached_property
    def metadata(self) -> Metadata | PkgtoolError:
        """`Chart.yaml` as read, or why it cannot be."""
        if isinstance(self.source, PkgtoolError):
            return self.source
        try:
            return read_metadata(self.source)
        except PkgtoolError as error:
            return error

    @cached_property
    def chart(self) -> Chart | PkgtoolError:
        """The chart, or why it does not load."""
        if isinstance(self.folder.files, PkgtoolError):
            return self.folder.files
        try:
            return load_chart(self.folder.files, name=self.name, known_api=False)
        except PkgtoolError as error:
            return error


Rule = Callable[[Linted], Iterator[Finding]]
MetadataRule = Callable[[Metadata, Source], str]
"""From what `Chart.yaml` says to what is wrong with it, or nothing."""


def lint_chart(
    files: Mapping[str, bytes], overrides: Mapping[str, Any], *, name: str
) -> tuple[Finding, ...]:
    """Return what rules find in a chart in memory, nothing rendered.

    Args:
        files: Content by path inside the chart.
        overrides: The user's values.
        name: What the report calls the chart.
    """
    linted = Linted(folder_of(files), name, overrides)
    return (*first_findings(linted), *last_findings(linted))


def first_findings(linted: Linted) -> Iterator[Finding]:
    """Yield what rules find before the chart is rendered."""
    for rule in FIRST_RULES:
        yield from rule(linted)


def last_findings(linted: Linted) -> Iterator[Finding]:
    """Yield what rules find that come after those about what was rendered."""
    for rule in LAST_RULES:
        yield from rule(linted)


def chart_yaml(linted: Linted) -> Iterator[Finding]:
    """`Chart.yaml` is a file with a map in it; only then there is more to say about it."""
    if _CHART not in linted.folder.top:
        if _CHART not in linted.folder.folders:
            yield Finding("ERROR", _CHART, "unable to parse YAML\n\tfile is missing")
            return
        yield Finding("ERROR", _CHART, "should be a file, not a directory")
        place = f"{linted.name}/{_CHART}"
        yield Finding("ERROR", _CHART, f"unable to parse YAML\n\tread {place}: is a directory")
        return
    metadata, source = linted.metadata, linted.source
    if isinstance(metadata, PkgtoolError) or isinstance(source, PkgtoolError):
        error = metadata if isinstance(metadata, PkgtoolError) else source
        assert isinstance(error, PkgtoolError)
        what = error.what.removeprefix(f"cannot load {_CHART}: ")
        yield Finding("ERROR", _CHART, f"unable to parse YAML\n\t{what}", error.where)
        return
    for severity, key, rule in METADATA_RULES:
        if message := rule(metadata, source):
            yield Finding(severity, _CHART, message, source.span(key) if key else None)


def no_strange_keys(metadata: Metadata, source: Source) -> str:
    """No key is written twice, and each means something."""
    del metadata
    failed = "failed to strictly parse chart metadata file\n\t"
    if source.document.duplicates:
        lines = "".join(
            f'\n  line {line}: key "{path[-1]}" already set in map'
            for path, line in source.document.duplicates
        )
        return f"{failed}error converting YAML to JSON: yaml: unmarshal errors:{lines}"
    for key in _strange_keys(source):
        decoding = "error unmarshaling JSON: while decoding JSON: json: "
        return f'{failed}{decoding}unknown field "{key}"'
    return ""


def has_a_name(metadata: Metadata, source: Source) -> str:
    """`name` is a file name."""
    del source
    if not metadata.name:
        return "name is required"
    base = metadata.name.rstrip("/").rpartition("/")[2] or "/"
    return "" if base == metadata.name else f'chart name "{metadata.name}" is invalid'


def has_an_api_version(metadata: Metadata, source: Source) -> str:
    """`apiVersion` is written, and known."""
    if not source.fields.get("apiVersion"):
        return f"apiVersion is required. {_EITHER}"
    stated = metadata.api_version
    return "" if stated in ("v1", "v2") else f"apiVersion '{stated}' is not valid. {_EITHER}"


def _is_text(key: str) -> MetadataRule:
    kinds = {"number": "float64", "bool": "bool", "array": "[]interface {}"}

    def rule(metadata: Metadata, source: Source) -> str:
        del metadata
        # The type is looked up by the exact name, unlike the field itself.
        stated = source.map.get(key, "")
        if isinstance(stated, str):
            return ""
        kind = "<nil>" if stated is None else kinds.get(go_kind(stated), "map[string]interface {}")
        return f"{key} should be of type string but it's of type {kind}"

    return rule


def has_a_version(metadata: Metadata, source: Source) -> str:
    """`version` is a version, and more than 0.0.0-0."""
    del source
    if not metadata.version:
        return "version is required"
    try:
        version = Version.parse(metadata.version)
    except InputError:
        return f"version '{metadata.version}' is not a valid SemVer"
    if Constraint.parse(">0.0.0-0").check(version):
        return ""
    return f'version "{version}" is less than or equal to "0.0.0-0"'


def maintainers_are_reachable(metadata: Metadata, source: Source) -> str:
    """Each maintainer has a name, and addresses that can be addresses."""
    people = iter(metadata.maintainers)
    for stated in source.fields.get("maintainers") or ():
        if stated is None:
            return "a maintainer entry is empty"
        each = next(people)
        if not each.name:
            return "each maintainer requires a name"
        if each.email and not is_email(each.email):
            return f"invalid email '{each.email}' for maintainer '{each.name}'"
        if each.url and not is_url(each.url):
            return f"invalid url '{each.url}' for maintainer '{each.name}'"
    return ""


def sources_are_urls(metadata: Metadata, source: Source) -> str:
    """Each of `sources` is a URL."""
    del source
    wrong = (each for each in metadata.sources if not is_request_url(each))
    return next((f"invalid source URL '{each}'" for each in wrong), "")


def has_an_icon(metadata: Metadata, source: Source) -> str:
    """`icon` is written."""
    del source
    return "" if metadata.icon else "icon is recommended"


def icon_is_a_url(metadata: Metadata, source: Source) -> str:
    """`icon` is a URL."""
    del source
    bad = metadata.icon and not is_request_url(metadata.icon)
    return f"invalid icon URL '{metadata.icon}'" if bad else ""


def type_fits_the_api_version(metadata: Metadata, source: Source) -> str:
    """`type` came with v2."""
    if metadata.type and source.fields.get("apiVersion") != "v2":
        return (
            f"chart type is not valid in apiVersion '{_stated_api(source)}'. "
            "It is valid in apiVersion 'v2'"
        )
    return ""


def dependencies_fit_the_api_version(metadata: Metadata, source: Source) -> str:
    """`dependencies` came with v2."""
    del metadata
    if source.fields.get("dependencies") and source.fields.get("apiVersion") != "v2":
        return (
            "dependencies are not valid in the Chart file with apiVersion "
            f"'{_stated_api(source)}'. They are valid in apiVersion 'v2'"
        )
    return ""


def _stated_api(source: Source) -> str:
    return str(source.fields.get("apiVersion") or "")


def version_is_strict(metadata: Metadata, source: Source) -> str:
    """`version` has three numbers and no `v`."""
    del source
    try:
        Version.parse_strict(metadata.version)
    except InputError:
        return f"version '{metadata.version}' is not a valid SemVerV2"
    return ""


METADATA_RULES: tuple[tuple[Severity, str, MetadataRule], ...] = (
    ("WARNING", "", no_strange_keys),
    ("ERROR", "name", has_a_name),
    ("ERROR", "apiVersion", has_an_api_version),
    ("ERROR", "version", _is_text("version")),
    ("ERROR", "version", has_a_version),
    ("ERROR", "appVersion", _is_text("appVersion")),
    ("ERROR", "maintainers", maintainers_are_reachable),
    ("ERROR", "sources", sources_are_urls),
    ("INFO", "", has_an_icon),
    ("ERROR", "icon", icon_is_a_url),
    ("ERROR", "type", type_fits_the_api_version),
    ("ERROR", "dependencies", dependencies_fit_the_api_version),
    ("WARNING", "version", version_is_strict),
)
"""Rules about a `Chart.yaml` that can be read: severity, the key that is marked, and the rule."""


def values_yaml(linted: Linted) -> Iterator[Finding]:
    """`values.yaml` is there, is a map, and fits the schema together with the user's values."""
    data = linted.folder.top.get(_VALUES)
    if data is None and _VALUES in linted.folder.folders:
        message = f"unable to parse YAML: read {linted.name}/{_VALUES}: is a directory"
        yield Finding("ERROR", _VALUES, message)
    elif data is None:
        yield Finding("INFO", _VALUES, "file does not exist")
    else:
        yield from _values_findings(linted, data)


def _values_findings(linted: Linted, data: bytes) -> Iterator[Finding]:
    failed = "unable to parse YAML: error "
    schema = linted.folder.top.get("values.schema.json") if linted.schema else None
    if not schema and isinstance(linted.chart, Chart) and linted.chart.raw.get(_VALUES) == data:
        # What made a chart was read as a map then; once is enough.
        return
    try:
        # The first document only: other than when a chart loads, where all of them count.
        defaults = yamlcodec.load(data, name=_VALUES) or {}
    except YamlInvalid as error:
        said = error.in_go or error.what
        message = f"{failed}converting YAML to JSON: {said}"
        yield Finding("ERROR", _VALUES, message, error.where)
        return
    if not isinstance(defaults, dict):
        message = (
            f"{failed}unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
            f"{go_kind(defaults)} into Go value of type common.Values"
        )
        yield Finding("ERROR", _VALUES, message)
        return
    if schema:
        yield from _schema_findings(schema, coalesce_tables(linted.overrides, defaults))


def _schema_findings(schema: bytes, values: Values) -> Iterator[Finding]:
    # Imported here: few charts have a schema.
    from pkgtool.values.schema import schema_report  # noqa: PLC0415

    try:
        report = schema_report(values, schema, name="values.schema.json")
    except SchemaInvalid as error:
        yield Finding("ERROR", _VALUES, error.what, error.where)
        return
    if report:
        yield Finding("ERROR", _VALUES, report)


def templates_folder(linted: Linted) -> Iterator[Finding]:
    """`templates/` is a folder, and the chart loads."""
    if "templates" in linted.folder.top:
        yield Finding("ERROR", "templates/", "not a directory")
    elif "templates" not in linted.folder.folders:
        yield Finding("WARNING", "templates/", "directory does not exist")
    elif isinstance(linted.chart, PkgtoolError):
        yield Finding("ERROR", "templates/", linted.chart.what, linted.chart.where)


def chart_loads(linted: Linted) -> Iterator[Finding]:
    """Everything together makes a chart."""
    if isinstance(linted.chart, PkgtoolError):
        message = f"unable to load chart\n\t{linted.chart.what}"
        yield Finding("ERROR", "", message, linted.chart.where)


def dependencies_agree(linted: Linted) -> Iterator[Finding]:
    """`Chart.yaml` and `charts/` know the same dependencies."""
    if isinstance(linted.chart, PkgtoolError):
        return
    listed = linted.chart.metadata.dependencies
    present = [child.name for child in linted.chart.dependencies]
    names = {each.name for each in listed}
    if unlisted := [name for name in present if name not in names]:
        message = f"chart metadata is missing these dependencies: {','.join(unlisted)}"
        yield Finding("ERROR", linted.name, message)
    if missing := [each.name for each in listed if each.name not in present]:
        message = f"chart directory is missing these dependencies: {','.join(missing)}"
        yield Finding("WARNING", linted.name, message)


def crds_are_definitions(linted: Linted) -> Iterator[Finding]:
    """`crds/` is a folder that holds custom resource definitions only, subcharts' included."""
    if "crds" in linted.folder.top:
        yield Finding("ERROR", "crds/", "not a directory")
    elif "crds" not in linted.folder.folders:
        return
    elif isinstance(linted.chart, PkgtoolError):
        yield Finding("ERROR", "crds/", linted.chart.what, linted.chart.where)
    else:
        from pkgtool.chart.lint_documents import lint_crds  # noqa: PLC0415

        yield from lint_crds(linted.chart)


FIRST_RULES: tuple[Rule, ...] = (chart_yaml, values_yaml, templates_folder)
LAST_RULES: tuple[Rule, ...] = (chart_loads, dependencies_agree, crds_are_definitions)


def _strange_keys(source: Source) -> Iterator[str]:
    """Yield keys without a meaning, in the order in which Go's reader comes across them."""
    inner = {"dependencies": DEPENDENCY_KEYS, "maintainers": MAINTAINER_KEYS}
    ours = source.map.get(_ENGINE) == "jinja2"
    known = {each.lower(): each for each in METADATA_KEYS if each != _ENGINE or ours}
    for key in sorted(map(str, source.map)):
        field = known.get(key.lower())
        if field is None:
            yield key
        elif field in inner:
            folded = {each.lower() for each in inner[field]}
            for entry in source.map.get(key) or ():
                keys = sorted(map(str, entry or ()))
                yield from (each for each in keys if each.lower() not in folded)
