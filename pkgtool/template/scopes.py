"""Make what the templates of each chart see: `.Values`, `.Release`, `.Chart`, … one map per chart.

A subchart sees the part of the values under its own name, and its parent sees the subchart's whole
map under `.Subcharts`. All templates of a chart share one map, so that what one template sets in
`.Values` the next one sees, as in Helm. Names are Go's field names.

Source: Helm v4 `pkg/engine/engine.go` (`recAllTpls`), `pkg/chart/v2/metadata.go`,
`pkg/chart/common/capabilities.go`.
"""

import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pkgtool.chart.metadata import metadata_map
from pkgtool.chart.model import Chart, Dependency, Maintainer
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.context import Lookup, RenderContext, lookup_nothing
from pkgtool.template.files import chart_files
from pkgtool.template.funcs.golang.structs import NamedMap, Struct, text_map
from pkgtool.template.methods import Listing, Record
from pkgtool.yamlcodec import Fields


class Facts:
    """What functions may ask of the world around a render; offline unless somebody says more."""

    __slots__ = ("enable_dns", "lint", "lookup", "warnings")

    def __init__(
        self, lookup: Lookup = lookup_nothing, *, lint: bool = False, enable_dns: bool = False
    ) -> None:
        self.lookup = lookup
        self.lint = lint
        """Whether `required` and `fail` warn instead of stopping the render."""
        self.enable_dns = enable_dns
        self.warnings: list[str] = []
        """What `warn` was told so far."""

    def warn(self, message: str) -> None:
        """Remember `message` once, for the user to see at the end."""
        if message not in self.warnings:
            self.warnings.append(message)

    def resolve_host(self, name: str) -> str:
        """Return an address of the host `name`, or an empty text when DNS is off or silent."""
        if not self.enable_dns:
            return ""
        import socket  # noqa: PLC0415

        try:
            return socket.gethostbyname(name)
        except OSError:
            return ""


class ChartScope(NamedMap):
    """The map that a chart's templates see, with the facts that their functions ask."""

    __slots__ = ("facts", "parent")
    go_type = "common.Values"

    def __init__(
        self,
        names: Mapping[str, Any],
        facts: Facts,
        parent: "tuple[ChartScope, str] | None" = None,
    ) -> None:
        super().__init__(names)
        self.facts = facts
        self.parent = parent
        """The scope of the chart that this one is a part of, and the name that it has there."""


def facts_of(scope: object) -> Facts:
    """Return the facts that come with `scope`, or those of an offline render."""
    return scope.facts if isinstance(scope, ChartScope) else Facts()


def build_scopes(context: RenderContext, facts: Facts) -> dict[str, ChartScope]:
    """Return the scope of every chart of the tree by its full path, `web/charts/db`."""
    shared = {
        "Release": _release(context),
        "Capabilities": _capabilities(context.capabilities),
    }
    scopes: dict[str, ChartScope] = {}
    for path, chart in context.chart.walk():
        above = scopes.get(path.rpartition("/charts/")[0])
        scope = ChartScope(shared, facts, None if above is None else (above, chart.name))
        fields = _chart(chart, is_root=above is None)
        scope["Chart"] = _chart_struct(chart, fields) if context.chart_struct else fields
        scope["Files"] = chart_files(chart.files)
        scope["Values"] = context.values if above is None else _table(above["Values"], chart.name)
        scope["Subcharts"] = {}
        if above is not None:
            above["Subcharts"][chart.name] = scope
        scopes[path] = scope
    return scopes


def release_scopes(scopes: Mapping[str, ChartScope]) -> None:
    """Take `scopes` apart when all is rendered: what knows itself would wait for the collector."""
    for scope in scopes.values():
        scope.parent = None


def at_template(scope: ChartScope, chart_path: str, path: str) -> ChartScope:
    """Say in `scope` which template comes next, and return it."""
    scope["Template"] = {"Name": path, "BasePath": f"{chart_path}/templates"}
    return scope


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = values.get(name)
    return table if isinstance(table, Mapping) else {}


def _release(context: RenderContext) -> dict[str, Any]:
    release = context.release
    return {
        "Name": release.name,
        "Namespace": release.namespace,
        "Revision": release.revision,
        "IsInstall": release.is_install,
        "IsUpgrade": release.is_upgrade,
        "Service": "Helm",
    }


def _chart(chart: Chart, *, is_root: bool) -> dict[str, Any]:
    metadata = chart.metadata
    return {
        "Home": metadata.home,
        "Sources": list(metadata.sources),
        "Version": metadata.version,
        "Description": metadata.description,
        "Keywords": list(metadata.keywords),
        "Maintainers": [_maintainer(each) for each in metadata.maintainers],
        "Icon": metadata.icon,
        "APIVersion": metadata.api_version,
        "Condition": metadata.condition,
        "Tags": metadata.tags,
        "AppVersion": metadata.app_version,
        "Deprecated": metadata.deprecated,
        "Annotations": _annotations(metadata.annotations),
        "KubeVersion": metadata.kube_version,
        "Type": metadata.type,
        "Name": chart.name,
        "IsRoot": is_root,
        "Dependencies": [_dependency(each) for each in metadata.dependencies],
    }


def _chart_struct(chart: Chart, fields: Mapping[str, Any]) -> Record:
    """Return `.Chart` as Helm 3 has it: other fields are errors, and YAML has `Chart.yaml`'s keys."""
    struct = Record("chart.Metadata", fields, {})
    told = metadata_map(chart.metadata)
    told.pop("engine", None)
    struct.plain = Fields({**told, "IsRoot": fields["IsRoot"]})
    return struct


def _maintainer(maintainer: Maintainer) -> dict[str, Any]:
    return {"Name": maintainer.name, "Email": maintainer.email, "URL": maintainer.url}


def _annotations(texts: Mapping[str, str]) -> Struct:
    found = text_map(texts)
    if not texts:
        # In Helm a map that is nil, which JSON and YAML write as such.
        found.plain = None
    return found


def _dependency(dependency: Dependency) -> dict[str, Any]:
    return {
        "Name": dependency.name,
        "Version": dependency.version,
        "Repository": dependency.repository,
        "Condition": dependency.condition,
        "Tags": list(dependency.tags),
        # What is still in the list when templates run is in use.
        "Enabled": True,
        "ImportValues": list(dependency.import_values),
        "Alias": dependency.alias,
    }


@lru_cache(maxsize=4)
def _capabilities(capabilities: Capabilities) -> Record:
    version = capabilities.kube_version
    major, _, minor = capabilities.minor.partition(".")
    names = frozenset(capabilities.api_versions)
    numbers = {"Version": version, "Major": major, "Minor": minor}
    plain = f"v{capabilities.numbers}"

    def text() -> str:
        return plain

    # `GitVersion` is a deprecated method in Helm, but Jinja templates read it as a field.
    kube_version = Record(
        "common.KubeVersion",
        {**numbers, "GitVersion": version},
        {"String": text},
        shown=f"{{{version} {plain} {major} {minor}}}",
    )
    kube_version.spoken = plain
    kube_version.plain = Fields(numbers)
    fields = {
        "KubeVersion": kube_version,
        "APIVersions": Listing(capabilities.api_versions, {"Has": lambda name: name in names}),
        "HelmVersion": {
            "Version": "v4.2.3",
            "GitCommit": "",
            "GitTreeState": "clean",
            "GoVersion": f"python{sys.version_info.major}.{sys.version_info.minor}",
        },
    }
    return Record("*common.Capabilities", fields, {})
