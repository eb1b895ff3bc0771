"""Walk a chart through the pure half: values, context, text, manifests.

This is the shared beginning of `template`, `lint`, `install`, `upgrade` and `diff`; every arrow's
result is kept, so that `template --stage` can print any of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pkgtool.chart.deps import BEFORE_INSTALLING, check_dependencies, process_chart
from pkgtool.chart.model import Chart
from pkgtool.errors import ChartInvalid, ManifestUnparsable
from pkgtool.manifest.model import ManifestSet
from pkgtool.manifest.parse import Rendered, parse_manifests
from pkgtool.ops.compat import LATEST
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.context import Lookup, ReleaseFacts, RenderContext, lookup_nothing
from pkgtool.template.fence import render_fenced
from pkgtool.template.protocol import Engine
from pkgtool.template.render import RenderedChart
from pkgtool.versions import Constraint, Version
from pkgtool.yamlcodec.notebook import Notebook

Postrender = Callable[[Sequence[Rendered]], Sequence[Rendered]]
"""Changes what the templates made before it is read; see `ops.postrender`."""


class WalkOptions(NamedTuple):
    """How a chart is rendered and judged."""

    validate: bool = True
    """Whether objects are checked against the schemas of their kinds."""
    strict: bool = False
    """Whether a kind without a schema is an error instead of a warning."""
    schema: bool = True
    """Whether values are checked against `values.schema.json`."""
    subchart_notes: bool = False
    lint: bool = False
    enable_dns: bool = False
    postrender: Postrender | None = None
    loose: bool = False
    """Whether documents are kept that do not say which object they are; see `parse_manifests`."""
    notebook: Notebook | None = None
    """Where it is remembered what CRDs mean, and documents that were rendered with a chart's own values."""


class Surroundings(NamedTuple):
    """What a render may know besides the chart and its values."""

    release: ReleaseFacts
    engines: Mapping[str, Engine]
    capabilities: Capabilities = Capabilities()
    lookup: Lookup = lookup_nothing
    compat: str = LATEST
    """Whose behaviour counts where versions of Helm differ: `helm3`, `helm4.1` or `helm4.2`."""

    @property
    def keeps_nulls(self) -> bool:
        """Whether nulls in a chart's defaults count (see `coalesce_values`)."""
        return self.compat != LATEST


class Walked(NamedTuple):
    """The result of every arrow of the pure half."""

    chart: Chart
    """With only the dependencies in use, their defaults merged in: what a release records."""
    values: Mapping[str, Any]
    context: RenderContext
    rendered: RenderedChart
    desired: ManifestSet
    warnings: tuple[str, ...]


def walk_chart(
    chart: Chart, inputs: Mapping[str, Any], around: Surroundings, options: WalkOptions
) -> Walked:
    """Turn `chart` and the user's values `inputs` into manifests.

    Raises:
        ChartError, ValuesError, TemplateError, ManifestError, PluginError: Nothing was sent or
            stored.
    """
    _check_chart(chart)
    processed = process_chart(chart, inputs, keep_nulls=around.keeps_nulls)
    if options.schema and any(part.schema is not None for _, part in processed.chart.walk()):
        # Imported here: few charts have a schema.
        from pkgtool.values.schema import check_values  # noqa: PLC0415

        check_values(processed.chart, processed.values)
    context = RenderContext(
        chart=processed.chart,
        values=processed.values,
        release=around.release,
        capabilities=around.capabilities,
        lookup=around.lookup,
        lint=options.lint,
        enable_dns=options.enable_dns,
        chart_struct=around.compat == "helm3",
        private=bool(inputs) or around.lookup is not lookup_nothing,
    )
    _check_kubernetes(chart, around.capabilities)
    rendered = render_fenced(context, around.engines, subchart_notes=options.subchart_notes)
    files: Sequence[Rendered] = rendered.files
    if options.postrender is not None:
        files = options.postrender(files)
    try:
        desired = parse_manifests(
            files,
            namespace=around.release.namespace,
            crds=_all_crds(processed.chart),
            loose=options.loose,
            notebook=options.notebook,
            private=context.private or options.postrender is not None,
        )
    except ManifestUnparsable as error:
        error.rendered = rendered_text(files)
        raise
    warnings = [*processed.warnings, *rendered.warnings, *desired.warnings]
    if options.validate:
        # Imported here: pipelines often leave it to the cluster, as Helm does.
        from pkgtool.manifest.validate import validate_manifests  # noqa: PLC0415

        warnings += validate_manifests(
            desired, kube_version=around.capabilities.minor, strict=options.strict
        )
    return Walked(processed.chart, processed.values, context, rendered, desired, tuple(warnings))


def rendered_text(files: Iterable[Rendered]) -> str:
    """Return all files as they were rendered, one after the other, by path."""
    return "".join(
        f"---\n# Source: {file.path}\n{file.text}\n"
        for file in sorted(files, key=lambda file: file.path)
        if file.text.strip() and not file.path.endswith("NOTES.txt")
    )


def check_installable(chart: Chart) -> None:
    """Refuse charts that only exist to be part of others.

    Raises:
        ChartInvalid: It is a library.
    """
    if chart.is_library:
        raise ChartInvalid(
            "library charts are not installable",
            hint=f"depend on {chart.name!r} from an application chart",
        )


def _check_chart(chart: Chart) -> None:
    """Refuse charts that cannot be installed: libraries, missing parts."""
    check_installable(chart)
    check_dependencies(chart, advice=BEFORE_INSTALLING)


def _check_kubernetes(chart: Chart, capabilities: Capabilities) -> None:
    """Refuse charts for another Kubernetes."""
    wanted = chart.metadata.kube_version
    if wanted and not Constraint.parse(wanted).check(Version.parse(capabilities.numbers)):
        raise ChartInvalid(
            f"chart requires kubeVersion: {wanted} which is incompatible with Kubernetes "
            f"{capabilities.kube_version}",
            hint="choose another cluster, or render for another with --kube-version",
        )


def _all_crds(chart: Chart) -> dict[str, bytes]:
    """Return the CRDs of the whole tree by full path, parents first."""
    return {
        f"{prefix}/{path}": data
        for prefix, part in chart.walk()
        for path, data in part.crds.items()
    }
