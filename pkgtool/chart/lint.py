"""Say what is wrong, or could be better, with the files of a chart before anything is rendered.

Each rule is one function from `Linted` to findings; `RULES` has them in the order of the report.
Severities, places and words are Helm's, because scripts look for them.

Source: Helm v4 `pkg/chart/v2/lint/rules`; `spec/helm-behaviour.md` §3.18. Rules about rendered
documents are in `pkgtool.chart.lint_documents`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from pkgtool import yamlcodec
from pkgtool.chart.load import load_chart
from pkgtool.chart.metadata import (
    DEPENDENCY_KEYS,
    MAINTAINER_KEYS,
    METADATA_KEYS,
    Source,
    read_metadata,
)
from pkgtool.chart.model import Chart, Metadata
from pkgtool.errors import InputError, PkgtoolError, SchemaInvalid, ValuesError
from pkgtool.source import Span
from pkgtool.values.inputs import load_values
from pkgtool.values.merge import Values, coalesce_tables
from pkgtool.values.schema import check_schema
from pkgtool.versions import Constraint, Version

Severity = Literal["INFO", "WARNING", "ERROR"]

EXTENSIONS = (".yaml", ".yml", ".tpl", ".txt", ".j2")
"""What templates may be called; the last is ours: Jinja2 in any chart."""


class Finding(NamedTuple):
    """One line of a lint report."""

    severity: Severity
    path: str
    """What it is about, inside the chart; the chart itself, or empty, for the whole."""
    message: str
    where: Span | None = None

    def __str__(self) -> str:
        return f"[{self.severity}] {self.path}: {self.message}"


@dataclass(frozen=True)
class Linted:
    """What rules look at; each part is made when the first rule asks."""

    files: Mapping[str, bytes]
    name: str
    """What the report calls the chart: its folder."""
    overrides: Mapping[str, Any]
    """The user's values."""

    @cached_property
    def source(self) -> Source | None:
        """`Chart.yaml` as parsed text; None when it is no map."""
        try:
            return Source(self.files["Chart.yaml"], name="Chart.yaml", file="Chart.yaml")
        except (KeyError, PkgtoolError):
            return None

    @cached_property
    def metadata(self) -> Metadata | None:
        """`Chart.yaml` as read; None when a value is of the wrong kind."""
        try:
            return read_metadata(self.source) if self.source else None
        except PkgtoolError:
            return None

    @cached_property
    def chart(self) -> Chart | PkgtoolError:
        """The chart, or why it does not load."""
        try:
            return load_chart(self.files, name=self.name)
        except PkgtoolError as error:
            return error

    def span(self, *path: str | int) -> Span | None:
        """Return the place of a value in `Chart.yaml`."""
        return self.source.span(*path) if self.source else None

    def folder(self, path: str) -> list[str]:
        """Return the files below `path`, sorted."""
        return sorted(each for each in self.files if each.startswith(path))


Rule = Callable[[Linted], Iterator[Finding]]


def lint_chart(
    files: Mapping[str, bytes], overrides: Mapping[str, Any], *, name: str
) -> tuple[Finding, ...]:
    """Return everything that rules find, in the order of the report.

    Args:
        files: Content by path inside the chart.
        overrides: The user's values.
        name: What the report calls the chart.
    """
    linted = Linted(files, name, overrides)
    return tuple(finding for rule in RULES for finding in rule(linted))


def chart_yaml_is_a_file(linted: Linted) -> Iterator[Finding]:
    """`Chart.yaml` is there, and no folder."""
    if "Chart.yaml" in linted.files:
        return
    if linted.folder("Chart.yaml/"):
        yield Finding("ERROR", "Chart.yaml", "should be a file, not a directory")
    else:
        yield Finding("ERROR", "Chart.yaml", "unable to parse YAML\n\tfile is missing")


def chart_yaml_parses(linted: Linted) -> Iterator[Finding]:
    """`Chart.yaml` is YAML with values of the right kinds, and has no key that means nothing."""
    data = linted.files.get("Chart.yaml")
    if data is None:
        return
    try:
        source = Source(data, name="Chart.yaml", file="Chart.yaml")
        read_metadata(source)
    except PkgtoolError as error:
        what = error.what.removeprefix("cannot load Chart.yaml: ")
        yield Finding("ERROR", "Chart.yaml", f"unable to parse YAML\n\t{what}", error.where)
        return
    for what, where in _strange_keys(source):
        message = f"failed to strictly parse chart metadata file\n\t{what}"
        yield Finding("WARNING", "Chart.yaml", message, where)


def chart_has_a_name(linted: Linted) -> Iterator[Finding]:
    """`name` is a file name."""
    if (metadata := linted.metadata) is None:
        return
    if not metadata.name:
        yield _error(linted, "name is required", "name")
    elif "/" in metadata.name or metadata.name in (".", ".."):
        yield _error(linted, f'chart name "{metadata.name}" is invalid', "name")


def chart_has_an_api_version(linted: Linted) -> Iterator[Finding]:
    """`apiVersion` is written, and known."""
    if linted.source is None or linted.metadata is None:
        return
    either = 'The value must be either "v1" or "v2"'
    stated = linted.source.fields.get("apiVersion")
    if not stated:
        yield _error(linted, f"apiVersion is required. {either}", "apiVersion")
    elif stated not in ("v1", "v2"):
        yield _error(linted, f"apiVersion '{stated}' is not valid. {either}", "apiVersion")


def versions_are_text(linted: Linted) -> Iterator[Finding]:
    """`version` and `appVersion` are quoted where YAML would read a number."""
    if linted.source is None or linted.metadata is None:
        return
    kinds = {int: "float64", float: "float64", bool: "bool", type(None): "<nil>"}
    for key in ("version", "appVersion"):
        stated = linted.source.fields.get(key, "")
        if not isinstance(stated, str):
            kind = kinds.get(type(stated), "[]interface {}")
            yield _error(linted, f"{key} should be of type string but it's of type {kind}", key)


def chart_has_a_version(linted: Linted) -> Iterator[Finding]:
    """`version` is a version, and more than 0.0.0-0."""
    if (metadata := linted.metadata) is None:
        return
    if not metadata.version:
        yield _error(linted, "version is required", "version")
        return
    try:
        version = Version.parse(metadata.version)
    except InputError:
        yield _error(linted, f"version '{metadata.version}' is not a valid SemVer", "version")
        return
    if not Constraint.parse(">0.0.0-0").check(version):
        message = f"version {metadata.version} is less than or equal to 0.0.0-0"
        yield _error(linted, message, "version")


def maintainers_are_reachable(linted: Linted) -> Iterator[Finding]:
    """Each maintainer has a name, and addresses that can be addresses."""
    if (metadata := linted.metadata) is None:
        return
    for index, each in enumerate(metadata.maintainers):
        place = ("maintainers", index)
        if not each.name:
            yield _error(linted, "each maintainer requires a name", *place)
        elif each.email and not _is_email(each.email):
            message = f"invalid email '{each.email}' for maintainer '{each.name}'"
            yield _error(linted, message, *place, "email")
        elif each.url and not _is_url(each.url):
            message = f"invalid url '{each.url}' for maintainer '{each.name}'"
            yield _error(linted, message, *place, "url")


def addresses_are_urls(linted: Linted) -> Iterator[Finding]:
    """`sources` and `icon` are URLs."""
    if (metadata := linted.metadata) is None:
        return
    for index, each in enumerate(metadata.sources):
        if not _is_url(each):
            yield _error(linted, f"invalid source URL '{each}'", "sources", index)
    if not metadata.icon:
        yield Finding("INFO", "Chart.yaml", "icon is recommended")
    elif not _is_url(metadata.icon):
        yield _error(linted, f"invalid icon URL '{metadata.icon}'", "icon")


def fields_fit_the_api_version(linted: Linted) -> Iterator[Finding]:
    """`type` and `dependencies` came with v2."""
    metadata = linted.metadata
    if metadata is None or metadata.api_version != "v1":
        return
    if metadata.type:
        message = "chart type is not valid in apiVersion 'v1'. It is valid in apiVersion 'v2'"
        yield _error(linted, message, "type")
    if metadata.dependencies:
        message = (
            "dependencies are not valid in the Chart file with apiVersion 'v1'. "
            "They are valid in apiVersion 'v2'"
        )
        yield _error(linted, message, "dependencies")


def version_is_strict(linted: Linted) -> Iterator[Finding]:
    """`version` has three numbers and no `v`."""
    if (metadata := linted.metadata) is None:
        return
    try:
        Version.parse_strict(metadata.version)
    except InputError:
        message = f"version '{metadata.version}' is not a valid SemVerV2"
        yield Finding("WARNING", "Chart.yaml", message, linted.span("version"))


def values_are_usable(linted: Linted) -> Iterator[Finding]:
    """`values.yaml` is there, is a map, and fits the schema together with the user's values."""
    if "values.yaml" not in linted.files:
        yield Finding("INFO", "values.yaml", "file does not exist")
        return
    try:
        defaults = load_values(linted.files["values.yaml"], name="values.yaml")
    except ValuesError as error:
        what = error.what.partition(": ")[2]
        yield Finding("ERROR", "values.yaml", f"unable to parse YAML: {what}", error.where)
        return
    yield from _schema_findings(linted, coalesce_tables(linted.overrides, defaults))


def templates_are_there(linted: Linted) -> Iterator[Finding]:
    """`templates/` is a folder of files with known extensions."""
    if "templates" in linted.files:
        yield Finding("ERROR", "templates/", "not a directory")
        return
    paths = linted.folder("templates/")
    if not paths:
        yield Finding("WARNING", "templates/", "directory does not exist")
    for path in paths:
        name = path.rpartition("/")[2]
        extension = f".{name.rpartition('.')[2]}" if "." in name else ""
        if extension not in EXTENSIONS:
            message = (
                f"file extension '{extension}' not valid. "
                "Valid extensions are .yaml, .yml, .tpl, or .txt"
            )
            yield Finding("ERROR", path, message)


def chart_loads(linted: Linted) -> Iterator[Finding]:
    """Everything together makes a chart."""
    if isinstance(linted.chart, PkgtoolError):
        message = f"unable to load chart\n\t{linted.chart.what}"
        yield Finding("ERROR", "", message, linted.chart.where)


def dependencies_agree(linted: Linted) -> Iterator[Finding]:
    """`Chart.yaml` and `charts/` know the same dependencies, each by one name."""
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
    """`crds/` holds custom resource definitions only."""
    if "crds" in linted.files:
        yield Finding("ERROR", "crds/", "not a directory")
    for path in linted.folder("crds/"):
        if not path.lower().endswith((".yaml", ".yml", ".json")):
            continue
        try:
            documents = yamlcodec.load_all(linted.files[path], name=path)
        except InputError as error:
            yield Finding("ERROR", path, f"unable to parse YAML: {error.what}", error.where)
            continue
        for each in documents:
            yield from _crd_findings(path, each)


RULES: tuple[Rule, ...] = (
    chart_yaml_is_a_file,
    chart_yaml_parses,
    chart_has_a_name,
    chart_has_an_api_version,
    versions_are_text,
    chart_has_a_version,
    maintainers_are_reachable,
    addresses_are_urls,
    fields_fit_the_api_version,
    version_is_strict,
    values_are_usable,
    templates_are_there,
    chart_loads,
    dependencies_agree,
    crds_are_definitions,
)
"""All rules, in the order of the report."""


def _error(linted: Linted, message: str, *path: str | int) -> Finding:
    return Finding("ERROR", "Chart.yaml", message, linted.span(*path))


def _strange_keys(source: Source) -> Iterator[tuple[str, Span | None]]:
    for repeated, line in source.document.duplicates:
        where = Span.at_line(source.name, source.text, line)
        yield f'key "{repeated[-1]}" already set in map', where
    parts: list[tuple[tuple[str | int, ...], Any, frozenset[str]]] = [
        ((), source.map, METADATA_KEYS)
    ]
    for key, known in (("dependencies", DEPENDENCY_KEYS), ("maintainers", MAINTAINER_KEYS)):
        for index, each in enumerate(source.fields.get(key) or ()):
            parts.append(((key, index), each, known))
    for path, found, known in parts:
        folded = {each.lower() for each in known}
        for key in found:
            if key.lower() not in folded:
                yield f"unknown field {'.'.join(map(str, (*path, key)))!r}", source.span(*path, key)


def _schema_findings(linted: Linted, values: Values) -> Iterator[Finding]:
    schema = linted.files.get("values.schema.json")
    if schema is None:
        return
    try:
        problems = check_schema(values, schema, name="values.schema.json")
    except SchemaInvalid as error:
        yield Finding("ERROR", "values.yaml", error.what, error.where)
        return
    for problem in problems:
        yield Finding("ERROR", "values.yaml", str(problem))


def _crd_findings(path: str, document: Any) -> Iterator[Finding]:
    if document is None:
        return
    found = document if isinstance(document, dict) else {}
    if not str(found.get("apiVersion", "")).startswith("apiextensions.k8s.io"):
        yield Finding("ERROR", path, "apiVersion is not in 'apiextensions.k8s.io'")
    if found.get("kind") != "CustomResourceDefinition":
        yield Finding("ERROR", path, "object kind is not 'CustomResourceDefinition'")


def _is_email(text: str) -> bool:
    """Judge by shape only: one `@`, and a domain behind it."""
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    return bool(
        at and local and "@" not in local and " " not in text and len(labels) > 1 and all(labels)
    )


def _is_url(text: str) -> bool:
    scheme, colon, rest = text.partition(":")
    return bool(
        colon
        and scheme[:1].isalpha()
        and rest.startswith("/")
        and " " not in text
        and len(rest) > 1
    )
