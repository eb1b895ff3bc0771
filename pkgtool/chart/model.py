"""A chart in memory: frozen, complete, and no longer tied to where it was read from.

Files are kept as they were read; `Chart` sorts them into Helm's roles. Paths are relative to the
chart's own folder and use `/`.

Source: Helm v4 `pkg/chart/v2/chart.go` and `metadata.go`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

DEFAULT_ENGINE = "gotpl"
"""What a chart means that does not say `engine:` in `Chart.yaml`: every Helm chart."""


class Maintainer(NamedTuple):
    """Somebody who answers for a chart."""

    name: str
    email: str = ""
    url: str = ""


class Dependency(NamedTuple):
    """One entry of `dependencies:` in `Chart.yaml` (or of `requirements.yaml`)."""

    name: str
    version: str = ""
    """A constraint, in Masterminds' grammar; empty means any."""
    repository: str = ""
    """A URL (`https:`, `oci:`, `file:`), `@alias`, or empty for a folder in `charts/`."""
    condition: str = ""
    """Comma-separated value paths; the first that is a boolean decides."""
    tags: tuple[str, ...] = ()
    alias: str = ""
    import_values: tuple[Any, ...] = ()
    """Entries as written: a string, or a mapping with `child` and `parent`."""
    enabled: bool | None = None
    """As written; only the lock digest needs it."""

    @property
    def key(self) -> str:
        """The name by which the parent's values address it."""
        return self.alias or self.name


class Metadata(NamedTuple):
    """`Chart.yaml`, checked."""

    name: str
    version: str
    api_version: str = "v1"
    type: str = ""
    description: str = ""
    app_version: str = ""
    kube_version: str = ""
    engine: str = ""
    """As written; `Chart.engine` knows the default."""
    home: str = ""
    icon: str = ""
    sources: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    maintainers: tuple[Maintainer, ...] = ()
    deprecated: bool = False
    annotations: Mapping[str, str] = MappingProxyType({})
    dependencies: tuple[Dependency, ...] = ()
    condition: str = ""
    tags: str = ""


class Lock(NamedTuple):
    """`Chart.lock` or `requirements.lock`: which version of each dependency was chosen."""

    digest: str
    """`sha256:<hex>` over the dependencies it was made from."""
    dependencies: tuple[Dependency, ...]
    generated: str = ""
    """RFC 3339, as written."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its dependencies.

    Two charts with equal content are equal wherever they came from.
    """

    metadata: Metadata
    values: Mapping[str, Any]
    """Defaults, as `values.yaml` says; numbers exact (`1` is an `int`)."""
    templates: Mapping[str, bytes]
    """Everything below `templates/`, by path, partials and NOTES.txt included."""
    files: Mapping[str, bytes]
    """All other files, by path: README, LICENSE, `crds/`, `.helmignore`, what `.Files` serves."""
    raw: Mapping[str, bytes] = field(default_factory=dict, compare=False)
    """Every file as read, `Chart.yaml` and `values.yaml` included, subcharts excluded."""
    schema: bytes | None = None
    """`values.schema.json`, unparsed."""
    lock: Lock | None = None
    dependencies: tuple["Chart", ...] = ()
    """Charts found in `charts/`, loaded; after `chart.deps.enable_dependencies`, those in use."""
    warnings: tuple[str, ...] = field(default=(), compare=False)
    """What loading found odd, dependencies excluded."""

    @property
    def name(self) -> str:
        """The chart's name; as a dependency with an alias, the alias."""
        return self.metadata.name

    @property
    def engine(self) -> str:
        """The template engine of its templates: `gotpl`, `jinja2`."""
        return self.metadata.engine or DEFAULT_ENGINE

    @property
    def is_library(self) -> bool:
        """Whether it only gives named templates to others."""
        return self.metadata.type.lower() == "library"

    @property
    def crds(self) -> Mapping[str, bytes]:
        """Custom resource definitions by path, dependencies excluded."""
        return {
            path: data
            for path, data in self.files.items()
            if path.startswith("crds/") and path.lower().endswith((".yaml", ".yml", ".json"))
        }

    def with_dependencies(self, dependencies: tuple["Chart", ...]) -> "Chart":
        """Return the same chart with other dependencies."""
        return replace(self, dependencies=dependencies)

    def walk(self, prefix: str = "") -> Iterator[tuple[str, "Chart"]]:
        """Yield every chart with its full path, parents first: `web`, `web/charts/db`."""
        path = f"{prefix}/charts/{self.name}" if prefix else self.name
        yield path, self
        for child in self.dependencies:
            yield from child.walk(path)
